//! Signed session cookies: who signed in, until when. Every replica has the same key, from the database.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use model::{EntityRef, Timestamp};
use sha2::Sha256;
use store::{Store, StoreError};

/// How long a session lasts, in microseconds: 12 hours.
const LIFETIME: i64 = 12 * 3600 * 1_000_000;
/// The setting that holds the key.
const SETTING: &str = "session_key";

/// The key that session cookies are signed with.
pub(crate) struct SessionKey {
    key: Vec<u8>,
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey")
    }
}

impl SessionKey {
    /// Reads the key from the database, where the first replica puts it.
    pub(crate) async fn load(store: &Store) -> Result<Self, StoreError> {
        if let Some(key) = store::setting::get(store, SETTING).await? {
            return Ok(Self { key: key.into_bytes() });
        }
        let mut fresh = [0u8; 32];
        getrandom::fill(&mut fresh).map_err(|error| StoreError::Configuration(format!("the system gives no random numbers: {error}")))?;
        let mut tx = store.begin().await?;
        let key = store::setting::put_if_absent(&mut tx, SETTING, &BASE64.encode(fresh)).await?;
        tx.commit().await?;
        Ok(Self { key: key.into_bytes() })
    }

    /// The cookie of a person who signed in at `now`.
    pub(crate) fn seal(&self, person: &EntityRef, now: Timestamp) -> String {
        let body = BASE64.encode(format!("{}|{person}", now.0 + LIFETIME));
        let tag = BASE64.encode(self.mac(&body).finalize().into_bytes());
        format!("{body}.{tag}")
    }

    /// Whose cookie it is, if it is one of ours and has not run out.
    pub(crate) fn unseal(&self, cookie: &str, now: Timestamp) -> Option<EntityRef> {
        let (body, tag) = cookie.split_once('.')?;
        self.mac(body).verify_slice(&BASE64.decode(tag).ok()?).ok()?;
        let text = String::from_utf8(BASE64.decode(body).ok()?).ok()?;
        let (until, person) = text.split_once('|')?;
        if until.parse::<i64>().ok()? <= now.0 { None } else { person.parse().ok() }
    }

    fn mac(&self, body: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(body.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_only_its_own_cookies_in_time() {
        let key = SessionKey { key: b"one".to_vec() };
        let person: EntityRef = "user:default/ada".parse().unwrap();
        let cookie = key.seal(&person, Timestamp(0));
        assert_eq!(key.unseal(&cookie, Timestamp(1)), Some(person));
        assert_eq!(key.unseal(&cookie, Timestamp(LIFETIME)), None);
        assert_eq!(key.unseal(&format!("{cookie}A"), Timestamp(1)), None);
        assert_eq!(SessionKey { key: b"two".to_vec() }.unseal(&cookie, Timestamp(1)), None);
        assert_eq!(key.unseal("", Timestamp(1)), None);
    }
}
