//! The pure core: values in, values out, and `now` is an argument. Nothing here
//! reads a clock, a database, a setting or a socket, and nothing here is async.
//! One file for each noun of the house (HOUSE.md); a ticket's verbs return a
//! [`change::Change`], which the store can record and nothing else.

pub mod absence;
pub mod access;
pub mod actor;
pub mod attachment;
pub mod backoff;
pub mod calendar;
pub mod calendars;
pub mod change;
pub mod course;
pub mod draft;
pub mod escalation;
pub mod event;
pub mod explain;
pub mod fault;
pub mod history;
pub mod ids;
pub mod invariants;
pub mod ladder;
pub mod letter;
pub mod likeness;
pub mod link;
pub mod message;
pub mod migration;
pub mod notice;
pub mod outlook;
pub mod partner;
pub mod person;
pub mod priority;
pub mod promise;
pub mod refusal;
pub mod replay;
pub mod routing;
#[cfg(test)]
pub(crate) mod samples;
pub mod search;
pub mod simulation;
pub mod taxonomy;
pub mod tenure;
pub mod ticket;
pub mod timetable;
pub mod words;
