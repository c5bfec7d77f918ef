//! Small cases of what is taken and what is not.

use super::*;

const GUARDS: Guards = Guards { most_times: 10, least_reserve: 50 };
const BOUNDS: Bounds = Bounds { min_stake: Tao(100), guards: GUARDS, nominator_factor: 500_000 };
const POOL: Reserves =
    Reserves { tao: Tao(1_000), alpha: Alpha(4_000), tao_weight: 0.5, fee_rate: 6_554 };

fn purchase(amount: u64) -> Purchase {
    Purchase { amount: Tao(amount), balance: Tao(20_000), started: true, hotkey: true, limit: None }
}

fn sale(amount: u64) -> Sale {
    Sale {
        amount: Alpha(amount),
        held: Alpha(50_000),
        free: Alpha(45_000),
        proceeds: Tao(100),
        started: true,
        hotkey: true,
        call: SaleCall::Plain,
    }
}

fn step(amount: u64) -> Move {
    Move {
        amount: Alpha(amount),
        held: Alpha(500),
        held_in_all: Alpha(600),
        locked: Alpha(400),
        value: Tao(100),
        started: [true; 2],
        hotkeys: [true; 2],
        gift: None,
        takes_locked: false,
        same_place: false,
    }
}

/// A fee of 6554/65535 is a tenth and a bit.
#[test]
fn a_purchase_pays_its_fee() {
    let expected = Spent { spent: Tao(1_000), fee: Tao(100), traded: Tao(900) };
    assert_eq!(add_stake(&BOUNDS, &POOL, &purchase(1_000)), Ok(expected));
}

#[test]
fn a_purchase_keeps_the_bounds() {
    let refused = |purchase: Purchase| add_stake(&BOUNDS, &POOL, &purchase).unwrap_err();
    let ok = |amount: u64| add_stake(&BOUNDS, &POOL, &purchase(amount)).is_ok();
    assert_eq!(refused(Purchase { started: false, ..purchase(500) }), Refusal::NotStarted);
    assert_eq!(refused(Purchase { hotkey: false, ..purchase(500) }), Refusal::NoHotkey);
    // 100, and the fee of 10 on them.
    let (value, least) = (Tao(109), Tao(110));
    assert_eq!(refused(purchase(109)), Refusal::TooLittle { value, least });
    assert!(ok(111));
    assert!(ok(10_000));
    let much = Refusal::Pool(Refused::InputTooLarge);
    assert_eq!(refused(purchase(10_001)), much);
    let short = Refusal::NotEnough { asked: 20_001, held: 20_000 };
    assert_eq!(refused(purchase(20_001)), short);
    let thin = Reserves { alpha: Alpha(49), ..POOL };
    let found = add_stake(&BOUNDS, &thin, &purchase(500));
    assert_eq!(found, Err(Refusal::Pool(Refused::ReserveTooLow)));
}

#[test]
fn a_limit_cuts_a_purchase_or_refuses_it() {
    let limited = |executable, partial| {
        let limit = Some(Limit { executable, partial });
        add_stake(&BOUNDS, &POOL, &Purchase { limit, ..purchase(1_000) })
    };
    assert_eq!(limited(500, true).map(|spent| spent.spent), Ok(Tao(500)));
    let slips = Refusal::Slippage { asked: 1_000, executable: 500 };
    assert_eq!(limited(500, false), Err(slips));
    // 110 less a fee of 11 are below the least.
    let (value, least) = (Tao(99), Tao(100));
    assert_eq!(limited(110, true), Err(Refusal::TooLittle { value, least }));
}

#[test]
fn root_takes_all_without_a_fee() {
    assert_eq!(add_root_stake(&BOUNDS, &purchase(100)), Ok(Tao(100)));
    let (value, least) = (Tao(99), Tao(100));
    assert_eq!(add_root_stake(&BOUNDS, &purchase(99)), Err(Refusal::TooLittle { value, least }));
    let short = Err(Refusal::NotEnough { asked: 20_001, held: 20_000 });
    assert_eq!(add_root_stake(&BOUNDS, &purchase(20_001)), short);
}

#[test]
fn a_sale_pays_its_fee() {
    let expected = Sold { sold: Alpha(1_000), fee: Alpha(100), traded: Alpha(900) };
    assert_eq!(remove_stake(&BOUNDS, &POOL, &sale(1_000)), Ok(expected));
    let call = SaleCall::Limit(Limit { executable: 500, partial: true });
    let found = remove_stake(&BOUNDS, &POOL, &Sale { call, ..sale(1_000) });
    assert_eq!(found.map(|sold| sold.sold), Ok(Alpha(500)));
}

