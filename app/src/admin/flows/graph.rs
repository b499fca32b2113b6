//! The steps as a drawing: ways as lines, steps as buttons in it.
//!
//! Invariant: laid out anew only when a way or step comes or goes; every step can be reached by
//! keyboard, and is read with its name, its kind and its defects.

use super::add_step::sign;
use super::camera::{Camera, Rect};
use super::desk::Desk;
use super::edit::Sort;
use super::layout::{Direction, Edge, HEIGHT, Layout, Node, Shape, WIDTH};
use super::steps::Count;
use super::words;
use crate::locale::{flows as text, t, t_with};
use crate::ui::{Icon, IconButton, icon};
use domain::flow::StepId;
use leptos::wasm_bindgen::JsCast;
use leptos::{ev, html, prelude::*, svg, web_sys};

/// Characters of the words on a way.
const WAY_CHARS: usize = 22;
/// So many ways of a step are read out.
const WAYS_READ_OUT: usize = 3;
/// How far an arrow key moves the drawing.
const STEP: f64 = 80.0;

#[derive(Clone, Copy)]
struct Canvas {
    desk: Desk,
    layout: Memo<Layout>,
    camera: RwSignal<Camera>,
    element: NodeRef<svg::Svg>,
    /// Where the pointer went down, and where the drawing was then.
    grip: StoredValue<Option<(f64, f64, Camera)>>,
    /// The author has moved the drawing: it stays where they put it.
    is_moved: RwSignal<bool>,
}

impl Canvas {
    fn size(self) -> (f64, f64) {
        let size = self.element.get_untracked().map(|element| {
            let rect = element.unchecked_ref::<web_sys::Element>();
            (
                f64::from(rect.client_width()),
                f64::from(rect.client_height()),
            )
        });
        size.filter(|(width, height)| *width > 0.0 && *height > 0.0)
            .unwrap_or((900.0, 600.0))
    }

    /// Does something once what was just decided is drawn, if the graph is still there by then.
    fn later(self, then: impl FnOnce(Self) + 'static) {
        request_animation_frame(move || {
            if self.element.try_get_untracked().flatten().is_some() {
                then(self);
            }
        });
    }

    fn fit(self) {
        let (width, height) = self
            .layout
            .with_untracked(|layout| (layout.width, layout.height));
        self.camera.set(Camera::fit(
            self.size(),
            f64::from(width),
            f64::from(height),
        ));
        self.is_moved.set(false);
    }

    fn zoom(self, factor: f64) {
        let size = self.size();
        self.is_moved.set(true);
        self.camera
            .update(|camera| *camera = camera.zoomed(factor, size.0 / 2.0, size.1 / 2.0));
    }

    fn pan(self, x: f64, y: f64) {
        self.is_moved.set(true);
        self.camera.update(|camera| *camera = camera.panned(x, y));
    }

    /// Moves the drawing just so far that a step can be seen.
    fn reveal(self, id: StepId) {
        let size = self.size();
        let node = self
            .layout
            .with_untracked(|layout| layout.node(id).copied());
        if let Some(node) = node {
            let rect = Rect {
                x: f64::from(node.x),
                y: f64::from(node.y),
                width: f64::from(WIDTH),
                height: f64::from(HEIGHT),
            };
            self.camera
                .update(|camera| *camera = camera.revealing(rect, size));
        }
    }

    fn on_wheel(self, event: &ev::WheelEvent) {
        event.prevent_default();
        if event.ctrl_key() || event.meta_key() {
            let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
            let factor = if event.delta_y() < 0.0 {
                1.12
            } else {
                1.0 / 1.12
            };
            self.is_moved.set(true);
            self.camera
                .update(|camera| *camera = camera.zoomed(factor, x, y));
        } else {
            self.pan(-event.delta_x(), -event.delta_y());
        }
    }

    fn on_down(self, event: &ev::PointerEvent) {
        // A press on a step is for the step.
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is_step =
            target.is_some_and(|target| target.closest("button").ok().flatten().is_some());
        if is_step || event.button() != 0 {
            return;
        }
        if let Some(element) = self.element.get_untracked() {
            let _ = element
                .unchecked_ref::<web_sys::Element>()
                .set_pointer_capture(event.pointer_id());
        }
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.grip
            .set_value(Some((at.0, at.1, self.camera.get_untracked())));
    }

