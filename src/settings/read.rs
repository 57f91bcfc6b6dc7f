//! One line for each setting: its key and what it must be. All are read before the
//! first missing one ends the construction, so that every mistake is noted.

use std::collections::BTreeMap;

use super::layers::{Layers, OPEN};
use super::proxies::proxies;
use super::values;
use super::{
    Attachments, Database, Files, Limits, Links, Log, LogFormat, Mail, Priority, Server, Session, Settings,
    Tickets,
};
use crate::reader::{one_of, text, whole};

/// `None` where something was noted.
pub(super) fn settings(layers: &Layers) -> Option<Settings> {
    let server = server(layers);
    let database = database(layers);
    let mail = mail(layers);
    let tickets = tickets(layers);
    let priority = priority(layers);
    let files = files(layers);
    let session = session(layers);
    let links = links(layers);
    let limits = limits(layers);
    let attachments = attachments(layers);
    let log = log(layers);
    Some(Settings {
        server: server?,
        database: database?,
        mail: mail?,
        tickets: tickets?,
        priority: priority?,
        files: files?,
        session: session?,
        links: links?,
        limits: limits?,
        attachments: attachments?,
        log: log?,
    })
}

fn server(layers: &Layers) -> Option<Server> {
    let listen = layers.read("server.listen", values::listen);
    let public_url = layers.read("server.public_url", values::public_url);
    let body_limit = layers.read("server.body_limit", whole(1024..=104_857_600));
    let trusted_proxies = layers.read("server.trusted_proxies", proxies);
    Some(Server {
        listen: listen?,
        public_url: public_url?,
        body_limit: body_limit?,
        trusted_proxies: trusted_proxies?,
    })
}

fn database(layers: &Layers) -> Option<Database> {
    let url = layers.read("database.url", values::database_url);
    let pool = layers.read("database.pool", whole(1..=100));
    Some(Database { url: url?, pool: pool? })
}

fn mail(layers: &Layers) -> Option<Mail> {
    let url = layers.read("mail.url", values::mail_url);
    let from = layers.read("mail.from", values::mailbox);
    let parallel = layers.read("mail.parallel", whole(1..=32));
    Some(Mail { url: url?, from: from?, parallel: parallel? })
}

fn tickets(layers: &Layers) -> Option<Tickets> {
    let prefix = layers.read("tickets.prefix", values::prefix);
    Some(Tickets { prefix: prefix? })
}

fn priority(layers: &Layers) -> Option<Priority> {
    let mut value_limits = BTreeMap::new();
    let mut complete = true;
    for currency in layers.keys_of_open_table() {
        let limit = layers.read(&format!("{OPEN}.{currency}"), |value| {
            values::currency(&currency)?;
            whole(1..=1_000_000_000_000)(value)
        });
        match limit {
            Some(limit) => {
                value_limits.insert(currency, limit);
            }
            None => complete = false,
        }
    }
    complete.then_some(Priority { value_limits })
}

fn files(layers: &Layers) -> Option<Files> {
    let ladder = layers.read("files.ladder", text);
    let taxonomy = layers.read("files.taxonomy", text);
    let calendars = layers.read("files.calendars", text);
    Some(Files { ladder: ladder?, taxonomy: taxonomy?, calendars: calendars? })
}

fn session(layers: &Layers) -> Option<Session> {
    let access_minutes = layers.read("session.access_minutes", whole(1..=1440));
    let refresh_days = layers.read("session.refresh_days", whole(1..=365));
    let page_hours = layers.read("session.page_hours", whole(1..=168));
    Some(Session { access_minutes: access_minutes?, refresh_days: refresh_days?, page_hours: page_hours? })
}

fn links(layers: &Layers) -> Option<Links> {
    let setup_hours = layers.read("links.setup_hours", whole(1..=168));
    let invitation_days = layers.read("links.invitation_days", whole(1..=90));
    let reset_hours = layers.read("links.reset_hours", whole(1..=72));
    let sign_in_minutes = layers.read("links.sign_in_minutes", whole(1..=120));
    let follow_days = layers.read("links.follow_days", whole(1..=365));
    Some(Links {
        setup_hours: setup_hours?,
        invitation_days: invitation_days?,
        reset_hours: reset_hours?,
        sign_in_minutes: sign_in_minutes?,
        follow_days: follow_days?,
    })
}

fn limits(layers: &Layers) -> Option<Limits> {
    let sign_in_per_minute = layers.read("limits.sign_in_per_minute", whole(1..=10_000));
    let sign_in_per_address_per_minute =
        layers.read("limits.sign_in_per_address_per_minute", whole(1..=100_000));
    let reset_per_hour = layers.read("limits.reset_per_hour", whole(1..=1_000));
    Some(Limits {
        sign_in_per_minute: sign_in_per_minute?,
        sign_in_per_address_per_minute: sign_in_per_address_per_minute?,
        reset_per_hour: reset_per_hour?,
    })
}

fn attachments(layers: &Layers) -> Option<Attachments> {
    let largest = layers.read("attachments.largest", whole(1_000..=100_000_000));
    let most = layers.read("attachments.most", whole(1..=50));
    Some(Attachments { largest: largest?, most: most? })
}

fn log(layers: &Layers) -> Option<Log> {
    let format = layers.read("log.format", one_of(&[LogFormat::Text, LogFormat::Json]));
    let filter = layers.read("log.filter", values::log_filter);
    Some(Log { format: format?, filter: filter? })
}
