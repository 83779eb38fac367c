//! Out of the portal over HTTP: each form, what fails for now and for good, and a process that is killed.

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use notifications::{ChannelConfig, ChannelKind, Channels, Message, Severity, retry};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::databases;

use crate::{
    outside::{Answer, Outside},
    world::{Delivering, channels, everybody, log, message, people, settled, tell},
};

fn channel(kind: ChannelKind, url: &str) -> ChannelConfig {
    ChannelConfig {
        id: "ops".to_owned(),
        label: "Operations".to_owned(),
        kind,
        url: SecretString::from(url),
        secret: (kind == ChannelKind::Webhook).then(|| SecretString::from("signed with this")),
        topics: Vec::new(),
        least: Severity::Low,
        audience: vec!["*".to_owned()],
    }
}

fn important() -> Message {
    Message {
        severity: Severity::High,
        body: "First <line> & more.\n\nSecond *part*.".to_owned(),
        link: "/locations/1?a=b&c=d".to_owned(),
        ..message("A <b>bold</b> & plain title")
    }
}

/// The only request that a channel of this kind gets for the message.
async fn posted(kind: ChannelKind) -> (Value, Vec<(String, String)>, String) {
    let database = testkit::databases().await.remove(0);
    let outside = Outside::start(Vec::new()).await;
    let channels = Arc::new(Channels::new(channels(vec![channel(kind, &outside.url)])).unwrap());
    let worker = Delivering::start(&database.store, &channels);
    tell(&database.store, &important(), &everybody(), &channels).await;
    settled(&database.store).await;
    worker.stop().await;
    let got = outside.got().remove(0);
    assert_eq!(got.path, "/services/T0/topsecret");
    (serde_json::from_str(&got.body).unwrap(), got.headers.into_iter().collect(), got.body)
}

#[tokio::test]
async fn slack_gets_blocks_without_markup_of_ours() {
    let (body, ..) = posted(ChannelKind::Slack).await;
    let expected = json!({
        "text": "A &lt;b&gt;bold&lt;/b&gt; &amp; plain title",
        "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": "A <b>bold</b> & plain title", "emoji": false } },
            { "type": "section", "text": { "type": "mrkdwn", "text": "First &lt;line&gt; &amp; more.\n\nSecond *part*.", "verbatim": true } },
            { "type": "actions", "elements": [
                { "type": "button", "text": { "type": "plain_text", "text": "Open" }, "url": "https://portal.example.com/locations/1?a=b&c=d" },
            ] },
            { "type": "context", "elements": [
                { "type": "plain_text", "text": "High · Marlow & Fern Waymark · service:ci / build", "emoji": false },
            ] },
        ],
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn teams_gets_an_adaptive_card_of_plain_text() {
    let (body, ..) = posted(ChannelKind::Teams).await;
    let card = &body["attachments"][0];
    assert_eq!((&body["type"], &card["contentType"]), (&json!("message"), &json!("application/vnd.microsoft.card.adaptive")));
    let texts: Vec<&str> = card["content"]["body"]
        .as_array()
        .unwrap()
        .iter()
        .map(|block| {
            assert_eq!(block["type"], "RichTextBlock", "text blocks would read Markdown");
            block["inlines"][0]["text"].as_str().unwrap()
        })
        .collect();
    let expected =
        ["A <b>bold</b> & plain title", "First <line> & more.", "", "Second *part*.", "High · Marlow & Fern Waymark · service:ci / build"];
    assert_eq!(texts, expected);
    assert_eq!(card["content"]["actions"][0]["url"], "https://portal.example.com/locations/1?a=b&c=d");
}

#[tokio::test]
async fn a_webhook_is_signed() {
    let (body, headers, text) = posted(ChannelKind::Webhook).await;
    let header = |name: &str| headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"signed with this").unwrap();
    mac.update(text.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(header("waymark-signature-256"), format!("sha256={hex}"));
    assert_eq!(
        (header("waymark-delivery").as_str(), header("waymark-event").as_str()),
        (body["delivery"].as_str().unwrap(), "notification")
    );
    assert!(header("waymark-timestamp").parse::<u64>().unwrap() > 1_700_000_000);
    assert_eq!(header("content-type"), "application/json");
    let sent = &body["notification"];
    assert_eq!(
        (&sent["severity"], &sent["topic"], &sent["link"]),
        (&json!("high"), &json!("build"), &json!("https://portal.example.com/locations/1?a=b&c=d"))
    );
}

#[tokio::test]
async fn what_fails_for_now_is_tried_again_and_what_fails_for_good_is_not() {
    const LIMITED: Answer = Answer::Say(429, "retry-after: 0\r\n", "slow down");
    let cases = [
        (vec![Answer::Say(500, "", "oops")], 2, "sent 2"),
        (vec![LIMITED, Answer::Say(503, "", "")], 3, "sent 3"),
        (vec![LIMITED, LIMITED, LIMITED], 3, "failed 3 given up after 3 attempts: answered 429: slow down"),
        (vec![Answer::Say(404, "", "no_service at /services/T0/topsecret")], 1, "failed 1 answered 404: no_service at …"),
        (
            vec![Answer::Say(302, "location: http://169.254.169.254/\r\n", "")],
            1,
            "failed 1 answered 302: redirects are not followed, configure the final address",
        ),
    ];
    for database in databases().await {
        for (answers, requests, expected) in cases.clone() {
            let outside = Outside::start(answers).await;
            let target = outside.url.split('/').nth(2).unwrap().to_owned();
            let channels = Arc::new(Channels::new(channels(vec![channel(ChannelKind::Slack, &outside.url)])).unwrap());
            let worker = Delivering::start(&database.store, &channels);
            tell(&database.store, &message("m"), &everybody(), &channels).await;
            settled(&database.store).await;
            worker.stop().await;
            assert_eq!(outside.got().len(), requests, "{} {expected}", database.name);
            let lines = log(&database.store).await;
            assert!(lines.lines().any(|line| line == format!("ops {target} {expected}")), "{lines}\nhas no {expected}");
            assert!(!lines.contains("topsecret"), "{lines}");
        }
    }
}

