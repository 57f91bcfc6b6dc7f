//! Somebody is away: who owns and who stands on the rungs meanwhile, who hears of it, and that
//! it does not matter how late anybody looks.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use lizard::domain::person::Role;
use lizard::jobs::sweep::sweep;
use serde_json::{Value, json};

use super::support::*;

/// Where somebody's absences are.
async fn place(desk: &TestDesk, first: &str) -> String {
    let staff = desk.staff("ada").await.pages("/staff").await;
    let email = format!("{first}@lizard.example");
    let person = staff.iter().find(|p| p["email"] == email).unwrap();
    format!("/staff/{}", person["id"])
}

/// An administrator enters that somebody is away; times as they are in Berlin.
async fn is_away(
    desk: &TestDesk,
    first: &str,
    from: &str,
    until: Option<&str>,
    stand_in: Option<&str>,
) -> String {
    let at = format!("{}/absences", place(desk, first).await);
    let stand_in = stand_in.map(|s| format!("{s}@lizard.example"));
    let absence = json!({"from": wire(from), "until": until.map(wire), "stand_in": stand_in});
    let entered = desk.staff("ada").await.post(&at, absence).await.expect(201);
    entered.header("Location").replace("/api/v1", "")
}

async fn becomes_active(desk: &TestDesk, first: &str, active: bool) -> Answer {
    let at = place(desk, first).await;
    desk.staff("ada").await.patch(&at, json!({"active": active})).await
}

/// First names of who stands on the rungs.
async fn stand(desk: &TestDesk, ticket: &Ticket) -> Vec<String> {
    let seen = desk.staff("dana").await.sees(ticket).await.expect(200);
    let ladder = seen["ladder"].as_array().unwrap().clone();
    let name =
        |rung: &Value| rung["holder_name"].as_str().unwrap_or("-").split(' ').next().unwrap().to_owned();
    ladder.iter().map(name).collect()
}

async fn owner(desk: &TestDesk, ticket: &Ticket) -> String {
    stand(desk, ticket).await.remove(0)
}

/// `kind at` of every event of these kinds.
async fn happened(desk: &TestDesk, ticket: &Ticket, kinds: &[&str]) -> Vec<Value> {
    let events = desk.staff("dana").await.events(ticket).await;
    events.into_iter().filter(|e| kinds.contains(&e["kind"].as_str().unwrap())).collect()
}

fn of_kind(desk: &TestDesk, ticket: &Ticket, kinds: &[&str]) -> Vec<String> {
    let letters = desk.letters(ticket);
    let kept = letters.iter().filter(|m| kinds.contains(&m.kind.as_str()));
    kept.map(|m| format!("{} {}", m.kind, m.reader())).collect()
}

#[tokio::test]
async fn the_tickets_of_an_owner_on_leave_are_routed_again_and_a_lead_hears_of_it() {
    let desk = TestDesk::open().await;
    desk.add(Cast::new("lin", "Lin Oster", Role::Desk).serving("deal_desk", true)).await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    assert_eq!(owner(&desk, &ticket).await, "Priya");
    is_away(&desk, "priya", "2026-11-24 09:00", Some("2026-11-27 09:00"), None).await;
    desk.passes_to("2026-11-24 08:59").await;
    assert_eq!(owner(&desk, &ticket).await, "Priya");
    desk.passes_to("2026-11-24 09:00").await;
    assert_eq!(owner(&desk, &ticket).await, "Wei");
    let handed = happened(&desk, &ticket, &["handed_over"]).await;
    assert_eq!(handed.len(), 1);
    assert_eq!(handed[0]["at"], wire("2026-11-24 09:00"));
    assert_eq!(handed[0]["data"]["why"], "rerouted");
    assert_eq!(
        of_kind(&desk, &ticket, &["assigned", "new_owner", "unowned"])[1..],
        ["assigned wei", "new_owner jo", "unowned lin"]
    );
    let letters = desk.letters(&ticket);
    let lead = letters.iter().find(|m| m.kind == "unowned").unwrap();
    assert_eq!(
        lead.subject,
        format!("{} had nobody: Priya Nair is not there, and nobody stands in", ticket.0)
    );
    let told = letters.iter().find(|m| m.kind == "new_owner").unwrap();
    assert!(told.text.contains("Wei Chen takes it over from Priya Nair."), "{}", told.text);
    // Routed again is for good.
    desk.passes_to("2026-11-27 10:00").await;
    assert_eq!(owner(&desk, &ticket).await, "Wei");
}

