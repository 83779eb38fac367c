//! `If-Match` and `If-None-Match`: which version a write is for (RFC 9110 §13.1).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use catalog::Expected;
use model::{Caller, EntityRef, PortalError};

use crate::http::{failure::HttpFailure, state::AppState};

/// The version that the caller expects to write over.
///
/// # Errors
/// 400 when a header is not one entity tag, or both are there.
pub(super) fn expected(headers: &HeaderMap) -> Result<Expected, HttpFailure> {
    let text = |name: &header::HeaderName| match headers.get(name) {
        None => Ok(None),
        Some(value) => value.to_str().map(|text| Some(text.trim())).map_err(|_| HttpFailure::invalid(format!("{name} is not plain text"))),
    };
    match (text(&header::IF_MATCH)?, text(&header::IF_NONE_MATCH)?) {
        (Some(_), Some(_)) => Err(HttpFailure::invalid("send If-Match or If-None-Match, not both")),
        (None, None) | (Some("*"), None) => Ok(Expected::Any),
        (None, Some("*")) => Ok(Expected::Absent),
        (None, Some(_)) => Err(HttpFailure::invalid("If-None-Match of a write can only be *: the thing must not exist")),
        (Some(tag), None) => match tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) {
            Some(etag) if !etag.is_empty() && !etag.contains('"') => Ok(Expected::Etag(etag.to_owned())),
            _ => Err(HttpFailure::invalid("If-Match has to be one entity tag in quotes, as ETag gave it, or *")),
        },
    }
}

/// The answer's `ETag`.
pub(super) fn etag(etag: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{etag}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// A write's refusal: 412 when the condition that came with it does not hold, else what the portal says.
pub(super) async fn refused(state: &AppState, caller: &Caller, name: &EntityRef, expected: &Expected, error: PortalError) -> HttpFailure {
    if let (PortalError::Conflict { message }, false) = (&error, matches!(expected, Expected::Any))
        && let Ok(scoped) = state.portal.catalog().scoped(caller).await
    {
        let current = scoped.snapshot.find(name).map(|id| scoped.snapshot.entity(id).to_value());
        let current = current.as_ref().and_then(|entity| entity["metadata"]["etag"].as_str());
        let holds = match expected {
            Expected::Any => true,
            Expected::Absent => current.is_none(),
            Expected::Etag(etag) => current == Some(etag),
        };
        if !holds {
            return HttpFailure::new(StatusCode::PRECONDITION_FAILED, message.clone());
        }
    }
    error.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(header::HeaderName, &str)], expect: &str) {
        let headers: HeaderMap = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect();
        let got = match expected(&headers) {
            Ok(Expected::Any) => "any".to_owned(),
            Ok(Expected::Absent) => "absent".to_owned(),
            Ok(Expected::Etag(etag)) => etag,
            Err(error) => error.message,
        };
        assert!(got.starts_with(expect), "{got}");
    }

    #[test]
    fn conditions_are_read() {
        check(&[], "any");
        check(&[(header::IF_MATCH, "*")], "any");
        check(&[(header::IF_MATCH, "\"abc\"")], "abc");
        check(&[(header::IF_NONE_MATCH, "*")], "absent");
        check(&[(header::IF_MATCH, "abc")], "If-Match has to be");
        check(&[(header::IF_MATCH, "\"a\", \"b\"")], "If-Match has to be");
        check(&[(header::IF_NONE_MATCH, "\"abc\"")], "If-None-Match of a write");
        check(&[(header::IF_MATCH, "*"), (header::IF_NONE_MATCH, "*")], "send If-Match or");
    }
}
