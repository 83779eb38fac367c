//! One clone: asked whether it is current, brought up to date, listed.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use crate::{
    ForgeError, GitTarget,
    forge::Shared,
    git::{
        TreeFile,
        batch::Batch,
        command::{Call, Failure, size_of},
        failure::explain,
        remote::Remote,
        tree,
    },
    hosts::{Budget, Outcome},
};

/// Bytes that one clone may take.
const MOST_BYTES: u64 = 2 << 30;
/// Bytes of the listing of one tree: about a million files.
const MOST_LISTING: u64 = 128 << 20;
/// A clone that was fetched into more often is made anew: nothing in it is ever thrown away.
const MOST_PACKS: usize = 64;
/// Listings of more files are not kept between rounds.
const KEPT_FILES: usize = 20_000;
/// References of one repository whose state is kept.
const MOST_REFERENCES: usize = 64;
/// How many times the limit of a step a transfer may take; it ends earlier when nothing comes.
const TRANSFER: u32 = 10;

/// A clone. Its folder may not exist yet.
#[derive(Debug)]
pub(super) struct Repository {
    dir: PathBuf,
    /// One question or fetch at a time.
    known: Mutex<HashMap<Option<String>, Known>>,
    uses: Arc<()>,
}

/// Held by whoever reads the clone, so that it is not made anew under them.
#[derive(Debug)]
pub(super) struct Use(#[expect(dead_code, reason = "it is counted, never read")] Arc<()>);

/// A reference, as it was at one moment.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) commit: String,
    pub(super) branch: Option<String>,
    pub(super) files: Arc<Vec<TreeFile>>,
}

/// What came of the last question, and when it was put.
#[derive(Debug)]
struct Known {
    put: Instant,
    result: Result<Head, ForgeError>,
}

/// What the host says a reference is.
#[derive(Debug, PartialEq, Eq)]
struct Advertised {
    /// In full: `refs/heads/main`, or a commit.
    name: String,
    commit: String,
    branch: Option<String>,
}

