mod reference;

use super::*;

fn load(file: &str, variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
    Settings::from_layers(Some(("my.toml", file)), variables)
        .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
}

fn mistakes(file: &str, variables: &[(&str, &str)]) -> Vec<String> {
    load(file, variables).unwrap_err()
}

#[test]
fn the_defaults_are_what_is_promised() {
    let settings = load("", &[]).unwrap();
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.server.public_url, "http://127.0.0.1:8080");
    assert_eq!(settings.server.body_limit, 1 << 20);
    assert_eq!(settings.database.url, DatabaseUrl::Sqlite("data/lizard.db".into()));
    assert_eq!(settings.mail.url, MailUrl::Folder("data/mail".into()));
    assert_eq!(settings.mail.parallel, 4);
    assert_eq!(settings.priority.value_limits["EUR"], 250_000);
    assert_eq!(settings.files, Files::default());
}

#[test]
fn every_key_of_the_defaults_is_a_field_and_every_field_is_a_key() {
    let listed: Vec<String> = load("", &[]).unwrap().in_force().into_iter().map(|(key, _)| key).collect();
    assert_eq!(listed, layers::known());
}

#[test]
fn a_variable_goes_before_the_file_and_the_file_before_the_defaults() {
    let file = "[server]\nlisten = \"1.1.1.1:1\"\n[database]\npool = 3\n";
    let settings = load(file, &[("LIZARD__SERVER__LISTEN", "2.2.2.2:2")]).unwrap();
    assert_eq!(settings.server.listen.to_string(), "2.2.2.2:2");
    assert_eq!(settings.database.pool, 3);
    assert_eq!(settings.limits.reset_per_hour, 5);
}

