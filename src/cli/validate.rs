//! `taosim validate`.

use std::process::ExitCode;

use taosim::plot::Format;
use taosim::record::chain::Chain;
use taosim::report::{figures, validation as shown};
use taosim::study::validation::Validation;

use super::output::say;
use super::{Failure, ValidateArgs};

pub(super) fn validate(args: &ValidateArgs) -> Result<ExitCode, Failure> {
    let place = args.data.display();
    let chain =
        Chain::read(&args.data).map_err(|error| Failure::Input(format!("error: {error}")))?;
    if chain.is_empty() {
        return Err(Failure::Input(format!(
            "error: {place} has no record of the chain\nhelp: `taosim validate --help` names the files"
        )));
    }
    let validation = Validation::of(&chain);
    say(shown::table(&validation));
    if let Some(out) = &args.out {
        let formats: &[Format] =
            if args.png { &[Format::Svg, Format::Png] } else { &[Format::Svg] };
        figures::write(out, &shown::figures(&validation), formats)?;
        say(format!("figures in {}", out.display()));
    }
    Ok(ExitCode::SUCCESS)
}
