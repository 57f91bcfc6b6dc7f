//! The pages of executives and channel managers: what waits for them, what is on its way and
//! what would stop it, numbers that are lists, partners, and calls.

use serde_json::json;

use super::support::*;

const MARIA: &str = "maria@lizard.example";
const DANA: &str = "dana@lizard.example";
const TOM: &str = "tom@lizard.example";
const NOTHING: &str = "Nothing waits for you.";

/// A ticket of Acme's on rung 3, on which Maria stands, and a desk with it.
async fn on_marias_rung() -> (TestDesk, Ticket) {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let mut issue = draft("Special price not approved", P2);
    issue["value"] = json!({"amount": 120_000, "currency": "EUR"});
    let ticket = acme.contact("jo").await.files_as(issue).await.as_ticket();
    let (pat, priya) = (acme.principal().await, desk.staff("priya").await);
    pat.escalates(&ticket).await.expect(201);
    priya.replies(&ticket, "We are on it.").await;
    pat.escalates(&ticket).await.expect(201);
    (desk, ticket)
}

/// Every number of the page that is a link to the queue: the query, and the number.
fn numbers(page: &Page) -> Vec<(String, usize)> {
    let links =
        page.html.split("<a href=\"/queue?").chain(page.html.split("<a class=\"count\" href=\"/queue?"));
    let read = |link: &str| {
        let (query, rest) = link.split_once("\">")?;
        let number = rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
        Some((query.replace("&#38;", "&").replace("&amp;", "&"), number))
    };
    links.filter_map(read).collect()
}

/// Each number is as long as its list, by REST and on the page.
async fn counts_its_lists(desk: &TestDesk, who: &str, page: &Page) -> usize {
    let (reader, browser) = (desk.staff(who).await, desk.browses(&format!("{who}@lizard.example")).await);
    let all = numbers(page);
    for (query, number) in &all {
        let listed = reader.lists(&query.replace("state=all", "")).await;
        assert_eq!(listed.len(), *number, "{who}: {query}");
        let shown = browser.get(&format!("/queue?{query}")).await.expect(200);
        assert_eq!(shown.count("<tr data-ref="), *number, "{who}: /queue?{query}");
    }
    all.len()
}

#[tokio::test]
async fn what_has_reached_a_director_waits_on_the_first_page_and_is_acknowledged_by_one_press() {
    let (desk, ticket) = on_marias_rung().await;
    let maria = desk.browses(MARIA).await;
    maria.get("/").await.leads("/exec");
    let page = maria.get("/exec").await.expect(200).shows(&[
        "id=\"PI-1001\"",
        "Special price not approved",
        "Acme GmbH",
        "EUR 120,000.00",
        "Owner Priya Nair",
        "You have not acknowledged it.",
        "escalated by hand",
        "href=\"/exec/PI-1001#hold\"",
        "href=\"/exec/PI-1001#deescalate\"",
        "href=\"/exec/PI-1001#timetable\"",
        "href=\"/exec/PI-1001#triage\"",
    ]);
    let pressed = maria.send(&page, "/t/PI-1001/acknowledgement", &[]).await;
    pressed.leads("/t/PI-1001?done=acknowledgement");
    maria.get("/exec").await.expect(200).shows(&[NOTHING, "With you, and nothing to decide (1)"]);
    let events = desk.staff("maria").await.events(&ticket).await;
    assert!(events.iter().any(|e| e["kind"] == "acknowledged" && e["by"] == MARIA), "{events:#?}");
}

#[tokio::test]
async fn every_decision_is_a_form_that_is_open_already() {
    let (desk, ticket) = on_marias_rung().await;
    let maria = desk.browses(MARIA).await;
    let page = maria.get("/exec/pi-1001").await.expect(200);
    for form in ["acknowledge", "hold", "deescalate", "timetable", "triage", "message"] {
        assert!(page.has_form(form), "{form}: {page:?}");
    }
    let hold = [("reason", "The committee meets on Wednesday."), ("until", "2026-11-26T16:00")];
    let rungs = |answer: &Answer| answer.json["ladder"][3]["due"].as_str().unwrap().to_owned();
    maria.send(&page, "hold", &hold).await.leads("/t/PI-1001?done=hold");
    let after = desk.staff("maria").await.sees(&ticket).await;
    assert_eq!(rungs(&after), wire("2026-11-26 16:00"));
    let down = [("reason", "It is on its way."), ("agreed_by", "pat@acme.example")];
    let page = maria.get("/exec/PI-1001").await.expect(200);
    maria.send(&page, "deescalate", &down).await.leads("/t/PI-1001?done=deescalation");
    maria.get("/exec").await.shows(&[NOTHING]);
    // What is not open has nothing to decide; who decides nothing is led to the ticket.
    desk.staff("priya").await.resolves(&ticket).await.expect(201);
    maria.get("/exec/PI-1001").await.leads("/t/PI-1001");
    desk.browses(TOM).await.get("/exec/PI-1001").await.leads("/t/PI-1001");
}

