//! The window: cards drawn from the engine's last finished snapshot.

mod app;
mod axis;
mod card;
mod cards;
mod chart;
mod failure;
mod header;
mod heatmap;
mod layout;
mod legend;
mod lines;
mod rows;
mod run;
mod status;
#[cfg(test)]
mod tests;
mod theme;

pub(crate) use run::{Waker, run};
