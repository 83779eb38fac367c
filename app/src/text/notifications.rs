//! Words of the inbox, of the settings of notifications, and of the administration's page of deliveries.

use model::view::{DeliveryState, InboxShow, Severity};

use super::{counted, number};

// The inbox
/// The page.
pub const TITLE: &str = "Inbox";
/// In the top bar, for those who cannot see it.
pub fn bell(unread: usize) -> String {
    if unread == 0 { TITLE.to_owned() } else { format!("{TITLE}, {}", counted(unread as u64, "unread message", "unread messages")) }
}
/// The number on the bell.
pub fn bell_count(unread: usize) -> String {
    if unread > 99 { "99+".to_owned() } else { unread.to_string() }
}
/// The tabs, for those who cannot see them.
pub const SHOWN: &str = "Messages shown";
/// A tab.
pub const fn show(show: InboxShow) -> &'static str {
    match show {
        InboxShow::All => "All",
        InboxShow::Unread => "Unread",
        InboxShow::Saved => "Saved",
    }
}
/// Heading above what is not read.
pub const UNREAD: &str = "Unread";
/// Heading above the rest.
pub const READ: &str = "Read";
/// Says that everything was read.
pub const READ_ALL: &str = "Mark all as read";
/// Leads to the settings.
pub const SETTINGS: &str = "Settings";
/// The filter.
pub const FILTER: &str = "Filter messages";
/// In the search field.
pub const FILTER_HINT: &str = "Find in messages";
/// Applies it.
pub const APPLY: &str = "Apply";
/// The filter by topic.
pub const TOPIC: &str = "Topic";
/// No filter by topic.
pub const EVERY_TOPIC: &str = "Every topic";
/// The filter by severity.
pub const SEVERITY: &str = "Severity";
/// No filter by severity.
pub const EVERY_SEVERITY: &str = "Every severity";
/// A choice of the filter by severity.
pub const fn and_worse(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical only",
        Severity::High => "High or worse",
        Severity::Normal => "Normal or worse",
        Severity::Low => EVERY_SEVERITY,
    }
}
/// How much a message matters.
pub const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Normal => "Normal",
        Severity::Low => "Low",
    }
}
/// Beside a message for everybody.
pub const EVERYBODY: &str = "to everybody";
/// Shows the whole of a long text.
pub const MORE: &str = "Show all";
/// Marks a message.
pub const MARK_READ: &str = "Mark as read";
/// Takes that back.
pub const MARK_UNREAD: &str = "Mark as unread";
/// Keeps a message.
pub const SAVE: &str = "Save";
/// Takes that back.
pub const UNSAVE: &str = "Do not keep";
/// A button of a message, for those who cannot see which.
pub fn of_message(action: &str, title: &str) -> String {
    format!("{action}: {title}")
}
/// Nothing came yet.
pub const NONE: &str = "Nothing yet";
/// What will.
pub const NONE_HINT: &str = "What concerns you arrives here: a loss that waits for you, a token that runs out, what others send you.";
/// Nothing is unread.
pub const NONE_UNREAD: &str = "Everything is read";
/// Nothing is saved.
pub const NONE_SAVED: &str = "Nothing is saved";
/// What that means.
pub const NONE_SAVED_HINT: &str = "Messages go after 90 days. Those that you save stay.";
/// Nothing matches.
pub const NO_MATCH: &str = "No message like that";
/// What to do then.
pub const NO_MATCH_HINT: &str = "Nothing matches these filters.";
/// Takes the filters away.
pub const SHOW_ALL: &str = "Show all messages";
/// Machines.
pub const ONLY_PEOPLE: &str = "Only people have an inbox";
/// What to do.
pub const ONLY_PEOPLE_HINT: &str = "You came in with a token. Sign in as a person.";
/// Said after all were marked.
pub fn were_read(count: u64) -> String {
    if count == 0 {
        "Everything was read already.".to_owned()
    } else {
        format!("{} marked as read.", counted(count, "message", "messages"))
    }
}