impl Repository {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir, known: Mutex::default(), uses: Arc::new(()) }
    }

    pub(super) fn in_use(&self) -> Use {
        Use(Arc::clone(&self.uses))
    }

    /// The reference as the host has it now. Of those who wait for the same answer one asks.
    pub(super) async fn head(&self, shared: &Shared, target: &GitTarget) -> Result<Head, ForgeError> {
        let arrived = Instant::now();
        let mut known = self.known.lock().await;
        // Put after this caller came: as good as asking again. One put before may miss what was pushed since.
        if let Some(known) = known.get(&target.reference).filter(|known| known.put >= arrived) {
            return known.result.clone();
        }
        let put = Instant::now();
        let before = known.remove(&target.reference).and_then(|known| known.result.ok());
        let mut result = Box::pin(self.update(shared, target, before)).await;
        if matches!(&result, Err(Broken::Clone)) {
            tracing::warn!(repository = %target, "the clone is damaged and is made anew");
            shared.clones.wipe(&self.dir).await;
            known.clear();
            result = Box::pin(self.update(shared, target, None)).await;
        }
        let result = result.map_err(|broken| match broken {
            Broken::Clone => {
                ForgeError::Unreadable(format!("the clone of {target} is damaged and could not be made anew: is the disk full?"))
            }
            Broken::Host(error) => error,
        });
        if known.len() >= MOST_REFERENCES {
            known.clear();
        }
        let kept = match &result {
            Ok(head) if head.files.len() > KEPT_FILES => None,
            result => Some(result.clone()),
        };
        if let Some(kept) = kept {
            known.insert(target.reference.clone(), Known { put, result: kept });
        }
        result
    }

    /// A conversation about the contents of this clone.
    pub(super) fn converse(&self, shared: &Shared, target: &GitTarget) -> Result<Batch, ForgeError> {
        let call = Call::local(&self.dir, &["cat-file", "--batch"]);
        let explained = |failure: Failure| explain(&failure, target, "", &[], MOST_BYTES);
        Batch::new(shared.clones.git.converse(call).map_err(explained)?).map_err(explained)
    }

    /// Old path → new path.
    pub(super) async fn renames(&self, shared: &Shared, target: &GitTarget, before: &str, after: &str) -> Option<HashMap<String, String>> {
        if !is_commit(before) {
            return None;
        }
        if self.local(shared, &["cat-file", "-e", &format!("{before}^{{commit}}")]).await.is_err() {
            let _one = self.known.lock().await;
            let remote = Remote::new(shared, &target.repository).await.ok()?;
            self.fetch(shared, target, &remote, before, &format!("refs/waymark/was/{before}")).await.ok()?;
        }
        // Without the contents of what was filtered out, a likeness cannot be computed: then only equal files count.
        for likeness in ["-M50%", "-M100%"] {
            let args = ["diff-tree", "-r", "-z", "--name-status", "--diff-filter=R", likeness, "-l2000", before, after];
            if let Ok(listing) = self.local(shared, &args).await {
                return Some(parse_renames(&listing));
            }
        }
        None
    }

    async fn update(&self, shared: &Shared, target: &GitTarget, before: Option<Head>) -> Result<Head, Broken> {
        let key = format!("refs/waymark/{}", key_of(target.reference.as_deref()));
        self.prepare(shared, target).await?;
        // What a full commit id means never changes.
        let fixed = target.reference.as_deref().filter(|reference| is_commit(reference));
        if let Some(commit) = fixed
            && self.commit_of(shared, commit).await.is_some()
        {
            return self.listed(shared, commit.to_owned(), None, before).await;
        }
        let remote = Remote::new(shared, &target.repository).await.map_err(Broken::Host)?;
        let advertised = match fixed {
            Some(commit) => Advertised { name: commit.to_owned(), commit: commit.to_owned(), branch: None },
            None => self.ask(shared, target, &remote).await?,
        };
        if fixed.is_none() && self.commit_of(shared, &key).await.as_ref() == Some(&advertised.commit) {
            shared.hosts.record(&remote.host, &Outcome::Unchanged, Budget::default());
            return self.listed(shared, advertised.commit, advertised.branch, before).await;
        }
        if fixed.is_none() {
            shared.hosts.record(&remote.host, &Outcome::Ok, Budget::default());
        }
        if Arc::strong_count(&self.uses) == 1 && packs_in(&self.dir) > MOST_PACKS {
            shared.clones.wipe(&self.dir).await;
            self.prepare(shared, target).await?;
        }
        self.fetch(shared, target, &remote, &advertised.name, &key).await?;
        shared.clones.grew(&self.dir, size_of(&self.dir.join("objects/pack")).await).await;
        // It may have moved on since the question.
        let commit = self.commit_of(shared, &key).await.ok_or(Broken::Clone)?;
        self.listed(shared, commit, advertised.branch, None).await
    }

    /// Makes the folder, or finds it whole.
    async fn prepare(&self, shared: &Shared, target: &GitTarget) -> Result<(), Broken> {
        if self.dir.join("HEAD").is_file() && self.dir.join("objects").is_dir() {
            return Ok(());
        }
        let said = |failure: Failure| Broken::Host(explain(&failure, target, "", &[], MOST_BYTES));
        let made = tokio::fs::create_dir_all(&self.dir).await;
        made.map_err(|error| {
            Broken::Host(ForgeError::Unreadable(format!("the folder for cloned repositories cannot be written: {error}")))
        })?;
        let call = Call::local(&self.dir, &["init", "--quiet", "--bare", "--template=", "."]);
        shared.clones.git.run(call).await.map_err(said)?;
        Ok(())
    }

    /// One `ls-remote`.
    async fn ask(&self, shared: &Shared, target: &GitTarget, remote: &Remote) -> Result<Advertised, Broken> {
        let patterns = match target.reference.as_deref() {
            None => vec!["HEAD".to_owned()],
            Some(name) if name.starts_with("refs/") => vec![name.to_owned(), format!("{name}^{{}}")],
            Some(name) => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}"), format!("refs/tags/{name}^{{}}")],
        };
        let fixed = ["ls-remote", "--quiet", "--symref", "--", "origin"].map(str::to_owned);
        let listing = self.over(shared, target, remote, fixed.into_iter().chain(patterns.clone()).collect(), 1, None).await?;
        advertised(&String::from_utf8_lossy(&listing), &patterns).ok_or_else(|| {
            let error = ForgeError::NotFound(match target.reference.as_deref() {
                None => format!("{} has no commit yet", target.repository),
                Some(name) if name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                    format!("{} has no branch or tag {name}; a commit is named in full, with 40 digits", target.repository)
                }
                Some(name) => format!("{} has no branch or tag {name}", target.repository),
            });
            shared.hosts.record(&remote.host, &Outcome::Failed(&error), Budget::default());
            Broken::Host(error)
        })
    }

    async fn fetch(&self, shared: &Shared, target: &GitTarget, remote: &Remote, name: &str, key: &str) -> Result<(), Broken> {
        remove_leftovers(&self.dir).await;
        let mut args: Vec<String> =
            ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--force", "--no-recurse-submodules"]
                .map(str::to_owned)
                .into();
        args.push(format!("--filter=blob:limit={}", shared.fetch.max_bytes.saturating_add(1)));
        args.extend(["--".to_owned(), "origin".to_owned(), format!("+{name}:{key}")]);
        let packs = Some((self.dir.join("objects/pack"), MOST_BYTES));
        if let Err(broken) = self.over(shared, target, remote, args, TRANSFER, packs).await {
            // Half a pack may be what filled the disk, and the database needs the room.
            remove_leftovers(&self.dir).await;
            return Err(broken);
        }
        shared.hosts.record(&remote.host, &Outcome::Ok, Budget::default());
        Ok(())
    }

    /// A call that reaches out. A failure is counted here, a success by the caller, who knows what it means.
    async fn over(
        &self,
        shared: &Shared,
        target: &GitTarget,
        remote: &Remote,
        args: Vec<String>,
        patience: u32,
        packs: Option<(PathBuf, u64)>,
    ) -> Result<Vec<u8>, Broken> {
        let _turn = shared.hosts.turn(&remote.host).await;
        shared.hosts.may_ask(&remote.host).map_err(Broken::Host)?;
        let config = remote.config.clone();
        let call =
            Call { args, dir: &self.dir, config, transport: remote.transport, ssh: remote.ssh.clone(), most: 1 << 20, patience, packs };
        match shared.clones.git.run(call).await {
            Ok(out) => Ok(out),
            Err(Failure::Said(said)) if is_damage(&said) => Err(Broken::Clone),
            Err(failure) => {
                let error = explain(&failure, target, &remote.host, &shared.hosts.secrets(&remote.host), MOST_BYTES);
                let waits_until = if let ForgeError::RateLimited { until, .. } = &error { Some(*until) } else { None };
                shared.hosts.record(&remote.host, &Outcome::Failed(&error), Budget { waits_until, ..Budget::default() });
                Err(Broken::Host(error))
            }
        }
    }

    /// The files of a commit; those that were listed before, if it is the same one.
    async fn listed(&self, shared: &Shared, commit: String, branch: Option<String>, before: Option<Head>) -> Result<Head, Broken> {
        if let Some(before) = before.filter(|before| before.commit == commit) {
            return Ok(Head { branch, ..before });
        }
        let mut call = Call::local(&self.dir, &["ls-tree", "-r", "-l", "-z", "--full-tree", &commit]);
        call.most = MOST_LISTING;
        let listing = match shared.clones.git.run(call).await {
            Ok(listing) => listing,
            Err(Failure::TooMuchOutput) => {
                return Err(Broken::Host(ForgeError::TooLarge(format!("the commit {commit} has too many files to be listed"))));
            }
            Err(Failure::TimedOut(limit)) => {
                return Err(Broken::Host(ForgeError::Unreadable(format!(
                    "listing the commit {commit} took more than {} s",
                    limit.as_secs_f32()
                ))));
            }
            Err(_) => return Err(Broken::Clone),
        };
        Ok(Head { commit, branch, files: Arc::new(tree::parse(&listing)) })
    }

    async fn commit_of(&self, shared: &Shared, name: &str) -> Option<String> {
        let found =
            self.local(shared, &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")]).await.ok()?;
        Some(String::from_utf8_lossy(&found).trim().to_owned()).filter(|commit| is_commit(commit))
    }

    async fn local(&self, shared: &Shared, args: &[&str]) -> Result<Vec<u8>, Failure> {
        let mut call = Call::local(&self.dir, args);
        call.most = MOST_LISTING;
        shared.clones.git.run(call).await
    }
}

