//! What a bot says: texts as the visitor reads them, and how they can be answered.
//!
//! Invariant: everything is filled in and in one language; nothing here is markup.

use super::definition::{AnswerId, ChoiceId, Input, InputKind, Question, RichKind, StepId};
use super::expression::Known;
use super::program::Program;
use super::{Decimal, Template, Texts};
use crate::date::Date;
use crate::settings::Language;
use crate::text::MessageText;
use serde::{Deserialize, Serialize};

/// One thing that a bot says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// At which step.
    pub step: StepId,
    /// What.
    pub text: String,
    /// What is shown below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rich: Vec<SaidRich>,
    /// How it can be answered; `None` for what asks nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Ask>,
}

impl Said {
    /// What stands in a transcript: its text, or what its rich things are called. Never nothing.
    pub fn words(&self) -> MessageText {
        let titles = self.rich.iter().flat_map(|rich| [&rich.title, &rich.url]);
        let mut texts = std::iter::once(&self.text).chain(titles);
        let words = texts.find_map(|text| MessageText::parse(text).ok());
        // An unfinished flow may ask without a word.
        words.unwrap_or_else(MessageText::ellipsis)
    }
}

/// Something to look at, listen to or follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidRich {
    /// What it is.
    pub kind: RichKind,
    /// Where it lies: an address of the web.
    pub url: String,
    /// What is read instead of it, or on it.
    pub title: String,
    /// What it is about; mostly empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// How something can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// By what.
    pub kind: AskKind,
    /// What stands on the button for whoever would rather not say; `None` is no such button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

/// By what something can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    /// By one of these answers, and where `may_write` by anything else.
    Answers {
        /// The answers, in their order.
        answers: Vec<Offer>,
        /// Whether anything else may be written.
        may_write: bool,
    },
    /// By one line of any text.
    Line,
    /// By several lines of any text.
    Lines,
    /// By an e-mail address.
    Email,
    /// By a telephone number.
    Phone,
    /// By a number.
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
    /// By a day.
    Date {
        /// The first; `None` is any.
        #[serde(default)]
        min: Option<Date>,
        /// The last; `None` is any.
        #[serde(default)]
        max: Option<Date>,
    },
    /// By yes or no.
    YesNo {
        /// How yes is said.
        yes: String,
        /// How no is said.
        no: String,
    },
    /// By one of these options.
    One {
        /// The options with their numbers, in their order.
        options: Vec<(ChoiceId, String)>,
    },
    /// By some of these options.
    Several {
        /// The options with their numbers, in their order.
        options: Vec<(ChoiceId, String)>,
        /// At least so many.
        min: u32,
        /// At most so many.
        max: u32,
    },
    /// By a rating.
    Rating {
        /// How "it was good" is said.
        satisfied: String,
        /// How "it was neither" is said.
        okay: String,
        /// How "it was bad" is said.
        dissatisfied: String,
    },
}

/// An answer that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Which.
    pub id: AnswerId,
    /// What stands on it.
    pub text: String,
    /// The page that opens with it; empty is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub link: String,
}

/// Says texts in the language of a run.
#[derive(Clone, Copy)]
pub(super) struct Voice<'a> {
    pub(super) program: &'a Program,
    pub(super) known: Known<'a>,
    pub(super) language: Language,
}

impl Voice<'_> {
    /// A text as it is said; empty where nothing is written.
    pub(super) fn say(&self, texts: &Texts) -> String {
        let text = texts.best(self.language, &self.program.flow().languages);
        text.map_or_else(String::new, |text| Template::parse(text).filled(self.known))
    }

    pub(super) fn fill(&self, text: &str) -> String {
        Template::parse(text).filled(self.known)
    }

    /// The answers that can be offered now.
    pub(super) fn offered(&self, question: &Question) -> Vec<AnswerId> {
        let answers = question.answers.iter().filter(|answer| {
            answer.when.is_empty() || self.program.holds(&answer.when, self.known)
        });
        answers.map(|answer| answer.id).collect()
    }

    /// These answers, as they read.
    fn offers(&self, question: &Question, offered: &[AnswerId]) -> Vec<Offer> {
        let answers = question.answers.iter();
        let answers = answers.filter(|answer| offered.contains(&answer.id));
        let offer = |answer: &super::Answer| Offer {
            id: answer.id,
            text: self.say(&answer.text),
            link: answer.link.clone(),
        };
        answers.map(offer).collect()
    }

    pub(super) fn ask_question(&self, question: &Question, offered: &[AnswerId]) -> Ask {
        Ask {
            kind: AskKind::Answers {
                answers: self.offers(question, offered),
                may_write: question.other.is_some(),
            },
            instead: None,
        }
    }

    pub(super) fn ask_input(&self, input: &Input) -> Ask {
        Ask {
            kind: self.ask_kind(&input.kind),
            instead: input.instead.as_ref().map(|it| self.say(&it.text)),
        }
    }

    fn ask_kind(&self, kind: &InputKind) -> AskKind {
        let options = || {
            let options = kind.options().iter();
            options
                .map(|option| (option.id, self.say(&option.text)))
                .collect()
        };
        match kind {
            InputKind::Line => AskKind::Line,
            InputKind::Lines => AskKind::Lines,
            InputKind::Email => AskKind::Email,
            InputKind::Phone => AskKind::Phone,
            InputKind::Number { min, max, is_whole } => AskKind::Number {
                min: *min,
                max: *max,
                is_whole: *is_whole,
            },
            InputKind::Date { min, max } => AskKind::Date {
                min: *min,
                max: *max,
            },
            InputKind::YesNo { yes, no } => AskKind::YesNo {
                yes: self.say(yes),
                no: self.say(no),
            },
            InputKind::One { .. } => AskKind::One { options: options() },
            InputKind::Several { min, max, .. } => AskKind::Several {
                options: options(),
                min: *min,
                max: *max,
            },
            InputKind::Rating {
                satisfied,
                okay,
                dissatisfied,
            } => AskKind::Rating {
                satisfied: self.say(satisfied),
                okay: self.say(okay),
                dissatisfied: self.say(dissatisfied),
            },
        }
    }
}
