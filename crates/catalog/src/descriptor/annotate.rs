//! The annotations that say where an entity comes from.

use serde_json::{Map, Value};
use url::Url;

use super::location::{LocationRef, is_script_url};

/// The location that the entity was read from.
pub const MANAGED_BY_LOCATION: &str = "backstage.io/managed-by-location";
/// The registered location through which it was found.
pub const MANAGED_BY_ORIGIN_LOCATION: &str = "backstage.io/managed-by-origin-location";
/// The folder of its source, ending in `/`.
pub const SOURCE_LOCATION: &str = "backstage.io/source-location";
/// Where the descriptor can be seen.
pub const VIEW_URL: &str = "backstage.io/view-url";
/// Where the descriptor can be edited.
pub const EDIT_URL: &str = "backstage.io/edit-url";
/// `true` on an entity that nothing refers to any more.
pub const ORPHAN: &str = "backstage.io/orphan";

/// What stands in the place of an address that would run a script, as in Backstage.
pub const REJECTED_URL: &str = "https://backstage.io/annotation-rejected-for-security-reasons";

/// Writes where an entity comes from: `location` is what it was read from, `origin` what was registered, both `type:target`.
/// What its author wrote wins, except that an address to view or edit it that is a script is replaced.
pub fn annotate(value: &mut Value, location: &str, origin: &str) {
    let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    if !metadata.contains_key("annotations") {
        metadata.insert("annotations".to_owned(), Value::Object(Map::new()));
    }
    let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) else { return };
    let mut add = |key: &str, text: &str| {
        if !annotations.contains_key(key) {
            annotations.insert(key.to_owned(), Value::String(text.to_owned()));
        }
    };
    add(MANAGED_BY_LOCATION, location);
    add(MANAGED_BY_ORIGIN_LOCATION, origin);
    if let Ok(LocationRef { type_, target }) = LocationRef::parse(location)
        && type_ == "url"
    {
        add(VIEW_URL, &target);
        if let Some(edit) = with_marker(&target, "edit").filter(|_| !names_commit(&target)) {
            add(EDIT_URL, &edit);
        }
        if let Some(folder) = source_folder(&target) {
            add(SOURCE_LOCATION, &format!("url:{folder}"));
        }
    }
    for key in [VIEW_URL, EDIT_URL] {
        if let Some(Value::String(text)) = annotations.get_mut(key)
            && is_script_url(text)
        {
            REJECTED_URL.clone_into(text);
        }
    }
}

/// The address with `blob`, `tree` or `edit` replaced, where GitHub or GitLab have it; `None` for other addresses.
fn with_marker(address: &str, marker: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    let mut segments: Vec<String> = url.path_segments()?.map(str::to_owned).collect();
    let at = segments.iter().position(|segment| segment == "-").map_or(2, |dash| dash + 1);
    let segment = segments.get_mut(at).filter(|segment| matches!(segment.as_str(), "blob" | "tree" | "edit"))?;
    marker.clone_into(segment);
    url.set_path(&segments.join("/"));
    Some(url.into())
}

fn source_folder(address: &str) -> Option<String> {
    let folder = Url::parse(&with_marker(address, "tree")?).ok()?.join("./").ok()?;
    Some(folder.into())
}

/// An address with a commit in it shows what was, which nobody can edit.
fn names_commit(address: &str) -> bool {
    address
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .any(|word| word.len() >= 40 && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')))
}
