//! What moves a ticket on its ladder besides its clock: accepted dates, holds, coming down,
//! causes that lift at once, and calls. With the clocks explained.

use serde_json::{Value, json};

use super::support::*;

/// `2 due …`, `3 reached …` of the rungs above the first.
async fn rungs(actor: &Actor, ticket: &Ticket) -> Vec<String> {
    let seen = actor.sees(ticket).await.expect(200);
    let line = |r: &Value| match r["reached_at"].as_str() {
        Some(_) => format!("{} reached ({})", r["number"], r["cause"].as_str().unwrap()),
        None => format!("{} due {}", r["number"], r["due"].as_str().unwrap_or("never")),
    };
    seen["ladder"].as_array().unwrap().iter().skip(1).map(line).collect()
}

async fn kinds(actor: &Actor, ticket: &Ticket) -> Vec<String> {
    let events = actor.events(ticket).await;
    events.iter().map(|e| e["kind"].as_str().unwrap().to_owned()).collect()
}

/// A P3 whose resolution the partner wants on 9 December, and accepts.
async fn with_accepted_dates(desk: &TestDesk) -> (Ticket, Actor, Actor) {
    let jo = desk.partner("acme").await.contact("jo").await;
    let priya = desk.staff("priya").await;
    let ticket = jo.files("The list price is wrong", P3).await;
    desk.advance(hours(1));
    priya.replies(&ticket, "We are on it.").await;
    let dates = json!({
        "resolution": wire("2026-12-09 10:20"), "reason": "you need it for the new list", "requested_by": "partner"
    });
    priya.put(&ticket.path("timetable"), dates).await.expect(200);
    priya.post(&ticket.path("timetable/acceptance"), json!({})).await.refused(403, "forbidden");
    let accepted = jo.post(&ticket.path("timetable/acceptance"), json!({})).await.expect(201);
    let again = jo.post(&ticket.path("timetable/acceptance"), json!({})).await.expect(201);
    assert_eq!(again.etag(), accepted.etag(), "a second time changes nothing");
    (ticket, jo, priya)
}

#[tokio::test]
async fn accepted_dates_hold_the_upper_rungs_for_as_long_as_updates_come() {
    let desk = TestDesk::open().await;
    let (ticket, jo, priya) = with_accepted_dates(&desk).await;
    let from_date =
        [format!("3 due {}", wire("2026-12-10 10:20")), format!("4 due {}", wire("2026-12-17 10:20"))];
    assert_eq!(rungs(&jo, &ticket).await[1..], from_date);
    for day in ["2026-11-26 10:00", "2026-12-01 09:40", "2026-12-04 09:20", "2026-12-09 09:05"] {
        desk.passes_to(day).await;
        priya.replies(&ticket, "Still on course.").await;
    }
    desk.passes_to("2026-12-10 10:15").await;
    assert_eq!(rungs(&jo, &ticket).await[1..], from_date);
    let told = desk.letters(&ticket).into_iter().filter(|m| m.reader() == "dana").count();
    assert_eq!(told, 0, "the VP has heard of nothing");
    desk.passes_to("2026-12-10 10:30").await;
    assert_eq!(rungs(&jo, &ticket).await[1], "3 reached (clock)");
    desk.database().must_hold();
}

#[tokio::test]
async fn one_missed_update_brings_the_dates_from_open_back() {
    let desk = TestDesk::open().await;
    let (ticket, jo, _) = with_accepted_dates(&desk).await;
    desk.passes_to("2026-11-26 11:30").await;
    assert!(kinds(&jo, &ticket).await.contains(&"acceptance_ended".to_owned()));
    let from_open =
        [format!("3 due {}", wire("2026-11-30 10:20")), format!("4 due {}", wire("2026-12-07 10:20"))];
    assert_eq!(rungs(&jo, &ticket).await[1..], from_open);
    // A new acceptance restores it.
    jo.post(&ticket.path("timetable/acceptance"), json!({})).await.expect(201);
    assert_eq!(rungs(&jo, &ticket).await[1], format!("3 due {}", wire("2026-12-10 10:20")));
    desk.database().must_hold();
}

