//! A desk that is open: database, clocks, server, and everybody who has to do with it.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use actix_web::dev::ServerHandle;
use jiff::{SignedDuration, Timestamp};
use lizard::app::App;
use lizard::clock::{Clock, ManualClock};
use lizard::configuration::{CALENDARS, Seeds};
use lizard::desk::Error;
use lizard::desk::configuration::{Changed, seed};
use lizard::desk::people::{self, Credential, NewPartner};
use lizard::domain::letter::{About, Html, Kind, Letter, Side};
use lizard::domain::person::{NewPerson, Role};
use lizard::jobs::delivery::{Tally, deliver};
use lizard::jobs::sweep::sweep;
use lizard::mail::mailer::{Mailer, Memory};
use lizard::mail::post::Post;
use lizard::secrets::{Fresh, hash_password};
use lizard::settings::{MailUrl, Secret, Settings};
use lizard::store::{self, Store};
use lizard::web::auth::TOKEN_MARK;
use lizard::web::server;
use serde_json::json;

use super::actor::{Actor, Ticket};
use super::{Database, berlin};

/// Everybody's.
pub const PASSWORD: &str = "correct horse battery";

/// Hashing is slow on purpose: once for all tests.
static HASH: LazyLock<String> = LazyLock::new(|| hash_password(PASSWORD).unwrap());

/// Somebody, as they are added.
#[derive(Clone, Copy)]
pub struct Cast {
    pub first: &'static str,
    pub name: &'static str,
    pub role: Role,
    pub partner: Option<&'static str>,
    pub region: Option<&'static str>,
    pub team: Option<&'static str>,
    pub lead: bool,
}

impl Cast {
    pub const fn new(first: &'static str, name: &'static str, role: Role) -> Self {
        Self { first, name, role, partner: None, region: None, team: None, lead: false }
    }

    const fn at(self, partner: &'static str) -> Self {
        Self { partner: Some(partner), ..self }
    }

    pub const fn of(self, region: &'static str) -> Self {
        Self { region: Some(region), ..self }
    }

    pub const fn serving(self, team: &'static str, lead: bool) -> Self {
        Self { team: Some(team), lead, ..self }
    }

    pub fn email(&self) -> String {
        format!("{}@{}.example", self.first, self.partner.unwrap_or("lizard"))
    }
}

/// Vendor, then partners. Acme is Tom's and Maria's; Birk, the stranger, Uma's and Max's.
const STAFF: [Cast; 8] = [
    Cast::new("ada", "Ada Lund", Role::Admin),
    Cast::new("priya", "Priya Nair", Role::Desk).serving("deal_desk", true),
    Cast::new("wei", "Wei Chen", Role::Desk),
    Cast::new("tom", "Tom Berg", Role::ChannelManager),
    Cast::new("uma", "Uma Roth", Role::ChannelManager),
    Cast::new("maria", "Maria Lopez", Role::Director).of("emea"),
    Cast::new("max", "Max Stone", Role::Director).of("americas"),
    Cast::new("dana", "Dana Cole", Role::Vp),
];
const CONTACTS: [Cast; 5] = [
    Cast::new("jo", "Jo Brandt", Role::Contact).at("acme"),
    Cast::new("kim", "Kim Ost", Role::Contact).at("acme"),
    Cast::new("pat", "Pat Acker", Role::Principal).at("acme"),
    Cast::new("bo", "Bo Birk", Role::Contact).at("birk"),
    Cast::new("bea", "Bea Birk", Role::Principal).at("birk"),
];

pub struct TestDesk {
    pub app: Arc<App>,
    /// The time of the business.
    pub clock: Arc<ManualClock>,
    /// The time of sign-ins and links.
    pub wall: Arc<ManualClock>,
    /// Where letters arrive, unless the desk was opened with another way for them.
    pub memory: Arc<Memory>,
    /// Letters do not leave by themselves: a journey says when.
    held: Arc<AtomicBool>,
    pub url: String,
    pub client: reqwest::Client,
    server: ServerHandle,
    /// E-mail → bearer, and when it was given.
    bearers: Mutex<HashMap<String, (String, Timestamp)>>,
    // Dropped last: the others hold connections to it.
    database: Option<Database>,
}

/// What is special about a desk.
#[derive(Clone, Copy, Default)]
struct Doors<'a> {
    /// The way of its letters, as a `mail.url`.
    mail: Option<&'a str>,
    /// No office hours in EMEA.
    around_the_clock: bool,
    /// Settings that are not the default ones.
    settings: Option<fn(&mut Settings)>,
    /// The third ticket of a kind goes up at once.
    counts_repeats: bool,
}

