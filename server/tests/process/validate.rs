//! `waymark validate`

use crate::run;

const GOOD: &str = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: shop}\nspec: {owner: team-a}\n";

#[test]
fn the_exit_code_says_how_it_went() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("catalog-info.yaml"), GOOD).unwrap();
    std::fs::write(folder.path().join("bad.yaml"), GOOD.replace("shop", "sh op")).unwrap();
    let code = |arguments: &[&str], input: &str| {
        let run = run(folder.path(), &[&["validate"], arguments].concat(), input);
        (run.code, if run.code == Some(2) { run.error } else { run.out })
    };
    assert_eq!(code(&["."], ""), (Some(0), "1 file, 1 entity: no errors, no warnings\n".to_owned()));
    assert_eq!(code(&["-"], GOOD), (Some(0), "1 file, 1 entity: no errors, no warnings\n".to_owned()));
    let (found, text) = code(&["bad.yaml"], "");
    assert!(found == Some(1) && text.starts_with("bad.yaml:3:18: error[metadata/name]: "), "{text}");
    let (found, text) = code(&["-", "--format", "github"], &GOOD.replace("shop", "sh op"));
    assert!(found == Some(1) && text.starts_with("::error file=<stdin>,line=3,col=18,title=metadata/name::"), "{text}");
    assert_eq!(code(&["missing.yaml"], "").0, Some(2));
    assert_eq!(code(&[], "").0, Some(2));
    assert_eq!(code(&["--format", "xml", "."], "").0, Some(2));
    assert_eq!(code(&[".", "--references"], "").0, Some(0));
    assert_eq!(code(&[".", "--references", "--strict"], "").0, Some(1));
}

#[test]
fn reports_for_programs_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a b.yaml"), "kind: x\n---\na: [\n").unwrap();
    let sarif = run(folder.path(), &["validate", "a b.yaml", "--format", "sarif"], "");
    let value: serde_json::Value = serde_json::from_str(&sarif.out).unwrap();
    assert_eq!((value["version"].as_str(), value["runs"][0]["tool"]["driver"]["name"].as_str()), (Some("2.1.0"), Some("waymark")));
    assert_eq!(value["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%20b.yaml");
    assert_eq!(sarif.error, "1 file, no entities: 2 errors, no warnings\n");
    let json = run(folder.path(), &["validate", "a b.yaml", "--format", "json"], "");
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((value["version"].as_u64(), value["problems"].as_array().map(Vec::len)), (Some(1), Some(2)));
}

#[test]
fn kinds_of_the_configuration_are_known_and_its_secrets_not_needed() {
    let folder = tempfile::tempdir().unwrap();
    let database = "apiVersion: example.com/v1\nkind: Database\nmetadata: {name: orders}\nspec: {engine: postgres}\n";
    std::fs::write(folder.path().join("catalog-info.yaml"), database).unwrap();
    let unknown = run(folder.path(), &["validate", "."], "");
    assert!(unknown.code == Some(1) && unknown.out.contains("error[kind/unknown]"), "{}", unknown.out);
    let toml = "[[hosts]]\nname = \"git.example.com\"\nkind = \"gitea\"\ntoken = \"$A_VARIABLE_THAT_IS_NOT_SET\"\n\
        [[kinds]]\nkind = \"Database\"\nplural = \"Databases\"\napi-versions = [\"example.com/v1\"]\n";
    std::fs::write(folder.path().join("portal.toml"), toml).unwrap();
    let known = run(folder.path(), &["validate", "--config", "portal.toml", "."], "");
    assert_eq!((known.code, known.error.as_str()), (Some(0), ""), "{}", known.out);
}
