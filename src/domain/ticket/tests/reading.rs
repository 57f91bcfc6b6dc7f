//! What is read off a ticket.

use std::collections::BTreeSet;

use crate::domain::priority::Priority::P2;
use crate::domain::samples::{MANAGER, a, at};
use crate::domain::ticket::PressReason;

#[test]
fn confidential_is_what_is_restricted_was_filed_so_or_is_about_somebody() {
    let cases = [
        ("price.approval_late", "price.approval_late", None, false),
        ("rel.am_unresponsive", "price.approval_late", None, true),
        ("legal.contract_terms", "price.approval_late", None, true),
        ("price.approval_late", "rel.am_unresponsive", None, true),
        ("price.approval_late", "price.approval_late", Some(MANAGER), true),
    ];
    for (category, reported, about, confidential) in cases {
        let mut ticket = a(P2).filed("Mon 23 Nov 10:20").ticket;
        (ticket.category, ticket.reported_category) = (category.to_owned(), reported.to_owned());
        ticket.about = about;
        assert_eq!(
            ticket.is_confidential(),
            confidential,
            "{category}, filed as {reported}, about {about:?}"
        );
    }
}

#[test]
fn the_next_clock_is_that_of_a_promise_or_of_the_next_rung_whichever_breaks_first() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    assert_eq!(case.ticket.next_clock(), Some(at("Mon 23 Nov 14:20")), "the first reply and rung 2");
    case.priya_replies("Mon 23 Nov 11:00");
    assert_eq!(case.ticket.next_clock(), Some(at("Mon 23 Nov 14:20")), "rung 2");
    case.until("Mon 23 Nov 15:00");
    assert_eq!(case.ticket.next_clock(), Some(at("Tue 24 Nov 10:20")), "rung 3");
    case.until("Tue 24 Nov 10:21");
    assert_eq!(case.ticket.next_clock(), Some(at("Tue 24 Nov 11:00")), "the next update");
    case.claims("Tue 24 Nov 10:30");
    assert_eq!(case.ticket.next_clock(), None);
}

#[test]
fn claims_are_counted_by_the_refusals_between_them() {
    let mut case = a(P2).filed("Mon 23 Nov 10:20");
    assert_eq!(case.ticket.claim_number(), None);
    case.claims("Mon 23 Nov 11:00");
    assert_eq!(case.ticket.claim_number(), Some(1));
    case.is_not_fixed("Mon 23 Nov 12:00").claims("Mon 23 Nov 13:00");
    assert_eq!(case.ticket.claim_number(), Some(2));
}

#[test]
fn each_reason_to_press_reads_differently() {
    let labels: BTreeSet<&str> = PressReason::ALL.iter().map(|r| r.label()).collect();
    assert_eq!(labels.len(), PressReason::ALL.len());
    assert!(labels.iter().all(|l| l.starts_with(char::is_uppercase)));
}
