//! How somebody hears from us: their clock, their hours, and the tickets that they muted.

use serde_json::json;

use super::support::*;

const JO: &str = "jo@acme.example";

async fn with_a_ticket() -> (TestDesk, Actor, Ticket) {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    (desk, jo, ticket)
}

/// Kinds of the letters to somebody, in order.
fn kinds(desk: &TestDesk, to: &str) -> Vec<String> {
    desk.mails().into_iter().filter(|m| m.to == to).map(|m| m.kind).collect()
}

#[tokio::test]
async fn who_muted_a_ticket_hears_only_what_is_never_muted_and_no_promise_changes() {
    let mut told = Vec::new();
    for muted in [false, true] {
        let (desk, jo, ticket) = with_a_ticket().await;
        let path = ticket.path("mute");
        let before = desk.trace(&ticket).await;
        if muted {
            for _ in 0..2 {
                assert_eq!(jo.put(&path, json!({})).await.expect(200)["muted"], true);
            }
        }
        assert_eq!(desk.trace(&ticket).await, before, "the ticket knows nothing of it");
        let priya = desk.staff("priya").await;
        desk.passes_to("2026-11-23 11:00").await;
        priya.replies(&ticket, "It is with the committee.").await;
        desk.passes_to("2026-11-24 17:00").await;
        desk.partner("acme").await.principal().await.escalates(&ticket).await.expect(201);
        priya.replies(&ticket, "Maria looks at it.").await;
        priya.resolves(&ticket).await.expect(201);
        desk.passes_to("2026-12-08 12:00").await;
        let promises = jo.promises(&ticket).await;
        let story: Vec<String> = promises
            .iter()
            .map(|p| format!("{} {} {} {}", p["kind"], p["due"], p["outcome"], p["decided_at"]))
            .collect();
        told.push((story, kinds(&desk, JO)));
    }
    let [(plain, all), (quiet, few)] = told.try_into().unwrap();
    assert_eq!(plain, quiet, "told by letter, or posted: no promise is another");
    let may_be_muted = ["first_reply", "update", "no_progress", "date_passed", "new_date", "timetable"];
    let expected: Vec<&String> = all.iter().filter(|k| !may_be_muted.contains(&k.as_str())).collect();
    assert_eq!(few.iter().collect::<Vec<_>>(), expected, "of {all:?}");
    for kind in ["received", "rung_reached", "escalated", "resolved", "confirm_reminder"] {
        assert!(few.iter().any(|k| k == kind), "{kind} in {few:?}");
    }
    assert!(all.len() > few.len(), "{all:?}");
}

#[tokio::test]
async fn a_muted_ticket_is_unmuted_and_others_hear_of_it_as_before() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let priya = desk.staff("priya").await;
    let path = ticket.path("mute");
    jo.put(&path, json!({})).await.expect(200);
    priya.replies(&ticket, "It is with the committee.").await;
    assert_eq!(kinds(&desk, JO), ["received"]);
    let message = &priya.messages(&ticket).await[0];
    assert_eq!(message["delivered_at"], message["written_at"], "as where there is no address");
    // Their principal's letters are their own.
    let pat = desk.partner("acme").await.principal().await;
    assert_eq!(jo.delete(&path).await.expect(200)["muted"], false);
    pat.put(&path, json!({})).await.expect(200);
    priya.replies(&ticket, "Nothing new.").await;
    assert_eq!(kinds(&desk, JO), ["received", "update"]);
    desk.partner("birk").await.contact("bo").await.put(&path, json!({})).await.refused(404, "not_found");
    priya.put(&path, json!({})).await.refused(403, "forbidden");
    jo.put(&path, json!({"for": "ever"})).await.faulty(&["for: unknown_field"]);
}

