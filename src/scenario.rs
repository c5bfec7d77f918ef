//! Scenarios: one text that fixes a run to the bit.
//!
//! A scenario is TOML. [`Scenario::load`] reads it, edits it by key path ([`Edit`]), checks all
//! of it, and either gives a [`Scenario`] or a [`ScenarioError`] that tells every problem with
//! its place. The *resolved* text of a scenario has every key, defaults included; running it
//! repeats the run.

pub mod check;
pub mod draw;
pub mod edit;
pub mod era;
pub mod import;
pub mod place;
pub mod schema;
mod scripts;
pub mod shipped;

pub use draw::Amounts;
pub use edit::Edit;
pub use place::ScenarioError;
pub use schema::{
    Change, ChildKeyPlan, CoalitionPlan, Consequence, ConsumerPlan, DataProviderPlan, Detection,
    Entry, EraPlan, FoundingPlan, GovernancePlan, Group, GroupPlan, Keeping, MarketPlan, Motion,
    NetworkPlan, Newcomers, PaymentKind, PaymentPlan, ProposalPlan, PursePlan, Recording, RootPlan,
    StartRow, SubnetPlan, TaoUsd, TraderPlan, Variants, VoterPlan, Who,
};

use crate::fields::{self, Beside, Fields, KeyDoc};
use crate::strategy::Catalogue;
use crate::units::Epoch;

/// The version of the scenario format that this program reads.
pub const SCHEMA: u64 = 1;

/// A run, described whole and checked.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name, which is also that of its folder of results.
    pub name: String,
    /// The runs that `taosim run` makes of the text; this one is the text as it stands.
    pub variants: Option<Variants>,
    /// The name of the text that this is a variant of.
    pub family: Option<String>,
    /// The key of all randomness.
    pub seed: u64,
    /// How many epochs are run.
    pub epochs: Epoch,
    /// What is written to the tables.
    pub record: Recording,
    /// How many subnets may run their epoch in one block.
    pub epochs_a_block: usize,
    /// The token economy; `None` where alpha has no market.
    pub network: Option<NetworkPlan>,
    /// The subnets, in text order.
    pub subnets: Vec<SubnetPlan>,
    /// Coalitions, in text order.
    pub coalitions: Vec<CoalitionPlan>,
    /// Votes on the subnets' rules.
    pub governance: Option<GovernancePlan>,
    scripts: Beside,
    resolved: String,
}

impl Scenario {
    /// Reads a text under the name it has on disk, after `edits`, with the behaviours of this
    /// crate. Scripts that it names cannot be read here; see [`Catalogue::with_scripts`].
    ///
    /// # Errors
    /// All that is wrong with the text, each with its place.
    pub fn load(source: &str, text: &str, edits: &[Edit]) -> Result<Self, ScenarioError> {
        Self::load_with(source, text, edits, &Catalogue::builtin())
    }

    /// Every run that the text describes: each of its variants, or where it has none the text as
    /// it stands.
    ///
    /// # Errors
    /// All that is wrong with the text, or else with the first variant that has something wrong.
    pub fn load_each(
        source: &str,
        text: &str,
        edits: &[Edit],
        catalogue: &Catalogue,
    ) -> Result<Vec<Self>, ScenarioError> {
        let whole = Self::load_with(source, text, edits, catalogue)?;
        let Some(variants) = &whole.variants else { return Ok(vec![whole]) };
        let each = variants.edits(&whole.name).into_iter();
        let member = |own: [Edit; 2]| {
            let edits = [edits, own.as_slice()].concat();
            let mut one = Self::load_with(source, text, &edits, catalogue)?;
            one.family = Some(whole.name.clone());
            Ok(one)
        };
        each.map(member).collect()
    }

    /// As [`Scenario::load`], with a catalogue of behaviours of one's own.
    ///
    /// # Errors
    /// All that is wrong with the text, each with its place.
    pub fn load_with(
        source: &str,
        text: &str,
        edits: &[Edit],
        catalogue: &Catalogue,
    ) -> Result<Self, ScenarioError> {
        let edited = edit::apply(source, text, edits)?;
        let table: toml::Table = match toml::from_str(&edited) {
            Ok(table) => table,
            Err(_) => return Err(ScenarioError::syntax(source, text, &edited)),
        };
        let scripts = scripts::gather(&table, source, catalogue);
        let read = |fields: &mut Fields<'_>| schema::scenario(fields, source, catalogue);
        let (mut scenario, resolved, sheet) = fields::read_beside(&table, scripts.clone(), read);
        let mut problems = sheet.problems;
        // A rule over several tables means nothing where one of them could not be read.
        let crossing = check::problems(&scenario).into_iter().filter(|crossing| {
            let related = |p: &fields::Problem| {
                p.path.is_within(&crossing.path) || crossing.path.is_within(&p.path)
            };
            !problems.iter().any(related)
        });
        let crossing: Vec<fields::Problem> = crossing.collect();
        problems.extend(crossing);
        if problems.is_empty() {
            (scenario.resolved, scenario.scripts) = (resolved, scripts);
            return Ok(scenario);
        }
        Err(ScenarioError::new(source, text, &edited, edits, problems))
    }

    /// The text with every key in it, defaults included and marked. It loads to this scenario.
    #[must_use]
    pub fn resolved(&self) -> &str {
        &self.resolved
    }

    /// The scripts that it names, each with its text. The resolved text has their digests, and loads
    /// where they lie beside it under these names.
    pub fn scripts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.scripts.texts()
    }

    /// A fingerprint of what is run: equal texts, up to comments, layout and defaults written
    /// out, have equal digests `[32 hexadecimal digits]`.
    #[must_use]
    pub fn digest(&self) -> String {
        let bare = self.resolved.replace(" # default", "");
        blake3::hash(bare.as_bytes()).to_hex()[..32].to_owned()
    }
}

/// Every key that a scenario may have.
#[must_use]
pub fn keys(catalogue: &Catalogue) -> Vec<KeyDoc> {
    fields::describe(|fields| schema::scenario(fields, "scenario.toml", catalogue))
}
