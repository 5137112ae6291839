//! Colours, type and spacing. All distances are multiples of 4.

use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, vec2,
};

use super::pen::{Dash, Pen};

/// The step of the spacing grid, in points.
pub(crate) const STEP: f32 = 4.0;
/// The space between cards, and around everything.
pub(crate) const GAP: f32 = 3.0 * STEP;
/// The corner radius of cards.
pub(crate) const RADIUS: u8 = 8;

/// Axis marks, queries, notes: the small end of the typographic scale, in points.
pub(crate) const SMALL: f32 = 11.0;
/// Running text.
pub(crate) const BODY: f32 = 13.0;
/// Values and headings.
pub(crate) const VALUE: f32 = 17.0;

/// The colours of one theme.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    /// Behind everything.
    pub(crate) background: Color32,
    /// The bar at the top.
    pub(crate) bar: Color32,
    /// A card.
    pub(crate) card: Color32,
    /// A field, a code line, a chip.
    pub(crate) well: Color32,
    /// Hairlines around cards.
    pub(crate) border: Color32,
    /// Grid lines of charts.
    pub(crate) grid: Color32,
    /// Text to read.
    pub(crate) text: Color32,
    /// Text beside it.
    pub(crate) weak: Color32,
    /// Focus, links, heat.
    pub(crate) accent: Color32,
    /// All is well.
    pub(crate) good: Color32,
    /// Something failed.
    pub(crate) bad: Color32,
    /// Behind what failed.
    pub(crate) bad_well: Color32,
    /// Worth a look.
    pub(crate) warn: Color32,
    /// Lines, in the order in which they are used, darker and brighter in turn; distinct for the colour-blind too.
    series: [Color32; Self::COLORS],
    /// p50, p95, p99.
    quantiles: [Color32; 3],
    /// From little to much.
    heat: [Color32; 5],
}

const DARK: Palette = Palette {
    background: Color32::from_rgb(13, 16, 21),
    bar: Color32::from_rgb(18, 22, 28),
    card: Color32::from_rgb(23, 28, 36),
    well: Color32::from_rgb(32, 39, 49),
    border: Color32::from_rgb(41, 49, 61),
    grid: Color32::from_rgb(38, 45, 56),
    text: Color32::from_rgb(233, 238, 244),
    weak: Color32::from_rgb(152, 165, 181),
    accent: Color32::from_rgb(96, 174, 255),
    good: Color32::from_rgb(63, 197, 143),
    bad: Color32::from_rgb(255, 112, 104),
    bad_well: Color32::from_rgb(52, 27, 31),
    warn: Color32::from_rgb(240, 180, 60),
    series: [
        Color32::from_rgb(82, 178, 222),
        Color32::from_rgb(255, 186, 34),
        Color32::from_rgb(38, 165, 112),
        Color32::from_rgb(246, 172, 214),
        Color32::from_rgb(235, 97, 56),
        Color32::from_rgb(248, 253, 144),
        Color32::from_rgb(150, 128, 255),
        Color32::from_rgb(107, 122, 154),
    ],
    quantiles: [
        Color32::from_rgb(86, 180, 233),
        Color32::from_rgb(240, 170, 48),
        Color32::from_rgb(235, 98, 130),
    ],
    heat: [
        Color32::from_rgb(29, 40, 58),
        Color32::from_rgb(30, 78, 138),
        Color32::from_rgb(46, 140, 190),
        Color32::from_rgb(110, 205, 180),
        Color32::from_rgb(250, 232, 130),
    ],
};

