//! Resolved is a claim: confirmed, refused, or overtaken by a merge.

use crate::domain::actor::By;
use crate::domain::escalation::next_look;
use crate::domain::ids::TicketId;
use crate::domain::priority::Priority::P2;
use crate::domain::promise::Kind::{FirstReply, Milestone, NextUpdate, Resolution};
use crate::domain::samples::{Case, PRIYA, a, at, dates, refused, step};
use crate::domain::ticket::{CloseReason, State, StopWhy, Visibility};

fn filed() -> Case {
    a(P2).filed("Mon 23 Nov 10:20")
}

/// Claimed on Monday at 14:00: rung 2 is 20 minutes away, the resolution due on Thursday 10:20.
fn claimed() -> Case {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00").claims("Mon 23 Nov 14:00");
    case
}

fn merge(case: &mut Case, when: &str) -> Result<(), crate::domain::refusal::Refusal> {
    let mut other = filed().ticket;
    (other.id, other.reference) = (TicketId(43), "PI-1043".to_owned());
    let change = case.ticket.merge_into(&other, By::Person(PRIYA), case.rules(), at(when))?;
    case.take(change);
    Ok(())
}

#[test]
fn the_summary_is_a_message_that_keeps_the_update() {
    let case = claimed();
    assert_eq!(case.promises(NextUpdate), ["Tue 24 Nov 11:00 kept Mon 23 Nov 14:00"]);
    let summary = case.messages.last().unwrap();
    assert_eq!(summary.visibility, Visibility::Partner);
    assert_eq!(summary.body, "The price is approved.\n\nHow to check: See the quote.");
    let mut at_once = filed();
    at_once.claims("Mon 23 Nov 12:00");
    assert_eq!(at_once.promises(FirstReply), ["Mon 23 Nov 14:20 kept Mon 23 Nov 12:00"]);
}

#[test]
fn under_a_claim_every_clock_stands_still() {
    let mut case = claimed();
    let before = case.ticket.clone();
    case.until("Thu 26 Nov 14:00");
    assert_eq!(case.ticket, before);
    assert_eq!(case.ticket.next_clock(), None);
    // But for the next time that the partner is asked.
    assert_eq!(next_look(&case.ticket, case.rules()).unwrap(), Some(at("Thu 26 Nov 14:00")));
}

#[test]
fn a_confirmed_claim_keeps_the_resolution_by_the_instant_of_the_claim() {
    let cases = [
        ("in time", "Mon 23 Nov 14:00", "Tue 24 Nov 10:00", "kept Tue 24 Nov 10:00"),
        (
            "claimed in time, confirmed after the date",
            "Mon 23 Nov 14:00",
            "Mon 30 Nov 10:00",
            "kept Mon 30 Nov 10:00",
        ),
        ("claimed at the very instant", "Thu 26 Nov 10:20", "Fri 27 Nov 10:00", "kept Fri 27 Nov 10:00"),
        ("claimed late", "Thu 26 Nov 10:21", "Fri 27 Nov 10:00", "broken Thu 26 Nov 10:20"),
    ];
    for (name, claim, confirmation, outcome) in cases {
        let mut case = filed();
        case.claims(claim).is_fixed(confirmation);
        assert_eq!(case.promises(Resolution), [format!("Thu 26 Nov 10:20 {outcome}")], "{name}");
        let ticket = &case.ticket;
        assert_eq!(
            (ticket.state, ticket.close_reason),
            (State::Closed, Some(CloseReason::Confirmed)),
            "{name}"
        );
        assert_eq!(ticket.clocks.claim, None, "{name}");
    }
}

