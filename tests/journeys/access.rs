//! Who may do what: every route of the document, tried as everybody; and what must not
//! be seen by any way that leads to a ticket.

use std::collections::BTreeSet;

use lizard::domain::letter::Kind;
use serde_json::{Value, json};

use super::support::*;

/// Who may, a letter each: contact, principal, desk, channel manager, director, VP, admin;
/// tokens that read, that write too, and that write for a partner. Everybody else is
/// refused (403) what they see.
const TABLE: [(&str, &str, &str); 73] = [
    ("POST", "/session", "everybody"),
    ("POST", "/session/refresh", "everybody"),
    ("DELETE", "/session", "cpdmrva"),
    ("GET", "/me", "cpdmrvatwq"),
    ("POST", "/tickets/preview", "cpdmrvwq"),
    ("POST", "/tickets", "cpdmrvwq"),
    ("GET", "/tickets", "cpdmrvatwq"),
    ("GET", "/tickets/{reference}", "cpdmrvatwq"),
    ("PATCH", "/tickets/{reference}", "dmrv"),
    ("POST", "/tickets/{reference}/messages", "cpdmrvwq"),
    ("GET", "/tickets/{reference}/messages", "cpdmrvtwq"),
    ("POST", "/tickets/{reference}/attachments", "cpdmrvwq"),
    ("GET", "/tickets/{reference}/attachments", "cpdmrvtwq"),
    ("GET", "/tickets/{reference}/attachments/{id}", "cpdmrvtwq"),
    ("GET", "/tickets/{reference}/events", "cpdmrvtwq"),
    ("GET", "/tickets/{reference}/promises", "cpdmrvtwq"),
    ("GET", "/tickets/{reference}/letters", "dmrva"),
    ("POST", "/tickets/{reference}/triage", "dmrv"),
    ("PUT", "/tickets/{reference}/wait", "drv"),
    ("DELETE", "/tickets/{reference}/wait", "drv"),
    ("PUT", "/tickets/{reference}/mute", "cp"),
    ("DELETE", "/tickets/{reference}/mute", "cp"),
    ("GET", "/tickets/{reference}/watchers", "cpdmrvtwq"),
    ("POST", "/tickets/{reference}/watchers", "cpdmrv"),
    ("DELETE", "/tickets/{reference}/watchers/{id}", "cpdmrv"),
    ("PUT", "/tickets/{reference}/timetable", "drv"),
    ("POST", "/tickets/{reference}/escalations", "cpdmrv"),
    ("GET", "/tickets/{reference}/clocks", "cpdmrvatwq"),
    ("POST", "/tickets/{reference}/timetable/acceptance", "cp"),
    ("POST", "/tickets/{reference}/holds", "d"),
    ("POST", "/tickets/{reference}/deescalations", "mrv"),
    ("POST", "/tickets/{reference}/acknowledgement", "d"),
    ("POST", "/tickets/{reference}/contest", "cp"),
    ("POST", "/tickets/{reference}/resolution", "drv"),
    ("POST", "/tickets/{reference}/confirmation", "cp"),
    ("POST", "/tickets/{reference}/merge", "drv"),
    ("GET", "/partners", "a"),
    ("POST", "/partners", "a"),
    ("GET", "/partners/{slug}", "a"),
    ("PATCH", "/partners/{slug}", "a"),
    ("POST", "/partners/{slug}/calls", "rv"),
    ("GET", "/contacts", "a"),
    ("POST", "/contacts", "a"),
    ("GET", "/contacts/{id}", "a"),
    ("PATCH", "/contacts/{id}", "a"),
    ("POST", "/contacts/{id}/invitation", "a"),
    ("GET", "/staff", "a"),
    ("POST", "/staff", "a"),
    ("GET", "/staff/{id}", "a"),
    ("PATCH", "/staff/{id}", "a"),
    ("POST", "/staff/{id}/invitation", "a"),
    // Of an administrator; everybody at the vendor their own.
    ("GET", "/staff/{id}/absences", "a"),
    ("POST", "/staff/{id}/absences", "a"),
    ("PATCH", "/staff/{id}/absences/{absence}", "a"),
    ("DELETE", "/staff/{id}/absences/{absence}", "a"),
    ("GET", "/teams", "dmrvatw"),
    ("POST", "/teams", "a"),
    ("PATCH", "/teams/{code}", "a"),
    ("GET", "/categories", "cpdmrvatwq"),
    ("GET", "/ladders", "cpdmrvatwq"),
    ("GET", "/calendars", "cpdmrvatwq"),
    ("GET", "/ladders/versions", "dmrvatw"),
    ("GET", "/ladders/{version}", "dmrvatw"),
    ("POST", "/ladders", "a"),
    ("GET", "/calendars/versions", "dmrvatw"),
    ("GET", "/calendars/{version}", "dmrvatw"),
    ("POST", "/calendars", "a"),
    ("POST", "/simulations", "a"),
    ("GET", "/outbox", "a"),
    ("POST", "/outbox/{id}/resend", "a"),
    ("POST", "/outbox/{id}/bounce", "a"),
    ("POST", "/migrations/preview", "a"),
    ("POST", "/migrations", "a"),
];

