//! Tables inside a table: one under a key, a list of them, or as many as there are names.

use toml::{Table, Value};

use super::{Fields, Part, Shape, Step, kind_of, unfit_name};

impl Fields<'_> {
    /// A table under `key`; a missing one reads as empty, so that its keys' defaults count.
    pub fn table<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> T {
        self.document(key, about, Shape::Table, "", None, false);
        let empty = Table::new();
        let found = match self.value(key) {
            None => &empty,
            Some(Value::Table(table)) => table,
            Some(other) => {
                let message = format!("`{key}` must be a table, got {}", kind_of(other));
                self.problem(key, Part::Value, message, None);
                &empty
            }
        };
        let (result, resolved) = self.inside(Step::Key(key.into()), found, read);
        if !(self.inherits && resolved.is_empty()) {
            self.resolved.insert(key, toml_edit::Item::Table(resolved));
        }
        result
    }

    /// As [`Fields::table`], where a missing table is none at all rather than an empty one.
    pub fn table_if_given<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> Option<T> {
        if self.table.contains_key(key) || self.sheet.describing {
            return Some(self.table(key, about, read));
        }
        self.known.push(key);
        None
    }

    /// As [`Fields::table_if_given`], for a table that is about the text rather than of it: it stays
    /// out of the resolved text.
    pub fn table_aside<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> Option<T> {
        let result = self.table_if_given(key, about, read);
        self.resolved.remove(key);
        result
    }

    /// As [`Fields::table`], for keys whose defaults are the values of another table: what is
    /// left out stays out of the resolved text, so that it goes on following that table.
    pub fn table_of_changes<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> T {
        let before = std::mem::replace(&mut self.inherits, true);
        let result = self.table(key, about, read);
        self.inherits = before;
        result
    }

    /// A list of tables under `key`, such as `[[subnet.text.miners]]`.
    pub fn tables<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        mut read: impl FnMut(&mut Fields<'_>) -> T,
    ) -> Vec<T> {
        self.document(key, about, Shape::Tables, "", None, false);
        if self.sheet.describing {
            let step = Step::Key(format!("{key}.N"));
            self.inside(step, &Table::new(), &mut read);
            return Vec::new();
        }
        let rows: &[Value] = match self.value(key) {
            None => &[],
            Some(Value::Array(rows)) => rows,
            Some(other) => {
                let message = format!("`{key}` must be a list of tables, got {}", kind_of(other));
                let help = format!("write [[…{key}]], with two brackets");
                self.problem(key, Part::Value, message, Some(help));
                &[]
            }
        };
        let mut results = Vec::with_capacity(rows.len());
        let mut resolved = toml_edit::ArrayOfTables::new();
        for (index, row) in rows.iter().enumerate() {
            let path = self.path.key(key).index(index);
            let Value::Table(row) = row else {
                let message = format!("`{key}` must be a list of tables, got {}", kind_of(row));
                self.note(path, Part::Value, message, None);
                continue;
            };
            let mut fields = Fields::new(row, path, self.sheet);
            results.push(read(&mut fields));
            resolved.push(fields.close());
        }
        if !resolved.is_empty() {
            self.resolved.insert(key, toml_edit::Item::ArrayOfTables(resolved));
        }
        results
    }

    /// Tables under free names, such as `[subnet.text]`; gives each name with what was read.
    pub fn named<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        mut read: impl FnMut(&str, &mut Fields<'_>) -> T,
    ) -> Vec<(String, T)> {
        self.document(key, about, Shape::Named, "", None, false);
        if self.sheet.describing {
            let step = Step::Key(format!("{key}.NAME"));
            self.inside(step, &Table::new(), |fields| read("NAME", fields));
            return Vec::new();
        }
        let empty = Table::new();
        let found = match self.value(key) {
            None => &empty,
            Some(Value::Table(table)) => table,
            Some(other) => {
                let message = format!("`{key}` must hold tables by name, got {}", kind_of(other));
                self.problem(key, Part::Value, message, Some(format!("write [{key}.NAME]")));
                &empty
            }
        };
        let mut results = Vec::new();
        let mut resolved = toml_edit::Table::new();
        resolved.set_implicit(true);
        for (name, value) in found {
            let path = self.path.key(key).key(name);
            if let Some(rule) = unfit_name(name) {
                self.note(path.clone(), Part::Key, rule, None);
            }
            let Value::Table(table) = value else {
                let message = format!("`{name}` must be a table, got {}", kind_of(value));
                self.note(path, Part::Value, message, Some(format!("write [{key}.{name}]")));
                continue;
            };
            let mut fields = Fields::new(table, path, self.sheet);
            results.push((name.clone(), read(name, &mut fields)));
            resolved.insert(name, toml_edit::Item::Table(fields.close()));
        }
        if !resolved.is_empty() {
            self.resolved.insert(key, toml_edit::Item::Table(resolved));
        }
        results
    }

    /// Reads a table further inside; gives also its resolved form.
    pub(super) fn inside<T>(
        &mut self,
        step: Step,
        table: &Table,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> (T, toml_edit::Table) {
        let mut fields = Fields::new(table, self.path.step(step), self.sheet);
        fields.inherits = self.inherits;
        let result = read(&mut fields);
        (result, fields.close())
    }
}
