//! The token economy at a glance.

use std::fmt::Write as _;

use comfy_table::{LineStyle, presets};

use super::{blank, grouped, percent, text};
use crate::report::economy::Economy;
use crate::report::series::largest;

/// Most subnets in the table.
const ROWS: usize = 10;

/// A line about the network, a table of the most paid subnets, and a line about the traders.
pub(super) fn network(economy: &Economy) -> String {
    let last = |metric: &str| economy.network_last(metric);
    let days = economy.days.last().copied().unwrap_or(0.0);
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "network, after {} epochs, {days:.1} days", economy.manifest.epochs_run);
    out += &subnets(economy);
    let _ = writeln!(
        out,
        "{} TAO issued · smoothed prices sum to {:.3} · {} TAO on root, paid in {} of blocks · \
         emission: HHI {:.3}, {} of {} subnets paid",
        grouped(last("tao_issued_tao")),
        last("ema_price_sum"),
        grouped(last("root_tao")),
        percent(last("root_paid_share")),
        last("emission_hhi"),
        last("paid_subnets"),
        last("subnets"),
    );
    let gains = economy.trading("gain_share");
    let gain = |gains: &Vec<f64>| gains.last().copied().unwrap_or(f64::NAN) * 100.0;
    let traders = economy.traders.iter().zip(&gains);
    let traders: Vec<String> =
        traders.map(|(name, gains)| format!("{name} {:+.1} %", gain(gains))).collect();
    if !traders.is_empty() {
        let _ = writeln!(out, "traders' worth in TAO: {}", traders.join(", "));
    }
    out
}

fn subnets(economy: &Economy) -> String {
    let shares = economy.market_last("emission_share");
    let columns = [
        "price_tao_per_alpha",
        "ema_price_tao_per_alpha",
        "staker_apy",
        "miner_burned_share",
        "pool_tao",
    ];
    let [price, ema, apy, burned, pool] = columns.map(|metric| economy.market_last(metric));
    let mut table = blank();
    // Without a line between rows, or ten of them would fill a screen.
    table.load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    table.set_header([
        "subnet",
        "share of emission",
        "price [TAO]",
        "smoothed",
        "stakers' APY",
        "withheld",
        "pool [TAO]",
    ]);
    for at in largest(&shares, ROWS) {
        table.add_row([
            economy.subnets[at].to_string(),
            percent(shares[at]),
            format!("{:.5}", price[at]),
            format!("{:.5}", ema[at]),
            percent(apy[at]),
            percent(burned[at]),
            grouped(pool[at]),
        ]);
    }
    let rest = shares.len().saturating_sub(ROWS);
    let more = if rest == 0 { String::new() } else { format!("and {rest} others\n") };
    text(&mut table, 1..7) + &more
}
