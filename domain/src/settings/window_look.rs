//! How bubble and window look, beside their colour, where the host page does not say.
//!
//! Invariant: pictures are ours; a size fits a screen.

use crate::id::PictureId;
use crate::limit;
use crate::text::Reason;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How bubble and window look where the host page does not say. What is not stored is the
/// default's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowLook {
    /// Height of the window in pixels, within [`WindowLook::SIDES`]; `None` is 700.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Its width in pixels, within [`WindowLook::SIDES`]; `None` is 400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// The picture on the bubble; `None` is a speech bubble.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<PictureId>,
    /// The picture on top of the window; `None` is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<PictureId>,
}

impl WindowLook {
    /// What a side can be, in pixels.
    pub const SIDES: RangeInclusive<u32> = limit::WINDOW_SIDE_MIN..=limit::WINDOW_SIDE_MAX;

    /// Whether its sides can be.
    ///
    /// # Errors
    /// [`Reason::Form`] for one outside of [`WindowLook::SIDES`].
    pub fn checked(&self) -> Result<(), Reason> {
        let mut sides = self.height.iter().chain(&self.width);
        let is_fine = sides.all(|side| Self::SIDES.contains(side));
        is_fine.then_some(()).ok_or(Reason::Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_sides_that_can_be() {
        let (min, max) = (limit::WINDOW_SIDE_MIN, limit::WINDOW_SIDE_MAX);
        for (height, width, is_fine) in [
            (None, None, true),
            (Some(min), Some(max), true),
            (Some(min - 1), None, false),
            (None, Some(max + 1), false),
        ] {
            let look = WindowLook {
                height,
                width,
                ..WindowLook::default()
            };
            assert_eq!(look.checked().is_ok(), is_fine, "{height:?} {width:?}");
        }
        let read: WindowLook = serde_json::from_str("{}").unwrap();
        assert_eq!(read, WindowLook::default());
    }
}