#[tokio::test]
async fn the_holder_puts_the_next_rung_off_once_and_the_next_holder_once_more() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let (tom, maria, priya) = (desk.staff("tom").await, desk.staff("maria").await, desk.staff("priya").await);
    let ticket = jo.files("Special price not approved", P2).await;
    desk.passes_to("2026-11-23 15:00").await;
    let hold = |until: &str| json!({"reason": "the committee meets at noon", "until": wire(until)});
    let path = ticket.path("holds");
    priya.post(&path, hold("2026-11-24 12:00")).await.refused(403, "forbidden");
    jo.post(&path, hold("2026-11-24 12:00")).await.refused(403, "forbidden");
    tom.post(&path, json!({})).await.faulty(&["reason: required", "until: required"]);
    tom.post(&path, hold("2026-11-26 12:00")).await.faulty(&["until: too_late"]);
    tom.post(&path, hold("2026-11-23 16:00")).await.faulty(&["until: no_delay"]);
    let promises = jo.promises(&ticket).await;
    tom.post(&path, hold("2026-11-24 12:00")).await.expect(201);
    assert_eq!(rungs(&jo, &ticket).await[1], format!("3 due {}", wire("2026-11-24 12:00")));
    assert_eq!(jo.promises(&ticket).await, promises, "no promise moves");
    tom.post(&path, hold("2026-11-24 13:00")).await.refused(403, "forbidden");
    maria.post(&path, hold("2026-11-24 13:00")).await.expect(201);
    maria.post(&path, hold("2026-11-24 14:00")).await.refused(409, "already_held");
    desk.looks().await;
    let told: Vec<String> = desk
        .letters(&ticket)
        .into_iter()
        .filter(|m| m.text.contains("the committee meets at noon"))
        .map(|m| m.reader().to_owned())
        .collect();
    assert!(told.contains(&"jo".to_owned()), "the partner is told why: {told:?}");
    assert!(told.contains(&"maria".to_owned()), "{told:?}");
    desk.passes_to("2026-11-24 13:30").await;
    assert_eq!(rungs(&jo, &ticket).await[1], "3 reached (clock)");
    desk.database().must_hold();
}

#[tokio::test]
async fn a_ticket_comes_down_when_the_partner_agreed_and_can_climb_again() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let (tom, maria, dana) = (desk.staff("tom").await, desk.staff("maria").await, desk.staff("dana").await);
    let ticket = jo.files("Special price not approved", P2).await;
    desk.passes_to("2026-11-24 11:00").await;
    let path = ticket.path("deescalations");
    let down = json!({"reason": "the plan stands, and Jo is fine with it", "agreed_by": "jo@acme.example"});
    for (who, actor) in [("the partner", &jo), ("who holds a rung below", &tom)] {
        assert_eq!(actor.post(&path, down.clone()).await.refused(403, "forbidden").status, 403, "{who}");
    }
    let stranger = json!({"reason": "r", "agreed_by": "bo@birk.example"});
    maria.post(&path, stranger).await.faulty(&["agreed_by: unknown"]);
    maria.post(&path, json!({})).await.faulty(&["agreed_by: required", "reason: required"]);
    desk.passes_to("2026-11-24 12:00").await;
    let after = maria.post(&path, down.clone()).await.expect(201);
    assert_eq!(after["rung"]["number"], 2);
    assert_eq!(rungs(&jo, &ticket).await[1], format!("3 due {}", wire("2026-11-24 16:00")));
    dana.post(&path, down.clone()).await.expect(201);
    dana.post(&path, down).await.refused(409, "bottom_of_ladder");
    desk.passes_to("2026-11-25 17:00").await;
    let seen = kinds(&jo, &ticket).await;
    assert_eq!(seen.iter().filter(|k| *k == "deescalated").count(), 2);
    assert_eq!(rungs(&jo, &ticket).await[..2], ["2 reached (clock)", "3 reached (clock)"]);
    desk.database().must_hold();
}

