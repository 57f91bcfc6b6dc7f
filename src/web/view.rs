//! Tickets as they are shown: names looked up, and only what the reader may see. The
//! same values stand in JSON and in the templates.

pub mod clocks;
mod happened;
mod names;
mod simulation;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

pub use happened::{EventBody, event, people_in};
pub use names::Names;
pub use simulation::{
    BrokenCompared, HeardBody, PersonCompared, RefusedAct, RungCompared, SimulationBody, simulation,
};

use crate::desk::{Error, facts};
use crate::domain::access::{Action, may};
use crate::domain::actor::Actor;
use crate::domain::attachment::Attachment;
use crate::domain::message::Message;
use crate::domain::promise::Promise;
use crate::domain::ticket::{Step, Ticket};
use crate::store::Db;

/// A ticket, or for an administrator its envelope.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Shown {
    Ticket(Box<TicketBody>),
    Envelope(EnvelopeBody),
}

/// A ticket as its readers see it. People are named by e-mail, with the name beside.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TicketBody {
    #[schema(example = "PI-1042")]
    pub reference: String,
    /// open, resolved or closed
    #[schema(example = "open")]
    pub state: String,
    /// confirmed, unconfirmed, merged or withdrawn
    pub close_reason: Option<String>,
    /// Reference of the ticket that this one goes on in.
    pub merged_into: Option<String>,
    pub subject: String,
    pub description: String,
    /// Slug.
    pub partner: String,
    pub partner_name: String,
    pub requester: String,
    pub requester_name: String,
    #[schema(example = "price.approval_late")]
    pub category: String,
    pub reported_category: String,
    /// Of a complaint: the person.
    pub about: Option<String>,
    pub impact: String,
    pub urgency: String,
    pub deadline: Option<Timestamp>,
    pub value: Option<MoneyBody>,
    pub blocks: Option<String>,
    pub distributor: Option<String>,
    #[schema(example = "P2")]
    pub priority: String,
    pub priority_reason: String,
    /// Code of the resolver team.
    pub team: String,
    pub owner: String,
    pub owner_name: String,
    pub rung: RungBody,
    pub ladder: Vec<LadderBody>,
    /// The promises that stand, by due date.
    pub timetable: Vec<PromiseBody>,
    pub waiting: Option<WaitBody>,
    pub claim: Option<ClaimBody>,
    /// Why the partner contests the priority.
    pub contested: Option<String>,
    /// The next clock to break; none while every clock stands still.
    pub next_clock_at: Option<Timestamp>,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What an administrator sees of a ticket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnvelopeBody {
    pub reference: String,
    pub state: String,
    pub close_reason: Option<String>,
    pub rung: RungBody,
    pub ladder: Vec<LadderBody>,
    pub next_clock_at: Option<Timestamp>,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MoneyBody {
    pub amount: f64,
    #[schema(example = "EUR")]
    pub currency: String,
}

/// The rung that a ticket is on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RungBody {
    pub number: u8,
    pub name: String,
    /// E-mail; none where nobody stands there.
    pub holder: Option<String>,
    pub holder_name: Option<String>,
    pub since: Option<Timestamp>,
    /// When its holder, or who stands in there, said that they have seen it.
    pub acknowledged_at: Option<Timestamp>,
}

/// One rung of a ticket's ladder.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LadderBody {
    pub number: u8,
    pub name: String,
    pub holder: Option<String>,
    pub holder_name: Option<String>,
    /// None: never by itself.
    pub due: Option<Timestamp>,
    pub reached_at: Option<Timestamp>,
    /// opened, clock or press
    pub cause: Option<String>,
}