    fn on_move(self, event: &ev::PointerEvent) {
        if let Some((x, y, before)) = self.grip.get_value() {
            let (to_x, to_y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            self.is_moved.set(true);
            self.camera.set(before.panned(to_x - x, to_y - y));
        }
    }

    fn on_key(self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        let arrow = match key.as_str() {
            "ArrowUp" => Some((Direction::Up, 0.0, STEP)),
            "ArrowDown" => Some((Direction::Down, 0.0, -STEP)),
            "ArrowLeft" => Some((Direction::Left, STEP, 0.0)),
            "ArrowRight" => Some((Direction::Right, -STEP, 0.0)),
            _ => None,
        };
        match (key.as_str(), arrow) {
            ("+" | "=", _) => self.zoom(1.2),
            ("-", _) => self.zoom(1.0 / 1.2),
            ("0", _) => self.fit(),
            (_, Some((_, x, y))) if event.shift_key() => self.pan(x, y),
            (_, Some((direction, ..))) => self.go(direction),
            ("Enter", _) => {
                if let Some(id) = self.desk.chosen.get_untracked() {
                    self.desk.show(id);
                    crate::ui::focus::focus_on("#step-name");
                }
            }
            _ => return,
        }
        event.prevent_default();
    }

    fn go(self, direction: Direction) {
        let from = self.desk.chosen.get_untracked();
        let to = self.layout.with_untracked(|layout| match from {
            Some(from) => layout.neighbour(from, direction),
            None => layout.nodes.first().map(|node| node.id),
        });
        if let Some(to) = to {
            self.desk.show(to);
            crate::ui::focus::focus_on(".flow-graph__step[tabindex=\"0\"]");
        }
    }
}

/// The steps as a drawing.
#[component]
pub fn Graph(desk: Desk) -> impl IntoView {
    let shape = Memo::new(move |_| desk.settled.with(|draft| Shape::of(&draft.flow)));
    let canvas = Canvas {
        desk,
        layout: Memo::new(move |_| shape.with(Layout::of)),
        camera: RwSignal::new(Camera::default()),
        element: NodeRef::new(),
        grip: StoredValue::new(None),
        is_moved: RwSignal::new(false),
    };
    // Until the author has moved it, all of it is seen; then the chosen step is.
    Effect::new(move |_| {
        canvas.layout.track();
        if canvas.element.get().is_some() && !canvas.is_moved.get_untracked() {
            canvas.later(Canvas::fit);
        }
    });
    Effect::new(move |before: Option<Option<StepId>>| {
        let chosen = desk.chosen.get();
        if let (Some(id), true) = (chosen, before.is_some_and(|before| before != chosen)) {
            canvas.later(move |canvas| canvas.reveal(id));
        }
        chosen
    });
    view! {
        <section class="flow-graph" aria-label=t(text::GRAPH)>
            <p class="visually-hidden" id="flow-graph-hint">
                {t(text::GRAPH_HINT)}
            </p>
            <Drawing canvas />
            <div class="flow-graph__tools">
                <IconButton
                    icon=Icon::Plus
                    label=t(text::ZOOM_IN)
                    is_small=true
                    on_press=move |()| canvas.zoom(1.2)
                />
                <IconButton
                    icon=Icon::Minus
                    label=t(text::ZOOM_OUT)
                    is_small=true
                    on_press=move |()| canvas.zoom(1.0 / 1.2)
                />
                <IconButton
                    icon=Icon::Fit
                    label=t(text::FIT)
                    is_small=true
                    on_press=move |()| canvas.fit()
                />
            </div>
            <Legend desk />
        </section>
    }
    .into_any()
}

#[component]
fn Drawing(canvas: Canvas) -> impl IntoView {
    let camera = canvas.camera;
    let view_box = move || {
        // The element's own size is the unit of the camera.
        let _ = canvas.element.get();
        camera.with(|camera| camera.view_box(canvas.size()))
    };
    view! {
        <svg
            node_ref=canvas.element
            class="flow-graph__canvas"
            role="group"
            aria-label=t(text::GRAPH)
            aria-describedby="flow-graph-hint"
            viewBox=view_box
            on:wheel=move |event| canvas.on_wheel(&event)
            on:pointerdown=move |event| canvas.on_down(&event)
            on:pointermove=move |event| canvas.on_move(&event)
            on:pointerup=move |_| canvas.grip.set_value(None)
            on:pointercancel=move |_| canvas.grip.set_value(None)
            on:keydown=move |event| canvas.on_key(&event)
        >
            <defs>
                <marker
                    id="flow-arrow"
                    viewBox="0 0 8 8"
                    refX="7"
                    refY="4"
                    markerWidth="10"
                    markerHeight="10"
                    markerUnits="userSpaceOnUse"
                    orient="auto-start-reverse"
                >
                    <path class="flow-graph__arrow" d="M0 0 8 4 0 8Z"></path>
                </marker>
            </defs>
            {move || apart(canvas)}
            <g aria-hidden="true">{move || edges(canvas)}</g>
            <For
                each=move || canvas.layout.with(|layout| layout.nodes.clone())
                key=|node| node.id
                let:node
            >
                <Step canvas node />
            </For>
        </svg>
    }
    .into_any()
}

fn apart(canvas: Canvas) -> Option<AnyView> {
    let (apart, width) = canvas.layout.with(|layout| (layout.apart, layout.width));
    apart.map(|y| {
        view! {
            <g aria-hidden="true">
                <line class="flow-graph__border" x1="0" x2=width.to_string() y1=y.to_string() y2=y.to_string() />
                <text class="flow-graph__caption" x="0" y=(y + 20).to_string()>
                    {t(text::GRAPH_APART)}
                </text>
            </g>
        }
        .into_any()
    })
}

fn edges(canvas: Canvas) -> Vec<AnyView> {
    let edges = canvas.layout.with(|layout| layout.edges.clone());
    edges
        .into_iter()
        .map(|edge| view! { <Way desk=canvas.desk edge /> }.into_any())
        .collect()
}

#[component]
fn Way(desk: Desk, edge: Edge) -> impl IntoView {
    let (from, exit) = (edge.from, edge.exit);
    let words = Memo::new(move |_| {
        let words = desk.settled.with(|draft| {
            let step = draft.flow.step(from);
            step.map(|step| words::exit(step, exit, &draft.flow))
                .unwrap_or_default()
        });
        // "Then" says nothing that the line does not.
        if exit == domain::flow::Exit::Next {
            String::new()
        } else {
            cut(&words)
        }
    });
    let is_untried = Memo::new(move |_| {
        desk.is_testing.get() && desk.coverage.with(|it| it.untried.contains(&(from, exit)))
    });
    let is_tried = Memo::new(move |_| {
        desk.is_testing.get() && desk.coverage.with(|it| it.taken.contains(&(from, exit)))
    });
    let is_chosen = Memo::new(move |_| desk.chosen.get() == Some(from));
    let is_open = edge.to.is_none();
    let (x, y) = edge.label;
    view! {
        <g
            class="flow-graph__way"
            class:flow-graph__way--open=is_open
            class:flow-graph__way--chosen=move || is_chosen.get()
            class:flow-graph__way--tried=move || is_tried.get()
            class:flow-graph__way--untried=move || is_untried.get()
        >
            <path d=edge.path marker-end=(!is_open).then_some("url(#flow-arrow)")></path>
            <text x=x.to_string() y=y.to_string()>
                {move || words.get()}
            </text>
        </g>
    }
}

fn cut(words: &str) -> String {
    if words.chars().count() <= WAY_CHARS {
        return words.to_owned();
    }
    let mut short: String = words.chars().take(WAY_CHARS).collect();
    short.push('…');
    short
}

#[component]
fn Step(canvas: Canvas, node: Node) -> impl IntoView {
    let (desk, id) = (canvas.desk, node.id);
    let place = Memo::new(move |_| {
        canvas
            .layout
            .with(|layout| layout.node(id).copied())
            .unwrap_or(node)
    });
    view! {
        <foreignObject
            x=move || place.get().x.to_string()
            y=move || place.get().y.to_string()
            width=WIDTH.to_string()
            height=HEIGHT.to_string()
        >
            <StepButton desk id layout=canvas.layout />
        </foreignObject>
    }
    .into_any()
}

#[component]
fn StepButton(desk: Desk, id: StepId, layout: Memo<Layout>) -> impl IntoView {
    let words = Memo::new(move |_| {
        desk.settled.with(|draft| {
            let step = draft.flow.step(id)?;
            let name = words::label(step, &draft.flow);
            let is_start = draft.flow.start == Some(id);
            Some((Sort::of(&step.does), name, is_start))
        })
    });
    let found = desk.found;
    let is_faint = move || found.with(|found| found.as_ref().is_some_and(|it| !it.contains(&id)));
    let is_chosen = Memo::new(move |_| desk.chosen.get() == Some(id));
    let is_stop = move || match desk.chosen.get() {
        Some(chosen) => chosen == id,
        None => layout.with(|layout| layout.nodes.first().map(|node| node.id)) == Some(id),
    };
    let button = NodeRef::<html::Button>::new();
    let untried = untried(desk, id);
    let about = format!("step-{id}-untried");
    view! {
        <button
            node_ref=button
            type="button"
            class="flow-graph__step"
            aria-describedby=about.clone()
            class:flow-graph__step--faint=is_faint
            tabindex=move || if is_stop() { "0" } else { "-1" }
            aria-current=move || is_chosen.get().then_some("true")
            on:click=move |_| desk.press(id)
        >
            {move || {
                words
                    .get()
                    .map(|(sort, name, is_start)| {
                        view! {
                            <span class="flow-graph__kind">
                                {icon(sign(sort))} {id.to_string()} " · "
                                {t(words::sort(sort).0)}
                                {is_start
                                    .then(|| {
                                        view! {
                                            <span class="flow-graph__start">
                                                {t(text::STEP_BEGINS)}
                                            </span>
                                        }
                                    })}
                            </span>
                            <strong class="flow-graph__name">{name}</strong>
                        }
                    })
            }}
            <Count desk id />
        </button>
        <span id=about hidden>
            {move || untried.get()}
        </span>
    }
    .into_any()
}

/// What the dashed lines say, for whoever does not see them: the ways of a step that no test
/// takes. It describes the step's button.
fn untried(desk: Desk, id: StepId) -> Memo<String> {
    Memo::new(move |_| {
        let is_testing = desk.is_testing.get();
        desk.settled.with(|draft| {
            let Some(step) = draft.flow.step(id).filter(|_| is_testing) else {
                return String::new();
            };
            let exits = desk.coverage.with(|it| {
                let own = it.untried.iter().filter(|(from, _)| *from == id);
                own.map(|(_, exit)| *exit).collect::<Vec<_>>()
            });
            if exits.is_empty() {
                return String::new();
            }
            // It is read out at each step: of many ways the first are enough.
            let names = exits.iter().take(WAYS_READ_OUT);
            let names = names.map(|exit| words::exit(step, *exit, &draft.flow));
            let mut names = names.collect::<Vec<_>>().join(", ");
            if exits.len() > WAYS_READ_OUT {
                names.push('…');
            }
            t_with(text::UNTRIED_WAYS, &[("ways", &names)])
        })
    })
}

/// What solid and dashed lines mean, while tests are looked at.
#[component]
fn Legend(desk: Desk) -> impl IntoView {
    let counted = move || {
        desk.coverage.with(|it| {
            let all = it.taken.len().saturating_add(it.untried.len()).to_string();
            let (taken, percent) = (it.taken.len().to_string(), it.percent().to_string());
            t_with(
                text::COVERAGE_OF,
                &[("taken", &taken), ("all", &all), ("percent", &percent)],
            )
        })
    };
    view! {
        <Show when=move || desk.is_testing.get()>
            <div class="flow-graph__legend">
                <strong>{t(text::COVERAGE)}</strong>
                <span>{counted}</span>
                <span class="flow-graph__key flow-graph__key--tried">{t(text::LEGEND_TRIED)}</span>
                <span class="flow-graph__key flow-graph__key--untried">
                    {t(text::LEGEND_UNTRIED)}
                </span>
            </div>
        </Show>
    }
    .into_any()
}
