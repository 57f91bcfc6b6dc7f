//! Signing in, staying signed in, and all the ways in which one is not.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::support::*;

async fn sign_in(desk: &TestDesk, email: &str) -> (String, String) {
    let asked = json!({"email": email, "password": PASSWORD});
    let given = desk.nobody().post("/session", asked).await.expect(200);
    let text = |key: &str| given[key].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

async fn refresh(desk: &TestDesk, token: &str) -> Answer {
    desk.nobody().post("/session/refresh", json!({"refresh_token": token})).await
}

#[tokio::test]
async fn signing_in_gives_an_access_token_for_a_quarter_of_an_hour() {
    let desk = TestDesk::open().await;
    let asked = json!({"email": " Priya@Lizard.Example ", "password": PASSWORD});
    let given = desk.nobody().post("/session", asked).await.expect(200);
    assert_eq!((&given["expires_in"], &given["token_type"]), (&json!(900), &json!("Bearer")));
    assert_eq!(given.header("Cache-Control"), "no-store");
    let priya = desk.bearer(given["access_token"].as_str().unwrap());
    let me = priya.get("/me").await.expect(200);
    assert_eq!((&me["name"], &me["role"]), (&json!("Priya Nair"), &json!("desk")));
    assert_eq!(me["teams"], json!([{"team": "deal_desk", "lead": true}]));
    let jo = desk.partner("acme").await.contact("jo").await.get("/me").await.expect(200);
    assert_eq!(jo["partner"], "acme");
    desk.advance_wall(minutes(14));
    priya.get("/me").await.expect(200);
    desk.advance_wall(minutes(2));
    let expired = priya.get("/me").await.refused(401, "unauthorized");
    assert_eq!(expired.header("WWW-Authenticate"), "Bearer");
}

#[tokio::test]
async fn the_time_of_the_business_signs_nobody_out() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    desk.advance(days(40));
    jo.get("/me").await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_is_good_once() {
    let desk = TestDesk::open().await;
    let (_, first) = sign_in(&desk, "priya@lizard.example").await;
    desk.advance_wall(days(20));
    let second = refresh(&desk, &first).await.expect(200);
    desk.bearer(second["access_token"].as_str().unwrap()).get("/me").await.expect(200);
    desk.advance_wall(days(20));
    let third = refresh(&desk, second["refresh_token"].as_str().unwrap()).await.expect(200);
    desk.advance_wall(days(31));
    let late = refresh(&desk, third["refresh_token"].as_str().unwrap()).await;
    late.refused(401, "wrong_refresh_token");
    refresh(&desk, "nonsense").await.refused(401, "wrong_refresh_token");
    desk.nobody().post("/session/refresh", json!({})).await.faulty(&["refresh_token: required"]);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_session_for_everybody() {
    let desk = TestDesk::open().await;
    let (_, stolen) = sign_in(&desk, "priya@lizard.example").await;
    let (other_access, _) = sign_in(&desk, "priya@lizard.example").await;
    let thief = refresh(&desk, &stolen).await.expect(200);
    let access = desk.bearer(thief["access_token"].as_str().unwrap());
    access.get("/me").await.expect(200);
    refresh(&desk, &stolen).await.refused(401, "wrong_refresh_token");
    access.get("/me").await.refused(401, "unauthorized");
    refresh(&desk, thief["refresh_token"].as_str().unwrap()).await.refused(401, "wrong_refresh_token");
    desk.bearer(&other_access).get("/me").await.expect(200);
}

#[tokio::test]
async fn one_refresh_token_used_at_the_same_moment_is_honoured_once() {
    let desk = TestDesk::open().await;
    let (_, token) = sign_in(&desk, "priya@lizard.example").await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let ask = desk.nobody().ask("POST", "/session/refresh").json(&json!({"refresh_token": token}));
        tries.spawn(ask.send());
    }
    let answers = tries.join_all().await;
    assert_eq!(answers.iter().filter(|a| a.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|a| a.status == 401).count(), 7);
}

#[tokio::test]
async fn signing_out_ends_both_tokens_of_this_session_only() {
    let desk = TestDesk::open().await;
    let (access, token) = sign_in(&desk, "priya@lizard.example").await;
    let (other, _) = sign_in(&desk, "priya@lizard.example").await;
    let priya = desk.bearer(&access);
    priya.delete("/session").await.expect(204);
    priya.get("/me").await.refused(401, "unauthorized");
    priya.delete("/session").await.refused(401, "unauthorized");
    refresh(&desk, &token).await.refused(401, "wrong_refresh_token");
    desk.bearer(&other).get("/me").await.expect(200);
    desk.token("rw", None).await.delete("/session").await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_token_that_we_did_not_sign_is_nobodys() {
    let desk = TestDesk::open().await;
    let (access, token) = sign_in(&desk, "jo@acme.example").await;
    let parts: Vec<&str> = access.split('.').collect();
    let encode = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims: serde_json::Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let mut admin = claims.clone();
    admin["sub"] = json!("1");
    let mut lasting = claims.clone();
    lasting["exp"] = json!(9_999_999_999_i64);
    let none = encode(json!({"alg": "none", "typ": "JWT"}));
    let forged = [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], encode(admin), parts[2]),
        format!("{}.{}.{}", parts[0], encode(lasting), parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.{}", encode(json!({"alg": "HS512", "typ": "JWT"})), parts[1], parts[2]),
        format!("{access}x"),
        token,
        "lzd_nonsense".to_owned(),
        "x".repeat(5000),
        "..".to_owned(),
    ];
    for bearer in &forged {
        desk.bearer(bearer).get("/me").await.refused(401, "unauthorized");
    }
    for header in ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "bearer\tx"] {
        desk.nobody()
            .ask("GET", "/me")
            .header("Authorization", header)
            .send()
            .await
            .refused(401, "unauthorized");
    }
    let lower = format!("bearer {access}");
    desk.nobody().ask("GET", "/me").header("Authorization", &lower).send().await.expect(200);
}

