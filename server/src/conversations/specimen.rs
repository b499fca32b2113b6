//! Conversations as tests within this crate need them: with no database behind them.

use domain::conversation::{Conversation, Entry, EntryBody, Speaker};
use domain::id::{ConversationId, ProfileId, Seq, TeamId, VisitorId};
use domain::people::Page;
use domain::time::Timestamp;

/// An entry of the `n`th conversation, by nobody in particular, with this number and of this time
/// in milliseconds.
pub(crate) fn entry(n: u128, seq: u32, ms: i64, body: EntryBody) -> Entry {
    Entry {
        conversation: ConversationId::from_value(n),
        seq: Seq::new(seq),
        visitor_prev: Seq::NONE,
        at: Timestamp::from_ms(ms),
        by: Speaker::System,
        client_id: None,
        body,
    }
}

/// The `n`th conversation, which has just begun.
pub(crate) fn begun(n: u128) -> Conversation {
    let started = EntryBody::Started {
        visitor: VisitorId::from_value(1),
        profile: ProfileId::from_value(1),
        team: TeamId::from_value(1),
        page: Page::default(),
        person: None,
        defect: None,
        agent_name: None,
        language: None,
    };
    Conversation::begin(&entry(n, 1, 1, started)).expect("it starts with its beginning")
}
