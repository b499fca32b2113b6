//! What a visitor reads in the chat window.
//!
//! Invariant: never names a person's rank, a team or an internal word; a visitor knows only us.

texts! { "widget";
    TITLE "title" "Chat";
    SOMEBODY_HERE "somebody_here" "We are here";
    AGENT_HERE "agent_here" "{name} is here";
    WAITING "waiting" "We are with you in a moment";
    WAIT_TIME "wait_time" "Estimated wait: {minutes} min";
    AWAY "away" "Leave a message";
    NOBODY "nobody" "Nobody is here right now. Leave your message; it is kept and we answer as soon as someone is back.";
    BACK "back" "We are back: {day}, {time}. Leave your message; it is kept.";
    MENU "menu" "More";
    CLOSE "close" "Close the chat window";
    SOUND_OFF "sound_off" "Mute sound";
    SOUND_ON "sound_on" "Unmute sound";
    END "end" "End this chat";
    END_QUESTION "end_question" "End this chat?";
    END_CONFIRM "end_confirm" "End it";
    END_KEEP "end_keep" "Keep it";
    ENDED "ended" "This chat has ended.";
    START_AGAIN "start_again" "Start a new chat";
    UNAVAILABLE "unavailable" "This chat is closed at the moment. Please come back later.";
    SIGNED_IN_ONLY "signed_in_only" "This chat is for people who are signed in on our website.";
    AGENTS_ONLY "agents_only" "This chat is for our own team. Please sign in as an agent.";
    WRONG_KEY "wrong_key" "This chat is not set up correctly. Please tell the owner of this website.";
    BUSY "busy" "The chat is very busy. Your message is kept and sent again in a moment.";
    TOO_MANY "too_many" "That was very fast. Your message is kept and sent again in {time}.";
    TOO_LONG "too_long" "This message is too long. Please shorten it or send it in parts.";
    NOT_SENT "not_sent" "This message could not be sent. Please try again.";
    ATTACH "attach" "Attach a file";
    EMOJI "emoji" "Insert an emoji";
    DROP "drop" "Drop files here to send them";
    ANSWERS "answers" "Answers";
    CHOOSE "choose" "Choose";
    CHOOSE_NONE "choose_none" "None of these";
    DATE "date" "Date";
    START_OVER "start_over" "Start over";
    BOT "bot" "Bot";
    RATE "rate" "How was this chat?";
    SATISFIED "satisfied" "Satisfied";
    OKAY "okay" "Okay";
    DISSATISFIED "dissatisfied" "Dissatisfied";
    COMMENT "comment" "What could we do better? (optional)";
    SEND_RATING "send_rating" "Send rating";
    RATED "rated" "You rated this chat: {rating}";
    COPY "copy" "Receive a copy by e-mail";
    EMAIL "email" "Your e-mail address";
    SEND_COPY "send_copy" "Send me a copy";
    COPY_ASKED "copy_asked" "A copy will be sent to {email}";
    REACH "reach" "If you would like the answer by e-mail:";
    LEAVE "leave" "Leave my address";
    HIDE_BANNER "hide_banner" "Hide this notice";
    LEFT "left" "Now tell us what it is about; your address goes with it.";
    OUTDATED "outdated" "The chat has been renewed. Reload to go on; your text is kept.";
}
