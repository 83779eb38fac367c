//! `waymark export`: what is written out and read again is the same catalog.

use std::path::{Path, PathBuf};

use crate::{
    run,
    server::{Server, TOKEN},
};

/// All kinds but Location, whose entities say where files are.
const KINDS: &str = "kind=component,kind=api,kind=resource,kind=system,kind=domain,kind=group,kind=user,kind=template";

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../platform/catalog/catalog-info.yaml")
}

fn total(server: &Server) -> Option<u64> {
    server.get(&format!("/api/catalog/entities/by-query?limit=0&filter={KINDS}"), None).body["totalItems"].as_u64()
}

#[test]
fn the_way_out_leads_back_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    };
    let first = Server::start(&data("one"), None, &sample(), &[]);
    first.wait("the sample is read", |server| server.count("component") > 10 && server.count("template") > 0 && server.count("user") > 10);
    let all = total(&first);
    let address = format!("http://{}", first.address);

    let by_url = run(folder.path(), &["export", "--out", "by-url", "--url", &address, "--token", TOKEN], "");
    assert_eq!(by_url.code, Some(0), "{}", by_url.error);
    let by_database = run(folder.path(), &["export", "--out", "by-database", "--data-dir", "one"], "");
    assert_eq!(by_database.code, Some(0), "{}", by_database.error);
    let same = std::process::Command::new("diff").args(["-r", "by-url", "by-database"]).current_dir(folder.path()).output().unwrap();
    assert!(same.status.success(), "{}", String::from_utf8_lossy(&same.stdout));
    let text = std::fs::read_to_string(folder.path().join("by-url/component/default/payment-service.yaml"));
    assert!(text.is_ok_and(|text| text.starts_with("apiVersion: ") && !text.contains("uid:") && !text.contains("managed-by")));

    let checked = run(folder.path(), &["validate", "by-url"], "");
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    let second = Server::start(&data("two"), None, &folder.path().join("by-url/catalog-info.yaml"), &[]);
    second.wait("all of it is read", |server| total(server) == all);
    let other = format!("http://{}", second.address);
    let shadow =
        run(folder.path(), &["shadow", &address, "--token", TOKEN, "--against", &other, "--against-token", TOKEN, "--filter", KINDS], "");
    assert_eq!(shadow.code, Some(0), "{}{}", shadow.out, shadow.error);
    assert!(shadow.out.ends_with("no differences\n"), "{}", shadow.out);

    let again = run(folder.path(), &["export", "--out", "by-url", "--url", &address, "--token", TOKEN], "");
    assert!(again.code == Some(1) && again.error.contains("is not empty"), "{}", again.error);
    let nowhere = run(folder.path(), &["export", "--out", "x", "--data-dir", "three"], "");
    assert!(nowhere.code == Some(1) && nowhere.error.contains("there is no three/waymark.db"), "{}", nowhere.error);
}
