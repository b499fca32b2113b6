//! The three pieces a host page needs to show the chat, and what they may say besides where it is.
//!
//! Invariant: whatever an option holds, the pieces stay three: no value ends its quotes or the
//! script around it.

use super::ChatProfile;
use crate::json;
use crate::limit;
use crate::text::{Colour, Reason, WebAddress};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// What a snippet says besides where the chat is; the default leaves everything to the chat
/// profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SnippetOptions {
    /// The dark theme.
    pub is_dark: bool,
    /// A reload forgets the chat.
    pub is_fleeting: bool,
    /// Nothing is asked of the server before the page says so.
    pub is_waiting: bool,
    /// The accent.
    pub colour: Option<Colour>,
    /// Width of the window, in pixels.
    pub width: Option<WindowSide>,
    /// Height of the window, in pixels.
    pub height: Option<WindowSide>,
    /// The bubble's image.
    pub icon: Option<WebAddress>,
    /// The sound of a new message.
    pub sound: Option<WebAddress>,
}

/// Width or height of the window, in pixels: [`limit::WINDOW_SIDE_MIN`] to
/// [`limit::WINDOW_SIDE_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct WindowSide(u32);

impl WindowSide {
    /// What a side can be, in pixels.
    pub const PIXELS: RangeInclusive<u32> = limit::WINDOW_SIDE_MIN..=limit::WINDOW_SIDE_MAX;

    /// Reads a number of pixels.
    ///
    /// # Errors
    /// [`Reason::Form`] for what is no whole number within the limits.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let pixels: u32 = text.trim().parse().or(Err(Reason::Form))?;
        Self::try_from(pixels)
    }
}

impl TryFrom<u32> for WindowSide {
    type Error = Reason;

    fn try_from(pixels: u32) -> Result<Self, Reason> {
        Self::PIXELS
            .contains(&pixels)
            .then_some(Self(pixels))
            .ok_or(Reason::Form)
    }
}

impl From<WindowSide> for u32 {
    fn from(side: WindowSide) -> Self {
        side.0
    }
}

impl SnippetOptions {
    /// The properties of `haloChatConfig`, each with its value as it stands in a script.
    fn properties(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if let Some(colour) = &self.colour {
            found.push(("colour", quoted(colour.as_str())));
        }
        if self.is_dark {
            found.push(("theme", quoted("dark")));
        }
        if self.is_fleeting {
            found.push(("persistChatToken", "false".to_owned()));
        }
        for (name, side) in [("width", self.width), ("height", self.height)] {
            if let Some(side) = side {
                found.push((name, side.0.to_string()));
            }
        }
        for (name, address) in [("icon", &self.icon), ("sound", &self.sound)] {
            if let Some(address) = address {
                found.push((name, quoted(address.as_str())));
            }
        }
        if self.is_waiting {
            found.push(("autoInitialize", "false".to_owned()));
        }
        found
    }
}

/// A text as a script may hold it: in quotes, and without what would end the script.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    json::push_text(&mut out, text);
    out.replace('<', "\\u003c")
}

/// The three pieces, to paste before the end of a page's body. `public_url` is the origin of this
/// installation.
pub fn snippet(public_url: &str, profile: &ChatProfile, options: &SnippetOptions) -> String {
    let service = format!("{public_url}/api");
    let mut properties = vec![
        ("chatServiceUrl", quoted(&service)),
        ("configId", quoted(profile.id.as_str())),
        ("configKey", quoted(&profile.key)),
    ];
    properties.extend(options.properties());
    let line = |(name, value)| format!("    {name}: {value},\n");
    let lines: String = properties.into_iter().map(line).collect();
    format!(
        "<div id=\"halo-chat\"></div>\n<script>\n  var haloChatConfig = {{\n{lines}  }}\n</script>\n\
         <script async src=\"{public_url}/chat/index.js\"></script>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_properties_and_nothing_more() {
        let options = SnippetOptions {
            is_dark: true,
            is_fleeting: true,
            is_waiting: true,
            colour: Some(Colour::parse("#0A6CFF").unwrap()),
            width: Some(WindowSide::parse(" 360 ").unwrap()),
            height: Some(WindowSide::parse("600").unwrap()),
            icon: Some(WebAddress::parse("/a\"b\\</script><script>alert(1)").unwrap()),
            sound: None,
        };
        let properties = options.properties();
        let found: Vec<_> = properties.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(
            found,
            [
                ("colour", "\"#0a6cff\""),
                ("theme", "\"dark\""),
                ("persistChatToken", "false"),
                ("width", "360"),
                ("height", "600"),
                ("icon", r#""/a\"b\\\u003c/script>\u003cscript>alert(1)""#),
                ("autoInitialize", "false"),
            ]
        );
        assert_eq!(SnippetOptions::default().properties(), []);
        let read: SnippetOptions = serde_json::from_str(r#"{"is_dark":true,"mood":1}"#).unwrap();
        assert!(read.is_dark);
        for bad in [
            r#"{"width":1}"#,
            r#"{"icon":"javascript:x"}"#,
            r#"{"colour":"red;"}"#,
        ] {
            assert!(
                serde_json::from_str::<SnippetOptions>(bad).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_side_is_a_number_within_its_limits() {
        for bad in ["", "x", "-1", "1.5", "239", "4001"] {
            assert_eq!(WindowSide::parse(bad), Err(Reason::Form), "{bad}");
        }
        for good in ["240", "4000"] {
            assert!(WindowSide::parse(good).is_ok());
        }
    }
}
