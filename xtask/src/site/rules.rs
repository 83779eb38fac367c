//! A style sheet as flat rules: enough of a parser to compare two compilers' output.

/// One declaration block with all that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The at-rules around it and its selector, outermost first.
    pub context: Vec<String>,
    /// Property and value, in order.
    pub declarations: Vec<(String, String)>,
}

/// The rules of a sheet; nested ones come after the rule that they stand in.
pub fn parse(sheet: &str) -> Vec<Rule> {
    let sheet = without_comments(sheet);
    let mut rules = Vec::new();
    block(&mut sheet.chars().peekable(), &mut Vec::new(), &mut rules);
    rules
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Reads up to the closing brace of the block that `context` opened.
fn block(rest: &mut Rest<'_>, context: &mut Vec<String>, rules: &mut Vec<Rule>) {
    let own = rules.len();
    rules.push(Rule { context: context.clone(), declarations: Vec::new() });
    let mut text = String::new();
    let mut depth = 0_i32;
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                text.push(c);
                text.extend(rest.next());
            }
            '"' | '\'' => {
                text.push(c);
                for inner in rest.by_ref() {
                    text.push(inner);
                    if inner == c {
                        break;
                    }
                }
            }
            '(' | ')' | '[' | ']' => {
                depth += if matches!(c, '(' | '[') { 1 } else { -1 };
                text.push(c);
            }
            ';' if depth == 0 => declare(&mut rules[own], &std::mem::take(&mut text)),
            '{' => {
                context.push(spaced(&std::mem::take(&mut text)));
                block(rest, context, rules);
                context.pop();
            }
            '}' => break,
            _ => text.push(c),
        }
    }
    declare(&mut rules[own], &text);
    if rules[own].declarations.is_empty() {
        rules.remove(own);
    }
}

fn declare(rule: &mut Rule, text: &str) {
    if let Some((property, value)) = text.split_once(':') {
        rule.declarations.push((property.trim().to_owned(), spaced(value)));
    }
}

fn without_comments(sheet: &str) -> String {
    let mut out = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some(start) = rest.find("/*") {
        out.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    out + rest
}

/// The text with single spaces.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_rules_become_flat() {
        let sheet = "/* a */ .a { color : red; &:hover { x: calc(1px\n * 2) } } @media (width >= 4px) { .b\\:c { y: ';}' ; } }";
        let shown: Vec<String> = parse(sheet).iter().map(|rule| format!("{} {:?}", rule.context.join(" | "), rule.declarations)).collect();
        assert_eq!(
            shown,
            [r#".a [("color", "red")]"#, r#".a | &:hover [("x", "calc(1px * 2)")]"#, r#"@media (width >= 4px) | .b\:c [("y", "';}'")]"#,]
        );
    }
}