#[tokio::test]
async fn who_is_deactivated_is_signed_out_at_once_and_handed_over() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = jo.files("Special price not approved", P2).await;
    let (access, token) = sign_in(&desk, "priya@lizard.example").await;
    let ada = desk.staff("ada").await;
    let staff = ada.pages("/staff").await;
    let id = |email: &str| staff.iter().find(|s| s["email"] == email).unwrap()["id"].clone();
    let off = json!({"active": false});
    let priya = format!("/staff/{}", id("priya@lizard.example"));
    ada.patch(&priya, off.clone()).await.expect(200);
    desk.bearer(&access).get("/me").await.refused(401, "unauthorized");
    refresh(&desk, &token).await.refused(401, "wrong_refresh_token");
    let asked = json!({"email": "priya@lizard.example", "password": PASSWORD});
    desk.nobody().post("/session", asked.clone()).await.refused(401, "wrong_credentials");
    assert_eq!(jo.sees(&ticket).await["owner_name"], "Wei Chen", "a live ticket always has an owner");
    ada.patch(&format!("/staff/{}", id("wei@lizard.example")), off.clone())
        .await
        .refused(409, "last_desk_member");
    ada.patch(&format!("/staff/{}", id("ada@lizard.example")), off).await.refused(409, "last_admin");
    assert_eq!(jo.sees(&ticket).await["owner_name"], "Wei Chen");
    ada.patch(&priya, json!({"active": true})).await.expect(200);
    desk.bearer(&access).get("/me").await.refused(401, "unauthorized");
    desk.nobody().post("/session", asked).await.expect(200);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let desk = TestDesk::open().await;
    let asked = json!({"email": "priya@lizard.example", "password": "wrong password"});
    for _ in 0..10 {
        desk.nobody().post("/session", asked.clone()).await.refused(401, "wrong_credentials");
    }
    let slow = desk.nobody().post("/session", asked).await.refused(429, "too_many_requests");
    let wait: u64 = slow.header("Retry-After").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    // The right password does not help either, another address does.
    let right = json!({"email": "priya@lizard.example", "password": PASSWORD});
    desk.nobody().post("/session", right).await.refused(429, "too_many_requests");
    sign_in(&desk, "wei@lizard.example").await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let desk = TestDesk::open().await;
    let wrong = json!({"email": "priya@lizard.example", "password": "wrong password"});
    let unknown = json!({"email": "nobody@lizard.example", "password": PASSWORD});
    let wrong = desk.nobody().post("/session", wrong).await.refused(401, "wrong_credentials");
    let unknown = desk.nobody().post("/session", unknown).await.refused(401, "wrong_credentials");
    assert_eq!(wrong.text, unknown.text);
    let names = |a: &Answer| a.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&wrong), names(&unknown));
    desk.nobody().post("/session", json!({"email": "x", "otp": 1})).await.faulty(&[
        "email: invalid",
        "otp: unknown_field",
        "password: required",
    ]);
    let long = json!({"email": "priya@lizard.example", "password": "x".repeat(201)});
    desk.nobody().post("/session", long).await.faulty(&["password: too_long"]);
}
