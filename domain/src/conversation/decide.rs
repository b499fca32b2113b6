//! May it happen, and what follows? The only place where a command becomes entries.
//!
//! Invariant: a decision changes nothing; its entries are numbered and applied by the caller,
//! who commits them first.

use super::attachment::Attachment;
use super::command::{Circumstances, Command, Proof, Rules, Who};
use super::dialogue::Dialogue;
use super::entry::{Entry, EntryBody, LeftReason, Speaker};
use super::state::{Conversation, Stage};
use crate::api::{Field, Refusal};
use crate::id::{AgentId, ClientId, ConversationId, Seq, TeamId};
use crate::people::{Page, Person, Role};
use crate::text::{DisplayName, EmailAddress, MessageText, Reason};
use crate::time::Timestamp;

/// An entry that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Who made it.
    pub by: Speaker,
    /// What its sender called it.
    pub client_id: Option<ClientId>,
    /// What it says.
    pub body: EntryBody,
}

/// What follows from a command: at least one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// In this order.
    pub entries: Vec<NewEntry>,
}

impl Decision {
    /// Numbers the entries behind `conversation` (none before the start), applies them, and
    /// returns the state that follows with its entries.
    pub fn follow(
        self,
        conversation: Option<Conversation>,
        id: &ConversationId,
        now: Timestamp,
    ) -> (Option<Conversation>, Vec<Entry>) {
        let mut state = conversation;
        let mut entries = Vec::with_capacity(self.entries.len());
        for new in self.entries {
            let (last, visible) = state
                .as_ref()
                .map_or((Seq::NONE, Seq::NONE), |s| (s.last_seq, s.visible_seq));
            let entry = Entry {
                conversation: id.clone(),
                seq: last.next(),
                visitor_prev: visible,
                at: now,
                by: new.by,
                client_id: new.client_id,
                body: new.body,
            };
            match &mut state {
                Some(state) => state.apply(&entry),
                None => state = Conversation::begin(&entry),
            }
            entries.push(entry);
        }
        (state, entries)
    }
}

/// May `who` do this to the conversation (`None`: it does not exist yet), and what follows?
///
/// # Errors
/// The [`Refusal`] that says why not.
pub fn decide(
    conversation: Option<&Conversation>,
    who: &Who,
    client_id: Option<&ClientId>,
    command: Command,
    at: Circumstances<'_>,
) -> Result<Decision, Refusal> {
    let Some(conversation) = conversation else {
        return match (command, who) {
            (Command::Start { page, text, .. }, Who::Visitor { .. }) => {
                start(who, client_id, &page, text, at)
            }
            _ => Err(Refusal::NotFound),
        };
    };
    if !is_party(conversation, who) {
        return Err(Refusal::NotFound);
    }
    let body = match command {
        // Same id, another command: the browser's storage was copied or tampered with.
        Command::Start { .. } => return Err(Refusal::Forbidden),
        Command::Identify { .. } => identify(conversation, who)?,
        Command::Send { text } => {
            let said = say(conversation, who, EntryBody::Message { text: text.clone() })?;
            let is_visitor = matches!(who, Who::Visitor { .. });
            let answered = || Dialogue::go_on(conversation, text, client_id, at);
            if let Some(entries) = is_visitor.then(answered).flatten() {
                return Ok(Decision { entries });
            }
            said
        }
        Command::Attach { attachment } => attach(conversation, who, attachment, at.rules)?,
        Command::Note { text } => match who {
            Who::Agent { .. } => EntryBody::Note { text },
            Who::Visitor { .. } | Who::System => return Err(Refusal::Forbidden),
        },
        Command::Join => join(conversation, who)?,
        Command::PutBack => put_back(conversation, who)?,
        Command::Transfer { team, name } => transfer(conversation, who, team, name)?,
        Command::Release { agent } => release(conversation, who, &agent)?,
        Command::ChooseFiles { are_welcome } => match who {
            // Whether the chat profile leaves it to agents was asked at the door.
            Who::Agent { .. } => say(conversation, who, EntryBody::FilesChosen { are_welcome })?,
            Who::Visitor { .. } | Who::System => return Err(Refusal::Forbidden),
        },
        Command::Close => close(conversation, who)?,
        Command::Rate { rating, comment } => {
            let is_open = !conversation.is_closed() || conversation.rating.is_some();
            once(is_open, who, EntryBody::Rated { rating, comment })?
        }
        Command::RequestCopy { email } => request_copy(conversation, who, email)?,
    };
    Ok(one(conversation, who, client_id, body))
}

