//! Light, dark, or as the system says. Kept in the browser; the shell's first script applies it
//! before anything is painted.
//!
//! Invariant: the attribute on the document is the whole truth; without it the system decides.

/// Where the choice is kept. The shell's first script reads the same key.
pub(crate) const KEY: &str = "aureole.theme";

/// What the agent chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    /// Always light.
    Light,
    /// Always dark.
    Dark,
    /// As the system says.
    System,
}

impl Theme {
    /// In the order of the menu.
    pub(super) const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    #[cfg(target_arch = "wasm32")]
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
            Self::System => None,
        }
    }
}

/// Chooses, at once and for the next time.
pub(super) fn choose(theme: Theme) {
    #[cfg(target_arch = "wasm32")]
    if let Some(window) = web_sys::window() {
        let root = window
            .document()
            .and_then(|document| document.document_element());
        let store = window.local_storage().ok().flatten();
        // Where nothing can be stored the choice lasts as long as the page.
        if let Some(word) = theme.word() {
            let _ = root.map(|root| root.set_attribute("data-theme", word));
            let _ = store.map(|store| store.set_item(KEY, word));
        } else {
            let _ = root.map(|root| root.remove_attribute("data-theme"));
            let _ = store.map(|store| store.remove_item(KEY));
        }
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = theme;
}
