//! E-mail: text and simple HTML, over SMTP.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message as Mail, Tokio1Executor,
    address::Address,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::ExposeSecret as _;

use super::{Outcome, Outgoing, Sender, SmtpConfig, SmtpTls};
use crate::Severity;

/// How long the server may take for one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends e-mail.
pub(super) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// The server, as administrators see it.
    pub(super) server: String,
    /// The sender.
    pub(super) from: String,
    mailbox: Mailbox,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").field("server", &self.server).field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mailer {
    /// # Errors
    /// What is wrong with the configuration, as a sentence.
    pub(super) fn new(config: &SmtpConfig) -> Result<Self, String> {
        let mailbox: Mailbox = config
            .from
            .parse()
            .map_err(|_| format!("[smtp] from: expected an address such as \"Waymark <portal@example.com>\", found \"{}\"", config.from))?;
        let here = config.host == "localhost" || config.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let encrypted = || TlsParameters::new(config.host.clone()).map_err(|error| format!("[smtp] host: {error}"));
        let tls = match config.tls {
            SmtpTls::StartTls => Tls::Required(encrypted()?),
            SmtpTls::Tls => Tls::Wrapper(encrypted()?),
            SmtpTls::None if here => Tls::None,
            SmtpTls::None => {
                return Err(format!(
                    "[smtp] tls: \"none\" is for a mail server on this machine; {} needs \"starttls\" or \"tls\"",
                    config.host
                ));
            }
        };
        let port = config.port.unwrap_or(match config.tls {
            SmtpTls::StartTls => 587,
            SmtpTls::Tls => 465,
            SmtpTls::None => 25,
        });
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(config.host.clone()).port(port).tls(tls).timeout(Some(PATIENCE));
        builder = builder.hello_name(ClientId::Domain(mailbox.email.domain().to_owned()));
        match (&config.user, &config.password) {
            (Some(user), Some(password)) => {
                builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
            }
            (None, None) => {}
            _ => return Err("[smtp]: user and password go together".to_owned()),
        }
        Ok(Self { transport: builder.build(), server: format!("{}:{port}", config.host), from: config.from.clone(), mailbox })
    }

    /// Sends once.
    pub(super) async fn send(&self, sender: &Sender, message: &Outgoing) -> Outcome {
        let mail = match self.mail(sender, message) {
            Ok(mail) => mail,
            Err(error) => return Outcome::Refused(error),
        };
        match self.transport.send(mail).await {
            Ok(_) => Outcome::Taken,
            Err(error) => judge(&error),
        }
    }

    fn mail(&self, sender: &Sender, message: &Outgoing) -> Result<Mail, String> {
        let to: Address = message.target.parse().map_err(|_| format!("\"{}\" is no e-mail address", message.target))?;
        let mut mail = Mail::builder()
            .from(self.mailbox.clone())
            .to(Mailbox::new(None, to))
            .subject(subject(message))
            // The same for each attempt, so that a mail that comes twice is shown once.
            .message_id(Some(format!("<{}@{}>", message.delivery, self.mailbox.email.domain())))
            .date(std::time::UNIX_EPOCH + Duration::from_micros(u64::try_from(message.sent.0).unwrap_or_default()))
            .header(Automatic("auto-generated".to_owned()));
        if message.severity >= Severity::High {
            mail = mail.header(Importance("high".to_owned()));
        }
        if let Some(settings) = sender.link(SETTINGS) {
            mail = mail.header(Unsubscribe(format!("<{settings}>")));
        }
        let body = MultiPart::alternative_plain_html(text(sender, message), html(sender, message));
        mail.multipart(body).map_err(|error| format!("the e-mail cannot be written: {error}"))
    }
}

/// Where people choose what they get.
const SETTINGS: &str = "/settings/notifications";

fn judge(error: &Error) -> Outcome {
    let code = error.status().map(|code| code.to_string());
    let cause = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    let text = match &code {
        Some(code) => format!("the mail server answered {code}: {cause}"),
        None if error.is_timeout() => format!("the mail server gave no answer within {} s", PATIENCE.as_secs()),
        None => format!("the mail server cannot be used: {cause}"),
    };
    // The mailbox is not there or not taken here. Anything else an administrator can mend, and then it works.
    match code.as_deref() {
        Some("550" | "551" | "553" | "556") => Outcome::Refused(text),
        _ => Outcome::Later(text, None),
    }
}

fn subject(message: &Outgoing) -> String {
    if message.severity == Severity::Critical { format!("Critical: {}", message.title) } else { message.title.clone() }
}

fn text(sender: &Sender, message: &Outgoing) -> String {
    let mut out = format!("{}\n", message.title);
    if !message.body.is_empty() {
        out.push_str(&format!("\n{}\n", message.body.trim_end()));
    }
    if let Some(link) = sender.link(&message.link) {
        out.push_str(&format!("\n{link}\n"));
    }
    out.push_str(&format!("\n-- \n{}\n", super::slack::about(sender, message)));
    if let Some(settings) = sender.link(SETTINGS) {
        out.push_str(&format!("Choose what you get by e-mail: {settings}\n"));
    }
    out
}

fn html(sender: &Sender, message: &Outgoing) -> String {
    let mut out = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"></head>\n<body style=\"font-family:sans-serif;font-size:15px;line-height:1.5\">\n",
    );
    out.push_str(&format!("<h1 dir=\"auto\" style=\"font-size:18px\">{}</h1>\n", escaped(&message.title)));
    for paragraph in message.body.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        out.push_str(&format!("<p dir=\"auto\">{}</p>\n", escaped(paragraph).replace("\r\n", "\n").replace('\n', "<br>\n")));
    }
    if let Some(link) = sender.link(&message.link) {
        out.push_str(&format!("<p><a href=\"{}\">Open</a></p>\n", escaped(&link)));
    }
    out.push_str(&format!("<hr>\n<p style=\"font-size:13px;color:#666\">{}", escaped(&super::slack::about(sender, message))));
    if let Some(settings) = sender.link(SETTINGS) {
        out.push_str(&format!("<br>\n<a href=\"{}\">Choose what you get by e-mail</a>", escaped(&settings)));
    }
    out.push_str("</p>\n</body></html>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

macro_rules! header {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(String);

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

header!(Automatic, "Auto-Submitted");
header!(Importance, "Importance");
header!(Unsubscribe, "List-Unsubscribe");
