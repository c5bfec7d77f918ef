//! The text of the scenario.

use std::fmt::Write as _;

use super::seats::{Seat, Seats, THRESHOLD, lenders};
use super::snapshot::{Snapshot, SubnetRow};
use super::{Economy, Options};

/// Block since which new subnets have the third rule of bonds.
///
/// Source: switches recorded of subnets 1 to 43; 38 (block 7,284,230) has the first rule, 15
/// (block 7,366,897) the third.
const YUMA3_SINCE: u64 = 7_300_000;

/// Writes the scenario.
pub(super) fn text(
    snapshot: &Snapshot,
    seated: &[Seats],
    economy: &Economy,
    options: &Options,
) -> String {
    let own: Vec<usize> = own_roots(snapshot);
    let mut out = String::new();
    head(&mut out, snapshot, seated, options);
    network(&mut out, snapshot, &own, economy);
    for (subnet, seats) in snapshot.subnets.iter().zip(seated) {
        subnet_table(&mut out, snapshot, subnet, seats, &own);
    }
    out
}

/// Hotkeys with stake on root that validate elsewhere too, the greatest first.
fn own_roots(snapshot: &Snapshot) -> Vec<usize> {
    let lend: Vec<usize> = lenders(snapshot).collect();
    let mut own: Vec<usize> = (0..snapshot.hotkeys.len())
        .filter(|at| snapshot.hotkeys[*at].root > 0.0 && !lend.contains(at))
        .collect();
    own.sort_by(|one, other| {
        let root = |at: usize| snapshot.hotkeys[at].root;
        root(*other).total_cmp(&root(*one))
    });
    own
}

// Writing to a string cannot fail, so its results are let go throughout.

fn head(out: &mut String, snapshot: &Snapshot, seated: &[Seats], options: &Options) {
    let subnets = &snapshot.subnets;
    let count = |is: &dyn Fn(&SubnetRow) -> bool| subnets.iter().filter(|s| is(s)).count();
    let sum = |of: &dyn Fn(&SubnetRow) -> u64| subnets.iter().fold(0, |sum, s| sum + of(s));
    let seats = || seated.iter().flat_map(|seats| &seats.each);
    let ghosts = seats().filter(|seat| seat.silent).count();
    let degenerate = |s: &SubnetRow| !s.enabled || s.first_emission.is_none() || s.burned >= 0.5;
    let emitted = subnets.iter().fold(0.0, |sum, s| sum + s.emitted);
    let mut by_tao: Vec<f64> = subnets.iter().map(|s| s.emitted).collect();
    by_tao.sort_by(|one, other| other.total_cmp(one));
    let first = |n: usize| by_tao.iter().take(n).fold(0.0, |sum, tao| sum + tao);
    let part = |tao: f64| 100.0 * tao / emitted.max(f64::MIN_POSITIVE);
    let Options { name, seed, epochs, source } = options;
    let _ = write!(
        out,
        "# The network at block {} ({}): {} subnets with their recorded pools, prices, alpha, uids,\n\
         # owners and flags, the stake of their {} validators, and root. From `taosim import network`.\n#\n",
        snapshot.block,
        snapshot.date,
        subnets.len(),
        sum(&|s| s.permits),
    );
    let _ = write!(
        out,
        "# Recorded: {} subnets withhold half of their miners' pay or more, {} of them at least 99 % of it;\n\
         # {} have their emission switched off, {} never started, {} are closed to registration. Together\n\
         # {} of {} are one or the other. {} validators are permits without weights that count.\n\
         # {:.0} % of the TAO go to 10 subnets, {:.0} % to 32; {} get none.\n#\n",
        count(&|s| s.burned >= 0.5),
        count(&|s| s.burned >= 0.99),
        count(&|s| !s.enabled),
        count(&|s| s.first_emission.is_none()),
        count(&|s| !s.open),
        count(&degenerate),
        subnets.len(),
        ghosts,
        part(first(10)),
        part(first(32)),
        count(&|s| s.emitted == 0.0),
    );
    for line in source.lines() {
        let _ = writeln!(out, "# {line}");
    }
    let filled = seated.iter().fold(0, |sum, seats| sum + seats.filled);
    let cut = seated.iter().filter(|seats| seats.cut).count();
    let method = METHOD.replace("FILLED", &filled.to_string()).replace("CUT", &cut.to_string());
    out.push_str(&method);
    let _ = write!(
        out,
        "schema = 1\nname = \"{name}\"\nseed = {seed}\nepochs = {epochs}\n\n\
         [record]\nevery = 50\nweights = \"never\"\n\n\
         [protocol]\ntempo = 360\nstake_threshold = {THRESHOLD}\n",
    );
}

