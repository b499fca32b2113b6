//! The profile's own texts in the place of ours: all of ours in one language, a row each.
//!
//! Invariant: what is typed is kept by language and key, not by row: neither searching nor another
//! language forgets it, and a row that nobody touched holds nothing.

use crate::api;
use crate::around::{sentence, use_session};
use crate::locale::{Text, admin as text, refusal, t, t_with};
use crate::ui::{Badge, Card, ChoiceField, Icon, Toaster, Tone, icon};
use domain::api::{Field, KnownText, ReadTexts};
use domain::settings::{Language, OwnText, Wording};
use domain::text::WordingText;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::{ev, prelude::*, web_sys};
use std::collections::BTreeMap;

/// The first words of keys, and what their texts are about. What is in no other is in the last.
const GROUPS: [(&str, Text); 7] = [
    ("widget", text::WORDS_WINDOW),
    ("transcript", text::WORDS_MESSAGES),
    ("format", text::WORDS_TIMES),
    ("launcher", text::WORDS_BUBBLE),
    ("emoji", text::WORDS_EMOJI),
    ("boot", text::WORDS_LOADING),
    ("", text::WORDS_OTHER),
];

/// The group of a key.
fn group_of(key: &str) -> &'static str {
    let area = key.split('.').next().unwrap_or_default();
    let known = GROUPS.iter().find(|(known, _)| *known == area);
    known.map_or("", |(known, _)| *known)
}

/// What of ours is filled in later: `{name}` and the like, with its braces.
fn places(ours: &str) -> impl Iterator<Item = String> {
    let parts = ours.split('{').skip(1);
    let names = parts.filter_map(|part| part.split_once('}'));
    names.map(|(name, _)| format!("{{{name}}}"))
}

/// Their text in the place of ours, or the sentence that says what is wrong with it.
fn checked(ours: &str, own: &str) -> Result<WordingText, String> {
    let parsed = WordingText::parse(own);
    let parsed = parsed.map_err(|reason| refusal::for_field(Field::Texts, reason))?;
    let missing: Vec<_> = places(ours).filter(|place| !own.contains(place)).collect();
    if missing.is_empty() {
        Ok(parsed)
    } else {
        let missing = missing.join(", ");
        Err(t_with(text::WORDS_MISSING, &[("places", &missing)]))
    }
}

/// Where a text stands: its language and its key.
type Place = (Language, String);

/// Why the words cannot be saved as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// In which language, where the own texts are wrong.
    pub language: Option<Language>,
    /// What to do.
    pub sentence: String,
}

/// The own texts as they are being edited, beside ours.
#[derive(Clone, Copy)]
pub struct Texts {
    /// What is typed. One for all rows: most of them nobody ever touches.
    own: RwSignal<BTreeMap<Place, String>>,
    /// Ours, in the languages that were looked at.
    known: RwSignal<BTreeMap<Language, Vec<KnownText>>>,
    /// The code of the language that is chosen; it is shown as soon as its texts are known.
    chosen: RwSignal<String>,
    shown: RwSignal<Language>,
    search: RwSignal<String>,
}

impl Texts {
    /// Nothing typed yet; `known` is ours in `language`.
    pub fn new(language: Language, known: Vec<KnownText>) -> Self {
        Self {
            own: RwSignal::new(BTreeMap::new()),
            known: RwSignal::new([(language, known)].into()),
            chosen: RwSignal::new(language.code().to_owned()),
            shown: RwSignal::new(language),
            search: RwSignal::new(String::new()),
        }
    }

    /// Forgets what was typed.
    pub fn adopt(self, wording: &Wording) {
        let texts = wording.texts.iter().map(|own| {
            let place = (own.language, own.key.clone());
            (place, own.text.as_str().to_owned())
        });
        self.own.set(texts.collect());
    }

    /// Whether something else is typed than stands there.
    pub fn differs(self, wording: &Wording) -> bool {
        let mut theirs: Vec<_> = wording
            .texts
            .iter()
            .map(|own| (own.language, own.key.as_str(), own.text.as_str()))
            .collect();
        theirs.sort_unstable();
        self.own.with(|own| {
            let typed = own.iter().filter(|(_, text)| !text.trim().is_empty());
            let typed = typed.map(|((language, key), text)| (*language, key.as_str(), text.trim()));
            !typed.eq(theirs)
        })
    }

