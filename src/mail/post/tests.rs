//! The bytes, read back by somebody else's parser.

use jiff::Timestamp;
use mail_parser::{Address, MessageParser};

use super::*;
use crate::domain::ids::PersonId;
use crate::domain::letter::{Html, Kind};

fn letter() -> Letter {
    Letter {
        kind: Kind::Update,
        dedup_key: "k".to_owned(),
        message_id: "<pi-1042.3.x7@lizard.example>".to_owned(),
        to: PersonId(1),
        recipient: "jo@acme.example".to_owned(),
        recipient_name: "Jo Brandt".to_owned(),
        sender: "Lizard, Partner Desk <desk@lizard.example>".to_owned(),
        subject: "[PI-1042] Sonderpreis für Ulm".to_owned(),
        text: "Liebe Jo,\n\n.\nFrom here on: äöü.\n".to_owned(),
        html: Html::alone("<p>Liebe Jo</p>".to_owned()),
        in_reply_to: Some("<pi-1042.2.x@lizard.example>".to_owned()),
        references: vec![
            "<pi-1042.1.x@lizard.example>".to_owned(),
            "<pi-1042.2.x@lizard.example>".to_owned(),
        ],
        automatic: true,
        not_before: Timestamp::UNIX_EPOCH,
        unsubscribe: None,
        about: None,
    }
}

fn at() -> Timestamp {
    "2026-11-23T09:20:00.123456Z".parse().unwrap()
}

fn sent(letter: &Letter) -> Vec<u8> {
    post(42, letter, at()).unwrap().bytes
}

#[test]
fn everything_of_a_letter_arrives() {
    let bytes = sent(&letter());
    let read = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(read.subject(), Some("[PI-1042] Sonderpreis für Ulm"));
    assert_eq!(read.message_id(), Some("pi-1042.3.x7@lizard.example"));
    assert_eq!(read.in_reply_to().as_text(), Some("pi-1042.2.x@lizard.example"));
    let thread = read.references().as_text_list().unwrap();
    assert_eq!(thread, ["pi-1042.1.x@lizard.example", "pi-1042.2.x@lizard.example"]);
    assert_eq!(read.date().unwrap().to_rfc3339(), "2026-11-23T09:20:00Z");
    let from = read.from().and_then(Address::first).unwrap();
    assert_eq!((from.name(), from.address()), (Some("Lizard, Partner Desk"), Some("desk@lizard.example")));
    let to = read.to().and_then(Address::first).unwrap();
    assert_eq!((to.name(), to.address()), (Some("Jo Brandt"), Some("jo@acme.example")));
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), letter().text);
    assert_eq!(read.body_html(0).unwrap().trim(), "<p>Liebe Jo</p>");
    assert_eq!(read.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
    assert_eq!(read.header("X-Auto-Response-Suppress").unwrap().as_text(), Some("OOF, AutoReply"));
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    assert_eq!(sent(&letter()), sent(&letter()));
    let plain = Letter { html: Html::alone(String::new()), ..letter() };
    assert_eq!(sent(&plain), sent(&plain));
    assert_eq!(post(42, &letter(), at()).unwrap().name, "20261123T092000Z-00000042-update");
}

#[test]
fn what_a_person_wrote_is_not_marked_as_automatic() {
    let bytes = sent(&Letter { automatic: false, html: Html::alone(String::new()), ..letter() });
    let read = MessageParser::default().parse(&bytes).unwrap();
    assert!(read.header("Auto-Submitted").is_none());
    assert!(read.header("X-Auto-Response-Suppress").is_none());
    assert_eq!(read.html_body_count(), 1, "the text stands for both");
    assert!(!String::from_utf8(bytes).unwrap().contains("multipart"));
}

#[test]
fn no_name_and_no_subject_makes_a_header() {
    let hostile = [
        "x\r\nBcc: all@acme.example",
        "x\nBcc: all@acme.example",
        "x\rBcc: all@acme.example",
        "x\r\n\r\n<script>",
        "x\u{0}\u{b}\u{85}\u{2028}Bcc: all@acme.example",
        "\"\r\nBcc: all@acme.example\"",
        "Jo\" <evil@x.example>, \"",
        "=?utf-8?q?x=0D=0ABcc:_all@acme.example?=",
        "ö\r\nBcc: all@acme.example",
        &"ü\r\n".repeat(200),
        "",
    ];
    for text in hostile {
        let evil = text.to_owned();
        let bytes = sent(&Letter {
            subject: evil.clone(),
            recipient_name: evil.clone(),
            sender: format!("{evil} <desk@lizard.example>"),
            in_reply_to: Some(format!("<a@b>{evil}")),
            references: vec![format!("<a@b>{evil}")],
            message_id: format!("<a@b>{evil}"),
            ..letter()
        });
        let head = String::from_utf8_lossy(&bytes);
        let head = head.split("\r\n\r\n").next().unwrap();
        for line in head.split("\r\n") {
            assert!(!line.contains(['\r', '\n', '\0']), "{text:?}: {line:?}");
            assert!(!line.starts_with("Bcc"), "{text:?}: {head}");
        }
        let read = MessageParser::default().parse(&bytes).unwrap();
        assert!(read.bcc().is_none(), "{text:?}: {head}");
        let to = read.to().unwrap();
        assert_eq!(to.iter().count(), 1, "{text:?}: {head}");
        assert_eq!(to.first().unwrap().address(), Some("jo@acme.example"), "{text:?}: {head}");
        assert_eq!(read.from().unwrap().first().unwrap().address(), Some("desk@lizard.example"), "{text:?}");
        assert!(read.body_text(0).unwrap().contains("From here on"), "{text:?}");
    }
}

#[test]
fn an_address_that_is_none_is_given_up_at_once() {
    for recipient in ["", "jo", "jo@", "jo@acme.example\r\nBcc: x@y", "a@b, c@d", "<jo@acme.example>"] {
        let failure = post(1, &Letter { recipient: recipient.to_owned(), ..letter() }, at()).unwrap_err();
        assert_eq!(failure, Failure::last("the address is not one"), "{recipient:?}");
    }
    let ours = post(1, &Letter { sender: "nobody".to_owned(), ..letter() }, at()).unwrap_err();
    assert!(!ours.last, "our own mistake can be mended");
}
