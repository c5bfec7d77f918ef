//! The rows of a snapshot, read and held against each other.

use super::super::sheet::Sheet;
use super::{Csv, NetworkFiles};

/// A subnet as the record has it.
#[derive(Clone, Debug)]
pub(super) struct SubnetRow {
    pub(super) netuid: u64,
    pub(super) name: String,
    /// Block of its registration.
    pub(super) registered: u64,
    /// Coldkey of its owner.
    pub(super) owner: String,
    /// Neurons, and how many of them hold a permit.
    pub(super) uids: u64,
    pub(super) permits: u64,
    pub(super) most_uids: u64,
    pub(super) most_validators: u64,
    pub(super) mechanisms: u64,
    /// Pool `[TAO]`, `[alpha]`, and alpha outside it.
    pub(super) tao: f64,
    pub(super) alpha: f64,
    pub(super) alpha_out: f64,
    /// Stake weight of all neurons, and of the greatest `[alpha]`.
    pub(super) stake: f64,
    pub(super) greatest: f64,
    /// Smoothed price `[TAO per alpha]`.
    pub(super) ema: f64,
    /// Part of incentive withheld from miners.
    pub(super) burned: f64,
    /// First block that emits; `None` before the start call.
    pub(super) first_emission: Option<u64>,
    pub(super) enabled: bool,
    pub(super) open: bool,
    /// Price of a slot `[TAO]`.
    pub(super) slot: f64,
    /// What goes into its pool or buys from it `[TAO per block]`.
    pub(super) emitted: f64,
    pub(super) rules: Rules,
}

/// Parameters that differ from the default.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) kappa: Option<f64>,
    pub(super) commit_reveal: Option<bool>,
    pub(super) yuma3: Option<bool>,
    pub(super) liquid_alpha: Option<bool>,
}

/// A validator's hotkey.
#[derive(Clone, Debug)]
pub(super) struct Hotkey {
    pub(super) id: String,
    pub(super) coldkey: String,
    pub(super) take: f64,
    /// TAO on root.
    pub(super) root: f64,
    /// Its stake in subnets, at their prices `[TAO]`.
    pub(super) worth: f64,
    /// In how many subnets it is, root among them.
    pub(super) subnets: u64,
}

/// A hotkey's place in a subnet.
#[derive(Clone, Debug)]
pub(super) struct Position {
    /// Index into [`Snapshot::hotkeys`].
    pub(super) hotkey: usize,
    /// Index into [`Snapshot::subnets`]; `None` for root.
    pub(super) subnet: Option<usize>,
    /// Stake weight `[alpha]`.
    pub(super) stake: f64,
    /// Whether none of its weights count.
    pub(super) silent: bool,
}

/// All of it.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) block: u64,
    pub(super) date: String,
    /// Without root, by netuid.
    pub(super) subnets: Vec<SubnetRow>,
    pub(super) hotkeys: Vec<Hotkey>,
    pub(super) positions: Vec<Position>,
    /// TAO on root.
    pub(super) root: f64,
}

/// What the take is where it was never set.
const TAKE: f64 = 0.18;

/// More than anything in the record.
const MOST: f64 = 1e12;
const MOST_BLOCK: u32 = 1_000_000_000;
const MOST_UIDS: u32 = 65_535;

impl Snapshot {
    /// Reads the files; gives all that is wrong with them.
    pub(super) fn read(files: &NetworkFiles<'_>) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let mut snapshot = Self {
            block: 0,
            date: String::new(),
            subnets: Vec::new(),
            hotkeys: Vec::new(),
            positions: Vec::new(),
            root: 0.0,
        };
        snapshot.economics(files.economics, &mut problems);
        snapshot.validators(files.validators, &mut problems);
        snapshot.places(files.positions, &mut problems);
        for (file, block) in &files.hyperparams {
            snapshot.hyperparams(*file, *block, &mut problems);
        }
        if problems.is_empty() && snapshot.subnets.is_empty() {
            problems.push(format!("{}: no subnet but root", files.economics.name));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        // What the record has for root is a stake weight too: all of them together are all the TAO.
        let weights = snapshot.hotkeys.iter().fold(0.0, |sum, hotkey| sum + hotkey.root);
        for hotkey in &mut snapshot.hotkeys {
            hotkey.root *= if weights > 0.0 { snapshot.root / weights } else { 0.0 };
        }
        Ok(snapshot)
    }

