//! Which part of a drawing is seen, and how large.
//!
//! Invariant: what lies under the pointer stays there while one zooms; no zoom is so small or so
//! large that nothing can be read.

/// So small and so large.
const ZOOM: (f64, f64) = (0.1, 2.0);
/// Around what is fitted in, in pixels.
const MARGIN: f64 = 32.0;

/// Which part of a drawing is seen: its upper left corner, and pixels for each of its units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    x: f64,
    y: f64,
    zoom: f64,
}

/// A part of the drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            x: -MARGIN,
            y: -MARGIN,
            zoom: 1.0,
        }
    }
}

impl Camera {
    /// All of a drawing of this size, in the middle; never larger than it is.
    pub fn fit(window: (f64, f64), width: f64, height: f64) -> Self {
        let room = |whole: f64, own: f64| (whole - 2.0 * MARGIN).max(1.0) / own.max(1.0);
        let zoom = room(window.0, width).min(room(window.1, height));
        let zoom = zoom.clamp(ZOOM.0, 1.0);
        Self {
            x: (width - window.0 / zoom) / 2.0,
            // What is not as high as the window begins at its top.
            y: ((height - window.1 / zoom) / 2.0).max(-MARGIN / zoom),
            zoom,
        }
    }

    /// Larger or smaller around a point of the window.
    #[must_use]
    pub fn zoomed(self, factor: f64, x: f64, y: f64) -> Self {
        let zoom = (self.zoom * factor).clamp(ZOOM.0, ZOOM.1);
        Self {
            x: self.x + x / self.zoom - x / zoom,
            y: self.y + y / self.zoom - y / zoom,
            zoom,
        }
    }

    /// Moved by so many pixels.
    #[must_use]
    pub fn panned(self, x: f64, y: f64) -> Self {
        Self {
            x: self.x - x / self.zoom,
            y: self.y - y / self.zoom,
            ..self
        }
    }

    /// Moved just so far that this part is seen.
    #[must_use]
    pub fn revealing(self, rect: Rect, window: (f64, f64)) -> Self {
        let margin = MARGIN / self.zoom;
        let into = |from: f64, seen: f64, at: f64, size: f64| {
            let (least, most) = (at + size + margin - seen, at - margin);
            if least > most {
                most
            } else {
                from.clamp(least, most)
            }
        };
        Self {
            x: into(self.x, window.0 / self.zoom, rect.x, rect.width),
            y: into(self.y, window.1 / self.zoom, rect.y, rect.height),
            ..self
        }
    }

    /// As SVG says it, for a window of this size.
    pub fn view_box(self, window: (f64, f64)) -> String {
        let (width, height) = (window.0 / self.zoom, window.1 / self.zoom);
        format!("{:.2} {:.2} {width:.2} {height:.2}", self.x, self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: (f64, f64) = (800.0, 600.0);

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.001
    }

    #[test]
    fn what_lies_under_the_pointer_stays_there() {
        let before = Camera::default();
        let after = before.zoomed(1.5, 100.0, 200.0);
        assert!(near(
            before.x + 100.0 / before.zoom,
            after.x + 100.0 / after.zoom
        ));
        assert!(near(
            before.y + 200.0 / before.zoom,
            after.y + 200.0 / after.zoom
        ));
        let far = (0..50).fold(before, |camera, _| camera.zoomed(2.0, 0.0, 0.0));
        assert!(near(far.zoom, ZOOM.1));
    }

    #[test]
    fn a_large_drawing_is_made_small_and_a_small_one_is_not_made_large() {
        let large = Camera::fit(WINDOW, 4_000.0, 1_000.0);
        assert!(near(large.zoom, 736.0 / 4_000.0));
        assert!(near(Camera::fit(WINDOW, 100.0, 100.0).zoom, 1.0));
        assert!(near(Camera::fit(WINDOW, 0.0, 0.0).zoom, 1.0));
    }

    #[test]
    fn a_step_is_moved_into_sight_and_one_in_sight_is_not_moved() {
        let camera = Camera::default();
        let seen = Rect {
            x: 100.0,
            y: 100.0,
            width: 200.0,
            height: 60.0,
        };
        assert_eq!(camera.revealing(seen, WINDOW), camera);
        let below = Rect { y: 2_000.0, ..seen };
        let moved = camera.revealing(below, WINDOW);
        assert!(near(moved.y, 2_000.0 + 60.0 + MARGIN - 600.0));
        assert!(near(moved.x, camera.x));
        assert_eq!(
            Camera::default().view_box(WINDOW),
            "-32.00 -32.00 800.00 600.00"
        );
    }
}
