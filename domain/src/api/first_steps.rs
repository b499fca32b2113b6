//! The three steps a new installation shows until they are done.

use super::{Done, Endpoint};
use serde::{Deserialize, Serialize};

/// How far are we?
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadFirstSteps {}

/// The three steps; each ticks itself when it has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstSteps {
    /// A page with the widget was opened.
    pub has_opened: bool,
    /// An agent answered a visitor.
    pub has_answered: bool,
    /// The snippet was copied.
    pub has_copied: bool,
    /// Address of the demo shop, where there is one.
    pub demo_url: Option<String>,
}

impl FirstSteps {
    /// Whether nothing is left to show.
    pub fn is_done(&self) -> bool {
        self.has_opened && self.has_answered && self.has_copied
    }
}

/// The snippet was copied just now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MarkSnippetCopied {}

impl Endpoint for ReadFirstSteps {
    const NAME: &'static str = "read_first_steps";
    type Reply = FirstSteps;
}
impl Endpoint for MarkSnippetCopied {
    const NAME: &'static str = "mark_snippet_copied";
    type Reply = Done;
}
