//! Whether a new issue may be one that its company has open already: by the words of the
//! subjects, the numbers of orders and deals in the texts, and the category. It only offers;
//! who files decides.

use std::collections::BTreeSet;

/// Offered from here on, of 100.
const LIKELY: u32 = 60;
/// What the same leaf adds to words that agree …
const SAME_LEAF: u32 = 20;
/// … and a number that stands in both.
const SAME_NUMBER: u32 = 40;

/// Words that say nothing about what a subject is about.
const SMALL: &[&str] = &[
    "the", "and", "for", "not", "our", "your", "with", "from", "that", "this", "has", "have", "was", "are",
    "but", "can", "cannot", "still", "yet", "again", "please", "help", "issue", "problem", "urgent",
];

/// What one issue says, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Said {
    leaf: String,
    words: BTreeSet<String>,
    /// Four digits or more in a word: of an order, a deal, an invoice.
    numbers: BTreeSet<String>,
}

impl Said {
    /// `category` is `group.leaf`.
    pub fn of(category: &str, subject: &str, description: &str) -> Self {
        let words = parts(subject).filter(|w| w.chars().count() > 2 && !SMALL.contains(&w.as_str()));
        let numbers = parts(subject)
            .chain(parts(description))
            .filter(|w| w.chars().filter(char::is_ascii_digit).count() >= 4);
        Self { leaf: category.to_owned(), words: words.collect(), numbers: numbers.collect() }
    }

    /// From 0 to over 100, and the words that agree; 0 where neither a word nor a number does.
    fn likeness(&self, other: &Self) -> (u32, usize) {
        let shared = self.words.intersection(&other.words).count();
        let fewer = self.words.len().min(other.words.len());
        let number = self.numbers.intersection(&other.numbers).next().is_some();
        // One word alone is no subject.
        let words = if fewer == 0 { 0 } else { shared * 100 / fewer.max(2) };
        if words == 0 && !number {
            return (0, 0);
        }
        let leaf = if self.leaf == other.leaf { SAME_LEAF } else { 0 };
        let number = if number { SAME_NUMBER } else { 0 };
        (u32::try_from(words).unwrap_or(100) + leaf + number, shared)
    }
}

/// Those of `others` that may be the same as `new`, likeliest first, at most `most`.
pub fn likely<T>(new: &Said, others: impl IntoIterator<Item = (Said, T)>, most: usize) -> Vec<T> {
    let mut found: Vec<((u32, usize), T)> = others
        .into_iter()
        .map(|(other, what)| (new.likeness(&other), what))
        .filter(|((likeness, _), _)| *likeness >= LIKELY)
        .collect();
    found.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    found.into_iter().take(most).map(|(_, what)| what).collect()
}

fn parts(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: &str = "price.approval_late";

    fn offers(new: (&str, &str, &str), other: (&str, &str, &str)) -> bool {
        let said = |(category, subject, text): (&str, &str, &str)| Said::of(category, subject, text);
        !likely(&said(new), [(said(other), ())], 3).is_empty()
    }

    #[test]
    fn the_same_said_again_is_offered() {
        let first = (PRICE, "Special price for Acme bid not approved", "");
        assert!(offers((PRICE, "special price Acme bid still not approved!", ""), first));
        assert!(offers(("bid.other", "Acme bid: special price", ""), first), "also under another category");
        assert!(offers((PRICE, "Price approval", ""), (PRICE, "Approval of a price is late", "")));
    }

    #[test]
    fn an_order_number_in_both_is_enough_with_a_word_or_the_leaf() {
        let first = ("order.late", "Delivery is late", "Order SO-44718 was due on Monday.");
        assert!(offers(("order.late", "Where are the servers?", "so 44718"), first));
        assert!(offers(("order.other", "No delivery", "44718"), first));
        assert!(!offers(("order.late", "Where are the servers?", "SO-99999"), first));
    }

    #[test]
    fn other_things_are_not_offered() {
        let first = (PRICE, "Special price for Acme bid not approved", "");
        assert!(!offers((PRICE, "Rebate of the third quarter is missing", ""), first));
        assert!(!offers((PRICE, "Please help", ""), (PRICE, "Please help, urgent", "")));
        assert!(!offers((PRICE, "", ""), (PRICE, "", "")));
        assert!(
            !offers(("tech.portal", "Price list", ""), first),
            "one word of two that agrees is half by chance"
        );
    }

    #[test]
    fn the_likeliest_come_first_and_not_too_many() {
        let new = Said::of(PRICE, "Special price for Acme bid", "");
        let others = [
            "Price for a bid",
            "Special price for the Acme bid",
            "Special price Globex bid",
            "Acme special price",
        ];
        let found = likely(&new, others.map(|s| (Said::of(PRICE, s, ""), s)), 2);
        assert_eq!(found.first(), Some(&"Special price for the Acme bid"));
        assert_eq!(found.len(), 2);
    }
}
