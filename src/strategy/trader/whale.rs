//! A trader with so much that it must go in steps.

use super::desk::{Desk, impact};
use super::target::{Target, target};
use super::{TradeOrder, Trader, TraderTurn};
use crate::fields::{Fields, Part};
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Epoch, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "whale",
    about: "Knows the depth of the pools. From one epoch on it puts a share of its cash and root \
            stake into one subnet, and from another on it sells all alpha that it has there; at \
            each review as much as moves the price by no more than a bound. What was not executed \
            is tried again.",
    source: "Optimal execution in slices: Bertsimas and Lo (1998), \
             https://doi.org/10.1016/S1386-4181(97)00012-8; pump and dump of thin subnet pools.",
    conduct: Conduct::Honest,
    read: |t| Box::new(Whale::read(t)),
};

/// Knows pools; decides how large each slice is.
#[derive(Clone, Debug)]
struct Whale {
    target: Target,
    enter: Epoch,
    exit: Option<Epoch>,
    share: f64,
    impact: f64,
    /// Its target and the TAO that it keeps out, once it has entered.
    course: Option<(usize, Tao)>,
}

impl Whale {
    fn read(t: &mut Fields<'_>) -> Self {
        let target = target(t);
        let enter = t
            .whole("enter", "epoch from which it buys")
            .unit("epochs")
            .at_most(10_000_000.0)
            .default(0_u64);
        let exit = t
            .whole("exit", "epoch from which it sells; never where it is left out")
            .unit("epochs")
            .at_most(10_000_000.0)
            .optional();
        if let Some(exit) = exit.filter(|exit| t.sound() && *exit <= enter) {
            let message = format!("`exit` must be after `enter`, got {exit} and {enter}");
            t.problem("exit", Part::Value, message, None);
        }
        let share = t
            .number("share", "share of its cash and root stake that it puts into the subnet")
            .above(0.0)
            .at_most(1.0)
            .default(1.0);
        let epoch = |epoch| Epoch::try_from(epoch).unwrap_or(Epoch::MAX);
        let course = None;
        let (enter, exit) = (epoch(enter), exit.map(epoch));
        Self { target, enter, exit, share, impact: impact(t), course }
    }
}

impl Trader for Whale {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        if turn.epoch < self.enter {
            return;
        }
        let money = Tao(turn.cash.0.saturating_add(turn.root.0));
        if self.course.is_none() {
            let keeps = money.saturating_sub(money.part(self.share));
            self.course = self.target.choose(turn).map(|target| (target, keeps));
        }
        let Some((target, keeps)) = self.course else { return };
        let Some(quote) = turn.market(target) else { return };
        let mut desk = Desk::new(turn, orders);
        if self.exit.is_some_and(|exit| turn.epoch >= exit) {
            let slice = Alpha::from_tokens(quote.alpha_for_fall(self.impact));
            if let Some(holding) = turn.holdings.iter().find(|held| held.subnet == target) {
                desk.sell(*holding, quote, slice, 0.0);
            }
            return;
        }
        // What it has beyond what it keeps is what it still has to spend, whatever became of
        // the orders before.
        let rest = money.saturating_sub(keeps);
        let slice = rest.min(Tao::from_tokens(quote.tao_for_rise(self.impact)));
        desk.buy(target, slice, f64::INFINITY);
        // Enough from root for the next slice.
        let next = rest.saturating_sub(slice.min(turn.cash)).min(slice);
        desk.unstake_root(next.saturating_sub(desk.cash));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::{Market, behave, orders};

    /// Two pools of 1000 TAO and 10 000 alpha, and of 100 TAO and 1000 alpha.
    fn market() -> Market {
        let mut market = Market::new(&[(1_000.0, 10_000.0), (100.0, 1_000.0)]);
        market.quotes[1].share = 0.9;
        market.cash = Tao::from_tokens(30.0);
        market
    }

