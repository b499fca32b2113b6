//! Every limit of the system by name. Texts count characters (Unicode scalar values), so both
//! ends of a wire count alike; rates that an operator may change stand here as defaults.
//!
//! Invariant: a limit that is enforced anywhere is named here, and nowhere else.

use crate::time::Span;

/// Longest message or note, in characters.
pub const MESSAGE_CHARS_MAX: usize = 4000;
/// The composer shows how many characters are left once fewer than this many remain.
pub const MESSAGE_COUNTDOWN_FROM: usize = 200;
/// Longest name of a person, team or chat profile, in characters.
pub const NAME_CHARS_MAX: usize = 80;
/// Longest e-mail address, in characters (RFC 5321, section 4.5.3.1, path of 256 less brackets).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Shortest password an agent may choose, in characters (NIST SP 800-63B asks for at least 8).
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longest password, in characters; more would only feed the hash function.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// Longest greeting of a chat profile, in characters.
pub const GREETING_CHARS_MAX: usize = 500;
/// Longest text beside the closed bubble, in characters: more would hide the page.
pub const TEASER_CHARS_MAX: usize = 200;
/// Banners of one chat profile: a year of holidays.
pub const BANNERS_MAX: usize = 30;
/// Teasers of one chat profile. Every visitor of every page downloads all of them.
pub const TEASERS_MAX: usize = 50;
/// Chat profiles. Lists of them are not paged.
pub const PROFILES_MAX: usize = 200;
/// Characters of a word by which another system names something. Halo's have up to 50.
pub const FOREIGN_WORD_CHARS_MAX: usize = 100;
/// Teams that stand in at one chat profile.
pub const PROFILE_TEAMS_MAX: usize = 10;
/// Channel rules of one chat profile. Every visitor of every page downloads all of them.
pub const RULES_MAX: usize = 50;
/// Countries of one channel rule: there are fewer than 250 in all.
pub const RULE_COUNTRIES_MAX: usize = 250;
/// The latest that a channel rule opens the window by itself, in seconds: an hour.
pub const RULE_SECONDS_MAX: u32 = 3_600;
/// Texts of one chat profile in the place of ours, over all languages.
pub const OWN_TEXTS_MAX: usize = 1_000;
/// Translations of what a chat profile says of its own.
pub const TRANSLATIONS_MAX: usize = 1_000;
/// Longest title of the page a visitor is on, in characters; the rest is cut off.
pub const PAGE_TITLE_CHARS_MAX: usize = 200;
/// Longest address of the page a visitor is on, in characters; the rest is cut off.
pub const PAGE_URL_CHARS_MAX: usize = 1000;
/// Characters of the last message shown in a row of the inbox.
pub const PREVIEW_CHARS_MAX: usize = 120;

/// Entries a window renders at first, and per page of older ones.
pub const ENTRIES_PER_PAGE: usize = 50;
/// A client behind by more than this many entries gets `Resync` instead of every entry.
pub const RESUME_ENTRIES_MAX: usize = 200;
/// Cursors one `Hello` may bring.
pub const CURSORS_MAX: usize = 100;
/// Rows of the agents' list per page.
pub const ROWS_PER_PAGE: usize = 50;
/// Rows of the agents' list that a window keeps in memory.
pub const ROWS_KEPT_MAX: usize = 1000;
/// Conversations whose entries an agent's window keeps in memory.
pub const TRANSCRIPTS_KEPT_MAX: usize = 20;
/// Unfinished texts that a browser keeps for an agent; the oldest make room.
pub const DRAFTS_KEPT_MAX: usize = 100;
/// Teams, agents and the like in one administrative list.
pub const SETTINGS_ROWS_MAX: usize = 1000;

/// Largest frame a client may send, in bytes. A message of the full length in four-byte
/// characters, escaped, fits twice over.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Largest body of a request, in bytes.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// Largest total of request headers, in bytes.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;
/// Frames in one poll request.
pub const FRAMES_PER_POLL_MAX: usize = 50;
/// Frames waiting for one slow reader; a full queue closes the connection, which then resumes.
pub const CONNECTION_QUEUE_MAX: usize = 256;
/// Frames waiting for one agent, who hears of every conversation. One full commit group leads to
/// two frames for each of its commands at once, and marks; that is no sign of a slow reader.
pub const AGENT_QUEUE_MAX: usize = 2048;
/// Open connections of one visitor.
pub const CONNECTIONS_PER_VISITOR_MAX: usize = 20;
/// Unsent messages a client keeps for one conversation.
pub const OUTBOX_MAX: usize = 100;
/// Conversations one visitor may have open at a time.
pub const OPEN_CONVERSATIONS_PER_VISITOR_MAX: usize = 5;

