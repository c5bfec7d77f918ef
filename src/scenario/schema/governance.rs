//! Keys of votes on the rules.

use crate::fields::Fields;
use crate::strategy::{Catalogue, Spec, Voter};
use crate::units::Epoch;

use super::proposal::{ProposalPlan, proposal};
use super::{NetworkPlan, SubnetPlan};

/// How rules are voted on.
#[derive(Clone, Debug)]
pub struct GovernancePlan {
    /// Part of the stake that must vote for a vote to count, in `[0, 1]`.
    pub quorum: f64,
    /// Part of the stake that votes which must be exceeded by those who are for, in `[0, 1)`.
    pub majority: f64,
    /// Epochs for which a proposal can be voted on, at least 1.
    pub period: Epoch,
    /// How everyone votes; `None` only after a problem.
    pub strategy: Option<Spec<dyn Voter>>,
    /// Groups who vote otherwise.
    pub voters: Vec<VoterPlan>,
    /// What is voted on, in text order.
    pub proposals: Vec<ProposalPlan>,
}

/// How a group of validators or of hotkeys on root votes.
#[derive(Clone, Debug)]
pub struct VoterPlan {
    /// Name of the subnet; `None` for a group on root.
    pub subnet: Option<String>,
    /// Name of the group.
    pub group: String,
    /// How its members vote; `None` only after a problem.
    pub strategy: Option<Spec<dyn Voter>>,
}

/// Reads the votes of a scenario of these subnets, of which `only` is the name where there is one.
pub(super) fn governance(
    t: &mut Fields<'_>,
    only: &str,
    (subnets, network): (&[SubnetPlan], Option<&NetworkPlan>),
    catalogue: &Catalogue,
) -> GovernancePlan {
    let quorum = t
        .number("quorum", "part of the stake with a permit that must vote for a vote to count")
        .share()
        .default(0.5);
    let majority = t
        .number("majority", "part of the stake that votes which those who are for must exceed")
        .at_least(0.0)
        .below(1.0)
        .default(0.5);
    let period = t
        .whole("period", "how long a proposal can be voted on")
        .unit("epochs")
        .at_least(1.0)
        .at_most(10_000_000.0)
        .default(3_u64);
    let about = "how validators, and hotkeys on root, vote";
    let strategy = Spec::read(t, "strategy", about, catalogue.voters(), Some("interest"));
    let about = "groups who vote otherwise";
    let voters = t.tables("voters", about, |t| voter(t, only, catalogue));
    let about = "changes of rules that are voted on";
    let proposals = t.tables("proposals", about, |t| proposal(t, (subnets, only, network)));
    let period = Epoch::try_from(period).unwrap_or(Epoch::MAX);
    GovernancePlan { quorum, majority, period, strategy, voters, proposals }
}

fn subnet(t: &mut Fields<'_>, only: &str) -> String {
    let key = t.text("subnet", "the subnet; needed only where there are several").name();
    key.default_or_required((!only.is_empty()).then_some(only))
}

fn voter(t: &mut Fields<'_>, only: &str, catalogue: &Catalogue) -> VoterPlan {
    let about = "who they are: validators of a subnet, or hotkeys on root";
    let root = t.choice("role", about, &[("validators", false), ("root", true)], false);
    let subnet = if root { None } else { Some(subnet(t, only)) };
    let group = t.text("group", "name of the group").name().required();
    let strategy = Spec::read(t, "strategy", "how its members vote", catalogue.voters(), None);
    VoterPlan { subnet, group, strategy }
}
