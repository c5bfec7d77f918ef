//! Keys of a group of data providers.

use crate::fields::Fields;
use crate::scenario::Amounts;
use crate::strategy::{Catalogue, DataProvider, Spec};

use super::group::same_length;

/// A group of those who sell data to miners.
#[derive(Clone)]
pub struct DataProviderPlan {
    /// Its name, unique in its subnet.
    pub name: String,
    /// How many members.
    pub count: usize,
    /// Log-quality that a miner gains from an epoch's worth of each one's data.
    pub quality: Amounts,
    /// What that costs `[alpha]`.
    pub price: Amounts,
    /// The same in money, where alpha has a market; both are paid `[USD]`.
    pub price_usd: Amounts,
    /// What making an epoch's worth costs each, whether or not anyone buys it `[alpha]`.
    pub cost: Amounts,
    /// The same in money, where alpha has a market; both are paid `[USD]`.
    pub cost_usd: Amounts,
    /// How they behave; `None` only after a problem.
    pub strategy: Option<Spec<dyn DataProvider>>,
}

impl std::fmt::Debug for DataProviderPlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DataProviderPlan").field("name", &self.name).finish_non_exhaustive()
    }
}

impl DataProviderPlan {
    /// The key path that keys the draws of its members.
    #[must_use]
    pub fn key(&self, subnet: &str) -> String {
        format!("subnet.{subnet}.data_providers.{}", self.name)
    }
}

/// Reads a group.
pub(super) fn data_provider(t: &mut Fields<'_>, catalogue: &Catalogue) -> DataProviderPlan {
    let name = t.text("name", "name of the group, unique in its subnet").name().required();
    let about = "how many members";
    let count = t.whole("count", about).unit("agents").at_least(1.0).at_most(1000.0).required();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let about = "log-quality that a miner gains from an epoch's worth of its data";
    let quality = Amounts::read(t, "quality", about, "", Some(0.005));
    let about = "what an epoch's worth of its data costs";
    let price = Amounts::read(t, "price", about, "alpha per epoch", Some(0.1));
    let about = "the same in money, beside `price`; acts where there is a `[network]`";
    let price_usd = Amounts::read(t, "price_usd", about, "USD per epoch", Some(0.0));
    let about = "what making an epoch's worth costs, whether or not anyone buys it";
    let cost = Amounts::read(t, "cost", about, "alpha per epoch", Some(0.0));
    let about = "the same in money, beside `cost`; acts where there is a `[network]`";
    let cost_usd = Amounts::read(t, "cost_usd", about, "USD per epoch", Some(0.0));
    let about = "how its members behave";
    let strategy = Spec::read(t, "strategy", about, catalogue.data_providers(), Some("honest"));
    if t.sound() {
        for (key, amounts) in [
            ("quality", &quality),
            ("price", &price),
            ("price_usd", &price_usd),
            ("cost", &cost),
            ("cost_usd", &cost_usd),
        ] {
            same_length(t, key, amounts.len(), count);
        }
    }
    DataProviderPlan { name, count, quality, price, price_usd, cost, cost_usd, strategy }
}
