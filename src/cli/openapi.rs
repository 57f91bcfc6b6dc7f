//! `lizard openapi`: the document, made of the routes.

pub fn run() {
    println!("{}", crate::web::server::rendered_document());
}
