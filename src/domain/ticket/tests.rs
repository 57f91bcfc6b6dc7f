//! Tests of a ticket's verbs, a file a subject; `samples.rs` checks every change besides.

mod complaints;
mod dates;
mod opening;
mod pressing;
mod properties;
mod replaying;
mod resolution;
mod triage;
mod updates;
mod waiting;
