//! A failed request as a sentence, and as words at the field of a form it is about.
//!
//! Invariant: every failure has a sentence; none is silent.

use crate::api::Failure;
use crate::locale::{refusal, t};
use domain::api::{Field, Refusal};

/// The sentence for an agent or admin.
pub fn sentence(failure: &Failure) -> String {
    match failure {
        Failure::Refused(reason) => refusal::for_agent(reason),
        Failure::Unreachable => t(refusal::OFFLINE).to_owned(),
    }
}

/// The sentence under this field, if the failure is about it.
pub fn at_field(failure: Option<&Failure>, field: Field) -> Option<String> {
    match failure?.refusal()? {
        Refusal::Invalid {
            field: about,
            reason,
        } if *about == field => Some(refusal::for_field(field, *reason)),
        _ => None,
    }
}

/// The sentence above a form: what is about none of its fields.
pub fn above_form(failure: Option<&Failure>, fields: &[Field]) -> Option<String> {
    let failure = failure?;
    match failure.refusal() {
        Some(Refusal::Invalid { field, .. }) if fields.contains(field) => None,
        // The dialog over the page says it.
        Some(Refusal::Unauthorized) => None,
        _ => Some(sentence(failure)),
    }
}
