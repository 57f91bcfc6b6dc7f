//! The pages, as somebody without JavaScript uses them.

use lizard::desk::people;
use lizard::secrets::Fresh;

use super::support::*;

const JO: &str = "jo@acme.example";
const PRIYA: &str = "priya@lizard.example";
const HOSTILE: &str = "<script>alert(1)</script>";

/// A form of the partner's, filled in.
fn filled(subject: &str) -> Vec<(&str, &str)> {
    vec![
        ("category", "price.approval_late"),
        ("impact", "one_blocked"),
        ("urgency", "within_5_days"),
        ("deadline", ""),
        ("subject", subject),
        ("description", "Asked for two weeks ago & \"urgent\"."),
        ("blocks", "The order of Contoso"),
        ("value.amount", ""),
        ("value.currency", "EUR"),
        ("distributor", ""),
    ]
}

async fn sends_form(browser: &Browser, form: &Form, typed: &[(&str, &str)]) -> Page {
    let fields: Vec<(&str, &str)> = form.fields().chain(typed.iter().copied()).collect();
    browser.post(&form.action, &fields).await
}

/// A desk with one ticket of Jo's.
async fn with_a_ticket(subject: &str) -> (TestDesk, Ticket) {
    let desk = TestDesk::open().await;
    let ticket = desk.partner("acme").await.contact("jo").await.files(subject, P2).await;
    assert_eq!(ticket.0, "PI-1001");
    (desk, ticket)
}

#[tokio::test]
async fn signing_in_by_the_form_leads_home_and_sets_a_cookie_that_no_script_reads() {
    let desk = TestDesk::open().await;
    let browser = desk.browser();
    let page = browser.get("/session").await.expect(200);
    let wrong = browser
        .send(&page, "sign-in", &[("email", JO), ("password", "wrong horse battery")])
        .await
        .expect(401);
    assert_eq!(wrong.header("Set-Cookie"), "");
    let wrong = wrong.shows(&["value=\"jo@acme.example\"", "There is a problem"]);
    let wrong = wrong.hides(&["wrong horse battery"]);
    let nobody =
        browser.send(&wrong, "sign-in", &[("email", "no@acme.example"), ("password", PASSWORD)]).await;
    nobody.expect(401).shows(&["E-mail or password is wrong."]);
    let home = browser.send(&wrong, "sign-in", &[("email", JO), ("password", PASSWORD)]).await.leads("/");
    let cookie = home.header("Set-Cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    browser.get("/my").await.expect(200).shows(&["Jo Brandt"]);
    let page = browser.get("/my").await;
    browser.send(&page, "/session/end", &[]).await.leads("/?done=signed_out");
    browser.get("/my").await.leads("/session?next=%2Fmy");
}

#[tokio::test]
async fn signing_in_leads_on_to_where_one_wanted_to_go_and_never_to_another_site() {
    let (desk, _) = with_a_ticket("Special price not approved").await;
    let who = [("email", JO), ("password", PASSWORD)];
    let browser = desk.browser();
    let page = browser.get("/session?next=%2Ft%2FPI-1001").await.expect(200);
    browser.send(&page, "sign-in", &who).await.leads("/t/PI-1001");
    for elsewhere in ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"] {
        let browser = desk.browser();
        let asked = serde_urlencoded::to_string([("next", elsewhere)]).unwrap();
        let page = browser.get(&format!("/session?{asked}")).await.expect(200).hides(&["evil.example"]);
        browser.send(&page, "sign-in", &who).await.leads("/");
        let forged = [who.as_slice(), &[("next", elsewhere)]].concat();
        let browser = desk.browser();
        browser.post("/session", &forged).await.leads("/");
        let again = browser.get(&format!("/session?{asked}")).await.expect(303);
        assert!(!again.header("Location").contains("evil"), "{again:?}");
    }
}

