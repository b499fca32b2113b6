//! The websites that may have the chat, whichever entrance they name.
//!
//! Invariant: an entrance that names websites of its own goes by those alone.

use super::{ChatProfile, HostOrigin};
use serde::{Deserialize, Serialize};

/// The websites of the installation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Websites {
    /// Which; none is every website.
    pub origins: Vec<HostOrigin>,
    /// Grows with every change.
    pub version: u32,
}

impl Websites {
    /// The websites that may embed this chat; none is every website.
    pub fn of<'a>(&'a self, profile: &'a ChatProfile) -> &'a [HostOrigin] {
        if profile.origins.is_empty() {
            &self.origins
        } else {
            &profile.origins
        }
    }

    /// Whether a page of this origin (as in a request's `Origin`) may embed this chat.
    pub fn admit(&self, profile: &ChatProfile, origin: &str) -> bool {
        let origins = self.of(profile);
        origins.is_empty() || origins.iter().any(|own| own.admits(origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::chat_profile::tests::profile;

    #[test]
    fn an_entrance_goes_by_its_own_websites_or_by_those_of_all() {
        let (shop, club) = ("https://shop.example", "https://club.example");
        let all: [(&[&str], &[&str], [bool; 2]); 4] = [
            (&[], &[], [true, true]),
            (&[], &["shop.example"], [true, false]),
            (&["club.example"], &["shop.example"], [false, true]),
            (&["club.example"], &[], [false, true]),
        ];
        for (own, of_all, want) in all {
            let read = |texts: &[&str]| HostOrigin::parse_all(&texts.join("\n")).unwrap();
            let profile = ChatProfile {
                origins: read(own),
                ..profile()
            };
            let websites = Websites {
                origins: read(of_all),
                version: 1,
            };
            let found = [shop, club].map(|origin| websites.admit(&profile, origin));
            assert_eq!(found, want, "{own:?} {of_all:?}");
        }
    }
}
