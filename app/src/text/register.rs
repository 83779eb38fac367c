//! Words of the page on which something is registered.

use super::{locations::entities, number};

/// The page.
pub const TITLE: &str = "Register";
/// What the page is for.
pub const LEAD: &str = "Bring what you have into the catalog. Nothing is written before the last step.";
/// The two ways.
pub const WAYS: &str = "Register by";
/// By address.
pub const BY_ADDRESS: &str = "Address";
/// By text.
pub const BY_TEXT: &str = "Pasted YAML";
/// Step 1.
pub const STEP_WHERE: &str = "Where is it described?";
/// Step 1, by text.
pub const STEP_TEXT: &str = "What describes it?";
/// Step 2.
pub const STEP_LOOK: &str = "What it brings";
/// Step 2, for a repository without a descriptor.
pub const STEP_DRAFT: &str = "Describe it first";
/// Step 3.
pub const STEP_REGISTER: &str = "Register";
/// Step 3, for a repository without a descriptor.
pub const STEP_PULL_REQUEST: &str = "Open a pull request";
/// The field.
pub const ADDRESS: &str = "Address of a file or repository";
/// What can be written there.
pub const ADDRESS_HINT: &str =
    "A repository is searched for every catalog-info.yaml; patterns such as /services/**/catalog-info.yaml work too.";
/// An example.
pub const ADDRESS_EXAMPLE: &str = "https://github.com/acme/payments";
/// The field.
pub const YAML: &str = "Descriptors";
/// What becomes of them.
pub const YAML_HINT: &str = "One or several, parted by ---. The portal owns what is pasted: it is edited here, no file stands behind it.";
/// Sends step 1.
pub const LOOK: &str = "Look at it";
/// Sends step 1 again.
pub const LOOK_AGAIN: &str = "Look again";
/// Step 2 before step 1 is done.
pub const LATER_LOOK: &str = "Every entity, relation and mistake shows here before anything is written.";
/// Step 3 before step 2 is done.
pub const LATER_REGISTER: &str = "The address is read on a schedule from then on, and with every push when a webhook is set up.";
/// Mistakes.
pub const MISTAKES: &str = "Mistakes";
/// Column.
pub const LINE: &str = "Line";
/// The files.
pub const FILES: &str = "Files";
/// The place of an entity.
pub const FILE: &str = "File";
/// Nothing to register.
pub const NOTHING: &str = "There is nothing to register yet. Mend what stands above and look again.";
/// Registered already.
pub const KNOWN: &str = "This address is registered already";
/// Leads to it.
pub const OPEN_LOCATION: &str = "Open the location";
/// There is more.
pub const TRUNCATED: &str = "There is more than a preview shows. All of it is read after registering.";
/// An entity that is new.
pub const NEW: &str = "New";
/// An entity that is there.
pub const THERE: &str = "In the catalog";
/// An entity whose name is taken.
pub const TAKEN: &str = "Name taken";
/// No relations.
pub const NO_RELATIONS: &str = "No relations";

/// A repository without a descriptor.
pub const NO_DESCRIPTOR: &str = "There is no catalog-info.yaml in this repository yet";
/// What to do then.
pub const NO_DESCRIPTOR_HINT: &str =
    "Fill in what it should say. The portal cannot write to the repository, so you open the pull request: everything for it stands below.";
/// Field.
pub const NAME: &str = "Name";
/// Hint.
pub const NAME_HINT: &str = "Letters, digits, - _ and dots; at most 63.";
/// Field.
pub const DESCRIPTION: &str = "Description";
/// Hint.
pub const DESCRIPTION_HINT: &str = "One sentence on what it is for. May stay empty.";
/// Field.
pub const OWNER: &str = "Owner";
/// Hint.
pub const OWNER_HINT: &str = "The team that answers for it. Type to search.";
/// Field.
pub const TYPE: &str = "Type";
/// Hint.
pub const TYPE_HINT: &str = "Usually service, website or library.";
/// Field.
pub const LIFECYCLE: &str = "Lifecycle";
/// Hint.
pub const LIFECYCLE_HINT: &str = "Usually experimental, production or deprecated.";
/// Field.
pub const SYSTEM: &str = "System";
/// Hint.
pub const SYSTEM_HINT: &str = "What it is a part of. May stay empty.";
/// Draws the descriptor anew.
pub const UPDATE: &str = "Update the descriptor";
/// Before the fields are right.
pub const NOT_READY: &str = "The text of the pull request shows here once the fields are filled in.";
/// The title of the pull request.
pub const PR_TITLE: &str = "Title";
/// Its text.
pub const PR_BODY: &str = "Text";
/// Its branch.
pub const PR_BRANCH: &str = "Branch";
/// The commands.
pub const PR_COMMANDS: &str = "Commands";
/// What the commands do.
pub const PR_HINT: &str = "Run the commands in a shell, then open a pull request from the branch with this title and text. Once it is merged, register the address above.";

/// The button of step 3.
pub fn register(count: u64) -> String {
    format!("Register {}", entities(count))
}

/// What was found.
pub fn found(count: u64, files: u64) -> String {
    let files = if files == 1 { "1 file".to_owned() } else { format!("{} files", number(files)) };
    format!("{} in {files}", entities(count))
}

/// What will not come.
pub fn mistakes(count: u64) -> String {
    if count == 1 { "1 mistake".to_owned() } else { format!("{} mistakes", number(count)) }
}

/// Names that others have.
pub fn taken(count: u64) -> String {
    if count == 1 { "1 name is taken already".to_owned() } else { format!("{} names are taken already", number(count)) }
}

/// What becomes of names that others have.
pub const TAKEN_HINT: &str =
    "Who provides them now keeps them. Those from here wait, and take over when the others go. Rename them if they are something else.";
/// The same for a text, which comes whole or not at all.
pub const TAKEN_HINT_TEXT: &str = "A text comes whole or not at all. Rename them, or change the entities that are there.";

/// What is left out.
pub fn left_out(mistakes: u64) -> String {
    if mistakes == 1 {
        "What has the mistake is left out until it is mended, and is read again by itself then.".to_owned()
    } else {
        "What has a mistake is left out until it is mended, and is read again by itself then.".to_owned()
    }
}

/// A place in a file.
pub fn at(line: u32, column: u32) -> String {
    match (line, column) {
        (0, _) => String::new(),
        (line, 0) => format!("Line {line}"),
        (line, column) => format!("Line {line}, column {column}"),
    }
}

/// Who has a name.
pub fn taken_by(file: &str) -> String {
    format!("Provided by {file}")
}

/// What happened.
pub fn registered(entity: Option<&str>, count: Option<u64>) -> String {
    match (entity, count) {
        (Some(entity), _) => format!("Registered {entity}."),
        (None, Some(count)) => format!("Registered {}.", entities(count)),
        (None, None) => "Registered. It is still being read; its entities show here as they come.".to_owned(),
    }
}
