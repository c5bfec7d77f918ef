//! The digest: the one line by which two runs are compared.

use super::{Frame, Observer, RecordError};

/// Hashes the state after every epoch: money in rao, and every number of the epoch by its bits.
/// It does not depend on what is recorded, nor on how files encode it.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    hasher: blake3::Hasher,
    buffer: Vec<u8>,
}

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

    fn add(&mut self, words: impl Iterator<Item = u64>) {
        for word in words {
            self.buffer.extend_from_slice(&word.to_le_bytes());
        }
    }
}

impl Observer for Digest {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        self.buffer.clear();
        self.add(std::iter::once(u64::from(frame.epoch)));
        for subnet in &frame.world.subnets {
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
                let packed = |bonds: &[u16]| {
                    bonds.iter().fold(0, |word, bond| word << 16 | u64::from(*bond))
                };
                self.add(outcome.bonds.chunks(4).map(packed));
            }
        }
        self.hasher.update(&self.buffer);
        Ok(())
    }
}
