//! A small shop on another site than the chat, with the chat's plain snippet in it: for a first
//! look, for demonstrations, and as the stranger's page of the browser tests. Mounted by `serve
//! --demo` on an address of its own. `?chat=off` leaves the snippet out and nothing else, so that
//! the page can be compared with itself (`cargo xtask lighthouse`).
//!
//! Invariant: whatever a query holds, it reaches the page as JSON or as escaped text only.

use axum::{
    Router,
    extract::{Query, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, hash_map::RandomState},
    hash::{BuildHasher, Hasher},
    sync::Arc,
};

const LAYOUT: &str = include_str!("layout.html");
const SNIPPET: &str = include_str!("snippet.html");
const ART: &str = include_str!("art.svg");
const STYLE: &str = include_str!("shop.css");
const ICON: &str = include_str!("favicon.svg");

/// What a query may set in `haloChatConfig`: everything of the contract but the tenant.
const SETTABLE: [&str; 13] = [
    "autoInitialize",
    "chatMode",
    "chatServiceUrl",
    "colour",
    "configId",
    "configKey",
    "height",
    "icon",
    "id_token",
    "persistChatToken",
    "sound",
    "theme",
    "width",
];

struct Shop {
    chat_origin: String,
    profile_id: String,
    profile_key: String,
}

#[derive(Clone, Copy)]
struct Page {
    path: &'static str,
    name: &'static str,
    title: &'static str,
    main: &'static str,
}

const PAGES: [Page; 3] = [
    Page {
        path: "/",
        name: "Shop",
        title: "Larkwell Pottery",
        main: include_str!("shop.html"),
    },
    Page {
        path: "/teapot",
        name: "Teapots",
        title: "Heron teapot - Larkwell Pottery",
        main: include_str!("teapot.html"),
    },
    Page {
        path: "/studio",
        name: "Studio",
        title: "The studio - Larkwell Pottery",
        main: include_str!("studio.html"),
    },
];

/// The shop. `/strict` and below are the same pages under a policy that allows a host page almost
/// nothing: what the chat needs there is what it needs anywhere.
pub fn router(chat_origin: String, profile_id: String, profile_key: String) -> Router {
    let shop = Arc::new(Shop {
        chat_origin,
        profile_id,
        profile_key,
    });
    let mut router = Router::new()
        .route(
            "/shop.css",
            get(|| async { asset("text/css; charset=utf-8", STYLE) }),
        )
        .route(
            "/favicon.svg",
            get(|| async { asset("image/svg+xml", ICON) }),
        )
        .route("/strict.js", get(|| async { strict_script() }));
    for page in PAGES {
        for (prefix, is_strict) in [("", false), ("/strict", true)] {
            let shown =
                get(move |shop, query, raw| async move { show(shop, query, raw, page, is_strict) });
            router = router.route(&under(prefix, page.path), shown);
        }
    }
    router.with_state(shop)
}

fn under(prefix: &str, path: &str) -> String {
    match (prefix, path) {
        ("", path) => path.to_owned(),
        (prefix, "/") => prefix.to_owned(),
        (prefix, path) => format!("{prefix}{path}"),
    }
}

fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// Under the strict policy not even the shop's own sheet may be linked, so a script adopts it.
fn strict_script() -> impl IntoResponse {
    let style = for_script(&Value::from(STYLE));
    let script = format!(
        "const sheet = new CSSStyleSheet();\nsheet.replaceSync({style});\ndocument.adoptedStyleSheets = [sheet];\n"
    );
    (
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")],
        script,
    )
}

