//! What a study has finished, on disk as soon as it is finished: what is killed goes on from there.
//!
//! One line of JSON for each run, under a key that says what was run. A line that was cut off, or
//! that another version wrote, counts as not there.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::RecordError;

/// Which run a result is of: a digest of all that it depends on `[32 hexadecimal digits]`.
pub type Key = String;

/// The key of a run of the scenario with this digest under this seed, looked at in this way.
#[must_use]
pub fn key(scenario_digest: &str, seed: u64, looked_at: &str) -> Key {
    let text = format!("{scenario_digest} {seed} {looked_at} {}", env!("CARGO_PKG_VERSION"));
    blake3::hash(text.as_bytes()).to_hex()[..32].to_owned()
}

/// A result, or why there is none.
pub type Finished<R> = Result<R, String>;

#[derive(Deserialize, Serialize)]
struct Line<R> {
    key: Key,
    finished: Finished<R>,
}

/// The finished runs of a study.
pub struct Journal<R> {
    path: PathBuf,
    found: BTreeMap<Key, Finished<R>>,
    file: Mutex<Option<File>>,
}

impl<R: Clone + DeserializeOwned + Serialize> Journal<R> {
    /// One that is kept in memory only.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { path: PathBuf::new(), found: BTreeMap::new(), file: Mutex::new(None) }
    }

    /// The journal in this file, with what an earlier try has finished.
    ///
    /// # Errors
    /// The file can be neither read nor made.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let io = |doing| {
            let path = path.to_owned();
            move |source| RecordError::Io { doing, path, source }
        };
        let mut found = BTreeMap::new();
        let mut whole = true;
        if path.exists() {
            let file = File::open(path).map_err(io("cannot open"))?;
            for line in BufReader::new(file).split(b'\n') {
                let line = line.map_err(io("cannot read"))?;
                let read = serde_json::from_slice::<Line<R>>(&line);
                whole = read.is_ok();
                if let Ok(line) = read {
                    found.insert(line.key, line.finished);
                }
            }
        }
        let open = OpenOptions::new().create(true).append(true).open(path);
        let mut file = open.map_err(io("cannot write"))?;
        if !whole {
            // What comes next begins a line of its own.
            file.write_all(b"\n").map_err(io("cannot write"))?;
        }
        Ok(Self { path: path.to_owned(), found, file: Mutex::new(Some(file)) })
    }

    /// How many runs it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What this run came to, if it is finished.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Finished<R>> {
        self.found.get(key)
    }

    /// Writes down a run; many threads may at once.
    ///
    /// # Errors
    /// The disk is full, or the file is gone.
    pub fn write(&self, key: &str, finished: &Finished<R>) -> Result<(), RecordError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = file.as_mut() else { return Ok(()) };
        let line = Line { key: key.to_owned(), finished: finished.clone() };
        let failed =
            |source| RecordError::Io { doing: "cannot write", path: self.path.clone(), source };
        let mut text = serde_json::to_string(&line).map_err(|error| failed(error.into()))?;
        text.push('\n');
        file.write_all(text.as_bytes()).map_err(failed)
    }

    /// Takes over results that have been written down.
    pub fn take(&mut self, results: impl IntoIterator<Item = (Key, Finished<R>)>) {
        self.found.extend(results);
    }
}

/// Numbers by their bits, so that what is read is what was written.
pub mod bits {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    /// Writes numbers.
    ///
    /// # Errors
    /// Those of the format.
    pub fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        let bits: Vec<u64> = values.iter().map(|value| value.to_bits()).collect();
        bits.serialize(serializer)
    }

    /// Reads them.
    ///
    /// # Errors
    /// Those of the format.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let bits = Vec::<u64>::deserialize(from)?;
        Ok(bits.into_iter().map(f64::from_bits).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
    struct Sum(#[serde(with = "bits")] Vec<f64>);

    #[test]
    fn a_line_that_was_cut_off_is_not_there_and_the_next_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.jsonl");
        let journal = Journal::open(&path).expect("a journal");
        journal.write("one", &Ok(Sum(vec![0.1, f64::NEG_INFINITY]))).expect("written");
        journal.write("two", &Err("broke".into())).expect("written");
        let text = std::fs::read_to_string(&path).expect("text");
        std::fs::write(&path, &text[..text.len() - 5]).expect("cut");
        let journal = Journal::<Sum>::open(&path).expect("a journal");
        assert_eq!(journal.get("one"), Some(&Ok(Sum(vec![0.1, f64::NEG_INFINITY]))));
        assert_eq!(journal.get("two"), None);
        journal.write("two", &Err("broke again".into())).expect("written");
        let journal = Journal::<Sum>::open(&path).expect("a journal");
        assert_eq!(journal.get("two"), Some(&Err("broke again".into())));
        assert_eq!(journal.len(), 2);
    }
}
