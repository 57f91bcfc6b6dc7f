//! Letters leave: whatever the mail server does, none is lost, none delays anybody, and
//! what goes out twice is the same twice.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use lizard::clock::Clock;
use lizard::desk::delivery;
use lizard::desk::delivery::Moment;
use lizard::domain::letter::{About, Kind, Side};
use lizard::jobs::delivery::{Tally, deliver};
use lizard::jobs::{self, Pace};
use lizard::mail::mailer::Failure;
use lizard::mail::post::post;
use lizard::store::Db;
use mail_parser::MessageParser;
use serde_json::{Value, json};

use super::support::*;
use super::tour::{Serving, free_port};

const NOTHING: Tally = Tally { sent: 0, dropped: 0, retried: 0, dead: 0 };
const SENT: Tally = Tally { sent: 1, ..NOTHING };
const RETRIED: Tally = Tally { retried: 1, ..NOTHING };
const DEAD: Tally = Tally { dead: 1, ..NOTHING };

/// Invites somebody, which causes a letter; quickly, whatever becomes of it.
async fn invites(desk: &TestDesk, first: &str) {
    let ada = desk.staff("ada").await;
    let new = json!({"email": format!("{first}@acme.example"), "name": first, "partner": "acme"});
    let begun = Instant::now();
    ada.post("/contacts", new).await.expect(201);
    assert!(begun.elapsed() < Duration::from_secs(3), "nobody waits for the mail server");
}

/// The newest letter, as administrators see it.
async fn newest(desk: &TestDesk) -> Value {
    desk.staff("ada").await.pages("/outbox").await.remove(0)
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written_and_is_noted() {
    let sink = Sink::start(Behaviour::Normal).await;
    let desk = TestDesk::mailing(&sink.url()).await;
    invites(&desk, "nina").await;
    let waiting = newest(&desk).await;
    assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("queued"), &json!(0)));
    assert_eq!(waiting["next_try_at"], Value::Null);
    assert_eq!(desk.delivers().await, SENT);
    assert_eq!(desk.delivers().await, NOTHING);
    let taken = sink.letters().remove(0);
    assert_eq!((taken.from.as_str(), taken.to), ("lizard@localhost", vec!["nina@acme.example".to_owned()]));
    let read = MessageParser::default().parse(&taken.raw).unwrap();
    assert_eq!(read.subject(), Some("Your access to Lizard"));
    assert!(read.body_text(0).unwrap().contains("/invitation/"));
    let sent = newest(&desk).await;
    assert_eq!(sent["message_id"], format!("<{}>", read.message_id().unwrap()));
    assert_eq!((&sent["state"], &sent["attempts"]), (&json!("sent"), &json!(1)));
    assert_eq!(sent["settled_at"], wire("2026-11-23 10:20"));
    assert_eq!(sent["trouble"], Value::Null);
    // Lonely dots and the like.
    let letter = desk.letter(Kind::Reset, "jo@acme.example", None).await;
    let text = letter.text.clone();
    desk.posts(letter).await;
    assert_eq!(desk.delivers().await, SENT);
    let raw = sink.letters().remove(1).raw;
    let read = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), text);
    assert!(read.body_html(0).unwrap().contains("Nothing moved."));
}

#[tokio::test]
async fn whatever_the_server_does_the_letter_leaves_in_the_end_and_is_the_same() {
    let mut sink = Sink::start(Behaviour::Down).await;
    let desk = TestDesk::mailing(&sink.url()).await;
    let troubles = [
        (Behaviour::Down, "the connection was refused"),
        (Behaviour::Refuses(450), "450 4.1.1 mailbox busy or greylisted"),
        (Behaviour::DropsAfterData, "the server ended the conversation, or speaks no SMTP"),
        (Behaviour::Garbage, "the connection failed"),
    ];
    for (n, (behaviour, trouble)) in troubles.into_iter().enumerate() {
        sink.behave(behaviour).await;
        invites(&desk, &format!("nina{n}")).await;
        assert_eq!(desk.delivers().await, RETRIED, "{behaviour:?}");
        let waiting = newest(&desk).await;
        assert_eq!((&waiting["state"], &waiting["attempts"]), (&json!("queued"), &json!(1)));
        assert_eq!(waiting["trouble"], trouble, "{behaviour:?}");
        assert!(waiting["next_try_at"].is_string());
        sink.behave(Behaviour::Normal).await;
        assert_eq!(desk.delivers().await, NOTHING, "not before its time");
        desk.advance_wall(minutes(1));
        assert_eq!(desk.delivers().await, SENT, "{behaviour:?}");
        let sent = newest(&desk).await;
        assert_eq!((&sent["state"], &sent["attempts"]), (&json!("sent"), &json!(2)));
        assert_eq!((&sent["trouble"], &sent["next_try_at"]), (&Value::Null, &Value::Null));
    }
    let twice = sink.unanswered();
    assert_eq!(twice.len(), 1);
    assert_eq!(twice[0], sink.letters()[2], "byte for byte");
    assert_eq!(sink.letters().len(), troubles.len());
}

