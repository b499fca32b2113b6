//! What an agent reads in the chat area.
//!
//! Invariant: speaks of visitors, agents and conversations, never of customers or tickets.

texts! { "chat";
    TITLE "title" "Chat";
    INBOX "inbox" "Inbox";
    FILTER "filter" "Show";
    FILTER_MINE "filter_mine" "Mine";
    FILTER_ALL "filter_all" "All";
    FILTER_ACTIVE "filter_active" "Active";
    FILTER_CLOSED "filter_closed" "Closed";
    WAITING "waiting" "Waiting";
    OTHERS_MINE "others_mine" "My conversations";
    OTHERS_ALL "others_all" "All conversations";
    OTHERS_ACTIVE "others_active" "Active conversations";
    OTHERS_CLOSED "others_closed" "Closed conversations";
    WAITS "waits" "waits for";
    UNREAD "unread" "unread";
    YOU_WROTE "you_wrote" "You: {text}";
    DRAFT "draft" "Draft:";
    NO_MESSAGE "no_message" "No message yet";
    ON_PAGE "on_page" "on";
    ASKED_BY_AGENT "asked_by_agent" "An agent’s own question";
    NO_PAGE "no_page" "Page unknown";
    WITH "with" "with {name}";
    MORE_ROWS "more_rows" "Show more";

    EMPTY_TITLE "empty_title" "No conversations yet";
    EMPTY_TEXT "empty_text" "When a visitor writes, it rings here.";
    EMPTY_MINE_TITLE "empty_mine_title" "Nothing on your desk";
    EMPTY_MINE_TEXT "empty_mine_text" "Conversations that you join stand here.";
    EMPTY_CLOSED_TITLE "empty_closed_title" "Nothing closed yet";
    EMPTY_CLOSED_TEXT "empty_closed_text" "Conversations that have ended stay readable here.";
    NONE_CHOSEN_TITLE "none_chosen_title" "Choose a conversation";
    NONE_CHOSEN_TEXT "none_chosen_text" "Visitors who wait stand on top. Click one, or press Enter on it, to join.";
    GONE_TITLE "gone_title" "This conversation is not here";
    GONE_TEXT "gone_text" "It does not exist, or it belongs to a team that is not yours.";

    AVAILABLE "available" "Available";
    AWAY "away" "Away";
    AWAY_NOTICE "away_notice" "You are away. New conversations do not ring for you.";

    IDLE_NOTICE "idle_notice" "You have done nothing here for {minutes} minutes, so visitors no longer hear that you are there. Move the pointer or press a key, and you are back.";
    IDLE_OVER "idle_over" "You are back. You did not count as there, because nobody moved or typed here. Idle since: {time}.";

    JOIN "join" "Join";
    BOT "bot" "{name} (bot)";
    BOT_ANSWERS "bot_answers" "{name}, a bot, answers. Take over to write yourself; it is silent from then on.";
    TAKE_OVER "take_over" "Take over";
    FILES_ALLOW "files_allow" "Let the visitor send files";
    FILES_STOP "files_stop" "Take no files from the visitor";
    FILES_UNWELCOME "files_unwelcome" "The visitor can send no files from now on";
    FILES_WELCOME "files_welcome" "The visitor can send files from now on";
    HANDED_OVER "handed_over" "The bot has put the visitor through";
    HANDED_OVER_FOR "handed_over_for" "The bot has put the visitor through. Wanted: {expertise}";
    JOIN_WAITING "join_waiting" "{name} is waiting. Join to answer.";
    JOIN_OTHER "join_other" "{agent} answers this conversation.";
    END "end" "End";
    END_QUESTION "end_question" "End this conversation?";
    END_TEXT "end_text" "{name} is told and can start a new one. The transcript stays readable.";
    END_CONFIRM "end_confirm" "End conversation";
    CLOSED "closed" "This conversation has ended. It stays readable.";
    WRITE_TO "write_to" "Write to {name}…";
    WRITE_WHAT "write_what" "Write a message or a note";
    NOTE_TAB "note_tab" "Note";
    NOTE "note" "Note, only agents see it";
    WRITE_NOTE "write_note" "Write a note…";
    TRANSFERRED_BY "transferred_by" "{name} transferred this to {team}";
    YOU_TRANSFERRED "you_transferred" "You transferred this to {team}";
    TRANSFER "transfer" "Transfer to a team";
    TRANSFER_TEXT "transfer_text" "{name} waits for somebody of that team, and reads that you passed them on. Everything written so far goes with them.";
    TRANSFER_TEAM "transfer_team" "Team";
    TRANSFER_THERE "transfer_there" "{team}: somebody is there";
    TRANSFER_ALONE "transfer_alone" "{team}: nobody is there";
    TRANSFER_WAITS "transfer_waits" "Nobody of this team is there now. {name} waits until somebody is.";
    TRANSFER_NONE "transfer_none" "There is no other team that anybody is in. An admin makes teams in the settings.";
    TRANSFER_CONFIRM "transfer_confirm" "Transfer";
    TRANSFER_DONE "transfer_done" "Passing {name} on to {team}.";
    PUT_BACK "put_back" "Put back into the queue";
    BACK "back" "Back to the inbox";

    TAKEN "taken" "{name} was quicker and answers this conversation.";

    VISITOR "visitor" "Visitor";
    CONVERSATION "conversation" "Conversation";
    CONVERSATION_WITH "conversation_with" "Conversation with {name}";

    WHO "who" "Who is this?";
    WHO_AGENT "who_agent" "Signed in as an agent";
    WHO_PROVED "who_proved" "Proved by the website";
    RATED "rated" "The visitor rated this chat: {rating}";
    RATED_WITH "rated_with" "The visitor rated this chat: {rating}. “{comment}”";
    WHO_CLAIMED "who_claimed" "Said by the browser";
    WHO_NOBODY "who_nobody" "No website has said who this is.";
    WHO_SUBJECT "who_subject" "Subject";
    WHO_PAGE "who_page" "Page";
    WHO_ADDRESS "who_address" "Address";
    WHO_LANGUAGE "who_language" "Language";
    WHO_COMMENT "who_comment" "Comment on the rating";
    WHO_LABEL "who_label" "Label";

    RING_ONE "ring_one" "{count} visitor is waiting";
    RING_OTHER "ring_other" "{count} visitors are waiting";
    RING_LONGEST_WORD "ring_longest_word" "Longest:";
    RING_JOIN "ring_join" "Open the longest waiting conversation";
    NOTIFY_TITLE "notify_title" "A visitor is waiting";
    NOTIFY_MESSAGE "notify_message" "New message from {name}";
    NOTIFY_ASK "notify_ask" "Tell me when a visitor waits";
    NOTIFY_ON "notify_on" "Browser notifications are on";
    NOTIFY_BLOCKED "notify_blocked" "Your browser blocks notifications. Allow them in its settings for this page.";
    SOUND_ON "sound_on" "Sound on";
    SOUND_OFF "sound_off" "Sound off";

    FIRST_TITLE "first_title" "Welcome to Aureole";
    FIRST_LEAD "first_lead" "Three steps, and your visitors can talk with you.";
    FIRST_OPEN_TITLE "first_open_title" "Open the demo shop";
    FIRST_OPEN_TEXT "first_open_text" "It is a small website with your chat in its corner. Write something there as a visitor would.";
    FIRST_OPEN_BUTTON "first_open_button" "Open the demo shop";
    FIRST_OPEN_NONE "first_open_none" "Put the snippet below on a page of yours and open that page.";
    FIRST_ANSWER_TITLE "first_answer_title" "Answer";
    FIRST_ANSWER_TEXT "first_answer_text" "It rings here. Click the waiting conversation to join it, and answer.";
    FIRST_SNIPPET_TITLE "first_snippet_title" "Put the chat on your website";
    FIRST_SNIPPET_TEXT "first_snippet_text" "Copy these lines to the end of each page, just before the closing body tag.";
}
