use super::super::{TAXONOMY, taxonomy};
use super::{lines, source, with_line};

#[test]
fn the_built_in_taxonomy_has_the_published_codes_and_priorities() {
    let taxonomy = taxonomy::read(TAXONOMY).unwrap();
    let found: Vec<String> = taxonomy
        .leaves()
        .map(|found| format!("{} {} {}", found.code(), found.leaf.priority, found.team()))
        .collect();
    let expected = "\
deal.partner_conflict P2 deal_desk
deal.direct_conflict P2 deal_desk
deal.approval_late P2 deal_desk
deal.rejected_dispute P3 deal_desk
price.approval_late P2 deal_desk
price.approved_wrong P2 deal_desk
price.list_or_quote_error P3 deal_desk
order.delivery_late P2 order_ops
order.wrong_or_damaged P2 order_ops
order.entry_blocked P2 order_ops
order.stock_allocation P3 order_ops
funds.mdf_preapproval P3 channel_finance
funds.claim_unpaid P2 channel_finance
funds.claim_rejected P3 channel_finance
funds.rebate_or_incentive_wrong P2 channel_finance
lic.renewal_quote P2 licensing
lic.entitlement_wrong P2 licensing
lic.invoice_error P3 licensing
tech.presales_help P3 partner_se
tech.support_case_stuck P2 partner_se
tech.demo_or_nfr P4 partner_se
portal.access P3 partner_portal
portal.error_or_data P3 partner_portal
enable.training_access P4 enablement
enable.certification_record P3 enablement
enable.tier_status P3 enablement
mkt.collateral P4 channel_marketing
mkt.brand_approval P3 channel_marketing
mkt.lead_handling P3 channel_marketing
rel.am_unresponsive P3 support_desk
rel.am_changed P3 support_desk
rel.roles_unclear P3 support_desk
rel.information_late_or_wrong P3 support_desk
p2p.sales_rivalry P2 alliance_desk
p2p.delivery_blame P2 alliance_desk
p2p.joint_marketing P3 alliance_desk
p2p.incentives P3 alliance_desk
p2p.going_quiet P3 alliance_desk
legal.contract_terms P3 legal
legal.compliance_or_audit P2 legal";
    assert_eq!(found.join("\n"), expected);
}

const SMALL: &str = "\
[[team]]
code = \"desk\"
name = \"Desk\"

[[group]]
code = \"deal\"
name = \"Deals\"
hint = \"A deal.\"
team = \"desk\"
leaves = [
  { code = \"late\", name = \"Late\", priority = \"P2\" },
  { code = \"wrong\", name = \"Wrong\", priority = \"P3\", team = \"desk\" },
]

[[group]]
code = \"price\"
name = \"Prices\"
hint = \"A price.\"
team = \"desk\"
leaves = [ { code = \"late\", name = \"Late\", priority = \"P2\" } ]";

#[test]
fn each_wrong_line_is_named() {
    assert_eq!(lines(taxonomy::read(source(SMALL))), [""; 0]);
    let late = "  { code = \"late\", name = \"Late\", priority = \"P2\" },";
    let cases = [
        ("code = \"price\"", "code = \"deal\"", "group.code: \"deal\" stands on line 6 already"),
        (
            "code = \"price\"",
            "code = \"the price\"",
            "group.code: must be a code: small letters, digits and _, a letter first, at most 40; not \"the price\"",
        ),
        ("hint = \"A price.\"", "hints = \"A price.\"", "group.hints: unknown key; did you mean \"hint\"?"),
        (late, "  { code = \"wrong\", name = \"Late\", priority = \"P2\" },", ""),
        (late, "  { code = \"late\", name = \"Late\" },", "group.leaves.priority: missing"),
        (late, "  \"late\",", "group.leaves: each entry must be a table in { }"),
        (
            late,
            "  { code = \"late\", name = \"Late\", priority = \"p2\" },",
            "group.leaves.priority: must be one of P1, P2, P3, P4, not \"p2\"; did you mean \"P2\"?",
        ),
        (
            late,
            "  { code = \"late\", name = \"Late\", priority = \"P2\", team = \"dsk\" },",
            "group.leaves.team: there is no team \"dsk\"; did you mean \"desk\"?",
        ),
        (
            "leaves = [ { code = \"late\", name = \"Late\", priority = \"P2\" } ]",
            "leaves = []",
            "group.leaves: missing: at least one is needed",
        ),
    ];
    for (old, new, problem) in cases {
        let (text, line) = with_line(SMALL, old, new);
        let found = lines(taxonomy::read(source(&text)));
        let expected = if problem.is_empty() {
            format!("f:{}: group.leaves.code: \"wrong\" stands on line {line} already", line + 1)
        } else {
            format!("f:{line}: {problem}")
        };
        assert!(found.contains(&expected), "{new}: {found:#?}");
    }
}

#[test]
fn a_team_that_cannot_be_read_makes_no_mistakes_of_its_groups() {
    let (text, line) = with_line(SMALL, "code = \"desk\"", "code = 7");
    assert_eq!(
        lines(taxonomy::read(source(&text))),
        [format!("f:{line}: team.code: must be a text in quotes, not a number")]
    );
}

#[test]
fn an_empty_file_is_a_list_of_what_to_write() {
    assert_eq!(
        lines(taxonomy::read(source(""))),
        ["f:1: team: missing: at least one is needed", "f:1: group: missing: at least one is needed",]
    );
}
