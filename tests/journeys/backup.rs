//! A backup that was made under load, restored in a new place: everything from before it is
//! there, and goes on. And what a backup refuses.

use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use super::stop::{Load, filed, stopped};
use super::support::*;

/// A command of a shell.
fn shell(line: &str) {
    let ran = Command::new("sh").args(["-c", line]).output().unwrap();
    assert!(ran.status.success(), "{line}: {}", String::from_utf8_lossy(&ran.stderr));
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Makes a backup as an operator does, who reads what `lizard backup` says.
fn backed_up(database: &Database, file: &Path) {
    let told = database.lizard("backup").arg(file).output().unwrap();
    let text = said(&told);
    assert!(told.status.success(), "{text}");
    if let Database::Postgres { .. } = database {
        let dump =
            text.lines().find(|l| l.contains("pg_dump --format")).expect("it says which pg_dump to run");
        shell(dump.trim());
    } else {
        assert!(text.contains("looked through, and whole"), "{text}");
    }
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "nobody else reads it");
}

/// In a new place.
fn restored(file: &Path) -> Database {
    let database = Database::fresh();
    match &database {
        Database::Sqlite(folder) => drop(std::fs::copy(file, folder.path().join("lizard.db")).unwrap()),
        Database::Postgres { .. } => {
            let to = format!("--dbname={}", database.text());
            let ran =
                Command::new("pg_restore").args(["--exit-on-error", "--no-owner", &to]).arg(file).output();
            let ran = ran.unwrap();
            assert!(ran.status.success(), "{}", said(&ran));
        }
    }
    database
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_a_backup_is_there_after_it_is_restored() {
    let behaviour = Behaviour::Lingers(Duration::from_millis(20));
    let (mut load, database) = Load::on(Database::fresh(), behaviour).await;
    if let Database::Postgres { .. } = database
        && Command::new("pg_dump").arg("--version").output().is_err()
    {
        eprintln!("NOT TRIED: there is no pg_dump here, so nothing is backed up and restored");
        return;
    }
    let file = load.folder.path().join("it's a backup");
    let mut serving = load.serve(&database);
    load.begins();
    load.files(40).await;
    let before = load.acknowledged();
    tokio::task::block_in_place(|| backed_up(&database, &file));
    // It goes on being written to, and then it is lost.
    load.files(10).await;
    tokio::task::block_in_place(|| stopped(&mut serving));
    load.unanswered().await;

    let (lost, database) = (database, restored(&file));
    database.must_hold();
    let there = filed(&database);
    for (subject, reference) in &before {
        assert_eq!(there.get(subject), Some(reference), "{subject} was acknowledged before the backup");
    }
    let sent = database.asks("SELECT message_id AS value FROM outbox WHERE state = 'sent'");
    let knew = lost.asks("SELECT message_id AS value FROM outbox");
    // The clock of the mail server's patience: what the backup found on its way is free again.
    database.does("UPDATE outbox SET claimed_until = 0 WHERE state = 'sending'");

    let mut serving = load.serve(&database);
    load.sink.behave(Behaviour::Normal).await;
    let (subject, reference) = before.first_key_value().unwrap();
    let ticket = Ticket(reference.clone());
    assert_eq!(load.jo.sees(&ticket).await.expect(200)["subject"], subject.as_str());
    load.priya.replies(&ticket, "We are back.").await;
    let again = load.jo.ask("POST", "/tickets").key(subject).json(&draft(subject, P3)).send().await;
    assert_eq!(again.expect(201)["reference"], reference.as_str(), "answers are remembered");
    load.jo.files("Filed after the restore", P2).await;
    load.drained(&database).await;
    tokio::task::block_in_place(|| stopped(&mut serving));
    assert_eq!(filed(&database).len(), there.len() + 1);
    database.must_hold();
    let arrived = load.arrived();
    for id in &sent {
        assert_eq!(arrived.get(id), Some(&1), "{id} had left before the backup, and leaves no more");
    }
    for (id, times) in &arrived {
        assert!(*times == 1 || (*times == 2 && knew.contains(id)), "{id} arrived {times} times");
    }
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_leaves_nothing_half_made() {
    let desk = TestDesk::open().await;
    let jo = desk.partner("acme").await.contact("jo").await;
    jo.files("Special price not approved", P2).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let refuses = |file: &Path, why: &str| {
        let told = desk.database().lizard("backup").arg(file).output().unwrap();
        assert_eq!(told.status.code(), Some(1), "{}", said(&told));
        assert!(said(&told).contains(why), "{}", said(&told));
    };
    std::fs::write(&file, "precious").unwrap();
    refuses(&file, "is there already");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
    refuses(&folder.path().join("missing/backup"), "make it first");
    std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
    refuses(&folder.path().join("link"), "is there already");
    if let Database::Sqlite(_) = desk.database() {
        // What is broken is not passed off as a backup.
        desk.database().breaks("DELETE FROM people WHERE email = 'jo@acme.example'");
        refuses(&folder.path().join("broken"), "the copy is not whole");
    }
    let mut names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["backup", "link"], "nothing is left lying about");
}

#[tokio::test]
async fn a_pg_dump_that_does_not_fit_the_server_is_refused() {
    let desk = TestDesk::open().await;
    let Database::Postgres { .. } = desk.database() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let told = |version: Option<&str>| {
        let programs = tempfile::tempdir().unwrap();
        if let Some(version) = version {
            let mut options = std::fs::OpenOptions::new();
            let mut program =
                options.create(true).write(true).mode(0o755).open(programs.path().join("pg_dump"));
            std::io::Write::write_all(
                program.as_mut().unwrap(),
                format!("#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n").as_bytes(),
            )
            .unwrap();
        }
        let told = desk.database().lizard("backup").arg(&file).env("PATH", programs.path()).output().unwrap();
        (told.status.code(), said(&told))
    };
    let (code, text) = told(Some("9.6.24"));
    assert!(code == Some(1) && text.contains("pg_dump is of version 9, and the server of"), "{text}");
    let (code, text) = told(None);
    assert!(code == Some(1) && text.contains("there is no pg_dump here"), "{text}");
    let (code, text) = told(Some("99.1"));
    assert!(code == Some(0) && text.contains("Nothing is copied yet"), "{text}");
    assert!(!file.exists());
}