#[tokio::test]
async fn a_stand_in_owns_meanwhile_and_hands_back() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P3).await;
    let absence = is_away(&desk, "priya", "2026-11-24 09:00", Some("2026-11-27 09:00"), Some("wei")).await;
    desk.passes_to("2026-11-24 09:00").await;
    assert_eq!(owner(&desk, &ticket).await, "Wei");
    let new = jo.files("Another price", P3).await;
    assert_eq!(owner(&desk, &new).await, "Wei", "who is away gets none");
    desk.staff("wei")
        .await
        .triages(&new, json!({"owner": "priya@lizard.example", "reason": "hers"}))
        .await
        .faulty(&["owner: away"]);
    desk.passes_to("2026-11-26 12:00").await;
    // She is back a day early.
    desk.staff("priya").await.patch(&absence, json!({"until": wire("2026-11-26 12:00")})).await.expect(200);
    assert_eq!(owner(&desk, &ticket).await, "Priya");
    assert_eq!(owner(&desk, &new).await, "Wei");
    let why: Vec<Value> =
        happened(&desk, &ticket, &["handed_over"]).await.iter().map(|e| e["data"]["why"].clone()).collect();
    assert_eq!(why, ["stand_in", "returned"]);
    let told = of_kind(&desk, &ticket, &["assigned", "new_owner", "unowned"]);
    assert_eq!(told, ["assigned priya", "assigned wei", "new_owner jo", "assigned priya", "new_owner jo"]);
    desk.staff("priya").await.patch(&absence, json!({"until": null})).await.refused(409, "over");
    desk.staff("priya").await.delete(&absence).await.refused(409, "begun");
}

#[tokio::test]
async fn who_stands_in_on_a_rung_sees_and_acknowledges_and_nobody_else_does() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let uma = desk.staff("uma").await;
    uma.sees(&ticket).await.refused(404, "not_found");
    jo.escalates(&ticket).await.expect(201);
    is_away(&desk, "tom", "2026-11-23 10:30", Some("2026-11-23 12:00"), Some("uma")).await;
    desk.passes_to("2026-11-23 10:30").await;
    assert_eq!(stand(&desk, &ticket).await, ["Priya", "Uma", "Maria", "Dana"]);
    assert_eq!(uma.listed("").await, [ticket.0.as_str()]);
    let told = desk.letters(&ticket).into_iter().find(|m| m.kind == "taken_over").unwrap();
    assert_eq!(told.reader(), "uma");
    assert!(told.text.contains("before you, Tom Berg"), "{}", told.text);
    desk.staff("max").await.sees(&ticket).await.refused(404, "not_found");
    desk.staff("tom").await.post(&ticket.path("acknowledgement"), json!({})).await.refused(403, "forbidden");
    uma.post(&ticket.path("acknowledgement"), json!({})).await.expect(201);
    uma.replies(&ticket, "I look at it for Tom.").await;
    desk.passes_to("2026-11-23 12:00").await;
    assert_eq!(stand(&desk, &ticket).await, ["Priya", "Tom", "Maria", "Dana"]);
    uma.sees(&ticket).await.refused(404, "not_found");
    assert!(uma.listed("").await.is_empty());
}

#[tokio::test]
async fn without_a_stand_in_a_rung_passes_to_the_next_at_once() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let (up, down) = (jo.files("Special price", P3).await, jo.files("Another price", P3).await);
    jo.escalates(&up).await.expect(201);
    is_away(&desk, "tom", "2026-11-23 11:00", None, None).await;
    desk.passes_to("2026-11-23 11:00").await;
    assert_eq!(stand(&desk, &up).await, ["Priya", "-", "Maria", "Dana"]);
    let seen = desk.staff("dana").await.sees(&up).await;
    assert_eq!((&seen["rung"]["number"], &seen["ladder"][2]["cause"]), (&json!(3), &json!("absence")));
    assert_eq!(seen["ladder"][2]["reached_at"], wire("2026-11-23 11:00"));
    // The other one is still with its owner, and goes past the empty rung when its time comes.
    let seen = desk.staff("dana").await.sees(&down).await;
    assert_eq!(seen["rung"]["number"], 1);
    assert_eq!(seen["ladder"][1]["due"], seen["ladder"][2]["due"]);
    // A VP who is away, and nobody for her, is an alarm.
    let figure = async || {
        let text =
            desk.client.get(format!("{}/metrics", desk.url)).send().await.unwrap().text().await.unwrap();
        text.lines().find_map(|l| l.strip_prefix("lizard_vp_absent ").map(str::to_owned)).unwrap()
    };
    assert_eq!(figure().await, "0");
    is_away(&desk, "dana", "2026-11-23 11:00", None, None).await;
    assert_eq!(figure().await, "1");
}

