//! The document around every page: head, header, message of the last action, content.

use frontend::{Palette, Shortcuts, ThemeSwitch};
use leptos::prelude::*;
use model::view::{Frame, PersonBadge, Place, Theme};

use super::{Avatar, Glyph, HiddenFields, Icon, Toast};
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

/// Links under `/` that a pointer rests on are fetched ahead, but not exports and not what leaves.
const PREFETCH: &str = r#"{"prefetch":[{"where":{"and":[{"href_matches":"/*"},{"not":{"href_matches":"/catalog/export.*"}},{"not":{"href_matches":"/sign-*"}},{"not":{"href_matches":"/api/*"}},{"not":{"selector_matches":"[download]"}}]},"eagerness":"moderate"}]}"#;

/// The whole document: `title` for the browser's tab, `content` for `<main>`.
pub fn shell(frame: &Frame, title: &str, width: Width, content: AnyView) -> impl IntoView + use<> {
    let assets = &frame.assets;
    let options = LeptosOptions::builder().output_name("waymark").site_pkg_dir(assets.trim_start_matches('/').to_owned()).build();
    let header = (width != Width::Alone).then(|| view! { <Header frame=frame.clone()/> });
    let footer = (width != Width::Alone).then(|| view! { <Footer organisation=frame.organisation.clone() demo=frame.demo/> });
    let island = (width != Width::Alone).then(|| view! { <Shortcuts/> });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=frame.theme.name()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content=color_scheme(frame.theme)/>
                <title>{text::document_title(title, &frame.organisation)}</title>
                <link rel="preload" href=format!("{assets}/fonts/inter.woff2") r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=format!("{assets}/waymark.css")/>
                <link rel="icon" type="image/svg+xml" href=format!("{assets}/favicon.svg")/>
                <script type="speculationrules" nonce=frame.nonce.clone() inner_html=PREFETCH></script>
                <HydrationScripts options islands=true/>
            </head>
            <body>
                <a class="skip" href="#content">{text::SKIP}</a>
                {header}
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

const fn color_scheme(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

#[component]
fn Header(frame: Frame) -> impl IntoView {
    let second = frame.place.is_in_catalog().then(|| {
        let link = |text: &'static str, href: &'static str, place: Place| {
            view! { <a href=href aria-current=(frame.place == place).then_some("page")>{text}</a> }
        };
        view! {
            <nav class="subnav" aria-label=text::CATALOG_PARTS>
                {link(text::CATALOG, "/catalog", Place::Catalog)}
                {link(text::APIS, "/apis", Place::Apis)}
                {link(text::views::GRAPH, "/graph", Place::Graph)}
                {link(text::views::CHANGES, "/changes", Place::Changes)}
                {link(text::views::PROBLEMS, "/problems", Place::Problems)}
                {link(text::views::LOCATIONS, "/locations", Place::Locations)}
                {link(text::views::REGISTER, "/register", Place::Register)}
            </nav>
        }
    });
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
                <ThemeMenu theme=frame.theme path=frame.path.clone()/>
                {frame.person.clone().map(|person| view! { <PersonMenu person path=frame.path.clone() demo=frame.demo/> })}
            </div>
            {second}
        </header>
    }
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
fn Footer(organisation: String, demo: bool) -> impl IntoView {
    let whose = if demo { text::demo(&organisation) } else { organisation };
    view! {
        <footer class="footer">
            <span dir="auto">{whose}</span>
            <button type="button" commandfor="shortcuts" command="show-modal">{text::SHORTCUTS}</button>
        </footer>
    }
}

#[component]
fn PersonMenu(person: PersonBadge, path: String, demo: bool) -> impl IntoView {
    let links = match &person.entity_ref {
        Some(entity_ref) => view! {
            <a class="menu-item" href=entity_ref.href()><Icon glyph=Glyph::User/>{text::MY_PAGE}</a>
            <a class="menu-item" href="/catalog?kind=all&owner=mine"><Icon glyph=Glyph::Group/>{text::MY_ENTITIES}</a>
            <a class="menu-item" href="/starred"><Icon glyph=Glyph::Star/>{text::views::STARRED}</a>
            <a class="menu-item" href="/views"><Icon glyph=Glyph::Bookmark/>{text::views::SAVED_VIEWS}</a>
        }
        .into_any(),
        None => view! { <p class="menu-note">{text::ADMIN_TOKEN}</p> }.into_any(),
    };
    let label = text::person_menu(&person.name, &person.initials);
    view! {
        <div class="menu">
            <button class="avatar-button" type="button" popovertarget="person-menu" aria-label=label.clone() title=person.name.clone()>
                <Avatar initials=person.initials.clone() name=person.name.clone()/>
            </button>
            <div class="menu-panel" id="person-menu" popover="auto" role="group" aria-label=label>
                <p class="menu-head" dir="auto">{person.name}</p>
                {links}
                {demo.then(|| view! { <a class="menu-item" href="/design"><Icon glyph=Glyph::Columns/>{text::DESIGN}</a> })}
                <form method="post" action="/sign-out">
                    <HiddenFields fields=vec![("return_to", path)]/>
                    <button class="menu-item" type="submit"><Icon glyph=Glyph::SignOut/>{text::SIGN_OUT}</button>
                </form>
            </div>
        </div>
    }
}
