//! From incentive and dividends to each uid's shares of the epoch's emission.

use crate::num;

/// Writes each uid's shares of the emission that go to it as a miner and as a validator.
///
/// All slices are of shape `[uids]`. `incentive` and `dividends` each sum to 1 or are all 0;
/// `validator_share` in `[0, 1]` is the part that follows dividends. Where one of the two is all 0
/// the other takes everything. Where nothing is left, all goes to validators by `active` stake,
/// or by `stake` shares if no stake is active. `servers` and `validators` together sum to 1, or
/// are all 0 where there is no stake at all.
///
/// At a `validator_share` of one half this is, to the bit, the chain's sum of incentive and
/// dividends divided by its total.
///
/// Source: `epoch/run_epoch.rs::epoch_mechanism`.
pub fn shares(
    validator_share: f64,
    [incentive, dividends]: [&[f64]; 2],
    [active, stake]: [&[f64]; 2],
    [servers, validators]: [&mut [f64]; 2],
) {
    // One half weighs both with exactly 1.
    let (for_servers, for_validators) = (2.0 - 2.0 * validator_share, 2.0 * validator_share);
    let earned = incentive.iter().zip(dividends);
    let total = earned.clone().fold(0.0, |sum, (incentive, dividends)| {
        sum + (for_servers * incentive + for_validators * dividends)
    });
    if total == 0.0 {
        servers.fill(0.0);
        validators.copy_from_slice(if num::sum(active) > 0.0 { active } else { stake });
        return;
    }
    for ((incentive, dividends), (server, validator)) in
        earned.zip(servers.iter_mut().zip(validators))
    {
        *server = for_servers * incentive / total;
        *validator = for_validators * dividends / total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares_of(
        xi: f64,
        incentive: [f64; 2],
        dividends: [f64; 2],
        active: [f64; 2],
    ) -> [[f64; 2]; 2] {
        let (mut servers, mut validators) = ([9.0; 2], [9.0; 2]);
        shares(
            xi,
            [&incentive, &dividends],
            [&active, &[0.25, 0.75]],
            [&mut servers, &mut validators],
        );
        [servers, validators]
    }

    #[test]
    fn miners_and_validators_share_by_halves_or_as_told() {
        let (incentive, dividends) = ([0.0, 1.0], [1.0, 0.0]);
        assert_eq!(shares_of(0.5, incentive, dividends, [1.0, 0.0]), [[0.0, 0.5], [0.5, 0.0]]);
        assert_eq!(shares_of(0.25, incentive, dividends, [1.0, 0.0]), [[0.0, 0.75], [0.25, 0.0]]);
        assert_eq!(shares_of(0.0, incentive, dividends, [1.0, 0.0]), [[0.0, 1.0], [0.0, 0.0]]);
    }

    #[test]
    fn incentive_alone_takes_everything() {
        assert_eq!(shares_of(0.5, [0.0, 1.0], [0.0; 2], [1.0, 0.0]), [[0.0, 1.0], [0.0; 2]]);
    }

    #[test]
    fn without_work_stake_is_paid() {
        assert_eq!(shares_of(0.5, [0.0; 2], [0.0; 2], [1.0, 0.0]), [[0.0; 2], [1.0, 0.0]]);
        assert_eq!(shares_of(0.5, [0.0; 2], [0.0; 2], [0.0; 2]), [[0.0; 2], [0.25, 0.75]]);
    }
}
