// Runs in the chat frame before the wasm: announces the frame to the launcher, keeps the port, and
// is what is left to speak when the wasm cannot be loaded or dies.
//
// Invariant: knows nothing of conversations. The draft is in the frame's storage (src/token.rs),
// so a retry, which loads the document anew, finds it again.
(() => {
  'use strict';

  const VERSION = 1;
  const SLOW_MS = 20000;
  const WORDLESS_MS = 3000;
  const CALM_MS = 2000;
  const AGAIN_MS = 5000;
  const { glue, wasm, more } = document.currentScript.dataset;
  const root = document.documentElement;
  const boot = document.querySelector('.boot');
  const text = boot.querySelector('.boot__text');
  const retry = boot.querySelector('.boot__retry');
  const isFramed = parent !== window;
  let port;
  let taker;
  let isUp = false;
  let shown = 'loading';
  let texts; // in the visitor's language; none for English
  let spoken;
  let learn;
  let address = more;
  let calm;

  // Leptos makes the static parts of its views through template.innerHTML, and so needs createHTML
  // of the policy named "default". Nothing else is allowed, so script addresses stay forbidden;
  // and no text of a message ever goes that way: text becomes text nodes (app's transcript).
  if (window.trustedTypes) trustedTypes.createPolicy('default', { createHTML: (markup) => markup });

  // Both ends speak JSON text: a port could carry objects, but wasm would have to take them apart.
  const tell = (event, detail = null) => port && port.postMessage(JSON.stringify({ event, detail }));

  // The document holds the English.
  const write = (element, key) => {
    const given = texts && texts[`boot.${key}`];
    const words = typeof given === 'string' ? given : text.dataset[key];
    if (words) element.textContent = words;
  };

  const show = (key) => {
    write(text, (shown = key));
    text.setAttribute('role', 'alert');
    retry.hidden = false;
  };

  const failed = (message) => {
    clearTimeout(slow);
    if (message) console.error(message);
    if (boot.dataset.failed === '') return;
    boot.dataset.failed = '';
    // What the dead program drew would answer no click.
    document.body.replaceChildren(boot);
    boot.querySelector('.spinner').hidden = true;
    isUp = false;
    show('failed');
    tell('failed');
    if (document.hasFocus()) retry.focus();
  };

  const slow = setTimeout(show, SLOW_MS, 'slow');

  const give = () => {
    if (!taker || !port) return;
    taker(port);
    taker = undefined;
  };

  // Whether these are other words than before.
  const speak = ({ lang, dir, texts: told }) => {
    const before = spoken;
    spoken = JSON.stringify(told);
    if (/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(lang)) root.lang = lang;
    if (/^(ltr|rtl)$/.test(dir)) root.dir = dir;
    texts = told;
    return spoken !== before;
  };

  // The first word counts: in what language a program has begun, it goes on, until an admin wants
  // another. An older launcher says nothing of it, one that is busy nothing in time.
  const known = new Promise((resolve) => {
    learn = resolve;
    setTimeout(resolve, WORDLESS_MS, {});
  }).then((told) => {
    speak(told);
    write(text, shown);
    write(retry, 'retry');
  });

  if (isFramed) {
    addEventListener('message', ({ source, data, ports }) => {
      if (port || source !== parent || !data || data.aureole !== 'port' || !ports[0]) return;
      // Not started: a port keeps its messages until somebody listens.
      port = ports[0];
      const { style, dataset } = root;
      const { colour, ink } = data.look || {};
      if (/^#[\da-f]{6}$/.test(colour)) style.setProperty('--accent', colour);
      if (/^#[\da-f]{6}$/.test(ink)) style.setProperty('--on-accent', ink);
      dataset.theme = data.theme === 'dark' ? 'dark' : 'light';
      learn(data);
      give();
    });
    // The page's origin is not known here, and the word says nothing. Who may hold the other end
    // is decided by frame-ancestors before this line runs.
    parent.postMessage({ aureole: 'hello', version: VERSION }, '*');
  } else {
    // No host page says how it looks, and no launcher which language.
    if (matchMedia('(prefers-color-scheme: dark)').matches) root.dataset.theme = 'dark';
    const asked = new URLSearchParams(location.search);
    const part = (name) => encodeURIComponent(asked.get(name));
    fetch(`/api/profile/${part('profile')}?key=${part('key')}`, { credentials: 'omit', signal: AbortSignal.timeout(WORDLESS_MS) })
      .then((response) => response.json())
      .then((profile) => learn({ ...profile, texts: profile.frame_texts }))
      .catch(learn);
  }

  // Browsers remember a failed import, so it is tried again under another address.
  const bring = () =>
    import(address).catch(async () => {
      await new Promise((done) => setTimeout(done, AGAIN_MS));
      address = `${more}?again=${Date.now()}`;
      return bring();
    });

  // Calls what `more` exports: what nobody needs to write a first message comes after that is
  // possible, with the first move or a little later.
  const later = async (name, ...args) => {
    await (calm ??= new Promise((done) => {
      for (const sign of ['pointermove', 'keydown']) addEventListener(sign, done, { once: true });
      setTimeout(done, CALM_MS);
    }));
    return (await bring())[name](...args);
  };

  globalThis.aureoleBoot = Object.freeze({
    ring: (address) => later('ring', address),
    // Calls back once, with the port, as soon as there is one; never in a window of its own.
    takePort(callback) {
      taker = callback;
      give();
    },
    // Whom a token names, or else something that no other token has: nobody is taken for another.
    // Whether it is true, the server finds out.
    subject(token) {
      const own = token.slice(-16);
      try {
        const { sub, email } = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
        return `${sub || email || own}`.slice(0, 300);
      } catch {
        return own;
      }
    },
    // Posts JSON, and calls back with status and text, or with 0 when nothing came in time.
    post: (address, header, version, due, body, done) =>
      fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [header]: version },
        body,
        signal: AbortSignal.timeout(due),
      })
        .then(async (answer) => [answer.status, await answer.text()])
        .catch(() => [0, ''])
        .then((told) => done(...told)),
    // The frame's texts as JSON text, or nothing for English. Known before the wasm starts.
    texts: () => (texts ? JSON.stringify(texts) : ''),
    more: later,
    tell,
    speak,
    // The wasm's panic hook.
    failed,
  });

  retry.addEventListener('click', () => location.reload());
  addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && !isUp) tell('close');
  });
  addEventListener('error', ({ error }) => error instanceof WebAssembly.RuntimeError && failed());
  addEventListener('unhandledrejection', ({ reason }) => reason instanceof WebAssembly.RuntimeError && failed());

  // Both at once: the glue need not be read before the wasm is asked for.
  Promise.all([import(glue), fetch(wasm), known])
    .then(([{ default: start }, response]) => start({ module_or_path: response }))
    // Starting runs main to its end, so the window is drawn.
    .then(() => {
      clearTimeout(slow);
      isUp = true;
      boot.remove();
    })
    .catch(failed);
})();
