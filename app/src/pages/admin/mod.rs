//! Administration, one part a file.

pub mod announcements;
pub mod audit;
pub mod people;
pub mod person;
pub mod policies;
pub mod providers;
pub mod roles;
pub mod service_accounts;
pub mod system;
pub mod tokens;
