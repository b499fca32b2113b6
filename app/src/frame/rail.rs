//! The places of the app, at the side or, on a phone, at the lower edge.
//!
//! Invariant: shows only places that the agent may enter.

use super::me_menu::MeMenu;
use super::own_chat::{AskButton, OwnChat};
use crate::around::{HOME, use_session};
use crate::chat::use_desk;
use crate::locale::{around as text, t};
use crate::ui::{Icon, icon, mark};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

const SETTINGS: &str = "/app/admin/profiles";

/// The places of the app.
#[component]
pub fn Rail(
    /// Whether the dialog with the agent's teams is open.
    own_teams: RwSignal<bool>,
    own_face: RwSignal<bool>,
    /// The agent's own chat.
    own_chat: OwnChat,
) -> impl IntoView {
    let session = use_session();
    let desk = use_desk();
    let path = use_location().pathname;
    let is_settings = Memo::new(move |_| path.read().starts_with("/app/admin"));
    let waiting = Memo::new(move |_| desk.list.with(|list| list.counts().waiting));
    view! {
        <nav class="rail" aria-label=t(text::NAVIGATION)>
            <a class="rail__brand" href=HOME aria-label=t(text::PRODUCT)>
                {mark()}
            </a>
            <a
                class="rail__link"
                href=HOME
                aria-current=move || (!is_settings.get()).then_some("true")
            >
                {icon(Icon::Bubble)}
                <span class="rail__label">{t(text::NAV_CHAT)}</span>
                {move || {
                    let count = waiting.get();
                    (count > 0)
                        .then(|| {
                            view! {
                                <span class="badge badge--waiting">
                                    {count}
                                    <span class="visually-hidden">
                                        " " {t(text::NAV_WAITING)}
                                    </span>
                                </span>
                            }
                        })
                }}
            </a>
            {move || {
                session
                    .is_admin()
                    .then(|| {
                        view! {
                            <a
                                class="rail__link"
                                href=SETTINGS
                                aria-current=move || is_settings.get().then_some("true")
                            >
                                {icon(Icon::Settings)}
                                <span class="rail__label">{t(text::NAV_SETTINGS)}</span>
                            </a>
                        }
                    })
            }}
            <AskButton own=own_chat />
            <div class="rail__end">
                <MeMenu own_teams own_face />
            </div>
        </nav>
    }
}
