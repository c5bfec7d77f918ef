//! The keys of a scenario: each declared once, with meaning, unit, range and default.

use crate::fields::{Fields, Kind, Part};
use crate::protocol::{Params, RewardRule, Split};
use crate::strategy::{Behaviour, Catalogue, Miner, Spec, Staker, Validator};
use crate::units::{Alpha, Epoch, Uid};
use crate::world::Rules;

use super::{Amounts, SCHEMA, Scenario};

/// What is written to the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Epochs between two recordings of every neuron.
    pub every: Epoch,
    /// Which epochs' weights and bonds are kept.
    pub weights: Keeping,
}

/// Which epochs' weights and bonds are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// None.
    Never,
    /// Those of the last epoch that was run.
    Last,
    /// Those of each epoch whose neurons are recorded.
    Every,
}

/// One subnet at its start.
#[derive(Clone, Debug)]
pub struct SubnetPlan {
    /// Its name.
    pub name: String,
    /// Its rules.
    pub rules: Rules,
    /// Groups of validators, in text order.
    pub validators: Vec<GroupPlan<dyn Validator>>,
    /// Groups of miners, in text order.
    pub miners: Vec<GroupPlan<dyn Miner>>,
    /// Groups of stakers, in text order.
    pub stakers: Vec<GroupPlan<dyn Staker>>,
    /// Weights in force before the first epoch.
    pub start: Vec<StartRow>,
}

/// What groups of all roles have.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name, unique in its subnet.
    pub name: String,
    /// How many members.
    pub count: usize,
    /// Alpha that each has staked at the start: on itself, or as a staker on a validator.
    pub stake: Amounts,
    /// Uids of the members, in group order; `None` where they are given out.
    pub uids: Option<Vec<Uid>>,
    /// Who owns all of its keys; `None` where each key has an owner of its own.
    pub entity: Option<String>,
    /// Part of its income that it keeps as stake.
    pub compound: f64,
    /// Cost of a full epoch's work of each member `[alpha]`.
    pub cost: Amounts,
    /// Part of its stakers' dividends that a validator keeps.
    pub take: f64,
    /// Quality of a miner's output at full effort.
    pub quality: Amounts,
    /// Standard deviation of the change of log-quality in one epoch.
    pub drift: f64,
    /// Part of the distance to its first log-quality that a miner comes back in one epoch.
    pub reversion: f64,
    /// Names of the validator groups on which a staker may start; empty for all.
    pub delegate_to: Vec<String>,
}

/// A group and how its members behave.
pub struct GroupPlan<R: ?Sized> {
    /// Who they are.
    pub group: Group,
    /// How they behave; `None` only after a problem.
    pub strategy: Option<Spec<R>>,
}

impl<R: ?Sized> Clone for GroupPlan<R> {
    fn clone(&self) -> Self {
        Self { group: self.group.clone(), strategy: self.strategy.clone() }
    }
}

impl<R: ?Sized> std::fmt::Debug for GroupPlan<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GroupPlan")
            .field("group", &self.group)
            .field("strategy", &self.strategy)
            .finish()
    }
}

/// One validator's weights before the first epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct StartRow {
    /// Whose.
    pub uid: Uid,
    /// On whom.
    pub to: Vec<Uid>,
    /// How much on each, of any scale.
    pub weights: Vec<f64>,
}

/// Agents who act together from some epoch on.
#[derive(Clone, Debug)]
pub struct CoalitionPlan {
    /// Its name, also that of its entity and its groups in the tables.
    pub name: String,
    /// The subnet it acts in.
    pub subnet: String,
    /// The first epoch of its attack.
    pub from: Epoch,
    /// Which validators.
    pub validators: Who,
    /// Which miners.
    pub miners: Who,
    /// What the validators do from then on; `None` only after a problem.
    pub strategy: Option<Spec<dyn Validator>>,
}

