//! A client of the catalog's REST, as Backstage and Waymark both answer it.

use std::time::Duration;

use anyhow::{Context as _, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

/// Entities of one page.
const PAGE: usize = 500;
/// Bytes of one answer.
const MAX_BYTES: usize = 256 << 20;
const TIMEOUT: Duration = Duration::from_secs(60);

/// Asks one server.
#[derive(Clone, Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<SecretString>,
}

impl Client {
    /// `address` is the one that people type, or that of the backend.
    ///
    /// # Errors
    /// When it is no web address.
    pub(super) fn new(address: &str, token: Option<SecretString>) -> anyhow::Result<Self> {
        // It fails when another part of the program has chosen it already, and then it is there.
        _ = rustls::crypto::ring::default_provider().install_default();
        let mut base = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if let Some(base) = &mut base {
            let path = base.path().trim_end_matches('/').trim_end_matches("/api/catalog").to_owned();
            base.set_path(&path);
            base.set_query(None);
            base.set_fragment(None);
        }
        let base = base.with_context(|| format!("expected an address such as https://backstage.example.com, found {address}"))?;
        let http = reqwest::Client::builder().timeout(TIMEOUT).user_agent(concat!("waymark/", env!("CARGO_PKG_VERSION"))).build();
        Ok(Self { http: http.context("no HTTP client can be made")?, base, token })
    }

    /// The address, for messages.
    pub(super) fn address(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// `GET`; `None` when there is no such thing.
    ///
    /// # Errors
    /// When the server cannot be reached or answers with another failure; the message says which and what to do.
    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<Option<Value>> {
        self.send(self.http.get(self.url(path, query))).await
    }

    /// `POST` with a JSON body.
    ///
    /// # Errors
    /// As [`Self::get`], and when there is no such thing.
    pub(super) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.send(self.http.post(self.url(path, &[])).body(body.to_string())).await?;
        answer.with_context(|| format!("{} has no {path}", self.address()))
    }

    /// The first or the next page of all entities that `filter` lets through.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(super) async fn page(&self, filter: &[String], cursor: Option<&str>) -> anyhow::Result<Page> {
        let limit = PAGE.to_string();
        const PATH: &str = "api/catalog/entities/by-query";
        let answer = match cursor {
            // A cursor that holds a query goes into a body, as Backstage's own client sends it.
            Some(cursor) if holds_query(cursor) => Some(self.post(PATH, &json!({ "cursor": cursor, "limit": PAGE })).await?),
            Some(cursor) => self.get(PATH, &[("limit", &limit), ("cursor", cursor)]).await?,
            None => {
                let mut query = vec![("limit", limit.as_str())];
                query.extend(filter.iter().map(|filter| ("filter", filter.as_str())));
                self.get(PATH, &query).await?
            }
        };
        let mut answer = answer.with_context(|| format!("{} has no /{PATH}; is it a Backstage or a Waymark?", self.address()))?;
        let Value::Array(items) = answer["items"].take() else { bail!("{} answered without a list of entities", self.address()) };
        let next = answer["pageInfo"]["nextCursor"].as_str().map(str::to_owned);
        anyhow::ensure!(next.is_none() || next.as_deref() != cursor, "{} gave the same page twice", self.address());
        Ok(Page { items, next })
    }

    /// The entities of some names; null for those that are not there.
    ///
    /// # Errors
    /// As [`Self::post`].
    pub(super) async fn by_refs(&self, refs: &[String]) -> anyhow::Result<Vec<Value>> {
        let mut answer = self.post("api/catalog/entities/by-refs", &json!({ "entityRefs": refs })).await?;
        match answer["items"].take() {
            Value::Array(items) if items.len() == refs.len() => Ok(items),
            _ => bail!("{} answered with another number of entities than it was asked for", self.address()),
        }
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{path}", self.base.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Option<Value>> {
        let mut request = request.header("content-type", "application/json").header("accept", "application/json");
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose_secret());
        }
        let mut response = request.send().await.with_context(|| format!("{} cannot be reached", self.address()))?;
        let (status, path) = (response.status(), response.url().path().to_owned());
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.with_context(|| format!("{path} of {} broke off", self.address()))? {
            anyhow::ensure!(bytes.len() + chunk.len() <= MAX_BYTES, "{path} of {} has more than {} MiB", self.address(), MAX_BYTES >> 20);
            bytes.extend_from_slice(&chunk);
        }
        match status.as_u16() {
            200..=299 => Ok(Some(serde_json::from_slice(&bytes).with_context(|| format!("{path} of {} is not JSON", self.address()))?)),
            404 => Ok(None),
            401 | 403 => bail!("{} refused {path} with {status}; give a token that may read its catalog", self.address()),
            _ => {
                let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let detail = body["error"]["message"].as_str().map(|message| format!(": {message}")).unwrap_or_default();
                bail!("{} answered {path} with {status}{detail}", self.address())
            }
        }
    }
}

/// One page of entities.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) items: Vec<Value>,
    pub(super) next: Option<String>,
}

fn holds_query(cursor: &str) -> bool {
    let decoded = BASE64.decode(cursor).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    decoded.is_some_and(|value| value.get("query").is_some())
}
