//! Every kind of letter, in full.

use super::stage::{LENA, Stage};
use crate::domain::event::{HandOver, What};
use crate::domain::ids::PersonId;
use crate::domain::letter::Letter;
use crate::domain::notice::Told;
use crate::domain::partner::{Holders, Place};
use crate::domain::priority::Priority;
use crate::domain::samples::{
    CONTACT, Case, DIRECTOR, MANAGER, PRINCIPAL, PRIYA, VP, a, at, dates, done, holders, step,
};
use crate::domain::ticket::dates::NewTimetable;
use crate::domain::ticket::manning::Manning;
use crate::domain::ticket::{Heat, Money, WaitOn};

pub type Named = Vec<(&'static str, Letter)>;

fn p2() -> Case {
    let mut case = a(Priority::P2).with_deadline("Thu 26 Nov 12:00").filed("Mon 23 Nov 10:20");
    case.ticket.value = Some(Money { hundredths: 18_000_000, currency: "EUR".to_owned() });
    "one deal, order or payment is blocked, and it must be solved within five business days"
        .clone_into(&mut case.ticket.priority_reason);
    case
}

/// A ticket of each kind's story; `filed` is how it begins.
pub fn every_letter(filed: &dyn Fn() -> Case) -> Named {
    let mut all = arrivals(filed);
    all.extend(conversation(filed));
    all.extend(promises(filed));
    all.extend(ladder(filed));
    all.extend(by_hand(filed));
    all.extend(asks(filed));
    all.extend(absences(filed));
    all
}

fn absences(filed: &dyn Fn() -> Case) -> Named {
    let handed = |why: HandOver| {
        let mut case = filed();
        case.is_manned(Manning { owner: Some((LENA, why)), holders: holders() }, "Mon 23 Nov 12:00");
        Stage::new(&case, "Mon 23 Nov 12:00")
    };
    let (stands_in, rerouted) = (handed(HandOver::StandIn), handed(HandOver::Rerouted));
    let mut back = stands_in.case.clone();
    let returned = Manning { owner: Some((PRIYA, HandOver::Returned)), holders: holders() };
    back.is_manned(returned, "Wed 25 Nov 09:00");
    let back = Stage::new(&back, "Wed 25 Nov 09:00");
    let new_owner = |stage: &Stage| stage.tells(CONTACT, "handed_over", Told::NewOwner);
    let mut held = filed();
    held.until("Mon 23 Nov 14:30");
    let director = Place { regular: Some(MANAGER), present: Some(DIRECTOR) };
    let holders = Holders { channel_manager: director, director: Place::default(), ..holders() };
    held.is_manned(Manning { owner: None, holders }, "Mon 23 Nov 15:00");
    let held = Stage::new(&held, "Mon 23 Nov 15:00");
    vec![
        ("assigned_stand_in", stands_in.tells(LENA, "handed_over", Told::Assigned)),
        ("new_owner_stand_in", new_owner(&stands_in)),
        ("new_owner_back", new_owner(&back)),
        ("new_owner_rerouted", new_owner(&rerouted)),
        ("m21_had_nobody", rerouted.tells(PRIYA, "handed_over", Told::Unowned)),
        ("taken_over", held.tells(DIRECTOR, "holder_changed", Told::TakesOver { rung: 2 })),
    ]
}

fn arrivals(filed: &dyn Fn() -> Case) -> Named {
    let case = filed();
    let stage = Stage::new(&case, "Mon 23 Nov 10:20");
    let mut merged = case.clone();
    merged.ticket.reference = "PI-1042".to_owned();
    vec![
        ("m1_received", stage.tells(CONTACT, "opened", Told::Received)),
        ("m1_for_information", stage.tells(MANAGER, "opened", Told::Received)),
        ("assigned", stage.tells(PRIYA, "opened", Told::Assigned)),
        ("m1b_merged", stage.tells(CONTACT, "opened", Told::MergedInto { into: "PI-998".to_owned() })),
    ]
}

fn conversation(filed: &dyn Fn() -> Case) -> Named {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 12:00");
    let stage = Stage::new(&case, "Mon 23 Nov 12:00");
    let first = stage.tells(CONTACT, "message_delivered", Told::Reply { message: 1, first: true });
    case.priya_replies("Tue 24 Nov 09:30");
    let stage = Stage::new(&case, "Tue 24 Nov 09:30");
    let second = stage.tells(CONTACT, "message_delivered", Told::Reply { message: 2, first: false });
    case.partner_writes("Tue 24 Nov 09:40");
    let stage = Stage::new(&case, "Tue 24 Nov 09:40");
    let wrote = stage.tells(PRIYA, "message_posted", Told::PartnerWrote { message: 3 });
    case.contest(at("Tue 24 Nov 09:45")).unwrap();
    let stage = Stage::new(&case, "Tue 24 Nov 09:45");
    let contested = stage.tells(PRIYA, "contested", Told::Contested);
    vec![("m2_first_reply", first), ("m4_reply", second), ("partner_wrote", wrote), ("contested", contested)]
}

fn promises(filed: &dyn Fn() -> Case) -> Named {
    let mut late = filed();
    late.until("Mon 23 Nov 14:30");
    let stage = Stage::new(&late, "Mon 23 Nov 14:30");
    let silence = Told::NoProgress { promise: stage.broken() };
    let no_reply = stage.tells(CONTACT, "promise_decided", silence.clone());
    let no_reply_owner = stage.tells(PRIYA, "promise_decided", silence);

    let mut case = filed();
    case.priya_replies("Mon 23 Nov 12:00").until("Tue 24 Nov 13:00");
    case.waits(WaitOn::ThirdParty, at("Wed 25 Nov 16:00"), at("Tue 24 Nov 13:00")).unwrap();
    let stage = Stage::new(&case, "Tue 24 Nov 13:00");
    let no_progress = stage.tells(CONTACT, "promise_decided", Told::NoProgress { promise: stage.broken() });

    let mut case = filed();
    case.priya_replies("Mon 23 Nov 12:00");
    let steps = [step("Margin check", "Mon 23 Nov 16:00"), step("Committee", "Tue 24 Nov 15:00")];
    case.dates(&dates(&steps, "Wed 25 Nov 12:00"), at("Mon 23 Nov 12:10")).unwrap();
    let stage = Stage::new(&case, "Mon 23 Nov 12:10");
    let timetable = stage.tells(CONTACT, "timetable_moved", Told::Timetable);
    let steps = [done("Margin check", "Mon 23 Nov 16:00"), step("Committee", "Tue 24 Nov 15:00")];
    case.dates(&dates(&steps, "Wed 25 Nov 12:00"), at("Mon 23 Nov 15:00")).unwrap();
    let stage = Stage::new(&case, "Mon 23 Nov 15:00");
    let Some(What::StepDone { promise, .. }) =
        case.events.iter().rev().map(|e| &e.what).find(|w| w.kind() == "step_done")
    else {
        panic!("no step is done")
    };
    let step_done = stage.tells(CONTACT, "step_done", Told::StepDone { promise: *promise });
    case.priya_replies("Tue 24 Nov 12:00").until("Wed 25 Nov 11:00").priya_replies("Wed 25 Nov 11:30");
    case.until("Wed 25 Nov 12:30");
    let stage = Stage::new(&case, "Wed 25 Nov 12:30");
    let passed = Told::DatePassed { promise: stage.broken() };
    let missed = stage.tells(CONTACT, "promise_decided", passed.clone());
    let missed_owner = stage.tells(PRIYA, "promise_decided", passed);
    let moved = NewTimetable {
        reason: Some("the margin check found an error on two lines".to_owned()),
        ..dates(&[], "Thu 26 Nov 09:00")
    };
    case.dates(&moved, at("Wed 25 Nov 13:00")).unwrap();
    let stage = Stage::new(&case, "Wed 25 Nov 13:00");
    let promises = vec![case.ticket.timetable.resolution().unwrap().number];
    let new_date = stage.tells(CONTACT, "promise_made", Told::NewDate { promises });
    vec![
        ("m3_timetable", timetable),
        ("m4_step_done", step_done),
        ("m5_no_first_reply", no_reply),
        ("m5_no_first_reply_owner", no_reply_owner),
        ("m5_no_progress", no_progress),
        ("date_passed", missed),
        ("date_passed_owner", missed_owner),
        ("m6_new_date", new_date),
    ]
}

fn ladder(filed: &dyn Fn() -> Case) -> Named {
    let case = filed();
    let due = |case: &Case, rung| case.ticket.rungs.iter().find(|s| s.number == rung).unwrap().due.unwrap();
    let stage = Stage::new(&case, "Mon 23 Nov 12:20");
    let heads_up = |stage: &Stage, reader: PersonId, rung, to_holder| {
        stage.tells(reader, "opened", Told::HeadsUp { rung, due: due(&stage.case, rung), to_holder })
    };
    let to_owner = heads_up(&stage, PRIYA, 2, false);
    let to_holder = heads_up(&stage, MANAGER, 2, true);
    let mut case = case;
    case.until("Mon 23 Nov 14:30");
    let stage = Stage::new(&case, "Mon 23 Nov 14:30");
    let reached = |stage: &Stage, reader: PersonId, rung| {
        stage.tells(reader, "rung_reached", Told::RungReached { rung })
    };
    let partner = reached(&stage, CONTACT, 2);
    let holder = reached(&stage, MANAGER, 2);
    let owner = reached(&stage, PRIYA, 2);
    let again = stage.tells(MANAGER, "rung_reached", Told::Renotified { rung: 2, count: 1 });
    let next = stage.tells(DIRECTOR, "rung_reached", Told::Renotified { rung: 2, count: 2 });
    let mut pressed = filed();
    pressed.contact_presses("Mon 23 Nov 11:00");
    let stage = Stage::new(&pressed, "Mon 23 Nov 11:00");
    let press = stage.tells(CONTACT, "pressed", Told::Pressed { appended: false });
    let by_press = reached(&stage, MANAGER, 2);
    pressed.contact_presses("Mon 23 Nov 11:30");
    let stage = Stage::new(&pressed, "Mon 23 Nov 11:30");
    let appended = stage.tells(CONTACT, "pressed", Told::Pressed { appended: true });
    case.until("Wed 25 Nov 11:00");
    let stage = Stage::new(&case, "Wed 25 Nov 11:00");
    let vp_heads_up = heads_up(&stage, VP, 4, true);
    case.until("Thu 26 Nov 11:00");
    let stage = Stage::new(&case, "Thu 26 Nov 11:00");
    let vp = reached(&stage, VP, 4);
    vec![
        ("m7_heads_up_owner", to_owner),
        ("m7_heads_up_holder", to_holder),
        ("m8_reached_partner", partner),
        ("m8_reached_holder", holder),
        ("m8_reached_owner", owner),
        ("m8_reached_holder_by_press", by_press),
        ("m10_vp_heads_up", vp_heads_up),
        ("m10_vp_notice", vp),
        ("m11_pressed", press),
        ("m11_pressed_appended", appended),
        ("renotified", again),
        ("renotified_next", next),
    ]
}

fn by_hand(filed: &dyn Fn() -> Case) -> Named {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").until("Mon 23 Nov 14:30");
    let mut held = case.clone();
    held.holds_until("Tue 24 Nov 16:00", "Mon 23 Nov 15:00");
    let stage = Stage::new(&held, "Mon 23 Nov 15:00");
    let what = Told::Held { rung: 3, until: at("Tue 24 Nov 16:00") };
    let held_partner = stage.tells(CONTACT, "held", what.clone());
    let held_next = stage.tells(DIRECTOR, "held", what);
    let mut down = case.clone();
    down.comes_down("Mon 23 Nov 16:00");
    let stage = Stage::new(&down, "Mon 23 Nov 16:00");
    let down_partner = stage.tells(CONTACT, "deescalated", Told::CameDown { to: 1 });
    let down_owner = stage.tells(PRIYA, "deescalated", Told::CameDown { to: 1 });
    case.accepts("Mon 23 Nov 16:00");
    let stage = Stage::new(&case, "Mon 23 Nov 16:00");
    let accepted = stage.tells(PRIYA, "accepted", Told::Accepted);
    let review = stage.tells(DIRECTOR, "accepted", Told::ReviewAsked { due: at("Mon 18 Jan 10:20") });
    let change = case
        .ticket
        .called("They will not renew.", Heat::Charged, VP, &case.events, case.rules(), at("Mon 23 Nov 16:10"))
        .unwrap();
    case.take(change);
    let stage = Stage::new(&case, "Mon 23 Nov 16:10");
    let called = stage.tells(PRIYA, "called", Told::Called);
    vec![
        ("held_partner", held_partner),
        ("held_next", held_next),
        ("came_down_partner", down_partner),
        ("came_down_owner", down_owner),
        ("accepted", accepted),
        ("review_asked", review),
        ("called", called),
    ]
}

fn asks(filed: &dyn Fn() -> Case) -> Named {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 12:00").waits_until("Thu 26 Nov 12:00", "Mon 23 Nov 13:00");
    let stage = Stage::new(&case, "Mon 23 Nov 13:00");
    let waiting = stage.tells(CONTACT, "wait_started", Told::Waiting { nth: 0 });
    let stage = Stage::new(&case, "Wed 25 Nov 13:00");
    let reminder = stage.tells(CONTACT, "wait_started", Told::Waiting { nth: 1 });
    let principal = stage.tells(PRINCIPAL, "wait_started", Told::Waiting { nth: 3 });
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 12:00").claims("Mon 23 Nov 16:00");
    let stage = Stage::new(&case, "Mon 23 Nov 16:00");
    let claimed = stage.tells(CONTACT, "resolved", Told::Claimed { message: 2 });
    let stage = Stage::new(&case, "Thu 26 Nov 16:00");
    let again = stage.tells(CONTACT, "resolved", Told::AskedAgain { nth: 2 });
    let mut confirmed = case.clone();
    confirmed.is_fixed("Tue 24 Nov 10:00");
    let stage = Stage::new(&confirmed, "Tue 24 Nov 10:00");
    let fixed = stage.tells(PRIYA, "confirmed", Told::Confirmed);
    let stage = Stage::new(&confirmed, "Thu 03 Dec 16:00");
    let closed = stage.tells(CONTACT, "closed", Told::ClosedUnconfirmed);
    case.is_not_fixed("Tue 24 Nov 10:00");
    let stage = Stage::new(&case, "Tue 24 Nov 10:00");
    let refused = stage.tells(PRIYA, "refused", Told::Refused);
    let unreached = Told::Undelivered { person: CONTACT };
    let undelivered = stage.tells(PRIYA, "opened", unreached.clone());
    let undelivered_principal = stage.tells(PRINCIPAL, "opened", unreached);
    vec![
        ("m9_waiting", waiting),
        ("m9_reminder", reminder),
        ("m9_reminder_principal", principal),
        ("m12_resolved", claimed),
        ("m13_asked_again", again),
        ("m13_closed_unconfirmed", closed),
        ("confirmed", fixed),
        ("m14_refused", refused),
        ("m24_undelivered", undelivered),
        ("m24_undelivered_principal", undelivered_principal),
    ]
}

pub fn plain() -> Named {
    every_letter(&p2)
}

#[test]
fn every_letter_reads_as_it_should() {
    for (name, letter) in plain() {
        let stands = if letter.automatic { "automatic" } else { "written" };
        let about = letter.about.unwrap();
        let text = format!(
            "Subject: {}\n({} {stands}, {}, message {:?}, rung {:?})\n\n{}",
            letter.subject, letter.kind, about.side, about.message, about.rung, letter.text
        );
        insta::assert_snapshot!(name, text);
    }
}
