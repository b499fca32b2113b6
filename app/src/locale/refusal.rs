//! Turns a refusal into one sentence that says what to do. Agents and admins get every case;
//! visitors get the few that can reach them, so that the chat frame carries no other.
//!
//! Invariant: every refusal has its sentence; a new one does not compile without.

use super::{Text, admin, format, t, t_with, transcript, widget};
use domain::api::{Field, Refusal};
use domain::limit;
use domain::settings::{WaitTime, WindowLook};
use domain::text::Reason;
use domain::time::Span;
use std::ops::RangeInclusive;

texts! { "refusal";
    UNAUTHORIZED "unauthorized" "You are not signed in any more. Sign in to go on.";
    WRONG_PASSWORD "wrong_password" "E-mail address or password is wrong. Please check both.";
    FORBIDDEN "forbidden" "Only an admin may do this. Ask one of them.";
    NOT_FOUND "not_found" "This is not here any more. Go back and choose again.";
    CHANGED "changed" "Somebody saved in between. Reload to see their version, then make your change again.";
    CONVERSATION_CLOSED "conversation_closed" "This conversation has ended. Wait for the visitor to start a new one.";
    ALREADY_TAKEN "already_taken" "{name} was quicker and answers this conversation. Choose another one.";
    ALREADY_JOINED "already_joined" "You are in this conversation already. Just write.";
    NOT_JOINED "not_joined" "Join this conversation first, then write.";
    TOO_MANY "too_many" "That was too often. Try again in {time}.";
    TOO_LARGE "too_large" "This is too large to be sent. Shorten it or send it in parts.";
    FOREIGN_ORIGIN "foreign_origin" "This page was opened from another address than the server's own. Open it from there.";
    WRONG_KEY "wrong_key" "No chat profile has this id and key. Copy the snippet again.";
    PROFILE_INACTIVE "profile_inactive" "This chat profile takes no new conversations. Activate it in the settings.";
    OUTDATED "outdated" "There is a new version. Reload the page; your drafts are kept.";
    MALFORMED "malformed" "The server did not understand this page. Reload it and try again.";
    LAST_ADMIN "last_admin" "This is the last admin. Make somebody else an admin first.";
    BAD_TOKEN "bad_token" "The website's token proves nothing ({defect}). Its operator has to mend it.";
    ALREADY_IDENTIFIED "already_identified" "This conversation is with somebody else already. It stays theirs.";
    UNAVAILABLE "unavailable" "Nothing can be saved at the moment. What you wrote is kept; try again in {time}.";
    INTERNAL "internal" "Something broke on our side. Try again; if it stays, tell your admin this number: {request}";
    FILE_TOO_LARGE "file_too_large" "This file is larger than {size}. Choose a smaller one.";
    FILE_EMPTY "file_empty" "This file is empty. Choose another one.";
    FILES_OFF "files_off" "Files cannot be sent in this chat. Describe it in a message instead.";
    UPLOAD_FAILED "upload_failed" "The file did not arrive. Check your connection and try again.";
    OFFLINE "offline" "The server cannot be reached. Check your connection and try again.";

    EMPTY "empty" "Please fill this in.";
    EMPTY_TEXT "empty_text" "Write something first.";
    EMPTY_MEMBERS "empty_members" "Choose at least one agent.";
    TOO_LONG "too_long" "Too long: at most {max} characters.";
    TOO_SHORT "too_short" "Too short: at least {min} characters.";
    CHARACTER "character" "This holds a character that cannot be stored. Write it again without pasting.";
    FORM_EMAIL "form_email" "Write an e-mail address such as ann@example.com.";
    FORM_COLOUR "form_colour" "Write a colour such as #4a55c9.";
    FORM_TEAM "form_team" "Choose a team that is active.";
    FORM_ORIGINS "form_origins" "Write one website a line, such as shop.example or *.shop.example. A name with other letters than a to z needs its form that begins with xn--.";
    FORM_FIELD_NAME "form_field_name" "Write CF and then letters, digits or underscores, such as CF1.";
    FORM_NUMBER "form_number" "Write a number from {min} to {max}.";
    FORM_WAIT "form_wait" "Write the minutes of the wait time as whole numbers up to {max}; a period has at least {min}.";
    FORM_ADDRESS "form_address" "Write the address of a file on the web, or one below your website such as /bell.mp3.";
    FORM_SECRET "form_secret" "There is white space before or behind it. Remove that, or it would be part of the secret.";
    FORM_PATTERN "form_pattern" "Write a path such as /pricing* or an address that begins with https://.";
    FORM_FLOW "form_flow" "Choose a flow that is published and not archived.";
    FORM_ZONE "form_zone" "Choose a time zone from the list, such as Europe/Berlin.";
    FORM_HOURS "form_hours" "Two times overlap, or a date stands there twice. Part them.";
    FORM_RULES "form_rules" "Write each rule's seconds as a number up to {max}, and countries as two letters.";
    FORM_STEP "form_step" "A rule begins the bot at a step where it cannot begin. Choose another step in the rules, or tick “Websites and rules may begin here” at that step and publish the bot.";
    FORM_PICTURE "form_picture" "This is not a picture we can use. Choose a PNG, JPEG, GIF or WebP file.";
    FORM_HALO "form_halo" "Write both, configId and configKey, as they stand in the snippet.";
    TAKEN_HALO "taken_halo" "Another chat profile has this configId. Take it out there first.";
    FORM_OTHER "form_other" "This is not of the form we can use. Please check it.";
    TAKEN_FIELD "taken_field" "Two claims fill the same field. Keep one of them.";
    TAKEN_EMAIL "taken_email" "Another agent has this e-mail address. Use a different one.";
    TAKEN_NAME "taken_name" "This name is taken. Choose a different one.";
}

