//! Design tokens as names of utility classes: a custom property of `:root` whose value is a colour gives `bg-NAME`,
//! `text-NAME`, `border-NAME` and so on, all reading the property, so that a theme switch needs no other class.

use std::collections::BTreeSet;

/// The names, without dashes in front, of the custom properties in `sheet` that hold a colour.
pub fn colours(sheet: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for declaration in sheet.split([';', '{', '}']) {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        // What stands before the name is white space or a comment.
        let Some(name) = name.split_whitespace().last().and_then(|name| name.strip_prefix("--")) else { continue };
        let value = value.trim_start();
        if ["light-dark(", "oklch(", "oklab(", "rgb(", "hsl(", "color-mix(", "#"].iter().any(|start| value.starts_with(start)) {
            found.insert(name.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_are_taken() {
        let sheet = ":root { /* page */ --paper: light-dark(#fff, #000); --gap: 4px; --ink: oklch(20% 0 0); color: #123; --code-bg: #eee }";
        assert_eq!(colours(sheet).into_iter().collect::<Vec<_>>(), ["code-bg", "ink", "paper"]);
    }
}
