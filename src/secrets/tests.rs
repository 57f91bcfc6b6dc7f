use super::*;

#[test]
fn a_password_is_itself_and_nothing_else() {
    let hash = hash_password("correct horse battery").unwrap();
    assert!(is_password("correct horse battery", Some(&hash)));
    assert!(!is_password("correct horse batterz", Some(&hash)));
    assert!(!is_password("correct horse battery", None));
}

#[test]
fn the_stand_in_hash_of_nobody_can_be_read() {
    // Else signing in as nobody would answer faster than as somebody.
    let started = std::time::Instant::now();
    is_password("whatever it is", None);
    let nobody = started.elapsed();
    let hash = hash_password("whatever it is").unwrap();
    let started = std::time::Instant::now();
    is_password("something else", Some(&hash));
    assert!(nobody * 20 > started.elapsed(), "{nobody:?}");
}

#[test]
fn an_access_token_ends_and_cannot_be_forged() {
    let keys = Keys::new("k".to_owned());
    let claims = Claims { sub: "1".to_owned(), sid: "s".to_owned(), exp: 100, iat: 0 };
    let token = keys.sign_claims(&claims).unwrap();
    assert_eq!(keys.read_claims(&token, 99).unwrap().sid, "s");
    assert!(keys.read_claims(&token, 100).is_none());
    assert!(Keys::new("other".to_owned()).read_claims(&token, 99).is_none());
    let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwic2lkIjoicyIsImV4cCI6MTAwLCJpYXQiOjB9.";
    assert!(keys.read_claims(unsigned, 99).is_none());
}

#[test]
fn a_signature_is_good_for_one_purpose() {
    let keys = Keys::new("k".to_owned());
    let signature = keys.sign("form", "session");
    assert!(keys.is_signed("form", "session", &signature));
    assert!(!keys.is_signed("link", "session", &signature));
    assert!(!keys.is_signed("form", "another", &signature));
    assert!(!keys.is_signed("form", "session", "%"));
}
