//! `/admin/design`: every part that pages are made of, in its states: what is changed there is
//! looked at here first.

use actix_web::http::StatusCode;
use askama::Template;
use jiff::SignedDuration;

use crate::domain::fault::Fault;
use crate::web::pages::arriving::{AdminPosted, Administrator};
use crate::web::pages::error::Page;
use crate::web::pages::forms::{Attempt, Choice, Field, Form, Section};
use crate::web::pages::frame::{Frame, ok, see_other};
use crate::web::pages::times::When;
use crate::web::pages::typed::Typed;

#[derive(Template)]
#[template(path = "pages/admin_design.html")]
struct DesignPage {
    frame: Frame,
    colours: &'static [(&'static str, &'static str)],
    chips: &'static [(&'static str, &'static str)],
    form: Form,
    wrong: Form,
    soon: When,
    late: When,
}

/// Token and what it is for.
const COLOURS: &[(&str, &str)] = &[
    ("paper", "the page"),
    ("card", "what lies on it"),
    ("ink", "text"),
    ("soft", "lesser text"),
    ("line", "edges"),
    ("brand", "the accent"),
    ("bad", "broken"),
    ("warn", "wants attention"),
    ("good", "kept"),
    ("calm", "neutral"),
];

const CHIPS: &[(&str, &str)] = &[
    ("P1", "P1"),
    ("P2", "P2"),
    ("P3", "P3"),
    ("P4", "P4"),
    ("open", "promised"),
    ("kept", "kept"),
    ("broken", "broken"),
    ("paused", "paused"),
    ("waiting", "We wait for you"),
    ("deadline", "Deadline"),
    ("withdrawn", "withdrawn"),
];

pub async fn show(Administrator(member): Administrator) -> Page {
    let times = member.times();
    let around =
        |hours| times.when(times.now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(times.now));
    let wrong = Attempt {
        form: "design-wrong",
        typed: Typed::default(),
        status: StatusCode::OK,
        message: "Please look at this again:".to_owned(),
        faults: vec![
            Fault::new("subject", "required", "is required"),
            Fault::new("how", "required", "is required"),
        ],
    };
    let page = DesignPage {
        frame: Frame::of(Some(&member), "Design", "/admin"),
        colours: COLOURS,
        chips: CHIPS,
        form: fields(Form::new("design", "/admin/design", None).token(&member.form_token())),
        wrong: fields(Form::new("design-wrong", "/admin/design", Some(&wrong)).token(&member.form_token())),
        soon: around(5),
        late: around(-30),
    };
    Ok(ok(&page))
}

/// What is sent from there goes nowhere.
pub async fn back(_: AdminPosted) -> Page {
    Ok(see_other("/admin/design"))
}

fn fields(form: Form) -> Form {
    let answers = || vec![Choice::new("a", "It stops everything"), Choice::new("b", "It is annoying")];
    let section = |name: &str, open| Section {
        name: name.to_owned(),
        hint: "One line of help.".to_owned(),
        choices: answers(),
        open,
    };
    form.field(Field::line("subject", "One line").hint("A hint stands above its field.").required())
        .field(Field::area("text", "Several lines"))
        .field(Field::select("which", "One of a list", answers()).required())
        .field(Field::radios("how", "One of a few", answers()).required())
        .field(
            Field::sections(
                "what",
                "One of many",
                vec![section("First heading", true), section("Second heading", false)],
            )
            .required(),
        )
        .field(Field::moment("when", "Date and time"))
        .field(Field::tick("yes", "A tick"))
        .button_of("The act", "act", "do", false)
        .button_of("Something else", "act", "other", true)
}
