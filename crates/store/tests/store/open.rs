//! What an operator reads when the database cannot be opened.

use store::{Store, StoreConfig, StoreError};

use crate::soon;

async fn check(url: &str, expected: &str) {
    match Store::open(&StoreConfig::new(url)).await {
        Err(StoreError::Configuration(message)) => assert!(message.starts_with(expected), "{message}"),
        other => panic!("{url}: {other:?}"),
    }
}

#[tokio::test]
async fn bad_addresses() {
    check("mysql://localhost/x", "the database URL must start with sqlite: or postgres://, as in sqlite:./data/waymark.db or").await;
    check("waymark.db", "the database URL must start with sqlite: or postgres://").await;
    check("sqlite::memory:", "sqlite::memory: is not a file. Waymark needs a database that outlives it; name a file").await;
    check("postgres://u:p@localhost:notaport/x", "the database URL cannot be read: ").await;
}

#[tokio::test]
async fn files_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    check(
        &format!("sqlite:{path}/missing/x.db"),
        &format!("the database {path}/missing/x.db cannot be opened: there is no folder {path}/missing. Create it"),
    )
    .await;
    check(&format!("sqlite:{path}"), &format!("the database {path} cannot be opened for writing: ")).await;
    std::fs::write(folder.path().join("text.db"), "this is a text, and long enough to be looked at as a database file: ".repeat(30))
        .unwrap();
    check(&format!("sqlite:{path}/text.db"), &format!("the database {path}/text.db cannot be opened for writing: ")).await;
}

#[tokio::test]
async fn a_server_that_does_not_answer() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let silent = format!("PostgreSQL at 127.0.0.1:{port} (database w) does not answer within 3 s. Check that the server runs");
    let url = format!("postgres://u:secret@127.0.0.1:{port}/w");
    soon("an answer", check(&url, &silent)).await;
    drop(listener);
    soon("an answer", check(&url, &format!("PostgreSQL at 127.0.0.1:{port} (database w) cannot be reached: "))).await;
}

#[tokio::test]
async fn a_database_that_is_not_there() {
    for database in testkit::empty_databases().await.into_iter().filter(|database| database.name == "postgres") {
        let (server, name) = database.url.rsplit_once('/').unwrap();
        let name = name.split('?').next().unwrap();
        let error = Store::open(&StoreConfig::new(database.url.replace(name, "nowhere"))).await.unwrap_err().to_string();
        assert!(error.contains("(database nowhere) cannot be reached: "), "{server}: {error}");
        assert!(error.ends_with("Create it with CREATE DATABASE, encoding UTF8"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_goes_away() {
    let Some(database) = testkit::databases().await.into_iter().find(|database| database.name == "postgres") else { return };
    // a door to the server that can be shut
    let server: std::net::SocketAddr = {
        let options: sqlx::postgres::PgConnectOptions = database.url.parse().unwrap();
        format!("{}:{}", options.get_host(), options.get_port()).parse().unwrap()
    };
    let door = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = door.local_addr().unwrap().port();
    let open = tokio::spawn(async move {
        let mut through = tokio::task::JoinSet::new();
        while let Ok((mut client, _)) = door.accept().await {
            through.spawn(async move {
                let mut upstream = tokio::net::TcpStream::connect(server).await?;
                tokio::io::copy_bidirectional(&mut client, &mut upstream).await
            });
        }
    });
    let url = database.url.replace(&server.port().to_string(), &port.to_string());
    let store = Store::open(&StoreConfig::new(url)).await.unwrap();
    store.feed_head().await.unwrap();
    open.abort();
    assert!(open.await.unwrap_err().is_cancelled());
    let calls = async {
        assert!(store.feed_head().await.unwrap_err().is_unavailable());
        assert!(store.begin().await.unwrap_err().is_unavailable());
    };
    soon("an error from each call", calls).await;
}
