//! Who signs people in: providers of OpenID Connect and of plain OAuth 2.0.

use std::{path::Path, time::Duration};

use identity::provider::{ClaimNames, OAuthConfig, OidcConfig, Protocol, ProviderConfig, Provision, Resolver, is_safe};
use secrecy::SecretString;
use url::Url;

use super::{
    Config, ConfigError, Sources,
    file::{Entry, Reader},
    settings::{Kind, SIGN_IN_KEY},
    value::{duration, one_of},
};

/// The keys of one provider.
const KEYS: [&str; 26] = [
    "id",
    "label",
    "type",
    "issuer",
    "client-id",
    "client-secret",
    "client-secret-file",
    "scopes",
    "resolvers",
    "allowed-domains",
    "trust-email",
    "skew",
    "groups-claim",
    "join-groups",
    "provision",
    "logout",
    "allow-http",
    "authorization-url",
    "token-url",
    "userinfo-url",
    "emails-url",
    "subject-claim",
    "login-claim",
    "name-claim",
    "email-claim",
    "picture-claim",
];
/// Those that plain OAuth 2.0 has alone.
const OAUTH_KEYS: [&str; 9] = [
    "authorization-url",
    "token-url",
    "userinfo-url",
    "emails-url",
    "subject-claim",
    "login-claim",
    "name-claim",
    "email-claim",
    "picture-claim",
];
/// Those that OpenID Connect has alone.
const OIDC_KEYS: [&str; 3] = ["issuer", "logout", "allow-http"];

const PROVISIONS: [(&str, Provision); 3] =
    [("none", Provision::None), ("users", Provision::Users), ("users-and-groups", Provision::UsersAndGroups)];

/// Names under `/sign-in/` and of ways in that are no providers.
const TAKEN: [&str; 6] = ["password", "demo", "proxy", "admin-token", "token", "setup"];

/// Providers that can be listed.
const MOST: usize = 20;
/// Bytes of a file that holds a secret.
const SECRET_BYTES: u64 = 64 << 10;

/// A provider while it is read.
#[derive(Default)]
struct Draft {
    id: Option<String>,
    label: Option<String>,
    oauth: Option<bool>,
    issuer: Option<(Url, String)>,
    client_id: Option<String>,
    client_secret: Option<SecretString>,
    scopes: Option<Vec<String>>,
    resolvers: Option<Vec<Resolver>>,
    allowed_domains: Vec<String>,
    trust_email: bool,
    skew: Option<Duration>,
    groups_claim: Option<String>,
    join_groups: bool,
    provision: Provision,
    logout: Option<bool>,
    allow_http: bool,
    authorization: Option<Url>,
    token: Option<Url>,
    userinfo: Option<Url>,
    emails: Option<Url>,
    claims: ClaimNames,
}

