//! The audit log of running processes: two replicas, kills in the middle of writes, the command line beside them, and somebody who has the
//! database and not the key.

use std::{
    path::Path,
    process::{Command, Stdio},
    thread,
};

use store::{Args, Statement, Store, StoreConfig};

use crate::{
    Run,
    database::fresh,
    server::{Server, send, waymark},
    size,
};

const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const OTHER_KEY: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
const ALTER: Statement =
    Statement::both("test.alter", "UPDATE audit SET request_id = request_id || '-x' WHERE seq = (SELECT min(seq) + 1 FROM audit)");
const MEND: Statement = Statement::both(
    "test.mend",
    "UPDATE audit SET request_id = replace(request_id, '-x', '') WHERE seq = (SELECT min(seq) + 1 FROM audit)",
);
const CUT: Statement = Statement::both("test.cut", "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)");
const COUNT: Statement = Statement::both("test.count", "SELECT CAST(count(*) AS BIGINT) FROM entity WHERE location_id = 'portal'");

/// Runs `waymark audit …` beside whatever runs.
fn audit(data: &Path, url: Option<&str>, key: Option<&str>, arguments: &[&str]) -> Run {
    let mut command = waymark();
    command.arg("audit").args(arguments).arg("--data-dir").arg(data).current_dir(data).env_remove("WAYMARK_AUDIT_KEY");
    if let Some(url) = url {
        command.args(["--database-url", url]);
    }
    if let Some(key) = key {
        command.env("WAYMARK_AUDIT_KEY", key);
    }
    finish(command)
}

fn finish(mut command: Command) -> Run {
    let output = command.stdin(Stdio::null()).output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run { code: output.status.code(), out: text(&output.stdout), error: text(&output.stderr) }
}

fn component(name: &str) -> String {
    serde_json::json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": name },
        "spec": { "type": "service", "lifecycle": "production", "owner": "team" },
    })
    .to_string()
}

/// Makes entities until the server is gone or `count` are made; how many were answered with 201.
fn create(address: &str, client: &str, count: usize) -> usize {
    let made = |n: &usize| {
        let body = component(&format!("{client}-{n}"));
        send(address, "POST", "/api/v1/entities", "", &body).is_ok_and(|answer| answer.status == 201)
    };
    (0..count).take_while(made).count()
}

fn with_store<T>(url: &str, work: impl AsyncFnOnce(&Store) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&StoreConfig { url: url.to_owned(), max_readers: 1 }).await.expect("the database opens");
        let out = work(&store).await;
        store.close().await;
        out
    })
}

fn tamper(url: &str, statement: &'static Statement) {
    with_store(url, async |store| {
        let mut tx = store.begin().await.expect("a transaction");
        tx.execute(statement, Args::new()).await.expect("the statement runs");
        tx.commit().await.expect("it is committed");
    });
}

