use super::*;

fn allowance(text: &str) -> Allowance {
    text.parse().unwrap()
}

/// first reply, update, resolution, re-notify; then the rungs from 2 up.
fn terms(clocks: [&str; 4], rungs: &[&str]) -> Terms {
    let [first_reply, update, resolution, renotify] = clocks.map(allowance);
    Terms {
        first_reply,
        update,
        resolution,
        renotify,
        rungs: (2..).zip(rungs.iter().map(|rung| allowance(rung))).collect(),
        press_answer: allowance("4 bh"),
        grace: None,
    }
}

fn ladder() -> Ladder {
    let stands = [Stand::Owner, Stand::ChannelManager, Stand::Director, Stand::Vp];
    let rungs =
        (1..).zip(stands).map(|(number, stand)| Rung { number, name: format!("Rung {number}"), stand });
    let shares = [(2, 30), (3, 55), (4, 80)];
    Ladder {
        rungs: rungs.collect(),
        terms: [
            terms(["1 bh", "4 bh", "1 bd", "4 bh"], &["1 bh", "4 bh", "1 bd"]),
            terms(["4 bh", "1 bd", "3 bd", "1 bd"], &["4 bh", "1 bd", "3 bd"]),
            terms(["1 bd", "3 bd", "8 bd", "3 bd"], &["2 bd", "5 bd", "10 bd"]),
            terms(["2 bd", "5 bd", "15 bd", "10 bd"], &["5 bd", "10 bd"]),
        ],
        longest_wait: allowance("5 bd"),
        deadline_shares: shares.map(|(rung, percent)| DeadlineShare { rung, percent }).to_vec(),
        wait_reminders: vec![Allowance::Days(2)],
        heads_up: HeadsUpShares::default(),
        confirmation: Confirmation::default(),
        at_once: AtOnce::default(),
        long_open: LongOpen::default(),
    }
}

fn calendar(windows: &str) -> Calendar {
    let week = serde_json::json!({
        "mon": [windows], "tue": [windows], "wed": [windows], "thu": [windows], "fri": [windows]
    });
    let spec = serde_json::json!({ "name": "test", "zone": "UTC", "week": week });
    Calendar::new(serde_json::from_value(spec).unwrap()).unwrap()
}

fn mistakes(change: impl FnOnce(&mut Ladder)) -> Vec<String> {
    let mut ladder = ladder();
    change(&mut ladder);
    ladder.mistakes(&calendar("09:00-17:00")).iter().map(ToString::to_string).collect()
}

#[test]
fn the_published_ladder_has_no_mistakes_whatever_the_day() {
    for windows in ["09:00-17:00", "00:00-24:00", "09:00-14:00"] {
        assert_eq!(ladder().mistakes(&calendar(windows)), [], "{windows}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_mistake_is_found() {
    type Change = fn(&mut Ladder);
    let cases: [(&str, Change, &[&str]); 17] = [
        (
            "one rung",
            |l| {
                l.rungs.truncate(1);
                l.terms.iter_mut().for_each(|terms| terms.rungs.clear());
                l.deadline_shares.clear();
            },
            &["a ladder needs at least two rungs"],
        ),
        (
            "a gap in the numbers",
            |l| {
                l.rungs.remove(2);
                for terms in &mut l.terms {
                    terms.rungs.remove(&3);
                }
                l.deadline_shares.remove(1);
            },
            &["rung 4 is out of order: expected number 3"],
        ),
        (
            "a rung 1 without the owner",
            |l| {
                l.rungs[0].stand = Stand::Director;
                l.rungs[2].stand = Stand::Vp;
                l.rungs[3].stand = Stand::ChannelManager;
                l.rungs[1].stand = Stand::Vp;
            },
            &["rung 1 is held by the ticket's owner, not by director", "rung 3: vp stands on rung 2 already"],
        ),
        (
            "the owner above",
            |l| l.rungs[2].stand = Stand::Owner,
            &["rung 3: only rung 1 is held by the owner"],
        ),
        (
            "one holder twice",
            |l| l.rungs[3].stand = Stand::ChannelManager,
            &["rung 4: channel_manager stands on rung 2 already"],
        ),
        (
            "a clock for a rung that is not there",
            |l| {
                l.terms[2].rungs.insert(5, allowance("20 bd"));
            },
            &["P3: rung 5 is not a rung of this ladder"],
        ),
        (
            "a clock for rung 1",
            |l| {
                l.terms[2].rungs.insert(1, allowance("1 bd"));
            },
            &["P3: rung 1 is not a rung of this ladder"],
        ),
        (
            "a rung due before the one below",
            |l| {
                l.terms[1].rungs.insert(3, allowance("3 bh"));
            },
            &["P2: rung 3 is due before rung 2"],
        ),
        (
            "hours before days, on a day of eight hours",
            |l| {
                l.terms[1].rungs.insert(2, allowance("9 bh"));
            },
            &["P2: rung 3 is due before rung 2"],
        ),
        (
            "two rungs due together are in order",
            |l| {
                l.terms[1].rungs.insert(2, allowance("8 bh"));
            },
            &[],
        ),
        (
            "a rung that is due at once",
            |l| {
                l.terms[0].rungs.insert(2, allowance("0 bh"));
            },
            &[],
        ),
        (
            "a rung that can never be reached",
            |l| {
                l.terms[0].rungs.remove(&2);
            },
            &[
                "P1: rung 2 has no allowance, but rung 3 has one: it could never be reached",
                "P1: rung 2 has no allowance, but rung 4 has one: it could never be reached",
            ],
        ),
        ("top rungs without a clock are never reached, which is allowed", |l| l.terms[3].rungs.clear(), &[]),
        (
            "clocks without time",
            |l| {
                l.terms[1].first_reply = allowance("0 min");
                l.terms[1].renotify = allowance("0 bd");
            },
            &["P2: first_reply must be more than nothing", "P2: renotify must be more than nothing"],
        ),
        (
            "a deadline share of rung 1",
            |l| l.deadline_shares[0].rung = 1,
            &["deadline share of rung 1: not a rung above the first"],
        ),
        (
            "all of the time to a deadline",
            |l| l.deadline_shares[2].percent = 100,
            &["deadline share of rung 4: must be between 1 and 99 percent"],
        ),
        (
            "deadline shares out of order",
            |l| l.deadline_shares[1].percent = 30,
            &["deadline share of rung 3: must be later than the rung below"],
        ),
    ];
    for (name, change, expected) in cases {
        assert_eq!(mistakes(change), expected, "{name}");
    }
}

#[test]
fn every_mistake_is_found_at_once() {
    let found = mistakes(|l| {
        l.rungs[3].stand = Stand::Director;
        l.terms[0].update = allowance("0 bh");
        l.terms[3].rungs.insert(3, allowance("1 bd"));
        l.deadline_shares[0].percent = 0;
    });
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn terms_and_rungs_are_found_by_priority_and_number() {
    let ladder = ladder();
    assert_eq!(ladder.terms(Priority::P3).update, allowance("3 bd"));
    assert_eq!(ladder.terms(Priority::P4).rungs.get(&4), None);
    assert_eq!(ladder.rung(3).map(|rung| rung.stand), Some(Stand::Director));
    assert_eq!(ladder.rung(0), None);
    assert_eq!(ladder.rung(5), None);
}

#[test]
fn a_stored_ladder_is_read_back_the_same() {
    let stored = serde_json::to_string(&ladder()).unwrap();
    assert_eq!(serde_json::from_str::<Ladder>(&stored).unwrap(), ladder());
}
