//! Lizard, the partner issue escalation service: every issue has one named owner and
//! a published ladder of people who will be told and when.
//!
//! The map of the house, in order of dependence; nothing points backwards:
//!
//! - [`domain`]: the rules. Values in, values out, `now` is an argument.
//! - [`store`]: SQL, on SQLite and PostgreSQL.
//! - [`mail`]: what letters say.
//! - [`desk`]: use cases: load → decide → record, one transaction each.
//! - `web`, `jobs`, `cli`: the doors.
//!
//! [`settings`], [`configuration`], [`reader`], [`secrets`] and [`clock`] are leaves.

pub mod app;
pub mod cli;
pub mod clock;
pub mod configuration;
pub mod desk;
pub mod domain;
pub mod jobs;
pub mod mail;
pub mod reader;
pub mod secrets;
pub mod settings;
pub mod store;
pub mod web;
