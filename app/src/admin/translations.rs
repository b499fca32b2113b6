//! What the chat profile says of its own, in other languages: each of its sentences as it was saved
//! last, and room for it in one language at a time.
//!
//! Invariant: what is typed is kept by language and sentence, and follows a sentence that is written
//! anew.

use super::profile_part::Part;
use super::wording_texts::Wrong;
use crate::locale::{Text, admin as text, refusal, t, t_with};
use crate::ui::{Badge, Card, ChoiceField, Icon, icon};
use domain::api::Field;
use domain::settings::{ChatProfile, Language, SentenceKind, Translation};
use domain::text::{MessageText, Reason};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// A sentence, and everywhere that it is said.
type Sentence = (String, Vec<SentenceKind>);

/// The translations as they are being edited.
#[derive(Clone, Copy)]
pub struct TranslationsDraft {
    typed: RwSignal<BTreeMap<(Language, String), String>>,
    /// The profile whose sentences they are of.
    of: RwSignal<Option<ChatProfile>>,
    /// The code of the language that is shown.
    chosen: RwSignal<String>,
}

fn name_of(kind: SentenceKind) -> Text {
    match kind {
        SentenceKind::Greeting => text::PROFILE_GREETING,
        SentenceKind::Teaser => text::TEASERS_TITLE,
        SentenceKind::Banner => text::TRANSLATIONS_BANNER,
        SentenceKind::WaitMessage => text::TRANSLATIONS_WAITING,
    }
}

/// Each sentence once.
fn sentences(profile: &ChatProfile) -> Vec<Sentence> {
    let mut all: Vec<Sentence> = Vec::new();
    for (kind, said) in profile.sentences() {
        match all.iter_mut().find(|(known, _)| known == said) {
            Some((_, kinds)) if kinds.contains(&kind) => {}
            Some((_, kinds)) => kinds.push(kind),
            None => all.push((said.to_owned(), vec![kind])),
        }
    }
    all
}

/// What is typed for a sentence, if it can be said wherever that is.
fn checked(typed: &str, kinds: &[SentenceKind]) -> Result<MessageText, Reason> {
    kinds.iter().try_for_each(|kind| kind.checked(typed))?;
    MessageText::parse(typed)
}

/// What is wrong with it.
fn problem(reason: Reason, kinds: &[SentenceKind]) -> String {
    if reason == Reason::Form && kinds.contains(&SentenceKind::WaitMessage) {
        return t_with(text::WAITING_FORM, &[("variable", "$-WAITTIME")]);
    }
    refusal::for_field(Field::Text, reason)
}

impl TranslationsDraft {
    /// Nothing is typed.
    pub fn blank() -> Self {
        Self {
            typed: RwSignal::new(BTreeMap::new()),
            of: RwSignal::new(None),
            chosen: RwSignal::new(Language::De.code().to_owned()),
        }
    }

    /// Forgets what was typed.
    pub fn adopt(self, profile: &ChatProfile) {
        let all = profile.wording.translations.iter();
        let all = all.map(|one| {
            let place = (one.language, one.of.clone());
            (place, one.text.as_str().to_owned())
        });
        self.typed.set(all.collect());
        self.of.set(Some(profile.clone()));
    }

    /// The profile stands like this now: what is typed goes with its sentences.
    fn follow(self, profile: &ChatProfile) {
        let before = self.of.get_untracked();
        if before.as_ref() == Some(profile) {
            return;
        }
        if let Some(before) = before {
            self.typed.update(|typed| {
                let mut all = Vec::new();
                // What cannot be read stays where it is, and is said to be wrong.
                typed.retain(|(language, of), text| {
                    let read = MessageText::parse(text);
                    all.extend(read.iter().cloned().map(|text| Translation {
                        language: *language,
                        of: of.clone(),
                        text,
                    }));
                    read.is_err()
                });
                let kept = profile.kept(all, &before);
                let kept = kept
                    .into_iter()
                    .map(|one| ((one.language, one.of), one.text.as_str().to_owned()));
                typed.extend(kept);
            });
        }
        self.of.set(Some(profile.clone()));
    }

    /// Whether something else is typed than stands there.
    pub fn differs(self, profile: &ChatProfile) -> bool {
        let typed = self.typed.with(|typed| {
            let typed = typed.iter().filter(|(_, text)| !text.trim().is_empty());
            let typed = typed.map(|((language, of), text)| {
                let text = MessageText::parse(text).ok()?;
                Some(Translation {
                    language: *language,
                    of: of.clone(),
                    text,
                })
            });
            typed.collect::<Option<Vec<_>>>()
        });
        // What cannot be saved does not stand there.
        let Some(typed) = typed else { return true };
        let sorted = |mut all: Vec<Translation>| {
            all.sort_by(|a, b| (a.language, &a.of).cmp(&(b.language, &b.of)));
            all
        };
        sorted(self.over(typed, profile)) != sorted(profile.wording.translations.clone())
    }

    /// What is typed, if it can be saved; else the first that cannot.
    pub fn checked(self) -> Result<Vec<Translation>, Wrong> {
        let known = self
            .of
            .with(|of| of.as_ref().map(sentences).unwrap_or_default());
        self.typed.with(|typed| {
            let typed = typed.iter().filter(|(_, text)| !text.trim().is_empty());
            let typed = typed.map(|((language, of), typed)| {
                let kinds = known.iter().find(|(said, _)| said == of);
                let kinds = kinds.map_or(&[][..], |(_, kinds)| kinds);
                let said = checked(typed, kinds).map_err(|reason| Wrong {
                    language: None,
                    sentence: t_with(
                        text::TRANSLATIONS_REFUSED,
                        &[
                            ("language", language.name()),
                            ("text", of),
                            ("problem", &problem(reason, kinds)),
                        ],
                    ),
                })?;
                Ok(Translation {
                    language: *language,
                    of: of.clone(),
                    text: said,
                })
            });
            typed.collect()
        })
    }

