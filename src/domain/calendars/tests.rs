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
        teams: names(&[("order_ops", "night")]),
    }
}

#[test]
fn the_teams_calendar_owns_a_ticket_then_the_regions_then_the_default() {
    let set = set();
    for (team, region, name) in [
        ("order_ops", "Asia Pacific", "night"),
        ("deal_desk", "Asia Pacific", "east"),
        ("deal_desk", "asia pacific ", "east"),
        ("deal_desk", "emea", "home"),
        ("deal_desk", "", "home"),
        ("ORDER_OPS", "emea", "home"),
    ] {
        assert_eq!(set.name_for(team, region), name, "{team} {region}");
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
            "team \"desk\" names the calendar \"gone\", which does not exist",
        ]
    );
}

#[test]
fn a_stored_set_is_read_back_the_same() {
    let stored = serde_json::to_string(&set()).unwrap();
    assert_eq!(serde_json::from_str::<Calendars>(&stored).unwrap(), set());
}
