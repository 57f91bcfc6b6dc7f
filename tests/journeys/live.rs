//! Pages that stay open: what they hear, and what they never do.

use lizard::jobs::{self, Jobs, Pace};
use serde_json::{Value, json};

use super::support::*;

async fn at_work() -> (TestDesk, Jobs, Actor) {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    desk.staff("priya").await;
    let jobs = jobs::start(desk.app.clone(), Pace::STEADY);
    (desk, jobs, jo)
}

fn version(heard: Option<String>) -> i64 {
    let data: Value = serde_json::from_str(&heard.expect("an event")).unwrap();
    data["version"].as_i64().unwrap()
}

#[tokio::test]
async fn a_ticket_tells_that_it_moved_and_who_else_looks_at_it() {
    let (desk, jobs, jo) = at_work().await;
    let ticket = jo.files("Special price not approved", P2).await;
    let place = format!("/t/{}/live", ticket.0);
    let (priya, partner) =
        (desk.browses("priya@lizard.example").await, desk.browses("jo@acme.example").await);
    let mut first = priya.listens(&place).await;
    assert_eq!(first.hears("looking").await.unwrap(), "[]");
    desk.staff("maria").await;
    let maria = desk.browses("maria@lizard.example").await;
    let mut second = maria.listens(&place).await;
    assert_eq!(second.hears("looking").await.unwrap(), r#"["Priya Nair"]"#);
    assert_eq!(first.hears("looking").await.unwrap(), r#"["Maria Lopez"]"#);
    let mut outside = partner.listens(&place).await;
    let before = version(outside.hears("moved").await);
    desk.staff("priya").await.replies(&ticket, "It is with the committee.").await;
    assert!(version(outside.hears("moved").await) > before);
    drop(second);
    // It is noticed with the second or third beat.
    let mut left = None;
    for _ in 0..5 {
        left = left.or(first.hears("looking").await);
    }
    assert_eq!(left.unwrap(), "[]");
    // The partner's side does not see who at the vendor looks.
    assert_eq!(outside.hears("looking").await, None);
    jobs.stop().await;
}

#[tokio::test]
async fn the_queue_tells_of_what_its_reader_sees_and_of_nothing_else() {
    let (desk, jobs, jo) = at_work().await;
    desk.staff("tom").await;
    let tom = desk.browses("tom@lizard.example").await;
    let mut queue = tom.listens("/queue/live").await;
    let mut complaint = draft("Tom never calls back", P3);
    complaint["category"] = json!("rel.am_unresponsive");
    let about = jo.files_as(complaint).await.as_ticket();
    assert_eq!(queue.hears("moved").await, None, "a complaint about him");
    tom.get(&format!("/t/{}/live", about.0)).await.expect(404);
    let ticket = jo.files("Special price not approved", P2).await;
    assert_eq!(queue.hears("moved").await.unwrap(), json!([ticket.0]).to_string());
    jobs.stop().await;
}

#[tokio::test]
async fn who_loses_sight_of_a_ticket_hears_no_more_of_it() {
    let (desk, jobs, jo) = at_work().await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.staff("wei").await;
    let wei = desk.browses("wei@lizard.example").await;
    let mut page = wei.listens(&format!("/t/{}/live", ticket.0)).await;
    assert!(page.hears("moved").await.is_some());
    let order =
        json!({"category": "legal.contract_terms", "owner": "priya@lizard.example", "reason": "A contract."});
    desk.staff("dana").await.triages(&ticket, order).await.expect(200);
    assert!(page.ends().await);
    wei.get(&format!("/t/{}/live", ticket.0)).await.expect(404);
    jobs.stop().await;
}

#[tokio::test]
async fn nobody_listens_who_is_not_signed_in_and_partners_have_no_queue() {
    let (desk, jobs, jo) = at_work().await;
    let ticket = jo.files("Special price not approved", P2).await;
    desk.browser().get(&format!("/t/{}/live", ticket.0)).await.expect(303);
    desk.browser().get("/queue/live").await.expect(303);
    let partner = desk.browses("jo@acme.example").await;
    partner.get("/queue/live").await.expect(404);
    partner.get("/t/PI-4711/live").await.expect(404);
    jobs.stop().await;
}

#[tokio::test]
async fn the_end_of_the_service_does_not_wait_for_them() {
    let (desk, jobs, jo) = at_work().await;
    let ticket = jo.files("Special price not approved", P2).await;
    let partner = desk.browses("jo@acme.example").await;
    let mut page = partner.listens(&format!("/t/{}/live", ticket.0)).await;
    assert!(page.hears("moved").await.is_some());
    desk.app.live.close();
    assert!(page.ends().await);
    assert_eq!(partner.downloads(&format!("/t/{}/live", ticket.0)).await.status, 503);
    jobs.stop().await;
}