#[test]
fn a_sale_keeps_the_bounds() {
    let refused = |sale: Sale| remove_stake(&BOUNDS, &POOL, &sale).unwrap_err();
    assert_eq!(refused(sale(0)), Refusal::Nothing);
    assert_eq!(refused(Sale { hotkey: false, ..sale(500) }), Refusal::NoHotkey);
    let short = Refusal::NotEnough { asked: 50_001, held: 50_000 };
    assert_eq!(refused(sale(50_001)), short);
    let much = Refusal::Pool(Refused::InputTooLarge);
    assert_eq!(refused(sale(40_001)), much);
    let (value, least) = (Tao(99), Tao(100));
    let cheap = Sale { proceeds: Tao(99), ..sale(500) };
    assert_eq!(refused(cheap), Refusal::TooLittle { value, least });
    let whole = Sale { held: Alpha(500), ..cheap };
    assert!(remove_stake(&BOUNDS, &POOL, &whole).is_ok(), "a whole position always goes");
    let locked = Refusal::Locked { asked: Alpha(501), free: Alpha(500) };
    assert_eq!(refused(Sale { free: Alpha(500), ..sale(501) }), locked);
}

#[test]
fn only_the_plain_sale_waits_for_the_start() {
    let early = Sale { started: false, ..sale(500) };
    assert_eq!(remove_stake(&BOUNDS, &POOL, &early), Err(Refusal::NotStarted));
    for call in [SaleCall::All, SaleCall::Limit(Limit { executable: 500, partial: false })] {
        assert!(remove_stake(&BOUNDS, &POOL, &Sale { call, ..early }).is_ok());
    }
}

/// Half of 100 must be left: 200 at 0.25, but not 199.
#[test]
fn small_nominations_are_cleared() {
    assert!(BOUNDS.clears(Alpha(199), 0.25, false));
    assert!(!BOUNDS.clears(Alpha(200), 0.25, false));
    assert!(!BOUNDS.clears(Alpha(199), 0.25, true), "a hotkey's own");
    assert!(!BOUNDS.clears(Alpha(0), 0.25, false));
    assert!(!Bounds::default().clears(Alpha(1), 1e-9, false));
}

#[test]
fn a_move_within_carries_locks() {
    assert_eq!(move_within(&BOUNDS, &step(500)), Ok(Alpha(0)), "the same coldkey");
    let gift = Move { gift: Some([true; 2]), ..step(500) };
    assert_eq!(move_within(&BOUNDS, &gift), Err(Refusal::LockRejected));
    assert_eq!(move_within(&BOUNDS, &Move { takes_locked: true, ..gift }), Ok(Alpha(300)));
    assert_eq!(move_within(&BOUNDS, &Move { amount: Alpha(200), ..gift }), Ok(Alpha(0)));
}

#[test]
fn a_move_across_leaves_locks_behind() {
    let found = move_across(&BOUNDS, &Move { value: Tao(101), ..step(200) });
    assert_eq!(found, Ok(()));
    let locked = Refusal::Locked { asked: Alpha(201), free: Alpha(200) };
    let found = move_across(&BOUNDS, &Move { value: Tao(101), ..step(201) });
    assert_eq!(found, Err(locked));
    let (value, least) = (Tao(100), Tao(101));
    let found = move_across(&BOUNDS, &step(200));
    assert_eq!(found, Err(Refusal::TooLittle { value, least }), "it must be more");
}

#[test]
fn every_move_is_checked() {
    let both = |step: Move| {
        let within = move_within(&BOUNDS, &step).unwrap_err();
        assert_eq!(move_across(&BOUNDS, &step), Err(within));
        within
    };
    let good = Move { value: Tao(101), ..step(200) };
    assert_eq!(both(Move { same_place: true, ..good }), Refusal::SamePlace);
    assert_eq!(both(Move { started: [true, false], ..good }), Refusal::NotStarted);
    assert_eq!(both(Move { hotkeys: [false, true], ..good }), Refusal::NoHotkey);
    assert_eq!(both(Move { gift: Some([true, false]), ..good }), Refusal::TransfersOff);
    let short = Refusal::NotEnough { asked: 501, held: 500 };
    assert_eq!(both(Move { amount: Alpha(501), ..good }), short);
}

#[test]
fn a_move_pays_one_fee_and_may_stop_half_way() {
    assert_eq!([fee_side(true), fee_side(false)], [FeeSide::Destination, FeeSide::Origin]);
    assert_eq!(second_leg(&BOUNDS, Tao(100)), Some(Tao(100)));
    assert_eq!(second_leg(&BOUNDS, Tao(99)), None);
}
