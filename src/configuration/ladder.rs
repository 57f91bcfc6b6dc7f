//! `ladder.toml`: how a ladder is written. What makes one sound is `Ladder::mistakes`;
//! here its answers are given the line that they are about.

use std::collections::BTreeMap;

use toml_edit::Value;

use super::{Mistake, Source};
use crate::domain::calendar::{Allowance, Calendar};
use crate::domain::ladder::{
    AtOnce, Confirmation, DeadlineShare, HeadsUpShares, Ladder, LadderError, LongOpen, Rung, Stand, Terms,
};
use crate::domain::priority::Priority;
use crate::reader::{Reader, Section, name, one_of, parsed, whole};

/// About a year of open time: what is longer is a slip of the keyboard.
const MOST_DAYS: u32 = 250;

/// Reads a ladder and compares its allowances on every one of the calendars. Fails with
/// every mistake.
pub fn read(source: Source<'_>, calendars: &[Calendar]) -> Result<Ladder, Vec<Mistake>> {
    let reader = Reader::new(source.file, source.text).map_err(|mistake| vec![mistake])?;
    let ladder = match shape(&reader.root()) {
        Some((ladder, unread)) => {
            note_meaning(&reader, &ladder, &unread, calendars);
            Some(ladder)
        }
        None => None,
    };
    reader.finish(ladder)
}

/// The ladder as written, and the priorities whose terms could not be read: other terms
/// stand in for them, so that the rest can be checked. `None` if nothing can be checked.
fn shape(root: &Section<'_>) -> Option<(Ladder, Vec<Priority>)> {
    root.only(&[
        "longest_wait",
        "wait_reminders",
        "heads_up",
        "confirmation",
        "at_once",
        "long_open",
        "rung",
        "P1",
        "P2",
        "P3",
        "P4",
    ]);
    let longest_wait = root.required("longest_wait", allowance);
    let wait_reminders = root.list("wait_reminders", allowance);
    let heads_up = heads_up(root);
    let confirmation = confirmation(root);
    let at_once = at_once(root);
    let long_open = long_open(root);
    let rungs = rungs(root);
    let [p1, p2, p3, p4] = [Priority::P1, Priority::P2, Priority::P3, Priority::P4]
        .map(|priority| (priority, terms(root, priority)));
    let read = [&p1, &p2, &p3, &p4];
    let unread = read.iter().filter(|(_, terms)| terms.is_none()).map(|(priority, _)| *priority).collect();
    let any = read.iter().find_map(|(_, terms)| terms.clone())?;
    let [p1, p2, p3, p4] = [p1, p2, p3, p4].map(|(_, terms)| terms.unwrap_or_else(|| any.clone()));
    let (rungs, deadline_shares) = rungs?;
    let ladder = Ladder {
        rungs,
        terms: [p1, p2, p3, p4],
        longest_wait: longest_wait.unwrap_or(Allowance::Days(0)),
        wait_reminders: wait_reminders.unwrap_or_default(),
        deadline_shares,
        heads_up: heads_up.unwrap_or_default(),
        confirmation: confirmation.unwrap_or_default(),
        at_once: at_once.unwrap_or_default(),
        long_open: long_open.unwrap_or_default(),
    };
    Some((ladder, unread))
}

/// When warnings are given, in percent; left out: the usual shares.
fn heads_up(root: &Section<'_>) -> Option<HeadsUpShares> {
    let Some(section) = root.has("heads_up").then(|| root.section("heads_up")) else {
        return Some(HeadsUpShares::default());
    };
    let section = section?;
    section.only(&["owner", "holder"]);
    let owner = section.required("owner", whole(1..=99));
    let holder = section.required("holder", whole(1..=99));
    Some(HeadsUpShares { owner: owner?, holder: holder? })
}

