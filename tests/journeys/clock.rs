//! `lizard clock`: the walk of a calendar, as an operator asks for it.

use std::process::Output;

use serde_json::Value;

use super::support::*;

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn clock(database: &Database, arguments: &[&str]) -> (Option<i32>, String, String) {
    said(&database.lizard("clock").args(arguments).output().unwrap())
}

/// The walk over two days of Christmas and a weekend.
const CHRISTMAS: &str = "\
1 bd      8:00 of open time
from      Wed 2026-12-23 15:00 +01:00  =  2026-12-23T14:00:00Z
add       2 bd, that is 16:00 of open time

date            windows          open      total
Wed 2026-12-23  15:00-17:00      2:00       2:00
Thu 2026-12-24  09:00-17:00      8:00      10:00
Fri 2026-12-25  holiday          0:00      10:00
Sat 2026-12-26  holiday          0:00      10:00
Sun 2026-12-27  closed           0:00      10:00
Mon 2026-12-28  09:00-15:00      6:00      16:00

due       Mon 2026-12-28 15:00 +01:00  =  2026-12-28T14:00:00Z
";

#[test]
fn a_clock_is_walked_day_by_day_with_and_without_a_database() {
    let database = Database::fresh();
    let walk = ["--calendar", "standard", "--from", "2026-12-23 15:00", "--add", "2bd"];
    let (code, files, errors) = clock(&database, &walk);
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(files, format!("calendar  standard (Europe/Berlin), of the files\n{CHRISTMAS}"));
    assert!(database.lizard("migrate").output().unwrap().status.success());
    let (_, stored, _) = clock(&database, &walk);
    assert_eq!(stored, format!("calendar  standard (Europe/Berlin), version 1\n{CHRISTMAS}"));
    // The same instant with an offset, and the version by its number.
    let walk = ["--calendar=standard", "--from=2026-12-23T14:00:00Z", "--add", "2 bd", "--version", "1"];
    assert_eq!(clock(&database, &walk).1, stored);
}

#[test]
fn the_open_time_between_two_instants_is_told_as_a_document_too() {
    let database = Database::fresh();
    let walk = ["--calendar", "standard", "--from", "2026-11-27T16:00", "--to", "2026-11-30T12:30:30+01:00"];
    let (code, table, errors) = clock(&database, &walk);
    assert_eq!(code, Some(0), "{errors}");
    assert!(table.ends_with("\nelapsed   4:30:30 of open time, that is 0 bd and 4:30:30\n"), "{table}");
    let (_, text, _) = clock(&database, &[walk.as_slice(), &["--format", "json"]].concat());
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["open_seconds"], 4 * 3600 + 30 * 60 + 30);
    assert_eq!(told["business_day_seconds"], 8 * 3600);
    assert_eq!(told["version"], Value::Null);
    assert_eq!(told["from"]["utc"], "2026-11-27T15:00:00Z");
    assert_eq!(told["to"]["local"], "2026-11-30T12:30:30+01:00");
    let days = told["days"].as_array().unwrap();
    assert_eq!(days.len(), 4);
    assert_eq!((&days[1]["weekday"], &days[1]["open_seconds"]), (&"sat".into(), &0.into()));
    assert_eq!(days[3]["windows"][0]["from"], "2026-11-30T09:00:00+01:00");
    assert_eq!(days[3]["total_seconds"], told["open_seconds"]);
    // Over the night on which clocks go back: 25 hours are open around the clock.
    let night =
        ["--calendar=around_the_clock", "--from=2026-10-25T00:00+02:00", "--to=2026-10-26T00:00+01:00"];
    assert!(clock(&database, &night).1.contains("elapsed   25:00 of open time, that is 1 bd and 1:00"));
}

