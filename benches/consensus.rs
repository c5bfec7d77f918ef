//! What an epoch costs, the fast form beside the readable one, and how the cost grows.
//!
//! `cargo bench --bench consensus` measures both in the same run, and draws what it found into
//! `target/performance/consensus.svg`. The ratio of the two is what counts, for a machine is never
//! quite idle.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion};
use taosim::num;
use taosim::plot::{
    Axis, Chart, Emphasis, Figure, Format, Lines, Scale, Series, Size, Style, render,
};
use taosim::protocol::median::{self, TIE_MARGIN, Voters};
use taosim::protocol::weights::max_upscale;
use taosim::protocol::{Input, Outcome, Params, RewardRule, consensus, kernel};
use taosim::rng::{Agent, Domain, Streams};
use taosim::units::Uid;

/// Validators and uids of the subnets whose epoch is measured.
const SIZES: [(usize, usize); 7] =
    [(2, 3), (16, 64), (64, 256), (128, 512), (256, 1_024), (512, 2_048), (1_024, 4_096)];

/// A dense subnet: every validator scores every uid, with noise around its quality.
struct Subnet {
    validators: usize,
    stake: Vec<f64>,
    permits: Vec<bool>,
    last_update: Vec<u64>,
    registered: Vec<u64>,
    setters: Vec<Uid>,
    weights: Vec<Option<u16>>,
    next_weights: Vec<Option<u16>>,
    bonds: Vec<u16>,
}

impl Subnet {
    fn new((validators, uids): (usize, usize)) -> Self {
        let mut draws = Streams::new(1).at(Domain::Quality, Agent::new("bench", 0), 0);
        let validates = |uid: Uid| uid < validators;
        let mut stake = vec![0.0; uids];
        stake[..validators].fill_with(|| 1e12 * (0.1 + draws.uniform()));
        let quality: Vec<f64> = (0..uids).map(|_| draws.uniform()).collect();
        let mut drawn = || {
            let mut weights = vec![None; validators * uids];
            for row in weights.chunks_exact_mut(uids) {
                let score = |quality: &f64| quality + 0.4 * draws.uniform();
                max_upscale(&quality.iter().map(score).collect::<Vec<f64>>(), row);
            }
            weights
        };
        Self {
            validators,
            stake,
            permits: (0..uids).map(validates).collect(),
            last_update: vec![300; uids],
            registered: vec![0; uids],
            setters: (0..validators).collect(),
            weights: drawn(),
            next_weights: drawn(),
            bonds: vec![0; validators * uids],
        }
    }

    fn params(&self, reward_rule: RewardRule, liquid_alpha: bool) -> Params {
        let max_allowed_validators = self.validators;
        Params { reward_rule, liquid_alpha, max_allowed_validators, ..Params::default() }
    }

    fn input(&self) -> Input<'_> {
        Input {
            block: 361,
            last_epoch: Some(1),
            stake: &self.stake,
            permits: &self.permits,
            last_update: &self.last_update,
            registered: &self.registered,
            owner: None,
            setters: &self.setters,
            weights: &self.weights,
            bonds: &self.bonds,
            committed: None,
        }
    }

    /// Bonds that have settled and weights that have changed, so that some buy and some sell.
    fn settle(&mut self, params: &Params) {
        let (mut scratch, mut out) = (kernel::Scratch::default(), Outcome::default());
        for _ in 0..20 {
            kernel::epoch(params, &self.input(), &mut scratch, &mut out);
            self.bonds.clone_from(&out.bonds);
        }
        self.weights.clone_from(&self.next_weights);
    }
}

/// Both forms of the epoch under one name.
fn both(criterion: &mut Criterion, name: &str, params: &Params, subnet: &Subnet) {
    let mut group = criterion.benchmark_group(name);
    if subnet.bonds.len() > 100_000 {
        group.sample_size(10);
    }
    let size = format!("{} x {}", subnet.validators, subnet.stake.len());
    let (mut scratch, mut out) = (kernel::Scratch::default(), Outcome::default());
    group.bench_function(BenchmarkId::new("fast", &size), |bencher| {
        bencher.iter(|| kernel::epoch(params, black_box(&subnet.input()), &mut scratch, &mut out));
    });
    let (mut scratch, mut out) = (consensus::Scratch::default(), Outcome::default());
    group.bench_function(BenchmarkId::new("readable", &size), |bencher| {
        bencher
            .iter(|| consensus::epoch(params, black_box(&subnet.input()), &mut scratch, &mut out));
    });
    group.finish();
}

fn epochs(criterion: &mut Criterion) {
    for (name, rule) in [("classic", RewardRule::ChainClassic), ("yuma3", RewardRule::ChainYuma3)] {
        let mut subnet = Subnet::new((64, 256));
        let params = subnet.params(rule, false);
        subnet.settle(&params);
        both(criterion, name, &params, &subnet);
    }
    for size in SIZES {
        let mut subnet = Subnet::new(size);
        let params = subnet.params(RewardRule::ChainYuma3, true);
        subnet.settle(&params);
        both(criterion, LIQUID, &params, &subnet);
    }
}

