//! Saving the draft, so that nobody's work is lost.
//!
//! Invariant: who saves over somebody else was asked first.

use super::desk::{Desk, Side};
use crate::admin::form::Sending;
use crate::api;
use crate::around::{sentence, use_session};
use crate::locale::{flows as text, t, t_with};
use crate::ui::{Banner, Button, Toaster, Tone};
use domain::api::{Field, FlowPage, ReadFlow, Refusal, SaveFlow};
use domain::flow::Kind;
use domain::text::{DisplayName, shown};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What saving needs. Made by the editor, below the frame.
#[derive(Clone, Copy)]
pub struct Saving {
    pub desk: Desk,
    pub sending: Sending,
    pub toaster: Toaster,
}

impl Saving {
    pub fn begin(desk: Desk) -> Self {
        Self {
            desk,
            sending: Sending::begin(),
            toaster: expect_context(),
        }
    }

    /// Saves, and then does the other thing.
    pub fn save(self, then: impl FnOnce() + 'static) {
        let save = self.desk.page.with_untracked(|page| page.save);
        self.save_over(save, then);
    }

    fn save_over(self, save: u32, then: impl FnOnce() + 'static) {
        let desk = self.desk;
        let draft = desk.draft.get_untracked();
        let name = match DisplayName::parse(&draft.name) {
            Ok(name) => name,
            Err(reason) => {
                desk.side.set(Side::Flow);
                return self.sending.refuse(Field::Name, reason);
            }
        };
        let mut sent = draft.flow.clone();
        for step in &mut sent.steps {
            if let Kind::HandOver(over) = &mut step.does {
                // Empty lines stood there only while they were written.
                over.expertise.retain(|line| !line.trim().is_empty());
            }
        }
        let question = SaveFlow {
            flow: desk.page.with_untracked(|page| page.row.id.clone()),
            name,
            draft: sent,
            tests: draft.tests.clone(),
            save,
        };
        self.sending.send(question, move |page: FlowPage| {
            if desk.draft.with_untracked(|now| *now == draft) {
                desk.adopt(page);
            } else {
                desk.saved(page);
            }
            then();
        });
    }

    /// Saves, and says so.
    pub fn save_loudly(self) {
        if self.desk.is_changed.get_untracked() {
            self.save(move || self.toaster.say(Tone::Positive, t(text::SAVED)));
        }
    }
}

/// Reads the flow again whenever somebody saves, and when the server says that somebody did.
pub fn watch(saving: Saving) {
    let desk = saving.desk;
    let (session, toaster) = (use_session(), saving.toaster);
    let read = move |is_ours: bool| {
        let flow = desk.page.with_untracked(|page| page.row.id.clone());
        spawn_local(async move {
            match api::request(ReadFlow { flow }).await {
                Ok(fresh) if is_ours => {
                    desk.theirs.try_set(Some(fresh));
                }
                Ok(fresh) if desk.page.try_with_untracked(|_| ()).is_some() => {
                    // Our own answer is on its way, and knows better.
                    if !saving.sending.is_busy.get_untracked() {
                        desk.compare(fresh);
                    }
                }
                Err(failure) if is_ours => toaster.say(Tone::Danger, sentence(&failure)),
                Ok(_) | Err(_) => {}
            }
        });
    };
    Effect::new(move |before: Option<u32>| {
        let saves = session.settings.get();
        if before.is_some_and(|before| before != saves) {
            read(false);
        }
        saves
    });
    Effect::new(move |_| {
        if saving.sending.refusal() == Some(Refusal::Changed) {
            saving.sending.failure.set(None);
            read(true);
        }
    });
}

/// Somebody else saved meanwhile: theirs, or knowingly ours.
#[component]
pub fn Conflict(saving: Saving) -> impl IntoView {
    let desk = saving.desk;
    move || {
        desk.theirs.get().map(|theirs| {
            let by = theirs.saved_by.as_ref().map(|name| shown(name.as_str()));
            let by = by.unwrap_or_else(|| t(text::SOMEBODY).to_owned());
            let save = theirs.save;
            view! {
                <Banner tone=Tone::Waiting text=t_with(text::CHANGED_BY, &[("name", &by)])>
                    <Button
                        is_small=true
                        on_press=Callback::new(move |()| desk.adopt(theirs.clone()))
                    >
                        {t(text::SHOW_THEIRS)}
                    </Button>
                    <Button
                        is_small=true
                        on_press=Callback::new(move |()| saving.save_over(save, || ()))
                    >
                        {t(text::SAVE_MINE)}
                    </Button>
                </Banner>
            }
        })
    }
}

/// Undo, redo and save by keyboard, wherever the focus is; but not in a dialog, and not while a
/// visitor's answer is being typed.
pub fn keys(saving: Saving) {
    use leptos::ev;
    use leptos::wasm_bindgen::JsCast;
    use leptos::web_sys;

    let desk = saving.desk;
    let pressed = move |event: ev::KeyboardEvent| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return;
        }
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is_elsewhere = target
            .and_then(|target| {
                target
                    .closest("dialog, .flow-trial, .flow-facts, [type=search]")
                    .ok()
            })
            .flatten()
            .is_some();
        match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
            ("s", false) => saving.save_loudly(),
            ("z", false) if !is_elsewhere => desk.undo(),
            ("z", true) | ("y", false) if !is_elsewhere => desk.redo(),
            _ => return,
        }
        event.prevent_default();
    };
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, pressed);
        on_cleanup(move || listener.remove());
    });
}
