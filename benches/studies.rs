//! What a study's pair of worlds costs, beside a plain run of the same scenario; what the points of
//! a sweep cost on one thread and on two, beside plain runs.
//!
//! `cargo bench --bench studies` prints all. Plain runs come one after the other, and a study's at
//! the same time on all cores; beyond that a pair costs two runs, for what is looked at is thinned.

use std::sync::atomic::AtomicBool;

use criterion::{Criterion, criterion_group, criterion_main};
use taosim::record::{Blocks, Digest, Journal};
use taosim::scenario::Scenario;
use taosim::simulation::Simulation;
use taosim::strategy::Catalogue;
use taosim::study::attack::{Arm, Study};
use taosim::study::batch::{Desk, Unwatched};
use taosim::study::sweep::{Part, Sweep};

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

const SWEEP: &str = "schema = 1\nquestion = '?'\nbase = 'cabal.toml'\nreplicates = 16\n\
                     set = ['epochs=100', 'subnet.text.validators.honest.count=11', \
                     'subnet.text.miners.miners.count=44']\n\
                     [[axes]]\nname = 'kappa'\nkeys = ['protocol.kappa']\n\
                     values = [0.4, 0.5, 0.6, 0.7]\n";

fn sweeps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("64 runs, 16 x 48, 100 epochs");
    group.sample_size(10);
    let base = |_: &str| Ok(("cabal.toml".to_owned(), CABAL.to_owned()));
    let sweep = Sweep::load("sweep.toml", SWEEP, &[], &Catalogue::builtin(), base);
    let sweep = sweep.expect("the sweep is valid");
    let stop = AtomicBool::new(false);
    group.bench_function("plain, one after the other", |b| {
        b.iter(|| {
            for point in &sweep.points {
                let mut scenario = sweep.scenario(point).expect("a scenario");
                for seed in sweep.seeds() {
                    scenario.seed = seed;
                    Simulation::new(&scenario).run(&mut [], &stop).expect("it runs");
                }
            }
        });
    });
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("threads");
        group.bench_function(format!("a sweep on {threads}"), |b| {
            b.iter(|| {
                let folder = tempfile::tempdir().expect("a folder");
                let kept = Blocks::open(&folder.path().join("sweep"), sweep.digest());
                let kept = kept.expect("a place");
                let desk = Desk { stop: &stop, watcher: &Unwatched };
                pool.install(|| sweep.run(&kept, Part::WHOLE, desk)).expect("it runs")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, studies, sweeps);
criterion_main!(benches);