    /// What is typed, if it can be saved; else the first that cannot.
    pub fn checked(self) -> Result<Vec<OwnText>, Wrong> {
        self.own.with(|own| {
            own.iter()
                .filter(|(_, text)| !text.trim().is_empty())
                .map(|((language, key), typed)| {
                    let ours = self.ours(*language, key);
                    let text = checked(&ours, typed).map_err(|problem| Wrong {
                        language: Some(*language),
                        sentence: t_with(
                            text::WORDS_REFUSED,
                            &[("text", &ours), ("problem", &problem)],
                        ),
                    })?;
                    Ok(OwnText {
                        language: *language,
                        key: key.clone(),
                        text,
                    })
                })
                .collect()
        })
    }

    /// Our text. Of a language that was not looked at yet, that of another: all languages fill in
    /// the same.
    fn ours(self, language: Language, key: &str) -> String {
        self.known.with(|known| {
            let find = |texts: &Vec<KnownText>| {
                let found = texts.iter().find(|known| known.key == key);
                found.map(|known| known.text.clone())
            };
            let exact = known.get(&language).and_then(find);
            exact
                .or_else(|| known.values().find_map(find))
                .unwrap_or_default()
        })
    }

    /// Shows the texts of this language, all of them.
    pub fn reveal(self, language: Language) {
        self.search.set(String::new());
        self.chosen.set(language.code().to_owned());
    }

    /// The texts that fit the search, by ours, theirs or the key. What is being typed does not
    /// take its row away.
    fn found(self) -> (Language, Vec<KnownText>) {
        let language = self.shown.get();
        let search = self.search.with(|search| search.trim().to_lowercase());
        let holds = |text: &str| text.to_lowercase().contains(&search);
        let is_found = |known: &&KnownText| {
            let own = || {
                let place = (language, known.key.clone());
                self.own
                    .with_untracked(|own| own.get(&place).is_some_and(|own| holds(own)))
            };
            holds(&known.key) || holds(&known.text) || own()
        };
        let found = self.known.with(|known| {
            let known = known.get(&language).into_iter().flatten();
            known.filter(is_found).cloned().collect()
        });
        (language, found)
    }

    /// The languages, each with the number of its own texts.
    fn choices(self) -> Vec<(String, String)> {
        let choice = |language: Language| {
            let count = self.own.with(|own| {
                let typed = own.iter().filter(|((of, _), _)| *of == language);
                typed.filter(|(_, text)| !text.trim().is_empty()).count()
            });
            let words = if count == 0 {
                language.name().to_owned()
            } else {
                let count = count.to_string();
                let values = [("language", language.name()), ("count", count.as_str())];
                t_with(text::WORDS_COUNTED, &values)
            };
            (language.code().to_owned(), words)
        };
        Language::ALL.map(choice).to_vec()
    }

    /// Shows the language that is chosen, once its texts are known.
    fn follow_choice(self) {
        let (session, toaster) = (use_session(), expect_context::<Toaster>());
        Effect::new(move |_| {
            let chosen = self.chosen.with(|code| Language::from_tag(code));
            let language = chosen.unwrap_or_default();
            let is_known = |known: &BTreeMap<_, _>| known.contains_key(&language);
            if self.known.with_untracked(is_known) {
                self.shown.set(language);
                return;
            }
            spawn_local(async move {
                let answer = api::request(ReadTexts { language }).await;
                // Somebody may have chosen yet another one, or left the page.
                let is_chosen = |code: &String| code == language.code();
                let is_wanted = self.chosen.try_with_untracked(is_chosen);
                match answer {
                    Ok(known) => {
                        self.known.try_update(|all| all.insert(language, known));
                        if is_wanted == Some(true) {
                            self.shown.set(language);
                        }
                    }
                    Err(failure) => {
                        session.note(&failure);
                        toaster.say(Tone::Danger, sentence(&failure));
                        if is_wanted == Some(true) {
                            let shown = self.shown.get_untracked();
                            self.chosen.set(shown.code().to_owned());
                        }
                    }
                }
            });
        });
    }
}

