//! Asks before a page is left on which something is not saved: by a link, by the browser's Back
//! and Forward, or for another page altogether.
//!
//! Invariant: who stays finds everything as it was: the page, what was typed, and the address.

#[cfg(target_arch = "wasm32")]
pub use browser::{guard, watch};

/// The server's pages are left by nobody.
#[cfg(not(target_arch = "wasm32"))]
pub fn guard(_: leptos::prelude::Memo<bool>) {}

/// The server has no Back.
#[cfg(not(target_arch = "wasm32"))]
pub fn watch() {}

#[cfg(target_arch = "wasm32")]
mod browser {
    use crate::locale::{flows as text, t};
    use js_sys::Reflect;
    use leptos::wasm_bindgen::JsCast;
    use leptos::wasm_bindgen::closure::Closure;
    use leptos::{ev, prelude::*, web_sys};

    /// What is not left without a word, if anything is: of one page at most.
    #[derive(Clone, Copy)]
    struct Guarded(StoredValue<Option<Unsaved>>);

    /// A page on which something may not be saved.
    #[derive(Clone)]
    struct Unsaved {
        is_changed: Memo<bool>,
        /// Where it is. Noted when somebody types: by then the page has its address, which it gets
        /// late.
        here: Place,
    }

    impl Unsaved {
        fn is_so(&self) -> bool {
            self.is_changed.try_get_untracked() == Some(true)
        }
    }

    /// Begins to listen for Back and Forward. Called before there is a router: a window tells its
    /// listeners in the order in which they came, and between two of them the page is gone.
    pub fn watch() {
        let guarded = Guarded(StoredValue::new(None));
        provide_context(guarded);
        let is_returning = StoredValue::new(false);
        let heard = window_event_listener(ev::popstate, move |event| {
            let was_returning = is_returning.try_get_value() == Some(true);
            is_returning.try_set_value(false);
            let unsaved = guarded.0.try_get_value().flatten();
            let Some(Unsaved { here, .. }) = unsaved.filter(Unsaved::is_so) else {
                return;
            };
            let there = Place::now();
            let is_elsewhere = there.path != here.path;
            if (is_elsewhere && may_leave()) || (!is_elsewhere && !was_returning) {
                return;
            }
            // The browser is there already, or back again; the router has noticed neither.
            event.stop_immediate_propagation();
            if is_elsewhere {
                is_returning.set_value(true);
                there.go_to(&here);
            }
        });
        on_cleanup(move || heard.remove());
    }

    /// Asks while this says that something is not saved.
    pub fn guard(is_changed: Memo<bool>) {
        let is_unsaved = move || is_changed.try_get_untracked() == Some(true);
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if is_unsaved() {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
        before_the_router("click", move |event| {
            if leads_away(event) && is_unsaved() && !may_leave() {
                event.prevent_default();
                event.stop_immediate_propagation();
            }
        });
        let Some(Guarded(guarded)) = use_context() else {
            return;
        };
        Effect::new(move |_| {
            // Both may be gone: an effect can be woken by what takes the page away.
            let here = Place::now();
            let is_unsaved = is_changed.try_get() == Some(true);
            guarded.try_set_value(is_unsaved.then_some(Unsaved { is_changed, here }));
        });
    }

    /// One of the addresses that Back and Forward lead to.
    #[derive(Clone, Default)]
    struct Place {
        path: String,
        /// Which of them it is, where the browser tells.
        number: Option<f64>,
    }

    impl Place {
        fn now() -> Self {
            let of = |thing: &_, name: &str| Reflect::get(thing, &name.into()).ok();
            let navigation = of(&window(), "navigation");
            let entry = navigation.and_then(|navigation| of(&navigation, "currentEntry"));
            let number = entry.and_then(|entry| of(&entry, "index"));
            Self {
                path: window().location().pathname().unwrap_or_default(),
                number: number.and_then(|number| number.as_f64()),
            }
        }

        #[expect(
            clippy::cast_possible_truncation,
            reason = "browsers keep some fifty addresses"
        )]
        fn go_to(&self, other: &Self) {
            let numbers = self.number.zip(other.number);
            // A browser that does not tell is taken to have gone one back.
            let by = numbers.map_or(1, |(from, to)| (to - from) as i32);
            if let Ok(history) = window().history() {
                let _ = history.go_with_delta(by);
            }
        }
    }

    fn may_leave() -> bool {
        window().confirm_with_message(t(text::LEAVE)) == Ok(true)
    }

    /// Whether it is on a link to another page.
    fn leads_away(event: &web_sys::Event) -> bool {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
        link.is_some_and(|link| {
            let goes_elsewhere = link
                .get_attribute("target")
                .is_some_and(|it| it == "_blank");
            let is_place = link
                .get_attribute("href")
                .is_some_and(|it| it.starts_with('#'));
            !goes_elsewhere && !is_place && !link.has_attribute("download")
        })
    }

    /// Hears of an event of the window while it is on its way down: the router hears it after that.
    fn before_the_router(name: &'static str, heard: impl Fn(&web_sys::Event) + 'static) {
        let heard = Closure::<dyn Fn(web_sys::Event)>::new(move |event| heard(&event));
        let _ = window().add_event_listener_with_callback_and_bool(
            name,
            heard.as_ref().unchecked_ref(),
            true,
        );
        let heard = send_wrapper::SendWrapper::new(heard);
        on_cleanup(move || {
            let _ = window().remove_event_listener_with_callback_and_bool(
                name,
                heard.as_ref().unchecked_ref(),
                true,
            );
        });
    }
}
