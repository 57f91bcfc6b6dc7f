use super::*;

use Impact::{Annoying, CannotWork, OneBlocked};
use Priority::{P1, P2, P3, P4};
use Urgency::{Later, Within1Day, Within5Days};

/// Monday, 10:00 in Berlin.
const FILED: &str = "2026-11-23T10:00+01:00";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn judged(impact: Impact, urgency: Urgency, deadline: Option<&str>, above_limit: bool) -> Judgement {
    judge(&Weighing {
        impact,
        urgency,
        deadline: deadline.map(at),
        above_limit,
        partner_zone: &zone("Europe/Berlin"),
        filed: at(FILED),
    })
}

#[test]
fn every_cell_of_the_matrix() {
    for (impact, urgency, priority) in [
        (CannotWork, Within1Day, P1),
        (CannotWork, Within5Days, P2),
        (CannotWork, Later, P2),
        (OneBlocked, Within1Day, P2),
        (OneBlocked, Within5Days, P2),
        (OneBlocked, Later, P3),
        (Annoying, Within1Day, P3),
        (Annoying, Within5Days, P3),
        (Annoying, Later, P4),
    ] {
        let found = judged(impact, urgency, None, false).priority;
        assert_eq!(found, priority, "{impact} {urgency}");
    }
}

#[test]
fn a_value_above_the_limit_counts_as_cannot_work() {
    for impact in [CannotWork, OneBlocked, Annoying] {
        for (urgency, priority) in [(Within1Day, P1), (Within5Days, P2), (Later, P2)] {
            let found = judged(impact, urgency, None, true);
            assert_eq!(found.priority, priority, "{impact} {urgency}");
            assert!(found.reason.starts_with("the value named is above the limit"));
        }
    }
}

#[test]
fn a_deadline_today_lifts_only_one_blocked() {
    let today = Some("2026-11-23T18:00+01:00");
    let tomorrow = Some("2026-11-24T09:00+01:00");
    for (impact, deadline, priority) in [
        (CannotWork, today, P1),
        (CannotWork, tomorrow, P1),
        (OneBlocked, today, P1),
        (OneBlocked, tomorrow, P2),
        (Annoying, today, P3),
        (Annoying, tomorrow, P3),
    ] {
        let found = judged(impact, Within1Day, deadline, false).priority;
        assert_eq!(found, priority, "{impact} {deadline:?}");
    }
}

#[test]
fn today_is_the_partners_today() {
    for (name, partner, filed, deadline, priority) in [
        ("the last minute of the day", "Europe/Berlin", FILED, "2026-11-23T23:59+01:00", P1),
        ("midnight is tomorrow", "Europe/Berlin", FILED, "2026-11-24T00:00+01:00", P2),
        (
            "tomorrow in UTC, today in New York",
            "America/New_York",
            "2026-11-23T15:00-05:00",
            "2026-11-23T20:00-05:00",
            P1,
        ),
        (
            "today in UTC, tomorrow in Singapore",
            "Asia/Singapore",
            "2026-11-23T23:00+08:00",
            "2026-11-24T01:00+08:00",
            P2,
        ),
        (
            "on the day the clocks go back",
            "Europe/Berlin",
            "2026-10-25T00:30+02:00",
            "2026-10-25T23:30+01:00",
            P1,
        ),
    ] {
        let found = judge(&Weighing {
            impact: OneBlocked,
            urgency: Within1Day,
            deadline: Some(at(deadline)),
            above_limit: false,
            partner_zone: &zone(partner),
            filed: at(filed),
        });
        assert_eq!(found.priority, priority, "{name}");
    }
}

#[test]
fn the_reason_is_a_sentence_of_what_was_answered() {
    let today = Some("2026-11-23T18:00+01:00");
    for (impact, urgency, deadline, reason) in [
        (CannotWork, Later, None, "you cannot sell or deliver at all, and no deadline is near"),
        (OneBlocked, Within1Day, today, "one deal, order or payment is blocked, and it must be solved today"),
        (
            OneBlocked,
            Within1Day,
            None,
            "one deal, order or payment is blocked, and it must be solved within one business day",
        ),
        (
            Annoying,
            Within5Days,
            None,
            "it is annoying, but work goes on, and it must be solved within five business days",
        ),
    ] {
        assert_eq!(judged(impact, urgency, deadline, false).reason, reason);
    }
}

#[test]
fn urgency_counts_business_time_to_the_deadline() {
    let week = serde_json::json!({
        "mon": ["09:00-17:00"], "tue": ["09:00-17:00"], "wed": ["09:00-17:00"],
        "thu": ["09:00-17:00"], "fri": ["09:00-17:00"]
    });
    let spec = serde_json::json!({ "name": "test", "zone": "Europe/Berlin", "week": week });
    let calendar = Calendar::new(serde_json::from_value(spec).unwrap()).unwrap();
    for (name, filed, deadline, urgency) in [
        ("the same day", FILED, "2026-11-23T16:00+01:00", Within1Day),
        ("exactly one business day", FILED, "2026-11-24T10:00+01:00", Within1Day),
        ("a minute more", FILED, "2026-11-24T10:01+01:00", Within5Days),
        ("over a weekend", "2026-11-27T16:00+01:00", "2026-11-30T16:00+01:00", Within1Day),
        ("exactly five business days", FILED, "2026-11-30T10:00+01:00", Within5Days),
        ("a minute more than that", FILED, "2026-11-30T10:01+01:00", Later),
        ("in closed time after five", FILED, "2026-11-30T09:59+01:00", Within5Days),
        ("already past", FILED, "2026-11-20T10:00+01:00", Within1Day),
    ] {
        let found = Urgency::of_deadline(&calendar, at(filed), at(deadline));
        assert_eq!(found, urgency, "{name}");
    }
}

#[test]
fn words_are_stable_and_read_back() {
    for (index, &priority) in Priority::ALL.iter().enumerate() {
        assert_eq!(priority.index(), index);
        assert_eq!(priority.as_str().parse(), Ok(priority));
        let stored = serde_json::to_string(&priority).unwrap();
        assert_eq!(stored, format!("\"P{}\"", index + 1));
        assert_eq!(serde_json::from_str::<Priority>(&stored).unwrap(), priority);
    }
    assert!("p1".parse::<Priority>().is_err());
    assert_eq!("cannot_work".parse(), Ok(CannotWork));
    assert_eq!("within_5_days".parse(), Ok(Within5Days));
}
