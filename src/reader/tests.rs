use super::*;

fn read(text: &str, look: impl FnOnce(&Section<'_>)) -> Vec<String> {
    let reader = match Reader::new("a.toml", text) {
        Ok(reader) => reader,
        Err(mistake) => return vec![mistake.to_string()],
    };
    look(&reader.root());
    reader.into_mistakes().iter().map(ToString::to_string).collect()
}

#[test]
fn a_syntax_error_has_its_line() {
    let mistakes = read("a = 1\nb = = 2\n", |_| {});
    assert_eq!(mistakes.len(), 1);
    assert!(mistakes[0].starts_with("a.toml:2: this is not TOML: "), "{mistakes:?}");
}

#[test]
fn a_key_that_stands_twice_is_a_syntax_error_on_its_second_line() {
    let mistakes = read("a = 1\n\na = 2\n", |_| {});
    assert!(mistakes[0].starts_with("a.toml:3: this is not TOML: "), "{mistakes:?}");
}

#[test]
fn every_mistake_is_noted_with_its_line_and_path() {
    let text = "nam = \"x\"\n[table]\nnumber = \"7\"\nmany = [\n  \"a\",\n  2,\n]\n";
    let mistakes = read(text, |root| {
        root.only(&["name", "table"]);
        assert_eq!(root.required("name", name), None);
        let table = root.section("table").unwrap();
        assert_eq!(table.required("number", whole::<u8>(1..=9)), None);
        assert_eq!(table.list("many", super::text), None);
    });
    assert_eq!(
        mistakes,
        [
            "a.toml:1: nam: unknown key; did you mean \"name\"?",
            "a.toml:1: name: missing",
            "a.toml:3: table.number: must be a whole number from 1 to 9, not a text",
            "a.toml:6: table.many: must be a text in quotes, not a number",
        ]
    );
}

#[test]
fn tables_may_be_written_in_either_way_and_keep_their_lines() {
    for text in [
        "x = 1\n[[leaf]]\ncode = \"a\"\n[[leaf]]\ncode = \"b\"\n",
        "x = 1\nleaf = [\n  { code = \"a\" },\n  { code = \"b\" },\n]\n",
    ] {
        let mistakes = read(text, |root| {
            let leaves = root.sections("leaf").unwrap();
            let codes: Vec<_> = leaves.iter().map(|leaf| leaf.required("code", code)).collect();
            assert_eq!(codes, [Some("a".to_owned()), Some("b".to_owned())]);
            assert_eq!(leaves.last().unwrap().line(), 4);
        });
        assert!(mistakes.is_empty());
    }
}

#[test]
fn what_is_no_table_is_noted_where_a_table_must_be() {
    let mistakes = read("a = 1\nb = [1]\n[c]\n", |root| {
        assert!(root.section("a").is_none());
        assert!(root.sections("b").is_none());
        assert_eq!(root.required("c", text), None);
        assert!(root.required_section("d").is_none());
    });
    assert_eq!(
        mistakes,
        [
            "a.toml:1: a: must be a table of keys, not a number",
            "a.toml:1: d: missing: write a table [d]",
            "a.toml:2: b: each entry must be a table in { }",
            "a.toml:3: c: must be a single value, not a table",
        ]
    );
}

#[test]
fn a_path_leads_to_its_line_and_a_broken_one_to_the_last_line_on_the_way() {
    let reader = Reader::new("a", "[P1]\nrung.2 = 1\nrung.3 = 2\n[[r]]\nn = 1\n[[r]]\nn = 2\n").unwrap();
    for (path, line) in [
        (&["P1"][..], 1),
        (&["P1", "rung", "3"], 3),
        (&["P1", "rung", "9"], 2),
        (&["r", "1"], 6),
        (&["r", "1", "n"], 7),
        (&["r", "0", "gone"], 4),
        (&["gone", "r"], 1),
    ] {
        assert_eq!(reader.line_of(path), line, "{path:?}");
    }
}

#[test]
fn conversions_say_what_to_write() {
    type Convert = fn(&Value) -> Result<String, String>;
    let cases: [(&str, Convert, &str); 9] = [
        ("\"\"", name, "must not be empty"),
        ("\"a\\nb\"", name, "must be on one line"),
        (
            "\"Deal\"",
            code,
            "must be a code: small letters, digits and _, a letter first, at most 40; not \"Deal\"",
        ),
        ("true", text, "must be a text in quotes, not true or false"),
        (
            "\"P5\"",
            |v| one_of(&["P1", "P2"])(v).map(str::to_owned),
            "must be one of P1, P2, not \"P5\"; did you mean \"P1\"?",
        ),
        (
            "12",
            |v| whole::<u8>(1..=9)(v).map(|n| n.to_string()),
            "must be a whole number from 1 to 9, not 12",
        ),
        (
            "1.5",
            |v| whole::<u8>(1..=9)(v).map(|n| n.to_string()),
            "must be a whole number from 1 to 9, not a number with a fraction",
        ),
        (
            "\"2026-12-25\"",
            |v| date(v).map(|d| d.to_string()),
            "must be a date without time and without quotes, such as 2026-12-25, not a text",
        ),
        (
            "2026-12-25T10:00:00",
            |v| date(v).map(|d| d.to_string()),
            "must be a date without time and without quotes, such as 2026-12-25, not a date with a time",
        ),
    ];
    for (written, convert, problem) in cases {
        let value: Value = written.parse().unwrap();
        assert_eq!(convert(&value), Err(problem.to_owned()), "{written}");
    }
}

#[test]
fn a_near_word_is_guessed_and_a_far_one_is_not() {
    let known = ["listen", "public_url", "pool"];
    for (word, guess) in [
        ("lisen", Some("listen")),
        ("LISTEN", Some("listen")),
        ("public-url", Some("public_url")),
        ("poll", Some("pool")),
        ("opol", Some("pool")),
        ("zebra", None),
        ("", None),
    ] {
        assert_eq!(nearest(word, known), guess, "{word:?}");
    }
}
