//! The `p95` program.
fn main() {}
