//! Whether p95 and Prometheus agree, and whether it would be seen if they did not.

use anyhow::ensure;

use crate::answer::Answer;
use crate::compare::{Tolerance, differences};

/// How many of a query's differences are shown.
const SHOWN: usize = 3;

/// The answers of both to one query.
pub struct Pair {
    pub query: String,
    pub prometheus: Answer,
    pub p95: Answer,
    pub tolerance: Tolerance,
}

impl Pair {
    /// Two answers between which nothing but rounding may lie.
    pub fn of_equal_samples(query: &str, prometheus: Answer, p95: Answer) -> Self {
        Self { query: query.to_owned(), prometheus, p95, tolerance: Tolerance::ROUNDING }
    }

    /// Where the answers differ when p95's are multiplied by `factor`.
    pub fn differences(&self, factor: f64) -> Vec<String> {
        differences(&self.prometheus, &self.p95.scaled(factor), self.tolerance)
    }

    /// Whether an answer that is 1% off must be noticed: it moves a value, and further than scrapes at other times do.
    fn is_sharp(&self) -> bool {
        self.tolerance.relative < 0.005 && self.prometheus.has_other_values_than_zero()
    }
}

/// Holds where the answers agree, `percent` of them say something, and answers that were 1% off would be seen.
pub fn judge(pairs: &[Pair], percent: usize) -> anyhow::Result<()> {
    let apart = disagreements(pairs, 1.0);
    ensure!(apart.is_empty(), "{} of {} answers differ:\n{}", apart.len(), pairs.len(), apart.join("\n"));
    let non_empty = pairs.iter().filter(|pair| !pair.prometheus.series.is_empty()).count();
    ensure!(
        pairs.len() >= 20 && non_empty * 100 >= pairs.len() * percent,
        "{non_empty} of {} say something",
        pairs.len()
    );
    let (sharp, blunt): (Vec<&Pair>, Vec<&Pair>) = pairs.iter().partition(|pair| pair.is_sharp());
    let noticed = disagreements(sharp.iter().copied(), 1.01).len();
    ensure!(
        noticed >= 10 && noticed == sharp.len(),
        "{noticed} of {} notice answers that are 1% off",
        sharp.len()
    );
    println!("{} answers agree, {non_empty} of them not empty", pairs.len());
    println!("1% off is noticed by {noticed}, and too little to be noticed by {}", blunt.len());
    Ok(())
}

/// The queries whose answers differ when p95's are multiplied by `factor`, each with what differs.
fn disagreements<'a>(pairs: impl IntoIterator<Item = &'a Pair>, factor: f64) -> Vec<String> {
    let disagreement = |pair: &Pair| {
        let found = pair.differences(factor);
        let shown: Vec<&str> = found.iter().take(SHOWN).map(String::as_str).collect();
        let others = found.len().saturating_sub(SHOWN);
        (!found.is_empty())
            .then(|| format!("{}\n    {}\n    and {others} others", pair.query, shown.join("\n    ")))
    };
    pairs.into_iter().filter_map(disagreement).collect()
}
