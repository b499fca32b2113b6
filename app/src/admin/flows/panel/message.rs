//! The form of a message: what it says, and what is shown with it.
//!
//! Invariant: a message without words can show something all the same.

use crate::admin::flows::desk::Desk;
use crate::admin::flows::fields::{
    Known, LineField, List, PickField, Rows, WayField, WordsField, by_place, choices, of_word,
    word_of,
};
use crate::admin::flows::lens::{Part, part};
use crate::admin::flows::words;
use crate::locale::{flows as text, t, t_with};
use domain::flow::{Exit, Message, Rich, RichKind, StepId, Texts};
use leptos::prelude::*;

const ARTICLE: &str = "article";
const KINDS: &Known<RichKind> = &[
    ("link", RichKind::Link),
    ("image", RichKind::Image),
    ("video", RichKind::Video),
    ("audio", RichKind::Audio),
    ("file", RichKind::File),
    (ARTICLE, RichKind::Article),
];

const LIST: List = List {
    legend: text::RICH,
    hint: None,
    add: text::RICH_ADD,
    focus: None,
};

/// What a message says.
#[component]
pub fn MessageForm(desk: Desk, id: StepId) -> impl IntoView {
    let said = part!(desk, id, Message, "text", |it| it.text);
    let rich = Rows {
        desk,
        step: id,
        all: |step| Message::of(step).map_or(&[], |it| it.rich.as_slice()),
        all_mut: |step| Message::of_mut(step).map(|it| &mut it.rich),
        key: by_place,
    };
    let empty = |_: &[Rich]| Rich {
        kind: RichKind::Link,
        url: String::new(),
        title: Texts::default(),
        text: Texts::default(),
    };
    view! {
        <WordsField desk id="step-text" label=t(text::TEXT) value=said is_optional=true />
        {rich.list(LIST, empty, rich_row)}
        <WayField desk step=id exit=Exit::Next />
    }
    .into_any()
}

fn rich_row(rows: Rows<Rich>, at: u32) -> AnyView {
    let kind = rows.field(
        at,
        "",
        |it| word_of(KINDS, &it.kind),
        |it, word| it.kind = of_word(KINDS, &word).unwrap_or(it.kind),
    );
    let url = rows.field(at, "url", |it| it.url.clone(), |it, url| it.url = url);
    let title = rows.field(at, "title", |it| it.title.clone(), |it, to| it.title = to);
    let about = rows.field(at, "about", |it| it.text.clone(), |it, to| it.text = to);
    // What was written of something else stays in sight.
    let is_about = move || kind.get.get() == ARTICLE || about.get.with(|texts| !texts.is_empty());
    let kinds = choices(KINDS, words::rich_kind);
    let name = |number: &str| t_with(text::ROW_RICH, &[("number", number)]);
    rows.row(at, name, |_| {
        view! {
            <PickField
                id=format!("rich-{at}-kind")
                label=t(text::RICH_KIND)
                value=kind
                choices=kinds
            />
            <LineField
                id=format!("rich-{at}-url")
                label=t(text::ADDRESS)
                value=url
                hint=t(text::ADDRESS_HINT)
            />
            <WordsField
                desk=rows.desk
                id=format!("rich-{at}-title")
                label=t(text::RICH_TITLE)
                value=title
                is_short=true
            />
            <Show when=is_about>
                <WordsField
                    desk=rows.desk
                    id=format!("rich-{at}-about")
                    label=t(text::RICH_ABOUT)
                    value=about
                    is_optional=true
                />
            </Show>
        }
        .into_any()
    })
}
