//! What a sweep has finished, block by block, as Parquet beside its place: each block is whole or
//! not there, so that what is killed goes on from the last one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::folder::{FolderError, hidden, io_error};
use super::table::Table;
use super::{RecordError, parquet};

/// The blocks of a study that is not finished.
#[derive(Debug)]
pub struct Blocks {
    folder: PathBuf,
}

/// The file that says of which study the blocks are.
const DIGEST: &str = "digest";

impl Blocks {
    /// Those of the study with this digest, whose results come into `place`.
    ///
    /// # Errors
    /// They are another study's, or the disk cannot be written.
    pub fn open(place: &Path, digest: &str) -> Result<Self, FolderError> {
        let folder = hidden(place, "unfinished");
        fs::create_dir_all(&folder).map_err(io_error("cannot create", &folder))?;
        let path = folder.join(DIGEST);
        match fs::read_to_string(&path) {
            Ok(found) if found == digest => {}
            // A study that was killed as it began has nothing to lose.
            Ok(found) if !found.is_empty() => {
                let wanted = digest.to_owned();
                return Err(FolderError::OtherText { place: folder, found, wanted });
            }
            _ => fs::write(&path, digest).map_err(io_error("cannot write", &path))?,
        }
        Ok(Self { folder })
    }

    /// Whether anything is there for this place.
    #[must_use]
    pub fn are_begun(place: &Path) -> bool {
        hidden(place, "unfinished").join(DIGEST).exists()
    }

    /// Where they are.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// The journal of a block.
    #[must_use]
    pub fn journal(&self, number: usize) -> PathBuf {
        self.folder.join(format!("block-{number:05}.journal"))
    }

    /// Whether a block is finished.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.file(name).exists()
    }

    /// Keeps a finished block under its name, a path without ending; its journal is not needed then.
    ///
    /// # Errors
    /// The disk cannot be written; the block is then not there.
    pub fn put(&self, number: usize, name: &str, table: &Table) -> Result<(), RecordError> {
        let file = self.file(name);
        let parent = file.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).map_err(io_error("cannot create", parent))?;
        let part = "being-written";
        parquet::write(&self.folder, part, table)?;
        let written = self.file(part);
        let open = File::open(&written).map_err(io_error("cannot open", &written))?;
        open.sync_all().map_err(io_error("cannot write", &written))?;
        fs::rename(&written, &file).map_err(io_error("cannot move", &written))?;
        // One that stays behind does no harm.
        let _ = fs::remove_file(self.journal(number));
        Ok(())
    }

    /// A finished block.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn get(&self, name: &str) -> Result<Table, RecordError> {
        parquet::read(&self.folder, name)
    }

    /// Takes over a block of a part of the study that was run elsewhere; gives whether it was there.
    ///
    /// # Errors
    /// It cannot be copied.
    pub fn adopt(&self, from: &Path, name: &str) -> Result<bool, RecordError> {
        let there = from.join(format!("{name}.parquet"));
        if !there.exists() {
            return Ok(false);
        }
        let file = self.file(name);
        let parent = file.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).map_err(io_error("cannot create", parent))?;
        let beside = self.file("being-written");
        fs::copy(&there, &beside).map_err(io_error("cannot copy", &there))?;
        fs::rename(&beside, &file).map_err(io_error("cannot move", &beside))?;
        Ok(true)
    }

    /// Copies a block into a folder of results, without the disk's room where that can be.
    ///
    /// # Errors
    /// It cannot be copied.
    pub fn hand_over(&self, name: &str, to: &Path) -> Result<(), RecordError> {
        let from = self.file(name);
        let file = to.join(format!("{name}.parquet"));
        let parent = file.parent().unwrap_or(to);
        fs::create_dir_all(parent).map_err(io_error("cannot create", parent))?;
        if fs::hard_link(&from, &file).is_err() {
            fs::copy(&from, &file).map_err(io_error("cannot copy", &from))?;
        }
        Ok(())
    }

    /// Ends it: the results are in their place.
    pub fn clear(self) {
        // What stays behind is hidden, and says of which study it is.
        let _ = fs::remove_dir_all(&self.folder);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.parquet"))
    }
}
