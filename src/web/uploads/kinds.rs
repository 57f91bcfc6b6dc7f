//! What kind of file somebody sent, told from its bytes. The name decides only between
//! kinds that look alike, and against what a system would run or a browser would show.

use crate::domain::attachment::ending;

/// Endings by which a system runs a file, or a browser shows it as a page.
const REFUSED: &[&str] = &[
    "app", "appx", "apk", "bat", "chm", "cmd", "com", "cpl", "dll", "docm", "dotm", "exe", "hta", "htm",
    "html", "inf", "iso", "jar", "js", "jse", "lnk", "mht", "mhtml", "mjs", "msi", "msix", "php", "pl",
    "potm", "ppam", "ppsm", "pptm", "ps1", "psm1", "py", "rb", "reg", "scr", "sh", "shtml", "svg", "svgz",
    "swf", "url", "vb", "vbe", "vbs", "wasm", "wsf", "wsh", "xht", "xhtml", "xlam", "xlsm", "xltm", "xml",
    "xsl", "xslt",
];

/// Told from their bytes alone.
const ALLOWED: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
];

/// Of archives that hold a document: which, by the name.
const IN_ARCHIVES: &[(&str, &str)] = &[
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
];

/// The old container of office files, in which installers come too: only with these names.
const OLE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const IN_OLE: &[(&str, &str)] = &[
    ("doc", "application/msword"),
    ("dot", "application/msword"),
    ("xls", "application/vnd.ms-excel"),
    ("xlt", "application/vnd.ms-excel"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("pps", "application/vnd.ms-powerpoint"),
];

/// How markup that a browser would show begins.
const MARKUP: &[&str] = &[
    "!doctype", "!--", "?", "a", "b", "body", "br", "div", "font", "form", "frameset", "h1", "head", "html",
    "iframe", "img", "link", "meta", "object", "p", "script", "style", "svg", "table", "title",
];

/// What people are told who sent something else.
pub const TAKEN: &str =
    "pictures (PNG, JPEG, GIF, WebP), PDF, office documents, ZIP, plain text, CSV and mails (.eml)";

/// The bytes that are looked at from the start of a file.
pub const HEAD: usize = 8_192;

/// Looks at all bytes of a file as they come by, for whether they are text.
#[derive(Default)]
pub struct Watch {
    /// Of a character whose other bytes have not come yet.
    tail: Vec<u8>,
    is_no_utf8: bool,
    has_controls: bool,
}

impl Watch {
    pub fn see(&mut self, bytes: &[u8]) {
        let odd = |b: &u8| (*b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c)) || *b == 0x7f;
        self.has_controls |= bytes.iter().any(odd);
        if self.is_no_utf8 {
            return;
        }
        self.tail.extend_from_slice(bytes);
        match std::str::from_utf8(&self.tail) {
            Ok(_) => self.tail.clear(),
            Err(error) if error.error_len().is_none() => {
                self.tail.drain(..error.valid_up_to());
            }
            Err(_) => {
                self.is_no_utf8 = true;
                self.tail.clear();
            }
        }
    }

    const fn is_text(&self) -> bool {
        !self.is_no_utf8 && !self.has_controls && self.tail.is_empty()
    }
}

/// The media type of a file, None where it is of a kind that is not taken. `head` are its
/// first [`HEAD`] bytes, or all of them; `watch` has seen every one.
pub fn of(name: &str, head: &[u8], watch: &Watch) -> Option<&'static str> {
    let ending = ending(name);
    if REFUSED.contains(&ending.as_str()) {
        return None;
    }
    let by_name = |table: &[(&str, &'static str)]| {
        table.iter().find(|(known, _)| *known == ending).map(|(_, media_type)| *media_type)
    };
    if head.starts_with(&OLE) {
        return by_name(IN_OLE);
    }
    let found = infer::get(head).map(|kind| kind.mime_type());
    if watch.is_text() && found != Some("application/pdf") {
        return text(&ending, head);
    }
    if ending == "eml" && !watch.has_controls && is_mail(head) {
        return Some("message/rfc822");
    }
    let found = ALLOWED.iter().copied().find(|allowed| Some(*allowed) == found)?;
    if found == "application/zip" { by_name(IN_ARCHIVES).or(Some(found)) } else { Some(found) }
}

/// Text that is neither markup nor a script.
fn text(ending: &str, head: &[u8]) -> Option<&'static str> {
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head).trim_ascii_start();
    if is_markup(head) || is_script(head) {
        return None;
    }
    match ending {
        "csv" => Some("text/csv"),
        "eml" if is_mail(head) => Some("message/rfc822"),
        _ => Some("text/plain"),
    }
}

fn is_markup(head: &[u8]) -> bool {
    let Some(tag) = head.strip_prefix(b"<") else { return false };
    MARKUP.iter().any(|name| {
        let (Some(start), rest) = (tag.get(..name.len()), tag.get(name.len())) else { return false };
        // `<b` begins `<b>`, and not `<bob@example.com>`.
        let ends = !name.ends_with(|c: char| c.is_ascii_alphanumeric())
            || rest.is_none_or(|c| c.is_ascii_whitespace() || matches!(c, b'>' | b'/'));
        start.eq_ignore_ascii_case(name.as_bytes()) && ends
    })
}

fn is_script(head: &[u8]) -> bool {
    let starts = |with: &str| head.get(..with.len()).is_some_and(|s| s.eq_ignore_ascii_case(with.as_bytes()));
    starts("#!") || starts("@echo ") || starts("{\\rtf") || starts("%!ps")
}

/// The first line is one of a mail's head.
fn is_mail(head: &[u8]) -> bool {
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let Some(colon) = line.iter().position(|b| *b == b':') else { return false };
    let name = line.get(..colon).unwrap_or_default();
    !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

#[cfg(test)]
mod tests;
