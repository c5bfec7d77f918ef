//! The chain's own test cases, with the tolerances their file states.
//!
//! `vectors/chain_epoch_cases.json` was taken from the tests of `opentensor/subtensor` (commit
//! `14bc6f9f`, public domain). Every case of the file is either run here or named below with the
//! reason why not; a case that is neither fails the test.

use serde_json::Value;
use taosim::protocol::bonds::{self, View};
use taosim::protocol::bonds_reset;
use taosim::protocol::liquid_alpha::{self, LiquidAlpha};
use taosim::protocol::mechanisms;
use taosim::protocol::median::{Voters, consensus, weighted_median};
use taosim::protocol::permits::top_k;
use taosim::protocol::proportion::{share, stored};
use taosim::protocol::pruning::{Protection, Slots};
use taosim::protocol::registration::Pricing;
use taosim::protocol::weights::{max_upscale, max_upscale_listed};
use taosim::protocol::{Input, Outcome, Params, RewardRule, Scratch, epoch};
use taosim::units::{Alpha, Tao, Uid};

const FILE: &str = include_str!("../vectors/chain_epoch_cases.json");

/// Emissions may differ from the chain's by this part of the epoch's.
const EMISSION_TOLERANCE: f64 = 5e-6;

type Case = (&'static str, fn(&Value));

const EPOCH_CASES: &[Case] = &[
    ("test_bonds", bonds_over_eight_epochs),
    ("test_outdated_weights", outdated_weights),
    ("test_1_graph", one_uid),
    ("test_10_graph", ten_uids),
    ("test_512_graph_random_weights", random_weights_agree_with_a_plain_epoch),
    ("test_validator_permits", validator_permits),
    ("test_can_set_self_weight_as_subnet_owner", owner_weighs_itself),
    ("test_epoch_outputs_single_staker_registered_no_weights", single_staker),
    ("test_deregistered_miner_bonds", deregistered_miner),
    ("test_yuma_3_kappa_moves_first", yuma3),
    ("test_yuma_3_kappa_moves_last", yuma3),
    ("test_yuma_3_one_epoch_switch", yuma3),
    ("test_yuma_3_liquid_alpha_disabled", yuma3),
    ("test_yuma_3_bonds_reset", yuma3),
];

const UNIT_CASES: &[Case] = &[
    ("liquid_alpha_equal_values", liquid_alpha_with_one_rate),
    ("weighted_median", medians),
    ("weighted_median_col", median_columns),
    ("max_upscale_to_u16", upscaling),
    ("top_k", top_k_marks),
    ("ema_alpha_sparse_drop", sparse_drop),
    ("ema_alpha", moving_averages),
    ("fallback_by_stake", fallback_by_stake),
    ("mechanism_split", mechanism_split),
    ("burn_price", burn_price),
];

const NOT_HERE: &[(&str, &str)] = &[
    ("commented_4096_and_16384_graphs", "of an older algorithm; the file says not to use it"),
    ("meta", "describes the file"),
    ("consensus_guarantee_points", "run in `retention.rs`, whose draws they need"),
];

fn file() -> Value {
    serde_json::from_str(FILE).expect("the vectors are JSON")
}

fn run_case(name: &str, case: &Value, known: &[Case]) {
    println!("case {name}");
    match known.iter().find(|(known, _)| *known == name) {
        Some((_, run)) => run(case),
        None => assert!(NOT_HERE.iter().any(|(known, _)| *known == name), "unknown case {name}"),
    }
}

#[test]
fn every_epoch_case_holds() {
    let file = file();
    let cases = file["epoch_cases"].as_array().unwrap();
    for case in cases {
        run_case(case["name"].as_str().unwrap(), case, EPOCH_CASES);
    }
    for (name, _) in EPOCH_CASES {
        assert!(cases.iter().any(|case| case["name"] == *name), "{name} is not in the file");
    }
}

#[test]
fn every_unit_case_holds() {
    let file = file();
    let cases = file["unit_cases"].as_object().unwrap();
    for (name, case) in cases {
        run_case(name, case, UNIT_CASES);
    }
    for (name, _) in UNIT_CASES {
        assert!(cases.contains_key(*name), "{name} is not in the file");
    }
}

#[test]
fn no_part_of_the_file_is_overlooked() {
    for (name, _) in file().as_object().unwrap() {
        let run = ["epoch_cases", "unit_cases"].contains(&name.as_str());
        assert!(run || NOT_HERE.iter().any(|(known, _)| known == name), "unknown part {name}");
    }
}

/// A subnet in which every uid has a row.
#[derive(Clone)]
struct Subnet {
    params: Params,
    owner: Option<Uid>,
    stake: Vec<f64>,
    permits: Vec<bool>,
    last_update: Vec<u64>,
    registered: Vec<u64>,
    weights: Vec<Option<u16>>,
    bonds: Vec<u16>,
}

impl Subnet {
    fn new(stake: &[f64], params: Params) -> Self {
        let n = stake.len();
        Self {
            params,
            owner: None,
            stake: stake.to_vec(),
            permits: vec![false; n],
            last_update: vec![1; n],
            registered: vec![1; n],
            weights: vec![None; n * n],
            bonds: vec![0; n * n],
        }
    }

    /// A subnet as the case describes it, after the epoch at block 1 that hands out permits.
    fn of(case: &Value) -> Self {
        let mut subnet = Self::new(&numbers(&case["stakes"]), params(&case["params"]));
        subnet.run(1);
        subnet
    }

    fn uids(&self) -> usize {
        self.stake.len()
    }

    fn set_weights(&mut self, uid: Uid, block: u64, weights: &[(Uid, u16)]) {
        let n = self.uids();
        let row = &mut self.weights[uid * n..][..n];
        row.fill(None);
        for &(target, weight) in weights {
            row[target] = Some(weight);
        }
        max_upscale_listed(row);
        self.last_update[uid] = block;
    }

    /// Applies the weights that a step of a case sets.
    fn prepare(&mut self, step: &Value, block: u64) {
        for set in step["set_weights_before"].as_array().into_iter().flatten() {
            let targets = units(&set["uids"]).into_iter().map(usize::from);
            let weights: Vec<_> = targets.zip(units(&set["values"])).collect();
            self.set_weights(index(&set["uid"]), block, &weights);
        }
    }

    /// A new key takes the slot: nothing of the old one remains but others' bonds on it.
    fn replace(&mut self, uid: Uid, block: u64) {
        let n = self.uids();
        self.stake[uid] = 0.0;
        self.permits[uid] = false;
        self.last_update[uid] = block;
        self.registered[uid] = block;
        self.weights[uid * n..][..n].fill(None);
        self.bonds[uid * n..][..n].fill(0);
        for weight in self.weights.iter_mut().skip(uid).step_by(n).flatten() {
            *weight = 0;
        }
    }

    /// Runs an epoch and keeps its permits and bonds. It must not matter whether uids that have
    /// set nothing come as empty rows or not at all.
    fn run(&mut self, block: u64) -> Outcome {
        let n = self.uids();
        let all: Vec<Uid> = (0..n).collect();
        let out = self.outcome(block, &all);
        let has_row = |uid: &Uid| {
            let row = uid * n..(uid + 1) * n;
            self.weights[row.clone()].iter().any(Option::is_some)
                || self.bonds[row].iter().any(|&bond| bond > 0)
        };
        let some: Vec<Uid> = all.into_iter().filter(has_row).collect();
        let sparse = self.outcome(block, &some);
        assert_eq!(sparse.consensus, out.consensus);
        assert_eq!(sparse.incentive_emission, out.incentive_emission);
        assert_eq!(sparse.dividend_emission, out.dividend_emission);
        assert_eq!(sparse.bonds, rows_of(&out.bonds, &some, n));

        self.permits.clone_from(&out.permits);
        self.bonds.clone_from(&out.bonds);
        out
    }

    fn outcome(&self, block: u64, setters: &[Uid]) -> Outcome {
        let n = self.uids();
        let input = Input {
            block,
            // The chain's tests call the epoch directly, which records no block.
            last_epoch: None,
            stake: &self.stake,
            permits: &self.permits,
            last_update: &self.last_update,
            registered: &self.registered,
            owner: self.owner,
            setters,
            weights: &rows_of(&self.weights, setters, n),
            bonds: &rows_of(&self.bonds, setters, n),
            committed: None,
        };
        let mut out = Outcome::default();
        epoch(&self.params, &input, &mut Scratch::default(), &mut out);
        out
    }
}

fn rows_of<T: Copy>(matrix: &[T], rows: &[Uid], n: usize) -> Vec<T> {
    rows.iter().flat_map(|row| &matrix[row * n..][..n]).copied().collect()
}

/// A classic subnet, as the older tests have it, with everyone allowed to validate.
fn classic(uids: usize) -> Params {
    Params {
        reward_rule: RewardRule::ChainClassic,
        max_allowed_validators: uids,
        tempo: 1,
        ..Params::default()
    }
}

fn params(given: &Value) -> Params {
    let number = |key: &str| given[key].as_f64().unwrap();
    let proportion = |key: &str| given[key].as_f64().map(|units| units / 65_535.0);
    let defaults = Params::default();
    let yuma3 = given["yuma3"].as_bool().unwrap();
    Params {
        reward_rule: if yuma3 { RewardRule::ChainYuma3 } else { RewardRule::ChainClassic },
        kappa: proportion("kappa_u16").unwrap(),
        bonds_penalty: proportion("bonds_penalty_u16").unwrap(),
        bonds_moving_average: number("bonds_moving_average") / 1e6,
        liquid_alpha: given["liquid_alpha"].as_bool().unwrap(),
        alpha_low: proportion("alpha_low_u16").unwrap_or(defaults.alpha_low),
        alpha_high: proportion("alpha_high_u16").unwrap_or(defaults.alpha_high),
        alpha_sigmoid_steepness: given["alpha_sigmoid_steepness"]
            .as_f64()
            .map_or(defaults.alpha_sigmoid_steepness, |stored| stored / 100.0),
        max_allowed_validators: index(&given["max_allowed_validators"]),
        stake_threshold: Alpha(given["stake_threshold"].as_u64().unwrap_or(0)),
        tempo: given["tempo"].as_u64().unwrap(),
        ..defaults
    }
}

fn index(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn units(value: &Value) -> Vec<u16> {
    let unit = |unit: &Value| u16::try_from(unit.as_u64().unwrap()).unwrap();
    value.as_array().unwrap().iter().map(unit).collect()
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    for (uid, (found, expected)) in found.iter().zip(expected).enumerate() {
        let apart = (found - expected).abs();
        assert!(apart <= tolerance, "{what} {uid}: {found} against {expected}");
    }
}

#[track_caller]
fn assert_units(found: &[u16], expected: &[u16], what: &str) {
    for (uid, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(found.abs_diff(*expected) <= 1, "{what} {uid}: {found} against {expected}");
    }
}

fn in_units(shares: &[f64]) -> Vec<u16> {
    shares.iter().map(|&share| stored(share)).collect()
}

/// What both sides of the emission pay each uid, as a share of the epoch's.
fn combined(out: &Outcome) -> Vec<f64> {
    out.incentive_emission.iter().zip(&out.dividend_emission).map(|(a, b)| a + b).collect()
}

fn bonds_over_eight_epochs(case: &Value) {
    let mut subnet = Subnet::of(case);
    let n = subnet.uids();
    for step in case["steps"].as_array().unwrap() {
        let block = step["block"].as_u64().unwrap();
        subnet.prepare(step, block);
        let out = subnet.run(block);

        let asserted = &step["asserted"]["stored_bonds_u16_of_uids_0_to_3_on_column"];
        for (column, expected) in asserted.as_object().into_iter().flatten() {
            let column: Uid = column.parse().unwrap();
            let found: Vec<u16> = (0..4).map(|row| subnet.bonds[row * n + column]).collect();
            assert_units(&found, &units(expected), &format!("block {block}: bonds on {column}"));
        }
        let trace = &step["trace_from_comment"];
        let emission: Vec<f64> =
            numbers(&trace["combined_emission_rao"]).iter().map(|rao| rao / 1e9).collect();
        assert_close(&combined(&out), &emission, EMISSION_TOLERANCE, "emission");
        for (key, found) in [
            ("active_stake_norm", &out.active_stake),
            ("consensus", &out.consensus),
            ("incentive", &out.incentive),
            ("validator_trust", &out.vtrust),
        ] {
            if let Some(expected) = trace.get(key).filter(|expected| expected.is_array()) {
                assert_close(found, &numbers(expected), 1e-8, &format!("block {block}: {key}"));
            }
        }
        assert_close(&out.dividends, &numbers(&trace["dividends"]), 1e-5, "dividends");
    }
}

fn outdated_weights(case: &Value) {
    let mut subnet = Subnet::of(case);
    let steps = case["steps"].as_array().unwrap();
    subnet.prepare(&steps[0], 2);
    let out = subnet.run(2);
    let emission: Vec<Alpha> =
        combined(&out).iter().map(|share| Alpha(1_000_000_000).part(*share)).collect();
    let slots =
        Slots { emission: &emission, registered: &subnet.registered, owned: &[], owner: None };
    // All are immune, and then the worst of the immune goes.
    let mock = Protection { immunity_period: 2, ..Protection::default() };
    assert_eq!(mock.choose(&slots, 2), Some(3), "uid 3 is the one to prune");
    subnet.replace(3, 2);
    subnet.prepare(&steps[2], 3);
    let out = subnet.run(3);

    let asserted = &steps[2]["asserted"];
    let expected = [asserted["dividends_u16"]["0"].as_f64().unwrap() / 65_535.0];
    assert_close(&out.dividends[..1], &expected, 1.0 / 65_535.0, "dividends");
    let expected = [asserted["stored_emission_rao"]["0"].as_f64().unwrap() / 1e9];
    assert_close(&combined(&out)[..1], &expected, EMISSION_TOLERANCE, "emission");
    for (uid, bond) in asserted["stored_bonds_u16_row0"].as_object().unwrap() {
        let uid: Uid = uid.parse().unwrap();
        let bond = u16::try_from(bond.as_u64().unwrap()).unwrap();
        assert_units(&subnet.bonds[uid..=uid], &[bond], "bond of uid 0");
    }
}

/// Everyone weighs only itself, which nobody but an owner may.
fn self_weights(case: &Value) -> Outcome {
    let stake = numbers(&case["stakes"]);
    let mut subnet = Subnet::new(&stake, classic(stake.len()));
    subnet.run(1);
    for uid in 0..stake.len() {
        subnet.set_weights(uid, 2, &[(uid, 65_535)]);
    }
    let out = subnet.run(2);
    let asserted = &case["steps"][0]["asserted"];
    assert_eq!(in_units(&out.consensus), units(&asserted["consensus_u16"]));
    assert_eq!(in_units(&out.incentive), units(&asserted["incentive_u16"]));
    assert_eq!(in_units(&out.dividends), units(&asserted["dividends_u16"]));
    out
}

fn one_uid(case: &Value) {
    let out = self_weights(case);
    assert_eq!(combined(&out), [1.0]);
}

fn ten_uids(case: &Value) {
    let out = self_weights(case);
    let emission = numbers(&case["steps"][0]["asserted"]["stored_emission_rao"]);
    let emission: Vec<f64> = emission.iter().map(|rao| rao / 1e9).collect();
    assert_close(&combined(&out), &emission, EMISSION_TOLERANCE, "emission");
}

/// The chain compares its production form with a dense one; so does this, with the plain epoch
/// below.
fn random_weights_agree_with_a_plain_epoch(case: &Value) {
    assert!(case["property"].as_str().unwrap().contains("identical"));
    let (n, validators) = (512, 64);
    let mut seed = 1_u64;
    let mut draw = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 48) as u16
    };
    for penalty in [0, 32_767, 65_535] {
        let params = Params { bonds_penalty: share(penalty), ..classic(validators) };
        let stake: Vec<f64> = (0..n)
            .map(|uid| if uid < validators { 1.0 + f64::from(draw()) } else { 0.0 })
            .collect();
        let mut subnet = Subnet::new(&stake, params);
        subnet.run(1);
        for uid in 0..validators {
            let weights: Vec<_> = (validators..n).map(|server| (server, draw().max(1))).collect();
            subnet.set_weights(uid, 2, &weights);
        }
        let plain = plain_classic_epoch(&subnet);
        let out = subnet.run(2);
        assert_close(&out.incentive, &plain.incentive, 1e-12, "incentive");
        assert_close(&out.dividends, &plain.dividends, 1e-12, "dividends");
        assert_eq!(subnet.bonds, plain.bonds);
    }
}

