//! The HTML document around every page. Called by the server for each request.
//!
//! Invariant: every script carries the request's nonce; nothing is loaded from elsewhere.

use crate::{assets::Assets, frame::THEME_KEY, pages::Pages};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

/// The whole document. Leptos' own `HydrationScripts` looks for file names beside the
/// executable; ours come from the embedded manifest, so the few lines are written here.
pub fn shell(assets: &Assets) -> impl IntoView + use<> {
    view! {
        <!DOCTYPE html>
        <html lang="en" dir="ltr">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="robots" content="noindex" />
                <meta name="color-scheme" content="light dark" />
                <script nonce=use_nonce()>{before_paint()}</script>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=assets.style.clone() />
                <link rel="modulepreload" href=assets.script.clone() nonce=use_nonce() />
                <link
                    rel="preload"
                    href=assets.wasm.clone()
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin="anonymous"
                />
                <script type="module" nonce=use_nonce()>
                    {start(assets)}
                </script>
                <MetaTags />
            </head>
            <body>
                <Pages />
            </body>
        </html>
    }
}

/// The theme stands before anything is painted. The policy lets Leptos make its own templates of
/// markup, which it does from texts that the compiler has seen; scripts and their addresses stay
/// forbidden.
fn before_paint() -> String {
    format!(
        "try {{ const t = localStorage.getItem('{THEME_KEY}'); \
         if (t) document.documentElement.dataset.theme = t }} catch {{}}\n\
         window.trustedTypes?.createPolicy('default', {{ createHTML: (html) => html }});"
    )
}

/// As in `boot.js`.
const POST: &str = "(address, header, version, due, body, done) => fetch(address, { method: 'POST', \
    headers: { 'content-type': 'application/json', [header]: version }, body, \
    signal: AbortSignal.timeout(due) }) \
    .then(async (answer) => [answer.status, await answer.text()]) \
    .catch(() => [0, '']).then((told) => done(...told))";

/// Loads the bundle and has it take over the page. `aureoleBoot` is what `boot.js` is to the chat
/// frame: it loads the script that not every page needs.
fn start(assets: &Assets) -> String {
    format!(
        "import init, {{ hydrate }} from '{}';\n\
         globalThis.aureoleBoot = {{ texts: () => '', post: {POST}, \
         more: (name, ...given) => import('{}').then((more) => more[name](...given)) }};\n\
         init({{ module_or_path: '{}' }}).then(hydrate);",
        assets.script, assets.more, assets.wasm
    )
}
