//! Who holds how much of one subnet's alpha, to the rao.
//!
//! Each hotkey has a share pool: a total in whole rao, of which its owner and its stakers hold
//! shares. Dividends raise the total and nobody's shares, so stakes compound by themselves.
//! Totals are exact; what one holder's shares are worth is a floor, so the parts never exceed
//! the whole.
//!
//! Source: the chain's `share-pool` primitive and `staking/stake_utils.rs`.

use thiserror::Error;

use crate::units::{Alpha, Uid};

/// The accounts of one subnet.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// All alpha that was ever issued, the stake at the start included `[rao]`.
    pub issued: Alpha,
    /// Alpha in each hotkey's pool `[uids]` `[rao]`.
    pub stake: Vec<Alpha>,
    /// Shares of each pool in all `[uids]`.
    pub shares: Vec<f64>,
    /// Shares of each pool that its own owner holds `[uids]`.
    pub own_shares: Vec<f64>,
    /// Alpha that each neuron's owner has taken out of staking `[uids]` `[rao]`.
    pub balance: Vec<Alpha>,
    /// Where each staker's stake is `[stakers]`: hotkeys in uid order.
    pub positions: Vec<Vec<Position>>,
    /// Alpha of the subnet owner `[rao]`.
    pub owner: Alpha,
    /// Alpha that was issued and that nobody owns: what floors leave over, and pots without
    /// anyone to pay `[rao]`.
    pub orphaned: Alpha,
    /// Alpha that was issued and then burned: it stays issued, and nobody holds it `[rao]`.
    pub burned: Alpha,
    /// Alpha that was issued and then recycled: it may be issued again `[rao]`.
    pub recycled: Alpha,
}

/// A staker's part of one pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Whose pool.
    pub uid: Uid,
    /// How many of its shares.
    pub shares: f64,
}

/// A sum that should be exact and is not.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("subnet `{subnet}`: {issued} alpha issued, but {held} held")]
pub struct Imbalance {
    /// Which subnet.
    pub subnet: String,
    /// All that was ever issued.
    pub issued: Alpha,
    /// All that is held, and orphaned.
    pub held: Alpha,
}

impl Ledger {
    /// Empty accounts for so many neurons and stakers.
    #[must_use]
    pub fn new(neurons: usize, stakers: usize) -> Self {
        Self {
            stake: vec![Alpha::ZERO; neurons],
            shares: vec![0.0; neurons],
            own_shares: vec![0.0; neurons],
            balance: vec![Alpha::ZERO; neurons],
            positions: vec![Vec::new(); stakers],
            ..Self::default()
        }
    }

    /// Everything that has a place here. With what the subnet's market holds, if it has one, it
    /// equals [`Ledger::issued`] at the end of every epoch.
    #[must_use]
    pub fn held(&self) -> Alpha {
        let staked: Alpha = self.stake.iter().copied().sum();
        let out: Alpha = self.balance.iter().copied().sum();
        staked + out + self.owner + self.orphaned + self.burned + self.recycled
    }

    /// What counts towards the halvings `[rao]`: all that was issued and not recycled.
    #[must_use]
    pub fn outstanding(&self) -> Alpha {
        self.issued.saturating_sub(self.recycled)
    }

    /// What `shares` of the pool of `uid` are worth `[rao]`.
    #[must_use]
    pub fn value(&self, uid: Uid, shares: f64) -> Alpha {
        if shares >= self.shares[uid] {
            return if shares > 0.0 { self.stake[uid] } else { Alpha::ZERO };
        }
        self.stake[uid].part(shares / self.shares[uid])
    }

    /// What the owner of `uid` has staked on it `[rao]`.
    #[must_use]
    pub fn own_stake(&self, uid: Uid) -> Alpha {
        self.value(uid, self.own_shares[uid])
    }

    /// Adds newly issued alpha to the owner's stake on its own hotkey.
    pub fn deposit_own(&mut self, uid: Uid, amount: Alpha) {
        self.own_shares[uid] += self.deposit(uid, amount);
    }

    /// Adds newly issued alpha to the pool, to the gain of all who hold shares of it. A pool
    /// without shares gives it to the hotkey's owner.
    pub fn raise(&mut self, uid: Uid, amount: Alpha) {
        if self.shares[uid] > 0.0 {
            self.stake[uid] += amount;
        } else {
            self.deposit_own(uid, amount);
        }
    }

    /// Takes up to `amount` of the owner's own stake out of the pool, into its balance.
    pub fn withdraw_own(&mut self, uid: Uid, amount: Alpha) {
        let (taken, shares) = self.withdraw(uid, self.own_shares[uid], amount);
        self.own_shares[uid] -= shares;
        self.balance[uid] += taken;
    }

    /// Gives a staker newly issued alpha on the pool of `uid`.
    pub fn deposit_for(&mut self, staker: usize, uid: Uid, amount: Alpha) {
        let shares = self.deposit(uid, amount);
        let positions = &mut self.positions[staker];
        match positions.binary_search_by_key(&uid, |position| position.uid) {
            Ok(at) => positions[at].shares += shares,
            Err(at) => positions.insert(at, Position { uid, shares }),
        }
    }

