use super::super::{CALENDARS, TAXONOMY, calendars, taxonomy};
use super::{lines, source, with_line};
use jiff::SignedDuration;

#[test]
fn the_built_in_calendars_have_their_standard_days_and_regions() {
    let set = calendars::read(CALENDARS, None).unwrap();
    for (name, zone, hours) in [
        ("standard", "Europe/Berlin", 8),
        ("americas", "America/New_York", 8),
        ("apac", "Asia/Singapore", 9),
        ("around_the_clock", "UTC", 24),
    ] {
        let calendar = set.compile(name).unwrap();
        assert_eq!(calendar.spec().zone, zone);
        assert_eq!(calendar.standard_day(), SignedDuration::from_hours(hours));
    }
    for (region, name) in
        [("EMEA", "standard"), ("americas", "americas"), ("APAC", "apac"), ("mars", "standard")]
    {
        assert_eq!(set.name_for("deal_desk", region), name);
    }
}

const SMALL: &str = "\
default = \"standard\"

[calendar.standard]
zone = \"Europe/Berlin\"
week.mon = [\"09:00-17:00\"]
week.tue = [\"09:00-12:00\", \"13:00-17:00\"]
day = \"8 bh\"
holidays = [
  2026-12-25,
  2026-12-26,
]

[calendar.second]
zone = \"UTC\"
week.wed = [\"00:00-24:00\"]

[regions]
emea = \"standard\"

[teams]
deal_desk = \"second\"";

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_wrong_line_is_named() {
    let taxonomy = taxonomy::read(TAXONOMY).unwrap();
    let read = |text: &str| lines(calendars::read(source(text), Some(&taxonomy)));
    assert_eq!(read(SMALL), [""; 0]);
    let cases = [
        (
            "default = \"standard\"",
            "default = \"standart\"",
            "the default calendar \"standart\" does not exist; did you mean \"standard\"?",
        ),
        ("default = \"standard\"", "", "default: missing"),
        (
            "zone = \"Europe/Berlin\"",
            "zone = \"Europe/Berlim\"",
            "calendar \"standard\": there is no time zone \"Europe/Berlim\"; write an IANA name such as Europe/Berlin",
        ),
        (
            "week.mon = [\"09:00-17:00\"]",
            "week.mo = [\"09:00-17:00\"]",
            "calendar.standard.week.mo: unknown key; did you mean \"mon\"?",
        ),
        (
            "week.mon = [\"09:00-17:00\"]",
            "week.mon = \"09:00-17:00\"",
            "calendar.standard.week.mon: must be a list in [ ], not a text",
        ),
        (
            "week.mon = [\"09:00-17:00\"]",
            "week.mon = [\"9-17\"]",
            "calendar.standard.week.mon: \"9-17\" is no window; write \"09:00-17:00\", \"22:00-06:00\" or \"00:00-24:00\"",
        ),
        (
            "week.tue = [\"09:00-12:00\", \"13:00-17:00\"]",
            "week.tue = [\"09:00-13:30\", \"13:00-17:00\"]",
            "calendar \"standard\": the windows tue 09:00-13:30 and tue 13:00-17:00 overlap",
        ),
        (
            "day = \"8 bh\"",
            "day = \"1 bd\"",
            "calendar \"standard\": a standard day is more than 0 min and at most 24 bh, not 1 bd",
        ),
        (
            "  2026-12-26,",
            "  \"2026-12-26\",",
            "calendar.standard.holidays: must be a date without time and without quotes, such as 2026-12-25, not a text",
        ),
        (
            "week.wed = [\"00:00-24:00\"]",
            "week.wed = []",
            "calendar \"second\": the calendar has no window on any weekday, so it is never open",
        ),
        (
            "emea = \"standard\"",
            "emea = \"secnd\"",
            "region \"emea\" names the calendar \"secnd\", which does not exist; did you mean \"second\"?",
        ),
        (
            "emea = \"standard\"",
            "EMEA = \"second\"\nemea = \"standard\"",
            "region \"emea\" is listed twice; upper and lower case are the same region",
        ),
        (
            "deal_desk = \"second\"",
            "deal_desk = \"third\"",
            "team \"deal_desk\" names the calendar \"third\", which does not exist",
        ),
        (
            "deal_desk = \"second\"",
            "dealdesk = \"second\"",
            "the taxonomy has no team \"dealdesk\"; did you mean \"deal_desk\"?",
        ),
        (
            "deal_desk = \"second\"",
            "deal_desk = 2",
            "teams.deal_desk: must be a text in quotes, not a number",
        ),
    ];
    for (old, new, problem) in cases {
        let (text, line) = with_line(SMALL, old, new);
        let line = line + new.matches('\n').count();
        assert_eq!(read(&text), [format!("f:{line}: {problem}")], "{new}");
    }
}

#[test]
fn a_calendar_that_cannot_be_read_is_not_missed_by_those_who_name_it() {
    let (text, first) = with_line(SMALL, "  2026-12-26,", "  26,");
    let (text, second) = with_line(&text, "zone = \"UTC\"", "zone = \"UTX\"");
    let found = lines(calendars::read(source(&text), None));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with(&format!("f:{first}: calendar.standard.holidays: must be a date")));
    assert!(found[1].starts_with(&format!("f:{second}: calendar \"second\": there is no time zone")));
}
