//! A full frame of 1280 x 800 points: 20 cards with 10 lines of 100 points, and 1,000 short texts.
//!
//! `cargo bench -p p95-picture`
#![expect(clippy::expect_used, reason = "a bench that cannot draw measures nothing")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use egui::epaint::ClippedPrimitive;
use egui::{
    Align2, Color32, Context, FontId, FullOutput, Pos2, RawInput, Rect, Stroke, StrokeKind, Ui, ViewportId,
    pos2, vec2,
};
use p95_picture::{Painter, SvgOptions, encode_png, encode_svg};

const SIZE: [u16; 2] = [1_280, 800];

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame of 1280 x 800");
    group.sample_size(20);
    for scale in [1_u8, 2] {
        let (ctx, painter, output) = frame(f32::from(scale));
        let size_px = SIZE.map(|side| usize::from(side) * usize::from(scale));
        let tessellate = || ctx.tessellate(output.shapes.clone(), f32::from(scale));
        let meshes: Vec<ClippedPrimitive> = tessellate();
        let paint = || painter.paint(&meshes, size_px, f32::from(scale), Color32::BLACK);
        group.bench_function(format!("tessellate at {scale}"), |bencher| bencher.iter(tessellate));
        group.bench_function(format!("paint at {scale}"), |bencher| bencher.iter(paint));
        let canvas = paint();
        group.bench_function(format!("PNG at {scale}"), |bencher| {
            bencher.iter(|| encode_png(black_box(&canvas)).expect("a picture has pixels"))
        });
        let options = SvgOptions {
            title: "frame",
            size: SIZE.map(f32::from).into(),
            pixels_per_point: f32::from(scale),
            background: Color32::BLACK,
        };
        group.bench_function(format!("SVG at {scale}"), |bencher| {
            bencher.iter(|| encode_svg(&output.shapes, &painter, &options))
        });
    }
}

fn frame(scale: f32) -> (Context, Painter, FullOutput) {
    let (ctx, mut painter) = (Context::default(), Painter::default());
    let mut input = RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE.map(f32::from).into())),
        ..RawInput::default()
    };
    input.viewports.entry(ViewportId::ROOT).or_default().native_pixels_per_point = Some(scale);
    let mut output = ctx.run_ui(input, cards_ui);
    painter.update(&mut output.textures_delta);
    (ctx, painter, output)
}

fn cards_ui(ui: &mut Ui) {
    let painter = ui.painter();
    for (row, column) in (0..4_u8).flat_map(|row| (0..5_u8).map(move |column| (row, column))) {
        let corner = pos2(256.0 * f32::from(column), 200.0 * f32::from(row));
        let card = Rect::from_min_size(corner, vec2(250.0, 194.0));
        let border = Stroke::new(1.0, Color32::from_gray(60));
        painter.rect(card, 8.0, Color32::from_gray(30), border, StrokeKind::Inside);
        for text in 0..50_u8 {
            let place = corner + vec2(8.0 + 60.0 * f32::from(text % 4), 8.0 + 14.0 * f32::from(text / 4));
            painter.text(place, Align2::LEFT_TOP, "12.3 ms /s", FontId::proportional(11.0), Color32::WHITE);
        }
        for line in 0..10_u8 {
            let height = |x: u8| (f32::from(x) / (3.0 + f32::from(line))).sin() * 40.0 + 100.0;
            let points = (0..100_u8).map(|x| corner + vec2(10.0 + 2.3 * f32::from(x), height(x)));
            painter.line(points.collect(), Stroke::new(1.5, Color32::from_rgb(90, 20 * line, 255)));
        }
    }
}

criterion_group!(benches, frames);
criterion_main!(benches);
