//! What stands around every page: title, navigation, who is signed in, what was just
//! done, what went wrong. And how a page becomes an answer.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::domain::person::{Person, Role};
use crate::web::auth::Member;

use super::assets;
use super::forms::Trouble;
use super::theme::Theme;
use super::times::Times;

/// A way to somewhere.
pub struct Link {
    pub href: &'static str,
    pub text: &'static str,
    /// The page that is being shown.
    pub here: bool,
}

/// Who is signed in.
pub struct Who {
    pub name: String,
    pub role: &'static str,
    pub form_token: String,
    pub theme: Theme,
}

impl Who {
    /// Nothing else was chosen.
    pub fn follows_system(&self) -> bool {
        self.theme == Theme::System
    }

    pub fn themes(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let label = |theme: Theme| match theme {
            Theme::System => "As my system has it",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        };
        Theme::ALL.iter().map(move |theme| (theme.as_str(), label(*theme), *theme == self.theme))
    }
}

pub struct Frame {
    pub title: String,
    pub css: &'static str,
    pub script: &'static str,
    pub icon: &'static str,
    pub links: Vec<Link>,
    pub who: Option<Who>,
    /// Of what was just done.
    pub done: &'static str,
    pub trouble: Option<Trouble>,
    pub demo: Option<Rushing>,
}

/// Time runs faster than on the wall: this is a demo.
pub struct Rushing {
    pub factor: u32,
    /// The time of the business.
    pub now: String,
}

impl Rushing {
    pub fn of(app: &App) -> Option<Self> {
        let demo = app.demo.as_ref()?;
        let zone = TimeZone::get(demo.zone).unwrap_or(TimeZone::UTC);
        let now = app.clock.now();
        Some(Self { factor: demo.factor, now: Times { now, zone, name: String::new() }.absolute(now) })
    }
}

impl Frame {
    /// For a page that knows nobody.
    pub fn plain(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            css: assets::css(),
            script: assets::script(),
            icon: assets::icon(),
            links: Vec::new(),
            who: None,
            done: "",
            trouble: None,
            demo: None,
        }
    }

    /// For whoever is here; `here` is the link that this page belongs to.
    pub fn of(member: Option<&Member>, title: &str, here: &str) -> Self {
        let link = |&(href, text): &(&'static str, &'static str)| Link { href, text, here: href == here };
        let links = match member.map(|m| m.person.role) {
            None => [("/file", "Tell us about a problem"), ("/help/ladder", "Who is told when")]
                .iter()
                .map(link)
                .collect(),
            Some(role) => links_of(role).iter().map(link).collect(),
        };
        let who = member.map(|m| Who {
            name: m.person.name.clone(),
            role: m.person.role.label(),
            form_token: m.form_token(),
            theme: m.theme,
        });
        let demo = member.and_then(|m| Rushing::of(&m.app));
        Self { links, who, demo, ..Self::plain(title) }
    }

    #[must_use]
    pub const fn done(mut self, sentence: &'static str) -> Self {
        self.done = sentence;
        self
    }

    /// For a page that knows nobody, of a demo.
    #[must_use]
    pub fn in_time(mut self, app: &App) -> Self {
        self.demo = Rushing::of(app);
        self
    }

    #[must_use]
    pub fn trouble(mut self, trouble: Option<Trouble>) -> Self {
        self.trouble = trouble;
        self
    }
}

const fn links_of(role: Role) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::Contact | Role::Principal => &[
            ("/my", "My issues"),
            ("/file", "Tell us about a problem"),
            ("/help/ladder", "Who is told when"),
        ],
        Role::Admin => &[
            ("/admin", "Overview"),
            ("/admin/people", "People"),
            ("/admin/partners", "Partners"),
            ("/admin/configuration", "Configuration"),
            ("/admin/outbox", "Outbox"),
            ("/queue", "Tickets"),
        ],
        Role::Director | Role::Vp => &[
            ("/exec", "Overview"),
            ("/queue", "Queue"),
            ("/partners", "Partners"),
            ("/exec/call", "Log a call"),
            ("/file", "File for a partner"),
            ("/help/ladder", "Who is told when"),
        ],
        Role::Desk | Role::ChannelManager => &[
            ("/queue", "Queue"),
            ("/partners", "Partners"),
            ("/file", "File for a partner"),
            ("/help/ladder", "Who is told when"),
        ],
    }
}

