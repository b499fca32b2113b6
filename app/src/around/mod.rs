//! What stands around the app: signing in, the end of a session, pages that say no, and the
//! status of the answer. Used by `chat`, `admin` and the frame.
//!
//! Invariant: knows neither conversations nor settings.

mod answer;
mod browser;
pub mod error_page;
mod failure;
mod next;
pub mod picture;
mod session;
pub mod sign_in;

pub use answer::{SetStatus, answer_with};
pub use browser::{go_to, reload};
pub use error_page::{ErrorCard, ErrorPage, Problem};
pub use failure::{above_form, at_field, sentence};
pub use next::{HOME, SIGN_IN, local, sign_in_before};
pub use picture::{PictureField, Shape};
pub use session::{Session, use_session};
pub use sign_in::{SessionDialog, SignInPage};
