//! An API's definition: its text, and the operations that can be found in it.

use model::view::ApiDefinition;
use serde_json::Value;

use super::text;

/// Operations that are listed at most.
const OPERATIONS: usize = 500;

/// The definition of an API entity.
pub(super) fn of(value: &Value) -> Option<ApiDefinition> {
    let definition = text::at(value, &["spec", "definition"])?;
    let format = text::at(value, &["spec", "type"]).unwrap_or_default();
    let mut operations = operations(&format, &definition);
    operations.truncate(OPERATIONS);
    Some(ApiDefinition { format, text: definition, operations })
}

fn operations(format: &str, text: &str) -> Vec<(String, String, String)> {
    match format {
        "openapi" => parsed(text).map(|value| openapi(&value)).unwrap_or_default(),
        "asyncapi" => parsed(text).map(|value| asyncapi(&value)).unwrap_or_default(),
        "grpc" => grpc(text),
        "graphql" => graphql(text),
        _ => Vec::new(),
    }
}

fn parsed(text: &str) -> Option<Value> {
    let documents = ::catalog::descriptor::parse(text.as_bytes(), "definition", &::catalog::descriptor::Limits::default());
    documents.into_iter().next()?.value.ok()
}

fn openapi(value: &Value) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for (path, item) in value["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if !["get", "put", "post", "delete", "options", "head", "patch", "trace"].contains(&method.as_str()) {
                continue;
            }
            let summary = operation["summary"].as_str().or(operation["operationId"].as_str()).unwrap_or_default();
            out.push((method.to_uppercase(), path.clone(), summary.to_owned()));
        }
    }
    out
}

fn asyncapi(value: &Value) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    // Version 3 has operations that name a channel, version 2 has them inside the channels.
    for (name, operation) in value["operations"].as_object().into_iter().flatten() {
        let channel = operation["channel"]["$ref"].as_str().and_then(|target| target.rsplit('/').next()).unwrap_or(name);
        let address = value["channels"][channel]["address"].as_str().unwrap_or(channel);
        let summary = operation["summary"].as_str().or(operation["title"].as_str()).unwrap_or(name);
        out.push((operation["action"].as_str().unwrap_or("send").to_owned(), address.to_owned(), summary.to_owned()));
    }
    for (channel, item) in value["channels"].as_object().into_iter().flatten() {
        for verb in ["publish", "subscribe"] {
            if let Some(operation) = item.get(verb) {
                out.push((verb.to_owned(), channel.clone(), operation["summary"].as_str().unwrap_or_default().to_owned()));
            }
        }
    }
    out
}

fn grpc(text: &str) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    let (mut service, mut comment) = ("", String::new());
    for line in text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("//") {
            comment = words.trim().to_owned();
            continue;
        }
        if let Some(rest) = line.strip_prefix("service ") {
            service = rest.split([' ', '{']).next().unwrap_or_default();
        } else if let Some(rest) = line.strip_prefix("rpc ") {
            let name = rest.split([' ', '(']).next().unwrap_or_default();
            out.push(("rpc".to_owned(), format!("{service}.{name}"), std::mem::take(&mut comment)));
        }
        comment.clear();
    }
    out
}

fn graphql(text: &str) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    let (mut root, mut described) = (None, String::new());
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("type ").or_else(|| line.strip_prefix("extend type ")) {
            let name = rest.split([' ', '{']).next().unwrap_or_default();
            root = ["Query", "Mutation", "Subscription"].into_iter().find(|known| *known == name);
        } else if line.starts_with('}') {
            root = None;
        } else if let Some(words) = line.strip_prefix("\"\"\"").or_else(|| line.strip_prefix('#')) {
            described = words.trim_end_matches("\"\"\"").trim().to_owned();
            continue;
        } else if let Some(root) = root
            && let Some(name) = line.split(['(', ':', ' ']).next().filter(|name| !name.is_empty())
            && line.contains(':')
        {
            out.push((root.to_lowercase(), name.to_owned(), std::mem::take(&mut described)));
        }
        described.clear();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &str, text: &str, expected: &str) {
        let lines: Vec<_> = operations(format, text).into_iter().map(|(verb, path, summary)| format!("{verb} {path} {summary}")).collect();
        assert_eq!(lines.join("\n"), expected);
    }

    #[test]
    fn finds_operations() {
        check("openapi", "paths:\n  /payments:\n    post:\n      summary: Take money\n    parameters: []\n", "POST /payments Take money");
        check(
            "asyncapi",
            "channels:\n  a:\n    address: x.y\noperations:\n  onA:\n    action: receive\n    channel: {$ref: '#/channels/a'}\n",
            "receive x.y onA",
        );
        check("asyncapi", "channels:\n  paid:\n    subscribe:\n      summary: Paid\n", "subscribe paid Paid");
        check("grpc", "service A {\n  // One thing.\n  rpc Get (Id) returns (R);\n}\n", "rpc A.Get One thing.");
        check("graphql", "type Query {\n  \"\"\"One cart.\"\"\"\n  cart(id: ID!): Cart\n}\ntype Cart { id: ID }\n", "query cart One cart.");
        check("openapi", "{broken", "");
    }
}
