//! Which files may be a logo. What could do more than show a picture is refused, with what it is; nothing is repaired in silence.
//!
//! It is served as an image only, under a policy that lets nothing in it run. The check is a second lock on the same door, for browsers
//! that open the address itself.

/// Bytes of a logo, at most.
pub const LOGO_BYTES: usize = 64 * 1024;
/// Pixels of a PNG's side, at most.
const SIDE: u32 = 2_048;

/// The type of a logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    /// A drawing.
    Svg,
    /// A picture.
    Png,
}

impl LogoKind {
    pub(super) const ALL: [Self; 2] = [Self::Svg, Self::Png];

    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    /// The media type it is served with.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

/// What the file is.
///
/// # Errors
/// Why it cannot be a logo, as a sentence.
pub(super) fn check(bytes: &[u8]) -> Result<LogoKind, String> {
    if bytes.len() > LOGO_BYTES {
        return Err(format!("The file has {} bytes. A logo has at most {LOGO_BYTES}.", bytes.len()));
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return check_png(bytes).map(|()| LogoKind::Png);
    }
    let text = std::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{feff}'));
    match text {
        Some(text) if text.trim_start().starts_with('<') => check_svg(text).map(|()| LogoKind::Svg),
        _ => Err("A logo is an SVG or PNG file, this is neither.".to_owned()),
    }
}

fn check_png(bytes: &[u8]) -> Result<(), String> {
    let number = |at: usize| bytes.get(at..at + 4).and_then(|part| part.try_into().ok()).map(u32::from_be_bytes);
    match (bytes.get(12..16), number(16), number(20)) {
        (Some(b"IHDR"), Some(width), Some(height)) if (1..=SIDE).contains(&width) && (1..=SIDE).contains(&height) => Ok(()),
        (Some(b"IHDR"), Some(width), Some(height)) => {
            Err(format!("The picture is {width} by {height} pixels. Use at most {SIDE} each way."))
        }
        _ => Err("The PNG file is damaged: it does not say how large the picture is.".to_owned()),
    }
}

/// Elements that draw.
const ELEMENTS: [&str; 24] = [
    "svg",
    "g",
    "path",
    "circle",
    "rect",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "defs",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "title",
    "desc",
    "use",
    "symbol",
    "text",
    "tspan",
    "style",
    "metadata",
    "pattern",
];

fn check_svg(text: &str) -> Result<(), String> {
    let mut rest = text;
    let mut depth = 0_usize;
    let mut first = true;
    while let Some(start) = rest.find('<') {
        if rest[..start].contains("&#") || rest[..start].contains("@import") || outside(&rest[..start]) {
            return Err("The SVG file refers to something outside of itself, which a logo may not.".to_owned());
        }
        rest = &rest[start + 1..];
        if let Some(after) = rest.strip_prefix("!--") {
            let Some((_, after)) = after.split_once("-->") else { return Err(damaged("a comment does not end")) };
            rest = after;
        } else if rest.starts_with("?xml") && !rest.starts_with("?xml-") && first {
            let Some((_, after)) = rest.split_once("?>") else { return Err(damaged("its first line does not end")) };
            rest = after;
        } else if rest.starts_with('!') || rest.starts_with('?') {
            return Err("The SVG file has a declaration (<!… or <?…), which a logo may not. Export it as plain SVG.".to_owned());
        } else if let Some(after) = rest.strip_prefix('/') {
            let Some((_, after)) = after.split_once('>') else { return Err(damaged("a tag does not end")) };
            depth = depth.checked_sub(1).ok_or_else(|| damaged("something ends that did not begin"))?;
            rest = after;
        } else {
            let end = end_of_tag(rest).ok_or_else(|| damaged("a tag does not end"))?;
            let tag = &rest[..end];
            let closed = tag.ends_with('/');
            let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
            if first && name != "svg" {
                return Err(format!("A logo is an SVG or PNG file, this begins with <{name}>."));
            }
            first = false;
            // Drawing programs leave data of their own, under names with a prefix, in metadata.
            let foreign = name.contains(':') && name.split(':').all(is_word) && !name.starts_with("svg:");
            if !foreign && !ELEMENTS.contains(&name) {
                return Err(format!("The SVG file has <{name}>, which a logo may not. Only shapes, gradients and text are taken."));
            }
            attributes(&tag[name.len()..])?;
            if !closed {
                depth += 1;
            }
            rest = &rest[end + 1..];
        }
    }
    match (first, depth) {
        (true, _) => Err(damaged("it has no <svg>")),
        (_, 0) => Ok(()),
        _ => Err(damaged("something does not end")),
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn damaged(how: &str) -> String {
    format!("The SVG file is damaged: {how}.")
}

/// Where a tag's `>` stands, quotes regarded.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

fn attributes(text: &str) -> Result<(), String> {
    let mut rest = text.trim_end_matches('/').trim();
    while !rest.is_empty() {
        let Some((name, after)) = rest.split_once('=') else { return Err(damaged("an attribute has no value")) };
        let (name, after) = (name.trim(), after.trim_start());
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(|| damaged("a value has no quotes"))?;
        let Some((value, after)) = after[1..].split_once(quote) else { return Err(damaged("a value does not end")) };
        let local = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        if !name.split(':').all(is_word) || local.starts_with("on") {
            return Err(format!("The SVG file has the attribute {name}, which could run something. A logo may not."));
        }
        if matches!(local.as_str(), "href" | "src") && !value.starts_with('#') {
            return Err(format!("The SVG file points elsewhere with {name}. A logo may only point at parts of itself."));
        }
        let lower = value.to_ascii_lowercase();
        let renames = name.starts_with("xmlns:") && name != "xmlns:svg";
        if renames && (lower.contains("w3.org/2000/svg") || lower.contains("w3.org/1999/xhtml")) {
            return Err(format!("The SVG file gives shapes another name with {name}, which a logo may not. Export it as plain SVG."));
        }
        if outside(value) || lower.contains("javascript:") || lower.contains("&#") {
            return Err(format!("The SVG file refers to something outside of itself in {name}, which a logo may not."));
        }
        rest = after.trim_start();
    }
    Ok(())
}

/// Whether a style refers to anything but a part of the file.
fn outside(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut rest = lower.as_str();
    while let Some((_, after)) = rest.split_once("url(") {
        if !after.trim_start_matches(['"', '\'', ' ']).starts_with('#') {
            return true;
        }
        rest = after;
    }
    lower.contains("expression(") || lower.contains("@import") || lower.contains('\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        match check(text.as_bytes()) {
            Ok(kind) => kind.extension().to_owned(),
            Err(message) => message,
        }
    }

    #[test]
    fn drawings_pass() {
        let check = |text: &str| assert_eq!(of(text), "svg", "{text}");
        check(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="url(#g)"/></svg>"#);
        check(
            "<?xml version=\"1.0\"?>\n<!-- made by hand > -->\n<svg><defs><linearGradient id='g'/></defs><use href='#g'/><title>A > B</title></svg>",
        );
        check("\u{feff}<svg><style>.a { fill: red }</style><text>Marlow &amp; Fern</text></svg>");
        check(r#"<svg xmlns:x="y"><metadata><x:data x:k="1"></x:data></metadata></svg>"#);
    }

    #[test]
    fn what_could_run_or_reach_out_is_refused() {
        let check = |text: &str, part: &str| assert!(of(text).contains(part), "{text}: {}", of(text));
        check("<svg><script>alert(1)</script></svg>", "<script>");
        check("<svg onload=\"alert(1)\"/>", "attribute onload");
        check("<svg><path x:onclick='1'/></svg>", "attribute x:onclick");
        check("<svg><foreignObject/></svg>", "<foreignObject>");
        check("<svg><image href='https://a.example/x.png'/></svg>", "<image>");
        check("<svg><use xlink:href='https://a.example/x.svg#a'/></svg>", "points elsewhere");
        check("<svg><use href='data:image/svg+xml,x'/></svg>", "points elsewhere");
        check("<svg><path style='fill: url(https://a.example)'/></svg>", "outside of itself");
        check("<svg><style>@import 'x'</style></svg>", "outside of itself");
        check("<svg><style>a { background: URL( \"//x\" ) }</style></svg>", "outside of itself");
        check("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "declaration");
        check("<?xml-stylesheet href='x'?><svg/>", "declaration");
        check("<svg:script xmlns:svg='s'/>", "begins with");
        check("<svg><svg:script/></svg>", "<svg:script>");
        check("<svg xmlns:z='http://www.w3.org/2000/svg'><z:script/></svg>", "another name");
        check("<svg><a href='javascript:1'/></svg>", "<a>");
        check("<svg><path d='M0 0'", "damaged");
        check("<svg><path d=M0/></svg>", "damaged");
        check("<svg><g></svg>", "damaged");
        check("<html></html>", "begins with <html>");
        check("GIF89a", "neither");
    }

    #[test]
    fn pictures_are_measured() {
        let png = |width: u32, height: u32| {
            let mut out = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
            out.extend(width.to_be_bytes());
            out.extend(height.to_be_bytes());
            out
        };
        assert_eq!(check(&png(64, 64)), Ok(LogoKind::Png));
        assert!(check(&png(64, 9_000)).unwrap_err().contains("64 by 9000"));
        assert!(check(b"\x89PNG\r\n\x1a\nxx").unwrap_err().contains("damaged"));
        assert!(check(&vec![b' '; LOGO_BYTES + 1]).unwrap_err().contains("at most 65536"));
    }
}
