//! What a study's pair of worlds costs, beside a plain run of the same scenario.
//!
//! `cargo bench --bench studies` prints both. Plain runs come one after the other, and a study's at
//! the same time on all cores; beyond that a pair costs two runs, for what is looked at is thinned.

use std::sync::atomic::AtomicBool;

use criterion::{Criterion, criterion_group, criterion_main};
use taosim::record::{Digest, Journal};
use taosim::scenario::Scenario;
use taosim::simulation::Simulation;
use taosim::strategy::Catalogue;
use taosim::study::attack::{Arm, Study};
use taosim::study::batch::{Desk, Unwatched};

const CABAL: &str = include_str!("../scenarios/cabal.toml");

const STUDY: &str = "schema = 1\nquestion = '?'\nbase = 'cabal.toml'\nreplicates = 2\n\
                     [attack]\ncoalition = 'cabal'\n";

fn studies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cabal, 15 x 79, 200 epochs");
    group.sample_size(10);
    let scenario = Scenario::load("cabal.toml", CABAL, &[]).expect("the scenario is valid");
    let stop = AtomicBool::new(false);
    group.bench_function("four plain runs", |b| {
        b.iter(|| {
            for _ in 0..4 {
                let mut digest = Digest::new();
                let mut simulation = Simulation::new(&scenario);
                simulation.run(&mut [&mut digest], &stop).expect("it runs");
            }
        });
    });
    let base = |_: &str| Ok(("cabal.toml".to_owned(), CABAL.to_owned()));
    let study = Study::load("study.toml", STUDY, &[], &Catalogue::builtin(), base);
    let study = study.expect("the study is valid");
    group.bench_function("two pairs of worlds", |b| {
        b.iter(|| {
            let desk = Desk { stop: &stop, watcher: &Unwatched };
            study.run(&mut Journal::<Arm>::in_memory(), desk).expect("it runs")
        });
    });
    group.finish();
}

criterion_group!(benches, studies);
criterion_main!(benches);