#[test]
fn a_refused_claim_resumes_the_same_rung_with_the_same_elapsed_time() {
    let mut case = claimed();
    // Twelve open hours of claim.
    case.is_not_fixed("Wed 25 Nov 10:00");
    assert_eq!((case.ticket.state, case.ticket.rung), (State::Open, 1));
    assert_eq!(case.rungs(), ["2 due Wed 25 Nov 10:20", "3 due Wed 25 Nov 14:20", "4 due Fri 27 Nov 14:20"]);
    assert_eq!(case.update(), "Thu 26 Nov 10:00", "a gap after the refusal");
    assert_eq!(case.promises(Resolution), ["Thu 26 Nov 10:20"], "the resolution date does not move");
    assert_eq!(case.ticket.clocks.reopened, 1);
    assert_eq!(case.ticket.clocks.stops[0].why, StopWhy::Claim);
    case.until("Wed 25 Nov 10:21");
    assert_eq!(case.ticket.rung, 2);
}

#[test]
fn a_refusal_after_the_date_breaks_the_resolution_there() {
    let cases = [
        ("after", "Thu 26 Nov 10:21", "Thu 26 Nov 10:20 broken Thu 26 Nov 10:21"),
        ("at the very instant", "Thu 26 Nov 10:20", "Thu 26 Nov 10:20"),
    ];
    for (name, when, resolution) in cases {
        let mut case = claimed();
        case.is_not_fixed(when);
        assert_eq!(case.promises(Resolution), [resolution], "{name}");
    }
}

#[test]
fn a_second_claim_and_refusal_count_on() {
    let mut case = claimed();
    case.is_not_fixed("Wed 25 Nov 10:00").claims("Wed 25 Nov 10:10").is_not_fixed("Wed 25 Nov 16:10");
    assert_eq!(case.ticket.clocks.reopened, 2);
    assert_eq!(case.rungs()[0], "2 reached Wed 25 Nov 16:10 (reopenings)");
    assert_eq!(
        case.promises(NextUpdate)[1..],
        ["Thu 26 Nov 10:00 kept Wed 25 Nov 10:10", "Thu 26 Nov 16:10"]
    );
}

#[test]
fn time_paused_by_a_wait_and_by_a_claim_adds_up() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00")
        .waits_until("Mon 23 Nov 15:00", "Mon 23 Nov 12:00")
        .until("Mon 23 Nov 15:30")
        .claims("Mon 23 Nov 16:00")
        .is_not_fixed("Tue 24 Nov 10:00");
    // Three hours of wait and two of claim.
    assert_eq!(case.rungs()[0], "2 due Tue 24 Nov 11:20");
    assert_eq!(case.resolution(), "Thu 26 Nov 13:20", "only the wait moves the resolution");
}

#[test]
fn a_claim_ends_a_wait() {
    let mut case = filed();
    case.priya_replies("Mon 23 Nov 11:00")
        .waits_until("Wed 25 Nov 12:00", "Mon 23 Nov 12:00")
        .claims("Mon 23 Nov 14:00");
    assert_eq!(case.ticket.clocks.wait, None);
    assert_eq!(case.resolution(), "Thu 26 Nov 12:20");
}

#[test]
fn steps_that_pass_under_a_claim_break_at_the_refusal_and_fall_away_at_the_close() {
    let mut case = filed();
    case.dates(&dates(&[step("Approval", "Tue 24 Nov 12:00")], "Thu 26 Nov 10:20"), at("Mon 23 Nov 11:00"))
        .unwrap();
    case.claims("Mon 23 Nov 14:00");
    let mut refused = case.clone();
    refused.is_not_fixed("Wed 25 Nov 10:00");
    assert_eq!(refused.promises(Milestone), ["Approval: Tue 24 Nov 12:00 broken Wed 25 Nov 10:00"]);
    case.is_fixed("Tue 24 Nov 10:00");
    assert_eq!(case.promises(Milestone), ["Approval: Tue 24 Nov 12:00 withdrawn Tue 24 Nov 10:00"]);
}

#[test]
fn messages_under_a_claim_promise_nothing() {
    let mut case = claimed();
    case.partner_writes("Mon 23 Nov 15:00").priya_replies("Mon 23 Nov 16:00");
    assert_eq!(case.promises(NextUpdate).len(), 1);
    assert_eq!(case.ticket.state, State::Resolved);
}

