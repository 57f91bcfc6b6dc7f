//! How a ticket begins: its priority, its promises, and its dated ladder. The
//! preview before filing runs through the same code as filing itself.

use jiff::Timestamp;

use crate::domain::actor::By;
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::draft::Draft;
use crate::domain::escalation::lift;
use crate::domain::event::{Opened, OpenedRung, What};
use crate::domain::ids::{PartnerId, PersonId, TicketId};
use crate::domain::ladder::Stand;
use crate::domain::partner::Holders;
use crate::domain::priority::{Judgement, Urgency};
use crate::domain::promise::{Kind, Origin};
use crate::domain::timetable::{NewPromise, Timetable};

use super::{Cause, Clocks, Notified, Rules, State, Step, Ticket};

/// Everything that a ticket is opened with, already looked up.
pub struct Opening<'a> {
    pub id: TicketId,
    pub reference: String,
    pub draft: &'a Draft,
    pub urgency: Urgency,
    pub judgement: Judgement,
    pub partner: PartnerId,
    pub slug: &'a str,
    pub region: &'a str,
    pub requester: PersonId,
    pub about: Option<PersonId>,
    pub owner: PersonId,
    pub team: String,
    pub holders: &'a Holders,
    pub rules: Rules<'a>,
    pub ladder_version: i64,
    pub calendar_version: i64,
    /// Other tickets of the same partner and leaf, lately.
    pub repeats: u32,
    pub by: By,
}

/// Opens a ticket at `now`: on rung 1, with its first promises and its ladder dated.
pub fn open(o: Opening<'_>, now: Timestamp) -> Result<Change, CalendarError> {
    let (rules, by) = (o.rules, o.by);
    let (slug, region, holders) = (o.slug.to_owned(), o.region.to_owned(), *o.holders);
    let ticket = bare(o, now);
    let mut change = Change::new(ticket, now);
    lay_out(&mut change, rules, now)?;
    let t = &change.ticket;
    let opened = Opened {
        category: t.category.clone(),
        about: t.about,
        requester: t.requester,
        impact: t.impact,
        urgency: t.urgency,
        deadline: t.deadline,
        value: t.value.clone(),
        priority: t.priority,
        priority_reason: t.priority_reason.clone(),
        owner: t.owner,
        team: t.team.clone(),
        ladder_version: t.ladder_version,
        calendar: t.calendar.clone(),
        calendar_version: t.calendar_version,
        rungs: t
            .rungs
            .iter()
            .map(|s| OpenedRung { number: s.number, holder: s.holder, due: s.due })
            .collect(),
        rung: t.rung,
        repeats: t.clocks.repeats,
        partner: Some(slug),
        region: Some(region),
        holders: Some(holders),
    };
    change.happened(now, by, What::Opened(Box::new(opened)));
    promise_first(&mut change, rules, now)?;
    lift(&mut change, rules, now);
    Ok(change)
}

/// The ticket before anything is dated.
#[expect(clippy::too_many_lines, reason = "one line a field")]
fn bare(o: Opening<'_>, now: Timestamp) -> Ticket {
    let Opening { draft, holders, rules, .. } = o;
    let rungs = rules
        .ladder
        .rungs
        .iter()
        .filter(|rung| !leaves_out(rung.stand, holders, o.about))
        .map(|rung| Step {
            number: rung.number,
            name: rung.name.clone(),
            stand: rung.stand,
            holder: if rung.stand == Stand::Owner { Some(o.owner) } else { holders.on(rung.stand) },
            due: None,
            reached_at: None,
            cause: None,
        })
        .collect();
    Ticket {
        id: o.id,
        reference: o.reference,
        version: 1,
        partner: o.partner,
        requester: o.requester,
        owner: o.owner,
        team: o.team,
        category: draft.category.clone(),
        reported_category: draft.category.clone(),
        about: o.about,
        subject: draft.subject.clone(),
        description: draft.description.clone(),
        impact: draft.impact,
        urgency: o.urgency,
        deadline: draft.deadline,
        value: draft.value.clone(),
        blocks: draft.blocks.clone(),
        distributor: draft.distributor.clone(),
        priority: o.judgement.priority,
        priority_reason: o.judgement.reason,
        state: State::Open,
        close_reason: None,
        merged_into: None,
        rung: 1,
        rungs,
        timetable: Timetable::default(),
        clocks: Clocks {
            first_reply_at: None,
            last_word_at: None,
            partner_spoke_at: now,
            wait: None,
            claim: None,
            stops: Vec::new(),
            presses: Vec::new(),
            contest: None,
            eras: Vec::new(),
            reopened: 0,
            handed_on: 0,
            heads_ups: Vec::new(),
            notified: Some(Notified::of(1, now)),
            dues_moved_at: None,
            unconfirmed_at: None,
            words: Vec::new(),
            holds: Vec::new(),
            accepted: None,
            descent: None,
            put_off: Vec::new(),
            lifted_by: Vec::new(),
            repeats: o.repeats,
            triaged: false,
            stands_in_for: None,
            ruled_since: None,
        },
        opened_at: now,
        updated_at: now,
        ladder_version: o.ladder_version,
        calendar: rules.course.calendar().name().to_owned(),
        calendar_version: o.calendar_version,
        check_at: None,
        last_event: 0,
        last_message: 0,
    }
}

/// A complaint about whoever holds a rung leaves that rung out.
pub(super) fn leaves_out(stand: Stand, holders: &Holders, about: Option<PersonId>) -> bool {
    stand != Stand::Owner && about.is_some() && holders.regular(stand) == about
}

/// Rung 1 is reached by opening; the others get their dates.
fn lay_out(change: &mut Change, rules: Rules<'_>, now: Timestamp) -> Result<(), CalendarError> {
    if let Some(first) = change.ticket.rungs.first_mut() {
        first.due = Some(now);
        first.reached_at = Some(now);
        first.cause = Some(Cause::Opened);
    }
    for due in change.ticket.rung_dues(rules)? {
        if let Some(step) = change.ticket.rungs.iter_mut().find(|s| s.number == due.rung) {
            step.due = due.at;
        }
    }
    Ok(())
}

fn promise_first(change: &mut Change, rules: Rules<'_>, now: Timestamp) -> Result<(), CalendarError> {
    let terms = rules.ladder.terms(change.ticket.priority);
    for (kind, allowance) in [(Kind::FirstReply, terms.first_reply), (Kind::Resolution, terms.resolution)] {
        change.promise(NewPromise {
            kind,
            label: None,
            due: rules.course.due_after(now, allowance)?,
            start: now,
            origin: Origin::Table,
            made_at: now,
            made_by: By::Lizard,
            supersedes: None,
            reason: None,
        });
    }
    Ok(())
}
