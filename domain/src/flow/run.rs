//! One conversation on its way through a flow, a turn at a time: from an answer to the next
//! question, the next wait, or the end.
//!
//! Invariant: a turn is decided by the flow, the run, the event, the facts and the time alone,
//! ends within [`limit::STEPS_PER_TURN`] steps, and never leaves the run without a place.

use super::answer::{Given, Understood, is_said, understand};
use super::definition::{
    AnswerId, Call, End, FilePolicy, Fill, HandOver, Input, Kind, Outside, Question, Step, StepId,
};
use super::exit::Exit;
use super::expression::Known;
use super::facts::Facts;
use super::program::Program;
use super::said::{Ask, Said, SaidRich, Voice};
use super::value::Value;
use super::{Message, Texts};
use crate::conversation::Rating;
use crate::id::{FlowId, TeamId};
use crate::limit;
use crate::settings::Language;
use crate::text::{DisplayName, FieldText, chars};
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A conversation on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Where it stands.
    pub at: At,
    /// The language it is spoken to in.
    pub language: Language,
    /// What was kept, by name.
    pub kept: BTreeMap<String, Value>,
    /// The numbers of the answers or options that were chosen last, by step. Pairs on the wire,
    /// whose names are texts.
    #[serde(with = "pairs")]
    pub chosen: BTreeMap<StepId, Vec<u32>>,
}

mod pairs {
    use super::{BTreeMap, StepId};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        chosen: &BTreeMap<StepId, Vec<u32>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(chosen)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<StepId, Vec<u32>>, D::Error> {
        let pairs = Vec::<(StepId, Vec<u32>)>::deserialize(deserializer)?;
        Ok(pairs.into_iter().collect())
    }
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// The visitor is asked.
    Asked {
        /// At which step.
        step: StepId,
        /// How many answers were none.
        misread: u32,
        /// Of a question, the answers that the visitor was offered: they count even if a
        /// condition has changed since.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        offered: Vec<AnswerId>,
    },
    /// Somebody else does something.
    Away {
        /// At which step.
        step: StepId,
        /// It counts as failed from then on.
        until: Timestamp,
    },
    /// The dialogue is over.
    Over {
        /// At which step.
        step: StepId,
        /// In which way.
        ending: Ending,
    },
    /// It cannot go on. No run of a checked flow comes here.
    Lost {
        /// The last step, if it ever came to one.
        step: Option<StepId>,
        /// Why.
        trouble: Trouble,
    },
}

/// How a dialogue ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The bot is done, and the conversation may go on.
    Done,
    /// The bot ended the conversation.
    Closed,
    /// People go on.
    HandedOver,
}

/// Why a run cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The flow does not say where it begins.
    NoStart,
    /// There is no step of this number.
    NoStep(StepId),
    /// This way out leads nowhere.
    DeadEnd(Exit),
    /// Nothing can be answered.
    NoAnswer,
    /// A turn went on for too long.
    TooManySteps,
}

/// What happens to a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The visitor answers this step.
    Given(StepId, Given),
    /// What somebody else did at this step has come to its end.
    Returned(StepId, Outcome),
    /// Time has passed.
    Passed,
}

/// How something that somebody else did ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is done, and gave these values back.
    Done(BTreeMap<String, Value>),
    /// There was nothing to find, or the answer was no.
    Nothing,
    /// It failed.
    Failed,
}

/// What follows from an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The run as it stands then.
    pub run: Run,
    /// How the visitor's answer reads, whether it was understood or not; `None` for none in words.
    pub heard: Option<String>,
    /// What the bot says, in this order.
    pub says: Vec<Said>,
    /// What else has to happen, in this order.
    pub effects: Vec<Effect>,
    /// The ways that were taken, in this order.
    pub path: Vec<(StepId, Exit)>,
}

