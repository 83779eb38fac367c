//! Editing, its history, and what is wrong: over real files and databases.

use model::{
    Caller, EntityRef, PortalError, Principal,
    view::{
        ChangesQuery, ChangesView, CompareLine, EditAccess, EditMode, EditView, EntityForm, EntityTab, GraphQuery, ProblemsQuery, Saved,
    },
};
use portal::EditPage;
use testkit::databases;

use crate::world::{World, component};

const FILE: &str = "
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team, title: The Team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart, labels: {tier: '1'}}
spec: {type: service, lifecycle: production, owner: team, dependsOn: ['resource:gone']}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: other}
spec: {type: service, lifecycle: production, owner: strangers}
";

const BUCKET: &str =
    "apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata:\n  name: bucket\nspec:\n  type: storage\n  owner: group:default/team\n";

fn person(name: &str) -> Caller {
    let groups = if name == "ada" { vec!["group:default/team".parse().unwrap()] } else { Vec::new() };
    Caller { principal: Principal::Person(EntityRef::new("User", "default", name)), groups: groups.into(), ..Caller::worker() }
}

fn name(text: &str) -> EntityRef {
    text.parse().unwrap()
}

/// The caller after a write, or the page that came back.
fn saved<V>(caller: &Caller, saved: Saved<V>) -> Result<Caller, V> {
    match saved {
        Saved::Done(_, seq) => Ok(Caller { seen: Some(seq), ..caller.clone() }),
        Saved::Again(view, _) => Err(*view),
    }
}

async fn page(world: &World, caller: &Caller, entity: &str, yaml: bool) -> EditView {
    match world.portal.catalog().edit(caller, &name(entity), yaml).await.unwrap() {
        EditPage::Edit(view) => *view,
        EditPage::NotYours(view) => panic!("{view:?}"),
    }
}

/// A line a change: what, who, which fields.
fn told(view: &ChangesView) -> String {
    let mut lines = Vec::new();
    for change in view.days.iter().flat_map(|day| &day.entries) {
        let actor = match &change.actor {
            Some(model::view::Actor::Person(link)) => format!(" by {}", link.entity_ref),
            Some(model::view::Actor::Other(name)) => format!(" by {name}"),
            None => String::new(),
        };
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let fields: String =
            change.diff.iter().map(|field| format!(" {}: {} → {}", field.path, text(&field.before), text(&field.after))).collect();
        lines.push(format!("{} {}{actor}{fields}", change.entity.entity_ref.name(), change.action.value()));
    }
    lines.join("\n")
}

