//! What visitors who wait for a person are told, on the page about when a chat profile is open.
//!
//! Invariant: what a message can hold, `domain` says; a field that is not shown keeps nobody from
//! saving.

use super::hours_wait::{VARIABLE, minutes};
use super::ordered::{Names, Row, checked_rows, ordered};
use crate::locale::{admin as text, refusal, t, t_with};
use crate::ui::field::{Field as Frame, described_by, invalid};
use crate::ui::{Card, Switch, TextField};
use domain::api::Field;
use domain::limit;
use domain::settings::{WaitMessages, wait_message};
use domain::text::{MessageText, Reason};
use leptos::prelude::*;

const ROWS: Names = Names {
    title: text::WAITING_MESSAGES,
    hint: text::WAITING_HINT,
    hint_id: "waiting-hint",
    place: text::WAITING_PLACE,
    class: "teasers__one teasers__one--long",
    empty_title: text::WAITING_EMPTY_TITLE,
    empty_text: text::WAITING_EMPTY_TEXT,
    add: text::WAITING_ADD,
    max: limit::WAIT_MESSAGES_MAX,
};

/// One message as it is being edited.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct WaitMessageDraft {
    id: usize,
    text: RwSignal<String>,
}

impl Row for WaitMessageDraft {
    fn blank(id: usize) -> Self {
        Self::new(id, "")
    }

    fn id(self) -> usize {
        self.id
    }
}

impl WaitMessageDraft {
    fn new(id: usize, text: &str) -> Self {
        Self {
            id,
            text: RwSignal::new(text.to_owned()),
        }
    }

    fn checked(self) -> Result<MessageText, Reason> {
        self.text.with(|text| wait_message(text))
    }
}

/// All of it as it is being edited.
#[derive(Clone, Copy)]
pub struct WaitMessagesDraft {
    interval: RwSignal<String>,
    is_looped: RwSignal<bool>,
    rows: RwSignal<Vec<WaitMessageDraft>>,
}

impl WaitMessagesDraft {
    /// Nothing typed yet.
    pub fn blank() -> Self {
        Self {
            interval: RwSignal::new(String::new()),
            is_looped: RwSignal::new(false),
            rows: RwSignal::new(Vec::new()),
        }
    }

    /// Forgets what was typed.
    pub fn adopt(self, settings: &WaitMessages) {
        self.interval.set(settings.interval_minutes.to_string());
        self.is_looped.set(settings.is_looped);
        let rows = settings.messages.iter().enumerate();
        let rows = rows.map(|(id, message)| WaitMessageDraft::new(id, message.as_str()));
        self.rows.set(rows.collect());
    }

    /// What is typed.
    pub fn checked(self) -> Result<WaitMessages, Reason> {
        let interval = self.interval.with(|text| interval(text));
        let settings = WaitMessages {
            interval_minutes: if self.rows.with(Vec::is_empty) {
                interval.unwrap_or(WaitMessages::default().interval_minutes)
            } else {
                interval?
            },
            is_looped: self.is_looped.get(),
            messages: checked_rows(self.rows, WaitMessageDraft::checked)?,
        };
        settings.checked().map(|()| settings)
    }
}

fn interval(text: &str) -> Result<u32, Reason> {
    minutes(text, &WaitMessages::INTERVAL_MINUTES)
}

/// What visitors who wait are told.
#[component]
pub fn WaitMessagesCard(
    draft: WaitMessagesDraft,
    /// Whether each field says what is wrong with it.
    is_strict: RwSignal<bool>,
) -> impl IntoView {
    let has_any = Memo::new(move |_| !draft.rows.with(Vec::is_empty));
    let wrong_interval = Signal::derive(move || {
        let is_wrong = draft.interval.with(|text| interval(text)).is_err();
        (is_strict.get() && is_wrong).then(|| refusal::for_number(&WaitMessages::INTERVAL_MINUTES))
    });
    let lasts = limit::WAIT_LOOP_LASTS.minutes().to_string();
    let looped = t_with(text::WAITING_LOOP, &[("minutes", &lasts)]);
    view! {
        <Card
            title=t(text::WAITING_CARD)
            lead=t_with(text::WAITING_LEAD, &[("variable", VARIABLE)])
        >
            {ordered(&ROWS, draft.rows, move |row| field(row, is_strict))}
            <Show when=move || has_any.get()>
                <TextField
                    id="wait-interval"
                    label=t(text::WAITING_INTERVAL)
                    value=draft.interval
                    hint=t(text::WAITING_INTERVAL_HINT)
                    error=wrong_interval
                />
                <Switch
                    is_on=draft.is_looped
                    label=looped.clone()
                    on_switch=move |is_on| draft.is_looped.set(is_on)
                />
            </Show>
        </Card>
    }
}

/// The field of a row.
fn field(row: WaitMessageDraft, is_strict: RwSignal<bool>) -> AnyView {
    let value = row.text;
    let id = format!("waiting-{}-text", row.id);
    let described = described_by(&id, false);
    let error = Signal::derive(move || {
        let reason = row.checked().err().filter(|_| is_strict.get())?;
        Some(match reason {
            Reason::Form => t_with(text::WAITING_FORM, &[("variable", VARIABLE)]),
            other => refusal::for_field(Field::Text, other),
        })
    });
    view! {
        <Frame id=id.clone() label=t(text::TEASERS_TEXT) error>
            <textarea
                class="field__input"
                id=id
                rows="2"
                prop:value=move || value.get()
                aria-describedby=described
                aria-invalid=invalid(error)
                on:input=move |event| value.set(event_target_value(&event))
            >
                {value.get_untracked()}
            </textarea>
        </Frame>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(interval: &str, messages: &[&str]) -> WaitMessagesDraft {
        let draft = WaitMessagesDraft::blank();
        draft.interval.set(interval.to_owned());
        let rows = messages.iter().enumerate();
        let rows = rows.map(|(id, text)| WaitMessageDraft::new(id, text));
        draft.rows.set(rows.collect());
        draft
    }

    #[test]
    fn what_was_read_comes_out_as_it_was() {
        let owner = Owner::new();
        owner.with(|| {
            let message = |text| MessageText::parse(text).unwrap();
            let some = WaitMessages {
                interval_minutes: 60,
                is_looped: true,
                messages: vec![message("One moment.\nOr two."), message("$-WAITTIME min")],
            };
            for settings in [WaitMessages::default(), some] {
                let draft = WaitMessagesDraft::blank();
                draft.adopt(&settings);
                assert_eq!(draft.checked(), Ok(settings));
            }
        });
    }

    #[test]
    fn what_cannot_be_said_is_not_saved() {
        let owner = Owner::new();
        owner.with(|| {
            for (interval, messages, expected) in [
                (" 1 ", &["Wait"][..], Ok(1)),
                ("61", &["Wait"][..], Err(Reason::Form)),
                ("soon", &["Wait"][..], Err(Reason::Form)),
                ("3", &["Wait", " "][..], Err(Reason::Empty)),
                ("3", &["$NAME"][..], Err(Reason::Form)),
                // A field that is not shown.
                ("soon", &[][..], Ok(3)),
                ("5", &[][..], Ok(5)),
            ] {
                let checked = draft(interval, messages).checked();
                let found = checked.map(|settings| settings.interval_minutes);
                assert_eq!(found, expected, "{interval} {messages:?}");
            }
        });
    }
}
