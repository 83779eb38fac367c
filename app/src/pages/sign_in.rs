//! Sign-in: the mark, the organisation, who one is, and nothing else.

use leptos::prelude::*;
use model::view::{Frame, SamplePerson, SignInView};

use crate::{
    components::{Avatar, Banner, Button, Field, Glyph, HiddenFields, Icon, Look, Tone},
    text,
};

/// What stands in `<main>`.
pub fn sign_in(frame: &Frame, view: SignInView) -> impl IntoView + use<> {
    let SignInView { return_to, people, error } = view;
    let title = text::sign_in_to(&frame.organisation);
    let wrong = error.is_some();
    let error = error.map(|error| view! { <div role="alert"><Banner tone=Tone::Danger title=error/></div> });
    let way = if people.is_empty() {
        view! {
            <form class="sign-in-token" method="post" action="/sign-in">
                <HiddenFields fields=vec![("return_to", return_to)]/>
                <Field name="token" label=text::TOKEN kind="password" hint=text::TOKEN_HINT required=true autofocus=wrong autocomplete="current-password"/>
                <Button text=text::SIGN_IN look=Look::Primary/>
            </form>
        }
        .into_any()
    } else {
        let people: Vec<_> = people.into_iter().map(person).collect();
        view! {
            <form method="post" action="/sign-in">
                <HiddenFields fields=vec![("return_to", return_to)]/>
                <h2 class="sign-in-lead">{text::SIGN_IN_AS}</h2>
                <ul class="people">{people}</ul>
            </form>
        }
        .into_any()
    };
    view! {
        <div class="sign-in">
            <span class="mark mark-large" aria-hidden="true"></span>
            <h1 class="sign-in-title" dir="auto">{title}</h1>
            {error}
            {way}
        </div>
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
