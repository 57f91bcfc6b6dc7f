//! A ticket's whole story as plain text: names instead of ids, times as they are in Berlin.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::{Actor, TestDesk, Ticket};

impl TestDesk {
    /// As the VP reads it, who sees everything.
    pub async fn transcript(&self, ticket: &Ticket) -> String {
        let reader = self.staff("dana").await;
        transcript(&reader, ticket).await
    }
}

pub async fn transcript(reader: &Actor, ticket: &Ticket) -> String {
    let t = reader.sees(ticket).await.expect(200).json;
    let mut out = String::new();
    let closed = t["close_reason"].as_str().map(|r| format!(" ({r})")).unwrap_or_default();
    line(&mut out, format!("{}: {}", t["reference"].as_str().unwrap(), t["subject"].as_str().unwrap()));
    line(
        &mut out,
        format!(
            "{}{closed}, {} because {}; {} of {} owns it",
            word(&t["state"]),
            word(&t["priority"]),
            word(&t["priority_reason"]),
            word(&t["owner_name"]),
            word(&t["team"])
        ),
    );
    line(&mut out, "\nLadder".to_owned());
    for rung in t["ladder"].as_array().unwrap() {
        let here = if rung["number"] == t["rung"]["number"] { ">" } else { " " };
        let reached = match rung["reached_at"].as_str() {
            Some(at) => format!(", reached {} ({})", when(at), word(&rung["cause"])),
            None => String::new(),
        };
        let due = rung["due"].as_str().map_or("never by itself".to_owned(), when);
        line(
            &mut out,
            format!(
                "{here} {} {} {}: {due}{reached}",
                rung["number"],
                word(&rung["name"]),
                word(&rung["holder_name"])
            ),
        );
    }
    line(&mut out, "\nPromises".to_owned());
    for p in reader.promises(ticket).await {
        let label = p["label"].as_str().map(|l| format!(" {l:?}")).unwrap_or_default();
        let outcome = match p["outcome"].as_str() {
            Some(outcome) => format!(", {outcome} {}", when(p["decided_at"].as_str().unwrap())),
            None => String::new(),
        };
        let before = p["supersedes"].as_i64().map(|n| format!(", for {n}")).unwrap_or_default();
        let why = p["reason"].as_str().map(|r| format!(": {r}")).unwrap_or_default();
        let due = when(p["due"].as_str().unwrap());
        line(&mut out, format!("{} {}{label} {due}{outcome}{before}{why}", p["number"], word(&p["kind"])));
    }
    line(&mut out, "\nTimeline".to_owned());
    let messages = reader.messages(ticket).await;
    for e in reader.events(ticket).await {
        let data = told(&e, &messages);
        let late = if e["at"] == e["recorded_at"] { "" } else { " (noted later)" };
        line(
            &mut out,
            format!(
                "{} {} {} {}{data}{late}",
                e["number"],
                when(e["at"].as_str().unwrap()),
                word(&e["by_name"]),
                word(&e["kind"])
            ),
        );
    }
    out
}

fn line(out: &mut String, text: String) {
    writeln!(out, "{}", text.trim_end()).unwrap();
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

/// `Mon 23 Nov 10:20`, in Berlin.
fn when(instant: &str) -> String {
    let at: Timestamp = instant.parse().unwrap();
    let at = at.to_zoned(TimeZone::get("Europe/Berlin").unwrap());
    let seconds = if at.second() == 0 { "" } else { ":%S" };
    at.strftime(&format!("%a %-d %b %H:%M{seconds}")).to_string()
}

/// What is told of an event's data: not what stands above already.
fn told(event: &Value, messages: &[Value]) -> String {
    let data = event["data"].as_object().unwrap();
    match event["kind"].as_str().unwrap() {
        "opened" => String::new(),
        "message_posted" => {
            let message = messages.iter().find(|m| m["number"] == data["message"]).unwrap();
            format!(" {} {:?}", word(&data["visibility"]), word(&message["body"]))
        }
        _ => pairs(data),
    }
}

fn pairs(data: &Map<String, Value>) -> String {
    let mut out = String::new();
    let mut names: Vec<&String> = data.keys().collect();
    names.sort();
    for name in names {
        let text = match &data[name] {
            Value::Null => continue,
            Value::Object(moved) => format!("{} -> {}", plain(&moved["old"]), plain(&moved["new"])),
            other => plain(other),
        };
        write!(out, " {name}={text}").unwrap();
    }
    out
}

/// Instants in Berlin, people without their domain.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if text.parse::<Timestamp>().is_ok() => format!("[{}]", when(text)),
        Value::String(text) => match text.split_once('@') {
            Some((first, _)) => first.to_owned(),
            None if text.contains(' ') => format!("{text:?}"),
            None => text.clone(),
        },
        other => other.to_string(),
    }
}