impl Doors<'_> {
    fn seeds(&self, settings: &Settings) -> Seeds {
        let mut files = settings.files.clone();
        let file = tempfile::NamedTempFile::new().unwrap();
        if self.around_the_clock {
            let text = CALENDARS.text.replace("emea = \"standard\"", "emea = \"around_the_clock\"");
            std::fs::write(file.path(), text).unwrap();
            files.calendars = file.path().display().to_string();
        }
        let mut seeds = Seeds::load(&files).unwrap();
        if !self.counts_repeats {
            // Journeys file many tickets of one kind from one partner.
            seeds.ladder.at_once.repeats = 1_000;
        }
        seeds
    }
}

impl TestDesk {
    /// A fresh database with everybody in it, on Monday 23 November 2026, 10:20 in Berlin.
    pub async fn open() -> Self {
        Self::with_staff(&STAFF, Doors::default()).await
    }

    /// The same, with letters leaving by this `mail.url`.
    pub async fn mailing(url: &str) -> Self {
        Self::with_staff(&STAFF, Doors { mail: Some(url), ..Doors::default() }).await
    }

    /// The same, and EMEA is served day and night.
    pub async fn around_the_clock() -> Self {
        Self::with_staff(&STAFF, Doors { around_the_clock: true, ..Doors::default() }).await
    }

    /// The same, with other settings.
    pub async fn set(settings: fn(&mut Settings)) -> Self {
        Self::with_staff(&STAFF, Doors { settings: Some(settings), ..Doors::default() }).await
    }

    /// The same, and the third ticket of a partner and leaf goes up at once.
    pub async fn counting_repeats() -> Self {
        Self::with_staff(&STAFF, Doors { counts_repeats: true, ..Doors::default() }).await
    }

    /// The same without a support desk.
    pub async fn without_a_desk() -> Self {
        let staff: Vec<Cast> = STAFF.into_iter().filter(|c| c.role != Role::Desk).collect();
        Self::with_staff(&staff, Doors::default()).await
    }

    async fn with_staff(staff: &[Cast], doors: Doors<'_>) -> Self {
        let start = berlin("2026-11-23 10:20");
        Self::peopled(Database::fresh(), start, staff, doors).await
    }

    /// On an empty database, with everybody in it, at `start`.
    pub async fn since(database: Database, start: Timestamp) -> Self {
        Self::peopled(database, start, &STAFF, Doors::default()).await
    }

    async fn peopled(database: Database, start: Timestamp, staff: &[Cast], doors: Doors<'_>) -> Self {
        let desk = Self::on_by(database, start, start, doors).await;
        for cast in staff {
            desk.add(*cast).await;
        }
        desk.add_partner("acme", "Acme GmbH", "emea", "tom").await;
        desk.add_partner("birk", "Birk Inc.", "americas", "uma").await;
        for cast in CONTACTS {
            desk.add(cast).await;
        }
        desk
    }

    /// On a database as it is, after bringing it up to date.
    pub async fn on(database: Database, business: Timestamp, wall: Timestamp) -> Self {
        Self::on_by(database, business, wall, Doors::default()).await
    }

    /// The same, with letters leaving by this `mail.url`.
    pub async fn on_with(
        database: Database,
        business: Timestamp,
        wall: Timestamp,
        mail: Option<&str>,
    ) -> Self {
        Self::on_by(database, business, wall, Doors { mail, ..Doors::default() }).await
    }

    async fn on_by(database: Database, business: Timestamp, wall: Timestamp, doors: Doors<'_>) -> Self {
        let mut settings = Settings::load(None).unwrap();
        settings.database.url = database.url();
        if let Some(change) = doors.settings {
            change(&mut settings);
        }
        let url = database.url();
        tokio::task::spawn_blocking(move || store::migrate(&url)).await.unwrap().unwrap();
        let store = Store::open(&settings.database.url, settings.database.pool).unwrap();
        let seeds = doors.seeds(&settings);
        // Long ago, so that a journey may start whenever it likes.
        let since = berlin("2020-01-01 00:00");
        store.write(move |db| seed(db, &seeds, Changed::Ignore, since)).await.unwrap();
        let clock = Arc::new(ManualClock::at(business));
        let wall = Arc::new(ManualClock::at(wall));
        let memory = Arc::new(Memory::default());
        let mailer = match doors.mail {
            Some(url) => Mailer::open(&mail_url(url), settings.mail.parallel).unwrap(),
            None => Mailer::Memory(Arc::clone(&memory)),
        };
        let app = App::new(settings, store, clock.clone(), wall.clone(), mailer).await.unwrap();
        let app = Arc::new(app);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (running, at) = server::start(Arc::clone(&app), listener).unwrap();
        let server = running.handle();
        tokio::spawn(running);
        Self {
            app,
            clock,
            wall,
            memory,
            held: Arc::new(AtomicBool::new(doors.mail.is_some())),
            url: format!("http://{at}"),
            client: reqwest::Client::new(),
            server,
            bearers: Mutex::default(),
            database: Some(database),
        }
    }

