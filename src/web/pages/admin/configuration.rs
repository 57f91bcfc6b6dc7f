//! `/admin/configuration`: what is in force, what was and will be, and what is missing.

use actix_web::HttpRequest;
use askama::Template;

use crate::desk::configuration::empty_rungs;
use crate::desk::versions::Known;
use crate::desk::{Error, versions};
use crate::store::configurations::Kind;
use crate::web::pages::arriving::Administrator;
use crate::web::pages::error::Page;
use crate::web::pages::forms::sentence;
use crate::web::pages::frame::{Frame, done_of, ok};
use crate::web::pages::help::LadderTable;
use crate::web::pages::times::{Times, When};

#[derive(Template)]
#[template(path = "pages/admin_configuration.html")]
struct Configuration {
    frame: Frame,
    warnings: Vec<String>,
    settings: Vec<(String, String)>,
    versions: Vec<VersionRow>,
    ladder_version: i64,
    ladder: LadderTable,
}

struct VersionRow {
    kind: &'static str,
    version: i64,
    source: &'static str,
    at: When,
    state: &'static str,
    class: &'static str,
    by: String,
    reason: String,
}

pub async fn show(Administrator(member): Administrator, request: HttpRequest) -> Page {
    let (desk, now, times) = (member.app.desk.clone(), member.call.now, member.times());
    let done = done_of(request.query_string());
    let frame = Frame::of(Some(&member), "Configuration", "/admin/configuration").done(done);
    let settings = member.app.settings.in_force();
    let page = member
        .app
        .store
        .read(move |db| {
            let ladder = desk.rulebook.ladder_in_force(db, now)?;
            let warnings = empty_rungs(&desk, db, now)?.iter().map(|e| sentence(&e.to_string())).collect();
            let mut rows = Vec::new();
            for kind in [Kind::Ladder, Kind::Calendars, Kind::Taxonomy] {
                rows.extend(versions::list(db, kind, now)?.into_iter().map(|v| row(v, &times)));
            }
            Ok::<_, Error>(Configuration {
                frame,
                warnings,
                settings,
                versions: rows,
                ladder_version: ladder.version,
                ladder: LadderTable::of(&ladder.value),
            })
        })
        .await?;
    Ok(ok(&page))
}

fn row(known: Known, times: &Times) -> VersionRow {
    let Known { version, in_force, by } = known;
    let (state, class) = match in_force {
        true => ("in force", "open"),
        false if version.effective_at > times.now => ("later", "withdrawn"),
        false => ("earlier", "closed"),
    };
    VersionRow {
        kind: version.kind.as_str(),
        version: version.version,
        source: version.source.as_str(),
        at: times.when(version.effective_at),
        state,
        class,
        by: by.unwrap_or_default(),
        reason: version.reason.unwrap_or_default(),
    }
}