#[tokio::test]
async fn a_server_that_does_not_know_us_is_no_fault_of_the_letter() {
    let mut sink = Sink::start(Behaviour::KnowsNobody).await;
    let url = sink.url().replace("smtp://", "smtp://desk:wrong@");
    let desk = TestDesk::mailing(&url).await;
    invites(&desk, "nina").await;
    assert_eq!(desk.delivers().await, RETRIED);
    assert_eq!(newest(&desk).await["trouble"], "535 5.7.8 our sign-in is refused");
    // A server without sign-ins is not sent a letter behind the operator's back.
    sink.behave(Behaviour::Normal).await;
    desk.advance_wall(minutes(1));
    assert_eq!(desk.delivers().await, RETRIED);
    assert_eq!(newest(&desk).await["trouble"], "the server cannot do what is needed");
    // Encryption that is required and not offered.
    let desk = TestDesk::mailing(&format!("{}?tls=required", sink.url())).await;
    invites(&desk, "nina").await;
    assert_eq!(desk.delivers().await, RETRIED);
    assert!(sink.letters().is_empty());
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up_at_once_and_sent_again_by_hand() {
    let mut sink = Sink::start(Behaviour::Refuses(550)).await;
    let desk = TestDesk::mailing(&sink.url()).await;
    let ada = desk.staff("ada").await;
    invites(&desk, "nina").await;
    let id = newest(&desk).await["id"].clone();
    let resend = format!("/outbox/{id}/resend");
    ada.post(&resend, json!({})).await.refused(409, "not_dead");
    assert_eq!(desk.delivers().await, DEAD);
    let dead = newest(&desk).await;
    assert_eq!((&dead["state"], &dead["attempts"]), (&json!("dead"), &json!(1)));
    assert_eq!(dead["trouble"], "550 5.1.1 mailbox unavailable", "and not where it went");
    assert_eq!(ada.pages("/outbox?state=dead").await.len(), 1);
    assert_eq!(ada.pages("/outbox?state=sent,queued").await.len(), 0);
    ada.get("/outbox?state=lost").await.faulty(&["state: unknown"]);
    ada.post(&resend, json!({"colour": "red"})).await.faulty(&["colour: unknown_field"]);
    ada.post("/outbox/4711/resend", json!({})).await.refused(404, "not_found");
    ada.post("/outbox/x/resend", json!({})).await.refused(404, "not_found");
    ada.post("/outbox/9223372036854775807/resend", json!({})).await.refused(404, "not_found");
    sink.behave(Behaviour::Normal).await;
    assert_eq!(desk.delivers().await, NOTHING);
    let again = ada.post(&resend, json!({})).await.expect(202);
    assert_eq!((&again["state"], &again["attempts"]), (&json!("queued"), &json!(0)));
    assert_eq!(desk.delivers().await, SENT);
    ada.post(&resend, json!({})).await.refused(409, "not_dead");
    assert_eq!(sink.letters().len(), 1);
}

#[tokio::test]
async fn nobody_waits_while_the_server_is_slow() {
    let sink = Sink::start(Behaviour::Slow(Duration::from_millis(400))).await;
    let desk = TestDesk::mailing(&sink.url()).await;
    invites(&desk, "nina").await;
    let app = desk.app.clone();
    let pass = tokio::spawn(async move { deliver(&app).await.unwrap() });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    desk.staff("ada").await.get("/outbox").await.expect(200);
    assert_eq!(newest(&desk).await["state"], "sending");
    invites(&desk, "omar").await;
    assert!(!pass.is_finished(), "{:?}", begun.elapsed());
    assert!(pass.await.unwrap().sent >= 1);
    desk.delivers().await;
    assert_eq!(sink.letters().len(), 2);
}

#[tokio::test]
async fn after_a_day_of_failures_it_is_given_up_and_an_administrator_sends_it_again() {
    let desk = TestDesk::open().await;
    desk.holds_letters();
    desk.mail().fails(Some("nina@acme.example"), Failure::passing("the connection was refused"));
    invites(&desk, "nina").await;
    invites(&desk, "omar").await;
    assert_eq!(
        desk.delivers().await,
        Tally { sent: 1, retried: 1, ..NOTHING },
        "one does not hold up another"
    );
    let mut tries = 1;
    let begun = desk.wall.now();
    loop {
        desk.advance_wall(minutes(5));
        tries += match desk.delivers().await {
            NOTHING => 0,
            RETRIED => 1,
            DEAD => break,
            other => panic!("{other}"),
        };
        assert!(tries < 100);
    }
    assert!(tries > 20, "{tries}");
    let waited = desk.wall.now().duration_since(begun);
    assert!(waited <= hours(24) && waited > hours(22), "{waited}");
    let ada = desk.browses("ada@lizard.example").await;
    let page = ada.get("/admin/outbox?state=dead").await.expect(200);
    let page = page.shows(&["Given up", "the connection was refused", "nina@acme.example"]);
    let page = page.hides(&["omar@acme.example"]);
    let dead = ada.get("/admin/outbox").await.expect(200);
    assert_eq!(dead.count("/resend\""), 1, "only what was given up is sent again");
    let id = newest(&desk).await["id"].as_i64().unwrap() - 1;
    let form = format!("/admin/outbox/{id}/resend");
    ada.post(&form, &[]).await.expect(403);
    ada.send(&page, &form, &[]).await.leads("/admin/outbox?done=resend");
    ada.send(&page, &form, &[]).await.expect(409).shows(&["Only a letter that was given up"]);
    desk.mail().works();
    assert_eq!(desk.delivers().await, SENT);
    assert_eq!(desk.mailbox().len(), 2);
    ada.get("/admin/outbox").await.expect(200).hides(&["/resend\""]);
}

#[tokio::test]
async fn two_services_on_one_database_send_each_letter_once() {
    let desk = TestDesk::open().await;
    let twin = desk.twin().await;
    for _ in 0..60 {
        desk.posts(desk.letter(Kind::Reset, "jo@acme.example", None).await).await;
    }
    let here = desk.app.clone();
    let (one, other) = tokio::join!(
        tokio::spawn(async move { deliver(&here).await.unwrap() }),
        tokio::spawn(async move { deliver(&twin).await.unwrap() }),
    );
    assert_eq!(one.unwrap().sent + other.unwrap().sent, 60);
    let posts = desk.mailbox();
    let distinct: BTreeSet<&str> = posts.iter().map(|p| p.name.as_str()).collect();
    assert_eq!((posts.len(), distinct.len()), (60, 60));
}

fn moment(desk: &TestDesk) -> Moment {
    Moment { business: desk.clock.now(), wall: desk.wall.now() }
}

#[tokio::test]
async fn what_a_dead_deliverer_had_goes_out_again_byte_for_byte() {
    let desk = TestDesk::open().await;
    desk.posts(desk.letter(Kind::Reset, "jo@acme.example", None).await).await;
    let now = moment(&desk);
    let claim = move |db: &mut Db| delivery::claim(db, "the dead one", now);
    let parcel = desk.app.store.write(claim).await.unwrap().unwrap();
    let sent = post(parcel.id, &parcel.letter, parcel.created_at).unwrap();
    desk.app.mailer.send(sent).await.unwrap();
    assert_eq!(desk.delivers().await, NOTHING, "it may still be alive");
    desk.advance_wall(minutes(4));
    assert_eq!(desk.delivers().await, SENT);
    let posts = desk.mailbox();
    assert_eq!(posts.len(), 2);
    assert_eq!(posts[0], posts[1]);
    // It wakes up, and has nothing to say any more.
    let (lizard, now) = (desk.app.desk.clone(), moment(&desk));
    let late = move |db: &mut Db| delivery::accepted(&lizard, db, &parcel, "the dead one", now);
    assert!(!desk.app.store.write(late).await.unwrap());
    let letter = newest(&desk).await;
    assert_eq!((&letter["state"], &letter["attempts"]), (&json!("sent"), &json!(2)));
}

#[tokio::test]
async fn a_message_counts_when_the_letter_that_carries_it_is_accepted() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let priya = desk.staff("priya").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.holds_letters();
    desk.advance(minutes(30));
    priya.replies(&ticket, "We ask pricing.").await;
    let first_reply = async || jo.promises(&ticket).await[0]["outcome"].clone();
    assert_eq!(first_reply().await, Value::Null);
    let about = About { message: Some(1), ..desk.about(&ticket, Side::Partner).await };
    desk.mail().fails(None, Failure::passing("not now"));
    assert_eq!(desk.delivers().await, RETRIED);
    assert_eq!(first_reply().await, Value::Null, "an unsent letter keeps no promise");
    desk.mail().works();
    desk.advance(minutes(10));
    desk.advance_wall(minutes(10));
    assert_eq!(desk.delivers().await, SENT);
    assert_eq!(first_reply().await, "kept");
    let events = priya.events(&ticket).await;
    let delivered: Vec<&Value> = events.iter().filter(|e| e["kind"] == "message_delivered").collect();
    assert_eq!(delivered.len(), 1);
    assert_eq!(delivered[0]["at"], wire("2026-11-23 11:00"));
    let promises = jo.promises(&ticket).await;
    let next = promises.iter().find(|p| p["kind"] == "next_update").unwrap();
    assert_eq!(next["due"], wire("2026-11-24 11:00"), "a gap after the delivery");
    // A copy of the same message to somebody else changes nothing.
    let version = jo.sees(&ticket).await.etag();
    desk.posts(desk.letter(Kind::FirstReply, "kim@acme.example", Some(about)).await).await;
    assert_eq!(desk.delivers().await, SENT);
    assert_eq!(jo.sees(&ticket).await.etag(), version);
}

