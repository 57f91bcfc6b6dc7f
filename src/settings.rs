//! The settings of one process: `config/default.toml` ← the `--config` file ← variables
//! named LIZARD__SECTION__KEY. Read and checked once, at the start; every mistake is
//! reported with the line or the variable in which it stands. `config/default.toml`
//! says what each setting means. The ladder, the taxonomy and the calendars are no
//! settings: they live in the database, seeded by `configuration`.

mod layers;
mod proxies;
mod read;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

use crate::reader::Mistake;
use layers::Layers;
pub use proxies::Proxies;
pub use values::{DatabaseUrl, MailUrl, Secret};

/// Everything that can be set, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub server: Server,
    pub database: Database,
    pub mail: Mail,
    pub tickets: Tickets,
    pub priority: Priority,
    pub files: Files,
    pub session: Session,
    pub links: Links,
    pub limits: Limits,
    pub attachments: Attachments,
    pub log: Log,
}

/// How people and programs reach Lizard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub listen: SocketAddr,
    /// Scheme, host and port, without a slash at the end: append "/t/PI-1042".
    pub public_url: String,
    /// Bytes.
    pub body_limit: usize,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Proxies,
}

/// Where everything is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    pub url: DatabaseUrl,
    /// Connections: all of them on PostgreSQL, the reading ones on SQLite.
    pub pool: u32,
}

/// How letters leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub url: MailUrl,
    /// "Name <address>" or an address.
    pub from: String,
    /// Letters that leave at the same time.
    pub parallel: u32,
}

/// What tickets are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tickets {
    /// First part of a reference, as in PI-1042.
    pub prefix: String,
}

/// What the matrix needs to know beside the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priority {
    /// Currency code → whole units, above which a ticket counts as `cannot_work`.
    pub value_limits: BTreeMap<String, i64>,
}

/// The seed files by path; empty means the built-in file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    pub ladder: String,
    pub taxonomy: String,
    pub calendars: String,
}

/// How long a sign-in lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub access_minutes: u32,
    pub refresh_days: u32,
    /// Without opening a page.
    pub page_hours: u32,
}

/// How long links in letters stay good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    pub setup_hours: u32,
    pub invitation_days: u32,
    pub reset_hours: u32,
    /// To sign in without a password.
    pub sign_in_minutes: u32,
    /// In letters about a ticket.
    pub follow_days: u32,
}

/// How often a stranger may try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For one e-mail address.
    pub sign_in_per_minute: u32,
    /// From one network address.
    pub sign_in_per_address_per_minute: u32,
    /// For one e-mail address.
    pub reset_per_hour: u32,
}

/// Files that people send along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attachments {
    /// Bytes of one file.
    pub largest: u64,
    /// Files of one message.
    pub most: usize,
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    pub format: LogFormat,
    /// `tracing-subscriber`'s EnvFilter text.
    pub filter: String,
}

/// For people, or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

impl Settings {
    /// The settings of this process. Fails with every mistake there is; a syntax error
    /// in the file hides the others in it.
    pub fn load(config: Option<&Path>) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let file = config.and_then(|path| {
            let name = path.display().to_string();
            match std::fs::read_to_string(path) {
                Ok(text) => Some((name, text)),
                Err(error) => {
                    let message = format!("the file of --config cannot be read: {error}");
                    mistakes.push(Mistake { file: name, line: 0, message });
                    None
                }
            }
        });
        let file = file.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
        #[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
        let environment = std::env::vars_os();
        let settings = Self::from_layers(file, environment);
        match settings {
            Ok(settings) if mistakes.is_empty() => Ok(settings),
            Ok(_) => Err(mistakes),
            Err(more) => {
                mistakes.extend(more);
                Err(mistakes)
            }
        }
    }

    /// The settings of a named file text and of environment variables.
    fn from_layers(
        file: Option<(&str, &str)>,
        variables: impl IntoIterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
    ) -> Result<Self, Vec<Mistake>> {
        let layers = Layers::new(file, variables)?;
        let settings = read::settings(&layers);
        let mistakes = layers.into_mistakes();
        match settings {
            Some(settings) if mistakes.is_empty() => Ok(settings),
            _ => Err(mistakes),
        }
    }

    /// Every setting with its value, in the order of `config/default.toml`; passwords
    /// are masked.
    #[expect(clippy::too_many_lines, reason = "a line for each setting")]
    pub fn in_force(&self) -> Vec<(String, String)> {
        // Taken apart whole: a new field does not compile until it is listed.
        let Self {
            server,
            database,
            mail,
            tickets,
            priority,
            files,
            session,
            links,
            limits,
            attachments,
            log,
        } = self;
        let Server { listen, public_url, body_limit, trusted_proxies } = server;
        let Database { url: database_url, pool } = database;
        let Mail { url: mail_url, from, parallel } = mail;
        let Tickets { prefix } = tickets;
        let Priority { value_limits } = priority;
        let Files { ladder, taxonomy, calendars } = files;
        let Session { access_minutes, refresh_days, page_hours } = session;
        let Links { setup_hours, invitation_days, reset_hours, sign_in_minutes, follow_days } = links;
        let Limits { sign_in_per_minute, sign_in_per_address_per_minute, reset_per_hour } = limits;
        let Attachments { largest, most } = attachments;
        let Log { format, filter } = log;

        let named = |file: &String| match file.as_str() {
            "" => "(built in)".to_owned(),
            path => path.to_owned(),
        };
        let mut list: Vec<(String, String)> = Vec::new();
        let mut add = |key: &str, value: &dyn fmt::Display| list.push((key.to_owned(), value.to_string()));
        add("server.listen", listen);
        add("server.public_url", public_url);
        add("server.body_limit", body_limit);
        add("server.trusted_proxies", trusted_proxies);
        add("database.url", &database_url.masked());
        add("database.pool", pool);
        add("mail.url", &mail_url.masked());
        add("mail.from", from);
        add("mail.parallel", parallel);
        add("tickets.prefix", prefix);
        for (currency, limit) in value_limits {
            add(&format!("priority.value_limits.{currency}"), limit);
        }
        add("files.ladder", &named(ladder));
        add("files.taxonomy", &named(taxonomy));
        add("files.calendars", &named(calendars));
        add("session.access_minutes", access_minutes);
        add("session.refresh_days", refresh_days);
        add("session.page_hours", page_hours);
        add("links.setup_hours", setup_hours);
        add("links.invitation_days", invitation_days);
        add("links.reset_hours", reset_hours);
        add("links.sign_in_minutes", sign_in_minutes);
        add("links.follow_days", follow_days);
        add("limits.sign_in_per_minute", sign_in_per_minute);
        add("limits.sign_in_per_address_per_minute", sign_in_per_address_per_minute);
        add("limits.reset_per_hour", reset_per_hour);
        add("attachments.largest", largest);
        add("attachments.most", most);
        add("log.format", format);
        add("log.filter", filter);
        list
    }
}

#[cfg(test)]
mod tests;
