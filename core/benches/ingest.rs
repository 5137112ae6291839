//! A page of a million series into the store: the first scrape, and the ones after it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

mod page;

use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use p95_core::exposition::parse::Format;
use p95_core::ingest::{ScrapeOptions, Scraper};
use p95_core::model::Labels;
use p95_core::store::{Store, StoreOptions};

const SERIES: usize = 1_000_000;
/// What the store is told that the scrape took.
const ELAPSED: Duration = Duration::from_millis(100);

fn scraper() -> (Store, Scraper) {
    let target = Labels::from_pairs([("instance", "localhost:8000"), ("job", "p95")]);
    (Store::new(StoreOptions::default()), Scraper::new(target, ScrapeOptions::default()))
}

fn ingest(criterion: &mut Criterion) {
    let pages = [page::page(SERIES, 0), page::page(SERIES, 1)];
    let mut group = criterion.benchmark_group("ingest 1M series");
    group.sample_size(10).throughput(Throughput::Bytes(pages[0].len() as u64));
    group.bench_function("first", |bencher| {
        bencher.iter_batched(
            scraper,
            |(mut store, mut scraper)| {
                scraper.ingest(&mut store, &pages[0], Format::Text, 1_000, || ELAPSED).unwrap();
                // Returned, so that dropping them is not measured.
                (store, scraper)
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("steady", |bencher| {
        let (mut store, mut scraper) = scraper();
        let mut scrape = 0;
        bencher.iter(|| {
            scrape += 1;
            scraper
                .ingest(&mut store, &pages[scrape % 2], Format::Text, scrape as i64 * 1_000, || ELAPSED)
                .unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
