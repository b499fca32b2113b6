//! A version that is tried with a part of new conversations: who begins with what, and how that is
//! changed, ended or taken back.
//!
//! Invariant: the draft is never touched here, and nothing that others begin with changes unasked.

use super::desk::Desk;
use super::fields::{LineField, PickField};
use super::lens::Lens;
use super::saving::Saving;
use crate::admin::dialog_form::{DialogForm, open_while};
use crate::locale::{Text, flows as text, t, t_with};
use crate::ui::focus::{focus_if_lost, focus_on};
use crate::ui::{Button, Dialog, Tone};
use domain::api::{FlowPage, FlowRow, RolloutChange, SetFlowRollout};
use domain::flow::{Rollout, Share};
use domain::limit;
use domain::text::Reason;
use leptos::prelude::*;

const EVERYONE: &str = "everyone";
const PART: &str = "part";

/// A share in words: `of` names it as `{share}`.
pub fn shared(of: Text, share: Share) -> String {
    t_with(of, &[("share", &share.to_string())])
}

/// Who begins with a version, in words; `None` where nobody does.
pub fn beginners(row: &FlowRow, number: u32) -> Option<String> {
    let is_newest = row.published == Some(number);
    match row.rollout {
        Some(rollout) if is_newest => Some(shared(text::ROLLOUT_PART, rollout.share)),
        Some(rollout) if rollout.before == number => {
            Some(shared(text::ROLLOUT_PART, rollout.share.rest()))
        }
        None if is_newest => Some(t(text::HISTORY_CURRENT).to_owned()),
        _ => None,
    }
}

/// The share in a form, as it is typed.
#[derive(Clone, Copy)]
struct TypedShare {
    id: &'static str,
    typed: RwSignal<String>,
    reason: RwSignal<Option<Reason>>,
}

impl TypedShare {
    fn begin(id: &'static str, share: Option<Share>) -> Self {
        let typed = share.map(|share| share.to_string());
        Self {
            id,
            typed: RwSignal::new(typed.unwrap_or_default()),
            reason: RwSignal::new(None),
        }
    }

    /// The share, or why it is none, which then stands at the field.
    fn read(self) -> Result<Share, Reason> {
        let read = self.typed.with_untracked(|typed| Share::parse(typed));
        self.reason.set(read.err());
        if read.is_err() {
            focus_on(format!("#{}", self.id));
        }
        read
    }
}

#[component]
fn ShareField(share: TypedShare, hint: String) -> impl IntoView {
    let value = Lens {
        get: share.typed.into(),
        set: Callback::new(move |typed| {
            share.typed.set(typed);
            share.reason.set(None);
        }),
    };
    let error = Signal::derive(move || {
        let (min, max) = (limit::FLOW_SHARE_MIN, limit::FLOW_SHARE_MAX);
        let (min, max) = (min.to_string(), max.to_string());
        let reason = share.reason.get();
        reason.map(|_| t_with(text::ROLLOUT_SHARE_FORM, &[("min", &min), ("max", &max)]))
    });
    view! {
        <LineField
            id=share.id
            kind="number"
            label=t(text::ROLLOUT_SHARE)
            value
            hint=hint
            error=error
        />
    }
}

/// Who is to begin with what is published.
#[derive(Clone, Copy)]
pub struct Audience {
    /// The version that the others would begin with; without one there is nothing to choose.
    before: Option<u32>,
    is_part: RwSignal<bool>,
    share: TypedShare,
}

impl Audience {
    /// Everyone; but what mends a version on trial is tried with as many as that.
    pub fn of(page: &FlowPage) -> Self {
        let rollout = page.row.rollout;
        Self {
            before: rollout.map(|rollout| rollout.before).or(page.row.published),
            is_part: RwSignal::new(rollout.is_some()),
            share: TypedShare::begin("publish-share", rollout.map(|rollout| rollout.share)),
        }
    }

    /// The share that was chosen; `None` is everyone.
    ///
    /// # Errors
    /// The [`Reason`] that stands at the field then.
    pub fn read(self) -> Result<Option<Share>, Reason> {
        if self.is_part.get_untracked() {
            self.share.read().map(Some)
        } else {
            Ok(None)
        }
    }
}

