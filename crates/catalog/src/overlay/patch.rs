//! An overlay as a change of the file, for the repository.

use model::EntityRef;
use serde_json::Value;

use super::{Overlay, edit::Editor, lines::Lines};
use crate::descriptor::{self, Limits};

/// The overlay as a unified diff of the file at `path` whose text is `original`, as `git apply` takes it. Only the lines that the overlay
/// is about change: comments, order and the file's other documents stay.
///
/// What comes back was checked: the changed text is read again, and says exactly what the entity with its overlay says.
///
/// # Errors
/// A sentence for people, when the file has no such entity, says so already, or is written in a way that cannot be changed line by line.
pub fn patch(original: &str, entity_ref: &EntityRef, overlay: &Overlay, path: &str) -> Result<String, String> {
    let documents = descriptor::parse(original.as_bytes(), path, &Limits::default());
    let values: Vec<Option<Value>> = documents.iter().map(|document| document.value.clone().ok()).collect();
    let found = |value: &Option<Value>| value.as_ref().and_then(descriptor::entity_ref).is_some_and(|name| name == *entity_ref);
    let at = values.iter().position(found).ok_or_else(|| format!("{path} has no entity {entity_ref}"))?;
    let before = values[at].clone().unwrap_or_default();
    let mut after = before.clone();
    overlay.apply(&mut after);
    if after == before {
        return Err(format!("{path} says already what the overlay puts over {entity_ref}: remove the overlay"));
    }
    let by_hand = |why: &str| format!("{path} cannot be changed line by line: {why}; make the change by hand");
    let lines = Lines::of(original);
    let document = lines.document(documents[at].line.saturating_sub(1) as usize);
    let edits = Editor::new(&lines, document).run(overlay, &before, &after).map_err(|why| by_hand(&why))?;
    let read: Vec<Option<Value>> = descriptor::parse(lines.edited(&edits).as_bytes(), path, &Limits::default())
        .into_iter()
        .map(|document| document.value.ok())
        .collect();
    let mut expected = values;
    expected[at] = Some(after);
    if read != expected {
        return Err(by_hand("it uses a notation of YAML that only its author can change"));
    }
    Ok(lines.diff(&edits, path))
}