const METHOD: &str = "\
#
# What is modelled how:
# - A stake in the record is a weight: alpha, and TAO on root at 0.18. Stakes of `network.root` are the
#   recorded ones, scaled to root's TAO. Hotkeys that validate elsewhere too are its group `own`; those
#   on root alone lend their stake to others, by child keys, and are the one hotkey `lenders`. It is
#   that of the owner's key where this has the weight for it, else of the greatest key that does.
# - A validator of zero trust is a `ghost`. All others are honest, and put `burn` of their weights on
#   the owner's key, as much as the record has withheld from miners.
# - The record lists at most the 10 greatest places of a hotkey. FILLED validators that it leaves out
#   are hotkeys with places that are not listed; they share what the subnet's stake weight has beyond
#   the listed ones by what such a place is worth in the mean, one of them taking the recorded
#   greatest stake where no listed one has it. Where nothing is left for them, the listed ones give.
# - Alpha that nobody here holds (`elsewhere`) is what is outside the pool and not staked. In CUT
#   subnets, where more would be staked than that, stakes are cut back.
# - Uids without a permit are miners of log-normal quality; the record does not say what they do.
# - All subnets have the tempo 360 (99 to 1800 on chain), for one epoch runs in all of them at once.
# - Rules that no file gives: weights hidden for an epoch, kappa one half, no liquid alpha, and the
#   third rule of bonds for subnets registered after block 7,300,000 only.
";

fn network(out: &mut String, snapshot: &Snapshot, own: &[usize], economy: &Economy) {
    let Economy { tao_issued, tao_usd, era, shares } = economy;
    let _ = write!(out, "\n[network]\nera = \"{era}\"\n");
    if let Some(model) = shares {
        let _ = writeln!(out, "rules = {{ shares = {{ model = \"{model}\" }} }}");
    }
    let _ = write!(
        out,
        "block = {}\ntao_issued = {}\ntao_usd = {{ kind = \"constant\", value = {} }}\n",
        snapshot.block,
        Short(*tao_issued, 3),
        Short(*tao_usd, 4)
    );
    let tao = |at: usize| snapshot.hotkeys[at].root.round();
    let lent = lenders(snapshot).fold(0.0, |sum, at| sum + tao(at));
    if !own.is_empty() {
        let stakes: Vec<f64> = own.iter().map(|at| tao(*at)).collect();
        let _ = write!(
            out,
            "\n[[network.root]]\nname = \"own\"\ncount = {}\nstake = {}\n",
            own.len(),
            List(&stakes)
        );
    }
    if lent > 0.0 {
        let _ = write!(out, "\n[[network.root]]\nname = \"lenders\"\ncount = 1\nstake = {lent}\n");
    }
    out.push_str(TRADERS);
}

