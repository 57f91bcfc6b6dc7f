//! The incidents of `volvo_incidents_2013.csv.xz` as events of tickets: what every row becomes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lizard::domain::actor::By;
use lizard::domain::event::{Event, Moved, Opened, OpenedRung, What};
use lizard::domain::ids::PersonId;
use lizard::domain::partner::Holders;
use lizard::domain::priority::{Impact, Priority, Urgency};
use lizard::domain::ticket::{Cause, Visibility};

/// Who holds what in these stories: rung 1 to 4.
pub const HOLDERS: [PersonId; 4] = [PersonId(1), PersonId(2), PersonId(3), PersonId(4)];
const REQUESTER: PersonId = PersonId(9);
pub const DESK: By = By::Person(HOLDERS[0]);
const PARTNER: By = By::Person(REQUESTER);

/// One row of the log.
pub struct Row {
    pub at: Timestamp,
    pub status: String,
    pub sub_status: String,
    pub team: String,
    pub level: u8,
    pub impact: String,
}

/// One incident: its rows in the order of the file.
pub struct Incident {
    pub number: String,
    pub rows: Vec<Row>,
}

/// What was wrong with rows, and how many; each is used all the same.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dirt(pub BTreeMap<&'static str, u32>);

impl Dirt {
    fn note(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

/// A file of the recorded data, or nothing and a word about it.
pub fn data(name: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "no setting of the service: only tests read it")]
    let Ok(folder) = std::env::var("LIZARD_TEST_DATA") else {
        eprintln!("skipped: LIZARD_TEST_DATA is not set");
        return None;
    };
    let path = Path::new(&folder).join(name);
    if !path.exists() {
        eprintln!("skipped: no {}", path.display());
        return None;
    }
    Some(path)
}

/// The records of a compressed file with comma-separated fields, none of them quoted; by column.
pub fn records(path: &Path) -> impl Iterator<Item = BTreeMap<String, String>> {
    let mut lines = BufReader::new(xz2::read::XzDecoder::new(File::open(path).unwrap())).lines();
    let head = lines.next().unwrap().unwrap();
    let names: Vec<String> = head.trim_start_matches('\u{feff}').split(',').map(str::to_owned).collect();
    lines.map(move |line| {
        let line = line.unwrap();
        assert!(!line.contains('"'), "a quoted field: {line}");
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields.len(), names.len(), "{line}");
        names.iter().cloned().zip(fields.into_iter().map(str::to_owned)).collect()
    })
}

/// The incidents in the order of the file, and what was wrong with their rows.
pub fn incidents(path: &Path) -> (Vec<Incident>, Dirt) {
    let stockholm = TimeZone::get("Europe/Stockholm").unwrap();
    let (mut found, mut dirt) = (Vec::<Incident>::new(), Dirt::default());
    for record in records(path) {
        let written = &record["Change Date+Time"];
        let at: Timestamp = written.parse().unwrap();
        let offset = stockholm.to_offset(at).seconds();
        if !written.ends_with(if offset == 3600 { "+01:00" } else { "+02:00" }) {
            dirt.note("summer time written with the winter's offset");
        }
        let level = match record["ST Level"].as_str() {
            "L1" => 1,
            "L2" => 2,
            "L3" => 3,
            "L2/L3" => {
                dirt.note("level L2/L3, counted as 2");
                2
            }
            other => panic!("no level: {other}"),
        };
        match record["Status"].as_str() {
            "Accepted" | "Queued" | "Completed" => {}
            "Unmatched" => dirt.note("status Unmatched"),
            other => panic!("no status: {other}"),
        }
        for (column, what) in [
            ("Involved ST Function Div", "no function division"),
            ("Involved ST 2", "no second name of the team"),
        ] {
            if record[column].is_empty() {
                dirt.note(what);
            }
        }
        let row = Row {
            at,
            level,
            status: record["Status"].clone(),
            sub_status: record["Sub Status"].clone(),
            team: record["Involved ST"].clone(),
            impact: record["SR Latest Impact"].clone(),
        };
        let number = &record["SR Number"];
        match found.last_mut().filter(|i| i.number == *number) {
            Some(incident) => {
                if incident.rows.last().is_some_and(|last| last.at > row.at) {
                    dirt.note("earlier than the row before it");
                }
                incident.rows.push(row);
            }
            None => found.push(Incident { number: number.clone(), rows: vec![row] }),
        }
    }
    (found, dirt)
}

/// Which priority an impact stands for.
pub fn priority(impact: &str) -> Priority {
    match impact {
        "Major" => Priority::P1,
        "High" => Priority::P2,
        "Medium" => Priority::P3,
        "Low" => Priority::P4,
        other => panic!("no impact: {other}"),
    }
}

