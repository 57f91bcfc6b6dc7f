//! placeholder
use super::render::Sender;
use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::ladder::Ladder;
use crate::domain::letter::Letter;
use crate::domain::message::Message;
use crate::domain::notice::Notice;
use crate::domain::partner::Partner;
use crate::domain::person::Person;
use crate::domain::ticket::Ticket;
use jiff::Timestamp;
use std::collections::BTreeMap;
pub struct Scene<'a> {
    pub ticket: &'a Ticket,
    pub partner: &'a Partner,
    pub people: &'a BTreeMap<PersonId, Person>,
    pub events: &'a [Event],
    pub messages: &'a [Message],
    pub ladder: &'a Ladder,
    pub now: Timestamp,
}
pub fn ticket_letter(_: &Notice, _: &Scene<'_>, _: &[String], _: &Sender, _: &str) -> Option<Letter> {
    None
}
