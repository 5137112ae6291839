//! The painter beside egui's own, which draws the same frames with wgpu on a driver that runs on the CPU.
//!
//! `cargo test -p p95-picture --features judge --test judge`; `P95_PICTURES` names a folder that keeps the pictures.

use std::env;
use std::panic::catch_unwind;
use std::sync::Arc;

use egui::epaint::{Mesh, Vertex};
use egui::{
    Color32, ColorImage, CornerRadius, Frame, Id, Image, Pos2, Rect, RichText, Shadow, Shape, Stroke,
    StrokeKind, TextureOptions, Ui, pos2, vec2,
};
use egui_kittest::wgpu::WgpuTestRenderer;
use egui_kittest::{Harness, TestRenderer};
use image::RgbaImage;
use p95_picture::Painter;

/// The most by which the pictures' channels may differ on the mean, from 0 to 255.
const MAX_MEAN: f64 = 0.02;
/// What a channel may differ by and still be the same colour, rounded differently.
const ROUNDING: u8 = 2;
/// The part of the pixels that may differ by more: those whose middle lies on an edge, within rounding.
const MAX_STRAYS: f64 = 0.000_2;

#[test]
fn frames_look_as_with_wgpu() {
    if catch_unwind(WgpuTestRenderer::new).is_err() {
        assert!(env::var("CI").is_err(), "wgpu finds no driver, and under CI=true everything runs");
        eprintln!("frames_look_as_with_wgpu: not run: wgpu finds no driver (Debian: mesa-vulkan-drivers)");
        return;
    }
    for pixels_per_point in [1.0, 1.5, 2.0] {
        compare("shapes", shapes_ui, pixels_per_point);
        compare("widgets", widgets_ui, pixels_per_point);
    }
}

#[track_caller]
fn compare(name: &str, frame_ui: fn(&mut Ui), pixels_per_point: f32) {
    let ours = picture(frame_ui, pixels_per_point, Painter::default());
    let theirs = picture(frame_ui, pixels_per_point, WgpuTestRenderer::new());
    if let Some(folder) = env::var_os("P95_PICTURES") {
        let folder = std::path::PathBuf::from(folder);
        ours.save(folder.join(format!("{name}-{pixels_per_point}-ours.png"))).unwrap();
        theirs.save(folder.join(format!("{name}-{pixels_per_point}-wgpu.png"))).unwrap();
    }
    assert_eq!(ours.dimensions(), theirs.dimensions());
    let differences =
        Vec::from_iter(ours.iter().zip(theirs.iter()).map(|(ours, theirs)| ours.abs_diff(*theirs)));
    let count = |differences: &[u8]| f64::from(u32::try_from(differences.len()).unwrap());
    let mean = differences.iter().map(|by| f64::from(*by)).sum::<f64>() / count(&differences);
    let strays = Vec::from_iter(differences.iter().copied().filter(|by| *by > ROUNDING));
    let stray_part = count(&strays) / count(&differences);
    let most = differences.iter().max().unwrap();
    println!("{name} at {pixels_per_point}: mean {mean:.4}, most {most}, strays {:.5} %", stray_part * 100.0);
    assert!(
        mean <= MAX_MEAN && stray_part <= MAX_STRAYS,
        "{name} at {pixels_per_point}: {mean} {stray_part}"
    );
}

fn picture(frame_ui: fn(&mut Ui), pixels_per_point: f32, renderer: impl TestRenderer + 'static) -> RgbaImage {
    let builder = Harness::builder().with_size([320.0, 240.0]).with_pixels_per_point(pixels_per_point);
    let mut harness = builder.renderer(renderer).with_accessibility_check(false).build_ui(frame_ui);
    harness.run();
    harness.render().unwrap()
}

