//! How letters leave: to a mail server, into a folder, or into the memory of a test. What
//! failed says whether it is worth another try, in words that name nobody.

mod folder;
mod memory;
mod smtp;

use crate::settings::MailUrl;

use super::post::Post;
pub use memory::Memory;
use smtp::Smtp;

pub enum Mailer {
    Smtp(Box<Smtp>),
    Folder(folder::Folder),
    Memory(std::sync::Arc<Memory>),
}

/// Why a letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Trying again would fail again.
    pub last: bool,
    /// What happened, in a few words: no address, and nothing of the letter.
    pub class: String,
}

impl Failure {
    pub fn last(class: impl Into<String>) -> Self {
        Self { last: true, class: class.into() }
    }

    pub fn passing(class: impl Into<String>) -> Self {
        Self { last: false, class: class.into() }
    }
}

impl Mailer {
    /// By `mail.url`; keeps up to `parallel` connections. Connects when there is something to send.
    pub fn open(url: &MailUrl, parallel: u32) -> Result<Self, String> {
        match url {
            MailUrl::Folder(path) => Ok(Self::Folder(folder::Folder::new(path.clone()))),
            MailUrl::Smtp(url) => Ok(Self::Smtp(Box::new(Smtp::new(url.expose(), parallel)?))),
        }
    }

    /// Ok: accepted, and somebody else's to bring on.
    pub async fn send(&self, post: Post) -> Result<(), Failure> {
        match self {
            Self::Smtp(smtp) => smtp.send(&post).await,
            Self::Folder(folder) => folder.send(post).await,
            Self::Memory(memory) => memory.send(post),
        }
    }

    /// Nothing more to send for now: says goodbye to the server. A connection that is kept for
    /// long may be dead without anybody noticing.
    pub async fn rest(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.rest().await;
        }
    }
}
