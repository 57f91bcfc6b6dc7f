//! Checking a password, for both doors: limited by e-mail and by address, and as slow
//! for people who do not exist as for those who do.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use governor::clock::{Clock, DefaultClock};

use crate::app::App;
use crate::desk::sessions;
use crate::domain::ids::PersonId;
use crate::secrets;

use super::client;
use super::error::Problem;

/// Who this is; None when e-mail or password is wrong.
pub async fn check_password(
    app: &App,
    request: &HttpRequest,
    email: String,
    password: String,
) -> Result<Option<PersonId>, Problem> {
    if let Some(address) = client::address(request, &app.settings.server.trusted_proxies)
        && let Err(wait) = app.gates.sign_in_from.check_key(&address)
    {
        return Err(too_many(&wait));
    }
    if let Err(wait) = app.gates.sign_in.check_key(&email) {
        return Err(too_many(&wait));
    }
    let found = app.store.read(move |db| sessions::find(db, &email)).await?;
    let (person, hash) = found.map_or((None, None), |(person, hash)| (Some(person), hash));
    let fits = blocking(move || secrets::is_password(&password, hash.as_deref())).await?;
    Ok(person.filter(|_| fits))
}

/// A password's hash, made off the async threads.
pub async fn hash_password(password: String) -> Result<String, Problem> {
    blocking(move || secrets::hash_password(&password)).await?.map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the password could not be stored")
    })
}

#[expect(clippy::disallowed_methods, reason = "hashing takes long and touches no database")]
async fn blocking<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(f)
        .await
        .map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "try again"))
}

pub fn too_many(wait: &governor::NotUntil<governor::clock::QuantaInstant>) -> Problem {
    Problem::too_many(wait.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
}

pub fn new_session_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
