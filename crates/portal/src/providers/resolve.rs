//! Which User of the catalog somebody is. Pure: a snapshot and what the provider said in, an answer with its reasons out.

use catalog::index::{EntityView, Predicate, Snapshot, Visibility};
use identity::provider::{Identified, ProviderConfig, Resolver, without_tag};
use model::{DEFAULT_NAMESPACE, EntityRef, view::TriedResolver};
use serde_json::Value;

/// What came of looking.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// Exactly one.
    Found { person: EntityRef, resolver: String },
    /// More than one, which is nobody: a provider's word must not choose between people.
    Several { tried: Vec<TriedResolver>, count: usize },
    /// None.
    Nobody { tried: Vec<TriedResolver> },
}

/// Asks the resolvers one after the other; the first that finds somebody decides. `linked` is whom the subject signed in as before.
pub(super) fn search(snapshot: &Snapshot, config: &ProviderConfig, someone: &Identified, linked: Option<&EntityRef>) -> Search {
    let mut tried = Vec::new();
    for resolver in &config.resolvers {
        let look = Look { snapshot, someone };
        let (found, place, value, nothing) = look.by(resolver, linked);
        match found.as_slice() {
            [person] => return Search::Found { person: person.clone(), resolver: resolver.to_string() },
            [] => tried.push(TriedResolver { resolver: resolver.to_string(), place, value, outcome: nothing }),
            several => {
                let outcome = format!("{} Users have it.", several.len());
                tried.push(TriedResolver { resolver: resolver.to_string(), place, value, outcome });
                return Search::Several { tried, count: several.len() };
            }
        }
    }
    Search::Nobody { tried }
}

struct Look<'a> {
    snapshot: &'a Snapshot,
    someone: &'a Identified,
}

type Result = (Vec<EntityRef>, String, Option<String>, String);

impl Look<'_> {
    fn by(&self, resolver: &Resolver, linked: Option<&EntityRef>) -> Result {
        match resolver {
            Resolver::Subject => self.subject(linked),
            Resolver::Email => self.email(),
            Resolver::LocalPart => {
                let place = "metadata.name".to_owned();
                match self.someone.verified_email().and_then(|email| email.rsplit_once('@')) {
                    Some((local, _)) => self.named(local, place),
                    None => (Vec::new(), place, None, self.no_email()),
                }
            }
            Resolver::Username => {
                let place = "metadata.name".to_owned();
                match &self.someone.login {
                    Some(login) => self.named(login, place),
                    None => (Vec::new(), place, None, "The provider did not say a login (preferred_username).".to_owned()),
                }
            }
            Resolver::Annotation { key, claim } => self.annotation(key, claim.as_deref()),
        }
    }

    fn subject(&self, linked: Option<&EntityRef>) -> Result {
        let place = "earlier sign-ins".to_owned();
        let value = Some(self.someone.subject.clone());
        let outcome = match linked {
            None => "This account has not signed in here before.".to_owned(),
            Some(person) => match self.snapshot.find(person) {
                Some(id) => return (vec![self.snapshot.entity(id).entity_ref()], place, value, String::new()),
                None => format!("This account was {person}, who is no longer in the catalog."),
            },
        };
        (Vec::new(), place, value, outcome)
    }

    fn email(&self) -> Result {
        const KEY: &str = "spec.profile.email";
        let Some(email) = self.someone.verified_email() else { return (Vec::new(), KEY.to_owned(), None, self.no_email()) };
        let found = self.users_with(KEY, email, |found| found.eq_ignore_ascii_case(email) || found.to_lowercase() == email.to_lowercase());
        let nothing = || "No User has this address.".to_owned();
        match without_tag(email).filter(|_| found.is_empty()) {
            None => (found, KEY.to_owned(), Some(email.to_owned()), nothing()),
            Some(plain) => {
                let found = self.users_with(KEY, &plain, |found| found.to_lowercase() == plain.to_lowercase());
                (found, KEY.to_owned(), Some(format!("{email}, {plain}")), "No User has one of these addresses.".to_owned())
            }
        }
    }

    fn named(&self, name: &str, place: String) -> Result {
        let wanted = EntityRef::new("user", DEFAULT_NAMESPACE, name);
        let found: Vec<_> = self.snapshot.find(&wanted).map(|id| self.snapshot.entity(id).entity_ref()).into_iter().collect();
        (found, place, Some(name.to_owned()), format!("There is no {wanted}."))
    }

    fn annotation(&self, key: &str, claim: Option<&str>) -> Result {
        let place = format!("metadata.annotations[\"{key}\"]");
        let (value, what) = match claim {
            // Logins are compared without case wherever they come from; what a provider numbers people by is not.
            None => (self.someone.login.clone(), "a login (preferred_username)".to_owned()),
            Some(claim) => (self.someone.claim(claim), format!("the claim \"{claim}\"")),
        };
        let Some(value) = value else { return (Vec::new(), place, None, format!("The provider did not say {what}.")) };
        let same = |found: &str| if claim.is_none() { found.to_lowercase() == value.to_lowercase() } else { found == value };
        let found = self.users_with(&format!("metadata.annotations.{key}"), &value, same);
        (found, place, Some(value), "No User has this value.".to_owned())
    }

    /// Users whose value at `key` is the same. The index compares without case, so each is looked at again.
    fn users_with(&self, key: &str, value: &str, same: impl Fn(&str) -> bool) -> Vec<EntityRef> {
        let wanted = Predicate::All(vec![Predicate::equals("kind", "user"), Predicate::equals(key, value)]);
        let matching = self.snapshot.matching(&wanted, &Visibility::All);
        let users = matching.iter().map(|id| self.snapshot.entity(id));
        users.filter(|user| value_at(user, key).is_some_and(|found| same(&found))).map(EntityView::entity_ref).collect()
    }

    fn no_email(&self) -> String {
        match &self.someone.email {
            None => "The provider did not say an e-mail address.".to_owned(),
            Some(email) => format!("The provider does not say that {email} is verified."),
        }
    }
}

fn value_at(user: &EntityView<'_>, key: &str) -> Option<String> {
    let entity: Value = serde_json::from_slice(user.json()).ok()?;
    let value = match key.strip_prefix("metadata.annotations.") {
        Some(annotation) => entity.get("metadata")?.get("annotations")?.get(annotation)?,
        None => key.split('.').try_fold(&entity, |value, part| value.get(part))?,
    };
    value.as_str().map(str::to_owned)
}