#[test]
fn what_cannot_be_counted_is_said_all_at_once() {
    let database = Database::fresh();
    let cases: [(&[&str], &[&str]); 6] = [
        (
            &["--calendar", "standart", "--from", "soon", "--add", "3 days"],
            &[
                "--calendar: there is no calendar \"standart\"; did you mean \"standard\"?",
                "--from: \"soon\" is no instant; write 2026-11-23T10:20+01:00",
                "--add: \"3 days\" is no allowance; write \"30 min\", \"4 bh\" or \"1 bd\"",
            ],
        ),
        (
            &["--calendar", "standard", "--from", "2026-11-23T10:20", "--to", "2026-11-23T10:19"],
            &["--to: 2026-11-23T09:19:00Z is before 2026-11-23T09:20:00Z"],
        ),
        (
            &["--calendar", "standard", "--from", "2026-11-23", "--add", "1bd"],
            &["--from: \"2026-11-23\" is no instant"],
        ),
        (
            &["--calendar", "standard", "--from", "2026-11-23T10:20[Asia/Tokyo]", "--add", "1bd"],
            &["--from: \"2026-11-23T10:20[Asia/Tokyo]\" is no instant"],
        ),
        (
            &["--calendar", "standard", "--from", "2026-11-23T10:20", "--add", "5000 bd"],
            &["would be due more than three years later"],
        ),
        (
            &["--calendar", "standard", "--from", "1900-01-01T10:20", "--to", "1900-01-02T10:20"],
            &["open time is counted from 1970 to 2200"],
        ),
    ];
    for (arguments, expected) in cases {
        let (code, out, errors) = clock(&database, arguments);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{arguments:?}");
        for line in expected {
            assert!(errors.contains(line), "{arguments:?}: {errors}");
        }
    }
    for usage in [
        ["--calendar", "standard", "--from", "2026-11-23T10:20"].as_slice(),
        &["--calendar", "standard", "--from", "x", "--add", "1bd", "--to", "y"],
        &["--from", "x", "--add", "1bd"],
        &["--calendar", "standard", "--from", "x", "--add", "1bd", "--format", "xml"],
    ] {
        assert_eq!(clock(&database, usage).0, Some(2), "{usage:?}");
    }
    let (code, _, errors) = clock(
        &database,
        &["--calendar", "standard", "--from", "2026-11-23T10:20", "--add", "1bd", "--version", "7"],
    );
    assert_eq!(code, Some(1));
    assert!(errors.contains("there is no version 7 of the calendars in the database"), "{errors}");
}

#[test]
fn holidays_out_of_a_file_are_in_the_database_once_it_was_read() {
    let database = Database::fresh();
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let text = lizard::configuration::CALENDARS
        .text
        .replace("[calendar.standard]", "[calendar.standard]\nholidays_from = [\"feasts.ics\"]");
    std::fs::write(place("calendars.toml"), text).unwrap();
    let ran = |command: &str| {
        let file = place("calendars.toml");
        said(&database.lizard(command).env("LIZARD__FILES__CALENDARS", file).output().unwrap())
    };
    let event = |date: &str| {
        let day = format!("DTSTART;VALUE=DATE:{date}\r\nSUMMARY:Betriebs\r\n ausflug\r\n");
        format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{day}END:VEVENT\r\nEND:VCALENDAR\r\n")
    };
    std::fs::write(place("feasts.ics"), event("20261131")).unwrap();
    let wrong = format!("{}:3: \"20261131\" is no date, as 20261225\n", place("feasts.ics"));
    let (code, out, _) = ran("check");
    assert_eq!(code, Some(1));
    assert!(out.starts_with(&wrong), "{out}");
    assert!(ran("migrate").2.contains(wrong.trim()));

    std::fs::write(place("feasts.ics"), event("20261124")).unwrap();
    assert_eq!(ran("migrate").0, Some(0));
    std::fs::remove_file(place("feasts.ics")).unwrap();
    let walk = ["--calendar", "standard", "--from", "2026-11-23T15:00", "--add", "4bh"];
    let (code, out, errors) = clock(&database, &walk);
    assert_eq!(code, Some(0), "{errors}");
    assert!(out.contains("Tue 2026-11-24  holiday"), "{out}");
    assert!(out.ends_with("due       Wed 2026-11-25 11:00 +01:00  =  2026-11-25T10:00:00Z\n"), "{out}");
}
