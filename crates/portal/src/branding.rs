//! How the portal names and shows the organisation: name, logo, and who helps. Kept in settings; in memory, since every page shows it.

mod logo;

use std::sync::{Arc, PoisonError, RwLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use identity::Action;
use model::{
    Caller, FieldError, PortalError, Seq,
    view::{Branding, BrandingForm, BrandingView},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{Args, ReadTx, Store, StoreError, setting};

use crate::{Portal, announcements::check_link, failure, record::Done, sql::board as sql};

pub use logo::{LOGO_BYTES, LogoKind};

/// Characters of the organisation's name.
const NAME: usize = 80;
/// Characters of the support link's text.
const LABEL: usize = 60;
/// The setting of name and support.
const KEY: &str = "branding";
/// The setting of the logo: its type, a colon, and base64.
const LOGO_KEY: &str = "branding.logo";

/// A logo as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// SVG or PNG.
    pub kind: LogoKind,
    /// The file.
    pub bytes: Bytes,
    /// The name under `/assets/branding/`: made of its content, so that it can be kept for ever.
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    support_label: String,
    #[serde(default)]
    support_link: String,
}

#[derive(Debug, Default)]
struct Shown {
    stored: Stored,
    logo: Option<Logo>,
}

/// What is shown of the organisation.
#[derive(Debug, Default)]
pub(crate) struct Brand {
    shown: RwLock<Arc<Shown>>,
}

impl Brand {
    fn get(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, rows: Vec<(String, String)>) {
        let mut shown = Shown::default();
        for (key, value) in rows {
            if key == KEY {
                shown.stored = serde_json::from_str(&value).unwrap_or_default();
            } else {
                shown.logo = read_logo(&value);
            }
        }
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shown);
    }

    /// Reads it.
    pub(crate) async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        self.keep(tx.fetch_all(&sql::BRANDING, Args::new()).await?);
        Ok(())
    }

    /// Reads it again.
    pub(crate) async fn reload(&self, store: &Store) -> Result<(), StoreError> {
        self.keep(store.fetch_all(&sql::BRANDING, Args::new()).await?);
        Ok(())
    }
}

fn read_logo(value: &str) -> Option<Logo> {
    let (kind, base64) = value.split_once(':')?;
    let kind = LogoKind::ALL.into_iter().find(|known| known.extension() == kind)?;
    let bytes = STANDARD.decode(base64).ok()?;
    let hash: String = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Some(Logo { kind, bytes: bytes.into(), name: format!("logo-{hash}.{}", kind.extension()) })
}

/// What becomes of the logo when branding is saved.
#[derive(Clone, Debug, Default)]
pub enum LogoChange {
    /// It stays.
    #[default]
    Keep,
    /// It goes.
    Remove,
    /// This file takes its place.
    Replace(Bytes),
}

