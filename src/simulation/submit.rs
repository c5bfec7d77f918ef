//! Weights go to the chain: committed or set, revealed, taken or refused.

use crate::protocol::commits::{self, Commit};
use crate::protocol::set_weights::{self, Facts, Manner, Refusal, Rules, Setter};
use crate::protocol::{proportion, weights};
use crate::units::{Epoch, Uid};
use crate::world::Subnet;

/// Where weights are handed in during one epoch.
pub(super) struct Desk {
    pub(super) epoch: Epoch,
    /// For which mechanism.
    pub(super) mechanism: usize,
    /// Whose weights were refused, in the order in which it happened.
    pub(super) refused: Vec<(Uid, Refusal)>,
    /// Working memory: the weights of a row that are listed.
    values: Vec<u16>,
}

impl Desk {
    pub(super) fn new(epoch: Epoch, mechanism: usize) -> Self {
        Self { epoch, mechanism, refused: Vec::new(), values: Vec::new() }
    }
}

/// Takes a row of `weights` `[uids]` from a setter whose stake weight is `stake` `[rao]`: commits
/// it, or puts it into force where nothing is hidden.
pub(super) fn submit(
    subnet: &mut Subnet,
    row: usize,
    weights: &[f64],
    stake: f64,
    desk: &mut Desk,
) {
    // Weights come in after the last epoch's block and before this one's.
    let block = subnet.block + subnet.rules.params.tempo - 1;
    let uid = subnet.setters[row];
    let mut stored = vec![None; subnet.uids()];
    weights::max_upscale(weights, &mut stored);
    let taken = if subnet.rules.reveal_period == 0 {
        let taken = check(subnet, row, &stored, stake, (Manner::Direct, block), desk);
        if taken.is_ok() {
            put(subnet, row, &stored);
        }
        taken
    } else {
        // A commit is only held against the rate limit; the rest is seen when it is opened.
        let setter = setter(subnet, uid, stake, block);
        if set_weights::is_too_soon(&rules(subnet), &setter) {
            Err(Refusal::TooSoon)
        } else {
            let epoch = commits::epoch_of(u64::from(desk.epoch), false);
            let commit = Commit { setter: row, epoch, block, hidden: stored };
            subnet.sealed.add(commit).map_err(|_| Refusal::TooManyCommits)
        }
    };
    match taken {
        Ok(()) => subnet.neurons.last_update[uid] = block,
        Err(refusal) => desk.refused.push((uid, refusal)),
    }
}

/// Opens the commits that are due in the block of this epoch.
pub(super) fn reveal(subnet: &mut Subnet, stake: &[f64], desk: &mut Desk) {
    let block = subnet.block + subnet.rules.params.tempo;
    let now = commits::epoch_of(u64::from(desk.epoch), true);
    let period = u64::from(subnet.rules.reveal_period);
    for Commit { setter: row, hidden, .. } in subnet.sealed.due(now, period) {
        let uid = subnet.setters[row];
        match check(subnet, row, &hidden, stake[uid], (Manner::Revealed, block), desk) {
            Ok(()) => put(subnet, row, &hidden),
            Err(refusal) => desk.refused.push((uid, refusal)),
        }
    }
}

fn check(
    subnet: &Subnet,
    row: usize,
    stored: &[Option<u16>],
    stake: f64,
    (manner, block): (Manner, u64),
    desk: &mut Desk,
) -> Result<(), Refusal> {
    let uid = subnet.setters[row];
    let rules = rules(subnet);
    // A row with a place for each uid lists none twice, and none that does not exist.
    let listed = stored.iter().filter(|weight| weight.is_some()).count();
    let over_limit = rules.max_weight_limit != u16::MAX && {
        desk.values.clear();
        desk.values.extend(stored.iter().flatten());
        set_weights::is_over_limit(&desk.values, rules.max_weight_limit)
    };
    let facts = Facts {
        mechanism: desk.mechanism,
        version: subnet.neurons.weights_version[uid],
        listed,
        on_itself: listed == 1 && stored[uid].is_some(),
        over_limit,
        ..Facts::default()
    };
    set_weights::check_facts(&rules, &setter(subnet, uid, stake, block), manner, &facts)
}

fn put(subnet: &mut Subnet, row: usize, stored: &[Option<u16>]) {
    let uids = subnet.uids();
    subnet.weights[row * uids..(row + 1) * uids].copy_from_slice(stored);
}

fn setter(subnet: &Subnet, uid: Uid, stake: f64, block: u64) -> Setter {
    Setter {
        uid: Some(uid),
        stake,
        permit: subnet.neurons.permits[uid],
        owner: subnet.owner == Some(uid),
        last_update: subnet.neurons.last_update[uid],
        block,
    }
}

fn rules(subnet: &Subnet) -> Rules {
    let (rules, asked) = (&subnet.rules, &subnet.rules.submission);
    Rules {
        root: false,
        commit_reveal: rules.reveal_period > 0,
        mechanisms: rules.mechanisms,
        uids: subnet.uids(),
        stake_threshold: rules.params.stake_threshold,
        weights_version: asked.version,
        weights_rate_limit: asked.rate_limit,
        min_allowed_weights: asked.min_allowed,
        max_weight_limit: proportion::parameter(asked.max_limit),
    }
}
