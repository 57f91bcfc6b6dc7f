//! What PostgreSQL itself takes for a filed ticket: pgbench replays the statements that the
//! service sent while it filed some, each with the values that it sent, and with a number,
//! a reference and an idempotency key of its own. No HTTP and no service in between.

use std::fs;
use std::iter::Peekable;
use std::path::PathBuf;
use std::process::Command;
use std::str::Chars;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, bail, ensure};
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use lizard::store::Db;
use tempfile::TempDir;

use crate::copies::run;
use crate::filing::Client;
use crate::office::Office;

/// Who replay at the same time.
const CLIENTS: &str = "8";
/// Stands in what was recorded where the key of a request is.
const KEY: &str = "123456789012";
/// Numbers of recorded tickets start here, so that they are recognised wherever they stand.
const FIRST: i64 = 900_000_000;
/// From one to the next.
const STEP: i64 = 1_000_003;

/// Statements since recording began; None while nobody records.
static RECORDED: Mutex<Option<Vec<String>>> = Mutex::new(None);

/// From now on, connections tell what they send. Before the first one is opened.
pub fn listen() -> anyhow::Result<()> {
    fn hears(event: InstrumentationEvent<'_>) {
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        if let Some(recorded) = RECORDED.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            recorded.push(query.to_string());
        }
    }
    Ok(set_default_instrumentation(|| Some(Box::new(hears) as Box<dyn Instrumentation>))?)
}

fn record(recording: Option<Vec<String>>) -> Vec<String> {
    let mut recorded = RECORDED.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut *recorded, recording).unwrap_or_default()
}

/// Scripts, one for each recorded filing, and the values in them.
pub struct Replay {
    folder: TempDir,
    scripts: Vec<PathBuf>,
    values: Vec<String>,
    url: String,
}

impl Replay {
    /// Files a ticket for each client, and keeps what was sent.
    pub async fn of(office: &Office, clients: &[Client], url: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut replay = Self { folder, scripts: Vec::new(), values: Vec::new(), url: url.to_owned() };
        for (client, n) in clients.iter().zip(0..) {
            let ticket = FIRST + n * STEP;
            next_is(office, format!("{ticket}, false")).await?;
            record(Some(Vec::new()));
            let filed = client.file_as(&format!("key-{KEY}-{n}")).await;
            let statements = record(None);
            filed?;
            replay.add(&statements, ticket)?;
        }
        next_is(office, format!("(SELECT max(id) FROM tickets WHERE id < {FIRST})")).await?;
        Ok(replay)
    }

    fn add(&mut self, statements: &[String], ticket: i64) -> anyhow::Result<()> {
        let mut script = "\\set key random(1, 1000000000000)\n".to_owned();
        for statement in statements {
            let (sql, binds) = statement.rsplit_once(" -- binds: ").unwrap_or((statement, "[]"));
            if sql.contains("nextval") {
                script += "SELECT nextval(pg_get_serial_sequence('tickets', 'id')) AS ticket \\gset\n";
                continue;
            }
            script += &self.filled_in(sql, &values(binds).context(statement.clone())?, ticket);
            script += ";\n";
        }
        let path = self.folder.path().join(format!("{ticket}.sql"));
        fs::write(&path, script)?;
        self.scripts.push(path);
        Ok(())
    }

    /// The statement with a variable in each place of a bind.
    fn filled_in(&mut self, sql: &str, binds: &[Option<String>], ticket: i64) -> String {
        let mut filled = String::new();
        let mut pieces = sql.split('$');
        filled += pieces.next().unwrap_or_default();
        for piece in pieces {
            let digits: String = piece.chars().take_while(char::is_ascii_digit).collect();
            let bind = digits.parse().ok().and_then(|n: usize| binds.get(n.checked_sub(1)?));
            match bind {
                Some(bind) => filled += &self.expression(bind.as_deref(), ticket),
                None => filled = filled + "$" + &digits,
            }
            filled.extend(piece.chars().skip(digits.len()));
        }
        filled.replace('\n', " ")
    }

