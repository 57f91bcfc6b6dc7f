//! Lists are narrowed to exactly what the table reaches.

use super::*;
use crate::domain::ladder::Stand;

/// What a scope says, read as the store has to read it.
fn holds(scope: &Scope, on: &Facts<'_>) -> bool {
    let is_about = |me: PersonId| on.about == Some(me);
    let holds_a_rung = |me: PersonId| on.rungs.iter().any(|s| s.holder == Some(me));
    match scope {
        Scope::Nothing => false,
        Scope::Company { partner, me, only_own } => {
            let open = !is_restricted(on.category) || !only_own || on.requester == *me;
            !is_about(*me) && on.partner == *partner && open
        }
        Scope::Desk { me } => !is_about(*me) && (!is_restricted(on.category) || on.owner == *me),
        Scope::ChannelManager { me } => {
            let theirs = on.channel_manager == *me || holds_a_rung(*me);
            !is_about(*me) && theirs && group_of(on.category) != LEGAL
        }
        Scope::Region { region, me } => {
            let theirs = region.as_deref().is_some_and(|region| same_region(region, on.region));
            !is_about(*me) && (theirs || holds_a_rung(*me))
        }
        Scope::Everything { me } => !is_about(*me),
        Scope::Token { partner } => {
            !is_restricted(on.category) && partner.is_none_or(|partner| partner == on.partner)
        }
    }
}

fn rung(number: u8, holder: PersonId) -> Step {
    let stand = if number == 1 { Stand::Owner } else { Stand::Director };
    let (due, reached_at, cause) = (None, None, None);
    Step { number, name: "a rung".to_owned(), stand, holder: Some(holder), due, reached_at, cause }
}

#[test]
fn a_scope_holds_exactly_the_tickets_that_one_may_see() {
    let mut actors = insiders();
    actors.extend([
        (
            "a contact elsewhere",
            Actor::Person(Person { partner: Some(OTHER_PARTNER), ..person(13, Role::Contact) }),
        ),
        ("a principal of nobody", Actor::Person(Person { partner: None, ..person(14, Role::Principal) })),
        ("a director of nowhere", Actor::Person(Person { region: None, ..person(42, Role::Director) })),
        ("a token that only writes", token(false, true, None)),
        ("a token of another partner", token(true, false, Some(OTHER_PARTNER))),
    ]);
    let everybody: Vec<Option<PersonId>> =
        std::iter::once(None).chain(actors.iter().map(|(_, a)| a.person().map(|p| p.id))).collect();
    // Nobody holds a rung above the first, or each of them one.
    let held: Vec<Vec<Step>> =
        everybody.iter().map(|p| vec![rung(1, PRIYA), rung(3, p.unwrap_or(NOBODY))]).collect();
    let mut seen = [0, 0];
    for partner in [PARTNER, OTHER_PARTNER] {
        for region in ["EMEA", "emea", "Americas"] {
            for channel_manager in [MANAGER, NOBODY] {
                for category in ["price.approval_late", "rel.account_manager", "legal.contract"] {
                    for (&about, rungs) in everybody.iter().flat_map(|a| held.iter().map(move |r| (a, r))) {
                        for (requester, owner) in [(CONTACT, PRIYA), (NOBODY, PRIYA), (CONTACT, NOBODY)] {
                            let facts = Facts {
                                partner,
                                region,
                                channel_manager,
                                category,
                                about,
                                requester,
                                owner,
                                team: "deal_desk",
                                rungs,
                                holder: None,
                                stand_in: None,
                                reviewer: None,
                                rung: 1,
                            };
                            for (who, actor) in &actors {
                                let sees = may(actor, Action::SeeEnvelope, &facts).is_ok();
                                assert_eq!(holds(&Scope::of(actor), &facts), sees, "{who}: {facts:?}");
                                if sees && !sees_envelopes_only(actor) {
                                    let notes = may(actor, Action::SeeInternal, &facts).is_ok();
                                    assert_eq!(Scope::of(actor).has_notes(), notes, "{who}: {facts:?}");
                                }
                                seen[usize::from(sees)] += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(seen[0] > 1_000 && seen[1] > 1_000, "{seen:?}");
}

#[test]
fn everybody_has_the_scope_of_their_role() {
    let company = |me, only_own| Scope::Company { partner: PARTNER, me, only_own };
    let cases = [
        ("contact", company(CONTACT, true)),
        ("principal", company(PersonId(12), false)),
        ("owner", Scope::Desk { me: PRIYA }),
        ("manager", Scope::ChannelManager { me: MANAGER }),
        ("director", Scope::Region { region: Some("EMEA".to_owned()), me: PersonId(41) }),
        ("vp", Scope::Everything { me: PersonId(51) }),
        ("admin", Scope::Everything { me: PersonId(61) }),
        ("reads", Scope::Token { partner: None }),
        ("partner's token", Scope::Token { partner: Some(PARTNER) }),
    ];
    for (who, scope) in cases {
        assert_eq!(Scope::of(&insider(who)), scope, "{who}");
    }
}
