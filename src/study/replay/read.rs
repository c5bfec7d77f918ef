//! Reading a series from JSON, with every problem told at once with its path.

use serde_json::{Map, Value};
use thiserror::Error;

use super::{Form, Reset, Series};
use crate::fields::{nearest, quoted};
use crate::protocol::research::{ConsensusMode, Params};

/// All that is wrong with a series, a line each.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", .0.join("\n"))]
pub struct ReplayError(pub Vec<String>);

/// No more than so many problems are told of one file.
const TOLD: usize = 20;

/// Most epochs × validators × servers of one series.
const MOST_CELLS: usize = 1 << 27;

/// Parameters that are numbers, with their ranges.
const NUMBERS: &[(&str, f64, f64, fn(&mut Params) -> &mut f64)] = &[
    ("kappa", 0.0, 1.0, |p| &mut p.kappa),
    ("bond_penalty", 0.0, 1.0, |p| &mut p.bond_penalty),
    ("bond_moving_avg", 0.0, 1.0, |p| &mut p.bond_moving_avg),
    ("alpha_low", 0.0, 1.0, |p| &mut p.alpha_low),
    ("alpha_high", 0.0, 1.0, |p| &mut p.alpha_high),
    ("alpha_sigmoid_steepness", -1e6, 1e6, |p| &mut p.alpha_sigmoid_steepness),
    ("decay_rate", 0.0, 1.0, |p| &mut p.decay_rate),
    ("capacity_alpha", 0.0, 1.0, |p| &mut p.capacity_alpha),
];

/// Parameters that are true or false.
const FLAGS: &[(&str, fn(&mut Params) -> &mut bool)] =
    &[("liquid_alpha", |p| &mut p.liquid_alpha), ("winner_takes_all", |p| &mut p.winner_takes_all)];

/// The research package's parameters that do not touch consensus: known, and passed over.
const WITHOUT_EFFECT: &[&str] = &[
    "total_epoch_emission",
    "validator_emission_ratio",
    "total_subnet_stake",
    "consensus_precision",
    "alpha_tao_ratio",
    "override_consensus_high",
    "override_consensus_low",
];

const MODE: &str = "liquid_alpha_consensus_mode";

/// Reads the series in the `text` of the file `source`.
///
/// # Errors
/// Every problem, with file, JSON path and value.
pub fn series(source: &str, text: &str) -> Result<Series, ReplayError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ReplayError(vec![format!("{source}: not valid JSON: {error}")]))?;
    let mut reading = Reading { source, problems: Vec::new() };
    let series = reading.series(&value);
    match series {
        Some(series) if reading.problems.is_empty() => Ok(series),
        _ => {
            let more = reading.problems.len().saturating_sub(TOLD);
            reading.problems.truncate(TOLD);
            if more > 0 {
                reading.problems.push(format!("{source}: and {more} more problems"));
            }
            Err(ReplayError(reading.problems))
        }
    }
}

/// The parameters after `changes` such as `kappa=0.6`.
///
/// # Errors
/// A change that is not KEY=VALUE, an unknown key, or a value out of its range.
pub fn overridden(params: &Params, changes: &[String]) -> Result<Params, ReplayError> {
    let mut reading = Reading { source: "--override", problems: Vec::new() };
    let mut params = params.clone();
    for change in changes {
        let Some((key, value)) = change.split_once('=') else {
            reading.problems.push(format!("--override {change}: is not KEY=VALUE"));
            continue;
        };
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        reading.param(&mut params, key.trim(), &value, key);
    }
    if reading.problems.is_empty() { Ok(params) } else { Err(ReplayError(reading.problems)) }
}

struct Reading<'s> {
    source: &'s str,
    problems: Vec<String>,
}

