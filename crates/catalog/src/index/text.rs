//! Texts as the index keeps and compares them: many in one allocation, ordered without case.

use std::{borrow::Cow, cmp::Ordering};

/// Many texts in one allocation, addressed by position.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    text: Box<str>,
    ends: Box<[u32]>,
}

/// Collects [`Texts`].
#[derive(Clone, Debug, Default)]
pub(super) struct TextsBuilder {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// The position of `text` among texts that are sorted by their bytes.
    pub(super) fn position(&self, text: &str) -> Option<usize> {
        let at = partition(self.len(), |at| self.get(at) < text);
        (at < self.len() && self.get(at) == text).then_some(at)
    }

    /// All texts one after the other, to search them in one go; [`Texts::at_offset`] names the text of a hit.
    pub(super) fn joined(&self) -> &str {
        &self.text
    }

    /// The text that holds the byte at `offset`, and where that text ends.
    pub(super) fn at_offset(&self, offset: usize) -> (usize, usize) {
        let at = partition(self.len(), |at| self.ends[at] as usize <= offset);
        (at, self.ends[at] as usize)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.text.len() + self.ends.len() * 4
    }
}

impl TextsBuilder {
    /// Adds a text and says its position. The total is limited to 4 GiB, far above what one segment's values can reach
    /// with 200 characters each; beyond it texts are kept empty.
    pub(super) fn push(&mut self, text: &str) -> u32 {
        if self.text.len() + text.len() <= u32::MAX as usize {
            self.text.push_str(text);
        }
        self.ends.push(self.text.len() as u32);
        (self.ends.len() - 1) as u32
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }

    pub(super) fn finish(self) -> Texts {
        Texts { text: self.text.into_boxed_str(), ends: self.ends.into_boxed_slice() }
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<T: IntoIterator<Item = &'a str>>(texts: T) -> Self {
        let mut builder = TextsBuilder::default();
        for text in texts {
            builder.push(text);
        }
        builder.finish()
    }
}

/// The first position in `0..len` at which `before` no longer holds.
pub(super) fn partition(len: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The text in lower case, as values and keys are matched.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) }
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

/// Appends the text in lower case.
pub(super) fn push_folded(into: &mut String, text: &str) {
    if text.is_ascii() {
        let start = into.len();
        into.push_str(text);
        into[start..].make_ascii_lowercase();
    } else {
        into.push_str(&text.to_lowercase());
    }
}

/// Orders two texts as their lower case forms are ordered by bytes.
pub(super) fn compare_folded(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        let (a, b) = (a.as_bytes(), b.as_bytes());
        for (x, y) in a.iter().zip(b) {
            if x != y {
                let order = x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase());
                if order != Ordering::Equal {
                    return order;
                }
            }
        }
        return a.len().cmp(&b.len());
    }
    fold(a).as_ref().cmp(fold(b).as_ref())
}

/// The first bytes of the text in lower case as a number, which orders texts as [`compare_folded`] does where it differs.
pub(super) fn folded_start(text: &str) -> u64 {
    let mut start = [0_u8; 8];
    let folded = if text.is_ascii() { Cow::Borrowed(text) } else { fold(text) };
    for (to, from) in start.iter_mut().zip(folded.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    u64::from_be_bytes(start)
}

/// The length that JavaScript gives to a text, in which the limits of the search rows are stated.
pub(super) fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// A number as JavaScript writes it, which is how it is matched and shown in facets.
pub(super) fn number_text(number: f64) -> String {
    let magnitude = number.abs();
    if number == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&magnitude) {
        format!("{number}")
    } else {
        let text = format!("{number:e}");
        match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_without_case() {
        assert_eq!(compare_folded("Abc", "abD"), Ordering::Less);
        assert_eq!(compare_folded("ABC", "abc"), Ordering::Equal);
        assert_eq!(compare_folded("Ä", "ä"), Ordering::Equal);
        assert_eq!(compare_folded("z", "Ä"), Ordering::Less);
        assert_eq!(compare_folded("ab", "A"), Ordering::Greater);
    }

    #[test]
    fn writes_numbers_as_javascript() {
        let cases =
            [(1.0, "1"), (1.1, "1.1"), (-0.0, "0"), (1e21, "1e+21"), (1e-7, "1e-7"), (123_456.75, "123456.75"), (0.000_001, "0.000001")];
        for (number, text) in cases {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn finds_the_text_of_an_offset() {
        let texts: Texts = ["ab", "", "c"].into_iter().collect();
        assert_eq!(texts.at_offset(1), (0, 2));
        assert_eq!(texts.at_offset(2), (2, 3));
    }
}
