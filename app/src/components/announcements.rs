//! What is announced to everybody, at the top of every page until a person closes it; and who helps, at its end.

use leptos::prelude::*;
use model::view::{AnnouncementView, Branding, Frame};

use super::{Glyph, HiddenFields, Icon, Tone};
use crate::text::announcements as words;

/// The banners of what is announced at the moment.
#[component]
pub fn Announcements(
    /// What stands around the page.
    frame: Frame,
) -> impl IntoView {
    (!frame.announcements.is_empty()).then(|| {
        let banners: Vec<_> = frame.announcements.into_iter().map(|found| announcement(found, &frame.path)).collect();
        view! { <aside class="announcements" aria-label=words::REGION>{banners}</aside> }
    })
}

fn announcement(found: AnnouncementView, path: &str) -> AnyView {
    let AnnouncementView { id, level, title, body, link } = found;
    let tone = match level.as_str() {
        "danger" => Tone::Danger,
        "warn" => Tone::Warning,
        _ => Tone::Info,
    };
    let external = link.starts_with("https://");
    let link = (!link.is_empty()).then(|| {
        view! {
            " "<a class="link" href=link rel=external.then_some("noopener noreferrer")>{words::READ_ON}{external.then(|| view! { <Icon glyph=Glyph::External/> })}</a>
        }
    });
    let close = words::close(&title);
    view! {
        <div class=format!("announcement {}", tone.class())>
            <Icon glyph=tone.glyph().unwrap_or(Glyph::Info)/>
            <div class="announcement-text">
                <span class="sr-only">{words::level(&level)}": "</span>
                <strong dir="auto">{title}</strong>
                {(!body.is_empty()).then(|| view! { " "<span class="announcement-body" dir="auto">{body}</span> })}
                {link}
            </div>
            <form method="post" action="/announcements/close">
                <HiddenFields fields=vec![("id", id), ("return_to", path.to_owned())]/>
                <button class="button button-quiet button-icon" type="submit" aria-label=close.clone() title=close><Icon glyph=Glyph::Close/></button>
            </form>
        </div>
    }
    .into_any()
}

/// The organisation's logo; nothing without one. The name stands beside it, so it says nothing itself.
#[component]
pub fn Logo(
    /// How the organisation is shown.
    branding: Branding,
) -> impl IntoView {
    branding.logo.map(|path| view! { <img class="logo" src=path alt=""/> })
}

/// The organisation's logo, or Waymark's own mark: large, on the sign-in page. The name stands below it, so it says nothing itself.
#[component]
pub fn LogoOrMark(
    /// How the organisation is shown.
    branding: Branding,
) -> impl IntoView {
    match branding.logo {
        Some(path) => view! { <img class="logo logo-large" src=path alt=""/> }.into_any(),
        None => view! { <span class="mark mark-large" aria-hidden="true"></span> }.into_any(),
    }
}

/// The way to those who help; nothing without one.
#[component]
pub fn Support(
    /// How the organisation is shown.
    branding: Branding,
) -> impl IntoView {
    branding.support.map(|(label, href)| {
        let external = href.starts_with("https://");
        view! {
            <a class="support" dir="auto" href=href rel=external.then_some("noopener noreferrer")>
                {label}
                {external.then(|| view! { <Icon glyph=Glyph::External/> })}
            </a>
        }
    })
}
