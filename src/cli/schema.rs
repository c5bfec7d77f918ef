//! `taosim schema`.

use std::process::ExitCode;

use taosim::fields::json_schema;
use taosim::strategy::Catalogue;
use taosim::{scenario, study};

use super::TextKind;
use super::output::say;

pub(super) fn schema(of: TextKind) -> ExitCode {
    let (title, keys) = match of {
        TextKind::Scenario => ("A scenario of taosim", scenario::keys(&Catalogue::builtin())),
        TextKind::Attack => ("An attack study of taosim", study::attack::plan::keys()),
        TextKind::Sweep => ("A sweep of taosim", study::sweep::plan::keys()),
        TextKind::Tune => ("A tuning study of taosim", study::tune::plan::keys()),
    };
    say(json_schema(title, &keys).trim_end());
    ExitCode::SUCCESS
}
