// The listener and the bubble on somebody else's page, served as /chat/index.js.
//
// It knows as little as it can: it draws the button, opens the chat frame, and passes events
// through. What an event means is decided in the frame (widget/src/host.rs), except for what must
// work before a frame exists: initialisation, configuration, availability.
//
// Invariant: nothing that came in a message or a configuration ever becomes markup, a style rule
// or an address; and all that is kept on the host page is MARKER, after the first message, and for
// the session of a browser in which the window has opened by itself, SEEN.
(() => {
  'use strict';

  // A second copy of the script asks whether one is at work already. An event leaves no global
  // behind, and the running copy takes the opportunity to read a changed haloChatConfig.
  const PRESENT = 'aureole:present';
  if (!dispatchEvent(new CustomEvent(PRESENT, { cancelable: true }))) return;

  // Only here: after the first await, and in every callback, currentScript is null.
  const script = document.currentScript;

  const INITIALIZE = 'haloChat_inboundEvent_initialize';
  const OPEN = 'haloChat_inboundEvent_openChatWindow';
  const CLOSE = 'haloChat_inboundEvent_closeChatWindow';
  const UPGRADE = 'haloChat_inboundEvent_upgradeAnonChat';
  const LOGIN_CHANGED = 'haloChat_inboundEvent_loginChanged';
  const LOGOUT = 'haloChat_inboundEvent_logout';
  const INITIALIZED = 'haloChat_outboundEvent_initialized';
  const UPGRADED = 'haloChat_outboundEvent_upgradeAnonChat';

  const MARKER = 'aureole.conversation';
  const SEEN = 'aureole.opened';
  const PROPERTIES = [
    'chatServiceUrl', 'tenantId', 'configId', 'configKey', 'colour', 'theme', 'persistChatToken',
    'chatMode', 'height', 'width', 'sound', 'icon', 'autoInitialize', 'id_token',
  ];
  const VERSION = 1;
  const KEPT_MAX = 20;
  const CONFIGURATION_MS = 15000;
  const AGAIN_MS = 1500;
  const HELLO_MS = 15000;
  const HELLO_AFTER_LOAD_MS = 1500;
  const WAIT_MAX_S = 3600;
  // As in the style below: where the open window takes the whole page.
  const COVERED = '(width<600px),(height<480px)';
  const SIZE_MIN = 240;
  const SIZE_MAX = 4000;
  const COLOUR = '#4b50c8';

  // English stands in where the configuration, which carries the texts, has none or never arrived.
  const TEXTS = {
    open_chat: 'Open chat',
    close_chat: 'Close chat',
    frame_title: 'Chat',
    unread: '{count} unread',
    loading: 'Opening the chat',
    failed: 'The chat could not be loaded. Check your connection and try again.',
    retry: 'Try again',
    dismiss: 'Dismiss',
  };

  const SHEET = `
.shell{all:initial;position:fixed;inset-block-end:0;inset-inline-end:0;z-index:var(--halo-chat-z-index,2147483000);
  --x:calc(var(--halo-chat-offset-x,20px) + env(safe-area-inset-right,0px));
  --y:calc(var(--halo-chat-offset-y,20px) + env(safe-area-inset-bottom,0px));
  --paper:#fff;--text:#1d2430;--soft:#5b6472;--line:#1d24301f;font:400 15px/1.45 system-ui,sans-serif;color:var(--text)}
.shell[data-theme=dark]{--paper:#171a20;--text:#eceef2;--soft:#a6adba;--line:#ffffff24;color-scheme:dark}
.shell *{box-sizing:border-box}
.bubble,.retry,.teaser,.dismiss{all:unset;box-sizing:border-box;cursor:pointer;-webkit-tap-highlight-color:transparent}
.bubble{position:fixed;z-index:1;inset-block-end:var(--y);inset-inline-end:var(--x);inline-size:60px;block-size:60px;border-radius:50%;
  background:var(--colour);color:var(--ink);border:1px solid var(--rim);touch-action:manipulation;
  box-shadow:0 1px 2px #0003,0 6px 20px -4px #00000052;
  transition:transform .18s ease,box-shadow .18s ease;animation:arrive .28s cubic-bezier(.2,.9,.3,1.2)}
.bubble:hover{transform:translateY(-2px)}
.bubble:hover,.hint:hover{box-shadow:0 2px 4px #0003,0 12px 28px -6px #00000061}
.bubble:active{transform:scale(.95)}
.bubble:focus-visible,.retry:focus-visible{outline:3px solid var(--text);outline-offset:3px;box-shadow:0 0 0 3px var(--paper)}
.hint{position:fixed;inset-block-end:calc(var(--y) + 6px);inset-inline-end:calc(var(--x) + 74px);display:flex;align-items:start;
  min-block-size:48px;max-inline-size:min(280px,100vw - 2*var(--x) - 74px);border-radius:18px;border:1px solid var(--line);background:var(--paper);
  box-shadow:0 1px 2px #0003,0 6px 20px -4px #00000052;transform-origin:100% 100%;
  transition:box-shadow .18s ease;animation:arrive .28s .6s cubic-bezier(.2,.9,.3,1.2) backwards}
.hint::after{content:"";position:absolute;inset-inline-end:-6px;inset-block-end:18px;inline-size:10px;block-size:10px;rotate:45deg;
  background:var(--paper);border:solid var(--line);border-width:1px 1px 0 0;border-radius:0 3px 0 0}
.teaser{flex:1;padding-block:12px;padding-inline:16px 4px;border-radius:17px}
.words{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;overflow-wrap:anywhere}
.dismiss{position:relative;flex:none;inline-size:32px;block-size:32px;margin-block-start:7px;margin-inline-end:7px;border-radius:50%;color:var(--soft);
  transition:background .18s ease,color .18s ease}
.dismiss:hover{background:var(--line);color:var(--text)}
.teaser:focus-visible,.dismiss:focus-visible{outline:3px solid var(--text);outline-offset:-3px}
.cross{position:absolute;inset:8px}
.icon{position:absolute;inset:0;margin:auto;inline-size:30px;block-size:30px;transition:opacity .16s ease,transform .2s ease}
img.icon{inline-size:38px;block-size:38px;object-fit:contain}
.down,[data-open] .icon{opacity:0;transform:rotate(-40deg) scale(.6)}
[data-open] .down{opacity:1;transform:none}
.badge{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-inline-size:24px;block-size:24px;padding-inline:6px;
  border-radius:12px;border:2px solid #fff;background:#c2182b;color:#fff;font:700 12px/20px system-ui,sans-serif;text-align:center}
.panel{position:fixed;inset-inline-end:var(--x);inset-block-end:calc(var(--y) + var(--keyboard,0px) + 74px);
  inline-size:min(var(--width),100vw - 2*var(--x));
  block-size:min(var(--height),var(--seen,100dvh) - var(--y) - 90px);
  overflow:hidden;border-radius:18px;border:1px solid var(--line);background:var(--paper);
  box-shadow:0 2px 6px #0000001a,0 24px 60px -12px #00000059;
  visibility:hidden;opacity:0;transform:translateY(14px) scale(.97);transform-origin:100% 100%;
  transition:opacity .16s ease,transform .2s ease,visibility 0s .2s}
.shell:dir(rtl) :is(.panel,.hint){transform-origin:0 100%}
.shell:dir(rtl) .hint::after{rotate:-135deg}
[data-open] .panel{visibility:visible;opacity:1;transform:none;transition:opacity .16s ease,transform .24s cubic-bezier(.2,.8,.2,1),visibility 0s}
.frame{position:absolute;inset:0;inline-size:100%;block-size:100%;border:0;opacity:0;transition:opacity .16s ease}
.panel::before{content:"";position:absolute;inset:0 0 auto;block-size:calc(64px + env(safe-area-inset-top,0px));background:var(--colour)}
[data-phase=met] .frame,[data-phase=ready] .frame{opacity:1}
.notice{position:absolute;inset:0;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:16px;padding:32px;text-align:center;
  color:var(--soft)}
.dots{inline-size:44px;fill:var(--soft)}
.dots circle{animation:breathe 1.2s ease-in-out infinite}
.dots circle:nth-child(2){animation-delay:.16s}
.dots circle:nth-child(3){animation-delay:.32s}
.text{max-inline-size:30ch;text-wrap:balance}
.retry{padding:10px 20px;border-radius:10px;background:var(--colour);color:var(--ink);border:1px solid var(--rim);font-weight:600}
[data-phase=failed] .dots,.shell:not([data-phase=failed]) .retry,[data-phase=met] .notice,[data-phase=ready] .notice,[hidden]{display:none}
@keyframes arrive{from{opacity:0;transform:translateY(10px) scale(.7)}}
@keyframes breathe{50%{opacity:.25}}
@media ${COVERED}{
.panel{inset-inline:0;inset-block:var(--above,0px) auto;inline-size:auto;block-size:var(--seen,100dvh);border:0;border-radius:0;
  padding:env(safe-area-inset-top,0px) env(safe-area-inset-right,0px) env(safe-area-inset-bottom,0px) env(safe-area-inset-left,0px)}
.frame{position:relative}
[data-open][data-phase=ready] .bubble{visibility:hidden}}
@media (prefers-reduced-motion:reduce){.shell *{animation:none!important;transition-duration:0s!important;transition-delay:0s!important}}
@media print{.shell{display:none}}`;

  let config = {};
  let read;
  let place; // where the chat lives: { flow, configuration, origin, frame }
  let asking; // identity of the configuration request under way
  let profile; // the server's answer for `place`
  let isBroken = false; // the configuration could not be fetched; trying again may help
  let early = []; // commands that came before there was a profile
  let untold = []; // messages for a frame that has not said "ready"
  let opening; // of these the one that opens: told last, and only if the window is open by then

  let host; // #halo-chat
  let ownBody; // the body in which we made #halo-chat ourselves
  let shell, bubble, badge, hint, teaser, panel, notice, text, image;
  let look;
  let frame, port, patience;
  let phase = '';
  let isOpen = false;
  let isInProgress = false;
  let isVouched = false; // a token has come with an event that is about one conversation
  let unread = 0;
  let isQuiet = false; // the teaser was dismissed, or the chat opened, since the page was loaded
  let rule; // what the profile says of page and visitor at `ruled`
  let ruled;
  let waiting; // until the window opens by itself
  let title; // the page's own, while `called` stands in its place
  let called;

  const isFalse = (value) => value === false || value === 'false';
  const persists = () => !isFalse(config.persistChatToken);
  const trimmed = (value) => (typeof value === 'string' ? value.trim() : '');
  const word = (key) => trimmed(profile && profile.texts && profile.texts[key]) || TEXTS[key];

  // Plain values of known names only: whatever else a page puts there cannot travel further.
  const pick = (from) => {
    const picked = {};
    if (from && typeof from === 'object') {
      for (const name of PROPERTIES) {
        const value = from[name];
        if (/^(string|number|boolean)$/.test(typeof value)) picked[name] = value;
      }
    }
    return picked;
  };

  // localStorage throws in sandboxed frames and where a visitor blocks it.
  const marker = (set) => {
    try {
      if (set === undefined) return persists() && localStorage.getItem(MARKER) !== null;
      if (set && persists()) localStorage.setItem(MARKER, '1');
      else localStorage.removeItem(MARKER);
    } catch {}
    return false;
  };

  // In a task of its own, so that a listener added right after our script tag hears a failure too.
  const answer = (name, detail) => setTimeout(() => dispatchEvent(new CustomEvent(name, { detail })));

  const locate = () => {
    try {
      const service = config.chatServiceUrl
        ? new URL(config.chatServiceUrl, location.href)
        : new URL('/api', script.src);
      const id = encodeURIComponent(config.configId ?? '');
      const key = encodeURIComponent(config.configKey ?? '');
      if (!/^https?:$/.test(service.protocol) || !id) return;
      return {
        flow: JSON.stringify([service.href, config.tenantId, id, key]),
        configuration: `${service.origin}${service.pathname.replace(/\/+$/, '')}/profile/${id}?key=${key}`,
        origin: service.origin,
        frame: `${service.origin}/chat/frame?profile=${id}&key=${key}`,
      };
    } catch {}
  };

  const fetchProfile = async (url) => {
    for (const isLast of [false, true]) {
      try {
        // No header of our own and no credentials: a simple request, so no preflight precedes it.
        const response = await fetch(url, { credentials: 'omit', signal: AbortSignal.timeout(CONFIGURATION_MS) });
        if (response.ok) return { profile: await response.json() };
        if (response.status < 500 && response.status !== 429) {
          console.warn(`Chat: the server refused this page (${response.status}). Check configId, configKey and the profile's host origins.`);
          return {};
        }
      } catch {}
      // Once more after a moment: a restarting server is back by then.
      if (!isLast) await new Promise((resume) => setTimeout(resume, AGAIN_MS));
    }
    return { isBroken: true };
  };

  const initialize = async (overrides) => {
    config = { ...config, ...pick(overrides) };
    const next = locate();
    const isSame = next && place && next.flow === place.flow;
    if (isSame && asking) return; // the answer under way serves both
    if (isSame && profile) {
      dress();
      if (phase === 'met' || phase === 'ready') introduce();
    } else {
      if (!isSame) leave();
      place = next;
      const mine = (asking = {});
      const result = next ? await fetchProfile(next.configuration) : {};
      if (asking !== mine) return; // another flow was chosen meanwhile, and answers
      asking = undefined;
      isBroken = !!result.isBroken;
      profile = result.profile && result.profile.is_active === true ? result.profile : undefined;
      const commands = early;
      early = [];
      if (profile) {
        if (isOpen) phase = '';
        attach();
        dress();
        settle();
      } else if (isOpen) open(null, false);
      for (const command of commands) carry(command);
    }
    answer(INITIALIZED, { chatAvailable: !!profile && isAdmitted() && profile.is_available === true });
  };

  // Another flow begins: the previous chat goes, and with it the word that it is in progress.
  const leave = () => {
    if (isInProgress) marker(false);
    isInProgress = isOpen = isVouched = false;
    unread = 0;
    untold = [];
    profile = opening = rule = ruled = undefined;
    clearTimeout(waiting);
    drop('');
    if (shell) shell.remove();
  };

  const keep = (list, one) => {
    if (list.push(one) > KEPT_MAX) list.shift();
  };

  // Where a profile asks who somebody is, nobody begins without a token. Whether it proves anything,
  // only the server finds out.
  const isAdmitted = () => !profile || profile.is_identity_required !== true || isVouched || !!trimmed(config.id_token);

  // Who is signed in on the page, by its word since it was loaded.
  const learn = (event, detail) => {
    const token = trimmed(detail && detail.id_token);
    if (event === LOGIN_CHANGED || event === LOGOUT) {
      config.id_token = event === LOGOUT ? '' : token;
      isVouched = false;
    } else if (token) isVouched = true;
    update();
  };

  // What the page wants, before it is known whether there is a frame to tell.
  const carry = (command) => {
    const { event, detail } = command;
    if (event !== CLOSE) learn(event, detail);
    if (!profile) {
      if (place && !asking) {
        if (event === UPGRADE) answer(UPGRADED, { success: false, error: 'unavailable' });
        // The page's own "chat with us" button must not be dead because a request failed.
        if (event === OPEN && isBroken) open(detail);
        if (event === CLOSE) close();
      } else keep(early, command);
    } else if (event === OPEN) {
      if (isAdmitted() || isGoing()) open(detail);
    } else if (event === CLOSE) close();
    else {
      if (event === LOGOUT) marker(false);
      tell(event, detail);
      // A change of who is signed in must reach what the frame has stored, shown or not.
      idle(load);
      if (event !== UPGRADE && !isAdmitted()) close();
    }
  };

  const idle = (work) => (window.requestIdleCallback ? requestIdleCallback(work, { timeout: 2000 }) : setTimeout(work, 500));

  // Text, not objects: a page's detail may hold what a port cannot carry.
  const encode = (event, detail, more) => {
    const message = { event: event.slice(event.lastIndexOf('_') + 1), detail: detail ?? null, ...more };
    try {
      return JSON.stringify(message);
    } catch {
      return JSON.stringify({ ...message, detail: null });
    }
  };

  const tell = (event, detail, more) => {
    const message = encode(event, detail, more);
    if (event === OPEN) {
      if (detail || !opening) opening = message;
    } else if (phase !== 'ready' && event !== CLOSE) keep(untold, message);
    if (port) port.postMessage(message);
  };

  // Pages keep secrets in query and fragment: the fragment stays here, and so does the query unless
  // an admin wants it.
  const page = () => {
    const { origin, pathname, search } = location;
    return { title: document.title, url: origin + pathname + (profile.is_page_query_kept === true ? search : '') };
  };

  // The frame has another address than the page, to which the page's own words are relative.
  const absolute = (address) => {
    try {
      return new URL(address, location.href).href;
    } catch {
      return '';
    }
  };

  const introduce = () => {
    const given = config.sound ? { ...config, sound: absolute(config.sound) } : config;
    port.postMessage(encode(INITIALIZE, given, { look, page: page() }));
    if (trimmed(config.id_token)) port.postMessage(encode(LOGIN_CHANGED, { id_token: config.id_token }));
  };

  const make = (parent, name, className) => {
    const element = document.createElement(name);
    element.className = className;
    parent.append(element);
    return element;
  };

  const button = (parent, className, press) => {
    const element = make(parent, 'button', className);
    element.type = 'button';
    element.addEventListener('click', press);
    return element;
  };

  const draw = (parent, className, box, shapes) => {
    const name = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(name, 'svg');
    const put = (element, attributes) => {
      for (const key in attributes) element.setAttribute(key, attributes[key]);
    };
    put(svg, { class: className, viewBox: box, 'aria-hidden': 'true' });
    for (const [shape, attributes] of shapes) {
      const element = document.createElementNS(name, shape);
      put(element, attributes);
      svg.append(element);
    }
    parent.append(svg);
  };

  const dot = (cx, cy, r, fill) => ['circle', { cx, cy, r, fill }];
  const line = (d, width) => ['path', { d, fill: 'none', stroke: 'currentColor', 'stroke-width': width, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }];

  const build = () => {
    shell = document.createElement('div');
    shell.className = 'shell';
    shell.setAttribute('role', 'region');
    const toggle = () => (isOpen ? close() : open(null));
    bubble = button(shell, 'bubble', toggle);
    draw(bubble, 'icon', '0 0 24 24', [
      ['path', { fill: 'currentColor', d: 'M12 3C6.8 3 2.7 6.6 2.7 11c0 2.4 1.2 4.5 3.1 6-.1 1.2-.6 2.3-1.4 3.2-.3.4 0 .9.4.8 2-.2 3.8-1 5.1-2 .7.1 1.4.2 2.1.2 5.2 0 9.3-3.6 9.3-8.2S17.2 3 12 3Z' }],
      ...[8, 12, 16].map((x) => dot(x, 11.1, 1.25, 'var(--colour)')),
    ]);
    draw(bubble, 'icon down', '0 0 24 24', [line('m6 9.5 6 6 6-6', 2.4)]);
    badge = make(bubble, 'span', 'badge');
    badge.setAttribute('aria-hidden', 'true');
    hint = make(shell, 'div', 'hint');
    const invitation = button(hint, 'teaser', toggle);
    teaser = make(invitation, 'span', 'words');
    teaser.dir = 'auto';
    draw(button(hint, 'dismiss', hush), 'cross', '0 0 16 16', [line('m4 4 8 8m0-8-8 8', 1.8)]);
    panel = make(shell, 'div', 'panel');
    notice = make(panel, 'div', 'notice');
    notice.dir = 'auto';
    draw(notice, 'dots', '0 0 44 12', [6, 22, 38].map((x) => dot(x, 6, 4, 'inherit')));
    text = make(notice, 'div', 'text');
    text.setAttribute('role', 'status');
    button(notice, 'retry', again);

    // Intent, not a click: by the time the finger is up, the frame is on its way. A focus that the
    // teaser gives back as it goes is none.
    for (const intent of ['pointerenter', 'pointerdown', 'focus']) {
      for (const opener of [bubble, invitation]) {
        opener.addEventListener(intent, ({ relatedTarget }) => hint.contains(relatedTarget) || load());
      }
    }
    shell.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape') return;
      if (isOpen) close();
      else if (!hint.hidden) hush();
    });
    if (window.visualViewport) for (const change of ['resize', 'scroll']) visualViewport.addEventListener(change, fit);
    addEventListener('resize', fit);
  };

  // Finds the page's element, or makes one, and puts the shell into its shadow root. Called for
  // every change of the page's tree, so the usual case ends at the first comparison.
  const attach = () => {
    let found = document.getElementById('halo-chat');
    if (found && found === host && shell.parentNode) return;
    if (!profile && !isOpen) return;
    if (!found) {
      if (shell && shell.parentNode) {
        drop('');
        shell.remove();
      }
      // While the page is being parsed its own element may yet come. One that the page took away
      // stays away; ours is made anew only when the whole body was exchanged.
      const mayMake = !host || (ownBody && ownBody !== document.body);
      if (document.readyState === 'loading' || !document.body || !mayMake) return;
      found = document.createElement('div');
      found.id = 'halo-chat';
      ownBody = document.body;
      ownBody.append(found);
    } else if (found !== host) {
      if (ownBody) host.remove();
      ownBody = undefined;
    }
    host = found;
    const root = host.shadowRoot || host.attachShadow({ mode: 'open' });
    if (!shell) build();
    drop(phase === 'failed' ? phase : '');
    root.adoptedStyleSheets = [sheet()];
    root.replaceChildren(shell);
    dress();
    settle();
  };

  const settle = () => {
    if (isOpen) load();
    else if (marker()) idle(load);
  };

  let ownSheet;
  const sheet = () => {
    if (!ownSheet) (ownSheet = new CSSStyleSheet()).replaceSync(SHEET);
    return ownSheet;
  };

  // The browser itself reads the colour, in whatever notation; only the three numbers go on, so
  // nothing hostile can ride along.
  const numbers = (value) => {
    if (typeof value !== 'string' || !CSS.supports('color', value)) return;
    const { style } = shell;
    style.color = value;
    style.color = `color-mix(in srgb,${value},${value})`;
    const computed = getComputedStyle(shell).color;
    style.color = '';
    const [r, g, b, a = 1] = (computed.match(/-?\d*\.?\d+(e[-+]?\d+)?/gi) || []).map(Number);
    const scale = /^color/.test(computed) ? 255 : 1;
    const channel = (n) => Math.round(Math.min(255, Math.max(0, n * scale * a + 255 * (1 - a))));
    const found = [r, g, b].map(channel);
    return found.some(Number.isNaN) ? undefined : found;
  };

  const dress = () => {
    if (!shell || !shell.isConnected) return;
    const rgb = numbers(config.colour) || numbers(profile && profile.colour) || numbers(COLOUR);
    const [r, g, b] = rgb.map((n) => ((n /= 255) <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
    const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    // One of the two always reaches 4.5:1, as their two ratios multiply to 21.
    const ink = 1.05 / (light + 0.05) >= 4.5 ? '#ffffff' : '#000000';
    const colour = '#' + rgb.map((n) => n.toString(16).padStart(2, '0')).join('');
    look = { colour, ink };
    const isDark = config.theme === 'dark';
    shell.dataset.theme = isDark ? 'dark' : 'light';
    shell.style.setProperty('--colour', colour);
    shell.style.setProperty('--ink', ink);
    // A bubble of the page's own colour would be seen by its icon alone.
    shell.style.setProperty('--rim', ink === '#ffffff' ? '#ffffff2e' : '#00000029');
    for (const [name, size] of [['height', 700], ['width', 400]]) {
      // What the page does not say, the chat profile may.
      const own = parseFloat(config[name]);
      const given = own > 0 ? own : profile && profile[name];
      shell.style.setProperty(`--${name}`, `${Math.min(SIZE_MAX, Math.max(SIZE_MIN, given > 0 ? given : size))}px`);
    }
    decorate();
    update();
    fit();
  };

  const decorate = () => {
    const builtIn = bubble.firstChild;
    const href = config.icon ? absolute(config.icon) : '';
    const address = /^(https?:|data:image\/)/.test(href) ? href : (profile && profile.icon) || '';
    if (image && image.src === address) return;
    const plain = () => {
      if (image) image.remove();
      image = undefined;
      builtIn.removeAttribute('hidden');
    };
    plain();
    if (!address) return;
    image = document.createElement('img');
    image.className = 'icon';
    image.alt = '';
    image.addEventListener('error', plain);
    image.src = address;
    builtIn.setAttribute('hidden', '');
    builtIn.after(image);
  };

  // A tab that nobody looks at says how much waits. A title that the page has changed meanwhile
  // is the page's again.
  const call = () => {
    if (called && document.title === called) document.title = title;
    called = undefined;
    if (!unread || !document.hidden) return;
    title = document.title;
    document.title = called = `(${unread}) ${title}`;
  };

  const readable = (address) => {
    try {
      return decodeURI(address);
    } catch {
      return address;
    }
  };

  // Each part between the stars is looked for once, behind the one before: no pattern can hang the
  // page. The # at both ends, which no address holds, ties the first part and the last to them.
  const fits = (pattern) => {
    const { origin, pathname, search } = location;
    const whole = /^(https?:\/\/|\*)/.test(pattern) ? origin + pathname : pathname;
    const address = `#${readable(whole + (pattern.includes('?') ? search : ''))}#`;
    let at = 0;
    return `#${readable(pattern)}#`.split('*').every((part) => {
      const found = address.indexOf(part, at);
      at = found + part.length;
      return found >= 0;
    });
  };

  // What the closed bubble says on this page. In a conversation nobody needs an invitation; whether
  // one is in progress, only the marker knows until the frame has come.
  const saying = () => {
    if (!profile || isOpen || isQuiet || unread || isInProgress || marker()) return '';
    if (bubbleRule().notify) return trimmed(rule.bubble.notify.text);
    const fitting = [].concat(profile.teasers).find((one) => one && trimmed(one.text) && trimmed(one.url) && fits(trimmed(one.url)));
    return trimmed(fitting ? fitting.text : profile.notification);
  };

  // Whether the window has opened by itself, or was closed, in this session of the browser.
  const seen = (set) => {
    try {
      if (set) sessionStorage.setItem(SEEN, '1');
      return sessionStorage.getItem(SEEN) !== null;
    } catch {}
    return false;
  };

  const rules = () => (profile && Array.isArray(profile.rules) ? profile.rules : []);
  const bubbleRule = () => (rule && rule.bubble) || {};
  const isGoing = () => isInProgress || unread > 0 || marker();

  // The first rule that fits decides for this page, until the page has another address, or another
  // visitor.
  const decide = () => {
    const now = `${location.href} ${isAdmitted()}`;
    if (!profile || ruled === now) return;
    ruled = now;
    clearTimeout(waiting);
    rule = rules().find((one) => one && fits(trimmed(one.url)));
    const { open: soon } = bubbleRule();
    if (soon) waiting = setTimeout(invite, 1000 * Math.min(WAIT_MAX_S, soon.after_seconds || 0));
  };

  // Once, unasked, so without the focus, and never over a page that it would cover.
  const invite = () => {
    if (isOpen || isQuiet || isGoing() || !isAdmitted() || seen() || matchMedia(COVERED).matches) return;
    seen(true);
    open(null, false);
  };

  const tease = () => {
    if (!shell) return;
    decide();
    shell.hidden = (bubbleRule() === 'hide' || !isAdmitted()) && !isOpen && !isGoing();
    const words = saying();
    if (!words && hint.matches(':focus-within')) bubble.focus();
    hint.hidden = !words;
    teaser.textContent = words;
  };

  const hush = () => {
    isQuiet = true;
    tease();
  };

  // Everything that shows a state, from the state: called after each change.
  const update = () => {
    if (!shell) return;
    call();
    shell.toggleAttribute('data-open', isOpen);
    shell.dataset.phase = phase;
    const count = isOpen ? 0 : unread;
    badge.hidden = !count;
    badge.textContent = count > 99 ? '99+' : count;
    bubble.setAttribute('aria-expanded', isOpen);
    bubble.setAttribute(
      'aria-label',
      isOpen ? word('close_chat') : word('open_chat') + (count ? `, ${word('unread').replace('{count}', count)}` : ''),
    );
    text.textContent = word(phase === 'failed' ? 'failed' : 'loading');
    text.setAttribute('role', phase === 'failed' ? 'alert' : 'status');
    notice.lastChild.textContent = word('retry');
    shell.setAttribute('aria-label', word('frame_title'));
    if (frame) frame.title = word('frame_title');
    hint.lastChild.setAttribute('aria-label', word('dismiss'));
    shell.lang = trimmed(profile && profile.lang) || 'en';
    tease();
  };

  // The on-screen keyboard shrinks only the visual viewport; a pinch does so too, and is let be.
  const fit = () => {
    const view = window.visualViewport;
    if (!shell || !view) return;
    const isZoomed = view.scale > 1.01;
    const set = (name, size) => (isZoomed ? shell.style.removeProperty(name) : shell.style.setProperty(name, `${size}px`));
    set('--seen', view.height);
    set('--above', view.offsetTop);
    set('--keyboard', Math.max(0, innerHeight - view.height - view.offsetTop));
  };

  const load = () => {
    if (frame || !profile || !shell || !shell.isConnected || phase === 'failed') return;
    frame = document.createElement('iframe');
    frame.className = 'frame';
    frame.allow = 'autoplay';
    frame.src = place.frame;
    // A refused or broken document fires "load" as well, but never says hello.
    frame.addEventListener('load', () => phase === 'loading' && expect(HELLO_AFTER_LOAD_MS));
    panel.append(frame);
    phase = 'loading';
    expect(HELLO_MS);
    update();
  };

  const expect = (patience_ms) => {
    clearTimeout(patience);
    patience = setTimeout(() => {
      const hadFocus = hasFocus();
      drop('failed');
      if (isOpen && hadFocus) notice.lastChild.focus();
    }, patience_ms);
  };

  const drop = (next) => {
    clearTimeout(patience);
    if (port) port.close();
    if (frame) frame.remove();
    frame = port = undefined;
    phase = next;
    update();
  };

  const again = () => {
    if (profile) {
      drop('');
      load();
    } else {
      phase = 'loading';
      update();
      initialize();
    }
    enter();
  };

  // Into the frame only when its document is there: Chromium loses a focus that arrives while the
  // frame moves to its own process, and every key after it goes nowhere.
  const enter = () => {
    const isThere = phase === 'met' || phase === 'ready';
    (isThere ? frame : phase === 'failed' ? notice.lastChild : bubble).focus();
  };

  const hasFocus = () => !!(host && host.shadowRoot && host.shadowRoot.activeElement);

  const open = (detail, takesFocus = true) => {
    isOpen = isQuiet = true;
    if (!profile) phase = 'failed';
    else if (phase === 'failed') phase = '';
    attach();
    load();
    fit();
    update();
    if (profile) tell(OPEN, detail, { focus: takesFocus, page: page() });
    else if (detail) keep(early, { event: OPEN, detail });
    if (takesFocus && shell) enter();
  };

  const close = () => {
    if (!isOpen) return;
    const hadFocus = hasFocus();
    isOpen = false;
    if (rules().some((one) => one && one.bubble && one.bubble.open)) seen(true);
    if (profile) tell(CLOSE);
    update();
    // Only when it was ours to give back: a page may close the chat while someone types elsewhere.
    if (hadFocus) bubble.focus();
    if (!profile) {
      phase = '';
      shell.remove();
    }
  };

  const hear = ({ data }) => {
    let message;
    try {
      message = JSON.parse(data);
    } catch {}
    if (!message) return;
    const { event, detail } = message;
    const { count, on, success, error } = detail || {};
    if (event === 'ready') {
      clearTimeout(patience);
      untold = [];
      opening = undefined;
      phase = 'ready';
      update();
    } else if (event === 'failed') {
      // The frame says so itself and offers to retry; the bubble must be in reach to leave.
      clearTimeout(patience);
      phase = 'met';
      update();
    } else if (event === 'unread') {
      unread = count > 0 ? Math.floor(count) : 0;
      update();
    } else if (event === 'close') close();
    else if (event === 'open') {
      if (!isOpen && (isAdmitted() || isGoing())) open(null, false);
    } else if (event === 'inProgress') {
      isInProgress = on === true;
      marker(isInProgress);
      tease();
    } else if (event === 'profile') {
      // As an admin has it now. A closed one is said in the window, which stays for what goes on.
      if (!profile || !detail || detail.is_active !== true) return;
      profile = detail;
      ruled = undefined;
      dress();
    } else if (event === 'upgradeAnonChat') {
      answer(UPGRADED, { success: success === true, ...(typeof error === 'string' && { error }) });
    }
  };

  addEventListener('message', ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== place.origin || !data || data.aureole !== 'hello') return;
    if (port) port.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = hear;
    const { lang, dir, frame_texts: texts } = profile;
    source.postMessage(
      { aureole: 'port', version: VERSION, theme: shell.dataset.theme, look, lang, dir, texts },
      place.origin,
      [channel.port2],
    );
    clearTimeout(patience);
    phase = 'met';
    const isEntered = isOpen && hasFocus();
    if (isEntered) enter();
    introduce();
    // Told again until it says "ready"; a frame that begins anew must at least hear that it is seen.
    for (const message of untold) port.postMessage(message);
    if (isOpen) port.postMessage(opening || encode(OPEN, null, { focus: isEntered, page: page() }));
    update();
  });

  for (const event of [OPEN, CLOSE, UPGRADE, LOGIN_CHANGED, LOGOUT]) {
    addEventListener(event, ({ detail }) => carry({ event, detail }));
  }
  addEventListener(INITIALIZE, ({ detail }) => initialize(detail));

  // `typeof` also finds a page's `const haloChatConfig`, which is no property of window.
  const begin = () => {
    const found = pick(typeof haloChatConfig === 'undefined' ? undefined : haloChatConfig);
    const now = JSON.stringify(found);
    if (now === read) return;
    read = now;
    config = found;
    if (!isFalse(config.autoInitialize) || marker()) initialize();
  };

  document.addEventListener('visibilitychange', update);

  // A single-page application changes the address without a load. Both, as the Navigation API is
  // not everywhere, and a page's own variable may stand in its place.
  addEventListener('popstate', tease);
  try {
    window.navigation.addEventListener('currententrychange', tease);
  } catch {}

  addEventListener(PRESENT, (event) => {
    event.preventDefault();
    begin();
  });

  const start = () => {
    begin();
    // Single-page applications take the element away and bring it back.
    new MutationObserver(attach).observe(document, { childList: true, subtree: true });
    addEventListener('DOMContentLoaded', attach);
  };

  // A script in the head may stand before the page's configuration.
  if (document.readyState === 'loading' && typeof haloChatConfig === 'undefined') {
    addEventListener('DOMContentLoaded', start, { once: true });
  } else start();
})();