/// Lets choose who begins with what is published.
#[component]
pub fn AudienceFields(audience: Audience) -> impl IntoView {
    let Some(before) = audience.before else {
        return ().into_any();
    };
    let value = Lens {
        get: Signal::derive(move || {
            let word = if audience.is_part.get() {
                PART
            } else {
                EVERYONE
            };
            word.to_owned()
        }),
        set: Callback::new(move |word: String| audience.is_part.set(word == PART)),
    };
    let choices = [
        (EVERYONE, text::PUBLISH_EVERYONE),
        (PART, text::PUBLISH_PART),
    ];
    let choices = choices.map(|(word, words)| (word.to_owned(), t(words).to_owned()));
    let before = before.to_string();
    let hint = move || t_with(text::PUBLISH_SHARE_HINT, &[("number", &before)]);
    view! {
        <PickField
            id="publish-for"
            label=t(text::PUBLISH_FOR)
            value
            choices=Signal::stored(choices.to_vec())
        />
        <Show when=move || audience.is_part.get()>
            <ShareField share=audience.share hint=hint() />
        </Show>
    }
    .into_any()
}

/// The number of the version on trial, and how it is tried.
type Going = Option<(u32, Rollout)>;

fn going(page: &FlowPage) -> Going {
    page.row.published.zip(page.row.rollout)
}

/// A text about a roll-out, with its numbers filled in.
fn about(of: Text, going: Going) -> String {
    let Some((number, rollout)) = going else {
        return String::new();
    };
    let (number, before) = (number.to_string(), rollout.before.to_string());
    let share = rollout.share.to_string();
    let numbers = [
        ("number", &*number),
        ("before", &*before),
        ("share", &*share),
    ];
    t_with(of, &numbers)
}

/// What is tried with how many, while something is, and what can become of it.
#[component]
pub fn RolloutCard(desk: Desk, asked: RwSignal<Option<RolloutChange>>) -> impl IntoView {
    let going = Memo::new(move |_| desk.page.with(going));
    let is_going = Memo::new(move |_| going.with(Option::is_some));
    let words = move |of: Text| move || about(of, going.get());
    let ask = move |change: fn(Share) -> RolloutChange| {
        Callback::new(move |()| {
            let share = going.get_untracked().map(|(_, rollout)| rollout.share);
            asked.set(share.map(change));
        })
    };
    view! {
        <Show when=move || is_going.get()>
            <section class="flow-rollout" aria-label=t(text::ROLLOUT)>
                <p role="status">{words(text::ROLLOUT_TEXT)}</p>
                <div class="flow-history__tools">
                    <Button is_small=true on_press=ask(RolloutChange::Share)>
                        {t(text::ROLLOUT_CHANGE)}
                    </Button>
                    <Button is_small=true on_press=ask(|_| RolloutChange::Everyone)>
                        {words(text::ROLLOUT_EVERYONE)}
                    </Button>
                    <Button is_small=true on_press=ask(|_| RolloutChange::TakeBack)>
                        {words(text::ROLLOUT_TAKE_BACK)}
                    </Button>
                </div>
            </section>
        </Show>
    }
    .into_any()
}

/// Title, text and button of a question.
fn question(change: RolloutChange) -> [Text; 3] {
    match change {
        RolloutChange::Share(_) => [
            text::ROLLOUT_CHANGE_TITLE,
            text::ROLLOUT_CHANGE_TEXT,
            text::ROLLOUT_CHANGE,
        ],
        RolloutChange::Everyone => [
            text::ROLLOUT_EVERYONE_TITLE,
            text::ROLLOUT_EVERYONE_TEXT,
            text::ROLLOUT_EVERYONE_DO,
        ],
        RolloutChange::TakeBack => [
            text::ROLLOUT_TAKE_BACK_TITLE,
            text::ROLLOUT_TAKE_BACK_TEXT,
            text::ROLLOUT_TAKE_BACK_DO,
        ],
    }
}

