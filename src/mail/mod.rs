//! Mail: what a letter says. Letters are rendered when they are caused, in the
//! transaction that causes them, and need nothing more to be sent.

pub mod compose;
mod content;
mod paint;
pub mod render;
mod times;
