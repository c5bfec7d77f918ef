//! Three or four subnets, worked by hand.

use super::*;

const ALL: [bool; 4] = [true; 4];

fn found(rule: &Rule, demand: &Demand<'_>, bar: f64) -> [f64; 4] {
    let mut out = [7.0; 4];
    shares(rule, demand, bar, &mut Scratch::default(), &mut out);
    out
}

fn close(found: [f64; 4], expected: [f64; 4]) {
    for (found, expected) in found.into_iter().zip(expected) {
        assert!((found - expected).abs() < 1e-15, "{found} against {expected}");
    }
}

/// Prices 1 : 2 : 3 : 4; the last half burned is 1 : 2 : 3 : 2; root proportions 1, 1/2, 0, 1
/// of that 1 : 1 : 0 : 2.
#[test]
fn each_model_reads_its_own() {
    let demand = Demand {
        eligible: &ALL,
        enabled: &ALL,
        price: &[0.1, 0.2, 0.3, 0.4],
        miner_burned: &[0.0, 0.0, 0.0, 0.5],
        root_proportion: &[1.0, 0.5, 0.0, 1.0],
        user_flow: &[5.0, 5.0, -100.0, 0.0],
        protocol_flow: &[2.0, -5.0, 0.0, 0.0],
        voted: &[0.5, 0.0, 0.25, 0.0],
    };
    let by = |model| found(&Rule { model, ..Rule::default() }, &demand, 0.0);
    close(by(ShareModel::PriceEma), [0.1, 0.2, 0.3, 0.4]);
    close(by(ShareModel::PriceBurn), [0.125, 0.25, 0.375, 0.25]);
    close(by(ShareModel::PriceRootBurn), [0.25, 0.25, 0.0, 0.5]);
    close(by(ShareModel::FlowGross), [0.5, 0.5, 0.0, 0.0]);
    close(by(ShareModel::FlowNet), [3.0 / 13.0, 10.0 / 13.0, 0.0, 0.0]);
    close(by(ShareModel::RootWeights), [0.5, 0.0, 0.25, 0.0]);
}

#[test]
fn a_switched_off_share_goes_to_the_others_or_to_nobody() {
    let enabled = [true, false, true, true];
    let price = &[0.1, 0.2, 0.3, 0.4];
    let demand = Demand { eligible: &ALL, enabled: &enabled, price, ..Demand::default() };
    let rule = Rule { model: ShareModel::PriceEma, ..Rule::default() };
    close(found(&rule, &demand, 0.0), [0.125, 0.0, 0.375, 0.5]);
    let withheld = Rule { switched_off: SwitchedOff::Withheld, ..rule };
    close(found(&withheld, &demand, 0.0), [0.1, 0.0, 0.3, 0.4]);
    let nobody = Demand { enabled: &[], ..demand };
    close(found(&rule, &nobody, 0.0), [0.0; 4]);
}

/// The bar is over all that are eligible, also those switched off; rank 2 of 1 : 2 : 3 is 1/3.
#[test]
fn the_gate_stands_before_the_switch() {
    let eligible = [true, true, true, false];
    let enabled = [true, true, false, true];
    let price = &[0.1, 0.2, 0.3, 9.0];
    let demand = Demand { eligible: &eligible, enabled: &enabled, price, ..Demand::default() };
    let gate = Gate { exponent: 1.0, bar: Bar::Rank(2) };
    let rule = Rule { gate: Some(gate), ..Rule::default() };
    let theta = bar(&rule, &demand, &mut Scratch::default());
    assert!((theta - 1.0 / 3.0).abs() < 1e-15);
    // 1/6 and 1/3 are let through by a third and a half: 1/18 : 1/6.
    close(found(&rule, &demand, theta), [0.25, 0.75, 0.0, 0.0]);
    assert_eq!(bar(&Rule::default(), &demand, &mut Scratch::default()), 0.0);
}
