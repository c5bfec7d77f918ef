//! Who sits in which subnet with how much: what the record lists, and what it does not.

use super::snapshot::{Position, Snapshot, SubnetRow};

/// A validator of a subnet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seat {
    /// Index into [`Snapshot::hotkeys`]; `None` for one that the record does not name.
    pub(super) hotkey: Option<usize>,
    /// Alpha staked on it.
    pub(super) alpha: f64,
    /// Whether none of its weights count.
    pub(super) silent: bool,
    /// Whether those who validate on root alone lend it their stake.
    pub(super) lent: bool,
    /// Whether it is the subnet owner's.
    pub(super) owner: bool,
}

/// The validators of a subnet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seats {
    /// The greatest stake weight first.
    pub(super) each: Vec<Seat>,
    /// How many of them the record does not list.
    pub(super) filled: usize,
    /// Whether more would be staked than there is, so that stakes were cut back.
    pub(super) cut: bool,
}

/// What a TAO on root counts in alpha.
pub(super) const TAO_WEIGHT: f64 = 0.18;

/// Stake weight below which a key has no permit `[alpha]`.
pub(super) const THRESHOLD: f64 = 1_000.0;

/// What one that is not listed holds at least: enough to keep its permit `[alpha]`.
const LEAST: f64 = 1.1 * THRESHOLD;

/// How much greater the greatest stake of a subnet must be than the greatest listed one to be that of
/// a validator which is not listed. The record of the stakes is some days older.
const CLEARLY: f64 = 1.05;

/// TAO on root of hotkeys that validate in no other subnet.
pub(super) fn lenders(snapshot: &Snapshot) -> impl Iterator<Item = usize> + '_ {
    let only_root = |at: &usize| {
        let hotkey = &snapshot.hotkeys[*at];
        hotkey.root > 0.0 && hotkey.subnets <= 1
    };
    (0..snapshot.hotkeys.len()).filter(only_root)
}

/// A seat before alpha and root are told apart.
#[derive(Clone, Copy, Debug)]
struct Weight {
    hotkey: Option<usize>,
    stake: f64,
    silent: bool,
}

/// Seats every subnet's validators, in the subnets' order.
///
/// Of a hotkey with more places than are listed, the rest are given to subnets that lack validators,
/// by netuid, those hotkeys first which lack the most.
pub(super) fn seat(snapshot: &Snapshot) -> Vec<Seats> {
    let mut left = Unlisted::of(snapshot);
    let lent = lenders(snapshot).fold(0.0, |sum, at| sum + root_weight(snapshot, Some(at)));
    let each = |(at, subnet): (usize, &SubnetRow)| {
        let mut weights: Vec<Weight> = snapshot
            .positions
            .iter()
            .filter(|position| position.subnet == Some(at))
            .map(|Position { hotkey, stake, silent, .. }| Weight {
                hotkey: Some(*hotkey),
                stake: *stake,
                silent: *silent,
            })
            .collect();
        weights.sort_by(|one, other| other.stake.total_cmp(&one.stake));
        let permits = usize::try_from(subnet.permits).unwrap_or(usize::MAX);
        weights.truncate(permits);
        let filled = permits - weights.len();
        fill(snapshot, subnet, &mut weights, filled, &mut left);
        apart(snapshot, subnet, &weights, lent, filled)
    };
    snapshot.subnets.iter().enumerate().map(each).collect()
}

/// Places that hotkeys have and the record does not list.
struct Unlisted {
    /// How many `[hotkeys]`.
    places: Vec<u64>,
    /// What each of them is worth in the mean `[hotkeys]` `[TAO]`.
    worth: Vec<f64>,
}

impl Unlisted {
    fn of(snapshot: &Snapshot) -> Self {
        let mut places: Vec<u64> = snapshot.hotkeys.iter().map(|hotkey| hotkey.subnets).collect();
        let mut worth: Vec<f64> = snapshot.hotkeys.iter().map(|hotkey| hotkey.worth).collect();
        for position in &snapshot.positions {
            let places = &mut places[position.hotkey];
            *places = places.saturating_sub(1);
            if let Some(subnet) = position.subnet.map(|at| &snapshot.subnets[at]) {
                worth[position.hotkey] -= position.stake * subnet.tao / subnet.alpha;
            }
        }
        let mean = |(worth, places): (&mut f64, &u64)| {
            *worth = if *places > 0 { worth.max(0.0) / *places as f64 } else { 0.0 };
        };
        worth.iter_mut().zip(&places).for_each(mean);
        Self { places, worth }
    }

    /// Takes one of the places of a hotkey that is not `seated` and whose stake on root does not
    /// count for more than `room`.
    fn take(&mut self, snapshot: &Snapshot, seated: &[Weight], room: f64) -> Option<usize> {
        let fits = |at: &usize| {
            self.places[*at] > 0
                && root_weight(snapshot, Some(*at)) <= room
                && !seated.iter().any(|weight| weight.hotkey == Some(*at))
        };
        let most = (0..self.places.len()).filter(fits).rev().max_by_key(|at| self.places[*at])?;
        self.places[most] -= 1;
        Some(most)
    }
}

