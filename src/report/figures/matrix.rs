//! Weights and bonds of the last epoch as heat maps.

use std::collections::BTreeMap;

use super::super::shape::{GroupName, Run};
use crate::plot::{Axis, Chart, Figure, Group, HeatMap, Scale, Side};

/// Who gave which weight to whom.
pub(super) fn weights(run: &Run, subnet: &str, groups: &[GroupName]) -> Figure {
    let value = Axis { scale: Scale::Sqrt, ..Axis::new("weight", "share of the validator's vote") };
    figure(run, subnet, groups, "weight", value, "How validators vote")
}

/// Who holds which bond in whom.
pub(super) fn bonds(run: &Run, subnet: &str, groups: &[GroupName]) -> Figure {
    let value =
        Axis { scale: Scale::Sqrt, ..Axis::new("bond", "share of the most that is stored") };
    figure(run, subnet, groups, "bond", value, "Which bonds validators hold")
}

fn figure(
    run: &Run,
    subnet: &str,
    groups: &[GroupName],
    metric: &str,
    value: Axis,
    title: &str,
) -> Figure {
    let (_, neurons) = Run::last_rows(&run.neurons, subnet);
    let (last, mut rows) = Run::last_rows(&run.weights, subnet);
    // Of several mechanisms the first is shown.
    let mechanisms = run.weights.numbers("mechanism");
    rows.retain(|row| mechanisms[*row] == 0.0);
    let uids = run.neurons.numbers("uid");
    let (names, roles) = (run.neurons.texts("group"), run.neurons.texts("role"));
    let from = run.weights.numbers("validator_uid");
    let to = run.weights.numbers("uid");
    let cells = run.weights.numbers(metric);
    let given = |uid: f64| rows.iter().any(|row| to[*row] == uid && cells[*row] > 0.0);

    // Neurons in the order of their groups, so that a group is one block of the picture.
    let block = |group: &GroupName, role: &str| -> Vec<u64> {
        let of = |row: &&usize| names[**row] == group.name && *roles[**row] == *role;
        neurons.iter().filter(of).map(|row| whole(uids[*row])).collect()
    };
    let side = |label: &str, blocks: &[(&GroupName, Vec<u64>)]| Side {
        groups: blocks
            .iter()
            .map(|(group, uids)| Group { name: group.name.to_string(), count: uids.len() })
            .collect(),
        ..Side::new(label)
    };
    let voters: Vec<(&GroupName, Vec<u64>)> = groups
        .iter()
        .map(|group| (group, block(group, "validator")))
        .filter(|(_, uids)| !uids.is_empty())
        .collect();
    // Validators are columns too, but only where somebody votes for them.
    let judged: Vec<(&GroupName, Vec<u64>)> = groups
        .iter()
        .map(|group| {
            let mut uids = block(group, "miner");
            #[expect(clippy::cast_precision_loss, reason = "uids are below 2^16")]
            uids.extend(block(group, "validator").into_iter().filter(|uid| given(*uid as f64)));
            (group, uids)
        })
        .filter(|(_, uids)| !uids.is_empty())
        .collect();

    let index = |blocks: &[(&GroupName, Vec<u64>)]| -> BTreeMap<u64, usize> {
        blocks.iter().flat_map(|(_, uids)| uids).copied().zip(0..).collect()
    };
    let (row_of, column_of) = (index(&voters), index(&judged));
    let columns = column_of.len();
    let mut values = vec![0.0; row_of.len() * columns];
    for &row in &rows {
        let place = (row_of.get(&whole(from[row])), column_of.get(&whole(to[row])));
        if let (Some(y), Some(x)) = place {
            values[y * columns + x] = cells[row];
        }
    }
    let chart = Chart::HeatMap(HeatMap {
        x: side("who is judged, in the order of groups", &judged),
        y: side("who judges, in the order of groups", &voters),
        value,
        columns,
        values,
        ..HeatMap::default()
    });
    let manifest = &run.manifest;
    let subtitle = format!(
        "after epoch {}; {}, subnet {subnet}, seed {}",
        last.unwrap_or_default(),
        manifest.scenario,
        manifest.seed
    );
    Figure::of(title, &subtitle, chart)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the column is read from whole numbers"
)]
fn whole(number: f64) -> u64 {
    number as u64
}
