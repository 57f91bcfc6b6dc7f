//! Whose request it is, when a proxy stands in front: the limits are the caller's, and
//! nobody talks himself out of them.

use serde_json::json;

use super::support::*;

/// A failed sign-in over a proxy that says this, by a name not tried before: its status.
async fn guess(desk: &TestDesk, nth: usize, said: &[&str]) -> u16 {
    let body = json!({"email": format!("guess{nth}@lizard.example"), "password": "wrong password"});
    let ask = desk.nobody().ask("POST", "/session").json(&body);
    let ask = said.iter().fold(ask, |ask, line| ask.header("X-Forwarded-For", line));
    ask.send().await.status
}

/// Two tries each.
async fn in_turn(desk: &TestDesk, callers: &[(&[&str], u16)]) {
    for (nth, (said, expected)) in callers.iter().enumerate() {
        assert_eq!(guess(desk, nth, said).await, *expected, "try {nth}, {said:?}");
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_caller_has_a_limit_of_their_own() {
    let desk = TestDesk::set(|settings| {
        settings.limits.sign_in_per_address_per_minute = 2;
        settings.server.trusted_proxies = "127.0.0.1, 10.0.0.0/8".parse().unwrap();
    })
    .await;
    let callers: &[(&[&str], u16)] = &[
        (&["203.0.113.7"], 401),
        (&["203.0.113.7"], 401),
        (&["203.0.113.7"], 429),
        (&["203.0.113.8"], 401),
        // Whatever the caller puts in front, and over however many proxies of ours.
        (&["198.51.100.1, 203.0.113.7"], 429),
        (&["198.51.100.1", "203.0.113.7"], 429),
        (&["198.51.100.1, 203.0.113.7, 10.1.1.1"], 429),
        // Nonsense is the proxy's own.
        (&["hello"], 401),
        (&[], 401),
        (&["198.51.100.1, hello"], 429),
    ];
    in_turn(&desk, callers).await;
}

#[tokio::test]
async fn without_trusted_proxies_the_header_is_nobodys_word() {
    let desk = TestDesk::set(|settings| settings.limits.sign_in_per_address_per_minute = 2).await;
    let callers: &[(&[&str], u16)] =
        &[(&["203.0.113.7"], 401), (&["203.0.113.8"], 401), (&["203.0.113.9"], 429), (&[], 429)];
    in_turn(&desk, callers).await;
}

#[tokio::test]
async fn the_page_counts_as_the_interface_does() {
    let desk = TestDesk::set(|settings| {
        settings.limits.sign_in_per_address_per_minute = 2;
        settings.server.trusted_proxies = "127.0.0.1".parse().unwrap();
    })
    .await;
    let try_from = async |caller: &str| {
        let form = [("email", "priya@lizard.example"), ("password", "wrong password"), ("next", "")];
        let ask = desk.client.post(format!("{}/session", desk.url)).header("X-Forwarded-For", caller);
        ask.form(&form).send().await.unwrap().status().as_u16()
    };
    assert_eq!(try_from("203.0.113.7").await, 401);
    assert_eq!(guess(&desk, 0, &["203.0.113.7"]).await, 401);
    assert_eq!(try_from("1.1.1.1, 203.0.113.7").await, 429);
    assert_eq!(try_from("203.0.113.8").await, 401);
}
