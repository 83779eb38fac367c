//! `/catalog/export.csv` and `/catalog/export.json`: the list without pages, with the page's own filters.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use model::{
    CatalogQuery,
    view::{CatalogRow, EntityLink},
};
use serde_json::json;

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// RFC 4180 with a header line.
pub(super) async fn csv(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let rows = request.state.portal.catalog().rows(&caller, &CatalogQuery::parse(request.query())).await?;
    Ok(download("text/csv; charset=utf-8; header=present", "catalog.csv", write_csv(&rows).into_bytes()))
}

/// A JSON array of objects.
pub(super) async fn json(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let rows = request.state.portal.catalog().rows(&caller, &CatalogQuery::parse(request.query())).await?;
    let name = |link: &Option<EntityLink>| link.as_ref().map(|link| link.entity_ref.to_string());
    let rows: Vec<_> = rows.iter().map(|row| {
        json!({
            "ref": row.entity.entity_ref.to_string(), "name": row.entity.entity_ref.name(), "title": row.entity.title, "kind": row.entity.kind,
            "type": row.spec_type, "lifecycle": row.lifecycle, "owner": name(&row.owner), "system": name(&row.system), "tags": row.tags,
            "description": row.description, "changed": row.changed.rfc3339(), "problems": row.problems,
        })
    }).collect();
    let body = serde_json::to_vec(&rows).map_err(|error| HttpFailure::fault(&error))?;
    Ok(download("application/json", "catalog.json", body))
}

fn download(kind: &'static str, name: &'static str, body: Vec<u8>) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).unwrap_or(HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)], body).into_response()
}

fn write_csv(rows: &[CatalogRow]) -> String {
    let mut out = "ref,name,title,kind,type,lifecycle,owner,system,tags,description,changed,problems\r\n".to_owned();
    let name = |link: &Option<EntityLink>| link.as_ref().map(|link| link.entity_ref.to_string()).unwrap_or_default();
    for row in rows {
        let fields = [
            row.entity.entity_ref.to_string(),
            row.entity.entity_ref.name().to_owned(),
            row.entity.title.clone(),
            row.entity.kind.clone(),
            row.spec_type.clone().unwrap_or_default(),
            row.lifecycle.clone().unwrap_or_default(),
            name(&row.owner),
            name(&row.system),
            row.tags.join(" "),
            row.description.clone(),
            row.changed.rfc3339(),
            row.problems.to_string(),
        ];
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            push_field(&mut out, field);
        }
        out.push_str("\r\n");
    }
    out
}

/// Writes one field. A spreadsheet would run what starts like a formula, so that gets an apostrophe first (OWASP, CSV injection).
fn push_field(out: &mut String, field: &str) {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !formula && !field.contains([',', '"', '\r', '\n']) {
        out.push_str(field);
        return;
    }
    out.push('"');
    if formula {
        out.push('\'');
    }
    out.push_str(&field.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_harmless() {
        let check = |field: &str, expected: &str| {
            let mut out = String::new();
            push_field(&mut out, field);
            assert_eq!(out, expected);
        };
        check("plain text", "plain text");
        check("a,b", "\"a,b\"");
        check("say \"hi\"\nthere", "\"say \"\"hi\"\"\nthere\"");
        check("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"");
        check("-1", "\"'-1\"");
        check("@cmd", "\"'@cmd\"");
        check("", "");
    }
}
