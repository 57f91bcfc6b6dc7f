//! Use cases: load → decide → record, each in one transaction. The only caller of
//! the domain's verbs. A use case takes the [`Desk`], a connection and the [`Call`]
//! (who asks, and when), and returns what there is now. No HTML, no JSON, no SQL.

pub mod absences;
pub mod attachments;
pub mod bulk;
pub mod calls;
pub mod configuration;
pub mod conversation;
pub mod delivery;
pub mod escalation;
pub mod intake;
mod letters;
pub mod likely;
pub mod links;
pub mod migration;
pub mod outlook;
pub mod people;
pub mod preferences;
pub mod presence;
pub mod resolution;
pub mod rulebook;
pub mod sessions;
pub mod set_up;
pub mod simulation;
pub mod sweep;
pub mod timetable;
pub mod triage;
pub mod verification;
pub mod versions;
pub mod views;
pub mod watch;
pub mod watchers;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use diesel::result::Error as DieselError;
use jiff::Timestamp;

use crate::domain::access::{self, Action, Denied, Facts};
use crate::domain::actor::Actor;
use crate::domain::calendar::CalendarError;
use crate::domain::change::Change;
use crate::domain::course::Course;
use crate::domain::escalation::next_look;
use crate::domain::event::{Event, What};
use crate::domain::fault::Fault;
use crate::domain::ladder::Ladder;
use crate::domain::partner::Partner;
use crate::domain::refusal::Refusal;
use crate::domain::ticket::{Rules, State, Ticket};
use crate::mail::render::Sender;
use crate::secrets::Keys;
use crate::settings::{Attachments, Settings};
use crate::store::{self, Db, Unavailable};

use rulebook::Rulebook;

/// What use cases need besides a connection and the time.
pub struct Desk {
    pub rulebook: Rulebook,
    /// Of references.
    pub prefix: String,
    /// Above this many whole units of a currency, the impact counts as `cannot_work`.
    pub value_limits: BTreeMap<String, i64>,
    /// Who letters are from.
    pub sender: Sender,
    pub invitation_days: u32,
    pub reset_hours: u32,
    /// How much may go along.
    pub attachments: Attachments,
    pub sign_in_minutes: u32,
    pub follow_days: u32,
    /// The installation's signing key, once it is known.
    keys: OnceLock<Keys>,
}

impl Desk {
    pub fn new(settings: &Settings) -> Self {
        Self {
            rulebook: Rulebook::default(),
            prefix: settings.tickets.prefix.clone(),
            value_limits: settings.priority.value_limits.clone(),
            sender: Sender {
                mailbox: settings.mail.from.clone(),
                public_url: settings.server.public_url.clone(),
            },
            invitation_days: settings.links.invitation_days,
            reset_hours: settings.links.reset_hours,
            attachments: settings.attachments,
            sign_in_minutes: settings.links.sign_in_minutes,
            follow_days: settings.links.follow_days,
            keys: OnceLock::new(),
        }
    }
}

/// Who asks, when, and what they have seen.
#[derive(Clone, Debug)]
pub struct Call {
    pub actor: Actor,
    pub now: Timestamp,
    /// The version that the caller acts on (`If-Match`); another one is stale.
    pub expected: Option<i64>,
}

