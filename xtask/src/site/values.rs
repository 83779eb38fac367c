//! Values of declarations in one spelling, so that `calc(var(--spacing) * 4)` and `1rem` are the same.

use std::collections::BTreeMap;

/// What custom properties stand for.
pub type Variables = BTreeMap<String, String>;

/// The value with known variables put in, products worked out, and numbers written one way.
pub fn normal(value: &str, variables: &Variables) -> String {
    let put_in = substituted(value, variables, 0);
    let text = products(&spelled(&put_in));
    text.trim().to_owned()
}

/// Puts variables in, or the fallback that stands beside an unknown one.
fn substituted(value: &str, variables: &Variables, depth: u32) -> String {
    let Some(start) = value.find("var(") else { return value.to_owned() };
    let Some(length) = closing(&value[start + 4..]) else { return value.to_owned() };
    let inside = &value[start + 4..start + 4 + length];
    let (name, fallback) = inside.split_once(',').map_or((inside, None), |(name, fallback)| (name, Some(fallback)));
    // Both compilers' own variables have a prefix of theirs.
    let name = name.trim();
    let known = variables.get(name).map(String::as_str).or(fallback);
    let replaced = match known {
        Some(text) if depth < 20 => substituted(text.trim(), variables, depth + 1),
        _ => format!("\u{1}({})", inside.trim()),
    };
    let rest = substituted(&value[start + 5 + length..], variables, depth);
    format!("{}{replaced}{rest}", &value[..start]).replace('\u{1}', "var")
}

/// The position of the bracket that closes the one before `text`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// One spelling: lower case, `0.5` for `.5`, `0` for `0px`, no space inside brackets, `, ` between items.
fn spelled(value: &str) -> String {
    let text = value.to_lowercase().replace('"', "'").replace("( ", "(").replace(" )", ")").replace(" ,", ",").replace(',', ", ");
    let words = text.split_whitespace().map(|word| {
        let body = word.trim_start_matches('(');
        let (open, body) = word.split_at(word.len() - body.len());
        let tail = body.trim_end_matches([')', ',']);
        let (body, tail) = body.split_at(tail.len());
        format!("{open}{}{tail}", number(body))
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A number with its unit in one spelling; other words stay.
fn number(word: &str) -> String {
    // `calc(-.25rem`: the function's name stays before the number.
    if let Some((name, rest)) = word.rsplit_once('(') {
        return format!("{name}({}", number(rest));
    }
    match split(word) {
        Some((value, unit)) => written(value, unit),
        None => word.to_owned(),
    }
}

fn split(word: &str) -> Option<(f64, &str)> {
    let end = word.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(word.len());
    let value = word[..end].parse().ok()?;
    let unit = &word[end..];
    unit.chars().all(|c| c.is_ascii_alphabetic() || c == '%').then_some((value, unit))
}

fn written(value: f64, unit: &str) -> String {
    let (value, unit) = match unit {
        "ms" => (value / 1000.0, "s"),
        _ => (value, unit),
    };
    let value = (value * 100_000.0).round() / 100_000.0;
    if value == 0.0 && matches!(unit, "px" | "rem" | "em" | "") { "0".to_owned() } else { format!("{value}{unit}") }
}

/// Works out `calc(a * b)` and `calc(a / b)` of numbers, inner ones first, until nothing changes.
fn products(value: &str) -> String {
    let mut text = value.to_owned();
    let mut from = 0;
    while let Some(found) = text[from..].find("calc(") {
        let start = from + found;
        let inside_at = start + 5;
        let Some(length) = closing(&text[inside_at..]) else { break };
        let inside = text[inside_at..inside_at + length].to_owned();
        if inside.contains('(') {
            from = inside_at;
            continue;
        }
        let Some(result) = product(&inside) else {
            from = inside_at;
            continue;
        };
        text.replace_range(start..=inside_at + length, &result);
        from = 0;
    }
    text
}

/// Numbers and operators from left to right; a sum is only taken of two.
fn product(inside: &str) -> Option<String> {
    let mut words = inside.split_whitespace();
    let (mut value, mut unit) = split(words.next()?)?;
    let several = inside.split_whitespace().count() > 3;
    while let Some(operator) = words.next() {
        let (right, right_unit) = split(words.next()?)?;
        value = match operator {
            "*" => value * right,
            "/" if right != 0.0 => value / right,
            "+" if unit == right_unit && !several => value + right,
            "-" if unit == right_unit && !several => value - right,
            _ => return None,
        };
        unit = if unit.is_empty() { right_unit } else { unit };
    }
    Some(written(value, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_get_one_spelling() {
        let variables = Variables::from([("--spacing".into(), ".25rem".into()), ("--s".into(), "0 0 #0000".into())]);
        for (value, expected) in [
            ("calc(var(--spacing) * 4)", "1rem"),
            ("calc(var(--spacing) * -1)", "-0.25rem"),
            ("calc(calc(var(--spacing) * 2) * calc(1 - 0))", "0.5rem"),
            ("var(--s), var(--gone, ) 1px", "0 0 #0000, 1px"),
            ("calc(1 / 2 * 100%)", "50%"),
            ("var(--unknown)", "var(--unknown)"),
            ("0px .5s 150ms", "0 0.5s 0.15s"),
            ("repeat(2,minmax(0,1fr))", "repeat(2, minmax(0, 1fr))"),
        ] {
            assert_eq!(normal(value, &variables), expected);
        }
    }
}