#[tokio::test]
async fn the_third_of_a_kind_goes_up_at_once_and_only_it() {
    let desk = TestDesk::counting_repeats().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let mut tickets = Vec::new();
    for nth in 1..=3 {
        tickets.push(jo.files(&format!("Special price, again: {nth}"), P3).await);
        desk.advance(hours(1));
    }
    for (ticket, rung) in tickets.iter().zip([1, 1, 2]) {
        assert_eq!(jo.sees(ticket).await["rung"]["number"], rung);
    }
    assert_eq!(rungs(&jo, &tickets[2]).await[0], "2 reached (repeats)");
    // Another partner's are another matter, and so is another leaf.
    let bo = desk.partner("birk").await.contact("bo").await;
    assert_eq!(bo.files_as(draft("Special price", P3)).await.ticket["rung"]["number"], 1);
    let mut other = draft("A list price", P3);
    other["category"] = json!("price.list_or_quote_error");
    assert_eq!(jo.files_as(other).await.ticket["rung"]["number"], 1);
    // Ninety days later the first ones are forgotten.
    desk.advance(days(91));
    assert_eq!(jo.files_as(draft("Special price", P3)).await.ticket["rung"]["number"], 1);
    let why = desk.letters(&tickets[2]).into_iter().find(|m| m.reader() == "tom").unwrap();
    assert!(why.text.contains("third of its kind within 90 days"), "{}", why.text);
    desk.database().must_hold();
}

#[tokio::test]
async fn what_is_passed_on_and_reopened_too_often_goes_up_at_once() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let priya = desk.staff("priya").await;
    let ticket = jo.files("The list price is wrong", P3).await;
    for (owner, rung) in [("wei", 1), ("priya", 1), ("wei", 1), ("priya", 2)] {
        let order = json!({"owner": format!("{owner}@lizard.example"), "reason": "knows it better"});
        let after = desk.staff("dana").await.triages(&ticket, order).await.expect(200);
        assert_eq!(after["rung"]["number"], rung, "{owner}");
    }
    for rung in [2, 3, 3] {
        priya.resolves(&ticket).await.expect(201);
        assert_eq!(jo.refuses(&ticket).await.expect(201)["rung"]["number"], rung);
    }
    assert_eq!(rungs(&jo, &ticket).await[..2], ["2 reached (handed_on)", "3 reached (reopenings)"]);
    desk.database().must_hold();
}

#[tokio::test]
async fn a_call_to_who_had_not_heard_of_it_is_a_surprise() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let (dana, maria, tom, max) = (
        desk.staff("dana").await,
        desk.staff("maria").await,
        desk.staff("tom").await,
        desk.staff("max").await,
    );
    let ticket = jo.files("Special price not approved", P2).await;
    let call =
        |ticket: &Ticket| json!({"summary": "They will not renew.", "heat": "charged", "ticket": ticket.0});
    tom.post("/partners/acme/calls", call(&ticket)).await.refused(403, "forbidden");
    jo.post("/partners/acme/calls", call(&ticket)).await.refused(403, "forbidden");
    max.post("/partners/acme/calls", call(&ticket)).await.refused(404, "not_found");
    dana.post("/partners/birk/calls", call(&ticket)).await.faulty(&["ticket: unknown"]);
    let wrong = json!({"heat": "boiling"});
    dana.post("/partners/acme/calls", wrong).await.faulty(&["heat: unknown", "summary: required"]);
    let first = dana.post("/partners/acme/calls", call(&ticket)).await.expect(201);
    assert_eq!((&first["surprise"], &first["ticket"]["reference"]), (&json!(true), &json!(ticket.0)));
    let second = dana.post("/partners/acme/calls", call(&ticket)).await.expect(201);
    assert_eq!(second["surprise"], false, "she knows by now");
    // Warned before her rung, the director was no surprise.
    desk.passes_to("2026-11-23 16:40").await;
    assert_eq!(maria.post("/partners/acme/calls", call(&ticket)).await.expect(201)["surprise"], false);
    assert!(!kinds(&jo, &ticket).await.contains(&"surprise".to_owned()), "the partner is not told so");
    assert!(kinds(&dana, &ticket).await.contains(&"surprise".to_owned()));
    let priya = desk
        .letters(&ticket)
        .into_iter()
        .find(|m| m.reader() == "priya" && m.text.contains("They will not renew."));
    assert!(priya.is_some(), "the owner is told");
}

