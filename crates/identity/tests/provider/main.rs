//! Providers against an issuer of the tests' own on the loopback: what is accepted, what is refused and why, and what is asked how often.

mod checks;
mod id_tokens;
mod issuer;
mod keeping;
mod logouts;
mod plain_oauth;
