//! What the portal tells people: a durable inbox for each, and the same outside, by e-mail, Slack, Microsoft Teams and signed webhooks.
//!
//! A message is written in the transaction of what it tells ([`send()`]). With it come the rows of what has to leave the portal, each with a
//! durable job ([`worker`]): keyed, tried again with growing pauses, given up with its error in the log. Nothing outside is asked while a
//! transaction is open, and no secret of a target is shown or logged.
//!
//! This crate knows no catalog: who the members of a group are and which address they have is told to it ([`Audience`]).

mod channel;
mod delivery;
mod inbox;
mod message;
mod quiet;
mod retention;
mod send;
mod setting;
mod sql;

pub use channel::{ChannelConfig, ChannelKind, Channels, ChannelsConfig, EMAIL, EVERYBODY, Outgoing, PORTAL, Retry, SmtpConfig, SmtpTls};
pub use delivery::{Counted, Delivery, DeliveryQuery, deliveries, retry, test, worker};
pub use inbox::{InboxQuery, Item, Listed, Mark, Sort, SortBy, Status, by_ids, list, mark, mark_all_read, status, topics};
pub use message::{MOST_BODY, MOST_TITLE, Message};
pub use model::view::{DeliveryState, Severity};
pub use quiet::Quiet;
pub use retention::{KEPT, prune};
pub use send::{Audience, Reader, Sent, send, stands};
pub use setting::{Setting, Settings, quiet_of, save_quiet, save_settings, settings_of};
pub use sql::STATEMENTS;
