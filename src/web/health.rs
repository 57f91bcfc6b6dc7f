//! For machines: `/healthz` (the process answers), `/readyz` (the database is there, sweeps
//! are on time, letters move) and `/metrics` (the same in figures, for Prometheus).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use prometheus::{Encoder, Gauge, IntGauge, Registry, TextEncoder};

use crate::app::App;
use crate::desk::Error;
use crate::desk::watch::{Watch, watch};

use super::auth;
use super::error::Problem;

const TEXT: &str = "text/plain; charset=utf-8";

/// The process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type(TEXT).body("ok\n")
}

async fn look(app: &App) -> Result<Watch, Error> {
    let now = app.clock.now();
    Ok(app.store.read(move |db| watch(db, now)).await?.on_the_wall(app.factor()))
}

/// A line for each thing that has to be well; 503 as soon as one is not.
pub async fn readyz(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let app = auth::app(&request)?;
    let watch = look(&app).await?;
    let line = |well: bool, what: &str, lag: jiff::SignedDuration| {
        if well { format!("{what}: ok\n") } else { format!("{what}: {} s behind\n", lag.as_secs()) }
    };
    let (sweeps, mail) = (watch.sweeps_on_time(), watch.mail_moves());
    let body = format!(
        "database: ok\n{}{}",
        line(sweeps, "sweeps", watch.sweep_lag),
        line(mail, "outbox", watch.mail_lag)
    );
    let status = if sweeps && mail { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(HttpResponse::build(status).content_type(TEXT).body(body))
}

/// Figures for Prometheus.
pub async fn metrics(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let app = auth::app(&request)?;
    let watch = look(&app).await?;
    let text = exposed(&watch, app.last_sweep()).map_err(|error| {
        tracing::error!(%error, "the figures could not be written");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the figures could not be written")
    })?;
    Ok(HttpResponse::Ok().content_type(TextEncoder::new().format_type().to_owned()).body(text))
}

fn exposed(watch: &Watch, last_sweep: Option<jiff::Timestamp>) -> prometheus::Result<Vec<u8>> {
    let registry = Registry::new();
    let seconds = |name: &str, help: &str, value: f64| {
        let gauge = Gauge::new(name, help)?;
        gauge.set(value);
        registry.register(Box::new(gauge))
    };
    let count = |name: &str, help: &str, value: i64| {
        let gauge = IntGauge::new(name, help)?;
        gauge.set(value);
        registry.register(Box::new(gauge))
    };
    seconds(
        "lizard_sweep_lag_seconds",
        "For how long the first ticket in the line has wanted its clocks looked at.",
        watch.sweep_lag.as_secs_f64(),
    )?;
    if let Some(at) = last_sweep {
        seconds(
            "lizard_last_sweep_timestamp_seconds",
            "When this process last finished a sweep, since 1970.",
            jiff::SignedDuration::from_micros(at.as_microsecond()).as_secs_f64(),
        )?;
    }
    seconds(
        "lizard_outbox_lag_seconds",
        "For how long the oldest unsent letter could have left.",
        watch.mail_lag.as_secs_f64(),
    )?;
    count("lizard_outbox_unsent", "Letters that have not left.", watch.unsent)?;
    count("lizard_outbox_dead", "Letters that were given up.", watch.dead)?;
    count("lizard_exceptions", "Holders of a rung whom nobody had warned, ever.", watch.exceptions)?;
    count(
        "lizard_surprises",
        "Executives whom a partner called before we told them, ever.",
        watch.surprises,
    )?;
    count(
        "lizard_vp_absent",
        "1 while nobody holds the VP's rung: there is none, or they are away and nobody stands in.",
        i64::from(watch.lacks_vp),
    )?;
    let mut text = Vec::new();
    TextEncoder::new().encode(&registry.gather(), &mut text)?;
    Ok(text)
}
