//! Links from letters: signing in without a password, following a ticket, and answering
//! whether it is fixed. Opening one changes nothing; each is good for one purpose.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::SignedDuration;

use super::support::*;

const JO: &str = "jo@acme.example";
const PRIYA: &str = "priya@lizard.example";

/// What a mailbox has of a kind once that many came; a letter with a link is written after
/// the answer.
async fn arrives(desk: &TestDesk, kind: &str, to: &str, count: usize) -> Vec<Mail> {
    for _ in 0..250 {
        desk.delivers().await;
        let mails: Vec<Mail> = desk.mails().into_iter().filter(|m| m.kind == kind && m.to == to).collect();
        if mails.len() >= count {
            return mails;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no {count} letters of kind {kind} to {to}");
}

/// Asks for a link where one signs in.
async fn asks(desk: &TestDesk, email: &str, next: &str) -> Page {
    let browser = desk.browser();
    let page = browser.get(&format!("/session?next={next}")).await.expect(200);
    browser.send(&page, "link", &[("email", email)]).await.expect(200)
}

/// The path of the last link to sign in that they were sent, of so many.
async fn sign_in_link(desk: &TestDesk, email: &str, nth: usize) -> String {
    let mail = arrives(desk, "sign_in", email, nth).await.pop().unwrap();
    desk.path_in(&mail, "/sign-in/")
}

async fn deactivates(desk: &TestDesk, email: &str) {
    let ada = desk.staff("ada").await;
    let list = if email.ends_with("lizard.example") { "/staff" } else { "/contacts" };
    let people = ada.pages(list).await;
    let id = people.iter().find(|p| p["email"] == email).unwrap()["id"].clone();
    ada.patch(&format!("{list}/{id}"), serde_json::json!({"active": false})).await.expect(200);
}

#[tokio::test]
async fn a_link_signs_in_once_without_a_password_and_leads_on() {
    let desk = TestDesk::open().await;
    let ticket = desk.partner("acme").await.contact("jo").await.files("Special price not approved", P2).await;
    for (email, next, leads) in [(JO, "/t/PI-1001", "/t/PI-1001"), (PRIYA, "", "/"), (JO, "//evil", "/")] {
        let before = desk.mails().iter().filter(|m| m.kind == "sign_in" && m.to == email).count();
        asks(&desk, email, next).await.shows(&["Look in your mailbox", "15 minutes"]);
        let link = sign_in_link(&desk, email, before + 1).await;
        // A scanner that follows it uses nothing up.
        for _ in 0..2 {
            let seen = desk.browser().get(&link).await.expect(200);
            assert_eq!(seen.header("Set-Cookie"), "");
            assert_eq!(seen.header("Referrer-Policy"), "strict-origin");
            assert!(seen.header("Cache-Control").contains("no-store"));
        }
        let (first, second) = (desk.browser(), desk.browser());
        let page = first.get(&link).await.expect(200).shows(&["Sign in as "]);
        let other = second.get(&link).await.expect(200);
        first.send(&page, "enter", &[]).await.leads(leads);
        assert_eq!(first.get("/session").await.status, 303);
        second.send(&other, "enter", &[]).await.expect(404).shows(&["This link does not open any more"]);
        assert_eq!(second.get("/session").await.status, 200);
        desk.browser().get(&link).await.expect(404);
    }
    assert_eq!(desk.staff("dana").await.sees(&ticket).await.etag(), "\"1\"");
}

#[tokio::test]
async fn a_link_to_sign_in_that_is_old_altered_or_of_somebody_gone_opens_nothing() {
    let desk = TestDesk::open().await;
    asks(&desk, JO, "").await;
    let link = sign_in_link(&desk, JO, 1).await;
    let page = desk.browser().get(&link).await.expect(200);
    desk.advance_wall(SignedDuration::from_mins(14));
    desk.browser().get(&link).await.expect(200);
    desk.browser().get(&format!("{link}x")).await.expect(404);
    desk.browser().get(&link.replace("/sign-in/", "/reset/")).await.expect(404);
    // Sent from a page of somebody else's.
    let foreign = [("Sec-Fetch-Site", "cross-site")];
    desk.browser().post_with(&link, &[], &foreign).await.expect(403);
    desk.browser().post_with(&link, &[], &[("Origin", "null")]).await.expect(403);
    desk.advance_wall(SignedDuration::from_mins(1));
    desk.browser().get(&link).await.expect(404);
    desk.browser().send(&page, "enter", &[]).await.expect(404);
    asks(&desk, JO, "").await;
    let link = sign_in_link(&desk, JO, 2).await;
    deactivates(&desk, JO).await;
    desk.browser().get(&link).await.expect(404);
    desk.browser().post(&link, &[]).await.expect(404);
}

#[tokio::test]
async fn whether_an_address_is_known_is_not_told_and_a_mailbox_is_not_filled() {
    let desk = TestDesk::open().await;
    deactivates(&desk, "kim@acme.example").await;
    let known = asks(&desk, JO, "").await;
    for email in ["nobody@acme.example", "kim@acme.example"] {
        let unknown = asks(&desk, email, "").await;
        assert_eq!(unknown.html, known.html);
        let names = |p: &Page| p.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>();
        assert_eq!(names(&unknown), names(&known));
    }
    for _ in 0..6 {
        assert_eq!(asks(&desk, JO, "").await.html, known.html);
    }
    arrives(&desk, "sign_in", JO, 5).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    desk.delivers().await;
    let sent: Vec<Mail> = desk.mails().into_iter().filter(|m| m.kind == "sign_in").collect();
    assert_eq!(sent.len(), 5);
    assert!(sent.iter().all(|m| m.to == JO && m.automatic));
    // One that is used ends the others.
    let links: Vec<String> = sent.iter().map(|m| desk.path_in(m, "/sign-in/")).collect();
    desk.browser().get(&links[0]).await.expect(200);
    desk.browser().post(&links[1], &[]).await.leads("/");
    for link in &links {
        desk.browser().get(link).await.expect(404);
    }
    let page = desk.browser().post("/session/link", &[("email", "nonsense")]).await.expect(422);
    page.shows(&["id=\"link-email\"", "There is a problem"]);
}

/// A ticket of Jo's, and what its letters lead to.
async fn with_a_ticket() -> (TestDesk, Ticket) {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    (desk, ticket)
}

async fn head(desk: &TestDesk, path: &str) -> reqwest::Response {
    desk.client.head(format!("{}{path}", desk.url)).send().await.unwrap()
}

/// With another signature, with another content, and cut short.
fn altered(link: &str) -> Vec<String> {
    let (place, token) = link.split_at(3);
    let (text, signature) = token.rsplit_once('.').unwrap();
    let parts: Vec<&str> = text.split('.').collect();
    let [person, ticket, claim, until] = parts[..] else { panic!("{link}") };
    let other = |person: &str, ticket: &str, claim: &str, until: &str| {
        format!("{place}{person}.{ticket}.{claim}.{until}.{signature}")
    };
    vec![
        other("1", ticket, claim, until),
        other(person, "2", claim, until),
        other(person, ticket, "2", until),
        other(person, ticket, claim, "9999999999"),
        format!("{place}{text}.{}", signature.chars().rev().collect::<String>()),
        format!("{place}{text}."),
        format!("{place}{text}"),
        format!("{link}A"),
        place.trim_end_matches('/').to_owned() + "/x",
    ]
}

#[tokio::test]
async fn a_letter_opens_its_ticket_in_one_click_to_be_read_and_no_more() {
    let (desk, ticket) = with_a_ticket().await;
    let priya = desk.staff("priya").await;
    priya.replies(&ticket, "It is with the committee.").await;
    priya.notes(&ticket, "Ask finance first").await.expect(201);
    let link = desk.last_link("first_reply", JO, "/f/");
    let before = desk.trace(&ticket).await;
    let browser = desk.browser();
    for _ in 0..2 {
        let page = browser.get(&link).await.expect(200);
        assert_eq!(page.header("Set-Cookie"), "");
        assert_eq!(page.header("Referrer-Policy"), "no-referrer");
        assert!(page.header("Cache-Control").contains("no-store"), "{page:?}");
        let page =
            page.shows(&["Special price not approved", "It is with the committee.", "Sign in to answer"]);
        let page = page.shows(&["You read this as Jo Brandt", "not signed in", "Tom Berg", "Timetable"]);
        let page = page.hides(&["Ask finance first", "Sign out"]);
        assert_eq!(page.count("<form"), 1, "one button and nothing else");
    }
    let headed = head(&desk, &link).await;
    assert_eq!((headed.status().as_u16(), headed.headers().get("Set-Cookie")), (200, None));
    browser.get("/t/PI-1001").await.leads("/session?next=%2Ft%2FPI-1001");
    assert_eq!(desk.trace(&ticket).await, before);
    // Who is signed in already reads the page itself; somebody else's session counts for nothing.
    desk.browses(JO).await.get(&link).await.leads("/t/PI-1001");
    desk.browses("kim@acme.example")
        .await
        .get(&link)
        .await
        .expect(200)
        .shows(&["You read this as Jo Brandt"]);
    // The letters of staff lead where one signs in.
    let theirs = desk.mails().into_iter().find(|m| m.kind == "assigned").unwrap();
    assert!(theirs.text.contains("/t/PI-1001") && !theirs.text.contains("/f/"), "{}", theirs.text);
}

#[tokio::test]
async fn from_the_page_of_a_letter_one_signs_in_to_answer() {
    let (desk, ticket) = with_a_ticket().await;
    let link = desk.last_link("received", JO, "/f/");
    let browser = desk.browser();
    let page = browser.get(&link).await.expect(200);
    // As a browser sends it from a page without a referrer.
    let form = page.form("ask-in");
    let sent = browser.post_with(&form.action, &[], &[("Origin", "null")]).await.expect(200);
    assert_eq!(sent.header("Set-Cookie"), "");
    sent.shows(&["We sent a link to the address"]).hides(&[JO]);
    let way_in = sign_in_link(&desk, JO, 1).await;
    let page = browser.get(&way_in).await.expect(200);
    browser.send(&page, "enter", &[]).await.leads("/t/PI-1001");
    let page = browser.get("/t/PI-1001").await.expect(200);
    browser.send(&page, "message", &[("body", "Any news?")]).await.leads("/t/PI-1001?done=message");
    assert_eq!(desk.staff("priya").await.messages(&ticket).await.len(), 1);
}

#[tokio::test]
async fn a_link_to_a_ticket_ends_with_its_time_its_person_and_its_purpose() {
    let (desk, ticket) = with_a_ticket().await;
    desk.staff("priya").await.resolves(&ticket).await.expect(201);
    desk.delivers().await;
    let follow = desk.last_link("received", JO, "/f/");
    let confirm = desk.last_link("resolved", JO, "/c/");
    let before = desk.trace(&ticket).await;
    let (token, other) = (follow.strip_prefix("/f/").unwrap(), confirm.strip_prefix("/c/").unwrap());
    let mut nothing = altered(&follow);
    nothing.extend(altered(&confirm));
    nothing.extend([format!("/c/{token}"), format!("/f/{other}"), format!("/sign-in/{token}")]);
    nothing.extend([format!("/reset/{token}"), format!("/invitation/{other}")]);
    for link in &nothing {
        desk.browser().get(link).await.expect(404);
        desk.browser().post(link, &[("fixed", "true")]).await.expect(404);
    }
    desk.browser().get(&confirm).await.expect(200);
    deactivates(&desk, JO).await;
    for link in [&follow, &confirm] {
        desk.browser().get(link).await.expect(404).shows(&["This link does not open any more"]);
        desk.browser().post(link, &[("fixed", "true")]).await.expect(404);
    }
    assert_eq!(desk.trace(&ticket).await, before);
    let (desk, ticket) = with_a_ticket().await;
    let follow = desk.last_link("received", JO, "/f/");
    desk.advance(days(30) - minutes(1));
    desk.browser().get(&follow).await.expect(200);
    desk.advance(minutes(1));
    let before = desk.trace(&ticket).await;
    desk.browser().get(&follow).await.expect(410).shows(&["This link is too old", "Sign in"]);
    desk.browser().post(&follow, &[]).await.expect(410);
    assert_eq!(head(&desk, &follow).await.status(), 410);
    assert_eq!(desk.trace(&ticket).await, before);
}

#[tokio::test]
async fn nobody_reads_by_a_link_what_they_may_not_see_any_more_or_what_is_confidential() {
    let (desk, ticket) = with_a_ticket().await;
    // Her own complaint: its letter leads to signing in, and says nothing on the way.
    let kim = desk.partner("acme").await.contact("kim").await;
    let mut complaint = draft("Tom never answers", P2);
    complaint["category"] = serde_json::json!("rel.am_unresponsive");
    let theirs = kim.files_as(complaint).await.as_ticket();
    let link = desk.last_link("received", "kim@acme.example", "/f/");
    let page = desk.browser().get(&link).await.expect(200);
    let page = page.hides(&["Tom never answers", "asked for two weeks ago"]).shows(&["It is confidential"]);
    desk.browser().send(&page, "ask-in", &[]).await.expect(200);
    let way_in = sign_in_link(&desk, "kim@acme.example", 1).await;
    assert!(way_in.ends_with(&format!("?next=%2Ft%2F{}", theirs.0)), "{way_in}");
    // Claimed, it is not confirmed by a link either.
    let maria = desk.staff("maria").await;
    maria.resolves(&theirs).await.expect(201);
    desk.delivers().await;
    let mail = desk.mails().into_iter().rev().find(|m| m.kind == "resolved").unwrap();
    assert!(mail.text.contains("/f/") && !mail.text.contains("/c/"), "{}", mail.text);
    // What becomes confidential is no more to be seen by who did not file it.
    desk.staff("priya").await.resolves(&ticket).await.expect(201);
    desk.delivers().await;
    let (follow, confirm) = (desk.last_link("received", JO, "/f/"), desk.last_link("resolved", JO, "/c/"));
    desk.partner("acme").await.contact("jo").await.refuses(&ticket).await.expect(201);
    let order =
        serde_json::json!({"category": "legal.contract_terms", "reason": "it is a matter of the contract"});
    desk.staff("dana").await.triages(&ticket, order).await.expect(200);
    for link in [follow, confirm] {
        let page = desk.browser().get(&link).await.expect(200);
        page.shows(&["It is confidential"]).hides(&["Special price not approved"]);
    }
}

#[tokio::test]
async fn a_claim_is_confirmed_or_refused_from_its_letter_without_a_session() {
    let (desk, ticket) = with_a_ticket().await;
    let priya = desk.staff("priya").await;
    priya.resolves(&ticket).await.expect(201);
    desk.delivers().await;
    let first = desk.last_link("resolved", JO, "/c/");
    let before = desk.trace(&ticket).await;
    let tabs = [desk.browser(), desk.browser()];
    let page = tabs[0].get(&first).await.expect(200);
    let other = tabs[1].get(&first).await.expect(200);
    assert_eq!(head(&desk, &first).await.status(), 200);
    assert_eq!(page.header("Referrer-Policy"), "no-referrer");
    let page = page.shows(&["The price is approved.", "Open the quote.", "You answer as Jo Brandt"]);
    assert_eq!(desk.trace(&ticket).await, before);
    // Not yet, and without a word; then with one. The other tab's answer comes too late.
    tabs[0]
        .send(&page, "not-yet", &[])
        .await
        .expect(422)
        .shows(&["id=\"not-yet-comment\"", "There is a problem"]);
    let sent = tabs[0].send(&page, "not-yet", &[("comment", "The old price is still there.")]).await;
    assert_eq!(sent.header("Set-Cookie"), "");
    sent.leads(&first);
    assert_eq!(desk.staff("dana").await.sees(&ticket).await["state"], "open");
    let before = desk.trace(&ticket).await;
    tabs[1]
        .send(&other, "yes", &[])
        .await
        .expect(409)
        .shows(&["This question is answered", "is working on it"]);
    tabs[0].get(&first).await.expect(200).shows(&["This question is answered"]).hides(&["<form id=\"yes\""]);
    assert_eq!(desk.trace(&ticket).await, before);
    // Another claim has another link.
    desk.advance(minutes(5));
    priya.resolves(&ticket).await.expect(201);
    desk.delivers().await;
    let second = desk.last_link("resolved", JO, "/c/");
    assert_ne!(first, second);
    tabs[0].send(&page, "yes", &[]).await.expect(409).shows(&["Another letter asks about that"]);
    let page = tabs[0].get(&second).await.expect(200);
    tabs[0].send(&page, "yes", &[]).await.leads(&second);
    let closed = desk.staff("dana").await.sees(&ticket).await.json;
    assert_eq!((&closed["state"], &closed["close_reason"]), (&"closed".into(), &"confirmed".into()));
    let told = desk.staff("dana").await.events(&ticket).await;
    let confirmed = told.iter().find(|e| e["kind"] == "confirmed").unwrap();
    assert_eq!(confirmed["by_name"], "Jo Brandt");
    let before = desk.trace(&ticket).await;
    for link in [&first, &second] {
        tabs[1].get(link).await.expect(200).shows(&["the fix was confirmed"]);
        tabs[1].post(link, &[("fixed", "false"), ("comment", "no")]).await.expect(409);
    }
    assert_eq!(desk.trace(&ticket).await, before);
}

#[tokio::test]
async fn what_was_closed_without_an_answer_is_refused_from_its_last_letter() {
    let (desk, ticket) = with_a_ticket().await;
    desk.staff("priya").await.resolves(&ticket).await.expect(201);
    desk.lets_pass(days(11)).await;
    assert_eq!(desk.staff("dana").await.sees(&ticket).await["close_reason"], "unconfirmed");
    let link = desk.last_link("confirm_reminder", JO, "/c/");
    let page = desk.browser().get(&link).await.expect(200);
    assert!(!page.has_form("yes") && page.has_form("not-yet"), "{}", page.html);
    desk.browser().post(&link, &[("fixed", "true")]).await.expect(409);
    desk.browser().send(&page, "not-yet", &[("comment", "Still the old price.")]).await.leads(&link);
    assert_eq!(desk.staff("dana").await.sees(&ticket).await["state"], "open");
}

#[tokio::test]
async fn staff_who_read_a_letter_find_no_link_that_they_could_use() {
    let (desk, ticket) = with_a_ticket().await;
    desk.staff("priya").await.resolves(&ticket).await.expect(201);
    desk.delivers().await;
    let letters = desk.staff("priya").await.pages(&ticket.path("letters")).await;
    let letter = letters.iter().find(|l| l["kind"] == "resolved").unwrap();
    let priya = desk.browses(PRIYA).await;
    let path = format!("/t/PI-1001/letters/{}", letter["id"]);
    let page = priya.get(&path).await.expect(200).shows(&["/c/…", "The price is approved."]);
    let confirm = desk.last_link("resolved", JO, "/c/");
    page.hides(&[&confirm]);
    let html = desk.client.get(format!("{}{path}/html", desk.url));
    assert!(!html.send().await.unwrap().text().await.unwrap().contains(&confirm));
    // What travels is what was written, each time.
    let mails: Vec<Mail> = desk.mails().into_iter().filter(|m| m.kind == "resolved").collect();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].html.contains(&confirm) && mails[0].text.contains(&confirm));
}
