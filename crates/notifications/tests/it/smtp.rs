//! E-mail, to a mail server of the test's own that speaks SMTP.

use std::sync::{Arc, Mutex};

use notifications::{Channels, ChannelsConfig, Message, Severity, SmtpConfig, SmtpTls};
use secrecy::SecretString;
use testkit::databases;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::world::{Delivering, channels, log, message, people, settled, tell};

/// A mail server: it refuses whoever is called `nobody`, is busy once for `later`, and keeps what it takes.
struct MailServer {
    port: u16,
    /// Each mail with its envelope: `FROM`, `TO`, then the text.
    taken: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let busy = Arc::new(Mutex::new(true));
        tokio::spawn({
            let taken = Arc::clone(&taken);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(session(stream, Arc::clone(&taken), Arc::clone(&busy)));
                }
            }
        });
        Self { port, taken }
    }
}

async fn session(stream: TcpStream, taken: Arc<Mutex<Vec<String>>>, busy: Arc<Mutex<bool>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let command = line.trim_end().to_owned();
        let upper = command.to_ascii_uppercase();
        let answer = if upper.starts_with("EHLO") {
            "250-mail.test\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n"
        } else if upper.starts_with("AUTH PLAIN") {
            // NUL portal NUL hunter2 in base64
            if command.ends_with("AHBvcnRhbABodW50ZXIy") { "235 welcome\r\n" } else { "535 wrong password\r\n" }
        } else if upper.starts_with("MAIL FROM") {
            mail = format!("{command}\n");
            "250 ok\r\n"
        } else if upper.starts_with("RCPT TO:<NOBODY") {
            "550 no such mailbox\r\n"
        } else if upper.starts_with("RCPT TO:<LATER") && std::mem::take(&mut *busy.lock().unwrap()) {
            "451 try again later\r\n"
        } else if upper.starts_with("RCPT TO") {
            mail.push_str(&format!("{command}\n"));
            "250 ok\r\n"
        } else if upper == "DATA" {
            stream.get_mut().write_all(b"354 go on\r\n").await.ok()?;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await.ok()?;
                if line == ".\r\n" {
                    break;
                }
                mail.push_str(&line);
            }
            taken.lock().unwrap().push(mail.clone());
            "250 taken\r\n"
        } else if upper == "QUIT" {
            stream.get_mut().write_all(b"221 bye\r\n").await.ok()?;
            return None;
        } else {
            "250 ok\r\n"
        };
        stream.get_mut().write_all(answer.as_bytes()).await.ok()?;
    }
}

fn mailing(port: u16, password: &str) -> ChannelsConfig {
    let smtp = SmtpConfig {
        host: "127.0.0.1".to_owned(),
        port: Some(port),
        user: Some("portal".to_owned()),
        password: Some(SecretString::from(password)),
        from: "Waymark <portal@example.com>".to_owned(),
        tls: SmtpTls::None,
    };
    ChannelsConfig { smtp: Some(smtp), ..channels(Vec::new()) }
}

#[tokio::test]
async fn mail_has_text_and_html_and_says_how_to_get_less() {
    let database = testkit::databases().await.remove(0);
    let server = MailServer::start().await;
    let channels = Arc::new(Channels::new(mailing(server.port, "hunter2")).unwrap());
    let worker = Delivering::start(&database.store, &channels);
    let message = Message {
        severity: Severity::Critical,
        body: "The <roof> is on fire.\n\nLeave.".to_owned(),
        link: "/locations/1".to_owned(),
        ..message("Grüße & <b>")
    };
    tell(&database.store, &message, &people(&["ada"]), &channels).await;
    settled(&database.store).await;
    worker.stop().await;
    assert_eq!(log(&database.store).await, "email ada@example.com sent 1");
    let mail = server.taken.lock().unwrap().remove(0);
    let (envelope, rest) = mail.split_at(mail.find("From:").unwrap());
    assert_eq!(envelope, "MAIL FROM:<portal@example.com>\nRCPT TO:<ada@example.com>\n");
    for expected in [
        "From: Waymark <portal@example.com>\r\n",
        "To: ada@example.com\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Importance: high\r\n",
        "List-Unsubscribe: <https://portal.example.com/settings/notifications>\r\n",
        "multipart/alternative",
        "text/plain; charset=utf-8",
        "The <roof> is on fire.\r\n\r\nLeave.\r\n\r\nhttps://portal.example.com/locations/1\r\n",
        "&lt;roof&gt; is on fire.</p>",
        "<a href=\"https://portal.example.com/locations/1\">Open</a>",
    ] {
        let plain = rest.replace("=\r\n", "").replace("=3D", "=");
        assert!(plain.contains(expected), "no {expected:?} in\n{plain}");
    }
    let html = rest.split("text/html").nth(1).unwrap();
    assert!(!html.contains("<b>") && html.contains("&lt;b&gt;"), "{html}");
}

#[tokio::test]
async fn mailboxes_that_do_not_exist_are_given_up_and_busy_servers_are_not() {
    for database in databases().await {
        let store = &database.store;
        let server = MailServer::start().await;
        let channels = Arc::new(Channels::new(mailing(server.port, "hunter2")).unwrap());
        let worker = Delivering::start(store, &channels);
        tell(store, &message("m"), &people(&["nobody", "later"]), &channels).await;
        settled(store).await;
        worker.stop().await;
        let expected = "email later@example.com sent 2\nemail nobody@example.com failed 1 the mail server answered 550: no such mailbox";
        assert_eq!(log(store).await, expected, "{}", database.name);
        assert_eq!(server.taken.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_wrong_password_is_said_without_it() {
    let database = testkit::databases().await.remove(0);
    let server = MailServer::start().await;
    let channels = Arc::new(Channels::new(mailing(server.port, "wrong")).unwrap());
    let worker = Delivering::start(&database.store, &channels);
    tell(&database.store, &message("m"), &people(&["ada"]), &channels).await;
    settled(&database.store).await;
    worker.stop().await;
    let expected = "email ada@example.com failed 3 given up after 3 attempts: the mail server answered 535: wrong password";
    assert_eq!(log(&database.store).await, expected);
    assert!(!format!("{channels:?}").contains("wrong"));
}

#[test]
fn a_mail_server_elsewhere_has_to_be_encrypted() {
    let config = |host: &str, tls| {
        let mut config = mailing(25, "x");
        let smtp = config.smtp.as_mut().unwrap();
        (smtp.host, smtp.tls) = (host.to_owned(), tls);
        Channels::new(config).map(drop)
    };
    assert_eq!(
        config("mail.example.com", SmtpTls::None).unwrap_err(),
        "[smtp] tls: \"none\" is for a mail server on this machine; mail.example.com needs \"starttls\" or \"tls\""
    );
    assert_eq!(config("mail.example.com", SmtpTls::StartTls), Ok(()));
    assert_eq!(config("mail.example.com", SmtpTls::Tls), Ok(()));
    assert_eq!(config("localhost", SmtpTls::None), Ok(()));
}