struct Plain {
    incentive: Vec<f64>,
    dividends: Vec<f64>,
    bonds: Vec<u16>,
}

/// The first classic epoch with everyone active, every weight present and no bonds yet, written
/// column by column and without any of the room's own functions but the storing.
fn plain_classic_epoch(subnet: &Subnet) -> Plain {
    let n = subnet.uids();
    let total: f64 = subnet.stake.iter().sum();
    let weight = |row: usize, uid: usize| f64::from(subnet.weights[row * n + uid].unwrap_or(0));
    let row_total: Vec<f64> = (0..n).map(|row| (0..n).map(|uid| weight(row, uid)).sum()).collect();
    let mut rank = vec![0.0; n];
    let mut clipped = vec![vec![0.0; n]; n];
    for uid in 0..n {
        let votes: Vec<(f64, f64)> = (0..n)
            .filter(|&row| row_total[row] > 0.0)
            .map(|row| (weight(row, uid) / row_total[row], subnet.stake[row] / total))
            .collect();
        let support = |level: f64| -> f64 {
            votes.iter().filter(|vote| vote.0 >= level).map(|vote| vote.1).sum()
        };
        let levels = votes.iter().map(|vote| vote.0);
        let majority = 32_767.0 / 65_535.0 + 1e-7;
        let consensus = levels.filter(|&level| support(level) >= majority).fold(0.0, f64::max);
        for row in (0..n).filter(|&row| row_total[row] > 0.0) {
            let given = weight(row, uid) / row_total[row];
            let kept = given.min(consensus);
            rank[uid] += subnet.stake[row] / total * kept;
            let beta = subnet.params.bonds_penalty;
            clipped[row][uid] = subnet.stake[row] / total * (given + beta * (kept - given));
        }
    }
    let ranks: f64 = rank.iter().sum();
    let incentive: Vec<f64> = rank.iter().map(|rank| rank / ranks).collect();
    let mut earned = vec![0.0; n];
    let mut bonds = vec![0; n * n];
    for uid in 0..n {
        let column: Vec<f64> = clipped.iter().map(|row| row[uid]).collect();
        let total: f64 = column.iter().sum();
        let greatest = column.iter().copied().fold(0.0, f64::max);
        for row in (0..n).filter(|_| total > 0.0) {
            earned[row] += column[row] / total * incentive[uid];
            bonds[row * n + uid] = stored(column[row] / greatest);
        }
    }
    let all: f64 = earned.iter().sum();
    Plain { incentive, dividends: earned.iter().map(|part| part / all).collect(), bonds }
}