    /// Those that were typed, as they are of this profile: its sentences may be others by now.
    pub fn over(self, typed: Vec<Translation>, profile: &ChatProfile) -> Vec<Translation> {
        self.of.with(|of| match of {
            Some(of) => profile.kept(typed, of),
            None => typed,
        })
    }

    /// The languages, each with how much is said in it.
    fn choices(self) -> Vec<(String, String)> {
        let all = self
            .of
            .with(|of| of.as_ref().map(sentences).unwrap_or_default());
        let choice = |language: Language| {
            let is_said = |(said, _): &&Sentence| {
                let place = (language, said.clone());
                self.typed.with(|typed| {
                    typed
                        .get(&place)
                        .is_some_and(|text| !text.trim().is_empty())
                })
            };
            let count = all.iter().filter(is_said).count().to_string();
            let values = [
                ("language", language.name()),
                ("count", count.as_str()),
                ("all", &all.len().to_string()),
            ];
            let words = t_with(text::TRANSLATIONS_COUNTED, &values);
            (language.code().to_owned(), words)
        };
        Language::ALL.map(choice).to_vec()
    }
}

/// Every sentence, and room for it in the language that is chosen.
#[component]
pub fn Translations(draft: TranslationsDraft, part: Part) -> impl IntoView {
    Effect::new(move |_| part.base.with(|base| draft.follow(base)));
    let choices = Memo::new(move |_| draft.choices());
    let rows = Memo::new(move |_| {
        let language = draft.chosen.with(|code| Language::from_tag(code));
        let language = language.unwrap_or_default();
        let all = draft
            .of
            .with(|of| of.as_ref().map(sentences).unwrap_or_default());
        all.into_iter()
            .enumerate()
            .map(|(place, sentence)| (place, language, sentence))
            .collect::<Vec<_>>()
    });
    view! {
        <Card title=t(text::TRANSLATIONS_TITLE) lead=t(text::TRANSLATIONS_LEAD)>
            <div class="words__choose">
                <ChoiceField
                    id="translations-language"
                    label=t(text::TRANSLATIONS_IN)
                    value=draft.chosen
                    choices=choices
                />
            </div>
            <ul class="words__rows">
                <For
                    each=move || rows.get()
                    key=|(place, language, sentence)| (*place, *language, sentence.0.clone())
                    children=move |(place, language, sentence)| {
                        view! { <Row draft place language sentence /> }
                    }
                />
            </ul>
        </Card>
    }
}

/// One sentence, and what is said instead.
#[component]
fn Row(
    draft: TranslationsDraft,
    place: usize,
    language: Language,
    sentence: Sentence,
) -> impl IntoView {
    let (said, kinds) = sentence;
    let id = format!("translations-{}-{place}", language.code());
    let problem_id = format!("{id}-problem");
    let key = StoredValue::new((language, said.clone()));
    let typed = move || {
        let typed = key.with_value(|key| draft.typed.with(|typed| typed.get(key).cloned()));
        typed.unwrap_or_default()
    };
    let is_own = move || !typed().trim().is_empty();
    let badge = |kind| view! { <Badge>{t(name_of(kind))}</Badge> };
    let badges = kinds.iter().copied().map(badge).collect_view();
    let kinds = StoredValue::new(kinds);
    let wrong = Memo::new(move |_| {
        let typed = typed();
        if typed.trim().is_empty() {
            return None;
        }
        kinds.with_value(|kinds| {
            let reason = checked(&typed, kinds).err()?;
            Some(problem(reason, kinds))
        })
    });
    let write = move |written: String| {
        let key = key.get_value();
        draft.typed.update(|typed| {
            if written.is_empty() {
                typed.remove(&key);
            } else {
                typed.insert(key, written);
            }
        });
    };
    view! {
        <li class="words__row" class:words__row--translated=is_own>
            <div class="words__ours">
                <label for=id.clone()>
                    <span dir="auto">{said}</span>
                </label>
                <span class="words__kinds">{badges}</span>
            </div>
            <div class="words__theirs">
                <textarea
                    class="field__input"
                    id=id
                    rows="2"
                    lang=language.code()
                    dir=language.dir()
                    prop:value=typed
                    aria-describedby=problem_id.clone()
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    on:input=move |event| write(event_target_value(&event))
                >
                    {untrack(typed)}
                </textarea>
                <div class="words__problem" id=problem_id>
                    {move || {
                        wrong
                            .get()
                            .map(|wrong| view! { <p class="field__error">{icon(Icon::Alert)} {wrong}</p> })
                    }}
                </div>
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_has_to_fit_wherever_it_is_said() {
        let long = "x".repeat(domain::limit::TEASER_CHARS_MAX + 1);
        for (typed, kinds, is_fine) in [
            (
                "Hallo",
                &[SentenceKind::Greeting, SentenceKind::Teaser][..],
                true,
            ),
            (&long, &[SentenceKind::Greeting], true),
            (
                &long,
                &[SentenceKind::Greeting, SentenceKind::Teaser],
                false,
            ),
            ("$-WAITTIME Minuten", &[SentenceKind::WaitMessage], true),
            ("$NAME", &[SentenceKind::WaitMessage], false),
            ("$NAME", &[SentenceKind::Banner], true),
        ] {
            assert_eq!(checked(typed, kinds).is_ok(), is_fine, "{typed} {kinds:?}");
        }
        let form = problem(Reason::Form, &[SentenceKind::WaitMessage]);
        assert!(form.contains("$-WAITTIME"), "{form}");
    }
}
