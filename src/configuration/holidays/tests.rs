use super::*;

/// As a program that exports writes it: CRLF at the end of each line.
fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn calendar(events: &str) -> Vec<u8> {
    crlf(&format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test\n{events}END:VCALENDAR\n"))
}

fn read(text: &[u8]) -> Vec<String> {
    dates(text).unwrap().iter().map(ToString::to_string).collect()
}

fn wrong(text: &[u8]) -> Vec<String> {
    dates(text).unwrap_err().iter().map(|(line, message)| format!("{line}: {message}")).collect()
}

/// An event of one line a property.
fn event(properties: &str) -> Vec<u8> {
    calendar(&format!("BEGIN:VEVENT\nUID:1\nSUMMARY:Fest\n{properties}\nEND:VEVENT\n"))
}

const GERMAN: &str = "\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Feiertage Beispiel//DE
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Feiertage in Bayern 2026/27
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260106
DTEND;VALUE=DATE:20260107
DTSTAMP:20251101T101500Z
UID:heilige-drei-koenige-2026@example.org
CLASS:PUBLIC
DESCRIPTION:Gesetzlicher Feiertag in Baden-Württemberg\\, Bayern und Sachsen
 -Anhalt; siehe https://example.org/f
 eiertage
STATUS:CONFIRMED
SUMMARY;LANGUAGE=de:Heilige Drei Könige
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261225
DTEND;VALUE=DATE:20261227
UID:weihnachten-2026@example.org
SUMMARY:1. und 2. Weihnachtstag
BEGIN:VALARM
TRIGGER:-P1D
ACTION:DISPLAY
DTSTART:20200101T093000
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=\"Europe/Berlin\":20270101T000000
DTEND;TZID=\"Europe/Berlin\":20270102T000000
X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
SUMMARY:Neujahr
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270809
STATUS:CANCELLED
SUMMARY:Wandertag
END:VEVENT
END:VCALENDAR
";

const BRITISH: &str = "\
BEGIN:VCALENDAR
VERSION:2.0
METHOD:PUBLISH
PRODID:-//example/bank-holidays//EN
CALSCALE:GREGORIAN
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260501
SUMMARY:Early May bank holiday
RRULE:FREQ=YEARLY;UNTIL=20280601T000000Z;BYMONTH=5;BYDAY=1MO
EXDATE;VALUE=DATE:20260501
UID:may@example.org
SEQUENCE:0
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261228
DTEND;VALUE=DATE:20261229
SUMMARY:Boxing Day (substitute day)
RDATE;VALUE=DATE:20271227,20271228
UID:boxing@example.org
END:VEVENT
END:VCALENDAR
";

#[test]
fn files_as_programs_export_them_give_their_whole_days() {
    assert_eq!(read(&crlf(GERMAN)), ["2026-01-06", "2026-12-25", "2026-12-26", "2027-01-01"]);
    // Also with bare line ends, with a mark in front, and folded within a letter.
    assert_eq!(read(GERMAN.as_bytes()), read(&crlf(GERMAN)));
    let marked = [b"\xef\xbb\xbf".as_slice(), GERMAN.as_bytes()].concat();
    assert_eq!(read(&marked), read(&crlf(GERMAN)));
    let text = GERMAN.find("Könige").unwrap() + 2;
    let folded = [&GERMAN.as_bytes()[..text], b"\n ", &GERMAN.as_bytes()[text..]].concat();
    assert_eq!(read(&folded), read(&crlf(GERMAN)));
    let latin: Vec<u8> = GERMAN.chars().map(|c| u8::try_from(c).unwrap()).collect();
    assert_eq!(read(&latin), read(&crlf(GERMAN)));
    assert_eq!(
        read(&crlf(BRITISH)),
        ["2026-05-04", "2026-12-28", "2027-05-03", "2027-12-27", "2027-12-28", "2028-05-01"]
    );
}

#[test]
fn what_repeats_is_laid_out_to_the_horizon() {
    let yearly = read(&event("DTSTART;VALUE=DATE:19501003\nRRULE:FREQ=YEARLY"));
    assert_eq!(yearly.len(), 71);
    assert_eq!(yearly.first().unwrap(), "1970-10-03");
    assert_eq!(yearly.last().unwrap(), "2040-10-03");
    // A date by itself may lie later.
    assert_eq!(read(&event("DTSTART:20451003")), ["2045-10-03"]);
    let cases: [(&str, &[&str]); 9] = [
        ("DTSTART:20260101\nRRULE:FREQ=YEARLY;COUNT=3", &["2026-01-01", "2027-01-01", "2028-01-01"]),
        // The last Monday of May, and the fourth Thursday of November.
        ("DTSTART:20260525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2", &["2026-05-25", "2027-05-31"]),
        ("DTSTART:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2", &["2026-11-26", "2027-11-25"]),
        (
            "DTSTART:20261224\nDTEND:20261226\nRRULE:FREQ=YEARLY;UNTIL=20271224",
            &["2026-12-24", "2026-12-25", "2027-12-24", "2027-12-25"],
        ),
        ("DTSTART:20261224\nRRULE:FREQ=YEARLY;UNTIL=20271223T230000Z", &["2026-12-24"]),
        ("DTSTART:20261224\nRRULE:FREQ=YEARLY;UNTIL=20251224", &["2026-12-24"]),
        ("DTSTART:20280229\nRRULE:FREQ=YEARLY;UNTIL=20331231", &["2028-02-29", "2032-02-29"]),
        (
            "DTSTART:20260101\nRRULE:FREQ=WEEKLY;COUNT=4;BYHOUR=9\nEXDATE:20260108,20260115T000000Z",
            &["2026-01-01", "2026-01-22"],
        ),
        // A rule that never comes true ends all the same.
        ("DTSTART:20260101\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", &["2026-01-01"]),
    ];
    for (properties, expected) in cases {
        assert_eq!(read(&event(properties)), expected, "{properties}");
    }
}

#[test]
fn an_event_that_stands_in_for_an_occurrence_takes_its_place() {
    let moved = "BEGIN:VEVENT\nUID:1\nDTSTART:20260103\nRRULE:FREQ=YEARLY;COUNT=3\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;VALUE=DATE:20270103\nDTSTART:20270104\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20280103\nDTSTART:20280103T090000\nSTATUS:CANCELLED\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:2\nDTSTART:20270103\nEND:VEVENT\n";
    assert_eq!(read(&calendar(moved)), ["2026-01-03", "2027-01-03", "2027-01-04"]);
    let (alone, _) = moved.rsplit_once("BEGIN").unwrap();
    assert_eq!(read(&calendar(alone)), ["2026-01-03", "2027-01-04"]);
}

#[test]
fn an_events_length_is_in_days() {
    for (properties, expected) in [
        ("DTSTART:20261225", 1),
        ("DTSTART:20261225\nDTEND:20261225", 1),
        ("DTSTART:20261225\nDTEND:20261227", 2),
        ("DTSTART:20261225\nDURATION:P1D", 1),
        ("DTSTART:20261225\nDURATION:P1W2D", 9),
        ("DTSTART:20261225T000000\nDTEND:20261226T000000", 1),
        ("DTSTART:20261225\nDTEND:20270131", 37),
    ] {
        assert_eq!(read(&event(properties)).len(), expected, "{properties}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let timed =
        "\"Fest\" has a time, and only whole days are holidays: make it an event of all day, or take it out";
    let cases = [
        ("DTSTART:20261224T140000\nDTEND:20261225T000000", format!("7: {timed}")),
        ("DTSTART:20261223T230000Z\nDTEND:20261224T230000Z", format!("7: {timed}")),
        ("DTSTART:20261224T000000Z\nDTEND:20261225T000000Z", format!("7: {timed}")),
        ("DTSTART:2026-12-24", "7: \"2026-12-24\" is no date, as 20261225".to_owned()),
        ("DTSTART:20261324", "7: \"20261324\" is no date, as 20261225".to_owned()),
        ("DTEND:20261224", "4: \"Fest\" has no DTSTART".to_owned()),
        ("DTSTART:20261224\nDTEND:20261220", "7: \"Fest\" ends before it begins".to_owned()),
        ("DTSTART:20261224\nDTEND:20281220", "7: \"Fest\" lasts longer than a year".to_owned()),
        (
            "DTSTART:20261224\nDURATION:PT8H",
            "8: \"Fest\" lasts \"PT8H\": write whole days, as P1D".to_owned(),
        ),
        ("DTSTART:20261224\nRRULE:FREQ=HOURLY", "8: \"Fest\" repeats within a day (FREQ=HOURLY)".to_owned()),
        (
            "DTSTART:19700101\nRRULE:FREQ=DAILY",
            "8: the rule \"FREQ=DAILY\" comes to more than 5000 dates".to_owned(),
        ),
        ("DTSTART:20261224\nEXDATE:soon", "8: \"soon\" is no date, as 20261225".to_owned()),
        ("DTSTART:20261224\nRRULE:FREQ=YEARLY;UNTIL=x", "8: \"x\" is no date, as 20261225".to_owned()),
        (
            "DTSTART:20261224\nRDATE;VALUE=PERIOD:20261231T120000Z/PT1H",
            "8: \"20261231T120000Z/PT1H\" is no date, as 20261225".to_owned(),
        ),
        ("DTSTART:20261224\nRDATE:20261231T120000", "8: \"Fest\": RDATE must name whole days".to_owned()),
        (
            "DTSTART:20261224\nEXRULE:FREQ=YEARLY",
            "8: \"Fest\": EXRULE is not read: name the dates in EXDATE".to_owned(),
        ),
    ];
    for (properties, problem) in cases {
        assert_eq!(wrong(&event(properties)), [problem], "{properties}");
    }
    let rule = wrong(&event("DTSTART:20261224\nRRULE:FREQ=SOMETIMES"));
    assert!(rule[0].starts_with("8: the rule \"FREQ=SOMETIMES\" cannot be read: "), "{rule:?}");
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let text = calendar(
        "BEGIN:VEVENT\nDTSTART:x\nDTEND:y\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Half\nDTSTART:20261224T1200\nEND:VEVENT\n",
    );
    assert_eq!(
        wrong(&text),
        [
            "5: \"x\" is no date, as 20261225",
            "6: \"y\" is no date, as 20261225",
            "10: \"20261224T1200\" is no date, as 20261225",
        ]
    );
}

#[test]
fn what_is_no_such_file_is_refused() {
    for (text, problem) in [
        ("", "1: the file is empty"),
        ("\n\r\n", "1: the file is empty"),
        ("<!DOCTYPE html>\n<html>", "1: this is no line of an iCalendar file (NAME:value)"),
        ("date,name\n2026-12-25,Christmas", "1: this is no line of an iCalendar file (NAME:value)"),
        ("BEGIN:VCARD\nEND:VCARD", "1: this is no iCalendar file: BEGIN:VCALENDAR is missing"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR", "1: there is no event (VEVENT) in this file"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225",
            "3: the file is cut off: END:VEVENT is missing (begun on line 2)",
        ),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\nEND:VCALENDAR",
            "4: END:VEVENT is missing before this line",
        ),
        (
            "BEGIN:VCALENDAR\nEND:VCALENDAR\nSUMMARY:x",
            "3: this is no iCalendar file: BEGIN:VCALENDAR is missing",
        ),
    ] {
        assert_eq!(wrong(text.as_bytes()), [problem], "{text}");
    }
    let utf16: Vec<u8> = GERMAN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(wrong(&utf16).len(), 1);
}

#[test]
fn a_file_that_cannot_be_had_says_why() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(bytes(folder.path()).unwrap_err(), "is no file");
    assert!(bytes(&folder.path().join("gone.ics")).unwrap_err().starts_with("cannot be read: "));
    let large = folder.path().join("large.ics");
    std::fs::write(&large, vec![b'x'; 1 << 20]).unwrap();
    assert_eq!(bytes(&large).unwrap().len(), 1 << 20);
    std::fs::write(&large, vec![b'x'; (1 << 20) + 1]).unwrap();
    assert_eq!(bytes(&large).unwrap_err(), "is larger than 1048576 bytes: that is more than holidays");
}

proptest::proptest! {
    #[test]
    fn nothing_makes_it_panic(
        lines in proptest::collection::vec(
            "(DTSTART|DTEND|RRULE|RDATE|EXDATE|BEGIN|END|DURATION|RECURRENCE-ID)(;VALUE=DATE)?:\
            ((20[0-9]{6}(T[0-9]{6}Z?)?)|(FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY);(BYDAY=-?[0-9]{0,2}(MO|SU)|BYMONTH=[0-9]{1,2}\
            |BYMONTHDAY=-?[0-9]{1,2}|BYWEEKNO=-?[0-9]{1,2}|BYSETPOS=-?[0-9]|COUNT=[0-9]{1,3}|INTERVAL=[0-9]{1,5}))|VEVENT|P[0-9]W|\\PC{0,12})",
            0..8,
        )
    ) {
        let _ = dates(&event(&lines.join("\n")));
    }
}
