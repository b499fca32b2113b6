//! A line of a transcript as a person sees it, made from either side's entries.
//!
//! Invariant: pure, and the same for both sides; a bubble knows no `Entry` and no frame.

use super::links::is_emoji_only;
use crate::live::{Fate, Pending, PendingState, Reader, Transcript};
use crate::locale::{chat, t, t_with, transcript as text, widget};
use domain::api::Refusal;
use domain::conversation::{
    Attachment, Entry, EntryBody, Line, Rating, Speaker, VisitorBody, VisitorEntry, Voice,
};
use domain::id::{AgentId, ClientId, PictureId, Seq};
use domain::text::{DisplayName, EmailAddress, MessageText, shown};
use domain::time::{Span, Timestamp};

/// What a line is called for as long as it is on the page: an own message keeps its name when it
/// becomes an entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// An entry.
    Entry(Seq),
    /// Something that its sender has named.
    Named(ClientId),
}

/// Who speaks, as seen from this side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The reader's own side. The name is there when it is not the reader.
    Own(Option<String>),
    /// The other side.
    Other(String),
    /// The reader's own side, to itself.
    Note(String),
    /// Nobody.
    System,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// What somebody wrote.
    Text(String),
    /// A file.
    File(Attachment),
    /// What happened, as a sentence.
    Notice(String),
}

/// How far an own message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// On its way.
    Sending,
    /// It arrived, and how far.
    Arrived(Fate),
    /// It did not arrive; why, and what to do.
    Failed(String),
}

/// A line of a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is its own question; no two exclude each other"
)]
pub struct Bubble {
    /// Its name on the page.
    pub key: Key,
    /// Its number; `None` while it is on its way.
    pub seq: Option<Seq>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Who,
    /// What.
    pub words: Words,
    /// What a bot's text comes with, for the script that draws it.
    pub aside: Option<String>,
    /// The picture of whoever says it, which the script draws, too.
    pub picture: Option<PictureId>,
    /// How far it has come, if it is the reader's own.
    pub progress: Option<Progress>,
    /// Whether it comes from the other side: such lines are announced.
    pub is_from_other: bool,
    /// Whether it came while the window was open.
    pub is_fresh: bool,
    /// Whether it belongs to the line before: same speaker, little later.
    pub follows: bool,
    /// Whether the line after belongs to this one: then that one says when.
    pub is_followed: bool,
    /// When the line before was written; `None` for the first.
    pub before: Option<Timestamp>,
}

/// Lines of one speaker within this time belong together.
const FOLLOWS_WITHIN: Span = Span::from_seconds(5 * 60);

impl Bubble {
    fn of<L: Line>(entry: &L, at: Timestamp, who: Who, words: Words) -> Self {
        Self {
            key: entry
                .client_id()
                .map_or(Key::Entry(entry.seq()), |id| Key::Named(id.clone())),
            seq: Some(entry.seq()),
            at,
            who,
            words,
            aside: None,
            picture: None,
            progress: None,
            is_from_other: false,
            is_fresh: false,
            follows: false,
            is_followed: false,
            before: None,
        }
    }

    fn of_pending(pending: &Pending, said: &str, sentence: fn(&Refusal) -> String) -> Self {
        Self {
            key: Key::Named(pending.client_id.clone()),
            seq: None,
            at: pending.at,
            who: Who::Own(None),
            words: Words::Text(said.to_owned()),
            aside: None,
            picture: None,
            progress: Some(match &pending.state {
                PendingState::Sending => Progress::Sending,
                PendingState::Failed(refusal) => Progress::Failed(sentence(refusal)),
            }),
            is_from_other: false,
            is_fresh: true,
            follows: false,
            is_followed: false,
            before: None,
        }
    }

    /// Whether it is only up to three emoji.
    pub fn is_emoji_only(&self) -> bool {
        matches!(&self.words, Words::Text(text) if is_emoji_only(text))
    }

    /// Whether there is something for the script to draw.
    pub fn has_aside(&self) -> bool {
        self.aside.is_some() || self.picture.is_some() || matches!(self.words, Words::File(_))
    }

    fn is_written(&self) -> bool {
        matches!(self.words, Words::Text(_) | Words::File(_))
    }
}

