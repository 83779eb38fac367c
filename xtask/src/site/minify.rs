//! Takes out of style sheets and scripts what only readers need. Compression does the rest, so both stay simple enough to
//! be obviously harmless.

/// A style sheet without comments and without white space that means nothing. Strings are left alone, and so is white
/// space around operators, which `calc()` and selectors need.
pub fn style_sheet(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut space = false;
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'*') => {
                skip_comment(&mut rest);
                space = true;
            }
            '"' | '\'' => {
                push_space(&mut out, &mut space);
                out.push(c);
                copy_string(&mut rest, c, &mut out);
            }
            _ if c.is_whitespace() => space = true,
            '{' | '}' | ';' | ',' => {
                space = false;
                if c == '}' && out.ends_with(';') {
                    out.pop();
                }
                out.push(c);
            }
            // An escape in a class name: the next character is not what it seems.
            '\\' => {
                push_space(&mut out, &mut space);
                out.push(c);
                out.extend(rest.next());
            }
            _ => {
                push_space(&mut out, &mut space);
                out.push(c);
            }
        }
    }
    out
}

/// A script without documentation comments and indentation.
pub fn script(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        let starts = line.starts_with("/**");
        if in_comment || starts {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn skip_comment(rest: &mut Rest<'_>) {
    rest.next();
    while let Some(c) = rest.next() {
        if c == '*' && rest.peek() == Some(&'/') {
            rest.next();
            return;
        }
    }
}

fn copy_string(rest: &mut Rest<'_>, quote: char, out: &mut String) {
    while let Some(c) = rest.next() {
        out.push(c);
        if c == '\\' {
            out.extend(rest.next());
        } else if c == quote {
            return;
        }
    }
}

/// Writes the one space that stands for what was skipped, unless the character before makes it meaningless.
fn push_space(out: &mut String, space: &mut bool) {
    if *space && !matches!(out.chars().last(), None | Some('{' | '}' | ';' | ',' | ':')) {
        out.push(' ');
    }
    *space = false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_keep_their_meaning() {
        for (from, to) in [
            ("/* a */ a , b :hover {\n  color : red ;\n}\n", "a,b :hover{color :red}"),
            ("a::before { content: \"a  ; /* b */\"; }", "a::before{content:\"a  ; /* b */\"}"),
            (".w { width: calc(100% - 2px) }", ".w{width:calc(100% - 2px)}"),
            ("@media (width >= 640px) { .sm\\:p-1 { padding: 4px; } }", "@media (width >= 640px){.sm\\:p-1{padding:4px}}"),
            (".a > .b { } ", ".a > .b{}"),
            (":root { --x: ; --y: 1px 2px; }", ":root{--x:;--y:1px 2px}"),
        ] {
            assert_eq!(style_sheet(from), to);
        }
    }

    #[test]
    fn scripts_lose_comments_and_indentation() {
        let text = "/**\n * Says hello.\n */\nfunction a() {\n    // why\n    return 'x'; // stays\n}\n/** one line */\na();\n";
        assert_eq!(script(text), "function a() {\nreturn 'x'; // stays\n}\na();\n");
    }
}
