//! A flow as its author wrote it.
//!
//! Invariant: holds unfinished work, too: what is missing is empty, and what is wrong is kept as
//! it was written. Only `check` judges it.

use super::{Decimal, Exit, Texts, ValueKind};
use crate::date::Date;
use crate::id::{FlowId, PictureId, TeamId};
use crate::settings::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )* };
}

numbers! {
    /// The number of a step within its flow. Host pages know it as `startStepOverride`.
    StepId;
    /// The number of an answer within its question.
    AnswerId;
    /// The number of an option within its input.
    ChoiceId;
}

/// Where a way out of a step leads; `None` while the author has not said.
pub type Way = Option<StepId>;

/// A bot dialogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Who speaks, as the visitor reads it.
    pub bot_name: String,
    /// What the visitor sees beside it; a picture that is nowhere leaves the letters of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot_picture: Option<PictureId>,
    /// The languages it speaks. The first stands in for every other.
    pub languages: Vec<Language>,
    /// Where it begins.
    #[serde(default)]
    pub start: Way,
    /// Its steps, in the order in which a list shows them.
    pub steps: Vec<Step>,
}

/// One step of a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which.
    pub id: StepId,
    /// What authors call it.
    pub name: String,
    /// What authors should know of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Whether a host page, or a rule of a chat profile, may begin here.
    #[serde(default, skip_serializing_if = "is_no")]
    pub may_start: bool,
    /// When it is taken at all; `None` is always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<OnlyIf>,
    /// What happens here.
    pub does: Kind,
}

/// A step that is not always taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyIf {
    /// The condition.
    pub when: String,
    /// Where it goes on instead.
    #[serde(default)]
    pub otherwise: Way,
}

/// What happens at a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The bot says something.
    Message(Message),
    /// The bot asks, and the visitor chooses an answer.
    Question(Question),
    /// The bot asks, and the visitor writes or picks.
    Input(Input),
    /// The way depends on what is known.
    Condition(Branch),
    /// A value is kept.
    Set(Set),
    /// A person takes over, if one is there.
    HandOver(HandOver),
    /// Somebody else does something, and the bot waits for it.
    Outside(Outside),
    /// Another flow goes on.
    StartFlow(StartFlow),
    /// The dialogue is at its end.
    End(End),
}

/// The bot says something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What. May hold variables.
    pub text: Texts,
    /// What is shown below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rich: Vec<Rich>,
    /// Where it goes on.
    #[serde(default)]
    pub next: Way,
}

/// Something to look at, listen to or follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rich {
    /// What it is.
    pub kind: RichKind,
    /// Where it lies: an address of the web.
    pub url: String,
    /// What is read instead of it, or on it.
    pub title: Texts,
    /// What it is about, in a few sentences: an article shows them below its title. May hold
    /// variables.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub text: Texts,
}

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RichKind {
    /// Leads to a page.
    Link,
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// A file to take away.
    File,
    /// A page to read, with a few sentences of it.
    Article,
}

/// The bot asks, and the visitor chooses an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question. May hold variables.
    pub text: Texts,
    /// The answers, in the order in which they are offered.
    pub answers: Vec<Answer>,
    /// Where it goes on when the visitor writes something else; `None` offers the answers again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Way,
    /// The name under which the answer is kept; empty keeps it nowhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub keep: String,
}

/// One answer of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Which.
    pub id: AnswerId,
    /// What the visitor reads, and says by choosing it.
    pub text: Texts,
    /// The page that opens when it is chosen; empty is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub link: String,
    /// When it is offered; empty is always.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub when: String,
    /// Where it goes on.
    #[serde(default)]
    pub next: Way,
}