/// The lines of a conversation, oldest first: what is known before it begins, its entries, then what
/// is on its way. `bubble` is the side's view of an entry, `sentence` its words for a refusal.
pub fn lines<'a, V: Reader>(
    opening: &[V::Entry],
    held: Option<&Transcript<V>>,
    pending: impl Iterator<Item = &'a Pending>,
    bubble: impl Fn(&V::Entry) -> Option<Bubble>,
    sentence: fn(&Refusal) -> String,
) -> Vec<Bubble> {
    let mut lines = Vec::new();
    let entries = held.map_or(&[][..], Transcript::entries);
    for entry in opening.iter().chain(entries) {
        let Some(mut line) = bubble(entry) else {
            continue;
        };
        line.is_from_other = V::is_from_other(entry);
        if let Some(held) = held {
            line.is_fresh = held.is_fresh(entry.seq());
            if line.is_written() && matches!(line.who, Who::Own(_)) {
                line.progress = Some(Progress::Arrived(held.fate(entry.seq())));
            }
        }
        lines.push(line);
    }
    for pending in pending {
        if let Some(said) = pending.text() {
            lines.push(Bubble::of_pending(pending, said.as_str(), sentence));
        }
    }
    join(&mut lines);
    lines
}

/// Each line learns of its neighbours.
fn join(lines: &mut [Bubble]) {
    let mut before: Option<&mut Bubble> = None;
    for line in lines {
        if let Some(before) = before {
            line.before = Some(before.at);
            line.follows = line.is_written()
                && before.is_written()
                && line.who == before.who
                && line.at.since(before.at) <= FOLLOWS_WITHIN;
            before.is_followed = line.follows;
        }
        before = Some(line);
    }
}

/// What a visitor thought of a conversation, in a word.
pub fn rating(rating: Rating) -> &'static str {
    t(match rating {
        Rating::Satisfied => widget::SATISFIED,
        Rating::Okay => widget::OKAY,
        Rating::Dissatisfied => widget::DISSATISFIED,
    })
}

fn named(words: crate::locale::Text, name: &DisplayName) -> Words {
    Words::Notice(t_with(words, &[("name", &shown(name.as_str()))]))
}

fn copy_asked(email: &EmailAddress) -> Words {
    Words::Notice(t_with(
        widget::COPY_ASKED,
        &[("email", &shown(email.as_str()))],
    ))
}

/// An entry in the visitor's window.
pub fn visitor_bubble(entry: &VisitorEntry) -> Bubble {
    let who = match &entry.by {
        Voice::You => Who::Own(None),
        Voice::Agent { name, .. } => Who::Other(shown(name.as_str())),
        Voice::System => Who::System,
    };
    let words = match (&entry.body, &entry.by) {
        (VisitorBody::Message { text, .. }, _) => Words::Text(text.as_str().to_owned()),
        (VisitorBody::Attached { attachment }, _) => Words::File(attachment.clone()),
        (VisitorBody::Rated { rating: given }, _) => {
            Words::Notice(t_with(widget::RATED, &[("rating", rating(*given))]))
        }
        (VisitorBody::CopyRequested { email }, _) => copy_asked(email),
        (VisitorBody::Joined, Voice::Agent { name, .. }) => named(text::JOINED, name),
        (VisitorBody::Joined, _) => Words::Notice(t(text::SYSTEM).into()),
        (VisitorBody::Identified { name: Some(name) }, _) => named(text::IDENTIFIED_AS, name),
        (VisitorBody::Identified { name: None }, _) => Words::Notice(t(text::IDENTIFIED).into()),
        (VisitorBody::Left { name, is_transfer }, _) => {
            let words = if *is_transfer {
                text::TRANSFERRED
            } else {
                text::LEFT
            };
            named(words, name)
        }
        (VisitorBody::Closed, Voice::You) => Words::Notice(t(text::YOU_ENDED).into()),
        (VisitorBody::Closed, Voice::Agent { name, .. }) => named(text::ENDED_BY, name),
        (VisitorBody::Closed, Voice::System) => Words::Notice(t(text::ENDED).into()),
    };
    let mut bubble = Bubble::of(entry, entry.at, who, words);
    if let VisitorBody::Message { aside, .. } = &entry.body {
        bubble.aside.clone_from(aside);
    }
    if let Voice::Agent { picture, .. } = &entry.by {
        bubble.picture.clone_from(picture);
    }
    bubble
}

