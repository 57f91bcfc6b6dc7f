//! Roles × actions, in scope and out of it.

use super::*;

const ACTIONS: [(&str, Action); 24] = [
    ("see the envelope", Action::SeeEnvelope),
    ("see", Action::See),
    ("see internal", Action::SeeInternal),
    ("see its mail", Action::SeeMail),
    ("write", Action::Write),
    ("write internal", Action::WriteInternal),
    ("triage", Action::Triage),
    ("wait", Action::Wait),
    ("timetable", Action::Timetable),
    ("resolve", Action::Resolve),
    ("merge", Action::Merge),
    ("escalate to 2", Action::Escalate { to: 2 }),
    ("escalate to 3", Action::Escalate { to: 3 }),
    ("escalate to 4", Action::Escalate { to: 4 }),
    ("confirm", Action::Confirm),
    ("contest", Action::Contest),
    ("acknowledge", Action::Acknowledge),
    ("accept dates", Action::AcceptDates),
    ("hold", Action::Hold { again: false }),
    ("hold again", Action::Hold { again: true }),
    ("de-escalate", Action::Deescalate),
    ("log a call", Action::LogCall),
    ("mute", Action::Mute),
    ("watch", Action::Watch),
];

/// Every action of §9, and exactly who may.
const TABLE: [(&str, &[&str]); 24] = [
    (
        "see the envelope",
        &[
            "contact",
            "principal",
            "owner",
            "team",
            "every team",
            "desk",
            "manager",
            "director",
            "vp",
            "admin",
            "reads",
            "writes",
            "partner's token",
        ],
    ),
    (
        "see",
        &[
            "contact",
            "principal",
            "owner",
            "team",
            "every team",
            "desk",
            "manager",
            "director",
            "vp",
            "reads",
            "writes",
            "partner's token",
        ],
    ),
    ("see internal", &["owner", "team", "every team", "desk", "manager", "director", "vp"]),
    ("see its mail", &["owner", "team", "every team", "desk", "manager", "director", "vp", "admin"]),
    (
        "write",
        &[
            "contact",
            "principal",
            "owner",
            "team",
            "every team",
            "desk",
            "manager",
            "director",
            "vp",
            "writes",
            "partner's token",
        ],
    ),
    ("write internal", &["owner", "team", "every team", "desk", "manager", "director", "vp"]),
    ("triage", &["owner", "team", "every team", "desk", "manager", "director", "vp"]),
    ("wait", &["owner", "team", "every team", "director", "vp"]),
    ("timetable", &["owner", "team", "every team", "director", "vp"]),
    ("resolve", &["owner", "team", "every team", "director", "vp"]),
    ("merge", &["owner", "team", "every team", "director", "vp"]),
    (
        "escalate to 2",
        &["contact", "principal", "owner", "team", "every team", "desk", "manager", "director", "vp"],
    ),
    ("escalate to 3", &["principal", "owner", "team", "every team", "desk", "manager", "director", "vp"]),
    ("escalate to 4", &["principal", "owner", "team", "every team", "desk", "manager", "director", "vp"]),
    ("confirm", &["contact", "principal"]),
    ("contest", &["contact", "principal"]),
    // As the present rung's holder, or as who stands in there.
    ("acknowledge", &["manager", "team"]),
    ("accept dates", &["contact", "principal"]),
    ("hold", &["manager", "team"]),
    // Who holds the next rung.
    ("hold again", &["director"]),
    ("de-escalate", &["manager", "director", "vp"]),
    ("log a call", &["director", "vp"]),
    ("mute", &["contact", "principal"]),
    ("watch", &["contact", "principal", "owner", "team", "every team", "desk", "manager", "director", "vp"]),
];

#[test]
fn in_scope_everybody_may_what_the_table_says_and_nothing_else() {
    for ((name, action), (row, allowed)) in ACTIONS.iter().zip(TABLE) {
        assert_eq!(*name, row);
        for (who, actor) in insiders() {
            let expected = if allowed.contains(&who) { Ok(()) } else { Err(Denied::Forbidden) };
            let facts = Facts { rungs: &RUNGS, ..ticket() };
            assert_eq!(may(&actor, *action, &facts), expected, "{who}: {name}");
        }
    }
}

/// A ticket as it is but for one thing, and for whom it is then in scope.
struct Row {
    name: &'static str,
    facts: Facts<'static>,
    seen_by: &'static [&'static str],
}

