//! The configuration as administrators see it: every setting with its value and where it was set. Secrets never are.

use model::view::ConfigurationRow;

use super::{
    Config,
    rows::SETTINGS,
    settings::{HOSTS_KEY, KINDS_KEY, Kind, LOCATIONS_KEY, Setting},
};

/// Something that was set, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The dotted key.
    pub key: &'static str,
    /// The value; of a secret only that there is one.
    pub value: String,
    /// The file, the variable or the flag.
    pub source: String,
}

/// What stands for a secret.
const SECRET: &str = "set, not shown";
/// Ends of keys whose values are secret whatever their type.
const SECRET_ENDS: [&str; 4] = ["secret", "token", "password", "key"];

impl Config {
    /// Notes that something was set. Whoever comes later wins.
    pub(super) fn note(&mut self, setting: &Setting, value: &str, source: String) {
        let secret = setting.kind == Kind::Secret || SECRET_ENDS.iter().any(|end| setting.key.ends_with(end));
        let value = if secret { SECRET.to_owned() } else { without_login(value) };
        self.given.retain(|given| given.key != setting.key);
        self.given.push(Given { key: setting.key, value, source });
    }

    /// Every setting in the order of the guide, then what is listed in tables.
    pub fn shown(&self) -> Vec<ConfigurationRow> {
        let one = |setting: &Setting| {
            let given = self.given.iter().find(|given| given.key == setting.key);
            ConfigurationRow {
                key: setting.key.to_owned(),
                value: given.map_or_else(|| setting.default.replace('`', ""), |given| given.value.clone()),
                source: given.map(|given| given.source.clone()).unwrap_or_default(),
                about: setting.about.replace('`', ""),
            }
        };
        let table = |key: &str, value: Vec<String>, about: &str| ConfigurationRow {
            key: format!("[[{key}]]"),
            value: if value.is_empty() { "none".to_owned() } else { value.join(", ") },
            source: String::new(),
            about: about.to_owned(),
        };
        let locations = self.catalog.locations.iter().map(|location| without_login(&location.target)).collect();
        let hosts = self.hosts.iter().map(|host| host.name.clone()).collect();
        let kinds = self.kinds.declared().iter().map(|kind| kind.kind.clone()).collect();
        let tables = [
            table(LOCATIONS_KEY, locations, "Where the catalog is read from."),
            table(HOSTS_KEY, hosts, "Hosts to read from."),
            table(KINDS_KEY, kinds, "Kinds of your own."),
        ];
        SETTINGS.iter().map(one).chain(tables).collect()
    }
}

/// An address without the login that may stand in it.
fn without_login(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return value.to_owned() };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match host.rsplit_once('@') {
        Some((login, _)) => format!("{scheme}://{}", &rest[login.len() + 1..]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_login;
    use crate::config::{ServeArgs, Sources, load};

    #[test]
    fn logins_are_left_out() {
        let check = |value: &str, expected: &str| assert_eq!(without_login(value), expected);
        check("smtp://me:pass@mail.example:25", "smtp://mail.example:25");
        check("https://a.example/x@y", "https://a.example/x@y");
        check("plain", "plain");
    }

    #[test]
    fn everything_is_shown_but_secrets() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("waymark.toml"), "organisation = \"Acme\"\n[webhooks]\ngithub-secret = \"hush-hush\"\n").unwrap();
        let environment = [("WAYMARK_DATABASE_URL", "postgres://me:hush-hush@db/waymark"), ("WAYMARK_ADMIN_TOKEN", "hush-hush")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let sources = Sources { flags: ServeArgs::default(), environment, directory: folder.path().to_owned() };
        let rows = load(&sources).unwrap().shown();
        let row = |key: &str| {
            rows.iter().find(|row| row.key == key).map(|row| (row.value.as_str(), row.source.contains("waymark.toml"))).unwrap()
        };
        assert_eq!(row("organisation"), ("Acme", true));
        assert_eq!(row("webhooks.github-secret"), ("set, not shown", true));
        assert_eq!(row("database-url"), ("set, not shown", false));
        assert_eq!(row("webhooks.gitlab-secret"), ("none", false));
        assert_eq!(row("[[catalog.locations]]"), ("none", false));
        assert!(!format!("{rows:?}").contains("hush-hush"));
    }
}
