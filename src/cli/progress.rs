//! The progress bar: on stderr, and only where a person sees it.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use taosim::record::{Frame, Observer, RecordError};
use taosim::scenario::Scenario;
use taosim::study::batch::Watcher;

/// Shows how far a run is.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Of a run of this scenario; hidden if it is to be quiet or nobody is watching.
    pub(super) fn new(scenario: &Scenario, quiet: bool) -> Self {
        let watched = !quiet && io::stderr().is_terminal();
        let target = if watched {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(u64::from(scenario.epochs)), target);
        let template = "{msg} [{wide_bar}] {pos}/{len} epochs, {per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(scenario.name.clone());
        if watched {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self { bar }
    }
}

impl Observer for Progress {
    fn observe(&mut self, _: &Frame<'_>) -> Result<(), RecordError> {
        self.bar.inc(1);
        Ok(())
    }

    fn finish(&mut self, _: Option<&Frame<'_>>) -> Result<(), RecordError> {
        self.bar.finish_and_clear();
        Ok(())
    }
}

/// Shows how many runs of a study are finished.
pub(super) struct Runs {
    bar: ProgressBar,
}

impl Runs {
    /// Of the study with this name; hidden if it is to be quiet or nobody is watching.
    pub(super) fn new(name: &str, quiet: bool) -> Self {
        let watched = !quiet && io::stderr().is_terminal();
        let target = if watched {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let template = "{msg} [{wide_bar}] {pos}/{len} runs, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(name.to_owned());
        if watched {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self { bar }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watcher for Runs {
    fn wanted(&self, runs: usize) {
        self.bar.inc_length(runs as u64);
    }

    fn finished(&self) {
        self.bar.inc(1);
    }
}
