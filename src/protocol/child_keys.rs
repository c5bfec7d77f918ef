//! Child keys: stake that votes under another hotkey, and the dividends that flow back for it.
//!
//! On one subnet a parent lets a part of its stake count for a child, which votes with it. The
//! money stays with the parent. What the child earns is divided by what each contributed, and
//! the child keeps a take of its parents' parts.

use crate::units::{Alpha, Tao, Uid};

/// A parent's whole stake, as a proportion of 64 bits.
pub const WHOLE: u64 = u64::MAX;

/// Most children that a parent may have on one subnet.
pub const MOST_CHILDREN: usize = 5;

/// A part of a parent's stake that counts for a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who lends its stake.
    pub parent: Uid,
    /// Who votes with it.
    pub child: Uid,
    /// How much of the parent's stake, in parts of [`WHOLE`].
    pub proportion: u64,
}

impl Link {
    /// How much of the parent's stake, in `[0, 1]`.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.proportion as f64 / WHOLE as f64
    }
}

/// The proportion that a share in `[0, 1]` stands for; below 0 and NaN give 0, above 1 the whole.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is the documented behaviour"
)]
pub fn proportion(share: f64) -> u64 {
    (share * WHOLE as f64) as u64
}

/// What of everyone's stake counts for each key `[rao]`, after it was lent and borrowed.
///
/// `own` `[rao]` and `inherited` `[rao]` are of shape `[keys]`. Parts are of the parent's own
/// stake, so that nothing is handed on twice. Each key's result is floored once, and the sum of
/// all falls short of the sum of `own` by less than a rao for each key.
///
/// Source: `staking/stake_utils.rs::get_inherited_for_hotkey_on_subnet`.
pub fn inherited(own: &[u64], links: &[Link], inherited: &mut Vec<u64>) {
    let whole = u128::from(WHOLE);
    let mut units: Vec<u128> = own.iter().map(|own| u128::from(*own) * whole).collect();
    // All that is lent goes first: what is borrowed does not make up for lending too much.
    let lent = |link: &Link| u128::from(own[link.parent]) * u128::from(link.proportion);
    for link in links {
        units[link.parent] = units[link.parent].saturating_sub(lent(link));
    }
    for link in links {
        units[link.child] = units[link.child].saturating_add(lent(link));
    }
    inherited.clear();
    inherited.extend(units.iter().map(|units| u64::try_from(units / whole).unwrap_or(u64::MAX)));
}

/// The stake with which each key votes: `alpha + tao_weight * tao`, both as [`inherited`]
/// `[rao]`.
///
/// `alpha`, `root` and `weights` are of shape `[keys]`; `tao_weight` is what a TAO on root counts
/// in alpha, in `[0, 1]` (0.18 on mainnet).
///
/// Source: `staking/stake_utils.rs::get_stake_weights_for_network`.
pub fn stake_weights(
    alpha: &[Alpha],
    root: &[Tao],
    tao_weight: f64,
    links: &[Link],
    weights: &mut Vec<f64>,
) {
    let alpha: Vec<u64> = alpha.iter().map(|alpha| alpha.0).collect();
    let root: Vec<u64> = root.iter().map(|root| root.0).collect();
    let (mut alpha_counts, mut root_counts) = (Vec::new(), Vec::new());
    inherited(&alpha, links, &mut alpha_counts);
    inherited(&root, links, &mut root_counts);
    weights.clear();
    let pairs = alpha_counts.iter().zip(&root_counts);
    weights.extend(pairs.map(|(alpha, root)| *alpha as f64 + tao_weight * *root as f64));
}

/// Who holds what, as far as dividends are divided by it.
#[derive(Clone, Copy, Debug)]
pub struct Holdings<'a> {
    /// Alpha staked on each key `[rao]` `[keys]`.
    pub alpha: &'a [Alpha],
    /// TAO staked on each key on root `[rao]` `[keys]`.
    pub root: &'a [Tao],
    /// What a TAO on root counts in alpha, in `[0, 1]`.
    pub tao_weight: f64,
    /// Who owns each key `[keys]`: the child takes nothing from a parent of the same owner.
    pub entity: &'a [usize],
    /// What each key takes of its parents' parts as their child, in `[0, 1]` `[keys]`; on chain
    /// at most 0.18.
    pub child_take: &'a [f64],
    /// What is burned of a parent's part, in `[0, 1]`; 0 on chain.
    pub burn: f64,
}

/// Dividends after they have flowed back; the three parts sum exactly to what came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flowed {
    /// What each key gets `[rao]` `[keys]`; its take and its stakers share it.
    pub received: Vec<Alpha>,
    /// What is taken out of the subnet's issuance `[rao]`.
    pub burned: Alpha,
    /// What floors leave over `[rao]`.
    pub dust: Alpha,
}