#[tokio::test]
async fn an_entity_of_the_portal_is_made_edited_and_deleted() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", FILE)]).await;
        world.read().await;
        let catalog = world.portal.catalog();
        let ada = person("ada");
        let wrong =
            saved(&ada, catalog.create_entity(&ada, "resource", &BUCKET.replace("bucket", "two words")).await.unwrap()).unwrap_err();
        assert_eq!((wrong.problems[0].line, wrong.problems[0].column), (4, 9));
        let ada = saved(&ada, catalog.create_entity(&ada, "resource", BUCKET).await.unwrap()).unwrap();
        let again = saved(&ada, catalog.create_entity(&ada, "resource", BUCKET).await.unwrap()).unwrap_err();
        assert!(again.message.unwrap().contains("exists already"));

        let view = page(&world, &ada, "resource:bucket", false).await;
        assert_eq!((view.mode.clone(), view.spec_fields.clone()), (EditMode::Form, vec!["owner", "type", "system"]));
        assert_eq!(view.form.owner, "group:default/team");
        assert_eq!(
            view.yaml.replace("  namespace: default\n", ""),
            BUCKET.replace("group:default/team", "\"group:default/team\"").replace("\"", "")
        );
        let form = EntityForm { title: "The bucket".to_owned(), tags: "a, b".to_owned(), ..view.form.clone() };
        let bucket = name("resource:bucket");
        let ada = saved(&ada, catalog.save_form(&ada, &bucket, form, &view.etag).await.unwrap()).unwrap();
        // The second with the first's etag is told what the first did, and keeps what was typed.
        let form = EntityForm { title: "Mine".to_owned(), ..view.form.clone() };
        let refused = saved(&ada, catalog.save_form(&ada, &bucket, form, &view.etag).await.unwrap()).unwrap_err();
        assert_eq!(refused.form.title, "Mine");
        let lines = refused.conflict.unwrap();
        assert!(lines.contains(&CompareLine::Removed("  title: The bucket".to_owned())), "{lines:?}");
        let yaml = refused.yaml.replace("Mine", "Ours");
        let ada = saved(&ada, catalog.save_yaml(&ada, &bucket, &yaml, &refused.etag).await.unwrap()).unwrap();
        let renamed = catalog.save_yaml(&ada, &bucket, &yaml.replace("name: bucket", "name: bin"), &refused.etag).await.unwrap();
        assert!(saved(&ada, renamed).unwrap_err().yaml_problems[0].message.starts_with("Kind, namespace and name stay"));

        let history = catalog.history(&ada, &bucket, None).await.unwrap();
        let lines = told(&history);
        assert!(
            lines.starts_with("bucket changed by user:default/ada metadata.title: The bucket → Ours metadata.tags: a, b → -"),
            "{lines}"
        );
        assert!(lines.contains("\nbucket created by user:default/ada"), "{lines}");
        let question = catalog.delete_page(&ada, &bucket).await.unwrap();
        let seq = catalog.delete_entity(&ada, &bucket, catalog::Expected::Etag(question.etag)).await.unwrap();
        let ada = Caller { seen: Some(seq), ..ada };
        assert!(matches!(catalog.edit(&ada, &bucket, false).await, Err(PortalError::NotFound { .. })));
        let history = catalog.history(&ada, &bucket, None).await.unwrap();
        assert!(told(&history).starts_with("bucket removed by user:default/ada"), "{}", told(&history));
        world.stop().await;
    }
}

#[tokio::test]
async fn a_file_keeps_its_entity_and_people_put_something_over_it() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", FILE)]).await;
        world.read().await;
        let catalog = world.portal.catalog();
        let (ada, cart) = (person("ada"), name("component:cart"));
        let view = page(&world, &ada, "component:cart", false).await;
        assert_eq!((view.mode.clone(), view.etag.as_str(), view.form.labels.as_str()), (EditMode::Overlay, "", "tier=1\n"));
        let form = EntityForm { title: "Carts".to_owned(), labels: "tier=2".to_owned(), ..view.form.clone() };
        let preview = saved(&ada, catalog.save_overlay(&ada, &cart, form.clone(), "", true).await.unwrap()).unwrap_err();
        let lines = preview.preview.unwrap();
        assert!(lines.contains(&CompareLine::Added("  title: Carts".to_owned())), "{lines:?}");
        let after = saved(&ada, catalog.save_overlay(&ada, &cart, form, "", false).await.unwrap()).unwrap();
        let shown = catalog.entity(&after, &cart, EntityTab::Overview, GraphQuery::default()).await.unwrap();
        assert_eq!((shown.header.entity.title.as_str(), shown.header.edit.clone()), ("Carts", EditAccess::Overlay));
        assert_eq!(shown.about.overlay.unwrap().fields, ["title", "labels"]);
        let view = page(&world, &after, "component:cart", false).await;
        assert!(view.has_overlay && !view.etag.is_empty());
        // The form as the file has it takes everything back.
        let form = EntityForm { title: String::new(), labels: "tier=1".to_owned(), ..view.form.clone() };
        let after = saved(&ada, catalog.save_overlay(&ada, &cart, form, &view.etag, false).await.unwrap()).unwrap();
        assert!(!page(&world, &after, "component:cart", false).await.has_overlay);
        let lines = told(&catalog.history(&after, &cart, None).await.unwrap());
        assert_eq!(
            lines.lines().map(|line| line.split_whitespace().nth(1).unwrap()).collect::<Vec<_>>(),
            ["overlaid", "overlaid", "created"],
            "{lines}"
        );

        let stranger = person("eve");
        let EditPage::NotYours(refused) = catalog.edit(&stranger, &cart, false).await.unwrap() else { panic!("eve owns nothing") };
        assert_eq!(refused.owners[0].title, "The Team");
        let form = EntityForm::default();
        assert!(matches!(catalog.save_overlay(&stranger, &cart, form, "", true).await, Err(PortalError::Forbidden { .. })));
        world.stop().await;
    }
}

