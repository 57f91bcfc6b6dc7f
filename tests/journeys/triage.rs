//! Changing category, priority, team and owner; and correcting what was written.

use serde_json::{Value, json};

use super::support::*;

#[tokio::test]
async fn a_new_priority_keeps_elapsed_time_and_moves_what_the_table_promised() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    desk.advance(hours(2));
    let order = json!({"priority": "P2", "reason": "two deals hang on it"});
    let triaged = desk.staff("tom").await.triages(&ticket, order).await.expect(200);
    assert_eq!(triaged["priority"], "P2");
    assert_eq!(triaged["priority_reason"], "set by hand: two deals hang on it");
    assert_eq!(triaged["timetable"][0]["due"], wire("2026-11-23 14:20"), "counted from open");
    assert_eq!(triaged["ladder"][1]["due"], wire("2026-11-23 14:20"));
    insta::assert_snapshot!(desk.transcript(&ticket).await);
}

#[tokio::test]
async fn what_a_change_makes_overdue_is_reached_at_the_change_one_rung_at_a_time() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    desk.is_at("2026-11-24 12:20");
    let order = json!({"priority": "P1", "reason": "the shop is down"});
    let triaged = desk.staff("priya").await.triages(&ticket, order).await.expect(200);
    let dues: Vec<Value> = triaged["ladder"].as_array().unwrap().iter().map(|r| r["due"].clone()).collect();
    let expected = ["2026-11-23 10:20", "2026-11-24 12:20", "2026-11-24 16:20", "2026-11-25 12:20"].map(wire);
    assert_eq!(dues, expected, "at the change, then a re-notify interval of 4 bh between rungs");
}

#[tokio::test]
async fn a_new_category_brings_its_team_and_keeps_the_owner() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    let wei = desk.staff("wei").await;
    let order = json!({"category": "order.delivery_late", "reason": "it is about the delivery"});
    let triaged = wei.triages(&ticket, order).await.expect(200);
    assert_eq!(triaged["category"], "order.delivery_late");
    assert_eq!(triaged["reported_category"], "price.approval_late");
    assert_eq!(triaged["team"], "order_ops");
    assert_eq!(triaged["owner_name"], "Priya Nair");
    assert_eq!(triaged["rung"]["number"], 1);
    let order = json!({"owner": "wei@lizard.example", "team": "licensing", "reason": "Wei knows licences"});
    let triaged = wei.triages(&ticket, order).await.expect(200);
    assert_eq!((&triaged["owner_name"], &triaged["team"]), (&json!("Wei Chen"), &json!("licensing")));
    assert_eq!(triaged["ladder"][0]["holder_name"], "Wei Chen", "the owner stands on rung 1");
}

#[tokio::test]
async fn a_triage_order_names_something_that_exists_and_a_reason() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    let priya = desk.staff("priya").await;
    priya.triages(&ticket, json!({})).await.faulty(&["reason: required"]);
    priya.triages(&ticket, json!({"reason": "because"})).await.faulty(&[": nothing_to_change"]);
    let wrong = json!({"category": "x.y", "team": "x", "owner": "jo@acme.example", "reason": "r"});
    priya.triages(&ticket, wrong).await.faulty(&[
        "category: unknown",
        "owner: not_on_the_desk",
        "team: unknown",
    ]);
    for owner in ["tom@lizard.example", "maria@lizard.example", "ada@lizard.example", "x@y.example"] {
        let order = json!({"owner": owner, "reason": "r"});
        priya.triages(&ticket, order).await.faulty(&["owner: not_on_the_desk"]);
    }
    priya
        .triages(&ticket, json!({"priority": "P5", "reason": "r", "rung": 3}))
        .await
        .faulty(&["priority: unknown", "rung: unknown_field"]);
    assert_eq!(jo.sees(&ticket).await.etag(), "\"1\"", "nothing is half changed");
}

