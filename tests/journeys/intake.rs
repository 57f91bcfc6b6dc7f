//! Filing: what a partner gets at once, and what is refused with everything that is wrong.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::support::*;
use lizard::domain::person::Role;

/// The golden sample: a P2 whose bid closes on Thursday at noon.
fn golden() -> Value {
    json!({
        "category": "price.approval_late",
        "subject": "Special price for the Acme bid is not approved",
        "description": "We asked for it on the 10th.\nThe bid closes on Thursday.",
        "impact": "one_blocked",
        "deadline": wire("2026-11-26 12:00"),
        "value": {"amount": 180_000, "currency": "EUR"},
        "blocks": "the bid for the city of Ulm",
        "distributor": "Nordwind",
    })
}

fn dues(rungs: &Value) -> Vec<Value> {
    rungs.as_array().unwrap().iter().map(|r| r["due"].clone()).collect()
}

#[tokio::test]
async fn filing_names_an_owner_gives_two_promises_and_dates_the_ladder() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let filed = jo.files_as(golden()).await.ticket;

    assert_eq!(filed["reference"], "PI-1001");
    assert_eq!(filed["state"], "open");
    assert_eq!(filed["owner_name"], "Priya Nair");
    assert_eq!(filed["team"], "deal_desk");
    assert_eq!(filed["priority"], "P2");
    assert_eq!(
        filed["priority_reason"],
        "one deal, order or payment is blocked, and it must be solved within five business days"
    );
    assert_eq!(filed["rung"]["number"], 1);
    assert_eq!(filed["rung"]["holder"], "priya@lizard.example");
    let promises: Vec<(&Value, &Value)> =
        filed["timetable"].as_array().unwrap().iter().map(|p| (&p["kind"], &p["due"])).collect();
    assert_eq!(
        promises,
        [
            (&json!("first_reply"), &json!(wire("2026-11-23 14:20"))),
            (&json!("resolution"), &json!(wire("2026-11-26 10:20"))),
        ]
    );
    assert_eq!(
        dues(&filed["ladder"]),
        ["2026-11-23 10:20", "2026-11-23 14:20", "2026-11-24 10:20", "2026-11-25 14:52"].map(wire)
    );
    let holders: Vec<&str> =
        filed["ladder"].as_array().unwrap().iter().map(|r| r["holder_name"].as_str().unwrap()).collect();
    assert_eq!(holders, ["Priya Nair", "Tom Berg", "Maria Lopez", "Dana Cole"]);

    insta::assert_snapshot!(desk.transcript(&Ticket("PI-1001".to_owned())).await);
}

#[tokio::test]
async fn the_preview_says_what_filing_then_brings() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    for draft in [golden(), draft("x", P1), draft("x", P2), draft("x", P3), draft("x", P4)] {
        let preview = jo.post("/tickets/preview", draft.clone()).await.expect(200).json;
        let filed = jo.files_as(draft).await.ticket;
        for same in ["category", "team", "urgency", "priority", "priority_reason", "timetable"] {
            assert_eq!(preview[same], filed[same], "{same}");
        }
        assert_eq!(dues(&preview["ladder"]), dues(&filed["ladder"]));
        assert_eq!(preview["ladder"][0]["holder"], Value::Null, "nobody owns it yet");
        for rung in 1..4 {
            assert_eq!(preview["ladder"][rung]["holder"], filed["ladder"][rung]["holder"]);
        }
    }
    assert_eq!(jo.listed("").await.len(), 5, "a preview files nothing");
}

#[tokio::test]
async fn a_preview_needs_no_words_yet() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let bare = json!({"category": "order.delivery_late", "impact": "annoying", "urgency": "later"});
    let preview = jo.post("/tickets/preview", bare).await.expect(200);
    assert_eq!(preview["priority"], "P4");
    assert_eq!(preview["team"], "order_ops");
    assert_eq!(preview["ladder"][3]["due"], Value::Null, "a P4 never reaches the VP by itself");
}