#[tokio::test]
async fn a_partner_files_on_one_page_after_seeing_what_it_brings() {
    let desk = TestDesk::open().await;
    let jo = desk.browses(JO).await;
    let step = jo.get("/file").await.expect(200).shows(&["appear here before you file anything"]);
    assert_eq!(step.count("<details name=\"file-category\""), 12);
    let priced = jo.get("/file?group=price").await.expect(200);
    assert_eq!(priced.count("<details name=\"file-category\" open>"), 1);

    let mut typed = filled("Special price not approved");
    typed.push(("act", "preview"));
    let preview = jo.send(&step, "file", &typed).await.expect(200).shows(&[
        "<span class=\"chip P2\">P2</span>",
        "Because: ",
        "Who is told if it stands still",
        "Tom Berg",
        "Maria Lopez",
        "Nothing is filed yet.",
        "value=\"Special price not approved\"",
        "value=\"one_blocked\" checked",
        "The order of Contoso",
    ]);
    assert!(jo_listed(&desk).await.is_empty(), "a preview files nothing");
    let form = preview.form("file");
    assert_eq!(form.value("key"), step.form("file").value("key"), "the same filing goes on");

    let mut typed = filled("Special price not approved");
    typed.push(("act", "file"));
    sends_form(&jo, &form, &typed).await.leads("/file/done/PI-1001");
    sends_form(&jo, &form, &typed).await.leads("/file/done/PI-1001");
    assert_eq!(jo_listed(&desk).await, ["PI-1001"], "the same form twice files once");
    let done = jo.get("/file/done/pi-1001").await.expect(200);
    done.shows(&[
        "It is filed: PI-1001",
        "A person answers you by",
        "Mon 23 Nov 2026, 14:20 CET",
        "Maria Lopez",
    ]);
    desk.browses("bo@birk.example").await.get("/file/done/PI-1001").await.expect(404);
    jo.get("/t/PI-1001").await.expect(200).shows(&["Special price not approved", "Asked for two weeks ago"]);
    jo.get("/my").await.expect(200).shows(&["PI-1001"]);
}

async fn jo_listed(desk: &TestDesk) -> Vec<String> {
    desk.partner("acme").await.contact("jo").await.listed("").await
}

#[tokio::test]
async fn what_is_wrong_with_a_filing_is_summed_up_and_everything_typed_is_kept() {
    let desk = TestDesk::open().await;
    let jo = desk.browses(JO).await;
    let step = jo.get("/file?group=price").await.expect(200);
    for act in ["preview", "file"] {
        let mut typed = filled("");
        typed.push(("act", act));
        typed.retain(|(name, _)| *name != "impact");
        let again = jo.send(&step, "file", &typed).await.expect(422).shows(&[
            "There is a problem",
            "<a href=\"#file-impact\">",
            "id=\"file-impact\"",
            "<title>Error: ",
            "value=\"within_5_days\" checked",
            "Asked for two weeks ago",
            "The order of Contoso",
        ]);
        let again = again.shows(&["value=\"price.approval_late\" checked"]);
        // A preview does not wait for words.
        assert_eq!(again.html.contains("<a href=\"#file-subject\">"), act == "file");
        assert_eq!(again.form("file").value("key"), step.form("file").value("key"));
    }
    assert!(jo_listed(&desk).await.is_empty());
}

#[tokio::test]
async fn a_partner_sees_who_has_the_ticket_and_by_when_and_staff_have_their_forms() {
    let (desk, ticket) = with_a_ticket("Special price not approved").await;
    let jo = desk.browses(JO).await;
    let seen = jo.get("/t/PI-1001").await.expect(200);
    let owner = desk.staff("dana").await.sees(&ticket).await["owner_name"].as_str().unwrap().to_owned();
    let seen = seen.shows(&[
        &format!("<dt>Owner</dt><dd>{owner}</dd>"),
        "Tom Berg",
        "Maria Lopez",
        "<h2 id=\"ladder-title\">Ladder</h2>",
        "<h2 id=\"timetable-title\">Timetable</h2>",
        "aria-current=\"step\"",
    ]);
    let ladder = seen.html.split("class=\"rungs").nth(1).unwrap().split("</ol>").next().unwrap();
    assert!(ladder.matches("<time datetime=").count() >= 3, "{ladder}");
    let of_staff = ["triage", "timetable", "wait", "resolve", "merge"];
    for form in of_staff {
        assert!(!seen.has_form(form), "{form}");
    }
    assert!(seen.has_form("message") && seen.has_form("escalate") && !seen.has_form("confirm"));
    let priya = desk.browses(PRIYA).await;
    let hers = priya.get("/t/PI-1001").await.expect(200);
    for form in of_staff {
        assert!(hers.has_form(form), "{form}");
    }
}

