//! Messages as Microsoft Teams takes them: an adaptive card. Text runs are shown as they are; only text blocks read Markdown.

use serde_json::{Value, json};

use super::{
    Outgoing, Sender,
    slack::{about, cut},
};
use crate::Severity;

/// Characters of a body: a card may have 28 KiB.
const MOST_BODY: usize = 6_000;

pub(super) fn body(sender: &Sender, message: &Outgoing) -> Value {
    let color = match message.severity {
        Severity::Critical => "attention",
        Severity::High => "warning",
        Severity::Normal | Severity::Low => "default",
    };
    let run = |text: &str, more: Value| {
        let mut run = json!({ "type": "TextRun", "text": text });
        if let (Some(run), Value::Object(more)) = (run.as_object_mut(), more) {
            run.extend(more);
        }
        json!({ "type": "RichTextBlock", "inlines": [run] })
    };
    let mut parts = vec![run(&message.title, json!({ "size": "large", "weight": "bolder", "color": color }))];
    parts.extend(cut(&message.body, MOST_BODY).lines().map(|line| run(line, json!({}))));
    parts.push(run(&about(sender, message), json!({ "size": "small", "isSubtle": true })));
    let mut card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": { "width": "Full" },
        "body": parts,
    });
    if let Some(link) = sender.link(&message.link) {
        card["actions"] = json!([{ "type": "Action.OpenUrl", "title": "Open", "url": link }]);
    }
    json!({
        "type": "message",
        "attachments": [{ "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card }],
    })
}
