//! Files that come with messages and issues: what is taken, who sees it, and that it comes
//! back as it was sent.

use super::support::*;

const JO: &str = "jo@acme.example";
const PRIYA: &str = "priya@lizard.example";
const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const HTML: &[u8] = b"<!doctype html><script>alert(1)</script>";

/// Bytes that repeat nowhere, and are none of the kinds that are taken; behind `head`.
fn noise(head: &[u8], length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = head.to_vec();
    while bytes.len() < length {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.truncate(length);
    bytes
}

async fn with_a_ticket() -> (TestDesk, Actor, Ticket) {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    (desk, jo, ticket)
}

async fn fetches(actor: &Actor, ticket: &Ticket, id: i64) -> Download {
    actor.ask("GET", &ticket.path(&format!("attachments/{id}"))).fetch().await
}

/// What the database holds of files: `hash size`, and how many chunks there are.
fn held(desk: &TestDesk) -> (Vec<String>, Vec<String>) {
    let blobs = "SELECT hash || ' ' || size AS value FROM blobs ORDER BY hash";
    let chunks = "SELECT CAST(count(*) AS TEXT) AS value FROM blob_chunks";
    (desk.database().asks(blobs), desk.database().asks(chunks))
}

/// The tokens of files that a form carries along.
fn carried(page: &Page) -> Vec<String> {
    let ticks = page.html.split("name=\"kept\" value=\"").skip(1);
    ticks.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn files_come_with_one_message_and_come_back_byte_by_byte() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let priya = desk.staff("priya").await;
    // Several chunks, and not a whole number of them.
    let long = noise(PDF, 900_001);
    let sent = jo
        .attaches(&ticket, &[("body", "The signed form.")], &[("Angebot März.pdf", &long), ("shot.png", PNG)])
        .await
        .expect(201);
    assert_eq!((&sent["body"], &sent["number"]), (&"The signed form.".into(), &1.into()));
    assert_eq!(sent.etag(), "\"2\"");
    assert_eq!(sent.header("Location"), format!("/api/v1{}", ticket.path("attachments")));
    assert_eq!(sent["attachments"][0]["name"], "Angebot März.pdf");
    assert_eq!(sent["attachments"][0]["media_type"], "application/pdf");
    assert_eq!(sent["attachments"][1]["size"], PNG.len());
    assert_eq!(priya.messages(&ticket).await[0]["attachments"], sent["attachments"]);
    let all = priya.get(&ticket.path("attachments")).await.expect(200);
    assert_eq!(all["items"], sent["attachments"]);
    assert_eq!(all["items"][0]["by_name"], "Jo Brandt");

    let file = fetches(&priya, &ticket, 1).await;
    assert_eq!(file.status, 200);
    assert!(file.bytes == long, "{} bytes came back", file.bytes.len());
    assert_eq!(file.header("Content-Length"), "900001");
    assert_eq!(file.header("Content-Type"), "application/pdf");
    assert_eq!(file.header("Content-Disposition"), "attachment; filename*=UTF-8''Angebot%20M%C3%A4rz.pdf");
    assert_eq!(file.header("X-Content-Type-Options"), "nosniff");
    assert_eq!(file.header("Content-Security-Policy"), "sandbox; default-src 'none'");
    assert_eq!(file.header("Cache-Control"), "private, no-store");
    let ask = priya.ask("GET", &ticket.path("attachments/1")).header("Accept-Encoding", "gzip");
    assert!(ask.fetch().await.bytes == long, "not compressed on the way");
    fetches(&priya, &ticket, 2).await.bytes.eq(PNG).then_some(()).unwrap();

    // Without words of its own it names what it brings.
    let bare = priya.attaches(&ticket, &[], &[("a.pdf", PDF), ("b.txt", b"words")]).await.expect(201);
    assert_eq!(bare["body"], "Attached: a.pdf, b.txt");
    assert_eq!(bare["attachments"][0]["id"], 3);
    assert_eq!(jo.promises(&ticket).await[0]["outcome"], "kept", "it is a reply like any other");
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn sending_the_same_twice_writes_once_and_a_stale_version_writes_nothing() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let send = async |key: &str, etag: &str, body: &str, bytes: &[u8]| {
        let (content_type, parts) = in_parts(&[("body", body)], &[("a.pdf", bytes)]);
        let ask = jo.ask("POST", &ticket.path("attachments")).key(key).if_match(etag);
        ask.body(&content_type, parts).send().await
    };
    let first = send("k1", "\"1\"", "here", PDF).await.expect(201);
    let again = send("k1", "\"1\"", "here", PDF).await.expect(201);
    assert_eq!((first.text.clone(), first.etag()), (again.text.clone(), again.etag()));
    send("k1", "\"1\"", "here", b"other bytes").await.refused(422, "idempotency_key_reused");
    send("k1", "\"1\"", "other words", PDF).await.refused(422, "idempotency_key_reused");
    send("k2", "\"1\"", "late", PDF).await.refused(412, "stale");
    assert_eq!(jo.messages(&ticket).await.len(), 1);
    assert_eq!(jo.sees_files(&ticket).await, ["a.pdf"]);
    let token = desk.token("rw", Some("acme")).await;
    token.attaches(&ticket, &[], &[("log.txt", b"line 1")]).await.expect(201);
    desk.token("r", None).await.attaches(&ticket, &[], &[("x.txt", b"x")]).await.refused(403, "forbidden");
}

#[tokio::test]
async fn who_sees_a_message_sees_its_files_and_nobody_else() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let (acme, birk) = (desk.partner("acme").await, desk.partner("birk").await);
    jo.attaches(&ticket, &[], &[("asked.pdf", PDF)]).await.expect(201);
    let priya = desk.staff("priya").await;
    priya.attaches(&ticket, &[("visibility", "internal")], &[("margin.png", PNG)]).await.expect(201);
    for insider in ["priya", "wei", "tom", "maria", "dana"] {
        let actor = desk.staff(insider).await;
        assert_eq!(actor.sees_files(&ticket).await, ["asked.pdf", "margin.png"], "{insider}");
        assert_eq!(fetches(&actor, &ticket, 2).await.status, 200, "{insider}");
    }
    let outside =
        [jo.clone(), acme.principal().await, desk.token("r", None).await, desk.token("rw", None).await];
    for actor in &outside {
        assert_eq!(actor.sees_files(&ticket).await, ["asked.pdf"], "{}", actor.name);
        assert_eq!(fetches(actor, &ticket, 1).await.bytes, PDF, "{}", actor.name);
        let hidden = actor.get(&ticket.path("attachments/2")).await.refused(404, "not_found");
        let missing = actor.get(&ticket.path("attachments/99")).await.refused(404, "not_found");
        assert_eq!(hidden.text, missing.text);
        assert_eq!(actor.messages(&ticket).await.len(), 1);
        let note = actor.attaches(&ticket, &[("visibility", "internal")], &[("x.pdf", PDF)]).await;
        note.refused(403, "forbidden");
    }
    for stranger in [birk.contact("bo").await, birk.principal().await, desk.staff("uma").await] {
        for path in ["attachments", "attachments/1", "attachments/2"] {
            stranger.get(&ticket.path(path)).await.refused(404, "not_found");
        }
        stranger.attaches(&ticket, &[], &[("x.pdf", PDF)]).await.refused(404, "not_found");
    }
    let ada = desk.staff("ada").await;
    ada.get(&ticket.path("attachments")).await.refused(403, "forbidden");
    ada.get(&ticket.path("attachments/1")).await.refused(403, "forbidden");
    desk.nobody().get(&ticket.path("attachments/1")).await.refused(401, "unauthorized");

    // The same by the pages.
    let place = format!("/t/{}/attachments", ticket.0);
    let partner = desk.browses(JO).await;
    assert_eq!(partner.downloads(&format!("{place}/1")).await.bytes, PDF);
    assert_eq!(partner.downloads(&format!("{place}/2")).await.status, 404);
    let page = partner.get(&format!("/t/{}", ticket.0)).await.expect(200);
    page.shows(&["asked.pdf", &format!("href=\"{place}/1\"")]).hides(&["margin.png"]);
    let staff = desk.browses(PRIYA).await;
    let file = staff.downloads(&format!("{place}/2")).await;
    assert_eq!((file.status, file.bytes.as_slice()), (200, PNG));
    assert_eq!(file.header("Content-Security-Policy"), "sandbox; default-src 'none'");
    assert_eq!(file.header("Content-Disposition"), "attachment; filename*=UTF-8''margin.png");
    staff.get(&format!("/t/{}", ticket.0)).await.expect(200).shows(&["asked.pdf", "margin.png"]);
    let bo = desk.browses("bo@birk.example").await;
    assert_eq!(bo.downloads(&format!("{place}/1")).await.status, 404);
    assert_eq!(desk.browser().downloads(&format!("{place}/1")).await.status, 303);
}

