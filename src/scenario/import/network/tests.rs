use super::*;
use crate::scenario::Scenario;

/// Root with 1,000 TAO; a subnet that burns a quarter, and one that is off and not started.
const ECONOMICS: &str = "\
snapshot,block,netuid,name,registered_at_block,participant_count,alpha_in_pool,alpha_out_pool,\
alpha_price_tao,max_stake_alpha,max_uids,max_validators,registration_allowed,\
registration_cost_tao,tao_in_pool_tao,total_stake_alpha,validator_count,owner_id,emission_enabled,\
excess_tao,first_emission_block,miner_burned_fraction,tao_in_emission_tao,mechanism_count
2026-01-02,5000000,0,root,0,2,0,0,0,0,64,64,True,0,1000,0,2,c0,True,0,,,0,1
2026-01-02,5000000,1,one,100,20,50000,9000,0.02,6000,256,64,True,0.0005,1000,8380.0,3,c1,True,\
0.1,4000000,0.25,0.4,1
2026-01-02,5000000,2,two,7400000,4,50000,0,0,700,64,64,False,1,500,1200,1,c9,False,0,,,0,2
";

/// The first is on root and in four subnets, of which one is listed; the second on root alone.
const VALIDATORS: &str = "\
hotkey_id,coldkey_id,take,subnet_count,root_stake_tao,alpha_stake_tao
hk1,c5,0.09,5,590,100
hk2,c6,,1,590,0
hk3,c1,0.1,1,0,20
";

const POSITIONS: &str = "\
hotkey_id,netuid,stake_alpha,vtrust
hk1,0,590,0.5
hk2,0,590,0.5
hk3,1,6000,1
hk1,2,1200,0
";

fn import(economics: &str, positions: &str, validators: &str) -> Result<String, ImportError> {
    let csv = |name, text| Csv { name, text };
    let rules =
        "netuid,kappa,commit_reveal_on,yuma3_on,alpha_issued\n1,13107,0,1,60000\n2,1,0,1,1\n";
    let files = NetworkFiles {
        economics: csv("economics.csv", economics),
        positions: csv("positions.csv", positions),
        validators: csv("validators.csv", validators),
        hyperparams: vec![(csv("rules.csv", rules), 6_000_000)],
    };
    let economy =
        Economy { tao_issued: 5e6, tao_usd: 200.0, era: "gate-2026-08".into(), shares: None };
    let options = Options { name: "n".into(), seed: 1, epochs: 2, source: "a test".into() };
    network(&files, &economy, &options)
}

#[test]
fn a_snapshot_becomes_a_network() {
    let text = import(ECONOMICS, POSITIONS, VALIDATORS).expect("a good snapshot");
    let scenario = Scenario::load("n.toml", &text, &[]).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let plan = scenario.network.as_ref().expect("a network");
    assert_eq!(plan.root.len(), 2);
    let one = &scenario.subnets[0];
    // hk2's 500 TAO count 90, which the owner's key has; hk1 sits on one of its places that are not
    // listed, another validator has no name.
    let stake = |at: usize| one.validators[at].group.stake.clone();
    let names: Vec<&str> = one.validators.iter().map(|plan| plan.group.name.as_str()).collect();
    assert_eq!(names, ["owner", "hk1", "others"]);
    assert_eq!(stake(0), crate::scenario::Amounts::Constant { value: 6000.0 - 90.0 });
    // Of 2,380 two hold the least, 1,100, and the first has all that is left: 1,280, of which its
    // own 500 TAO are 90.
    assert_eq!(stake(1), crate::scenario::Amounts::Constant { value: 1190.0 });
    assert_eq!(one.market.elsewhere.tokens(), 9000.0 - 5910.0 - 1190.0 - 1100.0);
    assert!(text.contains("kappa = 0.2, reveal_period = 0 }"), "{text}");
    assert!(text.contains("strategy = { kind = \"honest\", burn = 0.25 }"), "{text}");
    let two = &scenario.subnets[1];
    assert_eq!((two.market.age, two.market.emission_enabled), (None, false));
    assert_eq!(two.validators[0].group.stake, crate::scenario::Amounts::Constant { value: 0.0 });
    assert_eq!(two.validators[0].strategy.as_ref().map(crate::strategy::Spec::name), Some("ghost"));
    assert_eq!((two.miners[0].group.name.as_str(), two.miners[1].group.count), ("owner", 2));
    assert!(two.rules.mechanisms == 2 && two.rules.reveal_period == 1, "another subnet's rules");
}

#[test]
fn every_bad_row_is_told_with_its_place() {
    let economics =
        ECONOMICS.replace(",c1,True,0.1,", ",c1,perhaps,-1,").replace(",2,two", ",1,two");
    let positions = format!("{POSITIONS}hk9,1,5,1\nhk1,7,5,1\n");
    let error = import(&economics, &positions, VALIDATORS).expect_err("a bad snapshot");
    assert_eq!(
        error.0,
        [
            "economics.csv:3:90: `emission_enabled` must be True or False, got `perhaps`",
            "economics.csv:3:98: `excess_tao` must be a number in [0, 1e12], got `-1`",
            "economics.csv:4:20: a second row for subnet 1",
            "positions.csv:5:5: subnet 2 is not in the economics",
            "positions.csv:6:1: hotkey hk9 is not among the validators",
            "positions.csv:7:5: subnet 7 is not in the economics",
        ]
    );
    let error = import(ECONOMICS, "hotkey_id\nhk1\n", VALIDATORS).expect_err("a bad snapshot");
    assert!(error.0[0].starts_with("positions.csv:1:1: no column `netuid`"), "{error:?}");
}
