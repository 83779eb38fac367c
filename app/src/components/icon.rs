//! Icons: drawn in `style/icons.css` as masks, so that a row of a table costs 30 bytes an icon and not 300.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;

macro_rules! glyphs {
    ($($name:ident $class:literal,)*) => {
        /// What an icon shows. Each is a 16 by 16 drawing in `style/icons.css`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Glyph {
            $(#[doc = concat!("`", $class, "`")] $name,)*
        }

        impl Glyph {
            /// Every icon there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The classes that draw it; an empty `<i>` or `<span>` with them is the icon.
            pub const fn class(self) -> &'static str {
                match self { $(Self::$name => concat!("icon i-", $class),)* }
            }

            /// Its name in the style sheet.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $class,)* }
            }
        }
    };
}

glyphs! {
    Component "component",
    Api "api",
    Resource "resource",
    System "system",
    Domain "domain",
    Group "group",
    User "user",
    Location "location",
    Template "template",
    Other "other",
    Search "search",
    Star "star",
    StarFilled "star-filled",
    Check "check",
    Close "close",
    ChevronRight "chevron-right",
    ChevronDown "chevron-down",
    ArrowLeft "arrow-left",
    ArrowRight "arrow-right",
    ArrowUp "arrow-up",
    ArrowDown "arrow-down",
    Sort "sort",
    External "external",
    Copy "copy",
    Filter "filter",
    Columns "columns",
    Download "download",
    Menu "menu",
    More "more",
    Sun "sun",
    Moon "moon",
    Contrast "half",
    Ok "ok",
    Warning "warning",
    Danger "danger",
    Info "info",
    Link "link",
    Docs "docs",
    Chat "chat",
    Dashboard "dashboard",
    Source "source",
    Edit "edit",
    Mail "mail",
    OnCall "on-call",
    Clock "clock",
    Home "home",
    Tag "tag",
    Graph "graph",
    List "list",
    SignOut "sign-out",
    Plus "plus",
    Minus "minus",
    Key "key",
    Logs "logs",
    Runbook "runbook",
    Deploy "deploy",
    Refresh "refresh",
    Fit "fit",
    Compare "compare",
    Bookmark "bookmark",
    BookmarkFilled "bookmark-filled",
    Inbox "inbox",
    Settings "settings",
    Shield "shield",
}

impl Glyph {
    /// The icon of a kind of entity, whatever the case in which it is written. Those of declared kinds are in the page's context.
    pub fn of_kind(kind: &str) -> Self {
        const KINDS: [(&str, Glyph); 10] = [
            ("component", Glyph::Component),
            ("api", Glyph::Api),
            ("resource", Glyph::Resource),
            ("system", Glyph::System),
            ("domain", Glyph::Domain),
            ("group", Glyph::Group),
            ("user", Glyph::User),
            ("location", Glyph::Location),
            ("template", Glyph::Template),
            ("airesource", Glyph::Docs),
        ];
        let built_in = KINDS.iter().find(|(name, _)| kind.eq_ignore_ascii_case(name)).map(|(_, glyph)| *glyph);
        let declared = || {
            let icons = use_context::<KindIcons>()?;
            Self::named(icons.0.get(&kind.to_lowercase())?)
        };
        built_in.or_else(declared).unwrap_or(Self::Other)
    }

    /// The icon of that name in the style sheet.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|glyph| glyph.name() == name)
    }

    /// The icon that `metadata.links[].icon` asks for, by the names that Backstage knows; a plain link otherwise.
    pub fn of_link(name: Option<&str>) -> Self {
        match name.unwrap_or_default() {
            "dashboard" | "insights" => Self::Dashboard,
            "docs" | "techdocs" => Self::Docs,
            "chat" | "message" | "slack" => Self::Chat,
            "github" | "code" | "scm" | "web-code" => Self::Source,
            "email" | "mail" => Self::Mail,
            "alert" | "alerts" | "pagerduty" | "on-call" => Self::OnCall,
            "runbook" | "help" => Self::Runbook,
            "logs" => Self::Logs,
            "group" => Self::Group,
            "user" => Self::User,
            _ => Self::Link,
        }
    }
}

/// The icons of declared kinds, by the kind in lower case; a page provides them to everything in it.
#[derive(Clone, Debug, Default)]
pub struct KindIcons(pub Arc<BTreeMap<String, String>>);

/// An icon. It says nothing to a screen reader: the words beside it, or the control's label, do.
#[component]
pub fn Icon(
    /// What it shows.
    glyph: Glyph,
) -> impl IntoView {
    view! { <i class=glyph.class()></i> }
}
