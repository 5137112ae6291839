//! PNG files.

use png::{BitDepth, ColorType, Compression, Encoder};

use crate::Canvas;

/// Why there is no file: the picture has no pixels, or too many for the format.
#[derive(Debug, thiserror::Error)]
#[error("a picture of {width} x {height} pixels cannot be written as PNG: {problem}")]
pub struct PngError {
    width: usize,
    height: usize,
    #[source]
    problem: png::EncodingError,
}

/// The canvas as a PNG file: without an alpha channel where every pixel is opaque.
///
/// # Errors
/// Where a side has no pixels, or more than the format can say.
pub fn encode_png(canvas: &Canvas) -> Result<Vec<u8>, PngError> {
    let (width, height) = (canvas.width(), canvas.height());
    encode(canvas).map_err(|problem| PngError { width, height, problem })
}

fn encode(canvas: &Canvas) -> Result<Vec<u8>, png::EncodingError> {
    // A side that does not fit becomes 0, which the format refuses.
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or_default();
    let is_opaque = canvas.pixels().iter().all(egui::Color32::is_opaque);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side(canvas.width()), side(canvas.height()));
    encoder.set_color(if is_opaque { ColorType::Rgb } else { ColorType::Rgba });
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    let channels = if is_opaque { 3 } else { 4 };
    let bytes =
        canvas.pixels().iter().flat_map(|pixel| pixel.to_srgba_unmultiplied().into_iter().take(channels));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&Vec::from_iter(bytes))?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use egui::Color32;

    use super::*;

    #[test]
    fn a_file_reads_back() {
        #[track_caller]
        fn check(background: Color32, expect: &[u8]) {
            let file = encode_png(&Canvas::new([3, 2], background)).unwrap();
            let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let frame = reader.next_frame(&mut pixels).unwrap();
            assert_eq!((frame.width, frame.height), (3, 2));
            assert_eq!(pixels, expect.repeat(6));
        }
        check(Color32::from_rgb(1, 2, 3), &[1, 2, 3]);
        check(Color32::from_rgba_premultiplied(64, 0, 0, 128), &[128, 0, 0, 128]);
    }

    #[test]
    fn no_pixels_are_no_picture() {
        let problem = encode_png(&Canvas::new([0, 2], Color32::BLACK)).unwrap_err().to_string();
        assert!(problem.starts_with("a picture of 0 x 2 pixels cannot be written as PNG: "), "{problem}");
    }
}