/// A promise.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PromiseBody {
    /// Counts from 1 within the ticket.
    pub number: i32,
    /// first_reply, next_update, milestone or resolution
    pub kind: String,
    /// Of a milestone.
    pub label: Option<String>,
    pub due: Timestamp,
    pub made_at: Timestamp,
    /// Who gave the date: an e-mail, a token's name, or lizard.
    pub made_by: String,
    /// Number of the promise whose place this one took.
    pub supersedes: Option<i32>,
    pub reason: Option<String>,
    pub told_at: Option<Timestamp>,
    /// kept, broken or withdrawn; none while it is open.
    pub outcome: Option<String>,
    pub decided_at: Option<Timestamp>,
    /// A milestone was done.
    pub done_at: Option<Timestamp>,
    /// The clock stands still: waiting on the partner.
    pub paused: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WaitBody {
    /// partner or third_party
    pub on: String,
    pub reason: String,
    pub since: Timestamp,
    pub until: Timestamp,
}

/// That it is resolved, as we say.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClaimBody {
    pub at: Timestamp,
    pub by: String,
    pub summary: String,
    pub how_to_check: String,
}

/// A message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageBody {
    /// Counts from 1 within the ticket.
    pub number: i32,
    pub by: String,
    pub by_name: String,
    pub by_partner: bool,
    /// partner or internal
    pub visibility: String,
    /// How it stands, in a line; of a message in four parts.
    pub headline: Option<String>,
    pub body: String,
    pub written_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
    /// Files that came with it.
    pub attachments: Vec<AttachmentBody>,
}

/// A file that came with a message, or with the ticket itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttachmentBody {
    /// Counts from 1 within the ticket.
    pub id: i32,
    /// Number of the message that it came with; null for those filed with the ticket.
    pub message: Option<i32>,
    pub name: String,
    /// As its bytes say.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    pub by: String,
    pub by_name: String,
    pub attached_at: Timestamp,
}

/// A ticket as this actor sees it; `NotFound` where it does not exist for them.
pub fn ticket(db: &mut Db, actor: &Actor, ticket: &Ticket) -> Result<Shown, Error> {
    let names = Names::of(db, std::slice::from_ref(ticket))?;
    shown(actor, ticket, &names).ok_or(Error::NotFound)
}

/// A ticket just changed by this actor, who may have lost sight of it by that.
pub fn changed(db: &mut Db, actor: &Actor, ticket: &Ticket) -> Result<Shown, Error> {
    let names = Names::of(db, std::slice::from_ref(ticket))?;
    Ok(shown(actor, ticket, &names).unwrap_or_else(|| Shown::Envelope(envelope(ticket, &names))))
}

/// As far as the actor may see it.
pub fn shown(actor: &Actor, ticket: &Ticket, names: &Names) -> Option<Shown> {
    let partner = names.partner(ticket.partner)?;
    let facts = facts(ticket, partner);
    if may(actor, Action::See, &facts).is_ok() {
        return Some(Shown::Ticket(Box::new(body(ticket, names))));
    }
    may(actor, Action::SeeEnvelope, &facts).ok().map(|()| Shown::Envelope(envelope(ticket, names)))
}

/// A ticket with everything.
pub fn body(t: &Ticket, names: &Names) -> TicketBody {
    let partner = names.partner(t.partner);
    TicketBody {
        reference: t.reference.clone(),
        state: t.state.to_string(),
        close_reason: t.close_reason.map(|r| r.to_string()),
        merged_into: t.merged_into.and_then(|id| names.merged(id)),
        subject: t.subject.clone(),
        description: t.description.clone(),
        partner: partner.map(|p| p.slug.clone()).unwrap_or_default(),
        partner_name: partner.map(|p| p.name.clone()).unwrap_or_default(),
        requester: names.email(t.requester),
        requester_name: names.name(t.requester),
        category: t.category.clone(),
        reported_category: t.reported_category.clone(),
        about: t.about.map(|id| names.email(id)),
        impact: t.impact.to_string(),
        urgency: t.urgency.to_string(),
        deadline: t.deadline,
        value: t.value.as_ref().map(MoneyBody::of),
        blocks: t.blocks.clone(),
        distributor: t.distributor.clone(),
        priority: t.priority.to_string(),
        priority_reason: t.priority_reason.clone(),
        team: t.team.clone(),
        owner: names.email(t.owner),
        owner_name: names.name(t.owner),
        rung: rung(t, names),
        ladder: t.rungs.iter().map(|s| ladder(s, names)).collect(),
        timetable: t.timetable.standing().into_iter().map(|p| promise(t, p, names)).collect(),
        waiting: t.clocks.wait.as_ref().map(|w| WaitBody {
            on: w.on.to_string(),
            reason: w.reason.clone(),
            since: w.since,
            until: w.until,
        }),
        claim: t.clocks.claim.as_ref().map(|c| ClaimBody {
            at: c.at,
            by: names.who(c.by),
            summary: c.summary.clone(),
            how_to_check: c.how_to_check.clone(),
        }),
        contested: t.clocks.contest.as_ref().map(|c| c.reason.clone()),
        next_clock_at: t.next_clock(),
        opened_at: t.opened_at,
        updated_at: t.updated_at,
    }
}

