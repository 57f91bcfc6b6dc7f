//! The ladder runs by itself, and everyone is told: stories of tickets that are left alone.

use insta::assert_snapshot;
use serde_json::json;

use super::support::*;

/// The timeline and every letter.
async fn story(desk: &TestDesk, ticket: &Ticket) -> String {
    format!("{}\n\nLetters\n{}", desk.transcript(ticket).await, desk.correspondence(ticket))
}

/// Of these kinds: when, what, to whom.
fn of_kinds(desk: &TestDesk, ticket: &Ticket, kinds: &[&str]) -> Vec<String> {
    let marks = desk.postmarks(ticket);
    marks.into_iter().filter(|m| kinds.iter().any(|kind| m.contains(&format!(" {kind} ")))).collect()
}

#[tokio::test]
async fn a_p1_left_alone_day_and_night_climbs_to_the_vp() {
    let desk = TestDesk::around_the_clock().await;
    desk.is_at("2026-11-23 09:00");
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Nobody can order", P1).await;
    desk.passes_to("2026-11-24 14:00").await;
    let ladder = ["heads_up", "rung_reached", "vp_notice", "renotified"];
    assert_eq!(
        of_kinds(&desk, &ticket, &ladder),
        [
            "Mon 23 Nov 09:30 heads_up priya",
            "Mon 23 Nov 09:45 heads_up tom",
            "Mon 23 Nov 10:00 rung_reached jo",
            "Mon 23 Nov 10:00 rung_reached tom",
            "Mon 23 Nov 10:00 rung_reached priya",
            "Mon 23 Nov 11:00 heads_up priya",
            "Mon 23 Nov 12:00 heads_up maria",
            "Mon 23 Nov 13:00 rung_reached jo",
            "Mon 23 Nov 13:00 rung_reached maria",
            "Mon 23 Nov 13:00 rung_reached tom",
            "Mon 23 Nov 13:00 rung_reached priya",
            "Mon 23 Nov 17:00 renotified maria",
            "Mon 23 Nov 21:00 heads_up priya",
            "Mon 23 Nov 21:00 renotified maria",
            "Mon 23 Nov 21:00 renotified dana",
            "Tue 24 Nov 01:00 renotified maria",
            "Tue 24 Nov 03:00 vp_notice dana",
            "Tue 24 Nov 05:00 renotified maria",
            "Tue 24 Nov 09:00 rung_reached jo",
            "Tue 24 Nov 09:00 rung_reached priya",
            "Tue 24 Nov 09:00 vp_notice dana",
            "Tue 24 Nov 09:00 rung_reached maria",
            "Tue 24 Nov 09:00 rung_reached tom",
            "Tue 24 Nov 13:00 renotified dana",
        ]
    );
    assert_snapshot!(story(&desk, &ticket).await);
}

#[tokio::test]
async fn a_p2_of_a_friday_afternoon_is_answered_by_monday_noon_also_when_the_clocks_change() {
    for (friday, monday, summer_ends) in [
        ("2026-11-20 16:30", "2026-11-23 12:30", false),
        ("2026-10-23 16:30", "2026-10-26 12:30", true),
        ("2027-03-12 16:30", "2027-03-15 12:30", false),
        ("2026-03-27 16:30", "2026-03-30 12:30", false),
    ] {
        let desk = TestDesk::open().await;
        desk.is_at(friday);
        let jo = desk.partner("acme").await.contact("jo").await;
        let filed = jo.files_as(draft("Special price not approved", P2)).await;
        let ticket = filed.as_ticket();
        assert_eq!(filed.ticket["timetable"][0]["due"], wire(monday), "{friday}");
        let received = desk.letters(&ticket).into_iter().find(|m| m.kind == "received").unwrap();
        assert!(received.text.contains("12:30"), "{}", received.text);
        desk.passes_to(monday).await;
        let outcome = &jo.promises(&ticket).await[0];
        assert_eq!((&outcome["outcome"], &outcome["decided_at"]), (&json!("broken"), &json!(wire(monday))));
        if summer_ends {
            assert_snapshot!(story(&desk, &ticket).await);
        }
    }
}

