//! The honest team's reward in every cell of the grid.

use std::ops::Range;

use rayon::prelude::*;

use crate::num;
use crate::protocol::stake;
use crate::study::retention::votes::{self, Ballot, Consensus, Sums, Vote, Votes};
use crate::study::retention::{Rule, Sample, Setting};
use crate::units::Alpha;

/// Servers that one task works on: always the same ones, however many threads there are, so that
/// sums are taken in one order.
const SERVERS_AT_ONCE: usize = 32;

/// The honest team's share of the reward, `[W_C, W_H]`, row-major, in `[0, 1]`.
pub(super) fn over_grid(setting: &Setting, sample: &Sample) -> Vec<f64> {
    let grid = setting.grid();
    let rows = Rows::of(sample, grid);
    let tasks = sample.servers().div_ceil(SERVERS_AT_ONCE);
    let parts: Vec<Vec<Earned>> = (0..tasks)
        .into_par_iter()
        .map(|task| {
            let start = task * SERVERS_AT_ONCE;
            let end = (start + SERVERS_AT_ONCE).min(sample.servers());
            earned(setting, sample, &rows, start..end)
        })
        .collect();

    let honest_stake = num::sum(&rows.stake[..sample.honest_validators]);
    let cells = 0..grid * grid;
    cells
        .map(|cell| {
            let all = parts.iter().fold(Earned::default(), |sum, part| sum.plus(&part[cell]));
            all.honest_share(setting.validator_share, honest_stake)
        })
        .collect()
}

/// Every validator's row of weights at every step of its team's own weight.
struct Rows {
    servers: usize,
    /// Share of the stake that votes, `[validators]`.
    stake: Vec<f64>,
    /// Weights as stored, `[steps, validators, servers]`.
    stored: Vec<u16>,
    /// Sums of the rows as stored, or 1 for an empty one, `[steps, validators]`.
    totals: Vec<f64>,
}

impl Rows {
    fn of(sample: &Sample, grid: usize) -> Self {
        let (validators, servers) = (sample.stake.len(), sample.servers());
        let mut shares = vec![0.0; validators];
        stake::shares(&sample.stake, Alpha::ZERO, None, &mut shares);
        let mut voting = vec![0.0; validators];
        stake::active(&shares, |_| true, &mut voting);

        let mut stored = vec![0; grid * validators * servers];
        let mut totals = vec![1.0; grid * validators];
        let rows = stored.par_chunks_exact_mut(servers.max(1)).zip(&mut totals).enumerate();
        rows.for_each_init(
            || vec![None; servers],
            |listed, (place, (row, total))| {
                let own = (place / validators) as f64 / (grid - 1) as f64;
                sample.store(place % validators, own, listed);
                let mut sum = 0_u64;
                for (units, listed) in row.iter_mut().zip(listed) {
                    *units = listed.unwrap_or(0);
                    sum += u64::from(*units);
                }
                *total = sum.max(1) as f64;
            },
        );
        Self { servers, stake: voting, stored, totals }
    }

    /// The weight a validator gives a server once its team's own weight is at a step, in `[0, 1]`.
    fn weight(&self, step: usize, validator: usize, server: usize) -> f64 {
        let row = step * self.stake.len() + validator;
        f64::from(self.stored[row * self.servers + server]) / self.totals[row]
    }
}

/// What a cell has earned over some servers, before anything is made to sum to 1.
#[derive(Clone, Copy, Debug, Default)]
struct Earned {
    /// Ranks of all servers.
    ranks: f64,
    /// Ranks of the honest ones.
    honest_ranks: f64,
    /// Dividends of each team's validators.
    dividends: [f64; 2],
}

impl Earned {
    fn plus(self, other: &Self) -> Self {
        Self {
            ranks: self.ranks + other.ranks,
            honest_ranks: self.honest_ranks + other.honest_ranks,
            dividends: [
                self.dividends[0] + other.dividends[0],
                self.dividends[1] + other.dividends[1],
            ],
        }
    }

