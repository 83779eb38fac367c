//! Backstage's REST: shapes, texts and orders, on both databases.

use axum::http::{Method, header};

use crate::world::World;

/// Checks method, path and body against status and text. `…` at the end of the expectation stands for any rest.
async fn check(world: &World, line: &str, body: &str, expected: &str) {
    let (method, path) = line.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    let answer = world.send(World::request(method, path, body)).await;
    let got = world.plain(&format!("{} {}", answer.status.as_u16(), answer.text));
    match expected.strip_suffix('…') {
        Some(start) => assert!(got.starts_with(start), "{line}\n got: {got}\nwant: {expected}"),
        None => assert_eq!(got, expected, "{line}"),
    }
}

fn error(status: u16, name: &str, message: &str, method: &str, url: &str) -> String {
    let (message, url) = (serde_json::json!(message), serde_json::json!(url));
    format!(
        r#"{status} {{"error":{{"name":"{name}","message":{message}}},"request":{{"method":"{method}","url":{url}}},"response":{{"statusCode":{status}}}}}"#
    )
}

#[tokio::test]
async fn entities_are_found() {
    for world in World::each(&[], &[]).await {
        let pay = r#"200 {"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"#;
        check(&world, "GET /api/catalog/entities/by-name/component/default/pay", "", &format!("{pay}…")).await;
        check(&world, "GET /api/catalog/entities/by-name/COMPONENT/Default/PAY", "", &format!("{pay}…")).await;
        let fields = "fields=kind,metadata.name";
        let web = r#"{"kind":"Component","metadata":{"name":"web"}}"#;
        let pay = r#"{"kind":"Component","metadata":{"name":"Pay"}}"#;
        check(&world, &format!("GET /api/catalog/entities?filter=kind=component&{fields}"), "", &format!("200 [{pay},{web}]")).await;
        check(
            &world,
            &format!("GET /api/catalog/entities?filter=kind%3DCOMPONENT%2Cspec.type%3Dwebsite&{fields}"),
            "",
            &format!("200 [{web}]"),
        )
        .await;
        check(&world, &format!("GET /api/catalog/entities?filter=metadata.tags.java&{fields}"), "", &format!("200 [{pay}]")).await;
        check(
            &world,
            &format!(
                "GET /api/catalog/entities?filter=relations.ownedby=group:default/team-a,kind=component&order=desc:metadata.name&{fields}"
            ),
            "",
            &format!("200 [{web},{pay}]"),
        )
        .await;
        check(&world, &format!("GET /api/catalog/entities?filter=kind=nothing&{fields}"), "", "200 []").await;
        check(
            &world,
            "POST /api/catalog/entities/by-refs",
            r#"{"entityRefs":["component:default/web","component:default/none","nonsense","Component:PAY"],"fields":["kind","metadata.name"]}"#,
            &format!(r#"200 {{"items":[{web},null,null,{pay}]}}"#),
        )
        .await;
        check(
            &world,
            "POST /api/catalog/entities/by-refs?filter=spec.type=service",
            r#"{"entityRefs":["component:default/web","component:default/pay"],"fields":["metadata.name"]}"#,
            r#"200 {"items":[null,{"metadata":{"name":"Pay"}}]}"#,
        )
        .await;
        let uid = serde_json::from_str::<serde_json::Value>(&world.get("/api/catalog/entities/by-name/component/default/web").await.text)
            .unwrap();
        let uid = uid["metadata"]["uid"].as_str().unwrap().to_owned();
        check(&world, &format!("GET /api/catalog/entities/by-uid/{uid}"), "", "200 {\"apiVersion\"…").await;
        let ancestry = world.get("/api/catalog/entities/by-name/component/default/web/ancestry").await;
        let ancestry: serde_json::Value = serde_json::from_str(&ancestry.text).unwrap();
        assert_eq!(ancestry["rootEntityRef"], "component:default/web");
        assert_eq!(ancestry["items"].as_array().map(Vec::len), Some(2), "{ancestry}");
    }
}

#[tokio::test]
async fn lists_have_pages() {
    for world in World::each(&[], &[]).await {
        let first = world.get("/api/catalog/entities?filter=kind=component&limit=1&fields=metadata.name").await;
        assert_eq!(first.text, r#"[{"metadata":{"name":"Pay"}}]"#);
        let link = first.header("link").to_owned();
        let after = link
            .strip_prefix("</entities?filter=kind%3Dcomponent&limit=1&fields=metadata.name&after=")
            .and_then(|rest| rest.strip_suffix(">; rel=\"next\""));
        let after = after.unwrap_or_else(|| panic!("{link}")).to_owned();
        let second = world.get(&format!("/api/catalog/entities?filter=kind=component&after={after}&fields=metadata.name")).await;
        assert_eq!((second.text.as_str(), second.header("link")), (r#"[{"metadata":{"name":"web"}}]"#, ""));

        let page = async |query: &str| {
            let answer = world.get(&format!("/api/catalog/entities/by-query?{query}")).await;
            serde_json::from_str::<serde_json::Value>(&answer.text).unwrap_or_else(|_| panic!("{}", answer.text))
        };
        let names = |page: &serde_json::Value| {
            page["items"].as_array().unwrap().iter().map(|item| item["metadata"]["name"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
        };
        let first = page("filter=kind=component&limit=1&orderField=metadata.name,desc&fields=metadata.name").await;
        assert_eq!((names(&first).as_str(), first["totalItems"].as_u64()), ("web", Some(2)));
        let next = first["pageInfo"]["nextCursor"].as_str().unwrap().to_owned();
        assert!(first["pageInfo"].get("prevCursor").is_none());
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("cursor", &next).finish();
        let second = page(&format!("{query}&limit=1")).await;
        assert_eq!((names(&second).as_str(), second["totalItems"].as_u64()), ("Pay", Some(2)));
        let by_post = world
            .post(
                "/api/catalog/entities/by-query",
                &serde_json::json!({ "cursor": next, "limit": 1, "fields": ["metadata.name"] }).to_string(),
            )
            .await;
        assert!(by_post.text.starts_with(r#"{"items":[{"metadata":{"name":"Pay"}}],"totalItems":2,"pageInfo":{"#), "{}", by_post.text);
        let previous = second["pageInfo"]["prevCursor"].as_str().unwrap();
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("cursor", previous).finish();
        assert_eq!(names(&page(&format!("{query}&limit=1")).await), "web");

        check(
            &world,
            "GET /api/catalog/entities/by-query?limit=0&filter=kind=component",
            "",
            r#"200 {"items":[],"totalItems":2,"pageInfo":{}}"#,
        )
        .await;
        check(
            &world,
            "GET /api/catalog/entities/by-query?limit=0&totalItems=exclude",
            "",
            r#"200 {"items":[],"totalItems":0,"pageInfo":{}}"#,
        )
        .await;
        check(
            &world,
            "GET /api/catalog/entities/by-query?filter=kind=component&fullTextFilterTerm=receipts&fullTextFilterFields=metadata.description,metadata.name&fields=metadata.name",
            "",
            r#"200 {"items":[{"metadata":{"name":"Pay"}}],"totalItems":1,"pageInfo":{}}"#,
        )
        .await;
        check(
            &world,
            "POST /api/catalog/entities/by-query",
            r#"{"query":{"$all":[{"kind":"component"},{"$not":{"spec.type":{"$in":["service"]}}}]},"orderBy":[{"field":"metadata.name","order":"asc"}],"fields":["metadata.name"]}"#,
            r#"200 {"items":[{"metadata":{"name":"web"}}],"totalItems":1,"pageInfo":{}}"#,
        )
        .await;
    }
}

#[tokio::test]
async fn facets_are_counted() {
    for world in World::each(&[], &[]).await {
        check(
            &world,
            "GET /api/catalog/entity-facets?facet=spec.Type&facet=metadata.tags&filter=kind=component",
            "",
            r#"200 {"facets":{"spec.Type":[{"value":"service","count":1},{"value":"website","count":1}],"metadata.tags":[{"value":"java","count":1},{"value":"money","count":1}]}}"#,
        )
        .await;
        check(
            &world,
            "POST /api/catalog/entity-facets",
            r#"{"facets":["spec.type"],"query":{"kind":"api"}}"#,
            r#"200 {"facets":{"spec.type":[{"value":"openapi","count":1}]}}"#,
        )
        .await;
        check(&world, "GET /api/catalog/entity-facets", "", &error(400, "InputError", "Missing facet parameter", "GET", "/entity-facets"))
            .await;
    }
}

#[tokio::test]
async fn refusals_have_backstages_words() {
    let world = World::one(&[], &[]).await;
    let refused = async |line: &str, body: &str, status: u16, name: &str, message: &str| {
        let (method, path) = line.split_once(' ').unwrap();
        let url = path.strip_prefix("/api/catalog").unwrap();
        check(&world, line, body, &error(status, name, message, method, url)).await;
    };
    refused(
        "GET /api/catalog/entities/by-name/component/default/None",
        "",
        404,
        "NotFoundError",
        "No entity named 'None' found, with kind 'component' in namespace 'default'",
    )
    .await;
    refused("GET /api/catalog/entities/by-uid/none", "", 404, "NotFoundError", "No entity with uid none").await;
    refused("GET /api/catalog/locations/none", "", 404, "NotFoundError", "Found no location with ID none").await;
    refused("GET /api/catalog/entities?limit=0", "", 400, "InputError", "Invalid limit, must be greater than zero").await;
    refused("GET /api/catalog/entities?limit=x", "", 400, "InputError", "Invalid limit, not an integer").await;
    refused(
        "GET /api/catalog/entities?order=up:kind",
        "",
        400,
        "InputError",
        "Invalid order parameter \"up:kind\", expected \"<asc or desc>:<field name>\"",
    )
    .await;
    refused(
        "GET /api/catalog/entities?fields=metadata.tags[0]",
        "",
        400,
        "InputError",
        "Invalid field \"metadata.tags[0]\", array type fields are not supported",
    )
    .await;
    refused("GET /api/catalog/entities/by-query?cursor=nonsense", "", 400, "InputError", "Malformed cursor: it is not base64 of JSON")
        .await;
    refused(
        "POST /api/catalog/entities/by-refs",
        "{",
        400,
        "InputError",
        "Malformed request: EOF while parsing an object at line 1 column 1",
    )
    .await;
    refused(
        "POST /api/catalog/entities/by-refs",
        "{}",
        400,
        "InputError",
        "Malformed request: missing field `entityRefs` at line 1 column 2",
    )
    .await;
}

#[tokio::test]
async fn locations_are_told() {
    for world in World::each(&[], &[]).await {
        let name = "generated-";
        let list = world.get("/api/catalog/locations").await;
        let list: serde_json::Value = serde_json::from_str(&list.text).unwrap();
        let location = &list[0]["data"];
        assert_eq!(list.as_array().map(Vec::len), Some(1));
        assert_eq!(location["type"], "file");
        assert!(location["entityRef"].as_str().unwrap().starts_with(&format!("location:default/{name}")), "{location}");
        let id = location["id"].as_str().unwrap();
        assert_eq!(world.get(&format!("/api/catalog/locations/{id}")).await.text, location.to_string());
        assert_eq!(world.get("/api/catalog/locations/by-entity/component/default/pay").await.text, location.to_string());
    }
}

#[tokio::test]
async fn refresh_reads_again_and_says_how_far() {
    for world in World::each(&[], &[]).await {
        let answer = world.post("/api/catalog/refresh", r#"{"entityRef":"component:default/pay","authorizationToken":"x"}"#).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
        let seq = answer.header("waymark-seq").to_owned();
        assert!(seq.parse::<i64>().is_ok(), "{seq:?}");
        let mut request = World::request(Method::GET, "/api/catalog/entities/by-name/component/default/pay", "");
        request.headers_mut().insert("waymark-seq", seq.parse().unwrap());
        assert_eq!(world.send(request).await.status, 200);
    }
}

#[tokio::test]
async fn validation_has_a_shape_of_its_own() {
    let world = World::one(&[], &[]).await;
    let good = r#"{"entity":{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"x"},"spec":{"type":"a","lifecycle":"b","owner":"c"}},"location":"url:https://example.org/x"}"#;
    check(&world, "POST /api/catalog/validate-entity", good, "200 ").await;
    let bad = good.replace("\"owner\":\"c\"", "\"owner\":\"\"");
    check(&world, "POST /api/catalog/validate-entity", &bad, r#"400 {"errors":[{"name":"…"#).await;
}

#[tokio::test]
async fn any_content_type_is_read() {
    let world = World::one(&[], &[]).await;
    let mut request = World::request(Method::POST, "/api/catalog/entity-facets", r#"{"facets":["kind"]}"#);
    request.headers_mut().remove(header::CONTENT_TYPE);
    assert_eq!(world.send(request).await.status, 200);
}