const LIGHT: Palette = Palette {
    background: Color32::from_rgb(243, 245, 248),
    bar: Color32::from_rgb(255, 255, 255),
    card: Color32::from_rgb(255, 255, 255),
    well: Color32::from_rgb(237, 240, 245),
    border: Color32::from_rgb(219, 225, 233),
    grid: Color32::from_rgb(230, 234, 240),
    text: Color32::from_rgb(23, 30, 40),
    weak: Color32::from_rgb(86, 99, 116),
    accent: Color32::from_rgb(8, 96, 202),
    good: Color32::from_rgb(10, 123, 80),
    bad: Color32::from_rgb(196, 43, 38),
    bad_well: Color32::from_rgb(253, 236, 234),
    warn: Color32::from_rgb(146, 94, 0),
    series: [
        Color32::from_rgb(0, 111, 213),
        Color32::from_rgb(213, 91, 26),
        Color32::from_rgb(0, 82, 66),
        Color32::from_rgb(200, 76, 148),
        Color32::from_rgb(134, 38, 16),
        Color32::from_rgb(126, 110, 0),
        Color32::from_rgb(86, 41, 186),
        Color32::from_rgb(109, 88, 125),
    ],
    quantiles: [
        Color32::from_rgb(0, 114, 178),
        Color32::from_rgb(202, 112, 0),
        Color32::from_rgb(190, 36, 84),
    ],
    heat: [
        Color32::from_rgb(228, 238, 250),
        Color32::from_rgb(160, 200, 236),
        Color32::from_rgb(70, 148, 204),
        Color32::from_rgb(18, 88, 160),
        Color32::from_rgb(40, 20, 92),
    ],
};

impl Palette {
    /// How many lines differ by their colour alone.
    pub(crate) const COLORS: usize = 8;

    /// The colours of the theme in use.
    pub(crate) fn of(style: &Style) -> Self {
        if style.visuals.dark_mode { DARK } else { LIGHT }
    }

    /// How the line of a series looks, by its number. Once all colours are used they come again in dashes, then in dots.
    pub(crate) fn series(&self, number: usize) -> Pen {
        let color = self.series.get(number % self.series.len()).copied().unwrap_or(self.accent);
        let dash = match number / self.series.len() % 3 {
            0 => Dash::Solid,
            1 => Dash::Dashed,
            _ => Dash::Dotted,
        };
        Pen { color, dash }
    }

    /// The colour of a share from 0, little, to 1, much.
    pub(crate) fn heat(&self, share: f64) -> Color32 {
        let [first, .., last] = self.heat;
        #[expect(clippy::cast_possible_truncation, reason = "a share of 1")]
        let mut share = share.clamp(0.0, 1.0) as f32 * 4.0;
        for (from, to) in self.heat.iter().zip(self.heat.iter().skip(1)) {
            if share <= 1.0 {
                return from.lerp_to_gamma(*to, share.max(0.0));
            }
            share -= 1.0;
        }
        if share.is_nan() { first } else { last }
    }

    /// The colour of a quantile by its legend; `None` for any other.
    pub(crate) fn quantile(&self, legend: &str) -> Option<Color32> {
        let [p50, p95, p99] = self.quantiles;
        match legend {
            "p50" => Some(p50),
            "p95" => Some(p95),
            "p99" => Some(p99),
            _ => None,
        }
    }
}

