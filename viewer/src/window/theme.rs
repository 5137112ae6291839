//! Colours, type and spacing. All distances are multiples of 4.

use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, vec2,
};

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
    /// Lines, in the order in which they are used; distinct for the colour-blind too.
    series: [Color32; 8],
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
        Color32::from_rgb(86, 180, 233),
        Color32::from_rgb(240, 163, 40),
        Color32::from_rgb(46, 196, 150),
        Color32::from_rgb(228, 130, 178),
        Color32::from_rgb(240, 228, 96),
        Color32::from_rgb(244, 116, 64),
        Color32::from_rgb(138, 148, 255),
        Color32::from_rgb(170, 180, 192),
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
        Color32::from_rgb(0, 114, 178),
        Color32::from_rgb(202, 112, 0),
        Color32::from_rgb(0, 138, 100),
        Color32::from_rgb(176, 72, 128),
        Color32::from_rgb(138, 122, 0),
        Color32::from_rgb(208, 68, 24),
        Color32::from_rgb(88, 84, 200),
        Color32::from_rgb(100, 110, 122),
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
    /// The colours of the theme in use.
    pub(crate) fn of(style: &Style) -> Self {
        if style.visuals.dark_mode { DARK } else { LIGHT }
    }

    /// The colour of a series by its number.
    pub(crate) fn series(&self, number: usize) -> Color32 {
        self.series.get(number % self.series.len()).copied().unwrap_or(self.accent)
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
    use super::*;

    /// Contrast as WCAG 2 defines it.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |color: Color32| {
            let linear = egui::Rgba::from(color);
            0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
        };
        let (high, low) = (luminance(a).max(luminance(b)), luminance(a).min(luminance(b)));
        (high + 0.05) / (low + 0.05)
    }

    #[test]
    fn text_and_lines_stand_out() {
        for palette in [DARK, LIGHT] {
            for text in [palette.text, palette.weak, palette.bad, palette.good, palette.warn] {
                assert!(contrast(text, palette.card) >= 4.5, "{text:?} on {:?}", palette.card);
            }
            assert!(contrast(palette.text, palette.bad_well) >= 4.5);
            for line in palette.series.iter().chain(&palette.quantiles) {
                assert!(contrast(*line, palette.card) >= 3.0, "{line:?} on {:?}", palette.card);
            }
        }
    }
}
