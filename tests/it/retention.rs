//! The consensus guarantee: the published retention lines, vertex by vertex.
//!
//! `vectors/retention_contours.json` holds the lines of the figures of `docs/consensus.md`
//! (`opentensor/subtensor` at commit `14bc6f9f`, public domain), the first random draws behind
//! them, and grids of an independent re-run. The figures were drawn from rewards with three
//! decimals, and so are the lines they are held against.

use std::ops::Range;
use std::sync::OnceLock;

use rayon::ThreadPoolBuilder;
use serde_json::Value;
use taosim::protocol::{Input, Outcome, Params, RewardRule, Scratch, epoch};
use taosim::study::retention::sample::Draws;
use taosim::study::retention::{HONEST_STAKES, Map, Rule, Sample, Setting, map, maps};
use taosim::units::Uid;

const FILE: &str = include_str!("../vectors/retention_contours.json");

/// How far a published vertex may lie from the nearest point of our line, in units of either
/// weight.
const VERTEX_TOLERANCE: f64 = 0.002;

/// Reach of the gaps that labels cut into the published lines, in units of either weight.
const LABEL: f64 = 0.07;

/// How far a reward may lie from that of the re-run.
const REWARD_TOLERANCE: f64 = 0.001;

/// How far a required utility may lie from the published one.
const UTILITY_TOLERANCE: f64 = 0.01;

/// The required utility for each of [`HONEST_STAKES`] in the re-run of a setting.
const UTILITIES: [(&str, [f64; 11]); 10] = [
    ("weight noise 0", [0.509, 0.55, 0.6, 0.649, 0.7, 0.749, 0.8, 0.849, 0.9, 0.949, 0.99]),
    (
        "weight noise 0.2",
        [0.705, 0.66, 0.667, 0.691, 0.724, 0.764, 0.807, 0.854, 0.902, 0.95, 0.99],
    ),
    ("baseline", [0.886, 0.764, 0.733, 0.732, 0.749, 0.777, 0.813, 0.856, 0.904, 0.951, 0.99]),
    ("kappa 0.4", [0.93, 0.775, 0.712, 0.722, 0.745, 0.775, 0.813, 0.856, 0.904, 0.951, 0.99]),
    ("kappa 0.6", [1.0, 1.0, 1.0, 0.785, 0.773, 0.786, 0.817, 0.858, 0.904, 0.952, 0.99]),
    (
        "bonds penalty 0",
        [0.921, 0.823, 0.788, 0.779, 0.783, 0.797, 0.825, 0.862, 0.905, 0.952, 0.99],
    ),
    (
        "bonds penalty 0.5",
        [0.916, 0.808, 0.768, 0.758, 0.766, 0.788, 0.82, 0.858, 0.904, 0.952, 0.99],
    ),
    (
        "validator share 0",
        [0.926, 0.848, 0.824, 0.82, 0.827, 0.84, 0.858, 0.885, 0.917, 0.955, 0.99],
    ),
    (
        "validator share 0.25",
        [0.91, 0.815, 0.785, 0.779, 0.785, 0.801, 0.827, 0.862, 0.905, 0.951, 0.991],
    ),
    ("Yuma3", [0.885, 0.764, 0.732, 0.732, 0.749, 0.777, 0.813, 0.856, 0.904, 0.951, 0.99]),
];

/// What the figures themselves say: a setting, a stake, the utility it needs and the cabal's
/// worst weight.
const ANNOTATIONS: [(&str, f64, f64, f64); 10] = [
    ("weight noise 0", 0.6, 0.6, 0.4),
    ("weight noise 0.2", 0.6, 0.665, 0.6),
    ("baseline", 0.6, 0.73, 0.8),
    ("kappa 0.4", 0.51, 0.93, 1.0),
    ("baseline", 0.51, 0.88, 1.0),
    ("kappa 0.6", 0.51, 0.995, 1.0),
    ("bonds penalty 0", 0.6, 0.78, 1.0),
    ("bonds penalty 0.5", 0.6, 0.765, 1.0),
    ("validator share 0", 0.6, 0.82, 1.0),
    ("validator share 0.25", 0.6, 0.78, 1.0),
];

fn file() -> Value {
    serde_json::from_str(FILE).unwrap()
}

