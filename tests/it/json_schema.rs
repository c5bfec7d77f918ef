//! Whether a value follows a JSON schema.

use serde_json::Value;

/// What is wrong with `value` by `schema`, each with its place. Knows the words of draft 7 that the
/// schemas of the tree use, and panics at any other, so that none of them goes unheeded.
pub(crate) fn faults(schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    for (word, rule) in schema.as_object().expect("a schema") {
        match word.as_str() {
            "$schema" | "x-taplo" | "title" | "description" | "default" => {}
            "required" | "properties" | "propertyNames" | "additionalProperties" => {
                if let Value::Object(table) = value {
                    of_a_table(word, rule, (schema, table), place, found);
                }
            }
            "items" => {
                for (at, value) in value.as_array().into_iter().flatten().enumerate() {
                    faults(rule, value, &format!("{place}.{at}"), found);
                }
            }
            "oneOf" => {
                let each = rule.as_array().expect("schemas").iter().map(|one| {
                    let mut inside = Vec::new();
                    faults(one, value, place, &mut inside);
                    inside
                });
                let each: Vec<Vec<String>> = each.collect();
                if each.iter().filter(|inside| inside.is_empty()).count() != 1 {
                    found.push(format!("{place}: is not exactly one of {each:?}"));
                }
            }
            _ => {
                if let Some(fault) = of_a_value(word, rule, value) {
                    found.push(format!("{place}: {fault}"));
                }
            }
        }
    }
}

fn of_a_value(word: &str, rule: &Value, value: &Value) -> Option<String> {
    let is_name = |text: &str| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        text.chars().all(fits) && !text.chars().all(|c| c.is_ascii_digit())
    };
    let number = |holds: fn(f64, f64) -> bool| match (value.as_f64(), rule.as_f64()) {
        (Some(number), Some(bound)) => holds(number, bound),
        (None, Some(_)) => true,
        (_, None) => panic!("`{word}` is no number"),
    };
    let (holds, fault) = match word {
        "type" => {
            let fits = match rule.as_str().expect("a type") {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "number" => value.is_number(),
                "integer" => value.is_i64() || value.is_u64(),
                other => panic!("type {other}"),
            };
            (fits, format!("is no {rule}"))
        }
        "enum" => (rule.as_array().expect("a list").contains(value), format!("is none of {rule}")),
        "minimum" => (number(|number, bound| number >= bound), "low".into()),
        "maximum" => (number(|number, bound| number <= bound), "high".into()),
        "exclusiveMinimum" => (number(|number, bound| number > bound), "low".into()),
        "exclusiveMaximum" => (number(|number, bound| number < bound), "high".into()),
        "maxLength" => {
            let length = value.as_str().map_or(0, str::len) as u64;
            (length <= rule.as_u64().expect("a length"), "long".into())
        }
        "pattern" => {
            assert_eq!(rule, "^[a-z0-9_-]*[a-z_-][a-z0-9_-]*$", "the one pattern known here");
            (value.as_str().is_none_or(is_name), "is no name".into())
        }
        other => panic!("`{other}` is a word that this check does not know"),
    };
    (!holds).then_some(fault)
}

fn of_a_table(
    word: &str,
    rule: &Value,
    (schema, table): (&Value, &serde_json::Map<String, Value>),
    place: &str,
    found: &mut Vec<String>,
) {
    let known = |key: &str| schema["properties"].get(key).is_some();
    match word {
        "required" => {
            for key in rule.as_array().expect("a list") {
                let key = key.as_str().expect("a key");
                if !table.contains_key(key) {
                    found.push(format!("{place}: lacks {key}"));
                }
            }
        }
        "properties" => {
            for (key, schema) in rule.as_object().expect("keys") {
                if let Some(value) = table.get(key) {
                    faults(schema, value, &format!("{place}.{key}"), found);
                }
            }
        }
        "propertyNames" => {
            for key in table.keys() {
                faults(rule, &Value::String(key.clone()), &format!("{place}.{key}"), found);
            }
        }
        _ => {
            for (key, value) in table.iter().filter(|(key, _)| !known(key)) {
                if rule.is_object() {
                    faults(rule, value, &format!("{place}.{key}"), found);
                } else {
                    found.push(format!("{place}: does not know {key}"));
                }
            }
        }
    }
}
