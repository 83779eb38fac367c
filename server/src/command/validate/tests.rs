use std::{fs, path::Path};

use super::*;
use crate::config::ReportFormat;

/// Checks the files of a throw-away folder and gives the report, with the folder's name taken out of it.
fn report(files: &[(&str, &str)], paths: &[&str], format: ReportFormat, references: bool) -> String {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let paths: Vec<_> = paths.iter().map(|path| root.join(path)).collect();
    let (summary, problems) = run(gather::gather(&paths).unwrap(), &Kinds::default(), references).unwrap();
    let mut out = Vec::new();
    report::write(format, &summary, &problems, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    text.replace(&format!("{}/", root.display()), "").replace(&root.display().to_string(), "ROOT")
}

fn check(files: &[(&str, &str)], expected: &str) {
    assert_eq!(report(files, &["."], ReportFormat::Human, false).trim(), expected.trim());
}

const COMPONENT: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: NAME\nspec:\n  type: service\n  lifecycle: production\n  owner: team-a\n";

fn component(name: &str) -> String {
    COMPONENT.replace("NAME", name)
}

#[test]
fn good_files_give_a_summary() {
    check(
        &[("a/catalog-info.yaml", &component("a")), ("b/catalog-info.yml", &component("b"))],
        "2 files, 2 entities: no errors, no warnings",
    );
}

#[test]
fn a_problem_has_its_place_its_rule_and_what_to_do() {
    check(
        &[("catalog-info.yaml", &component("a b"))],
        "catalog-info.yaml:4:9: error[metadata/name]: \"metadata.name\" is not valid; expected a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total but found \"a b\". To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md\n  fix: Use letters, digits and - _ . inside; put a readable name with spaces in metadata.title.\n1 file, no entities: 1 error, no warnings",
    );
}

#[test]
fn lists_are_sorted_by_the_catalog_and_not_in_what_is_reported() {
    let text = component("a") + "  dependsOn:\n    - component:z\n    - b\n";
    let got = report(&[("catalog-info.yaml", &text)], &["."], ReportFormat::Human, false);
    assert!(got.starts_with("catalog-info.yaml:11:7: error[relation]: "), "{got}");
}

#[test]
fn one_name_twice_is_an_error_at_the_second() {
    check(
        &[("a/catalog-info.yaml", &component("same")), ("b/catalog-info.yaml", &component("SAME"))],
        "b/catalog-info.yaml:4:9: error[catalog/duplicate]: component:default/same is already in a/catalog-info.yaml:4\n  fix: Names are unique in a kind and namespace, whatever their case: rename one, or remove it.\n2 files, 2 entities: 1 error, no warnings",
    );
}

#[test]
fn references_that_lead_nowhere_are_warnings_when_asked_for() {
    let text = component("a") + "  dependsOn: [component:a, resource:db]\n";
    let got = report(&[("catalog-info.yaml", &text)], &["."], ReportFormat::Human, true);
    assert_eq!(
        got,
        "catalog-info.yaml:8:10: warning[catalog/reference]: ownedBy group:default/team-a is not in the catalog\n  fix: Correct the reference, or add the entity.\ncatalog-info.yaml:9:28: warning[catalog/reference]: dependsOn resource:default/db is not in the catalog\n  fix: Correct the reference, or add the entity.\n1 file, 1 entity: no errors, 2 warnings\n"
    );
}

fn location(targets: &str) -> String {
    format!("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: root}}\nspec:\n  targets: [{targets}]\n")
}

#[test]
fn targets_of_locations_are_checked_too() {
    let files = [
        ("catalog-info.yaml", &*location("./all.yaml, 'parts/*.yaml', https://example.com/x.yaml, /all.yaml")),
        ("all.yaml", &component("a")),
        ("parts/b.yaml", &component("b")),
    ];
    assert_eq!(report(&files, &["catalog-info.yaml"], ReportFormat::Human, false), "3 files, 3 entities: no errors, no warnings\n");
}

#[test]
fn a_target_that_is_not_there_is_an_error_where_it_stands() {
    check(
        &[("catalog-info.yaml", &location("./a.yaml"))],
        "catalog-info.yaml:5:13: error[location/target]: Unable to read file, no matching files found for a.yaml\n  fix: Check the path; it is relative to the file in which it stands.\n1 file, 1 entity: 1 error, no warnings",
    );
    check(
        &[("catalog-info.yaml", &location("./a.yaml").replace("spec:", "spec:\n  presence: optional"))],
        "1 file, 1 entity: no errors, no warnings",
    );
}

#[test]
fn nothing_outside_of_the_tree_is_read() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let text = component("a") + &format!("  note:\n    $text: {}\n", secret.display());
    let got = report(&[("catalog-info.yaml", &text)], &["."], ReportFormat::Human, false);
    assert!(got.contains("error[placeholder/read]") && got.contains("lies outside of ROOT, where nothing is read"), "{got}");

    let got = report(&[("catalog-info.yaml", &location(&secret.display().to_string()))], &["."], ReportFormat::Human, false);
    assert!(got.starts_with("catalog-info.yaml:5:13: error[location/target]") && got.contains("lies outside of ROOT"), "{got}");

    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&secret, folder.path().join("catalog-info.yaml")).unwrap();
    let (summary, problems) = run(gather::gather(&[folder.path().to_owned()]).unwrap(), &Kinds::default(), false).unwrap();
    assert_eq!((summary.errors, problems[0].rule), (1, "file/outside"));
}

#[test]
fn a_path_that_cannot_be_read_is_no_problem_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let message = |path: &Path| gather::gather(&[path.to_owned()]).unwrap_err().to_string();
    assert!(message(&folder.path().join("missing.yaml")).ends_with("missing.yaml cannot be read"));
    assert!(message(folder.path()).contains("has no catalog-info.yaml"));
}

#[test]
fn annotations_of_github_are_escaped() {
    let mut out = Vec::new();
    let problem = Problem {
        file: "a:b,c%.yaml".to_owned(),
        line: 3,
        column: 4,
        severity: Severity::Error,
        rule: "yaml/syntax",
        entity: None,
        message: "100 %\nof: it, all\r".to_owned(),
        fix: Some("Mend it.".to_owned()),
    };
    report::write(ReportFormat::Github, &Summary::default(), &[problem], &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "::error file=a%3Ab%2Cc%25.yaml,line=3,col=4,title=yaml/syntax::100 %25%0Aof: it, all%0D%0AMend it.\nno files, no entities: no errors, no warnings\n"
    );
}

#[test]
fn json_and_sarif_say_the_same() {
    let files = [("catalog-info.yaml", "a: [\n---\nkind: x\n")];
    let json: serde_json::Value = serde_json::from_str(&report(&files, &["."], ReportFormat::Json, false)).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&report(&files, &["."], ReportFormat::Sarif, false)).unwrap();
    assert_eq!(json["summary"], serde_json::json!({ "files": 1, "documents": 2, "entities": 0, "errors": 2, "warnings": 0 }));
    let (problems, results) = (json["problems"].as_array().unwrap(), sarif["runs"][0]["results"].as_array().unwrap());
    let rules = &sarif["runs"][0]["tool"]["driver"]["rules"];
    assert_eq!(problems.len(), results.len());
    for (problem, result) in problems.iter().zip(results) {
        assert_eq!(problem["rule"], result["ruleId"]);
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
        assert_eq!(problem["line"], result["locations"][0]["physicalLocation"]["region"]["startLine"]);
        assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "file://catalog-info.yaml");
    }
}