    fn economics(&mut self, file: Csv<'_>, problems: &mut Vec<String>) {
        let mut sheet = Sheet::read(file);
        let block = sheet.column("block");
        let snapshot = sheet.optional("snapshot");
        let netuid = sheet.column("netuid");
        let columns: Vec<usize> = ECONOMICS.iter().map(|name| sheet.column(name)).collect();
        let first = sheet.optional("first_emission_block");
        let burned = sheet.optional("miner_burned_fraction");
        let ema = sheet.optional("moving_price_pinned");
        for row in 0..sheet.len() {
            let at = |name: &str| {
                let place = ECONOMICS.iter().position(|other| *other == name);
                place.map_or(usize::MAX, |place| columns[place])
            };
            let number = |sheet: &mut Sheet<'_>, name| sheet.number(row, at(name), MOST);
            let uids = |sheet: &mut Sheet<'_>, name| sheet.whole(row, at(name), MOST_UIDS);
            let Some(id) = sheet.whole(row, netuid, MOST_UIDS) else { continue };
            let Some(block) = sheet.whole(row, block, MOST_BLOCK) else { continue };
            self.block = self.block.max(block);
            if let (Some(column), true) = (snapshot, self.date.is_empty()) {
                sheet.text(row, column).clone_into(&mut self.date);
            }
            if id == 0 {
                self.root = number(&mut sheet, "tao_in_pool_tao").unwrap_or_default();
                continue;
            }
            let smoothed = sheet.number_if_given(row, ema, MOST);
            let read = SubnetRow {
                netuid: id,
                name: sheet.text(row, at("name")).to_owned(),
                registered: sheet.whole(row, at("registered_at_block"), MOST_BLOCK).unwrap_or(0),
                owner: sheet.text(row, at("owner_id")).to_owned(),
                uids: uids(&mut sheet, "participant_count").unwrap_or_default(),
                permits: uids(&mut sheet, "validator_count").unwrap_or_default(),
                most_uids: uids(&mut sheet, "max_uids").unwrap_or_default(),
                most_validators: uids(&mut sheet, "max_validators").unwrap_or_default(),
                mechanisms: uids(&mut sheet, "mechanism_count").unwrap_or_default().max(1),
                tao: number(&mut sheet, "tao_in_pool_tao").unwrap_or_default(),
                alpha: number(&mut sheet, "alpha_in_pool").unwrap_or_default(),
                alpha_out: number(&mut sheet, "alpha_out_pool").unwrap_or_default(),
                stake: number(&mut sheet, "total_stake_alpha").unwrap_or_default(),
                greatest: number(&mut sheet, "max_stake_alpha").unwrap_or_default(),
                ema: smoothed.or_else(|| number(&mut sheet, "alpha_price_tao")).unwrap_or_default(),
                burned: sheet.number_if_given(row, burned, 1.0).unwrap_or_default(),
                first_emission: sheet
                    .number_if_given(row, first, f64::from(MOST_BLOCK))
                    .and_then(|_| sheet.whole(row, first.unwrap_or_default(), MOST_BLOCK)),
                enabled: sheet.flag(row, at("emission_enabled")).unwrap_or_default(),
                open: sheet.flag(row, at("registration_allowed")).unwrap_or_default(),
                slot: number(&mut sheet, "registration_cost_tao").unwrap_or_default(),
                emitted: number(&mut sheet, "tao_in_emission_tao").unwrap_or_default()
                    + number(&mut sheet, "excess_tao").unwrap_or_default(),
                rules: Rules::default(),
            };
            match self.subnets.binary_search_by_key(&id, |subnet| subnet.netuid) {
                Ok(_) => sheet.note_at(row, netuid, &format!("a second row for subnet {id}")),
                Err(place) => self.subnets.insert(place, read),
            }
        }
        problems.append(&mut sheet.finish());
    }

    fn validators(&mut self, file: Csv<'_>, problems: &mut Vec<String>) {
        let mut sheet = Sheet::read(file);
        let [id, coldkey, take, root, worth, subnets] = [
            "hotkey_id",
            "coldkey_id",
            "take",
            "root_stake_tao",
            "alpha_stake_tao",
            "subnet_count",
        ]
        .map(|name| sheet.column(name));
        for row in 0..sheet.len() {
            let hotkey = Hotkey {
                id: sheet.text(row, id).to_lowercase(),
                coldkey: sheet.text(row, coldkey).to_owned(),
                take: sheet.number_if_given(row, Some(take), TAKE).unwrap_or(TAKE),
                root: sheet.number(row, root, MOST).unwrap_or_default(),
                worth: sheet.number(row, worth, MOST).unwrap_or_default(),
                subnets: sheet.whole(row, subnets, MOST_UIDS).unwrap_or_default(),
            };
            if let Some(rule) = crate::fields::unfit_name(&hotkey.id) {
                sheet.note_at(row, id, &format!("the hotkey becomes a group: {rule}"));
            } else if self.hotkeys.iter().any(|other| other.id == hotkey.id) {
                sheet.note_at(row, id, &format!("a second row for hotkey {}", hotkey.id));
            } else {
                self.hotkeys.push(hotkey);
            }
        }
        problems.append(&mut sheet.finish());
    }

