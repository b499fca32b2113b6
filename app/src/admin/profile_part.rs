//! One part of a chat profile as a page edits it: read, typed over, saved over everything else as
//! it is now.
//!
//! Invariant: nobody's save is lost unseen. What somebody else saved of other parts is taken over;
//! who saves over somebody else's work on the same part was asked first.

use super::form::{Sending, Submit, Trouble};
use super::leaving::guard;
use super::profile_area::on_save;
use crate::api;
use crate::locale::{admin as text, t, t_with, ui};
use crate::ui::focus::focus_on;
use crate::ui::{Banner, Button, Toaster, Tone};
use domain::api::{Field, ProfilePage, ReadProfile, Refusal, SaveProfile};
use domain::settings::ChatProfile;
use domain::text::{DisplayName, shown};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A part of a chat profile as it is being edited.
#[derive(Clone, Copy)]
pub struct Part {
    /// The profile as the server has it.
    pub base: RwSignal<ChatProfile>,
    /// A newer one, with another part, that somebody else saved meanwhile.
    theirs: RwSignal<Option<ChatProfile>>,
    /// Who saved that.
    by: RwSignal<Option<DisplayName>>,
    /// Somebody has tried to save what cannot be: each field says what is wrong with it.
    pub is_strict: RwSignal<bool>,
    /// Puts into the fields what a profile says.
    adopt: Callback<ChatProfile>,
    /// The profile with what is typed in its place.
    typed: Callback<ChatProfile, Result<ChatProfile, Refusal>>,
    /// The part of a profile: whether two are the same.
    is_same: fn(&ChatProfile, &ChatProfile) -> bool,
    /// Whether something else is typed than a profile says.
    differs: Callback<ChatProfile, bool>,
    telling: Option<Telling>,
}

/// How a part says itself what cannot be saved, where the name of a field says too little.
#[derive(Clone, Copy)]
pub struct Telling {
    /// What to do; nothing as soon as all of it can be saved.
    pub sentence: Callback<(), Option<String>>,
    /// Brings into view what is wrong.
    pub show: Callback<()>,
}

impl Part {
    /// The part of this profile, not typed over yet.
    pub fn of(
        profile: ChatProfile,
        adopt: impl Fn(&ChatProfile) + Send + Sync + 'static,
        typed: impl Fn(ChatProfile) -> Result<ChatProfile, Refusal> + Send + Sync + 'static,
        is_same: fn(&ChatProfile, &ChatProfile) -> bool,
    ) -> Self {
        adopt(&profile);
        let typed = Callback::new(typed);
        Self {
            base: RwSignal::new(profile),
            theirs: RwSignal::new(None),
            by: RwSignal::new(None),
            is_strict: RwSignal::new(false),
            adopt: Callback::new(move |profile: ChatProfile| adopt(&profile)),
            typed,
            is_same,
            differs: Callback::new(move |from: ChatProfile| {
                let typed: Result<_, Refusal> = typed.run(from.clone());
                typed.map_or(true, |typed| !is_same(&typed, &from))
            }),
            telling: None,
        }
    }

    /// A part that knows what was typed without reading all of it, and tells more.
    #[must_use]
    pub fn telling(
        self,
        differs: impl Fn(&ChatProfile) -> bool + Send + Sync + 'static,
        telling: Telling,
    ) -> Self {
        Self {
            differs: Callback::new(move |from: ChatProfile| differs(&from)),
            telling: Some(telling),
            ..self
        }
    }

    /// Forgets what was typed.
    pub fn adopt(self, profile: ChatProfile) {
        self.adopt.run(profile.clone());
        self.settle(profile);
    }

    /// The server has this now. What was typed while it was on its way stays.
    fn settle(self, profile: ChatProfile) {
        self.is_strict.set(false);
        self.theirs.set(None);
        self.base.set(profile);
    }

    /// The profile as it would be saved.
    pub fn typed(self) -> Result<ChatProfile, Refusal> {
        self.typed.run(self.base.get())
    }

    /// Whether something was typed that is not saved.
    pub fn is_changed(self) -> bool {
        self.differs.run(self.base.get())
    }

    /// Somebody else may have saved.
    fn compare(self, page: ProfilePage) {
        let fresh = page.profile;
        let Some(base) = self.base.try_get_untracked() else {
            return;
        };
        if fresh.version <= base.version {
            return;
        }
        if (self.is_same)(&fresh, &base) {
            self.theirs.set(None);
            self.base.set(fresh);
        } else if !untrack(|| self.is_changed()) {
            self.adopt(fresh);
        } else if untrack(|| self.differs.run(fresh.clone())) {
            self.by.set(page.changed_by);
            self.theirs.set(Some(fresh));
        } else {
            // Our own save, of which we hear before its answer; or the same from somebody else.
            self.settle(fresh);
        }
    }

    fn question(self) -> ReadProfile {
        let profile = self.base.with_untracked(|base| base.id.clone());
        ReadProfile { profile }
    }
}

