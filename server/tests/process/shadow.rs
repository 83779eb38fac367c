//! `waymark shadow` beside something that answers as Backstage does.

use serde_json::{Value, json};

use crate::{
    fake::{Backstage, Content},
    run,
    server::{Server, TOKEN},
};

fn component(name: &str, owner: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\nspec: {{type: service, lifecycle: production, owner: {owner}}}\n---\n"
    )
}

/// The entities as Backstage shows them: with another uid, and read from an address.
fn theirs(server: &Server) -> Vec<Value> {
    let answer = server.get("/api/catalog/entities?filter=kind=component", None);
    let mut entities = answer.body.as_array().cloned().unwrap_or_default();
    for entity in &mut entities {
        entity["metadata"]["uid"] = "another".into();
        entity["metadata"]["annotations"]["backstage.io/managed-by-location"] = "url:https://example.com/x".into();
        entity["metadata"]["annotations"]["backstage.io/view-url"] = "https://example.com/x".into();
    }
    entities
}

#[test]
fn every_difference_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..7).map(|number| component(&format!("c{number}"), "team-a")).collect();
    std::fs::write(folder.path().join("catalog-info.yaml"), text).unwrap();
    let server = Server::start(folder.path(), None, &folder.path().join("catalog-info.yaml"), &[]);
    server.wait("the components are there", |server| server.count("component") == 7);
    let ours = format!("http://{}", server.address);
    let compare = |entities: Vec<Value>, more: &[&str]| {
        let backstage = Backstage::start(Content { entities, ..Content::default() });
        let arguments = ["shadow", &backstage.address, "--against", &ours, "--against-token", TOKEN, "--filter", "kind=component"];
        let run = run(folder.path(), &[&arguments[..], more].concat(), "");
        (run.code, run.out.replace(&backstage.address, "THERE").replace(&ours, "HERE"), run.error)
    };

    let same = theirs(&server);
    assert_eq!(compare(same.clone(), &[]), (Some(0), "7 entities compared (THERE with HERE): no differences\n".to_owned(), String::new()));

    let mut other = same.clone();
    other.remove(0);
    other[0]["spec"]["lifecycle"] = "experimental".into();
    other[1]["relations"] = json!([]);
    let mut unknown = same[0].clone();
    unknown["metadata"]["name"] = "c9".into();
    other.push(unknown);
    let (code, out, _) = compare(other.clone(), &[]);
    assert_eq!(
        (code, out.as_str()),
        (
            Some(1),
            "component:default/c0: only in Waymark\ncomponent:default/c1: spec.lifecycle is \"experimental\" there, \"production\" in Waymark\ncomponent:default/c2: relation ownedBy group:default/team-a is only in Waymark\ncomponent:default/c9: missing in Waymark\n8 entities compared (THERE with HERE): 4 differences in 4 entities\n"
        )
    );
    let (code, out, _) = compare(other, &["--format", "json", "--ignore", "spec.lifecycle"]);
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(code, Some(1));
    assert_eq!(lines[0], json!({ "difference": "extra", "entity": "component:default/c0" }));
    assert_eq!(lines[3], json!({ "difference": "summary", "entities": 8, "differing": 3, "differences": 3 }));

    let (code, _, error) = compare(same, &["--against-token", "wrong"]);
    assert!(code == Some(2) && error.contains("cannot be used multiple times"), "{error}");
    let refused = run(folder.path(), &["shadow", &ours, "--against", &ours], "");
    assert!(refused.code == Some(2) && refused.error.contains("give a token that may read its catalog"), "{}", refused.error);
}
