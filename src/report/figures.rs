//! The figures of a run.

mod matrix;
mod network;
mod side_by_side;

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ReportError;
use super::economy::Economy;
use super::shape::{GroupName, Run};
use super::study;
use crate::plot::{
    Axis, Chart, Cloud, Colour, Emphasis, Figure, Format, Guide, Layer, Lines, Mark, Panel, Range,
    Scatter, Series, Size, Stack, Style, Ticks, render,
};

/// A figure and the name of its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Name of the file, without ending.
    pub name: String,
    /// What is drawn.
    pub figure: Figure,
}

/// Draws every figure of a folder of results into its folder `plots`; gives the files.
///
/// # Errors
/// A table cannot be read, or a file cannot be written.
pub fn draw(folder: &Path, formats: &[Format]) -> Result<Vec<PathBuf>, ReportError> {
    write(&folder.join("plots"), &of_folder(folder)?, formats)
}

/// Every figure of a folder of results: those that a study left there as data, or those that the
/// tables of a run have.
///
/// # Errors
/// A file cannot be read.
pub fn of_folder(folder: &Path) -> Result<Vec<Named>, ReportError> {
    match study::read(folder)? {
        Some(shown) => Ok(shown.figures),
        None => of_run(folder),
    }
}

/// Draws figures into a folder, which is made where it is missing; gives the files.
///
/// # Errors
/// A file cannot be written.
pub fn write(
    plots: &Path,
    figures: &[Named],
    formats: &[Format],
) -> Result<Vec<PathBuf>, ReportError> {
    let create = |source| ReportError::Write { path: plots.to_owned(), source };
    fs::create_dir_all(plots).map_err(create)?;
    let mut files = Vec::new();
    for Named { name, figure } in figures {
        for &format in formats {
            let (ending, scale) = match format {
                Format::Svg => ("svg", 1),
                Format::Png => ("png", 2),
            };
            let size = Size { scale, height: height(figure), ..Size::default() };
            let bytes = render(figure, format, size)
                .map_err(|source| ReportError::Plot { name: name.clone(), source })?;
            let path = plots.join(format!("{name}.{ending}"));
            fs::write(&path, &bytes)
                .map_err(|source| ReportError::Write { path: path.clone(), source })?;
            files.push(path);
        }
    }
    Ok(files)
}

/// Many panels need more than the usual height to be read `[logical pixels]`.
pub(super) fn height(figure: &Figure) -> u32 {
    let columns = if figure.columns == 0 { 3 } else { figure.columns };
    let rows = u32::try_from(figure.panels.len().div_ceil(columns)).unwrap_or(1);
    if rows < 2 { Size::default().height } else { 120 + rows.min(10) * 240 }
}

/// Most subnets of a run that each have figures of their own: without a token economy, and with
/// one, whose own figures come first.
const EACH: [usize; 2] = [8, 4];

/// Every figure of a folder of results: those of the token economy, where there is one; those that
/// show subnets side by side, where there are several; and each subnet's, where they are few.
///
/// # Errors
/// A table cannot be read.
pub fn of_run(folder: &Path) -> Result<Vec<Named>, ReportError> {
    let economy = Economy::read(folder)?;
    let mut figures = economy.as_ref().map_or_else(Vec::new, network::figures);
    let mut run = Run::read(folder)?;
    let all = run.subnets();
    let few = all.len() <= EACH[usize::from(economy.is_some())];
    let (shown, which) = side_by_side::choose(&all, economy.as_ref());
    if shown.len() < all.len() {
        run.keep(&shown);
    }
    run.detail(folder, few)?;
    let mut each = Vec::new();
    for subnet in &shown {
        let view = View::of(&run, subnet);
        let mut own = view.comparable();
        if few {
            own.extend([
                ("concentration", view.concentration()),
                ("weights", matrix::weights(&run, subnet, &view.groups)),
                ("bonds", matrix::bonds(&run, subnet, &view.groups)),
            ]);
        }
        let named = |(name, figure): (&str, Figure)| Named { name: name.into(), figure };
        each.push((&**subnet, own.into_iter().map(named).collect::<Vec<Named>>()));
    }
    let subtitle = format!("{which} of {}, seed {}", run.manifest.scenario, run.manifest.seed);
    figures.extend(side_by_side::figures(&each, &subtitle));
    if few {
        for (subnet, own) in each {
            let name = |name| if all.len() == 1 { name } else { format!("{subnet}-{name}") };
            figures.extend(own.into_iter().map(|one| Named { name: name(one.name), ..one }));
        }
    }
    Ok(figures)
}

/// One subnet of a run.
struct View<'r> {
    run: &'r Run,
    subnet: &'r str,
    groups: Vec<GroupName>,
    marks: Vec<Mark>,
    subtitle: String,
}

fn share(label: &str) -> Axis {
    // Shares sum to 1 but for the last bit, and that bit should not stick out.
    let range = Range::Fixed { low: 0.0, high: 1.0 + 1e-9 };
    Axis { ticks: Ticks::Percent, range, ..Axis::new(label, "") }
}

