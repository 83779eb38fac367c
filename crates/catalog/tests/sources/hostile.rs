//! Files and addresses that are broken, or meant to break something, and what is said about them.

use testkit::databases;

use crate::{
    repository::Repository,
    world::{World, component, names},
};

/// What is said of one file.
async fn check(content: &[u8], expect: &str) {
    for database in databases().await {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.yaml");
        std::fs::write(&file, content).unwrap();
        let world = World::start(&database.store, &[file.to_str().unwrap()]).await;
        let error = world.location().await.last_error.unwrap_or_default().replace(folder.path().to_str().unwrap(), "");
        assert_eq!(error, expect, "on {}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_binary_file() {
    check(
        b"\x7fELF\x02\x01\x01\0\0\0",
        "InputError: Unable to read file, file:/a.yaml cannot be used: it is not text: byte 7 is NUL. Name a YAML file, saved as UTF-8",
    )
    .await;
}

#[tokio::test]
async fn a_line_of_a_megabyte() {
    check(component("a", &format!("'{}'", "x".repeat(1 << 20))).as_bytes(), "").await;
    check("[".repeat(1 << 20).as_bytes(), "InputError: YAML error at /a.yaml:1:256, Values are nested too deep").await;
}

#[tokio::test]
async fn more_targets_than_one_location_may_name() {
    let targets: Vec<String> = (0..10_001).map(|number| format!("./missing-{number}.yaml")).collect();
    let optional = names("many", &targets.join(", ")).replace("spec:\n", "spec:\n  presence: optional\n");
    check(
        optional.as_bytes(),
        "InputError: the Location names 10001 targets, only the first 10000 are read; name a pattern, or spread them over several locations",
    )
    .await;
}

#[tokio::test]
async fn a_file_that_is_too_large() {
    check(
        &vec![b'#'; (10 << 20) + 1],
        "Error: Unable to read file, file /a.yaml has 10485761 bytes, more than the 10 MiB a descriptor may have",
    )
    .await;
}

#[tokio::test]
async fn a_link_out_of_a_repository_and_a_submodule() {
    for database in databases().await {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret.yaml"), component("secret", "one")).unwrap();
        let repository = Repository::with(&[("a.yaml", &component("a", "one"))]);
        std::os::unix::fs::symlink(folder.path().join("secret.yaml"), repository.path().join("out.yaml")).unwrap();
        std::os::unix::fs::symlink("a.yaml", repository.path().join("in.yaml")).unwrap();
        repository.commit(&[("all.yaml", &names("all", "./out.yaml, ./a.yaml"))]);
        let world = World::start(&database.store, &[&format!("git:{}", repository.at("all.yaml"))]).await;
        let dump = world.dump().await.replace(&repository.address(), "REPO");
        assert_eq!(
            dump,
            "component:a \"one\"\nlocation:all !Error: Unable to read file, out.yaml in REPO at main is a link that leaves the repository",
            "on {}",
            database.name
        );
        world.stop().await;
    }
}