#[tokio::test]
async fn the_link_of_a_letter_mutes_with_one_press_and_offers_the_way_back() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let link = desk.last_link("received", JO, "/u/");
    let muted = async || {
        let page = desk.browses(JO).await.get("/preferences").await.expect(200);
        page.html.contains("PI-1001 Special price not approved")
    };
    let before = desk.trace(&ticket).await;
    let browser = desk.browser();
    for _ in 0..2 {
        let page = browser.get(&link).await.expect(200).shows(&["Mute this issue", "PI-1001", "Jo Brandt"]);
        assert_eq!((page.header("Set-Cookie"), page.header("Referrer-Policy")), ("", "no-referrer"));
        page.hides(&["Special price"]);
    }
    let head = desk.client.head(format!("{}{link}", desk.url)).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert!(!muted().await);
    // For another purpose, altered, or somebody's who may not.
    let token = link.strip_prefix("/u/").unwrap();
    for other in
        [format!("/f/{token}"), format!("/c/{token}"), format!("{link}x"), link.replacen('.', ".1", 1)]
    {
        browser.get(&other).await.expect(404);
        browser.post(&other, &[]).await.expect(404);
    }
    // As a mail program sends it: no page, no cookie, either kind of body.
    for (content_type, body) in [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n",
        ),
    ] {
        let post = desk.client.post(format!("{}{link}", desk.url)).header("Content-Type", content_type);
        let done = post.body(body).send().await.unwrap();
        assert_eq!(done.status(), 200, "no redirect");
        assert!(done.text().await.unwrap().contains("This issue is muted"));
        assert!(muted().await);
        let page = browser.get(&link).await.expect(200).shows(&["Undo"]);
        let form = page.form("unmute");
        browser
            .post_with(&form.action, &[], &[("Origin", "null")])
            .await
            .expect(200)
            .shows(&["Mute this issue"]);
        assert!(!muted().await);
    }
    assert_eq!(desk.trace(&ticket).await, before);
    desk.advance(days(30));
    for address in [link.clone(), format!("{link}/undo")] {
        browser.get(&address).await.expect(410).shows(&["This link is too old"]);
        browser.post(&address, &[]).await.expect(410);
    }
    let (desk, _, _) = with_a_ticket().await;
    let link = desk.last_link("received", JO, "/u/");
    let ada = desk.staff("ada").await;
    let people = ada.pages("/contacts").await;
    let id = people.iter().find(|p| p["email"] == JO).unwrap()["id"].clone();
    ada.patch(&format!("/contacts/{id}"), json!({"active": false})).await.expect(200);
    desk.browser().get(&link).await.expect(404);
    desk.browser().post(&link, &[]).await.expect(404);
    drop(jo);
}

#[tokio::test]
async fn reminders_say_how_to_end_them_and_one_that_waits_is_ended_too() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let priya = desk.staff("priya").await;
    priya.waits(&ticket, "partner", &wire("2026-11-26 12:00")).await.expect(200);
    let waiting = desk.mails().into_iter().find(|m| m.kind == "waiting").unwrap();
    let raw = String::from_utf8(waiting.raw.clone()).unwrap();
    let url = format!("{}{}", desk.app.settings.server.public_url, desk.path_in(&waiting, "/u/"));
    assert!(raw.contains(&format!("List-Unsubscribe: <{url}>\r\n")), "{raw}");
    assert!(raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{raw}");
    for other in desk.mails().iter().filter(|m| m.kind != "waiting") {
        assert!(!String::from_utf8_lossy(&other.raw).contains("List-Unsubscribe"), "{}", other.kind);
    }
    jo.replies(&ticket, "Here it is.").await;
    // Written in the evening, for the morning; muted in between.
    desk.passes_to("2026-11-23 19:00").await;
    priya.waits(&ticket, "partner", &wire("2026-11-27 12:00")).await.expect(200);
    jo.put(&ticket.path("mute"), json!({})).await.expect(200);
    desk.passes_to("2026-11-24 08:30").await;
    assert_eq!(desk.mails().iter().filter(|m| m.kind == "waiting").count(), 1);
    let letters = priya.pages(&ticket.path("letters")).await;
    let dropped: Vec<_> = letters.iter().filter(|l| l["state"] == "dropped").map(|l| &l["kind"]).collect();
    assert_eq!(dropped, ["waiting"]);
}