#[test]
fn the_command_line_says_what_somebody_did() {
    for database in fresh() {
        let (data, catalog) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = catalog.path().join("catalog-info.yaml");
        std::fs::write(&root, "").unwrap();
        let url = Some(database.url.as_str());
        let check = |key: Option<&str>, code: i32, words: &str| {
            let run = audit(data.path(), url, key, &["verify"]);
            assert_eq!(run.code, Some(code), "{}: {}{}", database.name, run.out, run.error);
            assert!(run.out.contains(words), "{}: {}", database.name, run.out);
        };
        check(None, 2, "the key is not here");
        let mut server = Server::start(data.path(), url, &root, &[("WAYMARK_AUDIT_KEY", "")]);
        assert!(data.path().join("audit.key").is_file(), "the key is made at the first start");
        check(None, 0, "Intact");
        assert_eq!(create(&server.address, "c", 5), 5);
        check(None, 0, "Intact: ");
        let listed = server.get("/api/v1/audit?limit=2", None);
        assert_eq!(listed.body["nextCursor"].as_str(), listed.body["items"][1]["seq"].as_i64().map(|seq| seq.to_string()).as_deref());
        assert_eq!(listed.body["items"][0]["resource"], "component:default/c-4");
        assert_eq!(server.get("/api/v1/audit/verify", None).body["state"], "intact");

        // Killed in the middle of writes: what was answered is recorded, and the chain holds.
        let address = server.address.clone();
        let client = thread::spawn(move || create(&address, "k", 100_000));
        server.wait("some writes", |server| server.count("component") > 10);
        server.kill();
        let made = client.join().unwrap();
        let entities = with_store(&database.url, async |store| {
            let row: Option<(i64,)> = store.fetch_optional(&COUNT, Args::new()).await.expect("rows are counted");
            usize::try_from(row.unwrap_or_default().0).unwrap()
        });
        assert!(entities >= made + 5);
        check(None, 0, "Intact");
        // Each entity has its row, and each row its entity.
        let lines = audit(data.path(), url, None, &["export", "--action", "entity:create"]);
        assert_eq!(lines.out.lines().count(), entities, "{}", lines.error);
        assert!(lines.out.lines().all(|line| line.contains(r#""actor":"system:admin-token""#)));
        let csv = audit(data.path(), url, None, &["export", "--format", "csv", "--after", "3", "--resource", "component:default/c-*"]);
        assert_eq!(csv.out.lines().count(), 3, "{}", csv.out);

        check(Some(OTHER_KEY), 2, "is signed with the key");
        let mut serve = waymark();
        serve.args(["serve", "--listen", "127.0.0.1:0", "--database-url", &database.url, "--data-dir"]).arg(data.path());
        let refused = finish({
            serve.env("WAYMARK_AUDIT_KEY", OTHER_KEY);
            serve
        });
        assert!(refused.code == Some(1) && refused.error.contains("is signed with the key"), "{}", refused.error);
        tamper(&database.url, &ALTER);
        check(None, 1, "does not fit its hash");
        tamper(&database.url, &MEND);
        check(None, 0, "Intact");
        tamper(&database.url, &CUT);
        check(None, 1, "while its signed head says that it goes to row");
    }
}

#[test]
fn two_replicas_write_one_log() {
    for database in fresh().into_iter().filter(|database| database.name != "sqlite") {
        let (one, two, catalog) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = catalog.path().join("catalog-info.yaml");
        std::fs::write(&root, "").unwrap();
        let start = |data: &Path| Server::start(data, Some(&database.url), &root, &[("WAYMARK_AUDIT_KEY", KEY)]);
        let (first, mut second) = (start(one.path()), start(two.path()));
        let each = size(200) / 4;
        let made: usize = thread::scope(|scope| {
            let clients: Vec<_> = [&first.address, &second.address, &first.address, &second.address]
                .into_iter()
                .enumerate()
                .map(|(client, address)| scope.spawn(move || create(address, &format!("r{client}"), each)))
                .collect();
            // Checking beside them sees whole logs only.
            while !clients.iter().all(|client| client.is_finished()) {
                let run = audit(one.path(), Some(&database.url), Some(KEY), &["verify"]);
                assert_eq!(run.code, Some(0), "{}{}", run.out, run.error);
            }
            clients.into_iter().map(|client| client.join().unwrap()).sum()
        });
        assert_eq!(made, 4 * each);
        let verdict = |words: &str| {
            let run = audit(one.path(), Some(&database.url), Some(KEY), &["verify"]);
            assert!(run.code == Some(0) && run.out.contains(words), "{}{}", run.out, run.error);
        };
        verdict("Intact");
        // One is killed while both write.
        let (left, killed) = thread::scope(|scope| {
            let (address, other) = (first.address.clone(), second.address.clone());
            let left = scope.spawn(move || create(&address, "left", each));
            let killed = scope.spawn(move || create(&other, "killed", 100_000));
            second.wait("some writes", |server| {
                server.get("/api/v1/audit?limit=1", None).body["items"][0]["seq"].as_u64() > Some(made as u64 + 5)
            });
            second.kill();
            (left.join().unwrap(), killed.join().unwrap())
        });
        assert!(left == each && killed > 0);
        verdict("Intact");
        drop((first, second));
        // A replica without the key is told what to do.
        let three = tempfile::tempdir().unwrap();
        let mut serve = waymark();
        serve.args(["serve", "--listen", "127.0.0.1:0", "--database-url", &database.url, "--data-dir"]).arg(three.path());
        serve.env_remove("WAYMARK_AUDIT_KEY");
        let refused = finish(serve);
        assert!(refused.code == Some(1) && refused.error.contains("WAYMARK_AUDIT_KEY"), "{}", refused.error);
        assert!(!three.path().join("audit.key").exists(), "a key that fits nothing is not made");
    }
}
