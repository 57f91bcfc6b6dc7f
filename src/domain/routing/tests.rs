use super::*;
use crate::domain::person::{Membership, Role};
use crate::domain::samples::{at, person};

const TEAM: &str = "deal_desk";

/// A desk member with so many live tickets; the team is theirs, `lead:theirs`, or none.
fn member(id: i64, team: &str, live: i64) -> Candidate {
    let mut person = person(PersonId(id), Role::Desk);
    let (lead, code) = match team.strip_prefix("lead:") {
        Some(code) => (true, code),
        None => (false, team),
    };
    if !code.is_empty() {
        person.teams = vec![Membership { team: code.to_owned(), lead }];
    }
    Candidate { person, live, last_assigned: Some(at("Mon 23 Nov 10:00")) }
}

fn last(candidate: Candidate, when: Option<&str>) -> Candidate {
    Candidate { last_assigned: when.map(at), ..candidate }
}

fn away(candidate: Candidate) -> Candidate {
    Candidate { person: Person { active: false, ..candidate.person }, ..candidate }
}

#[test]
fn a_ticket_goes_to_whoever_of_its_team_has_the_fewest_and_was_idle_longest() {
    let cases = [
        (
            "the fewest live tickets",
            vec![member(1, TEAM, 3), member(2, TEAM, 1), member(3, TEAM, 2)],
            Some(2),
        ),
        (
            "a tie: longest idle",
            vec![
                last(member(1, TEAM, 1), Some("Mon 23 Nov 12:00")),
                last(member(2, TEAM, 1), Some("Mon 23 Nov 09:00")),
            ],
            Some(2),
        ),
        (
            "who never had one has been idle longest",
            vec![member(1, TEAM, 1), last(member(2, TEAM, 1), None)],
            Some(2),
        ),
        ("a tie in everything: always the same", vec![member(2, TEAM, 1), member(1, TEAM, 1)], Some(1)),
        ("other teams do not count", vec![member(1, "order_ops", 0), member(2, TEAM, 9)], Some(2)),
        ("no team is every team", vec![member(1, "", 0), member(2, TEAM, 1)], Some(1)),
        (
            "the lead is a member like the others",
            vec![member(1, "lead:deal_desk", 0), member(2, TEAM, 1)],
            Some(1),
        ),
        ("whoever left gets nothing", vec![away(member(1, TEAM, 0)), member(2, TEAM, 5)], Some(2)),
        ("an empty team: any lead", vec![member(1, "order_ops", 0), member(2, "lead:order_ops", 7)], Some(2)),
        (
            "an empty team: of several leads the one with the fewest",
            vec![member(1, "lead:order_ops", 7), member(2, "lead:legal", 6)],
            Some(2),
        ),
        (
            "no lead either: anybody on the desk",
            vec![member(1, "order_ops", 3), member(2, "legal", 1)],
            Some(2),
        ),
        ("nobody", vec![away(member(1, TEAM, 0))], None),
        ("nobody at all", vec![], None),
    ];
    for (name, candidates, expected) in cases {
        assert_eq!(owner(&candidates, TEAM, false, None), expected.map(PersonId), "{name}");
    }
}

#[test]
fn a_complaint_goes_to_a_lead_and_never_to_the_person_it_is_about() {
    let lead = || member(1, "lead:deal_desk", 9);
    let other_lead = || member(2, "lead:order_ops", 0);
    let plain = || member(3, TEAM, 0);
    let cases = [
        ("the team's lead, however busy", vec![lead(), other_lead(), plain()], None, Some(1)),
        ("about the team's lead: another lead", vec![lead(), other_lead(), plain()], Some(1), Some(2)),
        ("no other lead: the team", vec![lead(), plain(), member(4, "legal", 0)], Some(1), Some(3)),
        ("nobody of the team: anybody", vec![lead(), member(4, "legal", 0)], Some(1), Some(4)),
        ("about somebody else", vec![lead(), plain()], Some(31), Some(1)),
        ("there is only whom it is about", vec![lead()], Some(1), None),
    ];
    for (name, candidates, about, expected) in cases {
        let found = owner(&candidates, TEAM, true, about.map(PersonId));
        assert_eq!(found, expected.map(PersonId), "{name}");
    }
}

#[test]
fn an_ordinary_ticket_never_goes_to_the_person_it_is_about_either() {
    let candidates = [member(1, TEAM, 0), member(2, TEAM, 5)];
    assert_eq!(owner(&candidates, TEAM, false, Some(PersonId(1))), Some(PersonId(2)));
}