#[tokio::test]
async fn the_next_director_holds_and_nobody_is_asked_twice() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    is_away(&desk, "tom", "2026-11-23 11:00", Some("2026-11-23 15:00"), Some("maria")).await;
    desk.passes_to("2026-11-23 11:00").await;
    assert_eq!(
        stand(&desk, &ticket).await,
        ["Priya", "Maria", "-", "Dana"],
        "once, and the rung above is empty"
    );
    desk.add(Cast::new("nora", "Nora Quist", Role::Director).of("EMEA")).await;
    let new = jo.files("Another price", P2).await;
    assert_eq!(stand(&desk, &new).await[1..], ["Maria", "Nora", "Dana"]);
    is_away(&desk, "maria", "2026-11-23 12:00", Some("2026-11-23 16:00"), None).await;
    desk.passes_to("2026-11-23 12:00").await;
    for ticket in [&ticket, &new] {
        assert_eq!(stand(&desk, ticket).await[1..], ["-", "Nora", "Dana"]);
    }
    desk.passes_to("2026-11-23 15:00").await;
    assert_eq!(stand(&desk, &ticket).await[1..], ["Tom", "Nora", "Dana"]);
    desk.passes_to("2026-11-23 16:00").await;
    assert_eq!(stand(&desk, &ticket).await[1..], ["Tom", "Maria", "Dana"]);
}

#[tokio::test]
async fn whom_a_complaint_is_about_stands_in_for_nobody_there() {
    let desk = TestDesk::open().await;
    let pat = desk.partner("acme").await.principal().await;
    let mut complaint = draft("Nobody calls back", P2);
    complaint["category"] = json!("rel.am_unresponsive");
    complaint["about"] = json!("uma@lizard.example");
    let ticket = pat.files_as(complaint.clone()).await.as_ticket();
    complaint["about"] = json!("wei@lizard.example");
    let of_wei = pat.files_as(complaint).await.as_ticket();
    is_away(&desk, "tom", "2026-11-23 11:00", None, Some("uma")).await;
    is_away(&desk, "priya", "2026-11-23 11:00", None, Some("wei")).await;
    desk.passes_to("2026-11-23 11:00").await;
    assert_eq!(stand(&desk, &ticket).await[1], "-");
    assert_eq!(stand(&desk, &of_wei).await[1], "Uma");
    desk.staff("uma").await.sees(&ticket).await.refused(404, "not_found");
    assert_eq!(owner(&desk, &of_wei).await, "Priya", "there is nobody else: a ticket always has an owner");
    desk.staff("wei").await.sees(&of_wei).await.refused(404, "not_found");
    assert!(desk.letters(&ticket).iter().all(|m| m.reader() != "uma"));
}

/// Tickets of every priority, and people who come and go while nobody looks.
async fn busy_days(desk: &TestDesk) -> Vec<Ticket> {
    desk.add(Cast::new("lin", "Lin Oster", Role::Desk).serving("deal_desk", true)).await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut tickets = Vec::new();
    for n in 0..8 {
        tickets.push(jo.files(&format!("Issue {n}"), [P1, P2, P3, P4][n % 4]).await);
        desk.advance(minutes(1));
    }
    desk.partner("acme").await.principal().await.escalates(&tickets[6]).await.expect(201);
    is_away(desk, "priya", "2026-11-24 09:00", Some("2026-11-26 09:00"), None).await;
    is_away(desk, "lin", "2026-11-24 14:00", Some("2026-11-25 12:00"), Some("wei")).await;
    is_away(desk, "tom", "2026-11-24 10:00", Some("2026-11-25 10:00"), None).await;
    is_away(desk, "maria", "2026-11-25 08:00", Some("2026-11-27 10:00"), Some("uma")).await;
    tickets
}

