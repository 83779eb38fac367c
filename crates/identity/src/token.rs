//! Tokens of people and of service accounts: `wm_`, 43 random characters, and 6 that are a checksum of them.
//!
//! The prefix and the checksum let secret scanners find a token in a text without asking anybody. 43 characters of 62 are 256 bits, so the
//! database keeps a plain digest, and finds a token by it.

use std::collections::BTreeSet;

use model::{Principal, Timestamp};
use sha2::{Digest as _, Sha256};
use store::{Args, Json, Store, StoreError, Ts, Tx};

use crate::{
    Action,
    digest::{digest, name, random},
    sql,
};

/// What every token starts with.
pub const PREFIX: &str = "wm_";
/// Scopes that one token may have.
pub const MAX_SCOPES: usize = 50;
const RANDOM: usize = 43;
const CHECK: usize = 6;
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new token. It is shown once; afterwards only its digest is known.
pub fn generate() -> String {
    let mut body = String::with_capacity(PREFIX.len() + RANDOM + CHECK);
    body.push_str(PREFIX);
    while body.len() < PREFIX.len() + RANDOM {
        // 248 is four times 62: what lies above would make some letters likelier.
        let usable = random::<64>().into_iter().filter(|byte| *byte < 248);
        for byte in usable.take(PREFIX.len() + RANDOM - body.len()) {
            body.push(char::from(LETTERS[usize::from(byte % 62)]));
        }
    }
    let check = checksum(&body);
    body.push_str(&check);
    body
}

/// Whether a text can be a token: prefix, length, letters and checksum.
pub fn is_well_formed(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(PREFIX) else { return false };
    rest.len() == RANDOM + CHECK
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && checksum(&text[..PREFIX.len() + RANDOM]) == text[PREFIX.len() + RANDOM..]
}

fn checksum(body: &str) -> String {
    let hash = Sha256::digest(body);
    let mut number = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    let mut out = [b'0'; CHECK];
    for place in out.iter_mut().rev() {
        *place = LETTERS[(number % 62) as usize];
        number /= 62;
    }
    out.iter().copied().map(char::from).collect()
}

/// Checks what a token is to be limited to: `*`, actions (`entity:change`), or areas with `read`, `write` or a star (`entity:read`).
///
/// # Errors
/// A sentence that names the scope that does not exist.
pub fn check_scopes(scopes: &[String]) -> Result<(), String> {
    if scopes.is_empty() {
        return Err("a token needs a scope; * is everything that its owner may do".to_owned());
    }
    if scopes.len() > MAX_SCOPES {
        return Err(format!("a token may have {MAX_SCOPES} scopes, these are {}", scopes.len()));
    }
    let known = areas();
    for scope in scopes {
        let area = scope.strip_suffix(":read").or_else(|| scope.strip_suffix(":write")).or_else(|| scope.strip_suffix(":*"));
        let good = scope == "*" || scope.parse::<Action>().is_ok() || area.is_some_and(|area| known.contains(area));
        if !good {
            let shown: String = scope.chars().take(60).collect();
            return Err(format!(
                "there is no scope \"{shown}\"; write *, an action such as entity:change, or an area as in entity:read, entity:write"
            ));
        }
    }
    Ok(())
}

/// The areas that scopes name: what stands before the colon of actions.
pub fn areas() -> BTreeSet<&'static str> {
    Action::ALL.iter().filter_map(|action| Some(action.id().split_once(':')?.0)).collect()
}

/// A token that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodToken {
    /// What lists and the audit log call it.
    pub id: String,
    /// Whose it is.
    pub principal: Principal,
    /// What it is limited to.
    pub scopes: Vec<String>,
}

/// A token as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TokenRow {
    /// What lists and the audit log call it.
    pub id: String,
    /// Its first characters.
    pub hint: String,
    /// Whose it is, as `user:default/ada`; empty for a service account's.
    pub person: String,
    /// The service account; empty for a person's.
    pub service: String,
    /// What its owner calls it.
    pub name: String,
    /// What it is limited to.
    pub scopes: Json<Vec<String>>,
    /// Who made it, as recorded.
    pub created_by: String,
    /// When it was made.
    pub created_at: Ts,
    /// When it ends; `None`: not by itself.
    pub expires_at: Option<Ts>,
    /// When it was last used, a minute late at most.
    pub used_at: Option<Ts>,
    /// From where it was last used.
    pub used_from: String,
    /// When it was revoked.
    pub revoked_at: Option<Ts>,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct Making<'a> {
    /// Whose it is: a person or a service account.
    pub principal: &'a Principal,
    /// What its owner calls it.
    pub name: &'a str,
    /// What it is limited to; checked by [`check_scopes`].
    pub scopes: &'a [String],
    /// Who makes it, as recorded.
    pub created_by: &'a str,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// Writes a new token: its id and the token itself.
