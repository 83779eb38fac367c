//! Rows as text for other programs.

use serde_json::{Value, json};

use super::Row;

/// The first line of a CSV export.
pub const CSV_HEADER: &str = "seq,at,actor,via,action,resource,decision,before_digest,after_digest,request_id,address,detail,hash\r\n";

/// A row as a line of CSV (RFC 4180), with its end.
pub fn csv_line(row: &Row) -> String {
    let mut out = format!("{},{}", row.seq, time(row));
    for text in row.texts().into_iter().chain([row.hash.as_str()]) {
        out.push(',');
        push_field(&mut out, text);
    }
    out.push_str("\r\n");
    out
}

/// A row as a line of JSON, with its end.
pub fn json_line(row: &Row) -> String {
    let detail = serde_json::from_str(&row.detail).unwrap_or_else(|_| if row.detail.is_empty() { Value::Null } else { json!(row.detail) });
    let mut line = json!({
        "type": "audit",
        "seq": row.seq,
        "at": time(row),
        "actor": row.actor,
        "via": row.via,
        "action": row.action,
        "resource": row.resource,
        "decision": row.decision,
        "before_digest": row.before_digest,
        "after_digest": row.after_digest,
        "request_id": row.request_id,
        "address": row.address,
        "detail": detail,
        "hash": row.hash,
    })
    .to_string();
    line.push('\n');
    line
}

/// RFC 3339 with all digits that the database has.
fn time(row: &Row) -> String {
    jiff::Timestamp::from_microsecond(row.at().0).map_or_else(|_| row.at().0.to_string(), |at| format!("{at:.6}"))
}

/// A spreadsheet would run what starts like a formula, so that gets an apostrophe first (OWASP, CSV injection).
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
    use model::Timestamp;

    use super::*;
    use crate::audit::{Decision, Entry};

    fn check(resource: &str, detail: &str, csv: &str, json: &str) {
        let entry = Entry {
            actor: "user:default/ada".to_owned(),
            via: "session:s".to_owned(),
            action: "entity:create".to_owned(),
            resource: resource.to_owned(),
            decision: Decision::Deny,
            before_digest: String::new(),
            after_digest: String::new(),
            request_id: String::new(),
            address: "127.0.0.1".to_owned(),
            detail: detail.to_owned(),
        };
        let row = Row::new(3, Timestamp(1_700_000_000_000_001), entry);
        let expected = format!(
            "3,2023-11-14T22:13:20.000001Z,user:default/ada,session:s,entity:create,{csv},deny,,,,127.0.0.1,{},\r\n",
            if detail.is_empty() { String::new() } else { format!("\"{}\"", detail.replace('"', "\"\"")) }
        );
        assert_eq!(csv_line(&row), expected);
        let line = json_line(&row);
        assert!(line.contains(json) && line.ends_with("}\n") && line.lines().count() == 1, "{line}");
    }

    #[test]
    fn rows_become_lines() {
        check("component:default/a", "", "component:default/a", r#""detail":null"#);
        check("=1+1", r#"{"a":"b"}"#, "\"'=1+1\"", r#""detail":{"a":"b"}"#);
        check("a\"b,c\nd", "", "\"a\"\"b,c\nd\"", r#""resource":"a\"b,c\nd""#);
    }
}