/// Owner, rungs and promises of each, without what depends on when somebody looked.
async fn outcome(desk: &TestDesk, tickets: &[Ticket]) -> BTreeMap<String, String> {
    let dana = desk.staff("dana").await;
    let mut all = BTreeMap::new();
    for ticket in tickets {
        let seen = dana.sees(ticket).await.expect(200);
        let mut text = format!("{} {}\n", seen["owner_name"], seen["rung"]["number"]);
        for step in seen["ladder"].as_array().unwrap() {
            writeln!(text, "{step}").unwrap();
        }
        for p in dana.promises(ticket).await {
            writeln!(text, "{} {} {} {}", p["kind"], p["due"], p["outcome"], p["decided_at"]).unwrap();
        }
        for e in happened(desk, ticket, &["handed_over", "holder_changed", "rung_reached"]).await {
            writeln!(text, "{} {} {}", e["kind"], e["at"], e["data"]).unwrap();
        }
        all.insert(ticket.0.clone(), text);
    }
    all
}

#[tokio::test]
async fn a_sweep_after_days_ends_as_punctual_ones() {
    let (start, then) = ("2026-11-23 10:20", "2026-11-27 15:00");
    let punctual = TestDesk::since(Database::fresh(), berlin(start)).await;
    let tickets = busy_days(&punctual).await;
    punctual.passes_to(then).await;
    let late = TestDesk::since(Database::fresh(), berlin(start)).await;
    busy_days(&late).await;
    late.is_at(then);
    late.looks().await;
    let (expected, found) = (outcome(&punctual, &tickets).await, outcome(&late, &tickets).await);
    for (reference, text) in &expected {
        assert_eq!(&found[reference], text, "{reference}");
    }
    assert!(
        expected.values().any(|t| t.contains("stand_in"))
            && expected.values().any(|t| t.contains("rerouted"))
    );
}