/// The bot asks, and the visitor writes or picks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The question. May hold variables.
    pub text: Texts,
    /// What is asked for.
    pub kind: InputKind,
    /// What is said to an answer that is none. Needed where the answer has a form; empty asks the
    /// question again.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub invalid: Texts,
    /// The name under which the answer is kept; empty keeps it nowhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub keep: String,
    /// What else it fills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<Fill>,
    /// A button for whoever would rather not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Instead>,
    /// Where it goes on after so many answers that were none; `None` asks for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub give_up: Option<GiveUp>,
    /// Where it goes on.
    #[serde(default)]
    pub next: Way,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// One line of any text.
    Line,
    /// Several lines of any text.
    Lines,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A number.
    Number {
        /// The least; `None` is any.
        #[serde(default)]
        min: Option<Decimal>,
        /// The most; `None` is any.
        #[serde(default)]
        max: Option<Decimal>,
        /// Whether it has no digits behind the point.
        is_whole: bool,
    },
    /// A day.
    Date {
        /// The first; `None` is any.
        #[serde(default)]
        min: Option<Date>,
        /// The last; `None` is any.
        #[serde(default)]
        max: Option<Date>,
    },
    /// Yes or no.
    YesNo {
        /// How yes is said.
        yes: Texts,
        /// How no is said.
        no: Texts,
    },
    /// One of several options.
    One {
        /// The options, in their order.
        options: Vec<Choice>,
    },
    /// Some of several options.
    Several {
        /// The options, in their order.
        options: Vec<Choice>,
        /// At least so many.
        min: u32,
        /// At most so many.
        max: u32,
    },
    /// What the visitor thinks of the conversation, in three words.
    Rating {
        /// How "it was good" is said.
        satisfied: Texts,
        /// How "it was neither" is said.
        okay: Texts,
        /// How "it was bad" is said.
        dissatisfied: Texts,
    },
}

/// One option of an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Which.
    pub id: ChoiceId,
    /// What the visitor reads.
    pub text: Texts,
}

/// What an answer fills beside the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// The visitor's name.
    Name,
    /// Their e-mail address.
    Email,
    /// Their telephone number.
    Phone,
    /// What they say of their rating.
    Comment,
    /// A custom field of the conversation, by its name.
    Field(String),
}

/// A button for whoever would rather not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instead {
    /// What stands on it.
    pub text: Texts,
    /// Where it leads.
    #[serde(default)]
    pub next: Way,
}

/// The end of asking again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveUp {
    /// After so many answers that were none.
    pub after: u32,
    /// Where it goes on.
    #[serde(default)]
    pub next: Way,
}

/// The way depends on what is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The first whose condition holds counts.
    pub cases: Vec<Case>,
    /// Where it goes on when none does.
    #[serde(default)]
    pub otherwise: Way,
}

/// One way of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The condition.
    pub when: String,
    /// Where it leads.
    #[serde(default)]
    pub next: Way,
}

/// A value is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// Under this name.
    pub keep: String,
    /// What kind of value it is.
    pub kind: ValueKind,
    /// The expression it comes from.
    pub to: String,
    /// Where it goes on.
    #[serde(default)]
    pub next: Way,
}

/// A person takes over, if one is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// What is said when one is there; may be empty.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub text: Texts,
    /// Whose people; none named is the team of the chat profile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<TeamId>,
    /// What they should know about, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expertise: Vec<String>,
    /// Whether the visitor may send files from then on.
    #[serde(default)]
    pub files: FilePolicy,
    /// Where it goes on when nobody is there.
    #[serde(default)]
    pub nobody: Way,
}

/// Whether a visitor may send files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilePolicy {
    /// As the chat profile says.
    #[default]
    Profile,
    /// No.
    Prevent,
    /// Yes.
    Allow,
    /// Only who is known by a token.
    KnownOnly,
}

impl FilePolicy {
    /// Whether nothing else is said than in the chat profile.
    pub fn is_of_profile(&self) -> bool {
        *self == Self::Profile
    }
}

/// Somebody else does something, and the bot waits for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// What.
    pub call: Call,
    /// How long it may take, in seconds.
    pub wait_seconds: u32,
    /// Where it goes on when it is done.
    #[serde(default)]
    pub next: Way,
    /// Where it goes on when there was nothing to find, or the answer was no. Only some calls
    /// can end so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nothing: Way,
    /// Where it goes on when it failed or took too long.
    #[serde(default)]
    pub failed: Way,
}

