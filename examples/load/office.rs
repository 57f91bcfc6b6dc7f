//! A service on a database of its own, with somebody on every rung and a clock that is
//! pushed. Everything is open at the same hours, so that dates are easy to foresee.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use anyhow::{Context, anyhow};
use diesel::connection::SimpleConnection;
use jiff::{Timestamp, civil, tz::TimeZone};
use lizard::app::App;
use lizard::clock::{Clock, ManualClock, SystemClock};
use lizard::configuration::Seeds;
use lizard::desk::configuration::{Changed, seed};
use lizard::desk::people::{self, Credential, NewPartner};
use lizard::desk::{Desk, Error};
use lizard::domain::ids::TicketId;
use lizard::domain::person::{NewPerson, Person, Role};
use lizard::domain::taxonomy::is_restricted;
use lizard::mail::mailer::Mailer;
use lizard::settings::{DatabaseUrl, MailUrl, Secret, Settings};
use lizard::store::{self, Db, Store};
use lizard::web::server;

use crate::database::{Database, Place};

/// Each with a contact; a principal would get letters too.
const PARTNERS: usize = 40;
const CHANNEL_MANAGERS: usize = 5;
/// Desk members of each team; the first leads it.
const PER_TEAM: usize = 8;
/// None has a calendar of its own: all are open when the default is.
const REGIONS: [&str; 3] = ["emea", "nordics", "latam"];

pub struct Office {
    pub app: Arc<App>,
    /// The time of the business.
    pub clock: Arc<ManualClock>,
    pub contacts: Vec<Person>,
    /// That nobody restricts: codes of the taxonomy.
    pub categories: Vec<String>,
    // Dropped last: the app holds connections to it.
    _database: Database,
}

impl Office {
    /// A fresh database with everybody in it, on a Wednesday afternoon. Without a mail server
    /// letters go to memory.
    pub async fn open(place: &Place, mail: Option<&str>) -> anyhow::Result<Self> {
        let database = place.make()?;
        let mut settings = Settings::load(None).map_err(|mistakes| anyhow!("{mistakes:?}"))?;
        settings.database.url = database.url();
        tokio::task::block_in_place(|| store::migrate(&settings.database.url))?;
        let store = Store::open(&settings.database.url, settings.database.pool)?;
        let mut seeds = Seeds::load(&settings.files).map_err(|mistakes| anyhow!("{mistakes:?}"))?;
        // So many tickets of so few partners repeat each other: when one is due is to be its clocks' to say.
        seeds.ladder.at_once.repeats = 1_000_000;
        let teams: Vec<String> = seeds.taxonomy.teams.iter().map(|t| t.code.clone()).collect();
        // No complaints: they are the leads' alone.
        let categories: Vec<String> =
            seeds.taxonomy.leaves().map(|l| l.code()).filter(|c| !is_restricted(c)).collect();
        let start = berlin("2026-11-25T16:00")?;
        let long_ago = berlin("2020-01-01T00:00")?;
        store.write(move |db| seed(db, &seeds, Changed::Ignore, long_ago)).await?;
        let mailer = match mail {
            Some(url) => Mailer::open(&MailUrl::Smtp(Secret::new(url.to_owned())), settings.mail.parallel)
                .map_err(|e| anyhow!(e))?,
            None => Mailer::Memory(Arc::default()),
        };
        let clock = Arc::new(ManualClock::at(start));
        let app = App::new(settings, store, clock.clone(), Arc::new(SystemClock), mailer).await?;
        let app = Arc::new(app);
        let desk = Arc::clone(&app.desk);
        let contacts = app.store.write(move |db| everybody(&desk, db, &teams, long_ago)).await?;
        Ok(Self { app, clock, contacts, categories, _database: database })
    }

    /// Of its own database, where that is on PostgreSQL.
    pub fn postgres_url(&self) -> Option<&str> {
        match &self.app.settings.database.url {
            DatabaseUrl::Postgres(url) => Some(url.expose()),
            DatabaseUrl::Sqlite(_) => None,
        }
    }

    /// Over HTTP, until it is dropped.
    pub fn serve(&self) -> anyhow::Result<Served> {
        let (running, at) = server::start(Arc::clone(&self.app), TcpListener::bind("127.0.0.1:0")?)?;
        let handle = running.handle();
        tokio::spawn(running);
        Ok(Served { at, handle })
    }

    /// An open ticket.
    pub async fn a_ticket(&self) -> anyhow::Result<Shown> {
        let find = |db: &mut Db| {
            for id in 10..1000 {
                if let Some(ticket) = store::tickets::by_id(db, TicketId(id))? {
                    let mut email =
                        |id| Ok::<_, Error>(store::people::find(db, id)?.ok_or(Error::NotFound)?.email);
                    let (owner, requester) = (email(ticket.owner)?, email(ticket.requester)?);
                    return Ok(Shown { reference: ticket.reference, team: ticket.team, owner, requester });
                }
            }
            Err(Error::NotFound)
        };
        Ok(self.app.store.read(find).await?)
    }

