//! What the tests of all miners share, and what holds for each of them.

use proptest::collection::vec as column;
use proptest::prelude::*;

use super::{Answer, BEHAVIOURS, Commons, Miner, MinerTurn};
use crate::fields;
use crate::rng::{Agent, Domain, Streams};
use crate::strategy::Behaviour;
use crate::units::{Epoch, Uid};
use crate::world::{Models, Role};

/// A turn that owns what it shows: uid 0 is a validator, and the others mine.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) epoch: Epoch,
    pub(super) uid: Uid,
    pub(super) quality: f64,
    pub(super) full_cost: f64,
    pub(super) last_income: f64,
    pub(super) last_cost: f64,
    pub(super) unanswered: bool,
    pub(super) incentive: Vec<f64>,
    pub(super) paid: f64,
    pub(super) publishes: Vec<bool>,
    pub(super) alpha_usd: Option<f64>,
    pub(super) data_prices: Vec<f64>,
    pub(super) entities: Vec<usize>,
    pub(super) owner: Option<Uid>,
    pub(super) models: Models,
    roles: Vec<Role>,
}

impl Scene {
    /// The turn of uid 1 among so many uids, each with an owner of its own, when nobody was paid.
    pub(super) fn new(uids: usize) -> Self {
        let mut roles = vec![Role::Miner; uids];
        roles[0] = Role::Validator;
        Self {
            epoch: 0,
            uid: 1,
            quality: 1.0,
            full_cost: 1.0,
            last_income: 0.0,
            last_cost: 0.0,
            unanswered: false,
            incentive: vec![0.0; uids],
            paid: 0.0,
            publishes: vec![true; uids],
            alpha_usd: None,
            data_prices: Vec::new(),
            entities: (0..uids).collect(),
            owner: None,
            models: Models::default(),
            roles,
        }
    }

    /// The effort that a miner chooses, and what else it asks for.
    pub(super) fn play(&self, miner: &mut dyn Miner) -> (f64, Answer) {
        let mut turn = MinerTurn {
            epoch: self.epoch,
            uid: self.uid,
            quality: self.quality,
            full_cost: self.full_cost,
            last_income: self.last_income,
            last_cost: self.last_cost,
            unanswered: self.unanswered,
            incentive: &self.incentive,
            paid: self.paid,
            publishes: &self.publishes,
            alpha_usd: self.alpha_usd,
            hours: 1.2,
            data_prices: &self.data_prices,
            draws: Streams::new(3).at(Domain::Mine, Agent::new("miners", 0), self.epoch),
            commons: Commons {
                roles: &self.roles,
                entities: &self.entities,
                owner: self.owner,
                models: &self.models,
            },
            answer: Answer::default(),
            fault: None,
        };
        let effort = miner.work(&mut turn);
        (effort, turn.answer)
    }
}

/// One miner of a behaviour, with parameters as in a text.
pub(super) fn behave(behaviour: Behaviour<dyn Miner>, text: &str) -> Box<dyn Miner> {
    let table = toml::from_str(text).expect("the test's text is TOML");
    let (miner, _, sheet) = fields::read(&table, behaviour.read);
    assert!(sheet.problems.is_empty(), "{text}: {:?}", sheet.problems);
    miner
}

proptest! {
    /// Whatever the world looks like, a miner of this crate asks for something that can be done.
    #[test]
    fn answers_mean_something(
        incentive in column(0.0..=1.0_f64, 6),
        money in column(0.0..1e6_f64, 4),
        quality in 0.0..1e9_f64,
        worth in prop::option::of(0.0..1e3_f64),
        unanswered in any::<bool>(),
        epochs in 1..40_u32,
    ) {
        // A script without a file is none; what it asks for is its author's.
        for behaviour in BEHAVIOURS.iter().filter(|behaviour| behaviour.name != "script") {
            let mut miner = behave(*behaviour, "");
            let mut scene = Scene::new(6);
            (scene.quality, scene.alpha_usd, scene.unanswered) = (quality, worth, unanswered);
            (scene.full_cost, scene.last_income) = (money[0], money[1]);
            (scene.last_cost, scene.paid) = (money[2], money[3]);
            for epoch in 0..epochs {
                scene.epoch = epoch;
                let (effort, answer) = scene.play(&mut *miner);
                prop_assert!((0.0..=1.0).contains(&effort));
                prop_assert_eq!(answer.fault(6, 0), None, "{}", behaviour.name);
                scene.incentive.clone_from(&incentive);
                scene.models.publish(epoch, 10, incentive.iter().copied());
            }
        }
    }
}

#[test]
fn faults_are_told() {
    let fault = |answer: Answer| answer.fault(3, 1).expect("a fault");
    let good = Answer::default();
    assert_eq!(good.fault(3, 1), None);
    assert!(fault(Answer { growth: f64::NAN, ..good }).contains("NaN"));
    assert!(fault(Answer { spent: -1.0, ..good }).contains("-1"));
    assert!(fault(Answer { released: f64::NAN, ..good }).contains("NaN"));
    assert!(fault(Answer { copied: Some(f64::INFINITY), ..good }).contains("model"));
    assert!(fault(Answer { bought: Some((1, 0.5)), ..good }).contains("provider 1 of 1"));
    assert!(fault(Answer { bought: Some((0, 1.5)), ..good }).contains("1.5"));
    let other = |uid, kept, fee| Answer { server: super::Server::Other { uid, kept, fee }, ..good };
    assert!(fault(other(3, 0.5, 1.0)).contains("uid 3"));
    assert!(fault(other(2, 1.5, 1.0)).contains("1.5"));
    assert!(fault(other(2, 0.5, f64::INFINITY)).contains("inf"));
}