#[tokio::test]
async fn what_is_not_taken_is_said_and_nothing_is_written() {
    let (desk, jo, ticket) = with_a_ticket().await;
    for (name, bytes, code) in [
        ("notes.txt", HTML, "kind_refused"),
        ("picture.png", HTML, "kind_refused"),
        ("picture.png", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "kind_refused"),
        ("page.html", b"only words", "kind_refused"),
        ("drawing.svg", b"only words", "kind_refused"),
        ("run.js", b"only words", "kind_refused"),
        ("run.exe", b"only words", "kind_refused"),
        ("run.pdf", b"MZ\x90\0\x03\0\0\0", "kind_refused"),
        ("run.txt", b"#!/bin/sh\nls\n", "kind_refused"),
        ("noise.bin", b"\0\x01\x02\x03", "kind_refused"),
        ("nothing.txt", b"", "empty"),
    ] {
        let refused = jo.attaches(&ticket, &[], &[("fine.pdf", PDF), (name, bytes)]).await;
        let refused = refused.faulty(&[&format!("file: {code}")]);
        assert!(refused.text.contains(name), "{}", refused.text);
    }
    jo.attaches(&ticket, &[("body", "no file")], &[]).await.faulty(&["file: required"]);
    jo.attaches(&ticket, &[("body", "x"), ("to", "y")], &[("a.pdf", PDF)])
        .await
        .faulty(&["to: unknown_field"]);
    let eleven: Vec<(String, Vec<u8>)> =
        (1..=11).map(|n| (format!("{n}.txt"), format!("file {n}").into_bytes())).collect();
    let eleven: Vec<(&str, &[u8])> = eleven.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let refused = jo.attaches(&ticket, &[], &eleven).await.faulty(&["file: too_many"]);
    assert!(refused.text.contains("11.txt"), "{}", refused.text);
    let path = ticket.path("attachments");
    jo.post(&path, serde_json::json!({"file": "x"})).await.refused(415, "not_multipart");
    let ask = jo.ask("POST", &path).body("multipart/form-data; boundary=b", "--b\r\nhello");
    ask.send().await.refused(400, "malformed");
    let (content_type, parts) = in_parts(&vec![("x", "y"); 1_001], &[]);
    jo.ask("POST", &path).body(&content_type, parts).send().await.refused(413, "too_large");
    assert_eq!(held(&desk).0, [""; 0], "nothing was kept");
    assert_eq!(jo.messages(&ticket).await.len(), 0);
    jo.attaches(&ticket, &[], &eleven[..10]).await.expect(201);
    assert_eq!(jo.sees_files(&ticket).await.len(), 10);
    assert_eq!(jo.messages(&ticket).await.len(), 1);
}

