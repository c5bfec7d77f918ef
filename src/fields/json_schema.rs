//! The documentation of keys as a JSON schema, for editors that complete and check texts.
//!
//! Draft 7, without references and conditions: editors of TOML look a key's schema up by walking
//! down properties, items and `oneOf`, and show nothing that stands beside a `$ref`. A table of a
//! kind is therefore a choice among closed tables, each with its `kind` fixed.

use serde::{Serialize, Serializer};
use serde_json::ser::PrettyFormatter;
use serde_json::{Number, Value};

use super::{Bound, KeyDoc, KindDoc, Range, Shape};

/// What a name looks like; that of [`unfit_name`](super::unfit_name).
const NAME: &str = "^[a-z0-9_-]*[a-z_-][a-z0-9_-]*$";

/// The schema of a text with these keys, as JSON with a line break at its end; what is in it, and in
/// which order, depends on `keys` alone.
///
/// It says what can be said of each key by itself. Rules over several keys are not in it, and a key
/// that is needed only where another has some value counts as one that may be left out.
#[must_use]
pub fn json_schema(title: &str, keys: &[KeyDoc]) -> String {
    let mut tree = Node::default();
    for key in keys {
        tree.place(&key.path).doc.get_or_insert(key);
    }
    let top = Schema { dialect: Some(DIALECT), title: Some(title), ..tree.table() };
    // A text is nested deeply: with more blanks most of the schema would be margin.
    let mut text = Vec::new();
    let layout = PrettyFormatter::with_indent(b" ");
    let written = top.serialize(&mut serde_json::Serializer::with_formatter(&mut text, layout));
    debug_assert!(written.is_ok(), "nothing here can fail to be JSON");
    text.push(b'\n');
    String::from_utf8(text).unwrap_or_default()
}

const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// A key and what is inside it.
#[derive(Default)]
struct Node<'k> {
    doc: Option<&'k KeyDoc>,
    keys: Vec<(&'k str, Node<'k>)>,
    kinds: Vec<(&'k str, Node<'k>)>,
    each: Option<Box<Node<'k>>>,
}

impl<'k> Node<'k> {
    /// The node of this path below this one.
    fn place(&mut self, path: &'k str) -> &mut Self {
        path.split('.').fold(self, |node, step| match step.split_once('(') {
            _ if step == "N" || step == "NAME" => node.each.get_or_insert_default(),
            None => under(&mut node.keys, step),
            Some((key, kind)) => {
                let kind = kind.trim_end_matches(')');
                under(&mut under(&mut node.keys, key).kinds, kind)
            }
        })
    }

    /// A table with exactly these keys.
    fn table(&self) -> Schema<'k> {
        let needed = |(key, node): &(&'k str, Self)| {
            node.doc.is_some_and(|doc| doc.required).then_some(*key)
        };
        Schema {
            properties: self.keys.iter().map(|(key, node)| (*key, node.schema())).collect(),
            required: self.keys.iter().filter_map(needed).collect(),
            others: Some(Others::None(false)),
            ..Schema::of("object")
        }
    }

    fn schema(&self) -> Schema<'k> {
        let Some(doc) = self.doc else { return self.table() };
        let mut schema = self.shaped(&doc.shape);
        schema.description = Some(doc.told());
        schema.default = doc.default.as_deref().and_then(|default| value(default, &doc.shape));
        schema
    }

    fn shaped(&self, shape: &'k Shape) -> Schema<'k> {
        match shape {
            Shape::Number(range) => Schema::of("number").within(*range),
            Shape::Whole(range) => Schema::of("integer").within(*range),
            Shape::Flag => Schema::of("boolean"),
            Shape::Text => Schema::of("string"),
            Shape::Name => {
                Schema { pattern: Some(NAME), max_length: Some(60), ..Schema::of("string") }
            }
            Shape::List(of) => Schema::of("array").with_items(self.shaped(of)),
            Shape::Values(_) => Schema::of("object"),
            Shape::Choice(names) => Schema { names: names.clone(), ..Schema::of("string") },
            Shape::Table => self.table(),
            Shape::Tables => Schema::of("array").with_items(self.element()),
            Shape::Named => Schema {
                property_names: Some(Box::new(self.shaped(&Shape::Name))),
                others: Some(Others::Each(Box::new(self.element()))),
                ..Schema::of("object")
            },
            Shape::Kinds(kinds) => Schema { one_of: self.kinds(kinds), ..Schema::default() },
            Shape::Either(shapes) => Schema {
                one_of: shapes.iter().flat_map(|shape| self.shaped(shape).spread()).collect(),
                ..Schema::default()
            },
        }
    }

    fn element(&self) -> Schema<'k> {
        self.each.as_ref().map_or_else(|| Schema::of("object"), |each| each.table())
    }

    /// The bare names of the kinds that need no more, then a table for each kind.
    fn kinds(&self, kinds: &'k [KindDoc]) -> Vec<Schema<'k>> {
        let node = |kind: &KindDoc| self.kinds.iter().find(|(name, _)| *name == kind.name);
        let table = |kind: &'k KindDoc| {
            let mut table = node(kind).map_or_else(|| Self::default().table(), |(_, n)| n.table());
            let description = Some(kind.about.to_owned());
            let name = Schema { names: vec![kind.name], description, ..Schema::of("string") };
            table.title = Some(kind.name);
            table.properties.insert(0, ("kind", name));
            table.required.insert(0, "kind");
            table
        };
        let tables: Vec<Schema<'k>> = kinds.iter().map(table).collect();
        let (mut names, mut meanings) = (Vec::new(), Vec::new());
        for (kind, table) in kinds.iter().zip(&tables) {
            if table.required == ["kind"] {
                names.push(kind.name);
                meanings.push(kind.about);
            }
        }
        let taplo = Some(Taplo { docs: Docs { enum_values: meanings } });
        let bare = (!names.is_empty()).then(|| Schema { names, taplo, ..Schema::of("string") });
        bare.into_iter().chain(tables).collect()
    }
}

