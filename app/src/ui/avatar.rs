//! A person as two letters on a colour of their own, or as their picture over them.
//!
//! Invariant: decoration; the person's name always stands beside it.

use domain::api::picture_address;
use domain::id::PictureId;
use leptos::prelude::*;
use std::fmt::Write;

const HUES: u32 = 6;

/// A person as two letters, or as `picture`. `hue` is the colour that [`hue`] finds for their id; `presence` is the
/// word of the dot: `online`, `away` or `offline`.
#[component]
pub fn Avatar(
    #[prop(into)] name: Signal<String>,
    hue: u32,
    #[prop(optional)] is_small: bool,
    #[prop(optional, into)] presence: Signal<Option<&'static str>>,
    #[prop(optional, into)] picture: Signal<Option<PictureId>>,
) -> impl IntoView {
    let mut class = String::from("avatar");
    if is_small {
        class.push_str(" avatar--small");
    }
    // Writing to a String cannot fail.
    let _ = write!(class, " avatar--{hue}");
    view! {
        <span class=class data-presence=move || presence.get() aria-hidden="true">
            {move || initials(&name.get())}
            {move || {
                picture
                    .get()
                    .map(|picture| {
                        view! { <img class="avatar__picture" src=picture_address(&picture) alt="" /> }
                    })
            }}
        </span>
    }
}

/// First letters of the first and the last word; the first two letters of a single word.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter(|word| !word.starts_with(|c: char| c.is_ascii_punctuation()));
    let Some(first) = words.next() else {
        return String::from("?");
    };
    match words.next_back() {
        Some(last) => first.chars().take(1).chain(last.chars().take(1)).collect(),
        None => first.chars().take(2).collect(),
    }
}

/// Which of the colours: the same for the same seed, in every window.
pub fn hue(seed: &str) -> u32 {
    seed.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    }) % HUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_all_kinds_of_names() {
        for (name, expected) in [
            ("Ann Archer", "AA"),
            ("Ann", "An"),
            ("Ann Maria (Support) Archer", "AA"),
            ("Ø", "Ø"),
            ("陈 伟", "陈伟"),
            ("  ", "?"),
            ("", "?"),
            ("#12", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_seed_keeps_its_hue() {
        assert_eq!(hue("agt_01J"), hue("agt_01J"));
        assert!((0..200).map(|n| hue(&n.to_string())).all(|hue| hue < HUES));
    }
}