#[tokio::test]
async fn to_everybody_else_there_is_no_such_page() {
    let (desk, _) = on_marias_rung().await;
    for who in ["jo@acme.example", "pat@acme.example", "priya@lizard.example", TOM, "ada@lizard.example"] {
        let browser = desk.browses(who).await;
        for path in ["/exec", "/exec/call", "/exec/call?partner=acme"] {
            browser.get(path).await.expect(404).hides(&["Acme", "PI-1001"]);
        }
    }
    for who in ["jo@acme.example", "pat@acme.example", "ada@lizard.example"] {
        let browser = desk.browses(who).await;
        for path in ["/partners", "/partners/acme"] {
            browser.get(path).await.expect(404).hides(&["Acme GmbH", "PI-1001"]);
        }
    }
    let stranger = desk.browses("max@lizard.example").await;
    stranger.get("/exec").await.expect(200).shows(&[NOTHING]).hides(&["Acme", "PI-1001"]);
    stranger.get("/exec/PI-1001").await.expect(404);
    stranger.get("/exec/call?partner=acme").await.expect(200).hides(&["Acme"]);
    for who in ["uma", "max"] {
        let browser = desk.browses(&format!("{who}@lizard.example")).await;
        browser.get("/partners").await.expect(200).shows(&["Birk Inc."]).hides(&["Acme"]);
        browser.get("/partners/acme").await.expect(404);
    }
    desk.browser().get("/exec").await.leads("/session?next=%2Fexec");
}

#[tokio::test]
async fn what_is_on_its_way_is_told_with_what_would_stop_it_and_that_does() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, priya) = (acme.contact("jo").await, desk.staff("priya").await);
    let ticket = jo.files("Special price not approved", P2).await;
    let later = jo.files("A question for another day", P3).await;
    desk.lets_pass(hours(5)).await;
    let maria = desk.browses(MARIA).await;
    let page = maria.get("/exec").await.expect(200).shows(&[
        "Rung 3: Regional director",
        "<strong>Solving it</strong> (Priya Nair): the clock stands still.",
        "<strong>Waiting on the partner</strong> (Priya Nair): the clock stands still.",
        "<strong>Accepting the dates</strong> (the partner): moves it to",
        "<strong>Putting the next rung off</strong> (Tom Berg): moves it to",
        "<strong>Taking it down one rung</strong> (Tom Berg, if the partner agrees): moves it to",
        "A reply or an update alone does not stop it.",
    ]);
    assert!(!page.html.contains(&later.0), "its rung 3 is far: {}", page.html);
    let foretold = |act: &str| {
        let rest = page.html.split(&format!("<strong>{act}</strong>")).nth(1).unwrap();
        rest.split("datetime=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let due = async || priya.sees(&ticket).await.json["ladder"][2]["due"].as_str().unwrap().to_owned();
    let whole = |at: String| at.parse::<jiff::Timestamp>().unwrap().as_second();
    let at = foretold("Accepting the dates");
    jo.post(&ticket.path("timetable/acceptance"), json!({})).await.expect(201);
    assert_eq!(whole(due().await), whole(at), "the page told where it moves to");
    maria.get("/exec").await.shows(&["Nothing is on its way to you."]);
    priya.replies(&ticket, "We are on it.").await;
    priya.resolves(&ticket).await.expect(201);
    maria.get("/exec").await.shows(&["Nothing is on its way to you."]);
}

#[tokio::test]
async fn every_number_is_as_long_as_the_list_that_it_links_to() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, pat, priya) = (acme.contact("jo").await, acme.principal().await, desk.staff("priya").await);
    let bo = desk.partner("birk").await.contact("bo").await;
    let mut tickets = Vec::new();
    for priority in [P1, P2, P2, P3, P4] {
        tickets.push(jo.files(&format!("Acme {priority}"), priority).await);
    }
    bo.files("Birk", P2).await;
    let (silent, pressed, refused) = (&tickets[0], &tickets[1], &tickets[2]);
    pat.escalates(pressed).await.expect(201);
    priya.resolves(refused).await.expect(201);
    jo.refuses(refused).await.expect(201);
    let dana = desk.staff("dana").await;
    let call = json!({"summary": "Nothing moves.", "heat": "tense", "ticket": refused.0});
    dana.post("/partners/acme/calls", call).await.expect(201);
    priya.merges(&tickets[4], &tickets[3]).await.expect(200);
    desk.lets_pass(days(6)).await;
    assert_eq!(priya.sees(silent).await.json["rung"]["number"], 4);

    for (who, path, least) in [
        ("dana", "/exec", 8),
        ("maria", "/exec", 8),
        ("max", "/exec", 4),
        ("tom", "/partners", 2),
        ("tom", "/partners/acme", 2),
        ("maria", "/partners", 2),
        ("dana", "/partners", 4),
        ("priya", "/partners/birk", 1),
    ] {
        let page = desk.browses(&format!("{who}@lizard.example")).await.get(path).await.expect(200);
        let numbers = counts_its_lists(&desk, who, &page).await;
        assert!(numbers >= least, "{who} {path}: only {numbers} numbers");
    }
    let page = desk.browses(DANA).await.get("/exec").await;
    page.shows(&[
        "Dana Cole heard of it from the partner first",
        "Promises kept",
        "<polyline points=",
        "By week",
    ]);
    let admin = desk.staff("ada").await;
    for query in ["late=true", "broken_since=2026-11-01T00:00:00Z", "holder=tom@lizard.example"] {
        admin.get(&format!("/tickets?{query}")).await.refused(403, "forbidden");
    }
    let wrong = priya.get("/tickets?late=perhaps&opened_since=yesterday").await;
    wrong.expect(422).faulty(&["late: wrong_type", "opened_since: invalid"]);
}