#[tokio::test]
async fn who_says_nothing_is_asked_again() {
    let database = testkit::databases().await.remove(0);
    let outside = Outside::start(vec![Answer::Hang, Answer::Hang, Answer::Hang]).await;
    let mut config = channels(vec![channel(ChannelKind::Slack, &outside.url)]);
    config.retry.patience = std::time::Duration::from_millis(20);
    let channels = Arc::new(Channels::new(config).unwrap());
    let worker = Delivering::start(&database.store, &channels);
    tell(&database.store, &message("m"), &everybody(), &channels).await;
    settled(&database.store).await;
    worker.stop().await;
    let lines = log(&database.store).await;
    assert!(lines.ends_with("failed 3 given up after 3 attempts: no answer in time"), "{lines}");
}

#[tokio::test]
async fn an_administrator_can_try_again() {
    for database in databases().await {
        let store = &database.store;
        let outside = Outside::start(vec![Answer::Say(403, "", "invalid_token")]).await;
        let channels = Arc::new(Channels::new(channels(vec![channel(ChannelKind::Teams, &outside.url)])).unwrap());
        let worker = Delivering::start(store, &channels);
        tell(store, &message("m"), &everybody(), &channels).await;
        settled(store).await;
        let (rows, _) = notifications::deliveries(store, &notifications::DeliveryQuery { limit: 9, ..Default::default() }).await.unwrap();
        for expected in [true, false] {
            let mut tx = store.begin().await.unwrap();
            assert_eq!(retry(&mut tx, &rows[0].id).await.unwrap(), expected, "only what failed");
            tx.commit().await.unwrap();
        }
        settled(store).await;
        worker.stop().await;
        let target = outside.url.split('/').nth(2).unwrap();
        assert_eq!(log(store).await, format!("ops {target} sent 1"), "{}", database.name);
    }
}

#[tokio::test]
async fn a_process_that_is_killed_delivers_once_more_under_the_same_id() {
    for database in databases().await {
        let store = &database.store;
        let mut outside = Outside::start(vec![Answer::Hang]).await;
        let channels = Arc::new(Channels::new(channels(vec![channel(ChannelKind::Webhook, &outside.url)])).unwrap());
        let first = Delivering::start(store, &channels);
        tell(store, &message("m"), &everybody(), &channels).await;
        outside.wait_for(1).await;
        first.kill().await;
        let second = Delivering::start(store, &channels);
        settled(store).await;
        second.stop().await;
        let ids: Vec<String> = outside.got().iter().map(|got| got.headers["waymark-delivery"].clone()).collect();
        assert_eq!((ids.len(), &ids[0]), (2, &ids[1]), "{}", database.name);
    }
}

#[tokio::test]
async fn a_newer_text_takes_the_place_of_one_that_waits() {
    for database in databases().await {
        let store = &database.store;
        let outside = Outside::start(Vec::new()).await;
        let channels = Arc::new(Channels::new(channels(vec![channel(ChannelKind::Webhook, &outside.url)])).unwrap());
        tell(store, &Message { scope: "s".to_owned(), ..message("old") }, &everybody(), &channels).await;
        tell(store, &Message { scope: "s".to_owned(), ..message("new") }, &everybody(), &channels).await;
        let worker = Delivering::start(store, &channels);
        settled(store).await;
        worker.stop().await;
        let titles: Vec<Value> =
            outside.got().iter().map(|got| serde_json::from_str::<Value>(&got.body).unwrap()["notification"]["title"].clone()).collect();
        assert_eq!(titles, ["new"], "{}", database.name);
    }
}

#[tokio::test]
async fn what_is_not_addressed_to_a_channel_stays_inside() {
    let database = testkit::databases().await.remove(0);
    let outside = Outside::start(Vec::new()).await;
    let channels = Channels::new(channels(vec![channel(ChannelKind::Webhook, &outside.url)])).unwrap();
    let sent = tell(&database.store, &message("m"), &people(&["ada"]), &channels).await;
    assert_eq!(sent.deliveries, 0);
}

#[test]
fn secrets_and_open_lines_are_refused() {
    let refused = |config: ChannelConfig| Channels::new(channels(vec![config])).unwrap_err();
    assert_eq!(
        refused(channel(ChannelKind::Slack, "http://hooks.example.com/services/topsecret")),
        "channel ops: url: slack takes messages over https only"
    );
    assert_eq!(
        refused(channel(ChannelKind::Webhook, "ftp://x/topsecret")),
        "channel ops: url: expected an address that begins with https://"
    );
    let configured = Channels::new(channels(vec![channel(ChannelKind::Webhook, "https://hooks.example.com/topsecret")])).unwrap();
    assert!(!format!("{configured:?}").contains("topsecret"));
}