fn one(
    conversation: &Conversation,
    who: &Who,
    client_id: Option<&ClientId>,
    body: EntryBody,
) -> Decision {
    let by = speaker(conversation, who);
    Decision {
        entries: vec![NewEntry {
            by,
            client_id: client_id.cloned(),
            body,
        }],
    }
}

fn speaker(conversation: &Conversation, who: &Who) -> Speaker {
    match who {
        Who::Visitor { .. } => Speaker::Visitor,
        Who::Agent { id, name, face, .. } => Speaker::Agent {
            id: id.clone(),
            name: name.clone(),
            alias: conversation
                .agent_name
                .as_ref()
                .or(face.chat_name.as_ref())
                .cloned(),
            // Where all have one name, none shows who it is.
            picture: face
                .picture
                .clone()
                .filter(|_| conversation.agent_name.is_none()),
        },
        Who::System => Speaker::System,
    }
}

/// A visitor has exactly their own conversations. Which agents may hear it was asked at the
/// door, where their teams are known (`audience`).
fn is_party(conversation: &Conversation, who: &Who) -> bool {
    match who {
        Who::Visitor { id, .. } => *id == conversation.visitor,
        Who::Agent { .. } | Who::System => true,
    }
}

fn start(
    who: &Who,
    client_id: Option<&ClientId>,
    page: &Page,
    text: MessageText,
    at: Circumstances<'_>,
) -> Result<Decision, Refusal> {
    let rules = at.rules;
    let Who::Visitor { id, profile, proof } = who else {
        return Err(Refusal::Forbidden);
    };
    if !rules.is_profile_active {
        return Err(Refusal::ProfileInactive);
    }
    let page = rules.page(page);
    let person = match proof {
        Proof::Given(person) => Some(person.clone()),
        Proof::None | Proof::Refused(_) => None,
    };
    // For this visitor the entrance is as good as closed. Their window was given the sentence that
    // says for whom it is open.
    if !rules.access.admits(person.as_ref()) {
        return Err(Refusal::ProfileInactive);
    }
    let said = Dialogue::start(
        id,
        &rules.team,
        &page,
        person.as_ref(),
        text.clone(),
        client_id,
        at,
    );
    let message = || NewEntry {
        by: Speaker::Visitor,
        client_id: client_id.cloned(),
        body: EntryBody::Message { text },
    };
    let started = EntryBody::Started {
        visitor: id.clone(),
        profile: profile.clone(),
        team: rules.team.clone(),
        page,
        person,
        // Whoever cannot be believed may still ask: anonymously, and the agent learns why.
        defect: match proof {
            Proof::Refused(defect) => Some(*defect),
            Proof::None | Proof::Given(_) => None,
        },
        agent_name: rules.agent_name.clone(),
        language: rules.language,
    };
    let mut entries = vec![NewEntry {
        by: Speaker::System,
        client_id: None,
        body: started,
    }];
    entries.extend(said.unwrap_or_else(|| vec![message()]));
    Ok(Decision { entries })
}