/// Everybody in the table by their letter.
async fn everybody(desk: &TestDesk) -> Vec<(char, Actor)> {
    let acme = desk.partner("acme").await;
    vec![
        ('c', acme.contact("jo").await),
        ('p', acme.principal().await),
        ('d', desk.staff("priya").await),
        ('m', desk.staff("tom").await),
        ('r', desk.staff("maria").await),
        ('v', desk.staff("dana").await),
        ('a', desk.staff("ada").await),
        ('t', desk.token("r", None).await),
        ('w', desk.token("rw", None).await),
        ('q', desk.token("rw", Some("acme")).await),
    ]
}

/// What stands in the place of a path's variable parts.
struct Real {
    ticket: Ticket,
    contact: Value,
    member: Value,
    absence: Value,
    letter: i64,
}

impl Real {
    async fn of(desk: &TestDesk, ticket: &Ticket) -> Self {
        let ada = desk.staff("ada").await;
        let first = async |list: &str| ada.pages(list).await[0]["id"].clone();
        let letter = desk.letter(Kind::Reset, "jo@acme.example", None).await;
        let jo = desk.partner("acme").await.contact("jo").await;
        jo.attaches(ticket, &[], &[("order.txt", b"4711")]).await.expect(201);
        let member = first("/staff").await;
        let away = json!({"from": desk.now().to_string()});
        let absence = ada.post(&format!("/staff/{member}/absences"), away).await;
        Self {
            ticket: ticket.clone(),
            contact: first("/contacts").await,
            member,
            absence: absence.expect(201)["id"].clone(),
            letter: desk.posts(letter).await,
        }
    }

    fn path(&self, path: &str) -> String {
        if path.ends_with("/attachments/{id}") {
            return path.replace("{reference}", &self.ticket.0).replace("{id}", "1");
        }
        if path.starts_with("/outbox") {
            return path.replace("{id}", &self.letter.to_string());
        }
        let person = if path.starts_with("/staff") { &self.member } else { &self.contact };
        path.replace("{reference}", &self.ticket.0)
            .replace("{slug}", "acme")
            .replace("{code}", "deal_desk")
            .replace("{version}", "1")
            .replace("{id}", &person.to_string())
            .replace("{absence}", &self.absence.to_string())
    }
}

async fn attempt(actor: &Actor, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let ask = actor.ask(method, path);
    match body {
        Some(body) if method == "POST" && path.ends_with("/attachments") => {
            let texts = body.as_object().unwrap().iter().map(|(k, v)| (k.clone(), v.to_string()));
            let texts: Vec<(String, String)> = texts.collect();
            let fields: Vec<(&str, &str)> = texts.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            let (content_type, parts) = in_parts(&fields, &[]);
            ask.body(&content_type, parts).send().await
        }
        Some(body) if method != "GET" && method != "DELETE" => ask.json(body).send().await,
        _ => ask.send().await,
    }
}

#[tokio::test]
async fn the_table_and_the_document_name_the_same_routes() {
    let desk = TestDesk::open().await;
    let document = desk.nobody().get("/api/openapi.json").await.expect(200).json;
    let documented: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let path = path.strip_prefix("/api/v1").unwrap();
            item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let known: BTreeSet<String> = TABLE.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(documented, known);
}

#[tokio::test]
async fn nobody_gets_in_anywhere_without_signing_in() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let real = Real::of(&desk, &ticket).await;
    for (method, path, who) in TABLE {
        let path = real.path(path);
        for body in [None, Some(json!({"colour": "red"}))] {
            let answer = attempt(&desk.nobody(), method, &path, body.as_ref()).await;
            let expected = if who == "everybody" { 422 } else { 401 };
            answer.expect(expected);
        }
        // Not by what is wrong with the request either.
        if who != "everybody" {
            let ask = desk.nobody().ask(method, &path).body("text/plain", "{".repeat(2_000_000));
            ask.send().await.refused(401, "unauthorized");
        }
    }
    assert_eq!(jo.sees(&ticket).await.etag(), "\"2\"");
}