/// Why a use case did not happen. Nothing of it has been recorded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or not for this actor.
    #[error("there is no such thing here")]
    NotFound,
    /// It is there, and this actor may not do that.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The values given are wrong.
    #[error("some fields are wrong")]
    Invalid(Vec<Fault>),
    /// The request as a whole makes no sense.
    #[error("{message}")]
    Unprocessable { code: &'static str, message: String },
    /// The state of things does not allow it.
    #[error("{message}")]
    Refused { code: &'static str, message: String },
    /// The caller acted on a version that is no longer the present one.
    #[error("somebody changed this in the meantime")]
    Stale,
    /// Somebody else was faster; run again.
    #[error("somebody else changed this at the same moment")]
    Collision,
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    #[error(transparent)]
    Store(DieselError),
}

impl Error {
    /// A row that was looked for is not there, or what it says is refused.
    fn is_missing(&self) -> bool {
        matches!(self, Self::Store(DieselError::NotFound) | Self::Refused { .. })
    }

    /// A value of ours that cannot be written as JSON.
    pub fn unserializable(error: serde_json::Error) -> Self {
        Self::Store(DieselError::SerializationError(Box::new(error)))
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        // A duplicate key is somebody who was faster: run again, and it is found.
        if store::is_collision(&error) || store::is_duplicate(&error) {
            Self::Collision
        } else if store::is_outage(&error) {
            Self::Unavailable(error.into())
        } else {
            Self::Store(error)
        }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotFound => Self::NotFound,
            Denied::Forbidden => Self::Forbidden("you see this, and may not do that"),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::State { code, message } => Self::Refused { code, message },
            Refusal::Input(faults) => Self::Invalid(faults),
        }
    }
}

impl From<CalendarError> for Error {
    fn from(error: CalendarError) -> Self {
        Refusal::from(error).into()
    }
}

impl store::Failure for Error {
    fn try_again(&self) -> bool {
        matches!(self, Self::Collision)
    }
}

/// One wrong field.
pub fn invalid(field: &'static str, code: &'static str, message: impl Into<String>) -> Error {
    Error::Invalid(vec![Fault::new(field, code, message.into())])
}

/// What could not be parsed is not also unknown.
fn first_of_each_field(faults: Vec<Fault>) -> Vec<Fault> {
    let mut kept: Vec<Fault> = Vec::new();
    for fault in faults {
        if !kept.iter().any(|k| k.field == fault.field) {
            kept.push(fault);
        }
    }
    kept
}

/// A ticket with what it is measured by and what access asks about.
pub struct Loaded {
    /// The time of the call, or of the ticket's last change where a clock was put back since.
    pub now: Timestamp,
    pub ticket: Ticket,
    pub partner: Partner,
    ladder: Arc<Ladder>,
    course: Course,
}

impl Loaded {
    pub fn rules(&self) -> Rules<'_> {
        Rules { ladder: &self.ladder, course: &self.course }
    }

    pub fn facts(&self) -> Facts<'_> {
        facts(&self.ticket, &self.partner)
    }

    pub fn may(&self, call: &Call, action: Action) -> Result<(), Error> {
        Ok(access::may(&call.actor, action, &self.facts())?)
    }
}

/// What the permission table asks about a ticket.
pub fn facts<'a>(ticket: &'a Ticket, partner: &'a Partner) -> Facts<'a> {
    Facts {
        partner: partner.id,
        region: &partner.region,
        channel_manager: partner.channel_manager,
        category: &ticket.category,
        about: ticket.about,
        requester: ticket.requester,
        owner: ticket.owner,
        team: &ticket.team,
        rungs: &ticket.rungs,
        holder: ticket.step().and_then(|step| step.holder),
        stand_in: None,
        reviewer: ticket.reviewer(),
        rung: ticket.rung,
    }
}

/// Loads a ticket for somebody who wants to do something to it.
pub fn load(desk: &Desk, db: &mut Db, call: &Call, reference: &str, action: Action) -> Result<Loaded, Error> {
    let loaded = load_any(desk, db, reference, call.now)?;
    allowed(call, action, loaded)
}

fn allowed(call: &Call, action: Action, loaded: Loaded) -> Result<Loaded, Error> {
    loaded.may(call, action)?;
    if call.expected.is_some_and(|version| version != loaded.ticket.version) {
        return Err(Error::Stale);
    }
    Ok(loaded)
}