/// 64 equal validators give 448 equal servers equal weights (`tests/epoch.rs::test_512_graph`).
#[test]
fn a_graph_of_equals_pays_equally() {
    let (n, validators) = (512, 64);
    let stake: Vec<f64> = (0..n).map(|uid| f64::from(uid < validators)).collect();
    let mut subnet = Subnet::new(&stake, classic(validators.try_into().unwrap()));
    subnet.run(1);
    let servers: Vec<_> = (64..512).map(|server| (server, 1)).collect();
    for uid in 0..64 {
        subnet.set_weights(uid, 2, &servers);
    }
    let out = subnet.run(2);
    assert_units(&in_units(&out.dividends[..64]), &[1_023; 64], "dividends");
    assert_units(&in_units(&out.incentive[64..]), &[146; 448], "incentive");
    let emission = combined(&out);
    assert_close(&emission[..64], &[7_812_500e-9; 64], EMISSION_TOLERANCE, "validator");
    assert_close(&emission[64..], &[1_116_071e-9; 448], EMISSION_TOLERANCE, "server");
}

fn validator_permits(_: &Value) {
    for (n, validators) in [(2_usize, 1_usize), (4, 2), (8, 4)] {
        let threshold = validators as f64;
        let params = Params { stake_threshold: Alpha(validators as u64), ..classic(validators) };
        let validates = |uid: Uid| uid.is_multiple_of(2);

        let ones: Vec<f64> = (0..n).map(|uid| f64::from(u8::from(validates(uid)))).collect();
        let mut subnet = Subnet::new(&ones, params.clone());
        subnet.run(1);
        for uid in 0..n {
            assert_eq!(subnet.permits[uid], validates(uid) && 1.0 >= threshold, "{n}: {uid}");
        }

        let rising = |uid: Uid| if validates(uid) { uid + n } else { uid } as f64;
        let mut subnet = Subnet::new(&(0..n).map(rising).collect::<Vec<_>>(), params);
        subnet.run(1);
        for uid in 0..n {
            let expected = validates(uid) && subnet.stake[uid] >= threshold;
            assert_eq!(subnet.permits[uid], expected, "{n}: {uid}");
        }

        for uid in (0..n).filter(|&uid| !validates(uid)) {
            subnet.stake[uid] += 2.0 * n as f64;
        }
        subnet.run(2);
        for uid in 0..n {
            let expected = !validates(uid) && subnet.stake[uid] >= threshold;
            assert_eq!(subnet.permits[uid], expected, "{n}: {uid}");
        }
    }
}

