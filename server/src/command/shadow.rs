//! `waymark shadow`: whether Waymark has the catalog that a running Backstage has, entity by entity and relation by relation.
//!
//! One side is read once and kept as hashes, the other is read beside it; whole entities are in memory only for the pages at hand. What
//! looks different is asked again on both sides before it is reported, so that a change in the middle is no difference.

mod compare;

use std::{
    collections::{BTreeSet, HashMap},
    io::Write,
    process::ExitCode,
};

use anyhow::Context as _;
use secrecy::SecretString;
use serde_json::json;

use super::client::Client;
use crate::config::{Config, ShadowArgs, ShadowFormat};
use compare::{Comparison, Difference, name_of};

/// Entities that are asked for again at once.
const BATCH: usize = 100;

/// `waymark shadow`: 0 when both are the same, 1 when there are differences.
///
/// # Errors
/// When one side cannot be read, or the report cannot be written.
pub(super) async fn shadow(args: &ShadowArgs, config: Option<&Config>) -> anyhow::Result<ExitCode> {
    let theirs = Client::new(&args.url, args.token.clone().map(SecretString::from))?;
    let ours = ours(args, config)?;
    let comparison = Comparison::new(&args.ignore, args.all_fields);
    let mut report = Report { format: args.format, out: std::io::stdout(), entities: 0, differences: 0, differing: 0 };
    compare(&theirs, &ours, &args.filter, &comparison, &mut report).await?;
    report.end(&theirs, &ours)?;
    Ok(if report.differences == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The Waymark that was named, or the one of the configuration.
fn ours(args: &ShadowArgs, config: Option<&Config>) -> anyhow::Result<Client> {
    let token = args.against_token.clone().map(SecretString::from);
    match (&args.against, config) {
        (Some(address), _) => Client::new(address, token),
        (None, Some(config)) => {
            let address = match &config.http.public_url {
                Some(url) => url.to_string(),
                None => {
                    anyhow::ensure!(
                        config.http.listen.port() != 0,
                        "the configuration takes any free port; name the Waymark with --against"
                    );
                    let ip = config.http.listen.ip();
                    let host = if ip.is_unspecified() { std::net::Ipv4Addr::LOCALHOST.into() } else { ip };
                    format!("http://{}", std::net::SocketAddr::new(host, config.http.listen.port()))
                }
            };
            Client::new(&address, token.or_else(|| config.access.admin_token.clone()))
        }
        (None, None) => anyhow::bail!("name the Waymark to compare with --against"),
    }
}

/// Compares all that both sides have.
async fn compare<W: Write>(
    theirs: &Client,
    ours: &Client,
    filter: &[String],
    comparison: &Comparison,
    report: &mut Report<W>,
) -> anyhow::Result<()> {
    // The name, in lower case, and a hash of what is compared.
    let mut wanted: HashMap<String, u64> = HashMap::new();
    let mut cursor = None;
    loop {
        let page = theirs.page(filter, cursor.as_deref()).await?;
        for entity in &page.items {
            wanted.insert(name_of(entity), comparison.hash(entity));
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let mut suspects = BTreeSet::new();
    loop {
        let page = ours.page(filter, cursor.as_deref()).await?;
        for entity in &page.items {
            let name = name_of(entity);
            match wanted.remove(&name) {
                Some(hash) if hash == comparison.hash(entity) => report.entities += 1,
                _ => _ = suspects.insert(name),
            }
            if suspects.len() >= BATCH {
                again(theirs, ours, &std::mem::take(&mut suspects), comparison, report).await?;
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    suspects.extend(wanted.into_keys());
    while !suspects.is_empty() {
        let rest = suspects.iter().nth(BATCH).cloned().map_or_else(BTreeSet::new, |at| suspects.split_off(&at));
        again(theirs, ours, &suspects, comparison, report).await?;
        suspects = rest;
    }
    Ok(())
}

/// Asks both sides for entities that look different, and reports those that are.
async fn again<W: Write>(
    theirs: &Client,
    ours: &Client,
    names: &BTreeSet<String>,
    comparison: &Comparison,
    report: &mut Report<W>,
) -> anyhow::Result<()> {
    let names: Vec<String> = names.iter().cloned().collect();
    let (left, right) = tokio::try_join!(theirs.by_refs(&names), ours.by_refs(&names))?;
    for ((name, left), right) in names.iter().zip(&left).zip(&right) {
        report.entity(name, &comparison.differences(left, right))?;
    }
    Ok(())
}

/// Writes differences as they are found, and counts them.
struct Report<W> {
    format: ShadowFormat,
    out: W,
    entities: usize,
    differences: usize,
    differing: usize,
}

impl<W: Write> Report<W> {
    fn entity(&mut self, name: &str, differences: &[Difference]) -> anyhow::Result<()> {
        self.entities += 1;
        self.differing += usize::from(!differences.is_empty());
        self.differences += differences.len();
        for difference in differences {
            match self.format {
                ShadowFormat::Human => writeln!(self.out, "{name}: {difference}"),
                ShadowFormat::Json => {
                    let mut line = difference.json();
                    line["entity"] = name.into();
                    writeln!(self.out, "{line}")
                }
            }
            .context("the differences cannot be written")?;
        }
        Ok(())
    }

    fn end(&mut self, theirs: &Client, ours: &Client) -> anyhow::Result<()> {
        let Self { entities, differences, differing, .. } = *self;
        match self.format {
            ShadowFormat::Human => writeln!(
                self.out,
                "{entities} entities compared ({} with {}): {}",
                theirs.address(),
                ours.address(),
                if differences == 0 { "no differences".to_owned() } else { format!("{differences} differences in {differing} entities") }
            ),
            ShadowFormat::Json => {
                writeln!(
                    self.out,
                    "{}",
                    json!({ "difference": "summary", "entities": entities, "differing": differing, "differences": differences })
                )
            }
        }
        .context("the differences cannot be written")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_and_token_of_the_configuration_are_taken() {
        let args = ShadowArgs { url: "http://b".to_owned(), ..ShadowArgs::default() };
        assert!(ours(&args, None).unwrap_err().to_string().contains("--against"));
        let named = ShadowArgs { against: Some("https://w.example.com/api/catalog/".to_owned()), ..args };
        assert_eq!(ours(&named, None).unwrap().address(), "https://w.example.com");
        assert_eq!(name_of(&serde_json::Value::Null), "");
    }
}
