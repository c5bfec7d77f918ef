//! What editors and shells are told is what the program reads.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use taosim::scenario::Scenario;

use crate::json_schema::faults;
use crate::tools::{catalogue, root, scenarios, taosim};

fn schema(name: &str) -> Value {
    let path = root().join(format!("scenarios/schema/{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON")
}

fn check(schema: &Value, text: &str) -> Vec<String> {
    let table: toml::Table = toml::from_str(text).expect("TOML");
    let mut found = Vec::new();
    faults(schema, &serde_json::to_value(table).expect("JSON"), "", &mut found);
    found
}

/// The texts of a folder of the tree.
fn texts(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder");
    let files = entries.map(|entry| entry.expect("an entry").path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect()
}

/// Which kind of study a text is, by what only that kind has.
fn kind(path: &Path) -> &'static str {
    let text = fs::read_to_string(path).expect("a text");
    let has = |header: &str| text.contains(&format!("\n{header}"));
    if has("[attack]") {
        "attack"
    } else if has("[[objectives]]") {
        "tune"
    } else {
        "sweep"
    }
}

/// To renew them, copy the files that the failing test names.
#[test]
fn the_schemas_of_the_tree_are_what_the_program_prints() {
    let made = root().join("target/schema");
    fs::create_dir_all(&made).expect("a folder");
    let kept = |name: &str| fs::read(root().join(format!("scenarios/schema/{name}.json")));
    let differs = ["scenario", "attack", "sweep", "tune"].into_iter().filter(|name| {
        let printed = taosim().args(["schema", name]).assert().success().get_output().clone();
        fs::write(made.join(format!("{name}.json")), &printed.stdout).expect("a schema");
        kept(name).unwrap_or_default() != printed.stdout
    });
    let differs: Vec<&str> = differs.collect();
    assert!(differs.is_empty(), "in scenarios/schema {differs:?} differ from {}", made.display());
    let default = taosim().arg("schema").assert().success().get_output().clone();
    assert_eq!(default.stdout, fs::read(made.join("scenario.json")).expect("a schema"));
}

/// Each names its schema in its first line, by a path that leads there.
#[test]
fn every_text_of_the_tree_follows_its_schema() {
    let studies = texts("scenarios/studies");
    let bases = texts("scenarios/studies/base");
    assert!(studies.len() >= 20 && bases.len() >= 5, "{} and {}", studies.len(), bases.len());
    let of = |name: &'static str| move |path: PathBuf| (name, path);
    let all = scenarios().into_iter().chain(bases).map(of("scenario"));
    for (name, path) in all.chain(studies.into_iter().map(|path| (kind(&path), path))) {
        let text = fs::read_to_string(&path).expect("a text");
        let line = text.lines().next().unwrap_or_default();
        let way = line.strip_prefix("#:schema ").unwrap_or_else(|| panic!("{path:?}: {line}"));
        let led = path.parent().unwrap_or(Path::new("")).join(way).canonicalize().expect("a file");
        let meant = root().join(format!("scenarios/schema/{name}.json"));
        assert_eq!(led, meant.canonicalize().expect("a file"), "{path:?}");
        let found = check(&schema(name), &text);
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
}

const GOOD: &str = r#"
schema = 1
seed = 1
epochs = 5
protocol = { kappa = 0.5, split = {} }

[[subnet.text.validators]]
name = "validators"
count = 3
stake = { kind = "pareto", scale = 1000.0, shape = 1.2 }
strategy = { kind = "honest", noise = 0.1 }

[[subnet.text.miners]]
name = "miners"
count = 4
strategy = "shirker"
"#;

/// Slips of each kind, and that the program refuses them too.
#[test]
fn wrong_texts_break_the_schema() {
    let schema = schema("scenario");
    assert_eq!(check(&schema, GOOD), Vec::<String>::new());
    Scenario::load("s.toml", GOOD, &[]).unwrap_or_else(|error| panic!("{error}"));
    let slips = [
        ("kappa = 0.5", "kapa = 0.5", ".protocol: does not know kapa"),
        ("kappa = 0.5", "kappa = 1.4", ".protocol.kappa: high"),
        ("kappa = 0.5", "kappa = \"half\"", ".protocol.kappa: is no"),
        ("seed = 1", "", ": lacks seed"),
        ("epochs = 5", "epochs = 0", ".epochs: low"),
        ("count = 3", "count = 3.5", ".validators.0.count: is no"),
        ("name = \"miners\"", "name = \"Miners\"", ".miners.0.name: is no name"),
        ("subnet.text.", "subnet.7.", ".subnet.7: is no name"),
        ("noise = 0.1", "noies = 0.1", ".strategy: is not exactly one of"),
        ("\"honest\", noise", "\"hones\", noise", ".strategy: is not exactly one of"),
        ("\"shirker\"", "\"weight-copier\"", ".miners.0.strategy: is not exactly one of"),
        // A script needs its file.
        ("\"shirker\"", "\"script\"", ".miners.0.strategy: is not exactly one of"),
        ("scale = 1000.0", "scale = 0.0", ".stake: is not exactly one of"),
        ("[[subnet.text.miners]]", "[subnet.text.miners]", ".miners: is no"),
    ];
    for (right, wrong, fault) in slips {
        let text = GOOD.replace(right, wrong);
        let found = check(&schema, &text);
        assert!(found.iter().any(|told| told.contains(fault)), "{wrong}: {found:?}");
        assert!(Scenario::load_with("s.toml", &text, &[], &catalogue()).is_err(), "{wrong}");
    }
    let study = "schema = 1\nquestion = \"Q?\"\n[attack]\ncoalition = \"cabal\"\nwhom = 1\n";
    let found = check(&self::schema("attack"), study);
    assert_eq!(found, [".attack: does not know whom", ": lacks base"]);
}
