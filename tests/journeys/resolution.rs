//! Resolved is a claim: the partner confirms it, or refuses and everything goes on.

use serde_json::{Value, json};

use super::support::*;

#[tokio::test]
async fn a_claim_refused_and_made_again_is_confirmed_in_the_end() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    desk.is_at("2026-11-23 15:20");
    let claimed = priya.resolves(&ticket).await.expect(201);
    assert_eq!(claimed["state"], "resolved");
    assert_eq!(claimed["claim"]["summary"], "The price is approved.");
    assert_eq!(claimed["rung"]["number"], 2, "rung 2 was reached at 14:20");
    assert_eq!(claimed["next_clock_at"], Value::Null, "every clock stands still");

    desk.is_at("2026-11-24 15:20");
    let refused = jo.refuses(&ticket).await.expect(201);
    assert_eq!(refused["state"], "open");
    assert_eq!(refused["claim"], Value::Null);
    assert_eq!(refused["rung"]["number"], 2, "the same rung");
    assert_eq!(refused["owner_name"], claimed["owner_name"]);
    assert_eq!(refused["ladder"][2]["due"], wire("2026-11-25 10:20"), "one business day stood still");

    desk.advance(minutes(30));
    priya.resolves(&ticket).await.expect(201);
    let closed = jo.confirms(&ticket).await.expect(201);
    assert_eq!((&closed["state"], &closed["close_reason"]), (&json!("closed"), &json!("confirmed")));
    jo.confirms(&ticket).await.refused(409, "closed");
    jo.refuses(&ticket).await.refused(409, "closed");
    priya.resolves(&ticket).await.refused(409, "closed");
    insta::assert_snapshot!(desk.transcript(&ticket).await);
}

#[tokio::test]
async fn only_a_claim_can_be_confirmed_and_only_an_open_ticket_claimed() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    jo.confirms(&ticket).await.refused(409, "nothing_to_confirm");
    jo.refuses(&ticket).await.refused(409, "nothing_to_confirm");
    priya.resolves(&ticket).await.expect(201);
    priya.resolves(&ticket).await.refused(409, "resolved");
    let order = json!({"priority": "P1", "reason": "r"});
    priya.triages(&ticket, order).await.refused(409, "resolved");
    jo.escalates(&ticket).await.refused(409, "resolved");
}

#[tokio::test]
async fn who_refuses_says_what_is_still_wrong() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.staff("priya").await.resolves(&ticket).await.expect(201);
    let path = ticket.path("confirmation");
    jo.post(&path, json!({})).await.faulty(&["fixed: required"]);
    jo.post(&path, json!({"fixed": false})).await.faulty(&["comment: required"]);
    jo.post(&path, json!({"fixed": false, "comment": " "})).await.faulty(&["comment: empty"]);
    jo.post(&path, json!({"fixed": "no", "comment": 1}))
        .await
        .faulty(&["comment: wrong_type", "fixed: wrong_type"]);
    assert_eq!(jo.sees(&ticket).await["state"], "resolved");
    jo.post(&path, json!({"fixed": true, "comment": "Thank you."})).await.expect(201);
}

#[tokio::test]
async fn a_claim_says_what_was_done_and_how_to_see_it() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    let path = ticket.path("resolution");
    priya.post(&path, json!({})).await.faulty(&["how_to_check: required", "summary: required"]);
    priya.resolves(&ticket).await.expect(201);
    let messages = jo.messages(&ticket).await;
    assert_eq!(messages.len(), 1, "the summary is a message to the partner");
    assert_eq!(messages[0]["body"], "The price is approved.\n\nHow to check: Open the quote.");
    let promises = jo.promises(&ticket).await;
    assert_eq!((&promises[0]["kind"], &promises[0]["outcome"]), (&json!("first_reply"), &json!("kept")));
    assert_eq!(promises.len(), 2, "no next update while the claim stands");
}

#[tokio::test]
async fn a_claim_made_in_time_keeps_the_date_when_it_is_confirmed_and_breaks_it_when_refused_too_late() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let resolution = async |ticket: &Ticket| {
        let all = jo.promises(ticket).await;
        all.into_iter().find(|p| p["kind"] == "resolution").unwrap()["outcome"].clone()
    };
    let kept = jo.files("Kept", P2).await;
    let refused = jo.files("Refused", P2).await;
    let late = jo.files("Late", P2).await;
    desk.is_at("2026-11-26 10:00");
    let (priya, wei) = (desk.staff("priya").await, desk.staff("wei").await);
    priya.resolves(&kept).await.expect(201);
    wei.resolves(&refused).await.expect(201);
    desk.is_at("2026-11-27 10:00");
    priya.resolves(&late).await.expect(201);
    jo.confirms(&kept).await.expect(201);
    jo.refuses(&refused).await.expect(201);
    jo.confirms(&late).await.expect(201);
    assert_eq!(resolution(&kept).await, "kept", "claimed by due");
    assert_eq!(resolution(&refused).await, "broken", "due passed under the claim");
    assert_eq!(resolution(&late).await, "broken");
}

#[tokio::test]
async fn staff_never_confirm_for_the_partner() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let ticket = acme.contact("jo").await.files("Special price not approved", P2).await;
    desk.staff("priya").await.resolves(&ticket).await.expect(201);
    for first in ["priya", "wei", "tom", "maria", "dana", "ada"] {
        desk.staff(first).await.confirms(&ticket).await.refused(403, "forbidden");
    }
    for (scopes, partner) in [("rw", None), ("rw", Some("acme"))] {
        desk.token(scopes, partner).await.confirms(&ticket).await.refused(403, "forbidden");
    }
    acme.contact("kim").await.confirms(&ticket).await.expect(201);
}
