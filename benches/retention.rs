//! What the published maps cost, one of them alone, and one cell by the whole epoch.
//!
//! A map has 2601 cells, so that 2601 times the last number is what the short way saves on.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use taosim::protocol::{Input, Outcome, Params, RewardRule, Scratch, epoch};
use taosim::study::retention::{Rule, Sample, Setting, map, maps};
use taosim::units::Uid;

const HONEST_STAKE: f64 = 0.6;

fn all_maps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("retention");
    group.sample_size(10).measurement_time(Duration::from_secs(15));
    group.bench_function("all maps", |bencher| {
        bencher.iter(|| maps(black_box(&Setting::default())));
    });
    for (name, rule) in [("one map, classic", Rule::Classic), ("one map, yuma3", Rule::Yuma3)] {
        let setting = Setting { rule, ..Setting::default() };
        group.bench_function(name, |bencher| {
            bencher.iter(|| map(black_box(&setting), HONEST_STAKE));
        });
    }
    group.finish();
}

fn one_cell_by_the_epoch(criterion: &mut Criterion) {
    let setting = Setting::default();
    let sample = Sample::draw(&setting, HONEST_STAKE);
    let uids = setting.validators + setting.servers;
    let mut weights = vec![None; setting.validators * uids];
    let stake: Vec<f64> =
        (0..uids).map(|uid| sample.stake.get(uid).copied().unwrap_or(0.0)).collect();
    let permits: Vec<bool> = (0..uids).map(|uid| uid < setting.validators).collect();
    let (last_update, registered) = (vec![900; uids], vec![0; uids]);
    let setters: Vec<Uid> = (0..setting.validators).collect();
    let bonds = vec![0; setting.validators * uids];
    let params = Params { reward_rule: RewardRule::ChainClassic, ..Params::default() };
    let (mut scratch, mut out) = (Scratch::default(), Outcome::default());
    criterion.bench_function("retention/one cell by the epoch", |bencher| {
        bencher.iter(|| {
            for (validator, row) in weights.chunks_exact_mut(uids).enumerate() {
                let own = if validator < sample.honest_validators { 0.74 } else { 0.8 };
                sample.store(validator, black_box(own), &mut row[setting.validators..]);
            }
            let input = Input {
                block: 1_000,
                last_epoch: Some(640),
                stake: &stake,
                permits: &permits,
                last_update: &last_update,
                registered: &registered,
                owner: None,
                setters: &setters,
                weights: &weights,
                bonds: &bonds,
                committed: None,
            };
            epoch(&params, &input, &mut scratch, &mut out);
        });
    });
}

criterion_group!(benches, all_maps, one_cell_by_the_epoch);
criterion_main!(benches);
