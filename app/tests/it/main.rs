//! Every page drawn from made-up view models: the markup is sound, and what it says is what the data says.

mod admin;
mod admin_fixtures;
mod audit;
mod contrast;
mod entity;
mod entity_fixtures;
mod exploring;
mod fixtures;
mod markup;
mod notifications;
mod pages;
mod places;
mod places_fixtures;
mod running;
mod signing_in;
mod truth;
mod truth_fixtures;
