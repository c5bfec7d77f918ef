//! Every rao has a place.

use std::sync::atomic::AtomicBool;

use proptest::collection::vec as column;
use proptest::prelude::*;
use taosim::protocol::reward::RULES;
use taosim::protocol::split::tempo_emission;
use taosim::record::{Frame, Observer, RecordError};
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
use taosim::units::Alpha;

/// Checks the books after every epoch.
#[derive(Default)]
struct Auditor {
    /// All that was issued, and what of it was not recycled, after the last epoch.
    issued: Option<(Alpha, Alpha)>,
    epochs: u32,
}

impl Observer for Auditor {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        for subnet in &frame.world.subnets {
            let (ledger, flows) = (&subnet.ledger, &subnet.flows);
            ledger.audit(&subnet.name, Alpha::ZERO).expect("the books balance");
            let paid: Alpha = flows.incentive.iter().chain(&flows.dividends).copied().sum();
            let unpaid = flows.orphaned + flows.burned + flows.recycled;
            assert_eq!(paid + flows.owner + unpaid, flows.issued, "the epoch's emission");
            if let Some((before, outstanding)) = self.issued {
                assert_eq!(before + flows.issued, ledger.issued, "issuance adds up");
                let params = &subnet.rules.params;
                let due = tempo_emission(outstanding, params.tempo, &params.split, 0.0).total();
                assert_eq!(flows.issued, due, "what the blocks issue");
            }
            self.issued = Some((ledger.issued, ledger.outstanding()));
            for (uid, pool) in ledger.stake.iter().enumerate() {
                let of = |p: &taosim::world::ledger::Position| {
                    if p.uid == uid { ledger.value(uid, p.shares).0 } else { 0 }
                };
                let lent: u64 = ledger.positions.iter().flatten().map(of).sum();
                let parts = lent + ledger.own_stake(uid).0;
                let holders = 1 + ledger.positions.len() as u64;
                assert!(parts <= pool.0 + holders, "the parts of a pool exceed it");
                assert!(parts + holders + pool.0 / 1_000_000_000 >= pool.0, "a pool leaks");
            }
        }
        self.epochs += 1;
        Ok(())
    }
}

/// Runs the quickstart after edits, with the books checked after every epoch.
fn audited(edits: &[String]) -> u32 {
    let edits: Vec<Edit> = edits.iter().map(|edit| edit.parse().expect("an edit")).collect();
    let text = include_str!("../../scenarios/quickstart.toml");
    let scenario = Scenario::load("quickstart.toml", text, &edits);
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let mut auditor = Auditor::default();
    Simulation::new(&scenario).run(&mut [&mut auditor], &AtomicBool::new(false)).expect("it runs");
    auditor.epochs
}

/// Also where one takes all, and where a platform leaves nothing.
#[test]
fn books_balance_under_every_rule() {
    for (rule, _) in RULES {
        for more in ["protocol.winner_takes_all=true", "protocol.platform_fee=1.0"] {
            let edits = ["epochs=12".into(), more.into(), format!("protocol.reward_rule={rule}")];
            assert_eq!(audited(&edits), 12, "{rule}, {more}");
        }
    }
}

/// Links from the whole cabal, from one honest validator, and from miners, to others.
fn child_keys(lent: &[f64]) -> String {
    let from = [
        "parent = 'cabal', child = 'honest', child_member = 3",
        "parent = 'honest', parent_member = 1, child = 'cabal', child_member = 2",
        "parent = 'miners', child = 'lazy'",
    ];
    let link = |(lent, from): (&f64, &str)| format!("{{ {from}, proportion = {lent} }}");
    lent.iter().zip(from).map(link).collect::<Vec<_>>().join(", ")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn books_balance_in_any_run(
        seed in 0_i64..1_000_000,
        owner in 0_u32..=100,
        split in 0_u32..=100,
        compound in 0.0..=1.0_f64,
        take in 0.0..=0.18_f64,
        rule in 0..RULES.len(),
        fee in 0.0..=1.0_f64,
        tempo in 1_i64..1000,
        owned in any::<bool>(),
        recycles in any::<bool>(),
        lent in column(0.001..=1.0_f64, 0..4),
        rate_limit in 0_i64..500,
        mechanisms in 1..=3_usize,
    ) {
        let owner = f64::from(owner) / 100.0;
        let miners = (1.0 - owner) * f64::from(split) / 100.0;
        let validators = (1.0 - owner - miners).max(0.0);
        let (rule, _) = RULES[rule];
        let edits = [
            format!("seed={seed}"),
            "epochs=25".into(),
            format!("protocol.split={{ owner = {owner}, miners = {miners}, validators = {validators} }}"),
            format!("protocol.reward_rule={rule}"),
            format!("protocol.platform_fee={fee}"),
            format!("protocol.tempo={tempo}"),
            format!("subnet.text.validators.honest.compound={compound}"),
            format!("subnet.text.validators.honest.take={take}"),
            format!("subnet.text.miners.miners.compound={compound}"),
            format!("protocol.owner_incentive={}", if recycles { "recycle" } else { "burn" }),
            format!("protocol.weights_rate_limit={rate_limit}"),
            format!("protocol.mechanisms={{ count = {mechanisms}, split = [0.3, 0.7] }}"),
            format!("subnet.text.validators.cabal.child_take={take}"),
            format!("subnet.text.child_keys=[{}]", child_keys(&lent)),
        ];
        let owner = owned.then(|| "subnet.text.owner=cabal".to_owned());
        let mut edits: Vec<String> = edits.into_iter().chain(owner).collect();
        if mechanisms == 1 {
            edits.retain(|edit| !edit.contains("mechanisms"));
        }
        prop_assert_eq!(audited(&edits), 25);
    }
}
