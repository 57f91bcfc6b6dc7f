//! What was measured, as a table or as JSON. Ratios are of medians, or medians of ratios
//! where rounds come in pairs.

use std::time::Duration;

use serde_json::{Value, json};

pub struct Report {
    pub database: &'static str,
    pub tickets: usize,
    pub due: usize,
    pub populated: Duration,
    /// Open ones in the small database.
    pub small: usize,
    pub sweeping: Sweeping,
    pub filing: Filing,
    pub throughput: Vec<Throughput>,
    pub reading: Vec<Read>,
}

/// Tickets or messages a second, in one round.
pub struct Throughput {
    pub filed: f64,
    pub written: f64,
    pub limit: Limit,
}

/// What the database itself takes, in tickets a second.
pub enum Limit {
    Sqlite(Commits),
    /// pgbench with the statements of filing.
    Pgbench(f64),
}

pub struct Commits {
    /// With a commit for each.
    pub one: f64,
    pub sixteen: f64,
    /// Of next to nothing.
    pub commit: Duration,
}

/// A page or a list: the median of each round.
pub struct Read {
    pub what: &'static str,
    pub small: Vec<Duration>,
    pub large: Vec<Duration>,
}

/// How long each sweep took.
pub struct Sweeping {
    /// Of a database in which all are due.
    pub alone: Vec<Duration>,
    /// Of the large one.
    pub among: Vec<Duration>,
}

pub struct Filing {
    pub clients: usize,
    pub filings: usize,
    pub letters: usize,
    pub rounds: Vec<Round>,
}

/// Times of filing without delivery, and the next ones beside it.
pub struct Round {
    pub held: Vec<Duration>,
    pub delivering: Vec<Duration>,
    /// Letters, at the start of delivery.
    pub waiting: usize,
    /// Until so many had arrived as were asked for.
    pub letters_took: Duration,
}

impl Sweeping {
    pub fn ratio(&self) -> f64 {
        median(ms(&self.among)) / median(ms(&self.alone))
    }
}

impl Filing {
    /// Each round's own.
    fn ratios(&self, percent: usize) -> Vec<f64> {
        let of = |times: &[Duration]| percentile(ms(times), percent);
        self.rounds.iter().map(|r| of(&r.delivering) / of(&r.held)).collect()
    }

    /// The median over the rounds, in milliseconds: held, delivering.
    fn times(&self, percent: usize) -> (f64, f64) {
        let of = |which: fn(&Round) -> &[Duration]| {
            median(self.rounds.iter().map(|r| percentile(ms(which(r)), percent)).collect())
        };
        (of(|r| &r.held), of(|r| &r.delivering))
    }

    fn letters_took(&self) -> f64 {
        median(self.rounds.iter().map(|r| r.letters_took.as_secs_f64() * 1e3).collect())
    }
}

impl Read {
    fn times(&self) -> (f64, f64) {
        (median(ms(&self.small)), median(ms(&self.large)))
    }
}

impl Report {
    pub fn print(&self, as_json: bool) {
        if as_json {
            println!("{:#}", self.json());
        } else {
            self.table();
        }
    }

    fn table(&self) {
        let (sweeping, filing) = (&self.sweeping, &self.filing);
        let Self { database, tickets, due, populated, .. } = self;
        println!("{database}, {tickets} open tickets, filed in {:.0} s\n", populated.as_secs_f64());
        let row = |what: String, value: String| println!("{what:<58}{value:>14}");
        let time = |ms: f64| format!("{ms:.1} ms");
        row(format!("sweep: {due} tickets, all due"), time(median(ms(&sweeping.alone))));
        row(format!("sweep: {tickets} tickets, {due} due"), time(median(ms(&sweeping.among))));
        row("  ratio (at most 2)".to_owned(), format!("{:.2}", sweeping.ratio()));
        let count = filing.rounds.len() * filing.filings;
        let who = format!("filing: {count} by {} at once", filing.clients);
        for percent in [50, 99] {
            let (held, delivering) = filing.times(percent);
            row(format!("{who}, delivery held: p{percent}"), time(held));
            row(format!("{who}, letters leaving: p{percent}"), time(delivering));
            let limit = if percent == 99 { " (at most 2)" } else { "" };
            row(format!("  ratio{limit}"), format!("{:.2}", median(filing.ratios(percent))));
        }
        row(format!("{} letters arrived meanwhile after", filing.letters), time(filing.letters_took()));
        for (what, unit, value) in self.rates() {
            row(what, format!("{value:.2}{unit}"));
        }
        for read in &self.reading {
            let (small, large) = read.times();
            let times = format!("{} open {small:.1} ms, {tickets} open {large:.1} ms", self.small);
            row(format!("{}: {times}", read.what), format!("{:.2}", large / small));
        }
    }