#[tokio::test]
async fn a_file_too_large_is_refused_in_words() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let large = noise(PDF, 30_000_000);
    let refused = jo.attaches(&ticket, &[("body", "all of it")], &[("large.pdf", &large)]).await;
    let refused = refused.refused(413, "too_large");
    assert!(refused.text.contains("large.pdf") && refused.text.contains("20 MB"), "{}", refused.text);

    let browser = desk.browses(JO).await;
    let page = browser.get(&format!("/t/{}", ticket.0)).await.expect(200);
    let back = browser
        .sends_files(
            &page,
            "message",
            &[("body", "Please see the form")],
            &[("a.pdf", PDF), ("large.pdf", &large)],
        )
        .await
        .expect(413);
    let back = back.shows(&["Please see the form", "There is a problem", "large.pdf", "20 MB", "a.pdf"]);
    assert_eq!(carried(&back).len(), 1, "what was small enough is carried along");
    assert_eq!(jo.messages(&ticket).await.len(), 0);
    // Beyond patience, also for who is nobody here.
    let nobody = desk.browser().sends_files(&page, "message", &[], &[("large.pdf", &large)]).await;
    nobody.leads(&format!("/session?next=%2Ft%2F{}", ticket.0));
    let enough = noise(PDF, 20_000_000);
    jo.attaches(&ticket, &[], &[("enough.pdf", &enough)]).await.expect(201);
    assert!(fetches(&jo, &ticket, 1).await.bytes == enough);
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn names_are_harmless_wherever_they_are_shown() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let long = format!("{}.txt", "x".repeat(400));
    let names = [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\offer.txt", "offer.txt"),
        ("a\"b.txt", "a_b.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
        ("invoice\u{202e}txt.exe.txt", "invoicetxt.exe.txt"),
        ("<script>alert(1)<.txt", "_script_alert(1)_.txt"),
        ("it's & co.txt", "it's & co.txt"),
        (&long, &format!("{}.txt", "x".repeat(146))),
        ("..", "file"),
    ];
    let files: Vec<(&str, &[u8])> = names.iter().map(|(raw, _)| (*raw, &b"words"[..])).collect();
    jo.attaches(&ticket, &[], &files).await.expect(201);
    let expected: Vec<&str> = names.iter().map(|(_, clean)| *clean).collect();
    assert_eq!(jo.sees_files(&ticket).await, expected);
    for id in 1..=names.len() {
        let file = fetches(&jo, &ticket, i64::try_from(id).unwrap()).await;
        let said = file.header("Content-Disposition");
        let name = said.strip_prefix("attachment; filename*=UTF-8''").unwrap();
        assert!(!name.contains(['"', ';', '/', '\\', ' ']), "{said}");
        assert_eq!((file.bytes.as_slice(), file.header("Set-Cookie")), (&b"words"[..], ""));
    }
    let page = desk.browses(PRIYA).await.get(&format!("/t/{}", ticket.0)).await.expect(200);
    page.shows(&["it&#39;s &#38; co.txt"]).hides(&["\u{202e}"]);
}

