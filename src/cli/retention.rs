//! `taosim retention`.

use std::fs;
use std::process::ExitCode;

use taosim::plot::Format;
use taosim::record::{Folder, Manifest, Status, manifest};
use taosim::report::ReportError;
use taosim::report::retention::{Variant, distances, figures as drawn, numbers, table, write};
use taosim::report::study::{self, Shown};
use taosim::study::retention::{HONEST_STAKES, Published, Rule, Setting, maps, published};

use super::output::say;
use super::{Failure, RetentionArgs, RuleName, SweepKey};

pub(super) fn retention(args: &RetentionArgs) -> Result<ExitCode, Failure> {
    let base = setting(args)?;
    let settings = variants(args.sweep, &base);
    let lines = published_lines(args, &settings)?;
    let place = args.out.join("retention").join(args.sweep.map_or("single", SweepKey::name));
    let seeds: Vec<u64> = (base.seed..base.seed.saturating_add(args.seeds)).collect();
    let over = if lines.is_empty() { String::new() } else { format!(" {lines:?}") };
    let text = format!("{base:?} {seeds:?} {:?}{over}", args.sweep);
    let digest = blake3::hash(text.as_bytes()).to_hex()[..32].to_owned();
    let folder = Folder::take(&place, &digest)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs)
        .build()
        .map_err(|error| Failure::Failed(format!("error: cannot start threads: {error}")))?;
    let compute = |(name, setting): (String, Setting)| {
        let one = |seed: &u64| (*seed, maps(&Setting { seed: *seed, ..setting.clone() }));
        let maps = seeds.iter().map(one).collect();
        let of_it = |line: &&Published| line.is_of(&setting);
        let published = lines.iter().filter(of_it).cloned().collect();
        Variant { name, maps, spoken_of: spoken_of(args.sweep), published, setting }
    };
    let variants: Vec<Variant> = pool.install(|| settings.into_iter().map(compute).collect());
    let rows = write(folder.path(), &variants).map_err(ReportError::from)?;
    let formats: &[Format] = if args.png { &[Format::Svg, Format::Png] } else { &[Format::Svg] };
    let shown = Shown {
        command: command(args),
        numbers: numbers(&variants),
        ranges:
            "Ranges are of 95 % confidence over the draws of the noise, where there are several."
                .into(),
        figures: drawn(&variants),
    };
    study::write(folder.path(), &shown, formats)?;
    let manifest = Manifest {
        schema: manifest::TABLES_SCHEMA,
        program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).into(),
        scenario: "retention".into(),
        scenario_digest: digest,
        seed: base.seed,
        status: Status::Complete,
        epochs: 1,
        epochs_run: 1,
        result_digest: result_digest(&variants),
        rows: rows
            .into_iter()
            .map(|(name, rows)| (name.to_owned(), i64::try_from(rows).unwrap_or(i64::MAX).into()))
            .collect(),
    };
    folder.publish(&manifest)?;
    if !args.quiet {
        say(table(&variants));
        if !lines.is_empty() {
            say(distances(&variants));
        }
        say(format!("results in {}", place.display()));
    }
    say(&manifest.result_digest);
    Ok(ExitCode::SUCCESS)
}

/// The command that repeats it.
fn command(args: &RetentionArgs) -> String {
    let sweep = args
        .sweep
        .map_or_else(String::new, |sweep| format!(" --sweep {}", sweep.name().replace('_', "-")));
    let rule = match args.rule {
        RuleName::ChainClassic => "",
        RuleName::ChainYuma3 => " --rule chain-yuma3",
    };
    format!(
        "taosim retention{sweep}{rule} --seed {} --seeds {} --kappa {} --bonds-penalty {} \
         --validator-share {} --weight-noise {}",
        args.seed,
        args.seeds,
        args.kappa,
        args.bonds_penalty,
        args.validator_share,
        args.weight_noise
    )
}

