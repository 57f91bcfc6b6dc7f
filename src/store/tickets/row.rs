//! Columns of tickets, rungs and promises, and the values that they stand for.

use diesel::prelude::*;

use crate::domain::ids::{PartnerId, PersonId, TicketId};
use crate::domain::promise::Promise;
use crate::domain::taxonomy::group_of;
use crate::domain::ticket::{Money, Step, Ticket};
use crate::domain::timetable::Timetable;

use super::NO_CLOCK;
use crate::store::rows::{
    by_columns, by_of, document, instant, instant_of, small, text_of, us, us_of, word, word_of,
};
use crate::store::schema::{promises, rungs, tickets};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tickets, treat_none_as_null = true)]
pub(super) struct TicketRow {
    pub id: i64,
    pub reference: String,
    version: i64,
    partner_id: i64,
    requester_id: i64,
    owner_id: i64,
    team: String,
    category: String,
    category_group: String,
    reported_category: String,
    about_id: Option<i64>,
    subject: String,
    description: String,
    impact: String,
    urgency: String,
    deadline_at: Option<i64>,
    value_hundredths: Option<i64>,
    value_currency: Option<String>,
    blocks: Option<String>,
    distributor: Option<String>,
    priority: String,
    priority_reason: String,
    state: String,
    close_reason: Option<String>,
    merged_into_id: Option<i64>,
    rung: i32,
    waiting_on: Option<String>,
    clocks: String,
    opened_at: i64,
    updated_at: i64,
    pub next_clock_at: i64,
    check_at: i64,
    ladder_version: i64,
    calendar: String,
    calendar_version: i64,
    last_event: i32,
    last_message: i32,
    stands_in_for_id: Option<i64>,
    asked_id: Option<i64>,
}

impl TicketRow {
    pub fn of(t: &Ticket) -> QueryResult<Self> {
        Ok(Self {
            id: t.id.0,
            reference: t.reference.clone(),
            version: t.version,
            partner_id: t.partner.0,
            requester_id: t.requester.0,
            owner_id: t.owner.0,
            team: t.team.clone(),
            category: t.category.clone(),
            category_group: group_of(&t.category).to_owned(),
            reported_category: t.reported_category.clone(),
            about_id: t.about.map(|id| id.0),
            subject: t.subject.clone(),
            description: t.description.clone(),
            impact: t.impact.to_string(),
            urgency: t.urgency.to_string(),
            deadline_at: us_of(t.deadline),
            value_hundredths: t.value.as_ref().map(|v| v.hundredths),
            value_currency: t.value.as_ref().map(|v| v.currency.clone()),
            blocks: t.blocks.clone(),
            distributor: t.distributor.clone(),
            priority: t.priority.to_string(),
            priority_reason: t.priority_reason.clone(),
            state: t.state.to_string(),
            close_reason: t.close_reason.map(|r| r.to_string()),
            merged_into_id: t.merged_into.map(|id| id.0),
            rung: i32::from(t.rung),
            waiting_on: t.clocks.wait.as_ref().map(|w| w.on.to_string()),
            clocks: text_of(&t.clocks)?,
            opened_at: us(t.opened_at),
            updated_at: us(t.updated_at),
            next_clock_at: t.next_clock().map_or(NO_CLOCK, us),
            check_at: t.check_at.map_or(NO_CLOCK, us),
            ladder_version: t.ladder_version,
            calendar: t.calendar.clone(),
            calendar_version: t.calendar_version,
            last_event: t.last_event,
            last_message: t.last_message,
            stands_in_for_id: t.clocks.stands_in_for.map(|id| id.0),
            asked_id: t.asked().map(|id| id.0),
        })
    }