/// A choice among the agents of one role.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    /// No one.
    Nobody,
    /// All of the named group.
    Group(String),
    /// These uids.
    Uids(Vec<Uid>),
    /// Those with the most stake at the start.
    TopStake(HowMany),
    /// Those with the highest quality at the start.
    TopQuality(HowMany),
    /// Those with the lowest quality at the start.
    BottomQuality(HowMany),
}

/// How many from the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HowMany {
    /// So many.
    Count(usize),
    /// As many as are needed to hold this share of the whole.
    Fraction(f64),
}

/// Reads the whole of a scenario.
pub fn scenario(t: &mut Fields<'_>, source: &str, catalogue: &Catalogue) -> Scenario {
    let schema = t.whole("schema", "version of the scenario format").required();
    if t.sound() && schema != SCHEMA {
        let message = format!("`schema` must be {SCHEMA}, got {schema}");
        let help = format!("this program reads version {SCHEMA} of the scenario format");
        t.problem("schema", Part::Value, message, Some(help));
    }
    let name = t
        .text("name", "name of the scenario and of its folder of results")
        .name()
        .default(stem(source));
    let seed = t.whole("seed", "the only source of randomness").required();
    let epochs = t
        .whole("epochs", "length of the run")
        .unit("epochs")
        .at_least(1.0)
        .at_most(10_000_000.0)
        .required();
    let record = t.table("record", "what is written to the tables", recording);
    let base = t.table("protocol", "rules of every subnet", |t| rules(t, &Rules::default()));
    let subnets = t.named("subnet", "the subnets", |name, t| subnet(name, t, &base, catalogue));
    let subnets: Vec<SubnetPlan> = subnets.into_iter().map(|(_, plan)| plan).collect();
    let only = if let [subnet] = subnets.as_slice() { subnet.name.clone() } else { String::new() };
    let coalitions =
        t.tables("coalitions", "agents who act together", |t| coalition(t, &only, catalogue));
    let epochs = Epoch::try_from(epochs).unwrap_or(Epoch::MAX);
    Scenario { name, seed, epochs, record, subnets, coalitions, resolved: String::new() }
}

fn stem(source: &str) -> String {
    let stem = std::path::Path::new(source).file_stem().and_then(|stem| stem.to_str());
    let fit = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '-' };
    let name: String = stem.unwrap_or_default().to_lowercase().chars().map(fit).collect();
    if crate::fields::unfit_name(&name).is_none() { name } else { "scenario".into() }
}

fn recording(t: &mut Fields<'_>) -> Recording {
    let every = t
        .whole("every", "epochs between two recordings of every neuron")
        .unit("epochs")
        .at_least(1.0)
        .at_most(10_000_000.0)
        .default(1_u64);
    let weights = t.choice(
        "weights",
        "which epochs' weights and bonds are kept",
        &[("never", Keeping::Never), ("last", Keeping::Last), ("every", Keeping::Every)],
        Keeping::Last,
    );
    Recording { every: Epoch::try_from(every).unwrap_or(Epoch::MAX), weights }
}

