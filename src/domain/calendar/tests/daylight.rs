//! Tables of window edges in daylight-saving gaps and overlaps.

use super::*;

/// Checks a row of zone, window, date, and the opening and closing that come of it (with their
/// offsets, and with their date where it is another).
#[track_caller]
fn assert_opened(row: &str) {
    let cells: Vec<&str> = row.split(' ').collect();
    let [zone, window, date, opens, closes] = cells[..] else {
        panic!("five cells, not {row}");
    };
    let dated = |edge: &str| match edge.contains('T') {
        true => edge.to_owned(),
        false => format!("{date}T{edge}"),
    };
    assert_day(zone, window, date, Some((&dated(opens), &dated(closes))));
}

/// Checks when a window of every weekday is open on a date, and that a calendar counts just that.
#[track_caller]
fn assert_day(zone: &str, window: &str, date: &str, expected: Option<(&str, &str)>) {
    let calendar = calendar(zone, &[&format!("mon-sun {window}")], &[]);
    let date: Date = date.parse().unwrap();
    let opened = calendar.spec().week.mon[0].on(date, calendar.zone()).unwrap();
    let expected =
        expected.map(|(from, until)| Span { from: from.parse().unwrap(), until: until.parse().unwrap() });
    assert_eq!(opened, expected, "{window} on {date} in {zone}");
    if let Some(span) = expected {
        assert!(calendar.is_open(span.from), "open at its opening");
        assert_eq!(calendar.elapsed(span.from, span.until), span.length());
        assert_eq!(calendar.due(span.from, span.length()), Ok(span.until));
    }
}

#[test]
fn an_edge_in_a_gap_moves_forward_by_the_gap() {
    for row in [
        // Berlin: 02:00 becomes 03:00.
        "Europe/Berlin 02:30-05:00 2026-03-29 03:30+02 05:00+02",
        "Europe/Berlin 02:00-05:00 2026-03-29 03:00+02 05:00+02",
        "Europe/Berlin 01:00-02:30 2026-03-29 01:00+01 03:30+02",
        "Europe/Berlin 01:00-02:00 2026-03-29 01:00+01 03:00+02",
        // New York: 02:00 becomes 03:00.
        "America/New_York 02:15-04:00 2026-03-08 03:15-04 04:00-04",
        "America/New_York 00:30-02:15 2026-03-08 00:30-05 03:15-04",
        // Lord Howe: 02:00 becomes 02:30.
        "Australia/Lord_Howe 02:15-05:00 2026-10-04 02:45+11 05:00+11",
        "Australia/Lord_Howe 01:00-02:10 2026-10-04 01:00+10:30 02:40+11",
        // São Paulo and Beirut: midnight becomes 01:00.
        "America/Sao_Paulo 00:00-06:00 2018-11-04 01:00-02 06:00-02",
        "America/Sao_Paulo 00:30-06:00 2018-11-04 01:30-02 06:00-02",
        "Asia/Beirut 00:00-24:00 2026-03-29 01:00+03 2026-03-30T00:00+03",
        "Asia/Beirut 22:00-00:30 2026-03-28 22:00+02 2026-03-29T01:30+03",
        "Asia/Beirut 22:00-24:00 2026-03-28 22:00+02 2026-03-29T01:00+03",
    ] {
        assert_opened(row);
    }
}

#[test]
fn a_window_of_which_nothing_is_left_by_a_gap_stays_closed() {
    for (zone, window, date) in [
        ("Europe/Berlin", "02:00-03:00", "2026-03-29"),
        ("Europe/Berlin", "02:30-03:00", "2026-03-29"),
        ("Europe/Berlin", "02:30-03:15", "2026-03-29"),
        ("Asia/Beirut", "00:00-01:00", "2026-03-29"),
    ] {
        assert_day(zone, window, date, None);
    }
}

#[test]
fn a_window_inside_a_gap_moves_forward_as_a_whole() {
    for row in [
        "Europe/Berlin 02:15-02:45 2026-03-29 03:15+02 03:45+02",
        // Half an hour is skipped.
        "Australia/Lord_Howe 02:05-02:25 2026-10-04 02:35+11 02:55+11",
    ] {
        assert_opened(row);
    }
}

#[test]
fn an_edge_in_an_overlap_takes_its_first_occurrence() {
    for row in [
        // Berlin: 03:00+02 becomes 02:00+01.
        "Europe/Berlin 02:30-05:00 2026-10-25 02:30+02 05:00+01",
        "Europe/Berlin 01:00-02:30 2026-10-25 01:00+02 02:30+02",
        "Europe/Berlin 02:00-03:00 2026-10-25 02:00+02 03:00+01",
        "Europe/Berlin 02:15-02:45 2026-10-25 02:15+02 02:45+02",
        // New York: 02:00-04 becomes 01:00-05.
        "America/New_York 01:30-09:00 2026-11-01 01:30-04 09:00-05",
        "America/New_York 00:00-01:00 2026-11-01 00:00-04 01:00-04",
        // Lord Howe: 02:00+11 becomes 01:30+10:30.
        "Australia/Lord_Howe 01:45-03:00 2026-04-05 01:45+11 03:00+10:30",
        "Australia/Lord_Howe 00:00-01:30 2026-04-05 00:00+11 01:30+11",
        // São Paulo and Beirut: midnight becomes 23:00 of the day before.
        "America/Sao_Paulo 20:00-23:00 2018-02-17 20:00-02 23:00-02",
        "Asia/Beirut 23:30-24:00 2026-10-24 23:30+03 2026-10-25T00:00+02",
        "Asia/Beirut 23:15-23:45 2026-10-24 23:15+03 23:45+03",
    ] {
        assert_opened(row);
    }
}