fn owner_weighs_itself(case: &Value) {
    let mut subnet = Subnet::new(&numbers(&case["stakes"]), Params::default());
    subnet.owner = Some(index(&case["params"]["owner_uid"]));
    let given = case["weights"]["0"].as_array().unwrap();
    let pair = |pair: &Value| (index(&pair[0]), units(pair)[1]);
    let weights: Vec<_> = given.iter().map(pair).collect();
    subnet.run(1);
    subnet.set_weights(0, 2, &weights);
    let out = subnet.run(2);
    assert!(out.incentive_emission[0] > 0.0);
    assert_eq!(out.incentive_emission[0].to_bits(), out.incentive_emission[1].to_bits());

    subnet.owner = None;
    let out = subnet.run(3);
    assert_eq!(out.incentive, [0.0, 1.0], "anyone else's weight on itself is removed");
}

fn single_staker(_: &Value) {
    let out = Subnet::new(&[1e9], Params::default()).run(1);
    assert_close(&[combined(&out).iter().sum()], &[1.0], 1_000.0 / 1e9, "emission");
}

fn deregistered_miner(_: &Value) {
    for reward_rule in [RewardRule::ChainClassic, RewardRule::ChainYuma3] {
        let params = Params { reward_rule, max_allowed_validators: 2, tempo: 3, ..classic(2) };
        let mut subnet = Subnet::new(&[1.0, 1.0, 0.0, 0.0], params);
        subnet.run(1);
        for (uid, weights) in [(0, [(2, 1), (3, 2)]), (1, [(2, 1), (3, 1)])] {
            subnet.set_weights(uid, 2, &weights);
        }
        for block in [2, 5, 8] {
            subnet.run(block);
        }
        let mut untouched = subnet.clone();
        let before = subnet.bonds.clone();
        subnet.replace(3, 9);
        for (uid, weights) in [(0, [(2, 1), (3, 2)]), (1, [(2, 1), (3, 1)])] {
            subnet.set_weights(uid, 10, &weights);
        }
        let column_of = |bonds: &[u16], uid: Uid| [bonds[uid], bonds[4 + uid]];
        subnet.run(11);
        untouched.run(11);
        for row in 0..2 {
            assert!(column_of(&subnet.bonds, 3)[row] <= column_of(&before, 3)[row]);
            assert!(column_of(&subnet.bonds, 2)[row] >= column_of(&before, 2)[row]);
        }
        if reward_rule == RewardRule::ChainYuma3 {
            assert!(column_of(&subnet.bonds, 3)[0] < column_of(&untouched.bonds, 3)[0] / 2);
        }
    }
}

