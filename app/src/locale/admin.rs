//! What an admin reads on the settings pages.
//!
//! Invariant: every page has a title and one sentence that says what it is for.

texts! { "admin";
    SETTINGS "settings" "Settings";
    NAVIGATION "navigation" "Settings pages";
    UNSAVED "unsaved" "Not saved yet";
    DISCARD "discard" "Discard";
    CHANGED "changed" "Somebody changed this page just now.";
    SHOW_THEIRS "show_theirs" "Show theirs";
    SAVE_MINE "save_mine" "Save mine anyway";

    PROFILE_TITLE "profile_title" "Chat profile";
    PROFILE_LEAD "profile_lead" "How the chat looks on your website, and who answers there.";
    PROFILE_LOOK "profile_look" "Look and words";
    PROFILE_NAME "profile_name" "Name";
    PROFILE_NAME_HINT "profile_name_hint" "Stands in the header of the chat window.";
    PROFILE_COLOUR "profile_colour" "Colour";
    PROFILE_COLOUR_HINT "profile_colour_hint" "Of the bubble, the header and the visitor's own messages. Text on it turns black or white by itself.";
    PROFILE_COLOUR_CHOOSE "profile_colour_choose" "Choose a colour";
    PROFILE_GREETING "profile_greeting" "Greeting";
    PROFILE_GREETING_HINT "profile_greeting_hint" "Stands above the first message. Up to {max} characters.";
    PROFILE_TEAM "profile_team" "Team";
    PROFILE_TEAM_HINT "profile_team_hint" "Its agents see and hear the conversations.";
    PROFILE_ACTIVE "profile_active" "Takes new conversations";
    PROFILE_INACTIVE "profile_inactive" "This chat profile takes no new conversations.";
    PROFILE_ORIGINS "profile_origins" "Websites that may show it";
    PROFILE_ORIGINS_HINT "profile_origins_hint" "One a line, such as shop.example, or *.shop.example for everything below. Empty: every website.";
    PROFILE_PREVIEW "profile_preview" "Preview of the chat window";
    PREVIEW_QUESTION "preview_question" "Is the brass lamp still available?";
    PREVIEW_ANSWER "preview_answer" "Yes, three are left.";

    SNIPPET_TITLE "snippet_title" "Put the chat on your website";
    SNIPPET_TEXT "snippet_text" "Copy these lines to the end of each page, just before the closing body tag.";
    SNIPPET_LABEL "snippet_label" "Snippet for your website";
    SNIPPET_COPY "snippet_copy" "Copy the snippet";
    SNIPPET_LANGUAGE "snippet_language" "HTML";

    LINK_TITLE "link_title" "A page with nothing but the chat";
    LINK_TEXT "link_text" "For an e-mail, a button or a code to scan. It needs no website, and stays the same.";
    LINK_COPY "link_copy" "Copy the address";
    LINK_LABEL "link_label" "Address of the page";
    KEY_TITLE "key_title" "The key in the snippet";
    KEY_TEXT "key_text" "It is public. A new one takes the chat, after a while, from pages with an old snippet. Whoever must not show it at all is kept out by the list of websites above.";
    KEY_OLD "key_old" "The key before this one is good until {day}.";
    KEY_REPLACE "key_replace" "Make a new key";
    KEY_REPLACE_TITLE "key_replace_title" "Make a new key?";
    KEY_REPLACE_TEXT "key_replace_text" "Websites with the present snippet go on for {days} days. Put the new snippet there before that.";
    KEY_REPLACE_OLD "key_replace_old" "The key before the present one stops at once.";
    KEY_REPLACED "key_replaced" "There is a new key. Copy the snippet again.";

    AGENTS_TITLE "agents_title" "Agents";
    AGENTS_LEAD "agents_lead" "The people who answer. Admins may also change these settings.";
    AGENTS_NEW "agents_new" "New agent";
    AGENTS_CREATE "agents_create" "Create agent";
    AGENTS_CREATED "agents_created" "{name} can sign in now.";
    AGENTS_NAME "agents_name" "Name";
    AGENTS_NAME_HINT "agents_name_hint" "As visitors and colleagues see it.";
    AGENTS_EMAIL "agents_email" "E-mail address";
    AGENTS_EMAIL_HINT "agents_email_hint" "For signing in. Nothing is sent to it.";
    AGENTS_PASSWORD "agents_password" "Password";
    AGENTS_PASSWORD_MAKE "agents_password_make" "Make one";
    AGENTS_PASSWORD_HINT "agents_password_hint" "At least {min} characters. Hand it over in person; it is not shown again.";
    AGENTS_ROLE "agents_role" "Role";
    AGENTS_ROLE_AGENT "agents_role_agent" "Agent";
    AGENTS_ROLE_ADMIN "agents_role_admin" "Admin";
    AGENTS_TEAMS "agents_teams" "Teams";
    AGENTS_NO_TEAM "agents_no_team" "No team";
    AGENTS_STATE "agents_state" "State";
    AGENTS_ACTIONS "agents_actions" "Actions";
    AGENTS_AVAILABLE "agents_available" "Available";
    AGENTS_AWAY "agents_away" "Away";
    AGENTS_DEACTIVATED "agents_deactivated" "Deactivated";
    AGENTS_YOU "agents_you" "you";
    AGENTS_SET_PASSWORD "agents_set_password" "Set password";
    AGENTS_SET_PASSWORD_TITLE "agents_set_password_title" "Set a new password for {name}";
    AGENTS_SET_PASSWORD_TEXT "agents_set_password_text" "{name} is signed out everywhere and signs in with the new one.";
    AGENTS_PASSWORD_SET "agents_password_set" "{name} has a new password.";
    AGENTS_DEACTIVATE "agents_deactivate" "Deactivate";
    AGENTS_DEACTIVATE_TITLE "agents_deactivate_title" "Deactivate {name}?";
    AGENTS_DEACTIVATE_TEXT "agents_deactivate_text" "{name} is signed out at once. Open conversations wait again, and the name stays in the transcripts.";
    AGENTS_DEACTIVATE_ANYWAY "agents_deactivate_anyway" "Deactivate anyway";
    AGENTS_ACTIVATE "agents_activate" "Activate again";
    AGENTS_EMPTY_TITLE "agents_empty_title" "Only you so far";
    AGENTS_EMPTY_TEXT "agents_empty_text" "Add the people who answer with you.";

    TEAMS_TITLE "teams_title" "Teams";
    TEAMS_LEAD "teams_lead" "Agents of a team see and hear the same conversations.";
    TEAMS_NEW "teams_new" "New team";
    TEAMS_CREATE "teams_create" "Create team";
    TEAMS_EDIT "teams_edit" "Edit";
    TEAMS_EDIT_TITLE "teams_edit_title" "Edit {name}";
    TEAMS_NAME "teams_name" "Name";
    TEAMS_MEMBERS "teams_members" "Agents";
    TEAMS_MEMBERS_ONE "teams_members_one" "{count} agent";
    TEAMS_MEMBERS_OTHER "teams_members_other" "{count} agents";
    TEAMS_ACTIVE "teams_active" "Active";
    TEAMS_STILL_SERVES "teams_still_serves" "This team answers for {profile}. Choose another team there first.";
    TEAMS_NOBODY "teams_nobody" "Nobody";
    TEAMS_SERVES "teams_serves" "Answers for {profile}";
    TEAMS_DEACTIVATE "teams_deactivate" "Deactivate";
    TEAMS_DEACTIVATE_TITLE "teams_deactivate_title" "Deactivate the team {name}?";
    TEAMS_DEACTIVATE_TEXT "teams_deactivate_text" "It keeps its conversations and can be activated again.";
    TEAMS_ACTIVATE "teams_activate" "Activate again";
    TEAMS_SAVE_ANYWAY "teams_save_anyway" "Save anyway";
    TEAMS_SERVES_WARNING "teams_serves_warning" "Nobody would answer for {profile} any more. Its visitors would wait until somebody joins the team.";
}
