//! The world around a conversation that is tried: everything that is known from outside, to be
//! turned by hand.
//!
//! Invariant: every fact of the engine has its field here.

use super::desk::Desk;
use super::fields::{CheckField, Choices, LineField, PickField};
use super::lens::Lens;
use crate::locale::{Text, flows as text, t, t_with};
use crate::ui::{Button, Icon};
use domain::date::Date;
use domain::flow::Facts;
use domain::settings::Language;
use leptos::prelude::*;

fn of_facts<T>(
    desk: Desk,
    known: Memo<Facts>,
    get: impl Fn(&Facts) -> T + Send + Sync + 'static,
    set: impl Fn(&mut Facts, T) + Send + Sync + 'static,
) -> Lens<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Lens {
        get: Memo::new(move |_| known.with(&get)).into(),
        set: Callback::new(move |value| {
            let mut facts = known.get_untracked();
            set(&mut facts, value);
            desk.trial.update(|trial| trial.know(facts));
        }),
    }
}

fn some(typed: String) -> Option<String> {
    (!typed.is_empty()).then_some(typed)
}

/// Everything that is known.
#[component]
pub fn FactsForm(desk: Desk) -> impl IntoView {
    let known = Memo::new(move |_| {
        desk.trial
            .with(|trial| desk.program.with(|program| trial.play(program).facts))
    });
    let is_open = of_facts(desk, known, |it| it.is_open, |it, to| it.is_open = to);
    let is_known = of_facts(
        desk,
        known,
        |it| it.is_authenticated,
        |it, to| it.is_authenticated = to,
    );
    let is_ticket = of_facts(
        desk,
        known,
        |it| it.is_ticket_linked,
        |it, to| it.is_ticket_linked = to,
    );
    let wait = of_facts(
        desk,
        known,
        |it| it.wait_minutes.map(|it| it.to_string()).unwrap_or_default(),
        |it, to: String| it.wait_minutes = to.trim().parse().ok(),
    );
    view! {
        <section class="flow-facts" aria-label=t(text::FACTS)>
            <h2 class="flow-panel__title">{t(text::FACTS)}</h2>
            <p class="field__hint">{t(text::FACTS_LEAD)}</p>
            <div class="flow-panel__fields">
                <CheckField label=t(text::FACT_OPEN) value=is_open />
                <TeamsThere desk known />
                <CheckField label=t(text::FACT_AUTHENTICATED) value=is_known />
                <CheckField label=t(text::FACT_TICKET) value=is_ticket />
                <LineField id="fact-wait" kind="number" label=t(text::FACT_WAIT) value=wait />
                <Today desk known />
                <LanguageFact desk known />
                <Texts desk known />
                <Fields desk known />
            </div>
        </section>
    }
    .into_any()
}

/// Which teams are there: that of the chat profile, and every other.
#[component]
fn TeamsThere(desk: Desk, known: Memo<Facts>) -> impl IntoView {
    let own = known.with_untracked(|facts| facts.team.clone());
    let boxes = desk.active_teams().into_iter().map(|(team, name)| {
        let name = if own.as_ref() == Some(&team) {
            format!("{} ({name})", t(text::FACT_AGENTS))
        } else {
            name
        };
        let of_set = team.clone();
        let value = of_facts(
            desk,
            known,
            move |it| it.teams_there.contains(&team),
            move |it, is_on| {
                it.teams_there.remove(&of_set);
                if is_on {
                    it.teams_there.insert(of_set.clone());
                }
            },
        );
        view! { <CheckField label=name value /> }
    });
    let boxes = boxes.collect_view();
    view! {
        <Choices label=t(text::FACT_TEAMS)>
            {boxes}
        </Choices>
    }
}

#[component]
fn Today(desk: Desk, known: Memo<Facts>) -> impl IntoView {
    let today = of_facts(
        desk,
        known,
        |it| it.today.map(|it| it.to_string()).unwrap_or_default(),
        |it, to: String| it.today = Date::parse(to.trim()),
    );
    let tomorrow = move |()| {
        let now = known.with_untracked(|facts| facts.today);
        let next = now.and_then(Date::next).or_else(|| Date::new(2026, 1, 1));
        today
            .set
            .run(next.map(|it| it.to_string()).unwrap_or_default());
    };
    view! {
        <div class="flow-facts__today">
            <LineField id="fact-today" kind="date" label=t(text::FACT_TODAY) value=today />
            <Button is_small=true icon=Icon::Clock on_press=Callback::new(tomorrow)>
                {t(text::FACT_TOMORROW)}
            </Button>
        </div>
    }
    .into_any()
}

#[component]
fn LanguageFact(desk: Desk, known: Memo<Facts>) -> impl IntoView {
    let language = of_facts(
        desk,
        known,
        |it| it.language.code().to_owned(),
        |it, code: String| it.language = Language::from_tag(&code).unwrap_or_default(),
    );
    let languages: Vec<(String, String)> = Language::ALL
        .iter()
        .map(|it| (it.code().to_owned(), it.name().to_owned()))
        .collect();
    view! {
        <PickField
            id="fact-language"
            label=t(text::FACT_LANGUAGE)
            value=language
            choices=Signal::stored(languages)
        />
    }
    .into_any()
}

type Get = fn(&Facts) -> String;
type Set = fn(&mut Facts, String);

/// The facts that are texts.
const TEXTS: [(&str, Text, Get, Set); 6] = [
    (
        "fact-name",
        text::FACT_NAME,
        |it| it.name.clone().unwrap_or_default(),
        |it, to| it.name = some(to),
    ),
    (
        "fact-email",
        text::FACT_EMAIL,
        |it| it.email.clone().unwrap_or_default(),
        |it, to| it.email = some(to),
    ),
    (
        "fact-phone",
        text::FACT_PHONE,
        |it| it.phone.clone().unwrap_or_default(),
        |it, to| it.phone = some(to),
    ),
    (
        "fact-country",
        text::FACT_COUNTRY,
        |it| it.country.clone().unwrap_or_default(),
        |it, to| it.country = some(to.trim().to_uppercase()),
    ),
    (
        "fact-page",
        text::FACT_PAGE_URL,
        |it| it.page_url.clone(),
        |it, to| it.page_url = to,
    ),
    (
        "fact-title",
        text::FACT_PAGE_TITLE,
        |it| it.page_title.clone(),
        |it, to| it.page_title = to,
    ),
];

#[component]
fn Texts(desk: Desk, known: Memo<Facts>) -> impl IntoView {
    TEXTS.map(|(id, label, get, set)| {
        let value = of_facts(desk, known, get, set);
        view! { <LineField id label=t(label) value /> }
    })
}

#[component]
fn Fields(desk: Desk, known: Memo<Facts>) -> impl IntoView {
    let fields = desk.page.with_untracked(|page| page.around.fields.clone());
    fields
        .into_iter()
        .map(|name| {
            let (of_get, of_set) = (name.clone(), name.clone());
            let value = of_facts(
                desk,
                known,
                move |it| it.fields.get(&of_get).cloned().unwrap_or_default(),
                move |it, to: String| {
                    if to.is_empty() {
                        it.fields.remove(&of_set);
                    } else {
                        it.fields.insert(of_set.clone(), to);
                    }
                },
            );
            let label = t_with(text::FACT_FIELD, &[("name", &name)]);
            view! { <LineField id=format!("fact-{name}") label value /> }
        })
        .collect_view()
}
