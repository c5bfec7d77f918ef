//! A miner that improves its quality as long as that pays.

use super::hardware::Hardware;
use super::{Miner, MinerTurn};
use crate::fields::Fields;
use crate::num;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "investor",
    about: "Knows its own income, its machines and what energy costs. At each review it takes steps \
            of improvement, each of which brings less than the one before, as long as its machines \
            have time and a step is expected to bring in more than it costs. Expects pay in \
            proportion to quality. Without steps its quality fades.",
    source: "Investment up to where marginal income is marginal cost; diminishing returns to \
             compute as in Kaplan et al. (2020), arXiv:2001.08361.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Investor::read(t)),
};

/// Knows its own books and machines; decides how many steps it takes.
#[derive(Clone, Debug)]
struct Investor {
    hardware: Hardware,
    work: f64,
    cost: f64,
    cost_usd: f64,
    step: f64,
    data: f64,
    diminishing: f64,
    depreciation: f64,
    response: f64,
    horizon: f64,
    review: u64,
    epochs: u64,
    income: f64,
    /// Log-quality above its first.
    level: f64,
}

impl Investor {
    fn read(t: &mut Fields<'_>) -> Self {
        let hardware = Hardware::read(t);
        let work = t
            .number("step_work", "computing that one step takes")
            .unit("PFLOP/s times hours")
            .above(0.0)
            .at_most(1e9)
            .default(1.0);
        let mut price = |key, about, unit| {
            t.number(key, about).unit(unit).at_least(0.0).at_most(1e9).default(0.0)
        };
        let other = price("step_cost", "what one step costs beside energy", "alpha");
        let energy = price("energy_price", "what energy costs in alpha", "alpha per kWh");
        let about =
            "the same as `step_cost` in money, beside it; acts where there is a `[network]`";
        let other_usd = price("step_cost_usd", about, "USD");
        let about = "what energy costs in money; acts where there is a `[network]`";
        let energy_usd = price("energy_price_usd", about, "USD per kWh");
        let used = hardware.energy(work);
        let mut number = |key, about, least: f64, most: f64, default: f64| {
            t.number(key, about).at_least(least).at_most(most).default(default)
        };
        let step = number("step", "what the first step adds to log-quality", 0.0, 1.0, 0.02);
        let about = "how good its data are: each step adds so many times as much";
        let data = number("data", about, 0.0, 1e3, 1.0);
        let about = "how fast steps bring less: one that begins a log-quality of x above the first \
                     brings exp(-x times this) of it";
        let diminishing = number("diminishing", about, 0.0, 1e3, 2.0);
        let about = "log-quality that is lost in each epoch, as the task moves on";
        let depreciation = number("depreciation", about, 0.0, 1.0, 0.0005);
        let about = "part by which it expects income to rise for a quality that rises by one part";
        let response = number("response", about, 0.0, 1e3, 1.0);
        let horizon = t
            .number("horizon", "for how long it counts the income from a step")
            .unit("epochs")
            .at_least(1.0)
            .at_most(1e6)
            .default(100.0);
        let review = t
            .whole("review", "epochs between two decisions")
            .unit("epochs")
            .at_least(1.0)
            .at_most(1e9)
            .default(20_u64);
        Self {
            hardware,
            work,
            cost: other + used * energy,
            cost_usd: other_usd + used * energy_usd,
            step,
            data,
            diminishing,
            depreciation,
            response,
            // What a step brings fades with the rest.
            horizon: if depreciation > 0.0 {
                -num::expm1(-depreciation * horizon) / depreciation
            } else {
                horizon
            },
            review,
            epochs: 0,
            income: 0.0,
            level: 0.0,
        }
    }

    /// What a step costs `[alpha]`.
    fn price(&self, turn: &MinerTurn<'_>) -> f64 {
        match turn.alpha_usd {
            Some(worth) if self.cost_usd > 0.0 => self.cost + self.cost_usd / worth,
            _ => self.cost,
        }
    }

    /// Takes the steps that pay; gives what they add to log-quality, and their cost `[alpha]`.
    fn invest(&mut self, turn: &MinerTurn<'_>) -> (f64, f64) {
        let hours = turn.hours * self.review as f64;
        let most = num::floor(hours / self.hardware.hours(self.work)).min(MOST_STEPS);
        let worth = self.income / self.review as f64 * self.response * self.horizon;
        let price = self.price(turn);
        let (mut gained, mut spent) = (0.0, 0.0);
        for _ in 0..most {
            let above = (self.level + gained).max(0.0);
            let gain = self.step * self.data * num::exp(-self.diminishing * above);
            // Nor where both are nothing.
            if worth * gain <= price {
                break;
            }
            gained += gain;
            spent += price;
        }
        (gained, spent)
    }
}

