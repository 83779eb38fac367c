//! The style sheet: ours from `style/*.css`, then the utility classes that the sources use.
//!
//! The utilities come last and in no layer: a class on an element says more than the component's own rule. encre-css
//! compiles them; how it differs from Tailwind for the classes in use is listed in `xtask/tailwind-differences.txt`.

use super::{classes, minify, read_text, rules, tokens, values::Variables};
use anyhow::{Context as _, Result};
use encre_css::{Config, Preflight};
use std::{collections::BTreeSet, fs, path::Path};

/// A built style sheet.
#[derive(Debug)]
pub struct Sheet {
    /// The whole text.
    pub text: String,
    /// How many utility classes it has.
    pub utilities: usize,
}

/// Builds the style sheet of a checkout.
pub fn build(root: &Path) -> Result<Sheet> {
    let ours = ours(&root.join("style"))?;
    let used = utilities(root, &ours)?;
    let generated = encre_css::generate(used.iter().map(String::as_str), &config(&ours, ours.is_empty()));
    let text = minify::style_sheet(&format!("{ours}\n{}\n{generated}", defaults(&generated)));
    Ok(Sheet { text, utilities: used.len() })
}

/// encre-css composes some utilities of variables that its own preflight sets; those of them that are read.
fn defaults(generated: &str) -> String {
    let read = |name: &str| generated.contains(&format!("var({name})"));
    let declarations: String =
        initial_values().into_iter().filter(|(name, _)| read(name)).map(|(name, value)| format!("{name}: {value};")).collect();
    if declarations.is_empty() { declarations } else { format!("*,::before,::after,::backdrop{{{declarations}}}") }
}

/// encre-css's variables with their initial values, from its preflight.
pub fn initial_values() -> Variables {
    let preflight = encre_css::generate([], &config("", true));
    let declarations = rules::parse(&preflight).into_iter().flat_map(|rule| rule.declarations);
    declarations.filter(|(name, _)| name.starts_with("--en-")).collect()
}

/// The files of `style/` in name order.
pub fn ours(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))? {
            let path = entry.with_context(|| format!("listing {}", folder.display()))?.path();
            if path.extension().is_some_and(|extension| extension == "css") {
                files.push(path);
            }
        }
    }
    files.sort();
    let texts = files.iter().map(|file| read_text(file)).collect::<Result<Vec<_>>>()?;
    Ok(texts.join("\n"))
}

/// The classes of the sources that encre-css knows and that no style sheet of ours defines.
pub fn utilities(root: &Path, ours: &str) -> Result<BTreeSet<String>> {
    let defined = classes::defined(ours);
    let config = config(ours, false);
    let known = |class: &String| !encre_css::generate([class.as_str()], &config).is_empty();
    Ok(classes::candidates(root)?.into_iter().filter(|class| !defined.contains(class)).filter(known).collect())
}

/// Colours are our tokens; encre-css brings its preflight only where `style/` has nothing.
pub fn config(ours: &str, preflight: bool) -> Config {
    let mut config = Config::default();
    config.preflight = if preflight { Preflight::new_full() } else { Preflight::new_none() };
    for name in tokens::colours(ours) {
        let value = format!("var(--{name})");
        config.theme.colors.add(name, value);
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generated(class: &str, ours: &str) -> String {
        minify::style_sheet(&encre_css::generate([class], &config(ours, false)))
    }

    #[test]
    fn a_token_is_a_colour_of_utilities() {
        let ours = ":root{--paper:light-dark(#fff,#000)}";
        assert_eq!(generated("bg-paper", ours), ".bg-paper{background-color:var(--paper)}");
    }

    #[test]
    fn variables_that_are_read_get_their_initial_values() {
        assert_eq!(
            defaults("x: var(--en-ordinal) var(--en-ring-shadow)"),
            "*,::before,::after,::backdrop{--en-ordinal: ;--en-ring-shadow: 0 0 #0000;}"
        );
        assert_eq!(defaults("x: y"), "");
    }

    #[test]
    fn variants_work() {
        assert_eq!(generated("sm:flex", ""), "@media (width >= 40rem){.sm\\:flex{display:flex}}");
    }
}
