//! Light highlighting of the four languages that the catalog shows: keys, texts, numbers, words and remarks.
//!
//! One scanner with a few switches, not four grammars: what it gets wrong is a colour, never a character. The pieces put
//! together are the text again, which a test holds.

use leptos::prelude::*;

/// What is highlighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Yaml,
    Json,
    Graphql,
    Proto,
    /// Shown as it is.
    Plain,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Plain,
    Key,
    Text,
    Number,
    Word,
    Remark,
}

impl Token {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Key => "tok-key",
            Self::Text => "tok-text",
            Self::Number => "tok-number",
            Self::Word => "tok-word",
            Self::Remark => "tok-remark",
        }
    }
}

const GRAPHQL: &[&str] = &[
    "type",
    "input",
    "enum",
    "interface",
    "union",
    "scalar",
    "schema",
    "extend",
    "implements",
    "directive",
    "on",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "true",
    "false",
    "null",
];
const PROTO: &[&str] = &[
    "syntax", "package", "import", "option", "message", "enum", "service", "rpc", "returns", "stream", "repeated", "optional", "oneof",
    "map", "reserved", "true", "false", "required", "extend", "public",
];
const VALUES: &[&str] = &["true", "false", "null", "~"];

/// The language of an API's definition by its format and, for the formats that are written in two, by how it starts.
pub(super) fn language_of(format: &str, text: &str) -> Language {
    match format.to_ascii_lowercase().as_str() {
        "graphql" => Language::Graphql,
        "grpc" | "proto" | "protobuf" => Language::Proto,
        _ if text.trim_start().starts_with(['{', '[']) => Language::Json,
        "openapi" | "asyncapi" | "swagger" => Language::Yaml,
        _ => Language::Plain,
    }
}

/// Bytes up to which a text is highlighted; each piece is an element of the page.
const HIGHLIGHTED: usize = 200 * 1024;

/// The text as `<code>` with an id, so that a button can copy it.
pub(super) fn code(language: Language, text: &str, id: &'static str) -> AnyView {
    if language == Language::Plain || text.len() > HIGHLIGHTED {
        return view! { <code id=id dir="ltr">{text.to_owned()}</code> }.into_any();
    }
    let pieces: Vec<_> = tokens(language, text)
        .into_iter()
        .map(|(token, piece)| match token {
            Token::Plain => piece.to_owned().into_any(),
            _ => view! { <span class=token.class()>{piece.to_owned()}</span> }.into_any(),
        })
        .collect();
    view! { <code id=id dir="ltr">{pieces}</code> }.into_any()
}

/// The text in pieces; neighbours are of different kinds.
pub(super) fn tokens(language: Language, text: &str) -> Vec<(Token, &str)> {
    let mut out: Vec<(Token, usize, usize)> = Vec::new();
    let mut at = 0;
    // YAML's block texts (`key: |`): everything indented deeper than this is text.
    let mut block: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let blank = line.trim().is_empty();
        if let Some(depth) = block {
            if blank || indent > depth {
                push(&mut out, Token::Text, at, at + line.len());
                at += line.len();
                continue;
            }
            block = None;
        }
        scan(language, line, at, &mut out);
        if language == Language::Yaml && starts_block(line) {
            block = Some(indent);
        }
        at += line.len();
    }
    out.into_iter().map(|(token, from, to)| (token, &text[from..to])).collect()
}

fn push(out: &mut Vec<(Token, usize, usize)>, token: Token, from: usize, to: usize) {
    if from == to {
        return;
    }
    match out.last_mut() {
        Some(last) if last.0 == token && last.2 == from => last.2 = to,
        _ => out.push((token, from, to)),
    }
}

/// Whether a line of YAML ends in `|` or `>`, with or without an indicator behind it.
fn starts_block(line: &str) -> bool {
    let end = line.trim_end().trim_end_matches(|c: char| c == '-' || c == '+' || c.is_ascii_digit());
    (end.ends_with(": |") || end.ends_with(": >") || end.ends_with("- |") || end.ends_with("- >")) && !line.trim_start().starts_with('#')
}

fn scan(language: Language, line: &str, start: usize, out: &mut Vec<(Token, usize, usize)>) {
    let mut at = 0;
    // In YAML a remark or a quoted text can only start where a value can.
    let mut fresh = true;
    while let Some(c) = line[at..].chars().next() {
        let rest = &line[at..];
        let (token, length) = match c {
            '#' if language != Language::Proto && language != Language::Json && fresh => (Token::Remark, rest.trim_end_matches('\n').len()),
            '/' if language == Language::Proto && rest.starts_with("//") => (Token::Remark, rest.trim_end_matches('\n').len()),
            '"' | '\'' if language != Language::Yaml || fresh => {
                let length = quoted(rest, c);
                let is_key = rest[length..].trim_start().starts_with(':') && matches!(language, Language::Json | Language::Yaml);
                (if is_key { Token::Key } else { Token::Text }, length)
            }
            _ if language == Language::Yaml && fresh && !c.is_whitespace() => yaml_piece(rest),
            _ if c.is_alphanumeric() || c == '_' || (c == '-' && language == Language::Json) => word(language, rest),
            _ => (Token::Plain, c.len_utf8()),
        };
        push(out, token, start + at, start + at + length);
        at += length;
        fresh = language != Language::Yaml || c.is_whitespace() || matches!(c, '[' | '{' | ',');
    }
}

