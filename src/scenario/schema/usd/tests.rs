use super::*;
use crate::fields::{self, Sheet};
use crate::rng::{Agent, Domain, Streams};

fn draws(epoch: Epoch) -> Draws {
    Streams::new(5).at(Domain::TaoUsd, Agent::new("world", 0), epoch)
}

fn read(text: &str) -> (TaoUsd, Sheet) {
    let table = toml::from_str(text).expect("the test's text is TOML");
    let (price, _, sheet) = fields::read(&table, tao_usd);
    (price, sheet)
}

fn sound(text: &str) -> TaoUsd {
    let (price, sheet) = read(text);
    assert!(sheet.problems.is_empty(), "{text}: {:?}", sheet.problems);
    price
}

#[test]
fn a_constant_stays() {
    let price = sound("tao_usd = { kind = 'constant', value = 300.0 }");
    assert_eq!(price.start(), 300.0);
    assert_eq!(price.next(7.0, 9, 1.0, &mut draws(9)), 300.0);
    assert_eq!(sound(""), TaoUsd::Constant { value: LAST_CLOSE });
}

#[test]
fn a_list_is_followed_in_lines_or_steps() {
    // From 100 to 300 in 4 epochs: 50 an epoch. The last holds on.
    let line = sound("tao_usd = { kind = 'list', values = [100, 300, 200], every = 4 }");
    let step = "tao_usd = { kind = 'list', values = [100, 300, 200], every = 4, between = 'step' }";
    let step = sound(step);
    assert_eq!((line.start(), step.start()), (100.0, 100.0));
    for (epoch, in_line, in_steps) in [
        (0, 100.0, 100.0),
        (1, 150.0, 100.0),
        (4, 300.0, 300.0),
        (7, 225.0, 300.0),
        (8, 200.0, 200.0),
        (11, 200.0, 200.0),
        (Epoch::MAX, 200.0, 200.0),
    ] {
        assert_eq!(line.next(1.0, epoch, 0.05, &mut draws(epoch)), in_line, "{epoch}");
        assert_eq!(step.next(1.0, epoch, 0.05, &mut draws(epoch)), in_steps, "{epoch}");
    }
}

#[test]
fn wrong_texts_are_told() {
    for (text, message) in [
        ("tao_usd = { kind = 'list', values = [] }", "`values` must have at least one price"),
        ("tao_usd = { kind = 'geometric', start = 0 }", "`start` must be a number in"),
        ("tao_usd = { kind = 'constant', value = nan }", "`value` must be a number in"),
        ("tao_usd = 300", "`tao_usd` must be a table with a `kind`"),
    ] {
        let (price, sheet) = read(text);
        assert!(sheet.problems[0].message.starts_with(message), "{:?}", sheet.problems);
        // What stands in for it can be used.
        let _ = price.next(price.start(), 3, 1.0, &mut draws(3));
    }
}

/// Log returns of `days` each: mean and variance.
fn moments(motion: Motion, days: f64) -> (f64, f64) {
    let price = TaoUsd::Geometric { start: 200.0, motion };
    let mut draws = draws(0);
    let returns: Vec<f64> =
        (0..COUNT).map(|_| num::ln(price.next(200.0, 1, days, &mut draws) / 200.0)).collect();
    let mean = num::sum(&returns) / f64::from(COUNT);
    let squares: Vec<f64> = returns.iter().map(|r| (r - mean) * (r - mean)).collect();
    (mean, num::sum(&squares) / f64::from(COUNT))
}

const COUNT: u32 = 200_000;

#[test]
fn log_returns_have_the_moments_of_the_formula() {
    let jumpy =
        Motion { drift: 0.7, volatility: 0.4, jumps_per_year: 60.0, jump_mean: -0.1, jump_sd: 0.2 };
    let diffusion = Motion { jumps_per_year: 0.0, ..jumpy };
    for (motion, days) in [(Motion::default(), 1.0), (jumpy, 1.0), (jumpy, 0.05), (diffusion, 30.0)]
    {
        // In t years: mean (drift - v^2 / 2 - l (exp(m + s^2 / 2) - 1) + l m) t, variance
        // (v^2 + l (m^2 + s^2)) t, fourth cumulant l (m^4 + 6 m^2 s^2 + 3 s^4) t, where l jumps a
        // year have mean m and deviation s, and v is the volatility.
        let years = days / 365.25;
        let jumps = motion.jumps_per_year;
        let (first, square) = (motion.jump_mean, motion.jump_mean * motion.jump_mean);
        let (spread, steady) =
            (motion.jump_sd * motion.jump_sd, motion.volatility * motion.volatility);
        let mean_jump = num::exp(first + spread / 2.0) - 1.0;
        let mean = (motion.drift - steady / 2.0 - jumps * mean_jump + jumps * first) * years;
        let variance = (steady + jumps * (square + spread)) * years;
        let fourth = square * square + 6.0 * square * spread + 3.0 * spread * spread;
        let fourth = jumps * fourth * years;
        let (found_mean, found_variance) = moments(motion, days);
        let four = 4.0 * (variance / f64::from(COUNT)).sqrt();
        assert!((found_mean - mean).abs() < four, "mean {found_mean} of {mean}");
        let four = 4.0 * ((fourth + 2.0 * variance * variance) / f64::from(COUNT)).sqrt();
        assert!(
            (found_variance - variance).abs() < four,
            "variance {found_variance} of {variance}"
        );
    }
}

/// Without surprise the price grows by its drift: 200 e^0.5 after a year.
#[test]
fn without_surprise_the_price_grows_by_its_drift() {
    let text = "tao_usd = { kind = 'geometric', start = 200, drift = 0.5, volatility = 0, jumps_per_year = 0 }";
    let price = sound(text);
    let end = (1..=365)
        .fold(price.start(), |at, epoch| price.next(at, epoch, 365.25 / 365.0, &mut draws(epoch)));
    assert!((end / (200.0 * num::exp(0.5)) - 1.0).abs() < 1e-12, "{end}");
}

#[test]
fn the_price_stays_above_nothing_and_finite() {
    let wild = Motion {
        drift: 100.0,
        volatility: 20.0,
        jumps_per_year: 1e5,
        jump_mean: 10.0,
        jump_sd: 10.0,
    };
    for motion in [wild, Motion { jump_mean: -10.0, drift: -100.0, ..wild }] {
        let price = TaoUsd::Geometric { start: 1.0, motion };
        let mut at = price.start();
        for epoch in 0..100 {
            at = price.next(at, epoch, 1e4, &mut draws(epoch));
            assert!((LEAST..=MOST).contains(&at), "{at}");
        }
    }
}
