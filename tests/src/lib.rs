//! What the tests that cross crates share: programs that end with the test, pages to scrape, and a plain word where
//! something is not installed.
//!
//! Only the standard library is used, so that the small programs beside these tests build in seconds.

pub mod client;
pub mod http;
pub mod pages;
pub mod program;
pub mod requires;
pub mod window;

pub use client::Client;
pub use pages::{Page, PageServer};
pub use program::{Program, free_port};
pub use requires::{node_script, p95_binary, python, requires};
pub use window::Window;
