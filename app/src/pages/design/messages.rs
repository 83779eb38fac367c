//! What is said when something is empty, wrong, done or not yet there.

use leptos::prelude::*;

use super::piece;
use crate::components::{Banner, ButtonLink, EmptyState, Look, Progress, Skeleton, TextLink, Tone};

pub(super) fn messages() -> AnyView {
    view! {
        {piece("Banner", view! {
            <div class="design-wide">
                <Banner tone=Tone::Danger title="catalog-info.yaml cannot be read">
                    <p>"Line 12, column 3: a mapping key is given twice. The last good version shows. "<TextLink text="How to mend it" href="#messages"/></p>
                </Banner>
                <Banner tone=Tone::Warning title="Its owner group:default/nobody is not in the catalog"/>
                <Banner tone=Tone::Info title="This entity was renamed to payments"/>
                <Banner tone=Tone::Ok title="12 entities were registered"/>
            </div>
        })}
        {piece("Empty state", view! {
            <EmptyState title="Nothing matches these filters" text="Take the last filter away, or start again from the whole list.">
                <ButtonLink text="Remove type: service" href="#messages" look=Look::Primary/>
                <ButtonLink text="Clear all" href="#messages"/>
            </EmptyState>
        })}
        {piece("Progress", view! { <div class="design-form"><Progress label="Reading 1,204 files" percent=64/><Progress label="Waiting for the repository"/></div> })}
        {piece("Skeleton", view! { <div class="design-form"><Skeleton lines=3/></div> })}
    }
    .into_any()
}
