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
    let ink = if colour.has_room_for_white() {
        WHITE
    } else {
        BLACK
    };
    Look {
        colour: colour.as_str().to_owned(),
        ink: ink.to_owned(),
    }
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