#[tokio::test]
async fn the_same_bytes_are_kept_once() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let other = desk.partner("birk").await.contact("bo").await;
    let theirs = other.files("Price list is old", P3).await;
    let long = noise(PDF, 600_000);
    jo.attaches(&ticket, &[], &[("one.pdf", &long), ("two.pdf", &long)]).await.expect(201);
    jo.attaches(&ticket, &[], &[("three.pdf", &long)]).await.expect(201);
    other.attaches(&theirs, &[], &[("four.pdf", &long)]).await.expect(201);
    let (blobs, chunks) = held(&desk);
    assert_eq!((blobs.len(), chunks), (1, vec!["3".to_owned()]));
    assert!(blobs[0].ends_with(" 600000"), "{blobs:?}");
    assert_eq!(jo.sees_files(&ticket).await, ["one.pdf", "two.pdf", "three.pdf"]);
    assert_eq!(other.sees_files(&theirs).await, ["four.pdf"]);
    // At once, from several.
    let fresh = noise(PNG, 700_000);
    let files = [("same.png", fresh.as_slice())];
    let all = tokio::join!(
        jo.attaches(&ticket, &[], &files),
        other.attaches(&theirs, &[], &files),
        other.attaches(&theirs, &[], &files)
    );
    for answer in [all.0, all.1, all.2] {
        answer.expect(201);
    }
    assert_eq!(held(&desk).1, ["6"]);
    assert!(fetches(&jo, &ticket, 4).await.bytes == fresh);
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn a_page_takes_files_and_shows_them_below_the_message() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let browser = desk.browses(JO).await;
    let place = format!("/t/{}", ticket.0);
    let page =
        browser.get(&place).await.expect(200).shows(&["enctype=\"multipart/form-data\"", "type=\"file\""]);
    let done = format!("{place}?done=message");
    let files: [(&str, &[u8]); 2] = [("form.pdf", PDF), ("shot.png", PNG)];
    browser.sends_files(&page, "message", &[("body", "Signed.")], &files).await.leads(&done);
    let page =
        browser.get(&place).await.expect(200).shows(&["Signed.", "form.pdf", "shot.png", "/attachments/2"]);
    // Without files a browser sends a nameless empty one; without parts it works as ever.
    browser.sends_files(&page, "message", &[("body", "Only words.")], &[("", b"")]).await.leads(&done);
    let page = browser.get(&place).await;
    browser.send(&page, "message", &[("body", "Plainly.")]).await.leads(&done);
    let page = browser.get(&place).await;
    browser.sends_files(&page, "message", &[("body", "")], &[("more.txt", b"words")]).await.leads(&done);
    let bodies: Vec<_> = jo.messages(&ticket).await.iter().map(|m| m["body"].clone()).collect();
    assert_eq!(bodies, ["Signed.", "Only words.", "Plainly.", "Attached: more.txt"]);
    // A form without the session's token brings nothing.
    let page = browser.get(&place).await;
    let form = page.form("message").with("form_token", Some("x"));
    let fields: Vec<(&str, &str)> = form.fields().chain([("body", "forged")]).collect();
    let (content_type, body) = in_parts(&fields, &[("forged.pdf", &noise(PDF, 2_000))]);
    browser.post_body(&form.action, &content_type, body).await.expect(403).shows(&["out of date", "forged"]);
    assert_eq!(held(&desk).0.len(), 3);
    // Other forms take either encoding, and no files.
    let staff = desk.browses(PRIYA).await;
    let page = staff.get(&place).await;
    let order = [("priority", "P3"), ("category", ""), ("team", ""), ("owner", ""), ("reason", "one deal")];
    staff
        .sends_files(&page, "triage", &order, &[("x.pdf", &noise(PDF, 3_000))])
        .await
        .leads(&format!("{place}?done=triage"));
    assert_eq!(held(&desk).0.len(), 3);
}

