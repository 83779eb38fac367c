//! JSON answers as bytes.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use catalog::index::{EntityId, Fields, Snapshot};
use futures_util::stream;
use model::Seq;

/// Entities written at once when a long list is sent.
const CHUNK: usize = 256;
/// A list up to this long is sent whole, with its length.
const WHOLE: usize = 1_000;

/// 200 with JSON.
pub(super) fn json(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// Says which change a read has to have seen to see what this answer tells.
pub(super) fn with_seq(mut response: Response, seq: Seq) -> Response {
    response.headers_mut().insert(HeaderName::from_static("waymark-seq"), HeaderValue::from(seq.0));
    response
}

/// Writes one entity, or the wanted parts of it.
pub(super) fn write_entity(snapshot: &Snapshot, id: EntityId, fields: Option<&Fields>, out: &mut Vec<u8>) {
    let entity = snapshot.entity(id);
    match fields {
        None => entity.write_json(out),
        Some(fields) => entity.write_fields(fields, out),
    }
}

/// Writes entities with commas between them.
pub(super) fn write_entities(snapshot: &Snapshot, ids: &[EntityId], fields: Option<&Fields>, out: &mut Vec<u8>) {
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_entity(snapshot, *id, fields, out);
    }
}

/// Writes a JSON string.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    // Writing to memory does not fail.
    _ = serde_json::to_writer(out, text);
}

/// An array of entities. A long one is written while it is sent, so that a whole catalog is never in memory twice.
pub(super) fn entities(snapshot: Arc<Snapshot>, ids: Vec<EntityId>, fields: Option<Fields>) -> Response {
    if ids.len() <= WHOLE {
        let mut out = vec![b'['];
        write_entities(&snapshot, &ids, fields.as_ref(), &mut out);
        out.push(b']');
        return json(out);
    }
    let last = (ids.len() - 1) / CHUNK;
    let chunks = (0..=last).map(move |at| {
        let mut out = vec![if at == 0 { b'[' } else { b',' }];
        let ids = &ids[at * CHUNK..ids.len().min((at + 1) * CHUNK)];
        write_entities(&snapshot, ids, fields.as_ref(), &mut out);
        if at == last {
            out.push(b']');
        }
        Ok::<Bytes, Infallible>(out.into())
    });
    json(Body::from_stream(stream::iter(chunks)))
}
