//! One ticket that goes on in another.

use serde_json::{Value, json};

use super::support::*;

#[tokio::test]
async fn a_merged_ticket_is_closed_and_says_where_it_goes_on() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let (first, second) = (jo.files("Special price", P2).await, jo.files("The same again", P3).await);
    let priya = desk.staff("priya").await;
    let merged = priya.merges(&second, &first).await.expect(200);
    assert_eq!((&merged["state"], &merged["close_reason"]), (&json!("closed"), &json!("merged")));
    assert_eq!(merged["merged_into"], first.0);
    assert_eq!(merged["next_clock_at"], Value::Null);
    let open = jo.sees(&first).await;
    assert_eq!(open["state"], "open");
    assert_eq!(open.etag(), "\"2\"");
    assert_eq!(jo.events(&first).await.last().unwrap()["data"]["other"], second.0);
    for promise in jo.promises(&second).await {
        assert_eq!(promise["outcome"], "withdrawn");
    }
    priya.merges(&second, &first).await.refused(409, "closed");
    priya.merges(&first, &second).await.refused(409, "closed");
    assert_eq!(jo.sees(&first).await["state"], "open");
    jo.replies(&first, "Thank you.").await;
}

#[tokio::test]
async fn a_ticket_is_merged_into_another_one_of_the_same_partner() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let bo = desk.partner("birk").await.contact("bo").await;
    let (ours, theirs) = (jo.files("Ours", P2).await, bo.files("Theirs", P2).await);
    let priya = desk.staff("priya").await;
    priya.post(&ours.path("merge"), json!({})).await.faulty(&["into: required"]);
    priya.merges(&ours, &ours).await.faulty(&["into: same_ticket"]);
    priya.merges(&ours, &theirs).await.faulty(&["into: other_partner"]);
    priya.merges(&ours, &Ticket("PI-9".to_owned())).await.faulty(&["into: unknown"]);
    // Maria does not see the other region's ticket, so it is not there.
    desk.staff("maria").await.merges(&ours, &theirs).await.faulty(&["into: unknown"]);
    assert_eq!(jo.sees(&ours).await.etag(), "\"1\"");
    assert_eq!(bo.sees(&theirs).await.etag(), "\"1\"");
}

#[tokio::test]
async fn a_merge_never_discloses_a_complaint() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let plain = jo.files("Plain", P2).await;
    let mut complaint = draft("About Tom", P3);
    complaint["category"] = json!("rel.am_unresponsive");
    let about_tom = jo.files_as(complaint.clone()).await.as_ticket();
    complaint["about"] = json!("uma@lizard.example");
    let about_uma = jo.files_as(complaint).await.as_ticket();
    let dana = desk.staff("dana").await;
    dana.merges(&about_tom, &plain).await.refused(409, "would_disclose");
    dana.merges(&plain, &about_tom).await.refused(409, "would_disclose");
    dana.merges(&about_tom, &about_uma).await.refused(409, "would_disclose");
    // For Wei, who does not own it, it does not exist.
    desk.staff("wei").await.merges(&plain, &about_tom).await.faulty(&["into: unknown"]);
}

#[tokio::test]
async fn a_merge_acts_on_the_version_that_was_read() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let (first, second) = (jo.files("Special price", P2).await, jo.files("The same again", P3).await);
    let priya = desk.staff("priya").await;
    let seen = priya.sees(&second).await.etag();
    jo.replies(&second, "It is another one after all.").await;
    let path = second.path("merge");
    priya
        .ask("POST", &path)
        .if_match(&seen)
        .json(&json!({"into": first.0}))
        .send()
        .await
        .refused(412, "stale");
    assert_eq!(jo.sees(&first).await.etag(), "\"1\"");
}