fn setting(name: &str) -> Setting {
    let mut setting = Setting::default();
    match name {
        "baseline" => {}
        "weight noise 0" => setting.weight_noise = 0.0,
        "weight noise 0.2" => setting.weight_noise = 0.2,
        "kappa 0.4" => setting.kappa = 0.4,
        "kappa 0.6" => setting.kappa = 0.6,
        "bonds penalty 0" => setting.bonds_penalty = 0.0,
        "bonds penalty 0.5" => setting.bonds_penalty = 0.5,
        "validator share 0" => setting.validator_share = 0.0,
        "validator share 0.25" => setting.validator_share = 0.25,
        "Yuma3" => setting.rule = Rule::Yuma3,
        _ => panic!("no setting is called {name}"),
    }
    setting
}

/// The maps of a named setting, with three decimals; each is made once for all tests.
fn published(name: &str) -> &'static [Map] {
    static MAPS: [OnceLock<Vec<Map>>; UTILITIES.len()] =
        [const { OnceLock::new() }; UTILITIES.len()];
    let place = UTILITIES.iter().position(|(setting, _)| *setting == name).unwrap();
    MAPS[place].get_or_init(|| maps(&setting(name)).iter().map(Map::rounded).collect())
}

fn published_map(name: &str, honest_stake: f64) -> &'static Map {
    published(name).iter().find(|map| map.honest_stake == honest_stake).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert!(found.len() >= expected.len() && !expected.is_empty(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let off = (found - expected).abs();
        assert!(off <= tolerance, "{what}: {found} against {expected}, off by {off}");
    }
}

#[test]
fn draws_are_those_of_the_published_experiment() {
    let file = file();
    let mut draws = Draws::new(0);
    let uniform: Vec<f64> = (0..32).map(|_| f64::from(draws.uniform())).collect();
    assert_eq!(uniform, numbers(&file["uniform_draws"]));
    assert_close(&Draws::new(0).normals(38), &numbers(&file["normal_draws"]), 5e-7, "normals");

    let sample = Sample::draw(&Setting::default(), 0.6);
    let (validators, servers) = (sample.honest_validators, sample.honest_servers);
    for (found, expected) in [
        (&sample.stake[..], "honest_stakes"),
        (&sample.stake[validators..], "cabal_stakes"),
        (&sample.favour[..], "favour_of_honest_servers"),
        (&sample.favour[servers..], "favour_of_cabal_servers"),
    ] {
        assert_close(found, &numbers(&file[expected]), 5e-9, expected);
    }
    for team in file["teams"].as_array().unwrap() {
        let team = numbers(team);
        let sample = Sample::draw(&Setting::default(), team[0]);
        let sizes = [sample.honest_validators as f64, sample.honest_servers as f64];
        assert_eq!(sizes, team[1..], "at a stake of {}", team[0]);
    }
}

#[test]
fn every_vertex_of_every_published_line_lies_on_ours() {
    let file = file();
    let contours = file["contours"].as_array().unwrap();
    assert_eq!(contours.len(), 62);
    for contour in contours {
        let number = |key: &str| contour[key].as_f64().unwrap();
        let (stake, level) = (number("honest_stake"), number("level"));
        let lines = published_map(contour["setting"].as_str().unwrap(), stake).contour(level);
        let points = contour["points"].as_array().unwrap();
        let points: Vec<Vec<f64>> = points.iter().map(numbers).collect();
        assert!(points.len() > 40);
        let what = format!("{} of stake {stake} at {level}", contour["figure"]);
        for point in &points {
            let off = distance(&lines, point);
            assert!(off <= VERTEX_TOLERANCE, "{what}: {point:?} is off by {off}");
        }
        // And ours has no branch that the published one lacks.
        for &(x, y) in lines.iter().flatten() {
            let near = |point: &Vec<f64>| (point[0] - x).abs() + (point[1] - y).abs() < LABEL;
            assert!(points.iter().any(near), "{what}: nothing is published near {x}, {y}");
        }
    }
}

