//! `taosim import`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use taosim::fields::unfit_name;
use taosim::scenario::import::{Csv, Options, metagraph as from_csv};

use super::{Failure, MetagraphArgs, new};

pub(super) fn metagraph(args: &MetagraphArgs) -> Result<ExitCode, Failure> {
    let (stake, weights) = (read(&args.stake)?, read(&args.weights)?);
    let stem = args.out.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = args.name.clone().unwrap_or_else(|| stem.to_lowercase().replace('.', "-"));
    if let Some(rule) = unfit_name(&name) {
        let help = "help: give one with --name";
        return Err(Failure::Input(format!("error: {rule}\n{help}")));
    }
    if args.epochs == 0 {
        return Err(Failure::Input("error: --epochs must be at least 1, got 0".into()));
    }
    let (stake_name, weights_name) =
        (args.stake.display().to_string(), args.weights.display().to_string());
    let files =
        || format!("State of a subnet, from {} and {}.", file(&args.stake), file(&args.weights));
    let options = Options {
        name,
        seed: args.seed,
        epochs: args.epochs,
        source: args.source.clone().unwrap_or_else(files),
    };
    let text = from_csv(
        Csv { name: &stake_name, text: &stake },
        Csv { name: &weights_name, text: &weights },
        &options,
    )
    .map_err(|error| {
        let lines: Vec<String> =
            error.0.iter().map(|problem| format!("error: {problem}")).collect();
        Failure::Input(format!(
            "{}\n\n{} problems; nothing was written",
            lines.join("\n"),
            lines.len()
        ))
    })?;
    new::write_new(&args.out, &text)
}

/// The bare name of a file: where it lies on this machine is nobody else's concern.
fn file(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))
}