/// What has to happen outside the flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The conversation waits for people.
    HandOver {
        /// Whose; none named is the team of the chat profile.
        teams: Vec<TeamId>,
        /// What they should know about, best first.
        expertise: Vec<String>,
        /// Whether the visitor may send files from then on.
        files: FilePolicy,
    },
    /// The conversation ends.
    Close,
    /// Something of the visitor or the conversation is filled.
    Fill {
        /// What.
        fill: Fill,
        /// With what.
        value: String,
    },
    /// The visitor has rated the conversation.
    Rate {
        /// How.
        rating: Rating,
    },
    /// Somebody else does something; its end comes back as [`Event::Returned`].
    Call {
        /// For which step.
        step: StepId,
        /// What, its texts filled in.
        call: Call,
        /// The values that go with it.
        send: BTreeMap<String, Value>,
    },
    /// Another flow goes on; if it cannot, [`Outcome::Failed`] comes back.
    StartFlow {
        /// For which step.
        step: StepId,
        /// Which.
        flow: FlowId,
    },
}

/// The first turn of a conversation: from the start of the flow, or from the first step of
/// `at` where it may begin.
pub fn begin(
    program: &Program,
    at: impl IntoIterator<Item = StepId>,
    facts: &Facts,
    now: Timestamp,
) -> Turn {
    let flow = program.flow();
    let is_spoken = flow.languages.contains(&facts.language);
    let first = flow.languages.first().copied().unwrap_or_default();
    let run = Run {
        at: At::Lost {
            step: None,
            trouble: Trouble::NoStart,
        },
        language: if is_spoken { facts.language } else { first },
        kept: BTreeMap::new(),
        chosen: BTreeMap::new(),
    };
    let may_start = |id: &StepId| program.step(*id).is_some_and(|step| step.may_start);
    let start = at.into_iter().find(may_start).or(flow.start);
    let mut walk = Walk::new(program, run, facts.clone(), now);
    if let Some(start) = start {
        walk.go(start);
    }
    walk.turn
}

/// The turn that follows from an event; `None` for one that does not fit where the run stands:
/// an answer to another question than the last, a return that came too late.
pub fn advance(
    program: &Program,
    run: &Run,
    event: Event,
    facts: &Facts,
    now: Timestamp,
) -> Option<Turn> {
    let mut walk = Walk::new(program, run.clone(), facts.clone(), now);
    match (&run.at, event) {
        (
            At::Asked {
                step,
                misread,
                offered,
            },
            Event::Given(of, given),
        ) if of == *step => {
            let step = program.step(of)?;
            match &step.does {
                Kind::Question(asked) => walk.hear_answer(step, asked, &given, *misread, offered),
                Kind::Input(input) => walk.hear_input(step, input, &given, *misread),
                _ => return None,
            }
        }
        (At::Away { step, until }, Event::Returned(of, outcome)) if of == *step => {
            let outcome = if now < *until {
                outcome
            } else {
                Outcome::Failed
            };
            walk.take_back(program.step(of)?, outcome);
        }
        (At::Away { step, until }, Event::Passed) if now >= *until => {
            walk.take_back(program.step(*step)?, Outcome::Failed);
        }
        _ => return None,
    }
    Some(walk.turn)
}

struct Walk<'a> {
    program: &'a Program,
    /// What is filled on the way is known from then on.
    facts: Facts,
    now: Timestamp,
    turn: Turn,
}

impl<'a> Walk<'a> {
    fn new(program: &'a Program, run: Run, facts: Facts, now: Timestamp) -> Self {
        let turn = Turn {
            run,
            heard: None,
            says: Vec::new(),
            effects: Vec::new(),
            path: Vec::new(),
        };
        Self {
            program,
            facts,
            now,
            turn,
        }
    }