/// The sentence for an agent or admin.
pub fn for_agent(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid { field, reason } => for_field(*field, *reason),
        Refusal::AlreadyTaken { by } => t_with(ALREADY_TAKEN, &[("name", by.as_str())]),
        Refusal::TeamServes { profile } => t_with(
            admin::TEAMS_SERVES_WARNING,
            &[("profile", profile.as_str())],
        ),
        Refusal::TooMany { retry_after_ms } => again_in(TOO_MANY, *retry_after_ms),
        Refusal::Unavailable { retry_after_ms } => again_in(UNAVAILABLE, *retry_after_ms),
        Refusal::Internal { request } => t_with(INTERNAL, &[("request", request)]),
        Refusal::Unauthorized => t(UNAUTHORIZED).into(),
        Refusal::WrongPassword => t(WRONG_PASSWORD).into(),
        Refusal::Forbidden => t(FORBIDDEN).into(),
        Refusal::NotFound => t(NOT_FOUND).into(),
        Refusal::Changed => t(CHANGED).into(),
        Refusal::ConversationClosed => t(CONVERSATION_CLOSED).into(),
        Refusal::AlreadyJoined => t(ALREADY_JOINED).into(),
        Refusal::NotJoined => t(NOT_JOINED).into(),
        Refusal::TooLarge => t(TOO_LARGE).into(),
        Refusal::ForeignOrigin => t(FOREIGN_ORIGIN).into(),
        Refusal::WrongKey => t(WRONG_KEY).into(),
        Refusal::ProfileInactive => t(PROFILE_INACTIVE).into(),
        Refusal::FilesUnwelcome => t(FILES_OFF).into(),
        Refusal::Outdated => t(OUTDATED).into(),
        Refusal::Malformed => t(MALFORMED).into(),
        Refusal::LastAdmin => t(LAST_ADMIN).into(),
        Refusal::BadToken { defect } => t_with(BAD_TOKEN, &[("defect", defect.as_str())]),
        Refusal::AlreadyIdentified => t(ALREADY_IDENTIFIED).into(),
    }
}

