//! Folders of results that are never half written.
//!
//! A run writes beside its place, in a hidden folder that only it has locked, and moves the whole
//! into place at the end. A run that is killed leaves only the hidden folder, which the next run
//! of the same place clears away. Results of another text are never overwritten.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::RecordError;
use super::manifest::{FILE, Manifest, Status};

/// A place for results that is being filled.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    beside: PathBuf,
    lock: Option<File>,
}

/// Why a place cannot be filled.
#[derive(Debug, Error)]
pub enum FolderError {
    /// It holds the results of another text.
    #[error("{} holds results of another text (scenario digest {found}, not {wanted})", place.display())]
    OtherText {
        /// The place.
        place: PathBuf,
        /// The digest of the text whose results are there.
        found: String,
        /// The digest of the text that was to be run.
        wanted: String,
    },
    /// It holds something that is not results.
    #[error("{} is in the way: it is not a folder of results", place.display())]
    Foreign {
        /// The place.
        place: PathBuf,
    },
    /// Another run is filling it.
    #[error("another run is writing {}", place.display())]
    Busy {
        /// The place.
        place: PathBuf,
    },
    /// It cannot be written.
    #[error(transparent)]
    Record(#[from] RecordError),
}

pub(super) fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RecordError {
    let path = path.to_owned();
    move |source| RecordError::Io { doing, path, source }
}

impl Folder {
    /// Takes the place for results of the text with this digest.
    ///
    /// # Errors
    /// The place holds something else, is being filled, or cannot be written.
    pub fn take(place: &Path, scenario_digest: &str) -> Result<Self, FolderError> {
        let parent = place.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(io_error("cannot create", parent))?;
        recover(place)?;
        check(place, scenario_digest)?;
        let beside = hidden(place, "partial");
        fs::create_dir_all(&beside).map_err(io_error("cannot create", &beside))?;
        let lock_path = hidden(place, "lock");
        let lock = File::create(&lock_path).map_err(io_error("cannot create", &lock_path))?;
        if lock.try_lock().is_err() {
            return Err(FolderError::Busy { place: place.to_owned() });
        }
        // What is there now was left by a run that did not live to its end.
        fs::remove_dir_all(&beside).map_err(io_error("cannot clear", &beside))?;
        fs::create_dir_all(&beside).map_err(io_error("cannot create", &beside))?;
        Ok(Self { place: place.to_owned(), beside, lock: Some(lock) })
    }

    /// Where to write until [`Folder::publish`].
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.beside
    }

    /// Moves the whole into place and gives where it is. Complete results of the same text are
    /// kept rather than replaced by interrupted ones.
    ///
    /// # Errors
    /// Something cannot be moved; what was in the place is then still there.
    pub fn publish(mut self, manifest: &Manifest) -> Result<Published, FolderError> {
        manifest.write(&self.beside)?;
        let old = Manifest::read(&self.place).ok();
        let better = old.is_some_and(|old| old.status == Status::Complete);
        let kept = better && manifest.status == Status::Interrupted;
        if !kept {
            let aside = hidden(&self.place, "old");
            if self.place.exists() {
                fs::rename(&self.place, &aside).map_err(io_error("cannot move", &self.place))?;
            }
            fs::rename(&self.beside, &self.place).map_err(io_error("cannot move", &self.beside))?;
            if aside.exists() {
                fs::remove_dir_all(&aside).map_err(io_error("cannot remove", &aside))?;
            }
        }
        self.release();
        let place = self.place.clone();
        Ok(if kept { Published::KeptOld(place) } else { Published::New(place) })
    }

    fn release(&mut self) {
        if let Some(lock) = self.lock.take() {
            // Best effort: what stays behind is hidden, and the next run clears it away.
            let _ = fs::remove_dir_all(&self.beside);
            let _ = fs::remove_file(hidden(&self.place, "lock"));
            drop(lock);
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.release();
    }
}

/// What became of the results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// They are in this place.
    New(PathBuf),
    /// Complete results of the same text were in this place and have been kept.
    KeptOld(PathBuf),
}