#[tokio::test]
async fn a_letter_that_is_given_up_is_told_to_its_ticket_and_to_staff_only() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let about = desk.about(&ticket, Side::Partner).await;
    desk.holds_letters();
    desk.mail().fails(Some("jo@acme.example"), Failure::last("550 mailbox unavailable"));
    desk.posts(desk.letter(Kind::Received, "jo@acme.example", Some(about)).await).await;
    // The owner and the principal are told, who calls whom.
    assert_eq!(desk.delivers().await, Tally { sent: 2, dead: 1, ..NOTHING });
    let told: Vec<String> =
        desk.mails().iter().rev().take(2).map(|m| format!("{} {}", m.kind, m.to)).collect();
    assert_eq!(told, ["undelivered pat@acme.example", "undelivered priya@lizard.example"]);
    // Said once a day, however many letters come back.
    desk.posts(desk.letter(Kind::Update, "jo@acme.example", Some(about)).await).await;
    assert_eq!(desk.delivers().await, DEAD);
    let (priya, ada) = (desk.staff("priya").await, desk.staff("ada").await);
    let events = priya.events(&ticket).await;
    let told = events.iter().find(|e| e["kind"] == "undelivered").unwrap();
    let data =
        json!({"person": "jo@acme.example", "letter": "received", "trouble": "550 mailbox unavailable"});
    assert_eq!(told["data"], data);
    assert!(!jo.events(&ticket).await.iter().any(|e| e["kind"] == "undelivered"));
    // Staff see the mail of a ticket, administrators its envelopes, the partner's side neither.
    let seen = priya.get(&ticket.path("letters")).await.expect(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["state"] == "dead" && l["kind"] == "received")
        .unwrap()
        .clone();
    assert_eq!((&seen["number"], &seen["ticket"]), (&json!("M1"), &json!(ticket.0)));
    assert_eq!(seen["subject"], "[PI-1001] Special price not approved");
    let envelope = ada.get(&ticket.path("letters")).await.expect(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["state"] == "dead")
        .unwrap()
        .clone();
    assert_eq!((&envelope["state"], &envelope["subject"]), (&json!("dead"), &Value::Null));
    assert!(!newest(&desk).await.to_string().contains("Special price"));
    jo.get(&ticket.path("letters")).await.refused(403, "forbidden");
    desk.token("r", None).await.get(&ticket.path("letters")).await.refused(403, "forbidden");
    desk.partner("birk")
        .await
        .contact("bo")
        .await
        .get(&ticket.path("letters"))
        .await
        .refused(404, "not_found");
    let path = format!("/t/{}", ticket.0);
    let shown = ["Mail", "Received", "Jo Brandt", "Given up", "550 mailbox unavailable"];
    let page = desk.browses("priya@lizard.example").await.get(&path).await.expect(200).shows(&shown);
    page.shows(&["A letter did not reach Jo Brandt (received)"]);
    let page = desk.browses("ada@lizard.example").await.get(&path).await.expect(200).shows(&shown);
    page.hides(&["Special price"]);
    desk.browses("jo@acme.example").await.get(&path).await.expect(200).hides(&["550", "Given up"]);
}

