//! What the visitor's window answers the script that draws emoji, files and the questions after
//! the end.
//!
//! Invariant: the visitor's token leaves the window in no address.

use super::chat::{Chat, State};
use super::held;
use crate::live::{Transcript, browser};
use crate::transcript::Ask;
use domain::conversation::{Command, Rating, VisitorBody};
use domain::text::{EmailAddress, MessageText};
use std::sync::Arc;

impl Chat {
    /// The window's answers.
    pub(super) fn answers(self) -> Ask {
        Arc::new(move |what, of| {
            let command = match what {
                "where" => return self.place(of),
                "rate" => rate(of),
                "say" => {
                    if let Ok(text) = MessageText::parse(of) {
                        self.say(text);
                    }
                    None
                }
                "again" => {
                    self.does(Command::Close);
                    self.start_again();
                    None
                }
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
}

fn rate(of: &str) -> Option<Command> {
    let (word, comment) = of.split_once('\n')?;
    Some(Command::Rate {
        rating: Rating::from_word(word)?,
        comment: MessageText::parse(comment).ok(),
    })
}

impl State {
    /// Whether files may be sent now: where they are welcome, in a conversation that goes on.
    pub(super) fn may_attach(&self) -> bool {
        let profile = self.profile.as_ref();
        self.is_going() && profile.is_some_and(|profile| profile.are_files_welcome)
    }

    /// What the script that asks for more goes by, as words of CSS: what was said already, as each
    /// is asked once, and whether neither people nor a bot are there to answer.
    pub(super) fn signs(&self) -> String {
        let mut said = String::new();
        if self.is_alone() && self.opening.is_empty() {
            said.push_str("alone ");
        }
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
