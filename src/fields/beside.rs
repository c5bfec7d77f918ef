//! Texts that lie beside a text and that it names.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The texts that a text names, each by its name there, or why it cannot be read.
#[derive(Clone, Debug, Default)]
pub struct Beside(Arc<BTreeMap<String, Result<String, String>>>);

impl Beside {
    /// What is under this name.
    ///
    /// # Errors
    /// Why it cannot be read; a name that nobody looked for cannot.
    pub fn get(&self, name: &str) -> Result<&str, &str> {
        match self.0.get(name) {
            Some(Ok(text)) => Ok(text),
            Some(Err(reason)) => Err(reason),
            None => Err("no file was looked for"),
        }
    }

    /// Those that could be read, by name.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(move |(name, text)| {
            text.as_ref().ok().map(|text| (name.as_str(), text.as_str()))
        })
    }
}

impl FromIterator<(String, Result<String, String>)> for Beside {
    fn from_iter<I: IntoIterator<Item = (String, Result<String, String>)>>(texts: I) -> Self {
        Self(Arc::new(texts.into_iter().collect()))
    }
}
