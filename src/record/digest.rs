//! The digest: the one line by which two runs are compared.

use rayon::prelude::*;

use super::{Frame, Observer, RecordError};
use crate::world::{Market, Network, Subnet};

/// Hashes the state after every epoch: money in rao, and every number of the epoch by its bits.
/// It does not depend on what is recorded, nor on how files encode it.
///
/// Each subnet is hashed by itself, so that all can be at once; the epoch is the hash of their
/// hashes, in their order, and of what they share.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    hasher: blake3::Hasher,
    /// What is shared, and then what each subnet is.
    words: Words,
    subnets: Vec<Words>,
}

/// Numbers as they are hashed: 64 bits each, the lowest byte first.
#[derive(Clone, Debug, Default)]
struct Words(Vec<u8>);

impl Digest {
    /// Of nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The digest of what was seen `[32 hexadecimal digits]`.
    #[must_use]
    pub fn text(&self) -> String {
        self.hasher.finalize().to_hex()[..32].to_owned()
    }
}

impl Words {
    fn add(&mut self, words: impl Iterator<Item = u64>) {
        for word in words {
            self.0.extend_from_slice(&word.to_le_bytes());
        }
    }

    /// What all subnets share: accounts in TAO, root, and those who trade.
    fn add_network(&mut self, network: &Network) {
        let amounts = [network.issued, network.author, network.burned, network.elsewhere];
        self.add(amounts.into_iter().map(|amount| amount.0));
        self.add([network.block, network.gate_block.unwrap_or(0)].into_iter());
        let numbers = [network.tao_usd, network.gate_bar, network.issuance_factor];
        self.add(numbers.into_iter().map(f64::to_bits));
        let (root, traders) = (&network.root, &network.traders);
        self.add(root.stake.iter().chain(&traders.cash).map(|amount| amount.0));
        self.add(network.consumers.cash.iter().map(|amount| amount.0));
        self.add(root.shares.iter().chain(&traders.root_shares).map(|shares| shares.to_bits()));
        for holdings in &traders.holdings {
            self.add(std::iter::once(holdings.len() as u64));
            let places = holdings.iter().flat_map(|stake| [stake.subnet, stake.uid]);
            self.add(places.map(|place| place as u64));
            self.add(holdings.iter().map(|stake| stake.shares.to_bits()));
        }
    }

    fn add_market(&mut self, market: &Market) {
        let tao = [market.pool.tao, market.stranded, market.owner_cash, market.burn_price];
        self.add(tao.iter().chain(&market.cash).map(|amount| amount.0));
        let alpha = [market.pool.alpha, market.protocol, market.elsewhere, market.on_sale];
        self.add(alpha.iter().chain(&market.claimable).map(|amount| amount.0));
        let numbers = [
            market.pool.weight,
            market.ema,
            market.miner_burned,
            market.user_flow,
            market.protocol_flow,
            market.flows.share,
        ];
        self.add(numbers.into_iter().map(f64::to_bits));
        self.add(std::iter::once(u64::from(market.emission_enabled)));
        for locked in &market.locks.all {
            let lock = locked.lock;
            self.add([lock.mass.0, lock.conviction.to_bits(), lock.block].into_iter());
        }
    }

    fn add_subnet(&mut self, subnet: &Subnet) {
        let (ledger, flows, out) = (&subnet.ledger, &subnet.flows, &subnet.outcome);
        for money in [&ledger.stake, &ledger.balance, &flows.earned, &flows.cost] {
            self.add(money.iter().map(|amount| amount.0));
        }
        self.add(flows.staker_earned.iter().map(|amount| amount.0));
        self.add([ledger.issued.0, ledger.owner.0, ledger.orphaned.0].into_iter());
        let numbers = [
            &out.stake_share,
            &out.consensus,
            &out.incentive,
            &out.dividends,
            &out.vtrust,
            &subnet.neurons.quality,
            &subnet.neurons.output,
        ];
        for column in numbers {
            self.add(column.iter().map(|number| number.to_bits()));
        }
        self.add(subnet.neurons.permits.iter().map(|permit| u64::from(*permit)));
        for (_, outcome) in subnet.each_mechanism() {
            let packed =
                |bonds: &[u16]| bonds.iter().fold(0, |word, bond| word << 16 | u64::from(*bond));
            self.add(outcome.bonds.chunks(4).map(packed));
        }
    }
}

impl Observer for Digest {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let subnets = &frame.world.subnets;
        self.subnets.resize_with(subnets.len(), Words::default);
        let pairs = self.subnets.par_iter_mut().zip(subnets);
        let hashes: Vec<blake3::Hash> = pairs
            .map(|(words, subnet)| {
                words.0.clear();
                words.add_subnet(subnet);
                blake3::hash(&words.0)
            })
            .collect();
        self.words.0.clear();
        self.words.add(std::iter::once(u64::from(frame.epoch)));
        if let Some(network) = &frame.world.network {
            self.words.add_network(network);
            for market in &network.markets {
                self.words.add_market(market);
            }
        }
        self.hasher.update(&self.words.0);
        for hash in &hashes {
            self.hasher.update(hash.as_bytes());
        }
        Ok(())
    }
}
