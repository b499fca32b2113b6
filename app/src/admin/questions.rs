//! What visitors are asked beside the conversation: while nobody is there, and at the end.
//!
//! Invariant: what is not asked is not there at all.

use crate::locale::{admin as text, t};
use crate::ui::{Card, Switch};
use domain::settings::Wording;
use leptos::prelude::*;

/// What visitors are asked, as it is being edited.
#[derive(Clone, Copy)]
pub struct QuestionsDraft {
    rating: RwSignal<bool>,
    comment: RwSignal<bool>,
    copy: RwSignal<bool>,
    address: RwSignal<bool>,
}

impl QuestionsDraft {
    /// Nothing read yet.
    pub fn blank() -> Self {
        Self {
            rating: RwSignal::new(true),
            comment: RwSignal::new(true),
            copy: RwSignal::new(true),
            address: RwSignal::new(true),
        }
    }

    /// Forgets what was chosen.
    pub fn adopt(self, wording: &Wording) {
        self.rating.set(wording.is_rating_asked);
        self.comment.set(wording.is_comment_asked);
        self.copy.set(wording.is_copy_offered);
        self.address.set(wording.is_address_asked);
    }

    /// Whether something else is chosen than this.
    pub fn differs(self, wording: &Wording) -> bool {
        self.rating.get() != wording.is_rating_asked
            || self.comment.get() != wording.is_comment_asked
            || self.copy.get() != wording.is_copy_offered
            || self.address.get() != wording.is_address_asked
    }

    /// This, with what is chosen in its place.
    pub fn over(self, wording: Wording) -> Wording {
        Wording {
            is_rating_asked: self.rating.get(),
            is_comment_asked: self.comment.get(),
            is_copy_offered: self.copy.get(),
            is_address_asked: self.address.get(),
            ..wording
        }
    }
}

/// What is asked while nobody is there.
#[component]
pub fn AloneQuestions(draft: QuestionsDraft) -> impl IntoView {
    view! {
        <Card title=t(text::WHILE_ALONE) lead=t(text::WHILE_ALONE_LEAD)>
            <Switch
                is_on=draft.address
                label=t(text::WHILE_ALONE_ADDRESS)
                on_switch=move |is_on| draft.address.set(is_on)
            />
        </Card>
    }
}

/// What is asked at the end.
#[component]
pub fn EndQuestions(draft: QuestionsDraft) -> impl IntoView {
    view! {
        <Card title=t(text::AFTER_END) lead=t(text::AFTER_END_LEAD)>
            <Switch
                is_on=draft.rating
                label=t(text::AFTER_END_RATING)
                on_switch=move |is_on| draft.rating.set(is_on)
            />
            <Show when=move || draft.rating.get()>
                <Switch
                    is_on=draft.comment
                    label=t(text::AFTER_END_COMMENT)
                    on_switch=move |is_on| draft.comment.set(is_on)
                />
            </Show>
            <Switch
                is_on=draft.copy
                label=t(text::AFTER_END_COPY)
                on_switch=move |is_on| draft.copy.set(is_on)
            />
        </Card>
    }
}
