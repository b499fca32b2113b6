//! The dialog in which agents say how visitors know them.
//!
//! Invariant: a dialog that is opened again shows what the server knows.

use crate::api;
use crate::around::{PictureField, Shape, sentence};
use crate::chat::use_desk;
use crate::locale::{around as text, refusal, t, t_with, ui};
use crate::ui::focus::focus_on;
use crate::ui::{Banner, Button, Dialog, Look, TextField, Toaster, Tone};
use domain::api::{Field, SetOwnFace};
use domain::id::PictureId;
use domain::people::Face;
use domain::text::{DisplayName, shown};
use leptos::task::spawn_local;
use leptos::{ev, prelude::*};

/// How visitors know the agent.
#[component]
pub fn OwnFaceDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog id="own-face" title=t(text::OWN_FACE).to_owned() open=open is_narrow=true>
            {move || open.get().then(|| view! { <Form open /> })}
        </Dialog>
    }
}

/// The name for visitors, none where nothing is typed.
fn chat_name(typed: &str) -> Result<Option<DisplayName>, domain::text::Reason> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    DisplayName::parse(typed).map(Some)
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let (desk, toaster) = (use_desk(), expect_context::<Toaster>());
    let me = desk.session().me.get_untracked().agent;
    let name = me.face.chat_name.as_ref();
    let name = RwSignal::new(name.map_or_else(String::new, |name| name.as_str().to_owned()));
    let picture: RwSignal<Option<PictureId>> = RwSignal::new(me.face.picture);
    let (is_busy, failure) = (RwSignal::new(false), RwSignal::new(None));
    let wrong = Signal::derive(move || {
        let reason = name.with(|typed| chat_name(typed)).err()?;
        Some(refusal::for_field(Field::Name, reason))
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Ok(chat_name) = name.with_untracked(|typed| chat_name(typed)) else {
            focus_on("#own-chat-name");
            return;
        };
        let face = Face {
            chat_name,
            picture: picture.get_untracked(),
        };
        is_busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = api::request(SetOwnFace { face }).await;
            is_busy.try_set(false);
            match answer {
                Ok(_) => {
                    // Where sockets are blocked, nothing else says what has changed.
                    desk.session().read_again();
                    open.set(false);
                    toaster.say(Tone::Positive, t(ui::SAVED));
                }
                Err(problem) => {
                    desk.session().note(&problem);
                    failure.try_set(Some(sentence(&problem)));
                }
            }
        });
    };
    view! {
        <form novalidate on:submit=submit>
            <div class="dialog__body">
                <p class="dialog__text">{t(text::OWN_FACE_LEAD)}</p>
                {move || {
                    failure.get().map(|problem| view! { <Banner tone=Tone::Danger text=problem /> })
                }}
                <TextField
                    id="own-chat-name"
                    label=t(text::OWN_FACE_NAME)
                    value=name
                    is_optional=true
                    hint=t_with(text::OWN_FACE_NAME_HINT, &[("name", &shown(me.name.as_str()))])
                    error=wrong
                />
                <PictureField
                    id="own-picture"
                    label=t(text::OWN_FACE_PICTURE)
                    hint=t(text::OWN_FACE_PICTURE_HINT)
                    shape=Shape::Face
                    value=picture
                    set=Callback::new(move |chosen| {
                        picture.try_set(chosen);
                    })
                />
            </div>
            <footer class="dialog__footer">
                <Button on_press=Callback::new(move |()| open.set(false))>{t(ui::CANCEL)}</Button>
                <Button look=Look::Primary is_busy=is_busy>
                    {t(ui::SAVE)}
                </Button>
            </footer>
        </form>
    }
}
