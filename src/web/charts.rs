//! Small charts: thirteen weeks on one line, as SVG that takes its colours from the page. What
//! one shows is said beside it in a sentence and in a table (ADR 14).

use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

const WIDTH: i64 = 156;
const HEIGHT: i64 = 36;
/// Room for the width of the line, above and below.
const EDGE: i64 = 4;
const MICROSECONDS_OF_A_WEEK: i64 = 604_800_000_000;
/// From the start of 1970 to its first Monday.
const FIRST_MONDAY: i64 = 345_600_000_000;

/// A week with its figure; none where there is nothing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Since the first Monday of 1970, in UTC.
    pub week: i64,
    pub value: Option<i64>,
}

/// A chart, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// The line, in pieces where weeks are missing.
    pub lines: Vec<String>,
    /// The last point that there is.
    pub end: Option<(i64, i64)>,
    pub bars: Vec<Bar>,
    /// Label and figure, week by week.
    pub rows: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
}

/// The week that an instant lies in.
pub fn week_of(at: Timestamp) -> i64 {
    (at.as_microsecond() - FIRST_MONDAY).div_euclid(MICROSECONDS_OF_A_WEEK)
}

/// When a week starts.
pub fn start_of(week: i64) -> Timestamp {
    let us = week.saturating_mul(MICROSECONDS_OF_A_WEEK).saturating_add(FIRST_MONDAY);
    Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl Chart {
    /// A rate, of a hundred.
    pub fn rate(points: &[Point]) -> Self {
        let mut chart = Self { rows: rows(points, " %"), ..Self::default() };
        let mut piece = String::new();
        for (place, point) in (0..).zip(points) {
            match point.value {
                Some(value) => {
                    let at = (x(place, points.len()), y(value, 100));
                    let _ = write!(piece, "{},{} ", at.0, at.1);
                    chart.end = Some(at);
                }
                None => chart.lines.extend(whole(&mut piece)),
            }
        }
        chart.lines.extend(whole(&mut piece));
        chart
    }

    /// How many.
    pub fn counts(points: &[Point]) -> Self {
        let most = points.iter().filter_map(|p| p.value).max().unwrap_or(0).max(1);
        let width = (WIDTH / i64::try_from(points.len().max(1)).unwrap_or(1) - 3).max(1);
        let bar = |(place, point): (i64, &Point)| {
            let top = y(point.value.unwrap_or(0), most);
            let height = (HEIGHT - EDGE - top).max(1);
            Bar { x: x(place, points.len()) - width / 2, y: HEIGHT - EDGE - height, width, height }
        };
        Self { bars: (0..).zip(points).map(bar).collect(), rows: rows(points, ""), ..Self::default() }
    }
}

/// A piece of line with more than nothing in it, and a new one.
fn whole(piece: &mut String) -> Option<String> {
    let line = std::mem::take(piece).trim_end().to_owned();
    (!line.is_empty()).then_some(line)
}

fn rows(points: &[Point], unit: &str) -> Vec<(String, String)> {
    let row = |p: &Point| {
        let monday = start_of(p.week).to_zoned(TimeZone::UTC).strftime("%-d %b").to_string();
        (monday, p.value.map_or_else(|| "–".to_owned(), |value| format!("{value}{unit}")))
    };
    points.iter().map(row).collect()
}

fn x(place: i64, of: usize) -> i64 {
    let of = i64::try_from(of.max(1)).unwrap_or(1);
    (2 * place + 1) * WIDTH / (2 * of)
}

fn y(value: i64, most: i64) -> i64 {
    HEIGHT - EDGE - value.clamp(0, most) * (HEIGHT - 2 * EDGE) / most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[Option<i64>]) -> Vec<Point> {
        (0..).zip(values).map(|(week, value)| Point { week, value: *value }).collect()
    }

    #[test]
    fn a_week_without_a_figure_is_a_gap() {
        let chart = Chart::rate(&points(&[Some(100), Some(50), None, Some(0)]));
        assert_eq!(chart.lines, ["19,4 58,18", "136,32"]);
        assert_eq!(chart.end, Some((136, 32)));
        assert_eq!(chart.rows.get(2), Some(&("19 Jan".to_owned(), "–".to_owned())));
    }

    #[test]
    fn nothing_is_drawn_as_nothing_and_the_most_fills_the_height() {
        let chart = Chart::counts(&points(&[Some(0), Some(2)]));
        let heights: Vec<i64> = chart.bars.iter().map(|b| b.height).collect();
        assert_eq!(heights, [1, 28]);
        assert!(Chart::counts(&[]).bars.is_empty());
    }

    #[test]
    fn a_week_starts_on_monday() {
        let monday: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
        assert_eq!(start_of(week_of(monday)), monday);
        assert_eq!(week_of("2026-11-22T23:59:59Z".parse().unwrap()) + 1, week_of(monday));
    }
}