/// From a point to the nearest point of any line.
fn distance(lines: &[Vec<(f64, f64)>], point: &[f64]) -> f64 {
    let to_segment = |pair: &[(f64, f64)]| {
        let (across, up) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let (right, above) = (point[0] - pair[0].0, point[1] - pair[0].1);
        let length = across * across + up * up;
        let along = ((right * across + above * up) / length).clamp(0.0, 1.0);
        let (x, y) = (right - along * across, above - along * up);
        (x * x + y * y).sqrt()
    };
    let segments = lines.iter().flat_map(|line| line.windows(2));
    segments.map(to_segment).fold(f64::INFINITY, f64::min)
}

#[test]
fn rewards_agree_with_an_independent_run() {
    let file = file();
    let grids = file["grids"].as_array().unwrap();
    assert_eq!(grids.len(), 55);
    for grid in grids {
        let (name, stake) =
            (grid["setting"].as_str().unwrap(), grid["honest_stake"].as_f64().unwrap());
        let map = published_map(name, stake);
        for (own, column) in grid["honest_reward"].as_array().unwrap().iter().enumerate() {
            for (cabal, expected) in numbers(column).into_iter().enumerate() {
                let found = map.reward(own * 5, cabal * 5).unwrap();
                let what = format!("{name}, stake {stake}, W_H {own}/10, W_C {cabal}/10");
                assert_close(&[found], &[expected], REWARD_TOLERANCE, &what);
            }
        }
    }
}

#[test]
fn required_utilities_are_the_published_ones() {
    for (name, utilities) in UTILITIES {
        let found: Vec<f64> = published(name).iter().map(|map| map.required_utility().0).collect();
        assert_close(&found, &utilities, UTILITY_TOLERANCE, name);
    }
    for (name, stake, utility, worst) in ANNOTATIONS {
        let found = published_map(name, stake).required_utility();
        assert_close(&[found.0], &[utility], UTILITY_TOLERANCE, name);
        assert_close(&[found.1], &[worst], 0.021, name);
    }
}

/// In words of the docs: 60 % of the stake resists while it serves with more than 73 %, whatever
/// the cabal does, and no less will do.
#[test]
fn forty_percent_of_stake_win_against_a_lazy_majority() {
    let map = published_map("baseline", 0.6);
    let keeps = |own: usize| (0..51).all(|cabal| map.reward(own, cabal).unwrap() >= 0.6);
    assert!((37..51).all(keeps));
    assert!(!(0..37).any(keeps));
}

/// All cells of small grids, under both rules and many settings, against the whole epoch.
#[test]
fn the_short_way_equals_the_epoch() {
    let small = Setting { validators: 6, servers: 9, steps: 5, ..Setting::default() };
    for seed in 0..40 {
        for rule in [Rule::Classic, Rule::Yuma3] {
            let mut draws = Draws::new(seed + 1_000);
            let mut draw = |from: &[f64]| from[usize::from(draws.uniform()) % from.len()];
            let setting = Setting {
                rule,
                seed,
                kappa: draw(&[0.0, 0.4, 0.5, 0.6, 1.0]),
                bonds_penalty: draw(&[0.0, 0.3, 0.5, 1.0]),
                validator_share: draw(&[0.0, 0.25, 0.5, 1.0]),
                // Noise this great leaves some without stake, and many without weight.
                weight_noise: draw(&[0.0, 0.4, 3.0]),
                stake_noise: draw(&[0.0, 0.3, 3.0]),
                ..small.clone()
            };
            agrees_with_the_epoch(&setting, draw(&[0.51, 0.6, 0.9]), 0..setting.steps);
        }
    }
    for (rule, stake) in [(Rule::Classic, 0.6), (Rule::Yuma3, 0.51), (Rule::Classic, 0.95)] {
        agrees_with_the_epoch(&Setting { rule, steps: 8, ..Setting::default() }, stake, 3..8);
    }
}

fn agrees_with_the_epoch(setting: &Setting, honest_stake: f64, steps: Range<usize>) {
    let map = map(setting, honest_stake);
    let sample = Sample::draw(setting, honest_stake);
    let last = (map.steps - 1) as f64;
    for cabal in steps.clone() {
        for own in steps.clone() {
            let reward = by_epoch(setting, &sample, own as f64 / last, cabal as f64 / last);
            let found = map.reward(own, cabal).unwrap();
            let what = format!("stake {honest_stake}, W {own}, {cabal} of {last}, {setting:?}");
            assert_close(&[found], &[reward], 1e-9, &what);
        }
    }
}

