//! Business time against the reference cases of `business_time_cases.jsonl.xz`, on which independent engines agree.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test that cannot go on stops here")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use jiff::{SignedDuration, Timestamp, civil::Date};
use lizard::domain::calendar::{Calendar, CalendarSpec};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: u32,
    kind: String,
    tz: String,
    hours: BTreeMap<String, Vec<(String, String)>>,
    holidays: BTreeSet<Date>,
    start: Timestamp,
    minutes: i64,
    due: Timestamp,
    from: Timestamp,
    to: Timestamp,
    elapsed_seconds: i64,
}

impl Case {
    fn calendar(&self) -> Calendar {
        let week: BTreeMap<&str, Vec<String>> = self
            .hours
            .iter()
            .map(|(day, windows)| {
                let written = windows.iter().map(|(opens, closes)| format!("{opens}-{closes}"));
                (day.as_str(), written.collect())
            })
            .collect();
        let spec = CalendarSpec {
            name: format!("{} {}", self.kind, self.id),
            zone: self.tz.clone(),
            week: serde_json::from_value(serde_json::to_value(week).unwrap()).unwrap(),
            holidays: self.holidays.clone(),
            day: None,
        };
        Calendar::new(spec).unwrap()
    }
}

#[test]
fn every_reference_case_agrees() {
    #[expect(clippy::disallowed_methods, reason = "no setting of the service: only tests read it")]
    let Ok(folder) = std::env::var("LIZARD_TEST_DATA") else {
        eprintln!("skipped: LIZARD_TEST_DATA is not set");
        return;
    };
    let path = Path::new(&folder).join("business_time_cases.jsonl.xz");
    let Ok(file) = File::open(&path) else {
        eprintln!("skipped: no {}", path.display());
        return;
    };
    let mut cases = 0;
    for line in BufReader::new(xz2::read::XzDecoder::new(file)).lines() {
        let case: Case = serde_json::from_str(&line.unwrap()).unwrap();
        let calendar = case.calendar();
        let open = SignedDuration::from_mins(case.minutes);
        let name = calendar.name();
        assert_eq!(calendar.due(case.start, open), Ok(case.due), "due of {name}");
        let elapsed = calendar.elapsed(case.from, case.to);
        assert_eq!(elapsed.as_nanos(), i128::from(case.elapsed_seconds) * 1_000_000_000, "elapsed of {name}");
        let walk = calendar.walk(case.start, open).unwrap();
        let last = walk.last().unwrap();
        assert_eq!(last.windows.last().unwrap().until, case.due, "walk of {name}");
        assert_eq!(last.total, open, "walk of {name}");
        cases += 1;
    }
    assert_eq!(cases, 5_915);
}
