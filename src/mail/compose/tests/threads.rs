//! Headers, zones, quiet hours, and what one letter makes of several things.

use jiff::Timestamp;

use super::stage::{Stage, notice};
use crate::domain::event::What;
use crate::domain::letter::Kind;
use crate::domain::notice::{Heard, Told};
use crate::domain::priority::Priority;
use crate::domain::samples::{CONTACT, MANAGER, PRIYA, a, at, dates, step};
use crate::domain::ticket::dates::NewTimetable;

#[test]
fn each_side_has_a_thread_of_its_own() {
    let case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    let mut stage = Stage::new(&case, "Mon 23 Nov 10:20");
    let letter = stage.tells(CONTACT, "opened", Told::Received);
    assert_eq!(letter.message_id, "<pi-1042.1.n0nce@lizard.example>");
    assert_eq!(letter.dedup_key, "PI-1042:1:received:11");
    assert_eq!(letter.references, ["<pi-1042@lizard.example>"]);
    assert_eq!(letter.in_reply_to.as_deref(), Some("<pi-1042@lizard.example>"));
    assert_eq!(letter.subject, "[PI-1042] Special price for Acme bid not approved");

    stage.thread = (1..=12).map(|n| format!("<pi-1042.{n}.x@lizard.example>")).collect();
    let letter = stage.tells(PRIYA, "opened", Told::Assigned);
    assert_eq!(letter.references.len(), 11);
    assert_eq!(letter.references[0], "<pi-1042.desk@lizard.example>");
    assert_eq!(letter.references[1], "<pi-1042.3.x@lizard.example>");
    assert_eq!(letter.in_reply_to.as_deref(), Some("<pi-1042.12.x@lizard.example>"));

    let due = case.ticket.rungs[1].due.unwrap();
    let alone = stage.tells(MANAGER, "opened", Told::HeadsUp { rung: 2, due, to_holder: true });
    assert_eq!((alone.references.len(), alone.in_reply_to), (0, None));
}

#[test]
fn times_are_the_readers() {
    let case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    let mut stage = Stage::new(&case, "Mon 23 Nov 10:20");
    for (zone, headline) in [
        ("America/New_York", "We have it. A person replies by today 08:20 EST"),
        ("Asia/Tokyo", "We have it. A person replies by today 22:20 JST"),
        ("Pacific/Auckland", "We have it. A person replies by Tue 24 Nov, 02:20 NZDT"),
    ] {
        zone.clone_into(&mut stage.people.get_mut(&CONTACT).unwrap().zone);
        let letter = stage.tells(CONTACT, "opened", Told::Received);
        // In Auckland it is the evening of the 23rd.
        assert_eq!(letter.text.lines().next().unwrap(), headline);
    }
}

#[test]
fn only_reminders_keep_quiet_hours_and_only_when_nothing_else_is_told() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 12:00").waits_until("Tue 24 Nov 16:00", "Mon 23 Nov 19:00");
    let stage = Stage::new(&case, "Mon 23 Nov 19:00");
    let waiting = stage.heard("wait_started", Told::Waiting { nth: 1 });
    let quiet = stage.letter_of(&notice(CONTACT, vec![waiting.clone()])).unwrap();
    assert_eq!(quiet.not_before, at("Tue 24 Nov 08:00"));
    assert!(quiet.text.contains("by today 16:00 CET"), "read in the morning: {}", quiet.text);
    let reply = stage.heard("message_posted", Told::Reply { message: 1, first: true });
    let urgent = stage.letter_of(&notice(CONTACT, vec![waiting, reply])).unwrap();
    assert_eq!((urgent.kind, urgent.not_before), (Kind::FirstReply, Timestamp::UNIX_EPOCH));
    let received = stage.tells(CONTACT, "opened", Told::Received);
    assert_eq!(received.not_before, Timestamp::UNIX_EPOCH);
}

#[test]
fn a_date_shows_the_last_three_that_it_replaced() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 12:00");
    for (day, resolution) in [(1, "Fri 27 Nov"), (2, "Mon 30 Nov"), (3, "Tue 01 Dec"), (4, "Wed 02 Dec")] {
        let moved = NewTimetable {
            reason: Some(format!("reason {day}")),
            ..dates(&[step("Check", "Thu 26 Nov 10:00")], &format!("{resolution} 10:00"))
        };
        case.dates(&moved, at(&format!("Mon 23 Nov 12:{day}0"))).unwrap();
    }
    let stage = Stage::new(&case, "Mon 23 Nov 12:40");
    let promises = vec![case.ticket.timetable.resolution().unwrap().number];
    let letter = stage.tells(CONTACT, "promise_made", Told::NewDate { promises });
    let line = letter.text.lines().find(|l| l.starts_with("- Resolution")).unwrap();
    assert_eq!(
        line,
        "- Resolution: Wed 2 Dec, 10:00 CET (was Tue 1 Dec, 10:00 CET: reason 4) \
         (was Mon 30 Nov, 10:00 CET: reason 3) (was Fri 27 Nov, 10:00 CET: reason 2)"
    );
    assert!(letter.html.whole().contains("<s>Tue 1 Dec, 10:00 CET</s>: reason 4"), "{}", letter.html.whole());
    assert!(letter.text.contains("It is the 4th time that this date moved."));
}

/// Everything that a sweep after a long silence has for the partner.
fn late(stage: &Stage) -> Vec<Heard> {
    let told = |e: &crate::domain::event::Event| match &e.what {
        What::RungReached { rung, .. } => Some(Told::RungReached { rung: *rung }),
        What::PromiseDecided { promise, promise_kind, .. } => Some(match promise_kind {
            crate::domain::promise::Kind::Resolution => Told::DatePassed { promise: *promise },
            _ => Told::NoProgress { promise: *promise },
        }),
        _ => None,
    };
    let heard = |e| told(e).map(|what| Heard { event: e.number, at: e.at, what });
    stage.case.events.iter().filter_map(heard).collect()
}

#[test]
fn a_late_sweep_makes_one_honest_letter() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    case.until("Thu 26 Nov 12:00");
    let stage = Stage::new(&case, "Thu 26 Nov 12:00");
    let letter = stage.letter_of(&notice(CONTACT, late(&stage))).unwrap();
    assert_eq!(letter.kind, Kind::RungReached);
    assert_eq!(letter.text.matches("\nTimetable:").count(), 1);
    insta::assert_snapshot!("late_sweep", letter.text);
}

#[test]
fn a_press_and_the_rung_it_reaches_are_told_once() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    case.contact_presses("Mon 23 Nov 11:00");
    let stage = Stage::new(&case, "Mon 23 Nov 11:00");
    let both = || {
        vec![
            stage.heard("pressed", Told::Pressed { appended: false }),
            stage.heard("rung_reached", Told::RungReached { rung: 2 }),
        ]
    };
    for (reader, kind) in [(CONTACT, Kind::Escalated), (MANAGER, Kind::RungReached)] {
        let letter = stage.letter_of(&notice(reader, both())).unwrap();
        assert_eq!(letter.kind, kind);
        assert!(!letter.text.contains("meanwhile"), "{}", letter.text);
    }
}
