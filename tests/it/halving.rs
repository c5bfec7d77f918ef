//! TAO and alpha halve at their thresholds, and what is recycled puts that off.

use std::sync::atomic::AtomicBool;

use taosim::record::{Frame, Observer, RecordError};
use taosim::simulation::Simulation;
use taosim::units::{Alpha, RAO, Tao};

use crate::tools::scenario;

/// TAO minted and issued, and alpha issued to each subnet's people, in every epoch.
#[derive(Default)]
struct Mint {
    minted: Vec<Tao>,
    issued: Vec<Tao>,
    alpha: Vec<Vec<Alpha>>,
}

impl Observer for Mint {
    fn observe(&mut self, frame: &Frame<'_>) -> Result<(), RecordError> {
        let network = frame.world.network.as_ref().expect("a network");
        self.minted.push(network.flows.minted);
        self.issued.push(network.issued);
        self.alpha.push(frame.world.subnets.iter().map(|subnet| subnet.flows.issued).collect());
        Ok(())
    }
}

fn mint(edits: &[&str]) -> Mint {
    let mut mint = Mint::default();
    Simulation::new(&scenario("halving.toml", edits))
        .run(&mut [&mut mint], &AtomicBool::new(false))
        .expect("it runs");
    mint
}

/// The first epoch whose issue is not that of the first.
fn halving<T: PartialEq>(issued: &[T]) -> Option<usize> {
    issued.iter().position(|amount| *amount != issued[0])
}

/// 17,910 TAO at half a TAO a block are 35,820 blocks: 99 epochs and a half. The dust that is
/// recycled on the way makes it one block more: 181 blocks at 0.5 and 179 at 0.25.
#[test]
fn tao_halves_in_the_block_after_its_threshold() {
    let mint = mint(&[]);
    let tao = |tokens: f64| Tao::from_tokens(tokens);
    assert!(mint.minted[..99].iter().all(|minted| *minted == tao(180.0)));
    assert_eq!(mint.minted[99], tao(181.0 * 0.5 + 179.0 * 0.25));
    assert!(mint.minted[100..].iter().all(|minted| *minted == tao(90.0)));
    let threshold = Tao(15_750_000 * RAO);
    assert!(mint.issued[98] < threshold && threshold < mint.issued[99]);
}

/// `idle`'s quarter is minted and recycled: 16 epochs in 3, and its share falls with its price.
#[test]
fn tao_that_is_recycled_puts_the_halving_off() {
    let withheld = mint(&["network.rules.shares.switched_off=withheld"]);
    assert_eq!(halving(&withheld.minted), Some(131));
    assert_eq!(halving(&mint(&[]).minted), Some(99));
}

/// 383 alpha an epoch are 20,000 after 52; less 118 that are recycled, they are after 75.
#[test]
fn alpha_that_is_recycled_puts_its_halving_off() {
    let mint = mint(&["epochs=90"]);
    let of = |subnet: usize| mint.alpha.iter().map(|epoch| epoch[subnet]).collect::<Vec<_>>();
    let (burner, recycler) = (of(0), of(1));
    assert_eq!((halving(&burner), halving(&recycler)), (Some(52), Some(75)));
    for issued in [&burner, &recycler] {
        assert_eq!((issued[51], issued[89]), (Alpha(360 * RAO), Alpha(180 * RAO)));
    }
    assert_eq!(halving(&of(2)), None, "a young subnet");
}
