//! When a letter that could not be sent is tried again: after half a minute, then after
//! twice as long each time, at most every hour, for a day. Wall time, not the business's.

use jiff::{SignedDuration, Timestamp};

const FIRST_PAUSE: i64 = 30;
const LONGEST_PAUSE: i64 = 3_600;
/// After the first try; then it is given up.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);
/// A pause is up to a fifth longer, so that what failed together is not tried together.
const SPREAD_PART: i64 = 5;

/// After `attempts` failures, the last one `now`. `spread` chooses how much later within
/// the fifth: the same number, the same instant. None: given up.
pub fn next_try(attempts: u32, first_try: Timestamp, now: Timestamp, spread: u64) -> Option<Timestamp> {
    let doubled = attempts.saturating_sub(1).min(16);
    let pause = (FIRST_PAUSE << doubled).min(LONGEST_PAUSE);
    let room = u64::try_from(pause * 1000 / SPREAD_PART).unwrap_or(0);
    let later = i64::try_from(spread % (room + 1)).unwrap_or(0);
    let next = now
        .checked_add(SignedDuration::from_secs(pause))
        .and_then(|at| at.checked_add(SignedDuration::from_millis(later)))
        .ok()?;
    let last = first_try.checked_add(PATIENCE).ok()?;
    (next <= last).then_some(next)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_pause_doubles_from_half_a_minute_to_an_hour() {
        let now = at("2026-11-23T10:00:00Z");
        let pause = |attempts| next_try(attempts, now, now, 0).unwrap().duration_since(now).as_secs();
        let pauses: Vec<i64> = (0..=10).map(pause).collect();
        assert_eq!(pauses, [30, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(pause(u32::MAX), 3600);
    }

    #[test]
    fn a_day_after_the_first_try_it_is_given_up() {
        let first = at("2026-11-23T10:00:00Z");
        let in_time = at("2026-11-24T09:00:00Z");
        assert_eq!(next_try(30, first, in_time, 0), Some(at("2026-11-24T10:00:00Z")));
        assert_eq!(next_try(30, first, in_time, 1), None);
        assert_eq!(next_try(1, first, at("2026-11-24T09:59:31Z"), 0), None);
        assert_eq!(next_try(1, Timestamp::MAX, Timestamp::MAX, 0), None);
    }

    proptest! {
        #[test]
        fn the_next_try_lies_ahead_and_at_most_a_fifth_late(
            attempts in 0_u32..100, waited in 0_i64..80_000, spread in any::<u64>(),
        ) {
            let first = at("2026-11-23T10:00:00Z");
            let now = first + SignedDuration::from_secs(waited);
            if let Some(next) = next_try(attempts, first, now, spread) {
                let plain = next_try(attempts, first, now, 0).unwrap().duration_since(now);
                let pause = next.duration_since(now);
                prop_assert!(pause >= plain && pause * 5 <= plain * 6);
                // More failures never mean an earlier try.
                if let Some(later) = next_try(attempts + 1, first, now, 0) {
                    prop_assert!(later >= now + plain);
                }
            }
        }

        #[test]
        fn whoever_fails_every_time_comes_to_an_end_within_a_day(spread in any::<u64>()) {
            let first = at("2026-11-23T10:00:00Z");
            let (mut now, mut attempts) = (first, 1);
            while let Some(next) = next_try(attempts, first, now, spread) {
                prop_assert!(next > now);
                now = next;
                attempts += 1;
                prop_assert!(attempts < 100);
            }
            prop_assert!(attempts > 20);
            prop_assert!(now.duration_since(first) <= PATIENCE);
        }
    }
}
