//! People and machines, on both databases.

mod access;
mod audit;
