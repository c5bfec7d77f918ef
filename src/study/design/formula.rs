//! Expressions over the axes of a study, in the language of scripts: what every point fulfils, and keys
//! whose value follows from others.

use std::fmt;
use std::sync::Arc;

use rhai::{AST, Dynamic, Engine, Scope};

use super::{Axis, Level, Point};
use crate::fields::{Fields, Part};
use crate::scenario::Edit;

/// Keys whose value follows from those of the axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// The key paths that get the value.
    pub keys: Vec<String>,
    /// The value, as an expression over the axes' names.
    pub value: String,
}

/// Reads keys that follow from axes.
pub fn derived(t: &mut Fields<'_>) -> Derived {
    let keys = t.texts("keys", "key paths that get the value").required();
    let about = "the value over the axes' names with `_` for `-`, such as \"1 - owner - miners\"";
    let value = t.text("value", about).required();
    if t.sound() {
        super::check_keys(t, &keys);
    }
    Derived { keys, value }
}

/// Notes axes that nothing takes a value from.
pub fn check(t: &mut Fields<'_>, axes: &[Axis], derived: &[Derived]) {
    if !t.sound() {
        return;
    }
    let is_named = |axis: &Axis| derived.iter().any(|of| of.value.contains(&variable(&axis.name)));
    if let Some(axis) = axes.iter().find(|axis| axis.keys.is_empty() && !is_named(axis)) {
        let message = format!("axis `{}` has no `keys`, and nothing is derived from it", axis.name);
        let help = "such as [\"protocol.kappa\"]; see `taosim list parameters`";
        t.problem("axes", Part::Value, message, Some(help.into()));
    }
}

/// The expressions of derived keys.
///
/// # Errors
/// One is no expression.
pub fn formulas(derived: &[Derived]) -> Result<Formulas, String> {
    let texts: Vec<String> = derived.iter().map(|of| of.value.clone()).collect();
    Formulas::new(&texts)
}

fn variable(axis: &str) -> String {
    axis.replace('-', "_")
}

/// Expressions that can be worked out at any point.
#[derive(Clone)]
pub struct Formulas {
    engine: Arc<Engine>,
    each: Vec<(String, AST)>,
}

impl fmt::Debug for Formulas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.each.iter().map(|(text, _)| text)).finish()
    }
}

impl Formulas {
    /// Reads them.
    ///
    /// # Errors
    /// One is no expression.
    pub fn new(texts: &[String]) -> Result<Self, String> {
        let mut engine = Engine::new();
        engine.set_max_operations(10_000);
        let mut each = Vec::new();
        for text in texts {
            let ast = engine
                .compile_expression(text)
                .map_err(|error| format!("expression `{text}`: {error}"))?;
            each.push((text.clone(), ast));
        }
        Ok(Self { engine: Arc::new(engine), each })
    }

    /// Whether all of them are true at a point.
    ///
    /// # Errors
    /// One cannot be worked out.
    pub fn all_hold(&self, axes: &[Axis], point: &[Level]) -> Result<bool, String> {
        for at in 0..self.each.len() {
            let value = self.value(at, axes, point)?;
            let holds = value.as_bool().map_err(|kind| {
                format!(
                    "expression `{}` must be true or false, and is of kind {kind}",
                    self.each[at].0
                )
            })?;
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The edits of derived keys at a point; the expressions are theirs, in their order.
    ///
    /// # Errors
    /// One cannot be worked out, or is no number.
    pub fn edits(
        &self,
        derived: &[Derived],
        axes: &[Axis],
        point: &Point,
    ) -> Result<Vec<Edit>, String> {
        let mut edits = Vec::new();
        for (at, of) in derived.iter().enumerate() {
            let value = self.value(at, axes, point)?;
            let number = value.as_float().or_else(|_| value.as_int().map(|whole| whole as f64));
            let number = number.map_err(|kind| {
                format!("expression `{}` must be a number, and is of kind {kind}", of.value)
            })?;
            let level = Level::Number(number);
            edits.extend(super::edits_of(&of.keys, &level));
        }
        Ok(edits)
    }

    fn value(&self, at: usize, axes: &[Axis], point: &[Level]) -> Result<Dynamic, String> {
        let (text, ast) = &self.each[at];
        let mut scope = Scope::new();
        for (axis, level) in axes.iter().zip(point) {
            let name = variable(&axis.name);
            match level {
                Level::Number(value) => scope.push(name, *value),
                Level::Name(text) => scope.push(name, text.trim_matches(['"', '\'']).to_owned()),
            };
        }
        let value = self.engine.eval_ast_with_scope(&mut scope, ast);
        value.map_err(|error| format!("expression `{text}`: {error}"))
    }
}
