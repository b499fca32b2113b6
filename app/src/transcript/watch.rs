//! Hears when an element changes its size: a keyboard that opens, a composer that grows, a font
//! that arrives. In a browser only.
//!
//! Invariant: ends when it is dropped.

use leptos::wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

/// Hears an element's sizes until it is dropped.
pub(super) struct SizeWatch {
    observer: ResizeObserver,
    _changed: Closure<dyn FnMut()>,
}

impl SizeWatch {
    pub(super) fn begin(element: &Element, changed: impl FnMut() + 'static) -> Option<Self> {
        let changed = Closure::<dyn FnMut()>::new(changed);
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _changed: changed,
        })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
