//! Requests with sockets of our own: clients, credentials, redirects, and what a person needs to know when they fail.

pub(crate) mod classify;
mod client;
mod credentials;
pub(crate) mod redirect;
mod resolve;

pub(crate) use client::Clients;
pub(crate) use credentials::with_credentials;
