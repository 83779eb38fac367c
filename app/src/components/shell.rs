//! The document around every page: head, header, message of the last action, content.

use frontend::{Palette, Shortcuts, ThemeSwitch};
use leptos::prelude::*;
use model::view::{Frame, PersonBadge, Place, Theme};

use super::{Announcements, Avatar, Glyph, HiddenFields, Html, Icon, Logo, Support, Toast};
use crate::text;

/// How wide the content may become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// Lists: 1280 px.
    #[default]
    List,
    /// Reading: 760 px.
    Reading,
    /// The sign-in page: no header, in the middle.
    Alone,
}

impl Width {
    const fn class(self) -> &'static str {
        match self {
            Self::List => "page",
            Self::Reading => "page page-reading",
            Self::Alone => "page page-alone",
        }
    }
}

/// The first page of the person's own settings.
const SETTINGS: &str = "/settings";

/// Links under `/` that a pointer rests on are fetched ahead, but not exports and not what leaves.
const PREFETCH: &str = r#"{"prefetch":[{"where":{"and":[{"href_matches":"/*"},{"not":{"href_matches":"/catalog/export.*"}},{"not":{"href_matches":"/sign-*"}},{"not":{"href_matches":"/api/*"}},{"not":{"href_matches":"/notifications/*"}},{"not":{"selector_matches":"[download]"}}]},"eagerness":"moderate"}]}"#;

/// The whole document: `title` for the browser's tab, `content` for `<main>`.
pub fn shell(frame: &Frame, title: &str, width: Width, content: AnyView) -> impl IntoView + use<> {
    let assets = &frame.assets;
    let options = LeptosOptions::builder().output_name("waymark").site_pkg_dir(assets.trim_start_matches('/').to_owned()).build();
    let header = (width != Width::Alone).then(|| view! { <Header frame=frame.clone()/> });
    let announcements = (width != Width::Alone).then(|| view! { <Announcements frame=frame.clone()/> });
    let footer = (width != Width::Alone).then(|| view! { <Footer frame=frame.clone()/> });
    let island = (width != Width::Alone).then(|| view! { <Shortcuts off=frame.keys_off/> });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=frame.theme.name() data-keys=frame.keys_off.then_some("off")>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content=color_scheme(frame.theme)/>
                <title inner_html=escaped(&text::document_title(title, &frame.organisation))></title>
                <link rel="preload" href=format!("{assets}/fonts/inter.woff2") r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=format!("{assets}/waymark.css")/>
                <link rel="icon" type="image/svg+xml" href=format!("{assets}/favicon.svg")/>
                <script type="speculationrules" nonce=frame.nonce.clone() inner_html=PREFETCH></script>
                <HydrationScripts options islands=true/>
            </head>
            <body>
                <a class="skip" href="#content">{text::SKIP}</a>
                {header}
                {announcements}
                <main class=width.class() id="content" tabindex="-1">
                    {frame.flash.clone().map(|flash| view! { <Toast flash/> })}
                    {content}
                </main>
                {footer}
                {island}
            </body>
        </html>
    }
}

/// Text in a place where Leptos would leave its markers, which a title shows as they are.
fn escaped(text: &str) -> String {
    let mut html = Html::default();
    html.text(text);
    html.finish()
}

const fn color_scheme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

#[component]
fn Header(frame: Frame) -> impl IntoView {
    let second = second_row(&frame);
    let place = |text: &'static str, href: &'static str, current: bool| {
        view! { <a href=href aria-current=current.then_some("page")>{text}</a> }
    };
    let in_catalog = frame.place.is_in_catalog();
    view! {
        <header class="header">
            <div class="topbar">
                <button class="button button-quiet button-icon places-button" type="button" popovertarget="places" aria-label=text::OPEN_PLACES>
                    <Icon glyph=Glyph::Menu/>
                </button>
                <a class="brand" href="/"><span class="mark" aria-hidden="true"></span><span class="brand-name">{text::PRODUCT}</span></a>
                <nav class="places" id="places" popover="auto" aria-label=text::PLACES>
                    {place(text::HOME, "/", matches!(frame.place, Place::Home | Place::Starred))}
                    {place(text::CATALOG, "/catalog", in_catalog)}
                </nav>
                <Palette/>
                {frame.person.as_ref().is_some_and(|person| person.entity_ref.is_some()).then(|| view! { <super::Bell unread=frame.unread current=frame.place == Place::Notifications/> })}
                <ThemeMenu theme=frame.theme path=frame.path.clone()/>
                {frame.person.clone().map(|person| person_menu(&frame, person))}
            </div>
            {second}
        </header>
    }
}