    /// Columns by name that say again what others say, for SQL to select by.
    pub fn kept_for_sql(&self) -> [(&'static str, String); 5] {
        [
            ("category_group", self.category_group.clone()),
            ("waiting_on", self.waiting_on.clone().unwrap_or_default()),
            ("next_clock_at", self.next_clock_at.to_string()),
            ("stands_in_for_id", self.stands_in_for_id.map(|id| id.to_string()).unwrap_or_default()),
            ("asked_id", self.asked_id.map(|id| id.to_string()).unwrap_or_default()),
        ]
    }

    pub fn read(self, rungs: Vec<Step>, timetable: Timetable) -> QueryResult<Ticket> {
        let value = self.value_hundredths.zip(self.value_currency);
        Ok(Ticket {
            id: TicketId(self.id),
            reference: self.reference,
            version: self.version,
            partner: PartnerId(self.partner_id),
            requester: PersonId(self.requester_id),
            owner: PersonId(self.owner_id),
            team: self.team,
            category: self.category,
            reported_category: self.reported_category,
            about: self.about_id.map(PersonId),
            subject: self.subject,
            description: self.description,
            impact: word(&self.impact)?,
            urgency: word(&self.urgency)?,
            deadline: instant_of(self.deadline_at)?,
            value: value.map(|(hundredths, currency)| Money { hundredths, currency }),
            blocks: self.blocks,
            distributor: self.distributor,
            priority: word(&self.priority)?,
            priority_reason: self.priority_reason,
            state: word(&self.state)?,
            close_reason: word_of(self.close_reason.as_deref())?,
            merged_into: self.merged_into_id.map(TicketId),
            rung: small(self.rung)?,
            rungs,
            timetable,
            clocks: document(&self.clocks)?,
            opened_at: instant(self.opened_at)?,
            updated_at: instant(self.updated_at)?,
            ladder_version: self.ladder_version,
            calendar: self.calendar,
            calendar_version: self.calendar_version,
            check_at: Some(self.check_at).filter(|&us| us != NO_CLOCK).map(instant).transpose()?,
            last_event: self.last_event,
            last_message: self.last_message,
        })
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = rungs, treat_none_as_null = true)]
pub(super) struct RungRow {
    pub ticket_id: i64,
    pub number: i32,
    name: String,
    stand: String,
    holder_id: Option<i64>,
    due_at: Option<i64>,
    reached_at: Option<i64>,
    cause: Option<String>,
}

impl RungRow {
    pub fn of(ticket: TicketId, s: &Step) -> Self {
        Self {
            ticket_id: ticket.0,
            number: i32::from(s.number),
            name: s.name.clone(),
            stand: s.stand.to_string(),
            holder_id: s.holder.map(|id| id.0),
            due_at: us_of(s.due),
            reached_at: us_of(s.reached_at),
            cause: s.cause.map(|c| c.to_string()),
        }
    }

    pub fn read(&self) -> QueryResult<Step> {
        Ok(Step {
            number: small(self.number)?,
            name: self.name.clone(),
            stand: word(&self.stand)?,
            holder: self.holder_id.map(PersonId),
            due: instant_of(self.due_at)?,
            reached_at: instant_of(self.reached_at)?,
            cause: word_of(self.cause.as_deref())?,
        })
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = promises, treat_none_as_null = true)]
pub(super) struct PromiseRow {
    pub ticket_id: i64,
    pub number: i32,
    kind: String,
    label: Option<String>,
    due_at: i64,
    start_at: i64,
    origin: String,
    made_at: i64,
    made_by: String,
    made_by_id: Option<i64>,
    supersedes: Option<i32>,
    reason: Option<String>,
    told_at: Option<i64>,
    outcome: Option<String>,
    decided_at: Option<i64>,
    done_at: Option<i64>,
    dropped: bool,
}

impl PromiseRow {
    pub fn of(ticket: TicketId, p: &Promise) -> Self {
        let (made_by, made_by_id) = by_columns(p.made_by);
        Self {
            ticket_id: ticket.0,
            number: p.number,
            kind: p.kind.to_string(),
            label: p.label.clone(),
            due_at: us(p.due),
            start_at: us(p.start),
            origin: p.origin.to_string(),
            made_at: us(p.made_at),
            made_by: made_by.to_owned(),
            made_by_id,
            supersedes: p.supersedes,
            reason: p.reason.clone(),
            told_at: us_of(p.told_at),
            outcome: p.outcome.map(|o| o.to_string()),
            decided_at: us_of(p.decided_at),
            done_at: us_of(p.done_at),
            dropped: p.dropped,
        }
    }

    pub fn read(&self) -> QueryResult<Promise> {
        Ok(Promise {
            number: self.number,
            kind: word(&self.kind)?,
            label: self.label.clone(),
            due: instant(self.due_at)?,
            start: instant(self.start_at)?,
            origin: word(&self.origin)?,
            made_at: instant(self.made_at)?,
            made_by: by_of(&self.made_by, self.made_by_id)?,
            supersedes: self.supersedes,
            reason: self.reason.clone(),
            told_at: instant_of(self.told_at)?,
            outcome: word_of(self.outcome.as_deref())?,
            decided_at: instant_of(self.decided_at)?,
            done_at: instant_of(self.done_at)?,
            dropped: self.dropped,
        })
    }
}
