//! Choosing a picture: it is made small in the browser, sent at once, and named by whatever form is
//! around it when that is saved.
//!
//! Invariant: what is sent was drawn anew here, so that nothing of the file goes along but what is
//! to be seen.

use super::{Session, sentence, use_session};
use crate::api;
use crate::locale::{refusal, t, ui};
use crate::ui::field::alert;
use crate::ui::focus::focus_on;
use crate::ui::{Button, Icon, icon};
use domain::api::{Field, SavePicture, picture_address};
use domain::id::PictureId;
use domain::text::Reason;
use leptos::task::spawn_local;
use leptos::{ev, html, prelude::*, web_sys};

/// What a picture is for: how large it is kept, and how it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Of somebody: a square, shown round.
    Face,
    /// On the bubble: a square around all of it.
    Icon,
    /// On top of a window: as wide as that.
    Header,
}

impl Shape {
    /// The room it is drawn into, in pixels, twice what it is shown at; and whether it fills that.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        expect(dead_code, reason = "drawn in browsers")
    )]
    fn room(self) -> (u32, u32, bool) {
        match self {
            Self::Face => (160, 160, true),
            Self::Icon => (128, 128, false),
            Self::Header => (1_200, 360, false),
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Face => "picture picture--face",
            Self::Icon => "picture picture--icon",
            Self::Header => "picture picture--header",
        }
    }
}

/// A picture that may be chosen, and taken away again.
#[component]
pub fn PictureField(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    shape: Shape,
    #[prop(into)] value: Signal<Option<PictureId>>,
    set: Callback<Option<PictureId>>,
) -> impl IntoView {
    let session = use_session();
    let input = NodeRef::<html::Input>::new();
    let (is_busy, error) = (RwSignal::new(false), RwSignal::new(None));
    let is_fresh = RwSignal::new(false);
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = format!("{error_id} {hint_id}");
    let choose = move |_: ev::Event| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        is_busy.set(true);
        error.set(None);
        is_fresh.set(false);
        spawn_local(async move {
            let answer = kept(input, shape, session).await;
            is_busy.try_set(false);
            match answer {
                // The form may be gone by now.
                Ok(picture) => {
                    is_fresh.try_set(true);
                    set.try_run(Some(picture));
                }
                Err(problem) => {
                    error.try_set(Some(problem));
                }
            }
        });
    };
    let press = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    });
    view! {
        <div
            class="field"
            role="group"
            aria-labelledby=format!("{id}-label")
            aria-describedby=described
        >
            <span class="field__label" id=format!("{id}-label")>
                {label}
                " "
                <span class="field__optional">{t(ui::OPTIONAL)}</span>
            </span>
            <div class=shape.class()>
                {move || shown(value.get().as_ref())}
                <input
                    node_ref=input
                    id=id
                    type="file"
                    hidden
                    accept="image/png,image/jpeg,image/webp,image/gif"
                    aria-label=label
                    on:change=choose
                />
                <Button is_small=true is_busy=is_busy on_press=press>
                    {move || t(if value.with(Option::is_some) { ui::PICTURE_OTHER } else { ui::PICTURE_CHOOSE })}
                </Button>
                <Removal id value set />
            </div>
            <p class="visually-hidden" role="status">
                {move || is_fresh.get().then(|| t(ui::PICTURE_THERE))}
            </p>
            <p class="field__hint" id=hint_id>
                {hint}
            </p>
            {alert(error_id, error.into())}
        </div>
    }
}

/// Takes the picture away.
#[component]
fn Removal(
    id: &'static str,
    value: Signal<Option<PictureId>>,
    set: Callback<Option<PictureId>>,
) -> impl IntoView {
    let remove = Callback::new(move |()| {
        set.run(None);
        // This button is about to vanish.
        focus_on(format!("#{id} ~ button"));
    });
    view! {
        <Show when=move || value.with(Option::is_some)>
            <Button is_small=true on_press=remove>
                {t(ui::PICTURE_REMOVE)}
            </Button>
        </Show>
    }
}

fn shown(picture: Option<&PictureId>) -> AnyView {
    match picture {
        None => view! { <span class="picture__none">{icon(Icon::User)}</span> }.into_any(),
        Some(picture) => {
            let src = picture_address(picture);
            view! { <img class="picture__image" src=src alt="" /> }.into_any()
        }
    }
}

/// Has the server keep the picture that was chosen; else what to do.
async fn kept(
    input: web_sys::HtmlInputElement,
    shape: Shape,
    session: Session,
) -> Result<PictureId, String> {
    let Some(bytes) = drawn(input, shape).await else {
        return Err(refusal::for_field(Field::Picture, Reason::Form));
    };
    api::request(SavePicture { bytes })
        .await
        .map_err(|failure| {
            session.note(&failure);
            sentence(&failure)
        })
}

/// The picture that was chosen, drawn into its room: its bytes in base64. `None` for what is no
/// picture.
#[cfg(target_arch = "wasm32")]
async fn drawn(input: web_sys::HtmlInputElement, shape: Shape) -> Option<String> {
    use leptos::wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

    let file = input.files()?.get(0)?;
    // The same one may be chosen again.
    input.set_value("");
    let bitmap = window().create_image_bitmap_with_blob(&file).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await.ok()?.dyn_into().ok()?;
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let (most_wide, most_high, is_filled) = shape.room();
    let (most_wide, most_high) = (f64::from(most_wide), f64::from(most_high));
    let (across, down) = (most_wide / width, most_high / height);
    // A small one is not made larger, unless it has to fill its room.
    let scale = if is_filled {
        across.max(down)
    } else {
        across.min(down).min(1.0)
    };
    let (wide, high) = ((width * scale).max(1.0), (height * scale).max(1.0));
    let canvas = document().create_element("canvas").ok()?;
    let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most the room, and at least one pixel"
    )]
    let side = |length: f64| length.round() as u32;
    canvas.set_width(side(wide.min(most_wide)));
    canvas.set_height(side(high.min(most_high)));
    let context = canvas.get_context("2d").ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    let (left, top) = (
        (f64::from(canvas.width()) - wide) / 2.0,
        (f64::from(canvas.height()) - high) / 2.0,
    );
    context
        .draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, left, top, wide, high)
        .ok()?;
    // A quarter more than the bytes stand for is base64.
    let max = domain::limit::PICTURE_BYTES_MAX.saturating_mul(4) / 3;
    // A browser that cannot write the first answers with a PNG, which may be too large.
    let ways = ["image/webp", "image/jpeg"]
        .into_iter()
        .flat_map(|kind| [0.9, 0.7, 0.5].map(|quality| (kind, quality)));
    ways.into_iter().find_map(|(kind, quality)| {
        let address = canvas
            .to_data_url_with_type_and_encoder_options(kind, &quality.into())
            .ok()?;
        let (_, bytes) = address.split_once(',')?;
        (bytes.len() <= max).then(|| bytes.to_owned())
    })
}

#[cfg(not(target_arch = "wasm32"))]
#[expect(clippy::unused_async, reason = "as in a browser")]
async fn drawn(_input: web_sys::HtmlInputElement, _shape: Shape) -> Option<String> {
    None
}