    /// As if every letter had left: those of the past are nobody's business here.
    pub async fn empties_the_outbox(&self) -> anyhow::Result<()> {
        Ok(self.app.store.write(|db| Ok::<_, Error>(letters_have_left(db)?)).await?)
    }

    /// Lets the database tidy up now instead of while something is measured.
    pub async fn tidies_up(&self) -> anyhow::Result<()> {
        let vacuum = |db: &mut Db| match db {
            Db::Pg(c) => c.batch_execute("ANALYZE"),
            Db::Sqlite(_) => Ok(()),
        };
        Ok(self.app.store.write(move |db| Ok::<_, Error>(vacuum(db)?)).await?)
    }

    /// The id that the next ticket gets at the earliest.
    pub async fn next_ticket(&self) -> anyhow::Result<i64> {
        Ok(self.app.store.write(|db| Ok::<_, Error>(store::tickets::next_id(db)?)).await?.0)
    }

    pub async fn waiting_letters(&self) -> anyhow::Result<usize> {
        let now = self.clock.now();
        let figures = self.app.store.read(move |db| Ok::<_, Error>(store::outbox::figures(db, now)?)).await?;
        Ok(usize::try_from(figures.unsent)?)
    }
}

/// A server that runs.
pub struct Served {
    pub at: SocketAddr,
    handle: ServerHandle,
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// Of a ticket, what readers ask for.
pub struct Shown {
    pub reference: String,
    pub team: String,
    /// E-mail.
    pub owner: String,
    pub requester: String,
}

/// Marks what waits as sent. The words are those of the partial index.
pub fn letters_have_left(db: &mut Db) -> diesel::QueryResult<()> {
    const LEFT: &str = "UPDATE outbox SET state = 'sent', settled_at = created_at \
        WHERE state IN ('queued', 'sending')";
    match db {
        Db::Pg(c) => c.batch_execute(LEFT),
        Db::Sqlite(c) => c.batch_execute(LEFT),
    }
}

/// Adds them, and returns the contacts.
fn everybody(desk: &Desk, db: &mut Db, teams: &[String], now: Timestamp) -> Result<Vec<Person>, Error> {
    let mut add = |role: Role,
                   name: String,
                   partner: Option<&str>,
                   region: Option<&str>,
                   team: Option<(&str, bool)>| {
        let new = NewPerson {
            email: format!("{name}@{}.example", partner.unwrap_or("vendor")),
            name,
            role,
            partner: partner.map(str::to_owned),
            region: region.map(str::to_owned),
            teams: team.map(|(code, _)| code.to_owned()).into_iter().collect(),
            lead: team.is_some_and(|(_, lead)| lead),
            zone: Some("Europe/Berlin".to_owned()),
        };
        people::add(desk, db, &new, &Credential::Password("nobody signs in".to_owned()), &[], now)
    };
    add(Role::Vp, "vp".to_owned(), None, None, None)?;
    for region in REGIONS {
        add(Role::Director, format!("director-{region}"), None, Some(region), None)?;
    }
    for n in 0..CHANNEL_MANAGERS {
        add(Role::ChannelManager, format!("manager-{n}"), None, None, None)?;
    }
    for team in teams {
        for n in 0..PER_TEAM {
            add(Role::Desk, format!("{}-{n}", team.replace('_', "-")), None, None, Some((team, n == 0)))?;
        }
    }
    let mut contacts = Vec::new();
    for n in 0..PARTNERS {
        let slug = format!("partner-{n}");
        let new = NewPartner {
            slug: slug.clone(),
            name: format!("Partner {n}"),
            region: REGIONS.into_iter().cycle().nth(n).unwrap_or_default().to_owned(),
            tier: None,
            zone: "Europe/Berlin".to_owned(),
            channel_manager: format!("manager-{}@vendor.example", n % CHANNEL_MANAGERS),
            faults: Vec::new(),
        };
        people::add_partner(db, &new, now)?;
        let contact = NewPerson {
            email: format!("contact@{slug}.example"),
            name: format!("Contact {n}"),
            role: Role::Contact,
            partner: Some(slug),
            region: None,
            teams: Vec::new(),
            lead: false,
            zone: Some("Europe/Berlin".to_owned()),
        };
        let credential = Credential::Password("nobody signs in".to_owned());
        contacts.push(people::add(desk, db, &contact, &credential, &[], now)?);
    }
    Ok(contacts)
}

/// A wall clock's time in Berlin.
fn berlin(text: &str) -> anyhow::Result<Timestamp> {
    let at: civil::DateTime = text.parse()?;
    TimeZone::get("Europe/Berlin").and_then(|zone| zone.to_timestamp(at)).context("Berlin's time")
}
