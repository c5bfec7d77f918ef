//! `taosim retention`.

use std::process::ExitCode;

use taosim::plot::Format;
use taosim::record::{Folder, Manifest, Status, manifest};
use taosim::report::retention::{Variant, figures as drawn, table, write};
use taosim::report::{ReportError, figures};
use taosim::study::retention::{Rule, Setting, maps};

use super::output::say;
use super::{Failure, RetentionArgs, RuleName, SweepKey};

pub(super) fn retention(args: &RetentionArgs) -> Result<ExitCode, Failure> {
    let base = setting(args)?;
    let place = args.out.join("retention").join(args.sweep.map_or("single", SweepKey::name));
    let seeds: Vec<u64> = (base.seed..base.seed.saturating_add(args.seeds)).collect();
    let text = format!("{base:?} {seeds:?} {:?}", args.sweep);
    let digest = blake3::hash(text.as_bytes()).to_hex()[..32].to_owned();
    let folder = Folder::take(&place, &digest)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs)
        .build()
        .map_err(|error| Failure::Failed(format!("error: cannot start threads: {error}")))?;
    let compute = |(name, setting): (String, Setting)| {
        let one = |seed: &u64| (*seed, maps(&Setting { seed: *seed, ..setting.clone() }));
        let maps = seeds.iter().map(one).collect();
        Variant { name, setting, maps }
    };
    let variants: Vec<Variant> =
        pool.install(|| variants(args.sweep, &base).into_iter().map(compute).collect());
    let rows = write(folder.path(), &variants).map_err(ReportError::from)?;
    let formats: &[Format] = if args.png { &[Format::Svg, Format::Png] } else { &[Format::Svg] };
    figures::write(&folder.path().join("plots"), &drawn(&variants), formats)?;
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
        say(format!("results in {}", place.display()));
    }
    say(&manifest.result_digest);
    Ok(ExitCode::SUCCESS)
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
        None => vec![("baseline".into(), base.clone())],
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
