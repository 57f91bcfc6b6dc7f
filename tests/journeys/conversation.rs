//! Both sides writing on a ticket, and what that does to its promises.

use serde_json::{Value, json};

use super::support::*;

#[tokio::test]
async fn a_persons_reply_keeps_the_first_promise_and_makes_the_next_one() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.advance(hours(3));
    desk.staff("priya").await.replies(&ticket, "The committee decides at 14:00.").await;
    let promises = jo.promises(&ticket).await;
    assert_eq!((&promises[0]["kind"], &promises[0]["outcome"]), (&json!("first_reply"), &json!("kept")));
    assert_eq!(promises[2]["kind"], "next_update");
    assert_eq!(promises[2]["due"], wire("2026-11-24 13:20"), "one business day after the reply");
    desk.advance(hours(1));
    desk.staff("wei").await.replies(&ticket, "It is approved.").await;
    let promises = jo.promises(&ticket).await;
    assert_eq!(promises[2]["outcome"], "kept");
    assert_eq!(promises[3]["due"], wire("2026-11-24 14:20"));
}

#[tokio::test]
async fn a_late_reply_finds_everything_as_punctual_clocks_would_have_left_it() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.is_at("2026-11-25 09:30");
    desk.staff("priya").await.replies(&ticket, "Sorry: we lost two days.").await;
    insta::assert_snapshot!(desk.transcript(&ticket).await);
}

#[tokio::test]
async fn neither_notes_nor_the_partner_nor_a_program_keeps_an_update_promise() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.staff("priya").await.notes(&ticket, "Ask Jo in pricing.").await.expect(201);
    jo.replies(&ticket, "Any news?").await;
    desk.token("rw", None).await.replies(&ticket, "Your mail was received.").await;
    desk.token("rw", Some("acme")).await.replies(&ticket, "Our reference: 4711.").await;
    let promises = jo.promises(&ticket).await;
    assert_eq!(promises.len(), 2);
    assert_eq!((&promises[0]["kind"], &promises[0]["outcome"]), (&json!("first_reply"), &Value::Null));
}

#[tokio::test]
async fn internal_notes_are_seen_by_staff_only() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    priya.notes(&ticket, "The discount is above our limit.").await.expect(201);
    priya.replies(&ticket, "We are on it.").await;
    for insider in ["priya", "wei", "tom", "maria", "dana"] {
        let actor = desk.staff(insider).await;
        assert_eq!(actor.messages(&ticket).await.len(), 2, "{insider}");
        assert_eq!(actor.events(&ticket).await.len(), 8, "{insider}");
    }
    let outsiders =
        [jo.clone(), acme.principal().await, desk.token("r", None).await, desk.token("rw", None).await];
    for outsider in outsiders {
        let messages = outsider.messages(&ticket).await;
        assert_eq!(messages.len(), 1, "{}", outsider.name);
        assert_eq!(messages[0]["body"], "We are on it.");
        let events = outsider.events(&ticket).await;
        assert!(events.iter().all(|e| e["data"]["visibility"] != "internal"), "{}", outsider.name);
        outsider.notes(&ticket, "me too").await.refused(403, "forbidden");
        assert!(outsider.listed("q=above our limit").await.is_empty());
    }
}

#[tokio::test]
async fn a_message_carries_who_wrote_it_and_when_it_arrived() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let answer = jo.replies(&ticket, "  One\r\ntwo  ").await;
    assert_eq!(answer["body"], "One\ntwo");
    assert_eq!((&answer["number"], &answer["by_name"]), (&json!(1), &json!("Jo Brandt")));
    assert_eq!(answer["by_partner"], true);
    assert_eq!(answer["written_at"], wire("2026-11-23 10:20"));
    assert_eq!(answer["delivered_at"], wire("2026-11-23 10:20"));
    assert_eq!(answer.etag(), "\"2\"");
    let token = desk.token("rw", Some("acme")).await.replies(&ticket, "From our system.").await;
    assert_eq!(token["by_name"], "integration rw acme");
}

#[tokio::test]
async fn a_message_is_text_and_not_too_much_of_it() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let path = ticket.path("messages");
    jo.post(&path, json!({})).await.faulty(&["body: required"]);
    jo.post(&path, json!({"body": " \n "})).await.faulty(&["body: empty"]);
    jo.post(&path, json!({"body": "x".repeat(20_001)})).await.faulty(&["body: too_long"]);
    jo.post(&path, json!({"body": 1, "visibility": "secret", "to": "x"})).await.faulty(&[
        "body: wrong_type",
        "to: unknown_field",
        "visibility: unknown",
    ]);
    jo.post(&path, json!({"body": "é".repeat(20_000)})).await.expect(201);
    assert_eq!(jo.messages(&ticket).await.len(), 1);
}

#[tokio::test]
async fn a_closed_ticket_takes_no_more_messages() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    priya.resolves(&ticket).await.expect(201);
    jo.replies(&ticket, "I will look tomorrow.").await;
    jo.confirms(&ticket).await.expect(201);
    for (actor, path) in [(&jo, "messages"), (&priya, "messages")] {
        actor.post(&ticket.path(path), json!({"body": "one more thing"})).await.refused(409, "closed");
    }
    priya.notes(&ticket, "for the record").await.refused(409, "closed");
}
