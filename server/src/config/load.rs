//! Puts the sources together.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use catalog::descriptor::Kinds;

use super::{
    Config, LocationConfig, ServeArgs, file, grants, hosts,
    rows::SETTINGS,
    settings::{self, CATALOG_VARIABLE, CONFIG_VARIABLE},
    sign_in, value,
};

/// What is wrong with the configuration: where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ConfigError {
    /// The file and line, the variable or the flag.
    pub place: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// What the configuration is made from, beside the file.
#[derive(Debug)]
pub struct Sources {
    /// The flags.
    pub flags: ServeArgs,
    /// The environment's variables.
    pub environment: Vec<(String, String)>,
    /// The directory that relative paths of flags and variables start from.
    pub directory: PathBuf,
}

impl Sources {
    /// The flags with the process's own environment and directory.
    ///
    /// # Errors
    /// When the working directory is gone.
    pub fn of_process(flags: ServeArgs) -> Result<Self, ConfigError> {
        let directory = std::env::current_dir()
            .map_err(|error| ConfigError { place: "working directory".to_owned(), message: format!("cannot be read: {error}") })?;
        let environment = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(Self { flags, environment: environment.collect(), directory })
    }

    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let found = self.environment.iter().find(|(have, value)| have == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// A text that starts with `$NAME` or `${NAME}`, with the variable's value in its place: service managers start programs without a
    /// shell that would do it, and secrets stay out of files. The error says which variable is not set.
    pub(super) fn expand(&self, text: &str) -> Result<String, String> {
        let Some(rest) = text.strip_prefix('$') else { return Ok(text.to_owned()) };
        let (name, rest) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some(parts) => parts,
            None => rest.split_at(rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())),
        };
        match self.variable(name) {
            Some(value) => Ok(format!("{value}{rest}")),
            None if self.flags.without_secrets => Ok(text.to_owned()),
            None => Err(format!("{text} names the variable {name}, which is not set")),
        }
    }
}

/// Reads the configuration: defaults, then the file, then the environment, then flags.
///
/// # Errors
/// On the first unknown key, value of the wrong type, or combination that cannot work.
pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let mut config = settings::defaults();
    let named = sources.flags.config.clone().or_else(|| sources.variable(CONFIG_VARIABLE).map(PathBuf::from));
    let path = sources.directory.join(named.as_deref().unwrap_or(Path::new("waymark.toml")));
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let base = path.parent().unwrap_or(&sources.directory);
            file::read(&mut config, &text, &path.display().to_string(), base, sources)?;
        }
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(ConfigError { place: path.display().to_string(), message: format!("cannot be read: {error}") });
        }
    }
    read_environment(&mut config, sources)?;
    read_flags(&mut config, sources)?;
    check(&config)?;
    super::notifications::check(&config)?;
    sign_in::check(&config)?;
    // Those of the file stand beside it, those of the variable where the program was started.
    config.access.policy_files.iter_mut().for_each(|file| *file = sources.directory.join(&file));
    config.access.policies = grants::read_policies(&config.access.policy_files)?;
    if let Some(size) = config.demo
        && config.organisation.is_empty()
    {
        size.organisation().clone_into(&mut config.organisation);
    }
    Ok(config)
}

/// Reads only the kinds that a file declares.
///
/// # Errors
/// As [`load`].
pub fn read_kinds(path: &Path) -> Result<Arc<Kinds>, ConfigError> {
    let place = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|error| ConfigError { place: place.clone(), message: format!("cannot be read: {error}") })?;
    let mut config = settings::defaults();
    let base = path.parent().unwrap_or(Path::new(""));
    let sources = Sources { flags: ServeArgs::default(), environment: Vec::new(), directory: base.to_owned() };
    file::read(&mut config, &text, &place, base, &sources)?;
    Ok(config.kinds)
}

