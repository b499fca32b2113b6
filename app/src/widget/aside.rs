//! What the visitor's window answers the script that draws emoji, files and the questions after
//! the end.
//!
//! Invariant: the visitor's token leaves the window in no address.

use super::chat::{Chat, State};
use super::held;
use crate::live::{Transcript, browser};
use crate::transcript::Ask;
use domain::conversation::{Command, Rating, VisitorBody};
use domain::json::Value;
use domain::text::{EmailAddress, MessageText};
use serde::Deserialize;
use std::sync::Arc;

impl Chat {
    /// The window's answers.
    pub(super) fn answers(self) -> Ask {
        Arc::new(move |what, of| {
            let command = match what {
                "where" => return self.place(of),
                "rate" => rate(of),
                _ => EmailAddress::parse(of)
                    .ok()
                    .map(|email| Command::RequestCopy { email }),
            };
            if let Some(command) = command {
                self.does(command);
            }
            String::new()
        })
    }

    /// Where a file is, or, of nothing, where the next one is to be sent.
    fn place(self, file: &str) -> String {
        let mut place = String::from("/api/attachments");
        let token = self.peek(|state| {
            if file.is_empty() {
                let shown = state.shown.as_ref().filter(|_| state.may_attach())?;
                place.push_str("?conversation=");
                place.push_str(shown.as_str());
                place.push_str("&attachment=");
                place.push_str(browser::attachment_id().as_str());
            } else {
                place.push('/');
                place.push_str(file);
                place.push('?');
            }
            Some(state.token().secret().to_owned())
        });
        let Some(token) = token else {
            return String::new();
        };
        self.push_entrance(&mut place);
        place.push('\n');
        place.push_str(&token);
        place
    }

    /// Has the questions after the end drawn, once for each end.
    pub(super) fn say_farewell(self) {
        let is_due = self.change_quietly(|state| {
            let is_ended = state.is_ended();
            let had = std::mem::replace(&mut state.has_farewell, is_ended);
            is_ended && !had
        });
        if is_due {
            draw_farewell(self);
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn draw_farewell(chat: Chat) {
    use crate::transcript::aside;
    use leptos::prelude::document;

    if let Ok(Some(place)) = document().query_selector(".farewell") {
        let answering = aside::answering(&chat.answers());
        aside::call("farewell", &place, &answering.into_js_value());
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn draw_farewell(_chat: Chat) {}

fn rate(of: &str) -> Option<Command> {
    let (word, comment) = of.split_once('\n')?;
    Some(Command::Rate {
        rating: Rating::deserialize(Value::Text(word.to_owned())).ok()?,
        comment: MessageText::parse(comment).ok(),
    })
}

impl State {
    /// Whether files may be sent now: where they are welcome, in a conversation that goes on.
    pub(super) fn may_attach(&self) -> bool {
        let profile = self.profile.as_ref();
        self.is_going() && profile.is_some_and(|profile| profile.are_files_welcome)
    }

    /// What the visitor has said after the end, as words of CSS: each is asked once.
    pub(super) fn said_after_end(&self) -> String {
        let mut said = String::new();
        for entry in held(self).into_iter().flat_map(Transcript::entries) {
            match &entry.body {
                VisitorBody::Rated { .. } => said.push_str("rated "),
                VisitorBody::CopyRequested { .. } => said.push_str("copied "),
                _ => {}
            }
        }
        said
    }
}
