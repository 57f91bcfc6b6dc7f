//! Files in forms and on pages. What was uploaded is kept at once and carried by the form
//! from there on, signed for whoever uploaded it: a form that comes back loses none.

use actix_web::web;
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::desk::attachments;
use crate::domain::attachment::{Attachment, File, size_in_words};
use crate::domain::fault::Fault;
use crate::settings::Attachments;
use crate::web::auth::Member;
use crate::web::downloads::download;
use crate::web::uploads::{self, FIELD};

use super::arriving::{Carrying, Posted, SignedIn};
use super::error::{Page, PageError};
use super::forms::{Attempt, Choice, Field, Form};

/// The field that carries what was uploaded before.
pub const KEPT: &str = "kept";
/// What its tokens are signed for.
const PURPOSE: &str = "attachment";

/// The files that come with a form, and what is wrong with them.
#[derive(Default)]
pub struct Along {
    pub files: Vec<File>,
    pub fault: Option<Fault>,
}

impl Carrying {
    /// Nothing is kept of who may not write there.
    pub async fn may_write(&self, reference: &str) -> Result<(), PageError> {
        let member = &self.posted.member;
        if self.uploads.is_empty() {
            return Ok(());
        }
        let (desk, call, named) =
            (member.app.desk.clone(), member.call.clone(), reference.to_ascii_uppercase());
        Ok(member.app.store.read(move |db| attachments::may_write(&desk, db, &call, &named)).await?)
    }

    /// Keeps what was uploaded. In the form as it may be shown again, all of it is carried along.
    pub async fn keep(self) -> Result<(Posted, Along), PageError> {
        let Self { mut posted, uploads, mut faults } = self;
        let app = posted.member.app.clone();
        let mut files: Vec<File> = Vec::new();
        let carried = posted.typed.take_all(KEPT);
        let before =
            carried.iter().flat_map(|list| list.split(',')).filter_map(|t| opened(&posted.member, t));
        for file in before.chain(uploads::keep_all(&app, uploads).await?) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
        let most = app.settings.attachments.most;
        if files.len() > most && faults.is_empty() {
            faults.push(Fault::new(
                FIELD,
                "too_many",
                format!("at most {most} files go along: leave some out"),
            ));
        }
        let tokens: Vec<String> = files.iter().map(|f| sealed(&posted.member, f)).collect();
        if !tokens.is_empty() {
            posted.typed.set(KEPT, &tokens.join(","));
        }
        Ok((posted, Along { files, fault: merged(faults) }))
    }
}

/// A field says one thing at a time.
fn merged(faults: Vec<Fault>) -> Option<Fault> {
    let code = faults.iter().find(|f| f.code == "too_large").or(faults.first())?.code;
    let said: Vec<String> = faults.into_iter().map(|f| f.message.into_owned()).collect();
    Some(Fault::new(FIELD, code, said.join("; ")))
}

/// A token for a file that this person has uploaded.
fn sealed(member: &Member, file: &File) -> String {
    let text = format!("{}\n{}\n{}\n{}", file.blob, file.size, file.media_type, file.name);
    let signature = member.app.keys.sign(PURPOSE, &format!("{}\n{text}", member.person.id));
    format!("{}.{signature}", URL_SAFE_NO_PAD.encode(text))
}

/// The file of a token that was made for this person.
fn opened(member: &Member, token: &str) -> Option<File> {
    let (text, file) = read(token)?;
    let (_, signature) = token.split_once('.')?;
    let signed = format!("{}\n{text}", member.person.id);
    member.app.keys.is_signed(PURPOSE, &signed, signature).then_some(file)
}

/// What a token says, whoever made it.
fn read(token: &str) -> Option<(String, File)> {
    let (text, _) = token.split_once('.')?;
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let mut lines = text.splitn(4, '\n');
    let blob = lines.next()?.to_owned();
    let size = lines.next()?.parse().ok()?;
    let media_type = lines.next()?.to_owned();
    let name = lines.next()?.to_owned();
    Some((text, File { name, media_type, size, blob }))
}

/// The fields in which a form takes files: what it carries already, and more.
pub fn fields(form: Form, attempt: Option<&Attempt>, limits: Attachments) -> Form {
    let carried = attempt.filter(|a| a.form == form.id).map_or("", |a| a.typed.get(KEPT));
    let choice = |token: &str| {
        let (_, file) = read(token)?;
        Some(Choice::new(token, format!("{} ({})", file.name, size_in_words(file.size))))
    };
    let kept: Vec<Choice> = carried.split(',').filter_map(choice).collect();
    let form = if kept.is_empty() {
        form
    } else {
        let already = Field::ticks(KEPT, "Files that we have already", kept);
        form.field(already.hint("They go along; untick one to leave it out."))
    };
    let largest = size_in_words(i64::try_from(limits.largest).unwrap_or(i64::MAX));
    let hint = format!("At most {} files of {largest} each: {}.", limits.most, uploads::TAKEN);
    form.field(Field::files(FIELD, "Files").hint(hint))
}

/// Files as links, below what they came with.
#[derive(Template)]
#[template(path = "attachments.html")]
pub struct Files {
    files: Vec<Link>,
}

struct Link {
    href: String,
    name: String,
    size: String,
}

impl Files {
    /// Those of a ticket's files that came with this message, or with the ticket itself.
    pub fn of(reference: &str, all: &[Attachment], message: Option<i32>) -> Self {
        let link = |a: &Attachment| Link {
            href: format!("/t/{reference}/attachments/{}", a.number),
            name: a.file.name.clone(),
            size: size_in_words(a.file.size),
        };
        Self { files: all.iter().filter(|a| a.message == message).map(link).collect() }
    }
}

/// `/t/{reference}/attachments/{id}`.
pub async fn fetch(SignedIn(member): SignedIn, at: web::Path<(String, i32)>) -> Page {
    let (reference, id) = at.into_inner();
    let (desk, call) = (member.app.desk.clone(), member.call.clone());
    let reference = reference.to_ascii_uppercase();
    let found = member.app.store.read(move |db| attachments::find(&desk, db, &call, &reference, id)).await?;
    Ok(download(&member.app, found))
}
