//! Two portals on one database.

use model::{Caller, EntityRef};
use testkit::databases;

use crate::world::{World, component};

#[tokio::test]
async fn what_one_writes_the_other_shows() {
    for database in databases().await {
        if database.name == "sqlite" {
            continue; // One process at a time.
        }
        let one = World::start(&database.store, &[("catalog-info.yaml", &component("a", "one"))]).await;
        one.read().await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("catalog-info.yaml"), component("b", "other")).unwrap();
        let text = component("a", "two");
        one.write("catalog-info.yaml", &text);
        let seq = one.portal.catalog().refresh(&Caller::worker(), &"component:default/a".parse::<EntityRef>().unwrap()).await.unwrap();
        let (store, folder) = one.stop().await;
        let two = World::over(&store, folder, Vec::new()).await;
        let seen = two.seen(seq).await;
        let id = seen.snapshot.find(&"component:default/a".parse().unwrap()).unwrap();
        assert_eq!(seen.snapshot.entity(id).to_value()["metadata"]["description"], "two");
        two.stop().await;
    }
}