fn yuma3(case: &Value) {
    let mut subnet = Subnet::of(case);
    let n = subnet.uids();
    let tolerance = case["tolerance"].as_f64().unwrap();
    for step in case["steps"].as_array().unwrap() {
        let block = 2 + step["epoch"].as_u64().unwrap();
        subnet.prepare(step, block);
        if let Some(uid) = step["bonds_reset_uid"].as_u64() {
            let uid = usize::try_from(uid).unwrap();
            bonds_reset::reset(&mut subnet.bonds, n, uid);
        }
        let out = subnet.run(block);

        let emulated = &step["emulated_Q32"];
        for (row, expected) in emulated["bonds_u16"].as_array().unwrap().iter().enumerate() {
            let what = format!("block {block}: bonds of {row}");
            assert_units(&subnet.bonds[row * n + 3..][..2], &units(expected), &what);
        }
        let what = format!("block {block}: dividends");
        assert_units(&in_units(&out.dividends[..3]), &units(&emulated["dividends_u16"]), &what);
        assert_units(&in_units(&out.incentive[3..]), &units(&emulated["incentive_u16"]), &what);

        let Some(expected) = step.get("expected") else {
            continue;
        };
        assert_close(&out.dividends, &numbers(&expected["dividends"]), tolerance, &what);
        for (row, bonds) in matrix(&expected["bonds_rows_0_to_2_on_servers"]).iter().enumerate() {
            let found = &subnet.bonds[row * n + 3..][..2];
            let found: Vec<f64> = found.iter().map(|&bond| share(bond)).collect();
            assert_close(&found, bonds, tolerance, &format!("block {block}: bonds of {row}"));
        }
    }
}

