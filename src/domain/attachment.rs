//! Files that somebody sends along with a message or an issue: what they are called, and
//! what is kept of them. Their bytes are the store's business.

use jiff::Timestamp;

use super::actor::By;

/// The longest name of a file, in characters.
pub const LONGEST_NAME: usize = 150;
/// The longest ending that a name keeps when it is cut.
const LONGEST_ENDING: usize = 10;

/// A file whose bytes are in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal: their name in the store.
    pub blob: String,
}

/// A file of a ticket; `number` counts from 1 within the ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub number: i32,
    /// The message that it came with; None for those filed with the ticket. Whoever sees that
    /// sees the file.
    pub message: Option<i32>,
    pub file: File,
    pub by: By,
    pub at: Timestamp,
}

/// A file's name as it is kept: without a path, without anything that cannot be seen or that
/// turns the reading order around, and not too long.
pub fn clean_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)).map(harmless).collect();
    let one_line = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    // Systems drop dots at the end, and hide what starts with one.
    let name = one_line.trim_matches(['.', ' ']);
    if name.is_empty() { "file".to_owned() } else { shortened(name) }
}

/// What stands behind the last dot, in small letters; empty where there is none.
pub fn ending(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
}

/// Control characters, and marks that say nothing by themselves or turn the order around.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Without what some system gives a meaning to.
const fn harmless(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        c => c,
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST_NAME {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, e)| e).filter(|e| e.chars().count() <= LONGEST_ENDING);
    let rest = ending.map_or(0, |e| e.chars().count() + 1);
    let stem: String = name.chars().take(LONGEST_NAME - rest).collect();
    match ending {
        Some(ending) => format!("{}.{ending}", stem.trim_end_matches(['.', ' '])),
        None => stem.trim_end_matches(['.', ' ']).to_owned(),
    }
}

/// `512 bytes`, `14 KB`, `2.4 MB`.
pub fn size_in_words(bytes: i64) -> String {
    const KILO: i64 = 1_000;
    const MEGA: i64 = 1_000_000;
    match bytes {
        1 => "1 byte".to_owned(),
        ..KILO => format!("{bytes} bytes"),
        KILO..MEGA => format!("{} KB", bytes / KILO),
        _ if bytes % MEGA < MEGA / 10 => format!("{} MB", bytes / MEGA),
        _ => format!("{}.{} MB", bytes / MEGA, bytes % MEGA / (MEGA / 10)),
    }
}

/// What stands in a message that says nothing but brings files.
pub fn named(files: &[File]) -> String {
    let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
    format!("Attached: {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_could_do_harm() {
        for (raw, clean) in [
            ("offer.pdf", "offer.pdf"),
            ("  Angebot für  März.pdf ", "Angebot für März.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\jo\\offer.pdf", "offer.pdf"),
            ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
            ("say \"hi\".txt", "say _hi_.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("zero\u{200b}width\u{feff}.png", "zerowidth.png"),
            ("nul\0.txt", "nul.txt"),
            ("page.html.", "page.html"),
            (".htaccess", "htaccess"),
            ("..", "file"),
            ("", "file"),
            ("/", "file"),
            ("\u{2028}", "file"),
        ] {
            assert_eq!(clean_name(raw), clean, "{raw:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_before_its_ending() {
        let clean = clean_name(&format!("{}.pdf", "ä".repeat(300)));
        assert_eq!(clean.chars().count(), LONGEST_NAME);
        assert!(clean.ends_with("ä.pdf"), "{clean}");
        let clean = clean_name(&format!("a.{}", "b".repeat(300)));
        assert_eq!(clean.chars().count(), LONGEST_NAME);
        assert_eq!(clean_name(&clean), clean);
    }

    #[test]
    fn the_ending_is_what_a_system_goes_by() {
        for (name, expected) in [("a.PDF", "pdf"), ("a.tar.GZ", "gz"), ("a", ""), ("a.html.txt", "txt")] {
            assert_eq!(ending(name), expected, "{name}");
        }
    }

    #[test]
    fn sizes_are_said_as_people_say_them() {
        for (bytes, said) in [
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 KB"),
            (14_900, "14 KB"),
            (999_999, "999 KB"),
            (1_000_000, "1 MB"),
            (2_449_999, "2.4 MB"),
            (20_000_000, "20 MB"),
        ] {
            assert_eq!(size_in_words(bytes), said);
        }
    }
}
