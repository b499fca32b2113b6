//! The person on the other side: a browser with a token, named or not.
//!
//! Invariant: everything a visitor's browser says of itself is a claim, cut to size and shown as
//! text.

use crate::id::VisitorId;
use crate::limit;
use crate::text;
use serde::{Deserialize, Serialize};

/// The page of the host site that a conversation was started on, without fragment, and without
/// query unless the chat profile keeps that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Address; empty when unknown.
    pub url: String,
    /// Title; empty when unknown.
    pub title: String,
}

impl Page {
    /// What is kept of a claimed page: cut to size, the address without query and fragment
    /// (they may hold what the host's visitor would not tell us), and only of the web.
    pub fn claimed(url: &str, title: &str) -> Self {
        let plain = url.split('?').next().unwrap_or_default();
        Self::claimed_with_query(plain, title)
    }

    /// The same with the query, for a chat profile that keeps it.
    pub fn claimed_with_query(url: &str, title: &str) -> Self {
        let plain = url.split('#').next().unwrap_or_default();
        let is_web = plain.starts_with("https://") || plain.starts_with("http://");
        Self {
            url: if is_web {
                text::cut(plain, limit::PAGE_URL_CHARS_MAX)
            } else {
                String::new()
            },
            title: text::cut(title, limit::PAGE_TITLE_CHARS_MAX),
        }
    }
}

/// Who could vouch for a visitor, before anybody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voucher {
    /// Nobody: their window stands alone.
    Nobody,
    /// The host page around their window.
    HostPage,
    /// The session of an agent, who is this visitor.
    Session,
}

impl Voucher {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nobody, Self::HostPage, Self::Session];
}

/// How agents tell unnamed visitors apart: the last four characters of the id, always the same
/// for one visitor.
pub fn label(visitor: &VisitorId) -> &str {
    let id = visitor.as_str();
    id.get(id.len().saturating_sub(4)..).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_page_loses_query_fragment_and_foreign_schemes() {
        let page = Page::claimed("https://shop.example/a?token=1#x", " Lamps\0 ");
        assert_eq!(page.url, "https://shop.example/a");
        assert_eq!(page.title, "Lamps");
        let page = Page::claimed_with_query("https://shop.example/a?token=1#x", "");
        assert_eq!(page.url, "https://shop.example/a?token=1");
        assert_eq!(
            Page::claimed("https://shop.example/a#x?b", "").url,
            "https://shop.example/a"
        );
        assert_eq!(Page::claimed("javascript:alert(1)", "").url, "");
    }
}
