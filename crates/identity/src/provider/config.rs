//! What the operator says of a provider.

use std::{net::IpAddr, time::Duration};

use secrecy::SecretString;
use url::{Host, Url};

use super::Resolver;

/// One provider.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Its name in addresses and in the audit log: lower-case letters, digits and dashes.
    pub id: String,
    /// What its button says after "Sign in with".
    pub label: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// The name under which the portal is registered there.
    pub client_id: String,
    /// Its password there; `None` for a public client, which PKCE alone protects.
    pub client_secret: Option<SecretString>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// How people are looked for in the catalog, in this order.
    pub resolvers: Vec<Resolver>,
    /// If there are any, only people with a verified address in one of these domains come in.
    pub allowed_domains: Vec<String>,
    /// The provider's addresses count as verified although it does not say so.
    pub trust_email: bool,
    /// How far its clock may be off.
    pub skew: Duration,
    /// The claim that lists groups; a dot leads into an object (`realm_access.roles`).
    pub groups_claim: Option<String>,
    /// Whether the claim leads into groups of the catalog that did not come from this provider, by their exact names.
    pub join_groups: bool,
    /// Whether whoever is not in the catalog is put there.
    pub provision: Provision,
    /// Whether signing out here signs out there too.
    pub logout: bool,
}

/// What a provider speaks.
#[derive(Clone, Debug)]
pub enum Protocol {
    /// OpenID Connect.
    Oidc(OidcConfig),
    /// Plain OAuth 2.0 with an address that tells who somebody is.
    OAuth2(Box<OAuthConfig>),
}

/// OpenID Connect: everything else is discovered.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// Exactly as the provider names itself, a final slash included.
    pub issuer: Url,
    /// The issuer as it was written: `Url` adds a slash to a bare host.
    pub issuer_text: String,
    /// It may be asked without TLS; for a network of one's own only.
    pub allow_http: bool,
}

/// Plain OAuth 2.0.
#[derive(Clone, Debug)]
pub struct OAuthConfig {
    /// Where the browser goes.
    pub authorization: Url,
    /// Where the code is exchanged.
    pub token: Url,
    /// Who somebody is, as a JSON object.
    pub userinfo: Url,
    /// Their addresses, as a JSON list of `email`, `primary` and `verified`; as GitHub has it.
    pub emails: Option<Url>,
    /// What the object calls things.
    pub claims: ClaimNames,
}

/// What a provider without OpenID Connect calls things.
#[derive(Clone, Debug)]
pub struct ClaimNames {
    /// What never changes: `id`.
    pub subject: String,
    /// The name that they sign in with: `login`.
    pub login: String,
    /// The name to show: `name`.
    pub name: String,
    /// The address: `email`.
    pub email: String,
    /// A picture's address: `avatar_url`.
    pub picture: String,
}

impl Default for ClaimNames {
    /// GitHub's.
    fn default() -> Self {
        let own = str::to_owned;
        Self { subject: own("id"), login: own("login"), name: own("name"), email: own("email"), picture: own("avatar_url") }
    }
}

/// Whether whoever signs in and is not in the catalog is put there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Provision {
    /// No: they are refused.
    #[default]
    None,
    /// They become Users; of their groups those count that are in the catalog.
    Users,
    /// Their groups are made too.
    UsersAndGroups,
}

impl Provision {
    /// As in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Users => "users",
            Self::UsersAndGroups => "users-and-groups",
        }
    }
}

impl ProviderConfig {
    /// `oidc` or `oauth2`.
    pub const fn type_name(&self) -> &'static str {
        match self.protocol {
            Protocol::Oidc(_) => "oidc",
            Protocol::OAuth2(_) => "oauth2",
        }
    }

    /// Whether a verified e-mail address may sign in.
    pub fn allows_domain(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.allowed_domains.is_empty() || self.allowed_domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain))
    }
}

/// Whether secrets may be sent to an address: over TLS, or to this machine.
pub fn is_safe(url: &Url, allow_http: bool) -> bool {
    let loopback = || match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => url.has_host(),
        "http" => allow_http && url.has_host() || loopback(),
        _ => false,
    }
}
