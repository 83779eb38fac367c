//! People whom a trusted proxy has signed in: each request names them in a header, so there is no session of ours to keep.

use std::net::IpAddr;

use catalog::index::{Predicate, Visibility};
use model::{Caller, EntityRef, PortalError, Via};

use super::AccessUseCases;

/// How what the proxy says leads to a User of the catalog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyResolver {
    /// It is the e-mail address in `spec.profile.email`.
    #[default]
    Email,
    /// What stands before the @ is the name of a User.
    LocalPart,
    /// It is the name of a User, or a reference.
    Name,
}

impl AccessUseCases<'_> {
    /// Who the person is whom a trusted proxy names.
    ///
    /// # Errors
    /// `Forbidden` with what was looked for, when nobody is called so, several are, or the person is switched off.
    pub fn caller_of_proxy(
        &self,
        name: &str,
        resolver: ProxyResolver,
        address: Option<IpAddr>,
        request_id: &str,
    ) -> Result<Caller, PortalError> {
        let shown: String = name.chars().take(200).collect();
        let refused = |message: String| Err(PortalError::Forbidden { message });
        let person = match resolver {
            ProxyResolver::Email => match &self.by_email(name)[..] {
                [person] => person.clone(),
                [] => {
                    return refused(format!(
                        "The proxy in front of this portal says that you are \"{shown}\", and no User of the catalog has that as spec.profile.email. \
                         Ask an administrator to add it to your User."
                    ));
                }
                several => {
                    let names: Vec<String> = several.iter().map(ToString::to_string).collect();
                    return refused(format!("Several Users of the catalog have the e-mail address \"{shown}\": {}.", names.join(", ")));
                }
            },
            ProxyResolver::LocalPart => EntityRef::new("user", "default", name.split('@').next().unwrap_or_default()),
            ProxyResolver::Name => {
                let context = model::RefContext { kind: Some("user"), namespace: "default" };
                match EntityRef::parse_in(name, context) {
                    Ok(person) if person.kind().eq_ignore_ascii_case("user") => person,
                    _ => {
                        return refused(format!(
                            "The proxy in front of this portal says that you are \"{shown}\", which is not the name of a User."
                        ));
                    }
                }
            }
        };
        // Who has a password here and no User is not whom the proxy means.
        let known = self.portal.inner.catalog.snapshot().find(&person).is_some();
        match self.person(&person, Via::Proxy, address, request_id).filter(|_| known) {
            Some(caller) => Ok(caller),
            None => refused(format!(
                "The proxy in front of this portal says that you are \"{shown}\". There is no {person} in the catalog, or the person is switched off. \
                 Ask an administrator."
            )),
        }
    }

    fn by_email(&self, email: &str) -> Vec<EntityRef> {
        let snapshot = self.portal.inner.catalog.snapshot();
        let named = snapshot.matching(&Predicate::equals("spec.profile.email", email), &Visibility::All);
        let users = named.iter().map(|id| snapshot.entity(id).entity_ref());
        users.filter(|found| found.kind().eq_ignore_ascii_case("user")).take(5).collect()
    }
}
