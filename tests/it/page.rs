//! The page of a folder of results.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use taosim::plot::{Chart, Figure, Format, HeatMap, Lines, Series, Size, render};
use taosim::record::{Manifest, Status};
use taosim::report::figures::{Named, of_folder};
use taosim::report::study::{Number, Shown};
use taosim::report::{page, study};
use tempfile::{TempDir, tempdir};

use crate::tools::taosim;

/// What a page may weigh `[bytes]`.
const MOST: usize = 5_000_000;

fn run(scenario: &str, epochs: &str) -> (TempDir, PathBuf) {
    let dir = tempdir().expect("a folder");
    let file = format!("scenarios/{scenario}.toml");
    let mut command = taosim();
    command.args(["run", &file, "--epochs", epochs, "--no-plots", "--quiet", "--out"]);
    command.arg(dir.path()).assert().success();
    let mut seeds = fs::read_dir(dir.path().join(scenario)).expect("results");
    let folder = seeds.next().expect("a seed").expect("an entry").path();
    (dir, folder)
}

fn attack(more: &[&str]) -> (TempDir, PathBuf) {
    let dir = tempdir().expect("a folder");
    let mut command = taosim();
    command.args(["attack", "scenarios/studies/worst-self-vote.toml", "--quiet", "--no-plots"]);
    command.args(["--set", "replicates=2", "--set", "search.rounds=1", "--out"]);
    command.arg(dir.path()).args(more).assert().success();
    let search = if more.contains(&"--search") { "-search" } else { "" };
    let folder = dir.path().join(format!("worst-self-vote{search}"));
    (dir, folder)
}

/// What a page of any folder must be: whole, alone, small, and the same each time.
fn check(folder: &Path) -> String {
    let made = page::of(folder).expect("a page");
    assert!(made.len() < MOST, "{} bytes", made.len());
    assert_eq!(made, page::of(folder).expect("a page"), "the same bytes");
    for part in ["verdict", "numbers", "charts", "scenario", "assumptions", "repeat"] {
        assert!(made.contains(&format!("<section id=\"{part}\"")), "no {part}");
    }
    let figures = of_folder(folder).expect("figures");
    assert!(!figures.is_empty());
    for Named { name, figure } in &figures {
        assert!(made.contains(&format!("id=\"figure-{name}\"")), "{name} is not on the page");
        assert!(made.contains(&escaped(&figure.title)), "{} is not on the page", figure.title);
    }
    assert_eq!(made.matches("<article ").count(), figures.len());
    assert_eq!(made.matches("<summary>Data table</summary>").count(), figures.len());
    let charts: usize = figures.iter().map(|named| named.figure.panels.len()).sum();
    assert_eq!(made.matches("class=\"chart\"").count(), charts);
    let manifest = Manifest::read(folder).expect("a manifest");
    assert!(made.contains(&manifest.result_digest) && made.contains(&manifest.program));
    // Nothing is fetched: what an address is given to is a text's link, a place of this page, or data.
    let markup = without_scripts(&made);
    for attribute in ["src=\"", "href=\""] {
        for rest in markup.split(attribute).skip(1) {
            let address = rest.split('"').next().unwrap_or_default();
            assert!(
                address.starts_with('#') || address.starts_with("data:"),
                "{attribute}{address}"
            );
        }
    }
    for word in ["@import", "url(", "<iframe", "<object", "<base", "http-equiv=\"refresh"] {
        assert!(!markup.contains(word), "{word}");
    }
    assert!(markup.contains("default-src 'none'"));
    made
}

/// The page without what stands between `<script …>` and `</script>`, of which there are three.
fn without_scripts(page: &str) -> String {
    let mut parts = page.split("<script");
    let mut markup = parts.next().unwrap_or_default().to_owned();
    let mut scripts = 0;
    for part in parts {
        scripts += 1;
        markup += part.split_once("</script>").expect("an end").1;
    }
    assert_eq!(scripts, 3, "data, library, script");
    markup
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('\'', "&#39;")
}

#[test]
fn the_page_of_a_run_has_all_of_it() {
    let (_dir, folder) = run("quickstart", "20");
    let made = check(&folder);
    for told in ["Honest validators hold", "<b>liquid_alpha = true\n</b>", "protocol.reveal_period"]
    {
        assert!(made.contains(told), "{told}");
    }
    assert!(!made.contains("The token economy"), "there is none");
}

#[test]
fn the_page_of_a_network_has_all_of_it() {
    let (_dir, folder) = run("order-flow", "20");
    let made = check(&folder);
    assert!(made.contains("TAO are issued") && made.contains("The token economy"));
}

