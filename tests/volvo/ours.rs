//! What our ladder would have made of these incidents: writes the tables of docs/VOLVO.md.

use std::collections::BTreeMap;
use std::sync::Arc;

use lizard::configuration::{CALENDARS, LADDER, calendars, ladder};
use lizard::domain::calendar::Calendar;
use lizard::domain::event::What;
use lizard::domain::history::History;
use lizard::domain::ids::TicketId;
use lizard::domain::notice::{Around, Told, of};
use lizard::domain::priority::Priority;
use lizard::domain::promise::{Kind, Outcome};
use lizard::domain::replay::{OwnRules, Score, replay};
use lizard::domain::ticket::Cause;

use super::log::{HOLDERS, Incident, Reading, data, incidents, priority};
use super::stockholm;

/// What came of the incidents of one priority in one reading.
#[derive(Default)]
struct Tally {
    incidents: u64,
    /// Highest level, as it was.
    levels: [u64; 3],
    /// Highest rung, by the ladder.
    rungs: [u64; 4],
    by_press_or_cause: u64,
    heads_ups: u64,
    notices: u64,
    renotifications: u64,
    broken: BTreeMap<Kind, u64>,
    left_out: BTreeMap<(&'static str, &'static str), u64>,
}

impl Tally {
    fn add(&mut self, more: &Self) {
        self.incidents += more.incidents;
        self.levels.iter_mut().zip(more.levels).for_each(|(a, b)| *a += b);
        self.rungs.iter_mut().zip(more.rungs).for_each(|(a, b)| *a += b);
        self.by_press_or_cause += more.by_press_or_cause;
        self.heads_ups += more.heads_ups;
        self.notices += more.notices;
        self.renotifications += more.renotifications;
        for (why, count) in &more.left_out {
            *self.left_out.entry(*why).or_default() += count;
        }
        for (kind, count) in &more.broken {
            *self.broken.entry(*kind).or_default() += count;
        }
    }
}

fn rules() -> OwnRules {
    let set = calendars::read(CALENDARS, None).unwrap();
    let compiled: Vec<Calendar> = set.compiled().collect();
    let ours = ladder::read(LADDER, &compiled).unwrap();
    OwnRules {
        ladders: [(1, Arc::new(ours))].into(),
        calendars: [((1, "stockholm".to_owned()), stockholm())].into(),
    }
}

fn take(tally: &mut Tally, incident: &Incident, reading: Reading, own: &OwnRules) {
    let was = History::of(&incident.events(Reading::AsRecorded)).unwrap();
    let events = incident.events(reading);
    let until = events.last().unwrap().at;
    let (mut heads_ups, mut notices, mut again) = (0, 0, 0);
    let score =
        Score { id: TicketId(1), reference: &incident.number, events: &events, own, other: None, until };
    let replayed = replay(&score, &mut |change| {
        let staff = of(change, &Around::default()).into_iter().filter(|n| HOLDERS.contains(&n.reader));
        for heard in staff.flat_map(|n| n.hears) {
            match heard.what {
                Told::HeadsUp { .. } => heads_ups += 1,
                Told::RungReached { .. } => notices += 1,
                Told::Renotified { .. } => again += 1,
                _ => {}
            }
        }
    })
    .unwrap();
    tally.incidents += 1;
    tally.levels[usize::from(was.highest) - 1] += 1;
    tally.rungs[usize::from(History::of(&replayed.events).unwrap().highest) - 1] += 1;
    tally.heads_ups += heads_ups;
    tally.notices += notices;
    tally.renotifications += again;
    for out in &replayed.left_out {
        *tally.left_out.entry((out.kind, out.code)).or_default() += 1;
    }
    for event in &replayed.events {
        match event.what {
            What::PromiseDecided { promise_kind, outcome: Outcome::Broken, .. } => {
                *tally.broken.entry(promise_kind).or_default() += 1;
            }
            What::RungReached { cause, .. } if cause != Cause::Clock => tally.by_press_or_cause += 1,
            _ => {}
        }
    }
}

fn tallies(incidents: &[Incident], reading: Reading) -> BTreeMap<Priority, Tally> {
    let (own, mut by_priority) = (rules(), BTreeMap::new());
    for incident in incidents {
        let of = priority(&incident.rows[0].impact);
        take(by_priority.entry(of).or_default(), incident, reading, &own);
    }
    by_priority
}

fn table(by_priority: &BTreeMap<Priority, Tally>) {
    let mut all = Tally::default();
    println!(
        "| | incidents | stayed on rung 1 | highest rung 2 | 3 | 4 | not by the clock | heads-ups | notices | re-notifications |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    let row = |name: &str, t: &Tally| {
        let [one, two, three, four] = t.rungs;
        println!(
            "| {name} | {} | {one} | {two} | {three} | {four} | {} | {} | {} | {} |",
            t.incidents, t.by_press_or_cause, t.heads_ups, t.notices, t.renotifications
        );
    };
    for (priority, tally) in by_priority {
        row(priority.as_str(), tally);
        all.add(tally);
    }
    row("all", &all);
    println!();
    println!("| broken promises | first reply | next update | resolution |");
    println!("|---|--:|--:|--:|");
    let row = |name: &str, t: &Tally| {
        let of = |kind| t.broken.get(&kind).copied().unwrap_or_default();
        println!(
            "| {name} | {} | {} | {} |",
            of(Kind::FirstReply),
            of(Kind::NextUpdate),
            of(Kind::Resolution)
        );
    };
    for (priority, tally) in by_priority {
        row(priority.as_str(), tally);
    }
    row("all", &all);
    println!();
    println!("Refused: {:?}", all.left_out);
    println!();
}

#[test]
#[ignore = "writes the tables of docs/VOLVO.md"]
fn tables() {
    let Some(rows) = data("volvo_incidents_2013.csv.xz") else { return };
    let (incidents, _) = incidents(&rows);
    let silent = tallies(&incidents, Reading::Silent);
    println!("| as it was | incidents | highest level 1 | 2 | 3 |");
    println!("|---|--:|--:|--:|--:|");
    for (priority, t) in &silent {
        let [one, two, three] = t.levels;
        println!("| {priority} | {} | {one} | {two} | {three} |", t.incidents);
    }
    println!();
    println!("Nothing in the log is a word to the user:\n");
    table(&silent);
    println!("Every row of the log is a word to the user:\n");
    table(&tallies(&incidents, Reading::Talkative));
}

#[test]
fn the_ladder_takes_every_one_of_a_hundred_incidents() {
    let Some(rows) = data("volvo_incidents_2013.csv.xz") else { return };
    let (incidents, _) = incidents(&rows);
    for reading in [Reading::Silent, Reading::Talkative] {
        let some: Vec<Tally> = tallies(&incidents[7_000..7_100], reading).into_values().collect();
        assert_eq!(some.iter().map(|t| t.incidents).sum::<u64>(), 100);
    }
}