/// Commands that may wait for the next commit; more are refused as "unavailable".
pub const COMMIT_QUEUE_MAX: usize = 4096;
/// Commands in one commit group.
pub const COMMIT_GROUP_MAX: usize = 400;

/// The first frame of a connection is due within this time.
pub const HELLO_DUE: Span = Span::from_seconds(5);
/// The server sends a heartbeat this often.
pub const BEAT_EVERY: Span = Span::from_seconds(10);
/// A client that has heard nothing for this long takes the line for dead.
pub const SILENCE_MAX: Span = Span::from_seconds(22);
/// A client that has sent a command, or come back to the foreground, expects a sign of life
/// within this time.
pub const ANSWER_DUE: Span = Span::from_seconds(4);
/// A request that has no answer within this time is given up, and may be sent again.
pub const REPLY_DUE: Span = Span::from_seconds(20);
/// A connection from which nothing was read for this long is closed by the server.
pub const READ_SILENCE_MAX: Span = Span::from_seconds(60);
/// The wait between two polls while the window is in use.
pub const POLL_EVERY: Span = Span::from_seconds(2);
/// The wait between two polls while the window is idle or hidden.
pub const POLL_EVERY_IDLE: Span = Span::from_seconds(10);
/// A polling window is idle after this long without an entry or a key.
pub const POLL_IDLE_AFTER: Span = Span::from_seconds(60);
/// An agent who does nothing for this long is idle: nobody counts on them, whatever they say.
pub const AGENT_IDLE: Span = Span::from_seconds(30 * 60);
/// While an agent does something, their page says so at most this often. An agent may thus be
/// taken for idle this much too early.
pub const ACTIVITY_EVERY: Span = Span::from_seconds(60);
/// The same of an agent who has been idle: they are waited for, and an answer may be lost.
pub const ACTIVITY_EVERY_IDLE: Span = Span::from_seconds(2);
/// How long a poll keeps its sender "online".
pub const POLL_PRESENCE: Span = Span::from_seconds(30);
/// A polling client tries a WebSocket again this often.
pub const SOCKET_RETRY_EVERY: Span = Span::from_seconds(60);
/// First and longest pause before a reconnect, before jitter.
pub const BACKOFF_FIRST: Span = Span::from_ms(250);
/// See [`BACKOFF_FIRST`].
pub const BACKOFF_MAX: Span = Span::from_seconds(10);
/// A sign of typing is repeated this often.
pub const TYPING_EVERY: Span = Span::from_seconds(3);
/// A sign of typing fades after this long.
pub const TYPING_FADES: Span = Span::from_seconds(6);

/// Longest name of a time zone, in characters. The longest of IANA's have some 32.
pub const ZONE_NAME_CHARS_MAX: usize = 64;
/// Times that a chat profile may open on one day.
pub const INTERVALS_PER_DAY_MAX: usize = 10;
/// Dates on which a chat profile's week does not count: the holidays of some years.
pub const DAY_EXCEPTIONS_MAX: usize = 500;
/// Who asks when a chat opens or closes next hears of nothing later than this many days ahead. A
/// little more than a year, so that a day that comes once a year is found.
pub const OPENING_DAYS_AHEAD: i64 = 400;

/// Shortest and longest period over which waits are averaged, in minutes: up to a week.
pub const WAIT_PERIOD_MINUTES_MIN: u32 = 1;
/// See [`WAIT_PERIOD_MINUTES_MIN`].
pub const WAIT_PERIOD_MINUTES_MAX: u32 = 10_080;
/// Longest wait that an admin may call usual, in minutes: a week.
pub const WAIT_USUAL_MINUTES_MAX: u32 = 10_080;
/// Ended waits of one team that the server keeps in memory, the newest: a mean of so many changes
/// little with more.
pub const WAITS_PER_TEAM_MAX: usize = 2_000;
/// Ended waits of all teams that the server reads when it starts, the newest.
pub const WAITS_READ_MAX: usize = 50_000;
/// Waiting conversations that the server keeps in memory, to know the longest wait.
pub const WAITING_KEPT_MAX: usize = 10_000;
/// Shortest and longest time from one message for those who wait to the next, in minutes.
pub const WAIT_INTERVAL_MINUTES_MIN: u32 = 1;
/// See [`WAIT_INTERVAL_MINUTES_MIN`].
pub const WAIT_INTERVAL_MINUTES_MAX: u32 = 60;
/// Messages of one chat profile for those who wait.
pub const WAIT_MESSAGES_MAX: usize = 10;
/// How long into a wait its messages begin anew after the last: who has waited longer is hardly
/// there any more, and would come back to a night full of them.
pub const WAIT_LOOP_LASTS: Span = Span::from_minutes(120);
/// Messages for those who wait that are handed in at once: after a pause of the server many are
/// due, and the commands of people shall find room between them.
pub const WAIT_MESSAGES_AT_ONCE: usize = 100;
/// What could not be said to somebody who waits is tried again after this time.
pub const WAIT_RETRY_AFTER: Span = Span::from_seconds(10);

