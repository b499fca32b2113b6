//! The frame of every signed-in page: the rail of places, what rings, what is said at the lower
//! edge, the state of the line, whether the agent is idle, their teams, their own chat, the dialog
//! that asks to sign in again.
//!
//! Invariant: asks who is signed in once per page; nothing below renders without the answer.

mod chat_port;
pub mod idle_sign;
pub mod link_sign;
pub mod me_menu;
pub mod own_chat;
pub mod own_face;
pub mod own_teams;
pub mod own_window;
pub mod rail;
mod theme;

pub(crate) use self::theme::KEY as THEME_KEY;

use self::idle_sign::IdleSign;
use self::link_sign::LinkSign;
use self::own_chat::OwnChat;
use self::own_face::OwnFaceDialog;
use self::own_teams::OwnTeamsDialog;
use self::own_window::OwnChatWindow;
use self::rail::Rail;
use crate::api::{self, Failure};
use crate::around::{ErrorPage, Problem, Session, SessionDialog, sentence, sign_in_before};
use crate::chat::{Desk, Ring, WindowTitle};
use crate::locale::{around, t, ui};
use crate::ui::{Toasts, provide_toaster};
use domain::api::{Me, ReadMe, Refusal};
use leptos::either::EitherOf3;
use leptos::{html, prelude::*};
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::use_location;

/// Asks who is signed in, and shows the pages below to them.
#[component]
pub fn SignedIn() -> impl IntoView {
    let location = use_location();
    let here = move || {
        let (path, search) = (
            location.pathname.get_untracked(),
            location.search.get_untracked(),
        );
        if search.is_empty() {
            path
        } else {
            format!("{path}?{search}")
        }
    };
    let me = Resource::new_blocking(|| (), |()| api::request(ReadMe {}));
    view! {
        // A transition, because the router's own waiting counts, too: with every new address
        // everything would be taken out of the page and put back, and the focus be lost.
        <Transition>
            {move || Suspend::new(async move {
                match me.await {
                    Ok(me) => EitherOf3::A(view! { <Frame me /> }),
                    Err(Failure::Refused(Refusal::Unauthorized)) => {
                        EitherOf3::B(view! { <Redirect path=sign_in_before(&here()) /> })
                    }
                    Err(failure) => {
                        leptos::logging::warn!("who is signed in: {}", sentence(&failure));
                        EitherOf3::C(view! { <ErrorPage problem=Problem::from(failure) /> })
                    }
                }
            })}
        </Transition>
    }
}

#[component]
fn Frame(me: Me) -> impl IntoView {
    let session = Session::new(me);
    provide_context(session);
    let toaster = provide_toaster();
    let desk = Desk::open(session, toaster);
    let main = NodeRef::<html::Main>::new();
    let (own_teams, own_face) = (RwSignal::new(false), RwSignal::new(false));
    let own_chat = OwnChat::begin(desk);
    view! {
        <WindowTitle />
        <div class="app">
            <a
                class="app__skip"
                href="#main"
                on:click=move |event| {
                    event.prevent_default();
                    if let Some(main) = main.get_untracked() {
                        let _ = main.focus();
                    }
                }
            >
                {t(ui::SKIP)}
            </a>
            <Rail own_teams own_face own_chat />
            <main class="app__main" id="main" tabindex="-1" node_ref=main>
                <noscript>
                    <p class="banner banner--warning banner--bar">{t(around::NO_SCRIPT)}</p>
                </noscript>
                <LinkSign />
                <IdleSign />
                <Outlet />
            </main>
        </div>
        <Ring />
        <Toasts toaster />
        <OwnChatWindow own=own_chat />
        <OwnTeamsDialog open=own_teams />
        <OwnFaceDialog open=own_face />
        <SessionDialog on_done=Callback::new(move |()| {
            desk.live.restart();
            own_chat.restart(desk);
        }) />
    }
}