fn read_environment(config: &mut Config, sources: &Sources) -> Result<(), ConfigError> {
    for setting in SETTINGS {
        if let Some(value) = sources.variable(setting.variable) {
            (setting.set)(config, value).map_err(|message| ConfigError { place: setting.variable.to_owned(), message })?;
            config.note(setting, value, setting.variable.to_owned());
        }
    }
    if let Some(list) = sources.variable(CATALOG_VARIABLE) {
        config.catalog.locations = value::list(list).iter().map(|target| location(target, &sources.directory)).collect();
    }
    hosts::read_environment(config, sources)?;
    sign_in::read_environment(config, sources)?;
    // Other programs set variables with our prefix (Kubernetes: WAYMARK_SERVICE_HOST), so only a near miss is a mistake.
    let known = || SETTINGS.iter().map(|setting| setting.variable).chain([CATALOG_VARIABLE, CONFIG_VARIABLE]);
    for (name, _) in sources.environment.iter().filter(|(name, _)| name.starts_with("WAYMARK_")) {
        if known().all(|variable| variable != name)
            && let Some(near) = nearest(name, known(), 2)
        {
            let message = format!("unknown variable; did you mean {near}?");
            return Err(ConfigError { place: name.clone(), message });
        }
    }
    Ok(())
}

fn read_flags(config: &mut Config, sources: &Sources) -> Result<(), ConfigError> {
    for (key, value) in sources.flags.given() {
        let setting = SETTINGS.iter().find(|setting| setting.key == key).expect("flags name settings; a test holds it");
        let place = format!("--{}", key.replace('.', "-"));
        (setting.set)(config, value).map_err(|message| ConfigError { place: place.clone(), message })?;
        config.note(setting, value, place);
    }
    if !sources.flags.catalog.is_empty() {
        let expand = |target: &String| sources.expand(target).map(|target| location(&target, &sources.directory));
        let targets: Result<_, String> = sources.flags.catalog.iter().map(expand).collect();
        config.catalog.locations = targets.map_err(|message| ConfigError { place: "--catalog".to_owned(), message })?;
    }
    Ok(())
}

fn check(config: &Config) -> Result<(), ConfigError> {
    let wrong = |place: &str, message: &str| Err(ConfigError { place: place.to_owned(), message: message.to_owned() });
    if config.proxy.header.is_some() && config.proxy.addresses.is_empty() {
        return wrong(
            "proxy.header",
            "say in proxy.addresses where the proxy connects from; a header from anywhere would let anybody be anybody",
        );
    }
    if config.demo.is_some() {
        if !config.http.listen.ip().is_loopback() {
            return wrong(
                "demo",
                "the sample organisation lets anybody in, so it answers on this machine only; listen at 127.0.0.1 or leave demo out",
            );
        }
        if !config.catalog.locations.is_empty() {
            return wrong("demo", "the sample organisation is the catalog; leave out either demo or the catalog's locations");
        }
    }
    Ok(())
}

/// A location as flags and variables name it: a file, a web address, or an address that git can clone.
pub(super) fn location(target: &str, directory: &Path) -> LocationConfig {
    let target = target.strip_prefix("file://").filter(|path| !path.contains(".git")).unwrap_or(target);
    let parsed = catalog::LocationConfig::parse(target, directory);
    let target = if parsed.location_type == "file" { absolute(&parsed.target, directory) } else { parsed.target };
    LocationConfig { kind: parsed.location_type, target, allow: None, every: None }
}

/// The path from the root, without `.` parts.
pub(super) fn absolute(path: &str, directory: &Path) -> String {
    let joined = directory.join(path);
    let clean: PathBuf = joined.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect();
    clean.display().to_string()
}

/// The nearest of `known` to `name`, if it is at most `distance` edits away.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>, distance: usize) -> Option<&'a str> {
    let near = known.map(|key| (strsim::damerau_levenshtein(name, key), key)).min_by_key(|(edits, _)| *edits)?;
    (near.0 <= distance).then_some(near.1)
}