/// The sentence under a field of a form.
pub fn for_field(field: Field, reason: Reason) -> String {
    match (reason, field) {
        (Reason::Empty, Field::Text) => t(EMPTY_TEXT).into(),
        (Reason::Empty | Reason::Form, Field::Halo) => t(FORM_HALO).into(),
        (Reason::Taken, Field::Halo) => t(TAKEN_HALO).into(),
        (Reason::Empty, Field::Members) => t(EMPTY_MEMBERS).into(),
        (Reason::Empty, _) => t(EMPTY).into(),
        (Reason::Form | Reason::TooLong { .. }, Field::Colour) => t(FORM_COLOUR).into(),
        (Reason::TooLong { max }, _) => t_with(TOO_LONG, &[("max", &max.to_string())]),
        (Reason::TooShort { min }, _) => t_with(TOO_SHORT, &[("min", &min.to_string())]),
        (Reason::Forbidden, _) => t(CHARACTER).into(),
        (Reason::Form, Field::Email) => t(FORM_EMAIL).into(),
        (Reason::Form, Field::Team) => t(FORM_TEAM).into(),
        (Reason::Form, Field::Origins) => t(FORM_ORIGINS).into(),
        (Reason::Form, Field::Wait) => within(FORM_WAIT, &WaitTime::PERIOD_MINUTES),
        (Reason::Form, Field::Secret) => t(FORM_SECRET).into(),
        (Reason::Form, Field::Address) => t(FORM_ADDRESS).into(),
        (Reason::Form, Field::FieldName) => t(FORM_FIELD_NAME).into(),
        (Reason::Form, Field::Teasers) => t(FORM_PATTERN).into(),
        (Reason::Form, Field::Flow) => t(FORM_FLOW).into(),
        (Reason::Form, Field::Zone) => t(FORM_ZONE).into(),
        (Reason::Form, Field::Hours) => t(FORM_HOURS).into(),
        (Reason::Form, Field::Rules) => {
            t_with(FORM_RULES, &[("max", &limit::RULE_SECONDS_MAX.to_string())])
        }
        (Reason::Form, Field::Picture) => t(FORM_PICTURE).into(),
        (Reason::Form, Field::Look) => for_number(&WindowLook::SIDES),
        (Reason::Form, Field::Step) => t(FORM_STEP).into(),
        (Reason::Form, _) => t(FORM_OTHER).into(),
        (Reason::Taken, Field::Mappings) => t(TAKEN_FIELD).into(),
        (Reason::Taken, Field::Email) => t(TAKEN_EMAIL).into(),
        (Reason::Taken, _) => t(TAKEN_NAME).into(),
    }
}

/// The sentence under a field for a number, which says between what it has to be.
pub fn for_number(range: &RangeInclusive<u32>) -> String {
    within(FORM_NUMBER, range)
}

fn within(text: Text, range: &RangeInclusive<u32>) -> String {
    let (min, max) = (range.start().to_string(), range.end().to_string());
    t_with(text, &[("min", &min), ("max", &max)])
}

/// The sentence for a visitor. What a visitor cannot bring about is simply "not sent".
pub fn for_visitor(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooMany { retry_after_ms } => again_in(widget::TOO_MANY, *retry_after_ms),
        Refusal::Unavailable { .. } => t(widget::BUSY).into(),
        Refusal::ConversationClosed => t(transcript::ENDED).into(),
        Refusal::ProfileInactive => t(widget::UNAVAILABLE).into(),
        Refusal::WrongKey | Refusal::ForeignOrigin => t(widget::WRONG_KEY).into(),
        Refusal::Outdated => t(widget::OUTDATED).into(),
        Refusal::TooLarge
        | Refusal::Invalid {
            reason: Reason::TooLong { .. },
            ..
        } => t(widget::TOO_LONG).into(),
        _ => t(widget::NOT_SENT).into(),
    }
}

fn again_in(text: Text, retry_after_ms: u64) -> String {
    t_with(
        text,
        &[("time", &format::until(Span::from_ms(retry_after_ms)))],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_when_to_try_again() {
        let refusal = Refusal::TooMany {
            retry_after_ms: 4_200,
        };
        assert_eq!(for_agent(&refusal), "That was too often. Try again in 5 s.");
        let refusal = Refusal::TooMany {
            retry_after_ms: 61_000,
        };
        assert!(for_visitor(&refusal).contains("2 min"));
    }

    #[test]
    fn a_field_says_what_it_wants() {
        for (field, reason, expected) in [
            (Field::Name, Reason::Empty, "Please fill this in."),
            (
                Field::Text,
                Reason::TooLong { max: 4000 },
                "Too long: at most 4000 characters.",
            ),
            (
                Field::Password,
                Reason::TooShort { min: 10 },
                "Too short: at least 10 characters.",
            ),
            (
                Field::Email,
                Reason::Taken,
                "Another agent has this e-mail address. Use a different one.",
            ),
        ] {
            assert_eq!(for_field(field, reason), expected);
        }
    }
}
