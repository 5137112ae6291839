//! Mistakes on the command line, in one line.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The whole of a usage error in one line: what is wrong, what was perhaps meant, where the help is.
pub(super) fn usage_line(error: &clap::Error) -> String {
    let rendered = error.to_string();
    let mut lines = rendered.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let first = lines.next().unwrap_or_default();
    let mut line = first.strip_prefix("error: ").unwrap_or(first).to_owned();
    // Missing arguments and tips stand on lines of their own.
    for more in lines.filter(|more| !more.is_empty() && !more.starts_with("For more")) {
        let separator = if line.ends_with(':') { " " } else { "; " };
        line.push_str(separator);
        line.push_str(more.strip_prefix("tip: ").unwrap_or(more));
    }
    format!("{line} ({} --help lists the flags)", command_path(error))
}

/// Whether it is no mistake: `--help` and `--version`.
pub(super) fn is_display(error: &clap::Error) -> bool {
    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// The command that was being read, from the usage line: `p95 query`.
fn command_path(error: &clap::Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let words = usage.split_whitespace().skip_while(|word| *word != "p95");
    let path: Vec<&str> =
        words.take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase())).collect();
    if path.is_empty() { "p95".to_owned() } else { path.join(" ") }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn a_wrong_flag_is_one_line_with_the_remedy() {
        #[track_caller]
        fn check(words: &[&str], expect: &str) {
            let error = Cli::try_parse_from(words).unwrap_err();
            assert_eq!(usage_line(&error), expect);
        }
        check(
            &["p95", "--dem"],
            "unexpected argument '--dem' found; a similar argument exists: '--demo' (p95 --help lists the flags)",
        );
        check(
            &["p95", "query", "up", ":1", "--for", "10"],
            "invalid value '10' for '--for <DURATION>': a duration has a unit and is above zero, such as 10s, 500ms \
             or 1m30s (p95 --help lists the flags)",
        );
        check(
            &["p95", "query"],
            "the following required arguments were not provided: <EXPR> (p95 query --help lists the flags)",
        );
        check(
            &["p95", "query", "up", "-o", "xml"],
            "invalid value 'xml' for '--output <OUTPUT>'; [possible values: table, json, csv] (p95 --help lists the \
             flags)",
        );
    }

    #[test]
    fn help_is_no_mistake() {
        assert!(is_display(&Cli::try_parse_from(["p95", "--help"]).unwrap_err()));
        assert!(!is_display(&Cli::try_parse_from(["p95", "--dem"]).unwrap_err()));
    }
}
