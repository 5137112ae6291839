//! Textures: the glyphs of all fonts, and images.

use std::collections::HashMap;

use egui::epaint::{ImageData, ImageDelta};
use egui::{Color32, TextureFilter, TextureId, TextureOptions, TextureWrapMode, TexturesDelta};

use crate::plane::zip;

/// All textures that egui has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Textures {
    by_id: HashMap<TextureId, Texture>,
    /// What goes with the next update: the frame that frees a texture may still draw it.
    freed: Vec<TextureId>,
}

impl Textures {
    /// Takes over what a frame changed, and leaves `delta` empty.
    pub(crate) fn update(&mut self, delta: &mut TexturesDelta) {
        for id in self.freed.drain(..) {
            self.by_id.remove(&id);
        }
        for (id, images) in delta.set.drain() {
            for image in images {
                self.by_id.entry(id).or_default().change(&image);
            }
        }
        self.freed.extend(delta.free.drain());
    }

    pub(crate) fn get(&self, id: TextureId) -> Option<&Texture> {
        self.by_id.get(&id)
    }
}

/// One texture.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texture {
    width: usize,
    height: usize,
    texels: Vec<Color32>,
    options: TextureOptions,
}

impl Texture {
    /// Takes over a new image, or a part of one. What lies outside the texture is left out.
    fn change(&mut self, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        self.options = delta.options;
        let [width, height] = image.size;
        let Some([left, top]) = delta.pos else {
            (self.width, self.height) = (width, height);
            self.texels.clone_from(&image.pixels);
            return;
        };
        let kept = width.min(self.width.saturating_sub(left));
        for (row, texels) in image.pixels.chunks(width.max(1)).enumerate() {
            let start = (top + row) * self.width + left;
            let target = self.texels.get_mut(start..start + kept).unwrap_or_default();
            for (target, texel) in target.iter_mut().zip(texels) {
                *target = *texel;
            }
        }
    }

    /// Its size in texels.
    #[expect(clippy::cast_precision_loss, reason = "textures have thousands of texels at most")]
    pub(crate) fn size(&self) -> [f32; 2] {
        [self.width as f32, self.height as f32]
    }

    /// Whether a place in it has the colour of the texel there, with nothing of its neighbours'.
    pub(crate) fn is_nearest(&self) -> bool {
        self.options.magnification == TextureFilter::Nearest
    }

    /// The texel at whole coordinates, wrapped as the texture asks.
    pub(crate) fn texel(&self, x: i64, y: i64) -> Color32 {
        let wrap = |at: i64, size: usize| {
            let size = i64::try_from(size).unwrap_or(i64::MAX).max(1);
            let wrapped = match self.options.wrap_mode {
                TextureWrapMode::ClampToEdge => at.clamp(0, size - 1),
                TextureWrapMode::Repeat => at.rem_euclid(size),
                TextureWrapMode::MirroredRepeat => {
                    let phase = at.rem_euclid(2 * size);
                    phase.min(2 * size - 1 - phase)
                }
            };
            usize::try_from(wrapped).unwrap_or_default()
        };
        let index = wrap(y, self.height) * self.width + wrap(x, self.width);
        self.texels.get(index).copied().unwrap_or_default()
    }

    /// The colour at a place in texels, each channel from 0 to 255.
    #[expect(clippy::cast_possible_truncation, reason = "it saturates, and then wraps")]
    pub(crate) fn sample(&self, [x, y]: [f32; 2]) -> [f32; 4] {
        if self.is_nearest() {
            return channels(self.texel(x.floor() as i64, y.floor() as i64));
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let texel = |right: i64, down: i64| channels(self.texel(left as i64 + right, top as i64 + down));
        let mix = |a, b, part: f32| zip(a, b, |a, b| a + (b - a) * part);
        let above = mix(texel(0, 0), texel(1, 0), x - left);
        let below = mix(texel(0, 1), texel(1, 1), x - left);
        mix(above, below, y - top)
    }
}

/// A colour's channels, each from 0 to 255.
pub(crate) fn channels(color: Color32) -> [f32; 4] {
    color.to_array().map(f32::from)
}

#[cfg(test)]
mod tests {
    use egui::{Color32, ColorImage};

    use super::*;

    const RED: Color32 = Color32::from_rgb(200, 0, 0);
    const BLUE: Color32 = Color32::from_rgb(0, 0, 100);

    fn texture(options: TextureOptions) -> Texture {
        let mut texture = Texture::default();
        texture.change(&ImageDelta::full(ColorImage::new([2, 1], vec![RED, BLUE]), options));
        texture
    }

    #[test]
    fn places_are_filtered_and_wrapped_as_asked() {
        #[track_caller]
        fn check(options: TextureOptions, x: f32, expect: [f32; 4]) {
            assert_eq!(texture(options).sample([x, 0.5]), expect, "{options:?} at {x}");
        }
        check(TextureOptions::NEAREST, 0.9, [200.0, 0.0, 0.0, 255.0]);
        check(TextureOptions::NEAREST, 1.1, [0.0, 0.0, 100.0, 255.0]);
        check(TextureOptions::NEAREST, 7.0, [0.0, 0.0, 100.0, 255.0]);
        check(TextureOptions::NEAREST_REPEAT, 2.1, [200.0, 0.0, 0.0, 255.0]);
        check(TextureOptions::NEAREST_MIRRORED_REPEAT, 2.1, [0.0, 0.0, 100.0, 255.0]);
        check(TextureOptions::LINEAR, 0.5, [200.0, 0.0, 0.0, 255.0]);
        check(TextureOptions::LINEAR, 1.0, [100.0, 0.0, 50.0, 255.0]);
        check(TextureOptions::LINEAR, -1.0, [200.0, 0.0, 0.0, 255.0]);
    }

    #[test]
    fn a_part_changes_only_its_texels() {
        let mut texture = texture(TextureOptions::NEAREST);
        let part = ColorImage::filled([5, 3], Color32::WHITE);
        texture.change(&ImageDelta::partial([1, 0], part, TextureOptions::NEAREST));
        assert_eq!(texture.texels, [RED, Color32::WHITE]);
    }

    #[test]
    fn a_freed_texture_lives_until_the_next_update() {
        let (mut textures, mut delta) = (Textures::default(), TexturesDelta::default());
        let id = TextureId::Managed(3);
        delta.push(id, ImageDelta::full(ColorImage::filled([1, 1], RED), TextureOptions::NEAREST));
        delta.free(id);
        textures.update(&mut delta);
        assert!(delta.is_empty() && textures.get(id).is_some());
        textures.update(&mut delta);
        assert!(textures.get(id).is_none());
    }
}
