//! What the bubble of a chat profile does on which pages, and which bot speaks there.
//!
//! Invariant: the order of the rows is the order in which they are tried, and the tester asks the
//! function that decides.

use super::bot::{BotDraft, choices, whens};
use super::ordered::{Names, Row, RowField, ordered};
use super::profile_area::tab;
use super::profile_part::{Part, PartForm};
use super::teasers::{pages_field, wrong};
use crate::api;
use crate::locale::{Text, admin as text, t, t_with};
use crate::ui::field::options;
use crate::ui::{Banner, Card, TextField, Tone};
use domain::api::{Field, FlowRow, ListFlows, ProfilePage, ReadProfile, Refusal};
use domain::flow::StepId;
use domain::limit;
use domain::settings::{BubbleRule, ChannelRule, ChatProfile, Country, rule_for};
use domain::text::{Reason, Teaser, UrlPattern};
use leptos::prelude::*;

const ROWS: Names = Names {
    title: text::RULES_TITLE,
    hint: text::TEASERS_HINT,
    hint_id: "rules-hint",
    place: text::RULES_PLACE,
    class: "teasers__one rules__one",
    empty_title: text::RULES_EMPTY_TITLE,
    empty_text: text::RULES_EMPTY_TEXT,
    add: text::RULES_ADD,
    max: limit::RULES_MAX,
};

const SHOW: &str = "show";
const NOTIFY: &str = "notify";
const OPEN: &str = "open";
const HIDE: &str = "hide";

/// How long a new rule waits until it opens the window.
const SECONDS: u32 = 10;

/// A rule as it is being edited.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct RuleDraft {
    id: usize,
    url: RwSignal<String>,
    countries: RwSignal<String>,
    bubble: RwSignal<String>,
    text: RwSignal<String>,
    seconds: RwSignal<String>,
    bot: BotDraft,
    /// A number; empty is the bot's first.
    step: RwSignal<String>,
}

impl Row for RuleDraft {
    fn blank(id: usize) -> Self {
        Self {
            id,
            url: RwSignal::new(String::new()),
            countries: RwSignal::new(String::new()),
            bubble: RwSignal::new(SHOW.to_owned()),
            text: RwSignal::new(String::new()),
            seconds: RwSignal::new(SECONDS.to_string()),
            bot: BotDraft::of(None),
            step: RwSignal::new(String::new()),
        }
    }

    fn id(self) -> usize {
        self.id
    }
}

impl RuleDraft {
    fn of(id: usize, rule: &ChannelRule) -> Self {
        let draft = Self::blank(id);
        draft.url.set(rule.url.as_str().to_owned());
        let countries: Vec<_> = rule.countries.iter().map(Country::as_str).collect();
        draft.countries.set(countries.join(", "));
        let word = match &rule.bubble {
            BubbleRule::Show => SHOW,
            BubbleRule::Notify { text } => {
                draft.text.set(text.as_str().to_owned());
                NOTIFY
            }
            BubbleRule::Open { after_seconds } => {
                draft.seconds.set(after_seconds.to_string());
                OPEN
            }
            BubbleRule::Hide => HIDE,
        };
        draft.bubble.set(word.to_owned());
        draft.bot.adopt(rule.flow.as_ref());
        let step = rule.step.map(|step| step.0.to_string());
        draft.step.set(step.unwrap_or_default());
        draft
    }

    /// What is typed in it.
    fn checked(self) -> Result<ChannelRule, Reason> {
        let bubble = match self.bubble.get().as_str() {
            NOTIFY => BubbleRule::Notify {
                text: self.text.with(|text| Teaser::parse(text))?,
            },
            OPEN => BubbleRule::Open {
                after_seconds: self.seconds.with(|text| seconds(text))?,
            },
            HIDE => BubbleRule::Hide,
            _ => BubbleRule::Show,
        };
        Ok(ChannelRule {
            url: self.url.with(|url| UrlPattern::parse(url))?,
            countries: self.countries.with(|all| Country::parse_all(all))?,
            bubble,
            flow: self.bot.checked()?,
            step: self.step.with(|text| step(text))?,
        })
    }
}

/// The seconds until a window opens by itself.
fn seconds(text: &str) -> Result<u32, Reason> {
    let seconds: u32 = text.trim().parse().or(Err(Reason::Form))?;
    if seconds > limit::RULE_SECONDS_MAX {
        return Err(Reason::Form);
    }
    Ok(seconds)
}

