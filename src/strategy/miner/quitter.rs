//! A miner that stops when it does not pay.

use super::{Miner, MinerTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "quitter",
    about: "Knows its own income and cost, and what paid miners get in the mean. Stops, at no cost, \
            when it has lost money over a window; starts again when what it used to get, by the \
            mean of today, would pay its cost of today with a margin, or when nobody is paid.",
    source: "Free exit and entry: a firm shuts down where price is below average variable cost.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Quitter::read(t)),
};

/// Knows its own books and public incentive; decides whether it works.
#[derive(Clone, Debug)]
struct Quitter {
    window: u64,
    margin: f64,
    /// Whether the last epoch's income and cost are those of its work.
    worked: bool,
    idle: bool,
    epochs: u64,
    profit: f64,
    /// Sum over the window of its income as a multiple of the mean.
    relative: f64,
    /// The mean of that over the last full window.
    standing: f64,
}

impl Quitter {
    fn read(t: &mut Fields<'_>) -> Self {
        let window = t
            .whole("window", "epochs over which it adds up its profit")
            .unit("epochs")
            .at_least(1.0)
            .at_most(1e9)
            .default(20_u64);
        let margin = t
            .number("margin", "part by which income must be above cost for it to start again")
            .at_least(0.0)
            .at_most(100.0)
            .default(0.1);
        Self {
            window,
            margin,
            worked: false,
            idle: false,
            epochs: 0,
            profit: 0.0,
            relative: 0.0,
            standing: 0.0,
        }
    }

    /// Counts an epoch of work; at the end of a window it decides whether to go on.
    fn count(&mut self, turn: &MinerTurn<'_>, mean: f64) {
        self.profit += turn.last_income - turn.last_cost;
        self.relative += if mean > 0.0 { turn.last_income / mean } else { 0.0 };
        self.epochs += 1;
        if self.epochs == self.window {
            self.standing = self.relative / self.window as f64;
            self.idle = self.profit < 0.0;
            (self.epochs, self.profit, self.relative) = (0, 0.0, 0.0);
        }
    }
}

impl Miner for Quitter {
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64 {
        let earning = turn.incentive.iter().filter(|incentive| **incentive > 0.0).count();
        let mean = if earning > 0 { turn.paid / earning as f64 } else { 0.0 };
        if self.worked {
            self.count(turn, mean);
        } else if self.idle {
            let pays = self.standing * mean > turn.full_cost * (1.0 + self.margin);
            self.idle = !pays && earning > 0;
        }
        self.worked = !self.idle;
        if self.idle { 0.0 } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::BEHAVIOUR;
    use crate::strategy::miner::tests::{Scene, behave};

    /// Two miners share 12 alpha; it gets 4, two thirds of the mean of 6, and pays 5.
    #[test]
    fn it_stops_at_a_loss_and_returns_when_its_old_standing_pays() {
        let mut scene = Scene::new(3);
        let mut quitter = behave(BEHAVIOUR, "window = 2\nmargin = 0.2");
        let mut effort = |paid: f64, income: f64, cost: f64, incentive: [f64; 3]| {
            scene.incentive = incentive.to_vec();
            (scene.paid, scene.last_income, scene.last_cost) = (paid, income, cost);
            scene.full_cost = 5.0;
            scene.play(&mut *quitter).0
        };
        let (both, other) = ([0.0, 1.0 / 3.0, 2.0 / 3.0], [0.0, 0.0, 1.0]);
        assert_eq!(effort(0.0, 0.0, 0.0, [0.0; 3]), 1.0, "it begins with work");
        assert_eq!(effort(12.0, 4.0, 5.0, both), 1.0, "half a window");
        assert_eq!(effort(12.0, 4.0, 5.0, both), 0.0, "a loss of 2 in two epochs");
        // Two thirds of a mean of 8 is 5.33, and of 9 is 6: 5 with the margin is 6.
        assert_eq!(effort(8.0, 0.0, 0.0, other), 0.0);
        assert_eq!(effort(9.0, 0.0, 0.0, other), 0.0);
        assert_eq!(effort(9.1, 0.0, 0.0, other), 1.0);
        // Its first epoch back is not counted from the time of idleness.
        assert_eq!(effort(12.0, 6.0, 5.0, both), 1.0);
        assert_eq!(effort(12.0, 5.0, 5.0, both), 1.0);
        assert_eq!(effort(12.0, 4.0, 5.0, both), 1.0);
        assert_eq!(effort(12.0, 4.0, 5.0, both), 0.0);
        assert_eq!(effort(0.0, 0.0, 0.0, [0.0; 3]), 1.0, "where nobody is paid, all is to be had");
    }
}
