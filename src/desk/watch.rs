//! The watchdog's questions: are clocks looked at in time, do letters leave, and who was
//! surprised.

use jiff::{SignedDuration, Timestamp};

use crate::store::{self, Db};

use super::Error;
use super::presence::lacks_vp;

/// A ticket that has wanted a look for longer than this is late.
pub const SWEEP_LATE: SignedDuration = SignedDuration::from_mins(5);
/// A letter that could have left for longer than this is stuck.
pub const MAIL_LATE: SignedDuration = SignedDuration::from_mins(15);

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// For how long the first ticket in the line has wanted a look; zero when none does.
    pub sweep_lag: SignedDuration,
    /// Letters that have not left.
    pub unsent: i64,
    /// For how long the oldest of them could have left; zero when there is none.
    pub mail_lag: SignedDuration,
    /// Letters that were given up.
    pub dead: i64,
    /// Holders whom nobody had warned, ever.
    pub exceptions: i64,
    /// Executives whom a partner reached before we did, ever.
    pub surprises: i64,
    /// Nobody holds the VP's rung: they are away, and nobody stands in.
    pub lacks_vp: bool,
}

impl Watch {
    /// With lags as the wall's clock shows them, where the business's runs so many times as fast.
    #[must_use]
    pub fn on_the_wall(self, factor: u32) -> Self {
        let factor = i32::try_from(factor.max(1)).unwrap_or(i32::MAX);
        Self { sweep_lag: self.sweep_lag / factor, mail_lag: self.mail_lag / factor, ..self }
    }

    pub fn sweeps_on_time(&self) -> bool {
        self.sweep_lag <= SWEEP_LATE
    }

    pub fn mail_moves(&self) -> bool {
        self.mail_lag <= MAIL_LATE
    }
}

/// How it stands at `now`, the time of the business.
pub fn watch(db: &mut Db, now: Timestamp) -> Result<Watch, Error> {
    let since = |at: Option<Timestamp>| at.map_or(SignedDuration::ZERO, |at| now.duration_since(at));
    let letters = store::outbox::figures(db, now)?;
    Ok(Watch {
        sweep_lag: since(store::tickets::longest_due(db, now)?).max(SignedDuration::ZERO),
        unsent: letters.unsent,
        mail_lag: since(letters.oldest).max(SignedDuration::ZERO),
        dead: letters.dead,
        exceptions: store::events::exceptions(db)?,
        surprises: store::events::surprises(db)?,
        lacks_vp: lacks_vp(db, now)?,
    })
}
