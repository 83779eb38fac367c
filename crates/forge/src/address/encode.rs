//! Percent-encoding, as little as keeps an address unambiguous: what people paste should come back as they wrote it.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What may not stand in the path of a web address. `*` and braces stay: they are globs.
const WEB: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'\\').add(b'^').add(b'`').add(b'|');
/// In a `git` address only `?` ends the path.
const GIT: &AsciiSet = &CONTROLS.add(b' ').add(b'#').add(b'%').add(b'?');
const REFERENCE: &AsciiSet = &CONTROLS.add(b' ').add(b'#').add(b'%').add(b'?').add(b'&').add(b'+');

pub(super) fn web_path(path: &str) -> String {
    utf8_percent_encode(path, WEB).to_string()
}

pub(super) fn git_path(path: &str) -> String {
    utf8_percent_encode(path, GIT).to_string()
}

pub(super) fn reference(reference: &str) -> String {
    utf8_percent_encode(reference, REFERENCE).to_string()
}

/// None where the bytes are no text.
pub(super) fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
