//! Accounts with a password: for the first hour, and for when the provider is away.

use std::{sync::Arc, time::Duration};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use model::EntityRef;
use secrecy::{ExposeSecret as _, SecretString};
use store::{Args, ReadTx, Store, StoreError, Ts, Tx};
use tokio::sync::Semaphore;

use crate::sql;

/// Characters of a password, at least.
pub const SHORTEST: usize = 12;
/// Bytes of a password, at most.
pub const LONGEST: usize = 1024;
/// What stands for the hash of an account that has no password: it was switched off before it ever had one.
pub const NO_PASSWORD: &str = "";

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountRow {
    /// The name to sign in with; of a person without a password their reference.
    pub name: String,
    /// The User that somebody is who signs in with it, as `user:default/ada`.
    pub person: String,
    /// Argon2id, as a PHC string; empty without a password. Never shown.
    pub password_hash: String,
    /// 1 when it is switched off: the person has no session and no token then, whatever they came in by.
    pub disabled: i64,
    /// When it was made.
    pub created_at: Ts,
    /// When it was last changed.
    pub changed_at: Ts,
}

impl AccountRow {
    /// Whether it has a password.
    pub fn has_password(&self) -> bool {
        self.password_hash != NO_PASSWORD
    }
}

/// Reads the name of an account: in lower case, without spaces around it.
///
/// # Errors
/// A sentence that says what a name may be.
pub fn read_name(text: &str) -> Result<String, String> {
    let name = text.trim().to_lowercase();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    let good = (1..=63).contains(&name.len())
        && name.bytes().all(plain)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric());
    if good {
        Ok(name)
    } else {
        Err("a name has 1 to 63 letters, digits, -, _ or ., and begins and ends with a letter or digit".to_owned())
    }
}

/// The User that an account's name stands for unless it says otherwise.
pub fn person_of(name: &str) -> EntityRef {
    EntityRef::new("user", "default", name)
}

/// Checks a new password.
///
/// # Errors
/// A sentence that says what is wrong with it and does not repeat it.
pub fn check_password(name: &str, password: &SecretString) -> Result<(), String> {
    let password = password.expose_secret();
    if password.chars().count() < SHORTEST {
        return Err(format!("a password has {SHORTEST} characters or more; several words in a row are good"));
    }
    if password.len() > LONGEST {
        return Err(format!("a password has {LONGEST} bytes or fewer"));
    }
    if password.contains('\0') {
        return Err("a password has no NUL in it".to_owned());
    }
    let plain = password.trim().to_lowercase();
    let first = plain.chars().next();
    let repeated = plain.chars().all(|letter| Some(letter) == first);
    if plain == name || (!name.is_empty() && plain.replace(name, "").is_empty()) || repeated {
        return Err("a password is not the name, and not one character again and again".to_owned());
    }
    Ok(())
}

/// Why a password was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at the moment")]
pub struct Busy;

/// Hashes passwords, a few at a time: each takes 19 MiB and tens of milliseconds of a processor.
#[derive(Clone, Debug)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// What an unknown name's password is compared with, so that it takes as long as a known one's.
    nobody: Arc<str>,
}

/// Passwords that are hashed at once.
const AT_ONCE: usize = 2;
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

impl Default for Passwords {
    fn default() -> Self {
        // Of the same parameters as real ones; that nothing matches it is held by `verify`.
        let nobody = "$argon2id$v=19$m=19456,t=2,p=1$bm90IGEgcmVhbCBzYWx0$oUXpVQxaAJnpgSyPCqqCHVnLjZkBQTOsRpcf5Ch+mcg";
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), nobody: nobody.into() }
    }
}

impl Passwords {
    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// [`Busy`] when many others wait.
    pub async fn hash(&self, password: SecretString) -> Result<String, Busy> {
        self.work(move || {
            let hash: PasswordHash =
                Argon2::default().hash_password(password.expose_secret().as_bytes()).expect("a password within the limits can be hashed");
            hash.to_string()
        })
        .await
    }