#[tokio::test]
async fn a_form_that_comes_back_keeps_its_files() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let browser = desk.browses(JO).await;
    let place = format!("/t/{}", ticket.0);
    let page = browser.get(&place).await.expect(200);
    let files: [(&str, &[u8]); 3] = [("form.pdf", PDF), ("shot.png", PNG), ("page.html", HTML)];
    let back = browser.sends_files(&page, "message", &[("body", "Please look")], &files).await.expect(422);
    let back = back.shows(&["Please look", "form.pdf (", "shot.png (", "page.html", "untick one"]);
    let kept = carried(&back);
    assert_eq!(kept.len(), 2);
    // One is left out, and one more comes.
    let typed = [("body", "Please look"), ("kept", kept[0].as_str())];
    let more: [(&str, &[u8]); 1] = [("more.txt", b"words")];
    browser.sends_files(&back, "message", &typed, &more).await.leads(&format!("{place}?done=message"));
    assert_eq!(jo.sees_files(&ticket).await, ["form.pdf", "more.txt"]);
    // What somebody else was given opens nothing, nor does what nobody was given.
    let kim = desk.browses("kim@acme.example").await;
    let page = kim.get(&place).await.expect(200);
    let forged = format!("{}x", kept[1]);
    for token in [kept[1].as_str(), &forged, "x.y", ""] {
        let typed = [("body", "Stolen"), ("kept", token)];
        kim.send(&page, "message", &typed).await;
    }
    assert_eq!(jo.sees_files(&ticket).await, ["form.pdf", "more.txt"]);
}