#[tokio::test]
async fn filed_on_friday_at_half_past_four_a_reply_is_due_on_monday_at_half_past_twelve() {
    for (friday, monday) in [
        ("2026-11-27 16:30", "2026-11-30 12:30"),
        // The clocks go back in the night to Sunday, and forward.
        ("2026-10-23 16:30", "2026-10-26 12:30"),
        ("2027-03-19 16:30", "2027-03-22 12:30"),
        // Good Friday, Easter Monday and the change of the clocks.
        ("2027-03-25 16:30", "2027-03-30 12:30"),
    ] {
        let desk = TestDesk::open().await;
        desk.is_at(friday);
        let jo = desk.partner("acme").await.contact("jo").await;
        let filed = jo.files_as(draft("Special price not approved", P2)).await.ticket;
        assert_eq!(filed["timetable"][0]["kind"], "first_reply");
        assert_eq!(filed["timetable"][0]["due"], wire(monday), "filed {friday}");
        assert_eq!(filed["ladder"][1]["due"], wire(monday), "filed {friday}");
    }
}

#[tokio::test]
async fn a_deadline_within_a_day_makes_it_urgent_whatever_was_ticked() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    for (deadline, urgency, priority) in [
        ("2026-11-23 16:00", "within_1_day", "P1"),
        ("2026-11-24 10:20", "within_1_day", "P2"),
        ("2026-11-24 10:21", "within_5_days", "P2"),
        ("2026-11-30 10:20", "within_5_days", "P2"),
        ("2026-11-30 10:21", "later", "P3"),
    ] {
        let mut draft = draft("Special price not approved", P2);
        draft["urgency"] = json!("later");
        draft["deadline"] = json!(wire(deadline));
        let filed = jo.files_as(draft).await.ticket;
        assert_eq!(
            (&filed["urgency"], &filed["priority"]),
            (&json!(urgency), &json!(priority)),
            "{deadline}"
        );
    }
}

#[tokio::test]
async fn a_value_above_the_limit_counts_as_not_being_able_to_work() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    for (amount, currency, priority) in
        [(250_000.0, "EUR", "P3"), (250_000.01, "EUR", "P2"), (9_000_000.0, "USD", "P3")]
    {
        let mut draft = draft("Special price not approved", P2);
        draft["urgency"] = json!("later");
        draft["value"] = json!({"amount": amount, "currency": currency});
        let filed = jo.files_as(draft).await.ticket;
        assert_eq!(filed["priority"], priority, "{amount} {currency}");
        assert_eq!(filed["value"], json!({"amount": amount, "currency": currency}));
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    jo.post("/tickets", json!({})).await.faulty(&[
        "category: required",
        "description: required",
        "impact: required",
        "subject: required",
        "urgency: required",
    ]);
    let wrong = json!({
        "partner": "birk",
        "requester": "not an address",
        "category": "price.nothing",
        "about": "tom@lizard.example",
        "subject": "two\nlines",
        "description": "   ",
        "impact": "huge",
        "urgency": 5,
        "deadline": "tomorrow",
        "value": {"amount": -1, "currency": "euro", "vat": true},
        "blocks": "x".repeat(2001),
        "distributor": ["Nordwind"],
        "colour": "red",
    });
    jo.post("/tickets", wrong).await.faulty(&[
        "about: not_allowed",
        "blocks: too_long",
        "category: unknown",
        "colour: unknown_field",
        "deadline: invalid",
        "description: empty",
        "distributor: wrong_type",
        "impact: unknown",
        "partner: unknown",
        "requester: invalid",
        "subject: control_character",
        "urgency: wrong_type",
        "value.amount: invalid",
        "value.currency: invalid",
        "value.vat: unknown_field",
    ]);
    assert!(jo.listed("").await.is_empty(), "nothing is half filed");
}

