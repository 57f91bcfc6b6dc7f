//! What other programs rely on: problem documents, versions, pages, and a document that
//! says what the parsers know.

use std::collections::{BTreeMap, BTreeSet};

use lizard::domain::letter::{Kind, Side};
use serde_json::{Map, Value, json};

use super::support::*;

async fn document(desk: &TestDesk) -> Value {
    desk.nobody().get("/api/openapi.json").await.expect(200).json
}

/// The object that a `$ref` leads to, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(at) => document.pointer(at.strip_prefix('#').unwrap()).unwrap(),
        None => value,
    }
}

fn walk<'a>(value: &'a Value, each: &mut impl FnMut(&'a Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            each(object);
            object.values().for_each(|v| walk(v, each));
        }
        Value::Array(items) => items.iter().for_each(|v| walk(v, each)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_is_openapi_and_every_reference_leads_somewhere() {
    let desk = TestDesk::open().await;
    let document = document(&desk).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    let mut references = 0;
    walk(&document, &mut |object| {
        if let Some(Value::String(at)) = object.get("$ref") {
            references += 1;
            let found = at.strip_prefix('#').and_then(|at| document.pointer(at));
            assert!(found.is_some(), "{at} leads nowhere");
        }
    });
    assert!(references > 50, "{references}");
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{method} {path}: {name} is taken");
            assert!(
                operation["summary"].is_string() || operation["description"].is_string(),
                "{method} {path}"
            );
            // Every part of the path in braces is said to be a parameter.
            let said: BTreeSet<&str> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|p| p["in"] == "path")
                .map(|p| p["name"].as_str().unwrap())
                .collect();
            let used: BTreeSet<&str> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{').and_then(|p| p.strip_suffix('}')))
                .collect();
            assert_eq!(said, used, "{method} {path}");
            for code in ["400", "401", "404", "422"] {
                if (code, path.as_str()) != ("404", "/api/v1/session") {
                    assert!(operation["responses"][code].is_object(), "{method} {path} may answer {code}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_document_page_needs_no_other_host() {
    let desk = TestDesk::open().await;
    let get = async |path: &str| desk.client.get(format!("{}{path}", desk.url)).send().await.unwrap();
    let page = get("/api/docs/").await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'self'"), "{policy}");
    let text = page.text().await.unwrap();
    assert!(text.contains("swagger"));
    let mut links = Vec::new();
    for attribute in ["src=\"", "href=\""] {
        links.extend(text.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()));
    }
    assert!(links.len() >= 3, "{links:?}");
    for link in links {
        assert!(!link.contains("//"), "{link}");
        let path = if link.starts_with('/') {
            link.to_owned()
        } else {
            format!("/api/docs/{}", link.trim_start_matches("./"))
        };
        let part = get(&path).await;
        assert_eq!(part.status(), 200, "{link}");
        if path.contains("initializer") {
            let script = part.text().await.unwrap();
            assert!(script.contains("/api/openapi.json") && !script.contains("://"), "{script}");
        }
    }
    assert_eq!(get("/api/docs").await.url().path(), "/api/docs/");
}

/// Every operation with a body: method, path, and the body's schema.
fn bodies(document: &Value) -> Vec<(String, String, &Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if schema.is_object() {
                all.push((method.to_uppercase(), path.clone(), resolved(document, schema)));
            }
        }
    }
    all
}

