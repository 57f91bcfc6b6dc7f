//! Looking for tickets by what is said in them: the same on both databases, and only in what
//! one may read.

use serde_json::json;

use super::support::*;

/// Words in a query, as a browser sends them.
async fn found(reader: &Actor, typed: &str) -> Vec<String> {
    let query = serde_urlencoded::to_string([("q", typed)]).unwrap();
    let mut references = reader.listed(&query).await;
    references.sort();
    references.into_iter().map(|r| r.replace("PI-100", "")).collect()
}

async fn files(actor: &Actor, subject: &str, description: &str) -> Ticket {
    let mut issue = draft(subject, P3);
    issue["description"] = json!(description);
    actor.files_as(issue).await.as_ticket()
}

#[tokio::test]
async fn words_lead_to_the_tickets_that_say_them() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let priya = desk.staff("priya").await;
    files(&jo, "Größe fehlt", "Der Preis für Łódź ist naïv; ask O'Brien about Q-20881.").await;
    let second = files(&jo, "Price not approved", "Quote Q/20882 waits. 価格を確認してください").await;
    let third = files(&jo, "Delivery AND invoice", "Дорогой отчёт 🦎 100% price_list NEAR(x)").await;
    priya.replies(&second, "Customs cleared the consignment on Friday.").await;
    priya.notes(&third, "The margin is thin: ask finance.").await.expect(201);
    let table: [(&str, &[&str]); 40] = [
        ("price", &["2", "3"]),
        ("PRICE", &["2", "3"]),
        ("pric", &["2", "3"]),
        ("preis grosse", &["1"]),
        ("grö", &["1"]),
        ("grosse preis für", &["1"]),
        ("lodz naiv", &["1"]),
        ("naïv", &["1"]),
        ("o'brien", &["1"]),
        ("brien o", &["1"]),
        ("20881", &["1"]),
        ("q-20881", &["1"]),
        ("Q 2088", &[]),
        ("2088 q", &[]),
        ("pric approved", &[]),
        ("approved pric", &["2"]),
        ("PI-1002", &["2"]),
        ("pi-1002", &["2"]),
        ("1002", &["2"]),
        ("PI-100", &["3"]),
        ("価格", &["2"]),
        ("отчет", &["3"]),
        ("ОТЧЁТ", &["3"]),
        ("customs friday", &["2"]),
        ("customs delivery", &[]),
        ("margin delivery", &["3"]),
        ("AND", &["3"]),
        ("price AND", &["3"]),
        ("price OR quote", &[]),
        ("near(x)", &["3"]),
        ("100%", &["3"]),
        ("price_list", &["3"]),
        ("%", &[]),
        ("*", &[]),
        ("\"", &[]),
        ("\"price", &["2", "3"]),
        ("price*", &["2", "3"]),
        ("-price", &["2", "3"]),
        ("🦎", &[]),
        ("🦎 отчёт", &["3"]),
    ];
    for (typed, expected) in table {
        assert_eq!(found(&priya, typed).await, expected, "{typed:?}");
    }
    // Together with the filters, and page by page in the order of the queue.
    assert_eq!(priya.listed("q=price&partner=birk").await, [""; 0]);
    assert_eq!(priya.listed("q=price&partner=acme&state=open&priority=P3").await.len(), 2);
    assert_eq!(priya.get("/tickets?q=pi&limit=2").await.expect(200)["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_corrected_is_found_by_its_new_words_alone() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let priya = desk.staff("priya").await;
    let ticket = files(&jo, "Prcie is missing", "We asked.").await;
    priya.replies(&ticket, "The committee meets on Monday.").await;
    priya.patch(&ticket.path(""), json!({"subject": "Rebate is missing"})).await.expect(200);
    assert_eq!(found(&jo, "prcie").await, [""; 0]);
    assert_eq!(found(&jo, "rebate committee").await, ["1"]);
}

#[tokio::test]
async fn internal_notes_are_found_by_those_who_may_read_them() {
    let desk = TestDesk::open().await;
    let acme = desk.partner("acme").await;
    let jo = acme.contact("jo").await;
    let ticket = files(&jo, "Price not approved", "We asked.").await;
    desk.staff("priya").await.notes(&ticket, "Zugzwang: their margin is thin.").await.expect(201);
    for inside in ["priya", "wei", "tom", "maria", "dana"] {
        assert_eq!(found(&desk.staff(inside).await, "zugzwang price").await, ["1"], "{inside}");
    }
    let pat = acme.principal().await;
    let (token, theirs) = (desk.token("r", None).await, desk.token("r", Some("acme")).await);
    for outside in [&jo, &pat, &token, &theirs] {
        for typed in ["zugzwang", "zugz", "price margin", "price zugzwang"] {
            assert_eq!(found(outside, typed).await, [""; 0], "{} {typed}", outside.name);
        }
        assert_eq!(found(outside, "price").await, ["1"], "{}", outside.name);
    }
    // A word of a note that was said to the partner, too.
    desk.staff("priya").await.replies(&ticket, "Is it the margin?").await;
    assert_eq!(found(&jo, "price margin").await, ["1"]);
    assert_eq!(found(&jo, "thin").await, [""; 0]);
    desk.staff("max").await.get("/tickets?q=price").await.expect(200);
    assert_eq!(found(&desk.staff("max").await, "price").await, [""; 0], "of another region");
    desk.staff("ada").await.get("/tickets?q=price").await.refused(403, "forbidden");
}

#[tokio::test]
async fn nobody_finds_a_complaint_about_themselves() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let mut complaint = draft("Tom never calls back", P3);
    complaint["category"] = json!("rel.am_unresponsive");
    jo.files_as(complaint).await;
    files(&jo, "Price not approved", "Tom knows of it.").await;
    for typed in ["tom", "never", "PI-1001", "1001", "calls"] {
        let expected: &[&str] = if typed == "tom" { &["2"] } else { &[] };
        assert_eq!(found(&desk.staff("tom").await, typed).await, expected, "{typed}");
        assert_eq!(found(&desk.staff("wei").await, typed).await, expected, "{typed}: not their complaint");
    }
    let page = desk.browses("tom@lizard.example").await.get("/queue?q=tom&state=all").await.expect(200);
    page.shows(&["PI-1002"]).hides(&["PI-1001", "never calls"]);
}

