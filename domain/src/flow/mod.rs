//! Bot dialogues: what an author writes, whether it may be published, and how a conversation
//! goes through it. The server runs it, and the editor checks and tries it in the browser.
//!
//! Invariant: what [`check`] has found sound, [`advance`] never loses its way in; and neither
//! panics on anything.
//!
//! | file | holds |
//! | --- | --- |
//! | `definition` | the steps of a flow, as its author wrote them: perhaps unfinished |
//! | `exit` | every way out of a step, by name |
//! | `expression`, `template` | conditions, and texts with variables in them |
//! | `check` | every defect of a flow, and the way that leads to it |
//! | `run` | one conversation on its way, a turn at a time |
//! | `shelf` | the flows at hand when something is decided |
//! | `rollout` | who begins with a version that is tried with a part of new conversations |
//! | `replay` | conversations that were kept as tests, and what comes of them today |
//! | `coverage` | which ways of a flow its tests take |

mod answer;
mod check;
mod coverage;
mod decimal;
mod definition;
mod exit;
mod expression;
mod facts;
mod program;
mod replay;
mod rollout;
mod run;
mod said;
mod shelf;
mod template;
mod texts;
mod value;

pub use answer::{Given, Misread, Understood, understand};
pub use check::{
    Defect, Findings, Flaw, Hop, Surroundings, Target, TextPlace, check, starts_unasked,
};
pub use coverage::{Coverage, coverage};
pub use decimal::Decimal;
pub use definition::{
    Answer, AnswerId, Back, Branch, Call, Case, Choice, ChoiceId, End, FilePolicy, Fill, Flow,
    GiveUp, HandOver, Input, InputKind, Instead, Kind, Message, OnlyIf, Outside, Question, Rich,
    RichKind, Set, StartFlow, Step, StepId, Way,
};
pub use exit::Exit;
pub use expression::{Expression, ExpressionDefect};
pub use facts::{Fact, Facts};
pub use program::Program;
pub use replay::{FlowTest, Line, Move, Rehearsal, Replay, rehearse, replay};
pub use rollout::{Rollout, Share};
pub use run::{At, Effect, Ending, Event, Outcome, Run, Trouble, Turn, advance, begin};
pub use said::{Ask, AskKind, Offer, Said, SaidRich};
pub use shelf::Shelf;
pub use template::Template;
pub use texts::Texts;
pub use value::{Value, ValueKind};