const STAFF_AND_TOKENS: &[&str] =
    &["owner", "team", "every team", "desk", "director", "vp", "admin", "reads", "writes"];

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn out_of_scope_a_ticket_does_not_exist_whatever_one_wants() {
    let complaint = || Facts { category: "rel.account_manager", ..ticket() };
    let legal = || Facts { category: "legal.contract", ..ticket() };
    let rows = [
        Row {
            name: "another partner's",
            facts: Facts { partner: OTHER_PARTNER, channel_manager: NOBODY, ..ticket() },
            seen_by: STAFF_AND_TOKENS,
        },
        Row {
            name: "another region's",
            facts: Facts { region: "Americas", ..ticket() },
            seen_by: &[
                "contact",
                "principal",
                "owner",
                "team",
                "every team",
                "desk",
                "manager",
                "vp",
                "admin",
                "reads",
                "writes",
                "partner's token",
            ],
        },
        Row {
            name: "the region in other letters",
            facts: Facts { region: "emea", ..ticket() },
            seen_by: TABLE[0].1,
        },
        Row {
            name: "filed by a colleague",
            facts: Facts { requester: NOBODY, ..ticket() },
            seen_by: TABLE[0].1,
        },
        Row {
            name: "a complaint",
            facts: Facts { about: Some(NOBODY), ..complaint() },
            seen_by: &["contact", "principal", "owner", "manager", "director", "vp", "admin"],
        },
        Row {
            name: "a colleague's complaint",
            facts: Facts { about: Some(NOBODY), requester: NOBODY, ..complaint() },
            seen_by: &["principal", "owner", "manager", "director", "vp", "admin"],
        },
        Row {
            name: "a complaint that somebody else owns",
            facts: Facts { about: Some(NOBODY), owner: NOBODY, ..complaint() },
            seen_by: &["contact", "principal", "manager", "director", "vp", "admin"],
        },
        Row {
            name: "about the channel manager",
            facts: Facts { about: Some(MANAGER), ..complaint() },
            seen_by: &["contact", "principal", "owner", "director", "vp", "admin"],
        },
        Row {
            name: "about the director",
            facts: Facts { about: Some(PersonId(41)), ..complaint() },
            seen_by: &["contact", "principal", "owner", "manager", "vp", "admin"],
        },
        Row {
            name: "about the VP",
            facts: Facts { about: Some(PersonId(51)), ..complaint() },
            seen_by: &["contact", "principal", "owner", "manager", "director", "admin"],
        },
        Row {
            name: "about the owner",
            facts: Facts { about: Some(PRIYA), ..complaint() },
            seen_by: &["contact", "principal", "manager", "director", "vp", "admin"],
        },
        Row {
            name: "about an administrator",
            facts: Facts { about: Some(PersonId(61)), ..complaint() },
            seen_by: &["contact", "principal", "owner", "manager", "director", "vp"],
        },
        Row {
            name: "about somebody, whatever its category is now",
            facts: Facts { about: Some(PersonId(24)), ..ticket() },
            seen_by: &[
                "contact",
                "principal",
                "owner",
                "team",
                "every team",
                "manager",
                "director",
                "vp",
                "admin",
                "reads",
                "writes",
                "partner's token",
            ],
        },
        Row {
            name: "a legal matter",
            facts: legal(),
            seen_by: &["contact", "principal", "owner", "director", "vp", "admin"],
        },
        Row {
            name: "a colleague's legal matter, owned by another",
            facts: Facts { requester: NOBODY, owner: NOBODY, ..legal() },
            seen_by: &["principal", "director", "vp", "admin"],
        },
    ];
    for Row { name, facts, seen_by } in rows {
        for (who, actor) in insiders() {
            for (what, action) in ACTIONS {
                let found = may(&actor, action, &facts);
                if seen_by.contains(&who) {
                    assert_ne!(found, Err(Denied::NotFound), "{name}, {who}: {what}");
                    let may_see = matches!(action, Action::SeeEnvelope);
                    assert!(!may_see || found.is_ok(), "{name}, {who}: {what}");
                } else {
                    assert_eq!(found, Err(Denied::NotFound), "{name}, {who}: {what}");
                }
            }
        }
    }
}

#[test]
fn whom_a_scope_does_not_hold_finds_nothing() {
    let strangers = [
        (
            "a contact elsewhere",
            Actor::Person(Person { partner: Some(OTHER_PARTNER), ..person(13, Role::Contact) }),
        ),
        (
            "a principal elsewhere",
            Actor::Person(Person { partner: Some(OTHER_PARTNER), ..person(14, Role::Principal) }),
        ),
        ("a principal of nobody", Actor::Person(Person { partner: None, ..person(14, Role::Principal) })),
        ("another channel manager", Actor::Person(person(32, Role::ChannelManager))),
        (
            "another region's director",
            Actor::Person(Person { region: Some("APAC".to_owned()), ..person(42, Role::Director) }),
        ),
        ("a director of nowhere", Actor::Person(Person { region: None, ..person(42, Role::Director) })),
        ("a token of another partner", token(true, true, Some(OTHER_PARTNER))),
        ("a token that does not read", token(false, true, None)),
        ("a token without any scope", token(false, false, None)),
    ];
    for (name, actor) in strangers {
        for (what, action) in ACTIONS {
            assert_eq!(may(&actor, action, &ticket()), Err(Denied::NotFound), "{name}: {what}");
        }
    }
}

#[test]
fn no_token_ever_sees_what_is_restricted_or_internal() {
    for category in ["rel.account_manager", "legal.contract"] {
        for partner in [None, Some(PARTNER)] {
            let facts = Facts { category, ..ticket() };
            assert_eq!(may(&token(true, true, partner), Action::See, &facts), Err(Denied::NotFound));
        }
    }
    for partner in [None, Some(PARTNER)] {
        let found = may(&token(true, true, partner), Action::SeeInternal, &ticket());
        assert_eq!(found, Err(Denied::Forbidden));
    }
}

#[test]
fn administration_is_the_administrators() {
    for (who, actor) in insiders() {
        assert_eq!(may_administer(&actor).is_ok(), who == "admin", "{who}");
        assert!(may_list(&actor).is_ok(), "{who}");
    }
    assert_eq!(may_list(&token(false, true, None)), Err(Denied::Forbidden));
}
