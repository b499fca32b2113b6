//! Aureole's pure core: what the server, the agents' pages and the visitor's window agree on.
//! Three programs compile it; every decision about a conversation is taken here.
//!
//! Invariant: same input, same output. No clock, no randomness, no I/O, no Leptos, and no
//! panic on any input.
//!
//! | module | holds |
//! | --- | --- |
//! | [`id`], [`time`], [`date`], [`text`], [`limit`] | the small words everything else is made of |
//! | [`people`] | visitor, agent, team, availability |
//! | [`conversation`] | entries, the folded state, commands, `decide`, who may see what |
//! | [`flow`] | bot dialogues: the definition, its check, and the engine |
//! | [`settings`] | what an admin configures |
//! | [`measure`] | what is measured of conversations: how long visitors wait |
//! | [`api`] | questions and answers over HTTP, and every refusal |
//! | [`live`] | frames of the socket, cursors, reconnecting |
//! | [`json`] | the wire's text, small enough for a stranger's page |

pub mod api;
pub mod conversation;
pub mod date;
pub mod flow;
pub mod id;
pub mod json;
pub mod limit;
pub mod live;
pub mod measure;
pub mod people;
pub mod settings;
pub mod text;
pub mod time;