    fn known(&self) -> Known<'_> {
        Known {
            facts: &self.facts,
            kept: &self.turn.run.kept,
            chosen: &self.turn.run.chosen,
        }
    }

    fn voice(&self) -> Voice<'_> {
        Voice {
            program: self.program,
            known: self.known(),
            language: self.turn.run.language,
        }
    }

    /// Walks on from a step until something is waited for.
    fn go(&mut self, start: StepId) {
        let mut next = Some(start);
        for _ in 0..limit::STEPS_PER_TURN {
            let Some(id) = next else { return };
            let Some(step) = self.program.step(id) else {
                return self.lose(self.place(), Trouble::NoStep(id));
            };
            let exit = match &step.only_if {
                Some(only) if !self.program.holds(&only.when, self.known()) => Some(Exit::Skipped),
                _ => self.arrive(step),
            };
            next = exit.and_then(|exit| self.leave(step, exit));
        }
        if next.is_some() {
            self.lose(next, Trouble::TooManySteps);
        }
    }

    /// The step behind this way out; the run is lost where there is none.
    fn leave(&mut self, step: &Step, exit: Exit) -> Option<StepId> {
        self.turn.path.push((step.id, exit));
        let to = step.way(exit);
        if to.is_none() {
            self.lose(Some(step.id), Trouble::DeadEnd(exit));
        }
        to
    }

    fn lose(&mut self, step: Option<StepId>, trouble: Trouble) {
        self.turn.run.at = At::Lost { step, trouble };
    }

    /// The last step that was left.
    fn place(&self) -> Option<StepId> {
        self.turn.path.last().map(|(step, _)| *step)
    }

    /// What happens at a step; the way out, unless something is waited for.
    fn arrive(&mut self, step: &Step) -> Option<Exit> {
        match &step.does {
            Kind::Message(message) => {
                self.say_message(step.id, message);
                Some(Exit::Next)
            }
            Kind::Question(question) => {
                let offered = self.voice().offered(question);
                if offered.is_empty() && question.other.is_none() {
                    self.lose(Some(step.id), Trouble::NoAnswer);
                } else {
                    self.ask_question(step.id, question, offered, 0);
                }
                None
            }
            Kind::Input(input) => {
                self.ask_input(step.id, input, &input.text, 0);
                None
            }
            Kind::Condition(branch) => {
                let mut cases = (0_u32..).zip(&branch.cases);
                let holds = cases.find(|(_, case)| self.program.holds(&case.when, self.known()));
                Some(holds.map_or(Exit::Otherwise, |(at, _)| Exit::Case(at)))
            }
            Kind::Set(set) => {
                let value = self.program.value(&set.to, self.known());
                self.keep(&set.keep, value.filter(|value| value.kind() == set.kind));
                Some(Exit::Next)
            }
            Kind::HandOver(over) => self.hand_over(step.id, over),
            Kind::Outside(outside) => {
                self.call(step.id, outside);
                None
            }
            Kind::StartFlow(start) => match &start.flow {
                Some(flow) => {
                    let (step, flow) = (step.id, flow.clone());
                    self.turn.effects.push(Effect::StartFlow { step, flow });
                    self.turn.run.at = At::Away {
                        step,
                        until: self.now.plus(limit::OUTSIDE_WAIT_MAX),
                    };
                    None
                }
                None => Some(Exit::Failed),
            },
            Kind::End(end) => {
                self.end(step.id, end);
                None
            }
        }
    }

    fn say(&mut self, step: StepId, text: String, rich: Vec<SaidRich>, ask: Option<Ask>) {
        let has_room = self.turn.says.len() < limit::LINES_PER_TURN;
        let is_something = !text.trim().is_empty() || !rich.is_empty() || ask.is_some();
        // A question is never left out: its answer is waited for.
        if is_something && (has_room || ask.is_some()) {
            self.turn.says.push(Said {
                step,
                text,
                rich,
                ask,
            });
        }
    }

    fn say_message(&mut self, step: StepId, message: &Message) {
        let voice = self.voice();
        let rich = message.rich.iter().map(|rich| SaidRich {
            kind: rich.kind,
            url: rich.url.clone(),
            title: voice.say(&rich.title),
            text: voice.say(&rich.text),
        });
        let (text, rich) = (voice.say(&message.text), rich.collect());
        self.say(step, text, rich, None);
    }

    fn ask_question(
        &mut self,
        step: StepId,
        question: &Question,
        offered: Vec<AnswerId>,
        misread: u32,
    ) {
        let voice = self.voice();
        let (text, ask) = (
            voice.say(&question.text),
            voice.ask_question(question, &offered),
        );
        self.say(step, text, Vec::new(), Some(ask));
        self.turn.run.at = At::Asked {
            step,
            misread,
            offered,
        };
    }

    fn ask_input(&mut self, step: StepId, input: &Input, text: &Texts, misread: u32) {
        let voice = self.voice();
        let (text, ask) = (voice.say(text), voice.ask_input(input));
        self.say(step, text, Vec::new(), Some(ask));
        self.turn.run.at = At::Asked {
            step,
            misread,
            offered: Vec::new(),
        };
    }

    fn keep(&mut self, name: &str, value: Option<Value>) {
        if name.is_empty() {
            return;
        }
        match value {
            Some(value) => self.turn.run.kept.insert(name.to_owned(), value.kept()),
            None => self.turn.run.kept.remove(name),
        };
    }

    fn hand_over(&mut self, step: StepId, over: &HandOver) -> Option<Exit> {
        if !self.facts.is_anyone_there(&over.teams) {
            return Some(Exit::Nobody);
        }
        let text = self.voice().say(&over.text);
        self.say(step, text, Vec::new(), None);
        self.turn.effects.push(Effect::HandOver {
            teams: over.teams.clone(),
            expertise: over.expertise.clone(),
            files: over.files,
        });
        self.finish(step, Ending::HandedOver);
        None
    }

    fn end(&mut self, step: StepId, end: &End) {
        let text = self.voice().say(&end.text);
        self.say(step, text, Vec::new(), None);
        if end.closes {
            self.turn.effects.push(Effect::Close);
        }
        let ending = if end.closes {
            Ending::Closed
        } else {
            Ending::Done
        };
        self.finish(step, ending);
    }

    fn finish(&mut self, step: StepId, ending: Ending) {
        self.turn.run.at = At::Over { step, ending };
    }

    fn call(&mut self, step: StepId, outside: &Outside) {
        let voice = self.voice();
        let mut call = outside.call.clone();
        let mut send = BTreeMap::new();
        match &mut call {
            Call::Ticket { subject: text, .. }
            | Call::Lead { title: text, .. }
            | Call::Search { query: text } => *text = voice.fill(text),
            Call::Runbook { send: asked, .. } => {
                let value = |(name, text): (&String, &String)| {
                    let value = self.program.value(text, voice.known)?;
                    Some((name.clone(), value))
                };
                send = asked.iter().filter_map(value).collect();
            }
            Call::Article { .. } | Call::VirtualAgent { .. } | Call::Verify => {}
        }
        let wait = Span::from_seconds(u64::from(outside.wait_seconds));
        self.turn.run.at = At::Away {
            step,
            until: self.now.plus(wait.min(limit::OUTSIDE_WAIT_MAX)),
        };
        self.turn.effects.push(Effect::Call { step, call, send });
    }

    fn hear_answer(
        &mut self,
        step: &Step,
        question: &Question,
        given: &Given,
        misread: u32,
        offered: &[AnswerId],
    ) {
        let ask = self.voice().ask_question(question, offered);
        let (exit, text) = match understand(&ask.kind, given) {
            Ok(Understood::Answer(id, text)) => {
                self.turn.run.chosen.insert(step.id, vec![id.0]);
                (Exit::Answer(id), text)
            }
            Ok(Understood::Other(text)) => {
                self.turn.run.chosen.remove(&step.id);
                (Exit::Other, text)
            }
            _ => {
                self.turn.heard = written(given);
                let misread = misread.saturating_add(1);
                return self.ask_question(step.id, question, offered.to_vec(), misread);
            }
        };
        self.keep(&question.keep, Some(Value::Text(text.clone())));
        self.hear(&text);
        self.go_on(step, exit);
    }

    fn hear_input(&mut self, step: &Step, input: &Input, given: &Given, misread: u32) {
        let instead = input.instead.as_ref().map(|it| self.voice().say(&it.text));
        if let Some(text) = instead.filter(|text| is_instead(given, text)) {
            self.hear(&text);
            self.keep(&input.keep, None);
            self.turn.run.chosen.remove(&step.id);
            return self.go_on(step, Exit::Instead);
        }
        let ask = self.voice().ask_input(input);
        let mut chosen = None;
        let (value, text) = match understand(&ask.kind, given) {
            Ok(Understood::Value(value, text)) if is_room(input, &value) => (value, text),
            Ok(Understood::Options(ids, value, text)) if is_room(input, &value) => {
                chosen = Some(ids.iter().map(|id| id.0).collect());
                (value, text)
            }
            Ok(Understood::Rating(rating, text)) => {
                self.turn.effects.push(Effect::Rate { rating });
                (Value::Text(rating.as_str().to_owned()), text)
            }
            _ => return self.misread(step, input, given, misread),
        };
        if let Some(chosen) = chosen {
            self.turn.run.chosen.insert(step.id, chosen);
        }
        if let Some(fill) = input.fill.as_ref().filter(|_| !value.shown().is_empty()) {
            self.facts.fill(fill, &value.shown());
            self.turn.effects.push(Effect::Fill {
                fill: fill.clone(),
                value: value.shown(),
            });
        }
        self.keep(&input.keep, Some(value));
        self.hear(&text);
        self.go_on(step, Exit::Next);
    }

    /// What the visitor said, as it stands in the transcript.
    fn hear(&mut self, text: &str) {
        let text: String = text.chars().take(limit::MESSAGE_CHARS_MAX).collect();
        self.turn.heard = Some(text).filter(|text| !text.trim().is_empty());
    }

    fn misread(&mut self, step: &Step, input: &Input, given: &Given, misread: u32) {
        self.turn.heard = written(given);
        let misread = misread.saturating_add(1);
        let is_over = |give_up: &super::GiveUp| misread >= give_up.after;
        if input.give_up.as_ref().is_some_and(is_over) {
            // What was answered here the last time is no answer any more.
            self.keep(&input.keep, None);
            self.turn.run.chosen.remove(&step.id);
            return self.go_on(step, Exit::GivenUp);
        }
        let is_silent = input.invalid.is_empty();
        let text = if is_silent {
            &input.text
        } else {
            &input.invalid
        };
        self.ask_input(step.id, input, text, misread);
    }

    fn take_back(&mut self, step: &Step, outcome: Outcome) {
        let (exit, values) = match outcome {
            Outcome::Done(values) => (Exit::Next, values),
            Outcome::Nothing => (Exit::Nothing, BTreeMap::new()),
            Outcome::Failed => (Exit::Failed, BTreeMap::new()),
        };
        // What does not come back is not known, whatever came the last time.
        if let Kind::Outside(outside) = &step.does
            && let Call::Runbook { back, .. } = &outside.call
        {
            for back in back {
                let value = values.get(&back.name);
                let value = value.filter(|value| value.kind() == back.kind);
                self.keep(&back.keep, value.cloned());
            }
        }
        // An outcome that this step cannot have is a failure of whoever sent it.
        let has_exit = step.exits().iter().any(|(own, _)| *own == exit);
        self.go_on(step, if has_exit { exit } else { Exit::Failed });
    }

    fn go_on(&mut self, step: &Step, exit: Exit) {
        if let Some(next) = self.leave(step, exit) {
            self.go(next);
        }
    }
}

/// What stands in the transcript of an answer that was none.
fn written(given: &Given) -> Option<String> {
    match given {
        Given::Text(text) => Some(text.as_str().to_owned()),
        _ => None,
    }
}

/// Whether the button was pressed, or what stands on it was written.
fn is_instead(given: &Given, text: &str) -> bool {
    match given {
        Given::Instead => true,
        Given::Text(said) => is_said(text, said),
        _ => false,
    }
}

/// Whether what is filled has room for it.
fn is_room(input: &Input, value: &Value) -> bool {
    let text = value.shown();
    match &input.fill {
        Some(Fill::Name) => DisplayName::parse(&text).is_ok(),
        // Nothing at all, where that is an answer, fills nothing.
        Some(Fill::Field(_)) => text.is_empty() || FieldText::parse(&text).is_ok(),
        Some(Fill::Comment) => chars(&text) <= limit::RATING_COMMENT_CHARS_MAX,
        Some(Fill::Email | Fill::Phone) | None => true,
    }
}