/// All of our texts in one language, and room for theirs.
#[component]
pub fn OwnTexts(texts: Texts) -> impl IntoView {
    texts.follow_choice();
    let choices = Memo::new(move |_| texts.choices());
    let found = Memo::new(move |_| texts.found());
    let groups = GROUPS.map(|(area, title)| view! { <Group texts found area title /> });
    let is_busy = move || {
        let shown = texts.shown.get();
        texts.chosen.with(|code| code != shown.code())
    };
    view! {
        <Card title=t(text::WORDS_OWN_TITLE) lead=t(text::WORDS_OWN_LEAD)>
            <div class="words__choose">
                <ChoiceField
                    id="words-language"
                    label=t(text::WORDS_TEXTS_IN)
                    value=texts.chosen
                    choices=choices
                />
                <Search search=texts.search found />
            </div>
            // Whoever types before the other language is there would type in the one that goes.
            <div
                class="words__groups"
                aria-busy=move || is_busy().then_some("true")
                inert=is_busy
            >
                {groups}
            </div>
        </Card>
    }
}

#[component]
fn Search(search: RwSignal<String>, found: Memo<(Language, Vec<KnownText>)>) -> impl IntoView {
    let nothing = move || {
        let is_nothing = found.with(|(_, found)| found.is_empty());
        is_nothing.then(|| {
            let search = search.get();
            t_with(text::WORDS_NOTHING, &[("search", search.trim())])
        })
    };
    // The form around would be sent by a key that only means "search".
    let stay = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
        }
    };
    view! {
        <div class="field">
            <label class="field__label" for="words-search">
                {t(text::WORDS_SEARCH)}
            </label>
            <input
                class="field__input"
                id="words-search"
                type="search"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || search.get()
                on:input=move |event| search.set(event_target_value(&event))
                on:keydown=stay
            />
            <p class="field__hint" role="status">
                {nothing}
            </p>
        </div>
    }
}

