//! Rules beside Prometheus: its linter on the same files, its unit tests on what our templates become, and its own unit tests
//! run by us.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod check;
mod templates;
