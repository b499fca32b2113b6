//! What the chat profile says: in which language, in whose words, and what beside the bubble.
//!
//! Invariant: nobody's save is lost unseen. What somebody else saved of the profile's other fields
//! is taken over; who saves over somebody else's words was asked first.

use super::area::{NotRead, PageHeader, Reading};
use super::form::{Sending, Submit, Trouble};
use super::teasers::{TeaserDraft, Teasers, notification};
use super::wording_texts::{OwnTexts, Texts, Wrong};
use crate::api::{self, Failure};
use crate::around::use_session;
use crate::locale::{admin as text, t, ui};
use crate::ui::focus::focus_on;
use crate::ui::{Banner, Button, Card, ChoiceField, Toaster, Tone};
use domain::api::{KnownText, ReadProfile, ReadTexts, Refusal, SaveProfile};
use domain::settings::{ChatProfile, Language, Wording};
use domain::text::Teaser;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The words as they are being edited, beside the profile that was read.
#[derive(Clone, Copy)]
struct Draft {
    base: RwSignal<ChatProfile>,
    /// A newer one, with other words, that somebody else saved meanwhile.
    theirs: RwSignal<Option<ChatProfile>>,
    /// A code; empty is the visitor's own.
    language: RwSignal<String>,
    notification: RwSignal<String>,
    teasers: RwSignal<Vec<TeaserDraft>>,
    texts: Texts,
    /// Somebody has tried to save what cannot be: each field says what is wrong with it.
    is_strict: RwSignal<bool>,
}

impl Draft {
    fn of(profile: ChatProfile, known: Vec<KnownText>) -> Self {
        let draft = Self {
            language: RwSignal::new(String::new()),
            notification: RwSignal::new(String::new()),
            teasers: RwSignal::new(Vec::new()),
            texts: Texts::new(spoken(&profile), known),
            is_strict: RwSignal::new(false),
            theirs: RwSignal::new(None),
            base: RwSignal::new(profile.clone()),
        };
        draft.adopt(profile);
        draft
    }

    /// Forgets what was typed.
    fn adopt(self, profile: ChatProfile) {
        let wording = &profile.wording;
        self.language.set(code(wording).to_owned());
        self.notification.set(said(wording).to_owned());
        self.teasers.set(TeaserDraft::all_of(&wording.teasers));
        self.texts.adopt(wording);
        self.settle(profile);
    }

    /// The server has this now. What was typed while it was on its way stays.
    fn settle(self, profile: ChatProfile) {
        self.is_strict.set(false);
        self.theirs.set(None);
        self.base.set(profile);
    }

    /// Whether something else is typed than stands there.
    fn differs(self, wording: &Wording) -> bool {
        let is_other_row = |rows: &Vec<TeaserDraft>| {
            let mut pairs = rows.iter().zip(&wording.teasers);
            rows.len() != wording.teasers.len() || pairs.any(|(row, teaser)| row.differs(teaser))
        };
        self.language.with(|language| language != code(wording))
            || self
                .notification
                .with(|typed| typed.trim() != said(wording))
            || self.teasers.with(is_other_row)
            || self.texts.differs(wording)
    }

    /// Whether something was typed that is not saved.
    fn is_changed(self) -> bool {
        self.base.with(|base| self.differs(&base.wording))
    }

    /// What is typed, if it can be saved.
    fn checked(self) -> Result<Wording, Wrong> {
        let notification = self.notification.with(|typed| notification(typed));
        let teasers = self.teasers.with(|rows| {
            let rows = rows.iter().copied().map(TeaserDraft::checked);
            rows.collect::<Result<Vec<_>, _>>()
        });
        let (Ok(notification), Ok(teasers)) = (notification, teasers) else {
            return Err(Wrong {
                language: None,
                sentence: t(text::WORDS_MARKED).to_owned(),
            });
        };
        Ok(Wording {
            language: self.language.with(|code| Language::from_tag(code)),
            notification,
            teasers,
            texts: self.texts.checked()?,
        })
    }

    /// Somebody else may have saved. Other fields than the words are taken over as they are now;
    /// other words replace what is here only if nobody typed over it.
    fn compare(self, fresh: ChatProfile) {
        let Some(base) = self.base.try_get_untracked() else {
            return;
        };
        if fresh.version <= base.version {
            return;
        }
        if fresh.wording == base.wording {
            self.theirs.set(None);
            self.base.set(fresh);
        } else if untrack(|| self.is_changed() && self.differs(&fresh.wording)) {
            self.theirs.set(Some(fresh));
        } else {
            self.adopt(fresh);
        }
    }
}

fn code(wording: &Wording) -> &'static str {
    wording.language.map_or("", Language::code)
}

fn said(wording: &Wording) -> &str {
    wording.notification.as_ref().map_or("", Teaser::as_str)
}

/// The language whose texts an admin looks at first.
fn spoken(profile: &ChatProfile) -> Language {
    profile.wording.language.unwrap_or_default()
}

