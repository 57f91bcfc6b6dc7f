//! `lizard openapi`: the document, made of the routes.

use std::process::ExitCode;

pub fn run() -> anyhow::Result<ExitCode> {
    println!("{}", crate::web::server::rendered_document());
    Ok(ExitCode::SUCCESS)
}
