//! The lines to copy into a website, what they may say, and the real chat as they would show it.
//!
//! Invariant: shows exactly what is copied; what cannot be read is in no line.

use super::profile_area::identity_address;
use crate::api;
use crate::around::use_session;
use crate::locale::{Text, admin as text, refusal, t};
use crate::ui::focus::focus_if_lost;
use crate::ui::{
    Banner, Button, Card, ChoiceField, ColourField, CopyButton, Switch, TextField, Tone,
};
use domain::api::{Field, MarkSnippetCopied, ProfilePage};
use domain::settings::{ProfileAccess, SnippetOptions, WindowSide, snippet};
use domain::text::{Colour, Reason, WebAddress};
use leptos::task::spawn_local;
use leptos::{html, prelude::*};

const LIGHT: &str = "light";
const DARK: &str = "dark";

/// The options as they are being chosen.
#[derive(Clone, Copy)]
struct Draft {
    theme: RwSignal<String>,
    is_lasting: RwSignal<bool>,
    is_automatic: RwSignal<bool>,
    colour: RwSignal<String>,
    width: RwSignal<String>,
    height: RwSignal<String>,
    icon: RwSignal<String>,
    sound: RwSignal<String>,
}

/// What is typed; nothing, where nothing is.
fn typed<T>(
    text: RwSignal<String>,
    parse: impl Fn(&str) -> Result<T, Reason>,
) -> Result<Option<T>, Reason> {
    text.with(|text| {
        let text = text.trim();
        if text.is_empty() {
            Ok(None)
        } else {
            parse(text).map(Some)
        }
    })
}

impl Draft {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            theme: RwSignal::new(LIGHT.to_owned()),
            is_lasting: RwSignal::new(true),
            is_automatic: RwSignal::new(true),
            colour: empty(),
            width: empty(),
            height: empty(),
            icon: empty(),
            sound: empty(),
        }
    }

    fn options(self) -> SnippetOptions {
        SnippetOptions {
            is_dark: self.theme.with(|theme| theme == DARK),
            is_fleeting: !self.is_lasting.get(),
            is_waiting: !self.is_automatic.get(),
            colour: typed(self.colour, Colour::parse).unwrap_or_default(),
            width: typed(self.width, WindowSide::parse).unwrap_or_default(),
            height: typed(self.height, WindowSide::parse).unwrap_or_default(),
            icon: typed(self.icon, WebAddress::parse).unwrap_or_default(),
            sound: typed(self.sound, WebAddress::parse).unwrap_or_default(),
        }
    }
}

/// The sentence under a field whose text cannot be read.
fn wrong<T: 'static>(
    text: RwSignal<String>,
    parse: fn(&str) -> Result<T, Reason>,
    field: Field,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        let reason = typed(text, parse).err()?;
        Some(refusal::for_field(field, reason))
    })
}

fn wrong_side(text: RwSignal<String>) -> Signal<Option<String>> {
    Signal::derive(move || {
        let is_wrong = typed(text, WindowSide::parse).is_err();
        is_wrong.then(|| refusal::for_number(&WindowSide::PIXELS))
    })
}

/// Whether the chat is only for those of whom a token says who they are.
pub fn asks_identity(page: Signal<ProfilePage>) -> Memo<bool> {
    Memo::new(move |_| page.with(|page| page.profile.access == ProfileAccess::Identified))
}