fn liquid_alpha_with_one_rate(case: &Value) {
    let (weights, old) = (matrix(&case["weights"]), matrix(&case["bonds"]));
    let consensus = numbers(&case["consensus"]);
    let rate = 1.0 - case["bonds_moving_average"].as_f64().unwrap() / 1e6;
    let low = case["alpha_low_u16"].as_f64().unwrap() / 65_535.0;
    let high = case["alpha_high_u16"].as_f64().unwrap() / 65_535.0;
    let stored: Vec<u16> = in_units(&old.concat());
    let view =
        View { stake: &[0.25; 4], weights: &weights.concat(), stored: &stored, fresh: &[false; 3] };
    let (mut plain, mut liquid) = ([0.0; 12], [0.0; 12]);
    bonds::yuma3(&view, rate, &mut plain);
    let curve = LiquidAlpha::new(low, high, 10.0);
    bonds::yuma3_liquid(&view, &curve, &[true; 12], &consensus[..3], &mut liquid);
    assert_close(&liquid, &plain, 1e-3, "bond");
}

fn medians(case: &Value) {
    for case in case["cases"].as_array().unwrap() {
        let (stake, score) = (numbers(&case["stake"]), numbers(&case["score"]));
        let needed = case["majority"].as_f64().unwrap() - 1e-9;
        let found = weighted_median(&stake, &score, needed, &mut Vec::new());
        assert_eq!(Some(found), case["expect"].as_f64(), "{case}");
    }
}

