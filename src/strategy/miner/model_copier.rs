//! A miner that copies the best public model.

use super::{Miner, MinerTurn};
use crate::fields::Fields;
use crate::num;
use crate::strategy::{Behaviour, Conduct};
use crate::units::{Epoch, Uid};

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "model-copier",
    about: "Knows the public incentive and who publishes models. Takes the model of the best paid \
            of those who are paid better than itself, as it stood then, and serves it some epochs \
            later as its own, with a loss. Cannot copy what is served without being published.",
    source: "Copies of published models in subnets that reward the best one, against which rules of \
             first commit were made.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(ModelCopier::read(t)),
};

/// Knows public incentive and public models; decides which one it copies.
#[derive(Clone, Debug)]
struct ModelCopier {
    delay: Epoch,
    loss: f64,
    noise: f64,
    cost: f64,
    /// Whose model it has taken, of which epoch.
    taken: Option<(Uid, Epoch)>,
}

impl ModelCopier {
    fn read(t: &mut Fields<'_>) -> Self {
        let delay = t
            .whole("delay", "epochs from a model's publication to the copy's service")
            .unit("epochs")
            .at_least(1.0)
            .at_most(1000.0)
            .default(10_u64);
        let delay = Epoch::try_from(delay).unwrap_or(Epoch::MAX);
        let about = "part of the quality that a copy lacks";
        let loss = t.number("loss", about).share().default(0.02);
        let noise = t
            .number("noise", "standard deviation of a copy's log-quality")
            .at_least(0.0)
            .at_most(2.0)
            .default(0.0);
        let cost = t
            .number("copy_cost", "what making a copy costs")
            .unit("alpha")
            .at_least(0.0)
            .at_most(1e9)
            .default(0.0);
        Self { delay, loss, noise, cost, taken: None }
    }
}

impl Miner for ModelCopier {
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64 {
        if let Some((uid, epoch)) = self.taken
            && epoch.saturating_add(self.delay) <= turn.epoch
        {
            let surprise = if self.noise > 0.0 { self.noise * turn.draws.normal() } else { 0.0 };
            if turn.copy(uid, epoch, (1.0 - self.loss) * num::exp(surprise)) {
                turn.spend(self.cost);
            }
            self.taken = None;
        }
        // What can be read now is what was published for the last epoch.
        if let (None, Some(last)) = (self.taken, turn.epoch.checked_sub(1)) {
            let own = turn.incentive[turn.uid];
            let better = |uid: Uid| turn.publishes[uid] && turn.incentive[uid] > own;
            self.taken = turn.best_paid(better).map(|uid| (uid, last));
        }
        1.0
    }

    fn looks_back(&self) -> Epoch {
        self.delay
    }
}

#[cfg(test)]
mod tests {
    use super::BEHAVIOUR;
    use crate::strategy::miner::tests::{Scene, behave};

    /// In epoch 5 the copier, uid 1, takes what uid 2 published in epoch 4, when that was of quality
    /// 8; uid 3 is paid more but publishes nothing. It serves the copy in epoch 7.
    #[test]
    fn a_copy_is_what_was_published_when_it_was_taken() {
        let mut scene = Scene::new(5);
        scene.incentive = vec![0.0, 0.1, 0.3, 0.5, 0.1];
        scene.publishes[3] = false;
        for (epoch, quality) in [(4, 8.0), (5, 16.0), (6, 32.0)] {
            scene.models.publish(epoch, 3, [0.0, 0.0, quality, 0.0, 1.0].into_iter());
        }
        let mut copier = behave(BEHAVIOUR, "delay = 3\nloss = 0.25\ncopy_cost = 2");
        assert_eq!(copier.looks_back(), 3);
        let mut at = |epoch, incentive: &[f64]| {
            scene.epoch = epoch;
            scene.incentive = incentive.to_vec();
            let (effort, answer) = scene.play(&mut *copier);
            assert_eq!(effort, 1.0);
            (answer.copied, answer.spent)
        };
        assert_eq!(at(5, &[0.0, 0.1, 0.3, 0.5, 0.1]), (None, 0.0));
        // That another is paid better meanwhile comes too late.
        assert_eq!(at(6, &[0.0, 0.1, 0.1, 0.5, 0.3]), (None, 0.0));
        assert_eq!(at(7, &[0.0, 0.1, 0.1, 0.5, 0.3]), (Some(6.0), 2.0));
    }

    /// Who is paid best has nothing to learn; in the first epoch nothing is public.
    #[test]
    fn it_copies_only_who_is_paid_better() {
        let mut scene = Scene::new(4);
        scene.incentive = vec![0.0, 0.5, 0.3, 0.2];
        let mut copier = behave(BEHAVIOUR, "delay = 1");
        for epoch in 0..4 {
            scene.epoch = epoch;
            assert_eq!(scene.play(&mut *copier).1.copied, None);
            scene.models.publish(epoch, 1, [0.0, 1.0, 1.0, 1.0].into_iter());
        }
        assert_eq!(scene.play(&mut *copier).1, crate::strategy::miner::Answer::default());
    }
}
