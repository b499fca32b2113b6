//! How the wait for a person is estimated, on the page about when a chat profile is open.
//!
//! Invariant: what minutes can be, `domain` says; a field that is not shown keeps nobody from
//! saving.

use crate::locale::{Text, admin as text, refusal, t, t_with};
use crate::ui::{Card, ChoiceField, Switch, TextField};
use domain::settings::{WaitMethod, WaitTime};
use domain::text::Reason;
use leptos::prelude::*;
use std::ops::RangeInclusive;

const AVERAGE: &str = "average";
const LONGEST: &str = "longest";
/// What stands for the estimate in a text.
pub const VARIABLE: &str = "$-WAITTIME";

/// The estimate of a wait as it is being edited.
#[derive(Clone, Copy)]
pub struct WaitDraft {
    method: RwSignal<String>,
    period: RwSignal<String>,
    usual: RwSignal<String>,
    is_shown: RwSignal<bool>,
}

impl WaitDraft {
    /// Nothing typed yet.
    pub fn blank() -> Self {
        Self {
            method: RwSignal::new(String::new()),
            period: RwSignal::new(String::new()),
            usual: RwSignal::new(String::new()),
            is_shown: RwSignal::new(false),
        }
    }

    /// Forgets what was typed.
    pub fn adopt(self, settings: WaitTime) {
        let method = match settings.method {
            WaitMethod::Average => AVERAGE,
            WaitMethod::Longest => LONGEST,
        };
        self.method.set(method.to_owned());
        self.period.set(settings.period_minutes.to_string());
        let usual = settings.usual_minutes.map(|minutes| minutes.to_string());
        self.usual.set(usual.unwrap_or_default());
        self.is_shown.set(settings.is_shown);
    }

    fn is_longest(self) -> bool {
        self.method.with(|method| method == LONGEST)
    }

    /// What is typed.
    pub fn checked(self) -> Result<WaitTime, Reason> {
        let is_longest = self.is_longest();
        let period = self.period.with(|text| period(text));
        let settings = WaitTime {
            method: if is_longest {
                WaitMethod::Longest
            } else {
                WaitMethod::Average
            },
            period_minutes: if is_longest {
                period.unwrap_or(WaitTime::default().period_minutes)
            } else {
                period?
            },
            usual_minutes: self.usual.with(|text| usual(text))?,
            is_shown: self.is_shown.get(),
        };
        settings.checked()
    }
}

/// A whole number of minutes.
pub fn minutes(text: &str, range: &RangeInclusive<u32>) -> Result<u32, Reason> {
    let minutes: u32 = text.trim().parse().or(Err(Reason::Form))?;
    range
        .contains(&minutes)
        .then_some(minutes)
        .ok_or(Reason::Form)
}

fn period(text: &str) -> Result<u32, Reason> {
    minutes(text, &WaitTime::PERIOD_MINUTES)
}

/// Nothing, where nothing is typed.
fn usual(text: &str) -> Result<Option<u32>, Reason> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    minutes(text, &WaitTime::USUAL_MINUTES).map(Some)
}

/// How the wait for a person is estimated.
#[component]
pub fn WaitCard(
    draft: WaitDraft,
    /// Whether each field says what is wrong with it.
    is_strict: RwSignal<bool>,
) -> impl IntoView {
    let method = |word: &str, words: Text| (word.to_owned(), t(words).to_owned());
    let methods = [
        method(AVERAGE, text::WAIT_AVERAGE),
        method(LONGEST, text::WAIT_LONGEST),
    ];
    let is_longest = Memo::new(move |_| draft.is_longest());
    let wrong_period = Signal::derive(move || {
        let is_wrong = draft.period.with(|text| period(text)).is_err();
        (is_strict.get() && is_wrong).then(|| refusal::for_number(&WaitTime::PERIOD_MINUTES))
    });
    let wrong_usual = Signal::derive(move || {
        let is_wrong = draft.usual.with(|text| usual(text)).is_err();
        (is_strict.get() && is_wrong).then(|| refusal::for_number(&WaitTime::USUAL_MINUTES))
    });
    view! {
        <Card
            title=t(text::WAIT_CARD)
            lead=t_with(text::WAIT_LEAD, &[("variable", VARIABLE)])
        >
            <ChoiceField
                id="wait-method"
                label=t(text::WAIT_METHOD)
                value=draft.method
                choices=Signal::stored(methods.to_vec())
                hint=t(text::WAIT_METHOD_HINT)
            />
            <Show when=move || !is_longest.get()>
                <TextField
                    id="wait-period"
                    label=t(text::WAIT_PERIOD)
                    value=draft.period
                    hint=t(text::WAIT_PERIOD_HINT)
                    error=wrong_period
                />
            </Show>
            <TextField
                id="wait-usual"
                label=t(text::WAIT_USUAL)
                value=draft.usual
                is_optional=true
                hint=t(text::WAIT_USUAL_HINT)
                error=wrong_usual
            />
            <Switch
                is_on=draft.is_shown
                label=t(text::WAIT_SHOWN)
                described_by="wait-shown-hint"
                on_switch=move |is_on| draft.is_shown.set(is_on)
            />
            <p class="field__hint" id="wait-shown-hint">
                {t(text::WAIT_SHOWN_HINT)}
            </p>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in the fields, and what it says.
    fn check(method: &str, period: &str, usual: &str, expected: Result<WaitTime, Reason>) {
        let draft = WaitDraft::blank();
        draft.method.set(method.to_owned());
        draft.period.set(period.to_owned());
        draft.usual.set(usual.to_owned());
        assert_eq!(draft.checked(), expected, "{method} {period:?} {usual:?}");
    }

    #[test]
    fn minutes_are_whole_and_have_bounds() {
        let owner = Owner::new();
        owner.with(|| {
            let average = |period_minutes, usual_minutes| {
                Ok(WaitTime {
                    method: WaitMethod::Average,
                    period_minutes,
                    usual_minutes,
                    is_shown: false,
                })
            };
            check(AVERAGE, " 1 ", "", average(1, None));
            check(AVERAGE, "10080", " 0 ", average(10_080, Some(0)));
            check(AVERAGE, "60", "10080", average(60, Some(10_080)));
            for period in ["", "0", "10081", "-1", "1.5", "soon"] {
                check(AVERAGE, period, "", Err(Reason::Form));
            }
            for usual in ["10081", "-1", "0.5", "soon"] {
                check(AVERAGE, "60", usual, Err(Reason::Form));
                check(LONGEST, "60", usual, Err(Reason::Form));
            }
        });
    }

    #[test]
    fn a_period_that_is_not_shown_keeps_nobody_from_saving() {
        let owner = Owner::new();
        owner.with(|| {
            let longest = |period_minutes| {
                Ok(WaitTime {
                    method: WaitMethod::Longest,
                    period_minutes,
                    usual_minutes: None,
                    is_shown: false,
                })
            };
            check(LONGEST, "90", "", longest(90));
            check(LONGEST, "soon", "", longest(60));
        });
    }

    #[test]
    fn what_was_read_comes_out_as_it_was() {
        let owner = Owner::new();
        owner.with(|| {
            for method in WaitMethod::ALL {
                for usual_minutes in [None, Some(7)] {
                    let settings = WaitTime {
                        method,
                        period_minutes: 90,
                        usual_minutes,
                        is_shown: usual_minutes.is_some(),
                    };
                    let draft = WaitDraft::blank();
                    draft.adopt(settings);
                    assert_eq!(draft.checked(), Ok(settings));
                }
            }
        });
    }
}
