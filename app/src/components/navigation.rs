//! Where one is, and the pages of a long list.

use leptos::prelude::*;
use model::view::EntityLink;

use super::{Glyph, Icon};
use crate::text;

/// A step of the way to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What it says.
    pub text: String,
    /// Where it leads; `None` for a step that does not exist.
    pub href: Option<String>,
}

impl From<EntityLink> for Crumb {
    fn from(link: EntityLink) -> Self {
        let href = link.exists.then(|| link.entity_ref.href());
        Self { text: link.title, href }
    }
}

/// The way to the page: the real hierarchy, without the page itself, which is the heading below.
#[component]
pub fn Breadcrumbs(
    /// From the top down.
    crumbs: Vec<Crumb>,
) -> impl IntoView {
    (!crumbs.is_empty()).then(|| {
        let items: Vec<_> = crumbs
            .into_iter()
            .map(|crumb| match crumb.href {
                Some(href) => view! { <li><a dir="auto" href=href>{crumb.text}</a></li> }.into_any(),
                None => view! { <li><span dir="auto">{crumb.text}</span></li> }.into_any(),
            })
            .collect();
        view! { <nav class="breadcrumbs" aria-label=text::BREADCRUMBS><ol>{items}</ol></nav> }
    })
}

/// Previous and next, and which of how many show.
#[component]
pub fn Pager(
    /// The page that shows, from 1.
    page: usize,
    /// Rows on a page.
    size: usize,
    /// Rows in all.
    total: u64,
    /// The address of a page.
    href: Box<dyn Fn(usize) -> String + Send>,
) -> impl IntoView {
    let size = size.max(1);
    let pages = usize::try_from(total).unwrap_or(usize::MAX).div_ceil(size);
    (pages > 1).then(|| {
        let step = |to: usize, label: &'static str, rel: &'static str, glyph: Glyph| {
            if (1..=pages).contains(&to) {
                view! { <a class="button button-icon" href=href(to) rel=rel aria-label=label title=label><Icon glyph/></a> }.into_any()
            } else {
                view! { <span class="button button-icon" aria-disabled="true"><Icon glyph/><span class="sr-only">{label}</span></span> }
                    .into_any()
            }
        };
        let first = (page.saturating_sub(1)) * size + 1;
        let last = (page.saturating_mul(size) as u64).min(total);
        view! {
            <nav class="pager" aria-label=text::PAGES>
                <span class="muted">{text::range(first as u64, last, total)}</span>
                {step(page.saturating_sub(1), text::PREVIOUS_PAGE, "prev", Glyph::ArrowLeft)}
                {step(page + 1, text::NEXT_PAGE, "next", Glyph::ArrowRight)}
            </nav>
        }
    })
}