#[tokio::test]
async fn nobody_owns_a_complaint_about_themselves() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut complaint = draft("Rude on the phone", P3);
    complaint["category"] = json!("rel.roles_unclear");
    complaint["about"] = json!("wei@lizard.example");
    let ticket = jo.files_as(complaint).await.as_ticket();
    let order = json!({"owner": "wei@lizard.example", "reason": "r"});
    desk.staff("maria").await.triages(&ticket, order).await.faulty(&["owner: not_on_the_desk"]);
}

#[tokio::test]
async fn what_becomes_a_complaint_leaves_the_channel_managers_sight() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Nobody answers", P3).await;
    let tom = desk.staff("tom").await;
    tom.sees(&ticket).await.expect(200);
    let order = json!({"category": "rel.am_unresponsive", "reason": "it is about Tom"});
    let triaged = desk.staff("priya").await.triages(&ticket, order).await.expect(200);
    assert_eq!(triaged["about"], "tom@lizard.example");
    let rungs: Vec<&Value> = triaged["ladder"].as_array().unwrap().iter().map(|r| &r["number"]).collect();
    assert_eq!(rungs, [1, 3, 4]);
    tom.sees(&ticket).await.refused(404, "not_found");
    assert!(tom.listed("").await.is_empty());
}

#[tokio::test]
async fn corrections_move_no_clock() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut filed = draft("Specal price", P2);
    filed["blocks"] = json!("the bid");
    filed["distributor"] = json!("Nordwind");
    filed["value"] = json!({"amount": 10, "currency": "EUR"});
    let ticket = jo.files_as(filed).await.as_ticket();
    let before = jo.sees(&ticket).await.json;
    desk.advance(hours(1));
    let priya = desk.staff("priya").await;
    let new = json!({"subject": "Special price", "distributor": null, "value": {"amount": 12.345, "currency": "USD"}});
    let after = priya.patch(&ticket.path(""), new).await.expect(200);
    assert_eq!(after.etag(), "\"2\"");
    assert_eq!(after["subject"], "Special price");
    assert_eq!(after["blocks"], "the bid", "what is absent stays");
    assert_eq!(after["distributor"], Value::Null, "null empties");
    assert_eq!(after["value"], json!({"amount": 12.35, "currency": "USD"}));
    for same in ["timetable", "ladder", "rung", "priority", "next_clock_at", "owner"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    let events = jo.events(&ticket).await;
    let last = events.last().unwrap();
    assert_eq!(last["kind"], "edited");
    assert_eq!(last["data"]["fields"], json!(["subject", "distributor", "value"]));
    // What changes nothing leaves no trace.
    let same = priya.patch(&ticket.path(""), json!({"subject": "Special price"})).await.expect(200);
    assert_eq!(same.etag(), "\"2\"");
    assert_eq!(jo.events(&ticket).await.len(), events.len());
    priya
        .patch(&ticket.path(""), json!({"subject": "", "priority": "P1"}))
        .await
        .faulty(&["priority: unknown_field", "subject: empty"]);
}

#[tokio::test]
async fn who_acts_on_an_old_version_is_told_so_and_changes_nothing() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    let priya = desk.staff("priya").await;
    let seen = priya.sees(&ticket).await.etag();
    jo.replies(&ticket, "One more thing.").await;
    let order = json!({"priority": "P1", "reason": "r"});
    let path = ticket.path("triage");
    priya.ask("POST", &path).if_match(&seen).json(&order).send().await.refused(412, "stale");
    for never in ["\"0\"", "\"abc\"", "abc", "\"99999999999999999999\""] {
        priya.ask("POST", &path).if_match(never).json(&order).send().await.refused(412, "stale");
    }
    assert_eq!(priya.sees(&ticket).await["priority"], "P3");
    let now = priya.sees(&ticket).await.etag();
    priya.ask("POST", &path).if_match(&now).json(&order).send().await.expect(200);
    priya
        .ask("POST", &path)
        .if_match("*")
        .json(&json!({"priority": "P4", "reason": "r"}))
        .send()
        .await
        .expect(200);
}
