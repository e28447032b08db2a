//! «Формуляр»: the lending desk of a school resource centre.
//!
//! `docs/architecture.md` tells the byte's walk and who may know whom.

pub mod capture;
pub mod cli;
pub mod clock;
pub mod config;
pub mod cue;
pub mod demo;
pub mod desk;
pub mod exchange;
pub mod ids;
pub mod ledger;
pub mod paper;
pub mod profile;
pub mod reader;
pub mod service;
pub mod sound;
pub mod store;
pub mod tag;
pub mod udev;
pub mod view;
pub mod web;
pub mod wire;
pub mod words;
