//! Many runs at once: those that are finished are taken from the journal, the others are run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

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

/// Runs that many threads ask for one at a time: each is from the journal, or run once.
pub struct OneByOne<'j, R> {
    journal: &'j Journal<R>,
    desk: Desk<'j>,
    fresh: Mutex<Fresh<R>>,
}

/// What was run since the journal was last looked at.
struct Fresh<R> {
    runs: BTreeMap<Key, Finished<R>>,
    broken: Option<RecordError>,
}

impl<'j, R> OneByOne<'j, R>
where
    R: Clone + DeserializeOwned + Serialize,
{
    /// Beside what is in a journal.
    pub fn new(journal: &'j Journal<R>, desk: Desk<'j>) -> Self {
        let fresh = Mutex::new(Fresh { runs: BTreeMap::new(), broken: None });
        Self { journal, desk, fresh }
    }

    /// The run with this key; `None` where the study is to stop, or cannot keep what it finds.
    pub fn get(&self, key: &Key, one: impl FnOnce() -> Finished<R>) -> Option<Finished<R>> {
        let locked = || self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.journal.get(key).cloned().or_else(|| locked().runs.get(key).cloned());
        if known.is_some() {
            return known;
        }
        if self.desk.stop.load(Ordering::Relaxed) || locked().broken.is_some() {
            return None;
        }
        let finished = one();
        let mut fresh = locked();
        if let Err(error) = self.journal.write(key, &finished) {
            fresh.broken = Some(error);
            return None;
        }
        fresh.runs.insert(key.clone(), finished.clone());
        Some(finished)
    }

    /// What was run, for the journal to take.
    ///
    /// # Errors
    /// The journal could not be written.
    pub fn end(self) -> Result<BTreeMap<Key, Finished<R>>, RecordError> {
        let fresh = self.fresh.into_inner().unwrap_or_else(PoisonError::into_inner);
        fresh.broken.map_or(Ok(fresh.runs), Err)
    }
}