/// What somebody else does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// A ticket is made.
    Ticket {
        /// Its subject. May hold variables.
        subject: String,
        /// Who gets it; `None` is the team of the chat profile.
        #[serde(default)]
        team: Option<TeamId>,
        /// Whether the visitor gets a link to it.
        is_link_sent: bool,
    },
    /// A lead is made.
    Lead {
        /// Its title. May hold variables.
        title: String,
        /// Who gets it; `None` is the team of the chat profile.
        #[serde(default)]
        team: Option<TeamId>,
    },
    /// An article of the knowledge base is sent.
    Article {
        /// Which.
        article: String,
    },
    /// The knowledge base is searched; `nothing` when it has nothing.
    Search {
        /// For what. May hold variables.
        query: String,
    },
    /// A virtual agent talks with the visitor; `nothing` when it asks for a person.
    VirtualAgent {
        /// Which.
        agent: String,
    },
    /// A webhook or runbook runs, and values come back.
    Runbook {
        /// Which.
        runbook: String,
        /// The expressions it is given, by name.
        send: BTreeMap<String, String>,
        /// What it gives back.
        back: Vec<Back>,
    },
    /// The visitor shows who they are; `nothing` when they cannot.
    Verify,
}

/// A value that a runbook gives back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// What the runbook calls it.
    pub name: String,
    /// The name under which it is kept.
    pub keep: String,
    /// What kind of value it is.
    pub kind: ValueKind,
}

/// Another flow goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartFlow {
    /// Which; `None` while the author has not said.
    #[serde(default)]
    pub flow: Option<FlowId>,
    /// Where it goes on when that flow is not published any more.
    #[serde(default)]
    pub failed: Way,
}

/// The dialogue is at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The last words; may be empty.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub text: Texts,
    /// Whether the conversation ends with it.
    #[serde(default)]
    pub closes: bool,
}

impl Flow {
    /// The step of this number.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

impl Step {
    /// What the visitor's answer of this step is kept as, and its kind.
    pub fn keeps(&self) -> Vec<(&str, ValueKind)> {
        let kept = match &self.does {
            Kind::Question(question) => vec![(question.keep.as_str(), ValueKind::Text)],
            Kind::Input(input) => vec![(input.keep.as_str(), input.kind.value_kind())],
            Kind::Set(set) => vec![(set.keep.as_str(), set.kind)],
            Kind::Outside(outside) => match &outside.call {
                Call::Runbook { back, .. } => back
                    .iter()
                    .map(|back| (back.keep.as_str(), back.kind))
                    .collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        kept.into_iter()
            .filter(|(name, _)| !name.is_empty())
            .collect()
    }

    /// Whether the visitor is asked here.
    pub fn asks(&self) -> bool {
        matches!(self.does, Kind::Question(_) | Kind::Input(_))
    }

    /// Where this way out leads; `None` for one that the step does not have, or that leads
    /// nowhere.
    pub fn way(&self, exit: Exit) -> Way {
        self.exits()
            .into_iter()
            .find_map(|(own, way)| (own == exit).then_some(way))
            .flatten()
    }
}

impl InputKind {
    /// What kind of value an answer becomes.
    pub fn value_kind(&self) -> ValueKind {
        match self {
            Self::Line
            | Self::Lines
            | Self::Email
            | Self::Phone
            | Self::One { .. }
            | Self::Rating { .. } => ValueKind::Text,
            Self::Number { .. } => ValueKind::Number,
            Self::Date { .. } => ValueKind::Date,
            Self::YesNo { .. } => ValueKind::YesNo,
            Self::Several { .. } => ValueKind::List,
        }
    }

    /// Its options, if it has any.
    pub fn options(&self) -> &[Choice] {
        match self {
            Self::One { options } | Self::Several { options, .. } => options,
            _ => &[],
        }
    }
}

/// For `skip_serializing_if`, which hands a reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_no(truth: &bool) -> bool {
    !truth
}