/// What the chat profile says.
#[component]
pub fn WordingPage() -> impl IntoView {
    let read = Resource::new_blocking(
        || (),
        |()| {
            let profile = api::request(ReadProfile {});
            // The door is there only before the first wait. What nobody waits for is not asked.
            let texts =
                Language::ALL.map(|language| (language, api::request(ReadTexts { language })));
            async move {
                let profile = profile.await?.profile;
                let wanted = spoken(&profile);
                let mut known = Vec::new();
                for (language, texts) in texts {
                    if language == wanted {
                        known = texts.await?;
                    }
                }
                Ok::<_, Failure>((profile, known))
            }
        },
    );
    view! {
        <PageHeader title=text::WORDS_TITLE lead=text::WORDS_LEAD />
        <Transition fallback=Reading>
            {move || Suspend::new(async move {
                match read.await {
                    Ok((profile, known)) => Either::Left(view! { <Words profile known /> }),
                    Err(failure) => Either::Right(view! { <NotRead failure /> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Words(profile: ChatProfile, known: Vec<KnownText>) -> impl IntoView {
    let session = use_session();
    let draft = Draft::of(profile, known);
    Effect::new(move |before: Option<u32>| {
        let saves = session.settings.get();
        if before.is_some_and(|before| before != saves) {
            spawn_local(async move {
                if let Ok(fresh) = api::request(ReadProfile {}).await {
                    draft.compare(fresh.profile);
                }
            });
        }
        saves
    });
    view! { <Form draft /> }
}

#[component]
fn Form(draft: Draft) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let sending = Sending::begin();
    let sent = StoredValue::new(0_u32);
    // The words go over this profile, whose other fields they leave as they are.
    let save = Callback::new(move |over: ChatProfile| match untrack(|| draft.checked()) {
        Err(wrong) => {
            draft.is_strict.set(true);
            if let Some(language) = wrong.language {
                draft.texts.reveal(language);
            }
            focus_on(".words [aria-invalid=true]");
        }
        Ok(wording) => {
            sent.set_value(over.version);
            let profile = ChatProfile { wording, ..over };
            sending.send(SaveProfile { profile }, move |saved| {
                draft.settle(saved);
                toaster.say(Tone::Positive, t(ui::SAVED));
            });
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.run(draft.base.get_untracked());
    };
    // The server knows best who saved first. If it was about something else than the words, these
    // go over what is there now; else the page asks.
    Effect::new(move |_| {
        if sending.refusal() != Some(Refusal::Changed) {
            return;
        }
        sending.failure.set(None);
        spawn_local(async move {
            match api::request(ReadProfile {}).await {
                Ok(fresh) => draft.compare(fresh.profile),
                Err(failure) => {
                    sending.failure.try_set(Some(failure));
                    return;
                }
            }
            let Some(base) = draft.base.try_get_untracked() else {
                return;
            };
            // Each try is of a newer version than the one before, so there is an end to it.
            if draft.theirs.with_untracked(Option::is_none) && base.version > sent.get_value() {
                save.run(base);
            }
        });
    });
    view! {
        <form class="words" novalidate on:submit=submit>
            <Spoken language=draft.language />
            <Teasers said=draft.notification rows=draft.teasers is_strict=draft.is_strict />
            <OwnTexts texts=draft.texts />
            <SaveBar draft sending save />
        </form>
    }
}

/// In which language the window speaks.
#[component]
fn Spoken(language: RwSignal<String>) -> impl IntoView {
    let mut choices = vec![(String::new(), t(text::WORDS_VISITORS).to_owned())];
    choices.extend(
        Language::ALL.map(|language| (language.code().to_owned(), language.name().to_owned())),
    );
    view! {
        <Card title=t(text::WORDS_LANGUAGE)>
            <ChoiceField
                id="words-spoken"
                label=t(text::WORDS_SPOKEN)
                value=language
                choices=Signal::stored(choices)
                hint=t(text::WORDS_SPOKEN_HINT)
            />
        </Card>
    }
}

/// Stays in view however long the page is: says that something is not saved, or why it cannot be,
/// and saves it.
#[component]
fn SaveBar(draft: Draft, sending: Sending, save: Callback<ChatProfile>) -> impl IntoView {
    let is_changed = Memo::new(move |_| draft.is_changed());
    let wrong = Memo::new(move |_| {
        let wrong = draft.is_strict.get().then(|| draft.checked().err());
        wrong.flatten().map(|wrong| wrong.sentence)
    });
    let discard = move |()| {
        sending.failure.set(None);
        draft.adopt(draft.base.get_untracked());
    };
    view! {
        <div class="words__bar">
            <Conflict draft save />
            <Trouble sending fields=&[] />
            {move || wrong.get().map(|wrong| view! { <Banner tone=Tone::Danger text=wrong /> })}
            <div class="words__actions">
                <Show when=move || is_changed.get()>
                    <span class="page__unsaved" role="status">
                        {t(text::UNSAVED)}
                    </span>
                    <Button on_press=Callback::new(discard)>{t(text::DISCARD)}</Button>
                </Show>
                <Submit sending>{t(ui::SAVE)}</Submit>
            </div>
        </div>
    }
}

/// Somebody else saved other words meanwhile: theirs, or knowingly ours.
#[component]
fn Conflict(draft: Draft, save: Callback<ChatProfile>) -> impl IntoView {
    move || {
        draft.theirs.get().map(|theirs| {
            let fresh = theirs.clone();
            view! {
                <Banner tone=Tone::Waiting text=t(text::CHANGED)>
                    <Button
                        is_small=true
                        on_press=Callback::new(move |()| draft.adopt(theirs.clone()))
                    >
                        {t(text::SHOW_THEIRS)}
                    </Button>
                    <Button is_small=true on_press=Callback::new(move |()| save.run(fresh.clone()))>
                        {t(text::SAVE_MINE)}
                    </Button>
                </Banner>
            }
        })
    }
}
