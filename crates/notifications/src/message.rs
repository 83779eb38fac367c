//! What a message is, and what is wrong with one.

use model::{FieldError, view::Severity};
use url::Url;

/// Characters of a title, at most.
pub const MOST_TITLE: usize = 200;
/// Characters of a body, at most.
pub const MOST_BODY: usize = 10_000;
/// Characters of an address, at most.
const MOST_LINK: usize = 2_000;
/// Characters of a topic, an origin, an icon, at most.
const MOST_NAME: usize = 100;
/// Characters of a scope, at most.
const MOST_SCOPE: usize = 500;

/// Something that people are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Which part of the portal or which client sends it.
    pub origin: String,
    /// What it is about, as `loss-held`; may be empty.
    pub topic: String,
    /// How much it matters.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// More, as plain text; may be empty.
    pub body: String,
    /// Where to go: a path of the portal or an http(s) address; may be empty.
    pub link: String,
    /// The name of an icon; may be empty.
    pub icon: String,
    /// Replaces what the same person got from the same origin under the same scope, instead of adding to it; empty: it adds.
    pub scope: String,
    /// Who sends it.
    pub created_by: String,
}

impl Message {
    /// Whether it can be sent.
    ///
    /// # Errors
    /// Every field that is wrong, with what would be right.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut fault = |field: &str, message: String| wrong.push(FieldError { field: field.to_owned(), message });
        if self.title.trim().is_empty() {
            fault("title", "a notification needs a title".to_owned());
        }
        let lengths = [
            ("title", &self.title, MOST_TITLE),
            ("body", &self.body, MOST_BODY),
            ("link", &self.link, MOST_LINK),
            ("topic", &self.topic, MOST_NAME),
            ("origin", &self.origin, MOST_NAME * 2),
            ("icon", &self.icon, MOST_NAME),
            ("scope", &self.scope, MOST_SCOPE),
        ];
        for (field, text, most) in lengths {
            let length = text.chars().count();
            if length > most {
                fault(field, format!("has {length} characters, at most {most} are taken"));
            }
            // A line break in a title would be one in the header of an e-mail.
            let multiline = field == "body";
            if text.chars().any(|c| c.is_control() && !(multiline && matches!(c, '\n' | '\r' | '\t'))) {
                fault(field, "has a control character or a line break, which cannot be shown".to_owned());
            }
        }
        if !self.link.is_empty() && !is_followable(&self.link) {
            fault("link", "expected a path of the portal (/catalog/…) or an http or https address".to_owned());
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// Whether a link leads to a page of the portal or to the web, so that it runs no script and guesses no host.
fn is_followable(link: &str) -> bool {
    if link.starts_with('/') {
        return !link.starts_with("//") && !link.contains('\\');
    }
    let web = Url::parse(link).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none()
    });
    web && !link.starts_with(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &Message, expected: &str) {
        let text = match message.check() {
            Ok(()) => "ok".to_owned(),
            Err(wrong) => wrong.iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<Vec<_>>().join("; "),
        };
        assert_eq!(text, expected, "{message:?}");
    }

    fn linked(link: &str) -> Message {
        Message { title: "t".to_owned(), link: link.to_owned(), ..Message::default() }
    }

    #[test]
    fn takes_what_can_be_shown_and_says_what_cannot() {
        const LINK: &str = "link: expected a path of the portal (/catalog/…) or an http or https address";
        check(&linked(""), "ok");
        check(&linked("/catalog/default/component/a?x=1#y"), "ok");
        check(&linked("https://ci.example.com/run/1"), "ok");
        check(&linked("http://ci"), "ok");
        check(&linked("//evil.example"), LINK);
        check(&linked("/\\evil.example"), LINK);
        check(&linked("javascript:alert(1)"), LINK);
        check(&linked("data:text/html,x"), LINK);
        check(&linked("https://user:password@host/"), LINK);
        check(&linked("catalog"), LINK);
        check(&Message::default(), "title: a notification needs a title");
        check(&Message { title: "x".repeat(201), ..Message::default() }, "title: has 201 characters, at most 200 are taken");
        check(&Message { title: "é".repeat(200), body: "x\ny".repeat(3_000), ..Message::default() }, "ok");
        check(
            &Message { title: "a\r\nBcc: all".to_owned(), ..Message::default() },
            "title: has a control character or a line break, which cannot be shown",
        );
    }
}
