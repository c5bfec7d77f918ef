//! An owner that keeps the inflow of newcomers steady.

use super::{Act, Owner, OwnerTurn, Setting};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{BLOCKS_PER_DAY, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Owner> = Behaviour {
    name: "steward",
    about: "Counts registrations over a day. Where they are more than its target by a band, it \
            raises the least price of a slot and lengthens immunity, so that newcomers are seen \
            before they are pruned; where they are fewer, it lowers both.",
    source: "What owners tune by hand: min burn and immunity period (dd#434, BIT-0017).",
    conduct: Conduct::Honest,
    read: |t| Box::new(Steward::read(t)),
};

/// Least price that it ever asks: the chain's.
const LEAST: Tao = Tao(500_000);

/// Knows how many slots are sold; decides what a slot costs at least.
#[derive(Clone, Debug)]
struct Steward {
    registrations: f64,
    band: f64,
    step: f64,
    immunity: [u64; 2],
    /// Slots sold and blocks passed since its last decision.
    seen: (u64, u64),
}

impl Steward {
    fn read(t: &mut Fields<'_>) -> Self {
        let registrations = t
            .number("registrations", "how many newcomers it wants")
            .unit("agents per day")
            .at_least(0.0)
            .at_most(1e5)
            .default(30.0);
        let band = t
            .number("band", "relative distance from that which it leaves alone")
            .at_least(0.0)
            .at_most(1e3)
            .default(0.25);
        let step = t
            .number("step", "what it multiplies or divides the least price and immunity by")
            .at_least(1.0)
            .at_most(100.0)
            .default(1.5);
        let blocks = |t: &mut Fields<'_>, key, about, default: u64| {
            t.whole(key, about).unit("blocks").at_most(65_535.0).default(default)
        };
        let least = blocks(t, "least_immunity", "least immunity that it gives", 3_600);
        let most = blocks(t, "most_immunity", "greatest immunity that it gives", 14_400);
        let immunity = [least, most.max(least)];
        Self { registrations, band, step, immunity, seen: (0, 0) }
    }

    /// Immunity after a change by a factor, within its bounds `[blocks]`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and both bounds are whole"
    )]
    fn immunity(&self, now: u64, factor: f64) -> u64 {
        ((now as f64 * factor) as u64).clamp(self.immunity[0], self.immunity[1])
    }
}

impl Owner for Steward {
    fn act(&mut self, turn: &OwnerTurn<'_>, acts: &mut Vec<Act>) {
        self.seen.0 += u64::from(turn.slots.sold);
        self.seen.1 += turn.tempo;
        if self.seen.1 < BLOCKS_PER_DAY {
            return;
        }
        let per_day = self.seen.0 as f64 * BLOCKS_PER_DAY as f64 / self.seen.1 as f64;
        self.seen = (0, 0);
        let factor = if per_day > self.registrations * (1.0 + self.band) {
            self.step
        } else if per_day < self.registrations * (1.0 - self.band) {
            1.0 / self.step
        } else {
            return;
        };
        let least = turn.slots.least.max(LEAST).tokens() * factor;
        let least = Tao::from_tokens(least).max(LEAST);
        if least != turn.slots.least {
            acts.push(Act::Set(Setting::LeastBurn(least)));
        }
        let immunity = self.immunity(turn.slots.immunity, factor);
        if immunity != turn.slots.immunity {
            acts.push(Act::Set(Setting::Immunity(immunity)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::owner::tests::{Desk, behave};

    /// Twenty epochs are a day. 3 an epoch are 60 a day, twice its target; none is too few.
    #[test]
    fn slots_become_dear_where_too_many_come_and_cheap_where_too_few() {
        let mut desk = Desk::new();
        (desk.slots.sold, desk.slots.immunity) = (3, 8_000);
        desk.slots.least = Tao::from_tokens(0.1);
        let mut steward = behave(BEHAVIOUR, "step = 2");
        let day = |desk: &Desk, steward: &mut dyn Owner| {
            (0..20).flat_map(|_| desk.ask(steward)).collect::<Vec<Act>>()
        };
        let set = |least: f64, immunity| {
            let least = Setting::LeastBurn(Tao::from_tokens(least));
            vec![Act::Set(least), Act::Set(Setting::Immunity(immunity))]
        };
        assert_eq!(day(&desk, &mut *steward), set(0.2, 14_400));
        desk.slots.sold = 0;
        assert_eq!(day(&desk, &mut *steward), set(0.05, 4_000));
        let mut steward = behave(BEHAVIOUR, "registrations = 60");
        desk.slots.sold = 3;
        assert_eq!(day(&desk, &mut *steward), [], "as many as it wants");
    }
}
