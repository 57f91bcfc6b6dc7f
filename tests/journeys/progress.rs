//! Progress told to the partner in four parts, and the date that it gives.

use serde_json::{Value, json};

use super::support::*;

fn progress(next: Value) -> Value {
    json!({
        "status": "Finance has it",
        "changed": "We found the claim; it was booked twice.",
        "next": next,
        "who": "Finance corrects it. You need not do anything.",
    })
}

async fn with_a_ticket() -> (TestDesk, Actor, Actor, Ticket) {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("The rebate of May is missing", P2).await;
    let priya = desk.staff("priya").await;
    (desk, jo, priya, ticket)
}

fn standing(promises: &[Value]) -> Vec<(&str, &Value, &str)> {
    let open = promises.iter().filter(|p| p["outcome"].is_null());
    open.map(|p| (p["kind"].as_str().unwrap(), &p["label"], p["due"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn it_is_one_change_one_letter_and_a_promise() {
    let (desk, jo, priya, ticket) = with_a_ticket().await;
    desk.advance(hours(1));
    let next = json!({"label": "Finance has corrected it", "due": wire("2026-11-25 12:00")});
    let written = priya.post(&ticket.path("messages"), progress(next)).await.expect(201);
    assert_eq!(written.json["headline"], "Finance has it");
    assert_eq!(
        written.json["body"],
        "We found the claim; it was booked twice.\n\n**Next, by Wed 25 Nov 2026, 12:00 CET:** Finance has \
         corrected it\n\n**Who does what:** Finance corrects it. You need not do anything."
    );
    desk.delivers().await;
    let promises = jo.promises(&ticket).await;
    assert_eq!(promises[0]["outcome"], "kept", "a person replied");
    let step = json!("Finance has corrected it");
    assert!(
        standing(&promises).contains(&("milestone", &step, wire("2026-11-25 12:00").as_str())),
        "{promises:?}"
    );
    let letters: Vec<_> = desk.mails().into_iter().filter(|m| m.to == "jo@acme.example").collect();
    assert_eq!(letters.iter().map(|m| m.kind.as_str()).collect::<Vec<_>>(), ["received", "first_reply"]);
    assert!(letters[1].text.contains("Priya Nair: Finance has it"), "{}", letters[1].text);
    desk.database().must_hold();
}

#[tokio::test]
async fn a_date_that_stands_is_told_and_one_that_slips_is_broken_for_what_changed() {
    let (desk, jo, priya, ticket) = with_a_ticket().await;
    let resolution = jo.sees(&ticket).await.json["timetable"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["kind"] == "resolution")
        .unwrap()["due"]
        .clone();
    priya.post(&ticket.path("messages"), progress(json!({"due": resolution}))).await.expect(201);
    let kinds = |events: Vec<Value>| events.iter().filter(|e| e["kind"] == "timetable_moved").count();
    assert_eq!(kinds(jo.events(&ticket).await), 0);
    desk.advance(hours(1));
    let later = json!({"due": wire("2026-12-04 12:00")});
    priya.post(&ticket.path("messages"), progress(later)).await.expect(201);
    let promises = jo.promises(&ticket).await;
    let old = promises.iter().find(|p| p["kind"] == "resolution").unwrap();
    assert_eq!(old["outcome"], "broken");
    let new = promises.iter().rfind(|p| p["kind"] == "resolution").unwrap();
    assert_eq!(
        (&new["due"], &new["reason"]),
        (&json!(wire("2026-12-04 12:00")), &json!("We found the claim; it was booked twice."))
    );
}

#[tokio::test]
async fn each_part_that_is_missing_is_named_and_nothing_is_sent() {
    let (desk, jo, priya, ticket) = with_a_ticket().await;
    let place = ticket.path("messages");
    priya.post(&place, json!({"status": "Finance has it"})).await.faulty(&[
        "changed: required",
        "next.due: required",
        "who: required",
    ]);
    let due = wire("2026-11-25 12:00");
    let mut both = progress(json!({"due": due}));
    both["body"] = json!("And a body.");
    priya.post(&place, both).await.faulty(&["body: not_allowed"]);
    let mut note = progress(json!({"due": due}));
    note["visibility"] = json!("internal");
    priya.post(&place, note).await.faulty(&["visibility: not_allowed"]);
    priya
        .post(&place, progress(json!({"due": wire("2026-11-20 12:00")})))
        .await
        .faulty(&["next.due: in_the_past"]);
    priya
        .post(&place, progress(json!({"label": "x".repeat(121), "due": due})))
        .await
        .faulty(&["next.label: too_long"]);
    priya.post(&place, progress(json!("tomorrow"))).await.faulty(&["next: wrong_type"]);
    jo.post(&place, progress(json!({"due": due}))).await.faulty(&["status: not_allowed"]);
    assert!(jo.messages(&ticket).await.is_empty());
    assert_eq!(jo.promises(&ticket).await.len(), 2);
    desk.delivers().await;
}

#[tokio::test]
async fn who_does_not_give_dates_tells_those_that_stand() {
    let (desk, jo, _, ticket) = with_a_ticket().await;
    let tom = desk.staff("tom").await;
    let new = progress(json!({"label": "Finance has corrected it", "due": wire("2026-11-25 12:00")}));
    tom.post(&ticket.path("messages"), new).await.faulty(&["next.due: not_allowed"]);
    let resolution =
        jo.promises(&ticket).await.iter().find(|p| p["kind"] == "resolution").unwrap()["due"].clone();
    tom.post(&ticket.path("messages"), progress(json!({"due": resolution}))).await.expect(201);
    assert_eq!(jo.messages(&ticket).await[0]["headline"], "Finance has it");
}

#[tokio::test]
async fn a_confidential_issue_has_no_headline_in_its_letters() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut complaint = draft("Tom never calls back", P3);
    complaint["category"] = json!("rel.am_unresponsive");
    let ticket = jo.files_as(complaint).await.as_ticket();
    let due = json!({"due": wire("2026-12-10 12:00")});
    let dana = desk.staff("dana").await;
    dana.post(&ticket.path("messages"), progress(due)).await.expect(201);
    desk.delivers().await;
    for mail in desk.mails() {
        assert!(!mail.text.contains("Finance"), "{}", mail.text);
    }
}
