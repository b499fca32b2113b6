//! What a visitor's answer means.
//!
//! Invariant: judged by what was asked, as the visitor read it: the same in their window, in the
//! editor's tester and on the server.

use super::decimal::with_plain_digits;
use super::definition::{AnswerId, ChoiceId};
use super::said::AskKind;
use super::{Decimal, Value};
use crate::conversation::Rating;
use crate::date::Date;
use crate::limit;
use crate::text::{EmailAddress, MessageText, chars};
use serde::{Deserialize, Serialize};

/// What a visitor gave as an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// One of the answers.
    Answer(AnswerId),
    /// Something written.
    Text(MessageText),
    /// Some of the options.
    Options(Vec<ChoiceId>),
    /// Yes or no.
    YesNo(bool),
    /// A rating.
    Rating(Rating),
    /// Nothing: they would rather not say.
    Instead,
}

/// What was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Understood {
    /// One of the answers, and how it reads.
    Answer(AnswerId, String),
    /// Something else than the answers, where that is welcome.
    Other(String),
    /// A value, and how it reads.
    Value(Value, String),
    /// Some of the options, their texts as a value, and how they read.
    Options(Vec<ChoiceId>, Value, String),
    /// A rating, and how it reads.
    Rating(Rating, String),
}

/// Why an answer is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misread {
    /// It is none of those that are offered.
    NotOffered,
    /// It is not of the form that is asked for.
    Form,
    /// It is less than the least.
    TooSmall,
    /// It is more than the most.
    TooLarge,
}

/// What an answer to this means.
///
/// # Errors
/// Why it is no answer to it.
pub fn understand(ask: &AskKind, given: &Given) -> Result<Understood, Misread> {
    match (ask, given) {
        (AskKind::Answers { answers, may_write }, Given::Answer(_) | Given::Text(_)) => {
            let chosen = answers.iter().find(|offer| match given {
                Given::Answer(id) => offer.id == *id,
                Given::Text(text) => is_said(&offer.text, text),
                _ => false,
            });
            match (chosen, given) {
                (Some(offer), _) => Ok(Understood::Answer(offer.id, offer.text.clone())),
                (None, Given::Text(text)) if *may_write => {
                    Ok(Understood::Other(text.as_str().to_owned()))
                }
                _ => Err(Misread::NotOffered),
            }
        }
        (AskKind::One { options }, _) => {
            let picked = several(options, 1, 1, given)?;
            let text = joined(&picked);
            Ok(Understood::Options(
                ids(&picked),
                Value::Text(text.clone()),
                text,
            ))
        }
        (AskKind::Several { options, min, max }, _) => {
            let picked = several(options, *min, *max, given)?;
            let texts = picked.iter().map(|(_, text)| text.clone()).collect();
            Ok(Understood::Options(
                ids(&picked),
                Value::List(texts),
                joined(&picked),
            ))
        }
        (AskKind::YesNo { yes, no }, Given::YesNo(_) | Given::Text(_)) => {
            let truth = match given {
                Given::YesNo(truth) => *truth,
                Given::Text(text) if is_said(yes, text) => true,
                Given::Text(text) if is_said(no, text) => false,
                _ => return Err(Misread::NotOffered),
            };
            let text = if truth { yes } else { no };
            Ok(Understood::Value(Value::YesNo(truth), text.clone()))
        }
        (
            AskKind::Rating {
                satisfied,
                okay,
                dissatisfied,
            },
            Given::Rating(_) | Given::Text(_),
        ) => {
            let words = Rating::ALL.into_iter().zip([satisfied, okay, dissatisfied]);
            let mut words = words.filter(|(rating, word)| match given {
                Given::Rating(given) => given == rating,
                Given::Text(text) => is_said(word, text),
                _ => false,
            });
            let (rating, word) = words.next().ok_or(Misread::NotOffered)?;
            Ok(Understood::Rating(rating, word.clone()))
        }
        (_, Given::Text(text)) => written(ask, text.as_str()),
        _ => Err(Misread::Form),
    }
}

/// Whether a text that is offered was written instead of pressed.
pub(super) fn is_said(offered: &str, said: &MessageText) -> bool {
    offered.trim().to_lowercase() == said.as_str().to_lowercase()
}

fn text_value(text: &str) -> Understood {
    Understood::Value(Value::Text(text.to_owned()), text.to_owned())
}

type Picked = Vec<(ChoiceId, String)>;

fn ids(picked: &Picked) -> Vec<ChoiceId> {
    picked.iter().map(|(id, _)| *id).collect()
}

fn joined(picked: &Picked) -> String {
    let texts: Vec<&str> = picked.iter().map(|(_, text)| text.as_str()).collect();
    texts.join(", ")
}

/// What is written for no option at all.
const NONE: &str = "–";