#[tokio::test]
async fn a_call_about_nothing_known_files_a_ticket_with_an_owner() {
    let desk = TestDesk::open().await;
    let dana = desk.staff("dana").await;
    let call = json!({"summary": "Nobody answers them since Monday.", "heat": "tense"});
    let logged = dana.post("/partners/acme/calls", call).await.expect(201);
    assert_eq!(logged["surprise"], true);
    let ticket = &logged["ticket"];
    assert_eq!(
        (&ticket["subject"], &ticket["state"]),
        (&json!("Nobody answers them since Monday."), &json!("open"))
    );
    assert!(ticket["owner"].is_string());
    assert_eq!(ticket["timetable"].as_array().unwrap().len(), 2);
    desk.database().must_hold();
}

#[tokio::test]
async fn every_clock_is_explained_day_by_day() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, priya, ada) = (acme.contact("jo").await, desk.staff("priya").await, desk.staff("ada").await);
    desk.is_at("2026-11-27 16:30");
    let ticket = jo.files("Special price not approved", P2).await;
    priya.replies(&ticket, "We are on it.").await;
    priya.waits(&ticket, "partner", &wire("2026-12-01 12:00")).await.expect(200);
    desk.is_at("2026-11-30 10:00");
    jo.replies(&ticket, "Here it is.").await;
    let clocks = jo.get(&ticket.path("clocks")).await.expect(200);
    let items = clocks["items"].as_array().unwrap();
    let rung = items.iter().find(|c| c["subject"] == "rung" && c["number"] == 2).unwrap();
    assert_eq!((&rung["rule"], &rung["allowance"]), (&json!("allowance"), &json!("4 bh")));
    assert_eq!(rung["due"], wire("2026-11-30 14:00"));
    assert_eq!((&rung["counted_seconds"], &rung["stood_still_seconds"]), (&json!(14_400), &json!(5_400)));
    let days: Vec<(&str, i64)> = rung["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["date"].as_str().unwrap(), d["counted_seconds"].as_i64().unwrap()))
        .collect();
    assert_eq!(days, [("2026-11-27", 0), ("2026-11-28", 0), ("2026-11-29", 0), ("2026-11-30", 14_400)]);
    assert_eq!(clocks["ladder_version"], 1);
    // Who looks after Lizard sees how clocks stand; a stranger sees nothing.
    assert_eq!(
        ada.get(&ticket.path("clocks")).await.expect(200)["items"].as_array().unwrap().len(),
        items.len()
    );
    let bo = desk.partner("birk").await.contact("bo").await;
    bo.get(&ticket.path("clocks")).await.refused(404, "not_found");
}

#[tokio::test]
async fn dates_are_accepted_rungs_put_off_and_taken_down_by_forms() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.staff("priya").await.replies(&ticket, "We are on it.").await;
    let page = format!("/t/{}", ticket.0);
    let (partner, tom, maria) = (
        desk.browses("jo@acme.example").await,
        desk.browses("tom@lizard.example").await,
        desk.browses("maria@lizard.example").await,
    );
    let seen = partner.get(&page).await.expect(200);
    assert!(!seen.has_form("hold") && !seen.has_form("deescalate"));
    partner.send(&seen, "accept", &[]).await.leads(&format!("{page}?done=acceptance"));
    assert!(!partner.get(&page).await.has_form("accept"), "once is enough");
    desk.passes_to("2026-11-23 15:00").await;
    let seen = tom.get(&page).await.expect(200);
    let late = tom.send(&seen, "hold", &[("reason", "at noon"), ("until", "2026-12-01T12:00")]).await;
    let late = late.expect(422).shows(&["<a href=\"#hold-until\">"]);
    // The accepted date is Thursday 10:20, and four hours of grace.
    let put_off = tom.send(&late, "hold", &[("reason", "at noon"), ("until", "2026-11-27T10:00")]).await;
    put_off.leads(&format!("{page}?done=hold"));
    let seen = maria.get(&page).await.expect(200);
    let down = [("reason", "the plan stands"), ("agreed_by", "jo@acme.example")];
    maria.send(&seen, "deescalate", &down).await.leads(&format!("{page}?done=deescalation"));
    let clocks = partner.get(&format!("{page}/clocks")).await.expect(200);
    clocks.shows(&["Why these dates", "Rung 3, Regional director", "Day by day"]);
    assert_eq!(jo.sees(&ticket).await["rung"]["number"], 1);
}
