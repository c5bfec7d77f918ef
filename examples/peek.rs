use std::sync::atomic::AtomicBool;
use taosim::record::InMemory;
use taosim::scenario::{Edit, Scenario};
use taosim::simulation::Simulation;
fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let at: usize = args.next().unwrap().parse().unwrap();
    let edits: Vec<Edit> = args.map(|e| e.parse().unwrap()).collect();
    let text = std::fs::read_to_string(&path).unwrap();
    let s = Scenario::load(&path, &text, &edits).unwrap_or_else(|e| panic!("{e}"));
    let mut m = InMemory::of(at);
    let mut sim = Simulation::new(&s).audited();
    let mut slots = Vec::new();
    struct Slots<'a>(&'a mut Vec<(f64, u64)>, usize);
    impl taosim::record::Observer for Slots<'_> {
        fn observe(
            &mut self,
            f: &taosim::record::Frame<'_>,
        ) -> Result<(), taosim::record::RecordError> {
            if let Some(n) = &f.world.network {
                self.0.push((
                    n.markets[self.1].burn_price.tokens(),
                    n.markets[self.1].flows.registrations.into(),
                ));
            }
            Ok(())
        }
    }
    sim.run(&mut [&mut m, &mut Slots(&mut slots, at)], &AtomicBool::new(false)).unwrap();
    let n = slots.len();
    if n > 0 {
        for e in (0..n).step_by((n / 10).max(1)) {
            let regs: u64 = slots[e..(e + n / 10).min(n)].iter().map(|s| s.1).sum();
            println!("epoch {e}: slot {:.4} regs in next tenth {regs}", slots[e].0);
        }
    }
    println!(
        "{:<16}{:>4} {:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>10}",
        "group", "at", "members", "incent", "inc/mem", "out", "effort", "cost/mem", "profit/m"
    );
    for plan in &s.subnets[at].miners {
        let g = &plan.group.name;
        let col = |c: &str| m.group(g, c).to_vec();
        let all = col("members").len();
        for e in [1, 25, all / 4, all / 2, all - 1] {
            let mem = col("members")[e];
            println!(
                "{:<16}{:>4} {:>9.1}{:>9.4}{:>9.5}{:>9.4}{:>9.3}{:>9.4}{:>10.3}",
                g,
                e,
                mem,
                col("incentive_share")[e],
                col("incentive_share")[e] / mem,
                col("output_quality_mean")[e],
                col("effort_mean")[e],
                col("cost_alpha")[e] / mem,
                col("total_profit_alpha")[e] / mem
            );
        }
    }
}
