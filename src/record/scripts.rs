//! Scripts beside scenarios: reading them, and keeping them with results.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use super::RecordError;

/// Longest script that is read `[bytes]`.
const LONGEST: u64 = 1_000_000;

/// Reads the script `name` of the scenario in the file `source`, beside which it lies; for
/// [`Catalogue::with_scripts`](crate::strategy::Catalogue::with_scripts).
///
/// # Errors
/// Why it cannot be read.
pub fn read_script(source: &str, name: &str) -> Result<String, String> {
    let path = Path::new(source).parent().unwrap_or(Path::new("")).join(name);
    let mut text = String::new();
    // Not everything that can be opened ends.
    let read = File::open(&path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text));
    match read {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err("not UTF-8 text".into()),
        Err(error) => Err(error.to_string()),
        Ok(_) if text.len() as u64 > LONGEST => Err(format!("longer than {LONGEST} bytes")),
        Ok(_) => Ok(text),
    }
}

/// Writes scripts into a folder, each under its name, so that a scenario beside them can be run.
///
/// # Errors
/// One of them cannot be written.
pub fn keep_scripts<'s>(
    folder: &Path,
    scripts: impl Iterator<Item = (&'s str, &'s str)>,
) -> Result<(), RecordError> {
    for (name, text) in scripts {
        let path = folder.join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = made.and_then(|()| fs::write(&path, text));
        written.map_err(|source| RecordError::Io { doing: "cannot write", path, source })?;
    }
    Ok(())
}