fn under<'n, 'k>(nodes: &'n mut Vec<(&'k str, Node<'k>)>, name: &'k str) -> &'n mut Node<'k> {
    let at = nodes.iter().position(|(other, _)| *other == name).unwrap_or_else(|| {
        nodes.push((name, Node::default()));
        nodes.len() - 1
    });
    &mut nodes[at].1
}

/// A default as JSON; `None` where it cannot be said there.
fn value(default: &str, shape: &Shape) -> Option<Value> {
    if matches!(shape, Shape::Choice(_) | Shape::Kinds(_)) {
        return Some(default.into());
    }
    let table: toml::Table = toml::from_str(&format!("default = {default}")).ok()?;
    serde_json::to_value(table.get("default")?).ok()
}

/// A number without a fraction where it has none.
fn json_number(at: f64) -> Option<Number> {
    serde_json::from_str(&at.to_string()).ok()
}

/// A JSON schema, as far as it is needed here. A struct and no map, so that its parts stand in one
/// order whatever the features of the JSON library.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema<'k> {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    dialect: Option<&'k str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'k str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'k str>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    names: Vec<&'k str>,
    #[serde(rename = "x-taplo", skip_serializing_if = "Option::is_none")]
    taplo: Option<Taplo<'k>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'k str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclusive_minimum: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclusive_maximum: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Schema<'k>>>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_map")]
    properties: Vec<(&'k str, Schema<'k>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required: Vec<&'k str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    property_names: Option<Box<Schema<'k>>>,
    #[serde(rename = "additionalProperties", skip_serializing_if = "Option::is_none")]
    others: Option<Others<'k>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    one_of: Vec<Schema<'k>>,
}

/// What editors of TOML say of the names of an `enum`; validators leave it alone.
#[derive(Serialize)]
struct Taplo<'k> {
    docs: Docs<'k>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Docs<'k> {
    enum_values: Vec<&'k str>,
}

/// Keys beside those that are named.
#[derive(Serialize)]
#[serde(untagged)]
enum Others<'k> {
    None(bool),
    Each(Box<Schema<'k>>),
}

impl<'k> Schema<'k> {
    fn of(kind: &'k str) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }

    fn with_items(self, items: Self) -> Self {
        Self { items: Some(Box::new(items)), ..self }
    }

    fn within(self, range: Range) -> Self {
        let bound = |bound: Option<Bound>, included: bool| {
            bound.filter(|bound| bound.included == included).and_then(|b| json_number(b.at))
        };
        Self {
            minimum: bound(range.least, true),
            exclusive_minimum: bound(range.least, false),
            maximum: bound(range.most, true),
            exclusive_maximum: bound(range.most, false),
            ..self
        }
    }

    /// What it chooses among, or itself.
    fn spread(self) -> Vec<Self> {
        if self.one_of.is_empty() { vec![self] } else { self.one_of }
    }
}

fn as_map<S: Serializer>(entries: &[(&str, Schema<'_>)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(key, schema)| (key, schema)))
}
