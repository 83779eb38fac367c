//! What is said about policies that are wrong.

use std::fmt::Write as _;

use super::super::{GrantTo, LONGEST_TEXT, MOST_POLICIES, Policies};
use super::text;

/// Each text, and what is said about it.
#[test]
fn bad_policies_are_told_what_would_be_right() {
    let mut out = String::new();
    for (at, bad) in BAD.iter().enumerate() {
        let _ = writeln!(out, "{}. {bad}", at + 1);
        let problems = Policies::validate(bad);
        assert!(!problems.is_empty(), "{bad}");
        for problem in problems {
            let _ = writeln!(out, "   {problem}");
        }
        out.push('\n');
    }
    insta::assert_snapshot!(out);
}

const BAD: &[&str] = &[
    // Notation
    r#"permit(principal, action, resource)"#,
    r#"permit(principal, action);"#,
    r#"allow(principal, action, resource);"#,
    r#"permit(principal = User::"user:default/ada", action, resource);"#,
    r#"permit(principal == "user:default/ada", action, resource);"#,
    r#"permit(principal, action == "entity:change", resource);"#,
    "permit(principal, action, resource)\nwhen { resource.kind = \"api\" };",
    r#"permit(principal, action, resource) when { resource.kind == 'api' };"#,
    r#"permit(principal, action, resource) if { true };"#,
    "// nothing\npermit(user, action, resource);",
    r#"permit(principal == User::user:default/ada, action, resource);"#,
    r#"permit(principal, action, resource) when { principal in };"#,
    // Names
    r#"permit(principal, action == Action::"entity:delete", resource);"#,
    r#"permit(principal, action == Action::"catalog.read", resource);"#,
    r#"permit(principal, action in [Action::"entity:change", Action::"claims:*"], resource);"#,
    r#"permit(principal, action == Action::"fly", resource);"#,
    r#"permit(principal, action == Action::"catalog:read", resource == Component::"component:default/x");"#,
    r#"permit(principal in Team::"team:default/x", action, resource);"#,
    r#"permit(principal == Person::"x", action, resource);"#,
    r#"permit(principal == Users::"user:default/ada", action, resource);"#,
    r#"permit(principal == User::"ada", action, resource);"#,
    r#"permit(principal == User::"user:default/Ada", action, resource);"#,
    r#"permit(principal in Group::"payments", action, resource);"#,
    r#"permit(principal in Group::"user:default/ada", action, resource);"#,
    r#"permit(principal == ServiceAccount::"service:ci", action, resource);"#,
    r#"permit(principal, action == Action::"policy:read", resource == Portal::"main");"#,
    r#"permit(principal, action == Action::"catalog:read", resource == Entity::"checkout");"#,
    // Attributes and types
    r#"permit(principal, action == Action::"catalog:read", resource) when { resource.knd == "api" };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { resource.owner == "x" };"#,
    r#"permit(principal, action, resource) when { resource.kind == "api" };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { principal.email == "x" };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { context.hour > 9 };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { resource.kind };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { resource.tags == "public" };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { resource.tags.contains(1) };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { resource.kind in ["api"] };"#,
    r#"permit(principal, action == Action::"entity:change", resource) when { resource.ownerGroups.contains(principal) };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { resource.tags == [] };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { resource.name + "x" == "yx" };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { resource.name.startsWith("x") };"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { today() == "Friday" };"#,
    // Pointless
    r#"permit(principal, action == Action::"entity:change", resource == Portal::"waymark");"#,
    r#"permit(principal, action == Action::"catalog:read", resource) when { false };"#,
    r#"permit(principal == Group::"group:default/payments", action, resource);"#,
    r#"permit(principal, action == Action::"catalog:read", resource is Task);"#,
    r#"permit(principal, action == Action::"*:read", resource);"#,
    // Roles and annotations
    r#"permit(principal in ?principal, action == Action::"catalog:read", resource);"#,
    r#"@role("reader") permit(principal == ?principal, action == Action::"catalog:read", resource);"#,
    r#"@role("reader") permit(principal in ?principal, action == Action::"catalog:read", resource == ?resource);"#,
    r#"@role("reader") permit(principal, action == Action::"catalog:read", resource);"#,
    r#"@role("The Reader") permit(principal in ?principal, action == Action::"catalog:read", resource);"#,
    r#"@id("My policy") permit(principal, action == Action::"catalog:read", resource);"#,
    "@id(\"a\") permit(principal, action == Action::\"catalog:read\", resource);\n@id(\"a\") permit(principal, action == Action::\"docs:read\", resource);",
    "permit(principal, action == Action::\"catalog:read\", resource);\n\u{0}",
];

#[test]
fn several_problems_are_told_at_once_with_their_places() {
    let bad = "// größe\npermit(principal == User::\"ada\", action == Action::\"entity:chnge\", resource);\n\nforbid(principal, action == Action::\"catalog:read\", resource) when { resource.kin == \"api\" };\n";
    let problems = Policies::validate(bad);
    let places: Vec<(usize, usize)> = problems.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(places, [(2, 21), (2, 44), (4, 70)], "{problems:#?}");
}

