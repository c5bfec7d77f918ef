//! What a step's emission does in one subnet: to its pool, its smoothed price, and its pots.

use super::step::Step;
use crate::protocol::injection::{self, Emission, Excess, Terms};
use crate::protocol::issuance;
use crate::protocol::params::Split;
use crate::protocol::pool::Pool;
use crate::protocol::split::{self, root::RootPart};
use crate::protocol::token_rules::{PoolRule, TokenRules};
use crate::units::{Alpha, Tao};
use crate::world::{Market, Subnet};

/// What is the same for all subnets in one step.
pub(super) struct Common<'a> {
    pub(super) rules: &'a TokenRules,
    pub(super) step: Step,
    /// TAO minted in each block `[rao]`.
    pub(super) emission: Tao,
    /// Whether root stakers are paid.
    pub(super) root_paid: bool,
    /// All TAO on root `[rao]`.
    pub(super) root_tao: Tao,
}

/// Runs the step's blocks in one subnet; gives the TAO that it took out of the `credit`.
pub(super) fn emit(
    common: &Common<'_>,
    market: &mut Market,
    subnet: &mut Subnet,
    share: f64,
    credit: Tao,
) -> Tao {
    let Common { rules, step, .. } = *common;
    let blocks = step.blocks;
    if rules.pool == PoolRule::Stable {
        let tao = whole(common.emission.0 as f64 * share, blocks).min(credit);
        market.pool.tao += tao;
        market.flows.tao_injected += tao;
        let pots = split::block(Alpha(tao.0 / blocks), &split_of(market, subnet), 0.0);
        let mut pots = pots.times(blocks);
        // What does not divide evenly over the blocks belongs to the owner.
        pots.owner += Alpha(tao.0 % blocks);
        gather(market, subnet, &pots);
        return tao;
    }
    let issued = subnet.ledger.outstanding();
    let alpha_emission = Alpha(issuance::block_emission(issued.0));
    let before = market.pool.price();
    let proportion = |issued| injection::root_proportion(common.root_tao, rules.tao_weight, issued);
    let mut emission = Emission {
        tao: common.emission.0 as f64 * share,
        block_tao: common.emission.0 as f64,
        alpha: alpha_emission.0 as f64,
        price: before,
        share,
        root_proportion: proportion(issued),
    };
    let split = split_of(market, subnet);
    // What a block recycles of root's part.
    let lost = |emission: &Emission| {
        let part = rules.root.part(common.root_paid, false);
        let root = split::block(alpha_emission, &split, emission.root_proportion).root;
        if part == RootPart::Recycled { root.0 as f64 } else { 0.0 }
    };
    if blocks > 1 {
        // Look ahead: what would the step do at the terms of its first block?
        let terms = injection::terms(rules.cap, rules.excess, &emission);
        let mut pool = market.pool;
        let taken = take_in(&mut pool, rules, &terms, blocks, credit);
        let bought = if is_recycled(rules.excess) { taken.bought.0 as f64 } else { 0.0 };
        let each = (taken.alpha_in.0 as f64 - bought) / blocks as f64;
        let grown = step.grown(issued, emission.alpha + each - lost(&emission));
        emission.price = step.begun(before, pool.price());
        emission.root_proportion = proportion(grown);
    }
    let terms = injection::terms(rules.cap, rules.excess, &emission);
    let subsidised = rules.excess == Excess::Subsidised && injection::subsidised(&emission);
    let taken = take_in(&mut market.pool, rules, &terms, blocks, credit);
    book(rules, market, subnet, &taken);
    if let Some(first) = market.first_emission {
        let spot = step.ended(before, market.pool.price());
        market.ema = if blocks > 1 {
            rules.price_ema.steps(market.ema, spot, step.first, blocks, first)
        } else {
            rules.price_ema.step(market.ema, spot, step.first, first)
        };
    }
    // Root's part is found after the injection and the mint of each block.
    let now = subnet.ledger.outstanding();
    let mean = step.ended(issued.0 as f64, now.0 as f64)
        + emission.alpha * (blocks + 1) as f64 / 2.0
        - lost(&emission) * (blocks - 1) as f64 / 2.0;
    let proportion = if blocks > 1 {
        proportion(Alpha(crate::num::floor(mean)))
    } else {
        proportion(now + alpha_emission)
    };
    market.flows.root_proportion = proportion;
    let mut pots = split::block(alpha_emission, &split, proportion).times(blocks);
    match rules.root.part(common.root_paid, subsidised) {
        // What is sold is gathered first, and sold evenly over the next epoch.
        RootPart::Sold | RootPart::Gathered => {}
        RootPart::Validators => pots.validator += std::mem::take(&mut pots.root),
        RootPart::Orphaned => pots.unallocated += std::mem::take(&mut pots.root),
        RootPart::Recycled => {
            let recycled = std::mem::take(&mut pots.root);
            subnet.ledger.issued += recycled;
            subnet.ledger.recycled += recycled;
            market.flows.alpha_minted += recycled;
            market.flows.recycled += recycled;
        }
    }
    gather(market, subnet, &pots);
    taken.tao_in + taken.excess
}