impl<'r> View<'r> {
    fn of(run: &'r Run, subnet: &'r str) -> Self {
        let (epochs, of) = (run.events.numbers("epoch"), run.events.texts("subnet"));
        let (kinds, who) = (run.events.texts("kind"), run.events.texts("who"));
        let start = |row: &usize| *of[*row] == *subnet && *kinds[*row] == *"attack-start";
        let mark = |row: usize| Mark { at: epochs[row], label: format!("{} turns", who[row]) };
        let marks = (0..epochs.len()).filter(start).map(mark).collect();
        let groups = run.groups_of(subnet);
        let manifest = &run.manifest;
        let subtitle = format!("{}, subnet {subnet}, seed {}", manifest.scenario, manifest.seed);
        Self { run, subnet, groups, marks, subtitle }
    }

    /// The figures that can stand side by side with those of other subnets.
    fn comparable(&self) -> Vec<(&'static str, Figure)> {
        vec![
            ("emission", self.emission()),
            ("stake", self.stake()),
            ("quality-incentive", self.quality()),
            ("vtrust", self.vtrust()),
            ("dividend-rate", self.dividend_rate()),
            ("profit", self.profit()),
        ]
    }

    fn figure(&self, title: &str, more: &str, chart: Chart) -> Figure {
        Figure::of(title, &format!("{more}; {}", self.subtitle), chart)
    }

    /// The whole run, also where a metric is not defined to its end.
    fn epoch(&self) -> Axis {
        let last = f64::from(self.run.manifest.epochs_run.saturating_sub(1)).max(1.0);
        let range = Range::Fixed { low: 0.0, high: last };
        Axis { ticks: Ticks::Whole, range, ..Axis::new("epoch", "") }
    }

    /// The look of a group: the same in every figure.
    fn style(&self, group: &GroupName) -> Style {
        let at = self.groups.iter().position(|other| other == group).unwrap_or_default();
        Style { colour: Some(Colour::nth(at)), ..Style::default() }
    }

    fn of_role(&self, role: &'r str) -> impl Iterator<Item = &GroupName> {
        self.groups.iter().filter(move |group| *group.role == *role)
    }

    fn metric(&self, group: &GroupName, metric: &str) -> Vec<(f64, f64)> {
        self.run.group(self.subnet, &group.name, metric)
    }

    fn series(&self, group: &GroupName, metric: &str) -> Series {
        Series { style: self.style(group), ..Series::new(&group.name, self.metric(group, metric)) }
    }

    fn emission(&self) -> Figure {
        let layer = |group: &GroupName| Layer {
            name: format!("{} ({}s)", group.name, group.role),
            amounts: values(&self.metric(group, "emission_alpha")),
            style: self.style(group),
        };
        let neurons = self.of_role("validator").chain(self.of_role("miner"));
        let mut layers: Vec<Layer> = neurons.map(layer).collect();
        let owner = self.run.subnet(self.subnet, "owner_emission_alpha");
        let grey = Style { colour: Some(Colour::FAINT), ..Style::default() };
        layers.push(Layer { name: "subnet owner".into(), amounts: values(&owner), style: grey });
        let chart = Chart::Stack(Stack {
            x: self.epoch(),
            y: Axis::new("emission", "alpha per epoch"),
            places: places(&owner),
            layers,
            lines: Vec::new(),
            x_marks: self.marks.clone(),
        });
        self.figure("Who is paid", "emission by group, stakers' part with their validators", chart)
    }

    fn stake(&self) -> Figure {
        let honest = self.run.subnet(self.subnet, "honest_stake_share");
        let mut groups: Vec<&GroupName> = self.of_role("validator").collect();
        // Honest groups lie at the bottom, so that the marked line is their upper edge.
        groups.sort_by_key(|group| !group.honest);
        let stakes: Vec<Vec<f64>> =
            groups.iter().map(|group| values(&self.metric(group, "stake_alpha"))).collect();
        let total = |at: usize| stakes.iter().fold(0.0, |sum, s| sum + s.get(at).unwrap_or(&0.0));
        let layer = |(group, stake): (&&GroupName, &Vec<f64>)| Layer {
            name: group.name.to_string(),
            amounts: stake.iter().enumerate().map(|(at, stake)| stake / total(at)).collect(),
            style: self.style(group),
        };
        let strong = Style { emphasis: Emphasis::Strong, ..Style::default() };
        let chart = Chart::Stack(Stack {
            x: self.epoch(),
            y: share("share of validators' stake"),
            places: places(&honest),
            layers: groups.iter().zip(&stakes).map(layer).collect(),
            lines: vec![Series { style: strong, ..Series::new("honest share", honest) }],
            x_marks: self.marks.clone(),
        });
        self.figure("Who holds the stake", "share of the stake on validators, by group", chart)
    }

