//! A clock that jumps: days ahead in one step, and back. What follows is what would have
//! followed anyway.

use std::collections::{BTreeMap, BTreeSet};

use lizard::clock::Clock;
use lizard::jobs::delivery::Tally;
use lizard::jobs::sweep::sweep;
use lizard::mail::mailer::Failure;
use serde_json::{Value, json};

use super::support::*;

/// What takes effect whether anybody looks or not. The others say who was told, and when.
const EFFECTS: &str =
    "('opened', 'rung_reached', 'rung_moved', 'promise_made', 'promise_decided', 'wait_ended', 'closed')";

/// Every state in which clocks run or stand still. Subjects are the tickets' names.
async fn files_all_kinds(desk: &TestDesk) -> Vec<Ticket> {
    let acme = desk.partner("acme").await;
    let (jo, priya) = (acme.contact("jo").await, desk.staff("priya").await);
    let mut all = Vec::new();
    for priority in [P1, P2, P3, P4] {
        for name in ["untouched", "answered", "waits", "claimed", "refused", "pressed", "dated"] {
            all.push((name, jo.files(&format!("{name} {priority}"), priority).await));
        }
    }
    desk.lets_pass(minutes(10)).await;
    for (name, ticket) in &all {
        match *name {
            "answered" => drop(priya.replies(ticket, "We are on it.").await),
            "waits" => drop(priya.waits(ticket, "partner", &wire("2026-11-26 12:00")).await.expect(200)),
            "claimed" => drop(priya.resolves(ticket).await.expect(201)),
            "refused" => {
                priya.resolves(ticket).await.expect(201);
                jo.refuses(ticket).await.expect(201);
            }
            "pressed" => drop(jo.escalates(ticket).await.expect(201)),
            "dated" => {
                let dates = json!({
                    "resolution": wire("2026-11-27 12:00"), "reason": "the committee meets",
                    "milestones": [{"label": "committee", "due": wire("2026-11-25 12:00")}],
                });
                priya.put(&ticket.path("timetable"), dates).await.expect(200);
            }
            _ => {}
        }
    }
    all.into_iter().map(|(_, ticket)| ticket).collect()
}

/// What took effect on each ticket, by its subject, with the instants; and where it stands.
fn course_of(desk: &TestDesk) -> BTreeSet<String> {
    let events = desk.database().asks(&format!(
        "SELECT t.subject || ' ' || e.kind || ' ' || CAST(e.at AS TEXT) || ' ' || e.data AS value \
        FROM tickets t JOIN events e ON e.ticket_id = t.id WHERE e.kind IN {EFFECTS}"
    ));
    let states = desk
        .database()
        .asks("SELECT subject || ' is ' || state || ' on ' || CAST(rung AS TEXT) AS value FROM tickets");
    events.into_iter().chain(states).collect()
}

/// Nothing is reached, decided or warned of twice; what is written down later is noted later; no
/// promise ends before it begins.
fn must_be_sane(desk: &TestDesk) {
    let database = desk.database();
    let twice = database.asks(
        "SELECT t.subject || ' ' || e.kind || ' ' || e.data AS value FROM tickets t JOIN events e ON e.ticket_id = t.id \
        WHERE e.kind IN ('rung_reached', 'heads_up', 'exception', 'renotified', 'promise_made', 'promise_decided') \
        GROUP BY t.subject, e.kind, e.data HAVING count(*) > 1",
    );
    assert!(twice.is_empty(), "twice: {twice:#?}");
    let backwards = database.asks(
        "SELECT a.kind || ' before ' || b.kind AS value FROM events a JOIN events b \
        ON b.ticket_id = a.ticket_id AND b.number = a.number + 1 WHERE b.recorded_at < a.recorded_at",
    );
    assert!(backwards.is_empty(), "{backwards:#?}");
    let foreseen = database.asks("SELECT kind || data AS value FROM events WHERE at > recorded_at");
    assert!(foreseen.is_empty(), "{foreseen:#?}");
    let odd = database.asks(
        "SELECT t.subject || ': ' || p.kind AS value FROM tickets t JOIN promises p ON p.ticket_id = t.id \
        WHERE p.due_at < p.start_at OR p.decided_at < p.made_at",
    );
    assert!(odd.is_empty(), "{odd:#?}");
}

/// `ticket reader` of every letter, and how many. Those of one look, if the mailbox was emptied before.
fn told(desk: &TestDesk, seen: usize) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for mail in desk.mails().iter().skip(seen) {
        let reference = mail.message_id.split('.').next().unwrap();
        *all.entry(format!("{reference} {}", mail.to)).or_default() += 1;
    }
    all
}