#[tokio::test]
async fn what_is_no_longer_true_does_not_leave() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.holds_letters();
    let arrived = desk.mailbox().len();
    let about = About { rung: Some(2), ..desk.about(&ticket, Side::Internal).await };
    let mut early = desk.letter(Kind::HeadsUp, "tom@lizard.example", Some(about)).await;
    early.not_before = berlin("2026-11-23 11:00");
    desk.posts(early).await;
    assert_eq!(desk.delivers().await, NOTHING, "not in its reader's quiet hours");
    jo.escalates(&ticket).await.expect(201);
    desk.advance(hours(1));
    // Jo, Tom and Priya hear of the press, and Tom no more that it is coming.
    assert_eq!(desk.delivers().await, Tally { sent: 3, dropped: 1, ..NOTHING });
    let letters = desk.staff("ada").await.pages("/outbox?state=dropped").await;
    let letter = letters[0].clone();
    assert_eq!(
        (&letter["state"], &letter["trouble"]),
        (&json!("dropped"), &json!("the rung was reached meanwhile"))
    );
    assert_eq!(desk.mailbox().len(), arrived + 3);
    desk.staff("ada")
        .await
        .post(&format!("/outbox/{}/resend", letter["id"]), json!({}))
        .await
        .refused(409, "not_dead");
}

