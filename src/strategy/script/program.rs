//! A script that has been read, with one agent's memory.

use std::sync::{Arc, Mutex, PoisonError};

use rhai::{AST, Dynamic, Engine, EvalAltResult, Map, Position, Scope};

use super::functions::{self, Hand};
use super::{convert, fingerprint, read_conduct};
use crate::fields::{Fields, Part};

/// Most elements of an array, with those of arrays in it: ten times those of a large subnet.
const MOST_ELEMENTS: usize = 200_000;

/// Most keys of a map, and most bytes of a string.
const MOST_KEYS: usize = 10_000;

/// Most variables at a time, and most functions of a script.
const MOST_NAMES: usize = 256;

/// How deep calls, and expressions in each other, may go: what the stack of a worker bears.
const DEEPEST: usize = 24;

/// What the scripts of one role see and can do.
pub(in crate::strategy) struct Language {
    /// The variables of a turn.
    pub(in crate::strategy) names: &'static [&'static str],
    /// Adds the functions that only this role has.
    pub(in crate::strategy) functions: fn(&mut Engine, &Arc<Mutex<Hand>>),
}

/// A script that has been read, with one agent's memory.
pub(in crate::strategy) struct Program {
    file: String,
    engine: Engine,
    ast: AST,
    /// The variables that the script mentions, of those that there are.
    mentioned: Vec<&'static str>,
    /// Whether it evaluates miners.
    pub(in crate::strategy) evaluates: bool,
    params: Dynamic,
    /// `state`, and during a turn all else.
    scope: Scope<'static>,
    hand: Arc<Mutex<Hand>>,
}

impl Program {
    /// Reads the keys that all scripts have, and the script. `None` only after a problem, or where
    /// keys are only documented.
    pub(in crate::strategy) fn read(t: &mut Fields<'_>, language: &Language) -> Option<Self> {
        let about = "script in or below the scenario's folder, relative to it; ends in .rhai";
        let file = t.text("file", about).required();
        let about =
            "fingerprint that the script must have; results name that of the script they ran";
        let pinned = t.text("digest", about).optional();
        let beside = t.beside();
        let text = beside.get(&file);
        if let Ok(text) = text {
            t.resolve("digest", fingerprint(text).into());
        }
        let operations = t
            .whole("max_operations", "most operations of the script in one turn")
            .unit("operations")
            .at_least(1.0)
            .at_most(1e12)
            .default(1_000_000_u64);
        let params = t.values("params", "values that the script finds under `params`");
        let params = params.default(toml::Table::new());
        read_conduct(t);
        if !t.sound() {
            return None;
        }
        let text = match text {
            Ok(text) => text,
            Err(reason) => {
                let message = format!("cannot read the script {file}: {reason}");
                let help = "scripts lie in or below the scenario's folder";
                t.problem("file", Part::Value, message, Some(help.into()));
                return None;
            }
        };
        let found = fingerprint(text);
        if let Some(pinned) = pinned.filter(|pinned| *pinned != found) {
            let message = format!("the script {file} has digest {found}, not {pinned}");
            let help = "it was changed since; restore it, or leave `digest` out";
            t.problem("digest", Part::Value, message, Some(help.into()));
            return None;
        }
        let hand = Arc::default();
        let engine = engine(operations, language, &hand);
        let mut scope = Scope::new();
        scope.push_dynamic("state", Map::new().into());
        let params = convert::from_toml(&toml::Value::Table(params));
        match compile(&engine, language, text) {
            Ok(ast) => {
                let mentioned =
                    language.names.iter().copied().filter(|name| text.contains(name)).collect();
                let evaluates = text.contains("evaluate");
                Some(Self { file, engine, ast, mentioned, evaluates, params, scope, hand })
            }
            Err((message, at)) => {
                let message = format!("{}: {message}", place(&file, at));
                let line = at.line().and_then(|line| text.lines().nth(line - 1));
                let help = line.map(|line| format!("that line is `{}`", line.trim()));
                t.problem("file", Part::Value, message, help);
                None
            }
        }
    }

    /// The name of its file.
    pub(in crate::strategy) fn file(&self) -> &str {
        &self.file
    }

    /// Runs it for a turn: `view` gives the variables that it mentions, and `hand` is what its
    /// functions work with. Gives its last value and what its functions did.
    ///
    /// # Errors
    /// What it did wrong, and where.
    pub(in crate::strategy) fn run(
        &mut self,
        hand: Hand,
        view: impl Fn(&str) -> Dynamic,
    ) -> Result<(Dynamic, Hand), String> {
        self.scope.rewind(1);
        // A copy, as all of a turn is: what a script does to it is gone in the next.
        self.scope.push_dynamic("params", self.params.clone());
        for name in &self.mentioned {
            self.scope.push_dynamic(*name, view(name));
        }
        *self.hand.lock().unwrap_or_else(PoisonError::into_inner) = hand;
        let answer = self.engine.eval_ast_with_scope::<Dynamic>(&mut self.scope, &self.ast);
        let hand = std::mem::take(&mut *self.hand.lock().unwrap_or_else(PoisonError::into_inner));
        match answer {
            Ok(answer) => Ok((answer, hand)),
            Err(error) => Err(self.told(*error)),
        }
    }

    /// What a script did wrong, in words.
    fn told(&self, error: EvalAltResult) -> String {
        let mut error = error;
        while let EvalAltResult::ErrorInFunctionCall(_, _, inner, at) = error {
            error = *inner;
            if error.position().is_none() {
                error.set_position(at);
            }
        }
        let at = place(&self.file, error.take_position());
        match error {
            EvalAltResult::ErrorTooManyOperations(_) => format!(
                "used up its {} operations (`max_operations`) at {at}; does it loop for ever?",
                self.engine.max_operations()
            ),
            EvalAltResult::ErrorStackOverflow(_) => {
                format!("called functions within functions more than {DEEPEST} deep at {at}")
            }
            other => format!("failed at {at}: {}", other.to_string().replace('\n', " ")),
        }
    }
}

fn place(file: &str, at: Position) -> String {
    match (at.line(), at.position()) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        (Some(line), None) => format!("{file}:{line}"),
        _ => file.to_owned(),
    }
}

/// The machine that runs one agent's script, with all that bounds it.
fn engine(operations: u64, language: &Language, hand: &Arc<Mutex<Hand>>) -> Engine {
    let mut engine = Engine::new_raw();
    functions::register(&mut engine, hand);
    (language.functions)(&mut engine, hand);
    engine
        .set_max_operations(operations)
        .set_max_call_levels(DEEPEST)
        .set_max_expr_depths(DEEPEST * 2, DEEPEST)
        .set_max_variables(MOST_NAMES)
        .set_max_functions(MOST_NAMES)
        .set_max_array_size(MOST_ELEMENTS)
        .set_max_map_size(MOST_KEYS)
        .set_max_string_size(MOST_KEYS)
        .set_strict_variables(true)
        .disable_symbol("eval")
        // The last bit of the language's own power depends on the platform; `pow` is ours.
        .disable_symbol("**")
        .disable_symbol("**=");
    engine
}

/// Reads a script against the variables that it may use, so that a name that does not exist is found
/// before anything is run.
fn compile(engine: &Engine, language: &Language, text: &str) -> Result<AST, (String, Position)> {
    let mut scope = Scope::new();
    for name in ["state", "params"].iter().chain(language.names) {
        scope.push_dynamic(*name, Dynamic::UNIT);
    }
    engine.compile_with_scope(&scope, text).map_err(|error| (error.0.to_string(), error.1))
}
