//! What a whole epoch costs, and what recording adds to it.
//!
//! `cargo bench --bench epoch` prints both beside each other: the ratio is what counts, for the
//! machine is never quite idle.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use taosim::record::{Digest, Frame, Observer as _, Tables};
use taosim::scenario::Scenario;
use taosim::simulation::Simulation;

const QUICKSTART: &str = include_str!("../scenarios/quickstart.toml");

fn quickstart() -> Scenario {
    Scenario::load("quickstart.toml", QUICKSTART, &[]).expect("the quickstart is valid")
}

/// A simulation that has left its first epochs behind.
fn warmed() -> Simulation {
    let mut simulation = Simulation::new(&quickstart());
    for _ in 0..20 {
        simulation.step().expect("the quickstart runs");
    }
    simulation
}

fn epoch(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("quickstart, 64 x 256");
    let mut simulation = warmed();
    group.bench_function("epoch", |b| b.iter(|| simulation.step().expect("it runs")));

    let simulation = warmed();
    let frame = Frame { epoch: 0, world: simulation.world(), events: &[] };
    let mut digest = Digest::new();
    group.bench_function("digest", |b| b.iter(|| digest.observe(black_box(&frame))));

    let folder = tempfile::tempdir().expect("a folder");
    let recording = quickstart().record;
    let mut tables = Tables::create(folder.path(), recording).expect("files can be written");
    group.bench_function("recorder, every neuron", |b| {
        b.iter(|| tables.observe(black_box(&frame)).expect("files can be written"));
    });
    group.finish();
}

criterion_group!(benches, epoch);
criterion_main!(benches);
