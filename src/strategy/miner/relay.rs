//! A miner that has others do its work.

use std::collections::BTreeSet;

use super::{Miner, MinerTurn};
use crate::fields::Fields;
use crate::strategy::{Behaviour, Conduct};
use crate::units::Uid;

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "relay",
    about: "Knows the public incentive, and whether its requests are answered. Forwards every \
            request to the best paid miner of another owner and hands on what comes back, a little \
            worse, for a fee in place of its own cost. Shuns whom it got no answer from. Works by \
            itself while nobody is paid.",
    source: "Miners that forward queries to another's interface; why subnets verify who computed.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(Relay::read(t)),
};

/// Knows public incentive; decides whom it asks.
#[derive(Clone, Debug)]
struct Relay {
    loss: f64,
    fee: f64,
    review: u64,
    epochs: u64,
    target: Option<Uid>,
    shunned: BTreeSet<Uid>,
}

impl Relay {
    fn read(t: &mut Fields<'_>) -> Self {
        let about = "part of the quality that is lost on the way: late or cut short answers";
        let loss = t.number("loss", about).share().default(0.02);
        let fee = t
            .number("fee", "what it pays for the answers of an epoch")
            .unit("alpha per epoch")
            .at_least(0.0)
            .at_most(1e9)
            .default(0.0);
        let review = t
            .whole("review", "epochs between two choices of whom it asks")
            .unit("epochs")
            .at_least(1.0)
            .at_most(1e9)
            .default(5_u64);
        Self { loss, fee, review, epochs: 0, target: None, shunned: BTreeSet::new() }
    }
}

impl Miner for Relay {
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64 {
        if turn.unanswered {
            self.shunned.extend(self.target.take());
        }
        if self.target.is_none() || self.epochs.is_multiple_of(self.review) {
            self.target = turn.best_paid(|uid| !self.shunned.contains(&uid));
        }
        self.epochs += 1;
        match self.target {
            Some(target) => turn.forward(target, 1.0 - self.loss, self.fee),
            // Rather than never ask anyone again.
            None => self.shunned.clear(),
        }
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::BEHAVIOUR;
    use crate::strategy::miner::Server;
    use crate::strategy::miner::tests::{Scene, behave};

    #[test]
    fn it_asks_the_best_paid_and_shuns_who_does_not_answer() {
        let mut scene = Scene::new(5);
        let mut relay = behave(BEHAVIOUR, "loss = 0.25\nfee = 0.5\nreview = 3");
        let mut asked = |scene: &Scene| match scene.play(&mut *relay).1.server {
            Server::Other { uid, kept, fee } => Some((uid, kept, fee)),
            _ => None,
        };
        assert_eq!(asked(&scene), None, "nobody is paid yet");
        // The best paid is the relay itself, uid 1.
        scene.incentive = vec![0.0, 0.5, 0.1, 0.3, 0.1];
        assert_eq!(asked(&scene), Some((3, 0.75, 0.5)));
        scene.incentive = vec![0.0, 0.2, 0.5, 0.2, 0.1];
        assert_eq!(asked(&scene), Some((3, 0.75, 0.5)), "it reviews every third epoch");
        assert_eq!(asked(&scene), Some((2, 0.75, 0.5)));
        scene.unanswered = true;
        assert_eq!(asked(&scene), Some((3, 0.75, 0.5)));
    }

    #[test]
    fn it_does_not_ask_its_own_keys_nor_the_subnets_owner() {
        let mut scene = Scene::new(5);
        scene.entities = vec![0, 1, 1, 3, 4];
        scene.owner = Some(3);
        scene.incentive = vec![0.3, 0.0, 0.3, 0.3, 0.1];
        let (_, answer) = scene.play(&mut *behave(BEHAVIOUR, "loss = 0"));
        assert_eq!(answer.server, Server::Other { uid: 4, kept: 1.0, fee: 0.0 });
    }
}
