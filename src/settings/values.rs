//! Settings that are more than a number or a text, and the checks of texts. A message
//! never repeats a URL that may hold a password.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use toml_edit::Value;

use crate::reader::{did_you_mean, name, text};

/// A text that must not be seen in a log or a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text in.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one who connects with it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A URL with its passwords replaced by ***; rather too much than too little.
    fn masked_url(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return "***".to_owned();
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let host = match rest.rsplit_once('@') {
            Some((sign_in, host)) => match sign_in.split_once(':') {
                Some((user, _)) => format!("{user}:***@{host}"),
                None => format!("{sign_in}@{host}"),
            },
            // A password with a question mark in it: all of it is behind the mark.
            None if query.contains('@') => "***".to_owned(),
            None => rest.to_owned(),
        };
        let query = match query {
            "" => String::new(),
            query if query.contains('@') || query.to_lowercase().contains("pass") => "?***".to_owned(),
            query => format!("?{query}"),
        };
        format!("{scheme}://{host}{query}")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where everything is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The file.
    Sqlite(PathBuf),
    /// The whole URL.
    Postgres(Secret),
}

impl DatabaseUrl {
    /// As it was written, without the password.
    pub fn masked(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.masked_url(),
        }
    }
}

/// How letters leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailUrl {
    /// Each letter becomes a file in here.
    Folder(PathBuf),
    /// The whole URL, smtp or smtps.
    Smtp(Secret),
}

impl MailUrl {
    /// As it was written, without the password.
    pub fn masked(&self) -> String {
        match self {
            Self::Folder(path) => format!("folder:{}", path.display()),
            Self::Smtp(url) => url.masked_url(),
        }
    }
}

pub(super) fn listen(value: &Value) -> Result<SocketAddr, String> {
    let text = text(value)?;
    text.trim().parse().map_err(|_| {
        format!(
            "{text:?} is not an address: write an IP address and a port, such as \
             \"127.0.0.1:8080\", or \"0.0.0.0:8080\" for all networks"
        )
    })
}

/// Normalised: small letters, no slash at the end.
pub(super) fn public_url(value: &Value) -> Result<String, String> {
    let text = text(value)?;
    let url = text.trim().trim_end_matches('/').to_ascii_lowercase();
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let Some(authority) = rest else {
        return Err(
            "must start with http:// or https://, such as \"https://partners.example.com\"".to_owned()
        );
    };
    if authority.contains(['/', '?', '#']) {
        return Err(
            "must end after the host and port: Lizard has a host of its own, not a path on one".to_owned()
        );
    }
    if is_authority(authority) {
        Ok(url)
    } else {
        Err("must be a scheme, a host and at most a port, such as \"https://partners.example.com:8443\""
            .to_owned())
    }
}

fn is_authority(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(host) => host.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')),
    };
    is_host && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

pub(super) fn database_url(value: &Value) -> Result<DatabaseUrl, String> {
    const FORMS: &str = "\"sqlite:<path>\" or \"postgres://user:password@host/name\"";
    let text = text(value)?;
    let text = text.trim();
    let (scheme, rest) = scheme_of(text, FORMS)?;
    match scheme {
        "sqlite" => {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            if path.contains(":memory:") {
                Err("must be a file: Lizard opens several connections, and each would have a memory of its own".to_owned())
            } else if path.is_empty() || path.contains('?') {
                Err("must be \"sqlite:\" and the path of a file, without options".to_owned())
            } else {
                Ok(DatabaseUrl::Sqlite(PathBuf::from(path)))
            }
        }
        "postgres" | "postgresql" if rest.trim_matches('/').is_empty() || !rest.starts_with("//") => {
            Err("must be \"postgres://user:password@host/name\"".to_owned())
        }
        "postgres" | "postgresql" => {
            has_tls(rest)?;
            Ok(DatabaseUrl::Postgres(Secret::new(text.to_owned())))
        }
        _ => Err(unknown_scheme(scheme, FORMS, &["sqlite", "postgres"])),
    }
}

/// Refuses what libpq could only refuse at the first connection.
fn has_tls(rest: &str) -> Result<(), String> {
    let options = rest.rsplit_once('?').map_or("", |(_, options)| options);
    let mode = options.split('&').find_map(|option| option.strip_prefix("sslmode="));
    match mode {
        Some("require" | "verify-ca" | "verify-full") if !cfg!(feature = "pg-tls") => {
            Err("asks for TLS by its sslmode, and this program was built without: build it with \
             `cargo build --release --features pg-tls`"
                .to_owned())
        }
        _ => Ok(()),
    }
}