/// A study's figures are drawn again from what it left, to the byte.
#[test]
fn the_page_of_a_study_is_made_of_what_it_left() {
    for more in [&[][..], &["--search"]] {
        let (_dir, folder) = attack(more);
        let made = check(&folder);
        assert!(made.contains("taosim attack worst-self-vote.toml"), "no command");
        assert!(made.contains("scenario.toml</h3>") && made.contains("study.toml</h3>"));
        let shown = study::read(&folder).expect("a file").expect("a study");
        assert!(shown.numbers.iter().any(|number| number.range.is_some()));

        let (dir, again) = attack(&[more, &["--set", "seed=1"]].concat());
        let mut plot = taosim();
        plot.arg("plot").arg(&again).assert().success();
        let name = &shown.figures[0].name;
        let drawn = fs::read(again.join(format!("plots/{name}.svg"))).expect("a picture");
        let size = Size::default();
        let figure = &study::read(&folder).expect("a file").expect("a study").figures[0].figure;
        if figure.panels.len() < 3 {
            assert_eq!(drawn, render(figure, Format::Svg, size).expect("a picture"));
        }
        drop(dir);
    }
}

#[test]
fn what_is_no_folder_of_results_is_told_and_so_is_no_place_to_write() {
    let told = taosim().args(["report", "src"]).assert().code(2).get_output().clone();
    let told = String::from_utf8(told.stderr).expect("text");
    assert!(told.contains("src is not a folder of results") && told.contains("help: "), "{told}");

    let (dir, folder) = run("cabal", "2");
    let nowhere = dir.path().join("no/such/place.html");
    let mut command = taosim();
    command.arg("report").arg(&folder).arg("--out").arg(&nowhere);
    let told = command.assert().code(1).get_output().clone();
    let told = String::from_utf8(told.stderr).expect("text");
    assert!(told.contains("cannot write") && told.contains("place.html"), "{told}");

    let mut command = taosim();
    let output = command.arg("report").arg(&folder).assert().success().get_output().clone();
    let printed = String::from_utf8(output.stdout).expect("text");
    assert_eq!(printed.trim(), folder.join("report.html").display().to_string());
    let written = fs::read_to_string(folder.join("report.html")).expect("a page");
    assert_eq!(written, page::of(&folder).expect("a page"));
    let hidden = fs::read_dir(&folder).expect("a folder").filter_map(Result::ok);
    assert!(
        hidden.map(|entry| entry.file_name()).all(|name| !name.to_string_lossy().starts_with('.'))
    );
}

/// A folder of any study, with gaps, huge series, and names that try to leave their place.
#[test]
fn no_size_and_no_name_breaks_a_page() {
    let dir = tempdir().expect("a folder");
    let wicked = "</script><script>alert(1)</script>\" onload='x' <!--";
    let wave = |of: u32, at: u32| f64::from((at * (of + 7)) % 1000) / 7.0;
    let line = |of: u32| {
        let point = |at: u32| {
            let y = if at.is_multiple_of(911) { f64::NAN } else { wave(of, at) };
            (f64::from(at), y)
        };
        Series::new(&format!("subnet {of}"), (0..7300).map(point).collect())
    };
    let lines = Lines { series: (0..128).map(line).collect(), ..Lines::default() };
    let cells = (0..128 * 1000_u32).map(|at| wave(3, at)).collect();
    let map = HeatMap { columns: 1000, values: cells, ..HeatMap::default() };
    let figure = Figure::of(wicked, wicked, Chart::Lines(lines));
    let mut figures = vec![Named { name: "lines".into(), figure }];
    let figure = Figure::of("A map", "", Chart::HeatMap(map));
    figures.push(Named { name: "map".into(), figure });
    let gap = Number::new(wicked, f64::NAN, (0.0, f64::INFINITY), "%");
    let shown = Shown {
        command: "taosim sweep x.toml".into(),
        numbers: vec![gap, Number::new("share", 0.25, (0.2, 0.3), "%")],
        ranges: "of nothing".into(),
        figures,
    };
    study::write(dir.path(), &shown, &[]).expect("a file");
    let manifest = Manifest {
        schema: 1,
        program: "taosim".into(),
        scenario: wicked.into(),
        scenario_digest: "d".into(),
        seed: 1,
        status: Status::Complete,
        epochs: 1,
        epochs_run: 1,
        result_digest: "r".into(),
        rows: toml::Table::new(),
    };
    manifest.write(dir.path()).expect("a manifest");
    let mut verdict =
        String::from("# A\n\n**Found.** <img src=\"http://x/y.png\"> ![z](http://x/z.png)\n");
    let _ = writeln!(verdict, "{wicked}");
    fs::write(dir.path().join("verdict.md"), verdict).expect("a verdict");

    let made = page::of(dir.path()).expect("a page");
    assert!(made.len() < MOST, "{} bytes", made.len());
    assert!(made.contains("thinned"));
    assert!(made.contains("25 %") && made.contains("20 % to 30 %"), "shares are percentages");
    let markup = without_scripts(&made);
    assert!(!markup.contains("<img src=\"http") && !markup.contains("alert(1)<"), "it stays text");
    // What is left is what was there, gaps included.
    let read = study::read(dir.path()).expect("a file").expect("a study");
    let Chart::Lines(lines) = &read.figures[0].figure.panels[0].chart else { panic!("lines") };
    assert!(lines.series[0].points[911].1.is_nan());
    assert_eq!(lines.series[127].points[1], (1.0, wave(127, 1)));
}
