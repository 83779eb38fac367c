//! What one presses and fills in.

use frontend::Combobox;
use leptos::prelude::*;
use model::FieldError;

use super::piece;
use crate::components::{
    Avatar, Badge, Button, ButtonLink, Checkbox, Chip, Choice, Dialog, ErrorList, Field, Glyph, Look, Menu, Segmented, Select, Sheet, Tabs,
    Tag, TextArea, TextLink, Tone, Tooltip,
};

pub(super) fn controls() -> AnyView {
    view! {
        {piece("Button", view! {
            <Button text="Create service" look=Look::Primary/>
            <Button text="Register 12 entities" glyph=Glyph::Plus/>
            <Button text="Cancel" look=Look::Quiet/>
            <Button text="Delete" look=Look::Danger/>
            <Button text="Not now" disabled=true/>
            <Button text="Refresh" glyph=Glyph::Refresh look=Look::Quiet icon_only=true/>
        })}
        {piece("Link", view! {
            <TextLink text="Runbook" href="#controls"/>
            <TextLink text="Dashboard" href="https://example.com/" external=true/>
            <ButtonLink text="Browse components" href="/catalog" glyph=Glyph::Component/>
            <ButtonLink text="Source" href="https://example.com/" external=true/>
        })}
        {piece("Field", view! {
            <div class="design-form">
                <ErrorList errors=vec![FieldError { field: "design-name".to_owned(), message: "Name: use lower-case letters, digits and dashes".to_owned() }]/>
                <Field name="design-title" label="Title" placeholder="Payment service"/>
                <Field name="design-name" label="Name" value="Payment Service" hint="Becomes part of addresses." error="Use lower-case letters, digits and dashes"/>
                <Field name="design-fixed" label="Namespace" value="default" disabled=true/>
                <TextArea name="design-text" label="Description" hint="One or two sentences."/>
                <Select name="design-kind" label="Lifecycle" picked="production"
                    options=vec![("experimental".to_owned(), "experimental".to_owned()), ("production".to_owned(), "production".to_owned())]/>
                <div class="field">
                    <label for="design-owner">"Owner"</label>
                    <Combobox id="design-owner".to_owned() name="owner".to_owned() value=String::new() kind="Group".to_owned()/>
                </div>
                <Checkbox name="design-yes" label="Tell the owners" checked=true/>
                <Checkbox name="design-no" label="Not possible now" disabled=true/>
            </div>
        })}
        {piece("Segmented control", view! {
            <Segmented label="Whose" choices=vec![
                Choice::new("All", "#controls", true),
                Choice::new("Mine", "#controls", false).count(12),
                Choice::new("Starred", "#controls", false).count(3),
            ]/>
        })}
        {piece("Tabs", view! {
            <Tabs label="Sample" choices=vec![
                Choice::new("Overview", "#controls", true),
                Choice::new("Dependencies", "#controls", false).count(8),
                Choice::new("APIs", "#controls", false),
            ]/>
        })}
        {piece("Chip", view! {
            <Chip label="Type" value="service" remove_href="#controls"/>
            <Chip value="Mine" remove_href="#controls"/>
        })}
        {piece("Badge", Tone::ALL.into_iter().map(|tone| view! { <Badge text=badge_text(tone) tone/> }).collect::<Vec<_>>())}
        {piece("Tag", view! { <Tag text="tier-1" href="#controls"/><Tag text="日本語"/> })}
        {piece("Avatar", ["Ada Okafor", "Sam Rivera", "Lin Wei", "Noor Haddad"].into_iter().map(|name| {
            let initials: String = name.split(' ').filter_map(|word| word.chars().next()).collect();
            view! { <Avatar initials name/> }
        }).collect::<Vec<_>>())}
        {piece("Menu", view! {
            <Menu id="design-menu" text="Export" glyph=Glyph::Download>
                <a class="menu-item" href="#controls">"CSV, for spreadsheets"</a>
                <a class="menu-item" href="#controls">"JSON, for programs"</a>
            </Menu>
        })}
        {piece("Tooltip", view! {
            <span>"Lead time "<Tooltip id="design-tooltip" about="lead time" text="From the first commit to the running version, the median of 30 days."/></span>
        })}
        {piece("Dialog", view! {
            <Button text="Delete payment-service" look=Look::Danger opens="design-dialog"/>
            <Dialog id="design-dialog" title="Delete payment-service?">
                <p>"Three services call its API. Its data stays for 30 days."</p>
                <div class="actions"><Button text="Keep it" look=Look::Quiet opens="design-dialog"/><Button text="Delete it" look=Look::Danger opens="design-dialog"/></div>
            </Dialog>
        })}
        {piece("Drawer", view! {
            <Button text="Show details" opens="design-sheet"/>
            <Sheet id="design-sheet" title="Details"><p class="muted">"From the right on wide screens, from below on phones."</p></Sheet>
        })}
    }
    .into_any()
}

const fn badge_text(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "library",
        Tone::Ok => "healthy",
        Tone::Warning => "deprecated",
        Tone::Danger => "failing",
        Tone::Info => "planned",
        Tone::Accent => "current",
    }
}