/// Characters of all the websites of a chat profile, one a line. They travel in one header, and
/// proxies commonly take 4 KiB of headers.
pub const HOST_ORIGINS_CHARS_MAX: usize = 2_000;
/// Smallest and largest width and height that a host page may give the window, in pixels. The
/// launcher holds the same numbers.
pub const WINDOW_SIDE_MIN: u32 = 240;
/// See [`WINDOW_SIDE_MIN`].
pub const WINDOW_SIDE_MAX: u32 = 4_000;
/// The longest host name (RFC 1035, section 2.3.4) with a scheme and a port around it.
pub const HOST_ORIGIN_CHARS_MAX: usize = 270;
/// The key of a chat profile stays good for this long after a new one was made.
pub const KEY_GRACE: Span = Span::from_hours(24 * 30);

/// Longest token of a host page, in characters: the threat model's 8 KiB. A token with generous
/// claims has some 2,000.
pub const ID_TOKEN_CHARS_MAX: usize = 8_192;
/// Longest `sub` of a token, in characters (`OpenID` Connect Core 1.0, section 2).
pub const SUBJECT_CHARS_MAX: usize = 255;
/// How far the clocks of a host's server and ours may lie apart.
pub const CLOCK_SKEW: Span = Span::from_seconds(60);
/// The secret of a chat profile's tokens stays good for this long after it was replaced, unless
/// it was replaced at once.
pub const SECRET_GRACE: Span = Span::from_hours(24 * 7);
/// Largest file that somebody may send, in bytes.
pub const FILE_BYTES_MAX: u64 = 20 * 1024 * 1024;
/// Files of one conversation that the server takes, sent or not.
pub const FILES_PER_CONVERSATION_MAX: usize = 100;
/// Bytes of all files of one conversation.
pub const FILES_BYTES_PER_CONVERSATION_MAX: u64 = 200 * 1024 * 1024;
/// Files that the server takes in at the same time.
pub const UPLOADS_AT_ONCE: usize = 256;
/// Those of one conversation.
pub const UPLOADS_PER_CONVERSATION_AT_ONCE: usize = 4;
/// Those from one network address.
pub const UPLOADS_PER_ADDRESS_AT_ONCE: usize = 32;
/// Longest name of a file, in characters.
pub const FILE_NAME_CHARS_MAX: usize = 120;
/// Bytes of a picture that stands for somebody or for a website: each window loads it.
pub const PICTURE_BYTES_MAX: usize = 100 * 1024;
/// Its longer side, in pixels.
pub const PICTURE_SIDE_MAX: u32 = 1_200;
/// How many of them an installation keeps.
pub const PICTURES_MAX: usize = 10_000;
/// Largest picture that a page shows as one, in pixels: more costs a phone its memory.
pub const PICTURE_PIXELS_MAX: u64 = 40_000_000;
/// Half a file, or one that the database does not know, is deleted after this time.
pub const UNKNOWN_FILE_LASTS: Span = Span::from_hours(24);
/// Default: bytes of all files together, so that files never take the room of messages.
pub const FILES_BYTES_MAX: u64 = 20 * 1024 * 1024 * 1024;
/// Longest secret of a chat profile, in characters.
pub const SECRET_CHARS_MAX: usize = 512;
/// Longest name of a custom field behind its `CF`, in characters.
pub const FIELD_NAME_CHARS_MAX: usize = 60;
/// Custom fields of an installation.
pub const CUSTOM_FIELDS_MAX: usize = 100;
/// Longest data that an API client may send ahead of a token, in characters of JSON.
pub const MATCHING_DATA_CHARS_MAX: usize = 4_000;
/// Such data is good for this long.
pub const MATCHING_DATA_LASTS: Span = Span::from_hours(24);
/// What may be used once can be used by repeats of the same command for this long: a command that
/// met a restart of the server must not find it gone.
pub const REPEAT_LASTS: Span = Span::from_seconds(600);
/// A token of an API client is good for this long.
pub const API_TOKEN_LASTS: Span = Span::from_hours(1);
/// Claims of one chat profile that become fields of a contact.
pub const MAPPINGS_MAX: usize = 50;
/// Longest field of a contact or conversation, and longest name of a claim, in characters.
pub const FIELD_CHARS_MAX: usize = 300;