#[tokio::test]
async fn control_characters_are_refused_in_every_text() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    for bad in ["a\u{0}b", "a\u{7f}b", "a\u{1b}[31mb", "a\u{85}b"] {
        let mut draft = draft("x", P2);
        for field in ["subject", "description", "blocks", "distributor", "category"] {
            draft[field] = json!(bad);
        }
        jo.post("/tickets", draft).await.faulty(&[
            "blocks: control_character",
            "category: control_character",
            "description: control_character",
            "distributor: control_character",
            "subject: control_character",
        ]);
    }
    let mut fine = draft("Ärger mit dem Angebot, 価格, 🦎", P2);
    fine["description"] = json!("one\r\ntwo\n\tthree");
    let filed = jo.files_as(fine).await.ticket;
    assert_eq!(filed["subject"], "Ärger mit dem Angebot, 価格, 🦎");
    assert_eq!(filed["description"], "one\ntwo\n\tthree");
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_before_they_are_understood() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ask = || jo.ask("POST", "/tickets");
    ask().body("application/json", "{").send().await.refused(400, "malformed");
    ask().body("application/json", "[1]").send().await.refused(400, "malformed");
    ask().body("application/json", "\"text\"").send().await.refused(400, "malformed");
    ask().body("application/json", "null").send().await.refused(400, "malformed");
    ask()
        .body("application/json", b"{\"subject\": \"\xff\xfe\"}".to_vec())
        .send()
        .await
        .refused(400, "malformed");
    ask().body("application/json", "{\"subject\": \"\\ud800\"}").send().await.refused(400, "malformed");
    ask().body("application/json", "[".repeat(100_000)).send().await.refused(400, "malformed");
    ask()
        .body("application/json", format!("{{\"a\":{}", "[".repeat(10_000)))
        .send()
        .await
        .refused(400, "malformed");
    ask().body("application/json", "{\"value\": {\"amount\": 1e999}}").send().await.refused(400, "malformed");
    let text = draft("x", P2).to_string();
    ask().body("text/plain", text.clone()).send().await.refused(415, "not_json");
    ask().body("application/x-www-form-urlencoded", "subject=x").send().await.refused(415, "not_json");
    ask().raw(text.clone()).send().await.refused(415, "not_json");
    ask().body("application/json; charset=utf-8", text).send().await.expect(201);
    let large = json!({"subject": "x".repeat(1_100_000)}).to_string();
    ask().body("application/json", large).send().await.refused(413, "too_large");
    assert_eq!(jo.listed("").await.len(), 1);
}

#[tokio::test]
async fn a_deadline_lies_ahead_and_within_two_years() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    for (deadline, code) in [
        (wire("2026-11-23 10:20"), "deadline: in_the_past"),
        (wire("2020-01-01 00:00"), "deadline: in_the_past"),
        ("1969-01-01T00:00:00Z".to_owned(), "deadline: invalid"),
        (wire("2029-01-01 00:00"), "deadline: too_far"),
        ("9999-12-31T23:59:59Z".to_owned(), "deadline: invalid"),
        ("2026-11-26 12:00".to_owned(), "deadline: invalid"),
        ("2026-11-26".to_owned(), "deadline: invalid"),
        ("2026-02-30T12:00:00Z".to_owned(), "deadline: invalid"),
    ] {
        let mut draft = golden();
        draft["deadline"] = json!(deadline);
        jo.post("/tickets", draft.clone()).await.faulty(&[code]);
        jo.post("/tickets/preview", draft).await.faulty(&[code]);
    }
}

#[tokio::test]
async fn partners_file_for_themselves_and_staff_name_who_reported_it() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let mut own = draft("x", P3);
    own["partner"] = json!("acme");
    own["requester"] = json!("jo@acme.example");
    assert_eq!(jo.files_as(own).await.ticket["requester"], "jo@acme.example");
    let mut colleague = draft("x", P3);
    colleague["requester"] = json!("kim@acme.example");
    jo.post("/tickets", colleague.clone()).await.faulty(&["requester: not_allowed"]);
    let mut other = draft("x", P3);
    other["partner"] = json!("birk");
    jo.post("/tickets", other.clone()).await.faulty(&["partner: unknown"]);
    other["partner"] = json!("nobody-at-all");
    jo.post("/tickets", other).await.faulty(&["partner: unknown"]);

    let priya = desk.staff("priya").await;
    priya.post("/tickets", draft("x", P3)).await.faulty(&["partner: required", "requester: required"]);
    colleague["partner"] = json!("acme");
    assert_eq!(priya.files_as(colleague.clone()).await.ticket["requester_name"], "Kim Ost");
    let mut nobody = colleague.clone();
    nobody["requester"] = Value::Null;
    priya.post("/tickets", nobody).await.faulty(&["requester: required"]);
    let mut stranger = colleague.clone();
    stranger["requester"] = json!("bo@birk.example");
    priya.post("/tickets", stranger).await.faulty(&["requester: unknown"]);
    let mut staff = colleague.clone();
    staff["requester"] = json!("wei@lizard.example");
    priya.post("/tickets", staff).await.faulty(&["requester: unknown"]);

    // Outside one's own partners or region there is no such partner.
    for outsider in ["uma", "max"] {
        desk.staff(outsider).await.post("/tickets", colleague.clone()).await.faulty(&["partner: unknown"]);
    }
    for insider in ["tom", "maria", "dana", "wei"] {
        desk.staff(insider).await.post("/tickets", colleague.clone()).await.expect(201);
    }
}