/// What a claim waits for; left out: the usual days.
fn confirmation(root: &Section<'_>) -> Option<Confirmation> {
    let Some(section) = root.has("confirmation").then(|| root.section("confirmation")) else {
        return Some(Confirmation::default());
    };
    let section = section?;
    section.only(&["ask_after_days", "close_after_days", "refusable_days"]);
    let asks: Option<Vec<u16>> = section.list("ask_after_days", whole(1..=365));
    let close = section.required("close_after_days", whole(1..=365));
    let refusable = section.required("refusable_days", whole(0..=365));
    let (ask_after_days, close_after_days) = (asks?, close?);
    if !ask_after_days.is_sorted_by(|a, b| a < b) {
        section.note("ask_after_days", "must be in order, each day once");
    } else if ask_after_days.last().is_some_and(|last| *last >= close_after_days) {
        section.note("close_after_days", "must be later than the last time that we ask");
    }
    Some(Confirmation { ask_after_days, close_after_days, refusable_days: refusable? })
}

/// From how many on a ticket is lifted one rung at once; left out: the usual numbers.
fn at_once(root: &Section<'_>) -> Option<AtOnce> {
    let Some(section) = root.has("at_once").then(|| root.section("at_once")) else {
        return Some(AtOnce::default());
    };
    let section = section?;
    section.only(&["broken_promises", "reopenings", "hand_ons", "repeats", "repeat_days"]);
    let broken_promises = section.required("broken_promises", whole(1..=1000));
    let reopenings = section.required("reopenings", whole(1..=1000));
    let hand_ons = section.required("hand_ons", whole(1..=1000));
    let repeats = section.required("repeats", whole(2..=1000));
    let repeat_days = section.required("repeat_days", whole(1..=730));
    Some(AtOnce {
        broken_promises: broken_promises?,
        reopenings: reopenings?,
        hand_ons: hand_ons?,
        repeats: repeats?,
        repeat_days: repeat_days?,
    })
}

/// Who stays open for long is acknowledged by rung 3's holder; left out: the usual times.
fn long_open(root: &Section<'_>) -> Option<LongOpen> {
    let Some(section) = root.has("long_open").then(|| root.section("long_open")) else {
        return Some(LongOpen::default());
    };
    let section = section?;
    section.only(&["after", "every"]);
    let after = section.required("after", allowance);
    let every = section.required("every", allowance);
    Some(LongOpen { after: after?, every: every? })
}

fn rungs(root: &Section<'_>) -> Option<(Vec<Rung>, Vec<DeadlineShare>)> {
    let read: Vec<Option<(Rung, Option<u8>)>> = root.sections("rung")?.iter().map(rung).collect();
    let read: Vec<(Rung, Option<u8>)> = read.into_iter().collect::<Option<_>>()?;
    let shares = read
        .iter()
        .filter_map(|(rung, share)| share.map(|percent| DeadlineShare { rung: rung.number, percent }))
        .collect();
    Some((read.into_iter().map(|(rung, _)| rung).collect(), shares))
}

fn rung(section: &Section<'_>) -> Option<(Rung, Option<u8>)> {
    section.only(&["number", "name", "stand", "deadline_share"]);
    let number = section.required("number", whole(1..=99));
    let name = section.required("name", name);
    let stand = section.required("stand", one_of(Stand::ALL));
    let share = section.optional("deadline_share", whole(1..=99));
    let rung = Rung { number: number?, name: name?, stand: stand? };
    Some((rung, share?))
}

fn terms(root: &Section<'_>, priority: Priority) -> Option<Terms> {
    let section = root.required_section(priority.as_str())?;
    section.only(&["first_reply", "update", "resolution", "rung", "renotify", "press_answer", "grace"]);
    let first_reply = section.required("first_reply", allowance);
    let update = section.required("update", allowance);
    let resolution = section.required("resolution", allowance);
    let rungs = section.required_section("rung").and_then(|rungs| rung_clocks(&rungs));
    let renotify = section.required("renotify", allowance);
    let press_answer = section.required("press_answer", allowance);
    let grace = section.optional("grace", allowance);
    if priority == Priority::P1 && section.has("grace") {
        section.note("grace", "the clock of a P1 never shifts: remove this key");
    }
    Some(Terms {
        first_reply: first_reply?,
        update: update?,
        resolution: resolution?,
        rungs: rungs?,
        renotify: renotify?,
        press_answer: press_answer?,
        grace: grace?,
    })
}