#[tokio::test]
async fn a_complaint_leaves_no_trace_on_the_pages_of_whom_it_is_about() {
    let (desk, _) = on_marias_rung().await;
    desk.lets_pass(days(3)).await;
    let acme = desk.partner("acme").await;
    let kim = acme.contact("kim").await;
    let places = [
        (TOM, vec!["/partners", "/partners/acme", "/queue"]),
        (MARIA, vec!["/exec", "/partners", "/partners/acme", "/queue"]),
    ];
    let mut before = Vec::new();
    for (who, paths) in &places {
        let browser = desk.browses(who).await;
        let mut pages = Vec::new();
        for path in paths {
            pages.push(browser.get(path).await.expect(200).html);
        }
        before.push((browser, pages));
    }
    for (about, subject) in [(None, "Tom never calls back"), (Some(MARIA), "Maria promised and did not")] {
        for n in 1..=3 {
            let mut complaint = draft(&format!("{subject} ({n})"), P2);
            complaint["category"] = json!("rel.am_unresponsive");
            if let Some(about) = about {
                complaint["about"] = json!(about);
            }
            let filed = kim.files_as(complaint).await.as_ticket();
            desk.looks().await;
            // A call about it, too.
            if about.is_none() || n == 1 {
                let call = json!({"summary": "They complain.", "heat": "charged", "ticket": filed.0});
                desk.staff("dana").await.post("/partners/acme/calls", call).await.expect(201);
            }
        }
    }
    // What is about the other one they may see: only their own is compared.
    let database = desk.database();
    database.does("UPDATE tickets SET about_id = (SELECT id FROM people WHERE email = 'tom@lizard.example') WHERE category_group = 'rel'");
    let (tom, pages) = &before[0];
    for (path, was) in places[0].1.iter().zip(pages) {
        assert_eq!(tom.get(path).await.html, *was, "{path}");
    }
    database.does("UPDATE tickets SET about_id = (SELECT id FROM people WHERE email = 'maria@lizard.example') WHERE category_group = 'rel'");
    let (maria, pages) = &before[1];
    for (path, was) in places[1].1.iter().zip(pages) {
        assert_eq!(maria.get(path).await.html, *was, "{path}");
    }
    let vp = desk.browses(DANA).await.get("/partners/acme").await.expect(200);
    vp.shows(&["Tom never calls back", "Maria promised and did not"]);
}

