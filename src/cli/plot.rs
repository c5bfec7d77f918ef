//! `taosim plot`.

use std::path::Path;
use std::process::ExitCode;

use taosim::plot::Format;
use taosim::record::manifest;
use taosim::report::figures;

use super::Failure;
use super::output::say;

/// That there are results in a folder.
///
/// # Errors
/// There are none.
pub(super) fn check(folder: &Path) -> Result<(), Failure> {
    if folder.join(manifest::FILE).is_file() {
        return Ok(());
    }
    Err(Failure::Input(format!(
        "error: {} is not a folder of results: it has no {}\nhelp: name one that `taosim run` or a \
         study wrote, such as output/quickstart/7 or output/studies/majority-cliff",
        folder.display(),
        manifest::FILE
    )))
}

pub(super) fn plot(results: &Path, png: bool) -> Result<ExitCode, Failure> {
    check(results)?;
    let formats: &[Format] = if png { &[Format::Svg, Format::Png] } else { &[Format::Svg] };
    for file in figures::draw(results, formats)? {
        say(file.display());
    }
    Ok(ExitCode::SUCCESS)
}
