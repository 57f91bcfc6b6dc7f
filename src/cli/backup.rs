//! `lizard backup`: a copy of the database while the service runs. Of SQLite it is made here,
//! under another name until it is whole and on the disk; of PostgreSQL `pg_dump` makes it, and
//! here is said how, and whether the one that is here fits the server.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};
use clap::Args;
use jiff::Timestamp;

use crate::clock::{Clock, SystemClock};
use crate::settings::{DatabaseUrl, Settings};
use crate::store::backup::{Inventory, copy, look_through, server_version};

pub const RESTORING: &str = "\
The file is never overwritten, and bears its name only once it is whole.

To restore an SQLite backup: stop the service; move lizard.db and, where they are there,
lizard.db-wal and lizard.db-shm away together; copy the backup to where lizard.db was;
`lizard verify`; start the service. A backup of an earlier version is migrated by that start.

To restore a PostgreSQL backup: `createdb` a new, empty database; `pg_restore` into it, as
this command prints it; `lizard verify`; point `database.url` there and start the service.

What was done after the backup is gone. Letters that left after it go out again where they
wait in the backup, with the same bytes and the same Message-ID.";

#[derive(Args)]
pub struct Backup {
    /// The file to make; it must not be there yet, and its folder must.
    file: PathBuf,
}

pub async fn run(settings: Settings, backup: Backup) -> anyhow::Result<ExitCode> {
    super::must_exist(&settings)?;
    let folder = folder_of(&backup.file)?;
    let url = settings.database.url.clone();
    #[expect(clippy::disallowed_methods, reason = "copying has a connection of its own")]
    let done = tokio::task::spawn_blocking(move || match &url {
        DatabaseUrl::Sqlite(path) => sqlite(&url, path, &backup.file, &folder),
        DatabaseUrl::Postgres(_) => postgres(&url, &backup.file),
    });
    done.await?
}

/// The folder of the file, which must be there; the file must not.
fn folder_of(file: &Path) -> anyhow::Result<PathBuf> {
    let folder = file.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if file.file_name().is_none() {
        bail!("{} is no name for a file", file.display());
    }
    if !folder.is_dir() {
        bail!("{} is not there, or no folder: make it first", folder.display());
    }
    if file.symlink_metadata().is_ok() {
        bail!("{} is there already, and is not overwritten: choose another name", file.display());
    }
    Ok(folder.to_owned())
}

fn sqlite(url: &DatabaseUrl, from: &Path, file: &Path, folder: &Path) -> anyhow::Result<ExitCode> {
    let begun = SystemClock.now();
    // Readable by its owner alone, as the temporary file is; gone if anything fails.
    let partial = tempfile::Builder::new()
        .prefix(".lizard-backup-")
        .tempfile_in(folder)
        .with_context(|| format!("{} cannot be written to", folder.display()))?;
    let name = partial.path().to_str().context("the path is not valid UTF-8")?;
    copy(url, name).with_context(|| format!("{} cannot be copied", from.display()))?;
    let held = look_through(partial.path()).context("the copy was thrown away")?;
    partial.as_file().sync_all().context("the copy is not on the disk")?;
    let bytes = partial.as_file().metadata()?.len();
    partial.persist_noclobber(file).map_err(|failed| match failed.error.kind() {
        ErrorKind::AlreadyExists => anyhow::anyhow!("{} has come to be meanwhile", file.display()),
        _ => anyhow::Error::new(failed.error).context(format!("{} cannot be made", file.display())),
    })?;
    File::open(folder).and_then(|folder| folder.sync_all()).context("the folder is not on the disk")?;
    tell(&held, bytes, from, file, begun);
    Ok(ExitCode::SUCCESS)
}

