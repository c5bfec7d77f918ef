//! Machines: how fast they compute, and what they draw.

use crate::fields::{Fields, Kind};

/// A class of machines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hardware {
    /// Dense 16-bit operations `[PFLOP/s]`.
    pub(super) throughput: f64,
    /// What it draws at that rate `[kW]`.
    pub(super) power: f64,
}

/// The classes. Source: the makers' data sheets; dense rates in bfloat16, greatest power of the
/// board alone.
const KINDS: &[Kind<Hardware>] = &[
    Kind {
        name: "rtx-4090",
        about: "0.165 PFLOP/s at 0.45 kW",
        read: |_| Hardware { throughput: 0.165, power: 0.45 },
    },
    Kind {
        name: "a100",
        about: "0.312 PFLOP/s at 0.4 kW",
        read: |_| Hardware { throughput: 0.312, power: 0.4 },
    },
    Kind {
        name: "h100",
        about: "0.989 PFLOP/s at 0.7 kW",
        read: |_| Hardware { throughput: 0.989, power: 0.7 },
    },
    Kind {
        name: "b200",
        about: "2.25 PFLOP/s at 1 kW",
        read: |_| Hardware { throughput: 2.25, power: 1.0 },
    },
    Kind {
        name: "custom",
        about: "a machine by its numbers",
        read: |t| Hardware {
            throughput: t
                .number("throughput", "dense 16-bit operations")
                .unit("PFLOP/s")
                .above(0.0)
                .at_most(1e6)
                .default(1.0),
            power: t
                .number("power", "what it draws at that rate")
                .unit("kW")
                .at_least(0.0)
                .at_most(1e6)
                .default(1.0),
        },
    },
];

impl Hardware {
    /// Reads `hardware` and `machines`: all of one miner's machines together.
    pub(super) fn read(t: &mut Fields<'_>) -> Self {
        let one = t.kinded("hardware", "the class of its machines", KINDS, Some("h100"));
        let machines = t.number("machines", "how many it has").above(0.0).at_most(1e6).default(1.0);
        let Hardware { throughput, power } =
            one.unwrap_or(Hardware { throughput: 1.0, power: 1.0 });
        Self { throughput: throughput * machines, power: power * machines }
    }

    /// Hours that so much `work` takes `[PFLOP/s times hours]`.
    pub(super) fn hours(self, work: f64) -> f64 {
        work / self.throughput
    }

    /// Energy that so much `work` takes `[kWh]`.
    pub(super) fn energy(self, work: f64) -> f64 {
        self.hours(work) * self.power
    }
}
