//! Open tickets moved to other versions of ladder and calendars: looked at first, done exactly
//! so, and recorded.

use serde_json::{Value, json};

use super::configuration::{ladder, rung_2, text};
use super::support::*;

/// New due of every rung and promise of one ticket, as the preview has it.
fn foreseen(preview: &Value, ticket: &Ticket) -> Vec<(String, Value)> {
    let items = preview["items"].as_array().unwrap();
    let item = items.iter().find(|i| i["reference"] == ticket.0.as_str()).unwrap();
    let rungs = item["rungs"].as_array().unwrap().iter();
    let rungs = rungs.map(|r| (format!("rung {}", r["number"]), r["new"].clone()));
    let promises = item["promises"].as_array().unwrap().iter();
    let promises = promises.map(|p| (p["kind"].as_str().unwrap().to_owned(), p["new"].clone()));
    rungs.chain(promises).collect()
}

/// The same as the ticket stands.
async fn standing(desk: &TestDesk, ticket: &Ticket) -> Vec<(String, Value)> {
    let dana = desk.staff("dana").await;
    let seen = dana.sees(ticket).await.json;
    let ahead = seen["ladder"].as_array().unwrap().iter().filter(|r| r["reached_at"].is_null());
    let rungs: Vec<_> = ahead.map(|r| (format!("rung {}", r["number"]), r["due"].clone())).collect();
    let promises = dana.promises(ticket).await;
    let open = promises.iter().filter(|p| p["outcome"].is_null());
    let promises = open.map(|p| (p["kind"].as_str().unwrap().to_owned(), p["due"].clone()));
    let mut all: Vec<_> = rungs.into_iter().chain(promises).collect();
    all.sort_by_key(|(what, _)| what.clone());
    all
}

fn sorted(mut all: Vec<(String, Value)>) -> Vec<(String, Value)> {
    all.sort_by_key(|(what, _)| what.clone());
    all
}

/// A ladder on which a P2 is promised to be solved later, and rung 2 is due sooner.
async fn second_ladder(desk: &TestDesk) -> String {
    let text = ladder(desk, "2 bh").await;
    let (before, p2) = text.split_once("[P2]").unwrap();
    let changed = p2.replacen("resolution = \"3 bd\"", "resolution = \"5 bd\"", 1);
    assert_ne!(p2, changed, "{text}");
    format!("{before}[P2]{changed}")
}

