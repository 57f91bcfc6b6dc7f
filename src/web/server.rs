//! The HTTP server: the order of the middleware, and a stop that finishes what it took.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::{Compress, DefaultHeaders, Next, from_fn};
use actix_web::{
    App as Actix, Error, HttpMessage, HttpRequest, HttpResponse, HttpServer, ResponseError, web,
};
use tracing_actix_web::{RequestId, RootSpanBuilder, TracingLogger};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;

use crate::app::App;

use super::api::document::{self, Document, Rendered, close_bodies, name_operations};
use super::error::Problem;
use super::routes;

/// What no page needs: scripts, frames and forms of others.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The OpenAPI document, made of the routes.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = Actix::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .service(utoipa_actix_web::scope("/api/v1").configure(routes::documented))
        .split_for_parts();
    close_bodies(&mut document);
    name_operations(&mut document);
    document
}

/// What the routes are, and the document. Making them takes more memory than all the rest of an
/// idle service. On a thread that ends it goes back, if nothing of it lives on: hence two texts,
/// which are copied.
fn described() -> std::io::Result<(web::Data<Known>, web::Data<Rendered>)> {
    let describe = || {
        let document = document();
        (Known::lines(&document), document.to_pretty_json().unwrap_or_default())
    };
    let described = std::thread::Builder::new().name("document".to_owned()).spawn(describe)?.join();
    let (lines, rendered) =
        described.map_err(|_| std::io::Error::other("the REST interface cannot be described"))?;
    Ok((web::Data::new(Known::read(&lines)), web::Data::new(Rendered(rendered.as_str().to_owned()))))
}

/// The document as JSON.
pub fn rendered_document() -> String {
    document().to_pretty_json().unwrap_or_default()
}

/// A server that is bound and about to run, and where.
pub fn start(app: Arc<App>, listener: TcpListener) -> std::io::Result<(Server, SocketAddr)> {
    let at = listener.local_addr()?;
    let app = web::Data::from(app);
    let (known, rendered) = described()?;
    let server = HttpServer::new(move || {
        let swagger = utoipa_swagger_ui::SwaggerUi::new("/api/docs/{_:.*}")
            .config(utoipa_swagger_ui::Config::new(["/api/openapi.json"]).use_base_layout());
        Actix::new()
            .service(web::scope("/api/v1").configure(routes::served))
            .app_data(app.clone())
            .app_data(known.clone())
            .app_data(rendered.clone())
            // An id that is no number names nothing.
            .app_data(web::PathConfig::default().error_handler(|_, _| Problem::not_found().into()))
            .service(document::serve)
            .service(web::redirect("/api/docs", "/api/docs/"))
            .service(swagger)
            .route("/healthz", web::get().to(super::health::healthz))
            .route("/readyz", web::get().to(super::health::readyz))
            .route("/metrics", web::get().to(super::health::metrics))
            .configure(super::pages::configure)
            .default_service(web::to(nothing_here))
            .wrap(from_fn(nudge))
            .wrap(Compress::default())
            .wrap(from_fn(headers))
            .wrap(DefaultHeaders::new().add((header::X_CONTENT_TYPE_OPTIONS, "nosniff")))
            .wrap(TracingLogger::<Spans>::new())
    })
    .shutdown_timeout(25)
    .listen(listener)?
    .disable_signals()
    .run();
    Ok((server, at))
}

/// A request in the log: method, route and status. Never the path itself, which may hold
/// a one-time link, and never an address.
struct Spans;

impl RootSpanBuilder for Spans {
    fn on_request_start(request: &ServiceRequest) -> tracing::Span {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let route = request.match_pattern().unwrap_or_default();
        tracing::info_span!(
            "request",
            request.id = %id,
            http.method = %request.method(),
            http.route = %route,
            http.status = tracing::field::Empty
        )
    }

    fn on_request_end<B: MessageBody>(span: tracing::Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("http.status", status.as_u16());
        span.in_scope(|| tracing::debug!("answered"));
    }
}

/// What was changed may have caused a letter: whoever delivers looks at once.
async fn nudge(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let changes = !request.method().is_safe();
    let app = request.app_data::<web::Data<App>>().cloned();
    let response = next.call(request).await?;
    if changes
        && !response.status().is_client_error()
        && let Some(app) = app
    {
        app.mail_waiting.notify_one();
    }
    Ok(response)
}

/// What every answer carries.
async fn headers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let docs = request.path().starts_with("/api/docs");
    let mut response = if request.path().contains("%00") {
        // Nothing here has such a name, and PostgreSQL refuses to look for it.
        let (request, _) = request.into_parts();
        let answer = not_found(&request).await.unwrap_or_else(|problem| problem.error_response());
        ServiceResponse::new(request, answer).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    let headers = response.headers_mut();
    let policy = if docs {
        // The vendored documentation page styles itself inline.
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
    } else {
        CONTENT_POLICY
    };
    // Pages whose address is a secret are stricter.
    if !headers.contains_key(header::REFERRER_POLICY) {
        headers.insert(header::REFERRER_POLICY, header::HeaderValue::from_static("same-origin"));
    }
    // A letter brings its own.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(policy));
        headers.insert(header::X_FRAME_OPTIONS, header::HeaderValue::from_static("DENY"));
    }
    Ok(response)
}

/// The documented paths of `/api/v1` with their methods, to tell 405 from 404.
struct Known(BTreeMap<String, Vec<String>>);

impl Known {
    /// A path a line, with its methods after it.
    fn lines(document: &utoipa::openapi::OpenApi) -> String {
        let lines = document.paths.paths.iter().map(|(path, item)| {
            let methods = [
                ("GET", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ];
            let methods = methods.into_iter().filter(|(_, has)| *has).map(|(method, _)| method);
            std::iter::once(path.as_str()).chain(methods).collect::<Vec<_>>().join(" ")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn read(lines: &str) -> Self {
        let path = |line: &str| {
            let mut words = line.split(' ').map(str::to_owned);
            Some((words.next()?, words.collect()))
        };
        Self(lines.lines().filter_map(path).collect())
    }

    /// The methods of the path that fits, if one does.
    fn methods(&self, path: &str) -> Option<&[String]> {
        let fits = |known: &str| {
            let (known, asked) = (known.split('/'), path.split('/'));
            known.clone().count() == asked.clone().count()
                && known.zip(asked).all(|(k, a)| k == a || (k.starts_with('{') && !a.is_empty()))
        };
        self.0.iter().find(|(known, _)| fits(known)).map(|(_, methods)| methods.as_slice())
    }
}

/// A problem document under `/api`, a page elsewhere.
async fn not_found(request: &HttpRequest) -> Result<HttpResponse, Problem> {
    if request.path().starts_with("/api") {
        return Err(Problem::not_found());
    }
    super::pages::not_found(request).await
}

/// Nothing is served here, or not by that method.
async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, Problem> {
    if !request.path().starts_with("/api") {
        return not_found(&request).await;
    }
    let methods = request.app_data::<web::Data<Known>>().and_then(|known| known.methods(request.path()));
    match methods {
        Some(methods) if request.method() != Method::OPTIONS || !methods.is_empty() => {
            let mut problem = Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this resource does not know that method",
            );
            problem.allow = Some(methods.join(", "));
            Err(problem)
        }
        _ => Err(Problem::not_found()),
    }
}
