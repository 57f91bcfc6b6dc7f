//! The doors of the browser and of programs: HTTP in, use cases, HTML or JSON out.
//! Handlers parse, call the desk or read the store, and respond; rules live elsewhere.

pub mod api;
pub mod auth;
mod charts;
pub mod client;
pub mod downloads;
pub mod error;
pub mod fields;
pub mod health;
pub mod pages;
pub mod reply;
pub mod routes;
pub mod server;
pub mod sign_in;
pub mod uploads;
pub mod view;
