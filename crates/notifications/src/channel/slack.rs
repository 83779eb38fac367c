//! Messages as Slack's incoming webhooks take them: blocks, and a text for the banner.

use serde_json::{Value, json};

use super::{Outgoing, Sender};
use crate::Severity;

/// Characters that a header block takes.
const MOST_HEADER: usize = 150;
/// Characters that a section takes, with some room for what escaping adds.
const MOST_SECTION: usize = 2_400;

pub(super) fn body(sender: &Sender, message: &Outgoing) -> Value {
    let mut blocks = vec![json!({
        "type": "header",
        "text": { "type": "plain_text", "text": cut(&message.title, MOST_HEADER), "emoji": false },
    })];
    if !message.body.is_empty() {
        let text = escaped(&cut(&message.body, MOST_SECTION));
        blocks.push(json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } }));
    }
    if let Some(link) = sender.link(&message.link) {
        blocks.push(json!({
            "type": "actions",
            "elements": [{ "type": "button", "text": { "type": "plain_text", "text": "Open" }, "url": link }],
        }));
    }
    blocks.push(json!({
        "type": "context",
        "elements": [{ "type": "plain_text", "text": cut(&about(sender, message), MOST_HEADER), "emoji": false }],
    }));
    json!({ "text": escaped(&message.title), "blocks": blocks })
}

/// How much it matters, who says it, about what.
pub(super) fn about(sender: &Sender, message: &Outgoing) -> String {
    let severity = match message.severity {
        Severity::Critical => "Critical · ",
        Severity::High => "High · ",
        Severity::Normal | Severity::Low => "",
    };
    let topic = if message.topic.is_empty() { String::new() } else { format!(" / {}", message.topic) };
    format!("{severity}{} · {}{topic}", sender.name, message.origin)
}

/// What Slack reads as markup is text here: nobody mentions a channel through a title.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text of at most so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most - 1).chain(['…']).collect() }
}
