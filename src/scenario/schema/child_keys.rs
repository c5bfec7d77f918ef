//! Keys of stake that votes under another hotkey.

use crate::fields::Fields;

/// Stake that one key, or each key of a group, lends to another.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildKeyPlan {
    /// Name of the parents' group.
    pub parent: String,
    /// Which of its members, from 0; `None` for each of them.
    pub parent_member: Option<usize>,
    /// Name of the child's group.
    pub child: String,
    /// Which of its members, from 0.
    pub child_member: usize,
    /// Part of each parent's stake that counts for the child.
    pub proportion: f64,
}

pub(super) fn child_key(t: &mut Fields<'_>) -> ChildKeyPlan {
    let narrow = |member: u64| usize::try_from(member).unwrap_or(usize::MAX);
    let parent = t.text("parent", "group of neurons that lends its stake").name().required();
    let parent_member = t
        .whole("parent_member", "which of its members, from 0; left out for each of them")
        .at_most(65_535.0)
        .optional();
    let child = t.text("child", "group of neurons that votes with it").name().required();
    let child_member =
        t.whole("child_member", "which of its members, from 0").at_most(65_535.0).default(0_u64);
    let proportion = t
        .number("proportion", "part of each parent's stake that counts for the child")
        .above(0.0)
        .at_most(1.0)
        .required();
    ChildKeyPlan {
        parent,
        parent_member: parent_member.map(narrow),
        child,
        child_member: narrow(child_member),
        proportion,
    }
}
