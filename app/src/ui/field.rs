//! A label, an input, a hint and an error that belong together. They work in a form without
//! JavaScript, too: each has a name, and the server renders its value.
//!
//! Invariant: what somebody typed before the page was hydrated is kept.

use super::icon::{Icon, icon};
use crate::locale::{t, ui};
use domain::text::Colour;
use leptos::{html, prelude::*};
use std::borrow::Cow;

/// The frame of all of them.
#[component]
pub fn Field(
    #[prop(into)] id: Cow<'static, str>,
    label: &'static str,
    #[prop(default = None)] hint: Option<String>,
    #[prop(optional)] is_optional: bool,
    error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let (hint_id, error_id) = (with(&id, HINT), with(&id, ERROR));
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
                {is_optional
                    .then(|| {
                        view! {
                            " "
                            <span class="field__optional">{t(ui::OPTIONAL)}</span>
                        }
                    })}
            </label>
            {children()}
            {hint
                .map(|hint| {
                    view! {
                        <p class="field__hint" id=hint_id>
                            {hint}
                        </p>
                    }
                })}
            {alert(error_id, error)}
        </div>
    }
}

/// What is wrong. Stands there from the start: an alert that comes with its text may not be spoken.
pub fn alert(id: String, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div id=id role="alert">
            {move || {
                error
                    .get()
                    .map(|error| view! { <p class="field__error">{icon(Icon::Alert)} {error}</p> })
            }}
        </div>
    }
}

/// The options of a choice: pairs of a value and its words.
pub fn options(
    value: RwSignal<String>,
    choices: Signal<Vec<(String, String)>>,
) -> impl Fn() -> Vec<AnyView> + Copy + Send + 'static {
    move || {
        let chosen = value.get();
        let option = |(choice, words)| {
            let is_chosen = choice == chosen;
            // The attribute for the server's page; once somebody has chosen by hand, only the
            // property counts.
            view! {
                <option value=choice selected=is_chosen prop:selected=is_chosen>
                    {words}
                </option>
            }
            .into_any()
        };
        choices.get().into_iter().map(option).collect()
    }
}

const HINT: &str = "-hint";
const ERROR: &str = "-error";

fn with(id: &str, end: &str) -> String {
    let mut out = String::from(id);
    out.push_str(end);
    out
}

/// The ids of what stands below a field.
pub fn described_by(id: &str, has_hint: bool) -> String {
    let mut out = with(id, ERROR);
    if has_hint {
        out.push(' ');
        out.push_str(&with(id, HINT));
    }
    out
}

/// Whether something is wrong, as an attribute.
pub fn invalid(error: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Copy {
    move || error.with(Option::is_some).then_some("true")
}

/// Ties an element to its signal. Before anything else it takes over what stands in the element:
/// people and password managers are quicker than the download of a page's program.
macro_rules! tie {
    ($element:ident, $value:ident) => {
        Effect::new(move |is_tied: Option<bool>| {
            let Some(element) = $element.get() else {
                return is_tied.unwrap_or_default();
            };
            let typed = element.value();
            if is_tied != Some(true) && !typed.is_empty() && typed != $value.get_untracked() {
                $value.set(typed);
            }
            // Setting an equal value would still move the cursor to the end.
            $value.with(|value| {
                if *value != element.value() {
                    element.set_value(value);
                }
            });
            true
        });
    };
}

/// One line of text. `kind` is the input's type.
#[component]
pub fn TextField(
    id: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] is_optional: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] element: NodeRef<html::Input>,
    /// Stands at the end of the line: a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    tie!(element, value);
    let described = described_by(id, hint.is_some());
    view! {
        <Field id label hint is_optional error>
            <div class="field__row">
                <input
                    node_ref=element
                    class="field__input"
                    id=id
                    name=id
                    type=kind
                    autocomplete=autocomplete
                    required=!is_optional
                    value=value.get_untracked()
                    aria-describedby=described
                    aria-invalid=invalid(error)
                    on:input=move |event| value.set(event_target_value(&event))
                />
                {children.map(|children| children())}
            </div>
        </Field>
    }
}

/// Several lines of text.
#[component]
pub fn TextAreaField(
    id: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] is_optional: bool,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let element = NodeRef::<html::Textarea>::new();
    tie!(element, value);
    let described = described_by(id, hint.is_some());
    view! {
        <Field id label hint is_optional error>
            <textarea
                node_ref=element
                class="field__input"
                id=id
                name=id
                required=!is_optional
                aria-describedby=described
                aria-invalid=invalid(error)
                on:input=move |event| value.set(event_target_value(&event))
            >
                {value.get_untracked()}
            </textarea>
        </Field>
    }
}

/// One of several: pairs of a value and its words.
#[component]
pub fn ChoiceField(
    id: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    #[prop(into)] choices: Signal<Vec<(String, String)>>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let described = described_by(id, hint.is_some());
    view! {
        <Field id label hint error>
            <select
                class="field__input"
                id=id
                name=id
                aria-describedby=described
                aria-invalid=invalid(error)
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options(value, choices)}
            </select>
        </Field>
    }
}

/// A colour as `#rrggbb`, written or picked.
#[component]
pub fn ColourField(
    id: &'static str,
    label: &'static str,
    /// Name of the picker.
    choose: &'static str,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let element = NodeRef::<html::Input>::new();
    tie!(element, value);
    let described = described_by(id, hint.is_some());
    // The picker knows colours only: it keeps the last one while another is being written.
    let picked = Memo::new(
        move |last: Option<&String>| match Colour::parse(&value.get()) {
            Ok(colour) => colour.to_string(),
            Err(_) => last.cloned().unwrap_or_else(|| String::from("#000000")),
        },
    );
    view! {
        <Field id label hint error>
            <div class="field__colour">
                <input
                    type="color"
                    aria-label=choose
                    prop:value=move || picked.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <input
                    node_ref=element
                    class="field__input"
                    id=id
                    name=id
                    autocomplete="off"
                    spellcheck="false"
                    required=true
                    value=value.get_untracked()
                    aria-describedby=described
                    aria-invalid=invalid(error)
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </div>
        </Field>
    }
}