/// What failed.
#[derive(Debug)]
enum Broken {
    /// The clone itself: it can be made anew.
    Clone,
    Host(ForgeError),
}

/// What git says of a folder that a crash or a full disk left behind. The host's own words do not count.
fn is_damage(said: &str) -> bool {
    const SIGNS: [&str; 10] = [
        "shallow.lock",
        "bad object",
        "is corrupt",
        "object corrupt",
        "bad config",
        "loose object",
        "packfile",
        "broken ref",
        "unable to resolve reference",
        "File exists",
    ];
    let mut own = said.lines().filter(|line| !line.starts_with("remote:"));
    !said.contains("No space left") && own.any(|line| SIGNS.iter().any(|sign| line.contains(sign)))
}

/// The first pattern that the host has; a tag's commit rather than the tag.
fn advertised(listing: &str, patterns: &[String]) -> Option<Advertised> {
    let mut found: HashMap<&str, &str> = HashMap::new();
    let mut branch = None;
    for line in listing.lines() {
        match line.split_once('\t') {
            Some((symref, "HEAD")) if symref.starts_with("ref: ") => branch = symref.strip_prefix("ref: refs/heads/").map(str::to_owned),
            Some((object, name)) if is_commit(object) => drop(found.insert(name, object)),
            _ => {}
        }
    }
    let name = patterns.iter().find(|pattern| !pattern.ends_with("^{}") && found.contains_key(pattern.as_str()))?;
    let object = found.get(format!("{name}^{{}}").as_str()).or_else(|| found.get(name.as_str()))?;
    Some(Advertised { name: name.clone(), commit: (*object).to_owned(), branch })
}