#[tokio::test]
async fn eight_days_in_one_step_end_where_eight_days_of_looking_end() {
    let desk = TestDesk::open().await;
    let punctual = TestDesk::since(Database::file(), berlin("2026-11-23 10:20")).await;
    let tickets = files_all_kinds(&desk).await;
    files_all_kinds(&punctual).await;
    let seen = desk.mails().len();

    desk.advance(days(8));
    desk.looks().await;
    punctual.lets_pass(days(8)).await;
    let (late, on_time) = (course_of(&desk), course_of(&punctual));
    let differ: Vec<&String> = late.symmetric_difference(&on_time).collect();
    assert!(differ.is_empty(), "late and punctual differ in {differ:#?}");
    must_be_sane(&desk);
    must_be_sane(&punctual);

    // One honest letter for each ticket and reader.
    let told = told(&desk, seen);
    let several: Vec<_> = told.iter().filter(|(_, n)| **n > 1).collect();
    assert!(several.is_empty(), "{several:?}");
    for ticket in &tickets {
        let key = format!("{} jo@acme.example", ticket.0.to_lowercase());
        assert!(told.contains_key(&key), "the partner hears of {}", ticket.0);
    }
    // Whom nobody had warned is counted, each once for a rung.
    let exceptions = |desk: &TestDesk| {
        let all = desk.database().asks(
            "SELECT CAST(count(*) AS TEXT) AS value FROM events WHERE kind = 'exception' \
            UNION ALL SELECT CAST(count(*) AS TEXT) FROM events WHERE kind = 'rung_reached'",
        );
        (all[0].parse::<usize>().unwrap(), all[1].parse::<usize>().unwrap())
    };
    let (unwarned, reached) = exceptions(&desk);
    assert_eq!(unwarned, reached);
    let (unwarned, _) = exceptions(&punctual);
    assert_eq!(unwarned, 5, "those that were pressed, and one that a second broken date lifted");
    // And nothing is left for the next look.
    assert_eq!(sweep(&desk.app).await.unwrap().acted, 0);
}

#[tokio::test]
async fn a_clock_that_goes_back_an_hour_stops_nobody_and_repeats_nothing() {
    let desk = TestDesk::open().await;
    let tickets = files_all_kinds(&desk).await;
    desk.advance(days(8));
    desk.looks().await;
    let before = course_of(&desk);
    desk.clock.advance(hours(-1));
    assert_eq!(sweep(&desk.app).await.unwrap().acted, 0);
    assert_eq!(course_of(&desk), before);

    let acme = desk.partner("acme").await;
    let (jo, pat, priya) = (acme.contact("jo").await, acme.principal().await, desk.staff("priya").await);
    for ticket in &tickets {
        let seen = priya.sees(ticket).await;
        jo.replies(ticket, "Any news?").await;
        if seen["state"] != "open" {
            jo.confirms(ticket).await.expect(201);
            continue;
        }
        priya.replies(ticket, "Not yet.").await;
        let order = json!({"priority": "P2", "reason": "the clock went back"});
        priya.triages(ticket, order).await.expect(200);
        priya.waits(ticket, "partner", &wire("2026-12-03 12:00")).await.expect(200);
        priya.delete(&ticket.path("wait")).await.expect(200);
        priya.resolves(ticket).await.expect(201);
        jo.refuses(ticket).await.expect(201);
    }
    let fresh = jo.files("Filed in the hour that comes twice", P1).await;
    let pressed = pat.escalates(&fresh).await.expect(201);
    assert_eq!(pressed["rung"]["number"], 2);
    must_be_sane(&desk);

    // The hour passes again, and then everything else.
    desk.lets_pass(hours(2)).await;
    must_be_sane(&desk);
    desk.lets_pass(days(8)).await;
    must_be_sane(&desk);
    let up: Value = priya.sees(&fresh).await.json;
    assert_eq!(up["rung"]["number"], 4);
    assert_eq!(sweep(&desk.app).await.unwrap().acted, 0);
    let waiting = desk.staff("ada").await.pages("/outbox?state=queued,sending,dead").await;
    assert!(waiting.is_empty(), "{waiting:?}");
}

#[tokio::test]
async fn a_warning_is_one_though_the_clock_went_back_after_it() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.passes_to("2026-11-23 13:20").await;
    desk.advance(hours(-1));
    assert_eq!(jo.escalates(&ticket).await.expect(201)["rung"]["number"], 2);
    let events = desk.staff("dana").await.events(&ticket).await;
    let of_rung = |kind: &str| events.iter().filter(|e| e["kind"] == kind).count();
    assert_eq!(
        (of_rung("heads_up"), of_rung("rung_reached"), of_rung("exception")),
        (2, 1, 0),
        "{events:#?}"
    );
    must_be_sane(&desk);
}

#[tokio::test]
async fn a_wall_clock_that_goes_back_an_hour_delays_letters_by_no_more_than_that() {
    const NOTHING: Tally = Tally { sent: 0, dropped: 0, retried: 0, dead: 0 };
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    desk.holds_letters();
    jo.files("Special price not approved", P2).await;
    desk.advance_wall(hours(-1));
    let first = desk.delivers().await;
    assert!(first.sent > 0 && first == Tally { sent: first.sent, ..NOTHING }, "{first}");
    // One that is to be tried again waits for its time to come round.
    desk.mail().fails(None, Failure::passing("busy"));
    jo.files("Another one", P2).await;
    let tried = desk.delivers().await;
    assert_eq!(tried, Tally { retried: first.sent, ..NOTHING });
    desk.mail().works();
    desk.advance_wall(hours(-1));
    assert_eq!(desk.delivers().await, NOTHING);
    // Those who were signed in still are, and others sign in.
    jo.get("/me").await.expect(200);
    desk.partner("acme").await.contact("kim").await.get("/me").await.expect(200);
    desk.advance_wall(hours(1) + minutes(1));
    assert_eq!(desk.delivers().await, first);
    assert_eq!(desk.wall.now(), berlin("2026-11-23 09:21"));
}