impl Reader<'_> {
    /// `[[sign-in]]`
    pub(super) fn sign_in(&self, value: &Entry<'_>) -> Result<Vec<ProviderConfig>, ConfigError> {
        let mut providers: Vec<ProviderConfig> = Vec::new();
        for entry in self.tables(SIGN_IN_KEY, value)? {
            let provider = self.provider(entry)?;
            if providers.iter().any(|before| before.id == provider.id) {
                return Err(self.error(entry.span(), &format!("{SIGN_IN_KEY}: \"{}\" is listed twice", provider.id)));
            }
            if providers.len() == MOST {
                return Err(self.error(entry.span(), &format!("{SIGN_IN_KEY}: there are more than {MOST} providers")));
            }
            providers.push(provider);
        }
        Ok(providers)
    }

    fn provider(&self, entry: &Entry<'_>) -> Result<ProviderConfig, ConfigError> {
        let mut draft = Draft::default();
        let mut given = Vec::new();
        for (key, value) in self.entries(SIGN_IN_KEY, entry)? {
            let name = key.get_ref().to_string();
            let Some(known) = KEYS.into_iter().find(|known| *known == name) else {
                return Err(self.unknown(key.span(), &name, KEYS.into_iter()));
            };
            self.take(&mut draft, known, value)?;
            given.push((known, key.span()));
        }
        let oauth = draft.oauth == Some(true);
        let (others, of) = if oauth { (&OIDC_KEYS[..], "oidc") } else { (&OAUTH_KEYS[..], "oauth2") };
        if let Some((name, span)) = given.into_iter().find(|(name, _)| others.contains(name)) {
            return Err(self.error(span, &format!("{SIGN_IN_KEY}.{name}: only providers of type = \"{of}\" have it")));
        }
        finish(draft, oauth).map_err(|message| self.error(entry.span(), &format!("{SIGN_IN_KEY}: {message}")))
    }

    fn take(&self, draft: &mut Draft, key: &str, value: &Entry<'_>) -> Result<(), ConfigError> {
        let path = format!("{SIGN_IN_KEY}.{key}");
        let wrong = |message: String| self.error(value.span(), &format!("{path}: {message}"));
        let text = || self.text(&path, value);
        let flag = || self.scalar(&path, Kind::Boolean, value).map(|given| given == "true");
        match key {
            "id" => draft.id = Some(provider_id(text()?).map_err(wrong)?),
            "label" => draft.label = Some(text()?),
            "type" => draft.oauth = Some(one_of(&text()?, &[("oidc", false), ("oauth2", true)]).map_err(wrong)?),
            "issuer" => {
                let given = text()?;
                draft.issuer = Some((address(&given).map_err(wrong)?, given));
            }
            "client-id" => draft.client_id = Some(text()?),
            "client-secret" | "client-secret-file" => {
                if draft.client_secret.is_some() {
                    return Err(wrong("write either client-secret or client-secret-file, not both".to_owned()));
                }
                let given = self.scalar(&path, Kind::Secret, value)?;
                let read = match key {
                    "client-secret" => self.sources.expand(&given),
                    _ if self.sources.flags.without_secrets => Ok("unread".to_owned()),
                    _ => secret_file(&self.base.join(given)),
                };
                draft.client_secret = Some(checked_secret(&read.map_err(wrong)?).map_err(wrong)?);
            }
            "scopes" => draft.scopes = Some(self.words(&path, value)?),
            "resolvers" => {
                let given = self.texts(&path, value)?;
                draft.resolvers = Some(given.iter().map(|resolver| resolver.parse()).collect::<Result<_, _>>().map_err(wrong)?);
            }
            "allowed-domains" => {
                let given = self.words(&path, value)?;
                draft.allowed_domains = given.iter().map(|domain| domain.trim_start_matches('@').to_lowercase()).collect();
            }
            "trust-email" => draft.trust_email = flag()?,
            "skew" => {
                let given = self.scalar(&path, Kind::Duration, value)?;
                let skew = duration(&given).map_err(wrong)?;
                if skew > Duration::from_secs(600) {
                    return Err(wrong(format!("expected at most 10m, found \"{given}\"; set the clocks instead")));
                }
                draft.skew = Some(skew);
            }
            "groups-claim" => draft.groups_claim = Some(text()?),
            "join-groups" => draft.join_groups = flag()?,
            "provision" => draft.provision = one_of(&text()?, &PROVISIONS).map_err(wrong)?,
            "logout" => draft.logout = Some(flag()?),
            "allow-http" => draft.allow_http = flag()?,
            "authorization-url" => draft.authorization = Some(address(&text()?).map_err(wrong)?),
            "token-url" => draft.token = Some(address(&text()?).map_err(wrong)?),
            "userinfo-url" => draft.userinfo = Some(address(&text()?).map_err(wrong)?),
            "emails-url" => draft.emails = Some(address(&text()?).map_err(wrong)?),
            "subject-claim" => draft.claims.subject = text()?,
            "login-claim" => draft.claims.login = text()?,
            "name-claim" => draft.claims.name = text()?,
            "email-claim" => draft.claims.email = text()?,
            _ => draft.claims.picture = text()?,
        }
        Ok(())
    }

    /// A list of single words.
    fn words(&self, path: &str, value: &Entry<'_>) -> Result<Vec<String>, ConfigError> {
        let words = self.texts(path, value)?;
        match words.iter().find(|word| word.is_empty() || word.contains(char::is_whitespace)) {
            None => Ok(words),
            Some(word) => Err(self.error(value.span(), &format!("{path}: expected single words, found \"{word}\""))),
        }
    }
}

/// Secrets from the environment: `WAYMARK_SIGN_IN_OKTA_CLIENT_SECRET`.
pub(super) fn read_environment(config: &mut Config, sources: &Sources) -> Result<(), ConfigError> {
    for provider in &mut config.sign_in {
        let letters = provider.id.chars().map(|letter| if letter == '-' { '_' } else { letter.to_ascii_uppercase() });
        let place = format!("WAYMARK_SIGN_IN_{}_CLIENT_SECRET", letters.collect::<String>());
        if let Some(secret) = sources.variable(&place) {
            provider.client_secret = Some(checked_secret(secret).map_err(|message| ConfigError { place, message })?);
        }
    }
    Ok(())
}

/// What only the whole configuration shows.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let wrong = |message: &str| Err(ConfigError { place: SIGN_IN_KEY.to_owned(), message: message.to_owned() });
    if config.sign_in.is_empty() {
        return Ok(());
    }
    if config.demo.is_some() {
        return wrong("the sample organisation lets anybody in, so providers are for your own portal; leave --demo out");
    }
    if config.http.public_url.is_none() {
        return wrong(
            "providers send people back to the portal's own address: set public-url to it, as in public-url = \"https://portal.example.com\"",
        );
    }
    Ok(())
}

