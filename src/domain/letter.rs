//! A finished mail, ready to leave: rendered when it is caused, so that sending it
//! again sends the same.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// `invitation`, `reset`.
    pub kind: &'static str,
    /// The same cause and reader always give the same key.
    pub dedup_key: String,
    pub message_id: String,
    pub recipient: String,
    pub subject: String,
    pub text: String,
}
