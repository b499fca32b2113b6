//! How a website proves who its visitors are: what its tokens look like, and what is taken over
//! from them.
//!
//! Invariant: nobody's save is lost unseen; the secret is in no field of this page.

use super::form::{Sending, Trouble};
use super::identity_secret::{Recipe, Secret};
use super::mappings::{Mappings, RowDraft};
use super::profile_area::{on_save, tab};
use super::profile_part::{SaveButtons, changed_by};
use crate::api;
use crate::locale::{admin as text, t, ui};
use crate::ui::{Banner, Button, ChoiceField, Switch, Toaster, Tone};
use domain::api::{Field, IdentityPage as Read, ReadIdentity, Refusal, SaveIdentity};
use domain::settings::{Algorithm, Identity, Matching};
use leptos::prelude::*;
use leptos::task::spawn_local;

const SUBJECT: &str = "subject";
const EMAIL: &str = "email";

/// The settings as they are being edited, beside those that were read.
#[derive(Clone, Copy)]
pub struct Draft {
    /// What the server has.
    pub base: RwSignal<Read>,
    is_enabled: RwSignal<bool>,
    algorithm: RwSignal<String>,
    is_lifetime_checked: RwSignal<bool>,
    matching: RwSignal<String>,
    is_single_use: RwSignal<bool>,
    rows: RwSignal<Vec<RowDraft>>,
}

impl Draft {
    fn of(page: Read) -> Self {
        let draft = Self {
            is_enabled: RwSignal::new(false),
            algorithm: RwSignal::new(String::new()),
            is_lifetime_checked: RwSignal::new(false),
            matching: RwSignal::new(String::new()),
            is_single_use: RwSignal::new(false),
            rows: RwSignal::new(Vec::new()),
            base: RwSignal::new(page.clone()),
        };
        draft.adopt(page);
        draft
    }

    /// Forgets what was typed.
    pub fn adopt(self, page: Read) {
        let identity = &page.identity;
        self.is_enabled.set(identity.is_enabled);
        self.algorithm.set(identity.algorithm.as_str().to_owned());
        self.is_lifetime_checked.set(identity.is_lifetime_checked);
        let matching = match identity.matching {
            Matching::Subject => SUBJECT,
            Matching::Email => EMAIL,
        };
        self.matching.set(matching.to_owned());
        self.is_single_use.set(identity.is_matching_data_single_use);
        self.rows
            .set(identity.mappings.iter().map(RowDraft::of).collect());
        self.base.set(page);
    }

    /// The secret is another one, which stands in no field; what is typed stays.
    pub fn secret_replaced(self, page: &Read) {
        self.base.update(|base| {
            base.secret = page.secret;
            base.version = page.version;
        });
    }

    /// What is typed.
    fn identity(self) -> Identity {
        let algorithm = self.algorithm.get();
        let found = Algorithm::ALL
            .into_iter()
            .find(|one| one.as_str() == algorithm);
        Identity {
            is_enabled: self.is_enabled.get(),
            algorithm: found.unwrap_or_default(),
            is_lifetime_checked: self.is_lifetime_checked.get(),
            matching: if self.matching.get() == EMAIL {
                Matching::Email
            } else {
                Matching::Subject
            },
            mappings: self
                .rows
                .with(|rows| rows.iter().map(RowDraft::mapping).collect()),
            is_matching_data_single_use: self.is_single_use.get(),
        }
    }

    fn is_changed(self) -> bool {
        self.identity() != self.base.with(|page| page.identity.clone())
    }

    /// Asks for what the server has now.
    fn question(self) -> ReadIdentity {
        let profile = self.base.with_untracked(|page| page.profile.clone());
        ReadIdentity { profile }
    }

    /// Somebody has saved: what is here is replaced, unless somebody typed over it. Then the
    /// save that follows is refused, and says so.
    fn compare(self, fresh: Read) {
        if !untrack(|| self.is_changed()) {
            self.adopt(fresh);
        }
    }
}

/// How a website proves who its visitors are.
#[component]
pub fn IdentityPage() -> impl IntoView {
    let read = |profile| api::request(ReadIdentity { profile });
    tab(text::IDENTITY_TITLE, text::IDENTITY_LEAD, read, |page| {
        view! { <Settings page /> }.into_any()
    })
}

