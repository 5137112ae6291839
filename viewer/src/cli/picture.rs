//! What a picture is to be: the values of the flags of `p95 snapshot`.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;

/// The ranges that charts can show: those of the window's buttons.
pub(crate) const RANGES: [&str; 6] = ["1m", "5m", "15m", "1h", "6h", "all"];
/// The shortest and the longest side of a picture, in points.
const SIDES: std::ops::RangeInclusive<u16> = 100..=8_192;
/// The names of the views.
const VIEWS: [&str; 3] = ["overview", "targets", "metric:NAME"];

/// Where a picture goes, and in which format.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PictureFile {
    /// The file.
    pub(crate) path: PathBuf,
    /// What its name's extension says.
    pub(crate) format: PictureFormat,
}

/// The format of a picture.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PictureFormat {
    /// Pixels.
    Png,
    /// Shapes and text.
    Svg,
}

/// The page of a picture.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum PictureView {
    /// The grid of cards.
    Overview,
    /// The targets.
    Targets,
    /// One metric, by its card's id or its family's name.
    Metric(String),
}

/// The size of a picture, in points.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct PictureSize {
    /// From left to right.
    pub(crate) width: u16,
    /// From top to bottom.
    pub(crate) height: u16,
}

/// The colours of a picture.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PictureTheme {
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
}

/// Why a text is no such value.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum PictureError {
    /// Neither PNG nor SVG.
    #[error("a picture's name ends in .png or .svg")]
    Extension,
    /// No such view; perhaps another was meant.
    #[error("there is no such view{}; there are {}", nearest.map_or_else(String::new, |nearest| format!(", did you mean {nearest}?")), VIEWS.join(", "))]
    View {
        /// The view with the nearest name.
        nearest: Option<&'static str>,
    },
    /// No size, or one that makes no sense.
    #[error("a size is WIDTHxHEIGHT in points, each from {} to {}, such as 1280x800", SIDES.start(), SIDES.end())]
    Size,
    /// No scale, or one that makes no sense.
    #[error("a scale is a number from 0.5 to 4")]
    Scale,
}

impl FromStr for PictureFile {
    type Err = PictureError;

    fn from_str(text: &str) -> Result<Self, PictureError> {
        let path = PathBuf::from(text);
        let extension = Path::new(text).extension().unwrap_or_default();
        let format = match extension.to_ascii_lowercase().to_str() {
            Some("png") => PictureFormat::Png,
            Some("svg") => PictureFormat::Svg,
            _ => return Err(PictureError::Extension),
        };
        Ok(Self { path, format })
    }
}

impl FromStr for PictureView {
    type Err = PictureError;

    fn from_str(text: &str) -> Result<Self, PictureError> {
        match text {
            "overview" => Ok(Self::Overview),
            "targets" => Ok(Self::Targets),
            _ => match text.strip_prefix("metric:").map(str::trim) {
                Some(name) if !name.is_empty() => Ok(Self::Metric(name.to_owned())),
                _ => Err(PictureError::View { nearest: nearest_view(text) }),
            },
        }
    }
}

fn nearest_view(text: &str) -> Option<&'static str> {
    let start = text.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let likeness = |view: &str| strsim::jaro_winkler(view.split(':').next().unwrap_or_default(), &start);
    let nearest = VIEWS.into_iter().max_by(|left, right| likeness(left).total_cmp(&likeness(right)))?;
    (likeness(nearest) > 0.7).then_some(nearest)
}

impl FromStr for PictureSize {
    type Err = PictureError;

    fn from_str(text: &str) -> Result<Self, PictureError> {
        let side = |text: &str| text.trim().parse().ok().filter(|side| SIDES.contains(side));
        let (width, height) = text.split_once(['x', 'X', '×']).ok_or(PictureError::Size)?;
        let (width, height) = side(width).zip(side(height)).ok_or(PictureError::Size)?;
        Ok(Self { width, height })
    }
}

/// Reads how many pixels a point has.
pub(crate) fn scale(text: &str) -> Result<f32, PictureError> {
    text.parse().ok().filter(|scale| (0.5..=4.0).contains(scale)).ok_or(PictureError::Scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_the_format() {
        #[track_caller]
        fn check(text: &str, expect: Option<PictureFormat>) {
            assert_eq!(text.parse::<PictureFile>().ok().map(|file| file.format), expect);
        }
        check("a/b.png", Some(PictureFormat::Png));
        check("B.SVG", Some(PictureFormat::Svg));
        check("a.jpg", None);
        check("png", None);
        check(".png", None);
        check("", None);
    }

    #[test]
    fn views_have_names() {
        #[track_caller]
        fn check(text: &str, expect: Result<PictureView, &str>) {
            assert_eq!(
                text.parse::<PictureView>().map_err(|error| error.to_string()),
                expect.map_err(str::to_owned)
            );
        }
        check("overview", Ok(PictureView::Overview));
        check("metric:up", Ok(PictureView::Metric("up".to_owned())));
        check(
            "overveiw",
            Err("there is no such view, did you mean overview?; there are overview, targets, metric:NAME"),
        );
        check(
            "target",
            Err("there is no such view, did you mean targets?; there are overview, targets, metric:NAME"),
        );
        check(
            "metric:",
            Err("there is no such view, did you mean metric:NAME?; there are overview, targets, metric:NAME"),
        );
        check("x", Err("there is no such view; there are overview, targets, metric:NAME"));
    }

    #[test]
    fn sizes_and_scales_have_bounds() {
        assert_eq!("1280x800".parse(), Ok(PictureSize { width: 1_280, height: 800 }));
        for text in ["1280", "x800", "0x0", "99x800", "9000x800", "-1x5", "1280x800x2", "wide"] {
            assert_eq!(text.parse::<PictureSize>(), Err(PictureError::Size), "{text}");
        }
        assert_eq!(scale("2"), Ok(2.0));
        for text in ["0", "-1", "5", "NaN", "two"] {
            assert_eq!(scale(text), Err(PictureError::Scale), "{text}");
        }
    }

    #[cfg(feature = "snapshot")]
    #[test]
    fn ranges_are_those_of_the_window() {
        assert_eq!(RANGES, crate::window::TimeRange::ALL.map(crate::window::TimeRange::label));
    }
}
