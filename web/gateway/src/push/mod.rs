//! Pushgateway's protocol: whole groups of metrics that replace those before.

mod path;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use path::group_of_path;
pub(crate) use read::{GroupFamily, Push, PushFormat, families_of, read};
