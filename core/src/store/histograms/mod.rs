//! The native histograms of one series, compressed.
//!
//! A chunk holds histograms that continue each other: of one layout of buckets, all with whole counts or all without, no
//! reset among them. The layout is written once. Each histogram then is a row of changes against the one before:
//!
//! | what | how |
//! |---|---|
//! | time | the change of the step, zigzag, in groups of 7 bits |
//! | count, zero bucket, each bucket | whole: the change, zigzag, in groups of 7 bits; else the bits that differ |
//! | sum | the bits that differ |
//!
//! Bits that differ are a byte that says how many bytes of zeros stand before them and how many bytes follow. A bucket that
//! comes up later is added to the layout, and the open chunk written anew.

mod chunk;
mod history;
mod layout;
mod open;
mod row;

pub(super) use history::Histograms;
