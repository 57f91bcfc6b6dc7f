//! What time it is. The only place that asks the operating system.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Microseconds: what the database keeps.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock")]
        let now = Timestamp::now();
        micros(now)
    }
}

/// A clock that somebody pushes.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_microsecond()))
    }

    /// Moves it, backwards too.
    pub fn advance(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(0);
        self.0.fetch_add(by, Ordering::SeqCst);
    }

    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Time that rushes: `factor` times as fast as the operating system's since it was made.
#[derive(Clone, Copy, Debug)]
pub struct FastClock {
    start: Timestamp,
    factor: u32,
    began: Timestamp,
}

impl FastClock {
    /// Shows `start` now.
    pub fn from(start: Timestamp, factor: u32) -> Self {
        Self { start, factor, began: SystemClock.now() }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        let passed = SystemClock.now().duration_since(self.began).max(SignedDuration::ZERO);
        let passed = i64::try_from(passed.as_micros()).unwrap_or(i64::MAX);
        let rushed = SignedDuration::from_micros(passed.saturating_mul(i64::from(self.factor)));
        self.start.checked_add(rushed).unwrap_or(Timestamp::MAX)
    }
}

fn micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_begins_where_it_is_told_to_and_rushes() {
        let start: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let hour = SignedDuration::from_hours(1);
        let clock = FastClock {
            began: SystemClock.now() - SignedDuration::from_secs(10),
            ..FastClock::from(start, 360)
        };
        let shown = clock.now().duration_since(start);
        assert!(shown >= hour && shown < hour * 2, "{shown:?}");
        let early = FastClock { began: SystemClock.now() + hour, ..FastClock::from(start, 360) };
        assert_eq!(early.now(), start, "it does not run backwards");
    }
}
