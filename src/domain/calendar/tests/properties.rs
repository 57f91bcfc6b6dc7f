//! What holds for any calendar, start and allowance.

use proptest::{collection::btree_set, prelude::*, sample::select};

use super::*;

const ZONES: [&str; 9] = [
    "America/St_Johns",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "America/Havana",
    "Pacific/Apia",
    "UTC",
];

/// Up to three windows a day from sorted five-minute marks; the last may run over midnight.
fn day() -> impl Strategy<Value = Vec<Window>> {
    let marks = prop_oneof![btree_set(0..=288_u16, 0..=6), btree_set(0..=60_u16, 0..=6)];
    marks.prop_map(|marks| {
        let marks: Vec<u16> = marks.into_iter().collect();
        let clock = |mark: u16| format!("{:02}:{:02}", mark / 12, mark % 12 * 5);
        marks
            .chunks_exact(2)
            .map(|pair| format!("{}-{}", clock(pair[0]), clock(pair[1])).parse().unwrap())
            .collect()
    })
}

fn week() -> impl Strategy<Value = Week> {
    let nights = select(vec![
        "mon-sun 22:00-06:00",
        "fri 20:00-02:30",
        "mon-sun 12:00-12:00",
        "mon-sun 00:00-24:00",
        "sat-sun 23:30-02:15",
    ]);
    prop_oneof![
        3 => [day(), day(), day(), day(), day(), day(), day()].prop_map(|days| {
            let [mon, tue, wed, thu, fri, sat, sun] = days;
            Week { mon, tue, wed, thu, fri, sat, sun }
        }),
        1 => nights.prop_map(|line| spec("UTC", &[line], &[]).week),
    ]
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let holidays = btree_set(0..1_500_i64, 0..60);
    (select(&ZONES[..]), week(), holidays).prop_filter_map("never open", |(zone, week, holidays)| {
        let first: Date = "2009-01-01".parse().unwrap();
        let holidays = holidays.iter().map(|day| first + SignedDuration::from_hours(24 * day));
        Calendar::new(CalendarSpec {
            name: "any".to_owned(),
            zone: zone.to_owned(),
            week,
            holidays: holidays.collect(),
            day: None,
        })
        .ok()
    })
}

/// Microseconds from 2009 to 2012, the years in which Apia skipped a day.
fn instant() -> impl Strategy<Value = Timestamp> {
    (1_230_768_000_000_000..1_325_500_000_000_000_i64)
        .prop_map(|micros| Timestamp::from_microsecond(micros).unwrap())
}

/// Up to about sixty hours, rarely whole, sometimes whole.
fn open_time() -> impl Strategy<Value = SignedDuration> {
    prop_oneof![
        (1..200_000_000_000_i64).prop_map(SignedDuration::from_micros),
        (1..60_i64).prop_map(SignedDuration::from_hours),
    ]
}

proptest! {
    #![proptest_config(crate::domain::samples::cases(200))]

    #[test]
    fn the_time_elapsed_at_the_due_is_the_allowance(
        calendar in any_calendar(), from in instant(), open in open_time(),
    ) {
        let due = calendar.due(from, open);
        prop_assume!(due.is_ok());
        let due = due.unwrap();
        prop_assert_eq!(calendar.elapsed(from, due), open);
        // And not one moment earlier.
        let before = due - SignedDuration::from_nanos(1);
        prop_assert!(calendar.elapsed(from, before) < open);
    }

    #[test]
    fn a_later_start_or_a_longer_allowance_is_never_due_earlier(
        calendar in any_calendar(), from in instant(), later in 0..2_000_000_000_000_i64,
        open in open_time(), more in open_time(),
    ) {
        let (Ok(due), Ok(longer)) = (calendar.due(from, open), calendar.due(from, open + more)) else {
            return Ok(());
        };
        prop_assert!(due < longer);
        if let Ok(started_later) = calendar.due(from + SignedDuration::from_micros(later), open) {
            prop_assert!(due <= started_later);
        }
    }

    #[test]
    fn elapsed_time_adds_up(
        calendar in any_calendar(), instants in proptest::array::uniform3(instant()),
    ) {
        let mut instants = instants;
        instants.sort_unstable();
        let [a, b, c] = instants;
        prop_assert_eq!(calendar.elapsed(a, b) + calendar.elapsed(b, c), calendar.elapsed(a, c));
        prop_assert!(calendar.elapsed(a, c) <= c.duration_since(a));
    }

    #[test]
    fn an_allowance_in_two_parts_is_due_when_the_whole_is(
        calendar in any_calendar(), from in instant(), one in open_time(), other in open_time(),
    ) {
        let Ok(whole) = calendar.due(from, one + other) else { return Ok(()) };
        let part = calendar.due(from, one).unwrap();
        prop_assert_eq!(calendar.due(part, other).unwrap(), whole);
    }

    #[test]
    fn a_walk_ends_at_the_due_with_the_whole_allowance(
        calendar in any_calendar(), from in instant(), open in open_time(),
    ) {
        let Ok(due) = calendar.due(from, open) else { return Ok(()) };
        let walk = calendar.walk(from, open).unwrap();
        let mut total = SignedDuration::ZERO;
        let mut reached = from;
        for step in &walk {
            let mut day = SignedDuration::ZERO;
            for window in &step.windows {
                prop_assert!(reached <= window.from && window.from < window.until);
                prop_assert!(calendar.is_open(window.from));
                prop_assert_eq!(calendar.elapsed(window.from, window.until), window.length());
                day += window.length();
                reached = window.until;
            }
            total += day;
            prop_assert!(!step.holiday || step.windows.is_empty());
            prop_assert_eq!((step.open, step.total), (day, total));
        }
        prop_assert_eq!((total, reached), (open, due));
    }

    #[test]
    fn an_instant_is_open_exactly_if_time_passes_there(calendar in any_calendar(), at in instant()) {
        let passes = calendar.elapsed(at, at + SignedDuration::from_nanos(1));
        prop_assert_eq!(calendar.is_open(at), passes == SignedDuration::from_nanos(1));
    }
}
