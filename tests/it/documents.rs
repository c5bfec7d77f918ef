//! The documents say what is there.

use std::fs;
use std::path::Path;

use taosim::report::catalogue;
use taosim::scenario::Scenario;
use taosim::scenario::shipped::SHIPPED;
use taosim::strategy::Catalogue;
use taosim::study::attack::Study;

use crate::tools::{root, scenarios};

const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "ASSUMPTIONS.md",
    "CHANGELOG.md",
    "docs/first-run.md",
    "docs/reading-results.md",
    "docs/retention.md",
    "docs/scenarios.md",
    "docs/scripts.md",
    "docs/studies.md",
    "docs/validation.md",
];

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What stands between backticks outside code blocks.
fn quoted(text: &str) -> Vec<String> {
    let prose: Vec<&str> =
        text.split("```").enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, part)| part).collect();
    let joined = prose.join("\n");
    joined.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_path_in_the_documents_exists() {
    for document in DOCUMENTS {
        for word in quoted(&read(document)) {
            let endings = [".rs", ".toml", ".md", ".ipynb", ".sh"];
            let is_path = (word.contains('/') && !word.contains([' ', '<', '*', '=', '{', '…']))
                || endings.iter().any(|ending| word.ends_with(ending) && !word.contains(' '));
            // Results are made by running; they are not in the tree.
            let made = [
                "output/",
                "target/",
                "opentensor/",
                "http",
                "manifest.toml",
                "scenario.toml",
                "mine.toml",
                "verdict.md",
                "study.toml",
                "plots/",
                "base/",
            ];
            if is_path && !made.iter().any(|start| word.starts_with(start)) {
                let path = root().join(word.trim_end_matches('/'));
                assert!(Path::new(&path).exists(), "{document} names `{word}`");
            }
        }
    }
}

/// The catalogue of the program knows for each behaviour a scenario that shows it.
#[test]
fn every_strategy_is_played_by_a_scenario() {
    for entry in catalogue::entries(&Catalogue::builtin()) {
        assert!(!entry.shown_in.is_empty(), "no scenario plays `{}` of {}", entry.name, entry.role);
    }
    let shipped: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    for path in scenarios() {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        assert!(shipped.contains(&name), "{name} is not shipped");
    }
}

/// To renew it, copy the file that the failing test names.
#[test]
fn the_catalogue_of_strategies_is_up_to_date() {
    let page = catalogue::page(&Catalogue::builtin());
    let made = root().join("target/strategies.md");
    fs::write(&made, &page).expect("a page");
    let kept = fs::read_to_string(root().join("docs/strategies.md")).unwrap_or_default();
    assert!(page == kept, "docs/strategies.md differs from {}", made.display());
}

/// A scenario of the tree is short enough to read and says what it expects.
#[test]
fn scenarios_are_short_and_commented() {
    for path in scenarios() {
        let text = fs::read_to_string(&path).expect("a scenario");
        // But for the line that names its schema.
        let lines = text.lines().skip(1).count();
        // One is made from a record of the whole network.
        let made = text.contains("taosim import network");
        assert!(made || (30..=80).contains(&lines), "{}: {lines} lines", path.display());
        let head = text.lines().nth(1).unwrap_or_default();
        assert!(head.starts_with("# ") && text.contains("# Expected:"), "{}", path.display());
    }
}

/// The figure of the README is what its scenario gives now. To renew it, copy the figure that
/// the failing test names.
#[test]
fn the_figure_of_the_readme_is_up_to_date() {
    let out = root().join("target/readme");
    // What an older state of the program left there would be in the way.
    let _ = fs::remove_dir_all(&out);
    let mut run = crate::tools::taosim();
    run.args(["run", "scenarios/cabal.toml", "--quiet", "--out"]).arg(&out).assert().success();
    let drawn = out.join("cabal/1/plots/dividend-rate.svg");
    let (now, kept) = (fs::read(&drawn), fs::read(root().join("docs/cabal.svg")));
    assert!(
        now.expect("a figure") == kept.expect("a figure"),
        "docs/cabal.svg differs from {}",
        drawn.display()
    );
}

/// The scenarios and studies that the documents show are good.
#[test]
fn the_texts_in_the_documents_are_good() {
    let mut shown = 0;
    for document in ["README.md", "docs/scenarios.md", "docs/studies.md"] {
        let page = read(document);
        let blocks = page.split("```toml").skip(1).filter_map(|rest| rest.split("```").next());
        for text in blocks.filter(|text| text.contains("\nschema = 1\n")) {
            shown += 1;
            if text.contains("\nbase = ") {
                let base = |path: &str| {
                    let text = read(&format!("scenarios/studies/{path}"));
                    Ok((path.to_owned(), text))
                };
                let study = Study::load(document, text, &[], &Catalogue::builtin(), base);
                study.unwrap_or_else(|error| panic!("{error}"));
            } else {
                Scenario::load(document, text, &[]).unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }
    assert!(shown >= 5, "{shown} texts");
}