#[tokio::test]
async fn a_ticket_of_another_company_does_not_exist() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let birk = desk.partner("birk").await;
    let strangers = [
        birk.contact("bo").await,
        birk.principal().await,
        desk.token("rw", Some("birk")).await,
        desk.staff("uma").await,
        desk.staff("max").await,
    ];
    let valid = [
        ("POST", "messages", json!({"body": "hello"})),
        ("POST", "messages", json!({"body": "hello", "visibility": "internal"})),
        ("POST", "triage", json!({"priority": "P1", "reason": "r"})),
        ("PUT", "wait", json!({"on": "partner", "reason": "r", "until": wire("2026-11-24 12:00")})),
        ("PUT", "timetable", json!({"resolution": wire("2026-11-24 12:00")})),
        ("POST", "escalations", json!({"reason": "other", "justification": "j"})),
        ("POST", "contest", json!({"reason": "r"})),
        ("POST", "resolution", json!({"summary": "s", "how_to_check": "h"})),
        ("POST", "confirmation", json!({"fixed": true})),
        ("POST", "merge", json!({"into": "PI-1001"})),
        ("PATCH", "", json!({"subject": "mine"})),
    ];
    let real = Real::of(&desk, &ticket).await;
    for stranger in &strangers {
        let routes = TABLE.into_iter().filter(|(_, path, _)| path.contains("{reference}"));
        for (method, path, _) in routes {
            let path = real.path(path);
            for body in [None, Some(json!({"colour": "red", "body": 5}))] {
                let hidden = attempt(stranger, method, &path, body.as_ref()).await.refused(404, "not_found");
                let missing =
                    attempt(stranger, method, &path.replace(&ticket.0, "PI-9999"), body.as_ref()).await;
                assert_eq!(hidden.text, missing.text, "{} {method} {path}", stranger.name);
            }
        }
        for (method, what, body) in &valid {
            let path = ticket.path(what);
            attempt(stranger, method, &path, Some(body)).await.refused(404, "not_found");
            let old = stranger.ask(method, &path).if_match("\"7\"").json(body).send().await;
            old.refused(404, "not_found");
        }
        let query = stranger.get(&ticket.path("events?limit=0&cursor=x")).await;
        query.refused(404, "not_found");
        assert!(stranger.listed("").await.is_empty(), "{}", stranger.name);
        assert!(stranger.listed("q=Special&partner=acme&owner=priya@lizard.example").await.is_empty());
    }
    assert_eq!(jo.sees(&ticket).await.etag(), "\"2\"");
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let real = Real::of(&desk, &ticket).await;
    let mut wrong = Vec::new();
    for (letter, actor) in everybody(&desk).await {
        // Signing out comes last: nothing can be asked afterwards.
        let (last, rest): (Vec<_>, Vec<_>) =
            TABLE.into_iter().partition(|(method, path, _)| (*method, *path) == ("DELETE", "/session"));
        for (method, path, who) in rest.into_iter().chain(last) {
            if who == "everybody" {
                continue;
            }
            let path = real.path(path);
            let may = who.contains(letter);
            for body in [json!({}), json!({"colour": "red"})] {
                let ending = method == "DELETE" && path == "/session";
                if ending && body == json!({}) {
                    continue;
                }
                // What may be done is then refused for what is wrong with it, if anything.
                let needs_nothing =
                    ["/invitation", "/acknowledgement", "/acceptance"].iter().any(|end| path.ends_with(end));
                if body == json!({}) && (needs_nothing || method == "PATCH") {
                    continue;
                }
                let answer = attempt(&actor, method, &path, Some(&body)).await;
                let fine =
                    if may { matches!(answer.status, 200 | 204 | 409 | 422) } else { answer.status == 403 };
                if !fine {
                    wrong.push(format!("{} {method} {path} {body}: {}", actor.name, answer.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(jo.sees(&ticket).await.expect(401).status, 401, "the table signed everybody out");
    let kim = desk.partner("acme").await.contact("kim").await;
    assert_eq!(kim.sees(&ticket).await.etag(), "\"2\"", "and changed nothing");
}

#[tokio::test]
async fn what_the_owner_and_the_team_do_is_not_for_other_teams() {
    let desk = TestDesk::open().await;
    let lin = Cast::new("lin", "Lin Oster", lizard::domain::person::Role::Desk).serving("order_ops", false);
    desk.add(lin).await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let (lin, wei) = (desk.staff("lin").await, desk.staff("wei").await);
    lin.replies(&ticket, "I only pass by.").await;
    lin.waits(&ticket, "partner", &wire("2026-11-24 12:00")).await.refused(403, "forbidden");
    lin.resolves(&ticket).await.refused(403, "forbidden");
    lin.merges(&ticket, &ticket).await.refused(403, "forbidden");
    lin.put(&ticket.path("timetable"), json!({"resolution": wire("2026-11-24 12:00")}))
        .await
        .refused(403, "forbidden");
    lin.delete(&ticket.path("wait")).await.refused(403, "forbidden");
    wei.waits(&ticket, "partner", &wire("2026-11-24 12:00")).await.expect(200);
    let order = json!({"owner": "lin@lizard.example", "reason": "Lin knows them"});
    lin.triages(&ticket, order).await.expect(200);
    lin.resolves(&ticket).await.expect(201);
}

/// Tickets of all kinds, by all kinds of people.
async fn full_house(desk: &TestDesk) -> Vec<Ticket> {
    let (acme, birk) = (desk.partner("acme").await, desk.partner("birk").await);
    let filers = [
        acme.contact("jo").await,
        acme.contact("kim").await,
        acme.principal().await,
        birk.contact("bo").await,
    ];
    let mut tickets = Vec::new();
    for filer in &filers {
        for (category, about) in [
            ("price.approval_late", None),
            ("p2p.going_quiet", None),
            ("rel.am_unresponsive", None),
            ("rel.roles_unclear", Some("priya")),
            ("rel.am_changed", Some("maria")),
            ("rel.information_late_or_wrong", Some("dana")),
            ("legal.contract_terms", None),
            ("order.delivery_late", None),
        ] {
            let mut draft = draft(&format!("{category} of {}", filer.name), P3);
            draft["category"] = json!(category);
            draft["about"] = json!(about.map(|first| format!("{first}@lizard.example")));
            tickets.push(filer.files_as(draft).await.as_ticket());
            desk.advance(minutes(1));
        }
    }
    // One of everything is closed, or claimed.
    let dana = desk.staff("dana").await;
    dana.resolves(&tickets[0]).await.expect(201);
    filers[0].confirms(&tickets[0]).await.expect(201);
    dana.resolves(&tickets[8]).await.expect(201);
    tickets
}

#[tokio::test]
async fn lists_and_single_tickets_agree_for_everybody() {
    let desk = TestDesk::open().await;
    let tickets = full_house(&desk).await;
    let (acme, birk) = (desk.partner("acme").await, desk.partner("birk").await);
    let mut readers: Vec<Actor> = everybody(&desk).await.into_iter().map(|(_, actor)| actor).collect();
    readers.extend([acme.contact("kim").await, birk.contact("bo").await, birk.principal().await]);
    for first in ["wei", "uma", "max"] {
        readers.push(desk.staff(first).await);
    }
    readers.push(desk.token("r", Some("birk")).await);
    let mut table = String::new();
    for reader in &readers {
        let listed: BTreeSet<String> = reader.listed("").await.into_iter().collect();
        let mut seen = BTreeSet::new();
        for ticket in &tickets {
            let answer = reader.sees(ticket).await;
            match answer.status {
                200 => seen.insert(ticket.0.clone()),
                404 => false,
                other => panic!("{}: {other}", reader.name),
            };
            // What hangs on a ticket is there exactly where the ticket is.
            for what in ["messages", "events", "promises"] {
                let part = reader.get(&ticket.path(what)).await.status;
                let admin = reader.name.starts_with("ada");
                let expected = if answer.status == 200 && admin { 403 } else { answer.status };
                assert_eq!(part, expected, "{} {what} of {}", reader.name, ticket.0);
            }
        }
        assert_eq!(listed, seen, "{}", reader.name);
        if !reader.name.starts_with("ada") {
            let found = reader.listed("q=of&state=open,resolved,closed").await;
            let found: BTreeSet<String> = found.into_iter().collect();
            assert_eq!(found, seen, "{} searches", reader.name);
        }
        let seen = seen.into_iter().collect::<Vec<_>>().join(" ");
        table = format!("{table}{}: {seen}\n", reader.name);
    }
    insta::assert_snapshot!(table.replace("PI-10", ""));
}

#[tokio::test]
async fn whom_a_complaint_is_about_finds_no_trace_of_it() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let mut complaint = draft("Tom never calls back", P3);
    complaint["category"] = json!("rel.am_unresponsive");
    complaint["description"] = json!("We wrote four times to Tom Berg.");
    let about = jo.files_as(complaint).await.as_ticket();
    jo.files("Special price not approved", P2).await;
    let tom = desk.staff("tom").await;
    for what in ["", "messages", "events", "promises", "letters"] {
        tom.get(&about.path(what)).await.refused(404, "not_found");
    }
    for query in [
        "",
        "q=Tom",
        "q=never calls",
        "q=PI-1001",
        "category=rel",
        "category=rel.am_unresponsive",
        "partner=acme",
        "owner=priya@lizard.example",
        "priority=P3",
        "state=open",
        "rung=1",
        "updated_since=2020-01-01T00:00:00Z",
        "due_before=2030-01-01T00:00:00Z",
        "team=support_desk",
    ] {
        let text = serde_json::to_string(&tom.lists(query).await).unwrap();
        assert!(!text.contains(&about.0) && !text.contains("never calls"), "{query}: {text}");
    }
    // A colleague does not see it, the principal does, the director does, and the desk only its owner.
    acme.contact("kim").await.sees(&about).await.refused(404, "not_found");
    desk.staff("wei").await.sees(&about).await.refused(404, "not_found");
    desk.token("rw", Some("acme")).await.sees(&about).await.refused(404, "not_found");
    desk.token("rw", None).await.sees(&about).await.refused(404, "not_found");
    acme.principal().await.sees(&about).await.expect(200);
    for first in ["priya", "maria", "dana"] {
        desk.staff(first).await.sees(&about).await.expect(200);
    }
}

#[tokio::test]
async fn the_channel_manager_never_sees_what_is_legal() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let mut legal = draft("Clause 7", P3);
    legal["category"] = json!("legal.contract_terms");
    let ticket = acme.contact("jo").await.files_as(legal).await.as_ticket();
    let tom = desk.staff("tom").await;
    tom.sees(&ticket).await.refused(404, "not_found");
    tom.notes(&ticket, "I heard of it").await.refused(404, "not_found");
    assert!(tom.listed("").await.is_empty());
    assert!(tom.listed("category=legal").await.is_empty());
    acme.contact("kim").await.sees(&ticket).await.refused(404, "not_found");
    desk.token("r", None).await.sees(&ticket).await.refused(404, "not_found");
    acme.principal().await.sees(&ticket).await.expect(200);
    desk.staff("maria").await.sees(&ticket).await.expect(200);
}

#[tokio::test]
async fn an_integrator_neither_files_nor_reads_what_is_restricted() {
    let desk = TestDesk::open().await;
    for partner in [None, Some("acme")] {
        let token = desk.token("rw", partner).await;
        for category in ["rel.am_unresponsive", "legal.contract_terms"] {
            let mut draft = draft("x", P3);
            draft["category"] = json!(category);
            draft["partner"] = json!("acme");
            draft["requester"] = json!("jo@acme.example");
            token.post("/tickets", draft.clone()).await.refused(403, "forbidden");
            token.post("/tickets/preview", draft).await.refused(403, "forbidden");
        }
        let mut draft = draft("x", P3);
        draft["partner"] = json!("acme");
        draft["requester"] = json!("jo@acme.example");
        let filed = token.files_as(draft).await.ticket;
        assert_eq!(filed["requester_name"], "Jo Brandt");
        assert_eq!(token.messages(&Ticket(filed["reference"].as_str().unwrap().to_owned())).await.len(), 0);
    }
    let writer = desk.token("w", None).await;
    writer.get("/tickets").await.refused(403, "forbidden");
    writer.get("/tickets/PI-1001").await.refused(404, "not_found");
}

#[tokio::test]
async fn an_administrator_sees_the_envelope_of_every_ticket_and_no_more() {
    let desk = TestDesk::open().await;
    let tickets = full_house(&desk).await;
    let ada = desk.staff("ada").await;
    let envelope =
        ["close_reason", "ladder", "next_clock_at", "opened_at", "reference", "rung", "state", "updated_at"];
    let items = ada.lists("").await;
    assert_eq!(items.len(), tickets.len());
    for item in items.iter().chain([&ada.sees(&tickets[3]).await.json]) {
        let keys: Vec<&String> = item.as_object().unwrap().keys().collect();
        assert_eq!(keys, envelope);
    }
    for body in ["secret words", "internal words"] {
        desk.staff("maria").await.notes(&tickets[1], body).await.expect(201);
    }
    for what in ["messages", "events", "promises"] {
        ada.get(&tickets[1].path(what)).await.refused(403, "forbidden");
    }
    ada.post("/tickets", draft("x", P3)).await.refused(403, "forbidden");
    // Nor by asking for what is inside.
    for query in
        ["q=of", "category=rel", "priority=P3", "partner=acme", "owner=wei@lizard.example", "team=legal"]
    {
        ada.get(&format!("/tickets?{query}")).await.refused(403, "forbidden");
    }
    ada.get("/tickets?state=open&rung=1&updated_since=2020-01-01T00:00:00Z").await.expect(200);
}
