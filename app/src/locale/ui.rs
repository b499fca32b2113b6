//! Words of the small components, and of every page alike.
//!
//! Invariant: nothing here speaks of chat.

texts! { "ui";
    BACK "back" "Back";
    CANCEL "cancel" "Cancel";
    CLOSE "close" "Close";
    COPIED "copied" "Copied";
    COPY "copy" "Copy";
    COPY_BY_HAND "copy_by_hand" "Please copy by hand";
    DISMISS "dismiss" "Dismiss";
    DONE "done" "Done:";
    GOT_IT "got_it" "Done";
    LOADING "loading" "Loading";
    MORE "more" "More";
    MORE_FOR "more_for" "More for {name}";
    NOTICES "notices" "Notices";
    OPTIONAL "optional" "optional";
    RELOAD "reload" "Reload";
    PICTURE_CHOOSE "picture_choose" "Choose a picture";
    PICTURE_OTHER "picture_other" "Choose another one";
    PICTURE_THERE "picture_there" "The picture is there. Save to use it.";
    PICTURE_REMOVE "picture_remove" "Remove it";
    SAVE "save" "Save";
    SAVED "saved" "Saved.";
    SKIP "skip" "Skip to content";
    TRY_AGAIN "try_again" "Try again";
    NEW_TAB "new_tab" "opens in a new tab";
}
