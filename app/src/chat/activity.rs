//! Tells the server that somebody moves, types or touches in this window, so that nobody is taken
//! for idle who is at work. Who is idle, the server says.
//!
//! Invariant: a window that nobody touches tells nothing, and no window tells it more often than
//! the limits allow.

use super::desk::Desk;
use crate::api;
use crate::live::browser;
use domain::api::NoteActivity;
use domain::limit;
use domain::time::Timestamp;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What people do at a window, but for moves of the pointer.
const DEEDS: [&str; 5] = ["pointerdown", "keydown", "touchstart", "wheel", "focus"];

/// What was told last, and where the pointer was.
#[derive(Debug, Clone, Copy)]
struct Activity {
    told_at: Timestamp,
    pointer: Option<(i32, i32)>,
}

impl Activity {
    /// Of a page that was opened just now, which told the server by itself.
    fn begun(now: Timestamp) -> Self {
        Self {
            told_at: now,
            pointer: None,
        }
    }

    /// Somebody has done something; whether that is to be told now.
    fn is_due(&mut self, is_idle: bool, now: Timestamp) -> bool {
        let pause = if is_idle {
            limit::ACTIVITY_EVERY_IDLE
        } else {
            limit::ACTIVITY_EVERY
        };
        let is_due = now.since(self.told_at) >= pause;
        if is_due {
            self.told_at = now;
        }
        is_due
    }

    /// The pointer is said to have moved to this place of the screen; whether it has. Browsers
    /// also say so when the page moves below a pointer at rest.
    fn has_moved(&mut self, place: (i32, i32)) -> bool {
        let before = self.pointer.replace(place);
        before.is_some_and(|before| before != place)
    }
}

/// From here on what is done at this window is told, in a browser only.
pub(super) fn watch(desk: Desk) {
    let idle_since = desk.session().idle_since;
    Effect::new(move |_| {
        let activity = StoredValue::new(Activity::begun(browser::now()));
        let act = move || {
            let is_idle = idle_since.with_untracked(Option::is_some);
            let is_due = |activity: &mut Activity| activity.is_due(is_idle, browser::now());
            if activity.try_update_value(is_due) == Some(true) {
                tell(desk);
            }
        };
        let handles = DEEDS.map(|deed| window_event_listener_untyped(deed, move |_| act()));
        let moves = window_event_listener(ev::pointermove, move |event| {
            let place = (event.screen_x(), event.screen_y());
            if activity.try_update_value(|held| held.has_moved(place)) == Some(true) {
                act();
            }
        });
        on_cleanup(move || {
            moves.remove();
            for handle in handles {
                handle.remove();
            }
        });
    });
}

fn tell(desk: Desk) {
    let session = desk.session();
    // Whoever has to sign in again is nobody yet.
    if session.is_over.get_untracked() {
        return;
    }
    spawn_local(async move {
        let answer = api::request(NoteActivity {}).await;
        // Meanwhile the agent may have left, and the desk be gone.
        let Some(idle_since) = session.idle_since.try_get_untracked() else {
            return;
        };
        match answer {
            // Where sockets are blocked, nothing else would say so before the next poll.
            Ok(_) if idle_since.is_some() => desk.hear_idle(None),
            Ok(_) => {}
            // What failed is told again with the next move; nobody has to hear of it.
            Err(failure) => session.note(&failure),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_now_and_then_and_sooner_by_who_was_idle() {
        let at = Timestamp::from_ms;
        let mut activity = Activity::begun(at(0));
        assert!(!activity.is_due(false, at(59_999)));
        assert!(activity.is_due(false, at(60_000)));
        assert!(!activity.is_due(false, at(60_001)));
        assert!(!activity.is_due(true, at(61_999)));
        assert!(activity.is_due(true, at(62_000)));
        assert!(!activity.is_due(false, at(90_000)));
    }

    #[test]
    fn a_pointer_at_rest_does_nothing() {
        let mut activity = Activity::begun(Timestamp::default());
        assert!(!activity.has_moved((3, 4)), "where it was is not known");
        assert!(!activity.has_moved((3, 4)));
        assert!(activity.has_moved((3, 5)));
    }
}
