use super::*;
use crate::domain::ids::PersonId;
use crate::domain::samples::person;

fn desk(teams: &[(&str, bool)]) -> Person {
    let membership = |(team, lead): &(&str, bool)| Membership { team: (*team).to_owned(), lead: *lead };
    Person { teams: teams.iter().map(membership).collect(), ..person(PersonId(21), Role::Desk) }
}

#[test]
fn desk_members_serve_their_teams_and_without_any_all_of_them() {
    let cases = [
        ("a member", desk(&[("deal_desk", false)]), (true, false, false)),
        ("its lead", desk(&[("deal_desk", true)]), (true, true, true)),
        ("of another team", desk(&[("order_ops", false)]), (false, false, false)),
        ("another team's lead", desk(&[("order_ops", true)]), (false, false, true)),
        ("of several teams", desk(&[("order_ops", true), ("deal_desk", false)]), (true, false, true)),
        ("of no team", desk(&[]), (true, false, false)),
        ("not of the desk", person(PersonId(31), Role::ChannelManager), (false, false, false)),
    ];
    for (name, person, expected) in cases {
        let found = (person.serves("deal_desk"), person.leads("deal_desk"), person.leads_any());
        assert_eq!(found, expected, "{name}");
    }
}

fn new(role: Role) -> NewPerson {
    NewPerson {
        email: "somebody@example.com".to_owned(),
        name: "Somebody".to_owned(),
        role,
        partner: role.is_partner_side().then(|| "acme".to_owned()),
        region: (role == Role::Director).then(|| "EMEA".to_owned()),
        teams: Vec::new(),
        lead: false,
        zone: None,
    }
}

#[test]
fn role_partner_region_and_teams_have_to_go_together() {
    let acme = || Some("acme".to_owned());
    let emea = || Some("EMEA".to_owned());
    let team = || vec!["deal_desk".to_owned()];
    let cases: [(&str, NewPerson, &[&str]); 13] = [
        ("a contact", new(Role::Contact), &[]),
        ("a contact of nobody", NewPerson { partner: None, ..new(Role::Contact) }, &["partner required"]),
        ("a principal of nobody", NewPerson { partner: None, ..new(Role::Principal) }, &["partner required"]),
        ("staff of a partner", NewPerson { partner: acme(), ..new(Role::Vp) }, &["partner not_allowed"]),
        (
            "a director without a region",
            NewPerson { region: None, ..new(Role::Director) },
            &["region required"],
        ),
        ("a channel manager in a region", NewPerson { region: emea(), ..new(Role::ChannelManager) }, &[]),
        ("a VP in a region", NewPerson { region: emea(), ..new(Role::Vp) }, &["region not_allowed"]),
        (
            "a desk member in a region",
            NewPerson { region: emea(), ..new(Role::Desk) },
            &["region not_allowed"],
        ),
        ("a desk member of a team", NewPerson { teams: team(), ..new(Role::Desk) }, &[]),
        ("a lead", NewPerson { teams: team(), lead: true, ..new(Role::Desk) }, &[]),
        ("a lead of nothing", NewPerson { lead: true, ..new(Role::Desk) }, &["lead not_allowed"]),
        ("a director in a team", NewPerson { teams: team(), ..new(Role::Director) }, &["teams not_allowed"]),
        (
            "everything at once",
            NewPerson { partner: None, region: emea(), teams: team(), ..new(Role::Contact) },
            &["partner required", "region not_allowed", "teams not_allowed"],
        ),
    ];
    for (name, person, expected) in cases {
        let found: Vec<String> = person.faults().iter().map(|f| format!("{} {}", f.field, f.code)).collect();
        assert_eq!(found, expected, "{name}");
    }
    assert!(Role::ALL.iter().all(|&role| new(role).faults().is_empty()));
}

#[test]
fn an_email_address_is_read_plainly() {
    let long_label = format!("a@{}.com", "x".repeat(64));
    let long_local = format!("{}@example.com", "x".repeat(65));
    let long = format!("a@{}example.com", "x.".repeat(125));
    let cases = [
        ("priya@example.com", Some("priya@example.com")),
        ("  Priya.Nair@Example.COM ", Some("priya.nair@example.com")),
        ("o'hara+tag@mail.example.co.uk", Some("o'hara+tag@mail.example.co.uk")),
        ("root@localhost", Some("root@localhost")),
        ("", None),
        ("priya", None),
        ("@example.com", None),
        ("priya@", None),
        ("a@b@example.com", None),
        ("priya @example.com", None),
        (".priya@example.com", None),
        ("priya.@example.com", None),
        ("pri..ya@example.com", None),
        ("priya@example..com", None),
        ("priya@-example.com", None),
        ("priya@example-.com", None),
        ("priya@exa_mple.com", None),
        ("príya@example.com", None),
        ("priya@example.com\r\nBcc: x@example.com", None),
        ("<priya@example.com>", None),
        (long_label.as_str(), None),
        (long_local.as_str(), None),
        (long.as_str(), None),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_email(text).ok().as_deref(), expected, "{text:?}");
    }
}
