//! What stands on the host page itself, and what the frame says before its program runs. The
//! launcher and `boot.js` hold their English; here it is for whoever says it otherwise.
//!
//! Invariant: no view names these; they only travel.

texts! { "launcher";
    OPEN_CHAT "open_chat" "Open chat";
    CLOSE_CHAT "close_chat" "Close chat";
    FRAME_TITLE "frame_title" "Chat: {name}";
    UNREAD "unread" "{count} unread";
    LOADING "loading" "Opening the chat";
    FAILED "failed" "The chat could not be loaded. Check your connection and try again.";
    RETRY "retry" "Try again";
    DISMISS "dismiss" "Dismiss this message";
}

/// What stands where a link leads to no chat.
pub mod nowhere {
    texts! { "nowhere";
        TITLE "title" "This chat is no longer here";
        TEXT "text" "Ask whoever gave you the link for a new one.";
    }
}

/// What the frame says before its program runs.
pub mod boot {
    texts! { "boot";
        LOADING "loading" "Opening the chat";
        SLOW "slow" "This takes longer than usual. You can wait or try again.";
        FAILED "failed" "The chat stopped. Try again to go on.";
        RETRY "retry" "Try again";
    }
}
