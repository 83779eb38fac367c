//! The index against a slow and simple second implementation, and the exact meaning of filters, pages and facets.

mod applying;
mod oracle;
mod pages;
mod semantics;
mod speaking;
mod world;
