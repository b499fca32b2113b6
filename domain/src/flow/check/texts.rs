//! Texts: whether each is there in every language, and short enough.
//!
//! Invariant: a text is asked for only where the visitor would see a hole.

use super::{Flaw, Found, TextPlace};
use crate::flow::definition::{Flow, InputKind, Kind, Step};
use crate::flow::{Template, Texts};
use crate::limit;
use crate::settings::Language;
use crate::text::chars;

/// The texts of a step with their places.
pub(super) fn of(step: &Step) -> Vec<(TextPlace, &Texts)> {
    let mut texts = Vec::new();
    match &step.does {
        Kind::Message(message) => {
            texts.push((TextPlace::Text, &message.text));
            texts.extend(items(message.rich.iter().map(|rich| &rich.title)));
            let about = (0_u32..).zip(message.rich.iter().map(|rich| &rich.text));
            texts.extend(about.map(|(at, text)| (TextPlace::About(at), text)));
        }
        Kind::Question(question) => {
            texts.push((TextPlace::Text, &question.text));
            texts.extend(items(question.answers.iter().map(|answer| &answer.text)));
        }
        Kind::Input(input) => {
            texts.push((TextPlace::Text, &input.text));
            texts.push((TextPlace::Invalid, &input.invalid));
            let instead = input.instead.as_ref();
            texts.extend(instead.map(|it| (TextPlace::Instead, &it.text)));
            match &input.kind {
                InputKind::YesNo { yes, no } => texts.extend(items([yes, no].into_iter())),
                InputKind::Rating {
                    satisfied,
                    okay,
                    dissatisfied,
                } => texts.extend(items([satisfied, okay, dissatisfied].into_iter())),
                kind => texts.extend(items(kind.options().iter().map(|option| &option.text))),
            }
        }
        Kind::HandOver(over) => texts.push((TextPlace::Text, &over.text)),
        Kind::End(end) => texts.push((TextPlace::Text, &end.text)),
        Kind::Condition(_) | Kind::Set(_) | Kind::Outside(_) | Kind::StartFlow(_) => {}
    }
    texts
}

fn items<'a>(
    texts: impl Iterator<Item = &'a Texts>,
) -> impl Iterator<Item = (TextPlace, &'a Texts)> {
    (0_u32..)
        .zip(texts)
        .map(|(at, text)| (TextPlace::Item(at), text))
}

/// Whether a step works without this text. If it is there in one language, it must be in all.
fn may_be_missing(step: &Step, place: TextPlace) -> bool {
    match (&step.does, place) {
        // Whoever only shows a picture need not say anything.
        (Kind::Message(message), TextPlace::Text) => !message.rich.is_empty(),
        (Kind::HandOver(_) | Kind::End(_), TextPlace::Text) | (_, TextPlace::About(_)) => true,
        (Kind::Input(input), TextPlace::Invalid) => !input.kind.has_form(),
        _ => false,
    }
}

impl InputKind {
    /// Whether an answer has a form that the visitor has to be told of. A line can be too long,
    /// but nobody who is asked for one writes a letter.
    pub(super) fn has_form(&self) -> bool {
        !matches!(self, Self::Line | Self::Lines)
    }
}

pub(super) fn look(flow: &Flow, found: &mut Found) {
    for step in &flow.steps {
        for (place, texts) in of(step) {
            // What is left of a language that the flow speaks no more is nobody's business.
            let own = |language: &Language| texts.get(*language);
            let is_needed =
                !may_be_missing(step, place) || flow.languages.iter().find_map(own).is_some();
            for language in flow.languages.iter().copied() {
                let text = texts.get(language);
                if is_needed && !text.is_some_and(|text| is_read(step, place, text)) {
                    found.add(step.id, Flaw::TextMissing { place, language });
                }
                let max = max(place);
                if text.is_some_and(|text| chars(text) > max) {
                    let flaw = Flaw::TextTooLong {
                        place,
                        language,
                        max,
                    };
                    found.add(step.id, flaw);
                }
            }
        }
    }
}

/// Whether something is read whatever is known. A message may be nothing but a variable, and then
/// says nothing while that is not known; a question or a button may not.
fn is_read(step: &Step, place: TextPlace, text: &str) -> bool {
    let is_said = matches!(
        (&step.does, place),
        (
            Kind::Message(_) | Kind::HandOver(_) | Kind::End(_),
            TextPlace::Text
        ) | (_, TextPlace::About(_))
    );
    is_said || chars(text) > max(place) || Template::parse(text).is_sure()
}

/// What stands on a button is short.
fn max(place: TextPlace) -> usize {
    match place {
        TextPlace::Item(_) | TextPlace::Instead => limit::TEASER_CHARS_MAX,
        TextPlace::About(_) => limit::FLOW_ABOUT_CHARS_MAX,
        TextPlace::Text | TextPlace::Invalid | TextPlace::Call => limit::FLOW_TEXT_CHARS_MAX,
    }
}