    /// Takes all that a staker has out of every pool; gives what it was.
    pub fn withdraw_all(&mut self, staker: usize) -> Alpha {
        let positions = std::mem::take(&mut self.positions[staker]);
        positions.iter().map(|held| self.withdraw(held.uid, held.shares, Alpha(u64::MAX)).0).sum()
    }

    /// Moves up to `amount` of a staker's stake between two pools; gives what was moved.
    pub fn shift(&mut self, staker: usize, from: Uid, to: Uid, amount: Alpha) -> Alpha {
        let found = self.positions[staker].binary_search_by_key(&from, |position| position.uid);
        let (Ok(at), true) = (found, from != to) else { return Alpha::ZERO };
        let held = self.positions[staker][at].shares;
        let (taken, shares) = self.withdraw(from, held, amount);
        if shares >= held {
            self.positions[staker].remove(at);
        } else {
            self.positions[staker][at].shares -= shares;
        }
        if taken > Alpha::ZERO {
            self.deposit_for(staker, to, taken);
        }
        taken
    }

    /// Whether all that was issued has a place, here or in the subnet's market.
    ///
    /// # Errors
    /// The two sums, where they differ.
    pub fn audit(&self, subnet: &str, in_market: Alpha) -> Result<(), Imbalance> {
        let (issued, held) = (self.issued, self.held() + in_market);
        if issued == held {
            Ok(())
        } else {
            Err(Imbalance { subnet: subnet.to_owned(), issued, held })
        }
    }

    /// Adds to a pool and gives the shares that this buys.
    pub fn deposit(&mut self, uid: Uid, amount: Alpha) -> f64 {
        let (pool, shares) = (self.stake[uid].0 as f64, self.shares[uid]);
        let bought = if pool > 0.0 && shares > 0.0 {
            amount.0 as f64 * (shares / pool)
        } else {
            amount.0 as f64
        };
        self.stake[uid] += amount;
        self.shares[uid] += bought;
        bought
    }

    /// Takes up to `amount` out of a pool for a holder of `held` shares; gives the alpha and the
    /// shares that went.
    pub fn withdraw(&mut self, uid: Uid, held: f64, amount: Alpha) -> (Alpha, f64) {
        let value = self.value(uid, held);
        let (taken, shares) = if amount >= value {
            (value, held)
        } else {
            (amount, held * (amount.0 as f64 / value.0 as f64))
        };
        self.stake[uid] -= taken;
        self.shares[uid] = (self.shares[uid] - shares).max(0.0);
        (taken, shares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Owner 300, staker 100 on one hotkey; a dividend of 40 leaves them with 330 and 110.
    #[test]
    fn a_dividend_is_shared_by_shares() {
        let mut ledger = Ledger::new(2, 1);
        ledger.deposit_own(0, Alpha(300));
        ledger.deposit_for(0, 0, Alpha(100));
        ledger.raise(0, Alpha(40));
        assert_eq!(ledger.own_stake(0), Alpha(330));
        assert_eq!(ledger.value(0, ledger.positions[0][0].shares), Alpha(110));
    }

    #[test]
    fn moving_all_leaves_no_position_behind() {
        let mut ledger = Ledger::new(2, 1);
        ledger.deposit_own(0, Alpha(300));
        ledger.deposit_for(0, 0, Alpha(100));
        assert_eq!(ledger.shift(0, 0, 1, Alpha(u64::MAX)), Alpha(100));
        assert_eq!(ledger.stake, [Alpha(300), Alpha(100)]);
        assert_eq!(ledger.positions[0].len(), 1);
        assert_eq!(ledger.positions[0][0].uid, 1);
    }

    #[test]
    fn all_of_a_staker_is_all_of_it() {
        let mut ledger = Ledger::new(2, 1);
        ledger.deposit_own(0, Alpha(300));
        ledger.deposit_for(0, 0, Alpha(100));
        ledger.deposit_for(0, 1, Alpha(7));
        ledger.raise(0, Alpha(40));
        assert_eq!(ledger.withdraw_all(0), Alpha(117));
        assert_eq!((ledger.stake[0], ledger.stake[1]), (Alpha(330), Alpha(0)));
        assert!(ledger.positions[0].is_empty());
    }

    #[test]
    fn taking_out_leaves_the_others_whole() {
        let mut ledger = Ledger::new(1, 1);
        ledger.deposit_own(0, Alpha(300));
        ledger.deposit_for(0, 0, Alpha(100));
        ledger.withdraw_own(0, Alpha(150));
        assert_eq!(ledger.balance[0], Alpha(150));
        assert_eq!(ledger.own_stake(0), Alpha(150));
        assert_eq!(ledger.value(0, ledger.positions[0][0].shares), Alpha(100));
    }
}
