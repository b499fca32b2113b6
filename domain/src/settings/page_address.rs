//! Whether a pattern fits the address of a page, as the launcher decides it on the host page.
//!
//! Invariant: says the same as `fits` of `widget/launcher.js`; each part of a pattern is looked
//! for once, so that none takes longer than its address.

use crate::text::UrlPattern;

/// What a percent sign may stand for without being told apart from it: `decodeURI` leaves these.
const RESERVED: &[u8] = b";/?:@&=+$,#";

impl UrlPattern {
    /// Whether the page at this address is one of those the pattern is for. A pattern that begins
    /// with `/` is held against the path, any other against the whole address; the query counts
    /// only for a pattern that has one, the fragment never.
    pub fn fits(&self, address: &str) -> bool {
        let address = address.split('#').next().unwrap_or_default();
        let (page, query) = match address.split_once('?') {
            Some((page, query)) => (page, Some(query)),
            None => (address, None),
        };
        let is_whole = !self.as_str().starts_with('/');
        let mut compared = if is_whole { page } else { path(page) }.to_owned();
        if self.as_str().contains('?')
            && let Some(query) = query.filter(|query| !query.is_empty())
        {
            compared.push('?');
            compared.push_str(query);
        }
        // No address holds the #: it ties the first part and the last to the ends.
        let compared = format!("#{}#", readable(&compared));
        let mut rest = compared.as_str();
        format!("#{}#", readable(self.as_str()))
            .split('*')
            .all(|part| match rest.split_once(part) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            })
    }
}

/// Everything behind scheme and host; `/` where there is nothing.
fn path(page: &str) -> &str {
    let Some((_, rest)) = page.split_once("://") else {
        return page;
    };
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
}

/// With letters in the place of their percent signs, where all of them can be read.
fn readable(address: &str) -> String {
    decoded(address).unwrap_or_else(|| address.to_owned())
}

fn decoded(address: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (high, low) = (rest.next()?, rest.next()?);
        let value = digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?;
        if RESERVED.contains(&value) {
            bytes.extend([b'%', high, low]);
        } else {
            bytes.push(value);
        }
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_as_it_does_on_the_page() {
        for (pattern, address, fits) in [
            ("/lamps", "https://shop.example/lamps", true),
            ("/lamps", "https://shop.example/lamps/", false),
            ("/lamps*", "https://shop.example/lamps/heron", true),
            ("/lamps*", "https://shop.example/old/lamps", false),
            ("*/lamps*", "https://shop.example/old/lamps", true),
            ("/", "https://shop.example", true),
            ("/*", "https://shop.example/", true),
            ("*", "https://shop.example/anything?at=all", true),
            ("https://shop.example/*", "https://shop.example/x", true),
            ("https://shop.example/*", "http://shop.example/x", false),
            ("*shop.example/*", "https://www.shop.example/x", true),
            ("/a*b*c", "https://h/a-b-b-c", true),
            ("/a*b*c", "https://h/a-c-b", false),
            ("/a*a", "https://h/a", false),
            ("*.html", "https://h/a.html.html", true),
            ("/lamps", "https://h/lamps?colour=red#top", true),
            ("/lamps?colour=*", "https://h/lamps?colour=red#top", true),
            ("/lamps?colour=*", "https://h/lamps", false),
            ("/caf\u{e9}", "https://h/caf%C3%A9", true),
            ("/caf%c3%a9", "https://h/caf\u{e9}", true),
            ("/a%2Fb", "https://h/a%2Fb", true),
            ("/a/b", "https://h/a%2Fb", false),
            ("/100%", "https://h/100%", true),
            ("/100%", "https://h/100%25", true),
        ] {
            let parsed = UrlPattern::parse(pattern).unwrap();
            assert_eq!(parsed.fits(address), fits, "{pattern} {address}");
        }
    }
}
