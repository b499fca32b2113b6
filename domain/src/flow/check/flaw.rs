//! What can be wrong with a flow.
//!
//! Invariant: says what is wrong, and where; pages find the words.

use crate::flow::definition::StepId;
use crate::flow::exit::Exit;
use crate::flow::expression::ExpressionDefect;
use crate::id::{FlowId, TeamId};
use crate::settings::Language;
use serde::{Deserialize, Serialize};

/// One defect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defect {
    /// At which step; `None` for one of the whole flow.
    pub step: Option<StepId>,
    /// What it is.
    pub flaw: Flaw,
}

/// A way out that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// Of this step.
    pub step: StepId,
    /// This one.
    pub exit: Exit,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// The flow does not say where it begins.
    NoStart,
    /// The bot has no name, or too long a one.
    NoBotName,
    /// The flow speaks no language.
    NoLanguage,
    /// This way out leads nowhere.
    DeadEnd {
        /// Which.
        exit: Exit,
    },
    /// This way out leads to a step that is not there.
    NoSuchStep {
        /// Which.
        exit: Exit,
        /// The number of the step.
        to: StepId,
    },
    /// Nothing leads here.
    Unreachable,
    /// These steps follow each other for ever without a word of the visitor.
    LoopWithoutInput {
        /// The steps.
        steps: Vec<StepId>,
    },
    /// From here on more is said than anybody reads before a word of the visitor.
    TooMuchAtOnce {
        /// At most so many lines.
        max: usize,
    },
    /// From here no answer ever leads to an end or to a person.
    Endless {
        /// The steps that can still be reached.
        steps: Vec<StepId>,
    },
    /// When nobody is there, the visitor is left alone: there is no way on, or it ends without a
    /// word.
    NoFallback,
    /// When it fails or takes too long, the visitor is left alone: there is no way on, or it ends
    /// without a word.
    NoTimeOut,
    /// It waits for no time at all, or for too long.
    BadWait {
        /// At most so many seconds.
        max: u64,
    },
    /// A question without answers.
    NoAnswers,
    /// Every answer is offered only sometimes, so at times there is none.
    NoSureAnswer,
    /// An input of which no answer is possible: the least is more than the most, or more options
    /// are needed than there are.
    ImpossibleInput,
    /// Two of the same number, name or text.
    Twice,
    /// More than may be.
    TooMany {
        /// How many may be.
        max: usize,
    },
    /// A condition or an expression that does not work.
    Expression {
        /// As it is written.
        text: String,
        /// What is wrong with it.
        defect: ExpressionDefect,
    },
    /// A name that nothing can be kept under.
    BadName {
        /// The name.
        name: String,
    },
    /// Values of different kinds are kept under one name.
    TwoKinds {
        /// The name.
        name: String,
    },
    /// There is no such custom field.
    UnknownField {
        /// Its name.
        name: String,
    },
    /// There is no such team, or it answers no more.
    UnknownTeam {
        /// Which.
        team: TeamId,
    },
    /// There is no such flow, or none is named, or it is not published.
    UnknownFlow {
        /// Which.
        flow: Option<FlowId>,
    },
    /// A text names something that is not known.
    UnknownVariable {
        /// The name.
        name: String,
        /// In which text.
        place: TextPlace,
    },
    /// What is filled is never looked at: any text would do.
    Unvalidated,
    /// A text is missing in a language.
    TextMissing {
        /// Which.
        place: TextPlace,
        /// In which.
        language: Language,
    },
    /// A text is too long.
    TextTooLong {
        /// Which.
        place: TextPlace,
        /// In which language.
        language: Language,
        /// How many characters may be.
        max: usize,
    },
    /// An address that is none of the web.
    BadAddress {
        /// As it is written.
        url: String,
    },
    /// Something that is not said: which article, which agent, which runbook.
    NotNamed,
    /// This needs something that is not there yet.
    Needs {
        /// What.
        target: Target,
    },
}

/// One of the texts of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextPlace {
    /// What is said or asked.
    Text,
    /// What is said to an answer that is none.
    Invalid,
    /// What stands on the button for whoever would rather not say.
    Instead,
    /// The answer, option or thing below a message at this place, counted from 0.
    Item(u32),
    /// What the thing below a message at this place is about, counted from 0.
    About(u32),
    /// What goes to somebody else.
    Call,
}

/// What a step outside the flow needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The desk with its tickets.
    Tickets,
    /// Leads.
    Leads,
    /// The knowledge base.
    Articles,
    /// Virtual agents.
    VirtualAgents,
    /// Webhooks and runbooks.
    Runbooks,
    /// The verification of visitors.
    Verification,
}