#[tokio::test]
async fn whatever_is_typed_is_looked_for_and_breaks_nothing() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    files(&jo, "Price not approved", &"Zweihundertmal ".repeat(200)).await;
    let browser = desk.browses("priya@lizard.example").await;
    let priya = desk.staff("priya").await;
    let long = "price ".repeat(1_600);
    let one = "x".repeat(10_000);
    let odd = [
        "\0",
        "a\0b",
        "'",
        "''",
        "\"\"",
        "\\",
        "\\'",
        "(",
        ")",
        "(((",
        "^",
        "^price",
        "price^",
        ":",
        "a:b",
        "partner:price",
        "internal : price",
        "{partner}",
        "NOT",
        "OR",
        "NEAR",
        "NEAR(a b, 2)",
        "a AND",
        "+",
        "a + b",
        "-",
        "--",
        "/*",
        "; DROP TABLE texts",
        "$1",
        "?",
        "%s",
        "&",
        "|",
        "!",
        "<->",
        ":*",
        "'a':*",
        "\u{202e}",
        "\u{feff}",
        "e\u{301}",
        "\u{301}",
        "👩‍👩‍👧",
        "ﷺ",
        "İ",
        "ſ",
        "K",
        "\u{10ffff}",
        "\t\n",
        " ",
        long.as_str(),
        one.as_str(),
    ];
    for typed in odd {
        found(&priya, typed).await;
        let query = serde_urlencoded::to_string([("q", typed)]).unwrap();
        browser.get(&format!("/queue?{query}")).await.expect(200);
    }
    assert_eq!(found(&priya, &long).await, ["1"]);
}

/// Words of tickets that were filed before words were kept; any number of them.
#[tokio::test]
async fn what_is_not_kept_yet_is_caught_up_with() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    let ticket = files(&jo, "Price not approved", "We asked.").await;
    desk.staff("priya").await.replies(&ticket, "The committee meets.").await;
    desk.staff("priya").await.notes(&ticket, "Zugzwang.").await.expect(201);
    files(&jo, "Delivery", "It is late.").await;
    desk.database().does("DELETE FROM texts");
    if desk.database().kind() == "sqlite" {
        desk.database().does("DELETE FROM texts_words");
        assert_eq!(found(&desk.staff("priya").await, "price").await, [""; 0]);
    }
    let desk = desk.reopened().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    assert_eq!(found(&jo, "price committee").await, ["1"]);
    assert_eq!(found(&jo, "zugzwang").await, [""; 0]);
    assert_eq!(found(&desk.staff("priya").await, "zugzwang price").await, ["1"]);
    assert_eq!(found(&jo, "late").await, ["2"]);
}
