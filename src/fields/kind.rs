//! Tables that say what they are: `{ kind = "normal", mean = 1.0, sd = 0.2 }`.

use toml::Value;

use super::{Fields, KindDoc, Part, Shape, Step, kind_of, nearest, quoted};

/// One of the kinds that a table can be.
#[derive(Debug)]
pub struct Kind<T> {
    /// The value of its `kind` key.
    pub name: &'static str,
    /// Meaning.
    pub about: &'static str,
    /// Reads the rest of the table.
    pub read: fn(&mut Fields<'_>) -> T,
}

impl<T> Clone for Kind<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kind<T> {}

impl<T> Kind<T> {
    /// A table of one of these kinds, or its bare name.
    #[must_use]
    pub fn shape(kinds: &[Self]) -> Shape {
        let doc = |kind: &Self| KindDoc { name: kind.name, about: kind.about };
        Shape::Kinds(kinds.iter().map(doc).collect())
    }
}

impl Fields<'_> {
    /// The table under `key`, read as the one of `kinds` that its `kind` names. A bare string is
    /// short for a table with nothing but that kind, as is a missing key for `default`. `None`
    /// only after a problem.
    pub fn kinded<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        kinds: &[Kind<T>],
        default: Option<&'static str>,
    ) -> Option<T> {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
        self.document(key, about, Kind::shape(kinds), "", default, default.is_none());
        self.kinds_of(key, kinds);
        let mut bare = toml::Table::new();
        let table = match (self.value(key), default) {
            (Some(Value::Table(table)), _) => table,
            (Some(Value::String(name)), _) => {
                bare.insert("kind".into(), Value::String(name.clone()));
                &bare
            }
            (Some(other), _) => {
                let message =
                    format!("`{key}` must be a table with a `kind`, got {}", kind_of(other));
                let help = format!("write {key} = {{ kind = \"{}\" }}", names[0]);
                self.problem(key, Part::Value, message, Some(help));
                return None;
            }
            (None, Some(name)) => {
                bare.insert("kind".into(), Value::String(name.into()));
                &bare
            }
            (None, None) => {
                let message = format!("missing key `{key}`");
                let help =
                    format!("add `{key} = {{ kind = … }}`: {about}; kinds: {}", quoted(&names));
                self.problem(key, Part::Key, message, Some(help));
                return None;
            }
        };
        let chosen = self.pick(key, table, kinds, &names)?;
        let (result, resolved) = self.inside(Step::Key(key.into()), table, |fields| {
            fields.value("kind");
            (chosen.read)(fields)
        });
        let mut inline = toml_edit::InlineTable::new();
        inline.insert("kind", chosen.name.into());
        for (key, item) in resolved {
            if let toml_edit::Item::Value(mut value) = item {
                value.decor_mut().clear();
                inline.insert(&key, value);
            }
        }
        self.resolve(key, inline.into());
        Some(result)
    }

    /// Documents the keys of each of the `kinds`, for a key that may also be something else.
    pub fn kinds_of<T>(&mut self, key: &'static str, kinds: &[Kind<T>]) {
        if self.sheet.describing {
            for kind in kinds {
                let step = Step::Key(format!("{key}({})", kind.name));
                self.inside(step, &toml::Table::new(), kind.read);
            }
        }
    }

    fn pick<T>(
        &mut self,
        key: &'static str,
        table: &toml::Table,
        kinds: &[Kind<T>],
        names: &[&str],
    ) -> Option<Kind<T>> {
        let path = self.path.key(key);
        let Some(value) = table.get("kind") else {
            let help = format!("kinds: {}", quoted(names));
            self.note(path, Part::Value, format!("`{key}` has no `kind`"), Some(help));
            return None;
        };
        let found = value.as_str().and_then(|name| kinds.iter().find(|kind| kind.name == name));
        if found.is_none() {
            let message = format!("unknown kind {value} of `{key}`");
            let help = value
                .as_str()
                .and_then(|name| nearest(name, names))
                .unwrap_or_else(|| format!("kinds: {}", quoted(names)));
            let short = self.table.get(key).is_some_and(Value::is_str);
            let path = if short { path } else { path.key("kind") };
            self.note(path, Part::Value, message, Some(help));
        }
        found.copied()
    }
}
