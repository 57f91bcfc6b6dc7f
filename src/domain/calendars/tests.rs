use super::*;

fn spec(name: &str, zone: &str) -> CalendarSpec {
    serde_json::from_value(serde_json::json!({
        "name": name, "zone": zone, "week": { "mon": ["09:00-17:00"] }
    }))
    .unwrap()
}

fn set() -> Calendars {
    let names = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
    };
    Calendars {
        default: "home".to_owned(),
        calendars: ["home", "east", "night"].map(|name| (name.to_owned(), spec(name, "UTC"))).into(),
        regions: names(&[("Asia Pacific", "east")]),
        partners: names(&[("nordwind", "east"), ("suedwind", "home")]),
        teams: names(&[("order_ops", "night")]),
    }
}

#[test]
fn the_teams_calendar_owns_a_ticket_then_the_partners_then_the_regions_then_the_default() {
    let set = set();
    for (team, partner, region, name) in [
        ("order_ops", "other", "Asia Pacific", "night"),
        ("deal_desk", "other", "Asia Pacific", "east"),
        ("deal_desk", "other", "asia pacific ", "east"),
        ("deal_desk", "other", "emea", "home"),
        ("deal_desk", "other", "", "home"),
        ("ORDER_OPS", "other", "emea", "home"),
        ("deal_desk", "nordwind", "emea", "east"),
        ("deal_desk", "suedwind", "Asia Pacific", "home"),
        ("order_ops", "nordwind", "emea", "night"),
    ] {
        assert_eq!(set.name_for(team, partner, region), name, "{team} {partner} {region}");
    }
}

#[test]
fn a_calendar_is_compiled_by_its_name() {
    let set = set();
    assert_eq!(set.compile("east").unwrap().name(), "east");
    assert_eq!(set.compile("west").unwrap_err(), CalendarsError::NoCalendar("west".to_owned()));
    assert_eq!(set.compiled().count(), 3);
}

#[test]
fn every_mistake_is_found() {
    let mut set = set();
    assert_eq!(set.mistakes(), []);
    set.default = "gone".to_owned();
    set.calendars.insert("bad".to_owned(), spec("bad", "Nowhere/Land"));
    set.calendars.insert("key".to_owned(), spec("name", "UTC"));
    set.regions.insert("ASIA PACIFIC".to_owned(), "east".to_owned());
    set.regions.insert("emea".to_owned(), "gone".to_owned());
    set.partners.insert("nordwind".to_owned(), "gone".to_owned());
    set.teams.insert("desk".to_owned(), "gone".to_owned());
    let found: Vec<String> = set.mistakes().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "the default calendar \"gone\" does not exist",
            "calendar \"bad\": there is no time zone \"Nowhere/Land\"; write an IANA name such as Europe/Berlin",
            "calendar \"name\" is stored under the name \"key\"",
            "region \"Asia Pacific\" is listed twice; upper and lower case are the same region",
            "region \"emea\" names the calendar \"gone\", which does not exist",
            "partner \"nordwind\" names the calendar \"gone\", which does not exist",
            "team \"desk\" names the calendar \"gone\", which does not exist",
        ]
    );
}

#[test]
fn a_stored_set_is_read_back_the_same() {
    let stored = serde_json::to_string(&set()).unwrap();
    assert_eq!(serde_json::from_str::<Calendars>(&stored).unwrap(), set());
}

#[test]
fn a_set_stored_before_partners_had_calendars_is_read_and_stays_as_it_was_written() {
    let written = serde_json::to_string(&Calendars { partners: BTreeMap::new(), ..set() }).unwrap();
    assert!(!written.contains("partners"), "{written}");
    let read: Calendars = serde_json::from_str(&written).unwrap();
    assert_eq!(read.name_for("deal_desk", "nordwind", "emea"), "home");
    assert_eq!(serde_json::to_string(&read).unwrap(), written);
}
