//! Waiting on the partner, which pauses clocks, and on third parties, which does not.

use serde_json::{Value, json};

use super::support::*;

#[tokio::test]
async fn a_wait_on_the_partner_pauses_rungs_and_resolution_and_ends_when_they_speak() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    desk.advance(hours(1));
    priya.replies(&ticket, "Please send the signed form.").await;
    let waiting = priya.waits(&ticket, "partner", &wire("2026-11-25 11:20")).await.expect(200);
    assert_eq!(waiting["waiting"]["on"], "partner");
    let standing = |t: &Value, kind: &str| {
        let all = t["timetable"].as_array().unwrap();
        all.iter().find(|p| p["kind"] == kind).cloned().unwrap()
    };
    assert_eq!(standing(&waiting.json, "resolution")["paused"], true);
    assert_eq!(standing(&waiting.json, "next_update")["due"], wire("2026-11-25 11:20"));
    assert_eq!(waiting["next_clock_at"], wire("2026-11-25 11:20"));
    desk.advance(hours(5));
    jo.replies(&ticket, "Here it is.").await;
    let after = jo.sees(&ticket).await;
    assert_eq!(after["waiting"], Value::Null);
    assert_eq!(after["rung"]["number"], 1, "the rung clock stood still");
    assert_eq!(after["ladder"][1]["due"], wire("2026-11-24 11:20"), "later by the five hours paused");
    assert_eq!(standing(&after.json, "resolution")["due"], wire("2026-11-26 15:20"));
    assert_eq!(standing(&after.json, "next_update")["due"], wire("2026-11-24 16:20"), "a gap after the end");
    insta::assert_snapshot!(desk.transcript(&ticket).await);
}

#[tokio::test]
async fn the_first_reply_is_never_paused() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    priya.waits(&ticket, "partner", &wire("2026-11-25 11:20")).await.expect(200);
    desk.is_at("2026-11-24 09:00");
    jo.replies(&ticket, "Hello?").await;
    let promises = jo.promises(&ticket).await;
    assert_eq!((&promises[0]["kind"], &promises[0]["outcome"]), (&json!("first_reply"), &json!("broken")));
    assert_eq!(promises[0]["decided_at"], wire("2026-11-23 14:20"));
}

#[tokio::test]
async fn a_wait_that_runs_out_ends_at_its_instant_however_late_somebody_looks() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    priya.replies(&ticket, "Please send the signed form.").await;
    priya.waits(&ticket, "partner", &wire("2026-11-23 12:20")).await.expect(200);
    desk.is_at("2026-11-24 09:00");
    priya.replies(&ticket, "We are still missing the form.").await;
    insta::assert_snapshot!(desk.transcript(&ticket).await);
}

#[tokio::test]
async fn we_wait_at_most_five_business_days_since_the_partner_last_spoke() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    let priya = desk.staff("priya").await;
    priya.waits(&ticket, "partner", &wire("2026-11-30 10:21")).await.faulty(&["until: too_late"]);
    priya.waits(&ticket, "partner", &wire("2026-11-30 10:20")).await.expect(200);
    // Two days are used up; setting it again does not begin anew.
    desk.is_at("2026-11-25 10:20");
    priya.waits(&ticket, "partner", &wire("2026-11-30 10:21")).await.faulty(&["until: too_late"]);
    priya.delete(&ticket.path("wait")).await.expect(200);
    desk.is_at("2026-11-26 10:20");
    priya.waits(&ticket, "partner", &wire("2026-12-01 10:21")).await.faulty(&["until: too_late"]);
    priya.waits(&ticket, "partner", &wire("2026-12-01 10:20")).await.expect(200);
    jo.replies(&ticket, "Sorry, I was away.").await;
    priya.waits(&ticket, "partner", &wire("2026-12-03 10:21")).await.faulty(&["until: too_late"]);
    priya.waits(&ticket, "partner", &wire("2026-12-03 10:20")).await.expect(200);
}

#[tokio::test]
async fn a_wait_on_a_third_party_pauses_nothing() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let before = jo.sees(&ticket).await;
    let priya = desk.staff("priya").await;
    let waiting = priya.waits(&ticket, "third_party", &wire("2026-12-23 10:20")).await.expect(200);
    for same in ["timetable", "ladder", "next_clock_at"] {
        assert_eq!(waiting[same], before[same], "{same}");
    }
    assert_eq!(priya.listed("waiting_on=third_party").await, ["PI-1001"]);
    assert!(priya.listed("waiting_on=partner").await.is_empty());
    jo.replies(&ticket, "Any news?").await;
    assert_eq!(jo.sees(&ticket).await["waiting"]["on"], "third_party", "the partner does not end it");
    let lifted = priya.delete(&ticket.path("wait")).await.expect(200);
    assert_eq!(lifted["waiting"], Value::Null);
}

#[tokio::test]
async fn a_wait_has_a_reason_and_an_end_ahead() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    let path = ticket.path("wait");
    priya.put(&path, json!({})).await.faulty(&["on: required", "reason: required", "until: required"]);
    priya.waits(&ticket, "godot", "soon").await.faulty(&["on: unknown", "until: invalid"]);
    priya.waits(&ticket, "partner", &wire("2026-11-23 10:20")).await.faulty(&["until: in_the_past"]);
    priya.waits(&ticket, "third_party", &wire("2028-11-23 10:20")).await.faulty(&["until: too_late"]);
    priya.delete(&path).await.refused(409, "not_waiting");
    assert_eq!(jo.sees(&ticket).await.etag(), "\"1\"");
    priya.resolves(&ticket).await.expect(201);
    priya.waits(&ticket, "partner", &wire("2026-11-25 10:20")).await.refused(409, "resolved");
}