fn envelope(t: &Ticket, names: &Names) -> EnvelopeBody {
    EnvelopeBody {
        reference: t.reference.clone(),
        state: t.state.to_string(),
        close_reason: t.close_reason.map(|r| r.to_string()),
        rung: rung(t, names),
        ladder: t.rungs.iter().map(|s| ladder(s, names)).collect(),
        next_clock_at: t.next_clock(),
        opened_at: t.opened_at,
        updated_at: t.updated_at,
    }
}

impl MoneyBody {
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "at most 1e14")]
    fn of(money: &crate::domain::ticket::Money) -> Self {
        Self { amount: money.hundredths as f64 / 100.0, currency: money.currency.clone() }
    }
}

fn rung(t: &Ticket, names: &Names) -> RungBody {
    let step = t.step();
    RungBody {
        number: t.rung,
        name: step.map(|s| s.name.clone()).unwrap_or_default(),
        holder: step.and_then(|s| s.holder).map(|id| names.email(id)),
        holder_name: step.and_then(|s| s.holder).map(|id| names.name(id)),
        since: step.and_then(|s| s.reached_at),
        acknowledged_at: t.clocks.notified.as_ref().and_then(|n| n.acknowledged_at),
    }
}

fn ladder(s: &Step, names: &Names) -> LadderBody {
    LadderBody {
        number: s.number,
        name: s.name.clone(),
        holder: s.holder.map(|id| names.email(id)),
        holder_name: s.holder.map(|id| names.name(id)),
        due: s.due,
        reached_at: s.reached_at,
        cause: s.cause.map(|c| c.to_string()),
    }
}

/// One promise of a ticket.
pub fn promise(t: &Ticket, p: &Promise, names: &Names) -> PromiseBody {
    PromiseBody {
        number: p.number,
        kind: p.kind.to_string(),
        label: p.label.clone(),
        due: p.due,
        made_at: p.made_at,
        made_by: names.who(p.made_by),
        supersedes: p.supersedes,
        reason: p.reason.clone(),
        told_at: p.told_at,
        outcome: p.outcome.map(|o| o.to_string()),
        decided_at: p.decided_at,
        done_at: p.done_at,
        paused: p.is_open() && p.kind == crate::domain::promise::Kind::Resolution && t.is_paused(),
    }
}

/// A message with those of the ticket's files that came with it.
pub fn message(m: &Message, files: &[Attachment], names: &Names) -> MessageBody {
    let with = files.iter().filter(|f| f.message == Some(m.number));
    MessageBody {
        number: m.number,
        by: names.who(m.by),
        by_name: names.who_named(m.by),
        by_partner: m.by_partner,
        visibility: m.visibility.to_string(),
        headline: m.headline.clone(),
        body: m.body.clone(),
        written_at: m.written_at,
        delivered_at: m.delivered_at,
        attachments: with.map(|f| attachment(f, names)).collect(),
    }
}

pub fn attachment(a: &Attachment, names: &Names) -> AttachmentBody {
    AttachmentBody {
        id: a.number,
        message: a.message,
        name: a.file.name.clone(),
        media_type: a.file.media_type.clone(),
        size: a.file.size,
        sha256: a.file.blob.clone(),
        by: names.who(a.by),
        by_name: names.who_named(a.by),
        attached_at: a.at,
    }
}
