//! Who the visitor of a conversation is: what their website has proved, and beside it what only
//! their browser says.
//!
//! Invariant: the two never stand under one heading.

use super::desk::use_desk;
use super::words;
use crate::api::{self, Failure};
use crate::around::sentence;
use crate::locale::{chat as text, contact, t, ui};
use crate::ui::focus::{focus_if_lost, focus_on};
use crate::ui::{Badge, Banner, Icon, IconButton, Tone, icon};
use domain::api::{ContactCard, ReadContact};
use domain::conversation::{Claims, Row};
use domain::people::ContactField;
use domain::text::shown;
use leptos::task::spawn_local;
use leptos::{ev, prelude::*};

/// The id by which the button names what it opens.
pub const DETAILS: &str = "details";
/// The id of that button.
pub const WHO_BUTTON: &str = "who";

/// Who the visitor of this conversation is.
#[component]
pub fn Details(#[prop(into)] row: Signal<Row>) -> impl IntoView {
    let desk = use_desk();
    let read = RwSignal::new(None::<Result<ContactCard, Failure>>);
    // Asked again when the visitor proves who they are while one looks.
    let person = Memo::new(move |_| row.with(|row| (row.id.clone(), row.person.clone())));
    Effect::new(move |_| {
        let (conversation, _) = person.get();
        spawn_local(async move {
            let answer = api::request(ReadContact { conversation }).await;
            if let Err(failure) = &answer {
                desk.session().note(failure);
            }
            read.try_set(Some(answer));
        });
    });
    // On a phone the pane takes the place of the button that has opened it.
    Effect::new(|_| focus_if_lost("#details button"));
    let close = move || {
        desk.has_details.set(false);
        focus_on("#who");
    };
    let leave = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            close();
        }
    };
    view! {
        <aside class="details" id=DETAILS aria-label=t(text::WHO) on:keydown=leave>
            <header class="details__header">
                <h2 class="details__title">{t(text::WHO)}</h2>
                <IconButton
                    icon=Icon::Close
                    label=t(ui::CLOSE).to_owned()
                    on_press=Callback::new(move |()| close())
                />
            </header>
            {move || match read.get() {
                None => {
                    view! {
                        <section class="details__section" aria-busy="true">
                            <span class="skeleton" aria-hidden="true"></span>
                            <span class="skeleton skeleton--short" aria-hidden="true"></span>
                        </section>
                    }
                        .into_any()
                }
                Some(Err(failure)) => {
                    view! {
                        <section class="details__section">
                            <Banner tone=Tone::Danger text=sentence(&failure) />
                        </section>
                    }
                        .into_any()
                }
                Some(Ok(card)) => view! { <Proved card /> }.into_any(),
            }} <Claimed row />
        </aside>
    }
}

/// What the website has proved.
#[component]
fn Proved(card: ContactCard) -> impl IntoView {
    let Some(person) = card.person else {
        return view! {
            <section class="details__section">
                <p class="details__none">{t(text::WHO_NOBODY)}</p>
            </section>
        }
        .into_any();
    };
    let by_whom = if person.agent.is_some() {
        text::WHO_AGENT
    } else {
        text::WHO_PROVED
    };
    let mut facts: Vec<(String, String)> = Vec::new();
    if let Some(contact) = card.contact {
        for (field, value) in contact.fields {
            facts.push((t(contact::field(field)).to_owned(), shown(value.as_str())));
        }
        if let Some(subject) = contact.subject {
            facts.push((t(text::WHO_SUBJECT).to_owned(), shown(&subject)));
        }
    }
    for (label, value) in card.custom {
        facts.push((shown(&label), shown(value.as_str())));
    }
    view! {
        <section class="details__section">
            <h3 class="details__caption">
                <Badge tone=Tone::Positive>{icon(Icon::Check)} {t(by_whom)}</Badge>
            </h3>
            <Facts facts />
        </section>
    }
    .into_any()
}

/// What only the browser says.
#[component]
fn Claimed(row: Signal<Row>) -> impl IntoView {
    let facts = Memo::new(move |_| {
        row.with(|row| {
            let mut facts = vec![(t(text::WHO_PAGE).to_owned(), words::page(row))];
            if !row.page_url.is_empty() && !row.page_title.is_empty() {
                facts.push((t(text::WHO_ADDRESS).to_owned(), shown(&row.page_url)));
            }
            if let Some(language) = row.language {
                facts.push((t(text::WHO_LANGUAGE).to_owned(), language.name().to_owned()));
            }
            facts.push((t(text::WHO_LABEL).to_owned(), row.label.clone()));
            let Claims {
                name,
                email,
                phone,
                comment,
                fields,
            } = &row.claims;
            let told = [
                (ContactField::Name, name),
                (ContactField::Email, email),
                (ContactField::Phone, phone),
            ];
            for (field, value) in told {
                if let Some(value) = value {
                    facts.push((t(contact::field(field)).to_owned(), shown(value)));
                }
            }
            if let Some(comment) = comment {
                // Its lines stay lines.
                let lines: Vec<_> = comment.lines().map(shown).collect();
                facts.push((t(text::WHO_COMMENT).to_owned(), lines.join("\n")));
            }
            facts.extend(
                fields
                    .iter()
                    .map(|(name, value)| (shown(name), shown(value))),
            );
            facts
        })
    });
    view! {
        <section class="details__section">
            <h3 class="details__caption">{t(text::WHO_CLAIMED)}</h3>
            {move || view! { <Facts facts=facts.get() /> }}
        </section>
    }
}

#[component]
fn Facts(facts: Vec<(String, String)>) -> impl IntoView {
    let fact = |(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! { <dl class="details__facts">{facts.into_iter().map(fact).collect_view()}</dl> }
}