/// Which of the rows become events.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Each change of level is one of rung, as it was recorded.
    AsRecorded,
    /// What people did; rungs are left to the ladder. Nothing in the log is a word to who waits.
    Silent,
    /// The same, and each row is taken for a message that reached who waits.
    Talkative,
}

impl Incident {
    /// The events of the ticket that this incident would have been.
    pub fn events(&self, reading: Reading) -> Vec<Event> {
        let mut story = Story { events: Vec::new(), messages: 0, reading };
        let mut before: Option<&Row> = None;
        for row in &self.rows {
            match before {
                None => story.opened(row),
                Some(before) => story.goes_on(before, row),
            }
            if before.is_none() && row.status == "Completed" {
                story.claimed(row.at);
            }
            before = Some(row);
        }
        story.events
    }
}

struct Story {
    events: Vec<Event>,
    messages: i32,
    reading: Reading,
}

impl Story {
    fn happened(&mut self, at: Timestamp, by: By, what: What) {
        let number = i32::try_from(self.events.len()).unwrap() + 1;
        self.events.push(Event { number, at, recorded_at: at, by, what });
    }

    fn opened(&mut self, row: &Row) {
        let recorded = self.reading == Reading::AsRecorded;
        let rungs =
            (1..).zip(HOLDERS).map(|(number, holder)| OpenedRung { number, holder: Some(holder), due: None });
        let opened = Opened {
            category: "deliver.late".to_owned(),
            about: None,
            requester: REQUESTER,
            impact: Impact::Annoying,
            urgency: Urgency::Later,
            deadline: None,
            value: None,
            priority: priority(&row.impact),
            priority_reason: format!("impact {}", row.impact),
            owner: HOLDERS[0],
            team: row.team.clone(),
            ladder_version: 1,
            calendar: "stockholm".to_owned(),
            calendar_version: 1,
            rungs: rungs.collect(),
            rung: if recorded { row.level } else { 1 },
            repeats: 0,
            partner: Some("volvo".to_owned()),
            region: Some("EMEA".to_owned()),
            holders: Some(Holders::all_there(Some(HOLDERS[1]), Some(HOLDERS[2]), Some(HOLDERS[3]))),
        };
        self.happened(row.at, PARTNER, What::Opened(Box::new(opened)));
    }

    fn goes_on(&mut self, before: &Row, row: &Row) {
        let known = self.events.len();
        let claimed = |r: &Row| r.status == "Completed";
        if claimed(before) && !claimed(row) {
            self.happened(row.at, PARTNER, What::Refused { comment: row.sub_status.clone() });
        }
        if self.reading == Reading::AsRecorded && row.level != before.level {
            self.level(before.level, row);
        }
        if row.team != before.team
            && (self.reading == Reading::AsRecorded || !(claimed(before) && claimed(row)))
        {
            self.team(before, row);
        }
        if claimed(row) && !claimed(before) {
            self.claimed(row.at);
        } else if self.reading == Reading::Talkative && !claimed(row) {
            self.message(row.at, Visibility::Partner);
        } else if self.events.len() == known {
            self.message(row.at, Visibility::Internal);
        }
    }

    fn level(&mut self, from: u8, row: &Row) {
        let what = if row.level > from {
            What::RungReached {
                rung: row.level,
                name: format!("L{}", row.level),
                holder: None,
                cause: Cause::Press,
            }
        } else {
            What::Deescalated { from, to: row.level, reason: row.sub_status.clone(), agreed_by: REQUESTER }
        };
        self.happened(row.at, DESK, what);
    }

    fn team(&mut self, before: &Row, row: &Row) {
        let what = What::Triaged {
            category: None,
            priority: None,
            team: Some(Moved { old: before.team.clone(), new: row.team.clone() }),
            owner: None,
            reason: row.sub_status.clone(),
            about: None,
            calendar: None,
            repeats: None,
            holders: None,
        };
        self.happened(row.at, DESK, what);
    }

    fn claimed(&mut self, at: Timestamp) {
        let what = What::Resolved { summary: "done".to_owned(), how_to_check: "try it".to_owned() };
        self.happened(at, DESK, what);
        self.message(at, Visibility::Partner);
    }

    fn message(&mut self, at: Timestamp, visibility: Visibility) {
        self.messages += 1;
        let message = self.messages;
        self.happened(at, DESK, What::MessagePosted { message, visibility, by_partner: false });
        if visibility == Visibility::Partner {
            self.happened(at, By::Lizard, What::MessageDelivered { message });
        }
    }
}
