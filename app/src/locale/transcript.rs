//! What stands in and around a transcript, in the chat area and in the visitor's window alike.
//!
//! Invariant: speaks to both sides; what only one side reads lives in `chat` or `widget`.

texts! { "transcript";
    LABEL "label" "Conversation";
    YOU "you" "You";
    SYSTEM "system" "Automatic message";
    SENDING "sending" "Sending";
    SENT "sent" "Sent";
    DELIVERED "delivered" "Delivered";
    READ "read" "Read";
    FAILED "failed" "Not sent";
    DISCARD "discard" "Discard";
    JOINED "joined" "{name} joined";
    YOU_JOINED "you_joined" "You joined";
    IDENTIFIED "identified" "Signed in on the website";
    IDENTIFIED_AS "identified_as" "Signed in on the website as {name}";
    LEFT "left" "{name} left";
    TRANSFERRED "transferred" "{name} passes you on to somebody else.";
    YOU_LEFT "you_left" "You left";
    ENDED "ended" "This conversation has ended";
    ENDED_BY "ended_by" "{name} ended this conversation";
    YOU_ENDED "you_ended" "You ended this conversation";
    TYPING "typing" "{name} is typing";
    TYPING_SHORT "typing_short" "typing…";
    NEW_MESSAGES "new_messages" "New messages";
    OLDER "older" "Show older messages";
    BEGINNING "beginning" "The conversation begins here";
    DOUBTED "doubted" "The conversation begins here. The website's word on who this is was not believed ({defect}).";
    SAYS "says" "{name} says: {text}";
    NOT_UP_TO_DATE "not_up_to_date" "Not up to date. Connecting…";
    NOT_UP_TO_DATE_FOR "not_up_to_date_for" "Not up to date for {time}. Connecting…";
    OFFLINE "offline" "You are offline. What you write is kept and sent as soon as you are back.";
    MESSAGE "message" "Message";
    WRITE "write" "Write a message…";
    SEND "send" "Send";
    UPLOADING "uploading" "Uploading, {percent} %";
    DOWNLOAD "download" "Download {name}";
    SENT_FILE "sent_file" "{name} sent a file: {file}";
    CHARACTERS_LEFT "characters_left" "{count} characters left";
    CHARACTERS_OVER "characters_over" "{count} characters too many";
}
