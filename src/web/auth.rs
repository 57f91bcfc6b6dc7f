//! Who is calling: extractors whose type says who may call. REST by a bearer token,
//! pages by a cookie. People are read from the database each time, so that what
//! changes about them counts at once.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use jiff::tz::TimeZone;

use crate::app::App;
use crate::desk::{Call, Error};
use crate::domain::actor::Actor;
use crate::domain::ids::PersonId;
use crate::domain::person::Person;
use crate::secrets;
use crate::store::sessions::Kind;
use crate::store::{self};

use super::error::Problem;
use super::fields::Fields;
use super::pages::theme::{self, Theme};

/// In front of an integrator's token.
pub const TOKEN_MARK: &str = "lzd_";

type Extraction<T, E> = Pin<Box<dyn Future<Output = Result<T, E>>>>;

/// The application, as every handler reaches it.
pub fn app(request: &HttpRequest) -> Result<Arc<App>, Problem> {
    request.app_data::<web::Data<App>>().map(|data| Arc::clone(data)).ok_or_else(|| {
        Problem::new(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR, "internal", "not set up")
    })
}

/// A signed-in caller of the REST interface.
pub struct Caller {
    pub app: Arc<App>,
    pub call: Call,
    /// Of a person: the session behind the access token.
    pub session: Option<String>,
    /// `Idempotency-Key`.
    pub key: Option<String>,
    /// Of method and path, to which a body is added.
    request_line: String,
}

impl Caller {
    /// Tells requests apart that use the same idempotency key.
    pub fn digest(&self, body: &[u8]) -> String {
        secrets::hash(&format!("{}\n{}", self.request_line, secrets::hash(&String::from_utf8_lossy(body))))
    }

    /// Whose idempotency keys these are.
    pub fn name(&self) -> String {
        match &self.call.actor {
            Actor::Person(person) => format!("person:{}", person.id),
            Actor::Token(token) => format!("token:{}", token.id),
        }
    }

    async fn of(request: HttpRequest) -> Result<Self, Problem> {
        let app = app(&request)?;
        let bearer = bearer(&request).ok_or_else(Problem::unauthorized)?;
        let (actor, session) = identify(&app, bearer).await?;
        let expected = if_match(&request);
        let key = idempotency_key(&request)?;
        let request_line = format!("{} {}", request.method(), request.path());
        let now = app.clock.now();
        Ok(Self { app, call: Call { actor, now, expected }, session, key, request_line })
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Extraction<Self, Problem>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(Self::of(request.clone()))
    }
}

/// A signed-in caller and the JSON body that they sent. Who it is comes first: what
/// is wrong with the body is nobody else's business.
pub struct Posted {
    pub caller: Caller,
    pub fields: Fields,
    pub digest: String,
}

impl FromRequest for Posted {
    type Error = Problem;
    type Future = Extraction<Self, Problem>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let body = Body::from_request(&request, payload);
        Box::pin(async move {
            let caller = Caller::of(request).await?;
            let body = body.await?;
            let digest = caller.digest(&body.bytes);
            Ok(Self { caller, fields: body.json()?, digest })
        })
    }
}

/// The bytes of a body, and what they claim to be.
pub struct Body {
    pub bytes: Vec<u8>,
    content_type: Option<String>,
}

impl Body {
    /// As a JSON object.
    pub fn json(self) -> Result<Fields, Problem> {
        let is_json =
            self.content_type.as_deref().is_some_and(|t| t == "application/json" || t.ends_with("+json"));
        if !is_json && !self.bytes.is_empty() {
            return Err(Problem::new(
                actix_web::http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "send JSON, with Content-Type: application/json",
            ));
        }
        Fields::json(&self.bytes).map_err(malformed)
    }

    /// As the fields of a form, filled in by somebody in `zone`.
    pub fn form(self, zone: TimeZone) -> Result<Fields, Problem> {
        Fields::form(&self.bytes, zone).map_err(malformed)
    }
}

pub fn malformed(error: super::fields::Malformed) -> Problem {
    Problem::new(actix_web::http::StatusCode::BAD_REQUEST, "malformed", error.0)
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Extraction<Self, Problem>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        let limit = app(request).map(|app| app.settings.server.body_limit);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let limit = limit?;
            let payload = payload.await.map_err(|e| unreadable(&e))?;
            match payload.to_bytes_limited(limit).await {
                Err(_) => Err(Problem::new(
                    actix_web::http::StatusCode::PAYLOAD_TOO_LARGE,
                    "too_large",
                    format!("a body may have at most {limit} bytes"),
                )),
                Ok(Err(error)) => Err(unreadable(&error)),
                Ok(Ok(bytes)) => Ok(Self { bytes: bytes.to_vec(), content_type }),
            }
        })
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        actix_web::http::StatusCode::BAD_REQUEST,
        "malformed",
        format!("the body cannot be read: {error}"),
    )
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|t| !t.is_empty())
}

