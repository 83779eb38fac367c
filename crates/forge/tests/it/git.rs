//! Repositories of this machine: what a commit holds, what is asked and what is not.

use std::{fs, sync::Arc};

use forge::{Checkout, FetchConfig, FileKind, Forge, ForgeError, GitTarget};

use crate::repository::Origin;

fn forge() -> Forge {
    Forge::new(Vec::new(), FetchConfig { max_bytes: 1_000, ..FetchConfig::default() }, None).unwrap()
}

fn target(origin: &Origin, rest: &str) -> GitTarget {
    GitTarget::parse(&format!("{}{rest}", origin.address())).unwrap()
}

async fn checkout(forge: &Forge, origin: &Origin, rest: &str) -> Arc<Checkout> {
    forge.round().checkout(&target(origin, rest)).await.unwrap()
}

async fn text(checkout: &Checkout, path: &str) -> String {
    match checkout.read(path).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => error.to_string(),
    }
}

fn paths(checkout: &Checkout, path: &str) -> String {
    match checkout.matching(path) {
        Ok(files) => files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn one_fetch_serves_all_files() {
    let origin = Origin::new(&[
        ("catalog-info.yaml", "root"),
        ("a/catalog-info.yaml", "a"),
        ("a/b/catalog-info.yml", "b"),
        ("a/other.yaml", "other"),
        ("pages/[id]/x.yaml", "id"),
        ("größe.yaml", "umlaut"),
        (".hidden/catalog-info.yaml", "hidden"),
    ]);
    let forge = forge();
    let round = forge.round();
    let first = round.checkout(&target(&origin, "//a/catalog-info.yaml")).await.unwrap();
    let again = round.checkout(&target(&origin, "//a/other.yaml")).await.unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    assert_eq!(first.commit, origin.git(&["rev-parse", "HEAD"]));
    assert_eq!(first.default_branch.as_deref(), Some("main"));
    assert_eq!(paths(&first, ""), ".hidden/catalog-info.yaml a/b/catalog-info.yml a/catalog-info.yaml catalog-info.yaml");
    assert_eq!(paths(&first, "a"), "a/b/catalog-info.yml a/catalog-info.yaml");
    assert_eq!(paths(&first, "*/catalog-info.yaml"), ".hidden/catalog-info.yaml a/catalog-info.yaml");
    assert_eq!(paths(&first, "pages/[id]/x.yaml"), "pages/[id]/x.yaml");
    assert_eq!(paths(&first, "größe.yaml"), "größe.yaml");
    assert!(paths(&first, "none.yaml").ends_with("r.git has no file none.yaml"));
    assert!(paths(&first, "*.json").ends_with("has no file that matches *.json"));
    for (path, expected) in [("catalog-info.yaml", "root"), ("a/b/catalog-info.yml", "b"), ("größe.yaml", "umlaut")] {
        assert_eq!(text(&first, path).await, expected);
    }
    let file = first.find("a/other.yaml").unwrap();
    assert_eq!((file.size, file.kind, file.blob.len()), (5, FileKind::Regular, 40));
}

#[tokio::test]
async fn an_unchanged_reference_is_not_fetched() {
    let origin = Origin::new(&[("a.yaml", "one")]);
    let forge = forge();
    let first = checkout(&forge, &origin, "").await;
    // Without objects the question can still be answered, and a fetch would fail.
    let objects = origin.root().join("r.git/objects");
    fs::rename(&objects, origin.root().join("away")).unwrap();
    fs::create_dir(&objects).unwrap();
    let second = checkout(&forge, &origin, "").await;
    assert_eq!((&first.commit, text(&second, "a.yaml").await), (&second.commit, "one".to_owned()));
    fs::remove_dir(&objects).unwrap();
    fs::rename(origin.root().join("away"), &objects).unwrap();
    origin.push(&[("a.yaml", "two")]);
    let third = checkout(&forge, &origin, "").await;
    assert_eq!(text(&third, "a.yaml").await, "two");
    // What was read before stays readable.
    assert_eq!(text(&first, "a.yaml").await, "one");
}

#[tokio::test]
async fn a_clone_is_found_again_after_a_restart_and_made_anew_when_it_is_damaged() {
    let origin = Origin::new(&[("a.yaml", "one")]);
    let cache = tempfile::tempdir().unwrap();
    let start = || Forge::new(Vec::new(), FetchConfig::default(), Some(cache.path().join("git"))).unwrap();
    let first = checkout(&start(), &origin, "").await.commit.clone();
    let clone = fs::read_dir(cache.path().join("git"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.join("HEAD").is_file())
        .unwrap();
    // Nothing is fetched: the pack is the same file.
    let packs =
        |dir: &std::path::Path| -> Vec<_> { fs::read_dir(dir.join("objects/pack")).unwrap().map(|entry| entry.unwrap().path()).collect() };
    let before = packs(&clone);
    assert_eq!(checkout(&start(), &origin, "").await.commit, first);
    assert_eq!(packs(&clone), before);
    for damage in ["lock", "pack", "config", "half"] {
        match damage {
            "lock" => fs::write(clone.join("shallow.lock"), "").unwrap(),
            "pack" => before.iter().chain(&packs(&clone)).for_each(|pack| drop(fs::remove_file(pack))),
            "config" => fs::write(clone.join("config"), "[core\n").unwrap(),
            _ => fs::remove_file(clone.join("HEAD")).unwrap(),
        }
        origin.push(&[("a.yaml", damage)]);
        assert_eq!(text(&*checkout(&start(), &origin, "").await, "a.yaml").await, damage);
    }
}

#[tokio::test]
async fn references_are_branches_tags_and_whole_commits() {
    let origin = Origin::new(&[("a.yaml", "one")]);
    let one = origin.git(&["rev-parse", "HEAD"]);
    origin.git(&["tag", "--annotate", "v1", "--message", "one"]);
    origin.git(&["checkout", "--quiet", "-b", "feature/x"]);
    let two = origin.push(&[("a.yaml", "two")]);
    origin.git(&["push", "--quiet", "origin", "v1"]);
    let forge = forge();
    for (reference, expected) in
        [("?ref=main", &one), ("?ref=v1", &one), ("?ref=refs/tags/v1", &one), ("?ref=feature/x", &two), (&format!("?ref={one}"), &one)]
    {
        let checkout = checkout(&forge, &origin, reference).await;
        assert_eq!((&checkout.commit, checkout.default_branch.as_deref()), (expected, None), "{reference}");
    }
    for (reference, part) in
        [("?ref=none", "has no branch or tag none"), (&format!("?ref={}", &one[..10]), "is named in full, with 40 digits")]
    {
        let error = forge.round().checkout(&target(&origin, reference)).await.unwrap_err();
        assert!(matches!(&error, ForgeError::NotFound(said) if said.contains(part)), "{error:?}");
    }
}

#[tokio::test]
async fn renames_are_followed() {
    let body = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\nspec:\n  type: service\n";
    let origin = Origin::new(&[("old/catalog-info.yaml", body), ("same.yaml", "same")]);
    let before = origin.git(&["rev-parse", "HEAD"]);
    let forge = forge();
    checkout(&forge, &origin, "").await;
    origin.push(&[("old/catalog-info.yaml", ""), ("new/catalog-info.yaml", &format!("{body}  owner: x\n"))]);
    for forge in [&forge, &self::forge()] {
        // Known from the fetch before, or fetched for it.
        let now = checkout(forge, &origin, "").await;
        assert_eq!(now.renamed(&before, "old/catalog-info.yaml").await.as_deref(), Some("new/catalog-info.yaml"));
        assert_eq!(now.renamed(&before, "same.yaml").await, None);
        assert_eq!(now.renamed("0000000000000000000000000000000000000001", "same.yaml").await, None);
        assert_eq!(now.renamed("--output=/tmp/x", "same.yaml").await, None);
    }
}

#[tokio::test]
async fn links_stay_in_the_tree_and_sizes_in_their_limits() {
    let origin = Origin::new(&[("a/real.yaml", "real"), ("large.yaml", &"x".repeat(1_001))]);
    for (link, to) in [
        ("a/link.yaml", "real.yaml"),
        ("up.yaml", "./a/../a/link.yaml"),
        ("out.yaml", "../../etc/passwd"),
        ("abs.yaml", "/etc/passwd"),
        ("loop.yaml", "loop.yaml"),
        ("gone.yaml", "a/gone.yaml"),
    ] {
        std::os::unix::fs::symlink(to, origin.tree().join(link)).unwrap();
    }
    origin.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{},module", "1".repeat(40))]);
    origin.git(&["add", "a", "up.yaml", "out.yaml", "abs.yaml", "loop.yaml", "gone.yaml"]);
    origin.git(&["commit", "--quiet", "--message", "links"]);
    origin.git(&["push", "--quiet", "origin", "HEAD"]);
    let now = checkout(&forge(), &origin, "").await;
    for (path, expected) in [
        ("a/link.yaml", "real"),
        ("up.yaml", "real"),
        ("out.yaml", "is a link that leaves the repository"),
        ("abs.yaml", "is a link that leaves the repository"),
        ("loop.yaml", "a link to a link"),
        ("gone.yaml", "has no file a/gone.yaml"),
        ("module", "is a submodule"),
        ("large.yaml", "has more than 1000 bytes (max-bytes under [fetch])"),
        ("a", "has no file a"),
    ] {
        let said = text(&now, path).await;
        assert!(said.contains(expected), "{path}: {said}");
    }
    // A refusal does not end the conversation with git.
    assert_eq!(text(&now, "a/real.yaml").await, "real");
    assert_eq!(now.find("module").map(|file| file.kind), Some(FileKind::Submodule));
}

#[tokio::test]
async fn many_read_at_once() {
    let names: Vec<(String, String)> = (0..200).map(|at| (format!("f{at}.yaml"), format!("text {at}"))).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let origin = Origin::new(&files);
    let forge = forge();
    let (one, other) = (forge.round(), forge.round());
    let place = target(&origin, "");
    let (one, other) = tokio::join!(one.checkout(&place), other.checkout(&place));
    let (one, other) = (one.unwrap(), other.unwrap());
    let reads = names.iter().map(|(path, text)| {
        let one = Arc::clone(if path.len() % 2 == 0 { &one } else { &other });
        async move { assert_eq!(one.read(path).await.unwrap(), text.as_bytes()) }
    });
    futures_util::future::join_all(reads).await;
    // A reader that leaves in the middle costs the others nothing.
    for (path, text) in &names {
        let mut read = Box::pin(one.read(path));
        let _ = futures_util::poll!(&mut read);
        drop(read);
        assert_eq!(one.read(path).await.unwrap(), text.as_bytes());
    }
}

#[tokio::test]
async fn what_is_no_repository_is_said() {
    let empty = tempfile::tempdir().unwrap();
    let forge = forge();
    let check = async |address: String, part: &str| {
        let error = forge.round().checkout(&GitTarget::parse(&address).unwrap()).await.unwrap_err();
        assert!(error.to_string().contains(part), "{error:?}");
    };
    check(format!("file://{}", empty.path().display()), "has no repository file:///").await;
    check("file:///nowhere/r.git".to_owned(), "has no repository file:///nowhere/r.git").await;
    check("https://127.0.0.1:1/r.git".to_owned(), "add \"127.0.0.1:1\" to allow-private").await;
    check("ssh://git@10.0.0.1/r.git".to_owned(), "is on a private network").await;
    check("git@localhost:o/r.git".to_owned(), "localhost (").await;
    check("git://169.254.169.254/r.git".to_owned(), "is on a private network").await;
    let origin = Origin::new(&[("a.yaml", "one")]);
    let bare = origin.root().join("empty.git");
    origin.git(&["init", "--quiet", "--bare", bare.to_str().unwrap()]);
    check(format!("file://{}", bare.display()), "has no commit yet").await;
    let closed = Forge::new(Vec::new(), FetchConfig { allow_file: false, ..FetchConfig::default() }, None).unwrap();
    let error = closed.round().checkout(&target(&origin, "")).await.unwrap_err();
    assert!(matches!(error, ForgeError::Refused(_)), "{error:?}");
}

#[tokio::test]
async fn hooks_and_configuration_of_a_repository_do_not_run() {
    let origin = Origin::new(&[("a.yaml", "one"), (".gitattributes", "* filter=evil diff=evil\n")]);
    let trace = origin.root().join("ran");
    let hooks = origin.root().join("r.git/hooks");
    for hook in ["post-checkout", "reference-transaction", "post-upload-pack"] {
        fs::write(hooks.join(hook), format!("#!/bin/sh\ntouch {}\n", trace.display())).unwrap();
        fs::set_permissions(hooks.join(hook), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    let config = format!("[uploadpack]\n\tpackObjectsHook = touch {}\n[core]\n\tfsmonitor = touch {}\n", trace.display(), trace.display());
    let kept = fs::read_to_string(origin.root().join("r.git/config")).unwrap();
    fs::write(origin.root().join("r.git/config"), kept + &config).unwrap();
    assert_eq!(text(&*checkout(&forge(), &origin, "").await, "a.yaml").await, "one");
    assert!(!trace.exists());
}
