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

/// A key can be asked for twice, as one that decides what else is read.
#[test]
fn valid_keys_are_told_once() {
    let (_, _, sheet) =
        read(&table("what = 1"), |t| [(); 2].map(|()| t.text("strategy", "strategy").optional()));
    assert_eq!(sheet.problems[0].help.as_deref(), Some("valid keys here: `strategy`"));
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
    assert_eq!(keys[1].shape.to_string(), "a whole number of at least 1");
}

#[test]
fn a_schema_says_what_the_reader_takes() {
    const KINDS: &[Kind<()>] = &[
        Kind { name: "off", about: "not at all", read: |_| () },
        Kind {
            name: "on",
            about: "in part",
            read: |t| {
                t.number("part", "how much").above(0.0).below(1.0).required();
            },
        },
    ];
    let keys = describe(|t| {
        t.named("subnet", "the subnets", |_, t| t.whole("n", "count").at_most(9.0).default(3_u64));
        t.kinded("tax", "the tax", KINDS, Some("off"));
    });
    let schema: serde_json::Value =
        serde_json::from_str(&json_schema("A text", &keys)).expect("JSON");
    let subnets = &schema["properties"]["subnet"];
    assert_eq!(subnets["propertyNames"]["maxLength"], 60);
    assert_eq!(
        subnets["additionalProperties"],
        serde_json::json!({
            "type": "object",
            "additionalProperties": false,
            "properties": { "n": {
                "description": "count (a whole number in [0, 9], default 3)",
                "type": "integer", "minimum": 0, "maximum": 9, "default": 3,
            }},
        })
    );
    let tax = &schema["properties"]["tax"];
    assert_eq!(tax["default"], "off");
    // A bare name only of what needs no more.
    assert_eq!(tax["oneOf"][0]["enum"], serde_json::json!(["off"]));
    assert_eq!(tax["oneOf"][2]["required"], serde_json::json!(["kind", "part"]));
    assert_eq!(tax["oneOf"][2]["properties"]["part"]["exclusiveMaximum"], 1);
}
