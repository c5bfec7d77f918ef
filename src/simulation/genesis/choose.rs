//! Whom a choice among the agents of a subnet means.

use crate::scenario::Who;
use crate::scenario::schema::HowMany;
use crate::units::Uid;
use crate::world::{Role, Subnet};

/// The uids that `who` means, ascending.
pub(super) fn uids(subnet: &Subnet, who: &Who, role: Role) -> Vec<Uid> {
    let all = || (0..subnet.uids()).filter(|uid| subnet.neurons.role[*uid] == role);
    let stake = |uid: Uid| subnet.ledger.stake[uid].tokens();
    let quality = |uid: Uid| subnet.neurons.first_quality[uid];
    let mut uids = match who {
        Who::Nobody => Vec::new(),
        Who::Group(name, count) => {
            let inside = |uid: &Uid| subnet.groups[subnet.neurons.group[*uid]].name == *name;
            let mut members: Vec<Uid> = all().filter(inside).collect();
            if let Some(count) = count {
                // Its first in group order, which is not that of uids where the text gives these.
                members.sort_by_key(|uid| subnet.neurons.agent[*uid]);
                members.truncate(*count);
            }
            members
        }
        Who::Uids(uids) => all().filter(|uid| uids.contains(uid)).collect(),
        Who::TopStake(how) => most(all().map(|uid| (uid, stake(uid))), *how),
        Who::TopQuality(how) => most(all().map(|uid| (uid, quality(uid))), *how),
        Who::BottomQuality(how) => least(all().map(|uid| (uid, quality(uid))), *how),
    };
    uids.sort_unstable();
    uids
}

fn most(of: impl Iterator<Item = (Uid, f64)>, how: HowMany) -> Vec<Uid> {
    let mut ranked: Vec<(Uid, f64)> = of.collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    cut(&ranked, how)
}

fn least(of: impl Iterator<Item = (Uid, f64)>, how: HowMany) -> Vec<Uid> {
    let mut ranked: Vec<(Uid, f64)> = of.collect();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    cut(&ranked, how)
}

/// The head of a ranking.
fn cut(ranked: &[(Uid, f64)], how: HowMany) -> Vec<Uid> {
    let count = match how {
        HowMany::Count(count) => count,
        HowMany::Fraction(fraction) => {
            let total = ranked.iter().fold(0.0, |sum, of| sum + of.1);
            let mut held = 0.0;
            let missing = |of: &&(Uid, f64)| {
                let more = held < fraction * total;
                held += of.1;
                more
            };
            ranked.iter().take_while(missing).count()
        }
    };
    ranked.iter().take(count).map(|(uid, _)| *uid).collect()
}