const TRADERS: &str = "
# People beside the validators: 20,000 TAO to spend in all.
[[network.traders]]
name = \"holders\"
count = 100
tao = { kind = \"pareto\", scale = 100.0, shape = 2.0 }

# Those who trade are more groups like this one, of another strategy (`taosim list strategies`):
# [[network.traders]]
# name = \"others\"
# count = 50
# tao = 500
# strategy = \"yield-chaser\"
";

fn subnet_table(
    out: &mut String,
    snapshot: &Snapshot,
    subnet: &SubnetRow,
    seats: &Seats,
    own: &[usize],
) {
    let plain: String = subnet.name.chars().filter(|c| !c.is_control()).collect();
    let _ = write!(out, "\n[subnet.sn{}] # {plain}", subnet.netuid);
    let _ = writeln!(out, ": {} TAO per block", Short(subnet.emitted, 6));
    rules(out, subnet);
    let owner_is_miner = !seats.each.iter().any(|seat| seat.owner);
    let _ = writeln!(out, "owner = \"owner\"");
    let groups = groups(snapshot, seats, own, subnet.burned);
    market(out, snapshot.block, subnet, groups.iter().fold(0.0, |sum, group| sum + group.staked()));
    out.push_str("validators = [\n");
    for group in &groups {
        group.write(out);
    }
    let _ = writeln!(out, "]");
    let others = subnet.uids.saturating_sub(subnet.permits + u64::from(owner_is_miner)).max(1);
    let owner = if owner_is_miner { "{ name = \"owner\", count = 1, quality = 0 }, " } else { "" };
    let _ = writeln!(
        out,
        "miners = [{owner}{{ name = \"miners\", count = {others}, quality = {{ kind = \"log-normal\", \
         mu = 0, sigma = 0.5 }} }}]"
    );
}

fn rules(out: &mut String, subnet: &SubnetRow) {
    let mut keys = Vec::new();
    let uids = subnet.uids.max(subnet.most_uids);
    if uids != 256 {
        keys.push(format!("max_allowed_uids = {uids}"));
    }
    if subnet.most_validators != 64 {
        keys.push(format!("max_allowed_validators = {}", subnet.most_validators));
    }
    if let Some(kappa) = subnet.rules.kappa.filter(|kappa| (kappa - 0.5).abs() > 1e-4) {
        keys.push(format!("kappa = {}", Short(kappa, 4)));
    }
    if subnet.rules.commit_reveal == Some(false) {
        keys.push("reveal_period = 0".into());
    }
    if !subnet.rules.yuma3.unwrap_or(subnet.registered > YUMA3_SINCE) {
        keys.push("reward_rule = \"chain-classic\"".into());
    }
    if subnet.rules.liquid_alpha == Some(true) {
        keys.push("liquid_alpha = true".into());
    }
    if subnet.mechanisms > 1 {
        keys.push(format!("mechanisms = {{ count = {} }}", subnet.mechanisms));
    }
    if !keys.is_empty() {
        let _ = writeln!(out, "protocol = {{ {} }}", keys.join(", "));
    }
}

fn market(out: &mut String, block: u64, subnet: &SubnetRow, staked: f64) {
    let _ = write!(
        out,
        "market = {{ tao = {}, alpha = {}, elsewhere = {}, ema_price = {}",
        Short(subnet.tao, 3),
        Short(subnet.alpha, 1),
        Short((subnet.alpha_out - staked).max(0.0), 0),
        Short(subnet.ema.min(1.0), 9),
    );
    match subnet.first_emission {
        Some(first) => {
            let _ = write!(out, ", age = {}", block.saturating_sub(first));
        }
        None => out.push_str(", started = false"),
    }
    if subnet.burned > 0.0 {
        let _ = write!(out, ", miner_burned = {}", Short(subnet.burned, 6));
    }
    if !subnet.enabled {
        out.push_str(", emission_enabled = false");
    }
    if !subnet.open {
        out.push_str(", registration_allowed = false");
    }
    let _ = writeln!(out, ", slot = {{ price = {} }} }}", Short(subnet.slot, 6));
}

/// Validators that are written together.
struct Group {
    name: String,
    stakes: Vec<f64>,
    /// Group of root, and place in it.
    root: Option<(&'static str, usize)>,
    take: f64,
    silent: bool,
    burn: f64,
}

/// The owner's key, each key with stake on root, then all others, and all that are silent.
fn groups(snapshot: &Snapshot, seats: &Seats, own: &[usize], burn: f64) -> Vec<Group> {
    let place = |seat: &Seat| {
        let place = own.iter().position(|at| Some(*at) == seat.hotkey).map(|at| ("own", at));
        place.or(seat.lent.then_some(("lenders", 0)))
    };
    let take = |seat: &Seat| seat.hotkey.map_or(0.18, |at| snapshot.hotkeys[at].take);
    let mut groups = Vec::new();
    let mut alone: Vec<(&Seat, Option<(&'static str, usize)>)> = Vec::new();
    let mut together: [Vec<&Seat>; 2] = [Vec::new(), Vec::new()];
    for seat in &seats.each {
        let place = place(seat);
        if seat.owner || place.is_some() {
            alone.push((seat, place));
        } else {
            together[usize::from(seat.silent)].push(seat);
        }
    }
    alone.sort_by_key(|(seat, place)| (!seat.owner, *place));
    for (seat, root) in alone {
        let id = seat.hotkey.map_or("lent", |at| &snapshot.hotkeys[at].id);
        groups.push(Group {
            name: if seat.owner { "owner".into() } else { id.to_owned() },
            stakes: vec![seat.alpha.round()],
            root,
            take: take(seat),
            silent: seat.silent,
            burn,
        });
    }
    for (seats, name) in together.iter().zip(["others", "ghosts"]) {
        let staked = seats.iter().fold(0.0, |sum, seat| sum + seat.alpha);
        let taken = seats.iter().fold(0.0, |sum, seat| sum + seat.alpha * take(seat));
        if !seats.is_empty() {
            groups.push(Group {
                name: name.to_owned(),
                stakes: seats.iter().map(|seat| seat.alpha.round()).collect(),
                root: None,
                take: if staked > 0.0 { taken / staked } else { 0.18 },
                silent: name == "ghosts",
                burn,
            });
        }
    }
    groups
}

impl Group {
    fn staked(&self) -> f64 {
        self.stakes.iter().fold(0.0, |sum, stake| sum + stake)
    }

    fn write(&self, out: &mut String) {
        let Self { name, stakes, root, take, silent, burn } = self;
        let _ = write!(out, "  {{ name = \"{name}\", count = {}, stake = ", stakes.len());
        let _ = match stakes.as_slice() {
            [stake] => write!(out, "{stake}"),
            stakes => write!(out, "{}", List(stakes)),
        };
        match root {
            Some((name, 0)) => {
                let _ = write!(out, ", root = \"{name}\"");
            }
            Some((name, place)) => {
                let _ = write!(out, ", root = \"{name}\", root_member = {place}");
            }
            None => {}
        }
        if (take - 0.18).abs() > 5e-4 {
            let _ = write!(out, ", take = {}", Short(*take, 3));
        }
        if *silent {
            out.push_str(", strategy = \"ghost\"");
        } else if *burn > 0.0 {
            let _ = write!(out, ", strategy = {{ kind = \"honest\", burn = {} }}", Short(*burn, 6));
        }
        out.push_str(" },\n");
    }
}

/// A number with so many digits after its point at most.
struct Short(f64, usize);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.*}", self.1, self.0);
        let text = if text.contains('.') { text.trim_end_matches('0') } else { &text };
        f.write_str(text.trim_end_matches('.'))
    }
}

/// Numbers on one line.
struct List<'n>(&'n [f64]);

impl std::fmt::Display for List<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(f64::to_string).collect();
        write!(f, "[{}]", numbers.join(", "))
    }
}