impl Reading<'_> {
    fn wrong(&mut self, path: &str, rule: &str, got: &Value) {
        let got = match got {
            Value::Array(list) => format!("a list of {}", list.len()),
            Value::Object(_) => "an object".into(),
            scalar => scalar.to_string(),
        };
        self.problems.push(format!("{}: `{path}` must be {rule}, got {got}", self.source));
    }

    fn series(&mut self, value: &Value) -> Option<Series> {
        let Value::Object(map) = value else {
            self.wrong("$", "an object", value);
            return None;
        };
        let version = map.get("version").and_then(Value::as_str);
        let form = version.and_then(Form::named);
        if form.is_none() {
            let got = map.get("version").unwrap_or(&Value::Null);
            let help = version.and_then(|name| nearest(name, Form::NAMES));
            self.wrong("version", &format!("one of {}", quoted(Form::NAMES)), got);
            if let (Some(help), Some(last)) = (help, self.problems.last_mut()) {
                last.push_str("; ");
                last.push_str(&help);
            }
        }
        let params = self.params(map.get("params"));
        let stakes = self.stakes(map)?;
        let validators = stakes.first().map_or(0, Vec::len);
        let (weights, servers) = self.weights(map, stakes.len(), validators)?;
        let validator_names = self.names(map, "validators", validators);
        let server_names = self.names(map, "servers", servers);
        if let Some(epochs) = map.get("epochs")
            && epochs.as_u64() != Some(stakes.len() as u64)
        {
            let rule = format!("the number of epochs in `stakes`, {}", stakes.len());
            self.wrong("epochs", &rule, epochs);
        }
        let reset = self.reset(map.get("reset_bonds"), servers, stakes.len());
        let title = ["case", "name", "title"].iter().find_map(|key| map.get(*key)?.as_str());
        let stem = std::path::Path::new(self.source).file_stem().and_then(|stem| stem.to_str());
        Some(Series {
            name: title.or(stem).unwrap_or("series").to_owned(),
            version: version?.to_owned(),
            form: form?,
            params,
            reset,
            validators: validator_names,
            servers: server_names,
            stakes,
            weights,
        })
    }

    fn params(&mut self, value: Option<&Value>) -> Params {
        let mut params = Params::default();
        match value {
            None => {}
            Some(Value::Object(map)) => {
                for (key, value) in map {
                    self.param(&mut params, key, value, &format!("params.{key}"));
                }
            }
            Some(other) => self.wrong("params", "an object", other),
        }
        params
    }

    fn param(&mut self, params: &mut Params, key: &str, value: &Value, path: &str) {
        if let Some((_, low, high, field)) = NUMBERS.iter().find(|number| number.0 == key) {
            match value.as_f64().filter(|number| (*low..=*high).contains(number)) {
                Some(number) => *field(params) = number,
                None => self.wrong(path, &format!("a number in [{low}, {high}]"), value),
            }
        } else if let Some((_, field)) = FLAGS.iter().find(|flag| flag.0 == key) {
            match value.as_bool() {
                Some(flag) => *field(params) = flag,
                None => self.wrong(path, "true or false", value),
            }
        } else if key == MODE {
            match value.as_str() {
                Some("CURRENT") => params.consensus_mode = ConsensusMode::Current,
                Some("PREVIOUS") => params.consensus_mode = ConsensusMode::Previous,
                Some("MIXED") => params.consensus_mode = ConsensusMode::Mixed,
                _ => self.wrong(path, "`CURRENT`, `PREVIOUS` or `MIXED`", value),
            }
        } else if !WITHOUT_EFFECT.contains(&key) {
            let mut known: Vec<&str> = NUMBERS.iter().map(|number| number.0).collect();
            known.extend(FLAGS.iter().map(|flag| flag.0).chain([MODE]));
            let help =
                nearest(key, &known).unwrap_or_else(|| format!("there are {}", quoted(&known)));
            self.problems.push(format!("{}: unknown parameter `{path}`; {help}", self.source));
        }
    }

    fn list<'v>(
        &mut self,
        value: Option<&'v Value>,
        path: &str,
        rule: &str,
    ) -> Option<&'v [Value]> {
        match value {
            Some(Value::Array(list)) if !list.is_empty() => Some(list),
            other => {
                self.wrong(path, rule, other.unwrap_or(&Value::Null));
                None
            }
        }
    }

    /// A list of `length` numbers from 0 up.
    fn row(&mut self, value: &Value, path: &str, length: Option<usize>) -> Vec<f64> {
        let rule = length.map_or("a list of numbers".into(), |n| format!("a list of {n} numbers"));
        let Some(list) = self.list(Some(value), path, &rule) else { return Vec::new() };
        if length.is_some_and(|length| length != list.len()) {
            self.wrong(path, &rule, value);
            return Vec::new();
        }
        let mut row = Vec::with_capacity(list.len());
        for (at, value) in list.iter().enumerate() {
            let fit = |number: &f64| number.is_finite() && (0.0..=1e30).contains(number);
            match value.as_f64().filter(fit) {
                Some(number) => row.push(number),
                None => self.wrong(&format!("{path}[{at}]"), "a finite number from 0 up", value),
            }
        }
        row
    }

    fn stakes(&mut self, map: &Map<String, Value>) -> Option<Vec<Vec<f64>>> {
        let rows = self.list(map.get("stakes"), "stakes", "a list of epochs")?;
        let mut validators = None;
        let mut stakes = Vec::new();
        let before = self.problems.len();
        for (epoch, row) in rows.iter().enumerate() {
            let path = format!("stakes[{epoch}]");
            let sound = self.problems.len();
            let row = self.row(row, &path, validators);
            if self.problems.len() == sound && row.iter().all(|stake| *stake == 0.0) {
                self.problems.push(format!("{}: `{path}` must not sum to 0", self.source));
            }
            validators = validators.or(Some(row.len()));
            stakes.push(row);
        }
        (self.problems.len() == before).then_some(stakes)
    }

    fn weights(
        &mut self,
        map: &Map<String, Value>,
        epochs: usize,
        validators: usize,
    ) -> Option<(Vec<Vec<f64>>, usize)> {
        let rule = format!("a list of {epochs} epochs, as many as `stakes`");
        let list = self.list(map.get("weights"), "weights", &rule)?;
        if list.len() != epochs {
            self.wrong("weights", &rule, map.get("weights").unwrap_or(&Value::Null));
            return None;
        }
        let before = self.problems.len();
        let mut servers = None;
        let mut weights = Vec::new();
        for (epoch, matrix) in list.iter().enumerate() {
            let path = format!("weights[{epoch}]");
            let rule = format!("a list of {validators} rows, one for each validator");
            let Some(rows) = self.list(Some(matrix), &path, &rule) else { continue };
            if rows.len() != validators {
                self.wrong(&path, &rule, matrix);
                continue;
            }
            let mut flat = Vec::new();
            for (validator, row) in rows.iter().enumerate() {
                let row = self.row(row, &format!("{path}[{validator}]"), servers);
                servers = servers.or(Some(row.len()));
                flat.extend(row);
            }
            weights.push(flat);
        }
        let servers = servers.unwrap_or(0);
        let cells = epochs.saturating_mul(validators).saturating_mul(servers);
        if cells > MOST_CELLS {
            self.problems.push(format!("{}: too large: {cells} weights", self.source));
        }
        (self.problems.len() == before).then_some((weights, servers))
    }

    /// Names from the file, or numbers where it has none.
    fn names(&mut self, map: &Map<String, Value>, key: &str, count: usize) -> Vec<String> {
        let singular = key.trim_end_matches('s');
        let numbered = || (0..count).map(|at| format!("{singular} {at}")).collect();
        let Some(value) = map.get(key) else { return numbered() };
        let names: Option<Vec<String>> = value
            .as_array()
            .and_then(|list| list.iter().map(|name| name.as_str().map(str::to_owned)).collect());
        match names {
            Some(names) if names.len() == count => names,
            _ => {
                self.wrong(key, &format!("a list of {count} names"), value);
                numbered()
            }
        }
    }

    fn reset(&mut self, value: Option<&Value>, servers: usize, epochs: usize) -> Option<Reset> {
        let value = value.filter(|value| !value.is_null())?;
        let Value::Object(map) = value else {
            self.wrong("reset_bonds", "an object", value);
            return None;
        };
        if !map.get("enabled").and_then(Value::as_bool).unwrap_or(true) {
            return None;
        }
        let mut index = |key: &str, below: usize| {
            let value = map.get(key).unwrap_or(&Value::Null);
            let found = value.as_u64().and_then(|at| usize::try_from(at).ok());
            let found = found.filter(|at| *at < below);
            if found.is_none() {
                let rule = format!("a whole number below {below}");
                self.wrong(&format!("reset_bonds.{key}"), &rule, value);
            }
            found
        };
        let (server, epoch) = (index("server_index", servers), index("epoch", epochs));
        Some(Reset { server: server?, epoch: epoch? })
    }
}
