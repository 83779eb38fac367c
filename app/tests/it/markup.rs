//! What is wrong with a page's markup, found without a browser.

use std::collections::BTreeSet;

const VOID: [&str; 9] = ["meta", "link", "input", "br", "hr", "img", "col", "wbr", "source"];
const BLOCKS: [&str; 12] = ["div", "ul", "ol", "dl", "table", "section", "form", "p", "h1", "h2", "pre", "figure"];

/// A start tag: its name and attributes.
#[derive(Clone, Debug)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        let start = self.attributes.find(&format!(" {name}=\""))? + name.len() + 3;
        self.attributes[start..].split('"').next()
    }

    fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some() || self.attributes.split_whitespace().any(|word| word == name)
    }
}

/// The faults of a document, one sentence each; none for a sound one.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut open: Vec<Tag<'_>> = Vec::new();
    let (mut ids, mut labelled, mut targets, mut headings) = (BTreeSet::new(), BTreeSet::new(), Vec::new(), 0);
    let mut controls = Vec::new();
    for (tag, closing) in tags(html) {
        if closing {
            match open.pop() {
                Some(last) if last.name == tag.name => {
                    if tag.name == "table" && !last.has("data-body") && !html.contains("<tbody") {
                        faults.push("a table has no tbody".to_owned());
                    }
                }
                Some(last) => faults.push(format!("</{}> closes <{}>", tag.name, last.name)),
                None => faults.push(format!("</{}> closes nothing", tag.name)),
            }
            continue;
        }
        if tag.attributes.contains(" style=") || tag.attributes.contains(" onclick=") {
            faults.push(format!("<{}> has a style or a handler of its own", tag.name));
        }
        if let Some(id) = tag.attribute("id")
            && !ids.insert(id)
        {
            faults.push(format!("the id {id} is given twice"));
        }
        if BLOCKS.contains(&tag.name) && open.iter().any(|parent| parent.name == "p") {
            faults.push(format!("<{}> stands in a <p>", tag.name));
        }
        if tag.name == "tr" && !open.last().is_some_and(|parent| ["tbody", "thead"].contains(&parent.name)) {
            faults.push("a <tr> stands in no tbody or thead".to_owned());
        }
        if ["a", "button"].contains(&tag.name) && open.iter().any(|parent| ["a", "button"].contains(&parent.name)) {
            faults.push(format!("<{}> stands in another link or button", tag.name));
        }
        headings += usize::from(tag.name == "h1");
        labelled.extend((tag.name == "label").then(|| tag.attribute("for")).flatten());
        targets.extend(["popovertarget", "aria-labelledby", "commandfor", "aria-controls"].iter().filter_map(|name| tag.attribute(name)));
        targets.extend(tag.attribute("aria-describedby").into_iter().flat_map(str::split_whitespace));
        let control = ["input", "select", "textarea"].contains(&tag.name) && tag.attribute("type") != Some("hidden");
        if control && !tag.has("aria-label") && !open.iter().any(|parent| parent.name == "label") {
            controls.push(tag.clone());
        }
        if !VOID.contains(&tag.name) {
            open.push(tag);
        }
    }
    faults.extend(open.iter().map(|tag| format!("<{}> is never closed", tag.name)));
    faults.extend(targets.into_iter().filter(|id| !ids.contains(id)).map(|id| format!("nothing has the id {id}")));
    let unlabelled = controls.iter().filter(|tag| tag.attribute("id").is_none_or(|id| !labelled.contains(id)));
    faults.extend(unlabelled.map(|tag| format!("<{}{}> has no label", tag.name, tag.attributes)));
    if headings != 1 {
        faults.push(format!("{headings} h1"));
    }
    faults
}

/// Start and end tags in order; what stands in scripts is skipped.
pub(crate) fn tags(html: &str) -> impl Iterator<Item = (Tag<'_>, bool)> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find('<')?;
            rest = &rest[start + 1..];
            if let Some(comment) = rest.strip_prefix('!') {
                rest = &comment[comment.find('>')? + 1..];
                continue;
            }
            let end = end_of_tag(rest)?;
            let (inside, closing) = rest[..end].strip_prefix('/').map_or((&rest[..end], false), |name| (name, true));
            rest = &rest[end + 1..];
            let name = inside.split([' ', '/']).next().unwrap_or(inside);
            if name == "script" && !closing {
                rest = &rest[rest.find("</script>")? + 9..];
                continue;
            }
            return Some((Tag { name, attributes: &inside[name.len()..] }, closing));
        }
    })
}

fn end_of_tag(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '>' && !quoted).then_some(at)
    })
}

/// The words of `<main>` as one reads them: one line a block, no markup.
pub(crate) fn words(html: &str) -> String {
    let main = html.find("<main").map_or(html, |start| &html[start..]);
    let main = main.find("</main>").map_or(main, |end| &main[..end]);
    let mut out = String::new();
    let mut rest = main;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let Some(end) = end_of_tag(&rest[start..]) else { break };
        let name = rest[start + 1..start + end].trim_start_matches('/').split(' ').next().unwrap_or_default();
        if BLOCKS.contains(&name) || ["li", "tr", "dt", "summary", "h3", "caption", "details", "label", "option"].contains(&name) {
            out.push('\n');
        } else if ["td", "th", "dd", "a", "span", "button"].contains(&name) {
            out.push(' ');
        }
        rest = &rest[start + end + 1..];
    }
    let decoded = out.replace("&quot;", "\"").replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let lines: Vec<String> =
        decoded.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}
