//! Who is left to repair things.

use super::super::{Candidate, MOST_GRANTED, Policies};
use super::{Person, policies};

fn holders(policies: &Policies) -> String {
    let people = ["user:default/ada group:default/platform", "user:default/bob", "service:ci"];
    let candidates: Vec<Candidate> =
        people.iter().map(|text| Person::new(text)).map(|Person(principal, groups)| Candidate { principal, groups }).collect();
    let holders = policies.holders(&candidates);
    let names = |of: &[model::Principal]| of.iter().map(model::Principal::recorded).collect::<Vec<_>>().join(" ");
    format!(
        "{} | {} | {}",
        names(&holders.policy_write),
        names(&holders.role_grant),
        if holders.is_enough() { "enough" } else { "locked out" }
    )
}

#[test]
fn a_change_that_locks_everybody_out_is_seen() {
    let check = |cedar: &str, granted: &str, expected: &str| assert_eq!(holders(&policies(cedar, granted)), expected, "{cedar} {granted}");
    let admins = "admin group:default/platform, admin service:ci, developer everyone";
    check("", admins, "user:default/ada service:ci | user:default/ada service:ci | enough");
    check("forbid(principal, action, resource);", admins, " |  | locked out");
    check(r#"forbid(principal, action == Action::"role:grant", resource);"#, admins, "user:default/ada service:ci |  | locked out");
    check("forbid(principal is User, action, resource);", admins, "service:ci | service:ci | enough");
    check("", "developer everyone", " |  | locked out");
    check(
        r#"permit(principal in Group::"everyone", action == Action::"policy:write", resource);"#,
        admins,
        "user:default/ada user:default/bob service:ci | user:default/ada service:ci | enough",
    );
}

#[test]
fn more_grants_than_there_can_be_are_named_one_by_one() {
    let role = built_in_policies("developer");
    let fit = MOST_GRANTED / role;
    let granted: Vec<String> = (0..fit + 2).map(|at| format!("developer user:default/p{at}")).collect();
    let problems = Policies::compile(&[], &super::grants(&granted.join(","))).unwrap_err();
    let about: Vec<&str> = problems.iter().map(|problem| problem.policy.as_str()).collect();
    assert_eq!(about, [format!("grant of developer to user:default/p{fit}"), format!("grant of developer to user:default/p{}", fit + 1)]);
    assert!(fit >= 10_000, "as many as the portal lets administrators give");
}

/// How many policies a role of Waymark has.
fn built_in_policies(role: &str) -> usize {
    let policies = policies("", "");
    policies.role_policies().find(|(name, _)| *name == role).map(|(_, policies)| policies.len()).unwrap()
}
