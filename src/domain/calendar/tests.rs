//! Named rules of business time, on small calendars. Daylight saving and the properties
//! have files of their own; the reference cases are in `tests/business_time.rs`.

mod bounds;
mod daylight;
mod properties;
mod written;

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::*;

/// A calendar from lines such as `mon-fri 09:00-12:00 13:00-17:00` or `sat 10:00-14:00`.
fn spec(zone: &str, week: &[&str], holidays: &[&str]) -> CalendarSpec {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let mut days: Vec<Vec<Window>> = vec![Vec::new(); 7];
    for line in week {
        let (names, windows) = line.split_once(' ').unwrap();
        let (first, last) = names.split_once('-').unwrap_or((names, names));
        let index = |name| NAMES.iter().position(|n| *n == name).unwrap();
        for day in &mut days[index(first)..=index(last)] {
            day.extend(windows.split(' ').map(|w| w.parse::<Window>().unwrap()));
        }
    }
    let [mon, tue, wed, thu, fri, sat, sun] = days.try_into().unwrap();
    CalendarSpec {
        name: "test".to_owned(),
        zone: zone.to_owned(),
        week: Week { mon, tue, wed, thu, fri, sat, sun },
        holidays: holidays.iter().map(|h| h.parse::<Date>().unwrap()).collect(),
        day: None,
    }
}

fn calendar(zone: &str, week: &[&str], holidays: &[&str]) -> Calendar {
    Calendar::new(spec(zone, week, holidays)).unwrap()
}

fn office() -> Calendar {
    calendar("Europe/Berlin", &["mon-fri 09:00-17:00"], &[])
}