/// Steps of one flow.
pub const FLOW_STEPS_MAX: usize = 1_000;
/// Answers of one question, options of one input, cases of one condition.
pub const FLOW_ANSWERS_MAX: usize = 30;
/// Things shown below one message of a bot.
pub const FLOW_RICH_MAX: usize = 10;
/// Names under which one flow keeps answers.
pub const FLOW_VALUES_MAX: usize = 100;
/// Longest text that a bot says, in characters: half of what a person may, as its variables take
/// room, too.
pub const FLOW_TEXT_CHARS_MAX: usize = 2_000;
/// What an article below a bot's text is about, in characters: read before one goes there.
pub const FLOW_ABOUT_CHARS_MAX: usize = 300;
/// What a visitor may tell a bot of their rating. It travels with every row of the list.
pub const RATING_COMMENT_CHARS_MAX: usize = 1_000;
/// Steps that one turn of a flow walks at most. A checked flow passes no step twice without
/// asking, so this ends only turns of flows that were never checked.
pub const STEPS_PER_TURN: usize = FLOW_STEPS_MAX + 1;
/// Lines that a bot says without a word of the visitor: nobody reads more at once.
pub const LINES_PER_TURN: usize = 30;
/// Flows that one turn may start one after the other.
pub const FLOW_STARTS_PER_TURN: usize = 10;
/// Longest kept value, in characters, and longest text in a list. The transcript holds the whole.
pub const VALUE_CHARS_MAX: usize = 1_000;
/// Lines of one test of a flow.
pub const FLOW_TEST_LINES_MAX: usize = 5_000;
/// Teams, or areas of expertise, that one step asks for.
pub const FLOW_TEAMS_MAX: usize = 20;
/// Longest name under which an answer is kept, in characters.
pub const VALUE_NAME_CHARS_MAX: usize = 40;
/// Longest condition, in characters.
pub const EXPRESSION_CHARS_MAX: usize = 1_000;
/// Most brackets in one another in a condition.
pub const EXPRESSION_DEPTH_MAX: usize = 32;
/// Longest that a bot waits for somebody else.
pub const OUTSIDE_WAIT_MAX: Span = Span::from_seconds(300);
/// Longest telephone number with everything between its digits, in characters.
pub const PHONE_CHARS_MAX: usize = 40;
/// Fewest and most digits of a telephone number (ITU-T E.164 allows 15, and extensions follow).
pub const PHONE_DIGITS_MIN: usize = 5;
/// See [`PHONE_DIGITS_MIN`].
pub const PHONE_DIGITS_MAX: usize = 20;
/// Tests of one flow.
pub const FLOW_TESTS_MAX: usize = 200;
/// Things that happen in one test of a flow.
pub const FLOW_TEST_MOVES_MAX: usize = 500;
/// Flows of an installation that are not archived.
pub const FLOWS_MAX: usize = 500;
/// Largest flow with its tests, in bytes of JSON: a thousand steps of some 400 characters in five
/// languages fit.
pub const FLOW_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Versions of a flow that its page lists, the newest.
pub const FLOW_VERSIONS_SHOWN: usize = 200;
/// Smallest part of new conversations that a version is tried with, in percent.
pub const FLOW_SHARE_MIN: u8 = 1;
/// See [`FLOW_SHARE_MIN`]. More is everybody, which is no trial.
pub const FLOW_SHARE_MAX: u8 = 99;
/// Longest note on a version of a flow, in characters.
pub const FLOW_NOTE_CHARS_MAX: usize = 500;
/// A bot asks again at most so often before it gives up, where it does.
pub const FLOW_TRIES_MAX: u32 = 20;

/// A session of an agent ends after this long without a request and without an open window.
pub const SESSION_IDLE_MAX: Span = Span::from_hours(12);
/// A session of an agent ends this long after sign-in, whatever happens.
pub const SESSION_AGE_MAX: Span = Span::from_hours(24 * 30);
/// Password hashes computed at the same time; more wait, so that sign-in is no lever against
/// the processor.
pub const PASSWORD_HASHES_AT_ONCE: usize = 2;

/// Default: wrong passwords per e-mail address and minute.
pub const SIGN_IN_PER_MINUTE: u32 = 10;
/// Default: sign-in attempts per network address and minute.
pub const SIGN_IN_PER_ADDRESS_PER_MINUTE: u32 = 60;
/// Default: conversations started per network address and minute.
pub const STARTS_PER_ADDRESS_PER_MINUTE: u32 = 60;
/// Default: frames of one visitor per second, with a burst of ten seconds' worth.
pub const FRAMES_PER_SECOND: u32 = 20;
/// Default: requests of the public doors per network address and second, burst of ten seconds.
pub const REQUESTS_PER_ADDRESS_PER_SECOND: u32 = 50;
