//! Every page drawn from made-up view models: the markup is sound, and what it says is what the data says.

mod contrast;
mod entity;
mod entity_fixtures;
mod exploring;
mod fixtures;
mod markup;
mod pages;
mod places;
mod places_fixtures;
mod truth;
mod truth_fixtures;