#[tokio::test]
async fn what_changed_is_filtered_and_paged() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", FILE)]).await;
        world.read().await;
        world.write("catalog-info.yaml", &FILE.replace("tier: '1'", "tier: '2'").replace("name: other}", "name: other, title: Other}"));
        world.read().await;
        let catalog = world.portal.catalog();
        let ada = person("ada");
        let check = async |query: &str, expected: &str| {
            let view = catalog.changes(&ada, &ChangesQuery::parse(query)).await.unwrap();
            let mut lines: Vec<String> = told(&view).lines().map(str::to_owned).collect();
            lines.sort();
            assert_eq!(lines.join("\n"), expected, "{query}");
        };
        let cart = "cart changed metadata.labels.tier: 1 → 2";
        let other = "other changed metadata.title: - → Other";
        check("", &format!("{cart}\n{other}")).await;
        check("owner=mine", cart).await;
        check("owner=group:strangers", other).await;
        check("q=oth", other).await;
        check("kind=resource", "").await;
        check("action=changed&kind=component", &format!("{cart}\n{other}")).await;
        check("action=removed", "").await;
        check("around=group:team&since=1d", cart).await;
        check("actor=user:ada", "").await;
        let home = world.portal.home().page(&ada).await.unwrap();
        assert_eq!(home.changes[0].action, model::view::ChangeAction::Changed);
        world.stop().await;
    }
}

#[tokio::test]
async fn problems_say_whose_they_are() {
    for database in databases().await {
        let broken = format!("{FILE}---\n{}", component("broken", "x").replace("lifecycle: production", "lifecycle: [1]"));
        let broken = format!("{broken}---\n{}", component("twice", "first"));
        let twice = component("twice", "second");
        let root = crate::world::location("./one.yaml, ./two.yaml", "required");
        let world = World::start(&database.store, &[("catalog-info.yaml", &root), ("one.yaml", &broken), ("two.yaml", &twice)]).await;
        world.read().await;
        let catalog = world.portal.catalog();
        let ada = person("ada");
        let check = async |query: &str, expected: &[&str]| {
            let view = catalog.problems(&ada, &ProblemsQuery::parse(query)).await.unwrap();
            let mut lines = Vec::new();
            for group in &view.groups {
                let owner = group.owner.as_ref().map_or_else(|| "nobody".to_owned(), |owner| owner.entity_ref.name().to_owned());
                for row in &group.rows {
                    let subject = row.item.entity_ref.as_ref().map_or("-", |name| name.name());
                    lines.push(format!("{owner} {subject} {}", row.item.sort.value()));
                }
            }
            assert_eq!(lines, expected, "{query}: {view:#?}");
            assert_eq!(view.total, expected.len() as u64);
        };
        check("sort=dangling", &["team cart dangling"]).await;
        check("owner=mine&kind=component&sort=dangling", &["team cart dangling"]).await;
        check("sort=owner", &["strangers other owner"]).await;
        check("sort=never", &["team broken never"]).await;
        check("sort=conflict", &["team twice conflict"]).await;
        let (items, total) = catalog.problem_list(&ada, &ProblemsQuery::parse(""), 2, 1).await.unwrap();
        assert_eq!((items.len(), total >= 4), (2, true));
        let (never, _) = catalog.problem_list(&ada, &ProblemsQuery::parse("sort=never"), 10, 0).await.unwrap();
        assert!(never[0].file.as_deref().unwrap().ends_with("one.yaml"), "{never:?}");
        world.stop().await;
    }
}
