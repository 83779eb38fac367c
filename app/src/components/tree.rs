//! Things within things: groups and their sub-groups, folders and files.

use leptos::prelude::*;

use crate::text;

/// A thing and what is within it.
#[derive(Debug)]
pub struct TreeNode {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// It is the page that shows.
    pub current: bool,
    /// It opens with what is within it shown.
    pub open: bool,
    /// What is within it.
    pub children: Vec<Self>,
}

/// Nested lists that fold; deeper than 12 levels is shown flat.
#[component]
pub fn Tree(
    /// What it shows, for those who cannot see it.
    #[prop(into)]
    label: String,
    /// The things at the top.
    nodes: Vec<TreeNode>,
) -> impl IntoView {
    view! { <nav class="tree" aria-label=label>{branch(nodes, 0)}</nav> }
}

fn branch(nodes: Vec<TreeNode>, depth: usize) -> AnyView {
    let items: Vec<_> = nodes
        .into_iter()
        .map(|node| {
            let within = (!node.children.is_empty() && depth < 12).then(|| {
                let toggle = text::show_within(&node.text);
                view! { <details open=node.open><summary aria-label=toggle></summary>{branch(node.children, depth + 1)}</details> }
            });
            let label = match node.href {
                Some(href) => view! { <a dir="auto" href=href aria-current=node.current.then_some("page")>{node.text}</a> }.into_any(),
                None => view! { <span dir="auto">{node.text}</span> }.into_any(),
            };
            view! { <li>{label}{within}</li> }
        })
        .collect();
    view! { <ul>{items}</ul> }.into_any()
}
