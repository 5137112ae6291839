//! The strict mode beside prometheus_client's OpenMetrics parser, the standard's own judge, on pages that were damaged
//! at random: what the two say has to be the same but for the differences that are named here.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use p95_core::exposition::parse::{Format, ParseError, Parser, Rule};
use p95_tests::requires::not_run;

/// Pages that are damaged; those of the corpora, where they are there, are added to them.
const SEEDS: &[&str] = &[
    "# TYPE a counter\n# HELP a x\na_total{b=\"c\"} 1 2 # {d=\"e\"} 0.5 1\na_created{b=\"c\"} 1 2\n# EOF\n",
    "# TYPE a histogram\na_bucket{b=\"1\",le=\"1\"} 1\na_bucket{b=\"1\",le=\"+Inf\"} 2 # {} 3\na_sum{b=\"1\"} 2\na_count{b=\"1\"} 2\na_bucket{b=\"2\",le=\"+Inf\"} 0\n# EOF\n",
    "# TYPE a gaugehistogram\na_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 2\na_gsum -3\na_gcount 2\n# EOF\n",
    "# TYPE a_s summary\n# UNIT a_s s\na_s{quantile=\"0.5\"} 2\na_s_sum 1\na_s_count 5\n# TYPE b gauge\nb 1 5\nb 2 6\n# EOF\n",
    "# TYPE a info\na_info{v=\"1\"} 1\n# TYPE b stateset\nb{b=\"on\"} 1\nb{b=\"off\"} 0\n# TYPE c unknown\nc 5e-1\n# EOF\n",
];

/// What is put into pages.
const PIECES: &[&str] = &[
    " ",
    "\n",
    "\"",
    "\\",
    ",",
    "{",
    "}",
    "#",
    "=",
    "_",
    "a",
    "b",
    "0",
    "1",
    "-",
    "+",
    ".",
    "e",
    "NaN",
    "Inf",
    "le",
    "_total",
    "_count",
    "_sum",
    "_bucket",
    "a 1\n",
    " # {a=\"b\"} 1",
    "# TYPE a gauge\n",
    "# HELP a x\n",
    "é",
    "\t",
];

/// How many damaged pages are judged.
const PAGES: usize = 20_000;

/// Answers each page, a line of JSON, with a line: whether it is valid.
const PYTHON: &str = r#"
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
for line in sys.stdin:
    try:
        for family in parse(json.loads(line)):
            pass
        print("valid", flush=True)
    except Exception as error:
        print("refused", type(error).__name__, str(error).replace("\n", " "), flush=True)
"#;

#[test]
fn damaged_pages_are_judged_alike() {
    let Some(python) = p95_tests::python() else { return };
    let mut judge = Judge::start(python);
    let seeds = seeds();
    let mut random = fastrand::Rng::with_seed(95);
    let (mut accepted, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    for _ in 0..PAGES {
        let mut page = random.choice(&seeds).expect("a seed").clone();
        for _ in 0..random.usize(1..=2) {
            damage(&mut page, &mut random);
        }
        let ours = strict(&page);
        match &ours {
            Ok(()) => accepted += 1,
            Err(_) => refused += 1,
        }
        let theirs = judge.says(&page);
        if ours.is_ok() != (theirs == "valid") && !is_known_difference(&ours, &theirs) {
            let ours = ours.map_err(|error| format!("{} {error}", error.rule));
            wrong.push(format!("{page}ours: {ours:?}\ntheirs: {theirs}\n"));
        }
    }
    assert!(accepted > PAGES / 100 && refused > PAGES / 2, "{accepted} accepted, {refused} refused");
    wrong.sort_by_key(String::len);
    assert!(
        wrong.is_empty(),
        "{} disagreements:\n{}",
        wrong.len(),
        wrong.iter().take(10).cloned().collect::<Vec<_>>().join("\n")
    );
    println!("{PAGES} damaged pages judged alike, {accepted} of them valid");
}

/// Where prometheus_client, by its own words laxer than the standard, accepts what the standard forbids; or stumbles.
fn is_known_difference(ours: &Result<(), ParseError>, theirs: &str) -> bool {
    let Err(error) = ours else {
        // It cannot compare a timestamp in exponential notation with another.
        return theirs.contains("AttributeError");
    };
    match error.rule {
        Rule::Duplicate
        | Rule::CounterTotal
        | Rule::ReservedName
        | Rule::ExemplarRange
        | Rule::QuotedName => true,
        // It lets blanks stand, looks for no `#` before a keyword, and reads digits as Python does.
        Rule::Grammar => true,
        Rule::LabelNumber => error.message.contains([' ', '_']),
        _ => false,
    }
}

fn strict(page: &str) -> Result<(), ParseError> {
    let mut parser = Parser::strict(page.as_bytes(), Format::OpenMetrics)?;
    while parser.next_event()?.is_some() {}
    Ok(())
}

/// Changes a page in one place.
fn damage(page: &mut String, random: &mut fastrand::Rng) {
    let lines: Vec<String> = page.split_inclusive('\n').map(str::to_owned).collect();
    let mut changed = lines.clone();
    match random.usize(0..8) {
        0 => drop(changed.remove(random.usize(0..lines.len()))),
        1 => changed.swap(random.usize(0..lines.len()), random.usize(0..lines.len())),
        2 => changed.insert(random.usize(0..lines.len()), random.choice(&lines).cloned().unwrap_or_default()),
        3 => {
            let starts: Vec<usize> = page.char_indices().map(|(at, _)| at).collect();
            page.remove(random.choice(starts).unwrap_or_default());
            return;
        }
        _ => {
            let starts: Vec<usize> = page.char_indices().map(|(at, _)| at).collect();
            let piece = random.choice(PIECES).copied().unwrap_or_default();
            page.insert_str(random.choice(starts).unwrap_or_default(), piece);
            return;
        }
    }
    *page = changed.concat();
    if page.is_empty() {
        page.push('\n');
    }
}

fn seeds() -> Vec<String> {
    let mut seeds: Vec<String> = SEEDS.iter().map(|seed| (*seed).to_owned()).collect();
    let Some(corpora) = std::env::var_os("P95_CORPORA").map(PathBuf::from) else {
        not_run("corpora: not run: P95_CORPORA names no folder");
        return seeds;
    };
    let folder = corpora.join("openmetrics");
    let cases = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = cases.map(|case| case.expect("an entry").path().join("metrics")).collect();
    paths.sort();
    let pages = paths.iter().filter_map(|path| fs::read_to_string(path).ok());
    // Long pages are mostly damaged where it does not matter.
    seeds.extend(pages.filter(|page| !page.is_empty() && page.len() < 1000));
    seeds
}

/// A Python process that judges page after page.
struct Judge {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Judge {
    fn start(python: PathBuf) -> Self {
        let mut child = Command::new(python)
            .args(["-c", PYTHON])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python");
        let answers = BufReader::new(child.stdout.take().expect("its stdout"));
        Self { child, answers }
    }

    fn says(&mut self, page: &str) -> String {
        let stdin = self.child.stdin.as_mut().expect("its stdin");
        writeln!(stdin, "{}", serde_json::json!(page)).expect("it listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("it answers");
        answer.trim_end().to_owned()
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