#[tokio::test]
async fn the_same_key_is_answered_with_the_same_ticket() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let body = draft("Special price not approved", P2);
    let first = jo.ask("POST", "/tickets").key("one").json(&body).send().await.expect(201);
    desk.advance(hours(30));
    let again = jo.ask("POST", "/tickets").key("one").json(&body).send().await.expect(201);
    assert_eq!(first.text, again.text);
    assert_eq!(first.etag(), again.etag());
    assert_eq!(first.header("Location"), "/api/v1/tickets/PI-1001");
    assert_eq!(first.header("Location"), again.header("Location"));
    let other = draft("Another one", P2);
    let reused = jo.ask("POST", "/tickets").key("one").json(&other).send().await;
    reused.refused(422, "idempotency_key_reused");
    let elsewhere = jo.ask("POST", "/tickets/PI-1001/messages").key("one");
    elsewhere.json(&json!({"body": "hello"})).send().await.refused(422, "idempotency_key_reused");
    // Keys are one's own, and what failed is not remembered.
    let kim = acme.contact("kim").await;
    kim.ask("POST", "/tickets").key("one").json(&body).send().await.expect(201);
    jo.ask("POST", "/tickets").key("two").json(&json!({})).send().await.expect(422);
    jo.ask("POST", "/tickets").key("two").json(&body).send().await.expect(201);
    for bad in ["", &"k".repeat(201), "tab\there"] {
        let refused = jo.ask("POST", "/tickets").key(bad).json(&body).send().await;
        refused.refused(400, "bad_idempotency_key");
    }
    assert_eq!(jo.listed("").await.len(), 3);
}

#[tokio::test]
async fn the_same_key_at_the_same_moment_files_one_ticket() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut posts = JoinSet::new();
    for _ in 0..12 {
        let ask = jo.ask("POST", "/tickets").key("double click").json(&draft("Once", P2));
        posts.spawn(ask.send());
    }
    let answers = posts.join_all().await;
    for answer in &answers {
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.text, answers[0].text);
    }
    // Its number may be any: on PostgreSQL those who were too late used some up.
    assert_eq!(jo.listed("").await, [answers[0]["reference"].as_str().unwrap()]);
}

#[tokio::test]
async fn the_team_member_with_the_fewest_live_tickets_owns_the_next_one() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let owner = async |draft| jo.files_as(draft).await.ticket["owner"].as_str().unwrap().to_owned();
    // Priya serves the deal desk, Wei serves every team.
    assert_eq!(owner(draft("1", P3)).await, "priya@lizard.example");
    desk.advance(minutes(1));
    assert_eq!(owner(draft("2", P3)).await, "wei@lizard.example");
    desk.advance(minutes(1));
    let mut order = draft("3", P3);
    order["category"] = json!("order.delivery_late");
    assert_eq!(owner(order.clone()).await, "wei@lizard.example", "only Wei serves order operations");
    desk.advance(minutes(1));
    assert_eq!(owner(draft("4", P3)).await, "priya@lizard.example", "fewest live tickets");
    desk.advance(minutes(1));
    assert_eq!(owner(draft("5", P3)).await, "wei@lizard.example", "a tie goes to who was idle longest");
    desk.advance(minutes(1));
    // A claim is still live; a closed ticket is not.
    let priya = desk.staff("priya").await;
    let first = Ticket("PI-1001".to_owned());
    priya.resolves(&first).await.expect(201);
    jo.confirms(&first).await.expect(201);
    assert_eq!(owner(draft("6", P3)).await, "priya@lizard.example");
}

