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
    path_in(desk, &mail, "/sign-in/")
}

/// A path below `place` that a letter names.
fn path_in(desk: &TestDesk, mail: &Mail, place: &str) -> String {
    let url = &desk.app.settings.server.public_url;
    let start = format!("{url}{place}");
    let word = mail.text.split_whitespace().find(|w| w.starts_with(&start));
    let word = word.unwrap_or_else(|| panic!("no {start} in {}", mail.text));
    word.strip_prefix(url.as_str()).unwrap().to_owned()
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
    let links: Vec<String> = sent.iter().map(|m| path_in(&desk, m, "/sign-in/")).collect();
    desk.browser().get(&links[0]).await.expect(200);
    desk.browser().post(&links[1], &[]).await.leads("/");
    for link in &links {
        desk.browser().get(link).await.expect(404);
    }
    let page = desk.browser().post("/session/link", &[("email", "nonsense")]).await.expect(422);
    page.shows(&["id=\"link-email\"", "There is a problem"]);
}
