//! What an issue can be about: groups, their leaves, and the resolver team that
//! each leaf goes to (PRODUCT §4, `domain.md` §3.1). Codes are stable, labels are not.

use serde::{Deserialize, Serialize};

use super::priority::Priority;

/// `rel`: complaints about a person. Seen by few, and never by that person.
pub const COMPLAINTS: &str = "rel";
/// `legal`: contracts and compliance. Seen by few.
pub const LEGAL: &str = "legal";

/// A resolver team that categories name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamSpec {
    pub code: String,
    pub name: String,
}

/// One of the cards of "What is it about?".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub code: String,
    pub name: String,
    /// One sentence in the partner's words.
    pub hint: String,
    /// Code of the owning team.
    pub team: String,
    pub leaves: Vec<Leaf>,
}

/// One of the answers of "Which is closest?".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// Without its group: `approval_late`.
    pub code: String,
    pub name: String,
    /// Where impact and urgency were not asked (imports, calls).
    pub priority: Priority,
    /// Where it differs from the group's.
    pub team: Option<String>,
}

/// A whole taxonomy as it is versioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taxonomy {
    pub teams: Vec<TeamSpec>,
    pub groups: Vec<Group>,
    /// Code of the leaf under which a call is filed that is about no ticket yet; none: the
    /// first leaf that everybody may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<String>,
}

/// A leaf found by its full code.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    pub group: &'a Group,
    pub leaf: &'a Leaf,
}

impl Found<'_> {
    /// `group.leaf`.
    pub fn code(&self) -> String {
        format!("{}.{}", self.group.code, self.leaf.code)
    }

    /// The team that the leaf decides.
    pub fn team(&self) -> &str {
        self.leaf.team.as_deref().unwrap_or(&self.group.team)
    }
}

impl Taxonomy {
    /// The leaf of a code such as `price.approval_late`.
    pub fn find(&self, category: &str) -> Option<Found<'_>> {
        let (group, leaf) = category.split_once('.')?;
        let group = self.group(group)?;
        let leaf = group.leaves.iter().find(|l| l.code == leaf)?;
        Some(Found { group, leaf })
    }

    pub fn group(&self, code: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.code == code)
    }

    /// The leaf under which a call is filed that is about no ticket yet.
    pub fn of_calls(&self) -> Option<Found<'_>> {
        let named = self.calls.as_deref().and_then(|code| self.find(code));
        named.or_else(|| self.leaves().find(|found| !is_restricted(&found.code())))
    }

    /// Every leaf, in order.
    pub fn leaves(&self) -> impl Iterator<Item = Found<'_>> {
        self.groups.iter().flat_map(|group| group.leaves.iter().map(move |leaf| Found { group, leaf }))
    }
}

/// The group of a category code.
pub fn group_of(category: &str) -> &str {
    category.split_once('.').map_or(category, |(group, _)| group)
}

/// A complaint about a person.
pub fn is_complaint(category: &str) -> bool {
    group_of(category) == COMPLAINTS
}

/// Restricted: complaints and legal matters.
pub fn is_restricted(category: &str) -> bool {
    matches!(group_of(category), COMPLAINTS | LEGAL)
}

#[cfg(test)]
mod tests;
