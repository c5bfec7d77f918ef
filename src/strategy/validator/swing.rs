//! A validator that sells its place between two camps.

use super::{Decision, Validator, ValidatorTurn};
use crate::num;
use crate::protocol::median::TIE_MARGIN;
use crate::strategy::{Behaviour, Conduct};
use crate::units::Uid;

pub(super) const BEHAVIOUR: Behaviour<dyn Validator> = Behaviour {
    name: "swing",
    about: "Never evaluates a miner. It computes the consensus of the others' revealed weights \
            without itself, and how high its own stake could lift it. It votes `reach` of the way \
            up for its own miners and for those who bribe it, where consensus leaves the vote \
            standing, and copies the rest. Without commit-reveal it moves last. A row that \
            reveals nothing counts as unknown to it, not as a vote of 0.",
    source: "Bittensor docs, weight copying, \"Advanced\": a copier with stake sits at the edge \
             that moves the median and sells the shift.",
    conduct: Conduct::Deviant,
    read: |t| {
        let about =
            "how far it goes from the consensus without it to the highest one that it can make";
        Box::new(Swing { reach: t.number("reach", about).share().default(1.0) })
    },
};

/// Knows what is public, its partners and who bribes it; decides how far to go for them.
#[derive(Clone, Debug)]
struct Swing {
    reach: f64,
}

impl Validator for Swing {
    fn set_weights(&mut self, turn: &mut ValidatorTurn<'_>, row: &mut [f64]) -> Decision {
        let public = &turn.public;
        let own = public.active_stake.get(turn.uid).copied().unwrap_or(0.0);
        let needed = public.kappa + TIE_MARGIN;
        let uids = row.len();
        let seen: Vec<(&[f64], f64)> = public
            .setters
            .iter()
            .zip(public.revealed.chunks_exact(uids.max(1)))
            .filter(|(uid, row)| **uid != turn.uid && row.iter().any(|weight| *weight > 0.0))
            .map(|(uid, row)| (row, public.active_stake[*uid]))
            .filter(|(_, stake)| *stake > 0.0)
            .collect();
        let friend = |uid: Uid| {
            let among = |list: &[Uid]| list.binary_search(&uid).is_ok();
            among(turn.partners) || (turn.bribe.amount > 0.0 && among(turn.bribe.miners))
        };
        let (mut friends, mut votes) = (vec![false; uids], Vec::new());
        for (uid, weight) in row.iter_mut().enumerate() {
            votes.clear();
            votes.extend(seen.iter().map(|(row, stake)| (row[uid], *stake)));
            let [without, edge] = levels(&mut votes, own, needed);
            friends[uid] = friend(uid);
            *weight = if friends[uid] { without + self.reach * (edge - without) } else { without };
        }
        sum_to_one(row, &friends);
        // Before the first epoch there is nothing to see.
        if num::sum(row) > 0.0 { Decision::Submit } else { Decision::Keep }
    }

    fn moves_last(&self) -> bool {
        true
    }

    fn evaluates(&self) -> bool {
        false
    }
}

/// The consensus of `votes` (weight and stake) on one miner by themselves, and the highest that
/// one more vote of stake `own` can make of it; `needed` is the part of stake that it takes.
fn levels(votes: &mut [(f64, f64)], own: f64, needed: f64) -> [f64; 2] {
    votes.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let all = votes.iter().fold(0.0, |sum, vote| sum + vote.1);
    let supported = |support: f64| {
        if support <= 0.0 {
            return 1.0;
        }
        let mut held = 0.0;
        let reaches = |vote: &&(f64, f64)| {
            held += vote.1;
            held >= support
        };
        votes.iter().find(reaches).map_or(0.0, |vote| vote.0)
    };
    [supported(needed * all), supported(needed * (all + own) - own)]
}

/// Makes the row sum to 1 and leaves the friends' weights where they are, if there is room.
fn sum_to_one(row: &mut [f64], friends: &[bool]) {
    let of = |friendly: bool| {
        let pairs = row.iter().zip(friends).filter(|pair| *pair.1 == friendly);
        pairs.fold(0.0, |sum, pair| sum + pair.0)
    };
    let (fixed, rest) = (of(true), of(false));
    if rest > 0.0 && fixed < 1.0 {
        for (weight, _) in row.iter_mut().zip(friends).filter(|pair| !*pair.1) {
            *weight *= (1.0 - fixed) / rest;
        }
    }
    num::normalise(row);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three others of stake 0.3, 0.3 and 0.2 give 0.5, 0.2 and 0.1. Of their 0.8, half is 0.4:
    /// reached at 0.2. With 0.2 of its own, 0.5 - 0.2 = 0.3 is enough: the first alone has it.
    #[test]
    fn the_edge_is_where_its_stake_completes_a_majority() {
        let mut votes = [(0.1, 0.2), (0.5, 0.3), (0.2, 0.3)];
        assert_eq!(levels(&mut votes, 0.2, 0.5), [0.2, 0.5]);
        assert_eq!(levels(&mut votes, 0.0, 0.5), [0.2, 0.2]);
        assert_eq!(levels(&mut votes, 0.9, 0.5)[1], 1.0, "a majority by itself");
    }

    #[test]
    fn friends_stay_at_the_edge() {
        let mut row = [0.25, 0.3, 0.3];
        sum_to_one(&mut row, &[true, false, false]);
        for (found, expected) in row.iter().zip([0.25, 0.375, 0.375]) {
            assert!((found - expected).abs() < 1e-15, "{row:?}");
        }
    }
}
