//! What somebody wrote on a ticket.

use jiff::Timestamp;

use super::actor::By;
use super::ticket::Visibility;

/// One message; `number` counts from 1 within the ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub number: i32,
    pub by: By,
    pub by_partner: bool,
    pub visibility: Visibility,
    /// How it stands, in a line; of progress that is told.
    pub headline: Option<String>,
    pub body: String,
    pub written_at: Timestamp,
    /// When it reached the other side; an internal note never does.
    pub delivered_at: Option<Timestamp>,
}
