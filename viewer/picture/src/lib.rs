//! Pictures of [egui] frames, made without a display, a graphics driver or a GPU: the same pixels on every machine.
//!
//! A [`Painter`] keeps egui's textures and draws its tessellated triangles into a [`Canvas`], with the rules that egui's
//! own painters follow: colours are blended premultiplied and in gamma space, textures are sampled as asked for, and an
//! edge that two triangles share is drawn once. [`encode_png`] makes a file of it.
//!
//! ```
//! use egui::{CentralPanel, Color32, Context, RawInput, Rect, pos2, vec2};
//! use p95_picture::{Painter, encode_png};
//!
//! let (ctx, mut painter) = (Context::default(), Painter::default());
//! let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(120.0, 40.0));
//! let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
//! let mut output = ctx.run_ui(input, |ui| {
//!     CentralPanel::default().show(ui, |ui| ui.label("p95"));
//! });
//! painter.update(&mut output.textures_delta);
//! let meshes = ctx.tessellate(output.shapes, 2.0);
//! let canvas = painter.paint(&meshes, [240, 80], 2.0, Color32::BLACK);
//! assert_eq!((canvas.width(), canvas.height()), (240, 80));
//! assert!(encode_png(&canvas).unwrap().starts_with(b"\x89PNG"));
//! ```

mod canvas;
mod fill;
#[cfg(feature = "kittest")]
mod kittest;
mod painter;
mod plane;
mod png;
mod rectangle;
mod svg;
mod texture;
mod triangle;

pub use canvas::Canvas;
pub use painter::Painter;
pub use png::{PngError, encode_png};
pub use svg::{SvgOptions, encode_svg};
