use super::*;

fn table(text: &str) -> Table {
    toml::from_str(text).expect("the test's text is TOML")
}

fn messages(sheet: &Sheet) -> Vec<String> {
    sheet.problems.iter().map(|p| format!("{}: {}", p.path, p.message)).collect()
}

#[test]
fn every_problem_is_told_in_one_reading() {
    let table = table("kappa = 1.4\nbeta = 'x'\nkapa = 1\n[deep]\nn = -1");
    let ((), _, sheet) = read(&table, |t| {
        t.number("kappa", "majority").share().default(0.5);
        t.number("beta", "penalty").share().default(1.0);
        t.whole("seed", "seed").required();
        t.table("deep", "further in", |t| t.whole("n", "count").required());
    });
    assert_eq!(
        messages(&sheet),
        [
            "kappa: `kappa` must be a number in [0, 1], got 1.4",
            "beta: `beta` must be a number in [0, 1], got a string \"x\"",
            "seed: missing key `seed`",
            "deep.n: `n` must be a whole number of at least 0, got -1",
            "kapa: unknown key `kapa`",
        ]
    );
    assert_eq!(sheet.problems[4].help.as_deref(), Some("did you mean `kappa`?"));
}

#[test]
fn the_resolved_text_has_every_key_and_reads_the_same() {
    let form = |t: &mut Fields<'_>| {
        let rows = t.tables("rows", "rows", |t| t.number("x", "x").default(2.0));
        let top = t.flag("on", "on").default(true);
        (rows, top, t.table("sub", "sub", |t| t.text("who", "who").optional()))
    };
    let (first, resolved, _) = read(&table("[[rows]]\nx = 1\n[[rows]]"), form);
    let text = resolved;
    let (second, again, sheet) = read(&table(&text), form);
    assert!(sheet.problems.is_empty(), "{text}");
    assert_eq!(first, second);
    assert_eq!(again, text.replace(" # default", ""));
}

#[test]
fn describing_asks_no_text_for_anything() {
    let keys = describe(|t| {
        t.tables("miners", "miners", |t| t.whole("count", "how many").at_least(1.0).required())
    });
    let paths: Vec<&str> = keys.iter().map(|key| key.path.as_str()).collect();
    assert_eq!(paths, ["miners", "miners.N.count"]);
    assert_eq!(keys[1].domain, "a whole number of at least 1");
}
