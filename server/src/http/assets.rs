//! The web assets inside the program: style sheet, script, wasm, fonts, favicon.
//!
//! They stand under `/assets/<hash of all of them>/`, so a browser keeps them for ever and a new build is never mixed
//! with an old one. Each is compressed once, when the first browser asks for it.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use super::{failure::HttpFailure, state::AppState};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
struct Embedded;

/// The web assets, read once.
#[derive(Clone, Debug)]
pub(super) struct Assets(Arc<Loaded>);

#[derive(Debug)]
struct Loaded {
    prefix: String,
    files: HashMap<String, File>,
}

#[derive(Debug)]
struct File {
    kind: &'static str,
    plain: Bytes,
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

/// Below it a compressed answer saves nothing.
const WORTH_COMPRESSING: usize = 1024;

impl Assets {
    /// The assets of this build.
    pub(super) fn load() -> Self {
        let mut all: Vec<_> = Embedded::iter().filter_map(|name| Some((name.to_string(), Embedded::get(&name)?.data))).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        let mut hash = Sha256::new();
        for (name, data) in &all {
            hash.update(name.len().to_le_bytes());
            hash.update(name);
            hash.update(data.len().to_le_bytes());
            hash.update(data);
        }
        let hash: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let bytes = |data: std::borrow::Cow<'static, [u8]>| match data {
            std::borrow::Cow::Borrowed(data) => Bytes::from_static(data),
            std::borrow::Cow::Owned(data) => Bytes::from(data),
        };
        // The build may have compressed some with more patience than a running server has.
        let (ready, plain): (Vec<_>, Vec<_>) = all.into_iter().partition(|(name, _)| name.ends_with(".br"));
        let mut ready: HashMap<_, _> = ready.into_iter().map(|(name, data)| (name, bytes(data))).collect();
        let file = |(name, data): (String, std::borrow::Cow<'static, [u8]>)| {
            let brotli = ready.remove(&format!("{name}.br")).map_or_else(OnceLock::new, |data| OnceLock::from(Some(data)));
            let file = File { kind: content_type(&name), plain: bytes(data), brotli, gzip: OnceLock::new() };
            (name, file)
        };
        let files = plain.into_iter().map(file).collect();
        Self(Arc::new(Loaded { prefix: format!("/assets/{hash}"), files }))
    }

    /// The path that the assets stand under, without a final slash.
    pub(super) fn prefix(&self) -> &str {
        &self.0.prefix
    }

    fn get(&self, name: &str) -> Option<&File> {
        self.0.files.get(name)
    }
}

/// `/assets/{hash}/{*name}`
pub(super) async fn serve(State(state): State<AppState>, Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let assets = state.assets.clone();
    let current = assets.prefix().strip_prefix("/assets/") == Some(hash.as_str());
    if assets.get(&name).is_none() {
        return HttpFailure::not_found(format!("this build has no asset \"{name}\"")).into_response();
    }
    let accept = headers.get(header::ACCEPT_ENCODING).and_then(|accept| accept.to_str().ok()).unwrap_or_default().to_owned();
    let chosen = tokio::task::spawn_blocking(move || assets.get(&name).map(|file| (file.kind, encoded(file, &accept)))).await;
    let Ok(Some((kind, (bytes, encoding)))) = chosen else {
        return HttpFailure::fault(&"an asset could not be compressed").into_response();
    };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    // A page of an older build may ask with its own hash: it gets what there is, but does not keep it.
    let keep = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// `/favicon.ico`, which browsers ask for by themselves.
pub(super) async fn favicon(State(state): State<AppState>) -> Response {
    let Some(file) = state.assets.get("favicon.svg") else { return StatusCode::NO_CONTENT.into_response() };
    let mut response = Response::new(Body::from(file.plain.clone()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    response
}

/// The file's bytes in the best encoding that the browser accepts.
fn encoded(file: &File, accept: &str) -> (Bytes, Option<&'static str>) {
    let compressible = !matches!(file.kind, "font/woff2" | "image/png") && file.plain.len() >= WORTH_COMPRESSING;
    if compressible
        && accepts(accept, "br")
        && let Some(bytes) = file.brotli.get_or_init(|| brotli(&file.plain))
    {
        return (bytes.clone(), Some("br"));
    }
    if compressible
        && accepts(accept, "gzip")
        && let Some(bytes) = file.gzip.get_or_init(|| gzip(&file.plain))
    {
        return (bytes.clone(), Some("gzip"));
    }
    (file.plain.clone(), None)
}

/// Whether `Accept-Encoding` names `coding` and does not forbid it with `q=0`.
pub(super) fn accepts(accept: &str, coding: &str) -> bool {
    accept.split(',').any(|part| {
        let (name, quality) = part.split_once(';').unwrap_or((part, ""));
        let refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q == 0.0));
        name.trim().eq_ignore_ascii_case(coding) && !refused
    })
}

fn brotli(plain: &[u8]) -> Option<Bytes> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 9, lgwin: 22, size_hint: plain.len(), ..Default::default() };
    let mut out = Vec::with_capacity(plain.len() / 3);
    brotli::BrotliCompress(&mut &*plain, &mut out, &parameters).ok()?;
    Some(out.into())
}

fn gzip(plain: &[u8]) -> Option<Bytes> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(plain.len() / 3), flate2::Compression::best());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
