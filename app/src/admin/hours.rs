//! When a chat profile is open: its week, its exceptions and their zone, and what that says now;
//! and what bots say of the wait while it is, and visitors hear who wait.
//!
//! Invariant: whether it is open, the function of `domain` says; the page only hands it the
//! offsets that the server made.

use super::hours_draft::{ExceptionDraft, HoursDraft, IntervalDraft};
use super::hours_wait::{WaitCard, WaitDraft};
use super::profile_area::tab;
use super::profile_part::{Part, PartForm};
use super::wait_messages::{WaitMessagesCard, WaitMessagesDraft};
use crate::api;
use crate::locale::format::{self, Offset};
use crate::locale::{Text, admin as text, refusal, t, t_with};
use crate::ui::field::{Field as Frame, described_by, invalid};
use crate::ui::focus::focus_on;
use crate::ui::{Badge, Button, Card, Icon, IconButton, Switch, Tone, icon};
use domain::api::{Field, ListZones, ReadProfile, ReadZone, Refusal, ZonePage};
use domain::date::Weekday;
use domain::limit;
use domain::settings::{ChatProfile, OffsetSpan, Opening, OpeningHours, ZoneName};
use domain::text::Reason;
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How often the page asks what o'clock it is.
const NOW_EVERY: Duration = Duration::from_secs(30);

/// The name of a day.
fn day_name(day: Weekday) -> &'static str {
    t(match day {
        Weekday::Monday => format::MONDAY,
        Weekday::Tuesday => format::TUESDAY,
        Weekday::Wednesday => format::WEDNESDAY,
        Weekday::Thursday => format::THURSDAY,
        Weekday::Friday => format::FRIDAY,
        Weekday::Saturday => format::SATURDAY,
        Weekday::Sunday => format::SUNDAY,
    })
}

/// When a chat profile is open.
#[component]
pub fn HoursPage() -> impl IntoView {
    let read = |profile| {
        let profile = api::request(ReadProfile { profile });
        let zones = api::request(ListZones {});
        async move { Ok((profile.await?.profile, zones.await?)) }
    };
    tab(
        text::HOURS_TITLE,
        text::HOURS_LEAD,
        read,
        |(profile, zones)| view! { <Hours profile zones /> }.into_any(),
    )
}

#[component]
fn Hours(profile: ChatProfile, zones: Vec<ZoneName>) -> impl IntoView {
    let zones = StoredValue::new(zones);
    let draft = HoursDraft::always();
    let is_agent_required = RwSignal::new(false);
    let wait = WaitDraft::blank();
    let messages = WaitMessagesDraft::blank();
    let adopt = move |profile: &ChatProfile| {
        draft.adopt(profile.hours.as_ref());
        is_agent_required.set(profile.is_agent_required);
        wait.adopt(profile.wait_time);
        messages.adopt(&profile.wait_messages);
    };
    let typed = move |over: ChatProfile| {
        let invalid = |(field, reason)| Refusal::Invalid { field, reason };
        let wait_time = wait.checked().map_err(|reason| (Field::Wait, reason));
        let wait_messages = messages.checked().map_err(|reason| (Field::Text, reason));
        Ok(ChatProfile {
            hours: typed_hours(draft, zones).map_err(invalid)?,
            is_agent_required: is_agent_required.get(),
            wait_time: wait_time.map_err(invalid)?,
            wait_messages: wait_messages.map_err(invalid)?,
            ..over
        })
    };
    let part = Part::of(profile, adopt, typed, |one, other| {
        one.hours == other.hours
            && one.is_agent_required == other.is_agent_required
            && one.wait_time == other.wait_time
            && one.wait_messages == other.wait_messages
    });
    view! {
        <PartForm part>
            <Card title=t(text::HOURS_CARD)>
                <Now draft zones />
                <Switch
                    is_on=is_agent_required
                    label=t(text::HOURS_AGENT)
                    on_switch=move |is_on| is_agent_required.set(is_on)
                />
                <Switch
                    is_on=draft.is_limited
                    label=t(text::HOURS_LIMITED)
                    on_switch=move |is_on| draft.is_limited.set(is_on)
                />
            </Card>
            <Show when=move || draft.is_limited.get()>
                <Card title=t(text::HOURS_WEEK) lead=t(text::HOURS_WEEK_LEAD)>
                    <Zone zone=draft.zone zones is_strict=part.is_strict />
                    <Week draft />
                </Card>
                <Card title=t(text::HOURS_EXCEPTIONS) lead=t(text::HOURS_EXCEPTIONS_LEAD)>
                    <Exceptions draft />
                </Card>
            </Show>
            <WaitCard draft=wait is_strict=part.is_strict />
            <WaitMessagesCard draft=messages is_strict=part.is_strict />
        </PartForm>
    }
}