#[test]
fn only_what_was_claimed_can_be_confirmed_and_only_what_is_open_claimed() {
    let mut case = filed();
    assert_eq!(refused(case.confirms(true, at("Mon 23 Nov 11:00"))), "nothing_to_confirm");
    case.claims("Mon 23 Nov 12:00");
    assert_eq!(refused(case.resolves(at("Mon 23 Nov 13:00"))), "resolved");
    case.is_fixed("Mon 23 Nov 14:00");
    assert_eq!(refused(case.confirms(false, at("Mon 23 Nov 15:00"))), "closed");
    assert_eq!(refused(case.resolves(at("Mon 23 Nov 15:00"))), "closed");
}

#[test]
fn a_merge_withdraws_what_is_open_and_closes() {
    type Before = fn(&mut Case);
    let cases: [(&str, Before); 3] = [
        ("open", |_| ()),
        ("waiting", |case| {
            case.waits_until("Wed 25 Nov 12:00", "Mon 23 Nov 12:00");
        }),
        ("claimed", |case| {
            case.claims("Mon 23 Nov 12:00");
        }),
    ];
    for (name, before) in cases {
        let mut case = filed();
        before(&mut case);
        merge(&mut case, "Mon 23 Nov 13:00").unwrap();
        let ticket = &case.ticket;
        assert_eq!((ticket.state, ticket.close_reason), (State::Closed, Some(CloseReason::Merged)), "{name}");
        assert_eq!(ticket.merged_into, Some(TicketId(43)), "{name}");
        assert!(case.promises(Resolution).last().unwrap().contains("withdrawn"), "{name}");
        assert_eq!(case.story()[case.events.len() - 1], "closed", "{name}");
        assert_eq!(refused(merge(&mut case, "Mon 23 Nov 14:00")), "closed", "{name}");
    }
}

#[test]
fn what_had_run_out_before_a_merge_keeps_its_outcome() {
    let mut case = filed();
    merge(&mut case, "Mon 23 Nov 15:00").unwrap();
    assert_eq!(case.promises(FirstReply), ["Mon 23 Nov 14:20 broken Mon 23 Nov 14:20"]);
    assert_eq!(case.promises(NextUpdate), ["Tue 24 Nov 14:20 withdrawn Mon 23 Nov 15:00"]);
    assert_eq!(case.rungs()[0], "2 reached Mon 23 Nov 14:20 (clock)");
}

#[test]
fn a_live_ticket_absorbs_another_and_goes_on() {
    let mut case = filed();
    let (rungs, promises) = (case.rungs(), case.ticket.timetable.clone());
    let other = filed().ticket;
    let change = case.ticket.absorb(&other, By::Person(PRIYA), at("Mon 23 Nov 12:00")).unwrap();
    case.take(change);
    assert_eq!((case.rungs(), &case.ticket.timetable), (rungs, &promises));
    assert_eq!(case.story().last(), Some(&"absorbed"));
    case.claims("Mon 23 Nov 13:00").is_fixed("Mon 23 Nov 14:00");
    let absorbed = case.ticket.absorb(&other, By::Person(PRIYA), at("Mon 23 Nov 15:00"));
    assert_eq!(refused(absorbed.map(|_| ())), "closed");
}

#[test]
fn closed_tickets_never_escalate() {
    let mut confirmed = claimed();
    confirmed.is_fixed("Mon 23 Nov 15:00");
    let mut merged = filed();
    merge(&mut merged, "Mon 23 Nov 13:00").unwrap();
    for mut case in [confirmed, merged] {
        let before = case.ticket.clone();
        case.until("Mon 21 Dec 10:00");
        assert_eq!(case.ticket, before);
        assert_eq!(
            refused(case.writes(
                &crate::domain::samples::contact(),
                Visibility::Partner,
                at("Mon 21 Dec 11:00")
            )),
            "closed"
        );
    }
}
