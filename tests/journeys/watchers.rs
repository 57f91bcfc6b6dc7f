//! Colleagues on copy: who hears what, and who may.

use lizard::mail::mailer::Failure;
use serde_json::{Value, json};

use super::support::*;

const KIM: &str = "kim@acme.example";
const PAT: &str = "pat@acme.example";

fn kinds(desk: &TestDesk, to: &str) -> Vec<String> {
    desk.mails().into_iter().filter(|m| m.to == to).map(|m| m.kind).collect()
}

async fn with_a_ticket() -> (TestDesk, Actor, Ticket) {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    (desk, jo, ticket)
}

async fn watched(actor: &Actor, ticket: &Ticket, email: &str) -> Answer {
    actor.post(&ticket.path("watchers"), json!({"email": email})).await
}

async fn names(actor: &Actor, ticket: &Ticket) -> Vec<String> {
    let items = actor.get(&ticket.path("watchers")).await.expect(200).json["items"].clone();
    items.as_array().unwrap().iter().map(|w| w["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_is_on_copy_hears_what_people_say_and_what_moves_on_their_own_side() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let priya = desk.staff("priya").await;
    watched(&jo, &ticket, KIM).await.expect(201);
    watched(&jo, &ticket, PAT).await.expect(201);
    watched(&priya, &ticket, "wei@lizard.example").await.expect(201);
    priya.replies(&ticket, "It is with the committee.").await;
    desk.passes_to("2026-11-23 14:30").await;
    let later = json!({"resolution": wire("2026-11-30 12:00"), "reason": "the committee is ill"});
    priya.put(&ticket.path("timetable"), later).await.expect(200);
    priya.resolves(&ticket).await.expect(201);
    jo.confirms(&ticket).await.expect(201);
    desk.delivers().await;
    let heard = ["first_reply", "rung_reached", "new_date", "resolved", "partner_spoke"];
    assert_eq!(kinds(&desk, KIM), heard);
    assert_eq!(kinds(&desk, PAT), heard);
    assert_eq!(kinds(&desk, "wei@lizard.example"), heard);
    let mails = desk.mails();
    let of = |to: &str, kind: &str| mails.iter().find(|m| m.to == to && m.kind == kind).unwrap();
    // Theirs on their thread, ours on ours.
    let root = |to: &str| of(to, "first_reply").references[0].clone();
    assert_eq!(root(KIM), root("jo@acme.example"));
    assert_ne!(root(KIM), root("wei@lizard.example"));
    assert!(of(KIM, "first_reply").text.contains("It is with the committee."));
    assert!(!of(KIM, "first_reply").automatic, "a person wrote it");
    // Asked is who reported it, and a principal.
    let (kim, pat) = (of(KIM, "resolved"), of(PAT, "resolved"));
    assert!(
        kim.text.contains("/f/") && !kim.text.contains("/c/") && !kim.subject.contains("Yes"),
        "{}",
        kim.text
    );
    assert!(pat.text.contains("/c/"), "{}", pat.text);
    assert!(of("wei@lizard.example", "resolved").text.contains("/t/PI-1001"));
    desk.browser().get(&desk.path_in(kim, "/f/")).await.expect(200).shows(&["You read this as Kim Ost"]);
}

#[tokio::test]
async fn a_letter_to_a_colleague_delivers_nothing_to_who_reported_it() {
    let (desk, jo, ticket) = with_a_ticket().await;
    watched(&jo, &ticket, KIM).await.expect(201);
    desk.holds_letters();
    let priya = desk.staff("priya").await;
    priya.replies(&ticket, "It is with the committee.").await;
    desk.mail().fails(Some("jo@acme.example"), Failure::passing("not now"));
    desk.delivers().await;
    assert_eq!(kinds(&desk, KIM), ["first_reply"]);
    assert_eq!(priya.messages(&ticket).await[0]["delivered_at"], Value::Null);
}

#[tokio::test]
async fn only_who_may_see_the_ticket_is_on_copy_also_later() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let priya = desk.staff("priya").await;
    for email in ["bo@birk.example", "nobody@acme.example", "priya@lizard.example", "ada@lizard.example"] {
        watched(&jo, &ticket, email).await.faulty(&["email: unknown"]);
    }
    for email in ["uma@lizard.example", "max@lizard.example", "ada@lizard.example", "bo@birk.example"] {
        watched(&priya, &ticket, email).await.faulty(&["email: unknown"]);
    }
    watched(&jo, &ticket, "jo@acme.example").await.faulty(&["email: requester"]);
    let kim = desk.partner("acme").await.contact("kim").await;
    // By herself; a second time changes nothing.
    let added = watched(&kim, &ticket, KIM).await.expect(201);
    let before = desk.trace(&ticket).await;
    assert_eq!(watched(&jo, &ticket, KIM).await.expect(201)["id"], added["id"]);
    assert_eq!(desk.trace(&ticket).await, before);
    desk.advance(minutes(1));
    watched(&priya, &ticket, "wei@lizard.example").await.expect(201);
    // The partner knows of its own people only, in the list and in what happened.
    assert_eq!(names(&jo, &ticket).await, ["Kim Ost"]);
    assert_eq!(names(&priya, &ticket).await, ["Kim Ost", "Wei Chen"]);
    let told = |events: Vec<Value>| events.iter().filter(|e| e["kind"] == "watcher_added").count();
    assert_eq!((told(jo.events(&ticket).await), told(priya.events(&ticket).await)), (1, 2));
    let named = priya.events(&ticket).await;
    let event = named.iter().find(|e| e["kind"] == "watcher_added").unwrap();
    assert_eq!((&event["data"]["person"], &event["by_name"]), (&json!(KIM), &json!("Kim Ost")));
    // What becomes confidential is no more theirs to hear.
    let order = json!({"category": "legal.contract_terms", "reason": "a matter of the contract"});
    desk.staff("dana").await.triages(&ticket, order).await.expect(200);
    let before = (kinds(&desk, KIM), kinds(&desk, "wei@lizard.example"));
    priya.replies(&ticket, "We look at the contract.").await;
    desk.delivers().await;
    assert_eq!((kinds(&desk, KIM), kinds(&desk, "wei@lizard.example")), before);
    assert!(names(&priya, &ticket).await.is_empty());
}

#[tokio::test]
async fn a_colleague_is_put_on_copy_and_taken_off_on_the_page() {
    let (desk, _, ticket) = with_a_ticket().await;
    let jo = desk.browses("jo@acme.example").await;
    let page = jo.get("/t/PI-1001").await.expect(200).shows(&["Keep a colleague informed", "Pat Acker"]);
    let page = page.hides(&["<option value=\"bo@birk.example\"", "<option value=\"jo@acme.example\""]);
    jo.send(&page, "watch", &[("email", "")]).await.expect(422).shows(&["id=\"watch-email\""]);
    jo.send(&page, "watch", &[("email", KIM)]).await.leads("/t/PI-1001?done=watched");
    let page = jo.get("/t/PI-1001").await.expect(200).shows(&["On copy: Kim Ost", "put Kim Ost on copy"]);
    let items = desk.staff("priya").await.get(&ticket.path("watchers")).await.expect(200).json;
    let id = items["items"][0]["id"].to_string();
    let bo = desk.browses("bo@birk.example").await;
    let token = bo.get("/my").await.form("/session/end").value("form_token").to_owned();
    let theirs = [("form_token", token.as_str()), ("version", "2"), ("id", id.as_str())];
    bo.post("/t/PI-1001/watchers/end", &theirs).await.expect(404);
    jo.send(&page, "unwatch", &[("id", &id)]).await.leads("/t/PI-1001?done=unwatched");
    jo.get("/t/PI-1001").await.expect(200).hides(&["On copy: Kim Ost"]).shows(&["took Kim Ost off the copy"]);
    let again = jo.get("/t/PI-1001").await;
    let version = again.form("watch").value("version").to_owned();
    let token = again.form("watch").value("form_token").to_owned();
    let fields = [("form_token", token.as_str()), ("version", version.as_str()), ("id", id.as_str())];
    jo.post("/t/PI-1001/watchers/end", &fields).await.expect(409);
}