/// Divides each key's dividends among itself and its parents, by what each contributed to its
/// stake.
///
/// `dividends` is of shape `[keys]`. A key contributes the part of its own stake that it does not
/// lend, and a parent the part that it lends. Of a parent's part, the burn goes first and then
/// the child's take, unless one owner has both keys.
///
/// Source: `coinbase/run_coinbase.rs::get_parent_child_dividends_distribution`.
pub fn flow_back(
    dividends: &[Alpha],
    holdings: &Holdings<'_>,
    links: &[Link],
    flowed: &mut Flowed,
) {
    let Flowed { received, burned, dust } = flowed;
    received.clear();
    received.resize(dividends.len(), Alpha::ZERO);
    (*burned, *dust) = (Alpha::ZERO, Alpha::ZERO);
    let contribution = |key: Uid, share: f64| {
        let (alpha, root) = (holdings.alpha[key].0 as f64, holdings.root[key].0 as f64);
        alpha * share + root * share * holdings.tao_weight
    };
    let lends = |key: Uid| {
        links.iter().filter(|link| link.parent == key).fold(0.0, |sum, link| sum + link.share())
    };
    for (key, &earned) in dividends.iter().enumerate() {
        let parents = || links.iter().filter(move |link| link.child == key);
        let own = contribution(key, (1.0 - lends(key)).max(0.0)).floor();
        let total = parents().fold(own, |sum, link| sum + contribution(link.parent, link.share()));
        // What is left of the dividends, first in fractions of a rao and then in whole rao.
        let (mut rest, mut left, mut takes) = (earned.0 as f64, earned, 0.0);
        for link in parents().filter(|_| total > 0.0) {
            let part = earned.0 as f64 * (contribution(link.parent, link.share()) / total);
            rest -= part;
            let same = holdings.entity[link.parent] == holdings.entity[key];
            let burn = if same { 0.0 } else { holdings.burn * part };
            let take = if same { 0.0 } else { (holdings.child_take[key] * part).min(part - burn) };
            takes += take;
            let lost = floor(burn, left);
            *burned += lost;
            left -= lost;
            let paid = floor(part - burn - take, left);
            received[link.parent] += paid;
            left -= paid;
        }
        // Without parents nothing is left over.
        let kept =
            if takes > 0.0 || rest < earned.0 as f64 { floor(rest + takes, left) } else { left };
        received[key] += kept;
        *dust += left - kept;
    }
}

/// The whole rao of an amount, at most `most`; negative and NaN give none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and the minimum bounds it from above"
)]
fn floor(amount: f64, most: Alpha) -> Alpha {
    Alpha((amount as u64).min(most.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: u64 = WHOLE / 2;

    fn link(parent: Uid, child: Uid, proportion: u64) -> Link {
        Link { parent, child, proportion }
    }

    fn inherited_of(own: &[u64], links: &[Link]) -> Vec<u64> {
        let mut out = Vec::new();
        inherited(own, links, &mut out);
        out
    }

    /// Key 0 lends half of its 100 to key 1, which lends all of its own 40 to key 2: one level.
    #[test]
    fn stake_is_lent_one_level_deep() {
        let links = [link(0, 1, HALF), link(1, 2, WHOLE)];
        assert_eq!(inherited_of(&[101, 40, 7], &links), [50, 50, 47]);
        assert_eq!(inherited_of(&[100, 40], &[]), [100, 40]);
        assert_eq!(inherited_of(&[100, 40], &[link(0, 1, WHOLE)]), [0, 140]);
    }

    #[test]
    fn root_counts_by_its_weight() {
        let mut weights = Vec::new();
        let (alpha, root) = ([Alpha(100), Alpha(0)], [Tao(1_000), Tao(0)]);
        stake_weights(&alpha, &root, 0.25, &[link(0, 1, HALF + 1)], &mut weights);
        assert_eq!(weights, [49.0 + 0.25 * 499.0, 50.0 + 0.25 * 500.0]);
    }

    fn flowed(child_take: f64, burn: f64, entity: [usize; 3]) -> Flowed {
        let holdings = Holdings {
            alpha: &[Alpha(400), Alpha(100), Alpha(100)],
            root: &[Tao(0); 3],
            tao_weight: 0.18,
            entity: &entity,
            child_take: &[child_take; 3],
            burn,
        };
        let links = [link(0, 1, WHOLE / 4 + 1), link(2, 1, WHOLE)];
        let mut flowed = Flowed::default();
        flow_back(&[Alpha(30), Alpha(90), Alpha(0)], &holdings, &links, &mut flowed);
        flowed
    }

    /// Key 1 votes with 100 each of its own, of key 0 and of key 2, and earns 90.
    #[test]
    fn dividends_flow_back_by_contribution() {
        let found = flowed(0.0, 0.0, [0, 1, 2]);
        assert_eq!(found.received, [Alpha(60), Alpha(30), Alpha(30)]);
        let found = flowed(0.1, 0.0, [0, 1, 2]);
        assert_eq!(found.received, [Alpha(57), Alpha(36), Alpha(27)]);
        let found = flowed(0.1, 0.2, [0, 1, 2]);
        assert_eq!(found.received, [Alpha(51), Alpha(36), Alpha(21)]);
        assert_eq!((found.burned, found.dust), (Alpha(12), Alpha(0)));
    }

    #[test]
    fn an_owner_takes_nothing_from_itself() {
        let found = flowed(0.1, 0.2, [0, 1, 1]);
        assert_eq!(found.received, [Alpha(51), Alpha(33), Alpha(30)]);
        assert_eq!(found.burned, Alpha(6));
    }

    #[test]
    fn a_share_becomes_a_proportion() {
        assert_eq!([proportion(0.0), proportion(-1.0), proportion(1.0)], [0, 0, WHOLE]);
        assert_eq!(proportion(0.5), 1 << 63);
    }
}
