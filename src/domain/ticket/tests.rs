//! Tests of a ticket's verbs, a file a subject; `samples.rs` checks every change besides.

mod accepting;
mod at_once;
mod calling;
mod complaints;
mod dates;
mod descending;
mod holding;
mod manning;
mod migrating;
mod mistakes;
mod model;
mod opening;
mod pressing;
mod properties;
mod reading;
mod replaying;
mod resolution;
mod triage;
mod updates;
mod waiting;