/// The step where the bot begins; none is its first.
fn step(text: &str) -> Result<Option<StepId>, Reason> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse().or(Err(Reason::Form))?;
    Ok(Some(StepId(number)))
}

/// The rules of a chat profile.
#[component]
pub fn RulesPage() -> impl IntoView {
    let read = |profile| {
        let profile = api::request(ReadProfile { profile });
        let flows = api::request(ListFlows {});
        async move { Ok((profile.await?, flows.await?)) }
    };
    tab(
        text::RULES_TITLE,
        text::RULES_LEAD,
        read,
        |(page, flows)| view! { <Rules page flows /> }.into_any(),
    )
}

/// What every row of the rules shares.
#[derive(Clone, Copy)]
struct Around {
    is_strict: RwSignal<bool>,
    flows: StoredValue<Vec<FlowRow>>,
}

#[component]
fn Rules(page: ProfilePage, flows: Vec<FlowRow>) -> impl IntoView {
    let rows = RwSignal::new(Vec::<RuleDraft>::new());
    let adopt = move |profile: &ChatProfile| {
        let drafts = profile.rules.iter().enumerate();
        rows.set(drafts.map(|(id, rule)| RuleDraft::of(id, rule)).collect());
    };
    let typed = move |over: ChatProfile| {
        let drafts = rows.get().into_iter().map(RuleDraft::checked);
        let rules = drafts.collect::<Result<Vec<_>, _>>();
        let rules = rules.map_err(|reason| Refusal::Invalid {
            field: Field::Rules,
            reason,
        })?;
        Ok(ChatProfile { rules, ..over })
    };
    let part = Part::of(page.profile, adopt, typed, |one, other| {
        one.rules == other.rules
    });
    let around = Around {
        is_strict: part.is_strict,
        flows: StoredValue::new(flows),
    };
    view! {
        <PartForm part>
            <Card title=t(text::RULES_CARD) lead=t(text::RULES_CARD_LEAD)>
                {(!page.are_countries_known)
                    .then(|| {
                        let setting = [("setting", "AUREOLE_COUNTRY_MMDB")];
                        let text = t_with(text::RULES_NO_COUNTRIES, &setting);
                        view! { <Banner tone=Tone::Info text=text /> }
                    })}
                {ordered(&ROWS, rows, move |row| fields(around, row))}
            </Card>
            <Tester rows />
        </PartForm>
    }
}

/// The fields of a row.
fn fields(around: Around, row: RuleDraft) -> AnyView {
    let is_strict = around.is_strict;
    view! {
        {pages_field(format!("rule-{}-url", row.id), row.url, is_strict)}
        <Bubble row is_strict />
        <RowField
            id=format!("rule-{}-countries", row.id)
            label=text::RULES_COUNTRIES
            value=row.countries
            example=t(text::RULES_COUNTRIES_EXAMPLE)
            is_address=true
            error=wrong(is_strict, row.countries, Country::parse_all, Field::Rules)
        />
        <RowBot around row />
    }
    .into_any()
}

/// What the bubble does, and what more has to be said of it.
#[component]
fn Bubble(row: RuleDraft, is_strict: RwSignal<bool>) -> impl IntoView {
    let bubbles = [
        (SHOW, text::RULES_SHOW),
        (NOTIFY, text::RULES_NOTIFY),
        (OPEN, text::RULES_OPEN),
        (HIDE, text::RULES_HIDE),
    ];
    let bubbles = bubbles.map(|(word, words)| (word.to_owned(), t(words).to_owned()));
    let is = move |word: &'static str| Memo::new(move |_| row.bubble.with(|bubble| bubble == word));
    let (is_notifying, is_opening) = (is(NOTIFY), is(OPEN));
    view! {
        <div class="rules__bubble">
            <RowChoice
                id=format!("rule-{}-bubble", row.id)
                label=text::RULES_BUBBLE
                value=row.bubble
                choices=bubbles.to_vec()
            />
            <Show when=move || is_notifying.get()>
                <RowField
                    id=format!("rule-{}-text", row.id)
                    label=text::TEASERS_TEXT
                    value=row.text
                    error=wrong(is_strict, row.text, Teaser::parse, Field::Teasers)
                />
            </Show>
            <Show when=move || is_opening.get()>
                <RowField
                    id=format!("rule-{}-seconds", row.id)
                    label=text::RULES_SECONDS
                    value=row.seconds
                    error=wrong(is_strict, row.seconds, seconds, Field::Rules)
                />
            </Show>
        </div>
    }
}