#[tokio::test]
async fn an_issue_is_filed_with_files_that_outlast_a_preview() {
    let desk = TestDesk::open().await;
    let browser = desk.browses(JO).await;
    let page = browser.get("/file?group=price").await.expect(200).shows(&["enctype=\"multipart/form-data\""]);
    let filled = [
        ("category", "price.approval_late"),
        ("impact", "one_blocked"),
        ("urgency", "within_5_days"),
        ("subject", "Special price not approved"),
        ("description", "Asked for two weeks ago."),
        ("value.currency", "EUR"),
    ];
    let with = |more: &[(&'static str, &str)]| -> Vec<(String, String)> {
        filled.iter().chain(more).map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    };
    let files: [(&str, &[u8]); 2] = [("quote.pdf", PDF), ("shot.png", PNG)];
    let asked = with(&[("act", "preview")]);
    let asked: Vec<(&str, &str)> = asked.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let preview = browser.sends_files(&page, "file", &asked, &files).await.expect(200);
    let preview = preview.shows(&["Nothing is filed yet", "quote.pdf (", "shot.png ("]);
    let kept = carried(&preview);
    assert_eq!(kept.len(), 2);
    let send = with(&[("act", "file"), ("kept", &kept[0]), ("kept", &kept[1])]);
    let send: Vec<(&str, &str)> = send.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let filed = browser.sends_files(&preview, "file", &send, &[("", b"")]).await;
    filed.leads("/file/done/PI-1001");
    // The same form once more files nothing more.
    browser.sends_files(&preview, "file", &send, &[("", b"")]).await.leads("/file/done/PI-1001");
    let ticket = Ticket("PI-1001".to_owned());
    let jo = desk.partner("acme").await.contact("jo").await;
    assert_eq!(jo.lists("").await.len(), 1);
    let all = jo.get(&ticket.path("attachments")).await.expect(200);
    assert_eq!(all["items"][0]["message"], serde_json::Value::Null);
    assert_eq!(jo.sees_files(&ticket).await, ["quote.pdf", "shot.png"]);
    desk.staff("priya").await.replies(&ticket, "Thank you.").await;
    let page = desk.browses(PRIYA).await.get("/t/PI-1001").await.expect(200);
    let (first, _) = page.html.split_once("Thank you.").unwrap();
    assert!(
        first.contains("quote.pdf") && first.contains("/t/PI-1001/attachments/2"),
        "under the description"
    );
    assert_eq!(desk.browses(JO).await.downloads("/t/PI-1001/attachments/1").await.bytes, PDF);
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn bytes_that_nobody_wants_go_after_a_day() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let browser = desk.browses(JO).await;
    let page = browser.get(&format!("/t/{}", ticket.0)).await.expect(200);
    let files: [(&str, &[u8]); 2] = [("left.pdf", &noise(PDF, 600_000)), ("page.html", HTML)];
    let back = browser.sends_files(&page, "message", &[("body", "x")], &files).await.expect(422);
    jo.attaches(&ticket, &[], &[("wanted.pdf", PDF)]).await.expect(201);
    assert_eq!(held(&desk), (held(&desk).0, vec!["4".to_owned()]));
    desk.advance_wall(hours(23));
    desk.looks().await;
    assert_eq!(held(&desk).1, ["4"]);
    desk.advance_wall(hours(2));
    desk.looks().await;
    assert_eq!(held(&desk).1, ["1"], "only what a message brought is there");
    let jo = desk.partner("acme").await.contact("jo").await;
    assert_eq!(fetches(&jo, &ticket, 1).await.bytes, PDF);
    // Whoever comes back with the form then is told, and loses nothing else.
    let browser = desk.browses(JO).await;
    let page = browser.get(&format!("/t/{}", ticket.0)).await.expect(200);
    let typed = [("body", "At last"), ("kept", &carried(&back)[0])];
    browser.send(&page, "message", &typed).await.expect(422).shows(&["At last", "sent too long ago"]);
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn letters_name_the_files_and_bring_none() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let priya = desk.staff("priya").await;
    priya.attaches(&ticket, &[("body", "The new quote.")], &[("quote.pdf", PDF)]).await.expect(201);
    let letter = desk.letters(&ticket).into_iter().rfind(|l| l.to == JO).unwrap();
    let named = format!("quote.pdf, {} bytes", PDF.len());
    assert!(letter.text.contains(&named), "{}", letter.text);
    assert!(letter.html.contains("quote.pdf"));
    assert!(!String::from_utf8_lossy(&letter.raw).contains("application/pdf"));
    jo.attaches(&ticket, &[("body", "Signed.")], &[("signed.pdf", PDF)]).await.expect(201);
    let letter = desk.letters(&ticket).into_iter().rfind(|l| l.to == PRIYA).unwrap();
    assert!(letter.text.contains("signed.pdf"), "{}", letter.text);

    let mut complaint = draft("Nobody calls us back", P2);
    complaint["category"] = "rel.am_unresponsive".into();
    let pat = desk.partner("acme").await.principal().await;
    let secret = pat.files_as(complaint).await.as_ticket();
    pat.attaches(&secret, &[("body", "Proof.")], &[("proof.pdf", PDF)]).await.expect(201);
    let owner = pat.sees(&secret).await["owner"].as_str().unwrap().to_owned();
    let staff = desk.signed_in(&owner).await;
    staff.attaches(&secret, &[], &[("answer.pdf", PDF)]).await.expect(201);
    for letter in desk.letters(&secret) {
        assert!(!letter.text.contains(".pdf") && !letter.html.contains(".pdf"), "{}", letter.text);
    }
}

#[tokio::test]
async fn bytes_that_are_gone_are_found_missing() {
    let (desk, jo, ticket) = with_a_ticket().await;
    let long = noise(PDF, 600_000);
    jo.attaches(&ticket, &[], &[("short.pdf", PDF), ("long.pdf", &long)]).await.expect(201);
    let database = desk.closed().await;
    database.must_hold();
    database.breaks(
        "DELETE FROM blob_chunks WHERE hash = (SELECT blob FROM attachments WHERE name = 'short.pdf');
        DELETE FROM blob_chunks WHERE number = 2",
    );
    let (holds, said) = database.verified();
    assert!(!holds, "{said}");
    assert!(said.contains("PI-1001 attachment 1: attachment_without_bytes"), "{said}");
    assert!(said.contains("PI-1001 attachment 2: attachment_size_wrong: 524288 of its 600000"), "{said}");
    assert!(said.contains("2 broken"), "{said}");
}