    /// Medians over the rounds; ratios are of each round.
    fn rates(&self) -> Vec<(String, &'static str, f64)> {
        let of = |f: &dyn Fn(&Throughput) -> Option<f64>| {
            let values: Vec<f64> = self.throughput.iter().filter_map(f).collect();
            (!values.is_empty()).then(|| median(values))
        };
        let commits = |t: &Throughput| match &t.limit {
            Limit::Sqlite(Commits { one, sixteen, commit }) => {
                Some((*one, *sixteen, commit.as_secs_f64() * 1e3))
            }
            Limit::Pgbench(_) => None,
        };
        let pgbench = |t: &Throughput| match t.limit {
            Limit::Pgbench(rate) => Some(rate),
            Limit::Sqlite(_) => None,
        };
        let all = [
            ("filed over HTTP, with key and letters", " /s", of(&|t| Some(t.filed))),
            ("messages over HTTP, with key and letters", " /s", of(&|t| Some(t.written))),
            ("a small commit", " ms", of(&|t| Some(commits(t)?.2))),
            ("rows of a ticket, a commit for each", " /s", of(&|t| Some(commits(t)?.0))),
            ("rows of a ticket, 16 a commit", " /s", of(&|t| Some(commits(t)?.1))),
            ("  filed / a commit for each", "", of(&|t| Some(t.filed / commits(t)?.0))),
            ("  filed / 16 a commit", "", of(&|t| Some(t.filed / commits(t)?.1))),
            ("pgbench, statements of filing, 8 clients", " /s", of(&pgbench)),
            ("  filed / pgbench (at least 0.5)", "", of(&|t| Some(t.filed / pgbench(t)?))),
        ];
        all.into_iter().filter_map(|(what, unit, value)| Some((what.to_owned(), unit, value?))).collect()
    }

    fn json(&self) -> Value {
        let filing = &self.filing;
        let percentiles = |percent| {
            let (held, delivering) = filing.times(percent);
            let ratios = filing.ratios(percent);
            json!({ "held_ms": held, "delivering_ms": delivering, "ratio": median(ratios.clone()), "ratios": ratios })
        };
        json!({
            "database": self.database,
            "tickets": self.tickets,
            "due": self.due,
            "populated_s": self.populated.as_secs_f64(),
            "sweeping": {
                "alone_ms": ms(&self.sweeping.alone),
                "among_ms": ms(&self.sweeping.among),
                "ratio": self.sweeping.ratio(),
            },
            "filing": {
                "clients": filing.clients,
                "filings": filing.filings,
                "rounds": filing.rounds.len(),
                "p50": percentiles(50),
                "p99": percentiles(99),
                "letters": filing.letters,
                "letters_waiting": filing.rounds.iter().map(|r| r.waiting).collect::<Vec<_>>(),
                "letters_ms": filing.letters_took(),
            },
            "rates": self.rates().into_iter().map(|(what, _, value)| (what.trim().to_owned(), json!(value))).collect::<serde_json::Map<_, _>>(),
            "reading": self.reading.iter().map(|r| {
                let (small, large) = r.times();
                json!({ "what": r.what, "small_ms": small, "large_ms": large, "ratio": large / small })
            }).collect::<Vec<_>>(),
        })
    }
}

fn ms(times: &[Duration]) -> Vec<f64> {
    times.iter().map(|t| t.as_secs_f64() * 1e3).collect()
}

fn median(values: Vec<f64>) -> f64 {
    percentile(values, 50)
}

/// The smallest value that so many percent are not above.
fn percentile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() * percent).div_ceil(100).max(1);
    values.get(rank - 1).copied().unwrap_or(f64::NAN)
}