    /// Stops the service and opens it again on the same database.
    pub async fn reopened(self) -> Self {
        let (business, wall) = (self.clock.now(), self.wall.now());
        Self::on(self.closed().await, business, wall).await
    }

    /// Stops the service and leaves its database.
    pub async fn closed(mut self) -> Database {
        self.server.stop(true).await;
        self.database.take().unwrap()
    }

    pub fn database(&self) -> &Database {
        self.database.as_ref().unwrap()
    }

    /// Adds somebody with everybody's password.
    pub async fn add(&self, cast: Cast) {
        let new = NewPerson {
            email: cast.email(),
            name: cast.name.to_owned(),
            role: cast.role,
            partner: cast.partner.map(str::to_owned),
            region: cast.region.map(str::to_owned),
            teams: cast.team.map(str::to_owned).into_iter().collect(),
            lead: cast.lead,
            zone: Some("Europe/Berlin".to_owned()),
        };
        let (desk, now) = (Arc::clone(&self.app.desk), self.wall.now());
        let credential = Credential::Password(HASH.clone());
        let added = self.app.store.write(move |db| people::add(&desk, db, &new, &credential, &[], now));
        added.await.unwrap();
    }

    async fn add_partner(&self, slug: &str, name: &str, region: &str, manager: &str) {
        let new = NewPartner {
            slug: slug.to_owned(),
            name: name.to_owned(),
            region: region.to_owned(),
            tier: None,
            zone: "Europe/Berlin".to_owned(),
            channel_manager: format!("{manager}@lizard.example"),
            faults: Vec::new(),
        };
        let now = self.wall.now();
        self.app.store.write(move |db| people::add_partner(db, &new, now)).await.unwrap();
    }

    /// Somebody at the vendor, signed in.
    pub async fn staff(&self, first: &str) -> Actor {
        self.signed_in(&format!("{first}@lizard.example")).await
    }

