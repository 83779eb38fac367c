//! What registering would bring, before anything is written.

use catalog::{Preview, registry::NewLocation};
use testkit::databases;

use crate::{
    web_server::WebServer,
    world::{World, component, names},
};

fn told(preview: &Preview) -> String {
    let files = preview.files.iter().map(|file| {
        let error = file.error.as_deref().map(|error| format!(" {error}")).unwrap_or_default();
        format!("file {} {}{error}", file.address, file.entities)
    });
    let entities = preview.entities.iter().map(|found| {
        let relations: Vec<String> = found.relations.iter().map(|(kind, target)| format!("{kind} {target}")).collect();
        format!("{} {}:{} {}", found.entity_ref, found.file, found.line, relations.join(", ")).trim_end().to_owned()
    });
    let problems = preview
        .problems
        .iter()
        .map(|problem| format!("{}:{}:{} {}: {}", problem.file, problem.line, problem.column, problem.rule, problem.message));
    files.chain(entities).chain(problems).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_location_is_shown_with_lines_and_nothing_is_written() {
    let Some(database) = databases().await.into_iter().next() else { return };
    let bad = component("b", "one").replace("lifecycle: production", "lifecycle: ''");
    let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: team\nspec:\n  type: team\n  children: []\n";
    let server = WebServer::with(&[
        ("/all.yaml", &names("all", "./a.yaml, ./missing.yaml")),
        ("/a.yaml", &format!("{}---\n{bad}---\nkind: [broken\n---\n{group}---\n{}", component("a", "one"), component("A", "again"))),
    ])
    .await;
    let world = World::start(&database.store, &[]).await;
    let head = world.store.feed_head().await.unwrap();
    let preview = world.reading.preview(&NewLocation::new("url", server.at("/all.yaml"))).await;
    let text = told(&preview).replace(server.host(), "HOST").replace("http://", "");
    assert_eq!(
        text,
        "file HOST/all.yaml 1
file HOST/a.yaml 1
file HOST/missing.yaml 0 HOST has no /missing.yaml (404): check the address; if it is private, give HOST a token in [[hosts]] that may read it
location:default/all HOST/all.yaml:1
component:default/a HOST/a.yaml:1 ownedBy group:default/team
HOST/a.yaml:18:14 kind/schema: /spec/lifecycle must NOT have fewer than 1 characters - limit: 1
HOST/a.yaml:21:14 yaml/flow: Flow sequence must end with a ]
HOST/a.yaml:24:7 location/rules: Entity group:default/team at url:HOST/a.yaml, originated at url:HOST/all.yaml, is not of an allowed kind for that location
HOST/a.yaml:31:1 entity/duplicate: component:default/a stands here a second time; the first one counts
HOST/missing.yaml:0:0 location/read: HOST has no /missing.yaml (404): check the address; if it is private, give HOST a token in [[hosts]] that may read it"
    );
    assert_eq!(world.store.feed_head().await.unwrap(), head);
    let refused = world.reading.preview(&NewLocation::new("file", "/etc/passwd")).await;
    assert!(told(&refused).starts_with("/etc/passwd:0:0 location/target: Registered locations must be of type url or git"));
    world.stop().await;
}

#[tokio::test]
async fn a_text_is_shown() {
    let Some(database) = databases().await.into_iter().next() else { return };
    let world = World::start(&database.store, &[]).await;
    let text = format!("{}---\n{}", component("a", "{$text: ./x}"), names("here", "./a.yaml"));
    assert_eq!(
        told(&world.reading.preview_text(&text).await),
        "file pasted.yaml 1
location:default/here pasted.yaml:11
pasted.yaml:5:3 placeholder/read: Placeholder $text could not read location ./x, Error: a pasted text stands in no file, so it cannot include others
pasted.yaml:11:1 location/pasted: the targets of a pasted Location are not read"
    );
    world.stop().await;
}