/// An entry in the window of the agent `me`; `visitor` is what the visitor is called there. `None`
/// for what only programs read.
pub fn agent_bubble(entry: &Entry, me: &AgentId, visitor: &str) -> Option<Bubble> {
    let own = |id: &AgentId, name: &DisplayName| (id != me).then(|| shown(name.as_str()));
    let who = match (&entry.by, &entry.body) {
        (Speaker::Agent { name, .. }, EntryBody::Note { .. }) => Who::Note(shown(name.as_str())),
        (Speaker::Agent { id, name, .. }, _) => Who::Own(own(id, name)),
        (Speaker::Visitor, _) => Who::Other(visitor.to_owned()),
        (Speaker::Bot { name, .. }, _) => {
            Who::Own(Some(t_with(chat::BOT, &[("name", &shown(name.as_str()))])))
        }
        (Speaker::System, _) => Who::System,
    };
    let words = match (&entry.body, &entry.by) {
        (
            EntryBody::Message { text }
            | EntryBody::Note { text }
            | EntryBody::WaitMessage { text, .. },
            _,
        ) => Words::Text(text.as_str().to_owned()),
        (EntryBody::Attached { attachment }, _) => Words::File(attachment.clone()),
        (EntryBody::Said { said, .. }, _) => Words::Text(said.words().as_str().to_owned()),
        // What was filled stands in the answer, and beside the conversation.
        (EntryBody::Went { .. } | EntryBody::Filled { .. }, _) => return None,
        (EntryBody::HandedOver { expertise, .. }, _) => Words::Notice(handed_over(expertise)),
        (
            EntryBody::Rated {
                rating: given,
                comment,
            },
            _,
        ) => Words::Notice(rated(*given, comment.as_ref())),
        (EntryBody::CopyRequested { email }, _) => copy_asked(email),
        (EntryBody::FilesChosen { are_welcome }, _) => files_chosen(*are_welcome),
        (
            EntryBody::Started {
                defect: Some(defect),
                ..
            },
            _,
        ) => Words::Notice(t_with(text::DOUBTED, &[("defect", defect.as_str())])),
        (EntryBody::Started { .. }, _) => Words::Notice(t(text::BEGINNING).into()),
        (EntryBody::Identified { person }, _) => match &person.name {
            Some(name) => named(text::IDENTIFIED_AS, name),
            None => Words::Notice(t(text::IDENTIFIED).into()),
        },
        (EntryBody::Joined, Speaker::Agent { id, .. }) if id == me => {
            Words::Notice(t(text::YOU_JOINED).into())
        }
        (EntryBody::Joined, Speaker::Agent { name, .. }) => named(text::JOINED, name),
        (EntryBody::Transferred { name: team, .. }, by) => Words::Notice(transferred(by, me, team)),
        (EntryBody::Left { agent, .. }, _) if agent == me => {
            Words::Notice(t(text::YOU_LEFT).into())
        }
        (EntryBody::Left { name, .. }, _) => named(text::LEFT, name),
        (EntryBody::Closed, Speaker::Agent { id, .. }) if id == me => {
            Words::Notice(t(text::YOU_ENDED).into())
        }
        (EntryBody::Closed, Speaker::Agent { name, .. } | Speaker::Bot { name, .. }) => {
            named(text::ENDED_BY, name)
        }
        (EntryBody::Closed, Speaker::Visitor) => {
            Words::Notice(t_with(text::ENDED_BY, &[("name", visitor)]))
        }
        (EntryBody::Joined | EntryBody::Closed, _) => Words::Notice(t(text::ENDED).into()),
    };
    let mut bubble = Bubble::of(entry, entry.at, who, words);
    if let EntryBody::Said { .. } = entry.body
        && let Some(VisitorBody::Message { aside, .. }) = entry.for_visitor().map(|it| it.body)
    {
        bubble.aside = aside;
    }
    bubble.picture = picture(&entry.by).cloned();
    Some(bubble)
}

fn picture(by: &Speaker) -> Option<&PictureId> {
    match by {
        Speaker::Agent { picture, .. } | Speaker::Bot { picture, .. } => picture.as_ref(),
        Speaker::Visitor | Speaker::System => None,
    }
}

fn files_chosen(are_welcome: bool) -> Words {
    let text = if are_welcome {
        chat::FILES_WELCOME
    } else {
        chat::FILES_UNWELCOME
    };
    Words::Notice(t(text).into())
}

fn rated(given: Rating, comment: Option<&MessageText>) -> String {
    let word = ("rating", rating(given));
    match comment {
        Some(said) => t_with(chat::RATED_WITH, &[word, ("comment", said.as_str())]),
        None => t_with(chat::RATED, &[word]),
    }
}

