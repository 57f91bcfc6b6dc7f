//! Versions of ladder and calendars by an administrator's edit: who uses which, and from when on.

use serde_json::{Value, json};

use super::support::*;

/// The text of the first version.
pub async fn text(desk: &TestDesk, what: &str) -> String {
    let told = desk.staff("priya").await.get(&format!("/{what}/1")).await.expect(200);
    told["toml"].as_str().unwrap().to_owned()
}

/// The ladder on which rung 2 of a P2 is due after so long.
pub async fn ladder(desk: &TestDesk, rung_2: &str) -> String {
    let text = text(desk, "ladders").await;
    let (before, p2) = text.split_once("[P2]").unwrap();
    let changed = p2.replacen("{ 2 = \"4 bh\"", &format!("{{ 2 = \"{rung_2}\""), 1);
    assert_ne!(changed, p2, "{text}");
    format!("{before}[P2]{changed}")
}

pub async fn rung_2(reader: &Actor, ticket: &Ticket) -> Value {
    reader.sees(ticket).await["ladder"][1]["due"].clone()
}

/// Number, and whether it is in force.
async fn versions(desk: &TestDesk, what: &str) -> Vec<(i64, bool)> {
    let list = desk.staff("priya").await.get(&format!("/{what}/versions")).await.expect(200);
    let items = list["items"].as_array().unwrap();
    items.iter().map(|v| (v["version"].as_i64().unwrap(), v["in_force"].as_bool().unwrap())).collect()
}

