//! Keys of those who pay for service, and of what a subnet asks for it.

use crate::fields::{Fields, Kind, Part};
use crate::scenario::Amounts;
use crate::strategy::{Catalogue, Consumer, Spec};
use crate::units::Epoch;
use crate::world::{Service, ServicePays};

use super::group::same_length;
use super::network::count;

/// A group of consumers.
#[derive(Clone, Debug)]
pub struct ConsumerPlan {
    /// Its name.
    pub name: String,
    /// How many members.
    pub count: usize,
    /// TAO that each can spend in a day.
    pub budget_tao: Amounts,
    /// The same in money; both are spent `[USD]`.
    pub budget_usd: Amounts,
    /// Standard deviation of the logarithm of the quality that each finds.
    pub noise: f64,
    /// Epochs between two decisions of each.
    pub review: Epoch,
    /// Name of the subnet that they belong to.
    pub subnet: Option<String>,
    /// Whose money they spend.
    pub purse: PursePlan,
    /// How they behave; `None` only after a problem.
    pub strategy: Option<Spec<dyn Consumer>>,
}

/// Whose money a group of consumers spends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PursePlan {
    /// That of those who are not modelled.
    Elsewhere,
    /// The cash of the owner of the subnet that they belong to.
    Owner,
    /// The cash of a group of traders.
    Traders(String),
    /// The cash of a group of miners of the subnet that they belong to.
    Miners(String),
}

const PURSES: &[Kind<PursePlan>] = &[
    Kind {
        name: "elsewhere",
        about: "that of those who are not modelled, up to the budget in each epoch",
        read: |_| PursePlan::Elsewhere,
    },
    Kind { name: "owner", about: "the cash of the owner of `subnet`", read: |_| PursePlan::Owner },
    Kind {
        name: "traders",
        about: "the cash of a group of traders, a member for a member",
        read: |t| PursePlan::Traders(t.text("name", "name of the group").name().required()),
    },
    Kind {
        name: "miners",
        about: "the cash of a group of miners of `subnet`, a member for a member",
        read: |t| PursePlan::Miners(t.text("name", "name of the group").name().required()),
    },
];

pub(super) fn consumer_group(t: &mut Fields<'_>, catalogue: &Catalogue) -> ConsumerPlan {
    let name = t.text("name", "name of the group, unique among consumers").name().required();
    let count = count(t);
    let about = "TAO that each can spend in a day";
    let budget_tao = Amounts::read(t, "budget_tao", about, "TAO per day", Some(0.0));
    let about = "the same in money; both are spent";
    let budget_usd = Amounts::read(t, "budget_usd", about, "USD per day", Some(0.0));
    let noise = t
        .number("noise", "standard deviation of the logarithm of the quality that each finds")
        .at_least(0.0)
        .at_most(5.0)
        .default(0.2);
    let review = t
        .whole("review", "epochs between two decisions of each member")
        .unit("epochs")
        .at_least(1.0)
        .at_most(10_000_000.0)
        .default(20_u64);
    let subnet = t.text("subnet", "the subnet that they belong to").name().optional();
    let purse = t.kinded("purse", "whose money they spend", PURSES, Some("elsewhere"));
    let purse = purse.unwrap_or(PursePlan::Elsewhere);
    let about = "how its members behave";
    let strategy = Spec::read(t, "strategy", about, catalogue.consumers(), Some("elastic"));
    if t.sound() && !t.has("budget_tao") && !t.has("budget_usd") {
        let help = "add `budget_usd = …`: what each can spend in a day".into();
        t.problem_here("missing key `budget_tao` or `budget_usd`".into(), Some(help));
    }
    if t.sound() {
        for (key, amounts) in [("budget_tao", &budget_tao), ("budget_usd", &budget_usd)] {
            same_length(t, key, amounts.len(), count);
        }
    }
    let review = Epoch::try_from(review).unwrap_or(Epoch::MAX);
    ConsumerPlan { name, count, budget_tao, budget_usd, noise, review, subnet, purse, strategy }
}

/// Least price of a unit, in TAO and USD together.
const LEAST_PRICE: f64 = 1e-9;

pub(super) fn service(t: &mut Fields<'_>) -> Service {
    let price_usd = t
        .number("price_usd", "price of a unit")
        .unit("USD")
        .at_least(0.0)
        .at_most(1e9)
        .default(1.0);
    let price_tao = t
        .number("price_tao", "the same in TAO; both are paid")
        .unit("TAO")
        .at_least(0.0)
        .at_most(1e9)
        .default(0.0);
    if t.sound() && price_usd + price_tao < LEAST_PRICE {
        let message = format!(
            "`price_usd` and `price_tao` must not both be below {LEAST_PRICE}, got {price_usd} and \
             {price_tao}"
        );
        t.problem("price_usd", Part::Value, message, None);
    }
    let capacity = t
        .number("capacity", "units that it can serve; left out for any number")
        .unit("units per day")
        .at_least(0.0)
        .at_most(1e12)
        .optional();
    let pays = t.choice(
        "pays",
        "what a payment does: buys alpha in the pool, or is in TAO the subnet owner's, or the miners' \
         by their incentive",
        &[("alpha", None), ("owner", Some(ServicePays::Owner)), ("miners", Some(ServicePays::Miners))],
        None,
    );
    let alpha_to = t.choice(
        "alpha_to",
        "what becomes of that alpha: it is the subnet owner's, recycled, or burned",
        &[
            ("owner", ServicePays::AlphaToOwner),
            ("recycled", ServicePays::AlphaRecycled),
            ("burned", ServicePays::AlphaBurned),
        ],
        ServicePays::AlphaToOwner,
    );
    Service {
        price_usd,
        price_tao,
        capacity: capacity.unwrap_or(f64::INFINITY),
        pays: pays.unwrap_or(alpha_to),
    }
}
