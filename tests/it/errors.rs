//! A wrong text is told whole: each problem with its place, the rule, the value and the remedy.

use taosim::scenario::{Edit, Scenario};

const GOOD: &str = r#"schema = 1
seed = 1
epochs = 5

[protocol]
kappa = 0.5

[[subnet.text.validators]]
name = "validators"
count = 3
stake = 100.0
strategy = { kind = "honest", noise = 0.1 }

[[subnet.text.miners]]
name = "miners"
count = 4
quality = [1.0, 2.0, 3.0, 4.0]
"#;

fn told(text: &str, edits: &[&str]) -> String {
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    Scenario::load("s.toml", text, &edits).expect_err("a wrong text").to_string()
}

#[test]
fn the_text_that_these_tests_break_is_good() {
    Scenario::load("s.toml", GOOD, &[]).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn slips_of_many_kinds_are_told_in_one_go() {
    let text = GOOD
        .replace("kappa = 0.5", "kappa = 1.4\nkapa = 0.5")
        .replace("noise = 0.1", "noies = 0.1")
        .replace("seed = 1", "seed = \"one\"")
        .replace("count = 4", "count = 0");
    insta::assert_snapshot!(told(&text, &[]));
}

/// Two subnets in a network, for tests to break.
const NETWORK: &str = r#"schema = 1
seed = 1
epochs = 5
[network]
era = "price-burn-2026-06"
[[network.eras]]
era = "gate-2026-08"
from = 2
[[network.root]]
name = "root"
count = 2
stake = 10.0
[[network.traders]]
name = "traders"
count = 2
subnets = ["a"]
[subnet.a]
validators = [{ name = "v", count = 2, stake = 100.0, root = "root" }]
miners = [{ name = "m", count = 2 }]
[subnet.b]
validators = [{ name = "v", count = 2, stake = 100.0 }]
miners = [{ name = "m", count = 2 }]
"#;

#[test]
fn networks_that_cannot_be() {
    Scenario::load("s.toml", NETWORK, &[]).unwrap_or_else(|error| panic!("{error}"));
    let text = NETWORK
        .replace("price-burn-2026-06", "root-2024")
        .replace("subnets = [\"a\"]", "subnets = [\"aa\"]\ntao = 1000000.0")
        .replace("root = \"root\"", "root = \"rood\"");
    insta::assert_snapshot!(told(&text, &["network.tao_issued=1000000.0"]));
    let text = NETWORK.replace("root = \"root\"", "root = \"root\", root_member = 1").replace(
        "[subnet.b]",
        "[subnet.b]\nprotocol = { tempo = 99 }\nmarket = { elsewhere = 20e6 }",
    );
    insta::assert_snapshot!(told(&text, &[]));
}

#[test]
fn owners_and_child_keys_that_cannot_be() {
    let link = |parent: &str, child: &str, proportion: f64| {
        format!("[[subnet.text.child_keys]]\n{parent}\n{child}\nproportion = {proportion}\n")
    };
    let (zero, one) = ("parent = \"validators\"\nparent_member = 0", "child = \"validators\"");
    let text = GOOD.replace(
        "[[subnet.text.validators]]",
        "[subnet.text]\nowner = \"validator\"\n\n[[subnet.text.validators]]",
    ) + &link(zero, one, 0.5)
        + &link("parent = \"validators\"", "child = \"miners\"\nchild_member = 4", 0.5)
        + &link("parent = \"nobody\"", "child = \"miners\"", 0.5)
        + &link("parent = \"validators\"", "child = \"miners\"", 0.75)
        + &link(zero, "child = \"miners\"", 0.1)
        + &link(zero, "child = \"miners\"\nchild_member = 1", 0.5)
        + &link("parent = \"miners\"\nparent_member = 0", "child = \"validators\"", 0.5)
        + &link(zero, one, 1.5)
        + &[("miners", 1), ("miners", 2), ("miners", 3), ("validators", 0), ("validators", 1)]
            .into_iter()
            .map(|(child, member)| {
                let parent = "parent = \"validators\"\nparent_member = 2";
                link(parent, &format!("child = \"{child}\"\nchild_member = {member}"), 0.01)
            })
            .collect::<String>();
    insta::assert_snapshot!(told(&text, &[]));
}

#[test]
fn parts_of_mechanisms_sum_to_one() {
    let sum = told(GOOD, &["protocol.mechanisms={ count = 2, split = [0.5, 0.6] }"]);
    assert!(sum.contains("parts of `split` must sum to 1, got 1.1"), "{sum}");
    let long = told(GOOD, &["protocol.mechanisms={ split = [0.5, 0.5] }"]);
    assert!(long.contains("`split` must have at most `count` = 1 entries"), "{long}");
    let many = told(GOOD, &["subnet.text.protocol.mechanisms={ count = 17 }"]);
    assert!(many.contains("`count` must be a whole number in [1, 16], got 17"), "{many}");
}

#[test]
fn impossible_combinations() {
    let text = GOOD.replace("[protocol]", "[protocol]\nmax_allowed_validators = 0")
        + r#"
[protocol.split]
owner = 0.2
miners = 0.5
validators = 0.5

[[subnet.text.miners]]
name = "validators"
count = 2
quality = [1.0]

[[coalitions]]
name = "ring"
validators = { kind = "top-stake", count = 9 }
miners = { kind = "group", name = "minors" }

[subnet.empty]
"#;
    insta::assert_snapshot!(told(&text, &[]));
}

#[test]
fn coalitions_that_cannot_be() {
    let pay = |from: &str, to: &str, more: &str| {
        format!("[[coalitions.payments]]\nfrom = \"{from}\"\nto = \"{to}\"\n{more}\n")
    };
    let text = GOOD.replace("name = \"validators\"", "name = \"judges\"")
        + "\n[[subnet.text.validators]]\nname = \"lenders\"\ncount = 2\nstake = 1.0\n\
           strategy = \"child-key-delegator\"\n\
           [[coalitions]]\nname = \"ring\"\n\
           validators = { kind = \"group\", name = \"judges\", count = 9 }\n\
           miners = { kind = \"top-quality\", count = 7 }\n\n"
        + &pay("miners", "lenders", "kind = \"profit-share\"\nshare = 0.5")
        + &pay("minors", "validators", "kind = \"bribe\"\namount = 1.0")
        + &pay("judges", "judges", "kind = \"bribe\"\namount = 1.0")
        + "\n[[coalitions]]\nname = \"lonely\"\nvalidators = { kind = \"group\", name = \"lender\" }\n"
        + &pay("validators", "miners", "kind = \"bribe\"\namount = 1.0");
    insta::assert_snapshot!(told(&text, &[]));
    let text = GOOD.to_owned()
        + "\n[[coalitions]]\nname = \"ring\"\nfrom = 9\nuntil = 3\nevaluators = 2\n\
           validators = { kind = \"top-stake\", count = 1 }\n\
           detection = { chance = 1.5, consequence = \"exile\" }\n"
        + &pay("miners", "validators", "kind = \"bribe\"\nshare = 0.5")
        + &pay("miners", "validators", "kind = \"bribe\"\nshare = 0.5\namount = 1.0")
        + "\n[[coalitions]]\nname = \"other\"\nevaluators = 2\n\
           validators = { kind = \"top-stake\", count = 1 }\n\
           detection = { chance = 0.5, consequence = \"fine\" }\n\
           [[coalitions]]\nname = \"third\"\n\
           validators = { kind = \"top-stake\", count = 1 }\n\
           detection = { chance = 0.5, fine = 1.0 }\n";
    insta::assert_snapshot!(told(&text, &[]));
}

#[test]
fn an_edit_is_told_as_an_edit() {
    insta::assert_snapshot!(told(GOOD, &["protocol.kappa=1.4", "protocl.kappa=0.4"]));
}

#[test]
fn an_edit_that_leads_nowhere() {
    insta::assert_snapshot!(told(GOOD, &["subnet.text.miners.9.count=3", "seed.x=1"]));
}

#[test]
fn not_toml_at_all() {
    insta::assert_snapshot!(told("schema = 1\nseed = = 2\n[protocol\nkappa = 0.5\n", &[]));
}

#[test]
fn an_empty_text() {
    insta::assert_snapshot!(told("", &[]));
}

#[test]
fn more_than_can_be() {
    let huge = GOOD
        .replace("count = 3\nstake = 100.0", "count = 30000\nstake = 1000.0")
        .replace("kappa = 0.5", "max_allowed_uids = 65535")
        + "[[subnet.text.stakers]]\nname = \"s\"\ncount = 2\n\
           stake = { kind = \"pareto\", scale = 1e11, shape = 1.0 }\n";
    insta::assert_snapshot!(told(&huge, &[]));
}

#[test]
fn a_place_is_file_line_column() {
    let told = told(&GOOD.replace("kappa = 0.5", "kappa = 1.4"), &[]);
    assert!(told.contains("--> s.toml:6:9"), "{told}");
}
