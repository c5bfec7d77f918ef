//! How a validator looks at miners.

use super::turn::Work;
use crate::rng::{Agent, Domain, Streams};
use crate::units::{Epoch, Uid};

/// Scores drawn at a time.
const BATCH: usize = 256;

/// Whose scores are looked at, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    pub(super) work: Work<'a>,
    /// Whose scores; those of `agent` where there are none.
    pub(super) judges: &'a [Agent],
    pub(super) agent: Agent,
    pub(super) streams: Streams,
    pub(super) epoch: Epoch,
    pub(super) noise_factor: f64,
}

/// An evaluation that may be done later in the turn, by who cannot borrow it.
#[derive(Clone, Debug)]
pub(crate) struct Eye {
    output: Vec<f64>,
    groups: Vec<(Agent, Vec<Uid>)>,
    judges: Vec<Agent>,
    agent: Agent,
    streams: Streams,
    epoch: Epoch,
    noise_factor: f64,
}

impl Look<'_> {
    /// The scores `[uids]`, see `ValidatorTurn::evaluate`.
    pub(super) fn evaluate(self, noise: f64, scores: &mut [f64]) {
        let noise = noise * self.noise_factor;
        match self.judges {
            [] => self.score(self.agent, noise, scores),
            judges => {
                let mut one = vec![0.0; scores.len()];
                scores.fill(0.0);
                for judge in judges {
                    self.score(*judge, noise, &mut one);
                    scores.iter_mut().zip(&one).for_each(|(sum, score)| *sum += score);
                }
                for sum in scores.iter_mut() {
                    *sum /= judges.len() as f64;
                }
            }
        }
    }

    /// Scores of one who evaluates every miner.
    fn score(self, agent: Agent, noise: f64, scores: &mut [f64]) {
        scores.fill(0.0);
        let mut surprise = [0.0; BATCH];
        for (group, uids) in self.work.groups {
            let mut draws = self.streams.at(Domain::Score, agent.about(*group), self.epoch);
            for uids in uids.chunks(BATCH) {
                let surprise = &mut surprise[..uids.len()];
                if noise > 0.0 {
                    draws.normals(surprise);
                }
                let first = uids[0];
                if uids[uids.len() - 1] == first + uids.len() - 1 {
                    // Ascending without a gap, as most groups are: a loop that takes vectors.
                    let outputs = &self.work.output[first..first + uids.len()];
                    let scores = &mut scores[first..first + uids.len()];
                    for (score_of, (&output, &surprise)) in
                        scores.iter_mut().zip(outputs.iter().zip(&*surprise))
                    {
                        *score_of = score(output, noise, surprise);
                    }
                } else {
                    for (&uid, &surprise) in uids.iter().zip(&*surprise) {
                        scores[uid] = score(self.work.output[uid], noise, surprise);
                    }
                }
            }
        }
    }
}

impl Eye {
    pub(super) fn new(look: Look<'_>) -> Self {
        Self {
            output: look.work.output.to_vec(),
            groups: look.work.groups.to_vec(),
            judges: look.judges.to_vec(),
            agent: look.agent,
            streams: look.streams,
            epoch: look.epoch,
            noise_factor: look.noise_factor,
        }
    }

    /// The scores of `ValidatorTurn::evaluate` `[uids]`; what that costs is booked by
    /// `ValidatorTurn::has_looked`.
    pub(crate) fn evaluate(&self, noise: f64) -> Vec<f64> {
        let Self { output, groups, judges, agent, streams, epoch, noise_factor } = self;
        let (agent, streams, epoch, noise_factor) = (*agent, *streams, *epoch, *noise_factor);
        let work = Work { output, groups };
        let mut scores = vec![0.0; output.len()];
        let look = Look { work, judges, agent, streams, epoch, noise_factor };
        look.evaluate(noise, &mut scores);
        scores
    }
}

/// What output of this quality scores, with a standard normal surprise.
pub(super) fn score(output: f64, noise: f64, surprise: f64) -> f64 {
    let score = output * (1.0 + noise * surprise);
    if score > 0.0 { score } else { 0.0 }
}
