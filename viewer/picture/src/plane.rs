//! Values that change evenly over the canvas: colours and places in a texture.

use egui::Pos2;

/// `N` values that change evenly in both directions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plane<const N: usize> {
    /// Where the values are [`Plane::at_origin`], in pixels.
    pub(crate) origin: Pos2,
    /// The values there.
    pub(crate) at_origin: [f32; N],
    /// Their change from one pixel to the next on its right.
    pub(crate) step_x: [f32; N],
    /// Their change from one pixel to the next below.
    pub(crate) step_y: [f32; N],
}

impl<const N: usize> Plane<N> {
    /// The same values everywhere.
    pub(crate) fn even(values: [f32; N]) -> Self {
        Self { origin: Pos2::ZERO, at_origin: values, step_x: [0.0; N], step_y: [0.0; N] }
    }

    /// The values that three corners have; `None` where these lie on a line.
    pub(crate) fn through(corners: [Pos2; 3], values: [[f32; N]; 3]) -> Option<Self> {
        let [origin, second, third] = corners;
        let (to_second, to_third) = (second - origin, third - origin);
        let area = to_second.x * to_third.y - to_third.x * to_second.y;
        if area == 0.0 {
            return None;
        }
        let [at_origin, at_second, at_third] = values;
        let (second, third) = (minus(at_second, at_origin), minus(at_third, at_origin));
        let step_x = zip(second, third, |second, third| (second * to_third.y - third * to_second.y) / area);
        let step_y = zip(second, third, |second, third| (third * to_second.x - second * to_third.x) / area);
        Some(Self { origin, at_origin, step_x, step_y })
    }

    /// The values in the middle of a pixel.
    #[expect(clippy::cast_precision_loss, reason = "a pixel's number is small")]
    pub(crate) fn at(&self, x: i64, y: i64) -> [f32; N] {
        let (right, down) = (x as f32 + 0.5 - self.origin.x, y as f32 + 0.5 - self.origin.y);
        let moved = zip(self.step_x, self.step_y, |step_x, step_y| step_x * right + step_y * down);
        zip(self.at_origin, moved, |start, moved| start + moved)
    }
}

fn minus<const N: usize>(left: [f32; N], right: [f32; N]) -> [f32; N] {
    zip(left, right, |left, right| left - right)
}

/// Combines two arrays value by value.
pub(crate) fn zip<const N: usize>(
    left: [f32; N],
    right: [f32; N],
    with: impl Fn(f32, f32) -> f32,
) -> [f32; N] {
    let mut out = left;
    for (out, right) in out.iter_mut().zip(right) {
        *out = with(*out, right);
    }
    out
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn the_corners_have_their_values() {
        let corners = [pos2(0.5, 0.5), pos2(10.5, 0.5), pos2(0.5, 5.5)];
        let plane = Plane::through(corners, [[0.0, 1.0], [10.0, 1.0], [0.0, 11.0]]).unwrap();
        assert_eq!(plane.at(0, 0), [0.0, 1.0]);
        assert_eq!(plane.at(10, 0), [10.0, 1.0]);
        assert_eq!(plane.at(0, 5), [0.0, 11.0]);
        assert_eq!(plane.at(4, 2), [4.0, 5.0]);
        assert_eq!(Plane::through([pos2(0.0, 0.0); 3], [[0.0]; 3]), None);
    }
}