fn median_columns(case: &Value) {
    for case in case["cases"].as_array().unwrap() {
        let (stake, weights) = (numbers(&case["stake"]), matrix(&case["weights"]));
        let needed = case["majority"].as_f64().unwrap() - 1e-9;
        let mut found = vec![9.0; weights[0].len()];
        let mut voters = Voters::default();
        voters.find(&stake, false);
        consensus(&voters, &weights.concat(), needed, &mut Vec::new(), &mut found);
        assert_eq!(found, numbers(&case["expect"]), "{case}");
    }
}

fn upscaling(case: &Value) {
    for case in case["cases"].as_array().unwrap() {
        let scores = numbers(&case["inp"]);
        let mut found = vec![None; scores.len()];
        max_upscale(&scores, &mut found);
        let found: Vec<u16> = found.iter().map(|weight| weight.unwrap_or(0)).collect();
        assert_eq!(found, units(&case["out"]), "{case}");
    }
}

fn top_k_marks(case: &Value) {
    for case in case["cases"].as_array().unwrap() {
        let values = numbers(&case["v"]);
        let mut marked = vec![false; values.len()];
        top_k(&values, index(&case["k"]), &mut Vec::new(), &mut marked);
        let marked: Vec<u16> = marked.into_iter().map(u16::from).collect();
        assert_eq!(marked, units(&case["out"]), "{case}");
    }
}

