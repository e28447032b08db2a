//! Conversations with readers that answer when asked: tables of bytes and times, and whole stories with models.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod models;
mod random;
mod stories;
mod table;
