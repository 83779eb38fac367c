//! How deep policies may be nested. Whoever reads or evaluates them goes down into them, so a policy of a few kilobytes of brackets would
//! use up the stack; one that is evaluated too deep fails, and a policy that fails forbids nothing.

use super::problem::{Place, PolicyProblem};

/// Brackets within brackets.
const DEEPEST: usize = 32;
/// `&&`, `||`, `if`, `when`, `unless` and calculations in one policy: each can be one step deeper.
const MOST_OPERATORS: usize = 128;
/// Dots in one policy.
const MOST_DOTS: usize = 256;

/// The first place at which a text is nested too deep. Looks at its characters only, before anything reads it.
pub(super) fn too_deep(place: Place<'_>) -> Option<PolicyProblem> {
    let bytes = place.text.as_bytes();
    let (mut at, mut depth, mut operators, mut dots) = (0, 0usize, 0, 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = match rest {
            [b'"', ..] => text_length(rest),
            [b'/', b'/', ..] => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            [b'(' | b'[' | b'{', ..] => {
                depth += 1;
                1
            }
            [b')' | b']' | b'}', ..] => {
                depth = depth.saturating_sub(1);
                1
            }
            [b';', ..] => {
                (operators, dots) = (0, 0);
                1
            }
            [b'&', b'&', ..] | [b'|', b'|', ..] => {
                operators += 1;
                2
            }
            [b'+' | b'-' | b'*' | b'!', ..] => {
                operators += 1;
                1
            }
            [b'.', ..] => {
                dots += 1;
                1
            }
            [first, ..] if first.is_ascii_alphabetic() || *first == b'_' => {
                let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(rest.len());
                operators += usize::from(matches!(&rest[..length], b"if" | b"when" | b"unless"));
                length
            }
            _ => 1,
        };
        if depth > DEEPEST {
            return Some(place.at(at, format!("Brackets are nested more than {DEEPEST} deep here. Split the policy into several.")));
        }
        if operators > MOST_OPERATORS || dots > MOST_DOTS {
            return Some(place.at(
                at,
                format!(
                    "One policy has at most {MOST_OPERATORS} operators (&&, ||, if, when, unless, !, +, -, *) and {MOST_DOTS} dots. Compare with a set, as in [\"a\", \"b\"].contains(resource.name), or split the policy into several."
                ),
            ));
        }
        at += length;
    }
    None
}

/// The length of the text literal at the beginning, its quotes included.
fn text_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}
