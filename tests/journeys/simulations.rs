//! Other rules, tried before they are taken: `lizard simulate`, `/simulations`, and tickets
//! written down as lines.

use lizard::configuration::{CALENDARS, LADDER};
use serde_json::{Value, json};

use super::support::*;

/// The built-in ladder, with rung 2 of a P2 after 6 bh and not after 4.
fn later() -> String {
    let (head, p2) = LADDER.text.split_once("[P2]").unwrap();
    let (p2, rest) = p2.split_once("[P3]").unwrap();
    let changed = p2.replacen("4 bh", "6 bh", usize::MAX);
    format!("{head}[P2]{changed}[P3]{rest}")
}

/// A file with this text.
fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

/// A ticket that a lot happens to: filed on Monday at 10:20, closed on Wednesday.
async fn lively(desk: &TestDesk) -> Ticket {
    let acme = desk.partner("acme").await;
    let (jo, pat) = (acme.contact("jo").await, acme.principal().await);
    let (priya, tom) = (desk.staff("priya").await, desk.staff("tom").await);
    let ticket = jo.files("Special price not approved", P2).await;
    desk.lets_pass(hours(1)).await;
    priya.replies(&ticket, "We have it.").await;
    priya.triages(&ticket, json!({"team": "order_ops", "reason": "theirs"})).await.expect(200);
    let dates = json!({
        "milestones": [{"label": "committee", "due": wire("2026-11-25 12:00")}],
        "resolution": wire("2026-11-27 12:00"), "reason": "the committee meets on Wednesday",
    });
    priya.put(&ticket.path("timetable"), dates).await.expect(200);
    // Rung 2 is reached by its clock.
    desk.passes_to("2026-11-23 15:00").await;
    tom.post(&ticket.path("acknowledgement"), json!({})).await.expect(201);
    let hold = json!({"reason": "the committee answers today", "until": wire("2026-11-24 16:00")});
    tom.post(&ticket.path("holds"), hold).await.expect(201);
    jo.replies(&ticket, "Any news?").await;
    priya.waits(&ticket, "partner", &wire("2026-11-24 15:00")).await.expect(200);
    desk.passes_to("2026-11-24 11:00").await;
    jo.replies(&ticket, "Here is the form.").await;
    jo.post(&ticket.path("timetable/acceptance"), json!({})).await.expect(201);
    pat.escalates(&ticket).await.expect(201);
    priya.replies(&ticket, "Maria is on it.").await;
    desk.passes_to("2026-11-25 10:00").await;
    priya.resolves(&ticket).await.expect(201);
    desk.lets_pass(hours(1)).await;
    jo.refuses(&ticket).await.expect(201);
    desk.lets_pass(hours(2)).await;
    priya.resolves(&ticket).await.expect(201);
    desk.lets_pass(hours(1)).await;
    jo.confirms(&ticket).await.expect(201);
    ticket
}

/// What `lizard simulate` answers as JSON, with these arguments besides.
fn simulated(desk: &TestDesk, arguments: &str) -> Value {
    let said = desk.database().lizard(&format!("simulate --format json {arguments}")).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).unwrap()
}

