//! Small cases of every rule through its door.

use super::*;
use crate::units::Uid;

/// Uids 0 and 1 hold 3/4 and 1/4 of the stake and vote; uids 2 to 5 work.
struct Small {
    weights: Vec<Option<u16>>,
    registered: [u64; 6],
    block: u64,
    carried: Carried,
}

const STAKE: [f64; 6] = [3e9, 1e9, 0.0, 0.0, 0.0, 0.0];
const SETTERS: [Uid; 2] = [0, 1];

impl Small {
    fn new(first: [u16; 4], second: [u16; 4]) -> Self {
        let row =
            |to: [u16; 4]| [None; 2].into_iter().chain(to.map(|w| Some(w).filter(|w| *w > 0)));
        let weights = row(first).chain(row(second)).collect();
        Self { weights, registered: [0; 6], block: 1_000, carried: Carried::default() }
    }

    fn epoch(&mut self, params: &Params, reward: &Reward) -> Outcome {
        let work = Work {
            hashes: &[0.0, 0.0, 1.0, 3.0, 0.0, 0.0],
            output: &[0.0, 0.0, 3.0, 1.0, 0.0, 0.0],
        };
        self.epoch_with(params, reward, &work)
    }

    fn epoch_with(&mut self, params: &Params, reward: &Reward, work: &Work<'_>) -> Outcome {
        let input = Input {
            block: self.block,
            last_epoch: Some(self.block - 100),
            stake: &STAKE,
            permits: &[true, true, false, false, false, false],
            last_update: &[self.block; 6],
            registered: &self.registered,
            owner: None,
            setters: &SETTERS,
            weights: &self.weights,
            bonds: &[0; 12],
            committed: None,
        };
        let mut out = Outcome::default();
        epoch(params, reward, &input, work, &mut self.carried, &mut Scratch::default(), &mut out);
        self.block += 100;
        out
    }
}

fn reward(rule: Rule) -> Reward {
    Reward { rule, ..Reward::default() }
}

#[test]
fn names_are_unique_and_the_default_has_one() {
    for (at, (name, rule)) in RULES.iter().enumerate() {
        let same = |other: &&(&str, Rule)| other.0 == *name || other.1 == *rule;
        assert_eq!(RULES.iter().position(|other| same(&other)), Some(at));
    }
    assert!(RULES.iter().any(|(_, rule)| *rule == Reward::default().rule));
}

/// Who works earns all, and nobody earns for stake or judgement.
#[test]
fn work_is_paid_without_judges() {
    for validator_share in [0.0, 0.5, 1.0] {
        let params = Params { validator_share, ..Params::default() };
        let mut small = Small::new([1, 2, 3, 4], [1, 2, 3, 4]);
        let out = small.epoch(&params, &reward(Rule::ProofOfWork));
        assert_eq!(out.incentive_emission, [0.0, 0.0, 0.25, 0.75, 0.0, 0.0]);
        assert_eq!(out.dividend_emission, [0.0; 6]);
        let out = small.epoch(&params, &reward(Rule::CentralPlatform));
        assert_eq!(out.incentive_emission, [0.0, 0.0, 0.75, 0.25, 0.0, 0.0]);
        assert_eq!([&out.dividends, &out.vtrust, &out.consensus], [&[0.0; 6]; 3]);
        assert_eq!(out.permits, [true, true, false, false, false, false]);
    }
}

/// In an epoch without work or votes, rules that know stake pay by it and others pay nobody.
#[test]
fn without_work_only_rules_of_stake_pay() {
    for &(name, rule) in RULES {
        let mut idle = Small::new([0; 4], [0; 4]);
        let out = idle.epoch_with(&Params::default(), &reward(rule), &Work::default());
        let paid = num::sum(&out.incentive_emission) + num::sum(&out.dividend_emission);
        let blind = [Rule::ProofOfWork, Rule::CentralPlatform, Rule::PeerPrediction];
        assert_eq!(paid, f64::from(u8::from(!blind.contains(&rule))), "{name}");
    }
}

/// Both give uid 3 the most; under each rule of votes and both of work someone has the most.
#[test]
fn the_winner_takes_all_under_every_rule() {
    let params = Params { winner_takes_all: true, ..Params::default() };
    for &(name, rule) in RULES {
        let mut small = Small::new([1, 4, 2, 0], [1, 4, 2, 0]);
        let out = small.epoch(&params, &reward(rule));
        let winner = if rule == Rule::CentralPlatform { 2 } else { 3 };
        let mut expected = [0.0; 6];
        expected[winner] = 1.0;
        assert_eq!(out.incentive, expected, "{name}");
        let mut idle = Small::new([0; 4], [0; 4]);
        let out = idle.epoch_with(&params, &reward(rule), &Work::default());
        assert_eq!(out.incentive, [0.0; 6], "{name} without work");
    }
}