/// The bot of a rule.
#[component]
fn RowBot(around: Around, row: RuleDraft) -> impl IntoView {
    let chosen = untrack(|| row.bot.checked())
        .ok()
        .flatten()
        .map(|bot| bot.flow);
    let flows = around
        .flows
        .with_value(|flows| choices(flows, t(text::RULES_BOT_OWN), chosen.as_ref()));
    // A number means something in one bot alone.
    Effect::new(move |before: Option<String>| {
        let flow = row.bot.flow.get();
        if before.is_some_and(|before| before != flow) {
            row.step.set(String::new());
        }
        flow
    });
    let has_bot = Memo::new(move |_| row.bot.flow.with(|flow| !flow.is_empty()));
    view! {
        <div class="rules__bubble">
            <RowChoice
                id=format!("rule-{}-bot", row.id)
                label=text::BOT_TITLE
                value=row.bot.flow
                choices=flows
            />
            <Show when=move || has_bot.get()>
                <RowChoice
                    id=format!("rule-{}-when", row.id)
                    label=text::BOT_WHEN
                    value=row.bot.when
                    choices=whens()
                />
            </Show>
            <RowField
                id=format!("rule-{}-step", row.id)
                label=text::RULES_STEP
                value=row.step
                example=t(text::RULES_STEP_EXAMPLE)
                error=wrong(around.is_strict, row.step, step, Field::Rules)
            />
        </div>
    }
}

#[component]
fn RowChoice(
    id: String,
    label: Text,
    value: RwSignal<String>,
    choices: Vec<(String, String)>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>
                {t(label)}
            </label>
            <select
                class="field__input"
                id=id
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options(value, Signal::stored(choices))}
            </select>
        </div>
    }
}

/// Which rule decides for an address, as they are typed now.
#[component]
fn Tester(rows: RwSignal<Vec<RuleDraft>>) -> impl IntoView {
    let (url, country) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let verdict = Memo::new(move |_| {
        let url = url.get();
        let url = url.trim();
        if url.is_empty() {
            return String::new();
        }
        let rules: Result<Vec<_>, _> = rows.get().into_iter().map(RuleDraft::checked).collect();
        let Ok(rules) = rules else {
            return t(text::RULES_TEST_WRONG).to_owned();
        };
        let country = country.get();
        let country = Some(country.trim()).filter(|country| !country.is_empty());
        // A path alone is a page of any website.
        let address = if url.starts_with('/') {
            format!("https://example.com{url}")
        } else {
            url.to_owned()
        };
        match rule_for(&rules, &address, country) {
            None => t(text::RULES_TEST_NONE).to_owned(),
            Some((place, rule)) => {
                let place = place.saturating_add(1).to_string();
                let does = t(match rule.bubble {
                    BubbleRule::Show => text::RULES_SHOW,
                    BubbleRule::Notify { .. } => text::RULES_NOTIFY,
                    BubbleRule::Open { .. } => text::RULES_OPEN,
                    BubbleRule::Hide => text::RULES_HIDE,
                });
                t_with(text::RULES_TEST_FOUND, &[("place", &place), ("does", does)])
            }
        }
    });
    view! {
        <Card title=t(text::RULES_TEST) lead=t(text::RULES_TEST_LEAD)>
            <div class="words__choose">
                <TextField
                    id="rules-test-url"
                    label=t(text::RULES_TEST_URL)
                    value=url
                    is_optional=true
                />
                <TextField
                    id="rules-test-country"
                    label=t(text::RULES_TEST_COUNTRY)
                    value=country
                    is_optional=true
                />
            </div>
            <p class="rules__verdict" role="status">
                {move || verdict.get()}
            </p>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_opens_within_an_hour() {
        assert_eq!(seconds(" 0 "), Ok(0));
        assert_eq!(seconds("3600"), Ok(3600));
        for wrong in ["", "3601", "-1", "soon", "1.5"] {
            assert_eq!(seconds(wrong), Err(Reason::Form), "{wrong}");
        }
    }
}