/// What stands of each rung: tickets under the present rules, and under the proposed ones.
fn tickets(simulation: &Value) -> Vec<(u64, u64, u64)> {
    let count = |rung: &Value, side: &str| rung[side]["tickets"].as_u64().unwrap();
    let rungs = simulation["rungs"].as_array().unwrap();
    rungs.iter().map(|r| (r["rung"].as_u64().unwrap(), count(r, "present"), count(r, "proposed"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_written_down_as_lines_is_replayed_as_it_was() {
    let desk = TestDesk::open().await;
    let ticket = lively(&desk).await;
    let lines = desk.staff("priya").await.get(&ticket.path("events?format=jsonl")).await.expect(200);
    assert_eq!(lines.header("Content-Type"), "application/jsonl");
    let events: Vec<Value> = lines.text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(events.len() > 40, "{}", lines.text);
    assert_eq!(events[0]["what"]["kind"], "opened");
    assert!(events.iter().zip(1..).all(|(e, n)| e["ticket"] == ticket.0.as_str() && e["number"] == n));
    let asked = desk.staff("tom").await.ask("GET", &ticket.path("events"));
    let same = asked.header("Accept", "application/jsonl").send().await.expect(200);
    assert_eq!(same.text, lines.text);

    // Two dates broken: from rung 3, where the principal's press had brought it, to the top.
    let ladder = desk.staff("priya").await.sees(&ticket).await["ladder"].clone();
    let causes: Vec<&Value> = ladder.as_array().unwrap().iter().map(|r| &r["cause"]).collect();
    assert_eq!(causes, ["opened", "clock", "press", "broken_promises"]);

    let (ladder, events) = (file(LADDER.text), file(&lines.text));
    let (ladder, events) = (ladder.path().display(), events.path().display());
    let until = wire("2026-11-30 10:00");
    for source in [format!("--ticket-events {events}"), "--since 2026-11-01".to_owned()] {
        let found = simulated(&desk, &format!("--ladder {ladder} --until {until} {source}"));
        assert_eq!(found["tickets"], 1, "{found}");
        assert_eq!(found["differ"], json!({"count": 0, "first": []}));
        assert_eq!(found["not_replayed"], json!([]));
        assert_eq!(found["refused"], json!([]));
        assert_eq!(tickets(&found), [(2, 1, 1), (3, 1, 1), (4, 1, 1)]);
        for rung in found["rungs"].as_array().unwrap() {
            assert_eq!(rung["present"], rung["proposed"], "the same ladder makes no difference");
        }
        for each in found["people"].as_array().unwrap() {
            assert!(each["person"].as_str().unwrap().ends_with("@lizard.example"), "{each}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_difference_is_shown_before_a_ladder_is_changed() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let quick = jo.files("Answered in five hours", P2).await;
    let slow = jo.files("Nobody answers", P2).await;
    desk.passes_to("2026-11-23 15:20").await;
    let priya = desk.staff("priya").await;
    priya.resolves(&quick).await.expect(201);
    desk.passes_to("2026-11-24 09:30").await;
    let before = (jo.sees(&quick).await.text, jo.sees(&slow).await.text);

    let ada = desk.staff("ada").await;
    let asked = json!({"ladder_toml": later()});
    let found = ada.post("/simulations", asked.clone()).await.expect(200).json;
    assert_eq!((&found["opened"], &found["tickets"]), (&json!(2), &json!(2)));
    assert_eq!(tickets(&found)[0], (2, 2, 1), "{found}");
    let shift = json!({"tickets": 1, "earliest_hours": 2.0, "median_hours": 2.0, "latest_hours": 2.0});
    assert_eq!(found["rungs"][0]["shift"], shift);
    let tom = found["people"].as_array().unwrap().iter().find(|p| p["person"] == "tom@lizard.example");
    let tom = tom.unwrap();
    assert_eq!((&tom["present"]["notices"], &tom["proposed"]["notices"]), (&json!(2), &json!(1)));
    assert_eq!(found["differ"]["count"], 0);
    let limited =
        ada.post("/simulations", json!({"ladder_toml": later(), "limit": 1})).await.expect(200).json;
    assert_eq!((&limited["opened"], &limited["tickets"]), (&json!(2), &json!(1)));
    let since = json!({"ladder_toml": later(), "since": wire("2026-11-24 09:00")});
    assert_eq!(ada.post("/simulations", since).await.expect(200)["tickets"], 0);
    // By the command the same, and as a table.
    let ladder = file(&later());
    let arguments = format!(
        "--ladder {} --since 2026-11-01 --until {}",
        ladder.path().display(),
        wire("2026-11-24 09:30")
    );
    assert_eq!(tickets(&simulated(&desk, &arguments)), tickets(&found));
    let table = desk.database().lizard(&format!("simulate {arguments}")).output().unwrap();
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("1 reach it under both: +2.00 h later in the median"), "{table}");
    // Other calendars.
    let round = CALENDARS.text.replace("emea = \"standard\"", "emea = \"around_the_clock\"");
    let round = ada.post("/simulations", json!({"calendars_toml": round})).await.expect(200).json;
    // Round the clock a day is 24 hours: the owner is warned of rung 3 after twelve, and not after four.
    let warned = |side: &str| round["rungs"][1][side]["heads_ups"].as_u64().unwrap();
    assert!(warned("present") > warned("proposed"), "{round}");

    assert_eq!(before, (jo.sees(&quick).await.text, jo.sees(&slow).await.text), "nothing has changed");
    desk.database().must_hold();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_mistakes_is_told_of_all_of_them_and_their_lines() {
    let desk = TestDesk::open().await;
    let ada = desk.staff("ada").await;
    let bad = LADDER.text.replace("\"4 bh\"", "\"4 parsecs\"").replace("\"15 bd\"", "\"soon\"");
    let answer = ada.post("/simulations", json!({"ladder_toml": bad, "calendars_toml": "default = 3"})).await;
    let answer = answer.refused(422, "invalid");
    let of = |field: &str| answer.faults().iter().filter(|f| **f == format!("{field}: mistake")).count();
    assert!(of("ladder_toml") >= 2 && of("calendars_toml") >= 1, "{}", answer.text);
    assert!(answer.text.contains("line "), "{}", answer.text);
    let ladder = file(&bad);
    let said =
        desk.database().lizard(&format!("simulate --ladder {}", ladder.path().display())).output().unwrap();
    assert_eq!(said.status.code(), Some(1));
    let text = String::from_utf8_lossy(&said.stderr);
    let name = ladder.path().display().to_string();
    assert!(text.lines().filter(|l| l.contains(&format!("{name}:"))).count() >= 2, "{text}");
    ada.post("/simulations", json!({})).await.faulty(&["ladder_toml: required"]);
    ada.post("/simulations", json!({"ladder_toml": "", "limit": 0}))
        .await
        .faulty(&["ladder_toml: empty", "limit: invalid"]);
    let without = desk.database().lizard("simulate").output().unwrap();
    assert_eq!(without.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_simulate_and_only_who_sees_internals_exports() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    for first in ["priya", "tom", "dana"] {
        let asked = json!({"ladder_toml": LADDER.text});
        desk.staff(first).await.post("/simulations", asked).await.refused(403, "forbidden");
    }
    jo.post("/simulations", json!({})).await.refused(403, "forbidden");
    let export = ticket.path("events?format=jsonl");
    jo.get(&export).await.refused(403, "forbidden");
    acme.principal().await.get(&export).await.refused(403, "forbidden");
    desk.partner("birk").await.contact("bo").await.get(&export).await.refused(404, "not_found");
    jo.get(&ticket.path("events?format=csv")).await.faulty(&["format: invalid"]);
    let shown = jo.events(&ticket).await;
    assert!(shown.iter().all(|e| e["data"].get("holders").is_none()), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_are_no_events_are_named_and_old_ones_are_not_guessed_at() {
    let desk = TestDesk::open().await;
    let ticket = lively(&desk).await;
    let lines = desk.staff("priya").await.get(&ticket.path("events?format=jsonl")).await.expect(200).text;
    let ladder = file(LADDER.text);
    let runs = |text: &str| {
        let events = file(text);
        let (ladder, events) = (ladder.path().display(), events.path().display());
        let arguments = format!("simulate --format json --ladder {ladder} --ticket-events {events}");
        let said = desk.database().lizard(&arguments).output().unwrap();
        (said.status.code(), String::from_utf8(said.stdout).unwrap(), String::from_utf8(said.stderr).unwrap())
    };
    let (code, _, why) = runs(&format!("{lines}{{\"ticket\": 3}}\n"));
    assert!(code == Some(1) && why.contains(&format!(":{}:", lines.lines().count() + 1)), "{why}");
    let without_the_fourth = |(i, line)| (i != 3).then_some(line);
    let gap: Vec<&str> = lines.lines().enumerate().filter_map(without_the_fourth).collect();
    let gap = gap.join("\n");
    assert!(runs(&gap).2.contains("is not the next one"), "{}", runs(&gap).2);
    let old = lines.replace("\"region\"", "\"region_of_old\"");
    let (code, said, why) = runs(&old);
    assert_eq!(code, Some(0), "{why}");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["not_replayed"], json!([{"code": "earlier_version", "count": 1, "first": [ticket.0]}]));
}