/// The options that were picked, in the order in which they were offered.
fn several(
    options: &[(ChoiceId, String)],
    min: u32,
    max: u32,
    given: &Given,
) -> Result<Picked, Misread> {
    let picked: Vec<ChoiceId> = match given {
        Given::Options(ids) => ids.clone(),
        Given::Text(text) => {
            let find = |said: &str| {
                let said = MessageText::parse(said).ok()?;
                let option = options.iter().find(|(_, text)| is_said(text, &said))?;
                Some(option.0)
            };
            // An option may have a comma in it, but no line break.
            let between = if text.as_str().contains('\n') {
                '\n'
            } else {
                ','
            };
            let none = (text.as_str() == NONE).then(Vec::new);
            let whole = || find(text.as_str()).map(|id| vec![id]);
            let parts = || text.as_str().split(between).map(find).collect();
            none.or_else(whole)
                .or_else(parts)
                .ok_or(Misread::NotOffered)?
        }
        _ => return Err(Misread::Form),
    };
    let is_offered = |id: &ChoiceId| options.iter().any(|(own, _)| own == id);
    if !picked.iter().all(is_offered) {
        return Err(Misread::NotOffered);
    }
    let own = options.iter().filter(|(id, _)| picked.contains(id));
    let own: Picked = own.cloned().collect();
    let count = u32::try_from(own.len()).unwrap_or(u32::MAX);
    if count < min {
        Err(Misread::TooSmall)
    } else if count > max {
        Err(Misread::TooLarge)
    } else {
        Ok(own)
    }
}

fn written(ask: &AskKind, text: &str) -> Result<Understood, Misread> {
    match ask {
        // One line becomes a field of something.
        AskKind::Line if text.contains('\n') => Err(Misread::Form),
        AskKind::Line if chars(text) > limit::FIELD_CHARS_MAX => Err(Misread::TooLarge),
        AskKind::Line | AskKind::Lines => Ok(text_value(text)),
        AskKind::Email => {
            let address = EmailAddress::parse(text).ok().filter(has_domain);
            let address = address.ok_or(Misread::Form)?;
            Ok(text_value(address.as_str()))
        }
        AskKind::Phone if is_phone(&with_plain_digits(text)) => {
            Ok(text_value(&with_plain_digits(text)))
        }
        AskKind::Number { min, max, is_whole } => {
            let number = Decimal::from_person(text).ok_or(Misread::Form)?;
            if *is_whole && !number.is_whole() {
                return Err(Misread::Form);
            }
            within(number, *min, *max)?;
            Ok(Understood::Value(Value::Number(number), number.to_string()))
        }
        AskKind::Date { min, max } => {
            let date = Date::parse(&with_plain_digits(text)).ok_or(Misread::Form)?;
            within(date, *min, *max)?;
            Ok(Understood::Value(Value::Date(date), date.to_string()))
        }
        AskKind::Phone
        | AskKind::Rating { .. }
        | AskKind::Answers { .. }
        | AskKind::YesNo { .. }
        | AskKind::One { .. }
        | AskKind::Several { .. } => Err(Misread::Form),
    }
}

fn within<T: Ord + Copy>(value: T, min: Option<T>, max: Option<T>) -> Result<(), Misread> {
    if min.is_some_and(|min| value < min) {
        Err(Misread::TooSmall)
    } else if max.is_some_and(|max| value > max) {
        Err(Misread::TooLarge)
    } else {
        Ok(())
    }
}

/// Whether mail can reach it from elsewhere: a name with a dot behind the "@".
fn has_domain(address: &EmailAddress) -> bool {
    let host = address.as_str().rsplit('@').next().unwrap_or_default();
    let mut parts = host.split('.');
    host.contains('.') && parts.all(|part| !part.is_empty())
}

