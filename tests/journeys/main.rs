//! The service through its front doors: real HTTP, real sign-ins, a clock that is pushed.
//! On a fresh SQLite file for each test, and on PostgreSQL when TEST_DATABASE_URL names a
//! server. Each file is a part of the house as people use it; `support` holds the actors.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails where it stands"
)]

mod absence;
mod access;
mod api_contract;
mod attachments;
mod backup;
mod climbing;
mod clock;
mod concurrency;
mod configuration;
mod conversation;
mod delivery;
mod demo;
mod escalation;
mod exec;
mod intake;
mod jumps;
mod ladder;
mod links;
mod live;
mod merge;
mod migration;
mod packages;
mod pages;
mod portal;
mod preferences;
mod progress;
mod proxies;
mod queue;
mod races;

mod resolution;
mod restart;
mod search;
mod sessions;
mod simulations;
mod stop;
#[expect(dead_code, reason = "the crash harness needs more of it")]
mod support;
mod timetable;
mod tour;
mod triage;
mod upgrade;
mod verify;
mod waits;
mod watchers;