pub(super) fn mail_url(value: &Value) -> Result<MailUrl, String> {
    const FORMS: &str = "\"folder:<path>\", \"smtp://host:587\" or \"smtps://host:465\"";
    let text = text(value)?;
    let text = text.trim();
    let (scheme, rest) = scheme_of(text, FORMS)?;
    match scheme {
        "folder" => match rest.strip_prefix("//").unwrap_or(rest) {
            "" => Err("must be \"folder:\" and the path of a folder".to_owned()),
            path => Ok(MailUrl::Folder(PathBuf::from(path))),
        },
        "smtp" | "smtps" => {
            let rest = rest.strip_prefix("//").unwrap_or_default();
            let server = rest.split(['/', '?']).next().unwrap_or_default();
            let server = server.rsplit('@').next().unwrap_or_default();
            let option = rest.split_once('?').map_or("", |(_, option)| option);
            if is_authority(server) {
                tls_option(scheme, option)?;
                Ok(MailUrl::Smtp(Secret::new(text.to_owned())))
            } else {
                Err(format!(
                    "must name a server, such as \"{scheme}://user:password@mail.example.com\"; in a \
                     password write / ? @ as %2F %3F %40"
                ))
            }
        }
        _ => Err(unknown_scheme(scheme, FORMS, &["folder", "smtp", "smtps"])),
    }
}

fn tls_option(scheme: &str, option: &str) -> Result<(), String> {
    match (scheme, option) {
        (_, "") | ("smtp", "tls=required" | "tls=opportunistic" | "tls=none") => Ok(()),
        ("smtp", _) => {
            Err("may end with \"?tls=required\" or \"?tls=none\", and with nothing else".to_owned())
        }
        _ => Err("must end after the server: smtps is encrypted from the start".to_owned()),
    }
}

fn scheme_of<'a>(text: &'a str, forms: &str) -> Result<(&'a str, &'a str), String> {
    text.split_once(':')
        .filter(|(scheme, _)| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_lowercase()))
        .ok_or_else(|| format!("must be {forms}"))
}

fn unknown_scheme(scheme: &str, forms: &str, known: &[&str]) -> String {
    let near = did_you_mean(scheme, known.iter().copied());
    format!("must be {forms}; {scheme:?} is unknown{near}")
}

pub(super) fn mailbox(value: &Value) -> Result<String, String> {
    let text = name(value)?;
    let address = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
        None => text.as_str(),
    };
    let is_address = address.split_once('@').is_some_and(|(local, domain)| {
        let odd = |part: &str| part.contains(|c: char| c.is_whitespace() || "<>@,;\"".contains(c));
        !local.is_empty() && !domain.is_empty() && !odd(local) && !odd(domain)
    });
    if is_address {
        Ok(text)
    } else {
        Err(format!("must be \"Name <address@example.com>\" or an address alone, not {text:?}"))
    }
}

pub(super) fn prefix(value: &Value) -> Result<String, String> {
    let text = text(value)?;
    let fits = (1..=8).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if fits {
        Ok(text)
    } else {
        Err(format!(
            "must be 1 to 8 capital letters and digits, a letter first, such as \"PI\", not {text:?}"
        ))
    }
}

pub(super) fn currency(code: &str) -> Result<(), String> {
    if code.len() == 3 && code.chars().all(|c| c.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(format!("must be named by a currency code of three capital letters, such as EUR, not {code:?}"))
    }
}

/// The parts that people write: levels, and target=level. What has brackets is for
/// `EnvFilter` to judge.
pub(super) fn log_filter(value: &Value) -> Result<String, String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let text = name(value)?;
    if text.contains(['[', '{']) {
        return Ok(text);
    }
    for part in text.split(',').map(str::trim) {
        let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
        if !LEVELS.iter().any(|known| known.eq_ignore_ascii_case(level)) {
            return Err(format!(
                "{level:?} is not a level: write off, error, warn, info, debug or trace{}",
                did_you_mean(level, LEVELS)
            ));
        }
    }
    Ok(text)
}