    /// 21 % more price takes 10 % more TAO: 10 TAO in the pool of 100. At 4/9 less price the
    /// alpha grows by 1 / sqrt(5/9) - 1 = 34.164 %.
    const PLAIN: &str = "enter = 10\nexit = 50\nimpact = 0.21";

    fn buy(subnet: usize, tokens: f64) -> TradeOrder {
        TradeOrder::Buy { subnet, amount: Tao::from_tokens(tokens), limit: f64::INFINITY }
    }

    #[test]
    fn enters_in_slices_until_its_money_is_spent() {
        let (mut market, mut whale) =
            (market(), behave(BEHAVIOUR, &format!("{PLAIN}\nshare = 0.5")));
        assert_eq!(orders(&mut *whale, &market), []);
        market.epoch = 10;
        assert_eq!(orders(&mut *whale, &market), [buy(1, 10.0)]);
        // The order was not executed: it is tried again.
        market.epoch = 20;
        assert_eq!(orders(&mut *whale, &market), [buy(1, 10.0)]);
        // It was: 5 of its 15 are left, and it keeps 15. Another subnet's share has grown since.
        market.cash = Tao::from_tokens(20.0);
        market.quotes[0].share = 1.0;
        market.epoch = 30;
        assert_eq!(orders(&mut *whale, &market), [buy(1, 5.0)]);
        market.cash = Tao::from_tokens(15.0);
        market.epoch = 40;
        assert_eq!(orders(&mut *whale, &market), []);
    }

    #[test]
    fn exits_in_slices_until_its_alpha_is_sold() {
        let text = "exit = 50\nimpact = 0.4375\ntarget = { kind = 'subnet', index = 1 }";
        let (mut market, mut whale) = (market(), behave(BEHAVIOUR, text));
        market.cash = Tao::ZERO;
        market.epoch = 50;
        // 43.75 % less price takes a third more alpha: 1 / sqrt 0.5625 = 4/3.
        for (held, sold) in [(700.0, 333.333_333_333), (366.7, 333.333_333_333), (33.4, 33.4)] {
            market.hold(1, held);
            let amount = Alpha::from_tokens(sold);
            let sell = TradeOrder::Sell { subnet: 1, amount, limit: 0.0 };
            assert_eq!(orders(&mut *whale, &market), [sell]);
        }
        market.hold(1, 0.0);
        assert_eq!(orders(&mut *whale, &market), []);
    }

    #[test]
    fn root_stake_is_freed_for_the_next_slice() {
        let (mut market, mut whale) = (market(), behave(BEHAVIOUR, PLAIN));
        market.epoch = 10;
        market.cash = Tao::ZERO;
        market.root = Tao::from_tokens(14.0);
        let free = |tokens| TradeOrder::UnstakeRoot { amount: Tao::from_tokens(tokens) };
        assert_eq!(orders(&mut *whale, &market), [free(10.0)]);
        market.cash = Tao::from_tokens(10.0);
        market.root = Tao::from_tokens(4.0);
        assert_eq!(orders(&mut *whale, &market), [buy(1, 10.0), free(4.0)]);
    }

    #[test]
    fn the_target_is_chosen_by_rule() {
        for (target, place) in [("'largest-share'", 0), ("'smallest-pool'", 1)] {
            let mut market = market();
            market.quotes[0].share = 0.95;
            market.epoch = 10;
            let mut whale = behave(BEHAVIOUR, &format!("{PLAIN}\ntarget = {target}"));
            let found = orders(&mut *whale, &market);
            let [TradeOrder::Buy { subnet, .. }] = found[..] else { panic!("{found:?}") };
            assert_eq!(subnet, place);
        }
    }

    #[test]
    fn an_exit_before_the_entry_is_told() {
        let table = toml::from_str("enter = 5\nexit = 5").unwrap();
        let (_, _, sheet) = crate::fields::read(&table, Whale::read);
        assert_eq!(sheet.problems[0].message, "`exit` must be after `enter`, got 5 and 5");
    }
}
