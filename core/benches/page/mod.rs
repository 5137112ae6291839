//! A large page, like those of a service with too many labels.

use std::fmt::Write;

/// A page of text format 0.0.4 with `series` series, 100 of which share a label value but for a family's name: counters in
/// families of 10,000, a few labels each, about a hundred bytes a line. `scrape` moves the counters on.
pub fn page(series: usize, scrape: usize) -> Vec<u8> {
    let mut page = String::with_capacity(series * 110);
    for i in 0..series {
        let (family, member) = (i / 10_000, i % 10_000);
        if member == 0 {
            let _ = writeln!(page, "# HELP app_requests_{family:02}_total Requests of kind {family}.");
            let _ = writeln!(page, "# TYPE app_requests_{family:02}_total counter");
        }
        let method = ["GET", "POST", "PUT", "DELETE"][member % 4];
        let status = ["200", "204", "404", "500", "503"][member / 4 % 5];
        let route = member / 20 % 50;
        let pod = member / 1000;
        let value = (i * 7919) % 100_000 + scrape * (i % 97);
        let _ = writeln!(
            page,
            "app_requests_{family:02}_total{{method=\"{method}\",pod=\"api-7d9f4c-{pod}\",route=\"/api/v1/items/{route}\",status=\"{status}\"}} {value}"
        );
    }
    page.into_bytes()
}