async fn identify(app: &App, bearer: &str) -> Result<(Actor, Option<String>), Problem> {
    if bearer.starts_with(TOKEN_MARK) {
        let hash = secrets::hash(bearer);
        let token = app.store.read(move |db| Ok::<_, Error>(store::tokens::by_hash(db, &hash)?)).await?;
        return token.map(|t| (Actor::Token(t), None)).ok_or_else(Problem::unauthorized);
    }
    let wall = app.wall.now();
    let claims = app.keys.read_claims(bearer, wall.as_second()).ok_or_else(Problem::unauthorized)?;
    let id: i64 = claims.sub.parse().map_err(|_| Problem::unauthorized())?;
    let session = claims.sid.clone();
    let person = app
        .store
        .read(move |db| {
            if store::sessions::person_of(db, &session, wall)? != Some(PersonId(id)) {
                return Ok(None);
            }
            Ok::<_, Error>(store::people::find(db, PersonId(id))?.filter(|p| p.active))
        })
        .await?;
    person.map(|p| (Actor::Person(p), Some(claims.sid))).ok_or_else(Problem::unauthorized)
}

/// `If-Match`: the version in quotes; `*` and an absent header mean any.
fn if_match(request: &HttpRequest) -> Option<i64> {
    let value = request.headers().get(header::IF_MATCH)?;
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return None;
    }
    let version = text.trim_start_matches("W/").strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    // An ETag that was never given is no longer, or not yet, the present one.
    Some(version.and_then(|v| v.parse().ok()).unwrap_or(i64::MIN))
}

fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get("Idempotency-Key") else { return Ok(None) };
    let fine =
        |key: &&str| (1..=200).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    match value.to_str().ok().filter(fine) {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(Problem::new(
            actix_web::http::StatusCode::BAD_REQUEST,
            "bad_idempotency_key",
            "Idempotency-Key must be 1 to 200 printable ASCII characters",
        )),
    }
}

/// The cookie of a page session.
pub const COOKIE: &str = "lizard_session";
/// What a form's token is signed for.
const FORM: &str = "form";

/// Somebody who is signed in on pages.
pub struct Member {
    pub app: Arc<App>,
    pub call: Call,
    pub person: Person,
    pub session: String,
    pub theme: Theme,
}

impl Member {
    /// The token that every form of this session carries.
    pub fn form_token(&self) -> String {
        self.app.keys.sign(FORM, &self.session)
    }

    /// Whether a form was made for this session.
    pub fn is_form_token(&self, token: &str) -> bool {
        self.app.keys.is_signed(FORM, &self.session, token)
    }
}

/// Who is signed in on pages, if anybody. A session that is used lives on.
pub async fn member(request: &HttpRequest) -> Result<Option<Member>, Problem> {
    let app = app(request)?;
    let Some(cookie) = request.cookie(COOKIE) else { return Ok(None) };
    let wall = app.wall.now();
    let hash = secrets::hash(cookie.value());
    let found = app
        .store
        .read(move |db| {
            let Some(session) = store::sessions::by_secret(db, Kind::Page, &hash, wall)? else {
                return Ok(None);
            };
            let person = store::people::find(db, session.person)?.filter(|p| p.active);
            Ok::<_, Error>(person.map(|person| (session, person)))
        })
        .await?;
    let Some((session, person)) = found else { return Ok(None) };
    keep_alive(&app, &session).await?;
    let call = Call { actor: Actor::Person(person.clone()), now: app.clock.now(), expected: None };
    Ok(Some(Member { app, call, person, session: session.id, theme: theme::of(request) }))
}

/// Notes at most every ten minutes that the session is used.
async fn keep_alive(app: &App, session: &store::sessions::Session) -> Result<(), Problem> {
    const MICROSECONDS: i64 = 600_000_000;
    let wall = app.wall.now();
    if wall.as_microsecond() - session.seen_at > MICROSECONDS {
        let id = session.id.clone();
        let lives = jiff::SignedDuration::from_hours(i64::from(app.settings.session.page_hours));
        let until = wall.checked_add(lives).unwrap_or(wall);
        app.store.write(move |db| Ok::<_, Error>(store::sessions::seen(db, &id, wall, until)?)).await?;
    }
    Ok(())
}
