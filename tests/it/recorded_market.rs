//! What the chain recorded of its market: quotes of its pools, and shares after its gate.

use std::fs;

use taosim::protocol::pool::guard::MOST_PRICE;
use taosim::protocol::pool::{FEE_RATE, Pool, fee};
use taosim::protocol::shares::{Bar, Demand, Gate, Rule, Scratch, bar, shares};
use taosim::units::{Alpha, RAO, Tao};

use crate::tools::root;

/// The rows of a recorded table, where it is at hand.
fn table(name: &str) -> Option<Vec<csv::StringRecord>> {
    let text = fs::read_to_string(root().join("../shared/data").join(name)).ok();
    if text.is_none() {
        eprintln!("skipped: the chain data are not at hand");
    }
    let text = text?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows = reader.records().map(|row| row.expect("a row"));
    Some(std::iter::once(header).chain(rows).collect())
}

/// A column of a table as numbers; flags count 1 and 0, and an empty field counts as nothing.
fn column(table: &[csv::StringRecord], name: &str) -> Vec<Option<f64>> {
    let index = table[0].iter().position(|field| field == name).expect("the column");
    let number = |row: &csv::StringRecord| match &row[index] {
        "" => None,
        "True" => Some(1.0),
        "False" => Some(0.0),
        field => Some(field.parse().expect("a number")),
    };
    table[1..].iter().map(number).collect()
}

/// Subnet 1 at block 9240388: reserves, weight, and a quote of one TAO.
#[test]
fn a_weighted_pool_quotes_what_the_chain_did() {
    let pool = Pool {
        tao: Tao(23_027_286_571_256),
        alpha: Alpha(3_508_759_482_573_826),
        weight: 0.499_999_996_087_712_5,
    };
    let fill = pool.quote_limited_buy(Tao(RAO), MOST_PRICE, FEE_RATE).expect("a quote");
    assert_eq!([fill.traded, fill.fee], [Tao(999_496_453), Tao(503_547)]);
    let error = fill.out.0 as f64 / 152_290_647_774.0 - 1.0;
    assert!(error.abs() < 1e-8, "{error}");
}

/// Three pools at block 7000020, whose reserves are solved from their two recorded buys, sell for
/// what was recorded.
#[test]
fn plain_pools_quote_what_the_chain_did() {
    let Some(table) = table("amm_sim_swap_vectors.csv") else { return };
    let [block, netuid, input, tao, alpha, alpha_fee] = [
        "block",
        "netuid",
        "input_rao",
        "out_tao_amount_rao",
        "out_alpha_amount_rao",
        "alpha_fee_rao",
    ]
    .map(|name| column(&table, name).into_iter().map(Option::unwrap).collect::<Vec<f64>>());
    let mut checked = 0;
    for subnet in [1.0, 19.0, 64.0] {
        let rows: Vec<usize> = (0..block.len())
            .filter(|row| block[*row] == 7_000_020.0 && netuid[*row] == subnet)
            .collect();
        let [small, large, sale] = rows[..] else { panic!("three quotes of {subnet}") };
        // out = x t / (y + t), so t / out = (y + t) / x: two buys give 1/x and y.
        let asked = |row: usize| tao[row] / alpha[row];
        let x = (tao[large] - tao[small]) / (asked(large) - asked(small));
        let y = asked(small) * x - tao[small];
        let pool = Pool::new(Tao::from_tokens(y / 1e9), Alpha::from_tokens(x / 1e9));
        let sold = Alpha::from_tokens(input[sale] / 1e9);
        let cost = fee(sold.0, FEE_RATE);
        assert_eq!(cost as f64, alpha_fee[sale]);
        let out = pool.quote_sell(sold - Alpha(cost)).expect("a quote");
        let error = out.0 as f64 / tao[sale] - 1.0;
        assert!(error.abs() < 1e-8, "subnet {subnet}: {error}");
        checked += 1;
    }
    assert_eq!(checked, 3);
}

/// A snapshot of what decided shares, and the TAO that each subnet got of the block.
struct Snapshot {
    table: &'static str,
    price: &'static str,
    burned: &'static str,
    closed: [&'static str; 3],
    got: [&'static str; 2],
    /// TAO of the block, in the unit of `got`.
    block: f64,
    /// The bar the chain had stored, and the rule it had.
    bar: f64,
    rule: Bar,
    /// How far the bar may be from that of the present shares: it was set some blocks before.
    drift: f64,
    /// Mean error of the shares.
    error: f64,
}

const SNAPSHOTS: [Snapshot; 2] = [
    Snapshot {
        table: "emission_pipeline_block8740402.csv",
        price: "moving_price",
        burned: "miner_burned",
        closed: ["subtoken_enabled", "registration_allowed", "first_emission_block"],
        got: ["tao_in_emission_rao", "excess_tao_rao"],
        block: 5e8,
        bar: 0.009_272_842_54,
        rule: Bar::Mass(0.75),
        drift: 6e-3,
        error: 1.2e-5,
    },
    Snapshot {
        table: "subnet_economics_2026_aug.csv",
        price: "moving_price_pinned",
        burned: "miner_burned_fraction",
        closed: ["subtoken_enabled", "registration_allowed_pinned", "first_emission_block"],
        got: ["tao_in_emission_tao", "excess_tao"],
        block: 0.5,
        bar: 0.008_232_527_92,
        rule: Bar::Rank(32),
        drift: 1e-3,
        error: 1e-7,
    },
];

#[test]
fn shares_after_the_gate_are_those_that_the_chain_paid() {
    for snapshot in SNAPSHOTS {
        let Some(table) = table(snapshot.table) else { return };
        let read = |name: &str| column(&table, name);
        let or_0 = |name: &str| -> Vec<f64> {
            read(name).into_iter().map(|field| field.unwrap_or(0.0)).collect()
        };
        let netuid = or_0("netuid");
        let closed = snapshot.closed.map(read);
        let eligible: Vec<bool> = (0..netuid.len())
            .map(|row| {
                netuid[row] > 0.0 && closed.iter().all(|flag| flag[row].unwrap_or(0.0) > 0.0)
            })
            .collect();
        let enabled: Vec<bool> = or_0("emission_enabled").iter().map(|flag| *flag > 0.0).collect();
        let demand = Demand {
            eligible: &eligible,
            enabled: &enabled,
            price: &or_0(snapshot.price),
            miner_burned: &or_0(snapshot.burned),
            ..Demand::default()
        };
        let gate = Gate { bar: snapshot.rule, ..Gate::default() };
        let rule = Rule { gate: Some(gate), ..Rule::default() };
        let mut scratch = Scratch::default();
        let theta = bar(&rule, &demand, &mut scratch);
        let drift = theta / snapshot.bar - 1.0;
        assert!(drift.abs() < snapshot.drift, "{}: a bar of {theta}", snapshot.table);

        let mut out = vec![0.0; netuid.len()];
        shares(&rule, &demand, snapshot.bar, &mut scratch, &mut out);
        let got = snapshot.got.map(or_0);
        let error = |row: usize| ((got[0][row] + got[1][row]) / snapshot.block - out[row]).abs();
        let mean = (0..out.len()).map(error).fold(0.0, |sum, error| sum + error)
            / eligible.iter().filter(|eligible| **eligible).count() as f64;
        println!("{}: bar {theta}, mean error {mean:e}", snapshot.table);
        assert!(mean < snapshot.error, "{}: {mean}", snapshot.table);
    }
}
