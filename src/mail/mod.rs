//! Mail: what a letter says, and how it leaves. Letters are rendered when they are
//! caused, in the transaction that causes them, and need nothing more to be sent.

pub mod compose;
mod content;
pub mod mailer;
mod paint;
pub mod post;
pub mod render;
mod times;