fn finish(draft: Draft, oauth: bool) -> Result<ProviderConfig, String> {
    let id = draft.id.ok_or("a provider needs an id, as in id = \"okta\"; it is part of the address to register there")?;
    let missing = |what: &str| format!("\"{id}\" needs {what}");
    let client_id =
        draft.client_id.filter(|given| !given.trim().is_empty()).ok_or_else(|| missing("client-id, the portal's name there"))?;
    let unsafe_address = |what: &str, url: &Url| format!("\"{id}\": {what} is {url}; secrets are sent over https only, or to this machine");
    let protocol = if oauth {
        let authorization = draft.authorization.ok_or_else(|| missing("authorization-url, where people sign in"))?;
        let token = draft.token.ok_or_else(|| missing("token-url, where codes are exchanged"))?;
        let userinfo = draft.userinfo.ok_or_else(|| missing("userinfo-url, which tells who somebody is"))?;
        let mut addresses = vec![("authorization-url", &authorization), ("token-url", &token), ("userinfo-url", &userinfo)];
        addresses.extend(draft.emails.as_ref().map(|emails| ("emails-url", emails)));
        if let Some((what, url)) = addresses.into_iter().find(|(_, url)| !is_safe(url, false)) {
            return Err(unsafe_address(what, url));
        }
        Protocol::OAuth2(Box::new(OAuthConfig { authorization, token, userinfo, emails: draft.emails, claims: draft.claims }))
    } else {
        let (issuer, issuer_text) = draft.issuer.ok_or_else(|| missing("an issuer, as in issuer = \"https://example.okta.com\""))?;
        if issuer.query().is_some() || issuer.fragment().is_some() {
            return Err(format!("\"{id}\": the issuer {issuer_text} has a query or a fragment, which issuers do not have"));
        }
        if !is_safe(&issuer, draft.allow_http) {
            return Err(format!("{} (or allow-http = true, in a network of your own)", unsafe_address("the issuer", &issuer)));
        }
        Protocol::Oidc(OidcConfig { issuer, issuer_text, allow_http: draft.allow_http })
    };
    let resolvers = draft.resolvers.unwrap_or_else(|| vec![Resolver::Subject, Resolver::Email]);
    if resolvers.is_empty() {
        return Err(missing("at least one of resolvers, such as \"email\""));
    }
    if resolvers.contains(&Resolver::LocalPart) && draft.allowed_domains.is_empty() {
        return Err(format!(
            "\"{id}\": the resolver \"local-part\" needs allowed-domains, else whoever has an address of the same name elsewhere is let in"
        ));
    }
    let scopes = draft.scopes.unwrap_or_else(|| {
        let words: &[&str] = if oauth { &[] } else { &["openid", "profile", "email"] };
        words.iter().map(|word| (*word).to_owned()).collect()
    });
    Ok(ProviderConfig {
        label: draft.label.filter(|label| !label.trim().is_empty()).unwrap_or_else(|| id.clone()),
        id,
        protocol,
        client_id,
        client_secret: draft.client_secret,
        scopes,
        resolvers,
        allowed_domains: draft.allowed_domains,
        trust_email: draft.trust_email,
        skew: draft.skew.unwrap_or(Duration::from_secs(60)),
        groups_claim: draft.groups_claim,
        join_groups: draft.join_groups,
        provision: draft.provision,
        logout: draft.logout.unwrap_or(!oauth),
    })
}

fn provider_id(id: String) -> Result<String, String> {
    let plain = (1..=40).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !id.starts_with('-')
        && !id.ends_with('-');
    if TAKEN.contains(&id.as_str()) {
        return Err(format!("\"{id}\" is another way in; choose another id"));
    }
    if plain { Ok(id) } else { Err(format!("expected lower-case letters, digits and dashes, as in \"okta\", found \"{id}\"")) }
}

fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
    url.ok_or_else(|| format!("expected an address such as https://login.example.com, found \"{text}\""))
}

fn secret_file(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > SECRET_BYTES {
        return Err(format!("{} has {size} bytes, a secret has at most {SECRET_BYTES}", path.display()));
    }
    Ok(std::fs::read_to_string(path).map_err(unreadable)?.trim_end_matches(['\n', '\r']).to_owned())
}

/// The message does not repeat it.
fn checked_secret(secret: &str) -> Result<SecretString, String> {
    if secret.is_empty() {
        Err("the secret is empty".to_owned())
    } else if secret.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
        Err("a client's secret is one word".to_owned())
    } else {
        Ok(SecretString::from(secret))
    }
}