#[tokio::test]
async fn an_administrator_finds_no_letter_of_a_complaint_about_them() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut complaint = draft("Ada forgot us", P3);
    complaint["category"] = json!("rel.roles_unclear");
    complaint["about"] = json!("ada@lizard.example");
    let ticket = jo.files_as(complaint).await.as_ticket();
    desk.holds_letters();
    let about = desk.about(&ticket, Side::Internal).await;
    let id = desk.posts(desk.letter(Kind::Assigned, "priya@lizard.example", Some(about)).await).await;
    desk.posts(desk.letter(Kind::Assigned, "ada@lizard.example", Some(about)).await).await;
    desk.mail().fails(None, Failure::last("refused"));
    assert_eq!(desk.delivers().await, Tally { dropped: 1, dead: 2, ..NOTHING }, "and the letter about that");
    let ada = desk.staff("ada").await;
    assert!(ada.pages("/outbox").await.is_empty());
    ada.post(&format!("/outbox/{id}/resend"), json!({})).await.refused(404, "not_found");
    ada.get(&ticket.path("letters")).await.refused(404, "not_found");
    desk.browses("ada@lizard.example").await.get("/admin/outbox").await.expect(200).hides(&[&ticket.0]);
}

#[tokio::test]
async fn letters_become_files_that_any_mail_program_reads() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("mail");
    let desk = TestDesk::mailing(&format!("folder:{}", place.display())).await;
    for _ in 0..3 {
        desk.posts(desk.letter(Kind::Reset, "jo@acme.example", None).await).await;
    }
    assert_eq!(desk.delivers().await, Tally { sent: 3, ..NOTHING });
    let files: Vec<_> = std::fs::read_dir(&place).unwrap().map(|f| f.unwrap().path()).collect();
    assert_eq!(files.len(), 3);
    for file in files {
        assert_eq!(file.extension().unwrap(), "eml");
        let raw = std::fs::read(&file).unwrap();
        let read = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(read.subject(), Some("[PI-1001] Special price not approved"));
        assert_eq!(read.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
    }
}