    /// A partner company, through which its people are reached.
    pub async fn partner(&self, slug: &'static str) -> Company<'_> {
        Company { desk: self, slug }
    }

    /// An integrator; `scopes` of `r` and `w`.
    pub async fn token(&self, scopes: &str, partner: Option<&'static str>) -> Actor {
        let fresh = Fresh::marked(TOKEN_MARK);
        let (hash, now) = (fresh.hash.clone(), self.wall.now());
        let name = format!("integration {scopes} {}", partner.unwrap_or("of the desk"));
        let named = name.clone();
        let (reads, writes) = (scopes.contains('r'), scopes.contains('w'));
        let write = move |db: &mut store::Db| {
            people::add_token(db, &named, &hash, reads, writes, partner, now)?;
            Ok::<_, Error>(())
        };
        self.app.store.write(write).await.unwrap();
        Actor::new(&self.client, &self.url, &name, Some(fresh.plain))
            .with_post(self.app.clone(), self.held.clone())
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> Actor {
        Actor::new(&self.client, &self.url, "nobody", None).with_post(self.app.clone(), self.held.clone())
    }

    /// Somebody with a bearer of their own making.
    pub fn bearer(&self, bearer: &str) -> Actor {
        Actor::new(&self.client, &self.url, "a bearer", Some(bearer.to_owned()))
            .with_post(self.app.clone(), self.held.clone())
    }

    pub async fn signed_in(&self, email: &str) -> Actor {
        let now = self.wall.now();
        let known = self.bearers.lock().unwrap().get(email).cloned();
        let fresh = known.filter(|(_, at)| now.duration_since(*at) < SignedDuration::from_mins(10));
        let bearer = match fresh {
            Some((bearer, _)) => bearer,
            None => {
                let asked = json!({"email": email, "password": PASSWORD});
                let given = self.nobody().post("/session", asked).await.expect(200);
                let bearer = given["access_token"].as_str().unwrap().to_owned();
                self.bearers.lock().unwrap().insert(email.to_owned(), (bearer.clone(), now));
                bearer
            }
        };
        Actor::new(&self.client, &self.url, email, Some(bearer))
            .with_post(self.app.clone(), self.held.clone())
    }

    /// Time passes as it does for the service: whenever a clock runs out somebody looks, and
    /// letters leave.
    pub async fn lets_pass(&self, by: SignedDuration) {
        self.passes_until(self.clock.now() + by).await;
    }

    /// Until this time in Berlin.
    pub async fn passes_to(&self, time: &str) {
        self.passes_until(berlin(time)).await;
    }

    async fn passes_until(&self, then: Timestamp) {
        let next = |db: &mut store::Db| {
            let due = store::tickets::longest_due(db, Timestamp::MAX)?;
            Ok::<_, Error>(due.into_iter().chain(store::absences::next(db)?).min())
        };
        loop {
            let due = self.app.store.read(next).await.unwrap();
            let quiet = self.clock.now() + SignedDuration::from_hours(1);
            let Some(at) = due.into_iter().chain([quiet]).min().filter(|at| *at <= then) else { break };
            self.clock.set(at.max(self.clock.now()));
            self.looks().await;
        }
        self.clock.set(then);
        self.looks().await;
    }

    /// A sweep and a delivery, now.
    pub async fn looks(&self) {
        assert_eq!(sweep(&self.app).await.unwrap().failed, 0);
        self.delivers().await;
    }

    /// Everything that is due leaves, or tries to.
    pub async fn delivers(&self) -> Tally {
        deliver(&self.app).await.unwrap()
    }

    /// From now on letters leave only when the journey says so.
    pub fn holds_letters(&self) {
        self.held.store(true, Ordering::SeqCst);
    }

    /// What has arrived, in order.
    pub fn mailbox(&self) -> Vec<Post> {
        self.memory.letters()
    }

    /// Where it arrives, to make it fail.
    pub fn mail(&self) -> &Memory {
        &self.memory
    }

    /// A second service on the same database, with the same clocks and the same mailbox.
    pub async fn twin(&self) -> Arc<App> {
        let settings = self.app.settings.clone();
        let store = Store::open(&settings.database.url, settings.database.pool).unwrap();
        let mailer = Mailer::Memory(Arc::clone(&self.memory));
        let (clock, wall) = (self.clock.clone(), self.wall.clone());
        Arc::new(App::new(settings, store, clock, wall, mailer).await.unwrap())
    }

    /// Queues a letter as it is, and returns its id.
    pub async fn posts(&self, letter: Letter) -> i64 {
        let now = self.clock.now();
        let write = move |db: &mut store::Db| {
            store::outbox::insert(db, std::slice::from_ref(&letter), now)?;
            let newest = store::outbox::page(db, &store::outbox::Filter::default(), 1)?;
            Ok::<_, Error>(newest[0].id)
        };
        self.app.store.write(write).await.unwrap()
    }

    /// A letter to somebody, not yet queued.
    pub async fn letter(&self, kind: Kind, email: &str, about: Option<About>) -> Letter {
        let to = email.to_owned();
        let found = self.app.store.read(move |db| Ok::<_, Error>(store::people::by_email(db, &to)?));
        let person = found.await.unwrap().unwrap();
        let unique = uuid::Uuid::now_v7().simple().to_string();
        Letter {
            kind,
            dedup_key: unique.clone(),
            message_id: format!("<{unique}@lizard.example>"),
            to: person.id,
            recipient: person.email,
            recipient_name: person.name,
            sender: "Lizard <lizard@localhost>".to_owned(),
            subject: "[PI-1001] Special price not approved".to_owned(),
            text: "Hello,\n\n.hidden\n.\nnothing moved. Grüße\n".to_owned(),
            html: Html::alone("<p>Nothing moved.</p>".to_owned()),
            in_reply_to: None,
            references: Vec::new(),
            automatic: true,
            not_before: Timestamp::UNIX_EPOCH,
            unsubscribe: None,
            about,
        }
    }

    /// What such a letter is about.
    pub async fn about(&self, ticket: &Ticket, side: Side) -> About {
        let reference = ticket.0.clone();
        let find = move |db: &mut store::Db| Ok::<_, Error>(store::tickets::by_reference(db, &reference)?);
        let ticket = self.app.store.read(find).await.unwrap().unwrap().id;
        About { ticket, side, message: None, rung: None }
    }

    /// The time of the business.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the time of the business, and nobody looks.
    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Sets the time of the business, as it is in Berlin.
    pub fn is_at(&self, time: &str) {
        self.clock.set(berlin(time));
    }

    /// Moves the time of sign-ins.
    pub fn advance_wall(&self, by: SignedDuration) {
        self.wall.advance(by);
    }
}

impl Drop for TestDesk {
    fn drop(&mut self) {
        // The order to stop is given here; nobody waits for it.
        drop(self.server.stop(false));
    }
}

fn mail_url(url: &str) -> MailUrl {
    match url.strip_prefix("folder:") {
        Some(path) => MailUrl::Folder(path.into()),
        None => MailUrl::Smtp(Secret::new(url.to_owned())),
    }
}

/// A partner company.
pub struct Company<'a> {
    desk: &'a TestDesk,
    slug: &'static str,
}

impl Company<'_> {
    pub async fn contact(&self, first: &str) -> Actor {
        self.desk.signed_in(&format!("{first}@{}.example", self.slug)).await
    }

    /// The one who may press the upper rungs.
    pub async fn principal(&self) -> Actor {
        self.contact(if self.slug == "acme" { "pat" } else { "bea" }).await
    }
}