    fn expression(&mut self, value: Option<&str>, ticket: i64) -> String {
        let Some(value) = value else { return "NULL".to_owned() };
        if value == ticket.to_string() {
            return ":ticket".to_owned();
        }
        let name = format!("v{}", self.values.len());
        self.values.push(format!("{name}={value}"));
        let mut expression = format!(":{name}");
        let others = [
            ((ticket + 1000).to_string(), "(:ticket::bigint + 1000)::text"),
            (ticket.to_string(), ":ticket::text"),
            (KEY.to_owned(), ":key::text"),
        ];
        for (mark, other) in others.into_iter().filter(|(mark, _)| value.contains(mark)) {
            let text = if expression.starts_with(':') { "::text" } else { "" };
            expression = format!("replace({expression}{text}, '{mark}', {other})");
        }
        expression
    }

    /// Tickets a second.
    pub fn run(&self, seconds: u64) -> anyhow::Result<f64> {
        let mut command = Command::new(program()?);
        command.args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--client", CLIENTS]);
        command.arg(format!("--time={seconds}"));
        command.args(self.values.iter().map(|value| format!("--define={value}")));
        command.args(self.scripts.iter().map(|script| format!("--file={}", script.display())));
        let done = command.arg(&self.url).output().context("pgbench")?;
        let (out, trouble) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        ensure!(done.status.success() && !trouble.contains("aborted"), "pgbench: {trouble}");
        let rate = out.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        rate.with_context(|| format!("pgbench did not say its rate: {out}"))
    }
}

async fn next_is(office: &Office, value: String) -> anyhow::Result<()> {
    let sql = format!("SELECT setval(pg_get_serial_sequence('tickets', 'id'), {value})");
    let set = move |db: &mut Db| Ok::<_, lizard::desk::Error>(run(db, &sql)?);
    Ok(office.app.store.write(set).await?)
}

/// In PATH, or where Debian keeps it.
fn program() -> anyhow::Result<PathBuf> {
    if Command::new("pgbench").arg("--version").output().is_ok() {
        return Ok("pgbench".into());
    }
    let versions = fs::read_dir("/usr/lib/postgresql").context("there is no pgbench")?;
    let found =
        versions.filter_map(|v| Some(v.ok()?.path().join("bin/pgbench"))).filter(|p| p.exists()).max();
    found.context("there is no pgbench")
}

/// The values in diesel's list of binds; None is NULL, a list is an array.
fn values(binds: &str) -> anyhow::Result<Vec<Option<String>>> {
    let mut rest = binds.chars().peekable();
    ensure!(rest.next() == Some('['), "no list");
    list(&mut rest)
}

/// Up to the bracket that closes it.
fn list(rest: &mut Peekable<Chars<'_>>) -> anyhow::Result<Vec<Option<String>>> {
    let mut all = Vec::new();
    loop {
        match rest.peek().context("the list does not end")? {
            ']' => {
                rest.next();
                return Ok(all);
            }
            ',' | ' ' => drop(rest.next()),
            _ => all.push(value(rest)?),
        }
    }
}

fn value(rest: &mut Peekable<Chars<'_>>) -> anyhow::Result<Option<String>> {
    match rest.peek() {
        Some('"') => Ok(Some(text(rest)?)),
        Some('[') => {
            rest.next();
            let members: Vec<String> = list(rest)?.into_iter().flatten().collect();
            Ok(Some(format!("{{{}}}", members.join(","))))
        }
        _ => {
            let mut word = String::new();
            while let Some(c) = rest.next_if(|c| !matches!(c, ',' | ']' | ')' | '(')) {
                word.push(c);
            }
            if word != "Some" {
                return Ok((word != "None").then_some(word));
            }
            rest.next();
            let inner = value(rest)?;
            rest.next();
            Ok(inner)
        }
    }
}

/// As Rust writes it.
fn text(rest: &mut Peekable<Chars<'_>>) -> anyhow::Result<String> {
    let mut text = String::new();
    rest.next();
    loop {
        match rest.next().context("the text does not end")? {
            '"' => return Ok(text),
            '\\' => match rest.next().context("the text does not end")? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'u' => {
                    let code: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                c @ ('"' | '\'' | '\\') => text.push(c),
                other => bail!("\\{other} is unknown"),
            },
            c => text.push(c),
        }
    }
}
