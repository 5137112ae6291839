//! The viewer for a browser, at `/viewer/`: its files, what it may scrape, and the pages of others on its behalf.
//!
//! A browser lets a page ask its own server alone, so the gateway asks for it. That it cannot be abused rests on five
//! things: only whole URLs that the operator listed are asked; an address is looked at after the name was resolved, and that
//! very address is connected to; no redirect is followed; what is asked and answered is bounded in size and time; and nothing
//! of the browser's request goes on, nor of the answer's head comes back.

mod address;
mod failure;
mod files;
mod proxy;
mod resolve;
mod routes;
mod targets;
#[cfg(test)]
mod tests;

pub(crate) use proxy::Proxy;
pub(crate) use routes::routes;
