//! The program in process: configuration, and the router over real databases and real files.

mod access;
mod catalog_rest;
mod configuration;
mod failures;
mod kinds;
mod locations;
mod pages;
mod traps;
mod webhooks;
mod world;