#[tokio::test]
async fn a_verb_after_days_finds_everything_carried_out() {
    let start: Timestamp = berlin("2026-11-23 10:20");
    let punctual = TestDesk::since(Database::fresh(), start).await;
    let tickets = busy_days(&punctual).await;
    punctual.passes_to("2026-11-25 11:00").await;
    let late = TestDesk::since(Database::fresh(), start).await;
    busy_days(&late).await;
    late.is_at("2026-11-25 11:00");
    for desk in [&punctual, &late] {
        let dana = desk.staff("dana").await;
        for ticket in tickets.iter().rev() {
            dana.replies(ticket, "I look into it myself.").await;
        }
        let jo = desk.partner("acme").await.contact("jo").await;
        assert_eq!(owner(desk, &jo.files("A new one", P2).await).await, "Wei");
    }
    assert_eq!(outcome(&late, &tickets).await, outcome(&punctual, &tickets).await);
    late.looks().await;
    punctual.looks().await;
    assert_eq!(outcome(&late, &tickets).await, outcome(&punctual, &tickets).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_sweeps_at_once_carry_out_each_absence_once() {
    let start = berlin("2026-11-23 10:20");
    let desk = TestDesk::since(Database::fresh(), start).await;
    desk.holds_letters();
    let tickets = busy_days(&desk).await;
    let alone = TestDesk::since(Database::file(), start).await;
    alone.holds_letters();
    busy_days(&alone).await;
    let other = desk.twin().await;
    for at in ["2026-11-24 15:00", "2026-11-27 15:00"] {
        desk.is_at(at);
        alone.is_at(at);
        let (a, b) = (desk.app.clone(), other.clone());
        let (first, second) =
            (tokio::spawn(async move { sweep(&a).await }), tokio::spawn(async move { sweep(&b).await }));
        for swept in [first.await.unwrap().unwrap(), second.await.unwrap().unwrap()] {
            assert_eq!(swept.failed, 0);
        }
        assert_eq!(sweep(&alone.app).await.unwrap().failed, 0);
    }
    assert_eq!(outcome(&desk, &tickets).await, outcome(&alone, &tickets).await);
}

#[tokio::test]
async fn who_leaves_the_house_is_away_without_end() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let (ticket, up) = (jo.files("Special price", P3).await, jo.files("Another price", P3).await);
    jo.escalates(&up).await.expect(201);
    becomes_active(&desk, "maria", false).await.expect(200);
    assert_eq!(stand(&desk, &ticket).await[1..], ["Tom", "-", "Dana"]);
    becomes_active(&desk, "tom", false).await.expect(200);
    assert_eq!(stand(&desk, &ticket).await[1..], ["-", "-", "Dana"]);
    let seen = desk.staff("dana").await.sees(&up).await;
    assert_eq!(seen["rung"]["number"], 4, "past both empty rungs at once");
    becomes_active(&desk, "tom", true).await.expect(200);
    becomes_active(&desk, "maria", true).await.expect(200);
    assert_eq!(stand(&desk, &ticket).await[1..], ["Tom", "Maria", "Dana"]);
    becomes_active(&desk, "priya", false).await.expect(200);
    assert_eq!(owner(&desk, &ticket).await, "Wei");
    becomes_active(&desk, "wei", false).await.refused(409, "last_desk_member");
}

#[tokio::test]
async fn a_refused_claim_goes_on_with_whoever_is_there() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let priya = desk.staff("priya").await;
    priya.replies(&ticket, "It is done today.").await;
    priya.resolves(&ticket).await.expect(201);
    // Nobody answers, it is closed as unconfirmed, and then its owner leaves.
    desk.passes_to("2026-12-07 12:00").await;
    assert_eq!(jo.sees(&ticket).await["close_reason"], "unconfirmed");
    becomes_active(&desk, "priya", false).await.expect(200);
    assert_eq!(owner(&desk, &ticket).await, "Priya");
    jo.refuses(&ticket).await.expect(201);
    assert_eq!(owner(&desk, &ticket).await, "Wei");
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_field_by_field() {
    let desk = TestDesk::open().await;
    let (ada, wei, tom) = (desk.staff("ada").await, desk.staff("wei").await, desk.staff("tom").await);
    let (of_wei, of_tom) = (
        format!("{}/absences", place(&desk, "wei").await),
        format!("{}/absences", place(&desk, "tom").await),
    );
    let cases = [
        (json!({}), vec!["from: required"]),
        (
            json!({"from": "soon", "until": 5, "colour": "red"}),
            vec!["from: invalid", "until: wrong_type", "colour: unknown_field"],
        ),
        (
            json!({"from": wire("2026-11-25 09:00"), "until": wire("2026-11-25 09:00"), "stand_in": "wei@lizard.example"}),
            vec!["until: not_after_from", "stand_in: same_person"],
        ),
        (
            json!({"from": wire("2026-10-01 09:00"), "stand_in": "tom@lizard.example"}),
            vec!["from: in_the_past", "stand_in: wrong_role"],
        ),
        (
            json!({"from": wire("2026-11-20 09:00"), "until": wire("2026-11-22 09:00"), "stand_in": "jo@acme.example"}),
            vec!["until: in_the_past", "stand_in: unknown"],
        ),
        (json!({"from": wire("2029-01-01 09:00")}), vec!["from: too_far"]),
    ];
    for (body, faults) in cases {
        wei.post(&of_wei, body).await.faulty(&faults);
    }
    let to_tom = json!({"from": wire("2026-11-25 09:00"), "stand_in": "wei@lizard.example"});
    tom.post(&of_tom, to_tom).await.faulty(&["stand_in: wrong_role"]);
    wei.post(&of_tom, json!({"from": wire("2026-11-25 09:00")})).await.refused(403, "forbidden");
    wei.get(&of_tom).await.refused(403, "forbidden");
    let week = json!({"from": wire("2026-11-25 09:00"), "until": wire("2026-11-27 09:00")});
    let first = wei.post(&of_wei, week).await.expect(201);
    assert_eq!(first["state"], "planned");
    for (from, until) in [
        ("2026-11-24 09:00", None),
        ("2026-11-26 09:00", Some("2026-11-26 10:00")),
        ("2026-11-24 09:00", Some("2026-11-25 09:01")),
    ] {
        let again = json!({"from": wire(from), "until": until.map(wire)});
        ada.post(&of_wei, again).await.refused(409, "overlaps");
    }
    let next = json!({"from": wire("2026-11-27 09:00"), "reason": "parental leave"});
    let next = ada.post(&of_wei, next).await.expect(201);
    let path = format!("{of_wei}/{}", next["id"]);
    ada.patch(&path, json!({"from": wire("2026-11-26 09:00")})).await.refused(409, "overlaps");
    ada.ask("PATCH", &path)
        .if_match("\"7\"")
        .json(&json!({"reason": null}))
        .send()
        .await
        .refused(412, "stale");
    let edited =
        ada.patch(&path, json!({"until": wire("2026-12-01 09:00"), "reason": null})).await.expect(200);
    assert_eq!((&edited["until"], &edited["reason"]), (&json!(wire("2026-12-01 09:00")), &Value::Null));
    wei.delete(&path).await.expect(200);
    ada.delete(&path).await.refused(404, "not_found");
    let all = ada.get(&of_wei).await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}
