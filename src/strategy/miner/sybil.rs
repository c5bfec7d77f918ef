//! Many keys, one machine.

use super::{Miner, MinerTurn};
use crate::strategy::{Behaviour, Conduct};

pub(super) const BEHAVIOUR: Behaviour<dyn Miner> = Behaviour {
    name: "sybil",
    about: "Knows which keys are its owner's. All of them answer from one machine, that of the first \
            uid: they have its quality and share its cost. Decides nothing else. The owner is the \
            group's `entity`.",
    source: "Douceur (2002), The Sybil Attack, https://doi.org/10.1007/3-540-45748-8_24.",
    conduct: Conduct::Deviant,
    read: |t| {
        let upkeep = t
            .number("upkeep", "what each key costs beside its part of the machine")
            .unit("alpha per epoch")
            .at_least(0.0)
            .at_most(1e9)
            .default(0.0);
        Box::new(Sybil { upkeep })
    },
};

/// Knows its owner's keys; answers as the first of them does.
#[derive(Clone, Debug)]
struct Sybil {
    upkeep: f64,
}

impl Miner for Sybil {
    fn work(&mut self, turn: &mut MinerTurn<'_>) -> f64 {
        let backend = turn.partners().next().unwrap_or(turn.uid);
        let members = turn.partners().count();
        turn.share(backend, members);
        turn.spend(self.upkeep);
        1.0
    }
}

#[cfg(test)]
mod tests {
    use super::BEHAVIOUR;
    use crate::strategy::miner::Server;
    use crate::strategy::miner::tests::{Scene, behave};

    /// Uids 1 and 3 have one owner, as has the validator 0, which does not mine.
    #[test]
    fn all_keys_answer_from_the_first_ones_machine() {
        let mut scene = Scene::new(4);
        scene.entities = vec![7, 7, 2, 7];
        scene.uid = 3;
        let (effort, answer) = scene.play(&mut *behave(BEHAVIOUR, "upkeep = 0.25"));
        assert_eq!((effort, answer.spent), (1.0, 0.25));
        assert_eq!(answer.server, Server::Shared { backend: 1, members: 2 });
    }
}
