//! What becomes of entities in the database: who owns a name, what goes when, what people wrote, and what the history says.

mod combinations;
mod direct;
mod history;
mod losses;
mod moves;
mod overlays;
mod patches;
mod world;
