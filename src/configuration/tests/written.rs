use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{CALENDARS, LADDER, calendars, ladder, written};
use super::source;
use crate::domain::calendar::{Allowance, CalendarSpec, Week, Window};
use crate::domain::calendars::Calendars;
use crate::domain::ladder::{
    AtOnce, Confirmation, DeadlineShare, HeadsUpShares, Ladder, LongOpen, Rung, Stand, Terms,
};

#[test]
fn the_built_in_files_are_written_as_they_were_read() {
    let read = ladder::read(LADDER, &[]).unwrap();
    assert_eq!(ladder::read(source(&written::ladder(&read)), &[]).unwrap(), read);
    let read = calendars::read(CALENDARS, None).unwrap();
    assert_eq!(calendars::read(source(&written::calendars(&read)), None).unwrap(), read);
}

fn allowance() -> impl Strategy<Value = Allowance> {
    prop_oneof![
        (0_u32..120_000).prop_map(Allowance::Minutes),
        (0_u32..2_000).prop_map(Allowance::Hours),
        (0_u32..=250).prop_map(Allowance::Days),
    ]
}

/// What people read: one line, not blank at the ends.
fn name() -> impl Strategy<Value = String> {
    "[^\\pC\\s]([^\\pC\\n\\r]{0,12}[^\\pC\\s])?"
}

fn terms(first: bool) -> impl Strategy<Value = Terms> {
    (vec(allowance(), 5), btree_map(1_u8..=99, allowance(), 0..4), option::of(allowance())).prop_map(
        move |(granted, rungs, grace)| Terms {
            first_reply: granted[0],
            update: granted[1],
            resolution: granted[2],
            rungs,
            renotify: granted[3],
            press_answer: granted[4],
            grace: grace.filter(|_| !first),
        },
    )
}

fn ladders() -> impl Strategy<Value = Ladder> {
    let rung = (name(), select(Stand::ALL), option::of(1_u8..=99));
    let asked = (btree_set(1_u16..100, 0..4), 100_u16..=365, 0_u16..=365);
    let [p1, p2, p3, p4] = [true, false, false, false].map(terms);
    let waits = (allowance(), vec(allowance(), 0..3));
    let shares = (1_u8..=99, 1_u8..=99);
    let new = (at_once(), allowance(), allowance());
    (vec(rung, 1..6), (p1, p2, p3, p4), waits, shares, asked, new).prop_map(
        |(rungs, (p1, p2, p3, p4), (longest_wait, wait_reminders), (owner, holder), asked, new)| Ladder {
            deadline_shares: (1..)
                .zip(&rungs)
                .filter_map(|(rung, (_, _, share))| share.map(|percent| DeadlineShare { rung, percent }))
                .collect(),
            rungs: (1..).zip(rungs).map(|(number, (name, stand, _))| Rung { number, name, stand }).collect(),
            terms: [p1, p2, p3, p4],
            longest_wait,
            wait_reminders,
            heads_up: HeadsUpShares { owner: owner.min(holder), holder: owner.max(holder) },
            confirmation: Confirmation {
                ask_after_days: asked.0.into_iter().collect(),
                close_after_days: asked.1,
                refusable_days: asked.2,
            },
            at_once: new.0,
            long_open: LongOpen { after: new.1, every: new.2 },
        },
    )
}

fn at_once() -> impl Strategy<Value = AtOnce> {
    (1_u32..=1_000, 1_u32..=1_000, 1_u32..=1_000, 2_u32..=1_000, 1_u16..=730).prop_map(
        |(broken_promises, reopenings, hand_ons, repeats, repeat_days)| AtOnce {
            broken_promises,
            reopenings,
            hand_ons,
            repeats,
            repeat_days,
        },
    )
}

/// The windows of a day: none, one, or two that do not meet.
fn windows() -> impl Strategy<Value = Vec<Window>> {
    btree_set(0_u16..=1_439, 0..=4).prop_map(|edges| {
        let edges: Vec<u16> = edges.into_iter().collect();
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        edges.chunks_exact(2).map(|w| format!("{}-{}", time(w[0]), time(w[1])).parse().unwrap()).collect()
    })
}

fn holidays() -> impl Strategy<Value = BTreeSet<Date>> {
    btree_set((1970_i16..=2200, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| date(y, m, d)), 0..5)
}

fn spec() -> impl Strategy<Value = CalendarSpec> {
    let zone = select(&["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"][..]);
    let day = option::of((1_u32..=1_440).prop_map(Allowance::Minutes));
    (zone, vec(windows(), 7), day, holidays()).prop_map(|(zone, days, day, holidays)| {
        let [mon, tue, wed, thu, fri, sat, sun]: [Vec<Window>; 7] = days.try_into().unwrap();
        let mut week = Week { mon, tue, wed, thu, fri, sat, sun };
        if week == Week::default() {
            week.wed = vec!["00:00-24:00".parse().unwrap()];
        }
        CalendarSpec { name: String::new(), zone: zone.to_owned(), week, holidays, day }
    })
}

fn sets() -> impl Strategy<Value = Calendars> {
    let names = |key: &'static str| btree_map(key, any::<prop::sample::Index>(), 0..4);
    (
        btree_map(name(), spec(), 1..4),
        any::<prop::sample::Index>(),
        names("[a-zßé][a-zßé .\"'#=]{0,6}[a-z]"),
        names("[a-z0-9]{1,8}(-[a-z0-9]{1,4})?"),
        names("[a-zA-Z_.]{1,8}"),
    )
        .prop_map(|(mut calendars, default, regions, partners, teams)| {
            for (name, spec) in &mut calendars {
                spec.name.clone_from(name);
            }
            let known: Vec<String> = calendars.keys().cloned().collect();
            let named = |table: BTreeMap<String, prop::sample::Index>| {
                table.into_iter().map(|(key, at)| (key, at.get(&known).clone())).collect()
            };
            Calendars {
                default: default.get(&known).clone(),
                regions: named(regions),
                partners: named(partners),
                teams: named(teams),
                calendars,
            }
        })
}

proptest! {
    #[test]
    fn a_ladder_reads_back_as_it_was(value in ladders()) {
        let text = written::ladder(&value);
        let read = ladder::read(source(&text), &[]);
        prop_assert_eq!(read.as_ref(), Ok(&value), "{}", text);
    }

    #[test]
    fn calendars_read_back_as_they_were(value in sets()) {
        let text = written::calendars(&value);
        let read = calendars::read(source(&text), None);
        prop_assert_eq!(read.as_ref(), Ok(&value), "{}", text);
    }
}
