//! Dates that a person gives: never overwritten, moved with a reason, done or dropped.

use serde_json::{Value, json};

use super::support::*;

/// `kind label due outcome` of every promise but the updates.
async fn dates(actor: &Actor, ticket: &Ticket) -> Vec<String> {
    let text = |v: &Value| v.as_str().unwrap_or("-").to_owned();
    let all = actor.promises(ticket).await;
    let dated = all.iter().filter(|p| p["kind"] == "resolution" || p["kind"] == "milestone");
    dated
        .map(|p| {
            let label = p["label"].as_str().unwrap_or("resolution");
            let done = if p["done_at"].is_null() { "" } else { " done" };
            format!("{label} {} {}{done}", text(&p["due"]), text(&p["outcome"]))
        })
        .collect()
}

#[tokio::test]
async fn a_date_moved_later_needs_a_reason_and_breaks_the_old_promise() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    let path = ticket.path("timetable");
    let later = json!({"resolution": wire("2026-11-27 12:00")});
    priya.put(&path, later).await.faulty(&["reason: required"]);
    assert_eq!(jo.sees(&ticket).await.etag(), "\"1\"");
    let later = json!({"resolution": wire("2026-11-27 12:00"), "reason": "the committee meets on Friday"});
    let moved = priya.put(&path, later.clone()).await.expect(200);
    assert_eq!(moved["timetable"][1]["reason"], "the committee meets on Friday");
    assert_eq!(moved["timetable"][1]["supersedes"], 2);
    assert_eq!(
        dates(&jo, &ticket).await,
        [
            format!("resolution {} broken", wire("2026-11-26 10:20")),
            format!("resolution {} -", wire("2026-11-27 12:00")),
        ]
    );
    let again = priya.put(&path, later).await.expect(200);
    assert_eq!(again.etag(), moved.etag(), "the same dates again change nothing");
    let earlier = json!({"resolution": wire("2026-11-26 16:00")});
    priya.put(&path, earlier).await.expect(200);
    let asked = json!({
        "resolution": wire("2026-12-01 12:00"), "reason": "you asked for December", "requested_by": "partner"
    });
    priya.put(&path, asked).await.expect(200);
    assert_eq!(
        dates(&jo, &ticket).await,
        [
            format!("resolution {} broken", wire("2026-11-26 10:20")),
            format!("resolution {} withdrawn", wire("2026-11-27 12:00")),
            format!("resolution {} withdrawn", wire("2026-11-26 16:00")),
            format!("resolution {} -", wire("2026-12-01 12:00")),
        ]
    );
}

#[tokio::test]
async fn steps_match_by_label_and_are_done_moved_or_dropped() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    let path = ticket.path("timetable");
    let resolution = wire("2026-11-26 10:20");
    let step = |label: &str, due: &str| json!({"label": label, "due": wire(due)});
    let first = json!({"resolution": resolution, "milestones": [
        step("margin check", "2026-11-24 12:00"),
        step("committee", "2026-11-25 12:00"),
        step("letter", "2026-11-25 16:00"),
    ]});
    priya.put(&path, first).await.expect(200);
    desk.advance(hours(2));
    let done = json!({"label": "margin check", "due": wire("2026-11-24 12:00"), "done": true});
    let second = json!({"resolution": resolution, "reason": "one step less", "milestones": [
        done, step("committee", "2026-11-25 10:00"),
    ]});
    priya.put(&path, second).await.expect(200);
    assert_eq!(
        dates(&jo, &ticket).await,
        [
            format!("resolution {resolution} -"),
            format!("margin check {} kept done", wire("2026-11-24 12:00")),
            format!("committee {} withdrawn", wire("2026-11-25 12:00")),
            format!("letter {} broken", wire("2026-11-25 16:00")),
            format!("committee {} -", wire("2026-11-25 10:00")),
        ]
    );
    insta::assert_snapshot!(desk.transcript(&ticket).await);
}

#[tokio::test]
async fn a_step_that_is_done_after_its_date_stays_broken() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    let priya = desk.staff("priya").await;
    let resolution = jo.sees(&ticket).await["timetable"][1]["due"].clone();
    let path = ticket.path("timetable");
    let due = wire("2026-11-23 12:00");
    let plan = |done: bool| json!({"resolution": resolution, "milestones": [{"label": "check", "due": due, "done": done}]});
    priya.put(&path, plan(false)).await.expect(200);
    desk.advance(hours(3));
    priya.put(&path, plan(true)).await.expect(200);
    let all = dates(&jo, &ticket).await;
    assert_eq!(all[1], format!("check {due} broken done"));
}

#[tokio::test]
async fn a_timetable_says_everything_that_is_wrong_with_it() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    let path = ticket.path("timetable");
    priya.put(&path, json!({})).await.faulty(&["resolution: required"]);
    let wrong = json!({
        "resolution": "soon", "requested_by": "priya", "colour": 1,
        "milestones": [{"label": "a"}, 5, {"due": wire("2026-11-24 12:00"), "label": "", "done": "yes", "x": 1}],
    });
    priya.put(&path, wrong).await.faulty(&[
        "colour: unknown_field",
        "milestones[0].due: required",
        "milestones[1]: wrong_type",
        "milestones[2].done: wrong_type",
        "milestones[2].label: empty",
        "milestones[2].x: unknown_field",
        "requested_by: invalid",
        "resolution: invalid",
    ]);
    let past = json!({"resolution": wire("2026-11-23 10:20"), "milestones": [
        {"label": "a", "due": wire("2026-11-23 09:00")}]});
    priya.put(&path, past).await.faulty(&["milestones[0].due: in_the_past", "resolution: in_the_past"]);
    let twice = json!({"resolution": wire("2026-11-26 10:20"), "milestones": [
        {"label": "a", "due": wire("2026-11-24 09:00")}, {"label": "a", "due": wire("2026-11-25 09:00")}]});
    priya.put(&path, twice).await.faulty(&["milestones[1].label: repeated"]);
    let steps: Vec<Value> =
        (0..31).map(|n| json!({"label": n.to_string(), "due": wire("2026-11-24 09:00")})).collect();
    let many = json!({"resolution": wire("2026-11-26 10:20"), "milestones": steps});
    priya.put(&path, many).await.faulty(&["milestones: too_many"]);
    assert_eq!(jo.sees(&ticket).await.etag(), "\"1\"");
}

#[tokio::test]
async fn a_resolution_date_that_passes_is_broken_and_stays_shown() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.is_at("2026-11-27 09:00");
    let priya = desk.staff("priya").await;
    priya.replies(&ticket, "We missed the date.").await;
    let seen = jo.sees(&ticket).await;
    let standing = seen["timetable"].as_array().unwrap();
    let resolution = standing.iter().find(|p| p["kind"] == "resolution").unwrap();
    assert_eq!(resolution["outcome"], "broken");
    assert_eq!(resolution["decided_at"], wire("2026-11-26 10:20"));
    let new = json!({"resolution": wire("2026-11-30 12:00"), "reason": "the committee was ill"});
    priya.put(&ticket.path("timetable"), new).await.expect(200);
    assert_eq!(
        dates(&jo, &ticket).await,
        [
            format!("resolution {} broken", wire("2026-11-26 10:20")),
            format!("resolution {} -", wire("2026-11-30 12:00")),
        ]
    );
}
