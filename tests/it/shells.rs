//! What shells and readers of manuals are told is what the program takes.

use std::fmt::Write as _;
use std::fs;

use tempfile::tempdir;

use crate::tools::{root, taosim};

/// Each of the program's commands, as its help lists them.
fn commands() -> Vec<String> {
    let help = taosim().arg("--help").assert().success().get_output().clone();
    let help = String::from_utf8(help.stdout).expect("text");
    let listed = help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next());
    let names = listed.expect("commands").lines().filter(|line| line.starts_with("  "));
    let names = names.filter(|line| !line.starts_with("   ")).filter_map(|line| {
        line.split_whitespace().next().filter(|name| *name != "help").map(str::to_owned)
    });
    names.collect()
}

#[test]
fn shells_complete_every_command() {
    let commands = commands();
    assert!(commands.len() >= 12, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let printed = taosim().args(["completions", shell]).assert().success().get_output().clone();
        let script = String::from_utf8(printed.stdout).expect("text");
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell} does not know {command}");
        }
        assert!(script.contains("no-plots"), "{shell} does not know --no-plots");
    }
    taosim().args(["completions", "cmd"]).assert().code(2);
}

#[test]
fn every_command_has_a_man_page() {
    let dir = tempdir().expect("a folder");
    let out = dir.path().join("deep/man");
    taosim().arg("man").arg("--out").arg(&out).assert().success();
    let page =
        |name: &str| fs::read_to_string(out.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(page("taosim.1").contains(".TH taosim 1"), "a man page");
    for command in commands() {
        assert!(page(&format!("taosim-{command}.1")).contains(&command), "{command}");
    }
    assert!(page("taosim-import-network.1").contains("tao"), "of a command's command");
    // A place where no folder can be.
    taosim().args(["man", "--out", "Cargo.toml"]).assert().code(1);
}

/// The page of commands: of each its help, and its examples as commands of a shell.
fn page_of_commands() -> String {
    let help = |args: &[&str]| {
        let mut command = taosim();
        command.env_remove("COLUMNS").args(args).arg("--help");
        String::from_utf8(command.assert().success().get_output().stdout.clone()).expect("text")
    };
    let mut page = String::from(
        "# Commands\n\nWhat `taosim --help` and `taosim COMMAND --help` tell; `taosim man --out DIR` \
         makes man pages of it, and `taosim completions SHELL` lets a shell complete it.\n",
    );
    let mut all: Vec<Vec<String>> = commands().into_iter().map(|name| vec![name]).collect();
    let imports: Vec<Vec<String>> =
        ["metagraph", "network"].map(|of| vec!["import".into(), of.to_owned()]).to_vec();
    let at = all.iter().position(|name| name[0] == "import").expect("import");
    all.splice(at..=at, imports);
    all.insert(0, Vec::new());
    for name in all {
        let args: Vec<&str> = name.iter().map(String::as_str).collect();
        let help = help(&args);
        let (about, rest) = help.split_once("\n\n").expect("an about");
        let marks = ["\nExamples:\n", "\nExample:\n"];
        let mark = marks.iter().find(|mark| rest.contains(**mark));
        let mark = mark.unwrap_or_else(|| panic!("{name:?} has no example"));
        let (usage, after) = rest.split_once(mark).expect("a mark");
        let (examples, notes) = after.split_once("\n\n").unwrap_or((after, ""));
        let examples: Vec<&str> = examples.trim_end().lines().map(|line| &line[2..]).collect();
        let _ = write!(
            page,
            "\n## {}\n\n{about}.\n\n```sh\n{}\n```\n\n```text\n{}\n```\n",
            [&["taosim"], args.as_slice()].concat().join(" "),
            examples.join("\n"),
            usage.trim()
        );
        if !notes.trim().is_empty() {
            let _ = write!(page, "\n```text\n{}\n```\n", notes.trim_end());
        }
    }
    page
}

/// To renew it, copy the file that the failing test names.
#[test]
fn the_page_of_commands_is_up_to_date() {
    let made = root().join("target/commands.md");
    let page = page_of_commands();
    fs::write(&made, &page).expect("a page");
    let kept = fs::read_to_string(root().join("docs/commands.md")).unwrap_or_default();
    assert!(page == kept, "docs/commands.md differs from {}", made.display());
}
