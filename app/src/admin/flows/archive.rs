//! Putting a flow aside, and taking it back.
//!
//! Invariant: archiving asks first; taking back does not.

use crate::admin::dialog_form::{DialogFooter, open_while};
use crate::admin::form::{Sending, Submit, Trouble};
use crate::locale::{flows as text, t, t_with};
use crate::ui::{Dialog, Look, Toaster, Tone};
use domain::api::{FlowRow, SetFlowArchived};
use domain::text::shown;
use leptos::prelude::*;

/// Asks before a flow is archived; takes back without a word.
#[component]
pub fn ArchiveDialog(archived: RwSignal<Option<FlowRow>>, changed: Callback<()>) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let sending = Sending::begin();
    let asked = RwSignal::new(None::<FlowRow>);
    let open = open_while(asked);
    let send = move |row: FlowRow| {
        let question = SetFlowArchived {
            flow: row.id,
            is_archived: !row.is_archived,
        };
        let words = if row.is_archived {
            text::UNARCHIVED_DONE
        } else {
            text::ARCHIVED_DONE
        };
        sending.send(question, move |_| {
            asked.set(None);
            changed.run(());
            toaster.say(Tone::Positive, t(words));
        });
    };
    Effect::new(move |_| {
        if let Some(row) = archived.get() {
            archived.set(None);
            if row.is_archived {
                send(row);
            } else {
                asked.set(Some(row));
            }
        }
    });
    let title = Signal::derive(move || {
        let name = asked.with(|row| row.as_ref().map(|row| shown(row.name.as_str())));
        t_with(text::ARCHIVE_TITLE, &[("name", &name.unwrap_or_default())])
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(row) = asked.get_untracked() {
            send(row);
        }
    };
    view! {
        <Dialog id="archive-flow" title=title open=open is_narrow=true>
            <form on:submit=submit>
                <div class="dialog__body">
                    <p class="dialog__text">{t(text::ARCHIVE_TEXT)}</p>
                    <Trouble sending fields=&[] />
                </div>
                <DialogFooter open>
                    <Submit sending look=Look::Danger>
                        {t(text::ARCHIVE)}
                    </Submit>
                </DialogFooter>
            </form>
        </Dialog>
    }
    .into_any()
}
