//! `/`: what this is. Whoever is signed in goes where they work; in a demo the tour stands
//! here, for everybody.

use askama::Template;

use crate::app::{App, Demo, SignIn};

use super::arriving::Visitor;
use super::error::Page;
use super::frame::{Frame, done_of, home_of, ok, see_other};

#[derive(Template)]
#[template(path = "pages/portal.html")]
struct Portal {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "pages/tour.html")]
struct Tour {
    frame: Frame,
    /// How long an hour takes, in seconds.
    hour: u32,
    stops: Vec<StopView>,
    password: &'static str,
    people: Vec<Key>,
}

struct StopView {
    title: &'static str,
    text: &'static str,
    keys: Vec<Key>,
}

/// A sign-in with one click.
pub struct Key {
    pub name: &'static str,
    pub role: &'static str,
    pub of: String,
    pub email: &'static str,
    pub password: &'static str,
    /// Where it leads.
    pub next: &'static str,
}

impl Key {
    fn of(demo: &Demo, person: &SignIn, next: &'static str) -> Self {
        Self {
            name: person.name,
            role: person.role.label(),
            of: person.of.clone(),
            email: person.email,
            password: demo.password,
            next,
        }
    }
}

/// Everybody whom one may be in a demo.
pub fn keys(demo: &Demo) -> Vec<Key> {
    demo.people.iter().map(|person| Key::of(demo, person, home_of(person.role))).collect()
}

pub async fn show(visitor: Visitor, request: actix_web::HttpRequest) -> Page {
    let done = done_of(request.query_string());
    if let Some(demo) = &visitor.app.demo {
        let frame = Frame::of(visitor.member.as_ref(), "A demo in five steps", "/").done(done);
        return Ok(ok(&tour(&visitor.app, demo, frame)));
    }
    if let Some(member) = &visitor.member {
        return Ok(see_other(home_of(member.person.role)));
    }
    let frame = Frame::of(None, "Partner issues", "").done(done);
    Ok(ok(&Portal { frame }))
}

fn tour(app: &App, demo: &Demo, frame: Frame) -> Tour {
    let stops = demo.tour.iter().map(|stop| StopView {
        title: stop.title,
        text: stop.text,
        keys: stop.ways.iter().filter_map(|(who, at)| Some(Key::of(demo, demo.person(who)?, at))).collect(),
    });
    Tour {
        frame: frame.in_time(app),
        hour: 3_600 / demo.factor.max(1),
        stops: stops.collect(),
        password: demo.password,
        people: keys(demo),
    }
}
