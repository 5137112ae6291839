//! SVG files, from egui's shapes before these become triangles: sharp at every size, and their text is text.

mod document;
mod image;
mod paint;
mod path;
mod rect;
mod shape;
mod text;

pub use document::{SvgOptions, encode_svg};