fn transferred(by: &Speaker, me: &AgentId, team: &DisplayName) -> String {
    let team = shown(team.as_str());
    match by {
        Speaker::Agent { id, name, .. } if id != me => {
            let name = shown(name.as_str());
            t_with(chat::TRANSFERRED_BY, &[("name", &name), ("team", &team)])
        }
        _ => t_with(chat::YOU_TRANSFERRED, &[("team", &team)]),
    }
}

fn handed_over(expertise: &[String]) -> String {
    if expertise.is_empty() {
        t(chat::HANDED_OVER).to_owned()
    } else {
        let wanted = shown(&expertise.join(", "));
        t_with(chat::HANDED_OVER_FOR, &[("expertise", &wanted)])
    }
}

impl Who {
    /// The name to show above a line; `None` for the reader and for nobody.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Own(name) => name.as_deref(),
            Self::Other(name) | Self::Note(name) => Some(name),
            Self::System => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::conversation::{VisitorHead, VisitorStage};
    use domain::id::ConversationId;
    use domain::live::{ForVisitor, ServerFrame};

    fn entry(n: u32, at: i64, by: Voice, body: VisitorBody) -> VisitorEntry {
        VisitorEntry {
            conversation: ConversationId::from_value(1),
            seq: Seq::new(n),
            prev: Seq::new(n - 1),
            at: Timestamp::from_ms(at),
            client_id: (by == Voice::You).then(|| ClientId::from_value(n.into())),
            by,
            body,
        }
    }

    fn message(n: u32, at: i64, by: Voice) -> VisitorEntry {
        let text = MessageText::parse("hello").unwrap();
        entry(n, at, by, VisitorBody::Message { text, aside: None })
    }

    fn ann() -> Voice {
        Voice::Agent {
            name: DisplayName::parse("A\u{202E}nn").unwrap(),
            picture: None,
        }
    }

    #[test]
    fn lines_group_by_speaker_and_show_what_a_name_hides() {
        let mut held = Transcript::<ForVisitor>::begin(VisitorHead {
            conversation: ConversationId::from_value(1),
            stage: VisitorStage::Waiting,
        });
        let now = Timestamp::from_ms(0);
        for new in [
            message(1, 0, Voice::You),
            message(2, 1000, Voice::You),
            entry(3, 2000, ann(), VisitorBody::Joined),
            message(4, 3000, ann()),
            message(5, 4000, ann()),
            message(6, 400_000, ann()),
        ] {
            held.hear_entry(&new, now);
        }
        let lines = lines(
            &[],
            Some(&held),
            [].iter(),
            |e| Some(visitor_bubble(e)),
            |_| String::new(),
        );
        let follows: Vec<_> = lines.iter().map(|line| line.follows).collect();
        assert_eq!(follows, [false, true, false, false, true, false]);
        let followed: Vec<_> = lines.iter().map(|line| line.is_followed).collect();
        assert_eq!(followed, [true, false, false, true, false, false]);
        assert_eq!(
            lines[2].words,
            Words::Notice(String::from("A[U+202E]nn joined"))
        );
        assert_eq!(lines[0].progress, Some(Progress::Arrived(Fate::Sent)));
        assert_eq!(lines[3].progress, None);
        assert!(lines[3].is_fresh && lines[3].is_from_other);
    }

    #[test]
    fn an_own_message_keeps_its_name_when_it_arrives() {
        let text = MessageText::parse("hello").unwrap();
        let pending = Pending::new(
            ClientId::from_value(1),
            ConversationId::from_value(1),
            domain::conversation::Command::Send { text },
            Timestamp::from_ms(0),
        );
        let mut book = crate::live::Book::<ForVisitor>::default();
        let show = |book: &crate::live::Book<ForVisitor>| {
            lines(
                &[],
                book.transcript(&ConversationId::from_value(1)),
                book.outbox.of(&ConversationId::from_value(1)),
                |e| Some(visitor_bubble(e)),
                |_| String::new(),
            )
        };
        assert!(book.outbox.push(pending));
        let before = show(&book);
        assert_eq!(before[0].progress, Some(Progress::Sending));
        let frame = ServerFrame::Entry(message(1, 9, Voice::You));
        book.hear(&frame, Timestamp::from_ms(9), 0);
        let after = show(&book);
        assert_eq!(after.len(), 1);
        assert_eq!(before[0].key, after[0].key);
    }
}