fn sparse_drop(case: &Value) {
    let alpha = case["alpha"].as_f64().unwrap();
    let weights = [vec![0.0; 3], numbers(&case["new_row1"])].concat();
    let old = in_units(&[numbers(&case["old_row0"]), vec![0.0; 3]].concat());
    let listed: Vec<bool> = weights.iter().map(|&weight| weight > 0.0).collect();
    let view = View { stake: &[0.5; 2], weights: &weights, stored: &old, fresh: &[false; 3] };
    let curve = LiquidAlpha::new(alpha, alpha, 10.0);
    let mut found = [9.0; 6];
    bonds::yuma3_liquid(&view, &curve, &listed, &[0.0; 3], &mut found);
    assert_eq!(found[..3], numbers(&case["expect_row0"]));
    assert_eq!(found[3..], numbers(&case["expect_row1"]));
}

fn moving_averages(case: &Value) {
    for case in case["cases"].as_array().unwrap() {
        let (new, old) = (matrix(&case["new"]).concat(), matrix(&case["old"]).concat());
        let rates = match case["alpha"].as_f64() {
            Some(rate) => vec![rate; new.len()],
            None => matrix(&case["alpha"]).concat(),
        };
        let found: Vec<f64> = (0..new.len())
            .map(|entry| liquid_alpha::moving_average(rates[entry], new[entry], old[entry]))
            .collect();
        assert_close(&found, &matrix(&case["out"]).concat(), 1e-12, "average");
    }
}

fn fallback_by_stake(case: &Value) {
    let mut subnet = Subnet::new(&numbers(&case["stakes"]), Params::default());
    subnet.permits = units(&case["permits"]).iter().map(|&permit| permit == 1).collect();
    let out = subnet.run(1);
    let expected = numbers(&case["expect_validator_emission_share"]);
    assert_close(&out.dividend_emission, &expected, EMISSION_TOLERANCE, "validator emission");
    let server: f64 = out.incentive_emission.iter().sum();
    assert_eq!(Some(server), case["expect_server_emission"].as_f64());
}

fn mechanism_split(case: &Value) {
    for case in case["cases"].as_array().unwrap() {
        let emission = Alpha(case["emission"].as_u64().unwrap());
        let parts = case["split"].as_array().map(|_| units(&case["split"]));
        let found = mechanisms::split(emission, index(&case["count"]), parts.as_deref());
        let found: Vec<f64> = found.iter().map(|part| part.0 as f64).collect();
        assert_eq!(found, numbers(&case["out"]), "{case}");
    }
}

/// The sequences are told in words: each case names its start and what follows.
fn burn_price(case: &Value) {
    for case in case["cases"].as_array().unwrap() {
        let bound = |key: &str, none: u64| Tao(case[key].as_u64().unwrap_or(none));
        let pricing = Pricing {
            least: bound("min", 0),
            most: bound("max", u64::MAX),
            half_life: u16::try_from(case["half_life"].as_u64().unwrap_or(360)).unwrap(),
            bump: case["mult"].as_f64().unwrap_or(1.26),
        };
        let blocks = |price: Tao, count: u64| {
            (0..count).fold(price, |price, _| pricing.after_block(price, pricing.decay()))
        };
        if let Some(start) = case["start"].as_u64() {
            let mut checked = 0;
            for (key, count) in
                [("after_one_block", 1), ("after_2_blocks", 2), ("after_4_blocks", 4)]
            {
                if let Some(expected) = case[key].as_u64() {
                    assert_eq!(blocks(Tao(start), count), Tao(expected), "{case}");
                    checked += 1;
                }
            }
            if let Some(expected) = case["after_registration"].as_u64() {
                assert_eq!(pricing.after_registration(Tao(start)), Tao(expected), "{case}");
                checked += 1;
            }
            assert!(checked > 0, "nothing to check in {case}");
            continue;
        }
        let mut price = None;
        for word in case["seq"].as_str().unwrap().split(" -> ") {
            price = match (word.trim_start_matches("next "), price) {
                ("register", Some(price)) => Some(pricing.after_registration(price)),
                ("block", Some(price)) => Some(blocks(price, 1)),
                (told, before) => {
                    // "block 1998" is a block and then its price.
                    let (step, number) = told.rsplit_once(' ').unwrap_or(("", told));
                    let now = match (step, before) {
                        ("block", Some(price)) => Some(blocks(price, 1)),
                        (_, before) => before,
                    };
                    let told = Tao(number.parse().unwrap());
                    assert_eq!(now.unwrap_or(told), told, "{case}");
                    Some(told)
                }
            };
        }
    }
}
