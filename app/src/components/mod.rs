//! The pieces that pages are put together from, one a file. All of them stand on `/design`, in every state.
//!
//! They take plain values and give HTML; none of them needs the browser to run anything. Looks live in `style/`:
//! a piece only names classes, never colours or sizes, since a `style` attribute would be refused by the
//! Content-Security-Policy.

#![expect(unreachable_pub, reason = "what `#[component]` generates beside the function is public in its private module")]

mod announcements;
mod avatar;
mod badge;
mod bell;
mod button;
mod chart;
mod chip;
mod choice;
mod code;
mod diff;
mod entity_link;
mod facts;
mod field;
mod form_list;
mod html;
mod icon;
mod navigation;
mod notice;
mod overlay;
mod progress;
mod shell;
mod table;
mod timeline;
mod timestamp;
mod tree;

pub use announcements::{Announcements, Logo, LogoOrMark, Support};
pub use avatar::Avatar;
pub use badge::{Badge, Tag, Tone};
pub use bell::Bell;
pub use button::{Button, ButtonLink, Look, TextLink};
pub use chart::{Bars, HeatMap, Series, Sparkline};
pub use chip::{Chip, Count};
pub use choice::{Choice, Segmented, Tabs};
pub use code::{CodeBlock, LogLevel, LogLine, LogViewer};
pub use diff::{Diff, DiffLine};
pub use entity_link::{EntityLinkView, OwnerLink, QuickCard};
pub use facts::{KeyValue, KeyValueRow, Stat};
pub use field::{Checkbox, Field, Select, TextArea, text_area};
pub use form_list::{ErrorList, HiddenFields};
pub use html::Html;
pub use icon::{Glyph, Icon, KindIcons};
pub use navigation::{Breadcrumbs, Crumb, Pager};
pub use notice::{Banner, EmptyState, Toast};
pub use overlay::{Dialog, Menu, Sheet, Tooltip};
pub use progress::{Progress, Skeleton};
pub use shell::{Width, shell};
pub use table::{DataTable, SortState, TableColumn, table_of};
pub use timeline::{Timeline, TimelineItem};
pub use timestamp::Time;
pub use tree::{Tree, TreeNode};