    /// The honest team's share of everything. Where one side has earned nothing the other takes
    /// all, and where neither has, stake is paid.
    fn honest_share(&self, validator_share: f64, honest_stake: f64) -> f64 {
        let dividends = self.dividends[0] + self.dividends[1];
        let sides = [
            (1.0 - validator_share, self.honest_ranks, self.ranks),
            (validator_share, self.dividends[0], dividends),
        ];
        let (honest, all) = sides
            .into_iter()
            .filter(|&(_, _, total)| total != 0.0)
            .fold((0.0, 0.0), |(honest, all), (weight, part, total)| {
                (honest + weight * part / total, all + weight)
            });
        if all == 0.0 { honest_stake } else { honest / all }
    }
}

/// What each cell earns over a range of servers, `[W_C, W_H]`.
fn earned(setting: &Setting, sample: &Sample, rows: &Rows, servers: Range<usize>) -> Vec<Earned> {
    let (grid, majority) = (setting.grid(), setting.majority());
    let mut cells = vec![Earned::default(); grid * grid];
    let honest_end = sample.honest_validators;
    let mut teams = [0..honest_end, honest_end..sample.stake.len()]
        .map(|validators| Team::new(rows, validators, grid));
    for server in servers {
        for team in &mut teams {
            team.sort(rows, server);
        }
        let honest = server < sample.honest_servers;
        for (cabal, cells) in cells.chunks_exact_mut(grid).enumerate() {
            let second = teams[1].votes(cabal);
            for (own, cell) in cells.iter_mut().enumerate() {
                settle(setting, majority, [teams[0].votes(own), second], honest, cell);
            }
        }
    }
    cells
}

/// Adds to a cell what one server and the validators behind it earn.
fn settle(
    setting: &Setting,
    majority: f64,
    teams: [Votes<'_>; 2],
    honest_server: bool,
    cell: &mut Earned,
) {
    let clipped = Consensus::of(teams, majority).clip(teams);
    let rank = clipped[0].backing + clipped[1].backing;
    cell.ranks += rank;
    if honest_server {
        cell.honest_ranks += rank;
    }

    let penalised = |plain: f64, clipped: f64| {
        let penalty = setting.bonds_penalty;
        if penalty >= 1.0 { clipped } else { plain + penalty * (clipped - plain) }
    };
    let bonds = |team: usize| {
        let (plain, clipped): (Sums, Sums) = (teams[team].plain(), clipped[team]);
        Sums {
            backing: penalised(plain.backing, clipped.backing),
            scores: penalised(plain.scores, clipped.scores),
        }
    };
    let bonds = [bonds(0), bonds(1)];
    // Without old bonds the moving average scales a column as a whole, which its sum undoes.
    let column = match setting.rule {
        Rule::Classic => bonds[0].backing + bonds[1].backing,
        Rule::Yuma3 => bonds[0].scores + bonds[1].scores,
    };
    if column > 0.0 {
        for (dividends, bonds) in cell.dividends.iter_mut().zip(bonds) {
            *dividends += rank * (bonds.backing / column);
        }
    }
}

/// One team's sorted votes on one server, at every step of the team's own weight.
struct Team {
    /// What the team's validators give, in the order of their latest votes.
    ballots: Vec<Ballot>,
    /// `[steps, validators of the team + 1]`.
    votes: Vec<Vote>,
}

impl Team {
    fn new(rows: &Rows, validators: Range<usize>, grid: usize) -> Self {
        let votes = vec![Vote::default(); grid * (validators.len() + 1)];
        let ballot = |validator| Ballot { validator, stake: rows.stake[validator], score: 0.0 };
        Self { ballots: validators.map(ballot).collect(), votes }
    }

    fn sort(&mut self, rows: &Rows, server: usize) {
        let steps = self.votes.chunks_exact_mut(self.ballots.len() + 1).enumerate();
        for (step, votes) in steps {
            for ballot in &mut self.ballots {
                ballot.score = rows.weight(step, ballot.validator, server);
            }
            votes::sort(&mut self.ballots, votes);
        }
    }

    fn votes(&self, step: usize) -> Votes<'_> {
        let length = self.ballots.len() + 1;
        Votes::new(&self.votes[step * length..][..length])
    }
}
