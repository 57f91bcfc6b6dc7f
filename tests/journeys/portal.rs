//! The partner's side beyond filing: an issue that is open already, dates for one's own
//! calendar, what people write, the colours of pages.

use super::support::*;

const JO: &str = "jo@acme.example";

/// What the page sends while one types.
fn typing(subject: &str) -> Vec<(&str, &str)> {
    vec![
        ("category", "price.approval_late"),
        ("subject", subject),
        ("description", "Order 4471182"),
        ("impact", "one_blocked"),
    ]
}

#[tokio::test]
async fn what_filing_brings_is_said_while_one_types_and_nothing_is_filed() {
    let desk = TestDesk::open().await;
    let (jo, bo) = (desk.browses(JO).await, desk.browses("bo@birk.example").await);
    let token = jo.get("/file").await.form("file").value("form_token").to_owned();
    let ask = async |typed: &[(&str, &str)]| {
        let fields = [typed, &[("form_token", token.as_str())]].concat();
        jo.post("/file/preview", &fields).await
    };
    // Too little is known: no mistake, and no dates.
    ask(&typing("")).await.expect(200).shows(&["appear here before"]).hides(&["<html", "There is a problem"]);
    ask(&[]).await.expect(200).shows(&["appear here before"]);
    let whole = [typing("Special price"), vec![("urgency", "within_5_days")]].concat();
    let page = ask(&whole).await.expect(200);
    page.shows(&["<span class=\"chip P2\">P2</span>", "Mon 23 Nov 2026, 14:20 CET", "Tom Berg"])
        .hides(&["<html"]);
    jo.post("/file/preview", &whole).await.expect(403);
    bo.post("/file/preview", &[("form_token", token.as_str())]).await.expect(403);
    jo.get("/file/preview").await.leads("/file");
    assert!(desk.partner("acme").await.contact("jo").await.listed("").await.is_empty());
}

