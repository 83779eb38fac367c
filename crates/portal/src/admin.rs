//! What administrators see of people, service accounts and tokens. What they do there, [`crate::AccessUseCases`] and
//! [`crate::RoleUseCases`] do.

pub(crate) mod lines;
mod people;
mod services;

use crate::Portal;

impl Portal {
    /// What administrators see of people and machines.
    pub fn admin(&self) -> AdminUseCases<'_> {
        AdminUseCases { portal: self }
    }
}

/// Use cases of administration's pages.
#[derive(Debug)]
pub struct AdminUseCases<'a> {
    portal: &'a Portal,
}

/// Whether the text is part of one of these, whatever the case.
fn holds(needle: &str, texts: &[&str]) -> bool {
    needle.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(needle))
}

/// The rows of a page, from 1.
fn page<T>(rows: Vec<T>, page: usize, size: usize) -> Vec<T> {
    rows.into_iter().skip(page.saturating_sub(1).saturating_mul(size)).take(size).collect()
}
