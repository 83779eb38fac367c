//! The portal over real files and real databases: what is read, what is kept when files break, and what replicas show each other.

mod pages;
mod reading;
mod replicas;
mod statements;
mod world;
