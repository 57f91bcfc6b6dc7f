//! Who is there, who holds, who owns: tables of named cases.

use super::*;
use crate::domain::samples::{DIRECTOR, MANAGER, OLGA, PRIYA, VP, at};

const OTHER_MANAGER: PersonId = PersonId(32);
const SECOND_DIRECTOR: PersonId = PersonId(42);
const SECOND_VP: PersonId = PersonId(52);
const ZOE: PersonId = PersonId(23);
/// Nobody knows them any more.
const GONE: PersonId = PersonId(99);

const NOON: &str = "Mon 23 Nov 12:00";

fn away(person: PersonId, stand_in: Option<PersonId>) -> Absence {
    away_between(person, stand_in, "Mon 23 Nov 09:00", Some("Tue 24 Nov 09:00"))
}

fn away_between(person: PersonId, stand_in: Option<PersonId>, from: &str, until: Option<&str>) -> Absence {
    Absence { id: AbsenceId(person.0), person, from: at(from), until: until.map(at), stand_in }
}

fn roster(absences: &[Absence]) -> Roster {
    let active = [
        (PRIYA, Role::Desk),
        (OLGA, Role::Desk),
        (ZOE, Role::Desk),
        (MANAGER, Role::ChannelManager),
        (OTHER_MANAGER, Role::ChannelManager),
        (DIRECTOR, Role::Director),
        (SECOND_DIRECTOR, Role::Director),
        (VP, Role::Vp),
        (SECOND_VP, Role::Vp),
    ];
    Roster::new(absences.to_vec(), active.into())
}

#[test]
fn an_absence_counts_from_its_start_up_to_its_end() {
    let roster = roster(&[
        away_between(PRIYA, None, "Mon 23 Nov 09:00", Some("Tue 24 Nov 09:00")),
        away_between(OLGA, None, "Mon 23 Nov 09:00", None),
    ]);
    let cases = [
        (PRIYA, "Mon 23 Nov 08:59", true),
        (PRIYA, "Mon 23 Nov 09:00", false),
        (PRIYA, "Tue 24 Nov 08:59", false),
        (PRIYA, "Tue 24 Nov 09:00", true),
        (OLGA, "Mon 23 Nov 08:59", true),
        (OLGA, "Fri 22 Jan 12:00", false),
        (GONE, "Mon 23 Nov 12:00", false),
    ];
    for (person, when, present) in cases {
        assert_eq!(roster.is_present(person, at(when)), present, "{person} at {when}");
    }
}

#[test]
fn stand_ins_are_followed_until_somebody_is_there() {
    let cases: [(&str, Vec<Absence>, Option<PersonId>); 7] = [
        ("one who is there", vec![], None),
        ("nobody named", vec![away(PRIYA, None)], None),
        ("there", vec![away(PRIYA, Some(OLGA))], Some(OLGA)),
        ("away too, nobody after", vec![away(PRIYA, Some(OLGA)), away(OLGA, None)], None),
        ("away too, and the next is there", vec![away(PRIYA, Some(OLGA)), away(OLGA, Some(ZOE))], Some(ZOE)),
        ("each for the other", vec![away(PRIYA, Some(OLGA)), away(OLGA, Some(PRIYA))], None),
        ("has left", vec![away(PRIYA, Some(GONE))], None),
    ];
    for (name, absences, expected) in cases {
        assert_eq!(roster(&absences).stand_in(PRIYA, at(NOON)), expected, "{name}");
    }
}

#[test]
fn who_would_stand_in_is_found_backwards() {
    let roster = roster(&[away(PRIYA, Some(OLGA)), away(OLGA, Some(ZOE)), away(ZOE, Some(PRIYA))]);
    assert_eq!(roster.stands_in_for(ZOE), BTreeSet::from([PRIYA, OLGA]));
    assert_eq!(roster.stands_in_for(MANAGER), BTreeSet::new());
}

