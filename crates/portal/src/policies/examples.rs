//! Policies that one can take over: name, what it does, text.

/// The examples.
pub(super) const EXAMPLES: [(&str, &str, &str); 3] = [
    (
        "hide-a-system",
        "Hide a system and everything in it from all but one team",
        r#"// Only the payments team sees the system checkout and what is part of it.
forbid (
  principal,
  action == Action::"catalog:read",
  resource
)
when {
  resource == Entity::"system:default/checkout" ||
  resource.system == "system:default/checkout"
}
unless { principal in Group::"group:default/payments" };
"#,
    ),
    (
        "sre-changes-production",
        "Let a team change everything that runs in production",
        r#"// The SRE team may change whatever runs in production, whoever owns it.
permit (
  principal in Group::"group:default/sre",
  action == Action::"entity:change",
  resource
)
when { resource.lifecycle == "production" };
"#,
    ),
    (
        "freeze",
        "Freeze changes, except for those who keep things running",
        r#"// Nobody changes entities or locations while the freeze lasts, except for the SRE team.
forbid (
  principal,
  action in [Action::"entity:create", Action::"location:write"],
  resource
)
unless { principal in Group::"group:default/sre" };

forbid (
  principal,
  action == Action::"entity:change",
  resource
)
unless { principal in Group::"group:default/sre" };
"#,
    ),
];
