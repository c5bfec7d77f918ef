//! Abilities drift; miners choose their effort, and whose ability they use.

use super::{People, RunError};
use crate::num;
use crate::rng::{Domain, Streams};
use crate::strategy::miner::{Answer, Commons, Server};
use crate::strategy::{DataProviderTurn, MinerTurn};
use crate::units::{Alpha, BLOCKS_PER_DAY, Epoch, SUPPLY_CAP, Uid};
use crate::world::{Neurons, Subnet};

pub(super) fn work(
    subnet: &mut Subnet,
    people: &mut People,
    streams: Streams,
    epoch: Epoch,
) -> Result<(), RunError> {
    let hours = subnet.rules.params.tempo as f64 * 24.0 / BLOCKS_PER_DAY as f64;
    let paid = subnet.flows.incentive.iter().copied().sum::<Alpha>().tokens();
    let prices = deliver(subnet, people, epoch)?;
    let mut served: Vec<(Uid, Server)> = Vec::new();
    let mut looks_back = 0;
    for (uid, miner) in &mut people.miners {
        let uid = *uid;
        let mut draws = streams.at(Domain::Mine, subnet.neurons.agent[uid], epoch);
        let neurons = &mut subnet.neurons;
        if neurons.drift[uid] > 0.0 && epoch > 0 && neurons.first_quality[uid] > 0.0 {
            let start = num::ln(neurons.first_quality[uid]);
            let away = num::ln(neurons.quality[uid]) - start;
            let log =
                start + (1.0 - neurons.reversion[uid]) * away + neurons.drift[uid] * draws.normal();
            neurons.quality[uid] = num::exp(kept_finite(log));
        }
        let mut turn = MinerTurn {
            epoch,
            uid,
            quality: neurons.quality[uid],
            full_cost: neurons.full_cost[uid].tokens(),
            last_income: subnet.flows.earned[uid].tokens(),
            last_cost: subnet.flows.cost[uid].tokens(),
            unanswered: neurons.unanswered[uid],
            incentive: &subnet.outcome.incentive,
            paid,
            publishes: &neurons.publishes,
            alpha_usd: people.alpha_usd,
            hours,
            data_prices: &prices,
            draws,
            commons: Commons {
                roles: &neurons.role,
                entities: &neurons.entity,
                owner: subnet.owner,
                models: &subnet.models,
            },
            answer: Answer::default(),
            fault: None,
        };
        let effort = miner.work(&mut turn);
        let answer = turn.answer;
        let fault = if turn.fault.is_some() {
            turn.fault
        } else if (0.0..=1.0).contains(&effort) {
            answer.fault(subnet.uids(), prices.len())
        } else {
            Some(format!("chose an effort of {effort}, which is not in [0, 1]"))
        };
        if let Some(did) = fault {
            return Err(RunError::Strategy {
                epoch,
                who: subnet.called(uid),
                strategy: subnet.groups[subnet.neurons.group[uid]].strategy.clone(),
                did,
            });
        }
        let mut growth = answer.growth;
        let mut data = Alpha::ZERO;
        if let Some((provider, part)) = answer.bought {
            subnet.providers.sell(provider);
            data = subnet.providers.price[provider];
            growth *= num::exp(subnet.providers.delivered[provider] * part);
        }
        learn(&mut subnet.neurons, uid, answer.copied, growth);
        subnet.flows.cost[uid] = cost(&subnet.neurons, uid, effort, &answer) + data;
        let neurons = &mut subnet.neurons;
        neurons.effort[uid] = effort;
        neurons.output[uid] = neurons.quality[uid].min(answer.released) * effort;
        neurons.released[uid] = neurons.quality[uid].min(answer.released);
        neurons.hashes[uid] = neurons.hash_power[uid] * effort;
        neurons.unanswered[uid] = false;
        match answer.server {
            Server::Own => {}
            Server::Shared { backend, .. } if backend == uid => {}
            server => served.push((uid, server)),
        }
        looks_back = looks_back.max(miner.looks_back());
    }
    answer_for_others(&mut subnet.neurons, &served);
    publish(subnet, epoch, looks_back);
    Ok(())
}

