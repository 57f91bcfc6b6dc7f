//! What was acknowledged is still there: after an orderly stop, and after a crash.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::support::*;
use super::tour::{Serving, free_port};

/// Everything that is told of a ticket.
async fn whole(reader: &Actor, ticket: &Ticket) -> Vec<Value> {
    let seen = reader.sees(ticket).await;
    let etag = json!(seen.etag());
    let mut all = vec![seen.json, etag];
    all.extend(reader.events(ticket).await);
    all.extend(reader.promises(ticket).await);
    all.extend(reader.messages(ticket).await);
    all
}

#[tokio::test]
async fn everything_is_as_it_was_after_a_stop_and_a_start() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let (priya, dana) = (desk.staff("priya").await, desk.staff("dana").await);
    let key = "filed once";
    let body = draft("Special price not approved", P2);
    let filed = jo.ask("POST", "/tickets").key(key).json(&body).send().await.expect(201);
    let first = Ticket(filed["reference"].as_str().unwrap().to_owned());
    let second = jo.files("Another one", P3).await;
    priya.replies(&first, "We are on it.").await;
    priya.notes(&first, "ask pricing").await.expect(201);
    priya.waits(&first, "partner", &wire("2026-11-24 12:00")).await.expect(200);
    jo.escalates(&second).await.expect(201);
    priya.resolves(&second).await.expect(201);
    let asked = json!({"email": "jo@acme.example", "password": PASSWORD});
    let session = desk.nobody().post("/session", asked).await.expect(200).json;
    let mut before = vec![whole(&dana, &first).await, whole(&dana, &second).await];
    before.push(dana.lists("").await);

    let desk = desk.reopened().await;
    let dana = desk.staff("dana").await;
    let mut after = vec![whole(&dana, &first).await, whole(&dana, &second).await];
    after.push(dana.lists("").await);
    assert_eq!(before, after);
    // Sessions live on, and so do the answers already given.
    let jo = desk.bearer(session["access_token"].as_str().unwrap());
    let again = jo.ask("POST", "/tickets").key(key).json(&body).send().await.expect(201);
    assert_eq!(again.text, filed.text);
    let renewal = json!({"refresh_token": session["refresh_token"]});
    desk.nobody().post("/session/refresh", renewal).await.expect(200);
    // The clocks go on where they were.
    desk.is_at("2026-11-24 13:00");
    jo.replies(&first, "Sorry, I was ill.").await;
    let ended = jo.events(&first).await;
    assert!(ended.iter().any(|e| e["kind"] == "wait_ended" && e["data"]["why"] == "ran_out"), "{ended:?}");
}

#[tokio::test]
async fn what_was_acknowledged_before_a_crash_is_there_after_it() {
    let database = Database::fresh();
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let mut serving = Serving::start(folder.path(), port, &database.text());
    for add in [
        "user add --email ada@lizard.example --name Ada --role admin",
        "user add --email priya@lizard.example --name Priya --role desk",
        "user add --email tom@lizard.example --name Tom --role channel_manager",
    ] {
        with_password(&mut serving.lizard(add));
    }
    let client = reqwest::Client::new();
    let nobody = Actor::new(&client, &url, "nobody", None);
    let bearer = async |email: &str| {
        let asked = json!({"email": email, "password": PASSWORD});
        let given = nobody.post("/session", asked).await.expect(200);
        Actor::new(&client, &url, email, Some(given["access_token"].as_str().unwrap().to_owned()))
    };
    let ada = bearer("ada@lizard.example").await;
    let acme = json!({
        "name": "Acme", "slug": "acme", "region": "emea", "time_zone": "Europe/Berlin",
        "channel_manager": "tom@lizard.example",
    });
    ada.post("/partners", acme).await.expect(201);
    let mut jo = serving.lizard("user add --email jo@acme.example --name Jo --role contact --partner acme");
    with_password(&mut jo);
    let jo = bearer("jo@acme.example").await;

    // Filed by many until the process is killed under them.
    let mut filers = JoinSet::new();
    for filer in 0..8 {
        let jo = jo.clone();
        filers.spawn(async move {
            let mut acknowledged = Vec::new();
            for n in 0..10_000 {
                let key = format!("{filer}.{n}");
                match jo.ask("POST", "/tickets").key(&key).json(&draft(&key, P3)).try_send().await {
                    Some(answer) => acknowledged.push(answer.expect(201)["reference"].clone()),
                    None => return (acknowledged, key),
                }
            }
            panic!("nobody killed it");
        });
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    serving.kill();
    let told = filers.join_all().await;

    let _serving = Serving::start(folder.path(), port, &database.text());
    let there: Vec<Value> = jo.lists("").await;
    let references: Vec<&Value> = there.iter().map(|t| &t["reference"]).collect();
    let acknowledged: usize = told.iter().map(|(all, _)| all.len()).sum();
    assert!(acknowledged > 0, "something was filed before the crash");
    for (all, _) in &told {
        for reference in all {
            assert!(references.contains(&reference), "{reference} was acknowledged, and is lost");
        }
    }
    // What was under way is repeated under its key, and happens once.
    for (_, key) in &told {
        jo.ask("POST", "/tickets").key(key).json(&draft(key, P3)).send().await.expect(201);
    }
    let there = jo.lists("").await;
    assert_eq!(there.len(), acknowledged + told.len());
    for ticket in &there {
        assert_eq!(ticket["owner"], "priya@lizard.example");
    }
}

fn with_password(command: &mut Command) {
    let mut child: Child =
        command.arg("--password-stdin").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}