/// Where somebody starts.
pub const fn home(person: &Person) -> &'static str {
    home_of(person.role)
}

pub const fn home_of(role: Role) -> &'static str {
    match role {
        Role::Contact | Role::Principal => "/my",
        Role::Admin => "/admin",
        Role::Director | Role::Vp => "/exec",
        Role::Desk | Role::ChannelManager => "/queue",
    }
}

/// A page as an answer. Pages are one person's, at one moment.
pub fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => HttpResponse::build(status)
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "private, no-store"))
            .body(body),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            HttpResponse::InternalServerError().body("the page could not be made; it was logged")
        }
    }
}

/// The address is a secret: no page that is opened from here learns it.
pub fn secret(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    response
}

pub fn ok(page: &impl Template) -> HttpResponse {
    html(StatusCode::OK, page)
}

/// Done: the next page is there.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

/// The sentence for `?done=`: fixed, so that nobody can put words into our mouth.
pub fn done_of(query: &str) -> &'static str {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let word = pairs.iter().find(|(name, _)| name == "done").map_or("", |(_, value)| value.as_str());
    match word {
        "signed_out" => "You are signed out.",
        "password" => "Your password is set.",
        "added" => "Added. What you wrote stands below, and its owner has it.",
        "filed_unseen" => {
            "It is filed and has an owner. Issues of this kind are seen by few people; you are not among them."
        }
        "out_of_sight" => "Done. By that, the ticket is no longer yours to see.",
        "message" => "Your message is on the ticket.",
        "progress" => "It is on its way to the partner, and its date stands in the timetable.",
        "note" => "Your internal note is on the ticket. The partner does not see it.",
        "triage" => "Triage is recorded.",
        "wait" => "The wait is recorded.",
        "wait_end" => "The wait is over.",
        "timetable" => "The timetable is recorded.",
        "resolution" => "Resolved is claimed. The partner is asked to confirm.",
        "confirmed" => "Thank you. The ticket is closed.",
        "refused" => "Understood: it is not fixed. Work goes on where it was.",
        "merge" => "Merged. This ticket goes on in the other one.",
        "contest" => "We know that you disagree with the priority.",
        "acknowledgement" => "Acknowledged: you are not told again on this rung.",
        "acceptance" => "Accepted. As long as we keep to it, nobody above is told.",
        "hold" => "The next rung is put off. The partner is told why.",
        "deescalation" => "It came down one rung. Everybody who held it is told.",
        "escalation" => "Escalated. A person answers you soon.",
        "partner" => "The partner is saved.",
        "person" => "Saved.",
        "version" => "The new version is saved. Open tickets keep theirs until they are moved.",
        "call" => "The call is logged. You had been told of it before: no Surprise.",
        "surprise" => {
            "The call is logged. You heard of it from the partner first: that counts as a Surprise."
        }
        "view" => "The view is saved.",
        "view_removed" => "The view is removed.",
        "bulk" => "Done. What came of it stands below.",
        "bulk_undone" => "Undone, where nobody has gone on since.",
        "muted" => {
            "Muted. You still hear when it moves up the ladder, when we say that it is fixed, and what answers you."
        }
        "watched" => "They are on copy: from now on they hear of it too.",
        "unwatched" => "They are on copy no more.",
        "unmuted" => "You get every letter about it again.",
        "bounce" => "It came back: the ticket counts that message as not delivered, and its owner is told.",
        "resend" => "The letter leaves again in a moment.",
        _ => "",
    }
}
