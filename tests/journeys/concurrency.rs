//! Many at the same moment: nothing is lost, nothing is done twice.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::support::*;

/// Statuses of the answers, sorted.
async fn statuses(asks: JoinSet<Answer>) -> Vec<u16> {
    let mut all: Vec<u16> = asks.join_all().await.iter().map(|a| a.status).collect();
    all.sort_unstable();
    all
}

/// Event numbers run from 1 without gaps or duplicates.
async fn events_are_whole(reader: &Actor, ticket: &Ticket) -> Vec<Value> {
    let events = reader.events(ticket).await;
    let numbers: Vec<u64> = events.iter().map(|e| e["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());
    events
}

#[tokio::test]
async fn of_twenty_edits_of_one_version_one_happens() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    let (priya, tom) = (desk.staff("priya").await, desk.staff("tom").await);
    for round in 0..3 {
        let seen = priya.sees(&ticket).await.etag();
        let mut asks = JoinSet::new();
        for n in 0..10 {
            let edit = json!({"subject": format!("Edit {round}.{n}")});
            asks.spawn(priya.ask("PATCH", &ticket.path("")).if_match(&seen).json(&edit).send());
            let order =
                json!({"priority": if round % 2 == 0 { "P2" } else { "P3" }, "reason": format!("{n}")});
            asks.spawn(tom.ask("POST", &ticket.path("triage")).if_match(&seen).json(&order).send());
        }
        let mut expected = vec![200];
        expected.extend([412; 19]);
        assert_eq!(statuses(asks).await, expected);
        assert_ne!(priya.sees(&ticket).await.etag(), seen);
    }
    let events = events_are_whole(&desk.staff("dana").await, &ticket).await;
    let acts = events.iter().filter(|e| e["kind"] == "edited" || e["kind"] == "triaged").count();
    assert_eq!(acts, 3);
}

#[tokio::test]
async fn twenty_messages_at_once_all_arrive() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let writers = [
        jo.clone(),
        desk.staff("priya").await,
        desk.staff("tom").await,
        desk.token("rw", Some("acme")).await,
    ];
    let mut asks = JoinSet::new();
    for n in 0..20 {
        let body = json!({"body": format!("message {n}")});
        asks.spawn(writers[n % 4].ask("POST", &ticket.path("messages")).json(&body).send());
    }
    assert_eq!(statuses(asks).await, [201; 20]);
    let messages = jo.messages(&ticket).await;
    let numbers: Vec<u64> = messages.iter().map(|m| m["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    let bodies: BTreeSet<&str> = messages.iter().map(|m| m["body"].as_str().unwrap()).collect();
    assert_eq!(bodies.len(), 20);
    let events = events_are_whole(&desk.staff("dana").await, &ticket).await;
    assert_eq!(events.iter().filter(|e| e["kind"] == "message_posted").count(), 20);
    let open = jo.promises(&ticket).await.into_iter().filter(|p| p["outcome"].is_null());
    let kinds: Vec<Value> = open.map(|p| p["kind"].clone()).collect();
    assert_eq!(kinds, ["resolution", "next_update"], "one promise of each kind stands");
}

#[tokio::test]
async fn thirty_tickets_at_once_have_a_reference_and_an_owner_each() {
    let desk = TestDesk::open().await;
    let (acme, birk) = (desk.partner("acme").await, desk.partner("birk").await);
    let filers = [acme.contact("jo").await, acme.principal().await, birk.contact("bo").await];
    let mut asks = JoinSet::new();
    for n in 0..30 {
        let draft = draft(&format!("Issue {n}"), P3);
        asks.spawn(filers[n % 3].ask("POST", "/tickets").json(&draft).send());
    }
    let answers = asks.join_all().await;
    let mut references = BTreeSet::new();
    let mut owned = std::collections::BTreeMap::new();
    for answer in &answers {
        assert_eq!(answer.status, 201, "{answer:?}");
        references.insert(answer["reference"].as_str().unwrap().to_owned());
        *owned.entry(answer["owner"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    assert_eq!(references.len(), 30);
    let owners: Vec<&String> = owned.keys().collect();
    assert_eq!(owners, ["priya@lizard.example", "wei@lizard.example"]);
    let listed: BTreeSet<String> = desk.staff("dana").await.listed("").await.into_iter().collect();
    assert_eq!(listed, references);
}

#[tokio::test]
async fn of_many_presses_at_once_one_climbs_and_the_others_are_appended() {
    let desk = TestDesk::open().await;
    let pat = desk.partner("acme").await.principal().await;
    let ticket = pat.files("Special price not approved", P2).await;
    let mut asks = JoinSet::new();
    for _ in 0..12 {
        let press = json!({"reason": "no_reply", "justification": "still nothing"});
        asks.spawn(pat.ask("POST", &ticket.path("escalations")).json(&press).send());
    }
    assert_eq!(statuses(asks).await, [201; 12]);
    assert_eq!(pat.sees(&ticket).await["rung"]["number"], 2);
    let events = events_are_whole(&desk.staff("dana").await, &ticket).await;
    assert_eq!(events.iter().filter(|e| e["kind"] == "rung_reached").count(), 1);
    let pressed: Vec<bool> = events.iter().filter_map(|e| e["data"]["appended"].as_bool()).collect();
    assert_eq!(pressed.iter().filter(|appended| !**appended).count(), 1);
    assert_eq!(pressed.len(), 12);
}

#[tokio::test]
async fn a_claim_is_confirmed_or_refused_once() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, kim) = (acme.contact("jo").await, acme.contact("kim").await);
    let ticket = jo.files("Special price not approved", P2).await;
    desk.staff("priya").await.resolves(&ticket).await.expect(201);
    let mut asks = JoinSet::new();
    for _ in 0..6 {
        let path = ticket.path("confirmation");
        asks.spawn(jo.ask("POST", &path).json(&json!({"fixed": true})).send());
        asks.spawn(kim.ask("POST", &path).json(&json!({"fixed": false, "comment": "no"})).send());
    }
    let mut expected = vec![201];
    expected.extend([409; 11]);
    assert_eq!(statuses(asks).await, expected);
}

#[tokio::test]
async fn two_merges_into_each_other_leave_one_of_them_open() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let priya = desk.staff("priya").await;
    for _ in 0..5 {
        let (a, b) = (jo.files("A", P3).await, jo.files("B", P3).await);
        let mut asks = JoinSet::new();
        asks.spawn(priya.ask("POST", &a.path("merge")).json(&json!({"into": b.0})).send());
        asks.spawn(priya.ask("POST", &b.path("merge")).json(&json!({"into": a.0})).send());
        assert_eq!(statuses(asks).await, [200, 409]);
        let states = [jo.sees(&a).await["state"].clone(), jo.sees(&b).await["state"].clone()];
        assert!(states.contains(&json!("open")) && states.contains(&json!("closed")), "{states:?}");
    }
}

/// Everybody with this role is deactivated at the same moment; returns who stays.
async fn all_leave(ada: &Actor, role: &str) -> Value {
    let all = ada.pages("/staff").await;
    let mut asks = JoinSet::new();
    for person in all.iter().filter(|p| p["role"] == role) {
        let path = format!("/staff/{}", person["id"]);
        asks.spawn(ada.ask("PATCH", &path).json(&json!({"active": false})).send());
    }
    assert_eq!(statuses(asks).await, [200, 409]);
    let all = ada.pages("/staff").await;
    let (stay, leave): (Vec<&Value>, Vec<&Value>) =
        all.iter().filter(|p| p["role"] == role).partition(|p| p["active"] == true);
    assert_eq!(stay.len(), 1);
    for person in leave {
        ada.patch(&format!("/staff/{}", person["id"]), json!({"active": true})).await;
    }
    stay[0].clone()
}

#[tokio::test]
async fn of_the_last_two_desk_members_who_leave_at_once_one_stays() {
    let desk = TestDesk::open().await;
    let ada = desk.staff("ada").await;
    for _ in 0..5 {
        all_leave(&ada, "desk").await;
    }
    let jo = desk.partner("acme").await.contact("jo").await;
    for n in 0..4 {
        jo.files(&format!("Issue {n}"), P3).await;
    }
    for _ in 0..3 {
        let stays = all_leave(&ada, "desk").await;
        for ticket in jo.lists("").await {
            assert_eq!(ticket["owner"], stays["email"]);
        }
    }
}

#[tokio::test]
async fn who_leaves_while_tickets_are_filed_owns_none_of_them() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ada = desk.staff("ada").await;
    let staff = ada.pages("/staff").await;
    let priya = staff.iter().find(|p| p["email"] == "priya@lizard.example").unwrap();
    let mut asks = JoinSet::new();
    for n in 0..16 {
        if n == 5 {
            let leave = ada.ask("PATCH", &format!("/staff/{}", priya["id"])).json(&json!({"active": false}));
            asks.spawn(leave.send());
        }
        asks.spawn(jo.ask("POST", "/tickets").json(&draft(&format!("Issue {n}"), P3)).send());
    }
    for answer in asks.join_all().await {
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    }
    let tickets = jo.lists("").await;
    assert_eq!(tickets.len(), 16);
    for ticket in tickets {
        assert_eq!(ticket["owner"], "wei@lizard.example", "{}", ticket["reference"]);
    }
}
