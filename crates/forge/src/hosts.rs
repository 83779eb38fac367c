//! The hosts that are asked: what the configuration says of each, and what came of asking.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{ForgeError, HostConfig, HostKind};

/// Forges that need no configuration to be understood.
const BUILT_IN: [(&str, HostKind); 5] = [
    ("github.com", HostKind::GitHub),
    ("www.github.com", HostKind::GitHub),
    ("gitlab.com", HostKind::GitLab),
    ("bitbucket.org", HostKind::Bitbucket),
    ("codeberg.org", HostKind::Gitea),
];
/// Hosts that serve the files of another and take its token.
const SERVED_BY: [(&str, &str); 2] = [("raw.githubusercontent.com", "github.com"), ("www.github.com", "github.com")];
/// Longest wait that a host may ask for, in microseconds: six hours.
const LONGEST_WAIT: i64 = 6 * 3_600 * 1_000_000;
/// Requests to one host at a time: forges take offence at more, and a host that hangs holds up only its own.
const AT_ONCE: usize = 4;
/// Hosts that are counted; addresses name any number.
const MOST_HOSTS: usize = 1_000;

/// What came of asking a host, since this process started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostState {
    /// Its name, with a port where addresses give one.
    pub host: String,
    /// Requests sent: each redirect, each question and each fetch of git is one.
    pub requests: u64,
    /// Those that answered that nothing has changed.
    pub unchanged: u64,
    /// Those that failed.
    pub failed: u64,
    /// When it was last asked, in microseconds since 1970.
    pub last_at: i64,
    /// What came of it, in words: `ok`, `unchanged`, or the error.
    pub last_result: String,
    /// Requests that the host allows in its window, where it says so.
    pub budget: Option<i64>,
    /// Requests left in the window.
    pub remaining: Option<i64>,
    /// When the window ends, in microseconds since 1970.
    pub resets_at: Option<i64>,
    /// Nothing is sent until then, in microseconds since 1970.
    pub waits_until: Option<i64>,
}

/// How a request went.
#[derive(Debug)]
pub(crate) enum Outcome<'a> {
    Ok,
    Unchanged,
    Failed(&'a ForgeError),
}

/// What a host said of its budget in one answer. Times in microseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) limit: Option<i64>,
    pub(crate) remaining: Option<i64>,
    pub(crate) resets_at: Option<i64>,
    pub(crate) waits_until: Option<i64>,
}

/// Configured hosts and counters of all hosts.
#[derive(Debug)]
pub(crate) struct Hosts {
    configured: BTreeMap<String, HostConfig>,
    states: Mutex<BTreeMap<String, HostState>>,
    slots: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

impl Hosts {
    pub(crate) fn new(hosts: Vec<HostConfig>) -> Result<Self, ForgeError> {
        let mut configured = BTreeMap::new();
        for mut host in hosts {
            let name = host.name.trim().to_ascii_lowercase();
            if name.is_empty() || name.contains(['/', '@', ' ']) {
                return Err(ForgeError::Refused(format!(
                    "[[hosts]] name `{}`: write a host, with a port if need be, and no scheme: git.example.com:8443",
                    host.name
                )));
            }
            host.name.clone_from(&name);
            if configured.insert(name.clone(), host).is_some() {
                return Err(ForgeError::Refused(format!("[[hosts]] names {name} twice")));
            }
        }
        Ok(Self { configured, states: Mutex::default(), slots: Mutex::default() })
    }

    /// What runs on a host; none where nothing is known of it.
    pub(crate) fn kind(&self, host: &str) -> Option<HostKind> {
        let configured = self.config(host).map(|config| config.kind);
        configured.or_else(|| BUILT_IN.iter().find(|(name, _)| *name == host).map(|(_, kind)| *kind))
    }