/// A name beside the place that listings do not show.
pub(super) fn hidden(place: &Path, what: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.{what}"))
}

/// Undoes a publishing that was cut off between its two moves.
fn recover(place: &Path) -> Result<(), RecordError> {
    let aside = hidden(place, "old");
    if !aside.exists() {
        return Ok(());
    }
    if place.exists() {
        fs::remove_dir_all(&aside).map_err(io_error("cannot remove", &aside))
    } else {
        fs::rename(&aside, place).map_err(io_error("cannot move", &aside))
    }
}

/// Whether the place is free, or holds results of the same text.
fn check(place: &Path, wanted: &str) -> Result<(), FolderError> {
    if !place.exists() {
        return Ok(());
    }
    let foreign = || FolderError::Foreign { place: place.to_owned() };
    if !place.is_dir() {
        return Err(foreign());
    }
    if !place.join(FILE).exists() {
        let mut entries = fs::read_dir(place).map_err(io_error("cannot read", place))?;
        return if entries.next().is_none() { Ok(()) } else { Err(foreign()) };
    }
    let found = Manifest::read(place).map_err(|_| foreign())?.scenario_digest;
    if found == wanted {
        return Ok(());
    }
    Err(FolderError::OtherText { place: place.to_owned(), found, wanted: wanted.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(digest: &str, status: Status) -> Manifest {
        Manifest {
            schema: 1,
            program: "test".into(),
            scenario: "s".into(),
            scenario_digest: digest.into(),
            seed: 1,
            status,
            epochs: 1,
            epochs_run: 1,
            result_digest: "d".into(),
            rows: toml::Table::new(),
        }
    }

    fn fill(place: &Path, digest: &str, status: Status) -> Result<Published, FolderError> {
        let folder = Folder::take(place, digest)?;
        fs::write(folder.path().join("table"), format!("{status:?}")).expect("it can be written");
        folder.publish(&manifest(digest, status))
    }

    #[test]
    fn results_of_another_text_are_not_overwritten() {
        let dir = tempfile::tempdir().expect("a folder");
        let place = dir.path().join("s/7");
        fill(&place, "a", Status::Complete).expect("a free place");
        fill(&place, "a", Status::Complete).expect("the same text again");
        assert!(matches!(fill(&place, "b", Status::Complete), Err(FolderError::OtherText { .. })));
        assert!(place.join("table").exists());
    }

    #[test]
    fn complete_results_outlive_interrupted_ones() {
        let dir = tempfile::tempdir().expect("a folder");
        let place = dir.path().join("7");
        fill(&place, "a", Status::Complete).expect("a free place");
        let kept = fill(&place, "a", Status::Interrupted).expect("the same text again");
        assert_eq!(kept, Published::KeptOld(place.clone()));
        assert_eq!(fs::read_to_string(place.join("table")).expect("a file"), "Complete");
    }

    #[test]
    fn a_foreign_folder_is_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("thesis.txt"), "years of work").expect("it can be written");
        assert!(matches!(Folder::take(dir.path(), "a"), Err(FolderError::Foreign { .. })));
    }

    #[test]
    fn two_runs_do_not_share_a_place() {
        let dir = tempfile::tempdir().expect("a folder");
        let place = dir.path().join("7");
        let first = Folder::take(&place, "a").expect("a free place");
        assert!(matches!(Folder::take(&place, "a"), Err(FolderError::Busy { .. })));
        drop(first);
        assert!(!place.exists());
        Folder::take(&place, "a").expect("free again");
        let left: Vec<_> = fs::read_dir(dir.path()).expect("a folder").collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn a_cut_off_publishing_is_undone() {
        let dir = tempfile::tempdir().expect("a folder");
        let place = dir.path().join("7");
        fill(&place, "a", Status::Complete).expect("a free place");
        fs::rename(&place, hidden(&place, "old")).expect("it can be moved");
        drop(Folder::take(&place, "a").expect("the same text"));
        assert!(place.join("table").exists());
    }
}
