//! Where descriptors come from, read for real: folders, git repositories, a web server on this machine.

mod confined;
mod git;
mod hostile;
mod previews;
mod pushes;
mod registering;
mod repository;
mod web;
mod web_server;
mod world;