/// Use cases of branding.
#[derive(Debug)]
pub struct BrandingUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> BrandingUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// The organisation's name, if one was set in the portal.
    pub fn organisation(&self) -> Option<String> {
        let shown = self.portal.inner.brand.get();
        Some(shown.stored.organisation.clone()).filter(|name| !name.is_empty())
    }

    /// Logo and support, for every page; from memory.
    pub fn shown(&self) -> Branding {
        let shown = self.portal.inner.brand.get();
        let Stored { support_label, support_link, .. } = &shown.stored;
        let label = if support_label.is_empty() { support_link.trim_start_matches("mailto:") } else { support_label };
        Branding {
            logo: shown.logo.as_ref().map(path),
            support: (!support_link.is_empty()).then(|| (label.to_owned(), support_link.clone())),
        }
    }

    /// The logo under this name, for everybody.
    pub fn logo(&self, name: &str) -> Option<Logo> {
        self.portal.inner.brand.get().logo.clone().filter(|logo| logo.name == name)
    }

    /// The page on which it is changed. `configured` is the name that the configuration has.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn page(&self, caller: &Caller, configured: &str) -> Result<BrandingView, PortalError> {
        self.portal.allow(caller, Action::BrandingWrite).await?;
        self.portal.seen(caller).await?;
        let shown = self.portal.inner.brand.get();
        let Stored { organisation, support_label, support_link } = shown.stored.clone();
        Ok(BrandingView {
            form: BrandingForm { organisation, support_label, support_link },
            configured: configured.to_owned(),
            logo: shown.logo.as_ref().map(path),
            errors: Vec::new(),
            may_announce: self.portal.may(caller, Action::AnnouncementWrite),
        })
    }

    /// Saves it. What cannot be kept comes back as the page, with what is wrong.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn save(
        &self,
        caller: &Caller,
        form: BrandingForm,
        logo: LogoChange,
        configured: &str,
    ) -> Result<Result<Seq, Box<BrandingView>>, PortalError> {
        self.portal.allow(caller, Action::BrandingWrite).await?;
        let mut errors = check(&form);
        let remove = matches!(logo, LogoChange::Remove);
        let file = match logo {
            LogoChange::Replace(bytes) => match logo::check(&bytes) {
                Ok(kind) => Some((kind, bytes)),
                Err(message) => {
                    errors.push(FieldError { field: "logo".to_owned(), message });
                    None
                }
            },
            LogoChange::Keep | LogoChange::Remove => None,
        };
        if !errors.is_empty() {
            return Ok(Err(Box::new(BrandingView { form, errors, ..self.page(caller, configured).await? })));
        }
        let before = self.portal.inner.brand.get();
        let stored = Stored { organisation: form.organisation, support_label: form.support_label, support_link: form.support_link };
        let failed = |error| failure::of_store(&error, caller);
        let text = serde_json::to_string(&stored).unwrap_or_default();
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        setting::put(&mut tx, KEY, &text).await.map_err(failed)?;
        let mut done = Done::new(Action::BrandingWrite, "branding")
            .before(serde_json::to_string(&before.stored).unwrap_or_default().as_bytes())
            .after(text.as_bytes());
        if let Some((kind, bytes)) = file {
            let value = format!("{}:{}", kind.extension(), STANDARD.encode(&bytes));
            setting::put(&mut tx, LOGO_KEY, &value).await.map_err(failed)?;
            done = done.with("logo", "replaced");
        } else if remove {
            tx.execute(&sql::FORGET, Args::new().text(LOGO_KEY)).await.map_err(failed)?;
            done = done.with("logo", "removed");
        }
        tx.feed("branding", KEY);
        self.portal.commit(tx, caller, done).await.map(Ok).map_err(failed)
    }
}

fn path(logo: &Logo) -> String {
    format!("/assets/branding/{}", logo.name)
}

/// Everything that is wrong with the form.
fn check(form: &BrandingForm) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut line = |field: &str, text: &str, most: usize, what: &str| {
        if text.chars().count() > most || text.chars().any(char::is_control) {
            errors.push(FieldError { field: field.to_owned(), message: format!("{what} is one line of at most {most} characters.") });
        }
    };
    line("organisation", &form.organisation, NAME, "The name");
    line("support_label", &form.support_label, LABEL, "The text of the link");
    let mail = form.support_link.strip_prefix("mailto:").is_some_and(|address| {
        address.len() <= 254
            && address.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
            && address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@.-_+".contains(&byte))
    });
    if !mail && check_link(&form.support_link).is_err() {
        let message = "Write an address that starts with https://, a path of this portal, or mailto: with an e-mail address.".to_owned();
        errors.push(FieldError { field: "support_link".to_owned(), message });
    }
    if form.support_link.is_empty() && !form.support_label.is_empty() {
        errors
            .push(FieldError { field: "support_link".to_owned(), message: "Say where the link leads, or leave its text out.".to_owned() });
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_checked() {
        let check = |organisation: &str, label: &str, link: &str, expected: &str| {
            let form =
                BrandingForm { organisation: organisation.to_owned(), support_label: label.to_owned(), support_link: link.to_owned() };
            let fields: Vec<String> = check(&form).into_iter().map(|error| error.field).collect();
            assert_eq!(fields.join(" "), expected, "{form:?}");
        };
        check("", "", "", "");
        check("Acme", "Platform team", "https://chat.example/platform", "");
        check("Acme", "", "mailto:help@acme.example", "");
        check("Acme", "", "mailto:help@acme.example?subject=<b>", "support_link");
        check("Acme", "", "javascript:alert(1)", "support_link");
        check("Acme", "Chat", "", "support_link");
        check(&"x".repeat(81), "a\u{7}", "", "organisation support_label support_link");
    }
}