const LIQUID: &str = "yuma3 with liquid alpha";

/// The readable median alone.
fn medians(criterion: &mut Criterion) {
    let subnet = Subnet::new((64, 256));
    let params = subnet.params(RewardRule::ChainYuma3, false);
    let (mut scratch, mut out) = (kernel::Scratch::default(), Outcome::default());
    kernel::epoch(&params, &subnet.input(), &mut scratch, &mut out);
    let mut voters = Voters::default();
    voters.find(&out.active_stake[..subnet.validators], false);
    let needed = params.stored_kappa() + TIE_MARGIN;
    let (mut votes, mut levels) = (Vec::new(), vec![0.0; subnet.stake.len()]);
    criterion.bench_function("median, readable", |bencher| {
        bencher.iter(|| {
            median::consensus(&voters, black_box(&out.weights), needed, &mut votes, &mut levels);
        });
    });
}

/// The surprises of the scores of 64 validators about 256 miners.
fn noise(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("noise, 64 x 256");
    let streams = Streams::new(1);
    let draws = |row: usize| streams.at(Domain::Score, Agent::new("bench", row), 0);
    let mut scores = vec![0.0; 256];
    group.bench_function("vectors", |bencher| {
        bencher.iter(|| (0..64).for_each(|row| draws(row).normals(black_box(&mut scores))));
    });
    group.bench_function("one by one", |bencher| {
        bencher.iter(|| {
            for row in 0..64 {
                let mut draws = draws(row);
                black_box(&mut scores).fill_with(|| draws.normal());
            }
        });
    });
    let mut uniform = vec![0.0; 64 * 256];
    uniform.fill_with({
        let mut draws = draws(0);
        move || draws.uniform()
    });
    group.bench_function("quantiles alone", |bencher| {
        let fresh = || uniform.clone();
        bencher.iter_batched_ref(fresh, |p| num::normal_quantiles(p), BatchSize::LargeInput);
    });
    group.finish();
}

fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/criterion")
}

/// The median of a benchmark `[microseconds]`, if it was measured.
fn microseconds(form: &str, (validators, uids): (usize, usize)) -> Option<f64> {
    let place = results().join(LIQUID).join(form).join(format!("{validators} x {uids}"));
    let text = fs::read_to_string(place.join("new/estimates.json")).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(estimates["median"]["point_estimate"].as_f64()? / 1e3)
}

/// Draws how the cost grows, and prints the medians beside each other.
fn draw() -> Option<()> {
    let forms = ["readable", "fast"];
    let series = |form: &str| -> Option<Vec<(f64, f64)>> {
        let point = |&(validators, uids): &(usize, usize)| {
            Some(((validators * uids) as f64, microseconds(form, (validators, uids))?))
        };
        SIZES.iter().map(point).collect()
    };
    let [readable, fast] = [series(forms[0])?, series(forms[1])?];
    println!(
        "\n{LIQUID}, medians\n\n| validators x uids | fast | readable | ratio | fast, a pair |"
    );
    println!("|---|---|---|---|---|");
    for ((validators, uids), (fast, readable)) in SIZES.iter().zip(fast.iter().zip(&readable)) {
        println!(
            "| {validators} x {uids} | {:.2} us | {:.2} us | {:.1} | {:.2} ns |",
            fast.1,
            readable.1,
            readable.1 / fast.1,
            fast.1 * 1e3 / fast.0
        );
    }
    // What it would be if the cost were strictly proportional.
    let (pairs, cost) = fast[2];
    let straight = fast.iter().map(|&(x, _)| (x, cost * x / pairs)).collect();
    let context = Style { emphasis: Emphasis::Faint, ..Style::default() };
    let axis = |label, unit| Axis { scale: Scale::Log, ..Axis::new(label, unit) };
    let chart = Chart::Lines(Lines {
        x: axis("validators x uids", "pairs"),
        y: axis("time of an epoch", "us"),
        series: vec![
            Series::new("readable", readable),
            Series::new("fast", fast),
            Series { style: context, ..Series::new("in proportion", straight) },
        ],
        ..Lines::default()
    });
    let title = "An epoch costs in proportion to validators times uids";
    let subtitle = "dense Yuma3 with liquid alpha, one core, medians of one run of the benchmark";
    let figure = Figure::of(title, subtitle, chart);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/performance");
    fs::create_dir_all(&folder).ok()?;
    let place = folder.join("consensus.svg");
    fs::write(&place, render(&figure, Format::Svg, Size::default()).ok()?).ok()?;
    println!("\nfigure in {}", place.display());
    Some(())
}

fn main() {
    let mut criterion = Criterion::default()
        .output_directory(&results())
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    epochs(&mut criterion);
    medians(&mut criterion);
    noise(&mut criterion);
    criterion.final_summary();
    if draw().is_none() {
        println!("no figure: not every size was measured");
    }
}
