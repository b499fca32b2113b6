//! What a field of the editor shows and changes: something of the draft.
//!
//! Invariant: letters typed in one field are one change, and letters in two fields never are: each
//! field has a place of its own.

use super::desk::{Desk, Draft};
use domain::flow::{
    Branch, End, HandOver, Input, Kind, Message, Outside, Question, Set, StartFlow, Step, StepId,
};
use leptos::prelude::*;
use std::borrow::Cow;

/// Something that can be read and changed.
pub struct Lens<T: Send + Sync + 'static> {
    pub get: Signal<T>,
    pub set: Callback<T>,
}

impl<T: Send + Sync + 'static> Clone for Lens<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Lens<T> {}

/// What steps of one kind do.
pub trait Part: Sized + 'static {
    fn of(step: &Step) -> Option<&Self>;
    fn of_mut(step: &mut Step) -> Option<&mut Self>;
}

macro_rules! parts {
    ($($kind:ident: $part:ty;)*) => { $(
        impl Part for $part {
            fn of(step: &Step) -> Option<&Self> {
                match &step.does {
                    Kind::$kind(part) => Some(part),
                    _ => None,
                }
            }

            fn of_mut(step: &mut Step) -> Option<&mut Self> {
                match &mut step.does {
                    Kind::$kind(part) => Some(part),
                    _ => None,
                }
            }
        }
    )* };
}

parts! {
    Message: Message;
    Question: Question;
    Input: Input;
    Condition: Branch;
    Set: Set;
    HandOver: HandOver;
    Outside: Outside;
    StartFlow: StartFlow;
    End: End;
}

/// The place of a field in one of several rows. A change of its own stays one.
pub fn in_row(at: &'static str, row: impl std::fmt::Display) -> Cow<'static, str> {
    if at.is_empty() {
        at.into()
    } else {
        format!("{at} {row}").into()
    }
}

impl Desk {
    /// Something of the draft, as it is and as it becomes. For `at` see [`Desk::edit`].
    pub fn of_draft<T>(
        self,
        at: impl Into<Cow<'static, str>>,
        get: impl Fn(&Draft) -> T + Send + Sync + 'static,
        set: impl Fn(&mut Draft, T) + Send + Sync + 'static,
    ) -> Lens<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        let (draft, at) = (self.draft, at.into());
        Lens {
            get: Memo::new(move |_| draft.with(&get)).into(),
            set: Callback::new(move |value| self.edit(&at, |draft| set(draft, value))),
        }
    }

    /// Something of a step.
    pub fn of_step<T>(
        self,
        id: StepId,
        at: impl Into<Cow<'static, str>>,
        get: impl Fn(&Step) -> T + Send + Sync + 'static,
        set: impl Fn(&mut Step, T) + Send + Sync + 'static,
    ) -> Lens<T>
    where
        T: Default + Clone + PartialEq + Send + Sync + 'static,
    {
        let (draft, at) = (self.draft, at.into());
        Lens {
            get: Memo::new(move |_| {
                draft.with(|draft| draft.flow.step(id).map(&get).unwrap_or_default())
            })
            .into(),
            set: Callback::new(move |value| self.edit_step(id, &at, |step| set(step, value))),
        }
    }

    /// Something of what a step does.
    pub fn of_part<P: Part, T>(
        self,
        id: StepId,
        at: impl Into<Cow<'static, str>>,
        get: impl Fn(&P) -> T + Send + Sync + 'static,
        set: impl Fn(&mut P, T) + Send + Sync + 'static,
    ) -> Lens<T>
    where
        T: Default + Clone + PartialEq + Send + Sync + 'static,
    {
        self.of_step(
            id,
            at,
            move |step| P::of(step).map(&get).unwrap_or_default(),
            move |step, value| {
                if let Some(part) = P::of_mut(step) {
                    set(part, value);
                }
            },
        )
    }
}

/// A field of what a step does: `part!(desk, id, Question, "keep", |it| it.keep)`.
macro_rules! part {
    ($desk:expr, $id:expr, $part:ident, $at:expr, |$it:ident| $place:expr) => {
        $desk.of_part(
            $id,
            $at,
            |$it: &domain::flow::$part| $place.clone(),
            |$it: &mut domain::flow::$part, value| $place = value,
        )
    };
}

pub(super) use part;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::flows::history::History;

    #[test]
    fn letters_in_one_row_are_one_change_and_those_in_another_are_another() {
        for (at, rows, changes) in [("when", [4, 4], 1), ("when", [4, 5], 2), ("", [4, 4], 2)] {
            let mut history = History::default();
            for row in rows {
                history.record(&in_row(at, row), || row);
            }
            let undone = std::iter::from_fn(|| history.undo(0)).count();
            assert_eq!(undone, changes, "{at} {rows:?}");
        }
    }
}