#[tokio::test]
async fn acknowledging_is_for_who_holds_the_rung_and_ends_the_reminders() {
    let desk = TestDesk::around_the_clock().await;
    desk.is_at("2026-11-23 09:00");
    let jo = desk.partner("acme").await.contact("jo").await;
    let (priya, tom, maria) = (desk.staff("priya").await, desk.staff("tom").await, desk.staff("maria").await);
    let ticket = jo.files("Nobody can order", P1).await;
    desk.passes_to("2026-11-23 17:30").await;
    for other in [&priya, &tom, &jo] {
        other.post(&ticket.path("acknowledgement"), json!({})).await.refused(403, "forbidden");
    }
    desk.partner("birk")
        .await
        .contact("bo")
        .await
        .post(&ticket.path("acknowledgement"), json!({}))
        .await
        .expect(404);
    let seen = maria.ask("POST", &ticket.path("acknowledgement")).send().await.expect(201);
    assert_eq!(seen["rung"]["acknowledged_at"], wire("2026-11-23 17:30"));
    let again = maria.post(&ticket.path("acknowledgement"), json!({})).await.expect(201);
    assert_eq!(again["rung"], seen["rung"], "a second time changes nothing");
    desk.passes_to("2026-11-24 08:00").await;
    assert_eq!(of_kinds(&desk, &ticket, &["renotified"]), ["Mon 23 Nov 17:00 renotified maria"]);
    desk.passes_to("2026-11-24 09:00").await;
    assert_eq!(jo.sees(&ticket).await["rung"]["number"], 4, "accepting is not solving");
}

#[tokio::test]
async fn a_claim_is_asked_about_three_times_and_closed_and_can_still_be_refused() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let priya = desk.staff("priya").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.passes_to("2026-11-23 11:00").await;
    priya.resolves(&ticket).await.expect(201);
    desk.passes_to("2026-12-04 12:00").await;
    assert_eq!(
        of_kinds(&desk, &ticket, &["resolved", "confirm_reminder"]),
        [
            "Mon 23 Nov 11:00 resolved jo",
            "Thu 26 Nov 11:00 confirm_reminder jo",
            "Mon 30 Nov 11:00 confirm_reminder jo",
            "Thu 3 Dec 11:00 confirm_reminder jo",
            "Thu 3 Dec 11:00 confirm_reminder priya",
        ]
    );
    let closed = jo.sees(&ticket).await;
    assert_eq!((&closed["state"], &closed["close_reason"]), (&json!("closed"), &json!("unconfirmed")));
    jo.confirms(&ticket).await.refused(409, "closed");
    let page = desk.browses("jo@acme.example").await.get(&format!("/t/{}", ticket.0)).await.expect(200);
    page.shows(&["No, not fixed"]).hides(&["Yes, it is fixed"]);
    let open = jo.refuses(&ticket).await.expect(201);
    assert_eq!((&open["state"], &open["rung"]["number"]), (&json!("open"), &json!(1)));
    let kinds: Vec<&str> =
        open["timetable"].as_array().unwrap().iter().map(|p| p["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["next_update", "resolution"], "an open ticket has both promises");
    assert_snapshot!(story(&desk, &ticket).await);
}

#[tokio::test]
async fn a_story_with_people_in_it_is_told_to_everyone_once() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, pat) = (acme.contact("jo").await, acme.principal().await);
    let (priya, tom) = (desk.staff("priya").await, desk.staff("tom").await);
    let ticket = jo.files("Special price not approved", P2).await;
    desk.passes_to("2026-11-23 11:00").await;
    priya.replies(&ticket, "I am on it. The committee decides on Wednesday.").await;
    let dates = json!({
        "milestones": [{"label": "Margin check", "due": wire("2026-11-24 16:00")}],
        "resolution": wire("2026-11-25 12:00"),
    });
    priya.put(&ticket.path("timetable"), dates).await.expect(200);
    desk.passes_to("2026-11-24 10:00").await;
    let later = json!({
        "milestones": [{"label": "Margin check", "due": wire("2026-11-24 16:00"), "done": true}],
        "resolution": wire("2026-11-26 09:00"),
        "reason": "the margin check found a list-price error",
    });
    priya.put(&ticket.path("timetable"), later).await.expect(200);
    desk.passes_to("2026-11-24 11:30").await;
    pat.escalates(&ticket).await.expect(201);
    tom.replies(&ticket, "I have put pricing and product in one call at 15:00 today.").await;
    priya.waits(&ticket, "partner", &wire("2026-11-26 12:00")).await.expect(200);
    desk.passes_to("2026-11-24 14:00").await;
    jo.replies(&ticket, "Here is the signed form.").await;
    desk.passes_to("2026-11-25 15:00").await;
    priya.resolves(&ticket).await.expect(201);
    jo.refuses(&ticket).await.expect(201);
    priya.resolves(&ticket).await.expect(201);
    jo.confirms(&ticket).await.expect(201);
    assert_snapshot!(story(&desk, &ticket).await);
}

