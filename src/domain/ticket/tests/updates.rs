//! The first reply and the update clock.

use crate::domain::priority::Priority::{P1, P2, P3};
use crate::domain::promise::Kind::{FirstReply, NextUpdate};
use crate::domain::samples::{Case, PARTNER, a, at, contact, priya, token};
use crate::domain::ticket::Visibility::{Internal, Partner};

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

#[test]
fn a_first_reply_in_time_is_kept_and_the_next_update_is_a_gap_after_it() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 13:00");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 kept Mon 23 Nov 13:00"]);
    assert_eq!(case.promises(NextUpdate), ["Tue 24 Nov 13:00"]);
    assert_eq!(case.ticket.clocks.first_reply_at, Some(at("Mon 23 Nov 13:00")));
}

#[test]
fn a_reply_at_the_very_instant_is_in_time() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 14:20");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 kept Mon 23 Nov 14:20"]);
    assert_eq!(case.rungs()[0], "2 due Mon 23 Nov 14:20", "people act before the clocks do");
    case.until("Mon 23 Nov 14:21");
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 14:20 (clock)", "and a reply stops no rung");
}

#[test]
fn a_first_reply_that_breaks_is_followed_by_an_update_a_gap_later() {
    let mut case = filed();
    case.until("Mon 23 Nov 15:00");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 broken Mon 23 Nov 14:20"]);
    assert_eq!(case.promises(NextUpdate), ["Tue 24 Nov 14:20"]);
    case.priya_replies("Tue 24 Nov 09:30");
    assert_eq!(
        case.promises(NextUpdate),
        ["Tue 24 Nov 14:20 kept Tue 24 Nov 09:30", "Wed 25 Nov 09:30"],
        "a late first reply keeps the update promise that took its place"
    );
}

#[test]
fn a_late_reply_finds_the_promise_broken_already() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 16:00");
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 broken Mon 23 Nov 14:20"]);
    assert_eq!(case.promises(NextUpdate), ["Tue 24 Nov 14:20 kept Mon 23 Nov 16:00", "Tue 24 Nov 16:00"]);
}

#[test]
fn each_silence_breaks_one_promise_and_makes_the_next_from_there() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 13:00").until("Thu 26 Nov 10:00");
    assert_eq!(
        case.promises(NextUpdate),
        [
            "Tue 24 Nov 13:00 broken Tue 24 Nov 13:00",
            "Wed 25 Nov 13:00 broken Wed 25 Nov 13:00",
            "Thu 26 Nov 13:00"
        ]
    );
}

#[test]
fn the_gap_is_that_of_the_priority() {
    for (priority, next) in [(P1, "Mon 23 Nov 15:00"), (P2, "Tue 24 Nov 11:00"), (P3, "Thu 26 Nov 11:00")] {
        let mut case = a(priority).filed("Mon 23 Nov 10:20");
        case.priya_replies("Mon 23 Nov 11:00");
        assert_eq!(case.update(), next, "{priority}");
    }
}

#[test]
fn only_a_persons_message_to_the_partner_restarts_the_update_clock() {
    let cases = [
        ("the partner's own", contact(), Partner),
        ("an internal note", priya(), Internal),
        ("an integrator's, for the desk", token(None), Partner),
        ("an integrator's, for the partner", token(Some(PARTNER)), Partner),
    ];
    for (name, actor, visibility) in cases {
        let mut case = filed();
        case.writes(&actor, visibility, at("Mon 23 Nov 11:00")).unwrap();
        assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20"], "{name}");
        assert_eq!(case.ticket.clocks.first_reply_at, None, "{name}");
        case.priya_replies("Mon 23 Nov 12:00");
        case.writes(&actor, visibility, at("Mon 23 Nov 16:00")).unwrap();
        assert_eq!(case.promises(NextUpdate), ["Tue 24 Nov 12:00"], "{name}");
        assert_eq!(case.ticket.clocks.last_word_at, Some(at("Mon 23 Nov 12:00")), "{name}");
    }
}

#[test]
fn a_message_counts_when_it_is_delivered_not_when_it_is_written() {
    use crate::domain::change::Change;
    use crate::domain::ticket::conversation::delivered;
    let mut case = filed();
    let written =
        case.ticket.write(&priya(), "Jo decides.", Partner, case.rules(), at("Mon 23 Nov 13:00")).unwrap();
    let letter = written.messages[0].clone();
    case.take(written);
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20"], "written is not delivered");
    let mut change = Change::of(&case.ticket, at("Mon 23 Nov 14:00"));
    change.messages.push(letter);
    delivered(&mut change, 1, case.rules(), at("Mon 23 Nov 14:00")).unwrap();
    delivered(&mut change, 1, case.rules(), at("Mon 23 Nov 14:00")).unwrap();
    case.take(change);
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 kept Mon 23 Nov 14:00"]);
    assert_eq!(case.promises(NextUpdate), ["Tue 24 Nov 14:00"], "delivered once");
}

#[test]
fn internal_notes_never_arrive() {
    let mut case = filed();
    case.writes(&priya(), Internal, at("Mon 23 Nov 11:00")).unwrap();
    assert_eq!(case.messages[0].delivered_at, None);
    assert_eq!(case.story().last(), Some(&"message_posted"));
}

#[test]
fn messages_are_numbered_through() {
    let mut case = filed();
    case.partner_writes("Mon 23 Nov 11:00").priya_replies("Mon 23 Nov 12:00");
    let numbers: Vec<_> = case.messages.iter().map(|m| (m.number, m.by_partner)).collect();
    assert_eq!(numbers, [(1, true), (2, false)]);
}
