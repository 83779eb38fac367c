//! Notifications on both databases, and out through real sockets.

mod delivering;
mod inbox;
mod outside;
mod smtp;
mod world;
