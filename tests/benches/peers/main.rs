//! p95 beside a real Prometheus and VictoriaMetrics, in one run, on one machine: a page of a million series, and five queries.
//!
//! `cargo bench -p p95-tests --bench peers` prints the tables of BENCHMARKS.md. It needs `prometheus`,
//! `victoria-metrics`, and a `p95` that was built with `--release`. `-- scrape` or `-- query` runs one of the two.

mod history;
mod measure;
mod million;
mod peer;
mod server;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    // Cargo passes `--bench` besides what the user asked for.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runs =
        |name: &str| wanted.is_empty() || wanted.iter().any(|argument| name.contains(argument.as_str()));
    if !(p95_tests::requires("prometheus") && p95_tests::requires("victoria-metrics")) {
        return Ok(());
    }
    if runs("scrape") {
        million::run()?;
    }
    if runs("query") {
        history::run()?;
    }
    Ok(())
}
