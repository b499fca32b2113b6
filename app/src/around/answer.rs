//! The status of the answer that carries a page. The server lends one function for each
//! request; pages that are no success call it while they are rendered.
//!
//! Invariant: in a browser it does nothing: the answer is long there.

use leptos::context::use_context;
use std::sync::Arc;

/// Sets the status code of the page's answer. Provided by the server as context.
#[derive(Clone)]
pub struct SetStatus(pub Arc<dyn Fn(u16) + Send + Sync>);

/// The page that is being rendered is no success.
pub fn answer_with(status: u16) {
    if let Some(SetStatus(set)) = use_context() {
        set(status);
    }
}