#[tokio::test]
async fn an_issue_that_is_open_already_is_offered_and_added_to() {
    let desk = TestDesk::open().await;
    let (kim, bo) =
        (desk.partner("acme").await.contact("kim").await, desk.partner("birk").await.contact("bo").await);
    let first = kim.files("Special price for the Contoso bid", P2).await;
    let theirs = bo.files("Special price for the Contoso bid", P2).await;
    let jo = desk.browses(JO).await;
    let page = jo.get("/file").await;
    let typed = [typing("Contoso bid: special price missing"), vec![("urgency", "within_5_days")]].concat();
    let seen = jo.send(&page, "file", &[typed.as_slice(), &[("act", "preview")]].concat()).await.expect(200);
    let add = format!("value=\"add:{}\"", first.0);
    let seen =
        seen.shows(&["Is it one of these?", "Special price for the Contoso bid", &add]).hides(&[&theirs.0]);
    // What may be hidden from them is not offered either, nor added to.
    let act = format!("add:{}", theirs.0);
    let other = [typed.as_slice(), &[("act", act.as_str())]].concat();
    jo.send(&seen, "file", &other).await.expect(404);
    let empty = [("act", &*format!("add:{}", first.0)), ("subject", ""), ("description", "")];
    jo.send(&seen, "file", &empty).await.expect(422).shows(&["#file-description"]);
    let act = format!("add:{}", first.0);
    let adding = [typed.as_slice(), &[("act", act.as_str())]].concat();
    jo.send(&seen, "file", &adding).await.leads(&format!("/t/{}?done=added", first.0));
    jo.send(&seen, "file", &adding).await.leads(&format!("/t/{}?done=added", first.0));
    let messages = kim.messages(&first).await;
    assert_eq!(messages.len(), 1, "the same form twice adds once");
    assert_eq!(messages[0]["body"], "Contoso bid: special price missing\n\nOrder 4471182");
    assert_eq!(kim.listed("").await.len(), 1, "and nothing new is filed");
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn a_complaint_is_no_likely_issue_for_those_who_may_not_see_it() {
    let desk = TestDesk::open().await;
    let (kim, jo) = (desk.partner("acme").await.contact("kim").await, desk.browses(JO).await);
    let mut complaint = draft("Tom never calls back about prices", P3);
    complaint["category"] = "rel.am_unresponsive".into();
    let filed = kim.files_as(complaint).await;
    let page = jo.get("/file").await;
    let typed = [
        ("act", "preview"),
        ("category", "rel.am_unresponsive"),
        ("subject", "Tom never calls back about prices"),
        ("impact", "annoying"),
        ("urgency", "later"),
    ];
    let seen = jo.send(&page, "file", &typed).await.expect(200);
    seen.hides(&[&filed.as_ticket().0, "Is it one of these?"]);
}

#[tokio::test]
async fn the_dates_of_an_issue_go_into_ones_own_calendar_and_move_there() {
    let desk = TestDesk::open().await;
    let company = desk.partner("acme").await;
    let ticket = company.contact("jo").await.files("Special price, not approved", P2).await;
    let (jo, place) = (desk.browses(JO).await, "/t/PI-1001/timetable.ics");
    let file = jo.get(place).await.expect(200);
    assert!(file.header("Content-Type").starts_with("text/calendar"));
    assert_eq!(file.header("Content-Disposition"), "attachment; filename=\"PI-1001.ics\"");
    let line = |text: &str, start: &str| {
        text.replace("\r\n ", "").lines().find(|l| l.starts_with(start)).unwrap_or_default().to_owned()
    };
    assert_eq!(file.count("BEGIN:VEVENT"), 2, "{}", file.html);
    assert_eq!(line(&file.html, "DTSTART"), "DTSTART:20261123T132000Z");
    assert_eq!(
        line(&file.html, "SUMMARY"),
        "SUMMARY:First reply from a person: Special price\\, not approved (PI-1001)"
    );
    let resolution =
        |text: &str| text.split("BEGIN:VEVENT").find(|e| e.contains("Resolution")).unwrap().to_owned();
    let before = resolution(&file.html);
    desk.staff("priya").await.put(&ticket.path("timetable"), serde_json::json!({
        "milestones": [], "resolution": wire("2026-12-04 12:00"), "reason": "the committee meets later",
    })).await.expect(200);
    let after = resolution(&jo.get(place).await.expect(200).html);
    assert_eq!(line(&before, "UID"), line(&after, "UID"), "the same date, moved");
    assert_eq!(
        (line(&before, "SEQUENCE"), line(&after, "SEQUENCE")),
        ("SEQUENCE:0".into(), "SEQUENCE:1".into())
    );
    assert_eq!(line(&after, "DTSTART"), "DTSTART:20261204T110000Z");
    desk.browses("bo@birk.example").await.get(place).await.expect(404);
    desk.browser().get(place).await.expect(303);
}

#[tokio::test]
async fn messages_are_shown_as_they_were_meant_and_do_nothing() {
    let desk = TestDesk::open().await;
    let ticket = desk.partner("acme").await.contact("jo").await.files("Special price", P2).await;
    let said = "- one\n- **two**\n\nhttps://acme.example/q?a=1 <script>alert(1)</script>";
    desk.staff("priya").await.replies(&ticket, said).await.expect(201);
    let page = desk.browses(JO).await.get("/t/PI-1001").await.expect(200);
    let page = page.shows(&[
        "<li>one</li>",
        "<strong>two</strong>",
        "rel=\"noopener noreferrer nofollow ugc\"",
        "&lt;script&gt;",
    ]);
    assert_eq!(page.count("<script"), 1, "our own");
}

#[tokio::test]
async fn pages_are_light_or_dark_as_one_chooses() {
    let desk = TestDesk::open().await;
    let jo = desk.browses(JO).await;
    let page = jo.get("/my").await.expect(200).hides(&["data-theme"]);
    let token =
        page.html.split("name=\"form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("form_token", token.as_str()), ("theme", "dark")];
    let from = [("Referer", "http://lizard.example/help/ladder?x=1")];
    jo.post_with("/theme", &fields, &from).await.leads("/help/ladder?x=1");
    jo.get("/my").await.expect(200).shows(&["<html lang=\"en\" data-theme=\"dark\">"]);
    for referer in ["", "https://evil.example", "http://x.example//evil.example", "nonsense"] {
        jo.post_with(
            "/theme",
            &[("form_token", token.as_str()), ("theme", "no such")],
            &[("Referer", referer)],
        )
        .await
        .leads("/");
    }
    jo.get("/my").await.expect(200).hides(&["data-theme"]);
    jo.post("/theme", &[("theme", "dark")]).await.expect(403);
}

#[tokio::test]
async fn how_a_priority_comes_about_is_public_and_says_what_the_engine_does() {
    let desk = TestDesk::open().await;
    let page = desk.browser().get("/help/priorities").await.expect(200);
    page.shows(&[
        "We cannot sell or deliver at all",
        "if the deadline is today",
        "Within five business days",
    ]);
}

#[tokio::test]
async fn a_letter_that_arrives_meanwhile_overtakes_no_form_and_a_person_does() {
    let desk = TestDesk::open().await;
    let ticket = desk.partner("acme").await.contact("jo").await.files("Special price", P2).await;
    let (jo, priya) = (desk.browses(JO).await, desk.staff("priya").await);
    desk.delivers().await;
    desk.holds_letters();
    priya.replies(&ticket, "We ask pricing.").await.expect(201);
    let page = jo.get("/t/PI-1001").await;
    let before = priya.sees(&ticket).await.etag();
    desk.delivers().await;
    assert_ne!(priya.sees(&ticket).await.etag(), before, "it is written down that it arrived");
    jo.send(&page, "message", &[("body", "Thank you.")]).await.leads("/t/PI-1001?done=message");
    let page = jo.get("/t/PI-1001").await;
    priya.replies(&ticket, "They answered.").await.expect(201);
    desk.delivers().await;
    jo.send(&page, "message", &[("body", "Any news?")]).await.expect(409);
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn what_was_typed_is_given_back_to_who_is_signed_out_meanwhile() {
    let desk = TestDesk::open().await;
    desk.partner("acme").await.contact("jo").await.files("Special price", P2).await;
    let jo = desk.browses(JO).await;
    let (page, filing) = (jo.get("/t/PI-1001").await, jo.get("/file").await);
    let token = page.form("message").value("form_token").to_owned();
    jo.post("/session/end", &[("form_token", token.as_str())]).await.expect(303);
    let back = jo.send(&page, "message", &[("body", "Words <b> that took long")]).await.expect(401);
    back.shows(&[
        "You are signed out",
        "Words &#60;b&#62; that took long",
        "href=\"/session?next=%2Ft%2FPI-1001\"",
    ]);
    let back = jo.send(&filing, "file", &typing("Words that took longer")).await.expect(401);
    back.shows(&["Words that took longer", "Order 4471182"]);
    // Who never was here is asked to sign in.
    desk.browser().post("/t/PI-1001/messages", &[("body", "x")]).await.leads("/session?next=%2Ft%2FPI-1001");
}