/// Digits in any grouping, such as `+49 (30) 1234-56`.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = |c: char| c.is_ascii_digit() || " +-./()".contains(c);
    (limit::PHONE_DIGITS_MIN..=limit::PHONE_DIGITS_MAX).contains(&digits)
        && chars(text) <= limit::PHONE_CHARS_MAX
        && text.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Offer;

    fn said(text: &str) -> Given {
        Given::Text(MessageText::parse(text).unwrap())
    }

    fn reads(ask: &AskKind, given: &Given) -> Result<String, Misread> {
        understand(ask, given).map(|understood| match understood {
            Understood::Answer(id, text) => format!("{id} {text}"),
            Understood::Other(text) => format!("other {text}"),
            Understood::Value(value, text) | Understood::Options(_, value, text) => {
                format!("{} {text}", value.shown())
            }
            Understood::Rating(rating, text) => format!("{rating:?} {text}"),
        })
    }

    #[test]
    fn written_answers_are_judged_by_what_was_asked() {
        let number = |min, max, is_whole| AskKind::Number { min, max, is_whole };
        let three = Some(Decimal::whole(3));
        let date = |min, max| AskKind::Date {
            min: Date::parse(min),
            max: Date::parse(max),
        };
        for (ask, text, want) in [
            (AskKind::Line, "any text", Ok("any text any text")),
            (AskKind::Line, "two\nlines", Err(Misread::Form)),
            (AskKind::Line, &"x".repeat(301), Err(Misread::TooLarge)),
            (AskKind::Lines, "two\nlines", Ok("two\nlines two\nlines")),
            (
                AskKind::Email,
                "Vera@Example.com",
                Ok("vera@example.com vera@example.com"),
            ),
            (AskKind::Email, "vera@example", Err(Misread::Form)),
            (AskKind::Email, "vera@example..com", Err(Misread::Form)),
            (AskKind::Email, "vera", Err(Misread::Form)),
            (
                AskKind::Phone,
                "+49 (30) 123-45",
                Ok("+49 (30) 123-45 +49 (30) 123-45"),
            ),
            (AskKind::Phone, "1234", Err(Misread::Form)),
            (AskKind::Phone, "call me at 12345", Err(Misread::Form)),
            (number(None, None, false), "2,5", Ok("2.5 2.5")),
            (number(None, None, true), "2,5", Err(Misread::Form)),
            (number(three, None, true), "2", Err(Misread::TooSmall)),
            (number(None, three, true), "4", Err(Misread::TooLarge)),
            (number(None, three, true), "four", Err(Misread::Form)),
            (date("", ""), "2026-02-28", Ok("2026-02-28 2026-02-28")),
            (date("", ""), "2026-02-30", Err(Misread::Form)),
            (date("2026-01-01", ""), "2025-12-31", Err(Misread::TooSmall)),
            (date("", "2026-01-01"), "2026-01-02", Err(Misread::TooLarge)),
            (AskKind::Phone, "٠٣٠ ١٢٣٤٥٦", Ok("030 123456 030 123456")),
            (
                AskKind::Phone,
                &format!("12345{}", "-".repeat(36)),
                Err(Misread::Form),
            ),
            (date("", ""), "۲۰۲۶-۰۲-۲۸", Ok("2026-02-28 2026-02-28")),
        ] {
            let want = want.map(str::to_owned);
            assert_eq!(reads(&ask, &said(text)), want, "{ask:?} {text}");
        }
    }

    fn options() -> Vec<(ChoiceId, String)> {
        let texts = ["Red", "Blue", "Black, white"].iter().zip(1..);
        texts
            .map(|(text, id)| (ChoiceId(id), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn what_is_offered_may_be_pressed_or_written() {
        let answers = |may_write| AskKind::Answers {
            answers: ["Prices", "Else, please"]
                .iter()
                .zip(1..)
                .map(|(text, id)| Offer {
                    id: AnswerId(id),
                    text: (*text).to_owned(),
                    link: String::new(),
                })
                .collect(),
            may_write,
        };
        let one = || AskKind::One { options: options() };
        let some = |min, max| AskKind::Several {
            options: options(),
            min,
            max,
        };
        let yes_no = || AskKind::YesNo {
            yes: "Ja".to_owned(),
            no: "Nein".to_owned(),
        };
        let rating = || AskKind::Rating {
            satisfied: "Good".to_owned(),
            okay: "So so".to_owned(),
            dissatisfied: "Bad".to_owned(),
        };
        let picked = |ids: &[u32]| Given::Options(ids.iter().copied().map(ChoiceId).collect());
        for (ask, given, want) in [
            (answers(false), Given::Answer(AnswerId(1)), Ok("1 Prices")),
            (answers(false), said("prices"), Ok("1 Prices")),
            (answers(false), said("else, PLEASE"), Ok("2 Else, please")),
            (answers(false), said("hm"), Err(Misread::NotOffered)),
            (answers(true), said("hm"), Ok("other hm")),
            (
                answers(true),
                Given::Answer(AnswerId(9)),
                Err(Misread::NotOffered),
            ),
            (answers(true), picked(&[1]), Err(Misread::Form)),
            (one(), picked(&[2]), Ok("Blue Blue")),
            (one(), said("black, white"), Ok("Black, white Black, white")),
            (one(), picked(&[1, 2]), Err(Misread::TooLarge)),
            (one(), picked(&[]), Err(Misread::TooSmall)),
            (one(), picked(&[7]), Err(Misread::NotOffered)),
            (some(1, 2), picked(&[2, 1, 2]), Ok("Red, Blue Red, Blue")),
            (some(1, 2), said("blue, RED"), Ok("Red, Blue Red, Blue")),
            (
                some(1, 2),
                said("black, white\nred"),
                Ok("Red, Black, white Red, Black, white"),
            ),
            (some(0, 2), said("–"), Ok(" ")),
            (some(1, 2), said("–"), Err(Misread::TooSmall)),
            (some(1, 2), said("blue, green"), Err(Misread::NotOffered)),
            (some(1, 2), picked(&[1, 2, 3]), Err(Misread::TooLarge)),
            (some(0, 2), picked(&[]), Ok(" ")),
            (yes_no(), said("JA"), Ok("yes Ja")),
            (yes_no(), Given::YesNo(false), Ok("no Nein")),
            (yes_no(), said("yes"), Err(Misread::NotOffered)),
            (rating(), Given::Rating(Rating::Okay), Ok("Okay So so")),
            (rating(), said("GOOD"), Ok("Satisfied Good")),
            (rating(), said("hm"), Err(Misread::NotOffered)),
        ] {
            let want = want.map(str::to_owned);
            assert_eq!(reads(&ask, &given), want, "{ask:?} {given:?}");
        }
    }
}
