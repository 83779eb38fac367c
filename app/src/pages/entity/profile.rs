//! People and groups: the face in the header and how to reach them.

use leptos::prelude::*;
use model::view::EntityView;

use super::words;
use crate::{
    components::{Avatar, KeyValue, KeyValueRow},
    text,
};

/// The picture beside the title, or letters for those who gave none.
pub(super) fn picture(view: &EntityView) -> Option<AnyView> {
    let profile = view.profile.as_ref()?;
    let title = &view.header.entity.title;
    let web = |href: &String| href.starts_with("https://") || href.starts_with("data:image/");
    Some(match profile.picture.clone().filter(web) {
        Some(src) => view! { <img class="profile-picture" src=src alt="" width="48" height="48" referrerpolicy="no-referrer"/> }.into_any(),
        None => view! { <Avatar initials=initials(title) name=title.clone() large=true/> }.into_any(),
    })
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Address, kind and size.
pub(super) fn profile(view: &EntityView) -> Option<AnyView> {
    let profile = view.profile.as_ref()?;
    let is_group = view.header.entity.kind.eq_ignore_ascii_case("group");
    let email = profile.email.clone().map(|email| {
        let href = format!("mailto:{email}");
        view! { <KeyValueRow label=words::EMAIL><a class="link" href=href>{email}</a></KeyValueRow> }
    });
    let group_type =
        profile.group_type.clone().map(|kind| view! { <KeyValueRow label=words::GROUP_TYPE><span dir="auto">{kind}</span></KeyValueRow> });
    let members = words::all_members(profile.all_members);
    let members = is_group.then(|| view! { <KeyValueRow label=words::MEMBERS>{members}</KeyValueRow> });
    let name = profile
        .display_name
        .clone()
        .filter(|name| *name != view.header.entity.title)
        .map(|name| view! { <KeyValueRow label=text::NAME><bdi>{name}</bdi></KeyValueRow> });
    if email.is_none() && group_type.is_none() && members.is_none() && name.is_none() {
        return None;
    }
    Some(
        view! {
            <section class="about" aria-labelledby="profile">
                <div class="section-head"><h2 class="section-title" id="profile">{words::PROFILE}</h2></div>
                <KeyValue>{name}{email}{group_type}{members}</KeyValue>
            </section>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn takes_the_first_letters() {
        let check = |name, expected: &str| assert_eq!(initials(name), expected);
        check("Ada Lovelace", "AL");
        check("jean-luc picard", "JP");
        check("platform", "P");
        check("山田 太郎", "山太");
        check("", "");
    }
}
