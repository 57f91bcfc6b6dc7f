//! `/admin/configuration`: what is in force, and what is missing.

use askama::Template;

use crate::desk::Error;
use crate::desk::configuration::empty_rungs;
use crate::store::configurations;
use crate::web::pages::arriving::Administrator;
use crate::web::pages::error::Page;
use crate::web::pages::forms::sentence;
use crate::web::pages::frame::{Frame, ok};
use crate::web::pages::help::LadderTable;
use crate::web::pages::times::When;

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
    in_force: bool,
}

pub async fn show(Administrator(member): Administrator) -> Page {
    let (desk, now, times) = (member.app.desk.clone(), member.call.now, member.times());
    let frame = Frame::of(Some(&member), "Configuration", "/admin/configuration");
    let settings = member.app.settings.in_force();
    let page = member
        .app
        .store
        .read(move |db| {
            let ladder = desk.rulebook.ladder_in_force(db, now)?;
            let warnings = empty_rungs(&desk, db, now)?.iter().map(|e| sentence(&e.to_string())).collect();
            let mut versions: Vec<VersionRow> = Vec::new();
            for v in configurations::all(db)? {
                let in_force = configurations::in_force(db, v.kind, now)? == Some(v.version);
                versions.push(VersionRow {
                    kind: v.kind.as_str(),
                    version: v.version,
                    source: v.source.as_str(),
                    at: times.when(v.effective_at),
                    in_force,
                });
            }
            Ok::<_, Error>(Configuration {
                frame,
                warnings,
                settings,
                versions,
                ladder_version: ladder.version,
                ladder: LadderTable::of(&ladder.value),
            })
        })
        .await?;
    Ok(ok(&page))
}
