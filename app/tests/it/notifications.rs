//! The inbox, what one chooses about it, and deliveries.

use model::{
    FieldError,
    view::{
        ChannelView, DeliveriesQuery, DeliveriesView, DeliveryState, DeliveryView, EmailReach, InboxItem, InboxPageQuery, InboxView,
        NotificationSettingsView, OriginChoices, Place, QuietForm, Severity, TopicChoice,
    },
};

use crate::{
    fixtures::{NOW, ago, frame},
    markup::faults,
};

fn item(at: usize) -> InboxItem {
    let long = "A line that goes on and on. ".repeat(40);
    InboxItem {
        id: format!("00000000-{at}"),
        severity: Severity::ALL[at % 4],
        title: ["Plain <b>title</b> & more", "تم نشر مركز المساعدة", "warehouse-handheld-sync-and-stock-reconciliation-nightly-worker"]
            [at % 3]
            .to_owned(),
        body: [String::new(), "One line".to_owned(), long][at % 3].clone(),
        link: ["", "/catalog", "https://ci.example.com/?a=1&b=2"][at % 3].to_owned(),
        origin: "ci".to_owned(),
        topic: "build".to_owned(),
        topic_label: "build".to_owned(),
        at: ago(at as i64),
        everybody: at.is_multiple_of(2),
        read: at > 4,
        saved: at.is_multiple_of(5),
    }
}

fn inbox(address: &str, count: usize, all: u64, person: bool) -> String {
    let view = InboxView {
        query: InboxPageQuery::parse(address),
        items: (0..count).map(item).collect(),
        total: count as u64,
        all,
        unread: all.min(5),
        saved: all.min(2),
        topics: vec![("build".to_owned(), "build".to_owned()), ("loss-held".to_owned(), "A loss that waits to be confirmed".to_owned())],
        person,
        now: NOW,
    };
    let mut frame = frame(Place::Notifications, "/notifications");
    frame.unread = 120;
    app::render::inbox(frame, view)
}

fn settings(email: EmailReach, wrong: bool) -> String {
    let topic =
        |topic: &str, label: &str, on: bool| TopicChoice { topic: topic.to_owned(), label: label.to_owned(), portal: on, email: !on };
    let origins = vec![
        OriginChoices {
            origin: "catalog".to_owned(),
            label: "Catalog".to_owned(),
            topics: vec![topic("loss-held", "A loss that waits", true)],
        },
        OriginChoices {
            origin: "service:ci".to_owned(),
            label: "ci".to_owned(),
            topics: vec![topic("a\"b", "a\"b", false), topic("", "", true)],
        },
    ];
    let error = |field: &str| FieldError { field: field.to_owned(), message: format!("{field} is wrong") };
    let view = NotificationSettingsView {
        origins,
        email,
        quiet: QuietForm { on: true, from: "22:00".to_owned(), to: "07:00".to_owned(), timezone: "UTC".to_owned() },
        timezones: vec!["Europe/Berlin".to_owned(), "UTC".to_owned()],
        errors: if wrong { vec![error("from"), error("timezone")] } else { Vec::new() },
        person: true,
    };
    app::render::notification_settings(frame(Place::Settings, "/settings/notifications"), view)
}

fn deliveries(channels: usize, rows: usize, address: &str) -> String {
    let channel = |at: usize| ChannelView {
        id: ["email", "ops", "desk"][at].to_owned(),
        label: ["E-mail", "#ops", "Incident desk"][at].to_owned(),
        kind: ["email", "slack", "webhook"][at],
        target: "hooks.example.com".to_owned(),
        takes: vec!["everybody".to_owned()],
        sent: 1_234,
        waiting: 1,
        failed: 2,
        last: (at < 2).then(|| ago(3)),
    };
    let row = |at: usize| DeliveryView {
        id: format!("d{at}"),
        channel: "#ops".to_owned(),
        target: "hooks.example.com".to_owned(),
        state: DeliveryState::ALL[at % 3],
        attempts: at as u64,
        error: if at.is_multiple_of(3) { "answered 500: <oops>".to_owned() } else { String::new() },
        created: ago(9),
        changed: ago(1),
        next: (at % 3 == 1).then(|| ago(-5)),
        title: if at == 4 { String::new() } else { "Title & more".to_owned() },
    };
    let view = DeliveriesView {
        query: DeliveriesQuery::parse(address),
        channels: (0..channels).map(channel).collect(),
        states: DeliveryState::ALL.into_iter().map(|state| (state, rows as u64)).collect(),
        rows: (0..rows).map(row).collect(),
        total: 200,
        has_links: false,
        own_address: "ada@example.com".to_owned(),
        now: NOW,
    };
    app::render::deliveries(frame(Place::AdminNotifications, "/admin/notifications"), view)
}

#[test]
fn every_page_is_sound() {
    let pages = [
        ("inbox", inbox("", 9, 9, true)),
        ("unread", inbox("show=unread&topic=build&severity=high&q=x%22y", 3, 9, true)),
        ("no match", inbox("q=nothing", 0, 9, true)),
        ("nothing saved", inbox("show=saved", 0, 9, true)),
        ("nothing yet", inbox("", 0, 0, true)),
        ("machine", inbox("", 0, 0, false)),
        ("settings", settings(EmailReach::Address("ada@example.com".to_owned()), false)),
        ("settings without e-mail", settings(EmailReach::NotConfigured, false)),
        ("settings, wrong", settings(EmailReach::NoAddress, true)),
        ("deliveries", deliveries(3, 6, "state=failed&channel=ops&page=2")),
        ("no deliveries", deliveries(2, 0, "")),
        ("no deliveries of one", deliveries(2, 0, "channel=ops")),
        ("no channels", deliveries(0, 0, "")),
    ];
    for (name, html) in pages {
        assert_eq!(faults(&html), [""; 0], "{name}");
    }
}

#[test]
fn says_what_the_data_says() {
    let page = inbox("", 9, 9, true);
    for expected in [
        "Inbox, 120 unread messages",
        "99+",
        "Plain &lt;b&gt;title&lt;/b&gt; &amp; more",
        "href=\"/notifications/00000000-1\"",
        "Mark as unread: ",
        "Do not keep: ",
        "to everybody",
    ] {
        assert!(page.contains(expected), "no {expected}");
    }
    assert!(!page.contains("href=\"https://ci.example.com"), "links go by the portal, which marks the message as read");
    let page = settings(EmailReach::NotConfigured, false);
    assert!(!page.contains(">By e-mail<") && page.contains("name=\"email.2\" value=\"true\""), "what was chosen before stays");
    let page = deliveries(3, 6, "");
    assert!(page.contains("answered 500: &lt;oops&gt;") && page.contains("Message no longer kept") && page.contains("/d0/retry"));
}
