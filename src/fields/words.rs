//! Words for messages: names in a row, the name that was meant, what a value is.

use toml::Value;

/// `a`, `b` or `c`, each between backticks.
#[must_use]
pub fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "(none)".into(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Asks whether the nearest of `valid` was meant, if one is near enough to be a slip.
#[must_use]
pub fn nearest(name: &str, valid: &[&str]) -> Option<String> {
    let likeness = |other: &str| {
        let slips = strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
        let prefix = !name.is_empty() && (other.starts_with(name) || name.starts_with(other));
        if prefix { slips.min(2) } else { slips }
    };
    valid
        .iter()
        .map(|other| (likeness(other), *other))
        .filter(|(slips, other)| *slips <= 1 + name.len().max(other.len()) / 4)
        .min()
        .map(|(_, other)| format!("did you mean `{other}`?"))
}

/// What rule a free name breaks, if any: names become key paths, folders and column values.
#[must_use]
pub fn unfit_name(name: &str) -> Option<String> {
    let fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    let numeral = name.bytes().all(|byte| byte.is_ascii_digit());
    (name.is_empty() || name.len() > 60 || numeral || !name.chars().all(fit)).then(|| {
        format!(
            "a name has 1 to 60 of a-z, 0-9, - and _, and is no number, got {}",
            Value::String(name.into())
        )
    })
}

/// What a value is, for a message.
#[must_use]
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}