#[test]
fn limits_hold() {
    let long = format!("// {}\npermit(principal, action, resource);", "x".repeat(LONGEST_TEXT));
    let problems = Policies::validate(&long);
    assert_eq!(problems[0].to_string(), "The text has 65576 bytes, at most 65536 are allowed. Split it.");
    let some = "permit(principal,action,resource);".repeat(MOST_POLICIES / 3 + 1);
    let problems = Policies::compile(&["a", "b", "c"].map(|name| super::text(name, &some)), &[]).unwrap_err();
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["c: With it there are more than 5000 policies. Put policies for several teams into one."]);
}

/// Texts as deep as fit are refused before anything goes down into them, and the deepest that are taken can be decided.
#[test]
fn nesting_has_limits() {
    let check = |condition: &str, expected: &str| {
        let cedar = format!("permit(principal, action == Action::\"catalog:read\", resource) when {{ {condition} }};");
        let problems = Policies::validate(&cedar);
        let said = problems.first().map(|problem| problem.message.split([' ', '.']).take(4).collect::<Vec<_>>().join(" "));
        assert_eq!(said.unwrap_or_default(), expected, "{}", &condition[..condition.len().min(60)]);
        if expected.is_empty() {
            let person = super::Person::new("user:default/ada");
            let policies = super::policies(&cedar, "");
            let slice = policies.slice(&person.who(), crate::Action::CatalogRead);
            assert!(slice.permits(&super::owned("component:default/x", &[])), "{cedar}");
        }
    };
    let nested = |open: &str, close: &str, times: usize| format!("{}true{}", open.repeat(times), close.repeat(times));
    check(&nested("(", ")", 30), "");
    check(&nested("true||", "", 120), "");
    check(&nested("if false then false else ", "", 120), "");
    check(&nested("", "&&resource.kind==\"component\"", 120), "");
    check(&nested("(", ")", 30_000), "Brackets are nested more");
    check(&nested("[", "]", 30_000), "Brackets are nested more");
    check(&nested("{\"a\":", "}", 9_000), "Brackets are nested more");
    check(&nested("true||", "", 10_000), "One policy has at");
    check(&nested("!", "", 30_000), "One policy has at");
    check(&nested("-", "", 30_000), "One policy has at");
    check(&nested("if true then true else ", "", 2_500), "One policy has at");
    check(&nested("", ".a", 10_000), "One policy has at");
    // What is in texts and comments does not count.
    check(&format!("resource.name != \"{}\\\"((((\" // ((((\n", "(".repeat(100)), "");
    let whens = " when { true }".repeat(200);
    let problems = Policies::validate(&format!("permit(principal, action, resource){whens};"));
    assert!(problems[0].message.starts_with("One policy has at most 128"), "{problems:?}");
}

#[test]
fn what_cannot_be_compiled_says_which_text_or_grant_it_was() {
    let check = |texts: &[(&str, &str)], granted: &str, expected: &[&str]| {
        let texts: Vec<_> = texts.iter().map(|(id, cedar)| text(id, cedar)).collect();
        let problems = Policies::compile(&texts, &super::grants(granted)).unwrap_err();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said, expected);
    };
    let fine = r#"permit(principal, action == Action::"catalog:read", resource);"#;
    check(
        &[("a", "permit(")],
        "",
        &["a, line 1, column 8: The text ends in the middle of a policy. Each policy ends with ; after its closing ) or }."],
    );
    check(&[("a", fine), ("a", fine)], "", &["a: There are two texts of this name. Give one of them another."]);
    check(&[("roles", fine)], "", &["roles: This is the name of the roles that come with Waymark. Add to them in a text of another name."]);
    check(&[], "admn everyone", &["grant of admn to everyone: There is no role admn. Did you mean admin?"]);
    check(
        &[],
        "q service:ci",
        &[
            "grant of q to service:ci: There is no role q. There are admin, platform-product-manager, platform-engineer, developer-advocate, sre, developer, viewer, auditor.",
        ],
    );
}

#[test]
fn a_policy_that_can_no_longer_apply_does_not_keep_the_rest_from_holding() {
    let pointless = r#"permit(principal, action == Action::"entity:change", resource == Portal::"waymark");"#;
    assert_eq!(Policies::validate(pointless).len(), 1);
    assert!(Policies::compile(&[text("old", pointless)], &[]).is_ok());
}

#[test]
fn whom_a_role_can_be_given_to() {
    let check = |written: &str, expected: &str| {
        let read: Result<GrantTo, String> = written.parse();
        assert_eq!(read.map_or_else(|error| error, |to| to.to_string()), expected);
    };
    check("user:Default/Ada", "user:default/ada");
    check("user:ada", "user:default/ada");
    check("group:platform", "group:default/platform");
    check("service:ci", "service:ci");
    check("everyone", "everyone");
    let usage = "Write user:NAME, group:NAME, service:NAME or everyone.";
    check("ada", &format!("\"ada\" is nobody that a role can be given to: it has no kind. {usage}"));
    check("component:x", &format!("\"component:x\" is nobody that a role can be given to: component is no kind that can sign in. {usage}"));
    let letters = "a service account's name has lower case letters, digits, dots, - and _.";
    check("service:C I", &format!("\"service:C I\" is nobody that a role can be given to: {letters} {usage}"));
    check("", &format!("\"\" is nobody that a role can be given to: it has no kind. {usage}"));
}