/// Asks before a roll-out is changed.
#[component]
pub fn RolloutDialog(saving: Saving, asked: RwSignal<Option<RolloutChange>>) -> impl IntoView {
    let desk = saving.desk;
    let open = open_while(asked);
    // Somebody else was quicker: what is asked here is past, and the page says so.
    Effect::new(move |_| {
        let is_over = desk.page.with(|page| going(page).is_none());
        if is_over || desk.theirs.with(Option::is_some) {
            asked.set(None);
        }
    });
    let title = Signal::derive(move || {
        let titled = |change| {
            let [title, ..] = question(change);
            about(title, desk.page.with(going))
        };
        asked.get().map(titled).unwrap_or_default()
    });
    view! {
        <Dialog id="rollout" title=title open=open is_narrow=true>
            {move || asked.get().map(|change| view! { <RolloutForm saving open change /> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn RolloutForm(saving: Saving, open: RwSignal<bool>, change: RolloutChange) -> impl IntoView {
    let (desk, sending) = (saving.desk, saving.sending);
    sending.failure.set(None);
    let [_, lead, words] = question(change);
    let now = desk.page.with_untracked(going);
    let share = now.map(|(_, rollout)| rollout.share);
    let share = TypedShare::begin("rollout-share", share);
    let is_share = matches!(change, RolloutChange::Share(_));
    let submit = move |()| {
        let change = match change {
            RolloutChange::Share(_) => share.read().map(RolloutChange::Share),
            other => Ok(other),
        };
        let Ok(change) = change else { return };
        let question = desk.page.with_untracked(|page| SetFlowRollout {
            flow: page.row.id.clone(),
            save: page.save,
            change,
        });
        sending.send(question, move |page| changed(saving, open, page));
    };
    let hint = about(text::ROLLOUT_SHARE_HINT, now);
    view! {
        <DialogForm
            sending
            open
            lead=about(lead, now)
            words=t(words)
            on_submit=submit
        >
            {is_share.then(|| view! { <ShareField share hint=hint /> })}
        </DialogForm>
    }
    .into_any()
}

fn changed(saving: Saving, open: RwSignal<bool>, page: FlowPage) {
    let number = page.row.published.unwrap_or_default().to_string();
    let words = match going(&page) {
        Some(going) => about(text::ROLLOUT_CHANGED, Some(going)),
        None => t_with(text::ROLLOUT_OVER, &[("number", &number)]),
    };
    // The draft stays as it is, saved or not.
    saving.desk.saved(page);
    open.set(false);
    // The button that was pressed goes with the roll-out.
    focus_if_lost("#flow-side");
    saving.toaster.say(Tone::Positive, words);
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::FlowId;
    use domain::text::DisplayName;
    use domain::time::Timestamp;

    fn row(published: Option<u32>, rollout: Option<(u32, u8)>) -> FlowRow {
        FlowRow {
            id: FlowId::from_value(1),
            name: DisplayName::parse("Shop").unwrap(),
            published,
            rollout: rollout.map(|(before, percent)| Rollout {
                before,
                share: Share::from_percent(percent).unwrap(),
            }),
            is_changed: false,
            saved_at: Timestamp::from_ms(1),
            is_archived: false,
        }
    }

    #[test]
    fn every_version_says_who_begins_with_it() {
        let all = |row: &FlowRow| [3, 4, 5].map(|number| beginners(row, number));
        assert_eq!(all(&row(None, None)), [None, None, None]);
        let current = Some("In use".to_owned());
        assert_eq!(all(&row(Some(4), None)), [None, current, None]);
        let part = |percent| Some(format!("{percent} % of new conversations"));
        let tried = row(Some(5), Some((4, 20)));
        assert_eq!(all(&tried), [None, part(80), part(20)]);
        // Others have been on trial between the two.
        let tried = row(Some(5), Some((3, 99)));
        assert_eq!(all(&tried), [part(1), None, part(99)]);
    }

    #[test]
    fn what_is_asked_names_its_numbers() {
        let share = Share::from_percent(20).unwrap();
        let going = Some((5, Rollout { before: 4, share }));
        assert_eq!(
            about(text::ROLLOUT_TEXT, going),
            "Version 5 is tried with 20 % of new conversations; the others begin with version 4.",
        );
        for change in [
            RolloutChange::Share(share),
            RolloutChange::Everyone,
            RolloutChange::TakeBack,
        ] {
            for text in question(change) {
                assert!(!about(text, going).contains('{'), "{change:?}");
            }
        }
    }
}