/// Of Acme: one channel manager, two directors and two VPs unless a case has fewer.
fn candidates() -> Candidates {
    Candidates {
        channel_manager: Some(MANAGER),
        directors: vec![DIRECTOR, SECOND_DIRECTOR],
        vps: vec![VP, SECOND_VP],
    }
}

fn one_each() -> Candidates {
    Candidates { channel_manager: Some(MANAGER), directors: vec![DIRECTOR], vps: vec![VP] }
}

struct Row {
    name: &'static str,
    of: Candidates,
    absences: Vec<Absence>,
    about: Option<PersonId>,
    /// On rungs 2, 3 and 4.
    stand: [Option<PersonId>; 3],
}

fn row(
    name: &'static str,
    of: Candidates,
    absences: Vec<Absence>,
    about: Option<PersonId>,
    stand: [Option<PersonId>; 3],
) -> Row {
    Row { name, of, absences, about, stand }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn a_rung_goes_to_the_first_then_their_stand_in_then_the_next() {
    let (m, d, v) = (Some(MANAGER), Some(DIRECTOR), Some(VP));
    let cases = [
        row("everybody is there", candidates(), vec![], None, [m, d, v]),
        row("nobody was ever added", Candidates::default(), vec![], None, [None; 3]),
        row(
            "a channel manager with a stand-in",
            candidates(),
            vec![away(MANAGER, Some(OTHER_MANAGER))],
            None,
            [Some(OTHER_MANAGER), d, v],
        ),
        row("a channel manager without", candidates(), vec![away(MANAGER, None)], None, [None, d, v]),
        row(
            "a director without a stand-in: the next",
            candidates(),
            vec![away(DIRECTOR, None)],
            None,
            [m, Some(SECOND_DIRECTOR), v],
        ),
        row(
            "a director with a stand-in: not the next",
            candidates(),
            vec![away(DIRECTOR, Some(OTHER_MANAGER))],
            None,
            [m, Some(OTHER_MANAGER), v],
        ),
        row("the only director", one_each(), vec![away(DIRECTOR, None)], None, [m, None, v]),
        row("the only VP", one_each(), vec![away(VP, None)], None, [m, d, None]),
        row(
            "both directors, the second with a stand-in",
            candidates(),
            vec![away(DIRECTOR, None), away(SECOND_DIRECTOR, Some(OTHER_MANAGER))],
            None,
            [m, Some(OTHER_MANAGER), v],
        ),
        row(
            "a director for a channel manager: rung 3 is the next's",
            candidates(),
            vec![away(MANAGER, Some(DIRECTOR))],
            None,
            [d, Some(SECOND_DIRECTOR), v],
        ),
        row(
            "the only director for a channel manager: nobody is asked twice",
            one_each(),
            vec![away(MANAGER, Some(DIRECTOR))],
            None,
            [d, None, v],
        ),
        row(
            "a VP for both below",
            candidates(),
            vec![away(MANAGER, Some(VP)), away(DIRECTOR, Some(VP))],
            None,
            [v, Some(SECOND_DIRECTOR), Some(SECOND_VP)],
        ),
        row(
            "about the channel manager: it is nobody's",
            candidates(),
            vec![away(MANAGER, Some(DIRECTOR))],
            m,
            [None, d, v],
        ),
        row(
            "about who would stand in",
            candidates(),
            vec![away(MANAGER, Some(OTHER_MANAGER))],
            Some(OTHER_MANAGER),
            [None, d, v],
        ),
        row(
            "about who would be next",
            candidates(),
            vec![away(DIRECTOR, None)],
            Some(SECOND_DIRECTOR),
            [m, None, v],
        ),
        row(
            "a desk member stands on no rung above",
            candidates(),
            vec![away(MANAGER, Some(PRIYA))],
            None,
            [None, d, v],
        ),
    ];
    for Row { name, of, absences, about, stand } in cases {
        let holders = roster(&absences).holders(&of, about, at(NOON));
        let [manager, director, vp] = stand;
        assert_eq!(
            (holders.channel_manager.present, holders.director.present, holders.vp.present),
            (manager, director, vp),
            "{name}"
        );
        assert_eq!(holders.director.regular, of.directors.first().copied(), "{name}: whose rung it is");
    }
}

/// Name, rung, its holder, who is away, whom it is about, and who is next.
type InLine = (&'static str, Stand, PersonId, Vec<Absence>, Option<PersonId>, Option<PersonId>);

#[test]
fn of_several_on_one_rung_the_next_is_asked_too() {
    let cases: [InLine; 6] = [
        ("the next", Stand::Director, DIRECTOR, vec![], None, Some(SECOND_DIRECTOR)),
        ("back to the first", Stand::Director, SECOND_DIRECTOR, vec![], None, Some(DIRECTOR)),
        ("away", Stand::Director, DIRECTOR, vec![away(SECOND_DIRECTOR, None)], None, None),
        ("about them", Stand::Director, DIRECTOR, vec![], Some(SECOND_DIRECTOR), None),
        ("one channel manager", Stand::ChannelManager, MANAGER, vec![], None, None),
        ("the owner", Stand::Owner, PRIYA, vec![], None, None),
    ];
    for (name, stand, holder, absences, about, expected) in cases {
        let next = roster(&absences).next_on(&candidates(), stand, holder, about, at(NOON));
        assert_eq!(next, expected, "{name}");
    }
}

/// Name, owner, for whom they stand in, who is away, whom it is about, and what follows.
type Owned = (&'static str, PersonId, Option<PersonId>, Vec<Absence>, Option<PersonId>, Ownership);

#[test]
fn an_owner_is_followed_by_their_stand_in_and_gets_it_back() {
    use Ownership::{Passes, Routed, Stays};
    let stands_in = |p| Passes(p, HandOver::StandIn);
    let back = |p| Passes(p, HandOver::Returned);
    let cases: [Owned; 14] = [
        ("there", PRIYA, None, vec![], None, Stays),
        ("away with a stand-in", PRIYA, None, vec![away(PRIYA, Some(OLGA))], None, stands_in(OLGA)),
        ("away without", PRIYA, None, vec![away(PRIYA, None)], None, Routed),
        ("left", GONE, None, vec![], None, Routed),
        ("both away", PRIYA, None, vec![away(PRIYA, Some(OLGA)), away(OLGA, None)], None, Routed),
        ("about the stand-in", PRIYA, None, vec![away(PRIYA, Some(OLGA))], Some(OLGA), Routed),
        ("not of the desk", PRIYA, None, vec![away(PRIYA, Some(MANAGER))], None, Routed),
        ("still away", OLGA, Some(PRIYA), vec![away(PRIYA, Some(OLGA))], None, Stays),
        ("back", OLGA, Some(PRIYA), vec![], None, back(PRIYA)),
        ("back, and it is about them", OLGA, Some(PRIYA), vec![], Some(PRIYA), Stays),
        ("another stand-in", OLGA, Some(PRIYA), vec![away(PRIYA, Some(ZOE))], None, stands_in(ZOE)),
        ("no stand-in any more", OLGA, Some(PRIYA), vec![away(PRIYA, None)], None, Stays),
        (
            "the stand-in leaves, and has one",
            OLGA,
            Some(PRIYA),
            vec![away(PRIYA, Some(OLGA)), away(OLGA, Some(ZOE))],
            None,
            stands_in(ZOE),
        ),
        (
            "the stand-in leaves, and has none",
            OLGA,
            Some(PRIYA),
            vec![away(PRIYA, Some(OLGA)), away(OLGA, None)],
            None,
            Routed,
        ),
    ];
    for (name, owner, stands_in_for, absences, about, expected) in cases {
        assert_eq!(roster(&absences).ownership(owner, stands_in_for, about, at(NOON)), expected, "{name}");
    }
}