fn identify(conversation: &Conversation, who: &Who) -> Result<EntryBody, Refusal> {
    let Who::Visitor { proof, .. } = who else {
        return Err(Refusal::Forbidden);
    };
    let person = match proof {
        Proof::Given(person) => person,
        Proof::Refused(defect) => return Err(Refusal::BadToken { defect: *defect }),
        Proof::None => return Err(Refusal::Forbidden),
    };
    let is_other = |known: &Person| known.contact != person.contact;
    if conversation.is_closed() {
        Err(Refusal::ConversationClosed)
    } else if conversation.person.as_ref().is_some_and(is_other) {
        Err(Refusal::AlreadyIdentified)
    } else {
        // What the conversation holds of custom fields stays, unless it is said anew.
        let known = conversation.person.as_ref().map(|known| &known.custom);
        let mut custom = known.cloned().unwrap_or_default();
        custom.extend(person.custom.clone());
        Ok(EntryBody::Identified {
            person: Person {
                custom,
                ..person.clone()
            },
        })
    }
}

/// Something for the other side.
fn say(conversation: &Conversation, who: &Who, said: EntryBody) -> Result<EntryBody, Refusal> {
    match (&conversation.stage, who) {
        (Stage::Closed { .. }, _) => Err(Refusal::ConversationClosed),
        (_, Who::Visitor { .. }) => Ok(said),
        (Stage::Talking { agent, .. }, Who::Agent { id, .. }) if agent == id => Ok(said),
        (_, Who::Agent { .. }) => Err(Refusal::NotJoined),
        (_, Who::System) => Err(Refusal::Forbidden),
    }
}

fn attach(
    conversation: &Conversation,
    who: &Who,
    attachment: Attachment,
    rules: &Rules,
) -> Result<EntryBody, Refusal> {
    let takes_files = conversation.takes_files(rules.are_files_welcome);
    if matches!(who, Who::Visitor { .. }) && !takes_files {
        return Err(Refusal::FilesUnwelcome);
    }
    say(conversation, who, EntryBody::Attached { attachment })
}

/// What a visitor may say once, and not before its time.
fn once(is_refused: bool, who: &Who, said: EntryBody) -> Result<EntryBody, Refusal> {
    match who {
        Who::Visitor { .. } if !is_refused => Ok(said),
        _ => Err(Refusal::Forbidden),
    }
}

fn request_copy(
    conversation: &Conversation,
    who: &Who,
    email: EmailAddress,
) -> Result<EntryBody, Refusal> {
    let is_asked = conversation.copy_to.is_some();
    once(is_asked, who, EntryBody::CopyRequested { email })
}

fn join(conversation: &Conversation, who: &Who) -> Result<EntryBody, Refusal> {
    let Who::Agent { id, .. } = who else {
        return Err(Refusal::Forbidden);
    };
    match &conversation.stage {
        // Whoever takes it from a bot takes it whole: the bot is silent from this entry on.
        Stage::Waiting { .. } | Stage::InFlow { .. } => Ok(EntryBody::Joined),
        Stage::Talking { agent, .. } if agent == id => Err(Refusal::AlreadyJoined),
        Stage::Talking { name, .. } => Err(Refusal::AlreadyTaken { by: name.clone() }),
        Stage::Closed { .. } => Err(Refusal::ConversationClosed),
    }
}

fn transfer(
    conversation: &Conversation,
    who: &Who,
    team: TeamId,
    name: Option<DisplayName>,
) -> Result<EntryBody, Refusal> {
    match (&conversation.stage, who) {
        (Stage::Talking { agent, .. }, Who::Agent { id, .. }) if agent == id => {
            let name = name.filter(|_| team != conversation.team);
            let name = name.ok_or(Refusal::Invalid {
                field: Field::Team,
                reason: Reason::Form,
            })?;
            Ok(EntryBody::Transferred { team, name })
        }
        (Stage::Closed { .. }, _) => Err(Refusal::ConversationClosed),
        _ => Err(Refusal::NotJoined),
    }
}

fn put_back(conversation: &Conversation, who: &Who) -> Result<EntryBody, Refusal> {
    match (&conversation.stage, who) {
        (Stage::Talking { agent, name, .. }, Who::Agent { id, .. }) if agent == id => {
            Ok(EntryBody::Left {
                agent: agent.clone(),
                name: name.clone(),
                alias: conversation.alias().cloned(),
                reason: LeftReason::PutBack,
            })
        }
        (Stage::Closed { .. }, _) => Err(Refusal::ConversationClosed),
        _ => Err(Refusal::NotJoined),
    }
}

