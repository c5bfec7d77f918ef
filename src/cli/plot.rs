//! `taosim plot`.

use std::path::Path;
use std::process::ExitCode;

use taosim::plot::Format;
use taosim::record::manifest;
use taosim::report::figures;

use super::Failure;
use super::output::say;

pub(super) fn plot(run: &Path, png: bool) -> Result<ExitCode, Failure> {
    if !run.join(manifest::FILE).is_file() {
        return Err(Failure::Input(format!(
            "error: {} is not a folder of results: it has no {}\nhelp: name one that `taosim run` \
             wrote, such as output/quickstart/7",
            run.display(),
            manifest::FILE
        )));
    }
    let formats: &[Format] = if png { &[Format::Svg, Format::Png] } else { &[Format::Svg] };
    for file in figures::draw(run, formats)? {
        say(file.display());
    }
    Ok(ExitCode::SUCCESS)
}