#[tokio::test]
async fn everybody_sets_their_clock_and_the_hours_of_their_reminders() {
    let (desk, _, ticket) = with_a_ticket().await;
    desk.browser().get("/preferences").await.leads("/session?next=%2Fpreferences");
    for email in [JO, "priya@lizard.example", "ada@lizard.example", "dana@lizard.example"] {
        let browser = desk.browses(email).await;
        let page = browser.get("/preferences").await.expect(200).shows(&["America/Sao_Paulo", "Time zone"]);
        assert_eq!(page.html.contains("As my company: Europe/Berlin"), email == JO);
        let wrong = [("time_zone", "Mars/Olympus"), ("from", "20"), ("until", "9")];
        let again = browser.send(&page, "preferences", &wrong).await.expect(422);
        again.shows(&["id=\"preferences-time-zone\"", "must be later", "is no time zone"]);
        let right = [("time_zone", "Asia/Tokyo"), ("from", "9"), ("until", "12")];
        browser.send(&page, "preferences", &right).await.leads("/preferences?done=person");
        let page = browser.get("/preferences").await.expect(200);
        page.shows(&["value=\"Asia/Tokyo\" selected", "value=\"9\" selected", "value=\"12\" selected"]);
    }
    // 18:00 in Tokyo is no hour for reminders: they come at nine.
    let priya = desk.staff("priya").await;
    priya.waits(&ticket, "partner", &wire("2026-11-26 12:00")).await.expect(200);
    desk.passes_to("2026-11-24 00:59").await;
    assert!(!kinds(&desk, JO).contains(&"waiting".to_owned()));
    desk.passes_to("2026-11-24 01:00").await;
    let mail = desk.mails().into_iter().find(|m| m.kind == "waiting").unwrap();
    assert!(mail.text.contains("20:00 JST"), "{}", mail.text);
    let jo = desk.browses(JO).await;
    let page = jo.get("/preferences").await.expect(200);
    let company = [("time_zone", ""), ("from", "8"), ("until", "18")];
    jo.send(&page, "preferences", &company).await.leads("/preferences?done=person");
    jo.get("/preferences").await.shows(&["<option value=\"\" selected>As my company"]);
    jo.post("/preferences", &company).await.expect(403);
}

#[tokio::test]
async fn a_ticket_is_muted_on_its_page_and_unmuted_in_the_list() {
    let (desk, _, _) = with_a_ticket().await;
    let jo = desk.browses(JO).await;
    let page = jo.get("/t/PI-1001").await.expect(200).shows(&["Mute this issue"]);
    jo.send(&page, "mute", &[]).await.leads("/t/PI-1001?done=muted");
    let page =
        jo.get("/t/PI-1001?done=muted").await.expect(200).shows(&["Unmute this issue", "You still hear"]);
    jo.send(&page, "mute", &[]).await.leads("/t/PI-1001?done=unmuted");
    let page = jo.get("/t/PI-1001").await;
    jo.send(&page, "mute", &[]).await.leads("/t/PI-1001?done=muted");
    let list = jo.get("/preferences").await.expect(200).shows(&["PI-1001 Special price not approved"]);
    jo.send(&list, "/t/PI-1001/unmute", &[]).await.leads("/preferences?done=unmuted");
    jo.get("/preferences").await.expect(200).hides(&["PI-1001 Special"]);
    let theirs = desk.browses("priya@lizard.example").await.get("/t/PI-1001").await.expect(200);
    assert!(!theirs.has_form("mute"));
    desk.browses("bo@birk.example").await.get("/t/PI-1001").await.expect(404);
}