/// The honest team's reward of one cell by the whole epoch.
fn by_epoch(setting: &Setting, sample: &Sample, own: f64, cabal: f64) -> f64 {
    let (validators, servers) = (setting.validators, setting.servers);
    let uids = validators + servers;
    let mut weights = vec![None; validators * uids];
    for (validator, row) in weights.chunks_exact_mut(uids).enumerate() {
        let own = if validator < sample.honest_validators { own } else { cabal };
        sample.store(validator, own, &mut row[validators..]);
    }
    let validates = |uid: Uid| uid < validators;
    let stake: Vec<f64> =
        (0..uids).map(|uid| sample.stake.get(uid).map_or(0.0, |share| share * 1e15)).collect();
    let params = Params {
        reward_rule: match setting.rule {
            Rule::Classic => RewardRule::ChainClassic,
            Rule::Yuma3 => RewardRule::ChainYuma3,
        },
        kappa: setting.kappa,
        bonds_penalty: setting.bonds_penalty,
        validator_share: setting.validator_share,
        ..Params::default()
    };
    let input = Input {
        block: 1_000,
        last_epoch: Some(640),
        stake: &stake,
        permits: &(0..uids).map(validates).collect::<Vec<_>>(),
        last_update: &vec![900; uids],
        registered: &vec![0; uids],
        owner: None,
        setters: &(0..validators).collect::<Vec<_>>(),
        weights: &weights,
        bonds: &vec![0; validators * uids],
        committed: None,
    };
    let mut out = Outcome::default();
    epoch(&params, &input, &mut Scratch::default(), &mut out);
    let honest = |uid: &Uid| {
        *uid < sample.honest_validators
            || (validators..validators + sample.honest_servers).contains(uid)
    };
    (0..uids)
        .filter(honest)
        .fold(0.0, |sum, uid| sum + out.incentive_emission[uid] + out.dividend_emission[uid])
}

#[test]
fn threads_change_nothing() {
    let setting = Setting { steps: 6, servers: 100, ..Setting::default() };
    let with = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| maps(&setting))
    };
    let one = with(1);
    assert_eq!(one.iter().map(|map| map.honest_stake).collect::<Vec<_>>(), HONEST_STAKES);
    for threads in [2, 3, 8] {
        assert_eq!(with(threads), one, "{threads} threads");
    }
}

/// Another draw moves the line a little, and not more: what the figures call noise is one draw.
#[test]
fn another_seed_moves_the_line_by_a_point() {
    for seed in 1..3 {
        let found = map(&Setting { seed, ..Setting::default() }, 0.6).required_utility().0;
        assert_close(&[found], &[0.737], UTILITY_TOLERANCE, "another seed");
        assert!((found - published_map("baseline", 0.6).required_utility().0).abs() > 1e-4);
    }
}

#[test]
fn the_command_writes_tables_and_figures() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut run = crate::tools::taosim();
    run.args(["retention", "--out"]).arg(dir.path());
    let output = run.assert().success().get_output().clone();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("60 %   73.2 % (cabal at 80 %)"), "{told}");
    let folder = dir.path().join("retention/single");
    let manifest = taosim::record::Manifest::read(&folder).expect("a manifest");
    assert_eq!(told.lines().last(), Some(manifest.result_digest.as_str()));
    let cells = taosim::record::parquet::read(&folder, "map").expect("a table");
    assert_eq!(cells.rows(), 11 * 51 * 51);
    // Honest weight runs along the rows of a map: a wholly honest team keeps what a silent one
    // loses.
    let (weight, reward) = (cells.numbers("honest_weight"), cells.numbers("honest_reward_share"));
    assert_eq!((weight[0], weight[50]), (0.0, 1.0));
    assert!(reward[50] > reward[0]);
    let required = taosim::record::parquet::read(&folder, "required").expect("a table");
    assert_eq!(required.rows(), 11);
    assert!(folder.join("plots/retention.svg").exists());
    let mut bad = crate::tools::taosim();
    bad.args(["retention", "--kappa", "7", "--seeds", "0", "--out"]).arg(dir.path().join("no"));
    let output = bad.assert().code(2).get_output().clone();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("`--kappa`") && told.contains("`--seeds`"), "{told}");
    assert!(!dir.path().join("no").exists());
}