#[tokio::test]
async fn messages_reach_the_conversation_and_notes_stay_inside() {
    let (desk, _) = with_a_ticket("Special price not approved").await;
    let (jo, priya) = (desk.browses(JO).await, desk.browses(PRIYA).await);
    let page = jo.get("/t/PI-1001").await;
    jo.send(&page, "message", &[("body", "")]).await.expect(422).shows(&["<a href=\"#message-body\">"]);
    let sent = jo.send(&page, "message", &[("body", "Any news of it?")]).await;
    sent.leads("/t/PI-1001?done=message");
    let hers = priya.get("/t/PI-1001").await.expect(200).shows(&["Any news of it?"]);
    let note = [("body", "Ask finance first"), ("visibility", "internal")];
    priya.send(&hers, "message", &note).await.leads("/t/PI-1001?done=note");
    let hers = priya.get("/t/PI-1001").await.expect(200).shows(&["Ask finance first", "internal note"]);
    let answer = [
        ("status", "It is with the committee."),
        ("changed", "Nothing yet: it meets on Tuesday."),
        ("next.due", "2026-11-26T10:20"),
        ("who", ""),
    ];
    let back = priya.send(&hers, "progress", &answer).await.expect(422);
    let back = back.shows(&["<a href=\"#progress-who\">", "Nothing yet: it meets on Tuesday."]);
    let whole: Vec<_> = answer[..3].iter().copied().chain([("who", "We do; you wait.")]).collect();
    priya.send(&back, "progress", &whole).await.leads("/t/PI-1001?done=progress");
    let seen = jo.get("/t/PI-1001").await.expect(200);
    seen.shows(&[
        "Any news of it?",
        "It is with the committee.",
        "Thu 26 Nov 2026, 10:20 CET",
        "We do; you wait.",
    ])
    .hides(&["Ask finance first", "internal note"]);
    // Where they have no such choice, a partner cannot make it either.
    let page = jo.get("/t/PI-1001").await;
    jo.send(&page, "message", &note).await.expect(403);
}

#[tokio::test]
async fn a_date_moved_by_the_form_leaves_the_old_one_struck_through_with_its_reason() {
    let (desk, _) = with_a_ticket("Special price not approved").await;
    let (jo, priya) = (desk.browses(JO).await, desk.browses(PRIYA).await);
    let page = priya.get("/t/PI-1001").await.expect(200);
    let old = "value=\"2026-11-26T10:20\"";
    let page = page.shows(&[old]);
    let move_to = |reason| [("resolution", "2026-11-27T12:00"), ("reason", reason), ("requested_by", "")];
    let refused = priya.send(&page, "timetable", &move_to("")).await.expect(422);
    let refused = refused.shows(&["<a href=\"#timetable-reason\">", "value=\"2026-11-27T12:00\""]);
    let moved = priya.send(&refused, "timetable", &move_to("the committee meets on Friday")).await;
    moved.leads("/t/PI-1001?done=timetable");
    let seen = jo.get("/t/PI-1001").await.expect(200);
    let seen = seen.shows(&["<del><time ", "Moved because: the committee meets on Friday"]);
    let struck = seen.html.split("<del>").nth(1).unwrap().split("</del>").next().unwrap();
    assert!(struck.contains("26 Nov"), "{struck}");
}

#[tokio::test]
async fn a_claim_made_by_the_form_is_refused_made_again_and_confirmed() {
    let (desk, ticket) = with_a_ticket("Special price not approved").await;
    let (jo, priya) = (desk.browses(JO).await, desk.browses(PRIYA).await);
    let claim = [("summary", "The price is approved."), ("how_to_check", "Open the quote.")];
    let page = priya.get("/t/PI-1001").await;
    priya.send(&page, "resolve", &claim).await.leads("/t/PI-1001?done=resolution");
    let asked = jo.get("/t/PI-1001").await.expect(200).shows(&["Is it fixed?", "Open the quote."]);
    assert!(!priya.get("/t/PI-1001").await.has_form("confirm"), "never for the partner");
    let mute = jo.send(&asked, "confirm", &[("fixed", "false"), ("comment", "")]).await.expect(422);
    let mute = mute.shows(&["value=\"false\" checked", "<a href=\"#confirm-comment\">"]);
    let still = "The quote still shows the old price.";
    let refused = jo.send(&mute, "confirm", &[("fixed", "false"), ("comment", still)]).await;
    refused.leads("/t/PI-1001?done=refused");
    let page = priya.get("/t/PI-1001").await.expect(200).shows(&[still]);
    priya.send(&page, "resolve", &claim).await.leads("/t/PI-1001?done=resolution");
    let asked = jo.get("/t/PI-1001").await;
    let confirmed = jo.send(&asked, "confirm", &[("fixed", "true"), ("comment", "")]).await;
    confirmed.leads("/t/PI-1001?done=confirmed");
    let closed = jo.get("/t/PI-1001").await.expect(200);
    assert!(!closed.has_form("message") && !closed.has_form("confirm") && !closed.has_form("escalate"));
    let seen = desk.staff("priya").await.sees(&ticket).await;
    assert_eq!((&seen["state"], &seen["close_reason"]), (&"closed".into(), &"confirmed".into()));
}

