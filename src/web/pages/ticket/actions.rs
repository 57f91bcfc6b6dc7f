//! What the reader may do: a form for each thing that `access::may` allows and the
//! ticket's state admits.

mod writing;

use crate::desk::{Call, Error, Loaded};
use crate::domain::access::Action;
use crate::domain::person::Role;
use crate::domain::refusal::Refusal;
use crate::domain::ticket::{PressReason, State, WaitOn};
use crate::store::{self, Db};
use crate::web::pages::forms::{Attempt, Choice, Field, Form, sentence};
use crate::web::pages::times::Times;
use crate::web::pages::words::{self, Labels};

/// Empty rows for new steps of a timetable.
const SPARE_STEPS: usize = 2;

#[derive(Default)]
pub struct Actions {
    /// What is asked of the reader now.
    pub confirm: Option<Form>,
    pub acknowledge: Option<Form>,
    /// To the partner, in four parts.
    pub progress: Option<Form>,
    /// To the partner, or to colleagues.
    pub message: Option<Form>,
    pub others: Vec<Form>,
    /// Why *Escalate now* is not offered.
    pub no_escalation: String,
}

impl Actions {
    pub fn all(&self) -> impl Iterator<Item = &Form> {
        let asked = self.confirm.iter().chain(&self.acknowledge);
        asked.chain(&self.progress).chain(&self.message).chain(&self.others)
    }

    /// A note was being written, and was not accepted.
    pub fn notes(&self) -> bool {
        self.message.as_ref().is_some_and(|form| form.tried)
    }

    pub fn into_forms(self) -> Vec<Form> {
        self.confirm.into_iter().chain(self.acknowledge).chain(self.message).chain(self.others).collect()
    }

    /// The reader may press now.
    pub fn escalates(&self) -> bool {
        self.others.iter().any(|form| form.id == "escalate")
    }

    pub fn of(
        call: &Call,
        loaded: &Loaded,
        labels: &Labels,
        known: Known,
        times: &Times,
        token: &str,
        attempt: Option<&Attempt>,
    ) -> Self {
        let make = Maker { call, loaded, labels, times, token, attempt };
        let (escalate, no_escalation) = make.escalate();
        let others = [
            make.accept_dates(),
            escalate,
            make.contest(),
            make.triage(known.owners),
            make.wait(),
            make.end_wait(),
            make.timetable(),
            make.hold(),
            make.deescalate(),
            make.resolve(),
            make.merge(),
            make.mute(known.muted),
            make.watch(known.colleagues),
            make.unwatch(known.watchers),
        ];
        Self {
            confirm: make.confirm(),
            acknowledge: make.acknowledge(),
            progress: make.progress(),
            message: make.message(),
            others: others.into_iter().flatten().collect(),
            no_escalation,
        }
    }
}

/// What forms have to know and neither the ticket nor the permission table says.
pub struct Known {
    pub owners: Vec<Choice>,
    /// By the reader.
    pub muted: bool,
    /// Colleagues who may be put on copy.
    pub colleagues: Vec<Choice>,
    /// Who is on copy: name and id.
    pub watchers: Vec<(String, i64)>,
}

/// Who may be made the owner.
pub fn owners(db: &mut Db, call: &Call, loaded: &Loaded) -> Result<Vec<Choice>, Error> {
    if loaded.may(call, Action::Triage).is_err() {
        return Ok(Vec::new());
    }
    let about = loaded.ticket.about;
    let desk = store::people::active_with_role(db, Role::Desk)?;
    Ok(desk.into_iter().filter(|p| Some(p.id) != about).map(|p| Choice::new(p.email, p.name)).collect())
}

/// Triage alone, for a place beside a list.
pub fn triage(
    call: &Call,
    loaded: &Loaded,
    labels: &Labels,
    owners: Vec<Choice>,
    times: &Times,
    token: &str,
) -> Option<Form> {
    Maker { call, loaded, labels, times, token, attempt: None }.triage(owners)
}

struct Maker<'a> {
    call: &'a Call,
    loaded: &'a Loaded,
    labels: &'a Labels,
    times: &'a Times,
    token: &'a str,
    attempt: Option<&'a Attempt>,
}

