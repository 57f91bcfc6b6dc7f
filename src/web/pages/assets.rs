//! What pages are dressed with: embedded, and under names made of their content, so
//! that browsers keep them for ever.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use crate::secrets;

const CSS: &str = include_str!("../../../assets/app.css");
const SCRIPT: &str = include_str!("../../../assets/app.js");
const QUEUE_SCRIPT: &str = include_str!("../../../assets/queue.js");
const ICON: &str = include_str!("../../../assets/icon.svg");

/// An asset and where it is served.
struct Asset {
    path: String,
    kind: &'static str,
    body: &'static str,
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, body: &'static str) -> Self {
        let hash = secrets::hash(body);
        let short: String = hash.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        Self { path: format!("/assets/{name}.{short}.{ending}"), kind, body }
    }
}

static SHEET: LazyLock<Asset> = LazyLock::new(|| Asset::new("app", "css", "text/css; charset=utf-8", CSS));
static SCRIPTED: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("app", "js", "text/javascript; charset=utf-8", SCRIPT));
static QUEUE_SCRIPTED: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("queue", "js", "text/javascript; charset=utf-8", QUEUE_SCRIPT));
static SIGN: LazyLock<Asset> = LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", ICON));

/// Address of the style sheet.
pub fn css() -> &'static str {
    &SHEET.path
}

/// Address of the script.
pub fn script() -> &'static str {
    &SCRIPTED.path
}

/// Address of the queue's own script.
pub fn queue_script() -> &'static str {
    &QUEUE_SCRIPTED.path
}

/// Address of the icon.
pub fn icon() -> &'static str {
    &SIGN.path
}

pub fn configure(c: &mut web::ServiceConfig) {
    for asset in [&*SHEET, &*SCRIPTED, &*QUEUE_SCRIPTED, &*SIGN] {
        c.route(&asset.path, super::shown().to(move || async move { serve(asset) }));
    }
}

fn serve(asset: &Asset) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.kind))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.body)
}

#[cfg(test)]
mod tests {
    /// Six digits after each `#`.
    fn colours(text: &str) -> impl Iterator<Item = &str> {
        let colour = |part: &&str| part.len() == 6 && part.bytes().all(|b| b.is_ascii_hexdigit());
        text.split('#').skip(1).filter_map(|part| part.get(..6)).filter(colour)
    }

    #[test]
    fn letters_are_painted_with_the_colours_of_the_pages() {
        for letter in [
            include_str!("../../../templates/mail/letter.mjml"),
            include_str!("../../../templates/mail/blocks.html"),
        ] {
            for colour in colours(letter).filter(|c| *c != "ffffff") {
                assert!(
                    super::CSS.contains(&format!("#{colour}")),
                    "#{colour} is no colour of assets/app.css"
                );
            }
        }
        assert!(colours(include_str!("../../../templates/mail/letter.mjml")).count() > 10);
    }
}
