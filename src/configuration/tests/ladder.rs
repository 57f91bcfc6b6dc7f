use super::super::{CALENDARS, LADDER, calendars, ladder};
use super::{lines, source, with_line};
use crate::domain::calendar::{Allowance, Calendar};
use crate::domain::ladder::Ladder;
use crate::domain::priority::Priority;

fn compiled() -> Vec<Calendar> {
    calendars::read(CALENDARS, None).unwrap().compiled().collect()
}

fn read(text: &str) -> Result<Ladder, Vec<crate::reader::Mistake>> {
    ladder::read(source(text), &compiled())
}

#[test]
fn the_built_in_ladder_is_the_published_table() {
    let ladder = read(LADDER.text).unwrap();
    let table = [
        ("first reply", ["1 bh", "4 bh", "1 bd", "2 bd"]),
        ("update", ["4 bh", "1 bd", "3 bd", "5 bd"]),
        ("resolution", ["1 bd", "3 bd", "8 bd", "15 bd"]),
        ("rung 2", ["1 bh", "4 bh", "2 bd", "5 bd"]),
        ("rung 3", ["4 bh", "1 bd", "5 bd", "10 bd"]),
        ("rung 4", ["1 bd", "3 bd", "10 bd", "-"]),
        ("renotify", ["4 bh", "1 bd", "3 bd", "10 bd"]),
        ("press", ["30 min", "4 bh", "4 bh", "4 bh"]),
        ("grace", ["-", "4 bh", "1 bd", "2 bd"]),
    ];
    for (row, cells) in table {
        for (&priority, cell) in Priority::ALL.iter().zip(cells) {
            let terms = ladder.terms(priority);
            let found = match row {
                "first reply" => Some(terms.first_reply),
                "update" => Some(terms.update),
                "resolution" => Some(terms.resolution),
                "rung 2" => terms.rungs.get(&2).copied(),
                "rung 3" => terms.rungs.get(&3).copied(),
                "rung 4" => terms.rungs.get(&4).copied(),
                "renotify" => Some(terms.renotify),
                "press" => Some(terms.press_answer),
                _ => terms.grace,
            };
            let found = found.map_or("-".to_owned(), |allowance| allowance.to_string());
            assert_eq!(found, cell, "{priority} {row}");
        }
    }
    assert_eq!(ladder.longest_wait, Allowance::Days(5));
    let names: Vec<&str> = ladder.rungs.iter().map(|rung| rung.name.as_str()).collect();
    assert_eq!(names, ["Support desk", "Channel manager", "Regional director", "VP of Channels"]);
    let shares: Vec<(u8, u8)> =
        ladder.deadline_shares.iter().map(|share| (share.rung, share.percent)).collect();
    assert_eq!(shares, [(2, 30), (3, 55), (4, 80)]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn one_wrong_line_is_named() {
    // The first line like this of the built-in file, what stands there instead, and the
    // mistake with its distance from that line.
    let cases: [(&str, &str, isize, &str); 18] = [
        ("number = 2", "number = \"2\"", 0, "rung.number: must be a whole number from 1 to 99, not a text"),
        ("number = 2", "number = 5", 0, "rung 5 is out of order: expected number 2"),
        ("name = \"Channel manager\"", "name = \"\"", 0, "rung.name: must not be empty"),
        ("name = \"Channel manager\"", "", -2, "rung.name: missing"),
        ("stand = \"director\"", "stand = \"owner\"", 0, "rung 3: only rung 1 is held by the owner"),
        (
            "stand = \"director\"",
            "stand = \"channel_manager\"",
            0,
            "rung 3: channel_manager stands on rung 2 already",
        ),
        (
            "stand = \"director\"",
            "stand = \"directr\"",
            0,
            "rung.stand: must be one of owner, channel_manager, director, vp, not \"directr\"; did you mean \"director\"?",
        ),
        (
            "deadline_share = 55",
            "deadline_share = 30",
            0,
            "deadline share of rung 3: must be later than the rung below",
        ),
        (
            "deadline_share = 55",
            "deadline_share = 100",
            0,
            "rung.deadline_share: must be a whole number from 1 to 99, not 100",
        ),
        (
            "first_reply = \"1 bh\"",
            "first_reply = \"1 day\"",
            0,
            "P1.first_reply: \"1 day\" is no allowance; write \"30 min\", \"4 bh\" or \"1 bd\"",
        ),
        (
            "first_reply = \"1 bh\"",
            "first_reply = 60",
            0,
            "P1.first_reply: must be a text in quotes, not a number",
        ),
        ("first_reply = \"1 bh\"", "first_reply = \"0 bh\"", 0, "P1: first_reply must be more than nothing"),
        (
            "first_reply = \"1 bh\"",
            "first_reply = \"900 bd\"",
            0,
            "P1.first_reply: 900 bd is too long: at most 250 bd or 2000 bh, about a year",
        ),
        (
            "first_reply = \"1 bh\"",
            "first_reply = \"1 bh\"\ngrace = \"1 bh\"",
            1,
            "P1.grace: the clock of a P1 never shifts: remove this key",
        ),
        (
            "rung.4 = \"10 bd\"",
            "rung.4 = \"1 bd\"",
            0,
            "P3: rung 4 is due before rung 3 (on the calendar \"americas\")",
        ),
        ("rung.4 = \"10 bd\"", "rung.7 = \"10 bd\"", 0, "P3: rung 7 is not a rung of this ladder"),
        (
            "rung.4 = \"10 bd\"",
            "rung.four = \"10 bd\"",
            0,
            "P3.rung.four: must be the number of a rung, as in rung.2",
        ),
        (
            "rung.4 = \"10 bd\"",
            "rung.04 = \"10 bd\"",
            0,
            "P3.rung.04: must be the number of a rung, as in rung.2",
        ),
    ];
    for (old, new, distance, problem) in cases {
        let (text, line) = with_line(LADDER.text, old, new);
        let line = line.checked_add_signed(distance).unwrap();
        assert_eq!(lines(read(&text)), [format!("f:{line}: {problem}")], "{new}");
    }
}

#[test]
fn one_wrong_holder_can_be_two_mistakes() {
    let (text, line) = with_line(LADDER.text, "stand = \"owner\"", "stand = \"vp\"");
    assert_eq!(
        lines(read(&text)),
        [
            format!("f:{line}: rung 1 is held by the ticket's owner, not by vp"),
            format!("f:{}: rung 4: vp stands on rung 1 already", line + 17),
        ]
    );
}

#[test]
fn a_mistyped_key_is_unknown_and_the_right_one_missing() {
    let (text, line) = with_line(LADDER.text, "[P4]", "[P5]");
    assert_eq!(
        lines(read(&text)),
        [
            "f:1: P4: missing: write a table [P4]".to_owned(),
            format!("f:{line}: P5: unknown key; did you mean \"P1\"?"),
        ]
    );
}

#[test]
fn a_rung_below_without_a_clock_is_noted_at_the_one_above() {
    let (text, line) = with_line(LADDER.text, "rung.3 = \"4 bh\"", "");
    assert_eq!(
        lines(read(&text)),
        [format!(
            "f:{}: P1: rung 3 has no allowance, but rung 4 has one: it could never be reached",
            line + 1
        )]
    );
}

#[test]
fn an_order_that_fails_on_one_calendar_only_is_a_mistake() {
    // 10 bh come before 1 bd around the clock, and after it on an eight-hour day.
    let (text, line) = with_line(LADDER.text, "rung.2 = \"4 bh\"", "rung.2 = \"10 bh\"");
    assert_eq!(
        lines(read(&text)),
        [format!("f:{}: P2: rung 3 is due before rung 2 (on the calendar \"americas\")", line + 1)]
    );
}

#[test]
fn a_priority_that_cannot_be_read_does_not_hide_the_mistakes_of_another() {
    let (text, first) = with_line(LADDER.text, "first_reply = \"1 bh\"", "first_reply = 1");
    let (text, second) = with_line(&text, "rung.4 = \"10 bd\"", "rung.5 = \"10 bd\"");
    assert_eq!(
        lines(read(&text)),
        [
            format!("f:{first}: P1.first_reply: must be a text in quotes, not a number"),
            format!("f:{second}: P3: rung 5 is not a rung of this ladder"),
        ]
    );
}

#[test]
fn an_empty_file_is_a_list_of_what_to_write() {
    assert_eq!(
        lines(read("")),
        [
            "f:1: longest_wait: missing",
            "f:1: P1: missing: write a table [P1]",
            "f:1: P2: missing: write a table [P2]",
            "f:1: P3: missing: write a table [P3]",
            "f:1: P4: missing: write a table [P4]",
        ]
    );
}