/// Data providers set their prices and decide what they deliver; gives the prices `[alpha]`.
fn deliver(subnet: &mut Subnet, people: &mut People, epoch: Epoch) -> Result<Vec<f64>, RunError> {
    let Subnet { providers, groups, name, .. } = subnet;
    for (at, behaviour) in people.providers.iter_mut().enumerate() {
        let alpha = |fixed: Alpha, usd: f64| {
            let money = match people.alpha_usd {
                Some(worth) if usd > 0.0 => Alpha::from_tokens(usd / worth),
                _ => Alpha::ZERO,
            };
            fixed + money.min(Alpha(SUPPLY_CAP))
        };
        let price = alpha(providers.fixed_price[at], providers.price_usd[at]);
        let cost = alpha(providers.fixed_cost[at], providers.cost_usd[at]);
        let (quality, buyers) = (providers.quality[at], providers.buyers[at]);
        let mut turn = DataProviderTurn { epoch, quality, price: price.tokens(), buyers };
        let delivered = behaviour.deliver(&mut turn);
        if !(-1.0..=1.0).contains(&delivered) {
            let group = &groups[providers.group[at]];
            return Err(RunError::Strategy {
                epoch,
                who: format!("subnet.{name} data provider {at} ({})", group.name),
                strategy: group.strategy.clone(),
                did: format!("delivered data worth {delivered}, which is not in [-1, 1]"),
            });
        }
        (providers.price[at], providers.delivered[at]) = (price, delivered);
        (providers.buyers[at], providers.earned[at]) = (0, Alpha::ZERO);
        providers.cost[at] = cost;
        providers.profit[at] -= i128::from(cost.0);
    }
    Ok(providers.price.iter().map(|price| price.tokens()).collect())
}

/// Far beyond any use, but finite: a quality of 0 could never come back.
fn kept_finite(log: f64) -> f64 {
    log.clamp(-300.0, 300.0)
}

/// A miner's ability after it has copied and improved; around the new one it drifts from now on.
fn learn(neurons: &mut Neurons, uid: Uid, copied: Option<f64>, growth: f64) {
    if let Some(quality) = copied {
        (neurons.quality[uid], neurons.first_quality[uid]) = (quality, quality);
    }
    if growth != 1.0 {
        let growth = num::ln(growth);
        for quality in [&mut neurons.quality[uid], &mut neurons.first_quality[uid]] {
            if *quality > 0.0 {
                *quality = num::exp(kept_finite(num::ln(*quality) + growth));
            }
        }
    }
}

/// What a miner spends in an epoch.
fn cost(neurons: &Neurons, uid: Uid, effort: f64, answer: &Answer) -> Alpha {
    let work = match answer.server {
        Server::Own => neurons.full_cost[uid].part(effort),
        Server::Other { fee, .. } => Alpha::from_tokens(fee * effort),
        Server::Shared { backend, members } => {
            neurons.full_cost[backend].part(effort / members as f64)
        }
    };
    let most = Alpha(SUPPLY_CAP);
    let spent = Alpha::from_tokens(answer.spent).min(most);
    // Nearly always nothing, and then the cost of work is what it is.
    if spent == Alpha::ZERO { work } else { work.min(most) + spent }
}