#[tokio::test]
async fn a_call_is_four_fields_and_shows_what_is_known_before_it_is_logged() {
    let (desk, _) = on_marias_rung().await;
    desk.lets_pass(days(2)).await;
    let dana = desk.browses(DANA).await;
    let empty = dana.get("/exec/call").await.expect(200).shows(&["Choose a partner"]);
    let form = empty.html.split("id=\"call\"").nth(1).unwrap().split("</form>").next().unwrap();
    let inputs: Vec<&str> = form.split("name=\"").skip(1).map(|n| n.split('"').next().unwrap()).collect();
    let inputs: std::collections::BTreeSet<&str> = inputs.into_iter().collect();
    let hidden_and_buttons = ["form_token", "key", "act"];
    let asked: Vec<&str> = inputs.into_iter().filter(|n| !hidden_and_buttons.contains(n)).collect();
    assert_eq!(asked, ["heat", "partner", "summary", "ticket"]);

    let mut typed =
        vec![("partner", "acme"), ("summary", "No price yet."), ("heat", "charged"), ("ticket", "")];
    typed.push(("act", "look"));
    let known = dana.send(&empty, "call", &typed).await.expect(200).shows(&[
        "Channel manager: Tom Berg",
        "Special price not approved",
        "value=\"No price yet.\"",
        "<option value=\"PI-1001\"",
        "value=\"charged\" checked",
    ]);
    known.clone().hides(&["We broke no promise to them."]);
    let typed = [
        ("partner", "acme"),
        ("summary", "No price yet."),
        ("heat", "charged"),
        ("ticket", ""),
        ("act", "log"),
    ];
    dana.send(&known, "call", &typed).await.leads("/t/PI-1002?done=surprise");
    dana.send(&known, "call", &typed).await.leads("/t/PI-1002?done=surprise");
    dana.get("/t/PI-1002?done=surprise").await.shows(&["that counts as a Surprise"]);
    let again = [
        ("partner", "acme"),
        ("summary", "Still none."),
        ("heat", "calm"),
        ("ticket", "pi-1002"),
        ("act", "log"),
    ];
    let page = dana.get("/exec/call?partner=acme").await.shows(&["No price yet.", "(charged) to Dana Cole"]);
    dana.send(&page, "call", &again).await.expect(422);
    let again = [
        ("partner", "acme"),
        ("summary", "Still none."),
        ("heat", "calm"),
        ("ticket", "PI-1002"),
        ("act", "log"),
    ];
    dana.send(&page, "call", &again).await.leads("/t/PI-1002?done=call");
    let wrong = [("partner", ""), ("summary", ""), ("heat", ""), ("ticket", ""), ("act", "log")];
    dana.send(&page, "call", &wrong)
        .await
        .expect(422)
        .shows(&["There is a problem", "Partner: Please choose."]);
    // The part that a script asks for.
    let form = empty.form("call");
    let live = [("form_token", form.value("form_token")), ("partner", "acme"), ("summary", "")];
    dana.post("/exec/call/known", &live).await.expect(200).shows(&["Tom Berg"]).hides(&["<html"]);
    let max = desk.browses("max@lizard.example").await;
    let page = max.get("/exec/call").await.expect(200);
    max.send(&page, "call", &typed).await.expect(404);
}

#[tokio::test]
async fn a_channel_manager_sees_who_needs_attention_and_how_long_they_held_things() {
    let (desk, ticket) = on_marias_rung().await;
    let (jo, bo) =
        (desk.partner("acme").await.contact("jo").await, desk.partner("birk").await.contact("bo").await);
    let tom = desk.browses(TOM).await;
    tom.get("/partners").await.expect(200).shows(&[
        "went on without you",
        "Acme GmbH",
        "href=\"/file?partner=acme\"",
    ]);
    let second = jo.files("Nobody answers", P2).await;
    for n in 1..=2 {
        jo.files(&format!("Again {n}"), P4).await;
    }
    bo.files("Birk's", P2).await;
    // Rung 2 at 15:20; Tom acknowledges an hour of open time later.
    desk.passes_to("2026-11-23 16:20").await;
    desk.staff("tom").await.post(&second.path("acknowledgement"), json!({})).await.expect(201);
    desk.passes_to("2026-11-27 10:00").await;
    let page = tom.get("/partners").await.expect(200);
    page.clone().shows(&["until you acted", "went on without you", "/partners/acme#recurring"]);
    let partner = tom.get("/partners/acme").await.expect(200).shows(&[
        "Special price not approved",
        "4 in 90 days",
        "Promises kept",
        "jo@acme.example",
        "href=\"/file?partner=acme\"",
    ]);
    partner.hides(&["Birk"]);
    tom.get("/file?partner=acme").await.expect(200).shows(&["<option value=\"acme\" selected>"]);
    tom.get("/partners/birk").await.expect(404);
    tom.get("/partners/nobody").await.expect(404);
    // Who has something overdue stands before who has not.
    let vp = desk.browses(DANA).await.get("/partners").await.expect(200);
    let place = |name: &str| vp.html.find(name).unwrap();
    assert!(place("/partners/acme") < place("/partners/birk"), "{}", vp.html);
    let _ = ticket;
}
