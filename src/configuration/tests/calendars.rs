use super::super::{CALENDARS, Source, TAXONOMY, calendars, taxonomy};
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
        assert_eq!(set.name_for("deal_desk", "nordwind", region), name);
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

[partners]
nordwind = \"second\"

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
            "nordwind = \"second\"",
            "nordwind = \"seccond\"",
            "partner \"nordwind\" names the calendar \"seccond\", which does not exist; did you mean \"second\"?",
        ),
        (
            "nordwind = \"second\"",
            "Nordwind = \"second\"",
            "partners.Nordwind: a partner's slug must be 1 to 60 lower-case letters and digits, with single hyphens between them",
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

const FEAST: &str = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261231\nEND:VEVENT\nEND:VCALENDAR\n";

#[test]
fn holidays_come_out_of_files_beside_the_calendars() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("feast.ics"), FEAST).unwrap();
    let file = folder.path().join("calendars.toml").display().to_string();
    let (text, line) = with_line(SMALL, "day = \"8 bh\"", "holidays_from = [\"feast.ics\"]");
    let set = calendars::read(Source { file: &file, text: &text }, None).unwrap();
    let dates: Vec<String> = set.calendars["standard"].holidays.iter().map(ToString::to_string).collect();
    assert_eq!(dates, ["2026-12-25", "2026-12-26", "2026-12-31"]);
    assert!(set.calendars["second"].holidays.is_empty());
    assert_eq!(
        lines(calendars::read_alone(Source { file: &file, text: &text }, None, &[])),
        [format!(
            "{file}:{line}: calendar.standard.holidays_from: only a file of calendars may name files: write the dates into `holidays`"
        )]
    );
}

#[test]
fn what_is_wrong_in_a_file_of_holidays_is_said_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.ics"), FEAST.replace("1231", "1332")).unwrap();
    let file = folder.path().join("calendars.toml").display().to_string();
    let (text, line) =
        with_line(SMALL, "day = \"8 bh\"", "holidays_from = [\"bad.ics\", \"gone.ics\", \"bad.ics\", 7]");
    let found = lines(calendars::read(Source { file: &file, text: &text }, None));
    let beside = |name: &str| folder.path().join(name).display().to_string();
    assert_eq!(found.len(), 3, "{found:#?}");
    let gone =
        format!("{file}:{line}: calendar.standard.holidays_from: {} cannot be read: ", beside("gone.ics"));
    assert!(found[0].starts_with(&gone), "{found:#?}");
    let seven = "calendar.standard.holidays_from: must be a text in quotes, not a number";
    assert_eq!(found[1], format!("{file}:{line}: {seven}"));
    assert_eq!(found[2], format!("{}:3: \"20261332\" is no date, as 20261225", beside("bad.ics")));
}

#[test]
fn a_calendar_on_which_a_ladder_is_not_sound_is_named() {
    let ladder = super::super::ladder::read(super::super::LADDER, &[]).unwrap();
    let (text, line) = with_line(SMALL, "day = \"8 bh\"", "day = \"2 bh\"");
    let line = line
        - text.lines().take(line).collect::<Vec<_>>().iter().rev().position(|l| l.starts_with('[')).unwrap();
    let found = lines(calendars::read_alone(source(&text), None, &[&ladder, &ladder]));
    let expected = ["P1: rung 4 is due before rung 3", "P2: rung 3 is due before rung 2"]
        .map(|why| format!("f:{line}: on the calendar \"standard\" the ladder is not sound: {why}"));
    assert_eq!(found, expected);
}