fn show(
    State(shop): State<Arc<Shop>>,
    Query(query): Query<BTreeMap<String, String>>,
    RawQuery(raw): RawQuery,
    page: Page,
    is_strict: bool,
) -> Response {
    let nonce = is_strict.then(nonce);
    let html = shop.render(page, &query, raw.as_deref(), nonce.as_deref());
    let mut headers = HeaderMap::new();
    headers.insert(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(policy) =
        nonce.and_then(|nonce| HeaderValue::try_from(shop.policy(&query, &nonce)).ok())
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    (headers, Html(html)).into_response()
}

impl Shop {
    fn render(
        &self,
        page: Page,
        query: &BTreeMap<String, String>,
        raw: Option<&str>,
        nonce: Option<&str>,
    ) -> String {
        let prefix = if nonce.is_some() { "/strict" } else { "" };
        // The settings travel along, so that a test's shop stays as it was set.
        let query_part = raw.map_or_else(String::new, |raw| format!("?{}", escape(raw)));
        let link = |path: &str| format!("{}{query_part}", under(prefix, path));
        let is_dark = query.get("theme").is_some_and(|theme| theme == "dark");
        let nonce_part = nonce.map_or_else(String::new, |nonce| format!(" nonce=\"{nonce}\""));
        let head = match nonce {
            Some(nonce) => format!(
                "<link rel=\"icon\" href=\"{}/favicon.svg\">\n    <script nonce=\"{nonce}\" src=\"/strict.js\"></script>",
                escape(&self.chat_origin)
            ),
            None => "<link rel=\"icon\" href=\"/favicon.svg\">\n    <link rel=\"stylesheet\" href=\"/shop.css\">".to_owned(),
        };
        let (theme, other_theme, other_query) = if is_dark {
            ("dark", "Light", "")
        } else {
            ("light", "Dark", "?theme=dark")
        };
        let has_chat = query.get("chat").is_none_or(|chat| chat != "off");
        let template = LAYOUT
            .replacen("{{snippet}}", if has_chat { SNIPPET } else { "" }, 1)
            .replacen("{{main}}", page.main, 1)
            .replacen("{{art}}", ART, 1);
        fill(
            &template,
            &[
                ("head", &head),
                ("nav", &nav(page, &link)),
                ("title", page.title),
                ("theme", theme),
                ("other_theme", other_theme),
                (
                    "other_theme_link",
                    &format!("{}{other_query}", under(prefix, page.path)),
                ),
                ("nonce", &nonce_part),
                ("home", &link("/")),
                ("teapot", &link("/teapot")),
                ("chat", &escape(&self.chat_origin)),
                ("config", &for_script(&self.config(query))),
            ],
        )
    }

    fn config(&self, query: &BTreeMap<String, String>) -> Value {
        let mut config = Map::new();
        config.insert(
            "chatServiceUrl".to_owned(),
            Value::from(format!("{}/api", self.chat_origin)),
        );
        config.insert("configId".to_owned(), Value::from(self.profile_id.as_str()));
        config.insert(
            "configKey".to_owned(),
            Value::from(self.profile_key.as_str()),
        );
        for name in SETTABLE {
            let Some(given) = query.get(name) else {
                continue;
            };
            if name == "chatServiceUrl" && origin_on_this_machine(given).is_none() {
                continue;
            }
            let value = match given.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                text => Value::from(text),
            };
            config.insert(name.to_owned(), value);
        }
        Value::Object(config)
    }

    fn policy(&self, query: &BTreeMap<String, String>, nonce: &str) -> String {
        let service = query
            .get("chatServiceUrl")
            .and_then(|url| origin_on_this_machine(url));
        let chat = service.unwrap_or(&self.chat_origin);
        // The icon and the script come from the chat's own address in any case.
        let images = if chat == self.chat_origin {
            chat.to_owned()
        } else {
            format!("{chat} {}", self.chat_origin)
        };
        format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; connect-src {chat}; frame-src {chat}; \
             img-src {images}; require-trusted-types-for 'script'"
        )
    }
}

fn nav(page: Page, link: &impl Fn(&str) -> String) -> String {
    let entry = |other: &Page| {
        let current = if other.path == page.path {
            " aria-current=\"page\""
        } else {
            ""
        };
        format!(
            "<a href=\"{}\"{current}>{}</a>",
            link(other.path),
            other.name
        )
    };
    PAGES.iter().map(entry).collect()
}