#[tokio::test]
async fn a_letter_leaves_as_soon_as_it_is_caused() {
    let desk = TestDesk::open().await;
    let jobs = jobs::start(desk.app.clone(), Pace::STEADY);
    // The tick at the start is over.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begun = Instant::now();
    invites(&desk, "nina").await;
    while desk.mailbox().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(3), "nobody was nudged");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    jobs.stop().await;
}

#[tokio::test]
async fn a_stop_waits_for_the_letters_in_flight_and_begins_no_other() {
    let sink = Sink::start(Behaviour::Slow(Duration::from_millis(150))).await;
    let desk = TestDesk::mailing(&sink.url()).await;
    for _ in 0..12 {
        desk.posts(desk.letter(Kind::Reset, "jo@acme.example", None).await).await;
    }
    let jobs = jobs::start(desk.app.clone(), Pace::STEADY);
    tokio::time::sleep(Duration::from_millis(400)).await;
    jobs.stop().await;
    let ada = desk.staff("ada").await;
    let sent = ada.pages("/outbox?state=sent").await.len();
    assert!((1..12).contains(&sent), "{sent}");
    assert_eq!(sink.letters().len(), sent);
    assert_eq!(ada.pages("/outbox?state=queued").await.len(), 12 - sent, "and none is left half-way");
}

#[tokio::test]
async fn the_service_delivers_by_itself_and_the_command_beside_it() {
    let database = Database::fresh();
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path(), free_port(), &database.text());
    let invited =
        serving.lizard("user add --email ada@lizard.example --name Ada --role admin").output().unwrap();
    assert!(invited.status.success());
    let mail = folder.path().join("data/mail");
    let begun = Instant::now();
    while std::fs::read_dir(&mail).map_or(0, Iterator::count) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing leaves");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let output = serving.lizard("deliver").output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, "0 sent, 0 dropped, 0 to try again, 0 given up\n");
}

/// Sent to whom, about a ticket, and of what kind; its id.
async fn sent(desk: &TestDesk, ticket: &Ticket, kind: &str) -> Value {
    let letters = desk.staff("ada").await.get(&ticket.path("letters")).await.expect(200).json;
    let all = letters["items"].as_array().unwrap();
    all.iter().find(|l| l["kind"] == kind).unwrap()["id"].clone()
}

