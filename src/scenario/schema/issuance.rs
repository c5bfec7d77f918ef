//! Keys of how TAO is issued.

use crate::fields::{Fields, Kind};
use crate::protocol::issuance::{Demand, IssuancePolicy};
use crate::units::{RAO, SUPPLY_CAP, Tao};

/// Reads how TAO is issued; what the table leaves out is that of the kind's own defaults.
pub(super) fn issuance(t: &mut Fields<'_>, was: &IssuancePolicy) -> IssuancePolicy {
    let default = match was {
        IssuancePolicy::Halving => "halving",
        IssuancePolicy::ByHeight { .. } => "by-height",
        IssuancePolicy::ConstantInflation { .. } => "constant-inflation",
        IssuancePolicy::Tail { .. } => "tail",
        IssuancePolicy::Demand(_) => "demand",
    };
    t.kinded("issuance", "how TAO is issued", KINDS, Some(default)).unwrap_or_default()
}

const KINDS: &[Kind<IssuancePolicy>] = &[
    Kind {
        name: "halving",
        about: "half as much each time that half of what was left has been issued: the chain's",
        read: |_| IssuancePolicy::Halving,
    },
    Kind {
        name: "by-height",
        about: "half as much each time that so many blocks have passed: Bitcoin's",
        read: |t| {
            let interval = t
                .whole("interval", "blocks from one halving to the next")
                .unit("blocks")
                .at_least(1.0)
                .at_most(1e12)
                .default(SUPPLY_CAP / 2 / RAO);
            let first = per_block(t, "first", "what the first blocks issue", 1.0);
            IssuancePolicy::ByHeight { interval, first }
        },
    },
    Kind {
        name: "constant-inflation",
        about: "the same part of what has been issued every year, without an end",
        read: |t| {
            let yearly = t.number("yearly", "growth in a year").unit("per year").share();
            IssuancePolicy::ConstantInflation { yearly: yearly.default(0.05) }
        },
    },
    Kind {
        name: "tail",
        about: "the chain's halvings, but never less than a floor",
        read: |t| IssuancePolicy::Tail { floor: per_block(t, "floor", "least issue", 0.25) },
    },
    Kind {
        name: "demand",
        about: "the chain's halvings times a factor that follows what people pay in, in steps",
        read: |t| IssuancePolicy::Demand(demand(t)),
    },
];

fn per_block(t: &mut Fields<'_>, key: &'static str, about: &'static str, default: f64) -> Tao {
    let key = t.number(key, about).unit("TAO per block").at_least(0.0).at_most(1e6);
    Tao::from_tokens(key.default(default))
}

fn demand(t: &mut Fields<'_>) -> Demand {
    let was = Demand::default();
    let elasticity = t
        .number("elasticity", "power of use over its target that the factor follows")
        .at_least(0.0)
        .at_most(8.0)
        .default(was.elasticity);
    let target = t
        .number("target", "what people pay in for alpha and slots where the factor is 1")
        .unit("TAO per day")
        .above(0.0)
        .at_most(1e9)
        .default(10_000.0);
    let least = t.number("least", "least factor").share().default(was.least);
    let most = t.number("most", "greatest factor").at_least(1.0).at_most(100.0).default(was.most);
    let smoothing = t
        .number("smoothing", "part of the way to what use asks for that one epoch goes")
        .share()
        .default(was.smoothing);
    Demand { elasticity, target, least, most, smoothing }
}