/// A font of the interface.
pub(crate) fn font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// A font for code.
pub(crate) fn mono(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// Gives both themes their look; which of them is used follows the system.
pub(crate) fn apply(ctx: &Context) {
    for (theme, palette) in [(Theme::Dark, DARK), (Theme::Light, LIGHT)] {
        ctx.style_mut_of(theme, |style| dress(style, &palette));
    }
}

fn dress(style: &mut Style, palette: &Palette) {
    style.text_styles.insert(TextStyle::Small, font(SMALL));
    style.text_styles.insert(TextStyle::Body, font(BODY));
    style.text_styles.insert(TextStyle::Button, font(BODY));
    style.text_styles.insert(TextStyle::Heading, font(VALUE));
    style.text_styles.insert(TextStyle::Monospace, mono(SMALL));
    style.spacing.item_spacing = vec2(2.0 * STEP, 2.0 * STEP);
    style.spacing.button_padding = vec2(2.0 * STEP, STEP);
    style.spacing.interact_size.y = 6.0 * STEP;
    style.spacing.menu_margin = Margin::same(8);
    style.spacing.tooltip_width = 440.0;
    style.interaction.tooltip_delay = 0.3;
    style.interaction.selectable_labels = false;

    let visuals = &mut style.visuals;
    visuals.panel_fill = palette.background;
    visuals.window_fill = palette.card;
    visuals.window_stroke = Stroke::new(1.0, palette.border);
    visuals.window_corner_radius = CornerRadius::same(RADIUS);
    visuals.menu_corner_radius = CornerRadius::same(RADIUS);
    visuals.popup_shadow =
        Shadow { offset: [0, 4], blur: 16, spread: 0, color: Color32::from_black_alpha(72) };
    visuals.extreme_bg_color = palette.well;
    visuals.text_edit_bg_color = Some(palette.well);
    visuals.code_bg_color = palette.well;
    visuals.faint_bg_color = palette.well;
    visuals.hyperlink_color = palette.accent;
    visuals.selection.bg_fill = palette.accent.gamma_multiply(0.35);
    visuals.selection.stroke = Stroke::new(1.0, palette.accent);
    visuals.weak_text_color = Some(palette.weak);
    visuals.error_fg_color = palette.bad;
    visuals.warn_fg_color = palette.warn;
    for (widget, fill, stroke) in [
        (&mut visuals.widgets.noninteractive, palette.card, palette.border),
        (&mut visuals.widgets.inactive, palette.well, palette.border),
        (&mut visuals.widgets.hovered, palette.border, palette.weak),
        (&mut visuals.widgets.active, palette.border, palette.accent),
        (&mut visuals.widgets.open, palette.border, palette.border),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, stroke);
        widget.fg_stroke = Stroke::new(1.0, palette.text);
        widget.corner_radius = CornerRadius::same(6);
        widget.expansion = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use std::iter::zip;

    use super::*;

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(color: Color32) -> f32 {
        let linear = egui::Rgba::from(color);
        0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
    }

    /// Contrast as WCAG 2 defines it.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn times(matrix: [[f32; 3]; 3], vector: [f32; 3]) -> [f32; 3] {
        matrix.map(|row| zip(row, vector).map(|(a, b)| a * b).sum())
    }

    /// Oklab coordinates of linear red, green, blue. Source: B. Ottosson, "A perceptual color space for image processing".
    fn oklab(linear: [f32; 3]) -> [f32; 3] {
        let cones = times(
            [[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]],
            linear,
        );
        times(
            [[0.21045, 0.79362, -0.00407], [1.97800, -2.42859, 0.45059], [0.02590, 0.78277, -0.80868]],
            cones.map(f32::cbrt),
        )
    }

    /// As people without green cones see it. Source: Machado, Oliveira, Fernandes 2009, severity 1.
    fn deuteranopic(linear: [f32; 3]) -> [f32; 3] {
        let seen = times(
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
            linear,
        );
        seen.map(|part| part.clamp(0.0, 1.0))
    }

    fn linear(color: Color32) -> [f32; 3] {
        let linear = egui::Rgba::from(color);
        [linear.r(), linear.g(), linear.b()]
    }

    fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
        zip(oklab(a), oklab(b)).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
    }

    #[test]
    fn text_and_lines_stand_out() {
        for palette in [DARK, LIGHT] {
            for text in [palette.text, palette.weak, palette.bad, palette.good, palette.warn] {
                for ground in [palette.card, palette.background] {
                    assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
                }
            }
            for text in [palette.text, palette.weak] {
                assert!(contrast(text, palette.well) >= 4.5, "{text:?} on {:?}", palette.well);
            }
            assert!(contrast(palette.text, palette.bad_well) >= 4.5);
            for line in palette.series.iter().chain(&palette.quantiles) {
                for ground in [palette.card, palette.background] {
                    assert!(contrast(*line, ground) >= 3.0, "{line:?} on {ground:?}");
                }
            }
        }
    }

    #[test]
    fn lines_differ_from_each_other() {
        for palette in [DARK, LIGHT] {
            let next = palette.series.iter().cycle().skip(1);
            for (a, b) in zip(&palette.series, next) {
                assert!(contrast(*a, *b) >= 1.25, "{a:?} beside {b:?}: {}", contrast(*a, *b));
            }
            let pairs = palette.series.iter().enumerate();
            for (a, b) in pairs.flat_map(|(at, a)| palette.series.iter().skip(at + 1).map(move |b| (*a, *b)))
            {
                let apart = distance(linear(a), linear(b));
                assert!(apart >= 0.15, "{a:?} and {b:?}: {apart}");
                let apart = distance(deuteranopic(linear(a)), deuteranopic(linear(b)));
                assert!(apart >= 0.085, "{a:?} and {b:?} without green: {apart}");
            }
        }
    }

    #[test]
    fn the_most_lines_of_a_chart_all_look_different() {
        let pens = Vec::from_iter((0..24).map(|number| DARK.series(number)));
        for (at, pen) in pens.iter().enumerate() {
            assert!(!pens.iter().skip(at + 1).any(|other| other == pen), "{at}");
        }
    }
}
