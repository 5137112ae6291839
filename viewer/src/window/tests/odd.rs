//! Pages that nobody would write on purpose, and targets that misbehave: the window stays readable, and says what it left out.

use egui::{Theme, Vec2, vec2};
use egui_kittest::kittest::Queryable as _;
use p95_engine::ScrapeFailure;

use super::failures::refused;
use super::pictures::check_at;
use super::rig::Use as _;
use super::{Rig, SCREEN};
use crate::window::View;

/// Room for three cards beside each other, and two rows of them.
const WIDE: Vec2 = vec2(1_000.0, 620.0);

fn overview(page: impl Fn(u32) -> String) -> Rig {
    Rig::on_pages(View::Overview, 40, |scrape| Ok::<_, ScrapeFailure>(page(scrape)))
}

/// Label values of 10 KB, with control characters, bidirectional overrides, HTML, and lines.
fn odd_text(scrape: u32) -> String {
    let long = "long".repeat(2_500);
    let wave = f64::from(scrape % 7);
    format!(
        "# HELP files Files \u{1b}[31mred\u{1b}[0m <b>bold</b> \u{202e}reversed\u{202c} {long}\n# TYPE files gauge\n\
         files{{path=\"{long}\"}} {wave}\nfiles{{path=\"\u{1b}[2J\u{7}\"}} 3\nfiles{{path=\"<script>alert(1)</script>\"}} 4\n\
         files{{path=\"\u{202e}gnp.exe\"}} 5\nfiles{{path=\"two\\nlines\"}} 1\n# TYPE notes_info gauge\n\
         notes_info{{text=\"{long}\",bell=\"\u{7}\",rtl=\"\u{202e}abc\"}} 1\n# TYPE long_{long} gauge\nlong_{long} 1\n"
    )
}

/// Five thousand series of one gauge.
fn many(scrape: u32) -> String {
    let mut page = "# TYPE queue_length gauge\n".to_owned();
    for queue in 0..5_000_u32 {
        let length = 20.0 + 15.0 * (f64::from(scrape + queue) / 9.0).sin() + f64::from(queue) / 100.0;
        page += &format!("queue_length{{queue=\"q{queue:04}\"}} {length:.1}\n");
    }
    page
}

/// Numbers that are none, and distributions of nothing.
fn no_numbers(scrape: u32) -> String {
    let odd = ["NaN", "+Inf", "-Inf", "3", "1.7e308", "-1.7e308"];
    let mut page = "# TYPE nan_gauge gauge\nnan_gauge NaN\n# TYPE odd_gauge gauge\n".to_owned();
    for (at, _) in odd.iter().enumerate() {
        let value = odd[(at + scrape as usize / 5) % odd.len()];
        page += &format!("odd_gauge{{n=\"{at}\"}} {value}\n");
    }
    page += &format!(
        "# TYPE some_gauge gauge\nsome_gauge {}\n",
        if scrape.is_multiple_of(9) { "NaN" } else { "2" }
    );
    page += "# TYPE lookups_total counter\nlookups_total 0\n# TYPE lookup_failures_total counter\nlookup_failures_total 0\n\
             # TYPE idle_seconds histogram\nidle_seconds_bucket{le=\"1\"} 4\nidle_seconds_bucket{le=\"+Inf\"} 5\n\
             idle_seconds_sum 3\nidle_seconds_count 5\n# TYPE huge gauge\nhuge 1.7e296\n";
    page
}

/// A metric that becomes a gauge.
fn two_types(scrape: u32) -> String {
    let (kind, value) = if scrape < 20 { ("counter", 100 + 3 * scrape) } else { ("gauge", 40 + scrape % 5) };
    format!("# HELP jobs Jobs.\n# TYPE jobs {kind}\njobs {value}\n# TYPE steady gauge\nsteady 1\n")
}

#[test]
fn text_that_is_no_text() {
    check_at("odd-text", overview(odd_text), Theme::Dark, WIDE);
}

#[test]
fn five_thousand_series() {
    let window = check_at("odd-many-series", overview(many), Theme::Dark, WIDE);
    assert!(window.has("targets"));
}

#[test]
fn numbers_that_are_none() {
    let window = check_at("odd-numbers", overview(no_numbers), Theme::Dark, vec2(1_000.0, 800.0));
    let summary = "chart of lookup_failures_total error rate: errors –";
    assert!(window.has(summary), "0 of 0 is no number, and no mistake");
}

#[test]
fn a_metric_that_changes_its_type() {
    check_at("odd-types", overview(two_types), Theme::Dark, WIDE);
}

#[test]
fn a_target_that_flaps() {
    let rig = Rig::on_pages(View::Overview, 40, |scrape| {
        if scrape.is_multiple_of(2) { Err(refused()) } else { Ok(two_types(0)) }
    });
    let window = check_at("odd-flapping", rig, Theme::Dark, WIDE);
    let note = "15 of the last 30 scrapes failed. connect: connection to";
    assert!(window.query_by_label_contains(note).is_some());
}

#[test]
fn a_clock_that_went_back() {
    let mut rig = Rig::new(View::Overview, 40);
    rig.engine.clock_went_back(3_600_000);
    // What the machine's clock says now.
    rig.now_ms -= 3_600_000;
    let window = check_at("odd-clock", rig, Theme::Dark, WIDE);
    assert!(window.has("the clock of this machine went back by 1h: times shown are ahead of it"));
}

#[test]
fn pages_without_metrics_and_no_targets_at_all() {
    let empty = Rig::on_pages(View::Overview, 4, |_| Ok("# nothing here\n".to_owned())).open(SCREEN);
    assert!(empty.has("The target answers, but its page holds no metrics."), "it says why it is empty");
    let nothing = Rig::without_targets(View::Overview).open(SCREEN);
    assert!(nothing.has("Nothing is scraped yet.") && nothing.has("Add a target"));
}
