//! One subnet's stakes and weights become a scenario.

use std::fmt::Write as _;

use super::sheet::Sheet;
use super::{Csv, ImportError, Options};
use crate::units::Uid;

/// The text of a scenario that starts from exactly this state: every uid with its stake, every
/// validator with its weights in force.
///
/// `stakes` has the columns `uid` and `stake…`; `weights` has `validator_uid`, `miner_uid` and
/// `weight`. Uids must be dense from 0. Who sets weights becomes a validator, all others become
/// miners. A miner's quality is what the validators' weights say of it on average, by stake.
///
/// # Errors
/// Every row that cannot be used, with file, line and column.
pub fn metagraph(
    stakes: Csv<'_>,
    weights: Csv<'_>,
    options: &Options,
) -> Result<String, ImportError> {
    let mut problems = Vec::new();
    let stake_rows = rows(stakes, &["uid", "stake"], &mut problems);
    let weight_rows = rows(weights, &["validator_uid", "miner_uid", "weight"], &mut problems);
    let mut found: Vec<Option<f64>> = vec![None; stake_rows.len()];
    for Row { places, values } in &stake_rows {
        let uid = whole(values[0]);
        match uid.and_then(|uid| found.get_mut(uid)) {
            None => problems.push(format!(
                "{}: uids must be dense from 0: {} rows need uids 0 to {}, got {}",
                places[0],
                stake_rows.len(),
                stake_rows.len().saturating_sub(1),
                values[0]
            )),
            Some(Some(_)) => {
                problems.push(format!("{}: a second row for uid {}", places[0], values[0]));
            }
            Some(none) => *none = Some(values[1]),
        }
    }
    let stake: Vec<f64> = found.into_iter().map(Option::unwrap_or_default).collect();
    let mut given: Vec<Vec<(Uid, f64)>> = vec![Vec::new(); stake.len()];
    for Row { places, values } in &weight_rows {
        let (from, to) = (whole(values[0]), whole(values[1]));
        for (column, uid) in [(0, from), (1, to)] {
            if uid.is_none_or(|uid| uid >= stake.len()) {
                let (at, uid) = (&places[column], values[column]);
                problems.push(format!("{at}: uid {uid} has no row in {}", stakes.name));
            }
        }
        if let (Some(from), Some(to)) = (from, to)
            && let (Some(row), true) = (given.get_mut(from), to < stake.len())
        {
            if row.iter().any(|(uid, _)| *uid == to) {
                let at = &places[1];
                problems.push(format!("{at}: a second weight of uid {from} on uid {to}"));
            }
            row.push((to, values[2]));
        }
    }
    if problems.is_empty() && given.iter().all(Vec::is_empty) {
        problems.push(format!("{}: nobody sets weights", weights.name));
    }
    if problems.is_empty() { Ok(text(&stake, &given, options)) } else { Err(ImportError(problems)) }
}

/// The wanted fields of a row, and where each stands.
struct Row {
    places: Vec<String>,
    values: Vec<f64>,
}

/// The wanted columns of every row; a wanted name is also matched by its beginning, so that
/// `stake_tao` is a `stake`.
fn rows(file: Csv<'_>, wanted: &[&str], problems: &mut Vec<String>) -> Vec<Row> {
    let mut sheet = Sheet::read(file);
    let columns: Vec<usize> = wanted.iter().map(|name| sheet.column_like(name)).collect();
    let mut rows = Vec::new();
    for row in 0..sheet.len() {
        let read = |column: &usize| sheet.number(row, *column, 1e15);
        let values: Vec<f64> = columns.iter().filter_map(read).collect();
        if values.len() == columns.len() {
            let places = columns.iter().map(|column| sheet.place(row, *column)).collect();
            rows.push(Row { places, values });
        }
    }
    problems.append(&mut sheet.finish());
    rows
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value was read as a number in [0, 1e15], and fractions are refused"
)]
fn whole(value: f64) -> Option<Uid> {
    (value.fract() == 0.0).then_some(value as Uid)
}

