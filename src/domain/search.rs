//! Words as they are looked for: what a text is cut into before it is kept, and what somebody
//! types before it is found. Both databases keep and compare these words alone, so that they
//! find the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// A longer word counts by its beginning, in characters.
const LONGEST: usize = 40;
/// A single letter begins too many words.
const SHORTEST_BEGINNING: usize = 2;
/// Words of a search that count.
const MOST: usize = 12;

/// The words of a text in order: lower case, without accents, letters and digits alone. Scripts
/// that put no space between words give a word for each character.
pub fn words(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut word = String::new();
    let mut letters = 0;
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            all.push(std::mem::take(word));
        }
    };
    for c in text.nfkd().filter(|c| canonical_combining_class(*c) == 0).flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() || stands_alone(c) {
            end(&mut word);
            letters = 0;
        }
        if c.is_alphanumeric() && letters < LONGEST {
            letters += 1;
            match plain(c) {
                Some(letters) => word.push_str(letters),
                None => word.push(c),
            }
        }
        if stands_alone(c) {
            end(&mut word);
            letters = 0;
        }
    }
    end(&mut word);
    all
}

/// What people leave an accent off, though Unicode does not.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' => "d",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// Chinese characters and Japanese syllables.
const fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// What somebody looks for: every word has to be there, the last one at least as a beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    pub whole: Vec<String>,
    pub beginning: Option<String>,
}

impl Sought {
    /// Anything may be typed; without a word in it, nothing is found.
    pub fn of(typed: &str) -> Self {
        let mut whole = words(typed);
        whole.truncate(MOST);
        // A number is whole, or every reference would bring those that it begins.
        let begins = |word: &mut String| {
            word.chars().count() >= SHORTEST_BEGINNING && !word.bytes().all(|b| b.is_ascii_digit())
        };
        let beginning = whole.pop_if(begins);
        whole.sort_unstable();
        whole.dedup();
        Self { whole, beginning }
    }

    pub const fn is_nothing(&self) -> bool {
        self.whole.is_empty() && self.beginning.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_plain_words() {
        let table: [(&str, &[&str]); 14] = [
            ("Special price, NOT approved!", &["special", "price", "not", "approved"]),
            ("Größe naïve Ångström Łódź", &["grosse", "naive", "angstrom", "lodz"]),
            ("PI-1042 Q/20881_b", &["pi", "1042", "q", "20881", "b"]),
            ("ﬁnance ℡ １２３", &["finance", "tel", "123"]),
            ("İstanbul Σίσυφος", &["istanbul", "σισυφοσ"]),
            ("отчёт Київ", &["отчет", "киів"]),
            ("価格を確認", &["価", "格", "を", "確", "認"]),
            ("don't \"AND\" OR* NEAR(", &["don", "t", "and", "or", "near"]),
            ("a\0b\u{200b}c", &["a", "b", "c"]),
            ("🦎🦎", &[]),
            ("  \n\t*:\"'()&|!\\ ", &[]),
            ("", &[]),
            ("\u{301}\u{301}", &[]),
            ("x²", &["x2"]),
        ];
        for (text, expected) in table {
            assert_eq!(words(text), expected, "{text:?}");
        }
        assert_eq!(words(&"ß".repeat(10_000)), ["ss".repeat(LONGEST)]);
    }

    #[test]
    fn the_last_word_may_be_a_beginning() {
        let sought = |typed| Sought::of(typed);
        let of = |whole: &[&str], beginning: Option<&str>| Sought {
            whole: whole.iter().map(|w| (*w).to_owned()).collect(),
            beginning: beginning.map(str::to_owned),
        };
        assert_eq!(sought("Preis Prei"), of(&["preis"], Some("prei")));
        assert_eq!(sought("b a b x"), of(&["a", "b", "x"], None));
        assert_eq!(sought("PI-1042"), of(&["1042", "pi"], None));
        assert!(sought("**\"").is_nothing());
        assert_eq!(sought(&"w ".repeat(500)).whole, ["w"]);
    }
}