/// The setting of the arguments; every number out of its range is told.
fn setting(args: &RetentionArgs) -> Result<Setting, Failure> {
    let mut wrong = Vec::new();
    for (name, value, most) in [
        ("--kappa", args.kappa, 1.0),
        ("--bonds-penalty", args.bonds_penalty, 1.0),
        ("--validator-share", args.validator_share, 1.0),
        ("--weight-noise", args.weight_noise, 10.0),
    ] {
        if !(0.0..=most).contains(&value) {
            wrong.push(format!("error: `{name}` must be a number in [0, {most}], got {value}"));
        }
    }
    if !(1..=10_000).contains(&args.seeds) {
        wrong.push(format!("error: `--seeds` must be in [1, 10000], got {}", args.seeds));
    }
    if !wrong.is_empty() {
        return Err(Failure::Input(wrong.join("\n")));
    }
    Ok(Setting {
        rule: match args.rule {
            RuleName::ChainClassic => Rule::Classic,
            RuleName::ChainYuma3 => Rule::Yuma3,
        },
        kappa: args.kappa,
        bonds_penalty: args.bonds_penalty,
        validator_share: args.validator_share,
        weight_noise: args.weight_noise,
        seed: args.seed,
        ..Setting::default()
    })
}

/// The published retention lines that are to be laid over ours; one at least, if a file is given.
fn published_lines(
    args: &RetentionArgs,
    settings: &[(String, Setting)],
) -> Result<Vec<Published>, Failure> {
    let Some(path) = &args.published else { return Ok(Vec::new()) };
    let text = fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    let mut lines = published(&path.display().to_string(), &text)
        .map_err(|error| Failure::Input(format!("error: {error}")))?;
    let drawn = |line: &Published| {
        line.is_retention_line()
            && HONEST_STAKES.contains(&line.honest_stake)
            && settings.iter().any(|(_, setting)| line.is_of(setting))
    };
    lines.retain(drawn);
    if lines.is_empty() {
        return Err(Failure::Input(format!(
            "error: {} has no retention line of these settings\nhelp: its figures' `params` must \
             be those of a variant, and a contour's `level` its `honest_stake`",
            path.display()
        )));
    }
    Ok(lines)
}

/// The honest stake that the text of a published figure speaks of.
fn spoken_of(sweep: Option<SweepKey>) -> f64 {
    if sweep == Some(SweepKey::Kappa) { 0.51 } else { 0.6 }
}

/// The settings that the published figures compare, each with its name.
fn variants(sweep: Option<SweepKey>, base: &Setting) -> Vec<(String, Setting)> {
    let over = |key: SweepKey, values: [f64; 3], set: fn(&mut Setting, f64)| {
        let variant = |value: f64| {
            let mut setting = base.clone();
            set(&mut setting, value);
            (format!("{} = {value}", key.name()), setting)
        };
        values.into_iter().map(variant).collect()
    };
    match sweep {
        None => {
            let published = *base == Setting { seed: base.seed, ..Setting::default() };
            vec![(if published { "baseline" } else { "as given" }.into(), base.clone())]
        }
        Some(key @ SweepKey::WeightNoise) => over(key, [0.0, 0.2, 0.4], |s, x| s.weight_noise = x),
        Some(key @ SweepKey::Kappa) => over(key, [0.4, 0.5, 0.6], |s, x| s.kappa = x),
        Some(key @ SweepKey::BondsPenalty) => {
            over(key, [0.0, 0.5, 1.0], |s, x| s.bonds_penalty = x)
        }
        Some(key @ SweepKey::ValidatorShare) => {
            over(key, [0.0, 0.25, 0.5], |s, x| s.validator_share = x)
        }
        Some(SweepKey::RewardRule) => {
            [("chain-classic", Rule::Classic), ("chain-yuma3", Rule::Yuma3)]
                .into_iter()
                .map(|(name, rule)| (name.to_owned(), Setting { rule, ..base.clone() }))
                .collect()
        }
    }
}

fn result_digest(variants: &[Variant]) -> String {
    let mut hasher = blake3::Hasher::new();
    for map in variants.iter().flat_map(|variant| &variant.maps).flat_map(|(_, maps)| maps) {
        for reward in &map.honest_reward {
            hasher.update(&reward.to_bits().to_le_bytes());
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