fn release(conversation: &Conversation, who: &Who, gone: &AgentId) -> Result<EntryBody, Refusal> {
    match (&conversation.stage, who) {
        (Stage::Talking { agent, name, .. }, Who::System) if agent == gone => Ok(EntryBody::Left {
            agent: agent.clone(),
            name: name.clone(),
            alias: conversation.alias().cloned(),
            reason: LeftReason::Deactivated,
        }),
        (_, Who::System) => Err(Refusal::NotJoined),
        _ => Err(Refusal::Forbidden),
    }
}

fn close(conversation: &Conversation, who: &Who) -> Result<EntryBody, Refusal> {
    match (&conversation.stage, who) {
        (Stage::Closed { .. }, _) => Err(Refusal::ConversationClosed),
        (
            _,
            Who::Visitor { .. }
            | Who::Agent {
                role: Role::Admin, ..
            },
        ) => Ok(EntryBody::Closed),
        (Stage::Talking { agent, .. }, Who::Agent { id, .. }) if agent == id => {
            Ok(EntryBody::Closed)
        }
        (_, Who::Agent { .. }) => Err(Refusal::NotJoined),
        (_, Who::System) => Err(Refusal::Forbidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::TokenDefect;
    use crate::conversation::Rating;
    use crate::conversation::{Command as C, EntryBody as B};
    use crate::flow::{Facts, Shelf};
    use crate::id::{AttachmentId, ContactId, PictureId, ProfileId, TeamId, VisitorId};
    use crate::people::Face;
    use crate::settings::ProfileAccess;
    use crate::text::{DisplayName, FileName, IdToken};
    use std::collections::BTreeMap;

    fn visitor(n: u8) -> Who {
        Who::Visitor {
            id: VisitorId::from_value(u128::from(n)),
            profile: ProfileId::from_value(1),
            proof: Proof::None,
        }
    }

    fn agent(n: u8, role: Role) -> Who {
        Who::Agent {
            id: AgentId::from_value(u128::from(n)),
            name: DisplayName::parse(if n == 1 { "Ann" } else { "Bob" }).unwrap(),
            face: Face::default(),
            role,
        }
    }

    fn text() -> MessageText {
        MessageText::parse("hello").unwrap()
    }

    fn rules() -> Rules {
        Rules {
            is_profile_active: true,
            access: ProfileAccess::Everyone,
            team: TeamId::from_value(1),
            is_page_query_kept: false,
            are_files_welcome: true,
            agent_name: None,
            language: None,
            flow: None,
            steps: Vec::new(),
            asked: None,
        }
    }

    /// Decides where there is no flow.
    fn decide(
        conversation: Option<&Conversation>,
        who: &Who,
        client_id: Option<&ClientId>,
        command: Command,
        rules: &Rules,
    ) -> Result<Decision, Refusal> {
        let at = Circumstances {
            facts: &Facts::default(),
            rules,
            shelf: &Shelf::default(),
            contacts: &BTreeMap::new(),
            now: Timestamp::from_ms(1),
        };
        super::decide(conversation, who, client_id, command, at)
    }

    /// Runs the commands on a fresh conversation of visitor 1; all but the last must succeed.
    fn check(commands: Vec<(Who, Command)>, want: &Result<B, Refusal>) {
        let id = ConversationId::from_value(1);
        let begin = C::Start {
            page: Page::default(),
            text: text(),
            id_token: None,
        };
        let decision = decide(None, &visitor(1), None, begin, &rules()).unwrap();
        let (mut state, _) = decision.follow(None, &id, Timestamp::from_ms(1));
        let mut last = None;
        for (who, command) in commands {
            assert!(
                !matches!(last, Some(Err(_))),
                "only the last may be refused: {last:?}"
            );
            let result = decide(state.as_ref(), &who, None, command, &rules());
            last = Some(result.map(|decision| {
                let (next, entries) = decision.follow(state.take(), &id, Timestamp::from_ms(2));
                state = next;
                entries.into_iter().last().unwrap().body
            }));
        }
        assert_eq!(last.unwrap(), *want);
    }

    #[test]
    fn who_may_do_what_when() {
        let (vis, ann, bob) = (visitor(1), agent(1, Role::Agent), agent(2, Role::Agent));
        let message = || Ok(B::Message { text: text() });
        let send = || C::Send { text: text() };
        let taken = || Refusal::AlreadyTaken {
            by: DisplayName::parse("Ann").unwrap(),
        };
        let joined = |who: &Who| (who.clone(), C::Join);
        check(vec![(vis.clone(), send())], &message());
        check(vec![(visitor(2), send())], &Err(Refusal::NotFound));
        check(vec![(ann.clone(), send())], &Err(Refusal::NotJoined));
        check(vec![joined(&ann)], &Ok(B::Joined));
        check(vec![joined(&ann), (ann.clone(), send())], &message());
        check(
            vec![joined(&ann), (bob.clone(), send())],
            &Err(Refusal::NotJoined),
        );
        check(vec![joined(&ann), joined(&bob)], &Err(taken()));
        check(
            vec![joined(&ann), joined(&ann)],
            &Err(Refusal::AlreadyJoined),
        );
        check(
            vec![joined(&ann), (ann.clone(), C::PutBack), joined(&bob)],
            &Ok(B::Joined),
        );
        check(
            vec![joined(&ann), (bob.clone(), C::PutBack)],
            &Err(Refusal::NotJoined),
        );
        check(vec![(vis.clone(), C::Join)], &Err(Refusal::Forbidden));
        check(
            vec![(vis.clone(), C::Note { text: text() })],
            &Err(Refusal::Forbidden),
        );
        check(
            vec![(bob.clone(), C::Note { text: text() })],
            &Ok(B::Note { text: text() }),
        );
        check(vec![(bob.clone(), C::Close)], &Err(Refusal::NotJoined));
        check(vec![(agent(2, Role::Admin), C::Close)], &Ok(B::Closed));
        check(vec![(vis.clone(), C::Close)], &Ok(B::Closed));
        check(
            vec![(vis.clone(), C::Close), (vis.clone(), send())],
            &Err(Refusal::ConversationClosed),
        );
        check(
            vec![(vis.clone(), C::Close), joined(&ann)],
            &Err(Refusal::ConversationClosed),
        );
        let gone = C::Release {
            agent: AgentId::from_value(1),
        };
        check(
            vec![joined(&ann), (ann.clone(), gone.clone())],
            &Err(Refusal::Forbidden),
        );
        check(vec![(Who::System, gone)], &Err(Refusal::NotJoined));
        let again = C::Start {
            page: Page::default(),
            text: text(),
            id_token: None,
        };
        check(vec![(vis, again)], &Err(Refusal::Forbidden));
    }

    #[test]
    fn who_answers_decides_about_files() {
        let (vis, ann) = (visitor(1), agent(1, Role::Agent));
        let joined = |who: &Who| (who.clone(), C::Join);
        let choose = || C::ChooseFiles { are_welcome: true };
        let chosen = Ok(B::FilesChosen { are_welcome: true });
        check(vec![joined(&ann), (ann.clone(), choose())], &chosen);
        check(vec![(ann.clone(), choose())], &Err(Refusal::NotJoined));
        check(
            vec![joined(&ann), (agent(2, Role::Admin), choose())],
            &Err(Refusal::NotJoined),
        );
        check(vec![(vis.clone(), choose())], &Err(Refusal::Forbidden));
        check(
            vec![
                joined(&ann),
                (ann.clone(), C::Close),
                (ann.clone(), choose()),
            ],
            &Err(Refusal::ConversationClosed),
        );
    }

    #[test]
    fn a_conversation_belongs_to_whom_its_host_names() {
        let proven = |contact: u8| {
            let person = Person {
                contact: ContactId::from_value(u128::from(contact)),
                name: None,
                agent: None,
                custom: BTreeMap::new(),
            };
            let Who::Visitor { id, profile, .. } = visitor(1) else {
                panic!("not a visitor");
            };
            let proof = Proof::Given(person.clone());
            (Who::Visitor { id, profile, proof }, person)
        };
        let ((first, person), (second, _)) = (proven(1), proven(2));
        let says = || C::Identify {
            id_token: IdToken::parse("a.b.c").unwrap(),
        };
        let named = || {
            Ok(B::Identified {
                person: person.clone(),
            })
        };
        check(vec![(first.clone(), says())], &named());
        check(
            vec![(first.clone(), says()), (first.clone(), says())],
            &named(),
        );
        let already = Err(Refusal::AlreadyIdentified);
        check(vec![(first.clone(), says()), (second, says())], &already);
        check(vec![(visitor(1), says())], &Err(Refusal::Forbidden));
        let agent = agent(1, Role::Admin);
        check(vec![(agent, says())], &Err(Refusal::Forbidden));
        let over = Err(Refusal::ConversationClosed);
        check(vec![(visitor(1), C::Close), (first.clone(), says())], &over);
        let Who::Visitor { id, profile, .. } = first.clone() else {
            panic!("not a visitor");
        };
        let defect = TokenDefect::Expired;
        let proof = Proof::Refused(defect);
        let doubted = Who::Visitor { id, profile, proof };
        check(
            vec![(doubted.clone(), says())],
            &Err(Refusal::BadToken { defect }),
        );

        for (who, person, defect) in [
            (first, Some(person.clone()), None),
            (doubted, None, Some(defect)),
        ] {
            let begin = C::Start {
                page: Page::default(),
                text: text(),
                id_token: None,
            };
            let decision = decide(None, &who, None, begin, &rules()).unwrap();
            let id = ConversationId::from_value(1);
            let (state, entries) = decision.follow(None, &id, Timestamp::from_ms(1));
            let EntryBody::Started { defect: found, .. } = &entries[0].body else {
                panic!("{entries:?}");
            };
            assert_eq!(*found, defect, "who is not believed may ask all the same");
            assert_eq!(state.unwrap().person, person);
        }
    }

    #[test]
    fn an_inactive_entrance_takes_nothing_new() {
        let begin = C::Start {
            page: Page::default(),
            text: text(),
            id_token: None,
        };
        let rules = Rules {
            is_profile_active: false,
            ..rules()
        };
        let refused = decide(None, &visitor(1), None, begin, &rules);
        assert_eq!(refused, Err(Refusal::ProfileInactive));
    }

    /// What the visitor and what agents hear of a conversation that Ann answers, where all agents
    /// are called like this, and where she is.
    fn heard(all: Option<&str>, own: Option<&str>) -> (String, String) {
        let id = ConversationId::from_value(1);
        let name = |name| DisplayName::parse(name).unwrap();
        let (ann, vis) = (agent(1, Role::Agent), visitor(1));
        let Who::Agent {
            id: agent, role, ..
        } = &ann
        else {
            panic!("not an agent");
        };
        let ann = Who::Agent {
            id: agent.clone(),
            name: name("Ann"),
            face: Face {
                chat_name: own.map(name),
                picture: Some(PictureId::from_value(7)),
            },
            role: *role,
        };
        let rules = Rules {
            agent_name: all.map(name),
            ..rules()
        };
        let begin = C::Start {
            page: Page::default(),
            text: text(),
            id_token: None,
        };
        let release = C::Release {
            agent: agent.clone(),
        };
        let mut state = None;
        let (mut to_visitor, mut to_agents) = (String::new(), String::new());
        for (who, command) in [
            (&vis, begin),
            (&ann, C::Join),
            (&ann, C::Send { text: text() }),
            (&ann, C::PutBack),
            (&ann, C::Join),
            (&Who::System, release),
            (&ann, C::Join),
            (&ann, C::Close),
        ] {
            let decision = decide(state.as_ref(), who, None, command, &rules).unwrap();
            let entries;
            (state, entries) = decision.follow(state, &id, Timestamp::from_ms(1));
            let visible: Vec<_> = entries.iter().filter_map(Entry::for_visitor).collect();
            let head = state.as_ref().map(Conversation::for_visitor);
            to_visitor += &serde_json::to_string(&(visible, head)).unwrap();
            to_agents += &serde_json::to_string(&(entries, &state)).unwrap();
        }
        (to_visitor, to_agents)
    }

    #[test]
    fn visitors_read_no_other_name_than_agents_want_to_be_known_by() {
        let picture = PictureId::from_value(7);
        for (all, own, name, is_seen) in [
            (Some("Care"), Some("Flo"), "Care", false),
            (Some("Care"), None, "Care", false),
            (None, Some("Flo"), "Flo", true),
        ] {
            let (to_visitor, to_agents) = heard(all, own);
            assert!(!to_visitor.contains("Ann"), "{to_visitor}");
            assert!(to_visitor.contains(name) && to_agents.contains("Ann"));
            assert_eq!(
                to_visitor.contains(picture.as_str()),
                is_seen,
                "{to_visitor}"
            );
            if name == "Care" {
                assert!(!to_visitor.contains("Flo"), "{to_visitor}");
            }
        }
        let (to_visitor, _) = heard(None, None);
        assert!(to_visitor.contains("Ann") && to_visitor.contains(picture.as_str()));
    }

    #[test]
    fn agents_alone_begin_what_is_theirs() {
        let begin = || C::Start {
            page: Page::default(),
            text: text(),
            id_token: None,
        };
        let of_agents = Rules {
            access: ProfileAccess::Agents,
            ..rules()
        };
        let Who::Agent { id: ann, .. } = agent(1, Role::Agent) else {
            panic!("not an agent");
        };
        let asks = |agent| {
            let Who::Visitor { id, profile, .. } = visitor(1) else {
                panic!("not a visitor");
            };
            let proof = Proof::Given(Person {
                contact: ContactId::from_value(1),
                name: None,
                agent,
                custom: BTreeMap::new(),
            });
            Who::Visitor { id, profile, proof }
        };
        for who in [visitor(1), asks(None)] {
            let refused = decide(None, &who, None, begin(), &of_agents);
            assert_eq!(refused, Err(Refusal::ProfileInactive));
        }
        assert!(decide(None, &asks(Some(ann)), None, begin(), &of_agents).is_ok());
    }

    #[test]
    fn where_identity_is_asked_only_the_proved_begin_and_all_go_on() {
        let begin = || C::Start {
            page: Page::default(),
            text: text(),
            id_token: None,
        };
        let asking = Rules {
            access: ProfileAccess::Identified,
            ..rules()
        };
        let Who::Visitor { id, profile, .. } = visitor(1) else {
            panic!("not a visitor");
        };
        let with = |proof| Who::Visitor {
            id: id.clone(),
            profile: profile.clone(),
            proof,
        };
        let person = Person {
            contact: ContactId::from_value(1),
            name: None,
            agent: None,
            custom: BTreeMap::new(),
        };
        for (proof, is_taken) in [
            (Proof::None, false),
            (Proof::Refused(TokenDefect::Expired), false),
            (Proof::Given(person), true),
        ] {
            let decided = decide(None, &with(proof.clone()), None, begin(), &asking);
            let refusal = decided.err();
            let want = (!is_taken).then_some(Refusal::ProfileInactive);
            assert_eq!(refusal, want, "{proof:?}");
        }
        // Begun before identity was asked: what goes on may be finished.
        let decision = decide(None, &visitor(1), None, begin(), &rules()).unwrap();
        let id = ConversationId::from_value(1);
        let (mut state, _) = decision.follow(None, &id, Timestamp::from_ms(1));
        let email = EmailAddress::parse("vera@example.com").unwrap();
        for command in [
            C::Send { text: text() },
            C::RequestCopy { email },
            C::Close,
            C::Rate {
                rating: Rating::Okay,
                comment: None,
            },
        ] {
            let decision = decide(state.as_ref(), &visitor(1), None, command, &asking).unwrap();
            (state, _) = decision.follow(state, &id, Timestamp::from_ms(2));
        }
    }

    #[test]
    fn files_come_from_whoever_may_write_and_from_visitors_where_they_are_welcome() {
        let file = || C::Attach {
            attachment: Attachment {
                id: AttachmentId::from_value(1),
                name: FileName::parse("lamp.png").unwrap(),
                bytes: 1,
                picture: None,
            },
        };
        let C::Attach { attachment } = file() else {
            panic!();
        };
        let attached = Ok(B::Attached { attachment });
        let ann = || agent(1, Role::Agent);
        check(vec![(visitor(1), file())], &attached);
        check(vec![(ann(), C::Join), (ann(), file())], &attached);
        check(vec![(ann(), file())], &Err(Refusal::NotJoined));
        check(vec![(visitor(2), file())], &Err(Refusal::NotFound));
        let closed = Err(Refusal::ConversationClosed);
        check(vec![(visitor(1), C::Close), (visitor(1), file())], &closed);

        let id = ConversationId::from_value(1);
        let begin = C::Start {
            page: Page::default(),
            text: text(),
            id_token: None,
        };
        let unwelcome = Rules {
            are_files_welcome: false,
            ..rules()
        };
        let decision = decide(None, &visitor(1), None, begin, &unwelcome).unwrap();
        let (mut state, _) = decision.follow(None, &id, Timestamp::from_ms(1));
        let refused = decide(state.as_ref(), &visitor(1), None, file(), &unwelcome);
        assert_eq!(refused, Err(Refusal::FilesUnwelcome));
        let joined = decide(state.as_ref(), &ann(), None, C::Join, &unwelcome).unwrap();
        (state, _) = joined.follow(state, &id, Timestamp::from_ms(2));
        assert!(decide(state.as_ref(), &ann(), None, file(), &unwelcome).is_ok());
    }

    #[test]
    fn a_visitor_rates_once_after_the_end_and_asks_once_for_a_copy() {
        let rate = || C::Rate {
            rating: Rating::Okay,
            comment: Some(text()),
        };
        let copy = || C::RequestCopy {
            email: EmailAddress::parse("vera@example.com").unwrap(),
        };
        let rated = Ok(B::Rated {
            rating: Rating::Okay,
            comment: Some(text()),
        });
        let (v, ann) = (|| visitor(1), || agent(1, Role::Admin));
        let forbidden = Err(Refusal::Forbidden);
        check(vec![(v(), C::Close), (v(), rate())], &rated);
        check(vec![(v(), rate())], &forbidden);
        check(
            vec![(v(), C::Close), (v(), rate()), (v(), rate())],
            &forbidden,
        );
        check(vec![(v(), C::Close), (ann(), rate())], &forbidden);
        check(
            vec![(v(), C::Close), (visitor(2), rate())],
            &Err(Refusal::NotFound),
        );
        let email = EmailAddress::parse("vera@example.com").unwrap();
        check(vec![(v(), copy())], &Ok(B::CopyRequested { email }));
        check(
            vec![(v(), copy()), (v(), C::Close), (v(), copy())],
            &forbidden,
        );
        check(vec![(ann(), copy())], &forbidden);
    }

    #[test]
    fn the_query_of_a_page_is_kept_only_where_the_profile_says_so() {
        let begin = || C::Start {
            page: Page {
                url: "https://shop.example/a?b=1#c".to_owned(),
                title: String::new(),
            },
            text: text(),
            id_token: None,
        };
        for (is_page_query_kept, want) in [
            (false, "https://shop.example/a"),
            (true, "https://shop.example/a?b=1"),
        ] {
            let rules = Rules {
                is_page_query_kept,
                ..rules()
            };
            let decision = decide(None, &visitor(1), None, begin(), &rules).unwrap();
            let id = ConversationId::from_value(1);
            let (state, _) = decision.follow(None, &id, Timestamp::from_ms(1));
            assert_eq!(state.unwrap().page.url, want);
        }
    }
}