#[tokio::test]
async fn a_preview_shows_the_difference_and_applying_does_exactly_that() {
    let desk = TestDesk::open().await;
    let (jo, ada) = (desk.partner("acme").await.contact("jo").await, desk.staff("ada").await);
    let first = jo.files("Special price not approved", P2).await;
    let second = jo.files("Question about rebates", P4).await;
    desk.staff("priya").await.replies(&first, "We ask pricing.").await;
    let new =
        json!({"toml": second_ladder(&desk).await, "effective_at": wire("2026-11-23 13:00"), "reason": "r"});
    ada.post("/ladders", new).await.expect(201);
    let early = ada.post("/migrations/preview", json!({"ladder": 2})).await;
    early.faulty(&["ladder: not_in_force_yet"]);
    assert_eq!(ada.post("/migrations/preview", json!({})).await.expect(200)["of"], 0);

    // In force, and open tickets keep theirs.
    desk.passes_to("2026-11-23 13:00").await;
    assert_eq!(rung_2(&jo, &first).await, wire("2026-11-23 14:20"));
    let clocks = jo.get(&first.path("clocks")).await.expect(200);
    assert_eq!(clocks["ladder_version"], 1);
    let (etag, stood) = (jo.sees(&first).await.etag(), standing(&desk, &first).await);
    let preview = ada.post("/migrations/preview", json!({})).await.expect(200).json;
    assert_eq!((&preview["of"], &preview["next"]), (&json!(2), &Value::Null));
    assert_eq!(preview["to"], json!({"ladder": 2, "calendars": 1}));
    let item = &preview["items"][0];
    assert_eq!(item["reference"], first.0.as_str());
    assert_eq!((&item["old"]["ladder"], &item["new"]["ladder"]), (&json!(1), &json!(2)));
    assert_eq!(
        item["rungs"][0],
        json!({"number": 2, "name": "Channel manager", "old": wire("2026-11-23 14:20"),
            "new": wire("2026-11-23 13:00"), "shift": "earlier"})
    );
    assert_eq!(item["reached"], json!([2]));
    let resolution = item["promises"].as_array().unwrap().iter().find(|p| p["kind"] == "resolution").unwrap();
    assert_eq!(
        (&resolution["old"], &resolution["shift"]),
        (&json!(wire("2026-11-26 10:20")), &json!("later"))
    );
    let totals = json!({"tickets": 2, "without_a_new_date": 1, "promises_earlier": 0, "promises_later": 1,
        "rungs_earlier": 1, "rungs_later": 0, "reaching_at_once": 1});
    assert_eq!(preview["totals"], totals);
    assert_eq!(
        (jo.sees(&first).await.etag(), standing(&desk, &first).await),
        (etag, stood),
        "nothing is written"
    );

    // Why is asked for.
    ada.post("/migrations", json!({})).await.faulty(&["reason: required"]);
    desk.holds_letters();
    let order = json!({"reason": "the new service terms"});
    let done = ada.ask("POST", "/migrations").key("m1").json(&order).send().await.expect(200);
    assert_eq!(done.json, json!({"moved": 2, "unchanged": 0, "refused": [], "next": null}));
    assert_eq!(standing(&desk, &first).await, sorted(foreseen(&preview, &first)));
    assert_eq!(standing(&desk, &second).await, sorted(foreseen(&preview, &second)));
    let again = ada.ask("POST", "/migrations").key("m1").json(&order).send().await.expect(200);
    assert_eq!(again.text, done.text, "the same key has the same answer");
    let other = ada.ask("POST", "/migrations").key("m1").json(&json!({"reason": "x"})).send().await;
    other.refused(422, "idempotency_key_reused");
    let after = ada.post("/migrations", order.clone()).await.expect(200);
    assert_eq!(after["moved"], 0, "there already");

    let clocks = jo.get(&first.path("clocks")).await.expect(200);
    assert_eq!((&clocks["ladder_version"], &clocks["calendar_version"]), (&json!(2), &json!(1)));
    let events = jo.events(&first).await;
    let told: Vec<&Value> = events.iter().filter(|e| e["kind"] == "migrated").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["data"]["ladder"], json!({"old": 1, "new": 2}));
    assert_eq!(told[0]["data"]["reason"], "the new service terms");
    assert_eq!(told[0]["by_name"], "Ada Lund");
    // The partner hears of the later date, and why; and rung 2 is reached by the sweep.
    desk.delivers().await;
    let letter = desk.letters(&first).into_iter().rev().find(|m| m.kind == "new_date").unwrap();
    assert_eq!(letter.reader(), "jo");
    assert!(letter.text.contains("the new service terms"), "{}", letter.text);
    assert!(letter.text.contains("Mon 30 Nov, 10:20"), "{}", letter.text);
    desk.looks().await;
    let seen = jo.sees(&first).await;
    assert_eq!(
        (&seen["rung"]["number"], &seen["rung"]["since"]),
        (&json!(2), &json!(wire("2026-11-23 13:00")))
    );
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn other_calendars_count_from_the_move_on() {
    let desk = TestDesk::open().await;
    let (jo, ada) = (desk.partner("acme").await.contact("jo").await, desk.staff("ada").await);
    let ticket = jo.files("Special price not approved", P2).await;
    let own = text(&desk, "calendars").await.replace("[partners]", "[partners]\nacme = \"around_the_clock\"");
    ada.post("/calendars", json!({"toml": own, "reason": "a contract"})).await.expect(201);
    // Another partner's tickets are none of it.
    let bo = desk.partner("birk").await.contact("bo").await;
    let theirs = bo.files("Discount refused", P2).await;
    desk.is_at("2026-11-23 12:20");
    let ask = json!({"partner": "acme", "reason": "as agreed"});
    let preview = ada.post("/migrations/preview", ask.clone()).await.expect(200).json;
    let item = &preview["items"][0];
    assert_eq!(
        (&item["old_calendar"], &item["new_calendar"]),
        (&json!("standard"), &json!("around_the_clock"))
    );
    assert_eq!(item["rungs"][1]["new"], wire("2026-11-24 10:20"));
    ada.post("/migrations", ask).await.expect(200);
    assert_eq!(standing(&desk, &ticket).await, sorted(foreseen(&preview, &ticket)));
    let clocks = jo.get(&ticket.path("clocks")).await.expect(200);
    assert_eq!((&clocks["calendar"], &clocks["calendar_version"]), (&json!("around_the_clock"), &json!(2)));
    assert_eq!(bo.get(&theirs.path("clocks")).await.expect(200)["calendar_version"], 2, "filed under it");
    // And back, to what is not in force any more.
    let back = json!({"tickets": [ticket.0], "calendars": 1, "reason": "not yet"});
    assert_eq!(ada.post("/migrations", back).await.expect(200)["moved"], 1);
    assert_eq!(jo.get(&ticket.path("clocks")).await.expect(200)["calendar"], "standard");
    assert_eq!(rung_2(&jo, &ticket).await, wire("2026-11-23 14:20"));
    desk.passes_to("2026-11-25 12:00").await;
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn many_are_moved_in_pages_and_what_cannot_be_moved_holds_up_nobody() {
    let desk = TestDesk::open().await;
    let (jo, ada) = (desk.partner("acme").await.contact("jo").await, desk.staff("ada").await);
    let mut tickets = Vec::new();
    for n in 0..5 {
        tickets.push(jo.files(&format!("Price {n}"), P2).await);
    }
    desk.staff("priya").await.resolves(&tickets[1]).await.expect(201);
    jo.confirms(&tickets[1]).await.expect(201);
    ada.post("/ladders", json!({"toml": ladder(&desk, "2 bh").await, "reason": "r"})).await.expect(201);
    let mut seen = Vec::new();
    let mut ask = json!({"limit": 2});
    loop {
        let page = ada.post("/migrations/preview", ask.clone()).await.expect(200).json;
        assert_eq!(page["of"], 4);
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|i| i["reference"].as_str().unwrap().to_owned()));
        if page["next"].is_null() {
            break;
        }
        ask["cursor"] = page["next"].clone();
    }
    let live: Vec<&str> = [0, 2, 3, 4].map(|n| tickets[n].0.as_str()).to_vec();
    assert_eq!(seen, live);
    // Stopped after a page: the next request goes on, with or without the cursor.
    let first = ada.post("/migrations", json!({"limit": 2, "reason": "r"})).await.expect(200);
    assert_eq!((&first["moved"], first["next"].is_string()), (&json!(2), true));
    let named = json!({"tickets": [tickets[0].0, tickets[1].0, tickets[3].0, "PI-9999"], "reason": "r"});
    let done = ada.post("/migrations", named).await.expect(200);
    assert_eq!((&done["moved"], &done["unchanged"]), (&json!(1), &json!(1)));
    let refused: Vec<(&str, &str)> = done["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["reference"].as_str().unwrap(), r["code"].as_str().unwrap()))
        .collect();
    assert_eq!(refused, [(tickets[1].0.as_str(), "closed"), ("PI-9999", "not_found")]);
    let rest = json!({"reason": "r", "cursor": first["next"]});
    assert_eq!(ada.post("/migrations", rest).await.expect(200)["moved"], 1);
    let closed = desk.staff("dana").await.get(&tickets[1].path("clocks")).await.expect(200);
    assert_eq!(closed["ladder_version"], 1);
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn what_is_wrong_with_a_migration_is_said_at_once() {
    let desk = TestDesk::open().await;
    let ada = desk.staff("ada").await;
    let wrong =
        json!({"ladder": 7, "calendars": 8, "partner": "nobody", "limit": 501, "cursor": "?", "colour": 1});
    ada.post("/migrations", wrong).await.faulty(&[
        "calendars: unknown",
        "colour: unknown_field",
        "cursor: invalid",
        "ladder: unknown",
        "limit: invalid",
        "partner: unknown",
        "reason: required",
    ]);
    // A ladder that is unsound on these calendars is none to move to.
    let text = text(&desk, "calendars").await;
    let long = text.replace("zone = ", "day = \"10 bh\"\nzone = ");
    ada.post("/calendars", json!({"toml": long, "reason": "r"})).await.expect(201);
    ada.post("/ladders", json!({"toml": ladder(&desk, "9 bh").await, "reason": "r"})).await.expect(201);
    let unsound =
        ada.post("/migrations/preview", json!({"ladder": 2, "calendars": 1})).await.refused(422, "invalid");
    assert_eq!(unsound["errors"][0]["code"], "not_sound");
    ada.post("/migrations/preview", json!({})).await.expect(200);
}

#[tokio::test]
async fn a_complaint_about_an_administrator_is_not_theirs_to_move() {
    use lizard::domain::person::Role;
    let desk = TestDesk::open().await;
    desk.add(Cast::new("otto", "Otto Ott", Role::Admin)).await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut complaint = draft("Ada does not answer", P3);
    complaint["category"] = json!("rel.roles_unclear");
    complaint["about"] = json!("ada@lizard.example");
    let about = jo.files_as(complaint).await.as_ticket();
    let (ada, otto) = (desk.staff("ada").await, desk.staff("otto").await);
    ada.post("/ladders", json!({"toml": ladder(&desk, "2 bh").await, "reason": "r"})).await.expect(201);
    assert_eq!(ada.post("/migrations/preview", json!({})).await.expect(200)["of"], 0);
    let named = json!({"tickets": [about.0], "reason": "r"});
    let refused = ada.post("/migrations", named.clone()).await.expect(200);
    assert_eq!(refused["refused"][0]["code"], "not_found");
    assert_eq!(otto.post("/migrations", named).await.expect(200)["moved"], 1);
}

/// Number two of the list of others' mistakes (`src/domain/ticket/tests/mistakes.rs`).
#[tokio::test]
async fn mistake_02_what_a_ladder_no_longer_has_goes_on_telling_people() {
    let desk = TestDesk::open().await;
    let (jo, ada) = (desk.partner("acme").await.contact("jo").await, desk.staff("ada").await);
    let ticket = jo.files("Special price not approved", P2).await;
    let text = text(&desk, "ladders").await;
    let (before, p2) = text.split_once("[P2]").unwrap();
    let without = p2.replacen(", 4 = \"3 bd\"", "", 1);
    assert_ne!(p2, without, "{text}");
    let new = json!({"toml": format!("{before}[P2]{without}"), "reason": "no VP for these"});
    ada.post("/ladders", new).await.expect(201);
    ada.post("/migrations", json!({"ladder": 2, "reason": "as agreed"})).await.expect(200);
    desk.passes_to("2026-12-07 10:20").await;
    assert_eq!(jo.sees(&ticket).await["rung"]["number"], 3);
    // She hears that rung 3 is silent, as whoever would be next does; never that it becomes hers.
    let told = desk.mails().into_iter().filter(|mail| mail.reader() == "dana");
    assert_eq!(told.map(|mail| mail.kind).collect::<Vec<_>>(), ["renotified"]);
    desk.closed().await.must_hold();
}