    /// The value of an `Authorization` header for git or for files, where there is a token.
    pub(crate) fn authorization(&self, host: &str, for_git: bool) -> Option<SecretString> {
        let config = self.config(host)?;
        let token = config.token.as_ref()?.expose_secret();
        if !for_git && config.user.is_none() {
            return Some(format!("Bearer {token}").into());
        }
        let user = config.user.as_deref().unwrap_or(match config.kind {
            HostKind::GitHub | HostKind::Gitea => "x-access-token",
            HostKind::GitLab => "oauth2",
            HostKind::Bitbucket => "x-token-auth",
            HostKind::Plain => "git",
        });
        Some(format!("Basic {}", STANDARD.encode(format!("{user}:{token}"))).into())
    }

    /// Every form in which the host's secret could stand in a message.
    pub(crate) fn secrets(&self, host: &str) -> Vec<SecretString> {
        let token = self.config(host).and_then(|config| config.token.clone());
        token.into_iter().chain(self.authorization(host, true)).chain(self.authorization(host, false)).collect()
    }

    /// Whether the host may be asked now.
    ///
    /// # Errors
    /// `RateLimited` while its budget is used up.
    pub(crate) fn may_ask(&self, host: &str) -> Result<(), ForgeError> {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        match states.get(host).and_then(|state| state.waits_until) {
            Some(until) if until > now() => Err(waiting(host, until)),
            _ => Ok(()),
        }
    }

    /// A turn to ask the host; held while it is asked.
    pub(crate) async fn turn(&self, host: &str) -> Option<OwnedSemaphorePermit> {
        let slots = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            if slots.len() >= MOST_HOSTS {
                slots.retain(|_, slots| Arc::strong_count(slots) > 1);
            }
            Arc::clone(slots.entry(host.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
        };
        // None only where it was closed, which nobody does.
        slots.acquire_owned().await.ok()
    }

    /// Whether there is a credential for a host.
    pub(crate) fn has_token(&self, host: &str) -> bool {
        self.config(host).is_some_and(|config| config.token.is_some())
    }

    pub(crate) fn record(&self, host: &str, outcome: &Outcome<'_>, budget: Budget) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        if !states.contains_key(host) && states.len() >= MOST_HOSTS {
            let oldest = states.values().min_by_key(|state| state.last_at).map(|state| state.host.clone());
            if let Some(oldest) = oldest {
                states.remove(&oldest);
            }
        }
        let state = states.entry(host.to_owned()).or_insert_with(|| HostState { host: host.to_owned(), ..HostState::default() });
        state.requests += 1;
        state.last_at = now();
        match outcome {
            Outcome::Ok => "ok".clone_into(&mut state.last_result),
            Outcome::Unchanged => {
                state.unchanged += 1;
                "unchanged".clone_into(&mut state.last_result);
            }
            Outcome::Failed(error) => {
                state.failed += 1;
                state.last_result = error.to_string();
            }
        }
        state.budget = budget.limit.or(state.budget);
        state.remaining = budget.remaining.or(state.remaining);
        state.resets_at = budget.resets_at.or(state.resets_at);
        state.waits_until =
            budget.waits_until.map(|until| until.min(now() + LONGEST_WAIT)).or(state.waits_until.filter(|until| *until > now()));
    }

    pub(crate) fn states(&self) -> Vec<HostState> {
        let now = now();
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let mut states: Vec<HostState> = states.values().cloned().collect();
        for state in &mut states {
            state.waits_until = state.waits_until.filter(|until| *until > now);
        }
        states
    }

    fn config(&self, host: &str) -> Option<&HostConfig> {
        self.configured.get(host).or_else(|| {
            let (_, by) = SERVED_BY.iter().find(|(name, _)| *name == host)?;
            self.configured.get(*by)
        })
    }
}

/// The error while a host is left alone.
pub(crate) fn waiting(host: &str, until: i64) -> ForgeError {
    let time = Timestamp::from_microsecond(until).map_or_else(|_| "later".to_owned(), |time| time.strftime("%H:%M:%S UTC").to_string());
    ForgeError::RateLimited {
        message: format!(
            "{host} allows no more requests until {time}; nothing is sent to it before that (a token in [[hosts]] raises the limits of most forges)"
        ),
        until,
    }
}

/// Microseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