/// `R100\0old\0new\0…`
fn parse_renames(listing: &[u8]) -> HashMap<String, String> {
    let mut renames = HashMap::new();
    let mut parts = listing.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    while let (Some(_), Some(old), Some(new)) = (parts.next(), parts.next(), parts.next()) {
        renames.insert(old.into_owned(), new.into_owned());
    }
    renames
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn key_of(reference: Option<&str>) -> String {
    let Some(reference) = reference else { return "default".to_owned() };
    Sha256::digest(reference).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn packs_in(dir: &Path) -> usize {
    let entries = std::fs::read_dir(dir.join("objects/pack")).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "pack")).count()
}

/// What calls left that were ended in the middle: halves of packs, and locks that nobody holds any more, since there is
/// one call at a time and one process for a folder.
async fn remove_leftovers(dir: &Path) {
    let _ = tokio::fs::remove_file(dir.join("shallow.lock")).await;
    for (folder, is_left) in [("objects/pack", "tmp_"), ("refs/waymark", ".lock")] {
        let Ok(mut entries) = tokio::fs::read_dir(dir.join(folder)).await else { continue };
        while let Ok(Some(entry)) = entries.next_entry().await {
            if entry.file_name().to_string_lossy().contains(is_left) {
                let _ = tokio::fs::remove_file(entry.path()).await;
            }
        }
    }
}