/// The minority's vote for uid 5 counts by stake in the plain mean, and not at all under the
/// chain's consensus.
#[test]
fn only_the_plain_mean_pays_a_minority() {
    for (rule, expected) in [
        (Rule::StakeWeightedMean, 0.25),
        (Rule::Chain(RewardRule::ChainYuma3), 0.0),
        (Rule::Research(Version::Yuma3), 0.0),
    ] {
        let mut small = Small::new([1, 1, 0, 0], [0, 0, 0, 1]);
        let out = small.epoch(&Params::default(), &reward(rule));
        assert_eq!(out.incentive[5], expected, "{rule:?}");
    }
}

/// The chain's rules through this door are those of [`consensus::epoch`], to the bit.
#[test]
fn the_door_adds_nothing_to_the_chain() {
    for rule in [RewardRule::ChainClassic, RewardRule::ChainYuma3] {
        // The other rule stands in the parameters, and does not matter.
        let other = match rule {
            RewardRule::ChainClassic => RewardRule::ChainYuma3,
            RewardRule::ChainYuma3 => RewardRule::ChainClassic,
        };
        let mut small = Small::new([1, 2, 3, 0], [3, 2, 1, 1]);
        let params = Params { reward_rule: other, ..Params::default() };
        let found = small.epoch(&params, &reward(Rule::Chain(rule)));
        let input = Input {
            block: 1_000,
            last_epoch: Some(900),
            stake: &STAKE,
            permits: &[true, true, false, false, false, false],
            last_update: &[1_000; 6],
            registered: &[0; 6],
            owner: None,
            setters: &SETTERS,
            weights: &small.weights,
            bonds: &[0; 12],
            committed: None,
        };
        let mut expected = Outcome::default();
        let params = Params { reward_rule: rule, ..Params::default() };
        consensus::epoch(&params, &input, &mut consensus::Scratch::default(), &mut expected);
        assert_eq!(found, expected);
    }
}

/// Under Yuma 2 without penalty, a validator that leaves uid 2 keeps nine tenths of its bond
/// in it, unless another miner has taken the uid.
#[test]
fn bonds_are_carried_and_lost_with_the_uid() {
    let params = Params { bonds_penalty: 0.0, ..Params::default() };
    let rule = reward(Rule::Research(Version::Yuma2));
    for (registered, expected) in [(0, 0.9), (1_150, 0.0)] {
        let mut small = Small::new([1, 0, 0, 0], [1, 0, 0, 0]);
        let first = small.epoch(&params, &rule);
        assert_eq!(first.bonds[2], crate::protocol::proportion::stored(0.75));
        small.weights = Small::new([0, 1, 0, 0], [1, 0, 0, 0]).weights;
        small.registered[2] = registered;
        // The last epoch was before the registration, and the votes are newer.
        small.block += 100;
        small.epoch(&params, &rule);
        let state = small.carried.research().expect("a state");
        assert!((state.bonds[2] - expected * 0.75).abs() < 1e-5, "{}", state.bonds[2]);
    }
}

#[test]
fn a_platform_alone_takes_a_fee() {
    for &(name, rule) in RULES {
        let fee = reward(rule).fee();
        assert_eq!(fee > 0.0, rule == Rule::CentralPlatform, "{name}");
    }
}

/// With room for one validator, the second votes by an old permit and then loses it, and its
/// bonds.
#[test]
fn bonds_go_with_the_permit() {
    let rule = reward(Rule::Research(Version::Yuma3));
    for (max_allowed_validators, keeps) in [(2, true), (1, false)] {
        let params = Params { max_allowed_validators, ..Params::default() };
        let mut small = Small::new([1, 1, 0, 0], [1, 1, 0, 0]);
        let out = small.epoch(&params, &rule);
        let state = small.carried.research().expect("a state");
        assert!(out.dividends[1] > 0.0 && out.bonds[2] > 0 && state.bonds[2] > 0.0);
        assert_eq!([out.bonds[8] > 0, state.bonds[8] > 0.0], [keeps; 2]);
    }
}