/// Gives those whose work others do their output, once all who work have done so.
fn answer_for_others(neurons: &mut Neurons, served: &[(Uid, Server)]) {
    let find = |uid: Uid| served.binary_search_by_key(&uid, |of| of.0).ok();
    let answer = |(uid, server): &(Uid, Server), output: &[f64]| {
        let (mut kept, mut next) = (neurons.effort[*uid], *server);
        // A chain that is longer than all who ask goes in a circle.
        for _ in 0..served.len() {
            let (of, part) = match next {
                Server::Own => break,
                Server::Other { uid, kept, .. } => (uid, kept),
                Server::Shared { backend, .. } => (backend, 1.0),
            };
            kept *= part;
            match find(of) {
                None => return output[of] * kept,
                Some(at) => {
                    kept *= neurons.effort[of];
                    next = served[at].1;
                }
            }
        }
        0.0
    };
    let outputs: Vec<f64> = served.iter().map(|one| answer(one, &neurons.output)).collect();
    for ((uid, _), output) in served.iter().zip(outputs) {
        neurons.output[*uid] = output;
        neurons.unanswered[*uid] = output == 0.0;
        // It has nothing of its own to show.
        neurons.released[*uid] = 0.0;
    }
}

/// Puts the models of this epoch where they can be read, if anybody looks.
fn publish(subnet: &mut Subnet, epoch: Epoch, looks_back: Epoch) {
    let neurons = &subnet.neurons;
    let shown = |(quality, publishes): (&f64, &bool)| if *publishes { *quality } else { 0.0 };
    let models = neurons.released.iter().zip(&neurons.publishes).map(shown);
    let kept = usize::try_from(looks_back).unwrap_or(usize::MAX);
    subnet.models.publish(epoch, kept, models);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uid 0 works for 8; 1 asks 0, 2 asks 1 with half effort, 3 and 4 ask each other, 5 stands for
    /// the machine of 2.
    #[test]
    fn requests_are_followed_to_who_works_and_circles_answer_nothing() {
        let mut neurons = Neurons {
            output: vec![8.0, 9.0, 9.0, 9.0, 9.0, 9.0],
            effort: vec![1.0, 1.0, 0.5, 1.0, 1.0, 1.0],
            released: vec![9.0; 6],
            unanswered: vec![false; 6],
            ..Neurons::default()
        };
        let ask = |uid, kept| Server::Other { uid, kept, fee: 0.0 };
        let machine = Server::Shared { backend: 2, members: 2 };
        let served =
            [(1, ask(0, 0.5)), (2, ask(1, 0.5)), (3, ask(4, 1.0)), (4, ask(3, 1.0)), (5, machine)];
        answer_for_others(&mut neurons, &served);
        assert_eq!(neurons.output, [8.0, 4.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(neurons.unanswered, [false, false, false, true, true, false]);
        assert_eq!(neurons.released, [9.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn what_is_spent_is_booked() {
        let alpha = Alpha::from_tokens;
        let neurons = Neurons { full_cost: vec![alpha(6.0), alpha(2.0)], ..Neurons::default() };
        let of = |server| Answer { spent: 0.5, server, ..Answer::default() };
        let booked = |effort, server| cost(&neurons, 1, effort, &of(server));
        assert_eq!(booked(0.5, Server::Own), alpha(1.5));
        assert_eq!(booked(1.0, Server::Other { uid: 0, kept: 1.0, fee: 0.25 }), alpha(0.75));
        assert_eq!(booked(1.0, Server::Shared { backend: 0, members: 3 }), alpha(2.5));
        let most = Answer { spent: 1e300, ..Answer::default() };
        assert_eq!(cost(&neurons, 1, 1.0, &most), Alpha(SUPPLY_CAP) + alpha(2.0));
    }

    /// Ability 4 copied over 1, then doubled.
    #[test]
    fn what_is_learned_is_drifted_around() {
        let mut neurons = Neurons {
            quality: vec![1.5, 0.0],
            first_quality: vec![1.0, 0.0],
            ..Neurons::default()
        };
        learn(&mut neurons, 0, Some(4.0), 2.0);
        let near = |found: f64| (found - 8.0).abs() < 1e-12;
        assert!(near(neurons.quality[0]) && near(neurons.first_quality[0]));
        learn(&mut neurons, 1, None, 2.0);
        assert_eq!(neurons.quality[1], 0.0);
    }
}
