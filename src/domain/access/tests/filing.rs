//! Who may file, for whom.

use super::*;

fn partner() -> PartnerFacts<'static> {
    PartnerFacts { id: PARTNER, region: "EMEA", channel_manager: MANAGER }
}

fn other() -> PartnerFacts<'static> {
    PartnerFacts { id: OTHER_PARTNER, region: "Americas", channel_manager: NOBODY }
}

const PLAIN: &str = "price.approval_late";

#[test]
fn everybody_files_for_the_partners_of_their_scope() {
    let (yes, gone, no) = (Ok(()), Err(Denied::NotFound), Err(Denied::Forbidden));
    let cases = [
        ("contact", yes, gone),
        ("principal", yes, gone),
        ("owner", yes, yes),
        ("desk", yes, yes),
        ("manager", yes, gone),
        ("director", yes, gone),
        ("vp", yes, yes),
        ("admin", no, no),
        ("reads", no, no),
        ("writes", yes, yes),
        ("partner's token", yes, gone),
    ];
    for (who, own, others) in cases {
        let actor = insider(who);
        assert_eq!(may_file(&actor, &partner(), PLAIN), own, "{who}, own");
        assert_eq!(may_file(&actor, &other(), PLAIN), others, "{who}, another's");
        assert_eq!(may_file_at_all(&actor).is_err(), own == no, "{who}, at all");
    }
}

#[test]
fn complaints_and_legal_matters_are_filed_by_people() {
    for category in ["rel.account_manager", "legal.contract"] {
        for (who, actor) in insiders() {
            let found = may_file(&actor, &partner(), category);
            let expected = match who {
                "admin" | "reads" | "writes" | "partner's token" => Err(Denied::Forbidden),
                _ => Ok(()),
            };
            assert_eq!(found, expected, "{who}: {category}");
        }
    }
}

#[test]
fn a_token_that_writes_files_without_reading() {
    assert_eq!(may_file(&token(false, true, None), &partner(), PLAIN), Ok(()));
    assert_eq!(may_file(&token(true, false, Some(PARTNER)), &partner(), PLAIN), Err(Denied::Forbidden));
}

#[test]
fn regions_are_the_same_in_any_letters() {
    let facts = PartnerFacts { region: "emea", ..partner() };
    assert_eq!(may_file(&insider("director"), &facts, PLAIN), Ok(()));
}

#[test]
fn a_contact_of_no_partner_files_for_none() {
    let lost = Actor::Person(Person { partner: None, ..person(13, Role::Contact) });
    assert_eq!(may_file(&lost, &partner(), PLAIN), Err(Denied::NotFound));
}
