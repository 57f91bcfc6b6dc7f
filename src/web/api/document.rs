//! The OpenAPI document: what is said once for all routes. The routes say the rest.

use actix_web::{HttpResponse, get, web};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi};

use crate::web::error::Problem;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Lizard",
        description = "Partner issue escalation. Instants are UTC (RFC 3339). People are named by e-mail, partners by \
            slug, teams and categories by code. Errors are problem documents (RFC 9457) with a stable `code`, and name \
            every wrong field at once. `ETag` and `If-Match` guard against overwriting: a stale one is 412, an absent \
            one is allowed. Every POST but those of sessions takes an `Idempotency-Key`: the same key with the same \
            body is answered with the first result, with another body it is refused (422)."
    ),
    security(("bearer" = [])),
    modifiers(&Bearer)
)]
pub struct Document;

/// An access token of `POST /session`, or an integrator's token.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An access token of POST /session, or an integrator's token"))
            .build();
        document
            .components
            .get_or_insert_with(Default::default)
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// What any route may answer instead.
#[derive(IntoResponses)]
pub enum Refused {
    /// The request cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] Problem),
    /// Not signed in.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Problem),
    /// Seen, and not to be done by this caller.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    /// It does not exist, or not for this caller.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// Some parameters are wrong.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Problem),
    /// The database cannot be reached.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// What a route that writes may answer besides.
#[derive(IntoResponses)]
pub enum Conflicts {
    /// The state of things does not allow it.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] Problem),
    /// `If-Match` names a version that is no longer the present one.
    #[response(status = 412, content_type = "application/problem+json")]
    Stale(#[to_schema] Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// The body is not JSON, or not in parts where files are sent.
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(#[to_schema] Problem),
}

/// Objects that have no other fields than those named: what is sent to us, where an
/// unknown field is refused, and the envelope, which is told from a ticket by that.
pub fn close_bodies(document: &mut utoipa::openapi::OpenApi) {
    use utoipa::openapi::schema::AdditionalProperties;
    use utoipa::openapi::{RefOr, Schema};
    const CLOSED: [&str; 3] = ["EnvelopeBody", "NewValue", "StepOrder"];
    let sent: Vec<String> = document
        .paths
        .paths
        .values()
        .flat_map(|item| [&item.post, &item.put, &item.patch])
        .filter_map(|operation| operation.as_ref()?.request_body.as_ref())
        .filter_map(|body| match body {
            RefOr::T(body) => Some(body.content.values()),
            RefOr::Ref(_) => None,
        })
        .flatten()
        .filter_map(|content| match content {
            RefOr::T(content) => content.schema.as_ref(),
            RefOr::Ref(_) => None,
        })
        .filter_map(|schema| match schema {
            RefOr::Ref(named) => named.ref_location.rsplit('/').next().map(str::to_owned),
            RefOr::T(_) => None,
        })
        .chain(CLOSED.map(str::to_owned))
        .collect();
    let schemas = document.components.iter_mut().flat_map(|c| c.schemas.iter_mut());
    for (_, schema) in schemas.filter(|(name, _)| sent.contains(name)) {
        if let RefOr::T(Schema::Object(object)) = schema {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}

/// Gives every operation a name of its own, as OpenAPI demands: the handler's, and what
/// it is about, as in `list_tickets_messages`.
pub fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let about: Vec<&str> = path.split('/').skip(3).filter(|part| !part.starts_with('{')).collect();
        let about = about.join("_");
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            if let Some(name) = &mut operation.operation_id {
                *name = format!("{name}_{about}");
            }
        }
    }
}

/// The finished document, as the server hands it out.
pub struct Rendered(pub String);

/// The document.
#[get("/api/openapi.json")]
pub async fn serve(document: web::Data<Rendered>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}
