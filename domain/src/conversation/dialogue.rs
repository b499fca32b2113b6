//! A bot at its turn: what the visitor said goes through the flow, and what the bot answers becomes
//! entries of the same decision.
//!
//! Invariant: a bot speaks only while the conversation is in its flow; whatever becomes of a run, a
//! conversation that no bot can go on with waits for people.

use super::claims::Claims;
use super::command::Circumstances;
use super::decide::NewEntry;
use super::entry::{Entry, EntryBody, Speaker, VisitorBody, VisitorEntry, Voice};
use super::state::Conversation;
use crate::flow::{
    At, Effect, Ending, Event, Facts, FilePolicy, Fill, Given, Outcome, Program, Run, StepId, Turn,
    advance, begin,
};
use crate::id::{ClientId, ConversationId, FlowId, PictureId, Seq, TeamId, VisitorId};
use crate::limit;
use crate::people::{ContactField, Page, Person};
use crate::text::{DisplayName, FieldText, MessageText};
use serde::{Deserialize, Serialize};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Where a conversation stands in its flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Going {
    /// Through which flow it goes.
    pub flow: FlowId,
    /// In which version: it stays on it, whatever is published meanwhile.
    pub version: u32,
    /// Where it stands.
    pub run: Run,
}

/// What a bot has asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Of which flow.
    pub flow: FlowId,
    /// In which version.
    pub version: u32,
    /// In which step.
    pub step: StepId,
}

/// What a bot says before anything is stored, and so to nobody yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstWords {
    /// The question they end with.
    pub asked: Asked,
    /// The words. They stand where they will stand in the conversation.
    pub entries: Vec<VisitorEntry>,
}

/// One turn, or the first two.
pub(super) struct Dialogue<'a> {
    at: Circumstances<'a>,
    facts: Facts,
    visitor: VisitorId,
    team: TeamId,
    bot: (DisplayName, Option<PictureId>),
    going: Going,
    is_over: bool,
    entries: Vec<NewEntry>,
}

/// Of a conversation, what a flow may ask about, and whose it is.
struct About<'a> {
    visitor: &'a VisitorId,
    team: &'a TeamId,
    page: &'a Page,
    person: Option<&'a Person>,
    claims: &'a Claims,
}

impl<'a> About<'a> {
    fn of(conversation: &'a Conversation) -> Self {
        Self {
            visitor: &conversation.visitor,
            team: &conversation.team,
            page: &conversation.page,
            person: conversation.person.as_ref(),
            claims: &conversation.claims,
        }
    }
}

fn facts(about: &About<'_>, at: Circumstances<'_>) -> Facts {
    let mut facts = at.facts.clone();
    facts.team = Some(about.team.clone());
    facts.page_url.clone_from(&about.page.url);
    facts.page_title.clone_from(&about.page.title);
    if let Some(person) = about.person {
        facts.is_authenticated = true;
        let known = at.contacts.get(&person.contact);
        let known = |field| known?.get(&field).map(|text| text.as_str().to_owned());
        facts.name = person.name.as_ref().map(|name| name.as_str().to_owned());
        facts.email = known(ContactField::Email);
        facts.phone = known(ContactField::Phone);
        let custom = person.custom.iter();
        let text = |(name, text): (&String, &FieldText)| (name.clone(), text.as_str().to_owned());
        facts.fields.extend(custom.map(text));
        facts.proved = proved(&facts);
    }
    about.claims.tell(&mut facts);
    facts
}

/// What is known in a conversation that is there.
pub(super) fn facts_of(conversation: &Conversation, at: Circumstances<'_>) -> Facts {
    facts(&About::of(conversation), at)
}

/// All that is known of a person who has proved who they are.
fn proved(facts: &Facts) -> Vec<Fill> {
    let named = [
        facts.name.as_ref().map(|_| Fill::Name),
        facts.email.as_ref().map(|_| Fill::Email),
        facts.phone.as_ref().map(|_| Fill::Phone),
    ];
    let fields = facts.fields.keys().cloned().map(Fill::Field);
    named.into_iter().flatten().chain(fields).collect()
}

/// What visitors call the bot of a flow, and what they see beside that. A published flow has a
/// name for it.
fn bot(program: &Program) -> (DisplayName, Option<PictureId>) {
    let flow = program.flow();
    let name = DisplayName::parse(&flow.bot_name).unwrap_or_else(|_| DisplayName::ellipsis());
    (name, flow.bot_picture.clone())
}

