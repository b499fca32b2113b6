//! A list of things, one row each, under the names of its columns.
//!
//! Invariant: every column has a name, also where nobody sees it.

use crate::locale::{Text, t};
use leptos::prelude::*;

/// One column: its name, and who gets it.
#[derive(Clone, Copy, Debug)]
pub enum Column {
    /// Everybody.
    Plain(Text),
    /// Nobody with a phone: its cells are `table__wide`, too.
    Wide(Text),
    /// Everybody, but its name is only spoken: whoever sees the cells needs none.
    Spoken(Text),
}

impl Column {
    fn head(self) -> AnyView {
        match self {
            Self::Plain(name) => view! { <th scope="col">{t(name)}</th> }.into_any(),
            Self::Wide(name) => view! {
                <th scope="col" class="table__wide">
                    {t(name)}
                </th>
            }
            .into_any(),
            Self::Spoken(name) => view! {
                <th scope="col">
                    <span class="visually-hidden">{t(name)}</span>
                </th>
            }
            .into_any(),
        }
    }
}

/// A list in a card. Children stand below where there are few rows, and alone where there are none.
#[component]
pub fn Table(
    columns: &'static [Column],
    rows: Vec<AnyView>,
    /// So many rows are still few.
    #[prop(optional)]
    few: usize,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let below = children.filter(|_| rows.len() <= few);
    let table = (!rows.is_empty()).then(|| {
        view! {
            <div class="table">
                <table>
                    <thead>
                        <tr>{columns.iter().map(|column| column.head()).collect_view()}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! { <section class="card">{table} {below.map(|children| children())}</section> }.into_any()
}