#[tokio::test]
async fn a_form_without_its_token_or_from_elsewhere_changes_nothing() {
    let (desk, ticket) = with_a_ticket("Special price not approved").await;
    let (jo, kim) = (desk.browses(JO).await, desk.browses("kim@acme.example").await);
    let form = jo.get("/t/PI-1001").await.form("message");
    let theirs = kim.get("/file?group=price").await.form("file").value("form_token").to_owned();
    assert_ne!(form.value("form_token"), theirs);
    let typed = [("body", "Forged words")];
    for token in [None, Some(""), Some(theirs.as_str())] {
        let sent = sends_form(&jo, &form.with("form_token", token), &typed).await;
        sent.expect(403).shows(&["Nothing was changed."]);
    }
    let fields: Vec<_> = form.fields().chain(typed).collect();
    for foreign in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
    ] {
        jo.post_with(&form.action, &fields, &[foreign]).await.expect(403);
    }
    let signing = [("email", JO), ("password", PASSWORD)];
    let lured = desk.browser().post_with("/session", &signing, &[("Sec-Fetch-Site", "cross-site")]).await;
    assert_eq!(lured.expect(403).header("Set-Cookie"), "");
    let reader = desk.staff("dana").await;
    assert!(reader.messages(&ticket).await.is_empty());
    assert_eq!(reader.sees(&ticket).await.etag(), "\"1\"");
    jo.post_with(&form.action, &fields, &[("Sec-Fetch-Site", "same-origin")]).await.expect(303);
    assert_eq!(reader.messages(&ticket).await.len(), 1);
}

