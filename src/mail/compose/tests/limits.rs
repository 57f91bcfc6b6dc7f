//! What no letter may do: be too long, say too much, or trust what somebody wrote.

use super::letters::{every_letter, plain};
use super::stage::{Stage, notice, sender};
use crate::domain::ids::PersonId;
use crate::domain::letter::{Letter, Side};
use crate::domain::notice::Told;
use crate::domain::priority::Priority;
use crate::domain::samples::{CONTACT, Case, MANAGER, OLGA, PRIYA, a, at, priya};

#[test]
fn an_automatic_letter_has_at_most_150_words() {
    for (name, letter) in plain() {
        let words = letter.text.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).count();
        assert!(!letter.automatic || words <= 150, "{name} has {words} words:\n{}", letter.text);
        assert!(letter.html.whole().len() < 100_000, "{name}");
    }
}

/// To the ticket's page, or to what an executive decides; at the partner, by a link of the reader's own.
fn leads(letter: &Letter, text: &str, end: char) -> bool {
    let places = match letter.about.unwrap().side {
        Side::Internal => ["t/PI-1042", "exec/PI-1042"],
        Side::Partner => ["f/TOKEN", "c/TOKEN"],
    };
    places.iter().any(|place| text.contains(&format!("https://lizard.example/{place}{end}")))
}

#[test]
fn a_letter_says_when_and_where() {
    for (name, letter) in plain() {
        let headline = letter.text.lines().next().unwrap();
        assert!(headline.chars().count() <= 90, "{name}: {headline}");
        assert!(letter.subject.chars().count() <= 150, "{name}");
        assert!(leads(&letter, &letter.text, '\n'), "{name}");
        assert!(letter.text.contains("Priya Nair") || letter.text.contains("Owner: you"), "{name}");
        assert!(leads(&letter, &letter.html.whole(), '"'), "{name}");
        for vague in [" soon", "shortly", " ASAP", "somebody ", "TODO", "  ", "..", " ."] {
            let ours = letter.text.replace("The bid closes soon.", "");
            assert!(!ours.contains(vague), "{name} says {vague:?}:\n{}", letter.text);
        }
    }
}

#[test]
fn partners_read_nothing_of_how_we_watch_ourselves() {
    for (name, letter) in plain() {
        if letter.about.unwrap().side == Side::Partner {
            for word in ["cknowledge", "reaches you", "exception", "heads-up", "triage", "unblock"] {
                assert!(!letter.text.contains(word), "{name} says {word}");
            }
        }
    }
    let case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    let stage = Stage::new(&case, "Mon 23 Nov 10:20");
    let due = case.ticket.rungs[1].due.unwrap();
    for what in [
        Told::Assigned,
        Told::HeadsUp { rung: 2, due, to_holder: true },
        Told::Renotified { rung: 1, count: 1 },
        Told::TakesOver { rung: 1 },
        Told::Unowned,
    ] {
        let told = notice(CONTACT, vec![stage.heard("opened", what)]);
        assert_eq!(stage.letter_of(&told), None);
    }
}

#[test]
fn what_staff_wrote_to_justify_a_press_stays_inside() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    case.press(&priya(), at("Mon 23 Nov 11:00")).unwrap();
    let stage = Stage::new(&case, "Mon 23 Nov 11:00");
    let pressed = |reader| stage.tells(reader, "pressed", Told::Pressed { appended: false }).text;
    assert!(!pressed(CONTACT).contains("> nothing moves"));
    assert!(pressed(PRIYA).contains("> nothing moves"));
}

fn complaint() -> Case {
    a(Priority::P2).about(OLGA).filed("Mon 23 Nov 10:20")
}

fn has(letter: &Letter, secret: &str) -> bool {
    let all =
        [&letter.subject, &letter.text, &letter.html.whole(), &letter.recipient_name, &letter.dedup_key];
    all.iter().any(|text| text.to_lowercase().contains(&secret.to_lowercase()))
}

