//! Hyperparameters that an owner may change, in the chain's ranges.

use crate::simulation::life::Slots;
use crate::strategy::owner::Setting;
use crate::units::{RAO, Tao};
use crate::world::{Disposal, Subnet};

/// Bounds of the least and of the greatest price of a slot that an owner may set `[rao]`.
///
/// Source: `MinBurnUpperBound` and `MaxBurnLowerBound` of the chain's runtime.
const LEAST_MOST: Tao = Tao(RAO);
const MOST_LEAST: Tao = Tao(RAO / 10);

/// Longest half-life of the price of a slot `[blocks]`.
const LONGEST: u16 = 36_100;

/// Puts a setting into force; tells what changed.
pub(super) fn put(subnet: &mut Subnet, slots: Option<&mut Slots>, setting: Setting) -> String {
    let rules = &mut subnet.rules;
    let part = |share: f64| if share >= 0.0 { share.min(1.0) } else { 0.0 };
    let value = match setting {
        Setting::RevealPeriod(epochs) => {
            rules.reveal_period = epochs.min(100);
            rules.reveal_period.to_string()
        }
        Setting::BondsPenalty(share) => {
            rules.params.bonds_penalty = part(share);
            rules.params.bonds_penalty.to_string()
        }
        Setting::LiquidAlpha(on) => {
            rules.params.liquid_alpha = on;
            on.to_string()
        }
        Setting::Recycle(on) => {
            rules.submission.owner_incentive = if on { Disposal::Recycle } else { Disposal::Burn };
            if on { "recycle".into() } else { "burn".into() }
        }
        of_slots => match slots {
            Some(slots) => put_slots(slots, of_slots),
            None => "without a market".into(),
        },
    };
    format!("{} {value}", setting.name())
}

fn put_slots(slots: &mut Slots, setting: Setting) -> String {
    let Slots { pricing, decay, protection, .. } = slots;
    match setting {
        Setting::LeastBurn(price) => {
            pricing.least = price.min(LEAST_MOST).min(pricing.most);
            pricing.least.to_string()
        }
        Setting::MostBurn(price) => {
            pricing.most = price.max(MOST_LEAST).max(pricing.least);
            pricing.most.to_string()
        }
        Setting::BurnHalfLife(blocks) => {
            pricing.half_life = blocks.clamp(1, LONGEST);
            *decay = pricing.decay();
            pricing.half_life.to_string()
        }
        Setting::Immunity(blocks) => {
            protection.immunity_period = blocks.min(65_535);
            protection.immunity_period.to_string()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::pruning::Protection;
    use crate::protocol::registration::Pricing;
    use crate::scenario::{Entry, Newcomers};

    #[test]
    fn what_is_out_of_range_becomes_the_nearest_within() {
        let pricing = Pricing { most: Tao(RAO / 2), ..Pricing::default() };
        let newcomers = Newcomers { per_day: 0.0, most: Tao::ZERO };
        let (decay, protection) = (pricing.decay(), Protection::default());
        let (entry, recruits) = (Entry::Constant, None);
        let mut slots = Slots { pricing, decay, newcomers, entry, recruits, protection };
        assert_eq!(put_slots(&mut slots, Setting::LeastBurn(Tao(7 * RAO))), "0.500000000");
        assert_eq!(put_slots(&mut slots, Setting::MostBurn(Tao(1))), "0.500000000");
        assert_eq!(put_slots(&mut slots, Setting::MostBurn(Tao(9 * RAO))), "9.000000000");
        assert_eq!(put_slots(&mut slots, Setting::LeastBurn(Tao(7 * RAO))), "1.000000000");
        assert_eq!(put_slots(&mut slots, Setting::BurnHalfLife(0)), "1");
        assert_eq!(slots.decay, 1 << 31, "half of it is left of each block");
        assert_eq!(put_slots(&mut slots, Setting::Immunity(u64::MAX)), "65535");
    }
}