/// An instant in the calendar's zone: `2026-03-27 16:30`, or with an offset where it is ambiguous.
fn at(calendar: &Calendar, civil: &str) -> Timestamp {
    let zone = calendar.zone();
    match civil.parse::<Timestamp>() {
        Ok(instant) => instant,
        Err(_) => {
            let civil: jiff::civil::DateTime = civil.parse().unwrap();
            zone.to_ambiguous_timestamp(civil).unambiguous().unwrap()
        }
    }
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Checks the due in local time, and that elapsed and the walk agree with it.
#[track_caller]
fn assert_due(calendar: &Calendar, from: &str, allowance: &str, expected: &str) {
    let from = at(calendar, from);
    let allowance: Allowance = allowance.parse().unwrap();
    let open = calendar.open_time(allowance);
    let due = calendar.due_after(from, allowance).unwrap();
    assert_eq!(due, at(calendar, expected), "due at {}", due.to_zoned(calendar.zone().clone()));
    assert_eq!(calendar.elapsed(from, due), open);
    let walk = calendar.walk(from, open).unwrap();
    assert_eq!(walk.last().unwrap().total, open);
}

#[test]
fn four_business_hours_from_friday_half_past_four_are_due_on_monday_half_past_twelve() {
    assert_due(&office(), "2026-03-20 16:30", "4 bh", "2026-03-23 12:30");
}

#[test]
fn friday_to_monday_is_the_same_over_a_daylight_saving_change() {
    assert_due(&office(), "2026-03-27 16:30", "4 bh", "2026-03-30 12:30");
    assert_due(&office(), "2026-10-23 16:30", "4 bh", "2026-10-26 12:30");
    let new_york = calendar("America/New_York", &["mon-fri 09:00-17:00"], &[]);
    assert_due(&new_york, "2026-03-06 16:30", "4 bh", "2026-03-09 12:30");
    assert_due(&new_york, "2026-10-30 16:30", "4 bh", "2026-11-02 12:30");
}

#[test]
fn a_clock_that_runs_out_at_closing_time_is_due_at_closing() {
    assert_due(&office(), "2026-03-20 16:30", "30 min", "2026-03-20 17:00");
    assert_due(&office(), "2026-03-20 09:00", "1 bd", "2026-03-20 17:00");
    assert_due(&office(), "2026-03-20 12:00", "13 bh", "2026-03-23 17:00");
}

#[test]
fn a_clock_that_runs_out_at_lunch_is_due_at_lunch() {
    let lunch = calendar("Europe/London", &["mon-fri 08:30-12:00 13:00-17:15"], &[]);
    assert_due(&lunch, "2026-06-03 11:00", "1 bh", "2026-06-03 12:00");
    assert_due(&lunch, "2026-06-03 11:00", "61 min", "2026-06-03 13:01");
    assert_due(&lunch, "2026-06-03 12:20", "30 min", "2026-06-03 13:30");
    assert_due(&lunch, "2026-06-03 16:15", "2 bh", "2026-06-04 09:30");
}

#[test]
fn a_zero_allowance_is_due_at_once_even_when_closed() {
    for from in ["2026-03-20 10:00", "2026-03-20 17:00", "2026-03-21 03:33"] {
        for zero in ["0 min", "0 bh", "0 bd"] {
            assert_due(&office(), from, zero, from);
        }
    }
    let from = at(&office(), "2026-03-21 03:33");
    assert_eq!(office().due(from, hours(-3)), Ok(from));
}

#[test]
fn a_start_outside_open_time_counts_from_the_next_opening() {
    assert_due(&office(), "2026-03-18 06:00", "1 bh", "2026-03-18 10:00");
    assert_due(&office(), "2026-03-20 17:00", "1 min", "2026-03-23 09:01");
    assert_due(&office(), "2026-03-21 12:00", "1 bd", "2026-03-23 17:00");
}

#[test]
fn a_holiday_is_closed() {
    let easter = ["2026-04-03", "2026-04-06"];
    let office = calendar("Europe/Berlin", &["mon-fri 09:00-17:00"], &easter);
    assert_due(&office, "2026-04-02 16:30", "4 bh", "2026-04-07 12:30");
    assert_due(&office, "2026-04-03 10:00", "1 bh", "2026-04-07 10:00");
}

#[test]
fn a_holiday_is_a_civil_date_of_the_zone_and_not_of_utc() {
    let auckland = calendar("Pacific/Auckland", &["mon-fri 09:00-17:00"], &["2026-02-06"]);
    assert!(auckland.is_open("2026-02-04T20:00:00Z".parse().unwrap()));
    assert!(!auckland.is_open("2026-02-05T20:00:00Z".parse().unwrap()));
}

#[test]
fn an_overnight_window_counts_on_both_sides_of_midnight() {
    let night = calendar("Europe/Berlin", &["mon-fri 22:00-06:00"], &[]);
    assert_due(&night, "2026-06-01 23:00", "3 bh", "2026-06-02 02:00");
    assert_due(&night, "2026-06-05 23:00", "8 bh", "2026-06-08 23:00");
    assert_due(&night, "2026-06-05 22:00", "8 bh", "2026-06-06 06:00");
}

#[test]
fn an_overnight_window_into_a_holiday_stops_at_midnight() {
    let night = calendar("Europe/Berlin", &["mon-sun 22:00-06:00"], &["2026-06-03"]);
    assert_due(&night, "2026-06-02 21:00", "2 bh", "2026-06-03 00:00");
    // The holiday's evening stays closed; its window is open from the midnight that ends it.
    assert_due(&night, "2026-06-02 21:00", "3 bh", "2026-06-04 01:00");
    assert!(!night.is_open(at(&night, "2026-06-03 23:59")));
    assert!(night.is_open(at(&night, "2026-06-04 00:00")));
}

#[test]
fn two_holidays_in_a_row_leave_nothing_between_them() {
    let holidays = ["2026-06-03", "2026-06-04"];
    let night = calendar("Europe/Berlin", &["mon-sun 22:00-06:00"], &holidays);
    assert_due(&night, "2026-06-02 23:00", "2 bh", "2026-06-05 01:00");
}

#[test]
fn weekdays_without_a_window_are_skipped() {
    let market = calendar("Asia/Kolkata", &["tue 10:00-16:00", "thu 10:00-14:00"], &[]);
    assert_due(&market, "2026-06-02 15:00", "2 bh", "2026-06-04 11:00");
    assert_due(&market, "2026-06-05 15:00", "1 bh", "2026-06-09 11:00");
    let monday = calendar("Asia/Kolkata", &["mon 09:00-10:00"], &[]);
    assert_due(&monday, "2026-06-01 09:30", "3 bh", "2026-06-22 09:30");
}

#[test]
fn touching_windows_count_as_one() {
    let split = calendar("Europe/Berlin", &["mon-fri 09:00-12:00 12:00-17:00"], &[]);
    assert_due(&split, "2026-06-01 11:00", "2 bh", "2026-06-01 13:00");
    let from = at(&split, "2026-06-01 09:00");
    assert_eq!(split.walk(from, hours(8)).unwrap()[0].windows.len(), 1);
    let around = calendar("Europe/Berlin", &["mon-sun 00:00-24:00"], &[]);
    assert_due(&around, "2026-06-01 20:00", "10 bh", "2026-06-02 06:00");
}

#[test]
fn a_window_over_new_year_counts_through() {
    let night = calendar("America/New_York", &["mon-sun 18:00-03:00"], &[]);
    assert_due(&night, "2026-12-31 18:00", "9 bh", "2027-01-01 03:00");
    let from = at(&night, "2026-12-31 18:00");
    let walk = night.walk(from, hours(9)).unwrap();
    assert_eq!(walk.len(), 2);
    assert_eq!(walk[0].windows.len(), 1, "not cut at the UTC year");
}

#[test]
fn new_year_far_from_utc_counts_through() {
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Auckland"] {
        let noon = calendar(zone, &["mon-sun 12:00-12:00"], &[]);
        assert_due(&noon, "2025-12-30 13:00", "3 bd", "2026-01-02 13:00");
        let around = calendar(zone, &["mon-sun 00:00-24:00"], &["2026-01-01"]);
        assert_due(&around, "2025-12-31 13:00", "12 bh", "2026-01-02 01:00");
    }
}

