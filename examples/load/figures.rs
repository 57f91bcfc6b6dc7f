//! What was measured, as a table or as JSON. Ratios are of medians, or medians of ratios
//! where rounds come in pairs.

use std::time::Duration;

use serde_json::{Value, json};

pub struct Report {
    pub database: &'static str,
    pub tickets: usize,
    pub due: usize,
    pub populated: Duration,
    pub sweeping: Sweeping,
    pub filing: Filing,
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