/// Reads the rules of a subnet, with those of `base` as defaults.
fn rules(t: &mut Fields<'_>, base: &Rules) -> Rules {
    let (was, split) = (&base.params, &base.params.split);
    let reward_rule = t.choice(
        "reward_rule",
        "which rule turns weights into pay",
        &[("chain-yuma3", RewardRule::ChainYuma3), ("chain-classic", RewardRule::ChainClassic)],
        was.reward_rule,
    );
    let kappa = t
        .number("kappa", "the majority that consensus clips weights to")
        .unit("share of active stake")
        .share()
        .default(was.kappa);
    let bonds_penalty = t
        .number("bonds_penalty", "how far weights above consensus are cut back in the bonds")
        .share()
        .default(was.bonds_penalty);
    let bonds_moving_average = t
        .number("bonds_moving_average", "weight of the old bond in the moving average")
        .share()
        .default(was.bonds_moving_average);
    let liquid_alpha = t
        .flag("liquid_alpha", "whether each bond has its own rate; acts under chain-yuma3 only")
        .default(was.liquid_alpha);
    let alpha_low = t
        .number("alpha_low", "lowest rate of a liquid bond (weight of the new bond)")
        .share()
        .default(was.alpha_low);
    let alpha_high = t
        .number("alpha_high", "highest rate of a liquid bond (weight of the new bond)")
        .share()
        .default(was.alpha_high);
    if t.sound() && alpha_low > alpha_high {
        let message =
            format!("`alpha_low` must not be above `alpha_high`, got {alpha_low} and {alpha_high}");
        t.problem("alpha_low", Part::Value, message, None);
    }
    let alpha_sigmoid_steepness = t
        .number("alpha_sigmoid_steepness", "steepness of a liquid bond's rate at its middle")
        .at_least(-328.0)
        .at_most(328.0)
        .default(was.alpha_sigmoid_steepness);
    let max_allowed_validators = t
        .whole("max_allowed_validators", "how many of most stake may set weights")
        .unit("uids")
        .at_least(1.0)
        .at_most(65_535.0)
        .default(was.max_allowed_validators as u64);
    let stake_threshold = t
        .number("stake_threshold", "stake below which a key counts as holding none")
        .unit("alpha")
        .at_least(0.0)
        .at_most(21e6)
        .default(was.stake_threshold.tokens());
    let activity_cutoff_factor = t
        .number("activity_cutoff_factor", "how long a validator stays active without new weights")
        .unit("tempos")
        .at_least(1.0)
        .at_most(50.0)
        .default(was.activity_cutoff_factor);
    let tempo = t
        .whole("tempo", "blocks from one epoch to the next")
        .unit("blocks")
        .at_least(1.0)
        .at_most(50_400.0)
        .default(was.tempo);
    let reveal_period = t
        .whole("reveal_period", "how long commit-reveal hides weights; 0 turns it off")
        .unit("epochs")
        .at_most(100.0)
        .default(u64::from(base.reveal_period));
    let max_allowed_uids = t
        .whole("max_allowed_uids", "how many uids a subnet has room for")
        .unit("uids")
        .at_least(1.0)
        .at_most(65_535.0)
        .default(base.max_allowed_uids as u64);
    let split =
        t.table("split", "how the alpha of each block is divided", |t| emission_split(t, split));
    let narrow = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Rules {
        params: Params {
            reward_rule,
            kappa,
            bonds_penalty,
            bonds_moving_average,
            liquid_alpha,
            alpha_low,
            alpha_high,
            alpha_sigmoid_steepness,
            max_allowed_validators: narrow(max_allowed_validators),
            stake_threshold: Alpha::from_tokens(stake_threshold),
            activity_cutoff_factor,
            tempo,
            validator_share: was.validator_share,
            split,
        },
        reveal_period: Epoch::try_from(reveal_period).unwrap_or(Epoch::MAX),
        max_allowed_uids: narrow(max_allowed_uids),
    }
}

fn emission_split(t: &mut Fields<'_>, was: &Split) -> Split {
    let owner = t.number("owner", "part of the subnet owner").share().default(was.owner);
    let miners = t.number("miners", "part of the miners").share().default(was.miners);
    let validators = t
        .number("validators", "part of the validators and their stakers")
        .share()
        .default(was.validators);
    let sum = owner + miners + validators;
    // A table that says nothing only repeats what is wrong elsewhere.
    if t.sound() && !t.is_empty() && (sum - 1.0).abs() > 1e-9 {
        let message = format!(
            "`owner`, `miners` and `validators` must sum to 1, got {owner} + {miners} + \
             {validators} = {}",
            (sum * 1e12).round() / 1e12
        );
        t.problem_here(message, Some("give all three; the chain has 0.18, 0.41, 0.41".into()));
    }
    Split { owner, miners, validators }
}