fn text(stake: &[f64], given: &[Vec<(Uid, f64)>], options: &Options) -> String {
    let setters: Vec<Uid> = (0..stake.len()).filter(|uid| !given[*uid].is_empty()).collect();
    let miners: Vec<Uid> = (0..stake.len()).filter(|uid| given[*uid].is_empty()).collect();
    let quality = qualities(stake, given, &setters);
    let pick =
        |column: &[f64], uids: &[Uid]| uids.iter().map(|uid| column[*uid]).collect::<Vec<_>>();
    let Options { name, seed, epochs, source } = options;
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "# {source}\n\
         #\n\
         # {} uids, of which {} set weights. Stake counts as alpha: the market is off.\n\
         # A miner's quality is the mean weight that validators give it, by stake, so that honest\n\
         # validators set out from the weights below and drift away as the miners do.\n\
         schema = 1\nname = \"{name}\"\nseed = {seed}\nepochs = {epochs}\n\n\
         [protocol]\nmax_allowed_uids = {}\n\n",
        stake.len(),
        setters.len(),
        stake.len().max(256),
    );
    let _ = write!(
        out,
        "[[subnet.{name}.validators]]\nname = \"setters\"\ncount = {}\n\
         strategy = {{ kind = \"honest\", noise = 0.2, score_ema = 0.1 }}\n",
        setters.len()
    );
    list(&mut out, "uids", &setters);
    list(&mut out, "stake", &pick(stake, &setters));
    if !miners.is_empty() {
        let _ = write!(
            out,
            "\n[[subnet.{name}.miners]]\nname = \"miners\"\ncount = {}\ndrift = 0.03\n",
            miners.len()
        );
        list(&mut out, "uids", &miners);
        list(&mut out, "stake", &pick(stake, &miners));
        list(&mut out, "quality", &pick(&quality, &miners));
    }
    let _ = write!(
        out,
        "\n# The three validators with the most stake turn at epoch 100:\n\
         # [[coalitions]]\n# name = \"cabal\"\n# from = 100\n\
         # validators = {{ kind = \"top-stake\", count = 3 }}\n\
         # miners = {{ kind = \"bottom-quality\", count = 10 }}\n\
         # strategy = {{ kind = \"cabal\", self_weight = 1.0 }}\n"
    );
    for uid in setters {
        let _ = write!(out, "\n[[subnet.{name}.start]]\nuid = {uid}\n");
        let (to, weights): (Vec<Uid>, Vec<f64>) = given[uid].iter().copied().unzip();
        list(&mut out, "to", &to);
        list(&mut out, "weights", &weights);
    }
    out
}

/// The mean weight on each uid, by the stake of those who set weights.
fn qualities(stake: &[f64], given: &[Vec<(Uid, f64)>], setters: &[Uid]) -> Vec<f64> {
    let mut quality = vec![0.0; stake.len()];
    let all = setters.iter().fold(0.0, |sum, uid| sum + stake[*uid]);
    for &uid in setters {
        let row = given[uid].iter().fold(0.0, |sum, (_, weight)| sum + weight);
        for (to, weight) in &given[uid] {
            if all > 0.0 && row > 0.0 {
                quality[*to] += stake[uid] / all * (weight / row);
            }
        }
    }
    quality
}

/// `key = [a, b, …]`, broken into lines.
fn list<T: std::fmt::Debug>(out: &mut String, key: &str, values: &[T]) {
    let _ = write!(out, "{key} = [");
    let mut width = key.len() + 4;
    for (at, value) in values.iter().enumerate() {
        // The debug form of a float always has a point or an exponent, and is exact.
        let value = format!("{value:?}{}", if at + 1 < values.len() { "," } else { "" });
        if width + value.len() > 98 {
            out.push_str("\n ");
            width = 1;
        } else if at > 0 {
            out.push(' ');
        }
        width += value.len() + 1;
        out.push_str(&value);
    }
    out.push_str("]\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn options() -> Options {
        Options { name: "snap".into(), seed: 1, epochs: 3, source: "a test".into() }
    }

    fn import(stakes: &str, weights: &str) -> Result<String, ImportError> {
        let csv = |name, text| Csv { name, text };
        metagraph(csv("stake.csv", stakes), csv("weights.csv", weights), &options())
    }

    #[test]
    fn a_snapshot_becomes_a_scenario_that_loads() {
        let text = import(
            "uid,stake_tao\n0,100.5\n1,0\n2,3e2\n",
            "validator_uid,miner_uid,weight\n0,1,0.25\n0,2,0.75\n2,1,1\n",
        )
        .expect("a good snapshot");
        let scenario = Scenario::load("snap.toml", &text, &[]).expect("a good scenario");
        let subnet = &scenario.subnets[0];
        assert_eq!(subnet.validators[0].group.uids, Some(vec![0, 2]));
        assert_eq!(subnet.start[0].weights, [0.25, 0.75]);
    }

    #[test]
    fn every_bad_row_is_told_with_its_place() {
        let error = import(
            "uid,stake_tao\n0,100\n7,1\n1,-3\n",
            "validator_uid,miner_uid,weight\n0,9,0.5\n0,x,1\n",
        )
        .expect_err("a bad snapshot");
        assert_eq!(
            error.0,
            [
                "stake.csv:4:3: `stake_tao` must be a number in [0, 1e15], got `-3`",
                "weights.csv:3:3: `miner_uid` must be a number in [0, 1e15], got `x`",
                "stake.csv:3:1: uids must be dense from 0: 2 rows need uids 0 to 1, got 7",
                "weights.csv:2:3: uid 9 has no row in stake.csv",
            ]
        );
    }

    #[test]
    fn a_missing_column_is_told_once() {
        let error = import("id,stake\n0,1\n", "validator_uid,miner_uid,weight\n0,0,1\n");
        let problems = error.expect_err("a bad snapshot").0;
        assert!(problems[0].starts_with("stake.csv:1:1: no column `uid`"), "{problems:?}");
    }
}
