//! A ticket as somebody wants to file it: every field parsed, none looked up yet.

use jiff::Timestamp;

use super::priority::{Impact, Urgency};
use super::ticket::Money;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// `group.leaf`.
    pub category: String,
    /// E-mail of the person complained about; the partner's channel manager when absent.
    pub about: Option<String>,
    pub subject: String,
    pub description: String,
    pub impact: Impact,
    /// None where the deadline says it.
    pub urgency: Option<Urgency>,
    pub deadline: Option<Timestamp>,
    pub value: Option<Money>,
    pub blocks: Option<String>,
    pub distributor: Option<String>,
}