    fn quality(&self) -> Figure {
        let neurons = &self.run.neurons;
        let (last, rows) = Run::last_rows(neurons, self.subnet);
        let (groups, roles) = (neurons.texts("group"), neurons.texts("role"));
        let quality = neurons.numbers("output_quality");
        let incentive = neurons.numbers("incentive_share");
        let miners: Vec<usize> = rows.into_iter().filter(|row| *roles[*row] == *"miner").collect();
        let cloud = |group: &GroupName| Cloud {
            name: group.name.to_string(),
            points: miners
                .iter()
                .filter(|row| groups[**row] == group.name)
                .map(|row| (quality[*row], incentive[*row]))
                .collect(),
            style: self.style(group),
        };
        let total = miners.iter().fold(0.0, |sum, row| sum + quality[*row]);
        let in_proportion = Guide::Straight {
            name: "in proportion".into(),
            intercept: 0.0,
            slope: if total > 0.0 { 1.0 / total } else { 0.0 },
        };
        let chart = Chart::Scatter(Scatter {
            x: Axis { range: Range::FromZero, ..Axis::new("quality of output", "") },
            y: Axis {
                range: Range::FromZero,
                ticks: Ticks::Percent,
                ..Axis::new("share of incentive", "")
            },
            clouds: self.of_role("miner").map(cloud).collect(),
            guides: if total > 0.0 { vec![in_proportion] } else { Vec::new() },
        });
        let when = format!("each miner in epoch {}", last.unwrap_or_default());
        self.figure("Whether pay follows quality", &when, chart)
    }

    fn concentration(&self) -> Figure {
        let panel = |title: &str, measure: &str, y: Axis| {
            let series = |(name, of, suffix): (&str, &str, &str)| {
                let metric = format!("{of}_{measure}{suffix}");
                Series::new(name, self.run.subnet(self.subnet, &metric))
            };
            let four = [
                ("stake, per key", "stake", ""),
                ("stake, per entity", "stake", "_entity"),
                ("emission, per key", "emission", ""),
                ("emission, per entity", "emission", "_entity"),
            ];
            let chart = Chart::Lines(Lines {
                x: self.epoch(),
                y,
                series: four.into_iter().map(series).collect(),
                x_marks: self
                    .marks
                    .iter()
                    .map(|m| Mark { label: String::new(), ..m.clone() })
                    .collect(),
                y_marks: Vec::new(),
            });
            Panel { title: title.into(), chart }
        };
        let from_zero =
            |label: &str, unit: &str| Axis { range: Range::FromZero, ..Axis::new(label, unit) };
        let panels = vec![
            panel(
                "Gini",
                "gini",
                Axis {
                    range: Range::Fixed { low: 0.0, high: 1.0 },
                    ..Axis::new("Gini coefficient", "")
                },
            ),
            panel("Herfindahl–Hirschman", "hhi", from_zero("index", "")),
            panel("Nakamoto", "nakamoto", from_zero("fewest with more than half", "holders")),
        ];
        Figure {
            title: "How concentrated stake and pay are".into(),
            subtitle: self.subtitle.clone(),
            panels,
            ..Figure::default()
        }
    }

    fn vtrust(&self) -> Figure {
        let series = self.of_role("validator").map(|group| self.series(group, "vtrust")).collect();
        let chart = Chart::Lines(Lines {
            x: self.epoch(),
            y: share("vtrust"),
            series,
            x_marks: self.marks.clone(),
            y_marks: Vec::new(),
        });
        let more = "part of a group's votes that consensus left standing, by stake";
        self.figure("Whose votes agree with the majority", more, chart)
    }

    fn dividend_rate(&self) -> Figure {
        let series = |group| self.series(group, "relative_dividend_rate");
        let chart = Chart::Lines(Lines {
            x: self.epoch(),
            y: Axis::new("dividends per stake", "median validator = 1"),
            series: self.of_role("validator").map(series).collect(),
            x_marks: self.marks.clone(),
            y_marks: vec![Mark { at: 1.0, label: "median".into() }],
        });
        self.figure("Which stake earns more", "relative dividend rate by group", chart)
    }

    fn profit(&self) -> Figure {
        let series = |group: &GroupName| {
            let total = self.metric(group, "total_profit_alpha");
            let members = self.metric(group, "members");
            let each = total.iter().zip(members).map(|((x, y), (_, n))| (*x, y / n)).collect();
            let name = format!("{} ({}s)", group.name, group.role);
            Series { style: self.style(group), ..Series::new(&name, each) }
        };
        let chart = Chart::Lines(Lines {
            x: self.epoch(),
            y: Axis::new("profit since the start", "alpha per member"),
            series: self.groups.iter().map(series).collect(),
            x_marks: self.marks.clone(),
            y_marks: vec![Mark { at: 0.0, label: String::new() }],
        });
        self.figure("Who gains", "earned less cost, per member of each group", chart)
    }
}

fn values(pairs: &[(f64, f64)]) -> Vec<f64> {
    pairs.iter().map(|pair| pair.1).collect()
}

fn places(pairs: &[(f64, f64)]) -> Vec<f64> {
    pairs.iter().map(|pair| pair.0).collect()
}
