//! The portal over real files and real databases: what is read, what is kept when files break, and what replicas show each other.

mod edits;
mod exploring;
mod keeping;
mod pages;
mod reading;
mod registering;
mod replicas;
mod statements;
mod web;
mod world;
mod writing;
