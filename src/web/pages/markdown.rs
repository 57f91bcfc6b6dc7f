//! What people write, as a page shows it: a small part of Markdown (paragraphs, lists, quotes,
//! emphasis, code, links). Everything else is text, above all HTML. Nothing is fetched.

use askama::filters::{Html, escape};
use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html::push_html};

/// Safe to stand in a page.
pub fn html(text: &str) -> String {
    let mut events = Vec::new();
    let mut in_link = 0;
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                in_link += 1;
                events.push(inline(opening(&dest_url)));
            }
            Event::End(TagEnd::Link) => {
                in_link -= 1;
                events.push(inline("</a>".to_owned()));
            }
            // A picture is somebody else's server: its address is shown, not fetched.
            Event::Start(Tag::Image { dest_url, .. }) => {
                events.push(Event::Text(format!("[{dest_url}] ").into()));
            }
            Event::End(TagEnd::Image) => {}
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => events.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => events.push(Event::End(TagEnd::Paragraph)),
            // A message is no document: it has no headings of its own.
            Event::Start(Tag::Heading { .. }) => {
                events.extend([Event::Start(Tag::Paragraph), Event::Start(Tag::Strong)]);
            }
            Event::End(TagEnd::Heading(_)) => {
                events.extend([Event::End(TagEnd::Strong), Event::End(TagEnd::Paragraph)]);
            }
            // A line that somebody broke stays broken.
            Event::SoftBreak => events.push(Event::HardBreak),
            Event::Text(text) if in_link == 0 => linked(&text, &mut events),
            other => events.push(other),
        }
    }
    let mut out = String::new();
    push_html(&mut out, events.into_iter());
    out
}

fn inline<'a>(html: String) -> Event<'a> {
    Event::InlineHtml(html.into())
}

/// To where it may lead; nowhere else.
fn opening(url: &str) -> String {
    let lower = url.trim().to_ascii_lowercase();
    if ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme)) {
        let url = escape(url, Html).map(|e| e.to_string()).unwrap_or_default();
        format!(r#"<a href="{url}" rel="noopener noreferrer nofollow ugc">"#)
    } else {
        "<a>".to_owned()
    }
}

/// Addresses in a text become links.
fn linked(text: &CowStr<'_>, events: &mut Vec<Event<'_>>) {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    for part in finder.spans(text) {
        let words = Event::Text(part.as_str().to_owned().into());
        if part.kind().is_some() {
            events.extend([inline(opening(part.as_str())), words, inline("</a>".to_owned())]);
        } else {
            events.push(words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn a_message_keeps_its_lines_and_its_lists() {
        assert_eq!(html("One\ntwo\n\nthree"), "<p>One<br />\ntwo</p>\n<p>three</p>\n");
        assert_eq!(html("- a\n- **b**"), "<ul>\n<li>a</li>\n<li><strong>b</strong></li>\n</ul>\n");
        assert_eq!(html("# Loud"), "<p><strong>Loud</strong></p>\n");
    }

    #[test]
    fn what_is_html_is_text() {
        for hostile in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<!-- x --> <style>*{display:none}</style>",
            "<div>\n\n*x*\n\n</div>",
            "<svg/onload=alert(1)>",
        ] {
            let shown = html(hostile);
            for tag in ["<script", "<img", "<a ", "<style", "<div", "<svg", "<!--"] {
                assert!(!shown.contains(tag), "{hostile}: {shown}");
            }
        }
    }

    #[test]
    fn links_lead_only_where_they_may() {
        let rel = r#"rel="noopener noreferrer nofollow ugc""#;
        assert_eq!(
            html("[x](https://a.example/?a=1&b=2)"),
            format!("<p><a href=\"https://a.example/?a=1&#38;b=2\" {rel}>x</a></p>\n")
        );
        assert!(
            html("see https://a.example/b, and go")
                .contains(&format!("<a href=\"https://a.example/b\" {rel}>https://a.example/b</a>, and"))
        );
        for hostile in [
            "[x](javascript:alert(1))",
            "[x](data:text/html,x)",
            "[x](//a.example)",
            "[x](<java\nscript:x>)",
            "<javascript:alert(1)>",
        ] {
            assert!(!html(hostile).contains("href"), "{hostile}: {}", html(hostile));
        }
        assert!(!html("[x](https://a.example/\"onmouseover=\"alert(1))").contains("\"onmouseover"));
        let picture = html("![cat](https://a.example/cat.png)");
        assert!(!picture.contains("<img") && picture.contains("https://a.example/cat.png"), "{picture}");
    }
}