#[test]
fn variables_take_the_type_of_their_setting() {
    let settings = load(
        "",
        &[
            ("LIZARD__SERVER__BODY_LIMIT", "2_000_000"),
            ("LIZARD__FILES__LADDER", "1042"),
            ("LIZARD__FILES__TAXONOMY", "true"),
            ("LIZARD__TICKETS__PREFIX", "A1"),
            ("LIZARD__PRIORITY__VALUE_LIMITS__USD", "300000"),
            ("PATH", "/bin"),
            ("LIZARD_LOG", "not ours"),
        ],
    )
    .unwrap();
    assert_eq!(settings.server.body_limit, 2_000_000);
    assert_eq!(settings.files.ladder, "1042");
    assert_eq!(settings.files.taxonomy, "true");
    assert_eq!(settings.tickets.prefix, "A1");
    assert_eq!(settings.priority.value_limits["USD"], 300_000);
    assert_eq!(settings.priority.value_limits["EUR"], 250_000);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_wrong_value_is_named_with_its_line() {
    let cases = [
        (
            "server.listen = \"localhost\"",
            "server.listen: \"localhost\" is not an address: write an IP address and a port, such as \
             \"127.0.0.1:8080\", or \"0.0.0.0:8080\" for all networks",
        ),
        ("server.listen = 8080", "server.listen: must be a text in quotes, not a number"),
        (
            "server.public_url = \"partners.example.com\"",
            "server.public_url: must start with http:// or https://, such as \"https://partners.example.com\"",
        ),
        (
            "server.public_url = \"https://example.com/lizard\"",
            "server.public_url: must end after the host and port: Lizard has a host of its own, not a path on one",
        ),
        (
            "server.public_url = \"https://exam ple.com\"",
            "server.public_url: must be a scheme, a host and at most a port, such as \"https://partners.example.com:8443\"",
        ),
        (
            "server.public_url = \"https://example.com:99999\"",
            "server.public_url: must be a scheme, a host and at most a port, such as \"https://partners.example.com:8443\"",
        ),
        (
            "server.body_limit = \"1 MiB\"",
            "server.body_limit: must be a whole number from 1024 to 104857600, not a text",
        ),
        (
            "server.trusted_proxies = [\"10.0.0.0/33\"]",
            "server.trusted_proxies: \"10.0.0.0/33\" is no network: write an address, or one with the length \
             of its prefix, such as \"127.0.0.1\" or \"10.1.0.0/16\"",
        ),
        (
            "server.trusted_proxies = [\"0.0.0.0/0\"]",
            "server.trusted_proxies: \"0.0.0.0/0\" is everybody: name the networks of your proxies alone",
        ),
        (
            "server.trusted_proxies = true",
            "server.trusted_proxies: must be a list of texts, such as [\"127.0.0.1\"], not true or false",
        ),
        (
            "database.url = \"mysql://u:geheim@h/d\"",
            "database.url: must be \"sqlite:<path>\" or \"postgres://user:password@host/name\"; \"mysql\" is unknown",
        ),
        (
            "database.url = \"postgre://u:geheim@h/d\"",
            "database.url: must be \"sqlite:<path>\" or \"postgres://user:password@host/name\"; \"postgre\" is unknown; did you mean \"postgres\"?",
        ),
        (
            "database.url = \"data/lizard.db\"",
            "database.url: must be \"sqlite:<path>\" or \"postgres://user:password@host/name\"",
        ),
        ("database.url = \"postgres:\"", "database.url: must be \"postgres://user:password@host/name\""),
        (
            "database.url = \"sqlite:\"",
            "database.url: must be \"sqlite:\" and the path of a file, without options",
        ),
        (
            "database.url = \"sqlite::memory:\"",
            "database.url: must be a file: Lizard opens several connections, and each would have a memory of its own",
        ),
        ("database.pool = 0", "database.pool: must be a whole number from 1 to 100, not 0"),
        ("database.pool = -1", "database.pool: must be a whole number from 1 to 100, not -1"),
        (
            "mail.url = \"imap://h\"",
            "mail.url: must be \"folder:<path>\", \"smtp://host:587\" or \"smtps://host:465\"; \"imap\" is unknown",
        ),
        (
            "mail.url = \"smtp://u:ge/heim@h\"",
            "mail.url: must name a server, such as \"smtp://user:password@mail.example.com\"; in a password \
             write / ? @ as %2F %3F %40",
        ),
        (
            "mail.url = \"smtp://h?tls=maybe\"",
            "mail.url: may end with \"?tls=required\" or \"?tls=none\", and with nothing else",
        ),
        (
            "mail.url = \"smtps://h?tls=none\"",
            "mail.url: must end after the server: smtps is encrypted from the start",
        ),
        ("mail.parallel = 33", "mail.parallel: must be a whole number from 1 to 32, not 33"),
        (
            "mail.from = \"Lizard\"",
            "mail.from: must be \"Name <address@example.com>\" or an address alone, not \"Lizard\"",
        ),
        (
            "tickets.prefix = \"pi\"",
            "tickets.prefix: must be 1 to 8 capital letters and digits, a letter first, such as \"PI\", not \"pi\"",
        ),
        (
            "priority.value_limits.eur = 5",
            "priority.value_limits.eur: must be named by a currency code of three capital letters, such as EUR, not \"eur\"",
        ),
        (
            "priority.value_limits.EUR = 0",
            "priority.value_limits.EUR: must be a whole number from 1 to 1000000000000, not 0",
        ),
        (
            "log.format = \"jason\"",
            "log.format: must be one of text, json, not \"jason\"; did you mean \"json\"?",
        ),
        (
            "log.filter = \"inof,actix_web=warn\"",
            "log.filter: \"inof\" is not a level: write off, error, warn, info, debug or trace; did you mean \"info\"?",
        ),
        ("log = \"info\"", "log: must be a table of keys, not a text"),
        ("log.filter.actix = \"warn\"", "log.filter: must be a single value, not a table"),
        ("server.lisen = \"x\"", "server.lisen: there is no such setting; did you mean \"listen\"?"),
        ("[sever]", "sever: there is no such setting; did you mean \"server\"?"),
        ("\"server.listen\" = \"x\"", "server.listen: there is no such setting"),
    ];
    for (line, problem) in cases {
        let found = mistakes(&format!("# mine\n\n{line}\n"), &[]);
        assert_eq!(found, [format!("my.toml:3: {problem}")], "{line}");
    }
}

#[test]
fn all_mistakes_come_at_once_those_of_variables_last() {
    let file = "[server]\nlisten = 1\npublic = \"x\"\n\n[database]\npool = 1000\n";
    let found = mistakes(
        file,
        &[
            ("LIZARD__LINKS__SETUP_HOURS", "many"),
            ("LIZARD__LINKS__SETUP_HOUR", "1"),
            ("LIZARD__DATABASE__URL", "redis://u:geheim@h"),
        ],
    );
    assert_eq!(
        found,
        [
            "my.toml:2: server.listen: must be a text in quotes, not a number",
            "my.toml:3: server.public: there is no such setting",
            "my.toml:6: database.pool: must be a whole number from 1 to 100, not 1000",
            "LIZARD__DATABASE__URL: must be \"sqlite:<path>\" or \"postgres://user:password@host/name\"; \"redis\" is unknown",
            "LIZARD__LINKS__SETUP_HOUR: there is no such setting; did you mean LIZARD__LINKS__SETUP_HOURS?",
            "LIZARD__LINKS__SETUP_HOURS: must be a whole number from 1 to 168, not a text",
        ]
    );
}

#[test]
fn a_syntax_error_does_not_hide_a_mistake_in_a_variable() {
    let found = mistakes("[server\n", &[("LIZARD__DATABASE__POOL", "0")]);
    assert_eq!(found.len(), 2);
    assert!(found[0].starts_with("my.toml:1: this is not TOML: "), "{found:?}");
    assert_eq!(found[1], "LIZARD__DATABASE__POOL: must be a whole number from 1 to 100, not 0");
}

#[test]
fn a_file_that_cannot_be_read_is_a_mistake() {
    let found = Settings::load(Some(Path::new("/nowhere/lizard.toml"))).unwrap_err();
    assert!(found[0].to_string().starts_with("/nowhere/lizard.toml: the file of --config cannot be read: "));
}

#[test]
fn good_values_are_read_and_made_uniform() {
    let url = |text: &str| load(&format!("server.public_url = {text:?}"), &[]).unwrap().server.public_url;
    assert_eq!(url("https://Partners.Example.com/"), "https://partners.example.com");
    assert_eq!(url("http://[::1]:8080"), "http://[::1]:8080");

    let database = |text: &str| load(&format!("database.url = {text:?}"), &[]).unwrap().database.url;
    assert_eq!(database("sqlite:///var/l.db"), DatabaseUrl::Sqlite("/var/l.db".into()));
    assert_eq!(database("sqlite:/var/l.db"), DatabaseUrl::Sqlite("/var/l.db".into()));
    let DatabaseUrl::Postgres(secret) = database("postgres://u:p@h/d") else { panic!("not PostgreSQL") };
    assert_eq!(secret.expose(), "postgres://u:p@h/d");

    let trusted = |text: &str| load(&format!("server.trusted_proxies = {text}"), &[]).unwrap();
    let trusted = |text: &str| trusted(text).server.trusted_proxies.to_string();
    assert_eq!(trusted("[]"), "(none)");
    assert_eq!(trusted("[\"127.0.0.1\", \"10.1.2.3/16\"]"), "127.0.0.1/32, 10.1.0.0/16");
    let variable = [("LIZARD__SERVER__TRUSTED_PROXIES", "::1, fd00::/8")];
    assert_eq!(load("", &variable).unwrap().server.trusted_proxies.to_string(), "::1/128, fd00::/8");

    for from in ["a@b", "Lizard <lizard@localhost>", "\"Desk, EMEA\" <desk@example.com>"] {
        assert_eq!(load(&format!("mail.from = {from:?}"), &[]).unwrap().mail.from, from);
    }
    for filter in ["debug", "warn,lizard=trace", "lizard[sweep{n=1}]=debug,off"] {
        assert!(load(&format!("log.filter = {filter:?}"), &[]).is_ok(), "{filter}");
    }
}

#[test]
fn passwords_are_never_shown() {
    let urls = [
        ("postgres://lizard:geheim@db/lizard", "postgres://lizard:***@db/lizard"),
        ("postgres://lizard:ge@heim@db/lizard", "postgres://lizard:***@db/lizard"),
        ("postgres://db/lizard?user=u&password=geheim", "postgres://db/lizard?***"),
        ("postgres://lizard:geheim?@db/lizard", "postgres://***?***"),
        ("postgres://db/lizard?sslmode=prefer", "postgres://db/lizard?sslmode=prefer"),
        ("postgres://db:5432/lizard", "postgres://db:5432/lizard"),
    ];
    for (url, masked) in urls {
        let settings = load(
            "mail.url = \"smtps://desk:geheim@mail.example.com:465\"",
            &[("LIZARD__DATABASE__URL", url)],
        )
        .unwrap();
        let listed = settings.in_force();
        let shown = |key: &str| listed.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        assert_eq!(shown("database.url"), Some(masked));
        assert_eq!(shown("mail.url"), Some("smtps://desk:***@mail.example.com:465"));
        assert!(!format!("{settings:?} {listed:?}").contains("heim"));
    }
}

#[test]
fn tls_to_postgresql_is_asked_only_of_a_build_that_has_it() {
    for mode in ["require", "verify-ca", "verify-full&sslrootcert=/etc/ca.pem"] {
        let url = format!("postgres://lizard@db/lizard?sslmode={mode}");
        let found = load("", &[("LIZARD__DATABASE__URL", &url)]);
        if cfg!(feature = "pg-tls") {
            assert!(found.is_ok(), "{found:?}");
        } else {
            let refused = found.unwrap_err().join("\n");
            assert!(refused.contains("built without") && refused.contains("--features pg-tls"), "{refused}");
        }
    }
    for mode in ["disable", "prefer"] {
        let url = format!("postgres://lizard@db/lizard?connect_timeout=3&sslmode={mode}");
        assert!(load("", &[("LIZARD__DATABASE__URL", &url)]).is_ok(), "{mode}");
    }
}