/// How the subnet's alpha is divided.
fn split_of(market: &Market, subnet: &Subnet) -> Split {
    let split = subnet.rules.params.split;
    if market.owner_cut { split } else { Split { owner: 0.0, ..split } }
}

/// Mints what the pots gather.
fn gather(market: &mut Market, subnet: &mut Subnet, pots: &split::Pots) {
    subnet.ledger.issued += pots.total();
    market.flows.alpha_minted += pots.total();
    market.flows.root_alpha += pots.root;
    market.pots.add(pots);
}

/// Whether alpha that the chain buys is taken back.
fn is_recycled(excess: Excess) -> bool {
    excess != Excess::BuyProtocol
}

/// What a pool took in over a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Taken {
    /// TAO and alpha that entered the reserves beside each other.
    tao_in: Tao,
    alpha_in: Alpha,
    /// TAO that was refused because the weight would have left its range.
    rejected: Tao,
    /// TAO for buys, and what of it was not spent.
    excess: Tao,
    stranded: Tao,
    /// Alpha that was bought.
    bought: Alpha,
}

/// Puts a step's TAO and alpha into a pool, at most the `credit` of TAO. The block in the middle is
/// as the chain's and has all the buys; the injections of the others are around it.
fn take_in(pool: &mut Pool, rules: &TokenRules, terms: &Terms, blocks: u64, credit: Tao) -> Taken {
    let tao = whole(terms.tao_in, blocks).min(credit);
    let alpha = Alpha(whole(terms.alpha_in, blocks).0);
    let excess = if rules.excess == Excess::None { 0.0 } else { terms.excess };
    let excess = whole(excess, blocks).min(credit - tao);
    let (mid_tao, mid_alpha) = (Tao(tao.0 / blocks), Alpha(alpha.0 / blocks));
    let early = (Tao((tao - mid_tao).0 / 2), Alpha((alpha - mid_alpha).0 / 2));
    let late = (tao - mid_tao - early.0, alpha - mid_alpha - early.1);
    let mut taken = Taken { excess, ..Taken::default() };
    if rules.pool != PoolRule::Weighted {
        pool.add(early.0, early.1);
        match pool.buy(excess) {
            Ok(bought) => taken.bought = bought,
            Err(_) => taken.stranded = excess,
        }
        pool.add(mid_tao + late.0, mid_alpha + late.1);
        return Taken { tao_in: tao, alpha_in: alpha, ..taken };
    }
    let mut side = |pool: &mut Pool, (tao, alpha): (Tao, Alpha)| {
        if pool.inject(tao, alpha) {
            taken.tao_in += tao;
            taken.alpha_in += alpha;
        } else {
            taken.rejected += tao;
        }
    };
    side(pool, early);
    let absorbed = pool.absorb(mid_tao, mid_alpha, excess);
    side(pool, late);
    taken.tao_in += absorbed.tao_in;
    taken.alpha_in += absorbed.alpha_in;
    taken.rejected += mid_tao - absorbed.tao_in;
    taken.stranded = absorbed.stranded;
    taken.bought = absorbed.bought;
    taken
}

/// Books what the pool took in.
fn book(rules: &TokenRules, market: &mut Market, subnet: &mut Subnet, taken: &Taken) {
    let Taken { tao_in, alpha_in, rejected, excess, stranded, bought } = *taken;
    let spent = excess - stranded;
    market.inflow.emitted(spent);
    market.flows.chain_buys += spent;
    market.flows.chain_bought += bought;
    if is_recycled(rules.excess) {
        subnet.ledger.recycled += bought;
        market.flows.recycled += bought;
    } else {
        market.protocol += bought;
    }
    // It lies in the subnet's account until the subnet ends.
    market.stranded += stranded;
    market.flows.failed_buys += stranded;
    subnet.ledger.issued += alpha_in;
    market.inflow.emitted(tao_in);
    market.flows.tao_injected += tao_in;
    market.flows.alpha_injected += alpha_in;
    market.flows.rejected += rejected;
}

/// A whole amount for so many blocks, each block's truncated where it is one.
fn whole(per_block: f64, blocks: u64) -> Tao {
    Tao(crate::num::floor(per_block * blocks as f64))
}
