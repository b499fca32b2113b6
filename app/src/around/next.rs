//! Where to go after signing in: the address comes from the query string, so from anybody.
//! Asked by the sign-in page, and by the server when it answers the form.
//!
//! Invariant: whatever comes in, what comes out is a page of the agents' area on our own origin.

/// Where an agent lands who did not want to go anywhere else.
pub const HOME: &str = "/app";
/// The page itself; it is no place to go on to.
pub const SIGN_IN: &str = "/app/sign-in";
/// A longer address was not made by us.
const CHARS_MAX: usize = 500;

/// `next` if it is a page below [`HOME`], else [`HOME`]. Browsers read a backslash as a slash
/// and drop tabs and line breaks inside an address, so neither may occur; nor may a step
/// upwards, nor a second slash, with which another host could begin.
pub fn local(next: &str) -> &str {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let is_below = path
        .strip_prefix(HOME)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_plain = next
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_straight = !path.contains("//") && !path.contains("..") && !path.contains('%');
    if is_below && is_plain && is_straight && next.len() <= CHARS_MAX && path != SIGN_IN {
        next
    } else {
        HOME
    }
}

/// The address of the sign-in page that leads on to `next`.
pub fn sign_in_before(next: &str) -> String {
    match local(next) {
        HOME => SIGN_IN.to_owned(),
        next => format!("{SIGN_IN}?next={}", encoded(next)),
    }
}

/// For a value in a query string. `local` has left only visible ASCII.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("%26"),
            '#' => out.push_str("%23"),
            '%' => out.push_str("%25"),
            '+' => out.push_str("%2B"),
            '"' => out.push_str("%22"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_the_agents_area_pass() {
        for next in [
            "/app",
            "/app/",
            "/app?filter=mine",
            "/app/c/cnv_01?filter=all",
            "/app/admin/agents",
            "/app/admin/agents#x",
        ] {
            assert_eq!(local(next), next);
        }
    }

    #[test]
    fn everything_else_leads_home() {
        for next in [
            "",
            "/",
            "app",
            "/apple",
            "//evil.example/app",
            "/app//evil.example",
            "/app/../health",
            "/app/%2e%2e/health",
            "/app\\evil",
            "\\app",
            "/\\evil.example",
            "/app/\t/evil.example",
            "/app/\nx",
            "https://evil.example/app",
            "javascript:alert(1)",
            " /app",
            "/app/sign-in",
            "/app/sign-in?next=/app",
            "/app/ü",
        ] {
            assert_eq!(local(next), HOME, "{next:?}");
        }
        assert_eq!(local(&format!("/app/{}", "x".repeat(CHARS_MAX))), HOME);
    }

    #[test]
    fn the_sign_in_page_keeps_the_whole_address() {
        assert_eq!(sign_in_before("/app"), "/app/sign-in");
        assert_eq!(
            sign_in_before("/app/c/cnv_1?filter=all&x=1#y"),
            "/app/sign-in?next=/app/c/cnv_1?filter=all%26x=1%23y"
        );
        assert_eq!(sign_in_before("//evil.example"), "/app/sign-in");
    }
}