fn rung_clocks(section: &Section<'_>) -> Option<BTreeMap<u8, Allowance>> {
    let read: Vec<Option<(u8, Allowance)>> = section
        .keys()
        .into_iter()
        .map(|key| {
            let number = key.parse().ok().filter(|n: &u8| n.to_string() == key);
            if number.is_none() {
                section.note(key, "must be the number of a rung, as in rung.2");
            }
            let allowance = section.required(key, allowance);
            Some((number?, allowance?))
        })
        .collect();
    read.into_iter().collect()
}

fn allowance(value: &Value) -> Result<Allowance, String> {
    let allowance = parsed(value)?;
    let fits = match allowance {
        Allowance::Days(days) => days <= MOST_DAYS,
        Allowance::Hours(hours) => hours <= MOST_DAYS * 8,
        Allowance::Minutes(minutes) => minutes <= MOST_DAYS * 8 * 60,
    };
    if fits {
        Ok(allowance)
    } else {
        Err(format!("{allowance} is too long: at most {MOST_DAYS} bd or {} bh, about a year", MOST_DAYS * 8))
    }
}

fn note_meaning(reader: &Reader, ladder: &Ladder, unread: &[Priority], calendars: &[Calendar]) {
    let mut noted = Vec::new();
    for calendar in calendars {
        let errors = ladder.mistakes(calendar);
        let misnumbered = errors.iter().any(|error| matches!(error, LadderError::OutOfOrder { .. }));
        for error in errors {
            // With wrong numbers or stand-in terms, what is said of a priority is noise.
            let noise = priority_of(&error).is_some_and(|p| misnumbered || unread.contains(&p));
            if noise || noted.contains(&error) {
                continue;
            }
            let place = place(ladder, &error);
            let path: Vec<&str> = place.iter().map(String::as_str).collect();
            let on = match error {
                LadderError::DueBeforeTheOneBelow { .. } => {
                    format!(" (on the calendar {:?})", calendar.name())
                }
                _ => String::new(),
            };
            reader.note(reader.line_of(&path), format!("{error}{on}"));
            noted.push(error);
        }
    }
}

const fn priority_of(error: &LadderError) -> Option<Priority> {
    match error {
        LadderError::UnknownRung { priority, .. }
        | LadderError::DueBeforeTheOneBelow { priority, .. }
        | LadderError::Unreachable { priority, .. }
        | LadderError::Nothing { priority, .. } => Some(*priority),
        LadderError::TooShort
        | LadderError::OutOfOrder { .. }
        | LadderError::FirstRungNotOwner(_)
        | LadderError::OwnerAbove { .. }
        | LadderError::StandTwice { .. }
        | LadderError::Share { .. } => None,
    }
}

/// Where in the file a mistake stands, as a path of keys.
fn place(ladder: &Ladder, error: &LadderError) -> Vec<String> {
    let of_rung = |number: &u8, key: &str| {
        let index = ladder.rungs.iter().rposition(|rung| rung.number == *number);
        vec!["rung".to_owned(), index.unwrap_or(0).to_string(), key.to_owned()]
    };
    let of_terms =
        |priority: &Priority, rung: &u8| vec![priority.to_string(), "rung".to_owned(), rung.to_string()];
    match error {
        LadderError::TooShort => vec!["rung".to_owned()],
        LadderError::OutOfOrder { expected, .. } => {
            vec!["rung".to_owned(), expected.saturating_sub(1).to_string(), "number".to_owned()]
        }
        LadderError::FirstRungNotOwner(_) => {
            vec!["rung".to_owned(), "0".to_owned(), "stand".to_owned()]
        }
        LadderError::OwnerAbove { rung } | LadderError::StandTwice { rung, .. } => of_rung(rung, "stand"),
        LadderError::Share { rung, .. } => of_rung(rung, "deadline_share"),
        LadderError::UnknownRung { priority, rung }
        | LadderError::DueBeforeTheOneBelow { priority, rung, .. } => of_terms(priority, rung),
        LadderError::Unreachable { priority, above, .. } => of_terms(priority, above),
        LadderError::Nothing { priority, what } => {
            vec![priority.to_string(), (*what).to_owned()]
        }
    }
}
