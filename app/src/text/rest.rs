//! Words of the page that shows the portal's own REST.

/// The heading.
pub const TITLE: &str = "REST API";
/// The document for programs.
pub const DOCUMENT: &str = "OpenAPI document";
/// How to get in.
pub const TOKEN_HINT: &str = "Send a token as Authorization: Bearer. Signed in here, a browser may read with its session.";
/// Heading of parameters.
pub const PARAMETERS: &str = "Parameters";
/// Column: a parameter's name.
pub const NAME: &str = "Name";
/// Column: where a parameter stands.
pub const PLACE: &str = "In";
/// Column: what it means.
pub const MEANING: &str = "Meaning";
/// After the name of what has to be sent.
pub const REQUIRED: &str = "required";
/// Heading of the body.
pub const BODY: &str = "Body";
/// Heading of the answers.
pub const ANSWERS: &str = "Answers";
/// Column: the status.
pub const STATUS: &str = "Status";
/// Heading of the example.
pub const EXAMPLE: &str = "Example";
/// The list of subjects.
pub const SUBJECTS: &str = "Subjects";

/// The heading of a subject.
pub fn subject(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
