//! Set-up: somebody chooses a password, once. The first of them becomes the administrator.

use leptos::prelude::*;
use model::view::{Frame, SetupView};

use crate::{
    components::{Banner, Button, Field, HiddenFields, Look, Tone},
    text,
};

/// What stands in `<main>`.
pub fn setup(frame: &Frame, view: SetupView) -> impl IntoView + use<> {
    let SetupView { token, account, name, name_error, password_error, error } = view;
    let title = text::access::set_up(if frame.organisation.is_empty() { text::PRODUCT } else { &frame.organisation });
    let wrong_password = password_error.is_some();
    let lead = account.as_deref().map_or_else(|| text::access::SETUP_ADMIN.to_owned(), text::access::setup_account);
    let error = error.map(|error| view! { <div role="alert"><Banner tone=Tone::Danger title=error/></div> });
    let submit = if account.is_some() { text::access::SET } else { text::access::CREATE };
    let name = match account {
        // Password managers keep a password under the name beside it.
        Some(account) => view! { <input type="hidden" name="name" value=account autocomplete="username"/> }.into_any(),
        None => view! {
            <Field name="name" label=text::access::NAME value=name hint=text::access::NAME_HINT error=name_error.unwrap_or_default() required=true
                autofocus=!wrong_password autocomplete="username"/>
        }
        .into_any(),
    };
    view! {
        <div class="sign-in">
            <span class="mark mark-large" aria-hidden="true"></span>
            <h1 class="sign-in-title" dir="auto">{title}</h1>
            {error}
            <p class="sign-in-lead">{lead}</p>
            <form class="sign-in-form" method="post" action="/setup">
                <HiddenFields fields=vec![("token", token)]/>
                {name}
                <Field name="password" label=text::access::PASSWORD kind="password" hint=text::access::PASSWORD_HINT error=password_error.unwrap_or_default()
                    required=true autofocus=wrong_password autocomplete="new-password"/>
                <Button text=submit look=Look::Primary/>
            </form>
        </div>
    }
}
