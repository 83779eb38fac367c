//! Words of coming in: sign-in with a password or a provider, and the set-up link.

/// A provider's button.
pub fn sign_in_with(provider: &str) -> String {
    format!("Continue with {provider}")
}

/// Between providers and other ways in.
pub const OR: &str = "or";
/// The name of an account.
pub const NAME: &str = "Name";
/// The password of an account.
pub const PASSWORD: &str = "Password";
/// Opens the form of the admin token.
pub const USE_TOKEN: &str = "Use the admin token";

/// The title of the set-up page.
pub const SETUP: &str = "Set up your account";

/// The heading of the set-up page.
pub fn set_up(product: &str) -> String {
    format!("Set up {product}")
}

/// What an administrator's link is for.
pub const SETUP_ADMIN: &str =
    "This link makes you an administrator, once. Choose a name and a password; other people come in through your sign-in provider later.";

/// What an account's link is for.
pub fn setup_account(name: &str) -> String {
    format!("Choose a password for the account “{name}”. The link works once.")
}

/// What a name may be.
pub const NAME_HINT: &str = "Letters, digits, -, _ and . If you are in the catalog, the name of your User.";
/// What a password has to be.
pub const PASSWORD_HINT: &str = "12 characters or more. Several words in a row are good.";
/// Makes the account.
pub const CREATE: &str = "Create account and sign in";
/// Sets the password.
pub const SET: &str = "Set password and sign in";