    /// Whether it is the password of the hash; `None`: of nobody, which takes as long and is false.
    ///
    /// # Errors
    /// [`Busy`] when many others wait.
    pub async fn verify(&self, hash: Option<&str>, password: SecretString) -> Result<bool, Busy> {
        let real = hash.is_some_and(|hash| hash != NO_PASSWORD);
        let hash = if real { hash.unwrap_or_default().to_owned() } else { self.nobody.to_string() };
        let matches = self
            .work(move || {
                // Longer ones are no passwords, and would only cost time.
                let text = password.expose_secret();
                let text = if text.len() > LONGEST { "" } else { text };
                PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(text.as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(matches && real)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await.map_err(|_| Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let out = work();
            drop(place);
            out
        });
        done.await.map_err(|_| Busy)
    }
}

/// All accounts, by name.
///
/// # Errors
/// As [`Store::fetch_all`].
pub async fn list(store: &Store) -> Result<Vec<AccountRow>, StoreError> {
    store.fetch_all(&sql::ACCOUNTS, Args::new()).await
}

/// All accounts, in the state that the transaction sees.
///
/// # Errors
/// Any failure of the statement.
pub async fn load(tx: &mut ReadTx) -> Result<Vec<AccountRow>, StoreError> {
    tx.fetch_all(&sql::ACCOUNTS, Args::new()).await
}

/// The account of this name.
///
/// # Errors
/// As [`Store::fetch_all`].
pub async fn find(store: &Store, name: &str) -> Result<Option<AccountRow>, StoreError> {
    if name.contains('\0') {
        return Ok(None);
    }
    store.fetch_optional(&sql::ACCOUNT_OF, Args::new().text(name)).await
}

/// The account of this name, as the transaction sees it.
///
/// # Errors
/// Any failure of the statement.
pub async fn find_in(tx: &mut Tx, name: &str) -> Result<Option<AccountRow>, StoreError> {
    tx.fetch_optional(&sql::ACCOUNT_OF, Args::new().text(name)).await
}

/// The account of this person, as the transaction sees it.
///
/// # Errors
/// Any failure of the statement.
pub async fn find_of(tx: &mut Tx, person: &EntityRef) -> Result<Option<AccountRow>, StoreError> {
    tx.fetch_optional(&sql::ACCOUNT_OF_PERSON, Args::new().text(person.to_string())).await
}

/// Makes an account; false when the name or the person has one.
///
/// # Errors
/// Any failure of the statements.
pub async fn add(tx: &mut Tx, name: &str, person: &EntityRef, hash: &str, disabled: bool) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    let args = Args::new().text(name).text(person.to_string()).text(hash).bool(disabled).ts(now);
    Ok(tx.execute(&sql::ACCOUNT_ADD, args).await? == 1)
}

/// Gives an account another password; false without the account.
///
/// # Errors
/// Any failure of the statements.
pub async fn set_password(tx: &mut Tx, name: &str, hash: &str) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    Ok(tx.execute(&sql::ACCOUNT_PASSWORD, Args::new().text(name).text(hash).ts(now)).await? == 1)
}

/// Switches an account off or on; false without the account.
///
/// # Errors
/// Any failure of the statements.
pub async fn disable(tx: &mut Tx, name: &str, disabled: bool) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    Ok(tx.execute(&sql::ACCOUNT_DISABLE, Args::new().text(name).bool(disabled).ts(now)).await? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        let check = |text: &str, expected: &str| assert_eq!(read_name(text).as_deref().unwrap_or("refused"), expected, "{text:?}");
        check(" Ada ", "ada");
        check("ada.lovelace-2", "ada.lovelace-2");
        check("", "refused");
        check("-a", "refused");
        check("a/b", "refused");
        check("zoë", "refused");
        check(&"a".repeat(64), "refused");
    }

    #[test]
    fn passwords_are_long_and_not_the_name() {
        let check = |password: &str, good: bool| {
            assert_eq!(check_password("administrator", &SecretString::from(password)).is_ok(), good, "{password:?}");
        };
        check("correct horse battery", true);
        check("äöüäöüäöüäöü", true);
        check("short", false);
        check("administrator", false);
        check("ADMINISTRATORadministrator", false);
        check("aaaaaaaaaaaaaaaa", false);
        check(&"ab".repeat(513), false);
        check("with a \0 in it, it is refused", false);
    }

    #[tokio::test]
    async fn only_the_password_matches() {
        let passwords = Passwords::default();
        let hash = passwords.hash(SecretString::from("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(PasswordHash::new(&passwords.nobody).is_ok());
        let check = async |hash: Option<&str>, password: &str, expected: bool| {
            assert_eq!(passwords.verify(hash, SecretString::from(password)).await, Ok(expected), "{password}");
        };
        check(Some(&hash), "correct horse battery", true).await;
        check(Some(&hash), "correct horse battery ", false).await;
        check(Some(NO_PASSWORD), "", false).await;
        check(None, "correct horse battery", false).await;
        check(Some("nonsense"), "nonsense", false).await;
    }
}
