//! What the chat profile says: in which language, in whose words, what beside the bubble, on which
//! days, and what it asks while nobody is there and at the end.
//!
//! Invariant: what cannot be saved is shown, in whichever language it stands.

use super::banners::{BannerDraft, Banners};
use super::ordered::{checked_rows, rows_differ};
use super::profile_area::tab;
use super::profile_part::{Part, PartForm, Telling};
use super::questions::{AloneQuestions, EndQuestions, QuestionsDraft};
use super::teasers::{TeaserDraft, Teasers, notification};
use super::translations::{Translations, TranslationsDraft};
use super::wording_texts::{OwnTexts, Texts, Wrong};
use crate::api;
use crate::locale::{admin as text, refusal, t};
use crate::ui::{Card, ChoiceField, TextField};
use domain::api::{Field, KnownText, ReadProfile, ReadTexts, Refusal};
use domain::settings::{ChatProfile, Language, Wording};
use domain::text::{DisplayName, Reason, Teaser};
use leptos::prelude::*;

/// The words as they are being edited.
#[derive(Clone, Copy)]
struct Draft {
    /// A code; empty is the visitor's own.
    language: RwSignal<String>,
    /// Empty is each agent's own.
    agent_name: RwSignal<String>,
    notification: RwSignal<String>,
    teasers: RwSignal<Vec<TeaserDraft>>,
    banners: RwSignal<Vec<BannerDraft>>,
    asked: QuestionsDraft,
    texts: Texts,
    translations: TranslationsDraft,
}

impl Draft {
    /// Forgets what was typed.
    fn adopt(self, profile: &ChatProfile) {
        let wording = &profile.wording;
        self.translations.adopt(profile);
        self.language.set(code(wording).to_owned());
        self.agent_name.set(name(wording).to_owned());
        self.notification.set(said(wording).to_owned());
        self.teasers.set(TeaserDraft::all_of(&wording.teasers));
        self.banners.set(BannerDraft::all_of(&wording.banners));
        self.asked.adopt(wording);
        self.texts.adopt(wording);
    }

    /// Whether something else is typed than stands there.
    fn differs(self, profile: &ChatProfile) -> bool {
        let wording = &profile.wording;
        self.language.with(|language| language != code(wording))
            || self.agent_name.with(|typed| typed.trim() != name(wording))
            || self
                .notification
                .with(|typed| typed.trim() != said(wording))
            || rows_differ(self.teasers, &wording.teasers, TeaserDraft::differs)
            || rows_differ(self.banners, &wording.banners, BannerDraft::differs)
            || self.asked.differs(wording)
            || self.texts.differs(wording)
            || self.translations.differs(profile)
    }

    /// What is typed, if it can be saved.
    fn checked(self) -> Result<Wording, Wrong> {
        let notification = self.notification.with(|typed| notification(typed));
        let teasers = checked_rows(self.teasers, TeaserDraft::checked);
        let banners = checked_rows(self.banners, BannerDraft::checked);
        let agent_name = self.agent_name.with(|typed| agent_name(typed));
        let (Ok(notification), Ok(teasers), Ok(banners), Ok(agent_name)) =
            (notification, teasers, banners, agent_name)
        else {
            return Err(Wrong {
                language: None,
                sentence: t(text::WORDS_MARKED).to_owned(),
            });
        };
        Ok(self.asked.over(Wording {
            banners,
            language: self.language.with(|code| Language::from_tag(code)),
            agent_name,
            notification,
            teasers,
            texts: self.texts.checked()?,
            translations: self.translations.checked()?,
            ..Wording::default()
        }))
    }
}

fn code(wording: &Wording) -> &'static str {
    wording.language.map_or("", Language::code)
}

fn name(wording: &Wording) -> &str {
    let name = wording.agent_name.as_ref();
    name.map_or("", DisplayName::as_str)
}

/// One name for all agents; none where nothing is typed.
fn agent_name(typed: &str) -> Result<Option<DisplayName>, Reason> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    DisplayName::parse(typed).map(Some)
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
    let read = |profile| {
        let profile = api::request(ReadProfile { profile });
        // The door is there only before the first wait. What nobody waits for is not asked.
        let texts = Language::ALL.map(|language| (language, api::request(ReadTexts { language })));
        async move {
            let profile = profile.await?.profile;
            let wanted = spoken(&profile);
            let mut known = Vec::new();
            for (language, texts) in texts {
                if language == wanted {
                    known = texts.await?;
                }
            }
            Ok((profile, known))
        }
    };
    tab(
        text::WORDS_TITLE,
        text::WORDS_LEAD,
        read,
        |(profile, known)| view! { <Words profile known /> }.into_any(),
    )
}

/// Whether the newer one says what the other did, whatever has become of a sentence on another page,
/// which its translations follow.
fn is_same(newer: &ChatProfile, older: &ChatProfile) -> bool {
    let mut wording = older.wording.clone();
    wording.translations = newer.kept(wording.translations, older);
    newer.wording == wording
}

#[component]
fn Words(profile: ChatProfile, known: Vec<KnownText>) -> impl IntoView {
    let draft = Draft {
        language: RwSignal::new(String::new()),
        agent_name: RwSignal::new(String::new()),
        notification: RwSignal::new(String::new()),
        teasers: RwSignal::new(Vec::new()),
        banners: RwSignal::new(Vec::new()),
        asked: QuestionsDraft::blank(),
        texts: Texts::new(spoken(&profile), known),
        translations: TranslationsDraft::blank(),
    };
    let typed = move |over: ChatProfile| {
        // What is wrong is told below, in more words than a refusal has.
        let mut wording = draft.checked().or(Err(Refusal::Invalid {
            field: Field::Texts,
            reason: Reason::Form,
        }))?;
        wording.translations = draft.translations.over(wording.translations, &over);
        Ok(ChatProfile { wording, ..over })
    };
    let show = move |()| {
        let wrong = untrack(|| draft.checked()).err();
        if let Some(language) = wrong.and_then(|wrong| wrong.language) {
            draft.texts.reveal(language);
        }
    };
    let telling = Telling {
        sentence: Callback::new(move |()| draft.checked().err().map(|wrong| wrong.sentence)),
        show: Callback::new(show),
    };
    let part = Part::of(profile, move |profile| draft.adopt(profile), typed, is_same)
        .telling(move |profile| draft.differs(profile), telling);
    view! {
        <PartForm part>
            <Spoken language=draft.language />
            <Names name=draft.agent_name />
            <Teasers said=draft.notification rows=draft.teasers is_strict=part.is_strict />
            <Banners rows=draft.banners is_strict=part.is_strict />
            <AloneQuestions draft=draft.asked />
            <EndQuestions draft=draft.asked />
            <Translations draft=draft.translations part />
            <OwnTexts texts=draft.texts />
        </PartForm>
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

/// How those who answer are called.
#[component]
fn Names(name: RwSignal<String>) -> impl IntoView {
    // Too long is the only wrong, and is told at once.
    let wrong = Signal::derive(move || {
        let reason = name.with(|typed| agent_name(typed)).err()?;
        Some(refusal::for_field(Field::Name, reason))
    });
    view! {
        <Card title=t(text::WORDS_NAMES)>
            <TextField
                id="words-agent-name"
                label=t(text::WORDS_AGENT_NAME)
                value=name
                is_optional=true
                hint=t(text::WORDS_AGENT_NAME_HINT)
                error=wrong
            />
        </Card>
    }
}