/// The lines to copy into a website, and what they may say.
#[component]
pub fn Generator(#[prop(into)] page: Signal<ProfilePage>) -> impl IntoView {
    let session = use_session();
    let draft = Draft::new();
    let options = Memo::new(move |_| draft.options());
    let lines = Signal::derive(move || {
        page.with(|page| options.with(|options| snippet(&page.origin, &page.profile, options)))
    });
    let copied = move |()| {
        spawn_local(async move {
            // It is in the clipboard; that the first steps do not know it yet hurts nobody.
            if let Err(failure) = api::request(MarkSnippetCopied {}).await {
                session.note(&failure);
            }
        });
    };
    let is_asked = asks_identity(page);
    let identity = move || page.with(|page| identity_address(&page.profile.id));
    view! {
        <Card title=t(text::SNIPPET_TITLE) lead=t(text::SNIPPET_TEXT)>
            <Show when=move || is_asked.get()>
                <Banner tone=Tone::Waiting text=t(text::SNIPPET_IDENTITY)>
                    <a class="button button--small" href=identity>
                        {t(text::PROFILE_ACCESS_OPEN)}
                    </a>
                </Banner>
            </Show>
            <details class="generator">
                <summary>{t(text::SNIPPET_OPTIONS)}</summary>
                <Options draft />
            </details>
            <div class="snippet">
                <div class="snippet__bar">
                    <span>{t(text::SNIPPET_LANGUAGE)}</span>
                    <CopyButton
                        text=lines
                        label=t(text::SNIPPET_COPY)
                        on_copied=Callback::new(copied)
                    />
                </div>
                <pre
                    class="snippet__code"
                    tabindex="0"
                    role="region"
                    aria-label=t(text::SNIPPET_LABEL)
                >
                    <code>{move || lines.get()}</code>
                </pre>
            </div>
            <Live page options />
        </Card>
    }
}

#[component]
fn Options(draft: Draft) -> impl IntoView {
    let themes = [(LIGHT, text::THEME_LIGHT), (DARK, text::THEME_DARK)]
        .map(|(word, name)| (word.to_owned(), t(name).to_owned()));
    let side = |id, label: Text, value| {
        view! {
            <TextField
                id=id
                label=t(label)
                value=value
                is_optional=true
                error=wrong_side(value)
            />
        }
    };
    let address = |id, label: Text, value| {
        view! {
            <TextField
                id=id
                label=t(label)
                value=value
                is_optional=true
                error=wrong(value, WebAddress::parse, Field::Address)
            />
        }
    };
    view! {
        <div class="generator__fields">
            <ChoiceField
                id="snippet-theme"
                label=t(text::SNIPPET_THEME)
                value=draft.theme
                choices=Signal::stored(themes.to_vec())
            />
            <ColourField
                id="snippet-colour"
                label=t(text::SNIPPET_COLOUR)
                choose=t(text::PROFILE_COLOUR_CHOOSE)
                value=draft.colour
                hint=t(text::SNIPPET_COLOUR_HINT)
                error=wrong(draft.colour, Colour::parse, Field::Colour)
            />
            {side("snippet-width", text::SNIPPET_WIDTH, draft.width)}
            {side("snippet-height", text::SNIPPET_HEIGHT, draft.height)}
            {address("snippet-icon", text::SNIPPET_ICON, draft.icon)}
            {address("snippet-sound", text::SNIPPET_SOUND, draft.sound)}
            <Switch
                is_on=draft.is_lasting
                label=t(text::SNIPPET_LASTING)
                on_switch=move |is_on| draft.is_lasting.set(is_on)
            />
            <Switch
                is_on=draft.is_automatic
                label=t(text::SNIPPET_AUTOMATIC)
                on_switch=move |is_on| draft.is_automatic.set(is_on)
            />
        </div>
    }
}

