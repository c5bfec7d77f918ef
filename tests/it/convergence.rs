//! Blocks that are run at once end where blocks that are run one by one do.

#[path = "../../examples/convergence.rs"]
#[expect(dead_code, reason = "its main is for who runs it as an example")]
mod example;

use example::Errors;

/// Steps in an epoch, and what prices, shares and issuance may be off by after 30 days.
const BOUNDS: [(u64, f64); 4] = [(1, 1e-4), (2, 3e-5), (4, 8e-6), (12, 1e-6)];

/// What whole rao in each block add up to, of which nothing is to be expected.
const RAO: f64 = 2e-8;

fn errors(edits: &[&str]) -> Vec<Errors> {
    let edits: Vec<String> = edits.iter().map(|edit| (*edit).to_owned()).collect();
    let steps = BOUNDS.map(|(steps, _)| steps);
    example::errors(&steps, false, &edits).unwrap_or_else(|error| panic!("{error}"))
}

/// Twelve steps in place of one divide the error by 144; a twentieth is asked for.
fn converges(edits: &[&str]) {
    let found = errors(edits);
    for ((steps, bound), errors) in BOUNDS.iter().zip(&found) {
        for (name, error) in errors.each() {
            assert!(error < *bound, "{edits:?}: {name} is off by {error:e} at {steps} steps");
        }
    }
    let (one, twelve) = (found[0].each(), found[3].each());
    for ((name, one), (_, twelve)) in one.into_iter().zip(twelve) {
        assert!(twelve < one / 20.0 + RAO, "{edits:?}: {name} from {one:e} to {twelve:e}");
    }
}

#[test]
fn a_step_is_off_by_its_square() {
    converges(&[]);
}

/// Smoothed prices come to sum to more than 1 on the way, and root is paid from then on.
#[test]
fn no_step_leads_across_the_threshold_of_root() {
    converges(&["subnet.a.market.ema_price=0.25"]);
}

/// TAO halves after 5 days, and the alpha of one subnet somewhat later.
#[test]
fn no_step_leads_across_a_halving() {
    converges(&["network.tao_issued=10482000.0", "subnet.a.market.elsewhere=8685000.0"]);
}

#[test]
fn flows_and_former_pools_converge_too() {
    for era in ["dtao-2025-02", "taoflow-2025-11", "netflow-2026-05", "price-burn-2026-06"] {
        converges(&[&format!("network.era={era}"), "epochs=200"]);
    }
}