impl Maker<'_> {
    fn may(&self, action: Action) -> bool {
        self.loaded.may(self.call, action).is_ok()
    }

    fn is_open(&self) -> bool {
        self.loaded.ticket.state == State::Open
    }

    /// A form that posts to a place below the ticket, with token and version.
    fn form(&self, id: &'static str, place: &str, title: &str) -> Form {
        let ticket = &self.loaded.ticket;
        Form::new(id, format!("/t/{}/{place}", ticket.reference), self.attempt)
            .title(title)
            .token(self.token)
            .fixed("version", ticket.version.to_string())
            .fixed("seen", ticket.last_event.to_string())
    }

    fn confirm(&self) -> Option<Form> {
        let ticket = &self.loaded.ticket;
        let no = Choice::new("false", "No, not fixed: go on where it was");
        let answers = if ticket.is_live() {
            vec![Choice::new("true", "Yes, it is fixed: close it"), no]
        } else if ticket.may_still_refuse(self.loaded.rules(), self.loaded.now) {
            vec![no]
        } else {
            return None;
        };
        let asked = ticket.clocks.claim.is_some() && self.may(Action::Confirm);
        asked.then(|| {
            self.form("confirm", "confirmation", "Is it fixed?")
                .field(Field::radios("fixed", "Your answer", answers).required())
                .field(Field::area("comment", "Comment").hint("If it is not fixed: what is still wrong?"))
                .button("Send")
        })
    }

    fn acknowledge(&self) -> Option<Form> {
        let ticket = &self.loaded.ticket;
        let me = self.call.actor.person().map(|p| p.id);
        if self.is_open() && ticket.review_is_asked() && ticket.reviewer() == me {
            return Some(
                self.form("acknowledge", "acknowledgement", "Open for long")
                    .intro(
                        "Say that you know of it. Otherwise its accepted dates hold no more, and it climbs.",
                    )
                    .button("Acknowledge"),
            );
        }
        let seen = ticket.clocks.notified.as_ref().is_none_or(|n| n.acknowledged_at.is_some());
        let asked = self.is_open() && !seen && self.may(Action::Acknowledge);
        asked.then(|| {
            self.form("acknowledge", "acknowledgement", "It has reached you")
                .intro("Say that you have seen it, and you are not told again on this rung. No clock stops.")
                .button("Acknowledge")
        })
    }

    /// The form, or why there is none.
    fn escalate(&self) -> (Option<Form>, String) {
        let none = |text: &str| (None, text.to_owned());
        if !self.is_open() {
            return none("");
        }
        let intro = match self.loaded.ticket.pressed_rung(self.loaded.rules()) {
            Ok(Some(rung)) if !self.may(Action::Escalate { to: rung }) => {
                return none("The next rung up can be pressed by a principal of your company.");
            }
            Ok(Some(rung)) => {
                let name =
                    self.loaded.ticket.rungs.iter().find(|s| s.number == rung).map(|s| s.name.as_str());
                format!(
                    "It goes up to rung {rung}, {}, at once, and a person answers soon.",
                    name.unwrap_or_default()
                )
            }
            Ok(None) if !self.may(Action::Escalate { to: 2 }) => return none(""),
            Ok(None) => {
                "It was escalated already, and nobody has answered yet: what you write is added to that."
                    .to_owned()
            }
            Err(Refusal::State { message, .. }) => return none(&sentence(&message)),
            Err(Refusal::Input(_)) => return none(""),
        };
        let reasons = PressReason::ALL.iter().map(|r| Choice::new(r.as_str(), r.label())).collect();
        let form = self
            .form("escalate", "escalations", "Escalate now")
            .intro(intro)
            .field(Field::select("reason", "Why", words::or_none("Choose…", reasons)).required())
            .field(Field::area("justification", "What should the next person know?").required())
            .button("Escalate now");
        (Some(form), String::new())
    }

    fn contest(&self) -> Option<Form> {
        let fits = self.is_open() && self.loaded.ticket.clocks.contest.is_none() && self.may(Action::Contest);
        fits.then(|| {
            self.form("contest", "contest", "The priority is wrong")
                .intro("You can say so once. A person looks at it again.")
                .field(Field::area("reason", "Why it matters more, or less").required())
                .button("Contest the priority")
        })
    }

    fn triage(&self, owners: Vec<Choice>) -> Option<Form> {
        let fits = self.is_open() && self.may(Action::Triage);
        let stays = |choices| words::or_none("As it is", choices);
        fits.then(|| {
            self.form("triage", "triage", "Triage")
                .field(Field::select("priority", "Priority", stays(words::priorities())))
                .field(
                    Field::select("category", "Category", stays(self.labels.category_choices()))
                        .hint("Another category brings its team along."),
                )
                .field(Field::select("team", "Team", stays(self.labels.team_choices())))
                .field(Field::select("owner", "Owner", stays(owners)))
                .field(Field::area("reason", "Reason").hint("The partner reads it.").required())
                .button("Record triage")
        })
    }

    fn wait(&self) -> Option<Form> {
        let fits = self.is_open() && self.may(Action::Wait);
        let on = WaitOn::ALL.iter().map(|on| {
            let text = match on {
                WaitOn::Partner => "The partner: rungs and resolution stand still",
                WaitOn::ThirdParty => "A third party: nothing stands still",
            };
            Choice::new(on.as_str(), text)
        });
        fits.then(|| {
            self.form("wait", "wait", "Wait")
                .field(Field::radios("on", "On whom", on.collect()).required())
                .field(Field::area("reason", "For what").hint("The partner reads it.").required())
                .field(Field::moment("until", "Until, at the latest").hint(self.zone()).required())
                .button("Start the wait")
        })
    }

    fn end_wait(&self) -> Option<Form> {
        let fits = self.is_open() && self.loaded.ticket.clocks.wait.is_some() && self.may(Action::Wait);
        fits.then(|| self.form("end-wait", "wait/end", "End the wait").button("End the wait"))
    }

    fn zone(&self) -> String {
        format!("In {}.", self.times.name)
    }

    fn timetable(&self) -> Option<Form> {
        if !self.is_open() || !self.may(Action::Timetable) {
            return None;
        }
        let timetable = &self.loaded.ticket.timetable;
        let mut form = self
            .form("timetable", "timetable", "Timetable")
            .intro(format!(
                "Steps on the way, and when it is solved. A later date breaks the old promise and needs a reason. \
                 An emptied step is given up. Times in {}.",
                self.times.name
            ));
        let steps = timetable.milestones();
        let typed = self.attempt.filter(|a| a.form == "timetable").map_or(0, |a| {
            (0..100).take_while(|i| !a.typed.get(&format!("milestones[{i}].label")).is_empty()).count()
        });
        for i in 0..steps.len().max(typed) + SPARE_STEPS {
            let (label, due, done) = match steps.get(i) {
                Some(step) => (
                    step.label.clone().unwrap_or_default(),
                    self.times.field(step.due),
                    step.done_at.map_or("", |_| "true"),
                ),
                None => (String::new(), String::new(), ""),
            };
            let n = i + 1;
            form = form
                .field(Field::line(&format!("milestones[{i}].label"), &format!("Step {n}")).value(label))
                .field(Field::moment(&format!("milestones[{i}].due"), &format!("Step {n} is due")).value(due))
                .field(
                    Field::tick(&format!("milestones[{i}].done"), &format!("Step {n} is done")).value(done),
                );
        }
        let resolution = timetable.resolution().map(|p| self.times.field(p.due)).unwrap_or_default();
        Some(
            form.field(Field::moment("resolution", "Solved by").value(resolution).required())
                .field(
                    Field::area("reason", "Reason")
                        .hint("Needed when a date moves later. The partner reads it."),
                )
                .field(
                    Field::radios(
                        "requested_by",
                        "Who wants the change",
                        vec![
                            Choice::new("", "We do"),
                            Choice::new("partner", "The partner: no promise of ours is broken"),
                        ],
                    )
                    .required(),
                )
                .button("Record the timetable"),
        )
    }

    fn accept_dates(&self) -> Option<Form> {
        let ticket = &self.loaded.ticket;
        let date = ticket.timetable.resolution().filter(|p| p.is_open())?;
        let accepted =
            ticket.clocks.accepted.as_ref().is_some_and(|a| a.stands() && a.promise == date.number);
        (self.is_open() && !accepted && self.may(Action::AcceptDates)).then(|| {
            self.form("accept", "acceptance", "Are the dates all right?")
                .intro(format!(
                    "Solved by {}. If you accept that, nobody above is told for as long as updates come in time \
                     and no step slips.",
                    self.times.absolute(date.due)
                ))
                .button("Accept the dates")
        })
    }

    fn hold(&self) -> Option<Form> {
        let ticket = &self.loaded.ticket;
        let next = ticket.next_step(self.loaded.rules().ladder)?;
        let due = next.due?;
        let again = ticket.held_from(ticket.rung);
        (self.is_open() && self.may(Action::Hold { again })).then(|| {
            self.form("hold", "holds", "Put the next rung off")
                .intro(format!(
                    "{} is due {}. You may put it off once, by one re-notify interval at the most. No promise moves.",
                    next.name,
                    self.times.absolute(due)
                ))
                .field(Field::area("reason", "Why").hint("The partner reads it.").required())
                .field(Field::moment("until", "Until").hint(self.zone()).required())
                .button("Put it off")
        })
    }

    fn deescalate(&self) -> Option<Form> {
        let fits = self.is_open() && self.loaded.ticket.rung > 1 && self.may(Action::Deescalate);
        fits.then(|| {
            self.form("deescalate", "deescalations", "Take it down one rung")
                .intro("When the partner agreed. Each rung above can be reached again.")
                .field(Field::area("reason", "Why").hint("The partner reads it.").required())
                .field(
                    Field::line("agreed_by", "Who at the partner agreed")
                        .hint("An e-mail address.")
                        .required(),
                )
                .button("Take it down")
        })
    }

    fn resolve(&self) -> Option<Form> {
        let fits = self.is_open() && self.may(Action::Resolve);
        fits.then(|| {
            self.form("resolve", "resolution", "Resolve")
                .intro("A claim, until the partner confirms it.")
                .field(Field::area("summary", "What was done").hint("The partner reads it.").required())
                .field(Field::area("how_to_check", "How to check that it works").required())
                .button("Claim that it is resolved")
        })
    }

    /// As a mute stands beside the ticket, no version of it matters.
    fn mute(&self, muted: bool) -> Option<Form> {
        let (place, title, button) = if muted {
            ("unmute", "Unmute this issue", "Unmute it")
        } else {
            ("mute", "Mute this issue", "Mute it")
        };
        let intro = "For you alone. You still hear when it moves up the ladder, when we say that it is fixed, and \
             what answers something that you did.";
        self.may(Action::Mute).then(|| {
            Form::new("mute", format!("/t/{}/{place}", self.loaded.ticket.reference), self.attempt)
                .title(title)
                .token(self.token)
                .intro(intro)
                .button(button)
        })
    }

    fn watch(&self, colleagues: Vec<Choice>) -> Option<Form> {
        let fits = self.loaded.ticket.is_live() && self.may(Action::Watch) && !colleagues.is_empty();
        fits.then(|| {
            self.form("watch", "watchers", "Keep a colleague informed")
                .intro("They get what people write about it, and hear of dates, rungs, and its end.")
                .field(Field::select("email", "Who", words::or_none("Choose…", colleagues)).required())
                .button("Put on copy")
        })
    }

    fn unwatch(&self, watchers: Vec<(String, i64)>) -> Option<Form> {
        if watchers.is_empty() || !self.may(Action::Watch) {
            return None;
        }
        let names: Vec<&str> = watchers.iter().map(|(name, _)| name.as_str()).collect();
        let title = format!("On copy: {}", names.join(", "));
        let form = self.form("unwatch", "watchers/end", &title);
        let remove = |form: Form, (name, id): (String, i64)| {
            form.button_of(format!("Take {name} off the copy"), "id", id.to_string(), true)
        };
        Some(watchers.into_iter().fold(form, remove))
    }

    fn merge(&self) -> Option<Form> {
        let fits = self.loaded.ticket.is_live() && self.may(Action::Merge);
        fits.then(|| {
            self.form("merge", "merge", "Merge")
                .intro("This ticket closes and goes on in another one of the same partner.")
                .field(Field::line("into", "Goes on in").hint("A reference, such as PI-1042.").required())
                .button("Merge")
        })
    }
}