#[tokio::test]
async fn a_team_without_members_falls_back_to_a_lead() {
    let desk = TestDesk::without_a_desk().await;
    desk.add(Cast::new("finn", "Finn Ray", Role::Desk).serving("channel_finance", false)).await;
    desk.add(Cast::new("lea", "Lea Kurz", Role::Desk).serving("licensing", true)).await;
    let jo = desk.partner("acme").await.contact("jo").await;
    for _ in 0..2 {
        let filed = jo.files_as(draft("x", P3)).await.ticket;
        assert_eq!(filed["owner_name"], "Lea Kurz", "nobody serves the deal desk");
    }
    let mut money = draft("x", P3);
    money["category"] = json!("funds.claim_unpaid");
    assert_eq!(jo.files_as(money).await.ticket["owner_name"], "Finn Ray");
}

#[tokio::test]
async fn a_complaint_goes_to_a_lead_and_never_to_whom_it_is_about() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut complaint = draft("He never calls back", P3);
    complaint["category"] = json!("rel.am_unresponsive");
    for _ in 0..3 {
        let filed = jo.files_as(complaint.clone()).await.ticket;
        assert_eq!(filed["owner_name"], "Priya Nair", "the desk's only lead");
        assert_eq!(filed["about"], "tom@lizard.example", "the partner's channel manager unless named");
        let rungs: Vec<u64> =
            filed["ladder"].as_array().unwrap().iter().map(|r| r["number"].as_u64().unwrap()).collect();
        assert_eq!(rungs, [1, 3, 4], "his rung is left out");
        assert_eq!(filed["ladder"][1]["due"], wire("2026-11-25 10:20"), "rung 3 on rung 2's allowance");
    }
    complaint["about"] = json!("priya@lizard.example");
    let filed = jo.files_as(complaint.clone()).await.ticket;
    assert_eq!(filed["owner_name"], "Wei Chen");
    complaint["about"] = json!("maria@lizard.example");
    let filed = jo.files_as(complaint.clone()).await.ticket;
    let rungs: Vec<&Value> = filed["ladder"].as_array().unwrap().iter().map(|r| &r["number"]).collect();
    assert_eq!(rungs, [1, 2, 4]);
    assert_eq!(filed["ladder"][2]["due"], wire("2026-11-30 10:20"), "rung 4 on rung 3's allowance");
    complaint["about"] = json!("pat@acme.example");
    jo.post("/tickets", complaint.clone()).await.faulty(&["about: unknown"]);
    complaint["category"] = json!("price.approval_late");
    jo.post("/tickets", complaint).await.faulty(&["about: not_allowed"]);
}

#[tokio::test]
async fn nothing_is_filed_while_nobody_is_on_the_desk() {
    let desk = TestDesk::without_a_desk().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    jo.post("/tickets", draft("x", P2)).await.refused(409, "nobody_on_the_desk");
    assert!(jo.listed("").await.is_empty());
    jo.post("/tickets/preview", draft("x", P2)).await.expect(200);
}

#[tokio::test]
async fn a_partner_in_another_region_has_its_own_calendar_and_ladder() {
    let desk = TestDesk::open().await;
    let bo = desk.partner("birk").await.contact("bo").await;
    // 10:20 in Berlin is 04:20 in New York: the day there has not begun. Thursday is Thanksgiving.
    let filed = bo.files_as(draft("Special price not approved", P2)).await.ticket;
    assert_eq!(filed["timetable"][0]["due"], "2026-11-23T18:00:00Z");
    assert_eq!(filed["timetable"][1]["due"], "2026-11-25T22:00:00Z");
    let holders: Vec<&Value> =
        filed["ladder"].as_array().unwrap().iter().map(|r| &r["holder_name"]).collect();
    assert_eq!(holders, ["Priya Nair", "Uma Roth", "Max Stone", "Dana Cole"]);
}
