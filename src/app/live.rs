//! Pages that stay open: what moved just now, and who is looking at what. Kept in memory, by each
//! process for those whom it serves.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast::{Receiver, Sender, channel};

use crate::domain::ids::{PersonId, TicketId};

/// Pages that one person may keep open.
const MOST_EARS: usize = 24;
/// Signals that a slow listener may be behind; then it is told that it missed some.
const BACKLOG: usize = 256;

#[derive(Clone, Debug)]
pub enum Signal {
    /// These were changed.
    Moved(Arc<[TicketId]>),
    /// Somebody came to this ticket, or left it.
    Looking(TicketId),
    /// The process ends.
    Closing,
}

/// Those who look at a ticket: their names, and on how many pages.
type Lookers = BTreeMap<TicketId, BTreeMap<PersonId, (String, usize)>>;

pub struct Live {
    signals: Sender<Signal>,
    lookers: Mutex<Lookers>,
    /// Pages that each person keeps open.
    ears: Mutex<BTreeMap<PersonId, usize>>,
    closing: AtomicBool,
}

/// Somebody listens, until this is dropped.
pub struct Ear {
    live: Arc<Live>,
    person: PersonId,
    pub signals: Receiver<Signal>,
}

/// Why somebody is not listened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deaf {
    /// The process ends.
    Closing,
    /// They keep too many pages open.
    TooMany,
}

/// Somebody looks, until this is dropped.
pub struct Look {
    live: Arc<Live>,
    ticket: TicketId,
    person: PersonId,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            signals: channel(BACKLOG).0,
            lookers: Mutex::default(),
            ears: Mutex::default(),
            closing: AtomicBool::new(false),
        }
    }
}

impl Live {
    pub fn listen(self: &Arc<Self>, person: PersonId) -> Result<Ear, Deaf> {
        let mut ears = self.ears.lock().unwrap_or_else(PoisonError::into_inner);
        let open = ears.entry(person).or_default();
        if *open >= MOST_EARS {
            return Err(Deaf::TooMany);
        }
        *open += 1;
        drop(ears);
        let ear = Ear { live: Arc::clone(self), person, signals: self.signals.subscribe() };
        // In this order: whoever listens before the end hears of it.
        if self.closing.load(Ordering::SeqCst) { Err(Deaf::Closing) } else { Ok(ear) }
    }

    /// Whether anybody would hear.
    pub fn is_heard(&self) -> bool {
        self.signals.receiver_count() > 0
    }

    pub fn moved(&self, tickets: Vec<TicketId>) {
        self.signal(Signal::Moved(tickets.into()));
    }

    /// Pages that stay open end now, so that the process can.
    pub fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.signal(Signal::Closing);
    }

    pub fn look(self: &Arc<Self>, ticket: TicketId, person: PersonId, name: &str) -> Look {
        let mut lookers = self.lookers.lock().unwrap_or_else(PoisonError::into_inner);
        lookers.entry(ticket).or_default().entry(person).or_insert_with(|| (name.to_owned(), 0)).1 += 1;
        drop(lookers);
        self.signal(Signal::Looking(ticket));
        Look { live: Arc::clone(self), ticket, person }
    }

    /// Names of those who look at it, without `me`.
    pub fn others(&self, ticket: TicketId, me: PersonId) -> Vec<String> {
        let lookers = self.lookers.lock().unwrap_or_else(PoisonError::into_inner);
        let here = lookers.get(&ticket).into_iter().flatten();
        here.filter(|(id, _)| **id != me).map(|(_, (name, _))| name.clone()).collect()
    }

    /// That nobody listens is no mistake.
    fn signal(&self, signal: Signal) {
        let _ = self.signals.send(signal);
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let mut ears = self.live.ears.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = ears.get_mut(&self.person) {
            *open -= 1;
        }
        ears.retain(|_, open| *open > 0);
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        let mut lookers = self.live.lookers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = lookers.get_mut(&self.ticket) {
            if let Some((_, pages)) = here.get_mut(&self.person) {
                *pages -= 1;
            }
            here.retain(|_, (_, pages)| *pages > 0);
            if here.is_empty() {
                lookers.remove(&self.ticket);
            }
        }
        drop(lookers);
        self.live.signal(Signal::Looking(self.ticket));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_looks_until_their_last_page_is_closed() {
        let (live, ticket) = (Arc::new(Live::default()), TicketId(7));
        let (me, other) = (PersonId(1), PersonId(2));
        let first = live.look(ticket, other, "Priya Nair");
        let second = live.look(ticket, other, "Priya Nair");
        let mine = live.look(ticket, me, "Luca Romano");
        assert_eq!(live.others(ticket, me), ["Priya Nair"]);
        assert_eq!(live.others(ticket, other), ["Luca Romano"]);
        drop(first);
        assert_eq!(live.others(ticket, me), ["Priya Nair"]);
        drop(second);
        assert!(live.others(ticket, me).is_empty());
        drop(mine);
        assert!(live.lookers.lock().unwrap().is_empty());
    }

    #[test]
    fn who_listens_hears_of_the_end_and_nobody_listens_after_it() {
        let live = Arc::new(Live::default());
        assert!(!live.is_heard());
        let mut ear = live.listen(PersonId(1)).unwrap();
        assert!(live.is_heard());
        live.moved(vec![TicketId(1)]);
        live.close();
        assert!(matches!(ear.signals.try_recv(), Ok(Signal::Moved(ids)) if ids[..] == [TicketId(1)]));
        assert!(matches!(ear.signals.try_recv(), Ok(Signal::Closing)));
        assert_eq!(live.listen(PersonId(1)).err(), Some(Deaf::Closing));
    }

    #[test]
    fn nobody_keeps_more_than_some_pages_open() {
        let live = Arc::new(Live::default());
        let mut ears: Vec<Ear> = (0..MOST_EARS).map(|_| live.listen(PersonId(1)).unwrap()).collect();
        assert_eq!(live.listen(PersonId(1)).err(), Some(Deaf::TooMany));
        assert!(live.listen(PersonId(2)).is_ok());
        ears.pop();
        assert!(live.listen(PersonId(1)).is_ok());
    }
}