/// The hours that are typed, in a zone that there is; `None` for always open.
fn typed_hours(
    draft: HoursDraft,
    zones: StoredValue<Vec<ZoneName>>,
) -> Result<Option<OpeningHours>, (Field, Reason)> {
    let hours = draft.checked()?;
    let is_zone = |hours: &OpeningHours| is_known(zones, &hours.zone);
    if hours.as_ref().is_none_or(is_zone) {
        Ok(hours)
    } else {
        Err((Field::Zone, Reason::Form))
    }
}

/// Whether there is such a zone.
fn is_known(zones: StoredValue<Vec<ZoneName>>, zone: &ZoneName) -> bool {
    zones.with_value(|zones| zones.contains(zone))
}

/// What the hours say now, as they are typed: the same function as everywhere.
#[component]
fn Now(draft: HoursDraft, zones: StoredValue<Vec<ZoneName>>) -> impl IntoView {
    let known = RwSignal::new(None::<ZonePage>);
    let tick = RwSignal::new(0_u32);
    Effect::new(move |_| {
        let timer =
            set_interval_with_handle(move || tick.update(|n| *n = n.wrapping_add(1)), NOW_EVERY);
        if let Ok(timer) = timer {
            on_cleanup(move || timer.clear());
        }
    });
    // A name that is half typed is nobody's.
    let zone = Memo::new(move |_| {
        let typed = draft.zone.with(|zone| ZoneName::parse(zone).ok());
        typed.filter(|zone| is_known(zones, zone))
    });
    Effect::new(move |_| {
        tick.track();
        if let Some(zone) = zone.get() {
            spawn_local(async move {
                if let Ok(page) = api::request(ReadZone { zone }).await {
                    known.try_set(Some(page));
                }
            });
        }
    });
    let verdict = Memo::new(move |_| {
        let Ok(hours) = typed_hours(draft, zones) else {
            return Some((Tone::Danger, t(text::HOURS_WRONG).to_owned()));
        };
        let Some(hours) = hours else {
            return Some((Tone::Positive, t(text::HOURS_ALWAYS).to_owned()));
        };
        let page = known.get().filter(|page| page.zone == hours.zone)?;
        Some(said(hours.opening(&page.offsets, page.now), &page))
    });
    view! {
        <p class="hours__now" role="status">
            {move || {
                verdict.get().map(|(tone, words)| view! { <Badge tone=tone>{words}</Badge> })
            }}
        </p>
    }
}

/// An opening in words, by the clock on the wall of its zone.
fn said(opening: Opening, page: &ZonePage) -> (Tone, String) {
    let at = |time: Timestamp| format::day_and_clock(time, page.now, offset(&page.offsets, time));
    match opening {
        Opening::Open { until: None } => (Tone::Positive, t(text::HOURS_OPEN).to_owned()),
        Opening::Open { until: Some(until) } => (
            Tone::Positive,
            t_with(text::HOURS_OPEN_UNTIL, &[("time", &at(until))]),
        ),
        Opening::Closed { opens: None } => (Tone::Waiting, t(text::HOURS_NEVER).to_owned()),
        Opening::Closed { opens: Some(opens) } => (
            Tone::Waiting,
            t_with(text::HOURS_OPENS, &[("time", &at(opens))]),
        ),
    }
}

/// How far the wall is ahead at that time, in minutes.
fn offset(offsets: &[OffsetSpan], at: Timestamp) -> Offset {
    let last = offsets.iter().rev().find(|span| span.from <= at);
    let span = last.or(offsets.first());
    Offset(span.map_or(0, |span| span.offset_seconds.div_euclid(60)))
}

/// The time zone, found by typing.
#[component]
fn Zone(
    zone: RwSignal<String>,
    zones: StoredValue<Vec<ZoneName>>,
    is_strict: RwSignal<bool>,
) -> impl IntoView {
    const ZONE: &str = "hours-zone";
    let error = Signal::derive(move || {
        let typed = zone.with(|zone| ZoneName::parse(zone));
        let is_wrong = !typed.is_ok_and(|zone| is_known(zones, &zone));
        (is_strict.get() && is_wrong).then(|| refusal::for_field(Field::Zone, Reason::Form))
    });
    view! {
        <Frame
            id=ZONE
            label=t(text::HOURS_ZONE)
            hint=Some(t(text::HOURS_ZONE_HINT).to_owned())
            error=error
        >
            <input
                class="field__input"
                id=ZONE
                list="hours-zones"
                autocomplete="off"
                spellcheck="false"
                value=zone.get_untracked()
                prop:value=move || zone.get()
                aria-describedby=described_by(ZONE, true)
                aria-invalid=invalid(error)
                on:input=move |event| zone.set(event_target_value(&event))
            />
            <datalist id="hours-zones">
                {zones
                    .get_value()
                    .into_iter()
                    .map(|zone| view! { <option value=zone.as_str().to_owned()></option> })
                    .collect_view()}
            </datalist>
        </Frame>
    }
}

