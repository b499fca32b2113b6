//! The pages and signs around the app: rail, sign-in, error pages, restart, new version.
//!
//! Invariant: each error page says what to do next.

texts! { "around";
    PRODUCT "product" "Aureole";
    NAVIGATION "navigation" "Main";
    NAV_CHAT "nav_chat" "Chat";
    NAV_SETTINGS "nav_settings" "Settings";
    NAV_WAITING "nav_waiting" "waiting";
    ME_STATE "me_state" "{name}, {state}";
    SIGNED_IN_AS "signed_in_as" "Signed in as {name}";
    GO_AWAY "go_away" "Go away for a while";
    COME_BACK "come_back" "Be available again";
    OWN_FACE "own_face" "How visitors know you";
    OWN_FACE_LEAD "own_face_lead" "Beside what you write from now on. Where an admin has given all agents one name, visitors see that name alone.";
    OWN_FACE_NAME "own_face_name" "Name for visitors";
    OWN_FACE_NAME_HINT "own_face_name_hint" "Empty, it is {name}. Colleagues always read that.";
    OWN_FACE_PICTURE "own_face_picture" "Picture";
    OWN_FACE_PICTURE_HINT "own_face_picture_hint" "It is cut to a circle. Anybody who opens the chat may see it.";
    OWN_TEAMS "own_teams" "Your teams";
    OWN_TEAMS_LEAD "own_teams_lead" "The conversations of your teams ring for you, and you can read them.";
    OWN_TEAMS_NONE "own_teams_none" "You are in no team, and none is open to join. An admin can change that.";
    OWN_TEAMS_JOIN "own_teams_join" "Join";
    OWN_TEAMS_LEAVE "own_teams_leave" "Leave";
    OWN_TEAMS_FIXED "own_teams_fixed" "An admin decides";
    ASK "ask" "Ask";
    ASK_WHOM "ask_whom" "Start a chat of your own";
    ASK_ONE "ask_one" "Your chat: {name}";
    ASK_UNREAD "ask_unread" "{name}, {count} unread";
    ASK_COUNT "ask_count" "{count} unread";
    ASK_GOING "ask_going" "goes on";
    ASK_AWAY "ask_away" "nobody there now";
    ASK_FAILED "ask_failed" "Your chat could not be loaded. Check your connection and try again.";
    SIGN_OUT "sign_out" "Sign out";
    THEME_LIGHT "theme_light" "Light";
    THEME_DARK "theme_dark" "Dark";
    THEME_SYSTEM "theme_system" "As the system";

    SIGN_IN "sign_in" "Sign in";
    SIGN_IN_LEAD "sign_in_lead" "to answer your visitors.";
    EMAIL "email" "E-mail address";
    PASSWORD "password" "Password";
    LOST_PASSWORD "lost_password" "Lost your password? An admin can set a new one.";
    SESSION_ENDED_TITLE "session_ended_title" "Please sign in again";
    SESSION_ENDED_TEXT "session_ended_text" "Your session has ended. What you wrote is kept, and you go on where you were.";
    TOO_MANY_TRIES "too_many_tries" "That was too often. Wait a minute, then try again.";
    TRY_LATER "try_later" "Signing in is not possible at the moment. Try again in a minute.";

    NOT_FOUND_TITLE "not_found_title" "There is no such page";
    NOT_FOUND_TEXT "not_found_text" "It may have moved, or the address has a typing mistake.";
    FORBIDDEN_TITLE "forbidden_title" "This page is for admins";
    FORBIDDEN_TEXT "forbidden_text" "Ask an admin to make the change, or to give you that role.";
    BROKEN_TITLE "broken_title" "Something broke on our side";
    BROKEN_TEXT "broken_text" "Nothing you wrote is lost. Try again; if it stays, tell your admin this number: {request}";
    BROKEN_TEXT_PLAIN "broken_text_plain" "Nothing you wrote is lost. Try again in a moment.";
    RESTARTING_TITLE "restarting_title" "The server is restarting";
    NEW_VERSION_TEXT "new_version_text" "Reload to go on; your drafts are kept.";
    NO_SCRIPT "no_script" "The Chat area needs JavaScript. Please turn it on and reload.";
    GO_HOME "go_home" "Go to the Chat area";
}
