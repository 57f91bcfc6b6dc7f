//! A mailbox in memory, that fails when it is told to. For tests.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Failure, Post};

#[derive(Debug, Default)]
pub struct Memory {
    accepted: Mutex<Vec<Post>>,
    /// For everybody, or for one address.
    failing: Mutex<Vec<(Option<String>, Failure)>>,
}

impl Memory {
    /// Everything that was accepted, in order.
    pub fn letters(&self) -> Vec<Post> {
        held(&self.accepted).clone()
    }

    /// From now on letters to this address fail so; none: all of them.
    pub fn fails(&self, to: Option<&str>, how: Failure) {
        held(&self.failing).push((to.map(str::to_owned), how));
    }

    /// From now on nothing fails.
    pub fn works(&self) {
        held(&self.failing).clear();
    }

    pub(super) fn send(&self, post: Post) -> Result<(), Failure> {
        let to = post.to();
        let failing = held(&self.failing);
        if let Some((_, how)) = failing.iter().find(|(who, _)| who.as_ref().is_none_or(|w| *w == to)) {
            return Err(how.clone());
        }
        held(&self.accepted).push(post);
        Ok(())
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
