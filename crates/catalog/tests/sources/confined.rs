//! Folders of this machine: what a location may read, and how far it goes.

use testkit::databases;

use crate::world::{World, component, names};

/// Reads `in/all.yaml` of a folder with these files, and says what came.
async fn check(files: &[(&str, &str)], expect: &str) {
    for database in databases().await {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            match text.strip_prefix("-> ") {
                Some(target) => std::os::unix::fs::symlink(target, path).unwrap(),
                None => std::fs::write(path, text).unwrap(),
            }
        }
        let world = World::start(&database.store, &[folder.path().join("in/all.yaml").to_str().unwrap()]).await;
        let dump = world.dump().await.replace(folder.path().to_str().unwrap(), "");
        let advice = ", the folder of its location; move it there, or register it as a location of its own";
        assert_eq!(dump.replace(advice, ""), expect, "on {}", database.name);
        world.stop().await;
    }
}

#[tokio::test]
async fn nothing_outside_of_the_folder_is_read() {
    check(
        &[
            ("in/all.yaml", &names("here", "../out.yaml, ./link.yaml, ./away/x.yaml, '../*.yaml', ./good.yaml, ./fine.yaml")),
            ("out.yaml", &component("out", "one")),
            ("away/x.yaml", &component("x", "one")),
            ("in/link.yaml", "-> ../out.yaml"),
            ("in/away", "-> ../away"),
            ("in/good.yaml", &component("good", "one")),
            ("in/fine.yaml", "-> ./sub/fine.yaml"),
            ("in/sub/fine.yaml", &component("fine", "one")),
        ],
        "component:fine \"one\"\ncomponent:good \"one\"\nlocation:here !Error: Unable to read file, file /* lies outside of /in !Error: Unable to read file, file /in/away/x.yaml lies outside of /in !Error: Unable to read file, file /in/link.yaml lies outside of /in !Error: Unable to read file, file /out.yaml lies outside of /in",
    )
    .await;
}

#[tokio::test]
async fn nothing_outside_of_the_folder_is_included() {
    check(
        &[("in/all.yaml", &component("a", "{$text: ../secret.txt}")), ("secret.txt", "a secret")],
        "own !InputError: Processor PlaceholderProcessor threw an error while preprocessing; caused by Error: Placeholder $text could not read location ../secret.txt, Error: file /secret.txt lies outside of /in",
    )
    .await;
}

#[tokio::test]
async fn each_file_is_read_once_however_locations_go_in_circles() {
    check(
        &[
            ("in/all.yaml", &names("all", "./b.yaml, ./all.yaml")),
            ("in/b.yaml", &format!("{}---\n{}", names("b", "./all.yaml, ./b.yaml, './*.yaml'"), component("a", "one"))),
        ],
        "component:a \"one\"\nlocation:all\nlocation:b",
    )
    .await;
}

#[tokio::test]
async fn locations_nest_only_so_deep() {
    let mut files = vec![("in/all.yaml".to_owned(), names("l0", "./1.yaml"))];
    files.extend((1..=20).map(|depth| (format!("in/{depth}.yaml"), names(&format!("l{depth}"), &format!("./{}.yaml", depth + 1)))));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut expect: Vec<String> = (0..=16).map(|depth| format!("location:l{depth}")).collect();
    expect.push(
        "own !InputError: file:/in/16.yaml lies 16 Locations deep, those that it names are not read; name them further up".to_owned(),
    );
    expect.sort();
    check(&files, &expect.join("\n")).await;
}