/// Most steps in one review, so that no text makes a review endless.
const MOST_STEPS: u64 = 1000;

impl Miner for Investor {
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64 {
        self.income += turn.last_income;
        self.epochs += 1;
        let (mut gained, mut spent) = (0.0, 0.0);
        if self.epochs.is_multiple_of(self.review) {
            (gained, spent) = self.invest(turn);
            self.income = 0.0;
        }
        // So far beyond any use that only what cannot be multiplied by is kept out.
        let change = (gained - self.depreciation).clamp(-100.0, 100.0);
        self.level += change;
        turn.improve(num::exp(change), spent);
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::BEHAVIOUR;
    use crate::num;
    use crate::strategy::miner::tests::{Scene, behave};

    /// One machine of 2 PFLOP/s and 3 kW: a step of 4 takes 2 hours and 6 kWh, at 0.5 alpha each 3
    /// alpha, and 1 beside: 4 alpha. A review of 8 epochs of 1.2 hours has time for 4 steps.
    const PLAIN: &str = "hardware = { kind = 'custom', throughput = 2.0, power = 3.0 }\n\
                         step_work = 4.0\nstep_cost = 1.0\nenergy_price = 0.5\nreview = 8\n\
                         step = 0.1\ndepreciation = 0.0\nhorizon = 50\n";

    /// Plays a review at this income in each epoch; gives log-quality gained and the cost.
    fn review(text: &str, income: f64, alpha_usd: Option<f64>) -> (f64, f64) {
        let mut scene = Scene::new(2);
        (scene.last_income, scene.alpha_usd) = (income, alpha_usd);
        let mut investor = behave(BEHAVIOUR, text);
        let (mut gained, mut spent) = (0.0, 0.0);
        for _ in 0..8 {
            let (effort, answer) = scene.play(&mut *investor);
            assert_eq!(effort, 1.0);
            gained += num::ln(answer.growth);
            spent += answer.spent;
        }
        (gained, spent)
    }

    fn close(found: (f64, f64), expected: (f64, f64)) {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(found.0, expected.0) && near(found.1, expected.1), "{found:?} {expected:?}");
    }

    /// A step of a tenth brings a tenth of income for 50 epochs: 5 times income, against 4 alpha.
    #[test]
    fn it_takes_a_step_only_if_that_brings_in_more_than_it_costs() {
        let text = format!("{PLAIN}diminishing = 0.0");
        close(review(&text, 0.79, None), (0.0, 0.0));
        close(review(&text, 0.81, None), (0.4, 16.0));
        close(review(&format!("{text}\nresponse = 0.5"), 1.59, None), (0.0, 0.0));
        close(review(&format!("{text}\ndata = 2.0"), 0.41, None), (0.8, 16.0));
    }

    /// With income 1 a step is worth 50 times its gain, so it must bring 0.08: the second, which
    /// begins at 0.1, brings 0.1 exp(-0.2) = 0.0819, and the third 0.1 exp(-0.364) = 0.0695.
    #[test]
    fn steps_bring_less_and_less() {
        let second = 0.1 * num::exp(-0.2);
        close(review(&format!("{PLAIN}diminishing = 2.0"), 1.0, None), (0.1 + second, 8.0));
    }

    /// 8 epochs lose 0.08, and a step's income lasts (1 - exp(-0.5)) / 0.01 = 39.3 epochs.
    #[test]
    fn what_is_gained_fades() {
        let text = format!("{PLAIN}diminishing = 0.0\n").replace("tion = 0.0", "tion = 0.01");
        close(review(&text, 1.01, None), (-0.08, 0.0));
        close(review(&text, 1.02, None), (0.4 - 0.08, 16.0));
    }

    /// 6 kWh at 2 dollars, at 3 dollars an alpha, are 4 alpha more. Without a market money is none.
    #[test]
    fn money_costs_what_alpha_is_worth() {
        let text = format!("{PLAIN}diminishing = 0.0\nenergy_price_usd = 2.0");
        close(review(&text, 1.59, Some(3.0)), (0.0, 0.0));
        close(review(&text, 1.61, Some(3.0)), (0.4, 32.0));
        close(review(&text, 1e9, Some(0.0)), (0.0, 0.0));
        close(review(&text, 0.81, None), (0.4, 16.0));
    }
}
