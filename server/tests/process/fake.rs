//! A server that answers as Backstage's backend does, for the clients of the command line.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};

/// Listens until the test ends.
pub(crate) struct Backstage {
    pub(crate) address: String,
}

/// What it holds.
#[derive(Clone, Default)]
pub(crate) struct Content {
    pub(crate) entities: Vec<Value>,
    pub(crate) locations: Vec<(&'static str, String)>,
    /// Only with this token.
    pub(crate) stars: Option<(&'static str, Vec<&'static str>)>,
}

/// Entities of one page, however many are asked for, so that a few make several pages.
const PAGE: usize = 3;

impl Backstage {
    pub(crate) fn start(content: Content) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let content = Arc::new(content);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let content = Arc::clone(&content);
                std::thread::spawn(move || answer(stream, &content));
            }
        });
        Self { address }
    }
}

fn answer(mut stream: std::net::TcpStream, content: &Content) -> Option<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    let (head, body) = loop {
        if let Some(at) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..at]).into_owned();
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
            if request.len() >= at + 4 + length {
                break (head, request[at + 4..at + 4 + length].to_vec());
            }
        }
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        request.extend_from_slice(&buffer[..read]);
    };
    let mut words = head.split_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    let token = head.lines().find_map(|line| line.strip_prefix("authorization: Bearer "));
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let (status, body) = content.answer(method, target, token, &body);
    let body = body.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()
}

impl Content {
    fn answer(&self, method: &str, target: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        match (method, path) {
            ("GET", "/api/catalog/entities/by-query") if query.contains("cursor=") => {
                // The client sends cursors with a query in them in a body.
                (400, json!({ "error": { "name": "InputError", "message": "Malformed cursor" } }))
            }
            ("GET", "/api/catalog/entities/by-query") => (200, self.page(0)),
            ("POST", "/api/catalog/entities/by-query") => {
                let cursor = BASE64.decode(body["cursor"].as_str().unwrap_or_default()).unwrap_or_default();
                let cursor: Value = serde_json::from_slice(&cursor).unwrap_or_default();
                (200, self.page(cursor["at"].as_u64().unwrap_or_default() as usize))
            }
            ("POST", "/api/catalog/entities/by-refs") => {
                let name = |entity: &Value| {
                    let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
                    format!("{}:{}/{}", text("/kind"), text("/metadata/namespace"), text("/metadata/name")).to_lowercase()
                };
                let find = |wanted: &Value| {
                    self.entities.iter().find(|entity| wanted.as_str() == Some(&name(entity))).cloned().unwrap_or_default()
                };
                (200, json!({ "items": body["entityRefs"].as_array().into_iter().flatten().map(find).collect::<Vec<_>>() }))
            }
            ("GET", "/api/catalog/locations") => {
                let one = |(kind, target): &(&str, String)| json!({ "data": { "id": "1", "type": kind, "target": target, "entityRef": "location:default/x" } });
                (200, self.locations.iter().map(one).collect())
            }
            ("GET", "/api/catalog/entity-facets") => {
                const FACET: &str = "metadata.annotations.backstage.io/managed-by-origin-location";
                let values =
                    self.entities.iter().map(|entity| &entity["metadata"]["annotations"]["backstage.io/managed-by-origin-location"]);
                let values: Vec<_> = values.filter(|value| value.is_string()).map(|value| json!({ "value": value, "count": 1 })).collect();
                (200, json!({ "facets": { FACET: values } }))
            }
            ("GET", "/api/user-settings/buckets/starredEntities/keys/entityRefs") => match &self.stars {
                Some((wanted, stars)) if token == Some(wanted) => {
                    (200, json!({ "bucket": "starredEntities", "key": "entityRefs", "value": stars }))
                }
                Some(_) => (401, json!({ "error": { "name": "AuthenticationError", "message": "Missing credentials" } })),
                None => (404, json!({ "error": { "name": "NotFoundError", "message": "Unable to find" } })),
            },
            _ => (404, Value::Null),
        }
    }

    fn page(&self, at: usize) -> Value {
        let items: Vec<_> = self.entities.iter().skip(at).take(PAGE).collect();
        let next = (at + PAGE < self.entities.len()).then(|| BASE64.encode(json!({ "query": {}, "at": at + PAGE }).to_string()));
        let info = next.map_or_else(|| json!({}), |next| json!({ "nextCursor": next }));
        json!({ "items": items, "totalItems": self.entities.len(), "pageInfo": info })
    }
}
