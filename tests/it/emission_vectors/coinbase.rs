//! Whole blocks: shares, terms, pools, and what the owner's miners do not get.

use serde_json::Value;
use taosim::protocol::injection::{Cap, Emission, Excess, terms};
use taosim::protocol::issuance;
use taosim::protocol::pool::Pool;
use taosim::protocol::shares::{Demand, Rule, Scratch, shares};
use taosim::protocol::withheld::withhold;
use taosim::units::{Alpha, Tao};

use super::{engine, near_rao, number, whole};

/// A subnet of a case.
struct Subnet {
    /// Whether it trades at a fixed price of 1.
    stable: bool,
    ema: f64,
    root_proportion: f64,
    pool: Pool,
    alpha_out: Alpha,
    protocol: Alpha,
}

impl Subnet {
    fn of(case: &Value) -> Self {
        let amount = |key: &str| case.get(key).map_or(0, whole);
        let fixed = case.get("stable").is_some() || case.get("price").is_some();
        Self {
            stable: fixed,
            ema: case.get("ema").map_or(1.0, number),
            root_proportion: case.get("root_prop").map_or(1.0, number),
            pool: Pool::new(Tao(amount("tao")), Alpha(amount("alpha"))),
            alpha_out: Alpha(amount("alpha_out")),
            protocol: Alpha::ZERO,
        }
    }

    fn price(&self) -> f64 {
        if self.stable { 1.0 } else { self.pool.price() }
    }
}

/// One block over all subnets; gives what it issued of TAO.
fn block(subnets: &mut [Subnet], emission: u64) -> Tao {
    let price: Vec<f64> = subnets.iter().map(|subnet| subnet.ema).collect();
    let all = vec![true; subnets.len()];
    let demand = Demand { eligible: &all, enabled: &all, price: &price, ..Demand::default() };
    let mut share = vec![0.0; subnets.len()];
    shares(&Rule::default(), &demand, 0.0, &mut Scratch::default(), &mut share);

    let mut issued = Tao::ZERO;
    for (subnet, share) in subnets.iter_mut().zip(share) {
        let alpha = issuance::alpha_emission(subnet.pool.alpha + subnet.alpha_out);
        let terms = terms(
            Cap::RootProportion,
            Excess::BuyProtocol,
            &Emission {
                tao: emission as f64 * share,
                block_tao: emission as f64,
                alpha: alpha.0 as f64,
                price: subnet.price(),
                share,
                root_proportion: subnet.root_proportion,
            },
        );
        let [tao_in, alpha_in, excess] = [terms.tao_in, terms.alpha_in, terms.excess].map(floored);
        if subnet.stable {
            assert_eq!(excess, 0);
            subnet.pool.add(Tao(tao_in), Alpha(alpha_in));
            issued += Tao(tao_in);
        } else {
            let absorbed = subnet.pool.absorb(Tao(tao_in), Alpha(alpha_in), Tao(excess));
            assert_eq!(absorbed.stranded, Tao::ZERO, "{absorbed:?}");
            subnet.alpha_out += absorbed.bought;
            subnet.protocol += absorbed.bought;
            issued += absorbed.tao_in + absorbed.spent;
        }
        subnet.alpha_out += alpha;
    }
    issued
}

fn floored(amount: f64) -> u64 {
    format!("{:.0}", amount.floor()).parse().expect("an amount of rao")
}

pub(super) fn end_to_end(case: &Value) {
    if case.get("incentives").is_some() {
        engine::owner_is_withheld(case);
        return owner_is_withheld(case);
    }
    engine::end_to_end(case);
    let mut subnets: Vec<Subnet> =
        case["subnets"].as_array().unwrap().iter().map(Subnet::of).collect();
    let before: Vec<Pool> = subnets.iter().map(|subnet| subnet.pool).collect();
    let emitted =
        subnets.iter().map(|subnet| issuance::alpha_emission(subnet.pool.alpha + subnet.alpha_out));
    let emitted: Vec<Alpha> = emitted.collect();
    let issued = block(&mut subnets, whole(&case["emission"]));

    let mut checked = 0;
    for (key, expected) in case.as_object().unwrap() {
        checked += 1;
        let each = || expected.as_array().unwrap().iter().zip(&subnets).zip(&before);
        match key.as_str() {
            "expected_subnet_tao_delta" => each().for_each(|((expected, subnet), before)| {
                near_rao((subnet.pool.tao - before.tao).0, expected, case);
            }),
            "expected_subnet_tao_after" => each().for_each(|((expected, subnet), _)| {
                near_rao(subnet.pool.tao.0, expected, case);
            }),
            "expected_alpha_in_after" => each().for_each(|((expected, subnet), _)| {
                near_rao(subnet.pool.alpha.0, expected, case);
            }),
            "expected_alpha_in_after_less_than" => each().for_each(|((expected, subnet), _)| {
                assert!(subnet.pool.alpha < Alpha(whole(expected)));
            }),
            "expected_alpha_out_emission" => {
                let expected = expected.as_array().unwrap().iter().map(whole);
                assert!(emitted.iter().map(|alpha| alpha.0).eq(expected));
            }
            // Stake and issuance both rise by what reaches the pools.
            "expected_total_issuance_delta"
            | "expected_total_issuance"
            | "expected_total_stake_delta" => near_rao(issued.0, expected, case),
            "expected" => only_bought(&subnets, &before, &emitted, issued, case),
            "src" | "emission" | "subnets" | "tol" | "provenance" => checked -= 1,
            key => panic!("unknown key {key}"),
        }
    }
    assert!(checked > 0, "nothing is expected of {case}");
}

/// Without alpha emission all TAO buys alpha, which the protocol keeps, and the price rises.
fn only_bought(subnets: &[Subnet], before: &[Pool], emitted: &[Alpha], issued: Tao, case: &Value) {
    assert!(case["expected"].as_str().unwrap().starts_with("alpha emission 0; all TAO"));
    assert!(issued.0.abs_diff(whole(&case["emission"])) <= 2);
    let former = case["subnets"].as_array().unwrap().iter().map(Subnet::of);
    for (((subnet, before), emitted), former) in subnets.iter().zip(before).zip(emitted).zip(former)
    {
        assert_eq!(*emitted, Alpha::ZERO);
        assert!(subnet.pool.alpha < before.alpha && subnet.pool.price() > before.price());
        assert!(subnet.protocol > Alpha::ZERO);
        assert_eq!(subnet.alpha_out - former.alpha_out, subnet.protocol);
        assert_eq!(before.alpha - subnet.pool.alpha, subnet.protocol);
    }
}

fn owner_is_withheld(case: &Value) {
    let earned = ["subnet_owner", "other"].map(|who| Alpha(whole(&case["incentives"][who])));
    let mut paid = earned;
    let withheld = withhold(&mut paid, &[0]);
    let expected = &case["expected"];
    assert_eq!(paid[0].0, whole(&expected["subnet_owner_stake_gain"]));
    assert_eq!(paid[1].0, whole(&expected["other_stake_gain"]));
    assert_eq!(withheld.share, number(&expected["miner_burned"]));
    assert_eq!(withheld.amount, earned[0]);
}
