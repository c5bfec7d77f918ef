//! What running several blocks at once costs: `cargo run --release --example convergence`.
//!
//! A network of four subnets runs for 30 days, block by block and in fewer steps. The tables are of
//! the worst relative difference over the subnets; the figure is written to `docs/convergence.svg`.

use std::sync::atomic::AtomicBool;

use taosim::plot::{Axis, Chart, Figure, Format, Lines, Panel, Range, Scale, Series, Size, render};
use taosim::record::{Frame, Observer, RecordError};
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;

/// Four subnets of unequal prices, whose smoothed prices are on their way; miners sell what they
/// earn, and root stakers claim.
const TEXT: &str = r#"
schema = 1
seed = 1
epochs = 600

[network]

[[network.root]]
name = "root"
count = 2
stake = 2500000.0

[subnet.a]
market = { user_flow = 0.9, tao = 800000.0, alpha = 1600000.0, elsewhere = 1000000.0, ema_price = 0.45 }
validators = [{ name = "validators", count = 2, stake = 100000.0, root = "root", compound = 0.5 }]
miners = [{ name = "miners", count = 4 }]

[subnet.b]
market = { user_flow = 0.7, tao = 500000.0, alpha = 1250000.0, elsewhere = 2000000.0, ema_price = 0.45 }
validators = [{ name = "validators", count = 2, stake = 100000.0, root = "root", compound = 0.5 }]
miners = [{ name = "miners", count = 4 }]

[subnet.c]
market = { user_flow = 0.5, tao = 300000.0, alpha = 1500000.0, elsewhere = 500000.0, ema_price = 0.1, age = 50000 }
validators = [{ name = "validators", count = 2, stake = 100000.0, root = "root", compound = 0.5 }]
miners = [{ name = "miners", count = 4 }]

[subnet.d]
market = { user_flow = 0.4, tao = 200000.0, alpha = 2000000.0, elsewhere = 100000.0, ema_price = 0.15, weight = 0.4 }
validators = [{ name = "validators", count = 2, stake = 100000.0, root = "root", compound = 0.5 }]
miners = [{ name = "miners", count = 4 }]
"#;

/// Those who trade, where they do.
const TRADERS: &str = r#"
[[network.traders]]
name = "chasers"
count = 20
tao = 1000.0
alpha = 500.0
review = 5
strategy = "yield-chaser"

[[network.traders]]
name = "momentum"
count = 20
tao = 1000.0
alpha = 500.0
review = 5
strategy = "momentum"

[[network.traders]]
name = "reverters"
count = 20
tao = 1000.0
alpha = 500.0
review = 5
strategy = "mean-reverter"
"#;

/// Where a run ended, by subnet.
#[derive(Default)]
pub(crate) struct Course {
    price: Vec<f64>,
    smoothed: Vec<f64>,
    /// Sum over epochs of the share of TAO.
    share: Vec<f64>,
    /// Alpha issued.
    alpha: Vec<f64>,
    /// TAO issued since the start.
    issued: f64,
    start: Option<f64>,
}

impl Observer for Course {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let Some(network) = &frame.world.network else { return Ok(()) };
        let at = 0..network.markets.len();
        self.share.resize(at.len(), 0.0);
        for (sum, market) in self.share.iter_mut().zip(&network.markets) {
            *sum += market.flows.share;
        }
        self.price = at.map(|at| network.price(at)).collect();
        self.smoothed = network.markets.iter().map(|market| market.ema).collect();
        let subnets = frame.world.subnets.iter();
        self.alpha = subnets.map(|subnet| subnet.ledger.outstanding().tokens()).collect();
        let start = *self.start.get_or_insert(network.issued.tokens());
        self.issued = network.issued.tokens() - start;
        Ok(())
    }
}

/// What differs between two courses, each the worst relative error over the subnets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Errors {
    pub(crate) price: f64,
    pub(crate) smoothed: f64,
    pub(crate) share: f64,
    /// Of alpha in each subnet, and of the TAO issued since the first epoch.
    pub(crate) issued: f64,
}

