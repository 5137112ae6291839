//! `p95-core`'s store and evaluator for JavaScript: pages of metrics in, answers of PromQL out, as JSON.
//!
//! A page's code scrapes itself: it takes the text of its metrics, and asks for the rates and quantiles over what it has
//! taken so far. There is no clock here either; times are arguments, in milliseconds since the Unix epoch.

mod answer;
mod engine;
mod exports;
mod scripts;
