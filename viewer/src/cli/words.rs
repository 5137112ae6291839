//! The words of the command line, before they are read.

use std::ffi::OsString;

/// `p95 --server URL query …` as `p95 query --server URL …`: the server is said first, and the command reads it.
pub(super) fn server_behind_command(
    mut words: Vec<OsString>,
    is_command: impl Fn(&str) -> bool,
) -> Vec<OsString> {
    let said = match words.get(1).and_then(|word| word.to_str()) {
        Some("--server") => 2,
        Some(word) if word.starts_with("--server=") => 1,
        _ => return words,
    };
    let is_followed = words.get(said + 1).and_then(|word| word.to_str()).is_some_and(is_command);
    if is_followed && let Some(part) = words.get_mut(1..=said + 1) {
        part.rotate_right(1);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_be_said_first() {
        #[track_caller]
        fn check(words: &str, expect: &str) {
            let words = words.split(' ').map(OsString::from).collect();
            let found = server_behind_command(words, |word| word == "query");
            assert_eq!(found, Vec::from_iter(expect.split(' ').map(OsString::from)));
        }
        check("p95 --server URL query up", "p95 query --server URL up");
        check("p95 --server=URL query up", "p95 query --server=URL up");
        check("p95 query --server URL up", "p95 query --server URL up");
        check("p95 --server URL", "p95 --server URL");
        check("p95 --server query", "p95 --server query");
        check("p95 --server URL up", "p95 --server URL up");
        check("p95", "p95");
    }
}
