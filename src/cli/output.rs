//! Writing to stdout, which may be a pipe that nobody reads to its end.

use std::fmt::Display;
use std::io::{ErrorKind, Write as _};

/// Prints a line. A reader that has gone away, such as `head`, is no error.
pub(super) fn say(line: impl Display) {
    if let Err(error) = writeln!(anstream::stdout(), "{line}")
        && error.kind() != ErrorKind::BrokenPipe
    {
        anstream::eprintln!("error: cannot write to stdout: {error}");
    }
}
