//! Nobody let in: routes, roles, keys, hostile requests, TLS, and what the log keeps to itself.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod hostile;
mod house;
mod http;
mod keys;
mod links;
mod log;
mod names;
mod table;
mod tls;