/// A test reaches the chat through a proxy of its own, which is on this machine. Any other
/// address would make of the shop a page that frames whatever a link says.
fn origin_on_this_machine(url: &str) -> Option<&str> {
    let host = ["http://localhost:", "http://127.0.0.1:"]
        .into_iter()
        .find(|host| url.starts_with(host))?;
    let end = url
        .get(host.len()..)?
        .find(|c: char| !c.is_ascii_digit())
        .map_or(url.len(), |at| at + host.len());
    let (origin, rest) = url.split_at(end);
    (rest.is_empty() || rest.starts_with('/')).then_some(origin)
}

/// Writes each text in the place that bears its name. One pass: a text that itself looks like a
/// place stays what it is, or a query could have the configuration put into an attribute.
fn fill(template: &str, texts: &[(&str, &str)]) -> String {
    let mut parts = template.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        let text = texts.iter().find(|(known, _)| *known == name);
        page.push_str(text.map_or("", |(_, text)| text));
        page.push_str(rest);
    }
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// JSON that may stand in a script element: nothing in it can end the element.
fn for_script(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// A word that no earlier page had. The standard library's hasher keys are random by themselves;
/// the shop has no entropy of the server's, because it shows nothing that a stranger wrote.
fn nonce() -> String {
    let word = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", word(), word())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> Shop {
        Shop {
            chat_origin: "http://127.0.0.1:1".to_owned(),
            profile_id: "prf_1".to_owned(),
            profile_key: "key".to_owned(),
        }
    }

    fn query(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn every_place_of_every_page_is_filled() {
        for page in PAGES {
            for nonce in [None, Some("n")] {
                let html = shop().render(page, &query(&[]), None, nonce);
                assert!(!html.contains("{{"), "{} {nonce:?}", page.path);
                assert!(!html.contains(" style="), "{}", page.path);
            }
        }
    }

    #[test]
    fn without_the_chat_nothing_but_the_snippet_is_missing() {
        let query = query(&[("chat", "off")]);
        for page in PAGES {
            for nonce in [None, Some("n")] {
                let with = shop().render(page, &BTreeMap::new(), None, nonce);
                let without = shop().render(page, &query, None, nonce);
                let (before, rest) = with.split_once("\n    <div id=\"halo-chat\">").unwrap();
                let (_, after) = rest.split_once("/chat/index.js\"></script>\n").unwrap();
                assert_eq!(without, format!("{before}{after}"), "{}", page.path);
            }
        }
    }

    #[test]
    fn a_query_sets_known_properties_only() {
        let config = shop().config(&query(&[
            ("persistChatToken", "false"),
            ("colour", "red"),
            ("tenantId", "x"),
            ("mood", "good"),
            ("chatServiceUrl", "https://elsewhere.example/api"),
        ]));
        assert_eq!(config["persistChatToken"], Value::Bool(false));
        assert_eq!(config["colour"], "red");
        assert_eq!(config["chatServiceUrl"], "http://127.0.0.1:1/api");
        assert!(config.get("tenantId").is_none() && config.get("mood").is_none());
    }

    #[test]
    fn a_hostile_query_stays_text() {
        let hostile = "</script><script>alert(1)</script>{{title}}";
        let settings = query(&[("colour", hostile)]);
        let html = shop().render(
            PAGES[0],
            &settings,
            Some("colour=\"><script>alert(1)&x={{config}}"),
            None,
        );
        assert!(!html.contains("alert(1)</script>"));
        assert!(!html.contains("><script>alert"));
        assert!(html.contains(r"\u003c/script>"));
        assert!(html.contains("{{title}}"), "a value named a place");
        assert!(html.contains("x={{config}}\""), "a query named a place");
    }

    #[test]
    fn only_this_machine_may_stand_in_for_the_chat() {
        for (url, origin) in [
            ("http://localhost:80/api", Some("http://localhost:80")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("http://127.0.0.1:8080.evil.example/api", None),
            ("http://127.0.0.1:80@evil.example/", None),
            ("https://evil.example/api", None),
            ("http://localhost:80; script-src *", None),
        ] {
            assert_eq!(origin_on_this_machine(url), origin, "{url}");
        }
    }

    #[test]
    fn nonces_differ() {
        assert_ne!(nonce(), nonce());
    }
}
