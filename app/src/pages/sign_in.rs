//! Sign-in: the mark, the organisation, who one is, and nothing else.

use leptos::prelude::*;
use model::view::{Frame, ProviderButton, SamplePerson, SignInView};

use crate::{
    components::{Avatar, Banner, Button, ButtonLink, Field, Glyph, HiddenFields, Icon, LogoOrMark, Look, Support, Tone},
    text,
};

/// What stands in `<main>`.
pub fn sign_in(frame: &Frame, view: SignInView) -> impl IntoView + use<> {
    let SignInView { return_to, people, providers, password, token, name, tried_token, error } = view;
    let (title, branding) = (text::sign_in_to(&frame.organisation), frame.branding.clone());
    let wrong = error.is_some();
    let error = error.map(|error| view! { <div role="alert"><Banner tone=Tone::Danger title=error/></div> });
    let others = !(people.is_empty() && providers.is_empty() && !password);
    let between = (password && !providers.is_empty()).then(|| view! { <p class="sign-in-or">{text::access::OR}</p> });
    let providers: Vec<_> = providers.into_iter().map(|found| provider(found, &return_to)).collect();
    let password = password.then(|| by_password(&return_to, name, wrong && !tried_token));
    let people = (!people.is_empty()).then(|| {
        let people: Vec<_> = people.into_iter().map(person).collect();
        view! {
            <form method="post" action="/sign-in">
                <HiddenFields fields=vec![("return_to", return_to.clone())]/>
                <h2 class="sign-in-lead">{text::SIGN_IN_AS}</h2>
                <ul class="people">{people}</ul>
            </form>
        }
    });
    let token = token.then(|| {
        let form = by_token(&return_to, wrong && (tried_token || !others));
        if others {
            view! { <details class="sign-in-more" open=tried_token><summary>{text::access::USE_TOKEN}</summary>{form}</details> }.into_any()
        } else {
            form.into_any()
        }
    });
    view! {
        <div class="sign-in">
            <LogoOrMark branding=branding.clone()/>
            <h1 class="sign-in-title" dir="auto">{title}</h1>
            {error}
            {providers}
            {between}
            {password}
            {people}
            {token}
            <Support branding/>
        </div>
    }
}

/// One button a provider. A link: a form may lead to the providers' own addresses only, and many of them pass people on to another.
fn provider(button: ProviderButton, return_to: &str) -> impl IntoView + use<> {
    let href = button.href(return_to);
    view! { <div class="sign-in-form sign-in-provider"><ButtonLink text=text::access::sign_in_with(&button.label) href look=Look::Primary/></div> }
}

/// With the name and the password of an account.
fn by_password(return_to: &str, name: String, wrong: bool) -> impl IntoView + use<> {
    let fields = vec![("return_to", return_to.to_owned())];
    let (at_name, at_password) = (name.is_empty(), wrong && !name.is_empty());
    view! {
        <form class="sign-in-form" method="post" action="/sign-in">
            <HiddenFields fields/>
            <Field name="name" label=text::access::NAME value=name required=true autofocus=wrong && at_name autocomplete="username"/>
            <Field name="password" label=text::access::PASSWORD kind="password" required=true autofocus=at_password autocomplete="current-password"/>
            <Button text=text::SIGN_IN look=Look::Primary/>
        </form>
    }
}

/// With the admin token.
fn by_token(return_to: &str, wrong: bool) -> impl IntoView + use<> {
    let fields = vec![("return_to", return_to.to_owned())];
    view! {
        <form class="sign-in-form" method="post" action="/sign-in">
            <HiddenFields fields/>
            <Field name="token" label=text::TOKEN kind="password" hint=text::TOKEN_HINT required=true autofocus=wrong autocomplete="off"/>
            <Button text=text::SIGN_IN look=Look::Primary/>
        </form>
    }
}

/// One button a person; pressing it signs in.
fn person(person: SamplePerson) -> impl IntoView {
    let initials = initials(&person.name);
    let mut about = vec![person.role];
    about.extend((!person.teams.is_empty()).then(|| person.teams.join(", ")));
    about.retain(|part| !part.is_empty());
    view! {
        <li>
            <button class="person" type="submit" name="person" value=person.entity_ref.to_string()>
                <Avatar initials name=person.name.clone()/>
                <span class="person-text"><span class="person-name" dir="auto">{person.name}</span><span class="person-role" dir="auto">{about.join(" · ")}</span></span>
                <Icon glyph=Glyph::ArrowRight/>
            </button>
        </li>
    }
}

/// The first letters of the first and the last name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn letters_of_a_name() {
        let check = |name: &str, letters: &str| assert_eq!(initials(name), letters, "{name}");
        check("Ada Lovelace", "AL");
        check("juan carlos de la vega", "JV");
        check("山田", "山");
        check("", "");
    }
}