#[test]
fn a_day_around_the_clock_holds_all_its_real_time() {
    for (zone, date, open) in [
        ("Europe/Berlin", "2026-03-29", minutes(23 * 60)),
        ("Europe/Berlin", "2026-10-25", minutes(25 * 60)),
        ("America/New_York", "2026-03-08", minutes(23 * 60)),
        ("America/New_York", "2026-11-01", minutes(25 * 60)),
        ("Australia/Lord_Howe", "2026-10-04", minutes(23 * 60 + 30)),
        ("Australia/Lord_Howe", "2026-04-05", minutes(24 * 60 + 30)),
        ("America/Sao_Paulo", "2018-11-04", minutes(23 * 60)),
        ("America/Sao_Paulo", "2018-02-17", minutes(25 * 60)),
        ("America/Havana", "2026-11-01", minutes(25 * 60)),
        ("Europe/Berlin", "2026-06-01", minutes(24 * 60)),
    ] {
        let around = calendar(zone, &["mon-sun 00:00-24:00"], &[]);
        let day = span::civil_day(date.parse().unwrap(), around.zone()).unwrap();
        assert_eq!(around.elapsed(day.from, day.until), open, "{date} in {zone}");
        assert_eq!(day.length(), open, "{date} in {zone}");
        assert_eq!(around.standard_day(), hours(24));
    }
}

#[test]
fn around_the_clock_open_time_is_real_time() {
    let around = calendar("Europe/Berlin", &["mon-sun 00:00-24:00"], &[]);
    assert_due(&around, "2026-03-28 12:00", "1 bd", "2026-03-29 13:00");
    assert_due(&around, "2026-10-24 12:00", "1 bd", "2026-10-25 11:00");
}

#[test]
fn both_passes_through_an_overlap_count() {
    let night = calendar("Europe/Berlin", &["mon-sun 01:00-04:00"], &[]);
    assert_due(&night, "2026-10-25 01:00", "2 bh", "2026-10-25T02:00:00+01:00");
    assert_due(&night, "2026-10-25T02:30:00+02:00", "1 bh", "2026-10-25T02:30:00+01:00");
    assert_due(&night, "2026-10-25 01:00", "4 bh", "2026-10-25 04:00");
}

#[test]
fn windows_brought_together_by_a_gap_count_once() {
    let night = calendar("Europe/Berlin", &["sun 01:00-02:30 03:00-04:00"], &[]);
    assert_due(&night, "2026-03-29 01:00", "2 bh", "2026-03-29 04:00");
}

#[test]
fn an_overnight_window_over_the_change_counts_real_time() {
    let night = calendar("Europe/Berlin", &["mon-sun 22:00-06:00"], &[]);
    assert_due(&night, "2026-03-28 22:00", "7 bh", "2026-03-29 06:00");
    assert_due(&night, "2026-10-24 22:00", "9 bh", "2026-10-25 06:00");
}

#[test]
fn a_holiday_ends_at_a_midnight_in_the_gap() {
    let beirut = calendar("Asia/Beirut", &["mon-sun 00:00-24:00"], &["2026-03-28"]);
    assert_due(&beirut, "2026-03-27 23:00", "2 bh", "2026-03-29 02:00");
    let beirut = calendar("Asia/Beirut", &["mon-sun 22:00-02:00"], &["2026-03-29"]);
    assert_due(&beirut, "2026-03-28 23:00", "1 bh", "2026-03-29T01:00:00+03:00");
}

#[test]
fn a_closing_moved_over_midnight_into_a_holiday_stops_at_midnight() {
    // Nuuk: 23:00 of Saturday becomes 00:00 of Sunday.
    let open = calendar("America/Nuuk", &["mon-sun 20:00-23:30"], &[]);
    assert_due(&open, "2026-03-28 20:00", "210 min", "2026-03-29 00:30");
    let nuuk = calendar("America/Nuuk", &["mon-sun 20:00-23:30"], &["2026-03-29"]);
    assert_due(&nuuk, "2026-03-28 20:00", "3 bh", "2026-03-29 00:00");
}

#[test]
fn a_date_the_zone_skipped_adds_nothing() {
    let apia = calendar("Pacific/Apia", &["mon-sun 09:00-17:00"], &[]);
    assert_due(&apia, "2011-12-29 16:00", "2 bh", "2011-12-31 10:00");
}
