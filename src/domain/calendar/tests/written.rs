//! How allowances, windows and calendars are written, and what a standard day comes to.

use super::*;

#[test]
fn an_allowance_is_read_and_shown_in_its_unit() {
    for (text, allowance, shown) in [
        ("30 min", Allowance::Minutes(30), "30 min"),
        ("4bh", Allowance::Hours(4), "4 bh"),
        (" 1  bd ", Allowance::Days(1), "1 bd"),
        ("0 bh", Allowance::Hours(0), "0 bh"),
    ] {
        assert_eq!(text.parse(), Ok(allowance));
        assert_eq!(allowance.to_string(), shown);
    }
    for wrong in ["", "4", "bh", "4 h", "1.5 bd", "-1 bh", "+1 bh", "99999999999 bh", "4 bh 5", "٤ bh"] {
        let refused = CalendarError::NotAnAllowance(wrong.to_owned());
        assert_eq!(wrong.parse::<Allowance>(), Err(refused));
    }
}

#[test]
fn a_window_is_read_and_shown_as_from_and_to() {
    for (text, shown) in [
        ("09:00-17:00", "09:00-17:00"),
        ("22:00 - 06:00", "22:00-06:00"),
        ("00:00-24:00", "00:00-24:00"),
        ("00:00-00:00", "00:00-24:00"),
        ("18:00-00:00", "18:00-24:00"),
        ("12:00-12:00", "12:00-12:00"),
    ] {
        assert_eq!(text.parse::<Window>().unwrap().to_string(), shown);
        assert_eq!(shown.parse::<Window>(), text.parse::<Window>());
    }
    for wrong in [
        "",
        "09:00",
        "9:00-17:00",
        "09:60-17:00",
        "24:00-06:00",
        "09:00-24:01",
        "25:00-26:00",
        "0900-1700",
        "09:00-17:00-18:00",
        "+9:00-17:00",
        "09:00:00-17:00",
    ] {
        let refused = CalendarError::NotAWindow(wrong.to_owned());
        assert_eq!(wrong.parse::<Window>(), Err(refused));
    }
}

#[test]
fn a_calendar_survives_being_stored() {
    let mut spec =
        spec("Europe/Berlin", &["mon-thu 09:00-12:00 13:00-17:00", "fri 22:00-06:00"], &["2026-12-25"]);
    spec.day = Some(Allowance::Hours(8));
    let stored = serde_json::to_string(&spec).unwrap();
    assert_eq!(serde_json::from_str::<CalendarSpec>(&stored).unwrap(), spec);
}

#[test]
fn a_calendar_is_stored_in_words() {
    let stored = serde_json::to_value(spec("UTC", &["mon 09:00-17:00"], &["2026-12-25"])).unwrap();
    let expected = serde_json::json!({
        "name": "test",
        "zone": "UTC",
        "week": {
            "mon": ["09:00-17:00"], "tue": [], "wed": [], "thu": [], "fri": [], "sat": [], "sun": []
        },
        "holidays": ["2026-12-25"],
    });
    assert_eq!(stored, expected);
}

#[test]
fn a_calendar_may_be_written_short_but_not_misspelt() {
    let read = |text: &str| serde_json::from_str::<CalendarSpec>(text);
    let short = r#"{"name": "a", "zone": "UTC", "week": {"mon": ["09:00-17:00"]}, "day": "8 bh"}"#;
    assert_eq!(read(short).unwrap().day, Some(Allowance::Hours(8)));
    let misspelt = read(&short.replace("mon", "mo")).unwrap_err().to_string();
    assert!(misspelt.contains("`mo`"), "{misspelt}");
    let wrong = read(&short.replace("17:00", "5pm")).unwrap_err().to_string();
    assert!(wrong.contains(r#""09:00-5pm" is no window"#), "{wrong}");
}

#[test]
fn the_standard_day_is_the_median_of_the_open_weekdays() {
    for (week, expected) in [
        (vec!["mon-fri 09:00-17:00"], minutes(480)),
        (vec!["mon-fri 09:00-12:00 13:00-17:15"], minutes(435)),
        (vec!["mon-thu 09:00-17:00", "fri 09:00-13:00"], minutes(480)),
        (vec!["mon-fri 09:00-17:00", "sat 10:00-12:00"], minutes(480)),
        (vec!["mon 09:00-12:00"], minutes(180)),
        (vec!["mon 09:00-12:00", "tue 09:00-14:00"], minutes(240)),
        (vec!["mon 09:00-12:00", "tue 09:00-12:01"], minutes(181)),
        (vec!["mon-fri 22:00-06:00"], minutes(480)),
        (vec!["mon-sun 00:00-24:00"], minutes(1440)),
    ] {
        let calendar = calendar("Europe/Berlin", &week, &[]);
        assert_eq!(calendar.standard_day(), expected, "{week:?}");
    }
}

#[test]
fn a_written_standard_day_stands_for_every_business_day() {
    let mut spec = spec("Europe/Berlin", &["mon-fri 09:00-17:00"], &[]);
    spec.day = Some(Allowance::Minutes(450));
    let office = Calendar::new(spec).unwrap();
    assert_eq!(office.open_time(Allowance::Days(2)), hours(15));
    assert_eq!(office.open_time(Allowance::Hours(2)), hours(2));
    assert_due(&office, "2026-06-01 09:00", "2 bd", "2026-06-02 16:00");
}

#[test]
fn a_standard_day_is_open_time_of_at_most_a_day() {
    for day in [Allowance::Hours(0), Allowance::Minutes(0), Allowance::Days(1), Allowance::Hours(25)] {
        let mut spec = spec("Europe/Berlin", &["mon-fri 09:00-17:00"], &[]);
        spec.day = Some(day);
        assert_eq!(Calendar::new(spec).unwrap_err(), CalendarError::BadDay(day));
    }
}

#[test]
fn refusals_name_the_value_in_question() {
    let office = office();
    let from = at(&office, "2026-06-01 09:00");
    let told = office.due(from, hours(100_000)).unwrap_err().to_string();
    assert_eq!(
        told,
        "100000h of open time from 2026-06-01T07:00:00Z would be due more than three years later"
    );
}
