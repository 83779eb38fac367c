//! `/api`: the portal's own REST, for people.

use axum::response::Response;
use model::view::{Place, RestGroup, RestOperation, RestParameter, RestView};
use serde_json::Value;

use crate::http::{access::Signed, page::PageRequest, rest::openapi_text};

/// The page.
pub(super) async fn page(_: Signed, request: PageRequest) -> Response {
    let origin = request.state.site.origin();
    let view = view(&serde_json::from_str(openapi_text()).unwrap_or_default(), &origin);
    request.page(Place::Elsewhere, |frame| app::render::rest(frame, view))
}

/// The document as the page shows it.
fn view(document: &Value, origin: &str) -> RestView {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut groups: Vec<RestGroup> = document["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tag| RestGroup { name: text(&tag["name"]), description: text(&tag["description"]), operations: Vec::new() })
        .collect();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, value) in item.as_object().into_iter().flatten() {
            let Some(group) = groups.iter_mut().find(|group| value["tags"][0] == group.name.as_str()) else { continue };
            group.operations.push(operation(path, &method.to_uppercase(), value, origin));
        }
    }
    groups.iter_mut().for_each(|group| group.operations.sort_by_key(|operation| (operation.path.len(), order(&operation.method))));
    let info = &document["info"];
    RestView { description: text(&info["description"]), version: text(&info["version"]), origin: origin.to_owned(), groups }
}

/// Reading stands before writing.
fn order(method: &str) -> usize {
    ["GET", "POST", "PUT", "PATCH", "DELETE"].iter().position(|known| *known == method).unwrap_or(9)
}

fn operation(path: &str, method: &str, value: &Value, origin: &str) -> RestOperation {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parameters = value["parameters"].as_array().into_iter().flatten().map(|parameter| RestParameter {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"].as_bool().unwrap_or_default(),
        description: text(&parameter["description"]),
    });
    let content = value["requestBody"]["content"].as_object().and_then(|content| content.keys().next());
    let body = content.map(|kind| (kind.clone(), text(&value["requestBody"]["description"])));
    let answers = value["responses"].as_object().into_iter().flatten().map(|(status, answer)| {
        let meaning = text(&answer["description"]);
        let code = status.parse().ok().and_then(|code| axum::http::StatusCode::from_u16(code).ok());
        let usual = code.and_then(|code| code.canonical_reason()).unwrap_or_default();
        (status.clone(), if meaning.is_empty() { usual.to_owned() } else { meaning })
    });
    RestOperation {
        id: text(&value["operationId"]),
        example: example(path, method, body.is_some(), origin),
        method: method.to_owned(),
        path: path.to_owned(),
        summary: text(&value["summary"]),
        parameters: parameters.collect(),
        body,
        answers: answers.collect(),
    }
}

fn example(path: &str, method: &str, has_body: bool, origin: &str) -> String {
    let path = path.replace("{kind}", "component").replace("{namespace}", "default").replace("{name}", "payment-service");
    let mut out = "curl -H \"Authorization: Bearer $TOKEN\"".to_owned();
    if method != "GET" {
        out.push_str(&format!(" -X {method}"));
    }
    if has_body {
        out.push_str(" -H 'Content-Type: application/json' --data @body.json");
    }
    out.push_str(&format!(" '{origin}{path}'"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_document_is_shown() {
        let document: Value = serde_json::from_str(openapi_text()).unwrap();
        let shown: usize = view(&document, "http://localhost").groups.iter().map(|group| group.operations.len()).sum();
        let described: usize = document["paths"].as_object().unwrap().values().map(|item| item.as_object().unwrap().len()).sum();
        assert_eq!(shown, described);
    }

    #[test]
    fn an_example_can_be_pasted() {
        let text = example("/api/v1/entities/{kind}/{namespace}/{name}", "PUT", true, "https://p.example.com");
        assert_eq!(
            text,
            "curl -H \"Authorization: Bearer $TOKEN\" -X PUT -H 'Content-Type: application/json' --data @body.json \
             'https://p.example.com/api/v1/entities/component/default/payment-service'"
        );
    }
}
