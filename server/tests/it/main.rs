//! The program in process: configuration, and the router over real databases and real files.

mod access;
mod administration;
mod attacks;
mod authorisation_cases;
mod authorisation_reads;
mod authorisation_routes;
mod authorisation_table;
mod catalog_rest;
mod configuration;
mod failures;
mod kinds;
mod locations;
mod notifications;
mod pages;
mod running;
mod sign_in_providers;
mod traps;
mod webhooks;
mod world;
