use std::sync::atomic::AtomicBool;
use taosim::{record::*, scenario::*, simulation::*, metrics::*};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let edits: Vec<Edit> = std::env::args().skip(2).map(|a| a.parse().unwrap()).collect();
    match Scenario::load(&path, &text, &edits) {
        Err(e) => println!("{e}"),
        Ok(s) => {
            println!("{}", s.resolved());
            let mut sim = Simulation::new(&s);
            let mut d = Digest::new();
            let mut m = InMemory::of(0);
            let t = std::time::Instant::now();
            let r = sim.run(&mut [&mut d, &mut m], &AtomicBool::new(false));
            println!("{r:?} {:?} {}", t.elapsed(), d.text());
            for (i, x) in SUBNET_METRICS.iter().enumerate() { println!("{} {} {}", x.name, m.subnet_rows[0][i], m.subnet_rows.last().unwrap()[i]); }
            for g in sim.world().subnets[0].groups.iter() {
                println!("{}: {:?}", g.name, GROUP_METRICS.iter().map(|x| (x.name, m.group(&g.name, x.name).last().copied().unwrap())).collect::<Vec<_>>());
            }
        }
    }
}
