//! The accent and the theme of the window, set through the CSSOM: no style attribute is ever
//! written as text.
//!
//! Invariant: what is set as a colour is `#` and six hexadecimal digits.

use super::surroundings::Look;
use domain::text::Colour;

const WHITE: &str = "#ffffff";
const BLACK: &str = "#000000";

/// The look of a chat profile's colour: with the ink that can be read on it.
pub(super) fn of(colour: &Colour) -> Look {
    let ink = if has_room_for_white(colour.as_str()) {
        WHITE
    } else {
        BLACK
    };
    Look {
        colour: colour.as_str().to_owned(),
        ink: ink.to_owned(),
    }
}

/// Whether white text has a contrast of 4.5 on this colour (WCAG 2.2, 1.4.3): its luminance is at
/// most 1.05 / 4.5 - 0.05. One of white and black always reaches that.
fn has_room_for_white(colour: &str) -> bool {
    let channel = |from: usize| {
        let digits = colour.get(from..from + 2).unwrap_or_default();
        let value = u16::from_str_radix(digits, 16).unwrap_or_default();
        // The curve of sRGB within half a percent, without the power function's kilobytes.
        let x = f32::from(value) / 255.0;
        x * x * (0.7 + 0.3 * x)
    };
    let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
    luminance <= 0.1833
}

/// Sets the accent.
pub(super) fn apply(look: &Look) {
    #[cfg(target_arch = "wasm32")]
    if let Some(root) = root() {
        let style = root.style();
        let _ = style.set_property("--accent", &look.colour);
        let _ = style.set_property("--on-accent", &look.ink);
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = look;
}

/// Sets the theme.
pub(super) fn theme(is_dark: bool) {
    #[cfg(target_arch = "wasm32")]
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", if is_dark { "dark" } else { "light" });
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = is_dark;
}

/// Whether the document is dark already: without a host page `boot.js` asks the browser.
pub(super) fn is_dark() -> bool {
    #[cfg(target_arch = "wasm32")]
    return root().is_some_and(|root| root.get_attribute("data-theme").as_deref() == Some("dark"));
    #[cfg(not(target_arch = "wasm32"))]
    false
}

#[cfg(target_arch = "wasm32")]
fn root() -> Option<web_sys::HtmlElement> {
    use wasm_bindgen::JsCast;
    web_sys::window()?
        .document()?
        .document_element()?
        .dyn_into()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_can_be_read_on_its_colour() {
        for (colour, ink) in [
            ("#000000", WHITE),
            ("#ffffff", BLACK),
            ("#3d5a80", WHITE),
            ("#4b50c8", WHITE),
            ("#ffcc00", BLACK),
            ("#00ff00", BLACK),
            ("#ff0000", BLACK),
            ("#767676", WHITE),
            ("#787878", BLACK),
        ] {
            assert_eq!(of(&Colour::parse(colour).unwrap()).ink, ink, "{colour}");
        }
    }
}
