//! Where a visitor's files are: behind their token, which stands in no address.
//!
//! Invariant: a file is sent in the conversation it was uploaded to; the server refuses another.

use super::chat::{Chat, State};
use crate::live::browser;
use crate::transcript::{Files, Whereabouts};
use domain::conversation::Command;
use std::sync::Arc;

impl Chat {
    /// Where files are.
    pub(super) fn whereabouts(self) -> Whereabouts {
        Arc::new(move |file| {
            let mut place = String::from("/api/attachments");
            let token = self.peek(|state| {
                if let Some(file) = file {
                    place.push('/');
                    place.push_str(file.as_str());
                    place.push('?');
                } else {
                    let shown = state.shown.as_ref().filter(|_| state.may_attach())?;
                    place.push_str("?conversation=");
                    place.push_str(shown.as_str());
                    place.push_str("&attachment=");
                    place.push_str(browser::attachment_id().as_str());
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
        })
    }

    /// How files are sent.
    pub(super) fn files(self) -> Files {
        Files {
            whereabouts: self.whereabouts(),
            on_sent: Arc::new(move |attachment| {
                self.does(Command::Attach { attachment });
            }),
        }
    }
}

impl State {
    /// Whether files may be sent now: where they are welcome, in a conversation that goes on.
    pub(super) fn may_attach(&self) -> bool {
        let is_welcome = |profile: &domain::settings::PublicProfile| profile.are_files_welcome;
        self.is_going() && self.profile.as_ref().is_some_and(is_welcome)
    }
}
