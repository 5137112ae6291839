//! The OpenMetrics project's cases, read as a scrape reads them.
//!
//! Ingest is as lenient as Prometheus, so only what the standard allows is held against it: every valid page must be
//! read, and no page at all may do worse than an error. The strict mode has to agree with every case.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use p95_core::exposition::families;
use p95_core::exposition::parse::{Event, Format, ParseError, Parser};
use p95_tests::requires::not_run;

#[test]
fn valid_pages_are_read_and_no_page_panics() {
    let Some(corpora) = env::var_os("P95_CORPORA").map(PathBuf::from) else {
        return not_run("corpora: not run: P95_CORPORA names no folder");
    };
    let cases = cases(&corpora.join("openmetrics"));
    assert!(cases.len() > 100, "only {} cases: is P95_CORPORA right?", cases.len());
    let mut refused_bad = 0;
    let mut valid = 0;
    for case in &cases {
        let parsed = samples(&case.page);
        if case.should_parse {
            valid += 1;
            let expect = case.page.split(|b| *b == b'\n').filter(|line| is_sample(line)).count();
            assert_eq!(parsed, Ok(expect), "{}", case.name);
            let read = families::read(&case.page, Format::OpenMetrics).expect("it was just read");
            let metrics: usize = read.families.iter().map(|family| family.metrics.len()).sum();
            assert!(metrics > 0, "{}: no metric was read", case.name);
        } else {
            refused_bad += usize::from(parsed.is_err());
        }
        // The text format knows other comments and other types: what it says of these pages only must not be a panic.
        let _ = families::read(&case.page, Format::Text);
    }
    assert!(valid > 20, "only {valid} valid cases");
    // Lenient is not blind: the broken lines among the bad cases are refused.
    assert!(refused_bad * 2 > cases.len() - valid, "{refused_bad} of {} bad pages", cases.len() - valid);
    println!("{valid} valid pages read, {refused_bad} of {} bad ones refused", cases.len() - valid);
}

/// The strict mode reads what the standard allows, and nothing else.
#[test]
fn the_strict_mode_agrees_with_every_case() {
    let Some(corpora) = env::var_os("P95_CORPORA").map(PathBuf::from) else {
        return not_run("corpora: not run: P95_CORPORA names no folder");
    };
    let mut wrong = Vec::new();
    let cases = cases(&corpora.join("openmetrics"));
    for case in &cases {
        let parsed = Parser::strict(&case.page, Format::OpenMetrics).and_then(read);
        if parsed.is_ok() != case.should_parse {
            wrong.push(format!("{}: {parsed:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    println!("all {} cases agree", cases.len());
}

struct Case {
    name: String,
    page: Vec<u8>,
    should_parse: bool,
}

fn cases(folder: &Path) -> Vec<Case> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let folders = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    folders.map(|folder| case(&folder)).collect()
}

fn case(folder: &Path) -> Case {
    let judgement = fs::read(folder.join("test.json")).expect("test.json");
    let judgement: serde_json::Value = serde_json::from_slice(&judgement).expect("JSON");
    Case {
        name: folder.display().to_string(),
        page: fs::read(folder.join("metrics")).expect("metrics"),
        should_parse: judgement["shouldParse"].as_bool().expect("shouldParse"),
    }
}

/// How many samples a page has, or what is wrong with it.
fn samples(page: &[u8]) -> Result<usize, ParseError> {
    read(Parser::new(page, Format::OpenMetrics)?)
}

/// How many samples the parser reads, or what it finds wrong.
fn read(mut parser: Parser<'_>) -> Result<usize, ParseError> {
    let mut samples = 0;
    while let Some(event) = parser.next_event()? {
        if let Event::Sample(sample) = event {
            samples += 1;
            assert!(!sample.series.metric_name().is_empty());
        }
    }
    Ok(samples)
}

fn is_sample(line: &[u8]) -> bool {
    !line.is_empty() && !line.starts_with(b"#")
}