#[component]
fn Settings(page: Read) -> impl IntoView {
    let draft = Draft::of(page);
    on_save(move || draft.question(), move |fresh| draft.compare(fresh));
    view! {
        <Form draft />
        <Secret draft />
        <Recipe draft />
    }
}

#[component]
fn Form(draft: Draft) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let sending = Sending::begin();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| draft.identity()).checked() {
            Err(reason) => sending.refuse(Field::Mappings, reason),
            Ok(identity) => {
                let (profile, version) = draft
                    .base
                    .with_untracked(|page| (page.profile.clone(), page.version));
                let question = SaveIdentity {
                    profile,
                    identity,
                    version,
                };
                sending.send(question, move |saved| {
                    draft.adopt(saved);
                    toaster.say(Tone::Positive, t(ui::SAVED));
                });
            }
        }
    };
    // Whoever was refused because of somebody else's save sees that one, on a word.
    let is_stale = move || sending.refusal() == Some(Refusal::Changed);
    let by = RwSignal::new(None);
    Effect::new(move |_| {
        if is_stale() {
            spawn_local(async move {
                if let Ok(fresh) = api::request(draft.question()).await {
                    by.try_set(fresh.changed_by);
                }
            });
        }
    });
    let show_theirs = move |()| {
        sending.failure.set(None);
        spawn_local(async move {
            if let Ok(fresh) = api::request(draft.question()).await {
                draft.adopt(fresh);
            }
        });
    };
    let algorithms = Algorithm::ALL.map(|one| (one.as_str().to_owned(), one.as_str().to_owned()));
    let matchings = [
        (SUBJECT.to_owned(), t(text::IDENTITY_BY_SUBJECT).to_owned()),
        (EMAIL.to_owned(), t(text::IDENTITY_BY_EMAIL).to_owned()),
    ];
    view! {
        <form class="card" novalidate on:submit=submit>
            <header class="card__header">
                <h2 class="card__title">{t(text::IDENTITY_TOKENS)}</h2>
                <p class="card__lead">{t(text::IDENTITY_TOKENS_LEAD)}</p>
            </header>
            <div class="card__body">
                {move || {
                    is_stale()
                        .then(|| {
                            view! {
                                <Banner tone=Tone::Waiting text=changed_by(by.get().as_ref())>
                                    <Button
                                        is_small=true
                                        on_press=Callback::new(show_theirs)
                                    >
                                        {t(text::SHOW_THEIRS)}
                                    </Button>
                                </Banner>
                            }
                        })
                }}
                <Show when=move || !is_stale()>
                    <Trouble sending fields=&[Field::Mappings] />
                </Show>
                <Switch
                    is_on=draft.is_enabled
                    label=t(text::IDENTITY_ENABLED)
                    on_switch=move |is_on| draft.is_enabled.set(is_on)
                />
                <ChoiceField
                    id="identity-algorithm"
                    label=t(text::IDENTITY_ALGORITHM)
                    value=draft.algorithm
                    choices=Signal::stored(algorithms.to_vec())
                    hint=t(text::IDENTITY_ALGORITHM_HINT)
                    error=sending.at(Field::Secret)
                />
                <Switch
                    is_on=draft.is_lifetime_checked
                    label=t(text::IDENTITY_LIFETIME)
                    on_switch=move |is_on| draft.is_lifetime_checked.set(is_on)
                />
                <ChoiceField
                    id="identity-matching"
                    label=t(text::IDENTITY_MATCHING)
                    value=draft.matching
                    choices=Signal::stored(matchings.to_vec())
                    hint=t(text::IDENTITY_MATCHING_HINT)
                />
                <Switch
                    is_on=draft.is_single_use
                    label=t(text::IDENTITY_SINGLE_USE)
                    on_switch=move |is_on| draft.is_single_use.set(is_on)
                />
                <Mappings rows=draft.rows error=sending.at(Field::Mappings) />
            </div>
            <footer class="card__footer">
                <SaveButtons
                    is_changed=Memo::new(move |_| draft.is_changed())
                    sending
                    discard=move || draft.adopt(draft.base.get_untracked())
                />
            </footer>
        </form>
    }
}
