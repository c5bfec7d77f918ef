//! Many runs at once: those that are finished are taken from the journal, the others are run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::record::RecordError;
use crate::record::journal::{Finished, Journal, Key};
use crate::scenario::Scenario;

/// A run that is wanted.
#[derive(Clone, Debug)]
pub struct Job<'s> {
    /// What is run.
    pub scenario: &'s Scenario,
    /// Under which seed, in place of the text's.
    pub seed: u64,
    /// The key of its result.
    pub key: Key,
}

/// Whoever watches a study.
pub trait Watcher: Sync {
    /// So many more runs are wanted.
    fn wanted(&self, runs: usize);
    /// One of them is finished.
    fn finished(&self);
}

/// Nobody.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watcher for Unwatched {
    fn wanted(&self, _: usize) {}
    fn finished(&self) {}
}

/// Who watches a study, and whether it is to stop.
#[derive(Clone, Copy)]
pub struct Desk<'d> {
    /// Set from outside: runs that have begun are finished, and no other is begun.
    pub stop: &'d AtomicBool,
    /// Told of every run.
    pub watcher: &'d dyn Watcher,
}

/// Runs every job that the journal does not hold, each once however often it is wanted; afterwards
/// the journal holds all of them, unless the study was stopped. Gives whether it is complete.
///
/// Jobs share nothing, so the results do not depend on the number of threads.
///
/// # Errors
/// The journal cannot be written; what is in it by then stays.
pub fn run<R>(
    jobs: &[Job<'_>],
    journal: &mut Journal<R>,
    desk: Desk<'_>,
    one: impl Fn(&Scenario, u64) -> Finished<R> + Sync,
) -> Result<bool, RecordError>
where
    R: Clone + DeserializeOwned + Serialize + Send + Sync,
{
    let missing = jobs.iter().filter(|job| journal.get(&job.key).is_none());
    let missing: BTreeMap<&Key, &Job<'_>> = missing.map(|job| (&job.key, job)).collect();
    let missing: Vec<(&Key, &Job<'_>)> = missing.into_iter().collect();
    desk.watcher.wanted(missing.len());
    let broken = AtomicBool::new(false);
    let results: Vec<Result<Option<(Key, Finished<R>)>, RecordError>> = missing
        .into_par_iter()
        .with_max_len(1)
        .map(|(key, job)| {
            if desk.stop.load(Ordering::Relaxed) || broken.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let finished = one(job.scenario, job.seed);
            journal.write(key, &finished).inspect_err(|_| broken.store(true, Ordering::Relaxed))?;
            desk.watcher.finished();
            Ok(Some((key.clone(), finished)))
        })
        .collect();
    let results: Vec<Option<(Key, Finished<R>)>> = results.into_iter().collect::<Result<_, _>>()?;
    let complete = results.iter().all(Option::is_some);
    journal.take(results.into_iter().flatten());
    Ok(complete)
}