/// The real chat on a page of ours, as these lines would show it.
#[component]
fn Live(page: Signal<ProfilePage>, options: Memo<SnippetOptions>) -> impl IntoView {
    let (is_shown, is_phone) = (RwSignal::new(false), RwSignal::new(false));
    // What shows only where a page begins has it begin anew: a save of the profile, which is a new
    // version, and how a chat begins and stays. All else the chat takes up where it stands.
    let beginning = Memo::new(move |_| {
        let (id, version) = page.with(|page| (page.profile.id.clone(), page.profile.version));
        options.with(|options| (id, version, options.is_fleeting, options.is_waiting))
    });
    let address = Memo::new(move |_| {
        let (id, version, ..) = beginning.get();
        let options = options.with_untracked(domain::json::write);
        let options = encoded(&options.unwrap_or_default());
        format!("/chat/preview?profile={id}&version={version}&options={options}")
    });
    let frame = NodeRef::<html::Iframe>::new();
    let tell = move || {
        if let Some(frame) = frame.get_untracked() {
            options.with_untracked(|options| pass_on(options, &frame));
        }
    };
    Effect::new(move |_| {
        options.track();
        tell();
    });
    // Whoever asks for it wants to see it, down to the bubble in its corner.
    Effect::new(move |_| {
        if let Some(frame) = frame.get() {
            frame.scroll_into_view_with_bool(false);
            // The button that was pressed is gone.
            focus_if_lost(".generator__devices button");
        }
    });
    let device = move |is: bool, words: Text| {
        view! {
            <button
                type="button"
                class="button button--small"
                aria-pressed=move || (is_phone.get() == is).to_string()
                on:click=move |_| is_phone.set(is)
            >
                {t(words)}
            </button>
        }
    };
    move || {
        if !is_shown.get() {
            return view! {
                <div>
                    <Button on_press=Callback::new(move |()| is_shown.set(true))>
                        {t(text::SNIPPET_TRY)}
                    </Button>
                </div>
            }
            .into_any();
        }
        view! {
            <div class="generator__live">
                <div class="generator__devices" role="group" aria-label=t(text::SNIPPET_DEVICE)>
                    {device(false, text::DEVICE_DESKTOP)} {device(true, text::DEVICE_PHONE)}
                </div>
                <p class="field__hint">{t(text::SNIPPET_TRY_HINT)}</p>
                <iframe
                    node_ref=frame
                    class="generator__frame"
                    class:generator__frame--phone=move || is_phone.get()
                    src=move || address.get()
                    title=t(text::SNIPPET_TRY_TITLE)
                    // What was chosen while it was loading found nobody who heard.
                    on:load=move |_| tell()
                ></iframe>
            </div>
        }
        .into_any()
    }
}

/// Has the page and the chat in it take up what was chosen, as a website's own script would. One that
/// waits for its page goes on waiting.
#[cfg(target_arch = "wasm32")]
fn pass_on(options: &SnippetOptions, frame: &web_sys::HtmlIFrameElement) {
    use js_sys::{Object, Reflect};
    use wasm_bindgen::JsValue;
    use web_sys::{CustomEvent, CustomEventInit};
    let Some(window) = frame.content_window().filter(|_| !options.is_waiting) else {
        return;
    };
    let theme = if options.is_dark { DARK } else { LIGHT };
    let root = frame
        .content_document()
        .and_then(|page| page.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("data-theme", theme);
    }
    // What is not chosen is said as well: it was, perhaps, before.
    let said = |text: Option<&str>| JsValue::from_str(text.unwrap_or_default());
    let side = |side: Option<WindowSide>| {
        side.map_or(said(None), |side| f64::from(u32::from(side)).into())
    };
    let detail = Object::new();
    for (name, value) in [
        ("theme", said(Some(theme))),
        ("colour", said(options.colour.as_ref().map(Colour::as_str))),
        ("width", side(options.width)),
        ("height", side(options.height)),
        ("icon", said(options.icon.as_ref().map(WebAddress::as_str))),
        (
            "sound",
            said(options.sound.as_ref().map(WebAddress::as_str)),
        ),
    ] {
        let _ = Reflect::set(&detail, &name.into(), &value);
    }
    let init = CustomEventInit::new();
    init.set_detail(&detail);
    let event = CustomEvent::new_with_event_init_dict("haloChat_inboundEvent_initialize", &init);
    if let Ok(event) = event {
        let _ = window.dispatch_event(&event);
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn pass_on(_options: &SnippetOptions, _frame: &leptos::web_sys::HtmlIFrameElement) {}

/// A text as it stands in the query of an address (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |value: u8| {
        DIGITS
            .get(usize::from(value))
            .map_or('0', |c| char::from(*c))
    };
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_holds_any_text() {
        assert_eq!(encoded("aZ9-._~"), "aZ9-._~");
        assert_eq!(
            encoded("{\"a\": \"é&\"}"),
            "%7B%22a%22%3A%20%22%C3%A9%26%22%7D"
        );
    }
}