#[tokio::test]
async fn the_bodies_of_the_document_are_those_that_the_parsers_know() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, dana, ada) = (acme.contact("jo").await, desk.staff("dana").await, desk.staff("ada").await);
    let priya = desk.staff("priya").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let document = document(&desk).await;
    let people = ada.pages("/contacts").await;
    let staff = ada.pages("/staff").await;
    let away = json!({"from": desk.now().to_string()});
    let absence = ada.post(&format!("/staff/{}/absences", staff[0]["id"]), away).await.expect(201);
    let bodies = bodies(&document);
    assert!(bodies.len() >= 20, "{}", bodies.len());
    for (method, path, schema) in bodies {
        assert_eq!(schema["additionalProperties"], false, "{method} {path}");
        let properties = schema["properties"].as_object().unwrap();
        let actor = match path.as_str() {
            p if p.contains("session") => desk.nobody(),
            p if p.contains("/confirmation") || p.contains("/contest") => jo.clone(),
            p if p.contains("/holds") => priya.clone(),
            p if p.contains("/tickets") || p.contains("/calls") => dana.clone(),
            _ => ada.clone(),
        };
        let id = if path.contains("/staff") { &staff[0]["id"] } else { &people[0]["id"] };
        let place = path
            .replace("{reference}", &ticket.0)
            .replace("{slug}", "acme")
            .replace("{code}", "deal_desk")
            .replace("{id}", &id.to_string())
            .replace("{absence}", &absence["id"].to_string());
        // Every field that is named is known, whatever its value.
        let mut wrong: Map<String, Value> = properties.keys().map(|k| (k.clone(), json!([[]]))).collect();
        let answer = actor.ask(&method, &place).json(&Value::Object(wrong.clone())).send().await;
        let answer = answer.refused(422, "invalid");
        let faults: BTreeMap<&str, &str> = answer.json["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect();
        for name in properties.keys() {
            let about =
                faults.iter().find(|(field, _)| field.split(['.', '[']).next() == Some(name.as_str()));
            let (_, code) =
                about.unwrap_or_else(|| panic!("{method} {path}: {name} is not looked at: {faults:?}"));
            assert_ne!(*code, "unknown_field", "{method} {path}: {name}");
        }
        // And no other.
        wrong.insert("no_such_field".to_owned(), json!(1));
        let answer = actor.ask(&method, &place).json(&Value::Object(wrong)).send().await;
        let answer = answer.refused(422, "invalid");
        assert!(answer.faults().contains(&"no_such_field: unknown_field".to_owned()), "{method} {path}");
        // What is required is missed, and nothing else.
        let required: BTreeSet<&str> =
            schema["required"].as_array().into_iter().flatten().map(|r| r.as_str().unwrap()).collect();
        let conditional = path.ends_with("/tickets") || path.ends_with("/preview");
        if !required.is_empty() && !conditional {
            let answer = actor.ask(&method, &place).json(&json!({})).send().await.refused(422, "invalid");
            let missed: BTreeSet<String> = answer.faults().into_iter().collect();
            let expected: BTreeSet<String> = required.iter().map(|r| format!("{r}: required")).collect();
            assert_eq!(missed, expected, "{method} {path}");
        }
    }
    assert_eq!(jo.sees(&ticket).await.etag(), "\"1\"");
}

