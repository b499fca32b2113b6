//! Finds what a reader may click in a message.
//!
//! Invariant: a link's address is exactly what is written, and begins with `http://`, `https://`
//! or `mailto:`; everything else stays text.

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Just text.
    Text(&'a str),
    /// An address to go to, shown as it is written.
    Link(&'a str),
}

const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// The parts of a message, in order; together they are the message.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((start, end)) = next_link(rest) {
        let (Some(before), Some(link), Some(after)) =
            (rest.get(..start), rest.get(start..end), rest.get(end..))
        else {
            break;
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Link(link));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// Where the next link begins and ends.
fn next_link(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        // Every scheme has its colon, and most texts have few.
        let colon = from + text.get(from..)?.find(':')?;
        if let Some(found) = link_at(text, colon) {
            return Some(found);
        }
        from = colon + 1;
    }
}

/// The link whose scheme ends in this colon.
fn link_at(text: &str, colon: usize) -> Option<(usize, usize)> {
    for scheme in SCHEMES {
        let name = scheme.split(':').next().unwrap_or_default();
        let Some(start) = colon.checked_sub(name.len()) else {
            continue;
        };
        let body = start + scheme.len();
        let is_scheme = text
            .get(start..body)
            .is_some_and(|found| found.eq_ignore_ascii_case(scheme));
        // "xhttp://" is no word of ours.
        let is_alone = !text
            .get(..start)
            .is_some_and(|before| before.ends_with(is_word));
        if !is_scheme || !is_alone {
            continue;
        }
        let rest = text.get(body..)?;
        let length = trimmed(rest.split(ends_link).next().unwrap_or_default());
        let target = rest.get(..length)?;
        if is_target(scheme, target) {
            return Some((start, body + length));
        }
    }
    None
}

/// White space, quotes and brackets of markup, and what nobody can see: an address that reads
/// otherwise than it goes is no link.
fn ends_link(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}')
}

/// The length without what belongs to the sentence around: closing marks, and closing brackets
/// that were not opened inside.
fn trimmed(target: &str) -> usize {
    let mut kept = target;
    while let Some(last) = kept.chars().next_back() {
        let is_outside = match last {
            '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '~' | '。' | '，' | '、'
            | '」' | '）' | '»' | '”' | '’' => true,
            ')' => kept.matches(')').count() > kept.matches('(').count(),
            ']' => kept.matches(']').count() > kept.matches('[').count(),
            '}' => kept.matches('}').count() > kept.matches('{').count(),
            _ => false,
        };
        if !is_outside {
            break;
        }
        kept = kept.get(..kept.len() - last.len_utf8()).unwrap_or_default();
    }
    kept.len()
}

fn is_target(scheme: &str, target: &str) -> bool {
    if scheme == "mailto:" {
        matches!(target.split_once('@'), Some((who, host)) if !who.is_empty() && is_host(host))
    } else {
        is_host(target)
    }
}

fn is_host(text: &str) -> bool {
    text.starts_with(|c| is_word(c) || c == '[')
}

/// A letter or digit, or anything beyond ASCII: the exact answer for every alphabet would cost the
/// widget a table of some kilobytes.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii()
}

/// Whether a message is one to three emoji and nothing else: they are shown large.
pub(super) fn is_emoji_only(text: &str) -> bool {
    let mut count = 0;
    let mut is_joined = false;
    for c in text.chars() {
        let code = u32::from(c);
        match code {
            // Joiners, variation selectors, skin tones and the tags of flags belong to the one
            // before.
            0x200D => is_joined = true,
            0xFE0F | 0x1F3FB..=0x1F3FF | 0xE0020..=0xE007F if count > 0 => {}
            0x1F1E6..=0x1F1FF => count += 1,
            0x2600..=0x27BF | 0x2B50..=0x2B55 | 0x1F300..=0x1FAFF => {
                count += if is_joined { 0 } else { 2 };
                is_joined = false;
            }
            _ => return false,
        }
    }
    // A flag is two characters, so everything else counts double.
    (2..=6).contains(&count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links are written in brackets here.
    fn check(text: &str, expected: &str) {
        let found: String = pieces(text)
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => (*text).to_owned(),
                Piece::Link(link) => format!("[{link}]"),
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn addresses_are_links_and_sentences_are_not() {
        check("no link: here", "no link: here");
        check("", "");
        check("https://a.example", "[https://a.example]");
        check(
            "see HTTP://A.example/x?y=1#z.",
            "see [HTTP://A.example/x?y=1#z].",
        );
        check("(http://a.example)", "([http://a.example])");
        check("http://a.example/x_(y)", "[http://a.example/x_(y)]");
        check("\"http://a.example\"", "\"[http://a.example]\"");
        check(
            "http://a.example, http://b.example!",
            "[http://a.example], [http://b.example]!",
        );
        check("mailto:ann@a.example;", "[mailto:ann@a.example];");
        check("mailto:nobody", "mailto:nobody");
        check("http:// nothing https://", "http:// nothing https://");
        check("http://...", "http://...");
        check(
            "zeile\nhttps://ä.example/ö\nende",
            "zeile\n[https://ä.example/ö]\nende",
        );
        check("a: b: https://c.example", "a: b: [https://c.example]");
        check("https://a.example:8080/b", "[https://a.example:8080/b]");
    }

    #[test]
    fn other_schemes_and_disguises_stay_text() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "xhttps://a.example",
            "vbscript:x",
            "javascript:https",
        ] {
            check(text, text);
        }
        // Nothing that turns or hides the reading is part of an address.
        check(
            "https://a.example/\u{202E}moc.live",
            "[https://a.example/]\u{202E}moc.live",
        );
        check("https://a.example/<b>", "[https://a.example/]<b>");
        check(
            "javascript:https://a.example",
            "javascript:[https://a.example]",
        );
    }

    #[test]
    fn the_parts_are_the_whole() {
        for text in [
            "a http://b c",
            "::::",
            "http://http://x",
            "é:é",
            "mailto:a@b@c d",
        ] {
            let whole: String = pieces(text)
                .iter()
                .map(|(Piece::Text(part) | Piece::Link(part))| *part)
                .collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn up_to_three_emoji_alone_are_large() {
        for text in ["🙂", "👍🏽", "👩‍👩‍👧", "🇩🇪", "❤️", "🙂🙂🙂", "🇩🇪🇫🇷🇮🇹"]
        {
            assert!(is_emoji_only(text), "{text}");
        }
        for text in ["", "a", "🙂 a", "🙂🙂🙂🙂", "1", "\u{200D}"] {
            assert!(!is_emoji_only(text), "{text}");
        }
    }
}
