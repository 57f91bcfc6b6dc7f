//! `/admin`: for whoever looks after Lizard. Administrators only.

pub mod configuration;
pub mod design;
pub mod migration;
mod moves;
pub mod outbox;
pub mod partners;
pub mod people;
pub mod set_up;
mod trial;
pub mod versions;

use askama::Template;

use crate::desk::Error;
use crate::desk::configuration::empty_rungs;
use crate::desk::set_up::Missing;
use crate::domain::person::Role;
use crate::store;

use super::arriving::Administrator;
use super::error::Page;
use super::frame::{Frame, ok};

/// Rows of a page of a list.
const PAGE: i64 = 100;

#[derive(Template)]
#[template(path = "pages/admin.html")]
struct Overview {
    frame: Frame,
    warnings: Vec<String>,
    /// Something is missing that one page asks for.
    sets_up: bool,
    roles: Vec<(&'static str, usize)>,
    partners: usize,
}

/// What is missing, and where things are.
pub async fn overview(Administrator(member): Administrator) -> Page {
    let (desk, now) = (member.app.desk.clone(), member.call.now);
    let frame = Frame::of(Some(&member), "Administration", "/admin");
    let page = member
        .app
        .store
        .read(move |db| {
            let mut warnings: Vec<String> =
                empty_rungs(&desk, db, now)?.iter().map(|e| super::forms::sentence(&e.to_string())).collect();
            let partners = store::partners::page(db, None, i64::MAX)?.len();
            if partners == 0 {
                warnings.push("There is no partner yet.".to_owned());
            }
            let mut roles = Vec::new();
            for role in Role::ALL {
                roles.push((role.label(), store::people::active_with_role(db, *role)?.len()));
            }
            let sets_up = !Missing::of(db)?.is_nothing();
            Ok::<_, Error>(Overview { frame, warnings, sets_up, roles, partners })
        })
        .await?;
    Ok(ok(&page))
}
