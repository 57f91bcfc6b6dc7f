//! What cannot be answered is an error, or zero; never a hang and never a panic.

use super::*;

#[test]
fn a_week_without_windows_is_refused() {
    let refused = Calendar::new(spec("Europe/Berlin", &[], &[]));
    assert_eq!(refused.unwrap_err(), CalendarError::NeverOpen);
}

#[test]
fn an_unknown_zone_is_refused_by_name() {
    for zone in ["Europe/Atlantis", "", "Etc/Unknown"] {
        let refused = Calendar::new(spec(zone, &["mon 09:00-17:00"], &[])).unwrap_err();
        assert_eq!(refused, CalendarError::UnknownZone(zone.to_owned()));
    }
}

#[test]
fn overlapping_windows_are_refused_and_named() {
    for (week, one, other) in [
        (vec!["mon 09:00-13:00 12:00-17:00"], "mon 09:00-13:00", "mon 12:00-17:00"),
        (vec!["mon 12:00-17:00 09:00-13:00"], "mon 09:00-13:00", "mon 12:00-17:00"),
        (vec!["mon 22:00-06:00", "tue 05:00-09:00"], "mon 22:00-06:00", "tue 05:00-09:00"),
        (vec!["sun 22:00-06:00", "mon 05:00-09:00"], "sun 22:00-06:00", "mon 05:00-09:00"),
        (vec!["tue 09:00-17:00 09:00-17:00"], "tue 09:00-17:00", "tue 09:00-17:00"),
        (vec!["mon 00:00-24:00 10:00-11:00"], "mon 00:00-24:00", "mon 10:00-11:00"),
    ] {
        let refused = Calendar::new(spec("Europe/Berlin", &week, &[])).unwrap_err();
        assert_eq!(refused, CalendarError::Overlap(one.to_owned(), other.to_owned()));
    }
}

#[test]
fn touching_windows_are_accepted() {
    for week in [
        vec!["mon 09:00-12:00 12:00-17:00"],
        vec!["mon-sun 00:00-24:00"],
        vec!["mon-sun 12:00-12:00"],
        vec!["sun 22:00-06:00", "mon 06:00-09:00"],
    ] {
        assert!(Calendar::new(spec("Europe/Berlin", &week, &[])).is_ok(), "{week:?}");
    }
}

#[test]
fn an_allowance_of_years_is_too_long() {
    let office = office();
    let from = at(&office, "2026-06-01 09:00");
    // 261 or so days of 8 h a year.
    assert!(office.due(from, hours(3 * 261 * 8)).is_ok());
    for open in [hours(3 * 263 * 8), hours(24 * 10_000), SignedDuration::MAX] {
        let too_long = CalendarError::AllowanceTooLong { open, from };
        assert_eq!(office.due(from, open), Err(too_long.clone()));
        assert_eq!(office.walk(from, open), Err(too_long));
    }
    for most in [Allowance::Minutes(u32::MAX), Allowance::Hours(u32::MAX), Allowance::Days(u32::MAX)] {
        assert!(matches!(office.due_after(from, most), Err(CalendarError::AllowanceTooLong { .. })));
    }
}

#[test]
fn holidays_that_close_everything_are_an_error_and_not_a_hang() {
    let mut spec = spec("Europe/Berlin", &["mon-fri 09:00-17:00"], &[]);
    let first: Date = "2026-01-01".parse().unwrap();
    spec.holidays = first.series(jiff::ToSpan::days(1)).take(366 * 5).collect();
    let closed = Calendar::new(spec).unwrap();
    let from = at(&closed, "2026-06-01 09:00");
    let refused = closed.due(from, minutes(1)).unwrap_err();
    assert!(matches!(refused, CalendarError::AllowanceTooLong { .. }));
    assert_eq!(closed.elapsed(from, at(&closed, "2030-01-01 00:00")), SignedDuration::ZERO);
}

#[test]
fn instants_outside_the_counted_years_are_an_error_or_zero() {
    let office = office();
    let instants = [
        Timestamp::MIN,
        Timestamp::MAX,
        "1969-12-31T23:00:00Z".parse().unwrap(),
        "2201-01-01T00:00:00Z".parse().unwrap(),
        "9999-12-30T12:00:00Z".parse().unwrap(),
        "2200-12-31T23:00:00Z".parse().unwrap(),
    ];
    for from in instants {
        assert_eq!(office.due(from, hours(1)), Err(CalendarError::OutOfRange(from)));
        assert_eq!(office.walk(from, hours(1)), Err(CalendarError::OutOfRange(from)));
        assert_eq!(office.due(from, SignedDuration::ZERO), Ok(from));
        assert_eq!(office.due(from, SignedDuration::MIN), Ok(from));
        assert!(!office.is_open(from));
        // Whatever a walk of nothing says there, it says it without a panic.
        let _ = office.walk(from, SignedDuration::ZERO);
    }
    let late = at(&office, "2200-12-30 16:00");
    assert!(office.due(late, hours(1)).is_ok());
    assert_eq!(office.due(late, hours(90)), Err(CalendarError::OutOfRange(late)));
}

#[test]
fn time_outside_the_counted_years_counts_as_closed() {
    let around = calendar("UTC", &["mon-sun 00:00-24:00"], &[]);
    let all = around.elapsed(Timestamp::MIN, Timestamp::MAX);
    let last: Timestamp = "2201-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(all, last.duration_since(Timestamp::UNIX_EPOCH));
    let before: Timestamp = "1969-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(around.elapsed(Timestamp::MIN, before), SignedDuration::ZERO);
    assert_eq!(around.elapsed(last, Timestamp::MAX), SignedDuration::ZERO);
}