/// Whether a value is as a schema says, as far as ours say anything.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let schema = resolved(document, schema);
    for key in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[key].as_array() {
            let tried: Vec<_> = choices.iter().map(|c| fits(document, c, value, at)).collect();
            let fitting = tried.iter().filter(|t| t.is_ok()).count();
            if fitting == 0 || (key == "oneOf" && fitting > 1) {
                return Err(format!("{at}: {fitting} choices fit: {tried:?}"));
            }
            return Ok(());
        }
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().map(|t| t.as_str().unwrap()).collect(),
        _ => return Ok(()),
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_right = types.contains(&is) || (is == "integer" && types.contains(&"number"));
    if !is_right {
        return Err(format!("{at}: is {is}, and should be {types:?}"));
    }
    if let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object()) {
        for name in schema["required"].as_array().into_iter().flatten() {
            if !object.contains_key(name.as_str().unwrap()) {
                return Err(format!("{at}: {name} is missing"));
            }
        }
        for (name, inner) in object {
            match properties.get(name) {
                Some(schema) => fits(document, schema, inner, &format!("{at}.{name}"))?,
                None => return Err(format!("{at}: {name} is not in the document")),
            }
        }
    }
    if let (Some(items), true) = (value.as_array(), schema["items"].is_object()) {
        for (i, item) in items.iter().enumerate() {
            fits(document, &schema["items"], item, &format!("{at}[{i}]"))?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn answers_are_as_the_document_says() {
    let desk = TestDesk::open().await;
    let document = document(&desk).await;
    let acme = desk.partner("acme").await;
    let (jo, priya, ada) = (acme.contact("jo").await, desk.staff("priya").await, desk.staff("ada").await);
    let ticket = jo.files("Special price not approved", P2).await;
    priya.replies(&ticket, "We are on it.").await;
    priya.attaches(&ticket, &[], &[("price list.csv", b"a;b\n1;2\n")]).await.expect(201);
    priya.waits(&ticket, "partner", &wire("2026-11-24 12:00")).await.expect(200);
    jo.escalates(&ticket).await.expect(201);
    priya.resolves(&ticket).await.expect(201);
    let new = json!({"email": "new@acme.example", "name": "New", "partner": "acme"});
    let contact = ada.post("/contacts", new).await.expect(201);
    let contact = contact.header("Location").replace("/api/v1", "");
    let about = desk.about(&ticket, Side::Internal).await;
    desk.posts(desk.letter(Kind::Assigned, "priya@lizard.example", Some(about)).await).await;
    let staff = ada.pages("/staff").await;
    let absences = format!("/staff/{}/absences", staff[0]["id"]);
    ada.post(&absences, json!({"from": desk.now().to_string(), "reason": "leave"})).await.expect(201);
    let reads = [
        (&jo, "/tickets/{reference}", ticket.path("")),
        (&ada, "/tickets/{reference}", ticket.path("")),
        (&jo, "/tickets", "/tickets".to_owned()),
        (&ada, "/tickets", "/tickets".to_owned()),
        (&priya, "/tickets/{reference}/messages", ticket.path("messages")),
        (&priya, "/tickets/{reference}/attachments", ticket.path("attachments")),
        (&priya, "/tickets/{reference}/events", ticket.path("events")),
        (&priya, "/tickets/{reference}/promises", ticket.path("promises")),
        (&priya, "/tickets/{reference}/letters", ticket.path("letters")),
        (&ada, "/tickets/{reference}/letters", ticket.path("letters")),
        (&jo, "/me", "/me".to_owned()),
        (&priya, "/me", "/me".to_owned()),
        (&jo, "/categories", "/categories".to_owned()),
        (&jo, "/ladders", "/ladders".to_owned()),
        (&jo, "/calendars", "/calendars".to_owned()),
        (&priya, "/ladders/versions", "/ladders/versions".to_owned()),
        (&priya, "/calendars/versions", "/calendars/versions".to_owned()),
        (&priya, "/ladders/{version}", "/ladders/1".to_owned()),
        (&ada, "/calendars/{version}", "/calendars/1".to_owned()),
        (&ada, "/partners", "/partners".to_owned()),
        (&ada, "/partners/{slug}", "/partners/acme".to_owned()),
        (&ada, "/contacts", "/contacts".to_owned()),
        (&ada, "/contacts/{id}", contact),
        (&ada, "/staff", "/staff".to_owned()),
        (&ada, "/staff/{id}", format!("/staff/{}", staff[0]["id"])),
        (&ada, "/staff/{id}/absences", absences),
        (&ada, "/teams", "/teams".to_owned()),
        (&ada, "/outbox", "/outbox".to_owned()),
    ];
    for (reader, route, path) in reads {
        let answer = reader.get(&path).await.expect(200);
        assert_eq!(answer.header("Content-Type"), "application/json");
        let operation = &document["paths"][format!("/api/v1{route}")]["get"];
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{route}");
        if let Err(misfit) = fits(&document, schema, &answer.json, route) {
            panic!("{misfit}: {}", answer.text);
        }
    }
    let refused = jo.post("/tickets", json!({})).await.expect(422);
    let problem = json!({"$ref": "#/components/schemas/Problem"});
    assert_eq!(fits(&document, &problem, &refused.json, "problem"), Ok(()));
}

#[tokio::test]
async fn a_method_that_is_not_known_is_told_which_are() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    for (method, path, allowed) in [
        ("DELETE", "/tickets", "GET, POST"),
        ("PUT", &ticket.path(""), "GET, PATCH"),
        ("POST", &ticket.path("wait"), "PUT, DELETE"),
        ("GET", "/session", "POST, DELETE"),
        ("PATCH", &ticket.path("messages"), "GET, POST"),
        ("DELETE", "/partners/acme", "GET, PATCH"),
    ] {
        for actor in [&jo, &desk.nobody()] {
            let refused = actor.ask(method, path).send().await;
            let refused = refused.refused(405, "method_not_allowed");
            assert_eq!(refused.header("Allow"), allowed, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_in_a_problem_document() {
    let desk = TestDesk::open().await;
    let ada = desk.staff("ada").await;
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/tickets",
        "/nothing",
        "/tickets/",
        "/tickets/PI-9999",
        "/tickets/PI-1/nothing",
        "/tickets/x",
        "/tickets/PI-%00",
        "/tickets/%F0%9F%A6%8E",
        "/tickets/%FF",
        "/partners/nobody",
        "/partners/%00",
        "/partners/a%2Fb",
        "/contacts/0",
        "/contacts/-1",
        "/contacts/x",
        "/contacts/99999999999999999999",
        "/contacts/1.5",
        "/staff/x",
        "/staff/9223372036854775807",
        "/staff/%00",
    ] {
        ada.get(path).await.refused(404, "not_found");
    }
    let page = desk.client.get(format!("{}/t/PI-%00", desk.url)).send().await.unwrap();
    assert_eq!(page.status(), 404);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "people get a page");
    ada.patch("/teams/%00", json!({"name": "x"})).await.refused(404, "not_found");
    ada.patch("/teams/nobody", json!({"name": "x"})).await.refused(404, "not_found");
    // Contacts are not staff, and staff no contacts.
    let contact = &ada.pages("/contacts").await[0]["id"];
    let staff = &ada.pages("/staff").await[0]["id"];
    ada.get(&format!("/staff/{contact}")).await.refused(404, "not_found");
    ada.get(&format!("/contacts/{staff}")).await.refused(404, "not_found");
    ada.patch(&format!("/contacts/{staff}"), json!({"active": false})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_version_stands_in_the_etag_and_guards_what_is_changed() {
    let desk = TestDesk::open().await;
    let ada = desk.staff("ada").await;
    let staff = ada.pages("/staff").await;
    let person = staff.iter().find(|s| s["email"] == "wei@lizard.example").unwrap();
    let contact = &ada.pages("/contacts").await[0];
    for path in [
        "/partners/acme".to_owned(),
        format!("/staff/{}", person["id"]),
        format!("/contacts/{}", contact["id"]),
    ] {
        let seen = ada.get(&path).await.expect(200);
        assert_eq!(seen.etag(), "\"1\"", "{path}");
        let name = json!({"name": "Another name"});
        let changed = ada.ask("PATCH", &path).if_match(&seen.etag()).json(&name).send().await.expect(200);
        assert_eq!(changed.etag(), "\"2\"", "{path}");
        assert_eq!(ada.get(&path).await.etag(), "\"2\"", "{path}");
        let name = json!({"name": "A third one"});
        ada.ask("PATCH", &path).if_match(&seen.etag()).json(&name).send().await.refused(412, "stale");
        assert_eq!(ada.get(&path).await["name"], "Another name");
        ada.ask("PATCH", &path).json(&name).send().await.expect(200);
        // Reading is guarded by nothing.
        ada.ask("GET", &path).if_match("\"77\"").send().await.expect(200);
    }
}

#[tokio::test]
async fn pages_hold_every_ticket_once_with_the_next_clock_to_break_first() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut filed = Vec::new();
    for n in 0..23 {
        let priority = [P1, P2, P3, P4][n % 4];
        filed.push(jo.files(&format!("Issue {n}"), priority).await.0);
        if n % 3 == 0 {
            desk.advance(minutes(5));
        }
    }
    let dana = desk.staff("dana").await;
    for n in [3, 7] {
        let ticket = Ticket(filed[n].clone());
        dana.resolves(&ticket).await.expect(201);
    }
    let once = jo.get("/tickets?limit=200").await.expect(200).json;
    assert_eq!(once["next"], Value::Null);
    let all = once["items"].as_array().unwrap();
    // Where every clock stands still it comes last.
    let clocks: Vec<String> =
        all.iter().map(|t| t["next_clock_at"].as_str().unwrap_or("9999").to_owned()).collect();
    assert!(clocks.is_sorted(), "{clocks:?}");
    assert_eq!(clocks.iter().filter(|c| *c == "9999").count(), 2);
    let order: Vec<String> = all.iter().map(|t| t["reference"].as_str().unwrap().to_owned()).collect();
    for limit in [1, 2, 5, 22, 23, 24] {
        let paged: Vec<String> = jo
            .pages(&format!("/tickets?limit={limit}"))
            .await
            .iter()
            .map(|t| t["reference"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(paged, order, "{limit} a page");
    }
    let mut sorted = order.clone();
    sorted.sort();
    filed.sort();
    assert_eq!(sorted, filed);
    // Events, and everything of the administrator's, page the same way.
    let ticket = Ticket(filed[0].clone());
    for limit in [1, 2, 3] {
        let numbers: Vec<u64> = jo
            .pages(&ticket.path(&format!("events?limit={limit}")))
            .await
            .iter()
            .map(|e| e["number"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers, [1, 2, 3]);
    }
    let ada = desk.staff("ada").await;
    let letters = ada.pages("/outbox?limit=200").await.len();
    assert!(letters > 0, "filing is answered by letters");
    for (path, count) in [
        ("/partners", 2),
        ("/contacts", 5),
        ("/staff", 8),
        ("/outbox", letters),
        ("/contacts?partner=birk", 2),
    ] {
        let mark = if path.contains('?') { '&' } else { '?' };
        for limit in [1, 2, 200] {
            let items = ada.pages(&format!("{path}{mark}limit={limit}")).await;
            assert_eq!(items.len(), count, "{path}");
            let distinct: BTreeSet<String> = items.iter().map(ToString::to_string).collect();
            assert_eq!(distinct.len(), count, "{path}");
        }
    }
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let desk = TestDesk::open().await;
    let (acme, birk) = (desk.partner("acme").await, desk.partner("birk").await);
    let (jo, bo) = (acme.contact("jo").await, birk.contact("bo").await);
    let first = jo.files("Special price for Ulm", P2).await;
    desk.advance(hours(1));
    let mut order = draft("100% of the goods_are late", P3);
    order["category"] = json!("order.delivery_late");
    let second = jo.files_as(order).await.as_ticket();
    let third = bo.files("ÄRGER with a quote", P4).await;
    let priya = desk.staff("priya").await;
    desk.staff("dana").await.resolves(&third).await.expect(201);
    jo.escalates(&second).await.expect(201);
    for (name, value, expected) in [
        ("state", "open", vec![&first, &second]),
        ("state", "resolved,closed", vec![&third]),
        ("priority", "P2,P4", vec![&first, &third]),
        ("category", "price", vec![&first, &third]),
        ("category", "order.delivery_late", vec![&second]),
        ("category", "pric", vec![]),
        ("partner", "birk", vec![&third]),
        ("partner", "nobody", vec![]),
        ("owner", "priya@lizard.example", vec![&first, &third]),
        ("owner", "nobody@lizard.example", vec![]),
        ("team", "order_ops", vec![&second]),
        ("rung", "2", vec![&second]),
        ("due_before", "2026-11-23T13:20:01Z", vec![&first]),
        ("updated_since", "2026-11-23T10:20:00Z", vec![&second, &third]),
        ("q", "price ULM", vec![&first]),
        ("q", "price late", vec![&second]),
        ("q", "100%", vec![&second]),
        ("q", "s_a", vec![]),
        ("q", "goods_ar", vec![&second]),
        ("q", "pi-1003", vec![&third]),
        ("q", "ÄRGER", vec![&third]),
        ("q", "%", vec![]),
        ("q", "\\", vec![]),
        ("q", "'", vec![]),
    ] {
        let mut expected: Vec<String> = expected.into_iter().map(|t| t.0.clone()).collect();
        expected.sort();
        let query = serde_urlencoded::to_string([(name, value)]).unwrap();
        let mut listed = priya.listed(&query).await;
        listed.sort();
        assert_eq!(listed, expected, "{query}");
    }
}

#[tokio::test]
async fn queries_and_cursors_that_make_no_sense_are_refused_field_by_field() {
    let desk = TestDesk::open().await;
    let (ada, dana) = (desk.staff("ada").await, desk.staff("dana").await);
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let wrong = "/tickets?limit=0&cursor=x&state=odd&priority=P9&waiting_on=me&due_before=now&rung=100&owner=x&colour=red";
    dana.get(wrong).await.faulty(&[
        "colour: unknown_field",
        "cursor: invalid",
        "due_before: invalid",
        "limit: invalid",
        "owner: invalid",
        "priority: unknown",
        "rung: invalid",
        "state: unknown",
        "waiting_on: unknown",
    ]);
    // Base64 of: nothing useful, a number, a word, a NUL, bytes that are no text.
    for cursor in
        ["x", "====", "MQ", "eA", "AA", "_w", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "MS4y", "YS5i"]
    {
        for path in [
            "/tickets".to_owned(),
            "/outbox".to_owned(),
            "/partners".to_owned(),
            "/contacts".to_owned(),
            "/staff".to_owned(),
            ticket.path("events"),
        ] {
            let reader = if path.starts_with("/tickets/") { &dana } else { &ada };
            let answer = reader.get(&format!("{path}?cursor={cursor}")).await;
            assert!(matches!(answer.status, 200 | 422), "{path} {cursor}: {answer:?}");
            if answer.status == 422 {
                answer.faulty(&["cursor: invalid"]);
            }
        }
    }
    for path in ["/tickets", "/outbox"] {
        ada.get(&format!("{path}?cursor=eA")).await.faulty(&["cursor: invalid"]);
    }
    for limit in ["0", "-1", "201", "x", "1.5", "99999999999999999999"] {
        dana.get(&format!("/tickets?limit={limit}")).await.faulty(&["limit: invalid"]);
    }
    for query in ["q=%FF", "q=%", "&&&", "q", "=", "limit", "q=a&q=b"] {
        let answer = dana.get(&format!("/tickets?{query}")).await;
        assert!(matches!(answer.status, 200 | 400 | 422), "{query}: {answer:?}");
    }
}

#[tokio::test]
async fn people_and_partners_are_checked_as_a_whole_before_they_are_added() {
    let desk = TestDesk::open().await;
    let ada = desk.staff("ada").await;
    ada.post(
        "/partners",
        json!({
            "name": "X", "slug": "Not A Slug", "region": "emea", "time_zone": "Mars/Olympus",
            "channel_manager": "priya@lizard.example",
        }),
    )
    .await
    .faulty(&["channel_manager: unknown", "slug: invalid", "time_zone: unknown"]);
    let taken = json!({
        "name": "X", "slug": "acme", "region": "emea", "time_zone": "Europe/Berlin",
        "channel_manager": "tom@lizard.example",
    });
    ada.post("/partners", taken).await.faulty(&["slug: taken"]);
    ada.post(
        "/staff",
        json!({
            "email": "PRIYA@lizard.example", "name": "P", "role": "director", "teams": ["x"], "lead": true,
            "time_zone": "x",
        }),
    )
    .await
    .faulty(&["email: taken", "region: required", "teams: not_allowed", "time_zone: unknown"]);
    ada.post("/staff", json!({"email": "x@y.example", "name": "X", "role": "contact"}))
        .await
        .faulty(&["role: unknown"]);
    ada.post(
        "/contacts",
        json!({
            "email": "x@y.example", "name": "X", "partner": "nobody", "role": "vp", "region": "emea",
        }),
    )
    .await
    .faulty(&["partner: unknown", "region: unknown_field", "role: unknown"]);
    ada.post("/teams", json!({"code": "Deal Desk", "name": ""}))
        .await
        .faulty(&["code: invalid", "name: empty"]);
    ada.post("/teams", json!({"code": "deal_desk", "name": "D"})).await.faulty(&["code: taken"]);
    assert_eq!(ada.pages("/staff").await.len(), 8);
    assert_eq!(ada.pages("/outbox").await.len(), 0, "nobody is invited by mistake");
}

#[tokio::test]
async fn an_invitation_is_shown_once_and_leaves_by_mail() {
    let desk = TestDesk::open().await;
    let ada = desk.staff("ada").await;
    let new =
        json!({"email": "nina@acme.example", "name": "Nina Nolte", "partner": "acme", "role": "principal"});
    let first = ada.ask("POST", "/contacts").key("nina").json(&new).send().await.expect(201);
    assert!(first["invitation_url"].as_str().unwrap().contains("/invitation/"));
    let again = ada.ask("POST", "/contacts").key("nina").json(&new).send().await.expect(201);
    assert_eq!(again["invitation_url"], Value::Null);
    assert_eq!(again["id"], first["id"]);
    let path = first.header("Location").replace("/api/v1", "");
    assert_eq!(ada.get(&path).await["invitation_url"], Value::Null);
    let second = ada.post(&format!("{path}/invitation"), json!({})).await.expect(201);
    assert_ne!(second["invitation_url"], first["invitation_url"]);
    let letters = ada.pages("/outbox").await;
    assert_eq!(letters.len(), 2);
    for letter in letters {
        assert_eq!(
            (&letter["kind"], &letter["recipient"]),
            (&json!("invitation"), &json!("nina@acme.example"))
        );
        assert!(!letter.to_string().contains("/invitation/"), "the link is not shown in the outbox");
    }
}

#[tokio::test]
async fn machines_ask_whether_it_is_alive_and_ready() {
    let desk = TestDesk::open().await;
    for path in ["/healthz", "/readyz"] {
        let answer = desk.client.get(format!("{}{path}", desk.url)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
}