#[tokio::test]
async fn a_hard_bounce_later_on_undoes_the_delivery() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let (jo, priya, ada) = (acme.contact("jo").await, desk.staff("priya").await, desk.staff("ada").await);
    let ticket = jo.files("Special price not approved", P2).await;
    desk.passes_to("2026-11-23 11:00").await;
    priya.replies(&ticket, "We ask pricing.").await;
    desk.passes_to("2026-11-23 16:00").await;
    priya.replies(&ticket, "Pricing has it.").await;
    let update = async || {
        let promises = jo.promises(&ticket).await;
        let open = promises.iter().find(|p| p["kind"] == "next_update" && p["outcome"].is_null());
        open.unwrap()["due"].clone()
    };
    assert_eq!(update().await, wire("2026-11-24 16:00"));
    let letter = sent(&desk, &ticket, "update").await;
    let bounce = format!("/outbox/{letter}/bounce");
    let why = json!({"reason": "550 5.1.1 no such mailbox"});
    desk.passes_to("2026-11-23 16:30").await;
    ada.post(&bounce, json!({})).await.faulty(&["reason: required"]);
    let came_back = ada.post(&bounce, why.clone()).await.expect(200);
    assert_eq!((&came_back["state"], &came_back["trouble"]), (&json!("bounced"), &why["reason"]));
    assert_eq!(update().await, wire("2026-11-24 11:00"), "a gap after the message before it");
    let kinds = |events: &[Value]| -> Vec<String> {
        events.iter().map(|e| e["kind"].as_str().unwrap().to_owned()).collect()
    };
    let events = priya.events(&ticket).await;
    assert_eq!(kinds(&events).iter().filter(|k| *k == "bounced" || *k == "undelivered").count(), 2);
    let told = |m: &Mail| m.kind == "undelivered" && m.to == "priya@lizard.example";
    assert_eq!(desk.letters(&ticket).iter().filter(|m| told(m)).count(), 1);
    // Again, nothing.
    let again = ada.post(&bounce, json!({"reason": "again"})).await.expect(200);
    assert_eq!(again["trouble"], why["reason"]);
    assert_eq!(priya.events(&ticket).await.len(), events.len());
    ada.post(&format!("/outbox/{letter}/resend"), json!({})).await.refused(409, "not_dead");
    ada.post("/outbox/4711/bounce", why.clone()).await.refused(404, "not_found");
    // The first reply comes back too, a day later: its outcome stands, and silence is broken.
    desk.passes_to("2026-11-24 10:00").await;
    let first = sent(&desk, &ticket, "first_reply").await;
    ada.post(&format!("/outbox/{first}/bounce"), why).await.expect(200);
    let promises = jo.promises(&ticket).await;
    let outcomes: Vec<String> = promises
        .iter()
        .filter(|p| p["kind"] != "resolution")
        .map(|p| p["outcome"].as_str().unwrap_or("open").to_owned())
        .collect();
    assert_eq!(outcomes, ["kept", "kept", "withdrawn", "withdrawn", "open"]);
    assert_eq!(update().await, wire("2026-11-24 10:20"), "a gap after it was filed");
    desk.closed().await.must_hold();
}

#[tokio::test]
async fn what_was_not_sent_cannot_come_back_and_a_button_says_that_it_did() {
    let desk = TestDesk::open().await;
    desk.holds_letters();
    invites(&desk, "nina").await;
    let id = newest(&desk).await["id"].clone();
    let why = json!({"reason": "550 no such mailbox"});
    desk.staff("ada").await.post(&format!("/outbox/{id}/bounce"), why).await.refused(409, "not_sent");
    let ada = desk.browses("ada@lizard.example").await;
    ada.get("/admin/outbox").await.expect(200).hides(&["/bounce\""]);
    assert_eq!(desk.delivers().await, SENT);
    let page = ada.get("/admin/outbox").await.expect(200);
    let form = format!("/admin/outbox/{id}/bounce");
    ada.post(&form, &[("reason", "x")]).await.expect(403);
    ada.send(&page, &form, &[("reason", "")]).await.expect(422);
    ada.send(&page, &form, &[("reason", "550 no such mailbox")]).await.leads("/admin/outbox?done=bounce");
    let page = ada.get("/admin/outbox?state=bounced").await.expect(200);
    page.shows(&["Came back", "550 no such mailbox", "nina@acme.example"]).hides(&["/bounce\""]);
}

/// Number 27 of the list of others' mistakes (`src/domain/ticket/tests/mistakes.rs`).
#[tokio::test]
async fn mistake_27_a_change_of_a_partner_is_mailed_to_everybody_about_every_ticket() {
    let desk = TestDesk::open().await;
    let (jo, ada) = (desk.partner("acme").await.contact("jo").await, desk.staff("ada").await);
    let (open, over) = (jo.files("Special price not approved", P2).await, jo.files("Rebates", P4).await);
    desk.staff("priya").await.resolves(&over).await.expect(201);
    jo.confirms(&over).await.expect(201);
    desk.delivers().await;
    let (mails, events) = (desk.mails().len(), jo.events(&open).await.len() + jo.events(&over).await.len());
    let change =
        json!({"name": "Acme Group", "tier": "gold", "time_zone": "Europe/London", "region": "EMEA"});
    ada.patch("/partners/acme", change).await.expect(200);
    desk.looks().await;
    desk.delivers().await;
    assert_eq!(desk.mails().len(), mails);
    assert_eq!(jo.events(&open).await.len() + jo.events(&over).await.len(), events);
    desk.closed().await.must_hold();
}