/// What saves a part over a profile, wherever it stands; `done` takes over what was saved.
fn saving(part: Part, sending: Sending, done: fn(Part, ChatProfile)) -> Callback<ChatProfile> {
    let toaster = expect_context::<Toaster>();
    let sent = StoredValue::new(0_u32);
    on_save(move || part.question(), move |fresh| part.compare(fresh));
    let save = Callback::new(move |over: ChatProfile| {
        let version = over.version;
        match untrack(|| part.typed.run(over)) {
            Err(refusal) => {
                part.is_strict.set(true);
                match part.telling {
                    Some(telling) => telling.show.run(()),
                    None => sending.failure.set(Some(refusal.into())),
                }
                focus_on(".words [aria-invalid=true]");
            }
            Ok(profile) => {
                sent.set_value(version);
                sending.send(SaveProfile { profile }, move |saved| {
                    done(part, saved);
                    toaster.say(Tone::Positive, t(ui::SAVED));
                });
            }
        }
    });
    // The server knows best who saved first. If it was about something else than this part, this
    // goes over what is there now; else the page asks.
    Effect::new(move |_| {
        if sending.refusal() != Some(Refusal::Changed) {
            return;
        }
        sending.failure.set(None);
        spawn_local(async move {
            match api::request(part.question()).await {
                Ok(fresh) => part.compare(fresh),
                Err(failure) => {
                    sending.failure.try_set(Some(failure));
                    return;
                }
            }
            let Some(base) = part.base.try_get_untracked() else {
                return;
            };
            // Each try is of a newer version than the one before, so there is an end to it.
            if part.theirs.with_untracked(Option::is_none) && base.version > sent.get_value() {
                save.run(base);
            }
        });
    });
    save
}

/// The form of a part: its cards, and at their end what saves them.
#[component]
pub fn PartForm(part: Part, children: Children) -> impl IntoView {
    let sending = Sending::begin();
    // What was typed on while it was being saved stays.
    let save = saving(part, sending, Part::settle);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.run(part.base.get_untracked());
    };
    view! {
        <form class="words" novalidate on:submit=submit>
            {children()}
            <SaveBar part sending save />
        </form>
    }
}

/// The form of a part that is one card. What is wrong with one of its fields stands there.
#[component]
pub fn CardForm(
    part: Part,
    sending: Sending,
    title: &'static str,
    fields: &'static [Field],
    children: Children,
) -> impl IntoView {
    // The fields show what was saved as the server has it, not as it was typed.
    let save = saving(part, sending, Part::adopt);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save.run(part.base.get_untracked());
    };
    view! {
        <form class="card" novalidate on:submit=submit>
            <header class="card__header">
                <h2 class="card__title">{title}</h2>
            </header>
            <div class="card__body">
                <Conflict part save />
                <Trouble sending fields />
                {children()}
            </div>
            <footer class="card__footer">
                <SaveButtons
                    is_changed=Memo::new(move |_| part.is_changed())
                    sending
                    discard=move || part.adopt(part.base.get_untracked())
                />
            </footer>
        </form>
    }
}

/// Stays in view however long the page is: says that something is not saved, or why it cannot be,
/// and saves it.
#[component]
fn SaveBar(part: Part, sending: Sending, save: Callback<ChatProfile>) -> impl IntoView {
    let wrong = Memo::new(move |_| {
        let telling = part.telling.filter(|_| part.is_strict.get())?;
        telling.sentence.run(())
    });
    view! {
        <div class="words__bar">
            <Conflict part save />
            <Trouble sending fields=&[] />
            {move || wrong.get().map(|wrong| view! { <Banner tone=Tone::Danger text=wrong /> })}
            <div class="words__actions">
                <SaveButtons
                    is_changed=Memo::new(move |_| part.is_changed())
                    sending
                    discard=move || part.adopt(part.base.get_untracked())
                />
            </div>
        </div>
    }
}

/// Says that something is not saved, takes it back, or saves it; and nobody leaves without a word.
#[component]
pub fn SaveButtons(
    is_changed: Memo<bool>,
    sending: Sending,
    discard: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    guard(is_changed);
    let discard = move |()| {
        sending.failure.set(None);
        discard();
    };
    view! {
        <Show when=move || is_changed.get()>
            <span class="page__unsaved" role="status">
                {t(text::UNSAVED)}
            </span>
            <Button on_press=Callback::new(discard)>{t(text::DISCARD)}</Button>
        </Show>
        <Submit sending>{t(ui::SAVE)}</Submit>
    }
}

/// Says who saved meanwhile.
pub(super) fn changed_by(who: Option<&DisplayName>) -> String {
    who.map_or_else(
        || t(text::CHANGED).to_owned(),
        |who| t_with(text::CHANGED_BY, &[("name", &shown(who.as_str()))]),
    )
}

/// Somebody else saved the same part meanwhile: theirs, or knowingly ours.
#[component]
fn Conflict(part: Part, save: Callback<ChatProfile>) -> impl IntoView {
    move || {
        part.theirs.get().map(|theirs| {
            let fresh = theirs.clone();
            view! {
                <Banner tone=Tone::Waiting text=changed_by(part.by.get_untracked().as_ref())>
                    <Button
                        is_small=true
                        on_press=Callback::new(move |()| part.adopt(theirs.clone()))
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
