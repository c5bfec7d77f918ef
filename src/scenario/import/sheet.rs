//! A CSV file as rows of fields, each of which knows where it stands.

use super::Csv;

/// No more than so many problems are told of one file.
const TOLD: usize = 20;

/// A file that has been taken apart, and what is wrong with it so far.
pub(super) struct Sheet<'t> {
    name: &'t str,
    header: csv::StringRecord,
    records: Vec<csv::StringRecord>,
    problems: Vec<String>,
    /// Whether a column is missing, so that rows mean nothing.
    broken: bool,
}

impl<'t> Sheet<'t> {
    /// Takes a file apart; notes rows that do not have the header's number of fields.
    pub(super) fn read(file: Csv<'t>) -> Self {
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file.text.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        let (records, problems) = (Vec::new(), Vec::new());
        let mut sheet = Self { name: file.name, header, records, problems, broken: false };
        for record in reader.records() {
            match record {
                Ok(record) => sheet.records.push(record),
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    sheet.note(format!("{}:{line}:1: {}", file.name, plain(&error)));
                    if sheet.problems.len() >= TOLD {
                        break;
                    }
                }
            }
        }
        sheet
    }

    /// The place of a column, which must be there.
    pub(super) fn column(&mut self, name: &str) -> usize {
        let found = self.optional(name);
        self.must(found, name)
    }

    /// The same, also for a name that only begins so.
    pub(super) fn column_like(&mut self, name: &str) -> usize {
        let begins = || self.header.iter().position(|column| column.starts_with(name));
        let found = self.optional(name).or_else(begins);
        self.must(found, name)
    }

    /// The place of a column, if it is there.
    pub(super) fn optional(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    fn must(&mut self, found: Option<usize>, name: &str) -> usize {
        if found.is_none() {
            let header = self.header.iter().collect::<Vec<_>>().join(",");
            self.problems
                .push(format!("{}:1:1: no column `{name}`; the header is `{header}`", self.name));
            self.broken = true;
        }
        found.unwrap_or_default()
    }

    /// How many rows there are; none where a column is missing.
    pub(super) fn len(&self) -> usize {
        if self.broken { 0 } else { self.records.len() }
    }

    /// What a field says.
    pub(super) fn text(&self, row: usize, column: usize) -> &str {
        self.records.get(row).and_then(|record| record.get(column)).unwrap_or_default()
    }

    /// The number in a field, from 0 to `most`; notes what is not one.
    pub(super) fn number(&mut self, row: usize, column: usize, most: f64) -> Option<f64> {
        match self.text(row, column).parse::<f64>() {
            Ok(value) if value.is_finite() && (0.0..=most).contains(&value) => Some(value),
            _ => {
                let most = if most < 1e6 { format!("{most}") } else { format!("{most:e}") };
                self.wrong(row, column, &format!("a number in [0, {most}]"));
                None
            }
        }
    }

    /// The same for a column that may be missing and a field that may be empty.
    pub(super) fn number_if_given(
        &mut self,
        row: usize,
        column: Option<usize>,
        most: f64,
    ) -> Option<f64> {
        let column = column.filter(|column| !self.text(row, *column).is_empty())?;
        self.number(row, column, most)
    }

    /// The whole number in a field, from 0 to `most`; notes what is not one.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "only whole numbers in [0, most] come so far"
    )]
    pub(super) fn whole(&mut self, row: usize, column: usize, most: u32) -> Option<u64> {
        // Tables that were written from floats have `256.0`.
        let value = self.text(row, column).parse::<f64>().ok();
        let whole = value.filter(|v| v.fract() == 0.0 && (0.0..=f64::from(most)).contains(v));
        if whole.is_none() {
            self.wrong(row, column, &format!("a whole number from 0 to {most}"));
        }
        whole.map(|value| value as u64)
    }

    /// Whether a field says yes; notes what says neither yes nor no.
    pub(super) fn flag(&mut self, row: usize, column: usize) -> Option<bool> {
        match self.text(row, column) {
            "True" | "true" | "1" => Some(true),
            "False" | "false" | "0" => Some(false),
            _ => {
                self.wrong(row, column, "True or False");
                None
            }
        }
    }

    /// Where a field stands: file, line and column.
    pub(super) fn place(&self, row: usize, column: usize) -> String {
        let Some(record) = self.records.get(row) else { return format!("{}:1:1", self.name) };
        let line = record.position().map_or(0, csv::Position::line);
        let start = 1 + record.iter().take(column).map(|field| field.len() + 1).sum::<usize>();
        format!("{}:{line}:{start}", self.name)
    }

    /// Notes what is wrong with a field.
    pub(super) fn note_at(&mut self, row: usize, column: usize, message: &str) {
        let place = self.place(row, column);
        self.note(format!("{place}: {message}"));
    }

    /// All that is wrong with the file.
    pub(super) fn finish(mut self) -> Vec<String> {
        if self.records.is_empty() && self.problems.is_empty() {
            self.problems.push(format!("{}:1:1: no rows below the header", self.name));
        }
        if self.problems.len() >= TOLD {
            self.problems.truncate(TOLD);
            self.problems.push(format!("{}: and perhaps more; only the first are told", self.name));
        }
        self.problems
    }

    fn wrong(&mut self, row: usize, column: usize, wanted: &str) {
        let (name, text) = (&self.header[column], self.text(row, column));
        let message = format!("`{name}` must be {wanted}, got `{text}`");
        self.note_at(row, column, &message);
    }

    fn note(&mut self, problem: String) {
        if self.problems.len() < TOLD {
            self.problems.push(problem);
        }
    }
}

fn plain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("a row must have {expected_len} fields as the header has, got {len}")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_problems_have_a_place() {
        let text = "netuid,open,price\n1,True,0.5\n2.0,maybe,\nx,0,7\n";
        let mut sheet = Sheet::read(Csv { name: "s.csv", text });
        let (id, open, price) =
            (sheet.column("netuid"), sheet.column("open"), sheet.optional("price"));
        assert_eq!(sheet.whole(1, id, 9), Some(2));
        assert_eq!((sheet.flag(0, open), sheet.flag(1, open)), (Some(true), None));
        assert_eq!(sheet.number_if_given(1, price, 1.0), None, "an empty field is no problem");
        assert_eq!(sheet.number_if_given(2, price, 1.0), None);
        assert_eq!(sheet.whole(2, id, 9), None);
        assert_eq!(
            sheet.finish(),
            [
                "s.csv:3:5: `open` must be True or False, got `maybe`",
                "s.csv:4:5: `price` must be a number in [0, 1], got `7`",
                "s.csv:4:1: `netuid` must be a whole number from 0 to 9, got `x`",
            ]
        );
    }
}