///
/// # Errors
/// Any failure of the statements.
pub async fn add(tx: &mut Tx, making: &Making<'_>) -> Result<(String, String), StoreError> {
    let (person, service) = match making.principal {
        Principal::Person(person) => (person.to_string(), ""),
        Principal::Service(service) => (String::new(), service.as_str()),
        Principal::AdminToken | Principal::Worker => {
            return Err(StoreError::Configuration("only people and service accounts have tokens".to_owned()));
        }
    };
    let (id, token) = (name("t_"), generate());
    let now = tx.now().await?;
    let args = Args::new()
        .text(&id)
        .text(digest(&token))
        .text(&token[..PREFIX.len() + 5])
        .text(person)
        .text(service)
        .text(making.name)
        .json(making.scopes)
        .text(making.created_by)
        .ts(now)
        .opt_ts(making.expires_at);
    tx.execute(&sql::TOKEN_ADD, args).await?;
    Ok((id, token))
}

/// The token if it is one of ours and holds. It is looked for by its digest; a text that cannot be a token is not looked for at all.
///
/// # Errors
/// As [`Store::fetch_all`].
pub async fn find(store: &Store, token: &str) -> Result<Option<GoodToken>, StoreError> {
    if !is_well_formed(token) {
        return Ok(None);
    }
    let now = store.now().await?;
    let row: Option<sql::GoodTokenRow> = store.fetch_optional(&sql::TOKEN_OF, Args::new().text(digest(token)).ts(now)).await?;
    Ok(row.and_then(|row| {
        let principal = if row.service.is_empty() { Principal::Person(row.person.parse().ok()?) } else { Principal::Service(row.service) };
        Some(GoodToken { id: row.id, principal, scopes: row.scopes.0 })
    }))
}

/// The tokens of a person or a service account; everybody's without one.
///
/// # Errors
/// As [`Store::fetch_all`].
pub async fn list(store: &Store, of: Option<&Principal>) -> Result<Vec<TokenRow>, StoreError> {
    match of {
        None => store.fetch_all(&sql::TOKENS, Args::new()).await,
        Some(Principal::Person(person)) => store.fetch_all(&sql::TOKENS_OF_PERSON, Args::new().text(person.to_string())).await,
        Some(Principal::Service(name)) => store.fetch_all(&sql::TOKENS_OF_SERVICE, Args::new().text(name)).await,
        Some(Principal::AdminToken | Principal::Worker) => Ok(Vec::new()),
    }
}

/// The token that lists call so.
///
/// # Errors
/// As [`Store::fetch_all`].
pub async fn one(store: &Store, id: &str) -> Result<Option<TokenRow>, StoreError> {
    store.fetch_optional(&sql::TOKEN_BY_ID, Args::new().text(id)).await
}

/// Revokes a token; false when it is revoked already or is not there.
///
/// # Errors
/// Any failure of the statements.
pub async fn revoke(tx: &mut Tx, id: &str) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    Ok(tx.execute(&sql::TOKEN_REVOKE, Args::new().text(id).ts(now)).await? == 1)
}

/// A use of a token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Use {
    /// The token, as lists call it.
    pub id: String,
    /// From where.
    pub from: String,
}

/// Writes down that tokens were used.
///
/// # Errors
/// Any failure of the statements.
pub async fn used(tx: &mut Tx, uses: &[Use]) -> Result<(), StoreError> {
    let now = tx.now().await?;
    tx.execute(&sql::TOKENS_USED, Args::new().ts(now).json(uses)).await.map(drop)
}

/// Removes tokens that ended before `before`; how many.
///
/// # Errors
/// Any failure of the statement.
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(&sql::TOKENS_SWEEP, Args::new().ts(before)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_told_by_their_checksum() {
        let token = generate();
        assert_eq!(token.len(), 52, "{token}");
        assert!(is_well_formed(&token));
        assert_ne!(token, generate());
        let other = if token.as_bytes()[10] == b'A' { 'B' } else { 'A' };
        let changed = format!("{}{other}{}", &token[..10], &token[11..]);
        for wrong in ["", "wm_", "wm_x", changed.as_str(), token[1..].as_ref(), format!("{token}0").as_str(), "wm_ä"] {
            assert!(!is_well_formed(wrong), "{wrong}");
        }
    }

    #[test]
    fn scopes_exist() {
        let check = |scopes: &[&str], expected: &str| {
            let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
            assert_eq!(check_scopes(&scopes).err().unwrap_or_default(), expected);
        };
        check(&["*"], "");
        check(&["metrics:read", "entity:change", "catalog:*", "service-account:write"], "");
        check(&[], "a token needs a scope; * is everything that its owner may do");
        let wrong = |scope: &str| {
            format!("there is no scope \"{scope}\"; write *, an action such as entity:change, or an area as in entity:read, entity:write")
        };
        check(&["entity:explode"], &wrong("entity:explode"));
        check(&["catalog"], &wrong("catalog"));
        check(&["*:read"], &wrong("*:read"));
    }
}
