//! The numbers that a study is told by: metrics of pairs of worlds, and the headline.

use std::collections::BTreeMap;

use super::{Arm, Findings, Headline, Study, StudyError, Trial, Tried, Which, trial};
use crate::fields::nearest;
use crate::metrics::wealth::purses;
use crate::simulation::Simulation;
use crate::study::design::{self, Level, Point};
use crate::study::statistics::Mean;

impl Study {
    /// A number of each pair of worlds of a setting, under the names of [`Headline::metric`].
    #[must_use]
    pub fn numbers(&self, tried: &Tried, metric: &str, arm: Which) -> Vec<f64> {
        let of = |trial: &Trial| {
            let Ok((attack, honest)) = &trial.arms else { return f64::NAN };
            let profit = self.profit(attack, honest);
            match metric {
                "profit" => profit,
                "roi" => profit / attack.start(),
                "others_loss" => self.others_loss(attack, honest),
                "loss_per_gain" => self.others_loss(attack, honest) / profit,
                "detected" => f64::from(u8::from(attack.detected.is_some())),
                metric => {
                    let read = |arm: &Arm| match metric.split_once(':') {
                        Some((group, metric)) => arm.group_metric(&self.purse(group), metric),
                        None => arm.metric(metric),
                    };
                    match arm {
                        Which::Attack => read(attack),
                        Which::Honest => read(honest),
                        Which::Difference => read(attack) - read(honest),
                    }
                }
            }
        };
        tried.trials.iter().map(of).collect()
    }

    /// The name of a group's purse; without a subnet it is one of the subnet that is looked at.
    fn purse(&self, group: &str) -> String {
        let subnet = self.base_subnet();
        if group.contains('/') { group.to_owned() } else { format!("{subnet}/{group}") }
    }

    fn base_subnet(&self) -> &str {
        let first = self.settings.first();
        first.and_then(|s| s.attack.subnets.get(self.focus.subnet)).map_or("", |s| &s.name)
    }

    /// The headline: its mean over seeds with its error; of two points, paired by seed.
    #[must_use]
    pub fn headline(&self, findings: &Findings) -> Mean {
        let headline = &self.plan.headline;
        if headline.metric == "break_even" {
            let at = self.point_of(&headline.at).unwrap_or_default();
            let found =
                findings.crossings.iter().find(|c| c.cell == at.get(1..).unwrap_or_default());
            let found = found.or(findings.crossings.first());
            return found.map_or(Mean::of(&[]), |crossing| Mean {
                count: self.seeds().len(),
                mean: crossing.at.unwrap_or(f64::NAN),
                // The bootstrap's interval holds what 1.96 errors to either side would.
                standard_error: (crossing.high - crossing.low) / (2.0 * 1.959_964),
                low: crossing.low,
                high: crossing.high,
            });
        }
        let read = |at: &[String]| -> Option<Vec<f64>> {
            let point = self.point_of(at)?;
            let tried = findings.tried.iter().find(|tried| tried.point == point)?;
            Some(self.numbers(tried, &headline.metric, headline.arm))
        };
        let Some(values) = read(&headline.at) else { return Mean::of(&[]) };
        if headline.minus.is_empty() {
            return Mean::of(&values);
        }
        let other = read(&headline.minus).unwrap_or_default();
        Mean::of(&values.iter().zip(&other).map(|(a, b)| a - b).collect::<Vec<_>>())
    }

    /// The setting of the headline.
    #[must_use]
    pub fn headline_point(&self) -> Option<Point> {
        self.point_of(&self.plan.headline.at)
    }

    /// The point of the grid that `AXIS=VALUE` texts name; axes that they do not have their last.
    fn point_of(&self, at: &[String]) -> Option<Point> {
        self.point(at, |levels| levels.last().cloned())
    }

    /// The setting of the search: axes that its text does not name have their first value.
    ///
    /// # Errors
    /// It names no setting of the study.
    pub(super) fn search_point(&self, at: &[String]) -> Result<Point, StudyError> {
        let point = self.point(at, |levels| levels.first().cloned());
        point.ok_or_else(|| self.no_setting("search.at"))
    }

    /// The point of the grid that `AXIS=VALUE` texts name, with what `other` takes of the others' levels.
    fn point(&self, at: &[String], other: fn(&[Level]) -> Option<Level>) -> Option<Point> {
        let named: BTreeMap<&str, &str> = at
            .iter()
            .filter_map(|text| text.split_once('='))
            .map(|(a, v)| (a.trim(), v.trim()))
            .collect();
        let level = |axis: &design::Axis| -> Option<Level> {
            let each = axis.values.each();
            let Some(wanted) = named.get(axis.name.as_str()) else { return other(&each) };
            let number: Option<f64> = wanted.parse().ok();
            each.into_iter().find(|level| match level {
                Level::Number(value) => number == Some(*value),
                Level::Name(name) => name == wanted || name.trim_matches('"') == *wanted,
            })
        };
        let known = |name: &&str| self.plan.axes.iter().any(|axis| axis.name == **name);
        if !named.keys().all(known) || named.len() < at.len() {
            return None;
        }
        self.plan.axes.iter().map(level).collect()
    }

    pub(super) fn check_headline(&self) -> Result<(), StudyError> {
        let Headline { metric, at, minus, .. } = &self.plan.headline;
        let own = ["profit", "roi", "others_loss", "loss_per_gain", "break_even", "detected"];
        let names: Vec<&str> = own.into_iter().chain(trial::subnet_metrics()).collect();
        let is_known = match metric.split_once(':') {
            Some((group, metric)) => {
                let purse = self.purse(group);
                let first =
                    self.settings.first().map(|s| purses(Simulation::new(&s.attack).world()));
                let has = first.is_some_and(|purses| purses.iter().any(|p| p.name == purse));
                has && trial::purse_metrics().any(|name| name == metric)
            }
            None => names.contains(&metric.as_str()),
        };
        if !is_known {
            let help = nearest(metric, &names).unwrap_or_else(|| {
                "metrics are those of `taosim list metrics`; groups are named as in tables".into()
            });
            return Err(self.wrong(
                "headline.metric",
                &format!("unknown metric `{metric}`"),
                &help,
            ));
        }
        for (key, at) in [("headline.at", at), ("headline.minus", minus)] {
            if self.point_of(at).is_none() {
                return Err(self.no_setting(key));
            }
        }
        if let Some(search) = &self.plan.search {
            self.search_point(&search.at)?;
        }
        Ok(())
    }

    fn no_setting(&self, key: &str) -> StudyError {
        let values = |axis: &design::Axis| -> Vec<String> {
            axis.values.each().iter().map(Level::shown).collect()
        };
        let told = |axis: &design::Axis| format!("{} = {}", axis.name, values(axis).join(" | "));
        let told: Vec<String> = self.plan.axes.iter().map(told).collect();
        let help = format!("the axes: {}", told.join("; "));
        self.wrong(key, "it names no setting of the study", &help)
    }
}