fn tell(held: &Inventory, bytes: u64, from: &Path, file: &Path, begun: Timestamp) {
    let took = SystemClock.now().duration_since(begun);
    println!(
        "{}: {} tickets, {bytes} bytes, schema {}, in {}.{:03} s; looked through, and whole.",
        file.display(),
        held.tickets,
        held.schema,
        took.as_secs(),
        took.subsec_millis(),
    );
    let (file, from) = (quoted(&file.display().to_string()), from.display().to_string());
    println!("To restore it, stop the service, and then:");
    println!("  mkdir set-aside && mv {}* set-aside/", quoted(&from));
    println!("  cp {file} {}", quoted(&from));
    println!("  lizard verify");
    println!("and start the service. What was done since is gone; letters that wait in the backup leave");
    println!("again, with the same bytes and the same Message-ID.");
}

fn postgres(url: &DatabaseUrl, file: &Path) -> anyhow::Result<ExitCode> {
    let server = server_version(url)?;
    let here = pg_dump_version()?;
    let Some(here) = here else {
        bail!("there is no pg_dump here: install PostgreSQL's client programs of version {server} or later");
    };
    if here < server {
        bail!(
            "pg_dump is of version {here}, and the server of {server}: install PostgreSQL's client programs \
             of version {server} or later"
        );
    }
    let (file, from) = (quoted(&file.display().to_string()), quoted(&without_password(url)));
    println!("The server is PostgreSQL {server}, and pg_dump here of version {here}: they fit.");
    println!("Nothing is copied yet. This copies one state of the database, while the service runs:");
    println!("  umask 077; pg_dump --format=custom --file={file} --dbname={from}");
    println!("To restore it, into a new, empty database beside the present one:");
    println!("  createdb --maintenance-db={from} lizard_restored");
    println!("  pg_restore --exit-on-error --no-owner --dbname={} {file}", quoted(&restored(url)));
    println!("  LIZARD__DATABASE__URL={} lizard verify", quoted(&restored(url)));
    println!(
        "and start the service with that `database.url`. The programs take the password from PGPASSWORD"
    );
    println!(
        "or ~/.pgpass; `lizard` takes it from the URL. What was done since is gone; letters that wait in"
    );
    println!("the backup leave again, with the same bytes and the same Message-ID.");
    Ok(ExitCode::SUCCESS)
}

/// The major version of the first `pg_dump` in PATH; none where there is none.
fn pg_dump_version() -> anyhow::Result<Option<i32>> {
    let said = match Command::new("pg_dump").arg("--version").output() {
        Ok(said) => said,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("pg_dump cannot be run"),
    };
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    major(&text).with_context(|| format!("pg_dump does not say its version, but {text:?}")).map(Some)
}

/// Of `pg_dump (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`: 15.
fn major(text: &str) -> Option<i32> {
    let (_, version) = text.split_once("(PostgreSQL) ")?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// For the programs of PostgreSQL, which get the password elsewhere.
fn without_password(url: &DatabaseUrl) -> String {
    url.masked().replacen(":***@", "@", 1)
}

/// The same server, another database.
fn restored(url: &DatabaseUrl) -> String {
    let url = without_password(url);
    let (path, query) = url.split_once('?').map_or((url.as_str(), None), |(path, query)| (path, Some(query)));
    let server = path.rsplit_once('/').map_or(path, |(server, _)| server);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{server}/lizard_restored{query}")
}

/// For a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Secret;

    #[test]
    fn the_version_is_read_as_debian_and_others_write_it() {
        assert_eq!(major("pg_dump (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n"), Some(15));
        assert_eq!(major("pg_dump (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("something else"), None);
    }

    #[test]
    fn no_command_shows_a_password_and_every_one_can_be_pasted() {
        let url =
            DatabaseUrl::Postgres(Secret::new("postgres://ada:s3cret@db/lizard?sslmode=disable".to_owned()));
        assert_eq!(quoted(&without_password(&url)), "'postgres://ada@db/lizard?sslmode=disable'");
        assert_eq!(restored(&url), "postgres://ada@db/lizard_restored?sslmode=disable");
        assert_eq!(quoted("it's here"), r"'it'\''s here'");
    }
}
