//! A content painted twice: as text that needs nothing else, and as HTML in a layout that
//! is compiled once. Filling it is copying strings; every value in it is escaped.

use std::sync::{Arc, LazyLock};

use askama::Template;
use askama::filters::{Html as Escaper, escape};
use mrml::prelude::render::RenderOptions;

use super::content::{Block, Content};
use crate::domain::letter::{Html, Layout};
use crate::secrets;

const LAYOUT: &str = include_str!("../../templates/mail/letter.mjml");

/// What is left where the layout would not compile; a test keeps it from being needed.
const BARE: &str = "<!doctype html><html lang=\"en\"><head><title>@@title@@</title></head>\
                    <body>@@body@@@@footer@@</body></html>";

/// The layout, compiled.
static COMPILED: LazyLock<Arc<Layout>> = LazyLock::new(|| {
    let html = compiled().unwrap_or_else(|| BARE.to_owned());
    Arc::new(Layout { name: secrets::hash(&html), html })
});

fn compiled() -> Option<String> {
    // Without the fonts that MJML would fetch.
    let options = RenderOptions { fonts: std::collections::HashMap::new(), ..RenderOptions::default() };
    mrml::parse(LAYOUT).ok()?.element.render(&options).ok()
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none")]
struct Text<'a> {
    content: &'a Content,
}

#[derive(Template)]
#[template(path = "mail/blocks.html")]
struct Blocks<'a> {
    content: &'a Content,
}

#[derive(Template)]
#[template(path = "mail/footer.html")]
struct Footer<'a> {
    content: &'a Content,
}

/// Complete without the HTML.
pub fn text(content: &Content) -> String {
    // A template over plain strings fails only if writing to a String does.
    Text { content }.render().unwrap_or_default()
}

pub fn html(content: &Content) -> Html {
    let title = match escape(&content.headline, Escaper) {
        Ok(escaped) => escaped.to_string(),
        Err(never) => match never {},
    };
    Html {
        layout: Some(Arc::clone(&COMPILED)),
        title,
        body: Blocks { content }.render().unwrap_or_default(),
        footer: Footer { content }.render().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::content::{Date, Old};

    fn content() -> Content {
        Content {
            headline: "We have it <b>".to_owned(),
            blocks: vec![
                Block::Say("a & b".to_owned()),
                Block::Words { body: "<script>\n@@body@@".to_owned(), quoted: true },
                Block::Dates {
                    title: "Timetable".to_owned(),
                    rows: vec![Date {
                        what: "resolution".to_owned(),
                        when: "Thu".to_owned(),
                        old: vec![Old { when: "Wed".to_owned(), reason: "<i>".to_owned() }],
                    }],
                },
            ],
            link: "Answer on its page".to_owned(),
            url: "https://lizard.example/t/PI-1".to_owned(),
            footer: vec!["Owner: \"P\"".to_owned()],
            mute: Some("https://lizard.example/u/x".to_owned()),
        }
    }

    #[test]
    fn the_layout_compiles_and_fetches_nothing() {
        let layout = compiled().unwrap();
        for absent in ["<img", "<link", "@import", "http://", "<script"] {
            let found = layout.replace("http://www.w3.org", "").contains(absent);
            assert!(!found, "{absent} in {layout}");
        }
        assert!(layout.contains("lang=\"en\"") && layout.contains("content=\"light dark\""), "{layout}");
        for mark in ["title", "body", "footer"] {
            assert!(layout.contains(&format!("@@{mark}@@")), "{mark}");
        }
    }

    #[test]
    fn the_html_is_escaped_whatever_it_holds() {
        let html = html(&content()).whole();
        assert!(!html.contains("<b>") && !html.contains("<i>") && !html.contains("<script"), "{html}");
        assert!(html.contains("was <s>Wed</s>: &#60;i&#62;"), "{html}");
        assert_eq!(html.matches("@@body@@").count(), 1, "a mark in somebody's words is words");
        assert!(html.len() < 100_000);
    }

    #[test]
    fn the_text_says_the_same() {
        insta::assert_snapshot!(text(&content()), @r#"
        We have it <b>

        a & b

        > <script>
        > @@body@@

        Timetable:
        - resolution: Thu (was Wed: <i>)

        Answer on its page: https://lizard.example/t/PI-1
        Owner: "P"
        Mute this issue: https://lizard.example/u/x
        "#);
    }
}