    fn places(&mut self, file: Csv<'_>, problems: &mut Vec<String>) {
        let mut sheet = Sheet::read(file);
        let [id, netuid, stake, vtrust] =
            ["hotkey_id", "netuid", "stake_alpha", "vtrust"].map(|name| sheet.column(name));
        for row in 0..sheet.len() {
            let name = sheet.text(row, id).to_lowercase();
            let hotkey = self.hotkeys.iter().position(|hotkey| hotkey.id == name);
            let known = |netuid| self.subnets.binary_search_by_key(&netuid, |s| s.netuid);
            let number = sheet.whole(row, netuid, MOST_UIDS);
            let subnet = number.map(|netuid| (netuid, known(netuid).ok()));
            let stake = sheet.number(row, stake, MOST);
            let trust = sheet.number(row, vtrust, 1.0);
            if hotkey.is_none() {
                sheet.note_at(row, id, &format!("hotkey {name} is not among the validators"));
            }
            if let Some((number, None)) = subnet
                && number > 0
            {
                sheet.note_at(row, netuid, &format!("subnet {number} is not in the economics"));
            }
            if let (Some(hotkey), Some((_, subnet)), Some(stake), Some(trust)) =
                (hotkey, subnet, stake, trust)
            {
                self.positions.push(Position { hotkey, subnet, stake, silent: trust == 0.0 });
            }
        }
        problems.append(&mut sheet.finish());
    }

    /// Reads parameters; those of a subnet that was not there yet at their `block`, or that has been
    /// replaced before it, are another subnet's.
    fn hyperparams(&mut self, file: Csv<'_>, block: u64, problems: &mut Vec<String>) {
        let mut sheet = Sheet::read(file);
        let netuid = sheet.column("netuid");
        let [kappa, issued, commit_reveal, yuma3, liquid] =
            ["kappa", "alpha_issued", "commit_reveal_on", "yuma3_on", "liquid_alpha_on"]
                .map(|name| sheet.optional(name));
        for row in 0..sheet.len() {
            let Some(id) = sheet.whole(row, netuid, MOST_UIDS) else { continue };
            let kappa = sheet.number_if_given(row, kappa, f64::from(MOST_UIDS));
            let issued = sheet.number_if_given(row, issued, MOST);
            let mut flag =
                |column: Option<usize>| column.and_then(|column| sheet.flag(row, column));
            let (commit_reveal, yuma3, liquid) = (flag(commit_reveal), flag(yuma3), flag(liquid));
            let Ok(at) = self.subnets.binary_search_by_key(&id, |s| s.netuid) else { continue };
            let subnet = &mut self.subnets[at];
            // Alpha only grows, so one with less is younger.
            let replaced = issued.is_some_and(|issued| issued < subnet.alpha + subnet.alpha_out);
            if subnet.registered > block || (block > self.block && replaced) {
                continue;
            }
            let rules = &mut subnet.rules;
            rules.kappa = kappa.map(|kappa| kappa / f64::from(MOST_UIDS)).or(rules.kappa);
            rules.commit_reveal = commit_reveal.or(rules.commit_reveal);
            rules.yuma3 = yuma3.or(rules.yuma3);
            rules.liquid_alpha = liquid.or(rules.liquid_alpha);
        }
        problems.append(&mut sheet.finish());
    }
}

/// Columns that a row of a subnet must fill.
const ECONOMICS: &[&str] = &[
    "name",
    "registered_at_block",
    "owner_id",
    "participant_count",
    "validator_count",
    "max_uids",
    "max_validators",
    "mechanism_count",
    "tao_in_pool_tao",
    "alpha_in_pool",
    "alpha_out_pool",
    "total_stake_alpha",
    "max_stake_alpha",
    "alpha_price_tao",
    "emission_enabled",
    "registration_allowed",
    "registration_cost_tao",
    "tao_in_emission_tao",
    "excess_tao",
];
