//! How somebody whom a provider knows is looked for in the catalog.

use std::{fmt, str::FromStr};

/// One way to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolver {
    /// The User that the subject signed in as before.
    Subject,
    /// The verified e-mail address is `spec.profile.email`, without regard to case, and without `+tag` if nothing else fits.
    Email,
    /// What stands before the `@` of the verified e-mail address is `metadata.name`.
    LocalPart,
    /// The login (`preferred_username`) is `metadata.name`.
    Username,
    /// A claim is the value of an annotation.
    Annotation {
        /// The annotation: `github.com/user-login`.
        key: String,
        /// The claim; the login without one.
        claim: Option<String>,
    },
}

impl fmt::Display for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject => f.write_str("subject"),
            Self::Email => f.write_str("email"),
            Self::LocalPart => f.write_str("local-part"),
            Self::Username => f.write_str("username"),
            Self::Annotation { key, claim: None } => write!(f, "annotation:{key}"),
            Self::Annotation { key, claim: Some(claim) } => write!(f, "annotation:{key}={claim}"),
        }
    }
}

impl FromStr for Resolver {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "subject" => Self::Subject,
            "email" => Self::Email,
            "local-part" => Self::LocalPart,
            "username" => Self::Username,
            _ => {
                let known = "\"subject\", \"email\", \"local-part\", \"username\" or \"annotation:KEY\"";
                let named = text
                    .strip_prefix("annotation:")
                    .ok_or_else(|| format!("expected {known}, as in \"annotation:github.com/user-login\", found \"{text}\""))?;
                let (key, claim) = named.split_once('=').map_or((named, None), |(key, claim)| (key, Some(claim.to_owned())));
                let plain = |text: &str| !text.is_empty() && text.len() <= 253 && text.chars().all(|c| c.is_ascii_graphic() && c != '=');
                if !plain(key) || claim.as_deref().is_some_and(|claim| !plain(claim)) {
                    return Err(format!(
                        "expected an annotation and perhaps a claim, as in \"annotation:example.com/id=oid\", found \"{text}\""
                    ));
                }
                Self::Annotation { key: key.to_owned(), claim }
            }
        })
    }
}

/// An e-mail address without what stands after a `+` in its local part; `None` when nothing does.
///
/// Source: the resolver `emailMatchingUserEntityProfileEmail` of Backstage.
pub fn without_tag(email: &str) -> Option<String> {
    let (local, domain) = email.rsplit_once('@')?;
    let (plain, _) = local.split_once('+')?;
    (!plain.is_empty()).then(|| format!("{plain}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_itself() {
        let check = |text: &str, expected: &str| {
            assert_eq!(text.parse::<Resolver>().map_or_else(|error| error, |resolver| resolver.to_string()), expected);
        };
        for text in ["subject", "email", "local-part", "username", "annotation:github.com/user-login", "annotation:example.com/id=oid"] {
            check(text, text);
        }
        check(
            "mail",
            "expected \"subject\", \"email\", \"local-part\", \"username\" or \"annotation:KEY\", as in \"annotation:github.com/user-login\", found \"mail\"",
        );
        check("annotation:", "expected an annotation and perhaps a claim, as in \"annotation:example.com/id=oid\", found \"annotation:\"");
    }

    #[test]
    fn takes_tags_away() {
        let check = |email: &str, expected: Option<&str>| assert_eq!(without_tag(email).as_deref(), expected, "{email}");
        check("ada+waymark@example.com", Some("ada@example.com"));
        check("ada+a+b@example.com", Some("ada@example.com"));
        check("ada@example.com", None);
        check("+ada@example.com", None);
        check("ada", None);
    }
}