impl<'a> Dialogue<'a> {
    /// The dialogue that a new conversation begins with, and the first message after its first
    /// words; `None` when there is none.
    ///
    /// A bot that asks something speaks first. One that does not is silent until the visitor has
    /// said something, so that nothing happens before there is anybody. What the visitor says is an
    /// answer only to what their window has shown: somebody may have left meanwhile, or another
    /// version may have been published.
    pub(super) fn start(
        visitor: &VisitorId,
        team: &TeamId,
        page: &Page,
        person: Option<&Person>,
        text: MessageText,
        client_id: Option<&ClientId>,
        at: Circumstances<'a>,
    ) -> Option<Vec<NewEntry>> {
        let claims = &Claims::default();
        let about = About {
            visitor,
            team,
            page,
            person,
            claims,
        };
        let mut dialogue = Self::begin(&about, at)?;
        let asked = dialogue.asked();
        if asked.is_some() && asked == at.rules.asked {
            dialogue.hear(text, client_id);
        } else {
            let said = std::mem::take(&mut dialogue.entries);
            dialogue.message(text, client_id);
            dialogue.entries.extend(said);
        }
        Some(dialogue.end())
    }

    fn asked(&self) -> Option<Asked> {
        let Going { flow, version, run } = &self.going;
        match run.at {
            At::Asked { step, .. } if !self.is_over => Some(Asked {
                flow: flow.clone(),
                version: *version,
                step,
            }),
            _ => None,
        }
    }

    /// What a bot does before anybody has said anything.
    fn begin(about: &About<'_>, at: Circumstances<'a>) -> Option<Self> {
        let flow = at.rules.flow.as_ref()?;
        let (version, program) = at.shelf.current(flow, about.visitor)?;
        let facts = facts(about, at);
        let turn = begin(program, at.rules.steps.iter().copied(), &facts, at.now);
        let going = Going {
            flow: flow.clone(),
            version,
            run: turn.run.clone(),
        };
        let mut dialogue = Self {
            at,
            facts,
            visitor: about.visitor.clone(),
            team: about.team.clone(),
            bot: bot(program),
            going,
            is_over: false,
            entries: Vec::new(),
        };
        dialogue.take(turn);
        Some(dialogue)
    }

    /// What follows when the visitor says something to a bot; `None` when there is no bot.
    pub(super) fn go_on(
        conversation: &Conversation,
        text: MessageText,
        client_id: Option<&ClientId>,
        at: Circumstances<'a>,
    ) -> Option<Vec<NewEntry>> {
        let going = conversation.going.as_deref()?.clone();
        let program = at.shelf.version(&going.flow, going.version);
        let mut dialogue = Self {
            at,
            facts: facts_of(conversation, at),
            visitor: conversation.visitor.clone(),
            team: conversation.team.clone(),
            bot: program.map_or_else(|| (DisplayName::ellipsis(), None), bot),
            going,
            is_over: false,
            entries: Vec::new(),
        };
        dialogue.hear(text, client_id);
        Some(dialogue.end())
    }

    fn push(&mut self, by: Speaker, body: EntryBody) {
        self.entries.push(NewEntry {
            by,
            client_id: None,
            body,
        });
    }

    fn push_bot(&mut self, body: EntryBody) {
        let (name, picture) = self.bot.clone();
        self.push(Speaker::Bot { name, picture }, body);
    }

    fn message(&mut self, text: MessageText, client_id: Option<&ClientId>) {
        self.entries.push(NewEntry {
            by: Speaker::Visitor,
            client_id: client_id.cloned(),
            body: EntryBody::Message { text },
        });
    }

    /// The visitor says something, which is an answer if something was asked.
    fn hear(&mut self, text: MessageText, client_id: Option<&ClientId>) {
        let step = match self.going.run.at {
            At::Asked { step, .. } => Some(step),
            At::Away { .. } | At::Over { .. } | At::Lost { .. } => None,
        };
        let turn =
            step.and_then(|step| self.advance(Event::Given(step, Given::Text(text.clone()))));
        // In the visitor's own words: their window shows it before the server has heard it.
        self.message(text, client_id);
        match turn {
            Some(turn) => self.take(turn),
            // The bot is done, and there is still something to say: that is for people.
            None => self.hand_over(self.team.clone(), Vec::new(), FilePolicy::Profile),
        }
    }

    fn advance(&self, event: Event) -> Option<Turn> {
        let Going { flow, version, run } = &self.going;
        let program = self.at.shelf.version(flow, *version)?;
        advance(program, run, event, &self.facts, self.at.now)
    }

    /// What follows from a turn, and from the flows it starts.
    fn take(&mut self, turn: Turn) {
        let mut next = Some(turn);
        // Two admins who publish at the same moment can make a circle that no check has seen.
        for _ in 0..=limit::FLOW_STARTS_PER_TURN {
            let Some(turn) = next else { return };
            next = self.take_one(turn);
        }
        if next.is_some() {
            self.hand_over(self.team.clone(), Vec::new(), FilePolicy::Profile);
        }
    }

    fn take_one(&mut self, turn: Turn) -> Option<Turn> {
        self.going.run = turn.run;
        for effect in &turn.effects {
            self.note(effect);
        }
        let is_done = matches!(
            self.going.run.at,
            At::Over {
                ending: Ending::Done,
                ..
            }
        );
        let last = turn.says.len().saturating_sub(1);
        for (at, said) in turn.says.into_iter().enumerate() {
            let is_last = is_done && at == last;
            self.push_bot(EntryBody::Said { said, is_last });
        }
        turn.effects
            .into_iter()
            .find_map(|effect| self.follow(effect))
            .or_else(|| {
                if let At::Lost { .. } = self.going.run.at {
                    self.hand_over(self.team.clone(), Vec::new(), FilePolicy::Profile);
                }
                None
            })
    }