#[tokio::test]
async fn whom_a_complaint_is_about_gets_no_letter_and_others_no_word_of_it() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut complaint = draft("Tom never calls back", P2);
    complaint["category"] = json!("rel.am_unresponsive");
    complaint["description"] = json!("Three weeks of silence from Mr Berg.");
    let ticket = jo.files_as(complaint).await.as_ticket();
    desk.passes_to("2026-11-27 12:00").await;
    desk.staff("priya").await.replies(&ticket, "We are sorry; Maria looks at it.").await;
    let letters = desk.letters(&ticket);
    assert!(letters.len() > 8, "{}", letters.len());
    assert!(letters.iter().all(|m| m.reader() != "tom"), "{:?}", desk.postmarks(&ticket));
    assert!(desk.mails().iter().all(|m| m.reader() != "tom"), "nothing at all");
    for letter in &letters {
        let whole = String::from_utf8_lossy(&letter.raw).into_owned() + &letter.text + &letter.html;
        for word in ["Tom", "Berg", "calls back", "silence", "We are sorry"] {
            assert!(!whole.contains(word), "{word} in {} to {}", letter.kind, letter.to);
        }
    }
}

#[tokio::test]
async fn threads_of_the_two_sides_never_meet() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price\u{a0}not approved", P2).await;
    desk.passes_to("2026-11-26 12:00").await;
    let letters = desk.letters(&ticket);
    let (partner, internal): (Vec<&Mail>, Vec<&Mail>) =
        letters.iter().filter(|m| !m.references.is_empty()).partition(|m| m.reader() == "jo");
    assert!(partner.len() > 3 && internal.len() > 3);
    for one in &partner {
        assert_eq!(one.references[0], partner[0].references[0], "one thread");
        assert_eq!(one.subject, partner[0].subject, "one subject");
        for other in &internal {
            let shared =
                one.references.iter().chain([&one.message_id]).any(|id| other.references.contains(id));
            assert!(!shared, "{} and {}", one.subject, other.subject);
        }
    }
    for pair in partner.windows(2) {
        assert_eq!(pair[1].in_reply_to.as_ref(), Some(&pair[0].message_id));
    }
    let human = letters.iter().filter(|m| !m.automatic).count();
    assert_eq!(human, 0, "nobody wrote anything");
    desk.staff("priya").await.replies(&ticket, "Sorry.").await;
    assert!(!desk.letters(&ticket).last().unwrap().automatic);
}

#[tokio::test]
async fn the_watchdog_tells_what_is_late() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let seen = async |path: &str| desk.client.get(format!("{}{path}", desk.url)).send().await.unwrap();
    let figure = async |name: &str| -> i64 {
        let text = seen("/metrics").await.text().await.unwrap();
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{name} ")))
            .unwrap_or_else(|| panic!("{text}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!(seen("/readyz").await.status(), 200);
    let ticket = jo.files("Special price not approved", P2).await;
    desk.passes_to("2026-11-23 12:00").await;
    assert_eq!((figure("lizard_sweep_lag_seconds").await, figure("lizard_outbox_unsent").await), (0, 0));
    // Nobody looks for an hour and forty minutes after the first warning was due.
    desk.is_at("2026-11-23 14:00");
    assert_eq!(figure("lizard_sweep_lag_seconds").await, 6000);
    let late = seen("/readyz").await;
    assert_eq!(late.status(), 503);
    assert_eq!(late.text().await.unwrap(), "database: ok\nsweeps: 6000 s behind\noutbox: ok\n");
    desk.holds_letters();
    jo.escalates(&ticket).await.expect(201);
    desk.is_at("2026-11-23 14:16");
    assert_eq!(figure("lizard_outbox_lag_seconds").await, 960);
    assert!(figure("lizard_outbox_unsent").await >= 3);
    assert_eq!(figure("lizard_exceptions").await, 1);
    assert!(seen("/readyz").await.text().await.unwrap().contains("outbox: 960 s behind"));
    desk.looks().await;
    assert_eq!((seen("/readyz").await.status().as_u16(), figure("lizard_outbox_dead").await), (200, 0));
}

#[tokio::test]
async fn nothing_in_a_subject_or_a_name_becomes_a_header() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut hostile = draft("Prices", P2);
    hostile["subject"] = json!("Prices =?utf-8?q?=0D=0ABcc:_all@acme.example?= <script>");
    let ticket = jo.files_as(hostile).await.as_ticket();
    for letter in desk.letters(&ticket) {
        let raw = String::from_utf8(letter.raw.clone()).unwrap();
        let head = raw.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        assert!(!letter.html.contains("<script>"));
    }
}