/// Adds `missing` validators to those listed, so that all of them have the subnet's stake weight.
fn fill(
    snapshot: &Snapshot,
    subnet: &SubnetRow,
    weights: &mut Vec<Weight>,
    missing: usize,
    left: &mut Unlisted,
) {
    let listed = weights.iter().fold(0.0, |sum, weight| sum + weight.stake);
    let first = weights.len();
    let least = missing as f64 * LEAST;
    let mut room = (subnet.stake - listed - least).max(0.0);
    if room == 0.0 || missing == 0 {
        // Stakes have moved since they were listed.
        let now = (subnet.stake - least).max(0.0);
        scale(weights, if listed > 0.0 { now / listed } else { 0.0 });
        room = 0.0;
    }
    for _ in 0..missing {
        let hotkey = left.take(snapshot, weights, room + LEAST);
        let stake = root_weight(snapshot, hotkey).max(LEAST);
        room -= stake - LEAST;
        weights.push(Weight { hotkey, stake, silent: false });
    }
    let worth = |weight: &Weight| weight.hotkey.map_or(0.0, |at| left.worth[at]);
    weights[first..].sort_by(|one, other| worth(other).total_cmp(&worth(one)));
    let greatest = weights.first().map_or(0.0, |weight| weight.stake);
    let mut open = first;
    if let Some(weight) = weights.get_mut(first)
        && missing > 1
        && subnet.greatest > CLEARLY * greatest
        && (weight.stake..=weight.stake + room).contains(&subnet.greatest)
    {
        room -= subnet.greatest - weight.stake;
        weight.stake = subnet.greatest;
        open += 1;
    }
    let total = weights[open..].iter().fold(0.0, |sum, weight| sum + worth(weight));
    let even = 1.0 / (weights.len() - open).max(1) as f64;
    for weight in &mut weights[open..] {
        weight.stake += room * if total > 0.0 { worth(weight) / total } else { even };
    }
    weights.sort_by(|one, other| other.stake.total_cmp(&one.stake));
}

fn scale(weights: &mut [Weight], by: f64) {
    for weight in weights {
        weight.stake *= by;
    }
}

/// Tells alpha and TAO on root apart. What those who validate on root alone lend belongs to the
/// owner's key where that holds so much, and else to the greatest that does.
fn apart(
    snapshot: &Snapshot,
    subnet: &SubnetRow,
    weights: &[Weight],
    lent: f64,
    filled: usize,
) -> Seats {
    let owned = |weight: &Weight| {
        weight.hotkey.is_some_and(|at| snapshot.hotkeys[at].coldkey == subnet.owner)
    };
    let owner = weights.iter().position(owned);
    let borrows = |at: &usize| {
        let Weight { hotkey, stake, .. } = weights[*at];
        stake >= lent && root_weight(snapshot, hotkey) == 0.0
    };
    let borrower = owner.filter(borrows).or_else(|| (0..weights.len()).find(borrows));
    let mut seats: Vec<Seat> = weights
        .iter()
        .enumerate()
        .map(|(at, weight)| {
            let lends = lent > 0.0 && borrower == Some(at);
            let on_root = root_weight(snapshot, weight.hotkey) + if lends { lent } else { 0.0 };
            Seat {
                hotkey: weight.hotkey,
                alpha: (weight.stake - on_root).max(0.0),
                silent: weight.silent,
                lent: lends,
                owner: owner == Some(at),
            }
        })
        .collect();
    let cut = cut_back(&mut seats, subnet.alpha_out);
    Seats { each: seats, filled, cut }
}

/// Cuts stakes back to what there is, if there is less; those which hold little more than a permit
/// takes keep it where that is possible. Gives whether it was necessary.
fn cut_back(seats: &mut [Seat], alpha: f64) -> bool {
    let staked = |seats: &[Seat], from: f64| {
        seats.iter().filter(|seat| seat.alpha >= from).fold(0.0, |sum, seat| sum + seat.alpha)
    };
    let too_much = staked(seats, 0.0) - alpha;
    if too_much <= 0.0 {
        return false;
    }
    let from = if staked(seats, 10.0 * THRESHOLD) > too_much { 10.0 * THRESHOLD } else { 0.0 };
    let left = 1.0 - too_much / staked(seats, from);
    for seat in seats.iter_mut().filter(|seat| seat.alpha >= from) {
        seat.alpha *= left;
    }
    true
}

/// What a hotkey's TAO on root counts in every subnet `[alpha]`.
fn root_weight(snapshot: &Snapshot, hotkey: Option<usize>) -> f64 {
    TAO_WEIGHT * hotkey.map_or(0.0, |at| snapshot.hotkeys[at].root)
}