/// The length of a quoted text, up to its end or the line's. A doubled `'` is one inside, as in YAML.
fn quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        match c {
            '\n' => return at,
            '\\' if quote == '"' && next.is_some_and(|next| next != '\n') => drop(characters.next()),
            '\'' if quote == c && next == Some(c) => drop(characters.next()),
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// A key with what comes before its colon, a value to the line's end, or a single sign.
fn yaml_piece(text: &str) -> (Token, usize) {
    let line = text.trim_end_matches('\n');
    if line.starts_with("- ") || matches!(line, "-" | "---" | "...") || line.starts_with(['[', ']', '{', '}', ',', '|', '>', '&', '*', '!'])
    {
        return (Token::Plain, 1);
    }
    let key = line.find(": ").or_else(|| line.ends_with(':').then(|| line.len() - 1));
    if let Some(end) = key
        && !line[..end].contains(" #")
        && !line[..end].contains('{')
    {
        return (Token::Key, end);
    }
    let end = line.find(" #").unwrap_or(line.len());
    let end = line[..end].find([',', ']', '}']).unwrap_or(end).max(1);
    let end = line.ceil_char_boundary(end);
    let value = line[..end].trim();
    if VALUES.contains(&value) {
        (Token::Word, end)
    } else if value.parse::<f64>().is_ok() {
        (Token::Number, end)
    } else {
        (Token::Text, end)
    }
}

fn word(language: Language, text: &str) -> (Token, usize) {
    let length = text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | '-' | '+')).unwrap_or(text.len()).max(1);
    let word = &text[..length];
    let words = match language {
        Language::Graphql => GRAPHQL,
        Language::Proto => PROTO,
        _ => VALUES,
    };
    let token = if words.contains(&word) {
        Token::Word
    } else if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        Token::Number
    } else if language == Language::Graphql && text[length..].trim_start().starts_with([':', '(']) {
        Token::Key
    } else {
        Token::Plain
    };
    (token, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each piece that has a colour with the first letter of its kind.
    fn check(language: Language, text: &str, expected: &str) {
        let pieces = tokens(language, text);
        let whole: String = pieces.iter().map(|(_, piece)| *piece).collect();
        assert_eq!(whole, text, "nothing is lost");
        let shown: Vec<String> = pieces
            .iter()
            .filter(|(token, _)| *token != Token::Plain)
            .map(|(token, piece)| format!("{}<{}>", &token.class()[4..5], piece.trim_end()))
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn yaml() {
        check(Language::Yaml, "kind: Component # the kind\n", "k<kind> t<Component> r<# the kind>");
        check(Language::Yaml, "- name: \"a # b\"\n  on: true\n  port: 80\n", "k<name> t<\"a # b\"> k<on> w<true> k<port> n<80>");
        check(Language::Yaml, "text: |\n  a: b\n\n  # no remark\nnext: x\n", "k<text> t<  a: b\n\n  # no remark> k<next> t<x>");
        check(Language::Yaml, "tags: [go, \"x\"]\nurl: https://a.b/c#d\n", "k<tags> t<go> t<\"x\"> k<url> t<https://a.b/c#d>");
        check(Language::Yaml, "\"quoted key\": 'it''s'\n", "k<\"quoted key\"> t<'it''s'>");
        check(Language::Yaml, "описание: 支付服务\n", "k<описание> t<支付服务>");
    }

    #[test]
    fn json() {
        check(
            Language::Json,
            "{\"a\": \"b\\\"c\", \"n\": -1.5e3, \"t\": null}",
            "k<\"a\"> t<\"b\\\"c\"> k<\"n\"> n<-1.5e3> k<\"t\"> w<null>",
        );
        check(Language::Json, "\"open\n", "t<\"open>");
    }

    #[test]
    fn graphql_and_proto() {
        check(Language::Graphql, "type Query { # q\n  pay(id: ID!): Payment\n}", "w<type> r<# q> k<pay> k<id>");
        check(Language::Proto, "rpc Pay (A) returns (B); // go\nint32 id = 1;", "w<rpc> w<returns> r<// go> n<1>");
    }

    #[test]
    fn no_input_breaks_it() {
        for text in
            ["", "\n", ":", "-", "\"", "'", "a:", " : ", "- - -", "é", "{", "]: x", ", ,", "|", "x: |", "#", "//", "\u{202e}: \u{1f600}"]
        {
            for language in [Language::Yaml, Language::Json, Language::Graphql, Language::Proto, Language::Plain] {
                let whole: String = tokens(language, text).iter().map(|(_, piece)| *piece).collect();
                assert_eq!(whole, text, "{language:?}");
            }
        }
    }

    #[test]
    fn knows_the_language() {
        let check = |format, text, expected| assert_eq!(language_of(format, text), expected);
        check("openapi", "openapi: 3.1.0", Language::Yaml);
        check("OpenAPI", " {\"openapi\": 1}", Language::Json);
        check("graphql", "type A", Language::Graphql);
        check("grpc", "syntax", Language::Proto);
        check("trpc", "export", Language::Plain);
    }
}
