//! The painter as the renderer of UI tests.

use egui::{Color32, Context, FullOutput, TexturesDelta};
use egui_kittest::TestRenderer;
use image::RgbaImage;

use crate::Painter;

/// Draws for `egui_kittest`: `Harness::builder().renderer(Painter::default())`.
impl TestRenderer for Painter {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        self.update(delta);
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let pixels_per_point = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * pixels_per_point;
        let size_px = [pixels(size.x), pixels(size.y)];
        let meshes = ctx.tessellate(output.shapes.clone(), pixels_per_point);
        let canvas = self.paint(&meshes, size_px, pixels_per_point, Color32::TRANSPARENT);
        let bytes = canvas.pixels().iter().flat_map(Color32::to_array).collect();
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or_default();
        RgbaImage::from_raw(side(size_px[0]), side(size_px[1]), bytes)
            .ok_or_else(|| format!("a picture of {size_px:?} pixels is too large"))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
fn pixels(length: f32) -> usize {
    length.round() as usize
}