// Settings
/// The page.
pub const SETTINGS_TITLE: &str = "Notifications";
/// Its lead.
pub const SETTINGS_LEAD: &str = "Choose what you get and where. What is sent to everybody always arrives in the inbox.";
/// Heading of the table.
pub const WHAT: &str = "What you get";
/// Column.
pub const ABOUT: &str = "About";
/// Column.
pub const IN_PORTAL: &str = "In the inbox";
/// Column.
pub const BY_EMAIL: &str = "By e-mail";
/// The row for what has none of its own.
pub const ANYTHING_ELSE: &str = "Anything else";
/// A box of the table, for those who cannot see it.
pub fn choice(origin: &str, topic: &str, channel: &str) -> String {
    format!("{origin}, {topic}: {channel}")
}
/// The portal sends no e-mail.
pub const NO_EMAIL: &str = "This portal sends no e-mail: no mail server is configured.";
/// The person has no address.
pub const NO_ADDRESS: &str = "No e-mail reaches you: your entry in the catalog has no address (spec.profile.email).";
/// Where it goes.
pub fn email_goes_to(address: &str) -> String {
    format!("E-mail goes to {address}, as the catalog has it.")
}
/// Saves the form.
pub const SAVE_SETTINGS: &str = "Save";
/// Said after that.
pub const SETTINGS_SAVED: &str = "Your notification settings are saved.";
/// Heading.
pub const QUIET: &str = "Quiet hours";
/// What they are.
pub const QUIET_HINT: &str = "No e-mail between these times; it comes when they end. Critical messages come at any hour.";
/// The box.
pub const QUIET_ON: &str = "Keep quiet hours";
/// Field.
pub const QUIET_FROM: &str = "From";
/// Field.
pub const QUIET_TO: &str = "To";
/// Field.
pub const TIMEZONE: &str = "Time zone";
/// Saves them.
pub const SAVE_QUIET: &str = "Save quiet hours";
/// Said after that.
pub const QUIET_SAVED: &str = "Your quiet hours are saved.";

// Administration
/// The page.
pub const DELIVERIES: &str = "Notifications";
/// Its lead.
pub const DELIVERIES_LEAD: &str = "What leaves the portal by e-mail and other channels, and how it went.";
/// Heading.
pub const CHANNELS: &str = "Channels";
/// Nothing is configured.
pub const NO_CHANNELS: &str = "Nothing leaves the portal";
/// What to do.
pub const NO_CHANNELS_HINT: &str =
    "Messages stay in people’s inboxes. Add a mail server ([smtp]) or channels ([[notifications.channels]]) to the configuration.";
/// Links would not work.
pub const NO_LINKS: &str = "Messages carry no links to the portal";
/// What to do.
pub const NO_LINKS_HINT: &str = "Set public-url in the configuration to the address under which people reach it.";
/// Column.
pub const CHANNEL: &str = "Channel";
/// Column.
pub const LEADS_TO: &str = "Leads to";
/// Column.
pub const TAKES: &str = "Takes";
/// Column.
pub const LAST: &str = "Last used";
/// Nothing was ever sent.
pub const NEVER: &str = "Never";
/// What e-mail takes.
pub const EMAIL_TAKES: &str = "what people choose";
/// Column of buttons.
pub const ACTIONS: &str = "Actions";
/// The form of a channel.
pub fn kind(kind: &str) -> &'static str {
    match kind {
        "email" => "SMTP",
        "slack" => "Slack",
        "teams" => "Microsoft Teams",
        _ => "Signed webhook",
    }
}
/// Sends a test message.
pub const TEST: &str = "Send a test";
/// Sends a test message, for those who cannot see where.
pub fn test(label: &str) -> String {
    format!("Send a test through {label}")
}
/// Where the test by e-mail goes.
pub const TEST_ADDRESS: &str = "Address for the test";
/// Said after a test.
pub const TESTED: &str = "The test message is on its way; it shows below.";
/// Heading.
pub const LOG: &str = "Deliveries";
/// The tabs, for those who cannot see them.
pub const STATES: &str = "How far deliveries are";
/// A tab.
pub const ALL: &str = "All";
/// How far a delivery is.
pub const fn state(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Failed => "Failed",
        DeliveryState::Waiting => "Waiting",
        DeliveryState::Sent => "Sent",
    }
}
/// How many of a channel are so far.
pub fn counts(sent: u64, waiting: u64, failed: u64) -> String {
    format!("{} sent, {} waiting, {} failed", number(sent), number(waiting), number(failed))
}
/// Column.
pub const STATE: &str = "State";
/// Column.
pub const MESSAGE: &str = "Message";
/// Column.
pub const TO: &str = "To";
/// Column.
pub const ATTEMPTS: &str = "Attempts";
/// Column.
pub const CHANGED: &str = "Changed";
/// The message is older than messages are kept.
pub const GONE: &str = "Message no longer kept";
/// When it is tried next.
pub const NEXT: &str = "next try";
/// Tries again.
pub const RETRY: &str = "Try again";
/// Tries again, for those who cannot see which.
pub fn retry(title: &str, target: &str) -> String {
    format!("Try again to send “{title}” to {target}")
}
/// Said after that.
pub const RETRIED: &str = "It is tried again.";
/// Nothing was sent.
pub const NO_DELIVERIES: &str = "Nothing was sent yet";
/// Nothing matches.
pub const NO_SUCH_DELIVERIES: &str = "No delivery like that";
/// The filter by channel.
pub const ONLY_CHANNEL: &str = "Channel";
/// Takes the filters away.
pub const EVERY_DELIVERY: &str = "Show every delivery";
