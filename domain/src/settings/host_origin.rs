//! Which websites may embed a chat.
//!
//! Invariant: a value of this type is a source expression of Content Security Policy (level 3,
//! section 2.3.1) as it stands, so that it can be handed to browsers unchanged.

use crate::limit;
use crate::text::Reason;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// A website by its origin: a host, before it perhaps a scheme, behind it perhaps a port.
/// `shop.example` means both http and https; `*.shop.example` means every host below;
/// without a port the scheme's own is meant, and `:*` means any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct HostOrigin(String);

impl HostOrigin {
    /// Reads what a person wrote. An address that was pasted whole loses its path.
    ///
    /// # Errors
    /// The [`Reason`] it is refused for.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err(Reason::Empty);
        }
        if text.chars().count() > limit::HOST_ORIGIN_CHARS_MAX {
            return Err(Reason::TooLong {
                max: limit::HOST_ORIGIN_CHARS_MAX,
            });
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, text.as_str()),
        };
        if scheme.is_some_and(|scheme| scheme != "http" && scheme != "https") {
            return Err(Reason::Form);
        }
        let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        };
        if !is_host(host) || !port.is_none_or(is_port) {
            return Err(Reason::Form);
        }
        Ok(Self(match scheme {
            Some(scheme) => [scheme, "://", place].concat(),
            None => place.to_owned(),
        }))
    }

    /// The origin as it is shown and handed to browsers.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a page of this origin (as in a request's `Origin`) is meant.
    pub fn admits(&self, origin: &str) -> bool {
        let Some((scheme, place)) = origin.split_once("://") else {
            return false;
        };
        let (own_scheme, own_place) = match self.0.split_once("://") {
            Some((scheme, place)) => (Some(scheme), place),
            None => (None, self.0.as_str()),
        };
        let is_scheme = match own_scheme {
            Some(own) => own == scheme,
            None => scheme == "http" || scheme == "https",
        };
        let (own_host, own_port) = own_place.split_once(':').unwrap_or((own_place, ""));
        let (host, port) = place.split_once(':').unwrap_or((place, ""));
        let is_host = match own_host.strip_prefix('*') {
            Some(end) => host.len() > end.len() && host.ends_with(end),
            None => host == own_host,
        };
        // Browsers leave the scheme's own port out; people may write it.
        let usual = if scheme == "https" { "443" } else { "80" };
        let is_port = own_port == "*" || spelt(own_port, usual) == spelt(port, usual);
        is_scheme && is_host && is_port
    }

    /// Reads a list, one a line; empty lines are none. Sorted, and each once.
    ///
    /// # Errors
    /// The [`Reason`] the first bad line, or the whole, is refused for.
    pub fn parse_all(lines: &str) -> Result<Vec<Self>, Reason> {
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        let origins: Result<Vec<_>, _> = lines.map(Self::parse).collect();
        let mut origins = origins?;
        origins.sort();
        origins.dedup();
        if Self::write_all(&origins).len() > limit::HOST_ORIGINS_CHARS_MAX {
            return Err(Reason::TooLong {
                max: limit::HOST_ORIGINS_CHARS_MAX,
            });
        }
        Ok(origins)
    }

    /// Writes a list, one a line.
    pub fn write_all(origins: &[Self]) -> String {
        let lines: Vec<_> = origins.iter().map(Self::as_str).collect();
        lines.join("\n")
    }
}

fn spelt<'a>(port: &'a str, usual: &'a str) -> &'a str {
    if port.is_empty() { usual } else { port }
}

fn is_host(host: &str) -> bool {
    let labels = host.strip_prefix("*.").unwrap_or(host);
    labels.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

fn is_port(port: &str) -> bool {
    port == "*" || port.parse::<u16>().is_ok_and(|number| number > 0)
}

impl fmt::Display for HostOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for HostOrigin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read() {
        for (written, expected) in [
            ("shop.example", "shop.example"),
            (" Shop.Example ", "shop.example"),
            ("https://shop.example/", "https://shop.example"),
            ("https://shop.example/teapots?x=1#y", "https://shop.example"),
            ("http://localhost:8081", "http://localhost:8081"),
            ("localhost:*", "localhost:*"),
            ("*.shop.example", "*.shop.example"),
            ("127.0.0.1:8081", "127.0.0.1:8081"),
        ] {
            let read = HostOrigin::parse(written).unwrap();
            assert_eq!(read.as_str(), expected, "{written}");
        }
    }

    #[test]
    fn what_would_say_something_else_to_a_browser_is_refused() {
        for written in [
            "*",
            "*.",
            "https:",
            "https://",
            "shop..example",
            "-shop.example",
            "shop.example:0",
            "shop.example:99999",
            "shop.*.example",
            "'self'",
            "'none'; script-src *",
            "shop.example other.example",
            "shop.example,other.example",
            "data:",
            "javascript:alert(1)",
            "ftp://shop.example",
            "user@shop.example",
            "sh\u{f6}p.example",
        ] {
            assert_eq!(HostOrigin::parse(written), Err(Reason::Form), "{written}");
        }
        assert_eq!(HostOrigin::parse("  "), Err(Reason::Empty));
        assert!(HostOrigin::parse(&"a".repeat(271)).is_err());
    }

    #[test]
    fn a_list_is_read_line_by_line_and_fits_into_a_header() {
        let read = HostOrigin::parse_all("b.example\n\n  A.example \nb.example\n").unwrap();
        assert_eq!(HostOrigin::write_all(&read), "a.example\nb.example");
        assert_eq!(HostOrigin::parse_all(" \n"), Ok(Vec::new()));
        assert_eq!(HostOrigin::parse_all("a.example\n?"), Err(Reason::Form));
        let many: Vec<_> = (100..300).map(|n| format!("s{n}.example")).collect();
        let max = limit::HOST_ORIGINS_CHARS_MAX;
        let refused = HostOrigin::parse_all(&many.join("\n"));
        assert_eq!(refused, Err(Reason::TooLong { max }));
        assert!(HostOrigin::parse_all(&many[..max / 13].join("\n")).is_ok());
    }

    #[test]
    fn an_origin_is_admitted_whole_or_not_at_all() {
        let admits = |own: &str, origin: &str| HostOrigin::parse(own).unwrap().admits(origin);
        for (own, origin) in [
            ("shop.example", "https://shop.example"),
            ("shop.example", "http://shop.example"),
            ("https://shop.example", "https://shop.example"),
            ("*.shop.example", "https://www.shop.example"),
            ("*.shop.example", "https://a.b.shop.example"),
            ("localhost:*", "http://localhost:8081"),
            ("localhost:*", "http://localhost"),
            ("localhost:8081", "http://localhost:8081"),
            ("https://shop.example:443", "https://shop.example"),
            ("shop.example:443", "https://shop.example"),
            ("shop.example:80", "http://shop.example"),
        ] {
            assert!(admits(own, origin), "{own} {origin}");
        }
        for (own, origin) in [
            ("shop.example", "https://shop.example.evil.example"),
            ("shop.example", "https://evilshop.example"),
            ("shop.example", "https://www.shop.example"),
            ("shop.example", "https://shop.example:8443"),
            ("https://shop.example", "http://shop.example"),
            ("*.shop.example", "https://shop.example"),
            ("*.shop.example", "https://evilshop.example"),
            ("localhost:8081", "http://localhost:8082"),
            ("shop.example:443", "http://shop.example"),
            ("shop.example:80", "https://shop.example"),
            ("shop.example", "null"),
            ("shop.example", "file://shop.example"),
            ("shop.example", ""),
        ] {
            assert!(!admits(own, origin), "{own} {origin}");
        }
    }
}