fn subnet(name: &str, t: &mut Fields<'_>, base: &Rules, catalogue: &Catalogue) -> SubnetPlan {
    let about = "rules of this subnet, where they differ";
    let rules = t.table_of_changes("protocol", about, |t| rules(t, base));
    let validators = t.tables("validators", "groups of validators", |t| {
        let group = group(t, Role::Validator);
        GroupPlan { group, strategy: strategy(t, catalogue.validators(), "honest") }
    });
    let miners = t.tables("miners", "groups of miners", |t| {
        let group = group(t, Role::Miner);
        GroupPlan { group, strategy: strategy(t, catalogue.miners(), "honest") }
    });
    let stakers = t.tables("stakers", "groups of stakers", |t| {
        let group = group(t, Role::Staker);
        GroupPlan { group, strategy: strategy(t, catalogue.stakers(), "passive") }
    });
    let start = t.tables("start", "weights in force before the first epoch", start_row);
    SubnetPlan { name: name.into(), rules, validators, miners, stakers, start }
}

fn strategy<R: ?Sized + 'static>(
    t: &mut Fields<'_>,
    behaviours: &[Behaviour<R>],
    default: &'static str,
) -> Option<Spec<R>> {
    Spec::read(t, "strategy", "how its members behave", behaviours, Some(default))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Validator,
    Miner,
    Staker,
}

fn group(t: &mut Fields<'_>, role: Role) -> Group {
    let name = t.text("name", "name of the group, unique in its subnet").name().required();
    let count = t
        .whole("count", "how many members")
        .unit("agents")
        .at_least(1.0)
        .at_most(1_000_000.0)
        .required();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let stake_default = if role == Role::Miner { Some(0.0) } else { None };
    let stake = Amounts::read(t, "stake", "stake of each at the start", "alpha", stake_default);
    let entity = t.text("entity", "the one owner of all keys of the group").name().optional();
    let mut group = Group {
        name,
        count,
        stake,
        uids: None,
        entity,
        compound: 1.0,
        cost: Amounts::Constant { value: 0.0 },
        take: 0.0,
        quality: Amounts::Constant { value: 0.0 },
        drift: 0.0,
        reversion: 0.0,
        delegate_to: Vec::new(),
    };
    if role != Role::Staker {
        let uids = t.wholes("uids", "uid of each member, in group order").at_most(65_535.0);
        group.uids = uids.optional().map(|uids| uids.into_iter().map(narrow_uid).collect());
        let compound = if role == Role::Miner { 0.0 } else { 1.0 };
        group.compound = t
            .number("compound", "part of its income that it keeps as stake; the rest it takes out")
            .share()
            .default(compound);
        let about = "cost of a full epoch's work of each";
        group.cost = Amounts::read(t, "cost", about, "alpha per epoch", Some(0.0));
    }
    match role {
        Role::Validator => {
            let about = "part of its stakers' dividends that a validator keeps";
            group.take = t.number("take", about).at_least(0.0).at_most(0.18).default(0.18);
        }
        Role::Miner => {
            let about = "quality of its output at full effort";
            group.quality = Amounts::read(t, "quality", about, "usefulness, any scale", Some(1.0));
            group.drift = t
                .number("drift", "standard deviation of the change of log-quality in one epoch")
                .at_least(0.0)
                .at_most(2.0)
                .default(0.0);
            group.reversion = t
                .number("reversion", "part of the way back to its first log-quality in one epoch")
                .share()
                .default(0.02);
        }
        Role::Staker => {
            let about = "names of the validator groups on which a staker may start; empty for all";
            group.delegate_to = t.texts("delegate_to", about).default(Vec::new());
        }
    }
    if t.sound() {
        for (key, amounts) in
            [("stake", &group.stake), ("cost", &group.cost), ("quality", &group.quality)]
        {
            same_length(t, key, amounts.len(), count);
        }
        same_length(t, "uids", group.uids.as_ref().map(Vec::len), count);
    }
    group
}