/// The texts about one thing.
#[component]
fn Group(
    texts: Texts,
    found: Memo<(Language, Vec<KnownText>)>,
    area: &'static str,
    title: Text,
) -> impl IntoView {
    let is_here = move |known: &&KnownText| group_of(&known.key) == area;
    let is_empty = move || found.with(|(_, found)| !found.iter().any(|known| is_here(&known)));
    let rows = move || {
        found.with(|(language, found)| {
            let here = found.iter().filter(is_here);
            here.map(|known| (*language, known.clone()))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <section class="words__group" hidden=is_empty>
            <h3 class="words__caption">{t(title)}</h3>
            <ul class="words__rows">
                <For
                    each=rows
                    key=|(language, known)| (*language, known.key.clone())
                    children=move |(language, known)| view! { <Row texts language known /> }
                />
            </ul>
        </section>
    }
}

/// What one row shows and writes. It asks the one signal of all rows, so that a row costs a few
/// look-ups per key that is pressed anywhere, and no signal of its own.
#[derive(Clone, Copy)]
struct RowTexts {
    own: RwSignal<BTreeMap<Place, String>>,
    /// Where, and ours.
    held: StoredValue<(Place, String)>,
}

impl RowTexts {
    /// As it is in the field.
    fn typed(self) -> String {
        self.held.with_value(|(place, _)| {
            let typed = self.own.with(|own| own.get(place).cloned());
            typed.unwrap_or_default()
        })
    }

    /// Whether something is typed.
    fn is_own(self) -> bool {
        self.held.with_value(|(place, _)| {
            self.own
                .with(|own| own.get(place).is_some_and(|typed| !typed.trim().is_empty()))
        })
    }

    /// What is wrong with what is typed.
    fn problem(self) -> Option<String> {
        self.held.with_value(|(place, ours)| {
            self.own.with(|own| {
                let typed = own.get(place).filter(|typed| !typed.trim().is_empty());
                typed.and_then(|typed| checked(ours, typed).err())
            })
        })
    }

    fn write(self, typed: String) {
        let place = self.held.with_value(|(place, _)| place.clone());
        self.own.update(|own| {
            if typed.is_empty() {
                own.remove(&place);
            } else {
                own.insert(place, typed);
            }
        });
    }
}

/// One text of ours, and theirs.
#[component]
fn Row(texts: Texts, language: Language, known: KnownText) -> impl IntoView {
    let KnownText { key, text: ours } = known;
    let id = format!("words-{key}");
    let row = RowTexts {
        own: texts.own,
        held: StoredValue::new(((language, key.clone()), ours.clone())),
    };
    view! {
        <li class="words__row" class:words__row--own=move || row.is_own()>
            <div class="words__ours">
                <label for=id.clone()>
                    <span lang=language.code() dir=language.dir()>
                        {ours.clone()}
                    </span>
                    <code class="words__key">{key}</code>
                </label>
                <span class="words__mark">
                    <Badge>{t(text::WORDS_MARK)}</Badge>
                </span>
            </div>
            <Theirs row language id ours />
        </li>
    }
}

/// The field, what takes its text away again, and what is wrong with it.
#[component]
fn Theirs(row: RowTexts, language: Language, id: String, ours: String) -> impl IntoView {
    let problem_id = format!("{id}-problem");
    let reset = t_with(text::WORDS_RESET, &[("text", &ours)]);
    view! {
        <div class="words__theirs">
            <input
                class="field__input"
                id=id
                lang=language.code()
                dir=language.dir()
                placeholder=ours
                autocomplete="off"
                value=untrack(|| row.typed())
                prop:value=move || row.typed()
                aria-describedby=problem_id.clone()
                aria-invalid=move || row.problem().is_some().then_some("true")
                on:input=move |event| row.write(event_target_value(&event))
            />
            <button
                type="button"
                class="button button--quiet button--icon words__reset"
                aria-label=reset.clone()
                title=reset
                on:click=move |event| {
                    focus_beside(&event);
                    row.write(String::new());
                }
            >
                {icon(Icon::Close)}
            </button>
            <div class="words__problem" id=problem_id>
                {move || {
                    row.problem()
                        .map(|problem| view! { <p class="field__error">{icon(Icon::Alert)} {problem}</p> })
                }}
            </div>
        </div>
    }
}

/// The button that was pressed is about to vanish: the focus goes to the field of its row.
fn focus_beside(event: &ev::MouseEvent) {
    let row = event_target::<web_sys::Element>(event).closest(".words__row");
    let row = row.ok().flatten();
    let input = row.and_then(|row| row.query_selector("input").ok().flatten());
    if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = input.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::limit;

    #[test]
    fn what_is_filled_in_must_be_there() {
        for (ours, own, is_fine) in [
            ("This chat has ended.", "Goodbye", true),
            ("{name} is here", "Now with {name}", true),
            ("{name} is here", "Somebody is here", false),
            ("{name} is here", "{ name } is here", false),
            ("{day}. {month}", "{month} {day}", true),
            ("{day}. {month}", "{day}", false),
            ("open { end", "closed", true),
            ("{name}", " ", false),
        ] {
            assert_eq!(checked(ours, own).is_ok(), is_fine, "{ours}: {own}");
        }
        let both = checked("{day}. {month}", "today").unwrap_err();
        assert!(both.contains("{day}, {month}"), "{both}");
        let long = "x".repeat(limit::GREETING_CHARS_MAX + 1);
        assert!(checked("Hello", &long).unwrap_err().contains("500"));
    }

    #[test]
    fn every_key_has_its_group() {
        for (key, group) in [
            ("widget.ended", "widget"),
            ("boot.slow", "boot"),
            ("ui.reload", ""),
            ("refusal.file_empty", ""),
            ("", ""),
        ] {
            assert_eq!(group_of(key), group, "{key}");
        }
    }

    #[test]
    fn other_languages_keep_what_is_typed() {
        let owner = Owner::new();
        owner.with(|| {
            let known = |text: &str| KnownText {
                key: "widget.agent_here".to_owned(),
                text: text.to_owned(),
            };
            let texts = Texts::new(Language::En, vec![known("{name} is here")]);
            let wording = Wording::default();
            texts.adopt(&wording);
            assert!(!texts.differs(&wording));
            let place = |language| (language, "widget.agent_here".to_owned());
            texts.own.update(|own| {
                own.insert(place(Language::De), " {name} da ".to_owned());
                own.insert(place(Language::Fr), "  ".to_owned());
            });
            assert!(texts.differs(&wording));
            texts.reveal(Language::Fr);
            let saved = texts.checked().unwrap();
            assert_eq!(saved.len(), 1);
            assert_eq!(saved[0].text.as_str(), "{name} da");
            let wording = Wording {
                texts: saved,
                ..wording
            };
            assert!(!texts.differs(&wording));
            // Our German was never looked at: the place is known from another language.
            texts.own.update(|own| {
                own.insert(place(Language::De), "da".to_owned());
            });
            let wrong = texts.checked().unwrap_err();
            assert_eq!(wrong.language, Some(Language::De));
            assert!(wrong.sentence.contains("{name} is here"), "{wrong:?}");
        });
    }
}