impl Errors {
    fn of(course: &Course, exact: &Course) -> Self {
        let worst = |one: &[f64], other: &[f64]| {
            let error = |(one, other): (&f64, &f64)| {
                if one == other { 0.0 } else { (one / other - 1.0).abs() }
            };
            one.iter().zip(other).map(error).fold(0.0, f64::max)
        };
        Self {
            price: worst(&course.price, &exact.price),
            smoothed: worst(&course.smoothed, &exact.smoothed),
            share: worst(&course.share, &exact.share),
            issued: worst(&course.alpha, &exact.alpha)
                .max(worst(&[course.issued], &[exact.issued])),
        }
    }

    /// Each with its name.
    pub(crate) fn each(self) -> [(&'static str, f64); 4] {
        [
            ("price", self.price),
            ("smoothed price", self.smoothed),
            ("mean share", self.share),
            ("issuance", self.issued),
        ]
    }
}

/// Runs the network in so many steps an epoch, after edits.
///
/// # Errors
/// The scenario is wrong, or its run is.
pub(crate) fn run(
    substeps: u64,
    traders: bool,
    edits: &[String],
) -> Result<Course, Box<dyn std::error::Error>> {
    let text = if traders {
        TEXT.replace("\n[subnet.a]", &format!("{TRADERS}\n[subnet.a]"))
    } else {
        TEXT.into()
    };
    let substeps = [format!("network.substeps={substeps}")];
    let edits: Result<Vec<Edit>, _> =
        substeps.iter().chain(edits).map(|edit| edit.parse::<Edit>()).collect();
    let scenario = Scenario::load("convergence.toml", &text, &edits?)?;
    let mut course = Course::default();
    Simulation::new(&scenario).run(&mut [&mut course], &AtomicBool::new(false))?;
    Ok(course)
}

/// The errors at each number of steps against the exact run.
///
/// # Errors
/// The scenario is wrong, or its run is.
pub(crate) fn errors(
    substeps: &[u64],
    traders: bool,
    edits: &[String],
) -> Result<Vec<Errors>, Box<dyn std::error::Error>> {
    let exact = run(360, traders, edits)?;
    let error = |substeps: &u64| Ok(Errors::of(&run(*substeps, traders, edits)?, &exact));
    substeps.iter().map(error).collect()
}

/// Steps in an epoch that are tried.
const SUBSTEPS: &[u64] = &[1, 2, 4, 12, 36];

/// Prints a table, and gives the lines of its columns.
fn table(traders: bool, edits: &[String]) -> Result<Vec<Series>, Box<dyn std::error::Error>> {
    println!("\n| steps | price | smoothed price | mean share | issuance |\n|---|---|---|---|---|");
    let mut series: Vec<Series> = Vec::new();
    for (substeps, errors) in SUBSTEPS.iter().zip(errors(SUBSTEPS, traders, edits)?) {
        print!("| {substeps}");
        for (at, (name, error)) in errors.each().into_iter().enumerate() {
            print!(" | {error:.1e}");
            if series.len() <= at {
                series.push(Series::new(name, Vec::new()));
            }
            series[at].points.push((*substeps as f64, error));
        }
        println!(" |");
    }
    Ok(series)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Edits of the scenario, such as network.era=netflow-2026-05, give a table and no figure.
    let edits: Vec<String> = std::env::args().skip(1).collect();
    let mut panels = Vec::new();
    for (traders, title) in [(false, "without traders"), (true, "with traders")] {
        println!("\n{title}");
        let series = table(traders, &edits)?;
        let axis = |label: &str| Axis { scale: Scale::Log, ..Axis::new(label, "") };
        let x = axis("steps in an epoch of 360 blocks");
        let y = axis("worst relative error over subnets");
        let y = Axis { range: Range::Fixed { low: 5e-10, high: 1e-4 }, ..y };
        let chart = Chart::Lines(Lines { x, y, series, ..Lines::default() });
        panels.push(Panel { title: title.into(), chart });
    }
    if edits.is_empty() {
        let figure = Figure {
            title: "The error of blocks run at once falls with the square of the steps; between \
                    orders, with the steps"
                .into(),
            subtitle: "four subnets after 30 days, against a run of every block; what is left of \
                       issuance is the fractions of rao that each block drops"
                .into(),
            panels,
            columns: 2,
            ..Figure::default()
        };
        let formats =
            [("docs/convergence.svg", Format::Svg), ("target/convergence.png", Format::Png)];
        for (name, format) in formats {
            std::fs::write(name, render(&figure, format, Size::default())?)?;
        }
    }
    Ok(())
}
