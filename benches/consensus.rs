//! What an epoch of 64 validators and 256 uids costs, and its median alone.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use taosim::protocol::median::{TIE_MARGIN, consensus};
use taosim::protocol::weights::max_upscale;
use taosim::protocol::{Input, Outcome, Params, RewardRule, Scratch, epoch};
use taosim::units::Uid;

const UIDS: usize = 256;
const VALIDATORS: usize = 64;

/// A dense subnet: every validator scores every uid, with noise around its quality.
struct Subnet {
    stake: Vec<f64>,
    permits: Vec<bool>,
    setters: Vec<Uid>,
    weights: Vec<Option<u16>>,
    next_weights: Vec<Option<u16>>,
    bonds: Vec<u16>,
}

impl Subnet {
    fn new() -> Self {
        let mut seed = 1_u64;
        let mut draw = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 11) as f64 / (1_u64 << 53) as f64
        };
        let validates = |uid: Uid| uid < VALIDATORS;
        let stake = (0..UIDS).map(|uid| if validates(uid) { 1e12 * (0.1 + draw()) } else { 0.0 });
        let stake = stake.collect();
        let quality: Vec<f64> = (0..UIDS).map(|_| draw()).collect();
        let mut drawn = || {
            let mut weights = vec![None; VALIDATORS * UIDS];
            for row in weights.chunks_exact_mut(UIDS) {
                let scores: Vec<f64> =
                    quality.iter().map(|quality| quality + 0.4 * draw()).collect();
                max_upscale(&scores, row);
            }
            weights
        };
        Self {
            stake,
            permits: (0..UIDS).map(validates).collect(),
            setters: (0..VALIDATORS).collect(),
            weights: drawn(),
            next_weights: drawn(),
            bonds: vec![0; VALIDATORS * UIDS],
        }
    }

    fn input(&self) -> Input<'_> {
        Input {
            block: 361,
            last_epoch: Some(1),
            stake: &self.stake,
            permits: &self.permits,
            last_update: &[300; UIDS],
            registered: &[0; UIDS],
            owner: None,
            setters: &self.setters,
            weights: &self.weights,
            bonds: &self.bonds,
            committed: None,
        }
    }
}

fn epochs(criterion: &mut Criterion) {
    let rules = [
        ("classic", RewardRule::ChainClassic, false),
        ("yuma3", RewardRule::ChainYuma3, false),
        ("yuma3 with liquid alpha", RewardRule::ChainYuma3, true),
    ];
    for (name, reward_rule, liquid_alpha) in rules {
        let params = Params { reward_rule, liquid_alpha, ..Params::default() };
        let mut subnet = Subnet::new();
        let (mut scratch, mut out) = (Scratch::default(), Outcome::default());
        // Bonds that have settled and weights that have changed, so that some buy and some sell.
        for _ in 0..20 {
            epoch(&params, &subnet.input(), &mut scratch, &mut out);
            subnet.bonds.clone_from(&out.bonds);
        }
        subnet.weights.clone_from(&subnet.next_weights);
        criterion.bench_function(&format!("epoch/{name}"), |bencher| {
            bencher.iter(|| epoch(&params, black_box(&subnet.input()), &mut scratch, &mut out));
        });
    }
}

fn medians(criterion: &mut Criterion) {
    let subnet = Subnet::new();
    let params = Params::default();
    let (mut scratch, mut out) = (Scratch::default(), Outcome::default());
    epoch(&params, &subnet.input(), &mut scratch, &mut out);
    let stake = &out.active_stake[..VALIDATORS];
    let needed = params.stored_kappa() + TIE_MARGIN;
    let (mut votes, mut levels) = (Vec::new(), vec![0.0; UIDS]);
    criterion.bench_function("median", |bencher| {
        bencher.iter(|| {
            consensus(stake, false, black_box(&out.weights), needed, &mut votes, &mut levels);
        });
    });
}

criterion_group!(benches, epochs, medians);
criterion_main!(benches);
