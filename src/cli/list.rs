//! `taosim list`.

use taosim::fields::KeyDoc;
use taosim::metrics::{GROUP_METRICS, SUBNET_METRICS};
use taosim::record::tables;
use taosim::report::{catalogue, retention};
use taosim::scenario;
use taosim::strategy::Catalogue;

use super::What;
use super::output::say;

pub(super) fn list(what: What) {
    let catalogue = Catalogue::builtin();
    match what {
        What::Strategies => strategies(&catalogue),
        What::Metrics => {
            say("of a subnet and epoch (table epochs)");
            for metric in SUBNET_METRICS {
                entry(metric.name, metric.about);
            }
            say("of a group (table groups)");
            for metric in GROUP_METRICS {
                entry(metric.name, metric.about);
            }
        }
        What::Tables => {
            let retention = retention::docs().into_iter().map(|table| ("retention: ", table));
            for (of, table) in tables::docs().into_iter().map(|t| ("", t)).chain(retention) {
                say(format!("{of}{}.parquet: {}", table.name, table.about));
                for column in table.columns {
                    let name = format!("{} ({})", column.name, column.kind.name());
                    entry(&name, column.about);
                }
            }
        }
        What::Eras => {
            for era in scenario::era::all() {
                entry(&format!("{} (since {})", era.name, era.since), &era.about);
                say(wrapped(&format!("Source: {}", era.source), 6));
            }
        }
        What::Parameters => scenario::keys(&catalogue).iter().for_each(key),
    }
}

fn strategies(catalogue: &Catalogue) {
    let mut last = "";
    for behaviour in catalogue::entries(catalogue) {
        if behaviour.role != last {
            last = behaviour.role;
            say(last);
        }
        let conduct = catalogue::conduct(behaviour.conduct);
        entry(&format!("{} ({conduct})", behaviour.name), behaviour.about);
        say(wrapped(&format!("Source: {}", behaviour.source), 6));
        if let Some(first) = behaviour.shown_in.first() {
            say(wrapped(&format!("Shown by scenarios/{first}"), 6));
        }
        for key in &behaviour.parameters {
            let text = format!("{}: {}", key.path, key.told());
            say(wrapped(&text, 6));
        }
    }
}

fn key(key: &KeyDoc) {
    entry(&key.path, &key.told());
}

fn entry(name: &str, about: &str) {
    say(format!("  {name}\n{}", wrapped(about, 6)));
}

/// The text in lines of at most 100 characters, indented.
fn wrapped(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let mut lines = vec![margin.clone()];
    for word in text.split_whitespace() {
        let full = lines.last().is_some_and(|line| {
            line.trim_end().len() > indent && line.chars().count() + word.chars().count() >= 100
        });
        if full {
            lines.push(margin.clone());
        }
        if let Some(line) = lines.last_mut() {
            if line.len() > indent {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}