#[tokio::test]
async fn a_new_ladder_is_for_new_tickets_and_open_ones_keep_theirs() {
    let desk = TestDesk::open().await;
    let (jo, ada) = (desk.partner("acme").await.contact("jo").await, desk.staff("ada").await);
    let before = jo.files("Special price not approved", P2).await;
    let body = json!({"toml": ladder(&desk, "2 bh").await, "reason": "partners wait too long"});
    let added = ada.ask("POST", "/ladders").key("k1").json(&body).send().await.expect(201);
    assert_eq!(added.header("Location"), "/api/v1/ladders/2");
    let version = &added["version"];
    assert_eq!(version["version"], 2);
    assert_eq!(version["effective_at"], wire("2026-11-23 10:20"));
    assert_eq!((&version["source"], &version["in_force"]), (&json!("admin"), &json!(true)));
    assert_eq!(version["by"], "ada@lizard.example");
    assert_eq!(version["reason"], "partners wait too long");
    let again = ada.ask("POST", "/ladders").key("k1").json(&body).send().await.expect(201);
    assert_eq!(again.text, added.text);
    assert_eq!(versions(&desk, "ladders").await, [(2, true), (1, false)]);
    assert_eq!(jo.get("/ladders").await.expect(200)["terms"]["P2"]["rungs"]["2"], "2 bh");

    let after = jo.files("Discount refused", P2).await;
    assert_eq!(rung_2(&jo, &before).await, wire("2026-11-23 14:20"));
    assert_eq!(rung_2(&jo, &after).await, wire("2026-11-23 12:20"));
    desk.is_at("2026-11-23 12:30");
    desk.looks().await;
    assert_eq!(jo.sees(&before).await["rung"]["number"], 1);
    assert_eq!(jo.sees(&after).await["rung"]["number"], 2);

    // The text of a version reads back as that version.
    let stored = ada.get("/ladders/2").await.expect(200);
    let same = json!({"toml": stored["toml"], "reason": "again"});
    ada.post("/ladders", same).await.refused(409, "unchanged");
    ada.get("/ladders/3").await.refused(404, "not_found");
    ada.get("/ladders/two").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_version_is_in_force_from_its_instant_on_whenever_it_was_added() {
    let desk = TestDesk::open().await;
    let (jo, ada) = (desk.partner("acme").await.contact("jo").await, desk.staff("ada").await);
    let tomorrow = ladder(&desk, "3 bh").await;
    let at = |text: &str, at: &str| json!({"toml": text, "effective_at": wire(at), "reason": "r"});
    let added = ada.post("/ladders", at(&tomorrow, "2026-11-24 09:00")).await.expect(201);
    assert_eq!(added["version"]["in_force"], false);
    ada.post("/ladders", at(&ladder(&desk, "2 bh").await, "2026-11-23 16:00")).await.expect(201);
    assert_eq!(versions(&desk, "ladders").await, [(3, false), (2, false), (1, true)]);
    let first = jo.files("Price one", P2).await;
    assert_eq!(rung_2(&jo, &first).await, wire("2026-11-23 14:20"));
    desk.is_at("2026-11-23 16:00");
    assert_eq!(versions(&desk, "ladders").await, [(3, true), (2, false), (1, false)]);
    let second = jo.files("Price two", P2).await;
    assert_eq!(rung_2(&jo, &second).await, wire("2026-11-24 10:00"));
    // Added first, and in force last.
    desk.is_at("2026-11-24 09:00");
    assert_eq!(versions(&desk, "ladders").await, [(3, false), (2, true), (1, false)]);
    let third = jo.files("Price three", P2).await;
    assert_eq!(rung_2(&jo, &third).await, wire("2026-11-24 12:00"));
    assert_eq!(rung_2(&jo, &second).await, wire("2026-11-24 10:00"));
    // The newest again is nothing new, but may come sooner.
    let newest = ladder(&desk, "1 bh").await;
    ada.post("/ladders", at(&newest, "2026-11-26 09:00")).await.expect(201);
    ada.post("/ladders", at(&newest, "2026-11-27 09:00")).await.refused(409, "unchanged");
    ada.post("/ladders", at(&newest, "2026-11-25 09:00")).await.expect(201);
}

#[tokio::test]
async fn a_partner_of_its_own_calendar_has_it_from_the_next_ticket_on() {
    let desk = TestDesk::open().await;
    let (jo, ada) = (desk.partner("acme").await.contact("jo").await, desk.staff("ada").await);
    desk.is_at("2026-11-23 16:00");
    let before = jo.files("Price one", P2).await;
    let text = text(&desk, "calendars").await;
    let own = text.replace("[partners]", "[partners]\nacme = \"around_the_clock\"");
    let added = ada.post("/calendars", json!({"toml": own, "reason": "a contract"})).await.expect(201);
    assert_eq!(added["calendars"]["partners"], json!({"acme": "around_the_clock"}));
    assert_eq!(ada.get("/calendars").await.expect(200)["partners"]["acme"], "around_the_clock");
    let after = jo.files("Price two", P2).await;
    assert_eq!(rung_2(&jo, &before).await, wire("2026-11-24 12:00"));
    assert_eq!(rung_2(&jo, &after).await, wire("2026-11-23 20:00"));
    // A team's calendar goes before it.
    let order = json!({"team": "order_ops", "reason": "theirs"});
    let teams = own.replace("[teams]", "[teams]\norder_ops = \"standard\"");
    ada.post("/calendars", json!({"toml": teams, "reason": "and theirs"})).await.expect(201);
    let last = jo.files("Price four", P2).await;
    assert_eq!(rung_2(&jo, &last).await, wire("2026-11-23 20:00"));
    desk.staff("priya").await.triages(&last, order).await.expect(200);
    assert_eq!(rung_2(&jo, &last).await, wire("2026-11-24 12:00"));
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_edit_is_said_at_once() {
    let desk = TestDesk::open().await;
    let ada = desk.staff("ada").await;
    let text = ladder(&desk, "2 bh").await;
    let wrong =
        text.replace("[P3]\nfirst_reply", "[P3]\nfirst_replay").replace("stand = \"vp\"", "stand = \"ceo\"");
    let body = json!({"toml": wrong, "effective_at": wire("2026-11-23 10:19"), "colour": "red"});
    let refused = ada.post("/ladders", body).await.refused(422, "invalid");
    let told: Vec<String> = refused.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{}: {}: {}", e["field"], e["code"], e["message"]).replace('"', ""))
        .collect();
    let line = |text: &str, part: &str| 1 + text.lines().position(|l| l.contains(part)).unwrap();
    for expected in [
        "reason: required".to_owned(),
        "colour: unknown_field".to_owned(),
        "effective_at: in_the_past".to_owned(),
        format!("toml: mistake: line {}: P3.first_replay: unknown key", line(&wrong, "first_replay")),
        format!("toml: mistake: line {}: P3.first_reply: missing", line(&wrong, "[P3]")),
        format!("toml: mistake: line {}: rung.stand: must be one of", line(&wrong, "ceo")),
    ] {
        assert!(told.iter().any(|t| t.starts_with(&expected)), "{expected}: {told:#?}");
    }
    assert_eq!(told.len(), 6, "{told:#?}");
    let late = json!({"toml": text, "effective_at": wire("2028-12-01 09:00"), "reason": "r"});
    ada.post("/ladders", late).await.faulty(&["effective_at: too_late"]);
    ada.post("/ladders", json!({"toml": "[[", "reason": "r"})).await.faulty(&["toml: mistake"]);
    let files = text_with_files(&desk).await;
    ada.post("/calendars", json!({"toml": files, "reason": "r"})).await.faulty(&["toml: mistake"]);
    assert_eq!(versions(&desk, "ladders").await, [(1, true)]);
    assert_eq!(versions(&desk, "calendars").await, [(1, true)]);
}

async fn text_with_files(desk: &TestDesk) -> String {
    let text = text(desk, "calendars").await;
    text.replacen("zone = \"UTC\"", "zone = \"UTC\"\nholidays_from = [\"/etc/passwd\"]", 1)
}

#[tokio::test]
async fn a_ladder_is_sound_on_every_calendar_with_which_it_is_in_force() {
    let desk = TestDesk::open().await;
    let ada = desk.staff("ada").await;
    // Rung 3 of a P2 is due after 1 bd: 9 bh fit in none of the shorter days.
    let ladder = ladder(&desk, "9 bh").await;
    ada.post("/ladders", json!({"toml": ladder, "reason": "r"})).await.faulty(&["toml: mistake"]);
    // From December on a day is 10 hours everywhere.
    let text = text(&desk, "calendars").await;
    let long = text.replace("zone = ", "day = \"10 bh\"\nzone = ");
    let from = |toml: &str, at: &str| json!({"toml": toml, "effective_at": wire(at), "reason": "r"});
    ada.post("/calendars", from(&long, "2026-12-01 00:00")).await.expect(201);
    ada.post("/ladders", from(&ladder, "2026-11-30 00:00")).await.faulty(&["toml: mistake"]);
    ada.post("/ladders", from(&ladder, "2026-12-01 00:00")).await.expect(201);
    // And then no shorter ones.
    let refused = ada.post("/calendars", from(&text, "2026-12-02 00:00")).await.refused(422, "invalid");
    let message = refused["errors"][0]["message"].as_str().unwrap();
    assert!(message.ends_with("the ladder is not sound: P2: rung 3 is due before rung 2"), "{message}");
}