#[test]
fn opening_is_open_and_closing_is_closed() {
    let office = office();
    let open = |civil| office.is_open(at(&office, civil));
    assert!(!open("2026-06-01 08:59:59.999999999"));
    assert!(open("2026-06-01 09:00"));
    assert!(open("2026-06-01 16:59:59.999999999"));
    assert!(!open("2026-06-01 17:00"));
    assert!(!open("2026-06-06 12:00"));
}

#[test]
fn elapsed_is_zero_backwards_and_outside_open_time() {
    let office = office();
    let (noon, one) = (at(&office, "2026-06-01 12:00"), at(&office, "2026-06-01 13:00"));
    assert_eq!(office.elapsed(noon, one), hours(1));
    assert_eq!(office.elapsed(one, noon), SignedDuration::ZERO);
    assert_eq!(office.elapsed(noon, noon), SignedDuration::ZERO);
    let (saturday, sunday) = (at(&office, "2026-06-06 00:00"), at(&office, "2026-06-07 23:00"));
    assert_eq!(office.elapsed(saturday, sunday), SignedDuration::ZERO);
}

#[test]
fn microseconds_and_nanoseconds_are_kept() {
    let office = office();
    let from = at(&office, "2026-06-05 16:59:59.999999");
    let due = office.due(from, SignedDuration::from_micros(3)).unwrap();
    assert_eq!(due, at(&office, "2026-06-08 09:00:00.000002"));
    let due = office.due(from, SignedDuration::from_nanos(1_001)).unwrap();
    assert_eq!(due, at(&office, "2026-06-08 09:00:00.000000001"));
}

#[test]
fn a_walk_tells_each_day_from_start_to_due() {
    let office = calendar("Europe/Berlin", &["mon-fri 09:00-12:00 13:00-17:00"], &["2026-06-04"]);
    let from = at(&office, "2026-06-03 11:00");
    let walk = office.walk(from, hours(7)).unwrap();
    let told: Vec<String> = walk
        .iter()
        .map(|step| {
            let windows: Vec<String> = step.windows.iter().map(|w| told_window(&office, w)).collect();
            let holiday = if step.holiday { " holiday" } else { "" };
            let (open, total) = (step.open, step.total);
            format!("{}{holiday} [{}] {open:#} {total:#}", step.date, windows.join(", "))
        })
        .collect();
    let expected = [
        "2026-06-03 [11:00-12:00, 13:00-17:00] 5h 5h",
        "2026-06-04 holiday [] 0s 5h",
        "2026-06-05 [09:00-11:00] 2h 7h",
    ];
    assert_eq!(told, expected);
}

fn told_window(calendar: &Calendar, span: &Span) -> String {
    let local = |at: Timestamp| calendar.zone().to_datetime(at).strftime("%H:%M").to_string();
    format!("{}-{}", local(span.from), local(span.until))
}

#[test]
fn a_walk_that_ends_at_midnight_does_not_tell_the_next_day() {
    let around = calendar("Europe/Berlin", &["mon-sun 00:00-24:00"], &[]);
    let walk = around.walk(at(&around, "2026-06-01 20:00"), hours(4)).unwrap();
    assert_eq!(walk.len(), 1);
}

#[test]
fn a_walk_of_nothing_is_one_step_without_windows() {
    let office = office();
    let walk = office.walk(at(&office, "2026-06-01 10:00"), SignedDuration::ZERO).unwrap();
    assert_eq!(walk.len(), 1);
    assert!(walk[0].windows.is_empty() && walk[0].total.is_zero());
}