    /// What the visitor has told by answering.
    fn note(&mut self, effect: &Effect) {
        match effect {
            Effect::Fill { fill, value } => {
                self.facts.fill(fill, value);
                let (fill, value) = (fill.clone(), value.clone());
                self.push(Speaker::Visitor, EntryBody::Filled { fill, value });
            }
            Effect::Rate { rating } => {
                let (rating, comment) = (*rating, None);
                self.push(Speaker::Visitor, EntryBody::Rated { rating, comment });
            }
            _ => {}
        }
    }

    /// What a step wants done; the turn that follows from it at once.
    fn follow(&mut self, effect: Effect) -> Option<Turn> {
        match effect {
            Effect::HandOver {
                teams,
                expertise,
                files,
            } => {
                let there = |team: &&TeamId| self.facts.teams_there.contains(*team);
                let team = teams.iter().find(there).or(teams.first());
                let team = team.unwrap_or(&self.team).clone();
                self.hand_over(team, expertise, files);
                None
            }
            Effect::Close => {
                self.push_bot(EntryBody::Closed);
                self.is_over = true;
                None
            }
            Effect::StartFlow { step, flow } => self.start_other(&flow).or_else(|| self.fail(step)),
            // Nothing of the outside is there yet, and no flow that needs it is published.
            Effect::Call { step, .. } => self.fail(step),
            Effect::Fill { .. } | Effect::Rate { .. } => None,
        }
    }

    fn start_other(&mut self, flow: &FlowId) -> Option<Turn> {
        let (version, program) = self.at.shelf.current(flow, &self.visitor)?;
        let turn = begin(program, None, &self.facts, self.at.now);
        self.bot = bot(program);
        self.going = Going {
            flow: flow.clone(),
            version,
            run: turn.run.clone(),
        };
        Some(turn)
    }

    fn fail(&self, step: StepId) -> Option<Turn> {
        self.advance(Event::Returned(step, Outcome::Failed))
    }

    fn hand_over(&mut self, team: TeamId, expertise: Vec<String>, files: FilePolicy) {
        self.push_bot(EntryBody::HandedOver {
            team,
            expertise,
            files,
        });
        self.is_over = true;
    }

    /// Whether the bot says nothing to the visitor's words.
    fn is_silent(&self) -> bool {
        let since = self.entries.iter().rev();
        let mut since = since.take_while(|new| !matches!(new.body, EntryBody::Message { .. }));
        !since.any(|new| matches!(new.body, EntryBody::Said { .. }))
    }

    fn end(mut self) -> Vec<NewEntry> {
        // Whoever says something is answered: by people, if the bot is done and had no word for it.
        if !self.is_over && self.asked().is_none() && self.is_silent() {
            self.hand_over(self.team.clone(), Vec::new(), FilePolicy::Profile);
        }
        if !self.is_over {
            let going = Box::new(self.going.clone());
            self.push_bot(EntryBody::Went { going });
        }
        self.entries
    }
}

/// What a window calls a line that is stored nowhere: the same words at the same place have the same
/// name, and a stored entry at that place is not taken for them.
fn name(entry: &VisitorEntry) -> ClientId {
    let mut hasher = DefaultHasher::new();
    entry.seq.hash(&mut hasher);
    if let Voice::Agent { name, picture } = &entry.by {
        (name.as_str(), picture).hash(&mut hasher);
    }
    if let VisitorBody::Message { text, aside } = &entry.body {
        (text.as_str(), aside).hash(&mut hasher);
    }
    ClientId::from_value(hasher.finish().into())
}

/// What a bot would say first in a conversation that this visitor has not begun, if it asks
/// something: nothing of it is stored before the visitor answers. `page` is the page as a start
/// would keep it, `person` who is known to ask.
pub fn first_words(
    visitor: &VisitorId,
    page: &Page,
    person: Option<&Person>,
    at: Circumstances<'_>,
) -> Option<FirstWords> {
    let claims = &Claims::default();
    let about = About {
        visitor,
        team: &at.rules.team,
        page: &at.rules.page(page),
        person,
        claims,
    };
    let dialogue = Dialogue::begin(&about, at)?;
    let asked = dialogue.asked()?;
    let mut seq = Seq::NONE.next();
    let mut visible = Seq::NONE;
    let mut entries = Vec::with_capacity(dialogue.entries.len());
    for new in dialogue.entries {
        seq = seq.next();
        let entry = Entry {
            conversation: ConversationId::from_value(0),
            seq,
            visitor_prev: visible,
            at: at.now,
            by: new.by,
            client_id: None,
            body: new.body,
        };
        if let Some(mut entry) = entry.for_visitor() {
            visible = seq;
            entry.client_id = Some(name(&entry));
            entries.push(entry);
        }
    }
    Some(FirstWords { asked, entries })
}