/// [`load`], for somebody who is about to do it: others who want to change the same
/// ticket wait until this transaction has ended.
fn load_to_change(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    action: Action,
) -> Result<Loaded, Error> {
    let loaded = hold(desk, db, reference, call.now)?;
    allowed(call, action, loaded)
}

/// Loads a ticket, whoever asks, with others who want to change it waiting until this
/// transaction has ended, and with every absence carried out that it knows of by now.
fn hold(desk: &Desk, db: &mut Db, reference: &str, now: Timestamp) -> Result<Loaded, Error> {
    let due = presence::settle(desk, db, now)?;
    store::tickets::hold(db, reference)?;
    let loaded = load_any(desk, db, reference, now)?;
    if due { presence::catch_up(desk, db, loaded, now) } else { Ok(loaded) }
}

/// Reports what is wrong with a request, after what weighs more: that the ticket does
/// not exist for this caller, or that they may not do this. Nothing wrong: does nothing.
pub fn check_first(
    desk: &Desk,
    db: &mut Db,
    call: &Call,
    reference: &str,
    action: Action,
    faults: &[Fault],
) -> Result<(), Error> {
    if faults.is_empty() {
        return Ok(());
    }
    load(desk, db, call, reference, action)?;
    Err(Error::Invalid(faults.to_vec()))
}

/// Loads a ticket, whoever asks; the caller checks.
fn load_any(desk: &Desk, db: &mut Db, reference: &str, now: Timestamp) -> Result<Loaded, Error> {
    let ticket = store::tickets::by_reference(db, reference)?.ok_or(Error::NotFound)?;
    let partner = store::partners::find(db, ticket.partner)?.ok_or(Error::NotFound)?;
    let ladder = desk.rulebook.ladder(db, ticket.ladder_version)?;
    let course = desk.rulebook.course(db, &ticket)?;
    Ok(Loaded { now: now.max(ticket.updated_at), ticket, partner, ladder, course })
}

/// Records a change and the letters about it, and returns the ticket as it is now. What
/// changed nothing leaves no trace. `rules` are those that hold after the change.
pub fn record(
    desk: &Desk,
    db: &mut Db,
    mut change: Change,
    partner: &Partner,
    rules: Rules<'_>,
) -> Result<Ticket, Error> {
    if change.is_empty() {
        return Ok(change.ticket);
    }
    if let Some(before) = &change.before {
        change.ticket.version = before.version + 1;
    }
    change.ticket.updated_at = change.recorded_at;
    change.ticket.check_at = next_look(&change.ticket, rules)?;
    if !store::tickets::record(db, &change)? {
        return Err(Error::Collision);
    }
    letters::enqueue(desk, db, &change, partner, rules)?;
    // Last: others who file for the same owner wait from here on.
    if !counted(db, &change)? {
        return Err(Error::Collision);
    }
    Ok(change.ticket)
}

/// Counts the ticket for its owner if that has changed; false when a new owner has left.
fn counted(db: &mut Db, change: &Change) -> Result<bool, Error> {
    let owner = |t: &Ticket| (t.state != State::Closed).then_some(t.owner);
    let (from, to) = (change.before.as_ref().and_then(owner), owner(&change.ticket));
    let given = change.before.as_ref().is_none_or(|t| t.owner != change.ticket.owner);
    if from == to {
        return Ok(true);
    }
    // Late or not, it was given at its own instant.
    let gave = |e: &&Event| {
        matches!(e.what, What::Opened(_) | What::HandedOver { .. } | What::Triaged { owner: Some(_), .. })
    };
    let at = change.events.iter().rev().find(gave).map_or(change.recorded_at, |e| e.at);
    Ok(store::people::hand_over(db, from, to, given, at)?)
}

impl Loaded {
    /// [`record`] of a change of this ticket, by the rules that it was loaded with.
    fn record(&self, desk: &Desk, db: &mut Db, change: Change) -> Result<Ticket, Error> {
        record(desk, db, change, &self.partner, self.rules())
    }
}
