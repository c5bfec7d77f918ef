//! A miner that keeps its improvements back.

use super::{Miner, MinerTurn};
use crate::fields::Fields;
use crate::num;
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "hoarder",
    about: "Knows its own ability, which it improves in private, and the public incentive. Shows \
            only a part of its ability, and more of it only when it is not paid better than the best \
            paid of the others by a lead.",
    source: "Stagnation where the winner takes all: the leader holds improvements back and the \
             others give up; IOTA, arXiv:2507.17766.",
    conduct: Conduct::Deviant,
    read: |t| Box::new(Hoarder::read(t)),
};

/// Knows its ability and public incentive; decides how much it shows.
#[derive(Clone, Debug)]
struct Hoarder {
    first: f64,
    lead: f64,
    step: f64,
    growth: f64,
    research: f64,
    review: u64,
    epochs: u64,
    /// What it has shown so far; a release cannot be taken back.
    released: Option<f64>,
}

impl Hoarder {
    fn read(t: &mut Fields<'_>) -> Self {
        let about = "part of its first ability that it shows from the start";
        let first = t.number("first", about).share().default(0.8);
        let lead = t
            .number("lead", "how much more than the next best it wants to be paid")
            .unit("share of the next best's pay")
            .at_least(0.0)
            .at_most(100.0)
            .default(0.1);
        let step = t
            .number("step", "how much better each release is than the one before")
            .unit("share of quality")
            .above(0.0)
            .at_most(10.0)
            .default(0.05);
        let growth = t
            .number("growth", "what its log-quality gains in each epoch in private")
            .at_least(0.0)
            .at_most(1.0)
            .default(0.002);
        let research = t
            .number("research", "what that costs")
            .unit("alpha per epoch")
            .at_least(0.0)
            .at_most(1e9)
            .default(0.0);
        let review = t
            .whole("review", "epochs between two looks at the others' pay")
            .unit("epochs")
            .at_least(1.0)
            .at_most(1e9)
            .default(5_u64);
        Self { first, lead, step, growth, research, review, epochs: 0, released: None }
    }
}

impl Miner for Hoarder {
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64 {
        turn.improve(num::exp(self.growth), self.research);
        let mut released = self.released.unwrap_or(self.first * turn.quality);
        self.epochs += 1;
        if self.epochs.is_multiple_of(self.review) {
            let rival = turn.best_paid(|_| true).map_or(0.0, |uid| turn.incentive[uid]);
            let challenged = rival > 0.0 && turn.incentive[turn.uid] <= rival * (1.0 + self.lead);
            // Only what it has can be shown; what it has shown stays known.
            let more = (released * (1.0 + self.step)).min(turn.quality).max(released);
            released = if challenged { more } else { released };
        }
        self.released = Some(released);
        turn.release(released);
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::BEHAVIOUR;
    use crate::strategy::miner::tests::{Scene, behave};

    /// Ability 2, of which it shows half. A lead of a quarter: 0.5 against 0.4 is not enough.
    #[test]
    fn it_shows_more_only_when_its_lead_is_gone() {
        let mut scene = Scene::new(3);
        scene.quality = 2.0;
        let text = "first = 0.5\nlead = 0.25\nstep = 0.5\ngrowth = 0\nresearch = 0.1\nreview = 1";
        let mut hoarder = behave(BEHAVIOUR, text);
        let mut shows = |own: f64, other: f64| {
            scene.incentive = vec![0.0, own, other];
            let (effort, answer) = scene.play(&mut *hoarder);
            assert_eq!((effort, answer.spent), (1.0, 0.1));
            answer.released
        };
        assert_eq!(shows(0.0, 0.0), 1.0, "nobody is paid yet");
        assert_eq!(shows(0.55, 0.4), 1.0);
        assert_eq!(shows(0.5, 0.4), 1.5);
        assert_eq!(shows(0.7, 0.3), 1.5, "what is out stays out");
        assert_eq!(shows(0.3, 0.7), 2.0, "it has no more than 2");
        assert_eq!(shows(0.3, 0.7), 2.0);
    }
}
