//! Root: TAO staked one to one, which earns from every subnet.

use crate::units::Tao;

/// The hotkeys of root and their share pools.
#[derive(Clone, Debug, Default)]
pub struct Root {
    /// Name of each hotkey's group and its place in it `[hotkeys]`.
    pub names: Vec<(String, usize)>,
    /// TAO staked on each `[hotkeys]` `[rao]`.
    pub stake: Vec<Tao>,
    /// Shares of each pool in all `[hotkeys]`.
    pub shares: Vec<f64>,
    /// TAO that claims have added in the last epoch `[hotkeys]` `[rao]`.
    pub earned: Vec<Tao>,
}

impl Root {
    /// All TAO staked on root `[rao]`.
    #[must_use]
    pub fn total(&self) -> Tao {
        self.stake.iter().copied().sum()
    }

    /// Adds a hotkey; gives its place.
    pub fn add(&mut self, group: &str, member: usize, stake: Tao) -> usize {
        self.names.push((group.to_owned(), member));
        self.stake.push(stake);
        self.shares.push(stake.0 as f64);
        self.earned.push(Tao::ZERO);
        self.stake.len() - 1
    }

    /// What `shares` of a hotkey's pool are worth `[rao]`.
    #[must_use]
    pub fn value(&self, hotkey: usize, shares: f64) -> Tao {
        if shares >= self.shares[hotkey] {
            return if shares > 0.0 { self.stake[hotkey] } else { Tao::ZERO };
        }
        self.stake[hotkey].part(shares / self.shares[hotkey])
    }

    /// Stakes on a hotkey; gives the shares that this buys.
    pub fn deposit(&mut self, hotkey: usize, amount: Tao) -> f64 {
        let (pool, shares) = (self.stake[hotkey].0 as f64, self.shares[hotkey]);
        let price = if pool > 0.0 && shares > 0.0 { shares / pool } else { 1.0 };
        let bought = amount.0 as f64 * price;
        self.stake[hotkey] += amount;
        self.shares[hotkey] += bought;
        bought
    }

    /// Takes up to `amount` out for a holder of `held` shares; gives the TAO and the shares that
    /// went.
    pub fn withdraw(&mut self, hotkey: usize, held: f64, amount: Tao) -> (Tao, f64) {
        let value = self.value(hotkey, held);
        let (taken, shares) = if amount >= value {
            (value, held)
        } else {
            (amount, held * (amount.0 as f64 / value.0 as f64))
        };
        self.stake[hotkey] -= taken;
        self.shares[hotkey] = (self.shares[hotkey] - shares).max(0.0);
        (taken, shares)
    }

    /// Adds to a hotkey's pool, to the gain of all who hold shares of it.
    pub fn raise(&mut self, hotkey: usize, amount: Tao) {
        if self.shares[hotkey] <= 0.0 {
            self.shares[hotkey] = amount.0 as f64;
        }
        self.stake[hotkey] += amount;
        self.earned[hotkey] += amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 300 and 100 on one hotkey; a claim of 40 leaves them with 330 and 110.
    #[test]
    fn claims_are_shared_by_shares() {
        let mut root = Root::default();
        let hotkey = root.add("validators", 0, Tao(300));
        let mine = root.deposit(hotkey, Tao(100));
        root.raise(hotkey, Tao(40));
        assert_eq!(root.value(hotkey, mine), Tao(110));
        let (taken, shares) = root.withdraw(hotkey, mine, Tao(u64::MAX));
        assert_eq!((taken, shares), (Tao(110), mine));
        assert_eq!(root.total(), Tao(330));
    }
}
