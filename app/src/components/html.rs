//! HTML as text, for lists of hundreds of elements.
//!
//! A view costs several allocations an element, which a list of 25 rows and 50 filters pays a thousand times a page.
//! Here the same pieces are written into one string; a test holds that they come out as the views do.

use model::{Timestamp, view::EntityLink};

use super::{Glyph, Tone, timestamp};
use crate::text;

/// HTML under construction. Markup is only what stands in this source; everything else goes through the escapes.
#[derive(Clone, Debug, Default)]
pub struct Html(String);

impl Html {
    /// An empty text with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Markup as written in the source.
    pub fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Somebody's words.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.escaped(text, false)
    }

    /// ` name="value"`, for a tag that is still open.
    pub fn attribute(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.markup(" ").markup(name).markup("=\"").escaped(value, true).markup("\"")
    }

    fn escaped(&mut self, text: &str, in_attribute: bool) -> &mut Self {
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            let escape = match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' if in_attribute => "&quot;",
                _ => continue,
            };
            self.0.push_str(&text[from..at]);
            self.0.push_str(escape);
            from = at + 1;
        }
        self.0.push_str(&text[from..]);
        self
    }

    /// As [`super::Icon`].
    pub fn icon(&mut self, glyph: Glyph) -> &mut Self {
        self.markup("<i class=\"").markup(glyph.class()).markup("\"></i>")
    }

    /// As [`super::EntityLinkView`].
    pub fn entity(&mut self, link: &EntityLink, plain: bool) -> &mut Self {
        let name = link.entity_ref.to_string();
        if link.exists {
            self.markup("<a class=\"entity\"").attribute("href", &link.entity_ref.href()).attribute("title", &name).markup(">");
        } else {
            self.markup("<span class=\"entity entity-missing\"").attribute("title", &text::missing_entity(&name)).markup(">");
        }
        if !plain {
            self.icon(Glyph::of_kind(&link.kind));
        }
        self.markup("<bdi>").text(&link.title).markup("</bdi>");
        if link.exists {
            return self.markup("</a>");
        }
        self.markup("<span class=\"sr-only\">").markup(text::NOT_IN_CATALOG).markup("</span></span>")
    }

    /// As [`super::OwnerLink`].
    pub fn owner(&mut self, owner: Option<&EntityLink>) -> &mut Self {
        match owner {
            Some(link) => self.entity(link, false),
            None => self.markup("<span class=\"muted\">").markup(text::NO_OWNER).markup("</span>"),
        }
    }

    /// As [`super::Badge`].
    pub fn badge(&mut self, words: &str, tone: Tone) -> &mut Self {
        self.markup("<span class=\"badge ").markup(tone.class()).markup("\" dir=\"auto\">");
        if let Some(glyph) = tone.glyph() {
            self.icon(glyph);
        }
        self.text(words).markup("</span>")
    }

    /// As [`super::Tag`] that leads somewhere.
    pub fn tag(&mut self, words: &str, href: &str) -> &mut Self {
        self.markup("<a class=\"tag\" dir=\"auto\"").attribute("href", href).markup(">").text(words).markup("</a>")
    }

    /// As [`super::Time`].
    pub fn time(&mut self, at: Timestamp, now: Timestamp) -> &mut Self {
        let (exact, title) = timestamp::exact(at);
        self.markup("<time")
            .attribute("datetime", &exact)
            .attribute("title", &title)
            .markup(">")
            .text(&at.relative_to(now))
            .markup("</time>")
    }

    /// As [`super::Count`].
    pub fn count(&mut self, count: u64) -> &mut Self {
        self.markup("<span class=\"count\">").text(&text::number(count)).markup("</span>")
    }

    /// The finished text, for an element's `inner_html`.
    pub fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::*;
    use crate::components::{Badge, Count, EntityLinkView, OwnerLink, Tag, Time};

    fn check(write: impl FnOnce(&mut Html) -> &mut Html, view: impl FnOnce() -> AnyView) {
        let mut html = Html::default();
        write(&mut html);
        assert_eq!(sorted(&html.finish()), sorted(&Owner::new().with(|| view().to_html())));
    }

    /// Without the marker by which views part neighbouring texts, and each tag's attributes in order.
    fn sorted(html: &str) -> String {
        let html = html.replace("<!>", "");
        let tags = html.split('<').map(|part| {
            let (tag, text) = part.split_once('>').unwrap_or(("", part));
            let mut attributes: Vec<_> = tag.split("\" ").map(|a| a.trim_end_matches('"').to_owned()).collect();
            if let Some((name, first)) = attributes[0].split_once(' ').map(|(name, first)| (name.to_owned(), first.to_owned())) {
                attributes[0] = first;
                attributes.push(format!("0{name}"));
            }
            attributes.sort();
            format!("{}>{text}", attributes.join("|"))
        });
        tags.collect::<Vec<_>>().join("<")
    }

    #[test]
    fn writes_what_the_views_write() {
        let link = |exists: bool| EntityLink {
            entity_ref: "API:ns/<Pay&\"Go\">".parse().expect("a reference"),
            title: "<b> & \"c\"".to_owned(),
            kind: "API".to_owned(),
            spec_type: None,
            description: String::new(),
            exists,
        };
        for exists in [true, false] {
            check(|html| html.entity(&link(exists), false), || view! { <EntityLinkView link=link(exists)/> }.into_any());
            check(|html| html.entity(&link(exists), true), || view! { <EntityLinkView link=link(exists) plain=true/> }.into_any());
        }
        check(|html| html.owner(Some(&link(true))), || view! { <OwnerLink owner=Some(link(true))/> }.into_any());
        check(|html| html.owner(None), || view! { <OwnerLink owner=None/> }.into_any());
        for tone in Tone::ALL {
            check(|html| html.badge("a<b", tone), || view! { <Badge text="a<b" tone/> }.into_any());
        }
        check(|html| html.tag("a<b", "/x?a=1&b=\"2\""), || view! { <Tag text="a<b" href="/x?a=1&b=\"2\""/> }.into_any());
        check(|html| html.count(12_345), || view! { <Count count=12_345/> }.into_any());
        let (at, now) = (Timestamp(1_767_614_400_000_000), Timestamp(1_767_614_700_000_000));
        check(|html| html.time(at, now), || view! { <Time at now/> }.into_any());
    }
}