fn narrow_uid(uid: u64) -> Uid {
    Uid::try_from(uid).unwrap_or(Uid::MAX)
}

fn same_length(t: &mut Fields<'_>, key: &str, length: Option<usize>, count: usize) {
    if let Some(length) = length.filter(|length| *length != count) {
        let message = format!("`{key}` must have `count` = {count} entries, got {length}");
        t.problem(key, Part::Value, message, None);
    }
}

fn start_row(t: &mut Fields<'_>) -> StartRow {
    let uid = t.whole("uid", "the validator").at_most(65_535.0).required();
    let to = t.wholes("to", "uids that it gives weight to").at_most(65_535.0).required();
    let weights = t
        .numbers("weights", "weight on each of them; only the proportions count")
        .at_least(0.0)
        .at_most(1e15)
        .required();
    if t.sound() {
        same_length(t, "weights", Some(weights.len()), to.len());
    }
    let to: Vec<Uid> = to.into_iter().map(narrow_uid).collect();
    StartRow { uid: narrow_uid(uid), to, weights }
}

fn coalition(t: &mut Fields<'_>, only: &str, catalogue: &Catalogue) -> CoalitionPlan {
    let name = t.text("name", "name of the coalition").name().required();
    let subnet = t.text("subnet", "the subnet it acts in").name();
    let subnet = if only.is_empty() { subnet.required() } else { subnet.default(only) };
    let from = t
        .whole("from", "first epoch of the attack; before it, members play their own part")
        .unit("epochs")
        .at_most(10_000_000.0)
        .default(0_u64);
    let validators = t.kinded("validators", "its validators", WHO, Some("nobody"));
    let miners = t.kinded("miners", "its miners", WHO, Some("nobody"));
    let about = "what its validators make of their own answer";
    let strategy = Spec::read(t, "strategy", about, catalogue.validators(), Some("cabal"));
    CoalitionPlan {
        name,
        subnet,
        from: Epoch::try_from(from).unwrap_or(Epoch::MAX),
        validators: validators.unwrap_or(Who::Nobody),
        miners: miners.unwrap_or(Who::Nobody),
        strategy,
    }
}

const WHO: &[Kind<Who>] = &[
    Kind { name: "nobody", about: "no one", read: |_| Who::Nobody },
    Kind {
        name: "group",
        about: "all of a group",
        read: |t| Who::Group(t.text("name", "name of the group").name().required()),
    },
    Kind {
        name: "uids",
        about: "these uids",
        read: |t| {
            let uids = t.wholes("uids", "the uids").at_most(65_535.0).required();
            Who::Uids(uids.into_iter().map(narrow_uid).collect())
        },
    },
    Kind {
        name: "top-stake",
        about: "those with the most stake at the start",
        read: |t| Who::TopStake(how_many(t)),
    },
    Kind {
        name: "top-quality",
        about: "those with the highest quality at the start",
        read: |t| Who::TopQuality(how_many(t)),
    },
    Kind {
        name: "bottom-quality",
        about: "those with the lowest quality at the start",
        read: |t| Who::BottomQuality(how_many(t)),
    },
];

fn how_many(t: &mut Fields<'_>) -> HowMany {
    let count = t.whole("count", "so many").at_least(1.0).at_most(65_535.0).optional();
    let about = "as many as are needed to hold this share of the whole";
    let fraction = t.number("fraction", about).above(0.0).at_most(1.0).optional();
    match (count, fraction) {
        (Some(count), None) => HowMany::Count(usize::try_from(count).unwrap_or(usize::MAX)),
        (None, Some(fraction)) => HowMany::Fraction(fraction),
        _ => {
            if t.sound() {
                t.problem_here("give either `count` or `fraction`".into(), None);
            }
            HowMany::Count(1)
        }
    }
}
