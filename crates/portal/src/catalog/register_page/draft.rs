//! A first descriptor for a repository that has none, and how it comes into it: the portal may not write there, so it gives what a
//! pull request needs.

use forge::GitTarget;
use model::{
    Caller, FieldError, PortalError,
    view::{DraftForm, DraftView},
};
use serde_json::{Map, Value, json};

use crate::catalog::{CatalogUseCases, DESCRIPTOR, import::generate, text};

/// The branch that the pull request comes from.
const BRANCH: &str = "add-catalog-info";

/// Each field: its name in the form, where it stands, and what it is called.
const FIELDS: [(&str, &str, &str); 6] = [
    ("name", "metadata/name", "name"),
    ("description", "metadata/description", "description"),
    ("owner", "spec/owner", "owner"),
    ("type", "spec/type", "type"),
    ("lifecycle", "spec/lifecycle", "lifecycle"),
    ("system", "spec/system", "system"),
];

impl CatalogUseCases<'_> {
    /// The descriptor that the fields make, with what is wrong with them; without fields those that the address suggests.
    pub(super) async fn draft(
        &self,
        caller: &Caller,
        target: &str,
        typed: Option<DraftForm>,
    ) -> Result<(DraftView, Vec<FieldError>), PortalError> {
        let (suggested, _) = generate(target);
        let is_first = typed.is_none();
        let form = typed.unwrap_or_else(|| DraftForm {
            owner: caller.groups.first().map(ToString::to_string).unwrap_or_default(),
            spec_type: "service".to_owned(),
            lifecycle: "production".to_owned(),
            name: text::at(&suggested, &["metadata", "name"]).unwrap_or_default(),
            ..DraftForm::default()
        });
        let yaml = descriptor(&form, &suggested);
        let mut errors: Vec<FieldError> = Vec::new();
        let needed = [("name", &form.name), ("owner", &form.owner), ("type", &form.spec_type), ("lifecycle", &form.lifecycle)];
        for (field, value) in needed {
            if value.is_empty() {
                errors.push(FieldError { field: field.to_owned(), message: format!("The {field} is missing; every component has one.") });
            }
        }
        if errors.is_empty() {
            for problem in self.preview_text(caller, &yaml).await?.problems {
                let found = FIELDS.iter().find(|(_, place, _)| problem.rule.contains(place));
                let field = found.map_or("name", |(field, ..)| field);
                errors.push(FieldError { field: field.to_owned(), message: problem.message });
            }
        }
        let repository = self.portal.inner.reading.forge().target(target).map(|place| place.repository);
        let repository = repository.or_else(|| GitTarget::parse(target).ok().map(|place| place.repository));
        let repository = repository.unwrap_or_else(|| target.to_owned());
        let view = DraftView {
            is_ready: errors.is_empty() && !form.owner.is_empty(),
            title: format!("Describe {} for the catalog", form.name),
            body: body(&form),
            branch: BRANCH.to_owned(),
            commands: commands(&repository, &form, &yaml),
            file: DESCRIPTOR.to_owned(),
            form,
            yaml,
        };
        // Nobody has typed anything yet, so nothing of it is a mistake.
        Ok((view, if is_first { Vec::new() } else { errors }))
    }
}

/// The descriptor with the fields in it, keys in the order in which people write them.
fn descriptor(form: &DraftForm, suggested: &Value) -> String {
    let mut metadata = Map::new();
    let put = |map: &mut Map<String, Value>, key: &str, value: &str| {
        if !value.is_empty() {
            map.insert(key.to_owned(), Value::from(value));
        }
    };
    put(&mut metadata, "name", &form.name);
    put(&mut metadata, "description", &form.description);
    if let Some(annotations) = suggested["metadata"]["annotations"].as_object() {
        // Where it came from is known to who reads it; the repository's name at its host is not.
        let slugs: Map<String, Value> =
            annotations.iter().filter(|(key, _)| key.ends_with("-slug")).map(|(key, value)| (key.clone(), value.clone())).collect();
        if !slugs.is_empty() {
            metadata.insert("annotations".to_owned(), Value::Object(slugs));
        }
    }
    let mut spec = Map::new();
    put(&mut spec, "type", &form.spec_type);
    put(&mut spec, "lifecycle", &form.lifecycle);
    put(&mut spec, "owner", &form.owner);
    put(&mut spec, "system", &form.system);
    let part = |key: &str, value: Map<String, Value>| text::yaml(&json!({ key: Value::Object(value) }));
    format!("apiVersion: backstage.io/v1alpha1\nkind: Component\n{}{}", part("metadata", metadata), part("spec", spec))
}

fn body(form: &DraftForm) -> String {
    format!(
        "This adds {DESCRIPTOR}, which tells the developer portal what this repository is, who owns it and how far it is.\n\n\
         - Name: {}\n- Owner: {}\n- Type: {}\n- Lifecycle: {}\n\n\
         Nothing else reads the file; it changes no build. After the merge the repository can be registered in the portal by its address.\n",
        form.name, form.owner, form.spec_type, form.lifecycle
    )
}

fn commands(repository: &str, form: &DraftForm, yaml: &str) -> String {
    let folder = repository.trim_end_matches('/').trim_end_matches(".git").rsplit(['/', ':']).next().unwrap_or_default();
    format!(
        "git clone --depth 1 -- {} {}\ncd {}\ngit switch -c {BRANCH}\ncat > {DESCRIPTOR} <<'END_OF_DESCRIPTOR'\n{yaml}END_OF_DESCRIPTOR\n\
         git add {DESCRIPTOR}\ngit commit -m {}\ngit push -u origin {BRANCH}\n",
        quoted(repository),
        quoted(folder),
        quoted(&format!("./{folder}")),
        quoted(&format!("Describe {} for the catalog", form.name)),
    )
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_a_descriptor() {
        let form = DraftForm {
            name: "pay".to_owned(),
            description: "Takes: money # and more".to_owned(),
            owner: "group:default/payments".to_owned(),
            spec_type: "service".to_owned(),
            lifecycle: "production".to_owned(),
            system: String::new(),
        };
        let (suggested, _) = generate("https://github.com/acme/pay");
        let expected = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: pay\n  description: \"Takes: money # and more\"\n  \
                        annotations:\n    github.com/project-slug: acme/pay\nspec:\n  type: service\n  lifecycle: production\n  \
                        owner: group:default/payments\n";
        assert_eq!(descriptor(&form, &suggested), expected);
    }

    #[test]
    fn commands_quote_what_they_are_given() {
        let form = DraftForm { name: "it's".to_owned(), ..DraftForm::default() };
        let expected = "git clone --depth 1 -- 'https://a.example/o/r$(x).git' 'r$(x)'\ncd './r$(x)'\ngit switch -c add-catalog-info\n\
                        cat > catalog-info.yaml <<'END_OF_DESCRIPTOR'\nkind: Component\nEND_OF_DESCRIPTOR\n\
                        git add catalog-info.yaml\ngit commit -m 'Describe it'\\''s for the catalog'\n\
                        git push -u origin add-catalog-info\n";
        assert_eq!(commands("https://a.example/o/r$(x).git", &form, "kind: Component\n"), expected);
    }
}