/// Outlines, round corners, polygons, colours that change, and textures larger and smaller than their pixels.
fn shapes_ui(ui: &mut Ui) {
    let painter = ui.painter();
    painter.rect_filled(Rect::EVERYTHING, 0.0, Color32::from_gray(24));
    let rect = Rect::from_min_size(pos2(10.3, 9.7), vec2(90.0, 40.0));
    let stroke = Stroke::new(1.0, Color32::from_rgb(90, 174, 255));
    painter.rect(rect, 8.0, Color32::from_rgb(60, 20, 70), stroke, StrokeKind::Inside);
    let corners = CornerRadius { nw: 0, ne: 20, sw: 6, se: 2 };
    let glass = Color32::from_rgba_unmultiplied(255, 200, 0, 90);
    painter.rect_filled(rect.translate(vec2(40.5, 20.5)), corners, glass);
    painter.circle(pos2(200.0, 40.0), 28.4, glass, Stroke::new(3.0, Color32::WHITE));
    let wave = |x: u8| pos2(10.0 + f32::from(x), 120.0 + 30.0 * (f32::from(x) / 9.0).sin());
    painter.line(Vec::from_iter((0..200).map(wave)), Stroke::new(1.5, Color32::LIGHT_GREEN));
    for step in 0..12_u8 {
        let angle = f32::from(step) * 0.5;
        let tip = pos2(270.0, 110.0) + 40.0 * vec2(angle.cos(), angle.sin());
        painter.line_segment([pos2(270.0, 110.0), tip], Stroke::new(0.4 + angle / 4.0, Color32::LIGHT_RED));
    }
    painter.add(Shape::mesh(gradient()));
    let image = ColorImage::new([3, 2], Vec::from([10, 80, 160, 230, 120, 40].map(Color32::from_gray)));
    for (left, options) in [(150.0, TextureOptions::LINEAR), (205.0, TextureOptions::NEAREST)] {
        let texture = ui.ctx().load_texture("tiles", image.clone(), options);
        // The texture lives for as long as the handle.
        ui.data_mut(|data| data.insert_temp(Id::new(texture.id()), texture.clone()));
        let place = Rect::from_min_size(pos2(left, 170.2), vec2(50.0, 42.0));
        Image::new(&texture).tint(Color32::from_rgb(255, 200, 220)).paint_at(ui, place);
    }
}

fn gradient() -> Arc<Mesh> {
    let corner = |pos: Pos2, color: Color32| Vertex::untextured(pos, color);
    let vertices = vec![
        corner(pos2(12.0, 230.0), Color32::RED),
        corner(pos2(120.7, 225.0), Color32::GREEN),
        corner(pos2(60.0, 170.3), Color32::TRANSPARENT),
        corner(pos2(20.0, 165.0), Color32::BLUE),
    ];
    Arc::new(Mesh { indices: vec![0, 1, 2, 0, 2, 3], vertices, ..Mesh::default() })
}

/// Text of several sizes, cut off text, shadows, and what a form has.
fn widgets_ui(ui: &mut Ui) {
    ui.painter().rect_filled(Rect::EVERYTHING, 0.0, Color32::from_gray(240));
    ui.visuals_mut().override_text_color = Some(Color32::from_gray(30));
    for size in [9.0, 11.0, 13.0, 22.3] {
        ui.label(RichText::new("p95 of 1,234.5 ms · µs — http_requests_total").size(size));
    }
    ui.monospace("sum by (route) (rate(x[4s]))");
    let shadow = Shadow { offset: [2, 4], blur: 12, spread: 1, color: Color32::from_black_alpha(120) };
    Frame::new().fill(Color32::WHITE).shadow(shadow).inner_margin(8).corner_radius(6).show(ui, |ui| {
        let _ = ui.button("Retry now");
        ui.add(egui::Slider::new(&mut 0.3, 0.0..=1.0));
        ui.checkbox(&mut true, "live");
    });
    ui.scope(|ui| {
        ui.set_clip_rect(Rect::from_min_size(ui.cursor().min, vec2(100.4, 9.6)));
        ui.label(RichText::new("cut off on two sides").size(20.0));
    });
}