#[tokio::test]
async fn a_form_that_was_overtaken_is_shown_again_with_what_was_typed() {
    let (desk, ticket) = with_a_ticket("Special price not approved").await;
    let (jo, priya) = (desk.browses(JO).await, desk.browses(PRIYA).await);
    let (mine, hers) = (jo.get("/t/PI-1001").await, priya.get("/t/PI-1001").await);
    jo.send(&mine, "message", &[("body", "Any news of it?")]).await.expect(303);
    let typed = [("priority", "P1"), ("reason", "The deal closes tomorrow")];
    let stale = priya.send(&hers, "triage", &typed).await.expect(409);
    let stale =
        stale.shows(&["Somebody changed this", "The deal closes tomorrow", "<option value=\"P1\" selected"]);
    let reader = desk.staff("dana").await;
    assert_eq!(reader.sees(&ticket).await["priority"], "P2");
    priya.send(&stale, "triage", &typed).await.leads("/t/PI-1001?done=triage");
    assert_eq!(reader.sees(&ticket).await["priority"], "P1");
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_ticket_from_none() {
    let (desk, ticket) = with_a_ticket("Special price not approved").await;
    desk.browser().get("/t/PI-1001").await.leads("/session?next=%2Ft%2FPI-1001");
    desk.browser().get("/t/PI-9999").await.leads("/session?next=%2Ft%2FPI-9999");
    let bo = desk.browses("bo@birk.example").await;
    let (theirs, none) = (bo.get("/t/PI-1001").await.expect(404), bo.get("/t/PI-9999").await.expect(404));
    assert_eq!(theirs.html, none.html);
    let token = bo.get("/file?group=price").await.form("file").value("form_token").to_owned();
    let fields = [("form_token", token.as_str()), ("version", "1"), ("body", "Hello")];
    let theirs = bo.post("/t/PI-1001/messages", &fields).await.expect(404);
    assert_eq!(theirs.html, bo.post("/t/PI-9999/messages", &fields).await.expect(404).html);
    assert!(desk.staff("dana").await.messages(&ticket).await.is_empty());
}

#[tokio::test]
async fn every_place_is_for_those_it_is_for() {
    let desk = TestDesk::open().await;
    let (jo, priya) = (desk.browses(JO).await, desk.browses(PRIYA).await);
    let nowhere = jo.get("/no-such-place").await.expect(404).html;
    for path in ["/queue", "/admin", "/admin/people", "/admin/partners", "/admin/configuration"] {
        assert_eq!(jo.get(path).await.expect(404).html, nowhere, "{path}");
        desk.browser().get(path).await.expect(303);
    }
    priya.get("/queue").await.expect(200);
    for path in ["/admin", "/admin/people", "/admin/outbox"] {
        priya.get(path).await.expect(403);
    }
    desk.browses("ada@lizard.example").await.get("/admin").await.expect(200);
}

#[tokio::test]
async fn the_first_administrator_comes_in_by_the_link_of_the_first_start() {
    let start = berlin("2026-11-23 10:20");
    let desk = TestDesk::on(Database::fresh(), start, start).await;
    let fresh = Fresh::new();
    let hash = fresh.hash.clone();
    let offered = desk.app.store.write(move |db| people::offer_set_up(db, &hash, start, start + hours(1)));
    assert!(offered.await.unwrap());
    let path = format!("/setup/{}", fresh.plain);
    let browser = desk.browser();
    browser.get("/setup/guessed").await.expect(404);
    browser.get(&path).await.expect(200);
    let page = browser.get(&path).await.expect(200);
    let me = |password| [("name", "Ada Lund"), ("email", "ada@lizard.example"), ("password", password)];
    let short = browser.send(&page, "set-up", &me("short")).await.expect(422);
    let short = short.shows(&["value=\"Ada Lund\"", "<a href=\"#set-up-password\">"]);
    browser.send(&short, "set-up", &me(PASSWORD)).await.leads("/admin");
    browser.get("/admin").await.expect(200).shows(&["Ada Lund"]);
    let other = desk.browser();
    other.get(&path).await.expect(404);
    other.post(&path, &me(PASSWORD)).await.expect(404);
    desk.browses("ada@lizard.example").await.get("/admin").await.expect(200);
}

#[tokio::test]
async fn who_is_invited_sets_a_password_by_a_link_that_is_shown_once_and_works_once() {
    let desk = TestDesk::open().await;
    let ada = desk.browses("ada@lizard.example").await;
    let page = ada.get("/admin/people").await.expect(200);
    let new = [
        ("name", "Lea Fink"),
        ("email", "lea@acme.example"),
        ("partner", "acme"),
        ("role", "contact"),
        ("time_zone", ""),
    ];
    let invited = ada.send(&page, "contact", &new).await.expect(200);
    let (_, rest) = invited.html.split_once("/invitation/").unwrap();
    let path = format!("/invitation/{}", rest.split('<').next().unwrap());
    ada.get("/admin/people").await.expect(200).shows(&["lea@acme.example"]).hides(&["/invitation/"]);
    ada.send(&page, "contact", &new).await.expect(422).shows(&["<a href=\"#contact-email\">"]);

    let lea = desk.browser();
    lea.get(&path).await.expect(200).shows(&["lea@acme.example"]);
    let page = lea.get(&path).await.expect(200);
    lea.get("/my").await.expect(303);
    lea.send(&page, "password", &[("password", "short")]).await.expect(422).hides(&["value=\"short\""]);
    lea.send(&page, "password", &[("password", "a quite other horse")]).await.leads("/");
    lea.get("/my").await.expect(200).shows(&["Lea Fink"]);
    let thief = desk.browser();
    thief.get(&path).await.expect(404);
    thief.send(&page, "password", &[("password", "the horse of a thief")]).await.expect(404);
    let signing = [("email", "lea@acme.example"), ("password", "a quite other horse")];
    let page = thief.get("/session").await;
    thief.send(&page, "sign-in", &signing).await.leads("/");
}

#[tokio::test]
async fn the_ladder_is_public_and_names_nobody() {
    let (desk, _) = with_a_ticket("Special price not approved").await;
    let browser = desk.browser();
    browser.get("/").await.expect(200).hides(&["PI-1001"]);
    let ladder = browser.get("/help/ladder").await.expect(200);
    let people = ["Ada", "Priya", "Wei Chen", "Tom Berg", "Uma", "Maria", "Max Stone", "Dana", "Brandt"];
    ladder.shows(&["P1", "P4"]).hides(&people).hides(&["@lizard.example", "Acme", "Birk"]);
}

#[tokio::test]
async fn hostile_words_are_only_words_wherever_they_are_shown() {
    let (desk, _) = with_a_ticket(HOSTILE).await;
    let (jo, priya) = (desk.browses(JO).await, desk.browses(PRIYA).await);
    let page = jo.get("/t/PI-1001").await.expect(200);
    let quoted = "\"><img src=x onerror=alert(2)>";
    let body = format!("{HOSTILE}</textarea>{quoted}");
    jo.send(&page, "message", &[("body", &body)]).await.expect(303);
    jo.send(&page, "message", &[("body", &body)]).await.expect(409).hides(&["<img", "</textarea>\""]);
    for path in ["/t/PI-1001", "/my"] {
        jo.get(path).await.expect(200).shows(&["alert(1)"]).hides(&["<img"]);
    }
    for path in ["/t/PI-1001", "/queue"] {
        priya.get(path).await.expect(200).shows(&["alert(1)"]).hides(&["<img"]);
    }
    let step = jo.get("/file?group=price").await;
    let mut typed = filled(quoted);
    typed.push(("act", "preview"));
    jo.send(&step, "file", &typed).await.expect(200).shows(&["alert(2)"]).hides(&["<img"]);
    let wrong = [("email", quoted), ("password", "x")];
    desk.browser().post("/session", &wrong).await.hides(&["<img"]);
    desk.browser().get("/session?next=/%22%3E%3Cimg%20src=x%3E").await.expect(200).hides(&["<img"]);
}

/// That each page is strict is looked at wherever a browser gets one.
#[tokio::test]
async fn every_main_page_answers_and_runs_nothing_inline() {
    let (desk, _) = with_a_ticket("Special price not approved").await;
    let everybody: [(&str, &[&str]); 4] = [
        (JO, &["/", "/my", "/file", "/file/done/PI-1001", "/t/PI-1001", "/help/ladder", "/help/priorities"]),
        (PRIYA, &["/", "/queue", "/file?group=price", "/t/PI-1001"]),
        ("dana@lizard.example", &["/queue", "/t/PI-1001"]),
        (
            "ada@lizard.example",
            &[
                "/admin",
                "/admin/people",
                "/admin/partners",
                "/admin/partners/acme",
                "/admin/configuration",
                "/admin/design",
                "/admin/outbox",
            ],
        ),
    ];
    for path in ["/", "/session", "/reset", "/help/ladder", "/help/priorities"] {
        desk.browser().get(path).await.expect(200);
    }
    for (email, paths) in everybody {
        let browser = desk.browses(email).await;
        for path in paths {
            let page = browser.get(path).await;
            if page.status != 303 || *path != "/" {
                assert!(page.expect(200).header("Content-Type").starts_with("text/html"), "{path}");
            }
        }
    }
}

/// The text of the first version of the ladder, with rung 2 of a P2 after 2 bh.
async fn edited_ladder(desk: &TestDesk) -> String {
    super::configuration::ladder(desk, "2 bh").await
}

#[tokio::test]
async fn an_administrator_checks_a_ladder_sees_what_it_would_change_and_saves_it() {
    let (desk, ticket) = with_a_ticket("Special price not approved").await;
    let ada = desk.browses("ada@lizard.example").await;
    let page = ada.get("/admin/configuration").await.expect(200);
    page.shows(&["href=\"/admin/configuration/ladder\"", "in force"]);
    let page = ada.get("/admin/configuration/ladder").await.expect(200);
    let page = page.shows(&["[P2]", "<textarea class=\"document\"", "version 1, which is in force"]);
    let text = edited_ladder(&desk).await;
    let sent = text.replace('\n', "\r\n");
    // What is wrong is listed with its line, and the text is kept.
    let wrong = sent
        .replace("stand = \"vp\"", "stand = \"ceo\"")
        .replace("[P3]\r\nfirst_reply", "[P3]\r\nfirst_replay");
    let line = 1 + wrong.lines().position(|l| l.contains("ceo")).unwrap();
    for act in ["check", "save"] {
        let typed = [("toml", wrong.as_str()), ("effective_at", ""), ("reason", "sooner"), ("act", act)];
        let page = ada.send(&page, "version", &typed).await.expect(422);
        page.shows(&[&format!("Line {line}: "), "first_replay", "ceo", "There is a problem"]);
    }
    // Checked without a reason; nothing is saved by that.
    let typed = [("toml", sent.as_str()), ("effective_at", ""), ("reason", ""), ("act", "check")];
    let checked = ada.send(&page, "version", &typed).await.expect(200);
    let checked = checked.shows(&[
        "Nothing is saved yet.",
        "Had it been in force for 90 days",
        "One ticket of the last 90 days",
        "<dt>Tickets to move</dt><dd>1</dd>",
        "<dt>Rungs earlier</dt><dd>1</dd>",
        "href=\"/t/PI-1001\"",
        "Mon 23 Nov 2026, 12:20 CET",
        "2 = &#34;2 bh&#34;",
    ]);
    assert!(!checked.html.contains("Special price"), "an administrator sees dates, not words");
    let api = desk.staff("ada").await;
    assert_eq!(api.get("/ladders/versions").await.expect(200)["items"].as_array().unwrap().len(), 1);
    let typed = [("toml", sent.as_str()), ("effective_at", ""), ("reason", ""), ("act", "save")];
    ada.send(&checked, "version", &typed).await.expect(422).shows(&["#version-reason"]);
    let typed = [("toml", sent.as_str()), ("effective_at", ""), ("reason", "sooner <b>"), ("act", "save")];
    ada.send(&checked, "version", &typed).await.leads("/admin/configuration?done=version");
    let page = ada.get("/admin/configuration?done=version").await.expect(200);
    page.shows(&["The new version is saved.", "ada@lizard.example", "sooner &#60;b&#62;", "earlier"]);
    let same = ada.get("/admin/configuration/ladder").await.expect(200);
    ada.send(&same, "version", &typed).await.expect(409).shows(&["nothing would change"]);

    // And the open ticket is moved to it.
    let page = ada.get("/admin/configuration/migration").await.expect(200).shows(&["2, in force"]);
    let form = |act, reason| {
        vec![
            ("ladder", "2"),
            ("calendars", "1"),
            ("partner", ""),
            ("tickets", ""),
            ("reason", reason),
            ("act", act),
        ]
    };
    let look = ada.send(&page, "migration", &form("preview", "")).await.expect(200);
    let look = look.shows(&["Nothing is moved yet.", "ladder 1 → 2", "Mon 23 Nov 2026, 12:20 CET"]);
    ada.send(&look, "migration", &form("apply", "")).await.expect(422).shows(&["#migration-reason"]);
    assert_eq!(api.sees(&ticket).await["ladder"][1]["due"], wire("2026-11-23 14:20"));
    let done = ada.send(&look, "migration", &form("apply", "as agreed")).await.expect(200);
    done.shows(&["1 moved"]);
    assert_eq!(api.sees(&ticket).await["ladder"][1]["due"], wire("2026-11-23 12:20"));
    let wrong =
        [("ladder", "2"), ("calendars", "1"), ("partner", "nobody"), ("reason", "r"), ("act", "preview")];
    ada.send(&look, "migration", &wrong).await.expect(422).shows(&["#migration-partner"]);
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn calendars_are_edited_on_a_page_and_the_pages_are_for_administrators() {
    let (desk, _) = with_a_ticket("Special price not approved").await;
    let ada = desk.browses("ada@lizard.example").await;
    let page = ada.get("/admin/configuration/calendars").await.expect(200).shows(&["[calendar.standard]"]);
    let text = super::configuration::text(&desk, "calendars").await;
    let own = text.replace("[partners]", "[partners]\nacme = \"around_the_clock\"");
    let typed = |act| {
        [("toml", own.as_str()), ("effective_at", "2026-11-24T09:00"), ("reason", "a contract"), ("act", act)]
    };
    let checked = ada.send(&page, "version", &typed("check")).await.expect(200);
    let checked = checked.shows(&["standard → around_the_clock", "value=\"2026-11-24T09:00\""]);
    ada.send(&checked, "version", &typed("save")).await.leads("/admin/configuration?done=version");
    ada.get("/admin/configuration").await.expect(200).shows(&["later"]);
    ada.get("/admin/configuration/taxonomy").await.expect(404);
    let places =
        ["/admin/configuration/ladder", "/admin/configuration/calendars", "/admin/configuration/migration"];
    for place in places {
        desk.browses(PRIYA).await.get(place).await.expect(403);
        desk.browses(JO).await.get(place).await.expect(404);
        ada.post(place, &typed("save")).await.expect(403).shows(&["Nothing was changed."]);
    }
}