#[test]
fn letters_about_a_confidential_issue_say_nothing_of_it() {
    let secrets = [
        "Special price",
        "bid closes",
        "Olga",
        "Ruiz",
        "Jo decides",
        "order number",
        "nothing moves",
        "price is approved",
        "See the quote",
        "we tried it",
        "it stops us",
        "Acme",
        "rel.",
        "account_manager",
        "Margin check",
        "Committee",
        "two lines",
        "said so",
        "blocked",
    ];
    for (name, letter) in every_letter(&complaint) {
        for secret in secrets {
            assert!(!has(&letter, secret), "{name} says {secret}:\n{}\n{}", letter.subject, letter.text);
        }
        assert!(
            letter.subject.contains("PI-1042") || letter.subject == "The partner is not getting our mails"
        );
        assert!(leads(&letter, &letter.text, '\n'), "{name}");
    }
    let letters = every_letter(&complaint);
    let received = &letters.iter().find(|(name, _)| *name == "m1_received").unwrap().1;
    assert_eq!(received.subject, "[PI-1042] A confidential issue");
    insta::assert_snapshot!("restricted_received", received.text);
}

#[test]
fn the_person_whom_a_complaint_is_about_gets_no_letter() {
    let case = a(Priority::P2).about(MANAGER).filed("Mon 23 Nov 10:20");
    let stage = Stage::new(&case, "Mon 23 Nov 10:20");
    let told = notice(MANAGER, vec![stage.heard("opened", Told::Received)]);
    assert_eq!(stage.letter_of(&told), None);
    let letter = stage.tells(CONTACT, "opened", Told::Received);
    assert!(!has(&letter, "Tom Berg") && !has(&letter, "channel manager"), "{}", letter.text);
    let told = notice(PersonId(999), vec![stage.heard("opened", Told::Received)]);
    assert_eq!(stage.letter_of(&told), None, "nobody by that number");
}

#[test]
fn what_somebody_wrote_is_harmless() {
    let evil = "x\r\nBcc: all@example.com\u{202e}\0 <script>alert(1)</script> \"&' @@body@@";
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    case.priya_replies("Mon 23 Nov 12:00");
    let mut stage = Stage::new(&case, "Mon 23 Nov 12:00");
    evil.repeat(9).clone_into(&mut stage.case.ticket.subject);
    evil.clone_into(&mut stage.case.ticket.description);
    evil.clone_into(&mut stage.case.ticket.priority_reason);
    evil.clone_into(&mut stage.case.messages[0].body);
    evil.clone_into(&mut stage.partner.name);
    for person in stage.people.values_mut() {
        evil.clone_into(&mut person.name);
    }
    let due = case.ticket.rungs[1].due.unwrap();
    let letters = [
        stage.tells(CONTACT, "opened", Told::Received),
        stage.tells(CONTACT, "message_posted", Told::Reply { message: 1, first: true }),
        stage.tells(PRIYA, "opened", Told::Assigned),
        stage.tells(MANAGER, "opened", Told::HeadsUp { rung: 2, due, to_holder: true }),
        stage.tells(MANAGER, "opened", Told::Undelivered { person: CONTACT }),
    ];
    for letter in letters {
        let headers = [&letter.subject, &letter.recipient_name, &letter.message_id, &letter.dedup_key];
        for header in headers.into_iter().chain(&letter.references) {
            assert!(!header.contains(char::is_control) && !header.contains('\u{202e}'), "{header:?}");
        }
        assert!(letter.subject.chars().count() <= 150);
        assert!(
            !letter.html.whole().contains("<script") && !letter.html.whole().contains('\0'),
            "{}",
            letter.html.whole()
        );
        assert!(!letter.text.lines().next().unwrap().is_empty());
        assert!(letter.html.whole().ends_with("</html>"), "no mark of the layout was filled twice");
    }
}

#[test]
#[ignore = "to look at: writes every letter's HTML into a folder"]
fn letters_to_look_at() {
    let folder = std::env::temp_dir().join("lizard-letters");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, letter) in plain() {
        std::fs::write(folder.join(format!("{name}.html")), letter.html.whole()).unwrap();
    }
}

#[test]
#[ignore = "a measurement: cargo test --release --lib mail:: -- --ignored --nocapture"]
fn how_long_a_letter_takes() {
    let mut case = a(Priority::P2).filed("Mon 23 Nov 10:20");
    case.until("Mon 23 Nov 14:30");
    let stage = Stage::new(&case, "Mon 23 Nov 14:30");
    let told = notice(CONTACT, vec![stage.heard("rung_reached", Told::RungReached { rung: 2 })]);
    assert!(stage.letter_of(&told).is_some(), "the layout is compiled by now");
    let rounds = 2_000;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(stage.letter_of(&told));
    }
    println!("{:?} a letter, from {}", start.elapsed() / rounds, sender().mailbox);
}
