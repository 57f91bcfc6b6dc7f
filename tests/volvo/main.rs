//! A real log: the incidents of a manufacturer's IT support, read as events of tickets, against
//! figures that were computed independently.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test that cannot go on stops here"
)]

mod log;
mod ours;

use std::collections::BTreeMap;
use std::sync::Arc;

use lizard::domain::calendar::Calendar;
use lizard::domain::course::Course;
use lizard::domain::event::Event;
use lizard::domain::history::History;

use log::{Dirt, Reading, data, incidents, records};

/// Monday to Friday, 09–17 in Stockholm.
fn stockholm() -> Arc<Calendar> {
    let office = serde_json::json!(["09:00-17:00"]);
    let week = serde_json::json!({"mon": office, "tue": office, "wed": office, "thu": office, "fri": office});
    let spec = serde_json::json!({"name": "stockholm", "zone": "Europe/Stockholm", "week": week});
    Arc::new(Calendar::new(serde_json::from_value(spec).unwrap()).unwrap())
}

#[test]
fn every_incident_has_the_history_that_was_computed_independently() {
    let (Some(rows), Some(expected)) =
        (data("volvo_incidents_2013.csv.xz"), data("volvo_expected_cases.csv.xz"))
    else {
        return;
    };
    let (incidents, dirt) = incidents(&rows);
    let expected: BTreeMap<String, BTreeMap<String, String>> =
        records(&expected).map(|r| (r["case"].clone(), r)).collect();
    let course = Course::new(stockholm());
    for incident in &incidents {
        let events = incident.events(Reading::AsRecorded);
        let history = History::of(&events).unwrap();
        let is = [
            ("events", incident.rows.len().to_string()),
            ("first_level", history.opened_on.to_string()),
            ("max_level", history.highest.to_string()),
            ("ups", history.ups.to_string()),
            ("downs", history.downs.to_string()),
            ("handoffs", history.handoffs.to_string()),
            ("reopened", history.reopened.to_string()),
            ("opened", history.first_at.to_string()),
            ("ended", history.last_at.to_string()),
            ("elapsed_s", history.elapsed().as_secs().to_string()),
            ("biz_s_stockholm_9_17", history.open_time(&course).as_secs().to_string()),
        ];
        let should = &expected[&incident.number];
        for (column, is) in is {
            assert_eq!(is, should[column], "{column} of {}", incident.number);
        }
        let at = |events: &[Event]| events.iter().map(|e| e.at).collect::<Vec<_>>();
        let mut of_rows: Vec<_> = incident.rows.iter().map(|r| r.at).collect();
        of_rows.dedup();
        let mut of_events = at(&events);
        of_events.dedup();
        assert_eq!(of_events, of_rows, "a row of {} is gone", incident.number);
        assert!(events.len() >= incident.rows.len(), "a row of {} is gone", incident.number);
    }
    assert_eq!((incidents.len(), expected.len()), (7_554, 7_554));
    let rows: usize = incidents.iter().map(|i| i.rows.len()).sum();
    assert_eq!(rows, 65_533);
    println!("{rows} rows of {} incidents; {dirt:?}", incidents.len());
    let counted = |what: &str| dirt.0.get(what).copied().unwrap_or_default();
    assert_eq!(counted("level L2/L3, counted as 2"), 39);
    assert_eq!(counted("status Unmatched"), 5);
    assert_eq!(counted("earlier than the row before it"), 0);
    assert_ne!(dirt, Dirt::default());
}
