//! How the chat area calls things that have no name of their own.
//!
//! Invariant: whatever a visitor's browser claimed is shown as text, hidden characters written out.

use crate::locale::{chat as text, t, t_with};
use domain::conversation::{Filter, Row, Stage};
use domain::id::{AgentId, ConversationId};
use domain::text::shown;

/// The name that the website has proved, else "Visitor 7K3F".
pub(super) fn visitor(row: &Row) -> String {
    let person = row.person.as_ref();
    if let Some(name) = person.and_then(|person| person.name.as_ref()) {
        return shown(name.as_str());
    }
    let mut name = String::from(t(text::VISITOR));
    name.push(' ');
    name.push_str(&row.label);
    name
}

/// The title of the visitor's page, or its address without the scheme.
pub(super) fn page(row: &Row) -> String {
    let is_own = row
        .person
        .as_ref()
        .is_some_and(|person| person.agent.is_some());
    if !row.page_title.is_empty() {
        shown(&row.page_title)
    } else if is_own {
        t(text::ASKED_BY_AGENT).to_owned()
    } else if row.page_url.is_empty() {
        t(text::NO_PAGE).to_owned()
    } else {
        let url = row
            .page_url
            .trim_start_matches("https://")
            .trim_start_matches("http://");
        shown(url)
    }
}

/// The page, and who answers if it is a colleague.
pub(super) fn page_and_agent(row: &Row, me: &AgentId) -> String {
    let page = page(row);
    match &row.stage {
        Stage::Talking { agent, name, .. } if agent != me => {
            let with = t_with(text::WITH, &[("name", &shown(name.as_str()))]);
            format!("{page} · {with}")
        }
        Stage::InFlow { bot, .. } => {
            let bot = t_with(text::BOT, &[("name", &shown(bot.as_str()))]);
            format!("{page} · {bot}")
        }
        Stage::Waiting { .. } | Stage::Talking { .. } | Stage::Closed { .. } => page,
    }
}

/// The last message, short.
pub(super) fn preview(row: &Row, me: &AgentId) -> String {
    match &row.preview {
        None => t(text::NO_MESSAGE).to_owned(),
        Some(preview) if !preview.is_visitor && row.is_of(me) => {
            t_with(text::YOU_WROTE, &[("text", &shown(&preview.text))])
        }
        Some(preview) => shown(&preview.text),
    }
}

/// The word of a filter's tab.
pub(super) fn filter(filter: Filter) -> &'static str {
    t(match filter {
        Filter::Mine => text::FILTER_MINE,
        Filter::All => text::FILTER_ALL,
        Filter::Active => text::FILTER_ACTIVE,
        Filter::Closed => text::FILTER_CLOSED,
    })
}

/// What stands above the conversations that do not wait.
pub(super) fn others(filter: Filter) -> &'static str {
    t(match filter {
        Filter::Mine => text::OTHERS_MINE,
        Filter::All => text::OTHERS_ALL,
        Filter::Active => text::OTHERS_ACTIVE,
        Filter::Closed => text::OTHERS_CLOSED,
    })
}

/// The address of a list.
pub(super) fn list_address(filter: Filter) -> String {
    if filter == Filter::default() {
        return String::from("/app");
    }
    format!("/app?filter={}", filter.as_str())
}

/// The address of a conversation beside its list.
pub(super) fn address(conversation: &ConversationId, filter: Filter) -> String {
    if filter == Filter::default() {
        return format!("/app/c/{conversation}");
    }
    format!("/app/c/{conversation}?filter={}", filter.as_str())
}
