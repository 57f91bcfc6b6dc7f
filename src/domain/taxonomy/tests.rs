use super::*;

fn leaf(code: &str, team: Option<&str>) -> Leaf {
    Leaf {
        code: code.to_owned(),
        name: code.to_uppercase(),
        priority: Priority::P3,
        team: team.map(str::to_owned),
    }
}

fn taxonomy() -> Taxonomy {
    let group = |code: &str, leaves| Group {
        code: code.to_owned(),
        name: code.to_uppercase(),
        hint: String::new(),
        team: "desk".to_owned(),
        leaves,
    };
    Taxonomy {
        teams: Vec::new(),
        groups: vec![
            group("deal", vec![leaf("late", None), leaf("wrong", Some("legal"))]),
            group("price", vec![leaf("late", None)]),
        ],
        calls: None,
    }
}

#[test]
fn a_leaf_is_found_by_its_full_code_only() {
    let taxonomy = taxonomy();
    for (category, found) in [
        ("deal.late", Some("deal.late")),
        ("price.late", Some("price.late")),
        ("price.wrong", None),
        ("deal", None),
        ("late", None),
        ("deal.", None),
        (".late", None),
        ("deal.late.x", None),
        ("Deal.late", None),
    ] {
        let code = taxonomy.find(category).map(|found| found.code());
        assert_eq!(code.as_deref(), found, "{category}");
    }
}

#[test]
fn the_leaf_decides_the_team_and_the_group_where_it_does_not() {
    for found in taxonomy().leaves() {
        let expected = if found.code() == "deal.wrong" { "legal" } else { "desk" };
        assert_eq!(found.team(), expected, "{}", found.code());
    }
}

#[test]
fn leaves_come_in_the_order_of_the_groups() {
    let codes: Vec<String> = taxonomy().leaves().map(|found| found.code()).collect();
    assert_eq!(codes, ["deal.late", "deal.wrong", "price.late"]);
}

#[test]
fn complaints_and_legal_matters_are_restricted() {
    for (category, complaint, restricted) in [
        ("rel.am_changed", true, true),
        ("rel", true, true),
        ("legal.contract_terms", false, true),
        ("deal.approval_late", false, false),
        ("release.late", false, false),
        ("deal.rel", false, false),
    ] {
        assert_eq!(is_complaint(category), complaint, "{category}");
        assert_eq!(is_restricted(category), restricted, "{category}");
    }
}

#[test]
fn a_stored_taxonomy_is_read_back_the_same() {
    let stored = serde_json::to_string(&taxonomy()).unwrap();
    assert_eq!(serde_json::from_str::<Taxonomy>(&stored).unwrap(), taxonomy());
}
