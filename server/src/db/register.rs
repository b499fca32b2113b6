//! The register of every SQL text with a fixed wording. Stores declare theirs with
//! `statements!`; a test prepares all of them on both databases, so that a misspelt column is
//! found in a second.
//!
//! Invariant: a statement that is not in the register is built from parts at its place of use,
//! never from what a person typed.

/// Name and text of one statement.
pub type Statement = (&'static str, &'static str);

/// Declares SQL texts as constants and lists them for the register.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* const $name: &str = $text;)*
        pub(crate) const STATEMENTS: &[$crate::db::Statement] = &[$((stringify!($name), $name)),*];
    };
}

pub(crate) use statements;

/// Every statement of every store.
pub fn all() -> Vec<Statement> {
    [
        crate::agents::store::STATEMENTS,
        crate::pictures::store::STATEMENTS,
        crate::api_clients::store::STATEMENTS,
        crate::attachments::store::STATEMENTS,
        crate::contacts::store::STATEMENTS,
        crate::conversations::first_joins::STATEMENTS,
        crate::conversations::store::STATEMENTS,
        crate::custom_fields::store::STATEMENTS,
        crate::first_steps::store::STATEMENTS,
        crate::flows::store::STATEMENTS,
        crate::identity::store::STATEMENTS,
        crate::integration::store::STATEMENTS,
        crate::profiles::store::STATEMENTS,
        crate::sessions::store::STATEMENTS,
        crate::teams::store::STATEMENTS,
        crate::websites::store::STATEMENTS,
    ]
    .concat()
}