/// The parts of the place one is in, under the top bar.
fn second_row(frame: &Frame) -> Option<AnyView> {
    let (label, parts) = if frame.place.is_in_catalog() {
        let part = |text, href, place| (text, href, frame.place == place);
        let parts = vec![
            part(text::CATALOG, "/catalog", Place::Catalog),
            part(text::APIS, "/apis", Place::Apis),
            part(text::views::GRAPH, "/graph", Place::Graph),
            part(text::views::CHANGES, "/changes", Place::Changes),
            part(text::views::PROBLEMS, "/problems", Place::Problems),
            part(text::views::LOCATIONS, "/locations", Place::Locations),
            part(text::views::REGISTER, "/register", Place::Register),
        ];
        (text::CATALOG_PARTS, parts)
    } else if frame.place.is_in_admin() {
        let seen = frame.admin.iter().filter_map(|place| Some((*place, place.admin_href()?)));
        (text::admin::PARTS, seen.map(|(place, href)| (text::admin::part(place), href, frame.place == place)).collect())
    } else if frame.place == Place::Settings {
        let path = frame.path.split('?').next().unwrap_or_default();
        let within = |href: &str| path == href || href != SETTINGS && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
        (text::settings::PARTS, text::settings::parts().into_iter().map(|(text, href)| (text, href, within(href))).collect())
    } else {
        return None;
    };
    let links: Vec<_> =
        parts.into_iter().map(|(text, href, current)| view! { <a href=href aria-current=current.then_some("page")>{text}</a> }).collect();
    Some(view! { <nav class="subnav" aria-label=label>{links}</nav> }.into_any())
}

/// System, light or dark. Which icon the button shows is the style sheet's choice, by the theme of the page.
#[component]
fn ThemeMenu(theme: Theme, path: String) -> impl IntoView {
    let icons = [Glyph::Contrast, Glyph::Sun, Glyph::Moon].map(|glyph| view! { <i class=format!("{} theme-now", glyph.class())></i> });
    view! {
        <div class="menu">
            <button class="button button-quiet button-icon" type="button" popovertarget="theme-menu" aria-label=text::THEME title=text::THEME>
                {icons.into_iter().collect::<Vec<_>>()}
            </button>
            <div class="menu-panel theme-panel" id="theme-menu" popover="auto"><ThemeSwitch theme return_to=path/></div>
        </div>
    }
}

/// Whose portal it is, and the keys.
#[component]
fn Footer(frame: Frame) -> impl IntoView {
    let Frame { organisation, demo, branding, .. } = frame;
    let whose = if demo { text::demo(&organisation) } else { organisation };
    view! {
        <footer class="footer">
            <span class="footer-whose"><Logo branding=branding.clone()/><span dir="auto">{whose}</span></span>
            <Support branding/>
            <button type="button" commandfor="shortcuts" command="show-modal">{text::SHORTCUTS}</button>
        </footer>
    }
}

/// Behind the avatar: what is the person's, and administration for those who may see some of it.
fn person_menu(frame: &Frame, person: PersonBadge) -> impl IntoView + use<> {
    let item = |href: String, glyph: Glyph, text: &'static str, count: usize| {
        let count = (count > 0).then(|| view! { <span class="menu-count">{text::number(count as u64)}</span> });
        view! { <a class="menu-item" href=href><Icon glyph/>{text}{count}</a> }
    };
    let links = match &person.entity_ref {
        Some(entity_ref) => view! {
            {item("/notifications".to_owned(), Glyph::Inbox, text::settings::INBOX, frame.unread)}
            {item(entity_ref.href(), Glyph::User, text::MY_PAGE, 0)}
            {item("/catalog?kind=all&owner=mine".to_owned(), Glyph::Group, text::MY_ENTITIES, 0)}
            {item("/starred".to_owned(), Glyph::Star, text::views::STARRED, 0)}
            {item("/views".to_owned(), Glyph::Bookmark, text::views::SAVED_VIEWS, 0)}
            <hr class="menu-line"/>
            {item(SETTINGS.to_owned(), Glyph::Settings, text::settings::TITLE, 0)}
        }
        .into_any(),
        None => view! { <p class="menu-note">{text::ADMIN_TOKEN}</p> }.into_any(),
    };
    let admin = (!frame.admin.is_empty()).then(|| item("/admin".to_owned(), Glyph::Shield, text::admin::TITLE, 0));
    let design = frame.demo.then(|| item("/design".to_owned(), Glyph::Columns, text::DESIGN, 0));
    let label = match frame.unread {
        0 => text::person_menu(&person.name, &person.initials),
        unread => text::settings::person_menu(&person.name, &person.initials, unread),
    };
    view! {
        <div class="menu">
            <button class="avatar-button" type="button" popovertarget="person-menu" aria-label=label.clone() title=person.name.clone()>
                <Avatar initials=person.initials.clone() name=person.name.clone()/>
            </button>
            <div class="menu-panel" id="person-menu" popover="auto" role="group" aria-label=label>
                <p class="menu-head" dir="auto">{person.name}</p>
                {links}
                {admin}
                {design}
                <hr class="menu-line"/>
                <form method="post" action="/sign-out">
                    <HiddenFields fields=vec![("return_to", frame.path.clone())]/>
                    <button class="menu-item" type="submit"><Icon glyph=Glyph::SignOut/>{text::SIGN_OUT}</button>
                </form>
            </div>
        </div>
    }
}
