//! A trader that trades around others.

use super::desk::Desk;
use super::{TradeOrder, Trader, TraderTurn, Waiting};
use crate::fields::Fields;
use crate::protocol::pool::Pool;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Alpha, Tao};

pub(super) const BEHAVIOUR: Behaviour<dyn Trader> = Behaviour {
    name: "sandwich",
    about: "Sees the purchases that wait to be executed, unless a shield hides them. Buys just \
            before one of some size and sells just after it what that brought, for the amount of \
            its cash, out of some powers of a half, that gains most after fees; where none gains, \
            not at all. What is left over it sells at its reviews.",
    source: "Sandwich attacks as the network's own documents describe them; Daian et al. (2020), \
             https://doi.org/10.1109/SP40000.2020.00040.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(Sandwich::read(t)),
};

/// How many amounts it tries: all its cash, half of it, and so on.
const TRIES: u32 = 12;

/// Knows what waits; decides how much to put before it.
#[derive(Clone, Debug)]
struct Sandwich {
    least: Tao,
    most: Tao,
    margin: f64,
}

impl Sandwich {
    fn read(t: &mut Fields<'_>) -> Self {
        let tao = |t: &mut Fields<'_>, key, about, default| {
            let key = t.number(key, about).unit("TAO").at_least(0.0).at_most(21e6);
            Tao::from_tokens(key.default(default))
        };
        Self {
            least: tao(t, "least", "smallest purchase that it surrounds", 1.0),
            most: tao(t, "most", "most that it puts before one", 21e6),
            margin: t
                .number("margin", "gain that is worth the risk")
                .unit("share of what it puts before")
                .at_least(0.0)
                .at_most(1e6)
                .default(0.0),
        }
    }
}

/// TAO that it has more in the end when it buys for `front` TAO before the waiting purchase and
/// sells right after it; `None` where the pool would refuse one of the trades.
fn gain(waiting: &Waiting<'_>, front: Tao) -> Option<f64> {
    let mut pool: Pool = *waiting.pool;
    let mine = pool.buy(front.part(1.0 - waiting.fee)).ok()?;
    let mut victim = waiting.amount.part(1.0 - waiting.fee);
    if waiting.limit < f64::INFINITY {
        // A limit lets it spend only what lifts the price there, which the front has begun.
        victim = victim.min(pool.tao_to_price(waiting.limit));
    }
    pool.buy(victim).ok()?;
    let back = pool.sell(mine.part(1.0 - waiting.fee)).ok()?;
    Some(back.tokens() - front.tokens())
}

impl Trader for Sandwich {
    fn trade(&mut self, turn: &mut TraderTurn<'_>, orders: &mut Vec<TradeOrder>) {
        let mut desk = Desk::new(turn, orders);
        for &holding in turn.holdings {
            let Some(quote) = turn.market(holding.subnet) else { continue };
            desk.sell(holding, quote, Alpha(u64::MAX), 0.0);
        }
    }

    fn watches(&self) -> bool {
        true
    }

    fn surround(&mut self, waiting: &Waiting<'_>) -> Tao {
        if waiting.amount < self.least {
            return Tao::ZERO;
        }
        let all = waiting.cash.min(self.most);
        let amounts = (0..TRIES).map(|halvings| Tao(all.0 >> halvings));
        let gains = amounts.filter_map(|front| gain(waiting, front).map(|gain| (gain, front)));
        let best = gains.reduce(|a, b| if b.0 > a.0 { b } else { a });
        let worth = best.filter(|(gain, front)| *gain > self.margin * front.tokens());
        worth.map_or(Tao::ZERO, |(_, front)| front)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::trader::tests::behave;

    fn waiting(pool: &Pool) -> Waiting<'_> {
        Waiting {
            subnet: 0,
            amount: Tao::from_tokens(50.0),
            limit: f64::INFINITY,
            pool,
            fee: 0.0,
            cash: Tao::from_tokens(10.0),
        }
    }

    fn pool() -> Pool {
        Pool::new(Tao::from_tokens(100.0), Alpha::from_tokens(1_000.0))
    }

    /// 10 TAO get 90.909 alpha of 1000; 50 TAO then lift the pool to 160 TAO and 625 alpha, and
    /// 90.909 alpha fetch 160 * 90.909 / 715.909 = 20.317 TAO.
    #[test]
    fn the_example_of_the_documents_gains_ten_and_a_third() {
        let pool = pool();
        let found = gain(&waiting(&pool), Tao::from_tokens(10.0)).unwrap();
        assert!((found - 10.317_46).abs() < 1e-5, "{found}");
    }

    #[test]
    fn it_puts_in_what_gains_most() {
        let (pool, mut bot) = (pool(), behave(BEHAVIOUR, ""));
        assert_eq!(bot.surround(&waiting(&pool)), Tao::from_tokens(10.0));
        // Ever more cash gains ever more without a fee; with a fee of 10 % only some of it.
        let rich = Waiting { cash: Tao::from_tokens(4_096.0), fee: 0.1, ..waiting(&pool) };
        let front = bot.surround(&rich);
        assert!(front > Tao::ZERO && front < Tao::from_tokens(200.0), "{front}");
    }

    #[test]
    fn what_is_too_small_or_too_dear_is_let_by() {
        let (pool, mut bot) = (pool(), behave(BEHAVIOUR, "least = 51\nmargin = 0"));
        assert_eq!(bot.surround(&waiting(&pool)), Tao::ZERO);
        let mut bot = behave(BEHAVIOUR, "margin = 2");
        assert_eq!(bot.surround(&waiting(&pool)), Tao::ZERO);
    }

    /// A limit at the price as it is leaves the victim nothing to spend once a front has lifted it.
    #[test]
    fn a_limit_protects() {
        let (pool, mut bot) = (pool(), behave(BEHAVIOUR, ""));
        let limited = Waiting { limit: 0.1001, ..waiting(&pool) };
        let front = bot.surround(&limited);
        assert!(front < Tao::from_tokens(0.1), "{front}");
    }
}
