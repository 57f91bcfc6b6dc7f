//! Letters about the sample ticket, as their readers get them.

mod letters;
mod limits;
mod stage;
mod threads;