/// The seven days.
#[component]
fn Week(draft: HoursDraft) -> impl IntoView {
    view! {
        <ul class="hours__days">
            {Weekday::ALL
                .into_iter()
                .map(|day| {
                    let times = draft.of_day(day);
                    let copy = move |_| draft.copy_to_workdays(day);
                    let name = day_name(day);
                    let label = t_with(text::HOURS_COPY_FROM, &[("day", name)]);
                    view! {
                        <li class="hours__day">
                            <h3 class="hours__name">{name}</h3>
                            <Times draft times of=name.to_owned() />
                            <button
                                type="button"
                                class="button button--quiet button--small"
                                aria-label=label.clone()
                                title=label
                                on:click=copy
                            >
                                {icon(Icon::Copy)}
                                {t(text::HOURS_COPY)}
                            </button>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// The times of one day.
#[component]
fn Times(
    draft: HoursDraft,
    times: RwSignal<Vec<IntervalDraft>>,
    #[prop(into)] of: String,
) -> impl IntoView {
    let of = StoredValue::new(of);
    let add = move |()| {
        let time = draft.interval(times);
        let id = time.field("from");
        times.update(|times| times.push(time));
        focus_on(id_selector(&id));
    };
    let add_label = t_with(text::HOURS_ADD_TO, &[("day", &of.get_value())]);
    view! {
        <div class="hours__times" role="group" aria-label=of.get_value()>
            <Show when=move || times.with(Vec::is_empty)>
                <span class="hours__closed">{t(text::HOURS_CLOSED)}</span>
            </Show>
            <For
                each=move || times.get()
                key=|time| time.from
                children=move |time| {
                    let remove = move |()| times.update(|times| times.retain(|one| *one != time));
                    view! {
                        <span class="hours__time">
                            {clock(time.field("from"), text::HOURS_FROM, time.from)} " – "
                            {clock(time.field("to"), text::HOURS_TO, time.to)}
                            <IconButton
                                icon=Icon::Close
                                label=t(text::HOURS_REMOVE)
                                is_small=true
                                on_press=Callback::new(remove)
                            />
                            <Show when=move || time.is_overnight()>
                                <span class="hours__next">{t(text::HOURS_NEXT_DAY)}</span>
                            </Show>
                        </span>
                    }
                }
            />
            <Show when=move || times.with(Vec::len) < limit::INTERVALS_PER_DAY_MAX>
                <IconButton
                    icon=Icon::Plus
                    label=add_label.clone()
                    is_small=true
                    on_press=Callback::new(add)
                />
            </Show>
        </div>
    }
}

fn id_selector(id: &str) -> String {
    let mut selector = String::from("#");
    selector.push_str(id);
    selector
}

/// A time of day.
fn clock(id: String, label: Text, value: RwSignal<String>) -> impl IntoView {
    view! {
        <input
            type="time"
            class="field__input hours__clock"
            id=id
            aria-label=t(label)
            value=value.get_untracked()
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        />
    }
}

/// The dates on which the week does not count.
#[component]
fn Exceptions(draft: HoursDraft) -> impl IntoView {
    let rows = draft.exceptions;
    let add = move |()| {
        let row = draft.exception();
        let id = row.field("first");
        rows.update(|rows| rows.push(row));
        focus_on(id_selector(&id));
    };
    view! {
        <Show when=move || rows.with(Vec::is_empty)>
            <p class="field__hint">{t(text::HOURS_NO_EXCEPTIONS)}</p>
        </Show>
        <ul class="hours__days">
            <For
                each=move || rows.get()
                key=|row| row.first
                children=move |row| view! { <Exception draft row /> }
            />
        </ul>
        <div>
            <Button is_small=true icon=Icon::Plus on_press=Callback::new(add)>
                {t(text::HOURS_ADD_EXCEPTION)}
            </Button>
        </div>
    }
}

#[component]
fn Exception(draft: HoursDraft, row: ExceptionDraft) -> impl IntoView {
    let remove = move |()| {
        draft
            .exceptions
            .update(|rows| rows.retain(|one| *one != row));
    };
    view! {
        <li>
            <div class="hours__exception" role="group" aria-label=t(text::HOURS_EXCEPTION)>
                {line(row.field("first"), text::HOURS_FIRST, row.first, "date")}
                {line(row.field("last"), text::HOURS_LAST, row.last, "date")}
                {line(row.field("name"), text::HOURS_NOTE, row.name, "text")}
                <Times draft times=row.times of=t(text::HOURS_EXCEPTION_TIMES) />
                <IconButton
                    icon=Icon::Close
                    label=t(text::HOURS_REMOVE_EXCEPTION)
                    is_small=true
                    on_press=Callback::new(remove)
                />
            </div>
        </li>
    }
}

/// A field with its label above it.
fn line(id: String, label: Text, value: RwSignal<String>, kind: &'static str) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>
                {t(label)}
            </label>
            <input
                type=kind
                class="field__input"
                id=id
                autocomplete="off"
                value=value.get_untracked()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}
