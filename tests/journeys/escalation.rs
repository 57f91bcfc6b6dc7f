//! *Escalate now* and contesting the priority: what the partner may press.

use serde_json::{Value, json};

use super::support::*;

#[tokio::test]
async fn a_second_press_is_appended_and_the_upper_rungs_are_the_principals() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, pat) = (acme.contact("jo").await, acme.principal().await);
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    desk.advance(hours(1));
    let up = jo.escalates(&ticket).await.expect(201);
    assert_eq!(up["rung"]["number"], 2);
    assert_eq!(up["rung"]["holder_name"], "Tom Berg");
    assert_eq!(up["ladder"][1]["cause"], "press");
    assert_eq!(up["owner_name"], "Priya Nair", "climbing never moves ownership");
    let again = jo.escalates(&ticket).await.expect(201);
    assert_eq!(again["rung"]["number"], 2, "appended, not a second climb");

    priya.replies(&ticket, "Tom has called the committee.").await;
    let before = jo.sees(&ticket).await;
    jo.escalates(&ticket).await.refused(403, "forbidden");
    let after = jo.sees(&ticket).await;
    assert_eq!(before.text, after.text, "nothing is half written");
    assert_eq!(before.etag(), after.etag());

    assert_eq!(pat.escalates(&ticket).await.expect(201)["rung"]["number"], 3);
    priya.replies(&ticket, "Maria joins.").await;
    assert_eq!(pat.escalates(&ticket).await.expect(201)["rung"]["number"], 4);
    priya.replies(&ticket, "Dana knows.").await;
    pat.escalates(&ticket).await.refused(409, "top_of_ladder");
    desk.staff("priya").await.escalates(&ticket).await.refused(409, "top_of_ladder");
    insta::assert_snapshot!(desk.transcript(&ticket).await);
}

#[tokio::test]
async fn a_press_brings_the_next_word_forward_but_never_back() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    for (priority, next) in [
        (P1, "2026-11-23 10:50"),
        (P2, "2026-11-23 14:20"),
        (P3, "2026-11-23 14:20"),
        (P4, "2026-11-23 14:20"),
    ] {
        let ticket = jo.files("Special price not approved", priority).await;
        let up = jo.escalates(&ticket).await.expect(201);
        let standing = up["timetable"].as_array().unwrap();
        assert_eq!(standing[0]["due"], wire(next), "{priority}");
    }
    // One that is due sooner than the answer to a press stands.
    let ticket = jo.files("Special price not approved", P2).await;
    desk.advance(hours(3));
    jo.escalates(&ticket).await.expect(201);
    assert_eq!(jo.promises(&ticket).await.len(), 2);
}

#[tokio::test]
async fn a_p4_stops_at_the_director() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let pat = acme.principal().await;
    let ticket = pat.files("An idea", P4).await;
    let priya = desk.staff("priya").await;
    for rung in [2, 3] {
        assert_eq!(pat.escalates(&ticket).await.expect(201)["rung"]["number"], rung);
        priya.replies(&ticket, "We look at it.").await;
    }
    pat.escalates(&ticket).await.refused(409, "top_of_ladder");
    desk.staff("dana").await.escalates(&ticket).await.refused(409, "top_of_ladder");
    assert_eq!(pat.sees(&ticket).await["ladder"][3]["due"], Value::Null);
}

#[tokio::test]
async fn staff_in_scope_may_press_every_rung() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    for first in ["priya", "wei", "tom", "maria", "dana"] {
        let ticket = jo.files("Special price not approved", P2).await;
        let presser = desk.staff(first).await;
        for rung in [2, 3, 4] {
            assert_eq!(presser.escalates(&ticket).await.expect(201)["rung"]["number"], rung, "{first}");
            desk.staff("priya").await.replies(&ticket, "Heard.").await;
        }
    }
}

#[tokio::test]
async fn a_contact_cannot_press_past_what_the_clock_has_reached() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    // Rung 2 is reached by its clock at 14:20, and nobody has looked since.
    desk.advance(hours(5));
    jo.escalates(&ticket).await.refused(403, "forbidden");
    assert_eq!(jo.sees(&ticket).await.etag(), "\"1\"", "nothing is half written");
    let up = acme.principal().await.escalates(&ticket).await.expect(201);
    assert_eq!(up["rung"]["number"], 3);
    assert_eq!(up["ladder"][1]["reached_at"], wire("2026-11-23 14:20"));
    assert_eq!(up["ladder"][1]["cause"], "clock");
}

#[tokio::test]
async fn a_press_says_why() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let path = ticket.path("escalations");
    jo.post(&path, json!({})).await.faulty(&["justification: required", "reason: required"]);
    jo.post(&path, json!({"reason": "angry", "justification": ""}))
        .await
        .faulty(&["justification: empty", "reason: unknown"]);
    let pressed = json!({"reason": "deadline", "justification": "The bid closes at noon."});
    jo.post(&path, pressed).await.expect(201);
    let events = jo.events(&ticket).await;
    let press = events.iter().find(|e| e["kind"] == "pressed").unwrap();
    assert_eq!(press["data"]["reason"], "deadline");
    assert_eq!(press["data"]["justification"], "The bid closes at noon.");
    assert_eq!(press["by_name"], "Jo Brandt");
}

#[tokio::test]
async fn a_complaint_about_the_channel_manager_climbs_past_him() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, pat) = (acme.contact("jo").await, acme.principal().await);
    let mut complaint = draft("He never calls back", P3);
    complaint["category"] = json!("rel.am_unresponsive");
    let ticket = jo.files_as(complaint).await.as_ticket();
    jo.escalates(&ticket).await.refused(403, "forbidden");
    let up = pat.escalates(&ticket).await.expect(201);
    assert_eq!(up["rung"]["number"], 3);
    assert_eq!(up["rung"]["holder_name"], "Maria Lopez");
}

#[tokio::test]
async fn the_partner_contests_the_priority_once() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    jo.post(&ticket.path("contest"), json!({})).await.faulty(&["reason: required"]);
    let contested = jo.contests(&ticket).await.expect(201);
    assert_eq!(contested["contested"], "two deals hang on it");
    assert_eq!(contested["priority"], "P3", "whoever triages decides");
    jo.contests(&ticket).await.refused(409, "already_contested");
    acme.principal().await.contests(&ticket).await.refused(409, "already_contested");
    for first in ["priya", "tom", "maria", "dana", "ada"] {
        desk.staff(first).await.contests(&ticket).await.refused(403, "forbidden");
    }
}
