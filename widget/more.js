// What a conversation needs now and then, loaded when it is first asked for: by the chat frame,
// whose own bundle counts every byte, and by the agents' pages.
//
// Invariant: knows nothing of conversations. What a stranger sent is never run: pictures are shown
// only as pictures, files are only saved, and every text is a text node.

// --- Emoji --------------------------------------------------------------------------------------

// Rows of seven. All of them are old enough for the fonts of older systems.
const COLUMNS = 7;
const GROUPS = {
  smileys: `😀 😃 😄 😁 😆 😅 😂
    🤣 😊 🙂 😉 😍 🥰 😘
    😇 🙃 😋 😛 😜 🤪 😎
    🤩 🥳 🤗 🤔 🤨 😐 😏
    😶 🙄 😬 😌 😔 😴 🤫
    😷 🤒 🤕 🤢 🤧 🥵 🥶
    😵 🤯 🤠 🤓 🧐 😕 🙁
    😮 😲 😳 🥺 😨 😰 😢
    😭 😱 😞 😓 😩 🥱 😤
    😡 😠 🤬 😈 👻 🤖 🙈`,
  people: `👍 👎 👌 👏 🙏 🙌 👋
    🤝 💪 ✌️ 🤞 🤙 🤘 👊
    ✊ ✋ 🖐️ 👈 👉 👆 👇
    ☝️ ✍️ 🤳 👐 🤲 🙋 🙋‍♀️
    🙋‍♂️ 🤷 🤷‍♀️ 🤷‍♂️ 🤦 🤦‍♀️ 🤦‍♂️
    🙆 🙅 💁 🙇 👩‍💻 👨‍💻 💃
    🕺 🚶 🏃 👶 🧒 👧 👦
    🧑 👩 👨 👵 👴 👀 🧠`,
  nature: `🐶 🐱 🐭 🐹 🐰 🦊 🐻
    🐼 🐨 🐯 🦁 🐮 🐷 🐸
    🐵 🐔 🐧 🐦 🦉 🦄 🐝
    🦋 🐢 🐙 🐠 🐬 🐳 🐘
    🐾 🌵 🎄 🌳 🌴 🌱 🍀
    🍁 🌷 🌹 🌻 🌸 💐 ☀️
    🌙 ⭐ 🌈 ☁️ 🌧️ ❄️ 🔥`,
  food: `🍏 🍎 🍐 🍊 🍋 🍌 🍉
    🍇 🍓 🍒 🍑 🥭 🍍 🥝
    🍅 🥑 🥦 🥕 🌽 🥔 🥐
    🍞 🥨 🧀 🥚 🥞 🍔 🍟
    🍕 🌭 🥪 🌮 🥗 🍝 🍜
    🍣 🍦 🍩 🍪 🎂 🍰 🍫
    🍬 ☕ 🍵 🥤 🍺 🍷 🥂`,
  activity: `⚽ 🏀 🏈 ⚾ 🎾 🏐 🏓
    🏸 🥊 ⛳ 🎣 🎿 🏆 🥇
    🥈 🥉 🏅 🎯 🎲 🎮 🧩
    🎨 🎭 🎤 🎧 🎸 🎹 🎺
    🥁 🎬 🎫 🎪 🎉 🎊 🎈`,
  travel: `🚗 🚕 🚌 🚑 🚒 🚓 🚚
    🚜 🏍️ 🛵 🚲 🚂 🚆 🚇
    🚊 ✈️ 🛫 🛬 🚀 🚁 ⛵
    🚢 ⚓ ⛽ 🚦 🚧 🗺️ 🧭
    🌍 🏔️ ⛰️ 🏖️ 🏝️ ⛺ 🏠
    🏡 🏢 🏥 🏦 🏨 🏫 🏭`,
  objects: `💡 📱 💻 ⌨️ 🖥️ 🖨️ 🖱️
    📷 📹 📺 📞 🔋 🔌 🔦
    💰 💳 🧾 💎 🔧 🔨 🛠️
    ⚙️ 🔑 🔒 🔓 🛒 🎁 📦
    ✉️ 📧 📎 📌 📝 📄 📁
    📅 📊 📈 📖 ✏️ ✂️ 🔍
    ⏰ ⏳ 📣 🔔 💊 🩹 🗑️`,
  symbols: `❤️ 🧡 💛 💚 💙 💜 🖤
    🤍 🤎 💔 💕 💖 💯 ✅
    ☑️ ✔️ ❌ ❎ ⚠️ ⛔ 🚫
    ❓ ❔ ❗ ‼️ ⁉️ ℹ️ 🆗
    🆕 🆘 🔝 ➕ ➖ ➡️ ⬅️
    ⬆️ ⬇️ 🔄 ♻️ 🔴 🟢 🔵
    ✨ 💥 ⚡ 💤 💬 🏁 🚩`,
};
const RECENT_MAX = 3 * COLUMNS;
const RECENT_SIGN = '🕘';

// Between the picker and what is around it.
const GAP = 8;
// With less room than this on either side of the composer, the picker covers the composer.
const ROOM_MIN = 160;

// A sheet of its own, since the documents' policy allows no style element; the colours are those
// of tokens.css.
const STYLE = `
.avatar__picture {
  position: absolute;
  inset: 0;
  inline-size: 100%;
  block-size: 100%;
  border-radius: 50%;
  background: var(--surface);
  object-fit: cover;
}
.window__picture {
  inline-size: 100%;
  max-block-size: min(7.5rem, 16vh);
  object-fit: cover;
  background: var(--sunken);
}
@media (height < 30rem) {
  .window__picture {
    display: none;
  }
}
.emoji-picker {
  position: fixed;
  inset: auto;
  z-index: 20;
  display: flex;
  flex-direction: column;
  inline-size: min(22rem, 100% - 1rem);
  block-size: 20.5rem;
  padding: 0;
  border: 1px solid var(--line);
  border-radius: 0.75rem;
  background: var(--raised);
  color: var(--ink);
  box-shadow: var(--shadow-l);
  overflow: clip;
  outline: none;
  user-select: none;
}
.emoji-tabs {
  flex: none;
  display: flex;
  padding-inline: var(--space-1);
  border-block-end: 1px solid var(--line);
}
.emoji-tab,
.emoji-button {
  display: grid;
  place-items: center;
  padding: 0;
  border: 0;
  background: none;
  font-family: "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif;
  line-height: 1;
  cursor: pointer;
}
.emoji-tab:focus-visible,
.emoji-button:focus-visible {
  outline-offset: -2px;
}
.emoji-tab {
  flex: 1;
  min-inline-size: 0;
  block-size: 2.5rem;
  border-block: 2px solid transparent;
  border-radius: var(--radius-s) var(--radius-s) 0 0;
  color: var(--muted);
  font-size: 1.0625rem;
  filter: grayscale(1);
  opacity: 0.75;
  transition: opacity var(--fast);
}
.emoji-tab:hover {
  background: var(--hover);
  opacity: 1;
}
.emoji-tab[aria-selected="true"] {
  border-block-end-color: var(--focus);
  color: inherit;
  filter: none;
  opacity: 1;
}
.emoji-panel {
  flex: 1;
  min-block-size: 0;
  padding: 0 var(--space-1) var(--space-1);
  overflow: hidden auto;
  overscroll-behavior: contain;
  scrollbar-width: thin;
}
.emoji-caption {
  padding: var(--space-2) var(--space-2) 0.125rem;
  color: var(--muted);
  font-size: var(--text-xs);
  font-weight: var(--medium);
}
.emoji-row {
  display: grid;
  grid-template-columns: repeat(${COLUMNS}, 1fr);
}
.emoji-button {
  inline-size: 100%;
  block-size: 2.5rem;
  border-radius: var(--radius-m);
  font-size: 1.5rem;
}
.emoji-button:hover,
.emoji-button:focus-visible {
  background: var(--hover);
}
.composer__tool {
  flex: none;
  display: grid;
  place-items: center;
  inline-size: 2.125rem;
  block-size: 2.125rem;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: none;
  color: var(--muted);
  cursor: pointer;
}
.composer__tool:hover,
.composer__tool[aria-expanded="true"] {
  background: var(--hover);
  color: var(--ink);
}
.composer__tools[data-files="false"] .composer__attach {
  display: none;
}
.uploads {
  display: grid;
  gap: var(--space-1);
  margin: 0;
  padding: 0;
  list-style: none;
}
.uploads:not(:empty) {
  padding-block-end: var(--space-2);
}
.upload {
  display: grid;
  grid-template: auto auto / auto minmax(0, 1fr) auto auto;
  align-items: center;
  column-gap: var(--space-2);
  padding: 0.375rem var(--space-2);
  border: 1px solid var(--line);
  border-radius: var(--radius-m);
  background: var(--surface);
  font-size: var(--text-s);
}
.upload > .icon {
  grid-row: 1 / 3;
  color: var(--muted);
}
.upload__name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.upload__state {
  grid-area: 2 / 2;
  color: var(--muted);
  font-size: var(--text-xs);
}
.upload[data-failed] .upload__state {
  color: var(--danger-ink);
}
.upload__bar {
  grid-column: 1 / -1;
  inline-size: 100%;
  block-size: 0.1875rem;
  margin-block-start: 0.25rem;
  border: 0;
  border-radius: var(--radius-full);
  background: var(--line);
  appearance: none;
  overflow: clip;
}
.upload__bar::-webkit-progress-bar {
  background: none;
}
.upload__bar::-webkit-progress-value {
  background: var(--focus);
  transition: inline-size var(--fast);
}
.upload__bar::-moz-progress-bar {
  background: var(--focus);
}
.upload__button,
.viewer__button {
  display: grid;
  place-items: center;
  inline-size: 2rem;
  block-size: 2rem;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: none;
  color: inherit;
  cursor: pointer;
}
.upload__button {
  grid-row: 1 / 3;
  color: var(--muted);
}
.upload__button:hover {
  background: var(--hover);
  color: var(--ink);
}
[data-drop] {
  position: relative;
}
[data-drop]::after {
  content: attr(data-drop-text);
  position: absolute;
  inset: var(--space-2);
  z-index: 30;
  display: grid;
  place-items: center;
  padding: var(--space-4);
  border: 2px dashed var(--focus);
  border-radius: var(--radius-l);
  background: color-mix(in oklab, var(--surface) 92%, transparent);
  color: var(--ink);
  font-weight: var(--medium);
  text-align: center;
  pointer-events: none;
}
.file {
  display: flex;
  align-items: center;
  gap: 0.625rem;
  max-inline-size: 100%;
  margin: 0;
  padding: 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  text-align: start;
  cursor: pointer;
}
.file > .icon {
  flex: none;
  inline-size: 1.375rem;
  block-size: 1.375rem;
}
.file:hover .file__name {
  text-decoration: underline;
}
.file__words {
  display: grid;
  min-inline-size: 0;
}
.file__name {
  overflow: hidden;
  font-weight: var(--medium);
  text-overflow: ellipsis;
  white-space: nowrap;
}
.file__size {
  font-size: var(--text-xs);
  opacity: 0.85;
}
.file--picture {
  border-radius: inherit;
}
.file__image {
  display: block;
  max-inline-size: 100%;
  max-block-size: 20rem;
  border-radius: var(--radius-m);
  background: var(--sunken);
  object-fit: cover;
}
.entry__bubble:has(> .file--picture) {
  padding: 0.25rem;
}
.viewer {
  inline-size: 100%;
  block-size: 100%;
  max-inline-size: none;
  max-block-size: none;
  margin: 0;
  padding: var(--space-3);
  border: 0;
  background: #000d;
  color: #fff;
  text-align: end;
}
.viewer__button {
  display: inline-grid;
  inline-size: 2.5rem;
  block-size: 2.5rem;
}
.viewer__button:hover {
  background: #fff3;
}
.viewer__image {
  position: fixed;
  inset: 4rem var(--space-3) var(--space-3);
  max-inline-size: calc(100% - 2 * var(--space-3));
  max-block-size: calc(100% - 4rem - var(--space-3));
  margin: auto;
}
.farewell,
.farewell__part {
  display: grid;
  gap: var(--space-2);
  inline-size: 100%;
}
.farewell {
  gap: var(--space-3);
  max-inline-size: 24rem;
  margin-inline: auto;
}
.farewell__part[hidden],
.farewell__form[hidden],
.farewell[data-said*="rated"] .farewell__part--rate,
.farewell[data-said*="copied"] .farewell__part--copy {
  display: none;
}
.board {
  white-space: pre-line;
}
.board__hide {
  display: grid;
  place-items: center;
  flex: none;
  inline-size: 1.75rem;
  block-size: 1.75rem;
  margin: -0.25rem;
  border: 0;
  border-radius: var(--radius-m);
  background: none;
  color: inherit;
  cursor: pointer;
}
.board__hide:hover {
  background: oklch(var(--lch-ink) / 0.08);
}
.reach {
  display: grid;
  gap: var(--space-1);
  margin: 0;
  padding: var(--space-2) var(--space-3);
  border-block-start: 1px solid var(--line);
  font-size: var(--text-s);
}
.reach[hidden],
.reach:empty {
  display: none;
}
.reach__label {
  color: var(--muted);
}
/* With a phone's keyboard up, what is written has the room. */
@media (max-height: 24rem) {
  .reach:not(:focus-within) {
    display: none;
  }
}
.reach__row,
.farewell__faces,
.farewell__form {
  display: flex;
  gap: var(--space-2);
}
.farewell__face {
  flex: 1;
  display: grid;
  justify-items: center;
  gap: 0.125rem;
  padding: var(--space-2) 0.125rem;
  border: 1px solid var(--line);
  border-radius: var(--radius-m);
  background: none;
  color: inherit;
  font-size: var(--text-s);
  cursor: pointer;
}
.farewell__face:hover {
  border-color: var(--muted);
}
.farewell__face[aria-pressed="true"] {
  border-color: var(--focus);
  box-shadow: inset 0 0 0 1px var(--focus);
  color: var(--ink);
}
.farewell__face .icon {
  inline-size: 1.75rem;
  block-size: 1.75rem;
}
.farewell__field {
  flex: 1;
  min-inline-size: 0;
  padding: 0.375rem 0.625rem;
  border: 1px solid oklch(var(--lch-ink) / 0.3);
  border-radius: var(--radius-m);
  background: var(--surface);
  color: var(--ink);
}
.bot {
  display: grid;
  justify-items: start;
  gap: var(--space-2);
  max-inline-size: min(100%, 34rem);
  margin-block-start: 0.125rem;
}
.bot__sign {
  padding: 0 0.375rem;
  border: 1px solid var(--line);
  border-radius: var(--radius-full);
  font-size: var(--text-xs);
}
.entry__author .avatar > .icon {
  inline-size: 1rem;
  block-size: 1rem;
}
.rich__link {
  display: inline-flex;
  align-items: center;
  gap: var(--space-2);
  max-inline-size: 100%;
  padding: 0.5rem 0.8125rem;
  border: 1px solid var(--line);
  border-radius: var(--radius-m);
  color: inherit;
  text-decoration: none;
}
.rich__link:hover {
  border-color: var(--muted);
  text-decoration: underline;
}
.rich__link > .icon,
.answer > .icon {
  flex: none;
  inline-size: 1.125rem;
  block-size: 1.125rem;
}
.rich__card {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: var(--space-1);
  inline-size: min(100%, 22rem);
  padding: var(--space-3);
  border: 1px solid var(--line);
  border-radius: var(--radius-m);
  background: var(--surface);
}
.rich__card > :first-child {
  align-items: flex-start;
  padding: 0;
  border: 0;
  font-weight: 600;
}
.rich__about {
  margin: 0;
  overflow-wrap: anywhere;
  color: var(--muted);
  font-size: var(--text-s);
  white-space: pre-line;
}
.rich__media {
  max-inline-size: 100%;
  max-block-size: 15rem;
  border-radius: var(--radius-m);
  background: var(--sunken);
}
.answers {
  display: flex;
  flex-wrap: wrap;
  gap: 0.375rem;
  padding-block: 0.25rem;
}
.answer {
  display: inline-flex;
  align-items: center;
  gap: 0.375rem;
  min-block-size: 2.25rem;
  max-inline-size: 100%;
  padding: 0.375rem 0.875rem;
  border: 1px solid var(--line-strong);
  border-radius: var(--radius-full);
  background: var(--surface);
  color: var(--ink);
  font: inherit;
  font-size: var(--text-m);
  font-weight: var(--medium);
  line-height: 1.3;
  text-align: start;
  text-decoration: none;
  overflow-wrap: anywhere;
  cursor: pointer;
  transition: border-color var(--fast), background var(--fast);
}
.answer:hover:not(:disabled) {
  border-color: var(--focus);
  background: var(--hover);
}
.answer:disabled {
  color: var(--muted);
  cursor: default;
}
.answer--quiet {
  border-color: transparent;
  background: none;
  color: var(--muted);
  text-decoration: underline;
  text-underline-offset: 0.15em;
}
.picks {
  display: grid;
  gap: 0.25rem;
  min-inline-size: min(14rem, 100%);
}
.pick {
  display: flex;
  align-items: center;
  gap: var(--space-2);
  min-block-size: 2.25rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--radius-m);
  cursor: pointer;
}
.pick:hover {
  background: var(--hover);
}
.pick:has(:disabled) {
  color: var(--muted);
  cursor: default;
}
.pick__date {
  min-block-size: 2.25rem;
  padding: 0.25rem 0.625rem;
  border: 1px solid var(--line-strong);
  border-radius: var(--radius-m);
  background: var(--surface);
  color: var(--ink);
  color-scheme: inherit;
  font: inherit;
}
.answer--send {
  justify-self: start;
  border-color: transparent;
  background: var(--accent);
  color: var(--on-accent);
}
.answer--send:hover:not(:disabled) {
  background: color-mix(in oklab, var(--accent) 88%, var(--ink));
}
.answer--send:disabled {
  background: var(--sunken);
}
.window .entry:has(~ .entry) .answers {
  display: none;
}
[data-pace] > * {
  visibility: hidden;
}
[data-pace="coming"] {
  position: relative;
}
[data-pace="coming"]::before {
  content: "•••";
  position: absolute;
  inset-block-end: 1.75rem;
  padding: 0.375rem 0.75rem;
  border-radius: var(--radius-bubble);
  background: var(--sunken);
  color: var(--muted);
  letter-spacing: 0.1875rem;
  line-height: 1;
  animation: pace 0.9s ease-in-out infinite alternate;
}
@keyframes pace {
  from {
    opacity: 0.45;
  }
}
@media (height < 20rem) {
  .emoji-caption {
    display: none;
  }
}
@media (prefers-reduced-motion: no-preference) {
  .emoji-picker {
    animation: emoji-open var(--fast) var(--ease);
  }
  .emoji-button:active {
    scale: 0.9;
  }
}
@media (prefers-contrast: more) {
  .emoji-picker {
    border-color: var(--ink);
  }
  .emoji-tabs {
    border-color: var(--ink);
  }
  .emoji-tab {
    filter: none;
    opacity: 1;
  }
  .emoji-tab,
  .emoji-caption {
    color: var(--ink);
  }
}
@media (forced-colors: active) {
  .farewell__face[aria-pressed="true"] {
    outline: 2px solid Highlight;
  }
  .emoji-tab {
    border-color: Canvas;
  }
  .emoji-tab[aria-selected="true"] {
    border-block-end-color: Highlight;
  }
}
@keyframes emoji-open {
  from {
    opacity: 0;
    translate: 0 4px;
  }
}`;

const SHEET_AGAIN_MS = 5000;
// A sheet that a bad line has lost is asked for again, as long as the window stands.
const sheetOf = (href) => {
  const sheet = make('link', { rel: 'stylesheet', href });
  sheet.onerror = () => {
    sheet.remove();
    setTimeout(sheetOf, SHEET_AGAIN_MS, href);
  };
  document.head.append(sheet);
};

let isDressed = false;
const dress = () => {
  if (isDressed) return;
  // The chat frame has left out of its first sheet what it does not draw at once.
  const later = document.querySelector('script[data-later]')?.dataset.later;
  if (later) sheetOf(later);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  document.adoptedStyleSheets.push(sheet);
  isDressed = true;
};

// Kept as long as the document, and nowhere else.
let recent = [];
// The picker that is open: there is never more than one.
let open;

const make = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  element.append(...children);
  return element;
};

const clamp = (value, low, high) => Math.max(low, Math.min(value, high));

/**
 * Opens the picker at `button`, or closes the one it has opened. It stands in the button's
 * composer and leaves the document with it. `button` gets aria-expanded.
 *
 * @param {HTMLElement} button
 * @param {{ title: string, smileys: string, people: string, nature: string, food: string,
 *   activity: string, travel: string, objects: string, symbols: string, recent?: string }} labels
 *   with `recent`, there is a group of what was chosen before
 * @param {(text: string) => void} chosen called after the picker has closed
 */
export function emoji(button, labels, chosen) {
  const isAgain = open?.button === button && open.picker.isConnected;
  open?.close();
  if (isAgain) return;

  dress();

  const tabs = make('div', { class: 'emoji-tabs', role: 'tablist', 'aria-label': labels.title });
  const panel = make('div', { class: 'emoji-panel', role: 'tabpanel' });
  // It can hold the focus itself: some browsers give none to a button that is pressed.
  const picker = make(
    'div',
    { class: 'emoji-picker', role: 'dialog', 'aria-label': labels.title, tabindex: -1, popover: 'manual' },
    tabs,
    panel,
  );
  const composer = button.closest('.composer') || button.parentNode;
  const box = composer.querySelector('.composer__box') || button;
  const isRtl = getComputedStyle(button).direction === 'rtl';
  const listeners = new AbortController();
  // The shown group's buttons, and which of them the Tab key leads to.
  let cells = [];
  let at = 0;
  let selected;

  const on = (target, names, does, isCapture = false) => {
    for (const name of names.split(' ')) {
      target.addEventListener(name, does, { capture: isCapture, signal: listeners.signal });
    }
  };

  const close = () => {
    listeners.abort();
    open = undefined;
    button.setAttribute('aria-expanded', false);
    // Never lost: whoever wants it elsewhere takes it from there.
    if (picker.contains(document.activeElement)) button.focus({ preventScroll: true });
    picker.remove();
  };

  const choose = (text) => {
    recent = [text, ...recent.filter((other) => other !== text)].slice(0, RECENT_MAX);
    close();
    chosen(text);
  };

  const stand = (index) => {
    cells[at]?.setAttribute('tabindex', -1);
    at = index;
    cells[at].setAttribute('tabindex', 0);
  };

  const cell = (text) => {
    const face = make('button', { class: 'emoji-button', type: 'button', tabindex: -1 }, text);
    on(face, 'click', () => choose(text));
    cells.push(face);
    return make('span', { role: 'gridcell' }, face);
  };

  const show = (tab, label, texts) => {
    for (const other of tabs.children) {
      other.setAttribute('aria-selected', other === tab);
      other.setAttribute('tabindex', other === tab ? 0 : -1);
    }
    selected = tab;
    cells = [];
    const rows = [];
    for (let from = 0; from < texts.length; from += COLUMNS) {
      const row = texts.slice(from, from + COLUMNS).map(cell);
      rows.push(make('div', { class: 'emoji-row', role: 'row' }, ...row));
    }
    panel.setAttribute('aria-label', label);
    panel.replaceChildren(
      make('p', { class: 'emoji-caption', 'aria-hidden': true }, label),
      make('div', { role: 'grid', 'aria-label': label }, ...rows),
    );
    panel.scrollTop = 0;
    at = 0;
    stand(0);
  };

  const group = (label, texts, sign) => {
    const tab = make('button', { class: 'emoji-tab', type: 'button', role: 'tab', 'aria-label': label, title: label }, sign);
    on(tab, 'click', () => {
      show(tab, label, texts);
      tab.focus();
    });
    tabs.append(tab);
  };

  // In the window's coordinates, so that nothing around cuts it off.
  const place = () => {
    const { clientWidth, clientHeight } = document.documentElement;
    const { left, right, top, bottom } = box.getBoundingClientRect();
    const own = button.getBoundingClientRect();
    const above = top - 2 * GAP;
    const below = clientHeight - bottom - 2 * GAP;
    const room = Math.max(above, below);
    const whole = clientHeight - 2 * GAP;
    picker.style.setProperty('max-block-size', `${room < ROOM_MIN ? whole : room}px`);
    const { offsetWidth: width, offsetHeight: height } = picker;
    const [low, high] = right - left < width ? [GAP, clientWidth - GAP] : [left, right];
    const x = isRtl ? own.right + GAP - width : own.left - GAP;
    const y = above < height && below > above ? bottom + GAP : top - GAP - height;
    picker.style.setProperty('left', `${clamp(x, low, high - width)}px`);
    picker.style.setProperty('top', `${clamp(y, GAP, whole + GAP - height)}px`);
  };

  // Where a key leads to, if anywhere.
  const target = (key, isAll, from) => {
    const forth = isRtl ? 'ArrowLeft' : 'ArrowRight';
    const back = isRtl ? 'ArrowRight' : 'ArrowLeft';
    const all = [...tabs.children];
    const index = all.indexOf(from);
    if (index >= 0) {
      const last = all.length - 1;
      if (key === forth) return all[index < last ? index + 1 : 0];
      if (key === back) return all[index > 0 ? index - 1 : last];
      if (key === 'Home') return all[0];
      if (key === 'End') return all[last];
      if (key === 'ArrowDown' || key === 'Tab') return cells[at];
      return key === 'ArrowUp' && from;
    }
    const last = cells.length - 1;
    const start = at - (at % COLUMNS);
    if (key === forth) return cells[Math.min(at + 1, last)];
    if (key === back) return cells[Math.max(at - 1, 0)];
    if (key === 'Home') return cells[isAll ? 0 : start];
    if (key === 'End') return cells[isAll ? last : Math.min(start + COLUMNS - 1, last)];
    if (key === 'ArrowDown') return cells[start + COLUMNS > last ? at : Math.min(at + COLUMNS, last)];
    if (key === 'ArrowUp') return at < COLUMNS ? selected : cells[at - COLUMNS];
    return key === 'Tab' && selected;
  };

  on(picker, 'keydown', (event) => {
    if (event.altKey || event.metaKey) return;
    const to = target(event.key, event.ctrlKey, event.target);
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    // A tab shows its group as soon as the keys reach it.
    if (tabs.contains(to) && to !== selected) to.click();
    else to.focus();
  });
  on(picker, 'focusin', ({ target: to }) => {
    const index = cells.indexOf(to);
    if (index >= 0) stand(index);
  });
  // Nowhere means that another window has it now. A pressed button may hand it to what is around
  // it; its click then comes here as a second call.
  on(picker, 'focusout', ({ relatedTarget: to }) => {
    if (to && !picker.contains(to) && !to.contains(button)) close();
  });
  on(document, 'pointerdown', ({ target: to }) => picker.contains(to) || button.contains(to) || close(), true);
  // Wherever the focus is, and before anybody else hears of it: the chat window closes on Escape,
  // too, and this one was for the picker.
  const leave = (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    const isSeen = picker.isConnected;
    close();
    if (!isSeen) return;
    event.preventDefault();
    event.stopPropagation();
    button.focus();
  };
  on(document, 'keydown', leave, true);
  on(window, 'resize', place);
  on(document, 'scroll', place, true);

  const hasRecent = labels.recent && recent.length > 0;
  if (hasRecent) group(labels.recent, recent, RECENT_SIGN);
  for (const key in GROUPS) {
    const texts = GROUPS[key].split(/\s+/);
    group(labels[key], texts, texts[0]);
  }
  open = { button, picker, close };
  composer.append(picker);
  picker.showPopover?.();
  place();
  // What was chosen before is worth the first look only when there is a choice.
  tabs.children[hasRecent && recent.length < COLUMNS ? 1 : 0].click();
  cells[0].focus({ preventScroll: true });
  button.setAttribute('aria-expanded', true);
}

// --- Files --------------------------------------------------------------------------------------

// An upload that does not move for so long will not arrive.
const STILL_MS = 30000;
const PICTURES_MAX = 40;
// Some browsers begin to save only after a while.
const SAVING_MS = 60000;

/**
 * Sends a file as the body of a POST. Answers a function that aborts.
 *
 * @param {{ url: string, headers: Record<string, string>, file: Blob,
 *   progress: (percent: number) => void, done: (status: number, body: string) => void }} options
 *   `progress` begins with what is more than nothing; `done` comes once, with status 0 if there
 *   was no answer, and both come later, never while this function or abort runs
 */
export function upload({ url, headers, file, progress, done }) {
  // Not fetch, which cannot tell how far it is.
  const request = new XMLHttpRequest();
  const abort = () => request.abort();
  let told = 0;
  let timer;
  let isDone = false;

  const moved = () => {
    clearTimeout(timer);
    if (!isDone) timer = setTimeout(abort, STILL_MS);
  };
  const tell = ({ loaded, total }) => {
    moved();
    const percent = total ? Math.floor((100 * loaded) / total) : 100;
    if (percent === told || isDone) return;
    told = percent;
    progress(percent);
  };
  const end = () => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    const { status } = request;
    const body = status ? request.responseText : '';
    queueMicrotask(() => done(status, body));
  };

  request.upload.onprogress = tell;
  request.upload.onload = tell;
  request.onprogress = moved;
  request.onloadend = end;
  try {
    request.open('POST', url);
    for (const key in headers) request.setRequestHeader(key, headers[key]);
    moved();
    request.send(file);
  } catch {
    // An address or a header that is none.
    end();
  }
  return () => {
    abort();
    end();
  };
}

const load = async (url, headers) => {
  const response = await fetch(url, { headers, credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.blob();
};

// By address, those asked for last at the end.
const pictures = new Map();
// Those of them that have come.
const kept = new Map();

const keep = (url, address) => {
  kept.set(url, address);
  if (kept.size <= PICTURES_MAX) return;
  const [oldest, gone] = kept.entries().next().value;
  kept.delete(oldest);
  pictures.delete(oldest);
  URL.revokeObjectURL(gone);
};

/**
 * Answers a blob: address for a picture that only the headers open. It holds until forty others
 * were asked for since, so it is for an <img> that loads now.
 *
 * @param {string} url
 * @param {Record<string, string>} headers
 * @returns {Promise<string>} rejected if there is none, or it is no picture; asking again tries again
 */
export function picture(url, headers) {
  if (kept.has(url)) {
    const address = kept.get(url);
    kept.delete(url);
    kept.set(url, address);
  }
  if (!pictures.has(url)) {
    const coming = load(url, headers).then((blob) => {
      // A drawing may carry scripts, and a blob's page would be one of ours.
      if (!/^image\/(?!svg)/.test(blob.type)) throw new Error(blob.type);
      const address = URL.createObjectURL(blob);
      keep(url, address);
      return address;
    });
    pictures.set(url, coming);
    coming.catch(() => pictures.delete(url));
  }
  return pictures.get(url);
}

/**
 * Saves what is behind an address that only the headers open.
 *
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {string} name
 * @returns {Promise<boolean>} whether it could be loaded
 */
export async function download(url, headers, name) {
  try {
    const blob = await load(url, headers);
    // Without its type, no browser takes it for a page and shows it as one of ours.
    const address = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
    // Never in the document: its router would follow the press.
    make('a', { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), SAVING_MS);
    return true;
  } catch {
    return false;
  }
}

/**
 * Takes files that are chosen, pasted or dropped; while some are held over `root`, it has
 * data-drop. Needs nothing else of this module. Answers a function that stops.
 *
 * @param {HTMLInputElement} input
 * @param {HTMLElement} root
 * @param {(list: File[]) => void} taken never called with none
 * @param {() => boolean} may whether files are taken now
 */
export function files(input, root, taken, may) {
  const listeners = new AbortController();
  const on = (target, name, does) => target.addEventListener(name, does, { signal: listeners.signal });
  const give = (list) => list.length && may() && taken(list);
  const holdsFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files');
  // What is under the pointer. Entering the next comes before leaving the last, so there is
  // nothing to count, and an element that vanishes is no miscount.
  let over;
  const hold = (element) => {
    over = element;
    root.toggleAttribute('data-drop', Boolean(element) && may());
  };

  on(input, 'change', () => {
    const list = [...input.files];
    // The same file may be chosen again.
    input.value = '';
    give(list);
  });
  on(root, 'paste', (event) => {
    const { files: list, types } = event.clipboardData;
    // A table copied from an office program is text, and a picture of it besides.
    if (!list.length || types.includes('text/plain') || !may()) return;
    event.preventDefault();
    give([...list]);
  });
  on(root, 'dragenter', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    hold(event.target);
  });
  on(root, 'dragleave', ({ target }) => target === over && hold());
  // Beside root a file is refused; else the browser would leave the page for it.
  on(document, 'dragover', (event) => {
    if (!holdsFiles(event) || event.defaultPrevented) return;
    const isHere = root.contains(event.target) && may();
    if (!isHere && event.target.closest?.('input[type=file]')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = isHere ? 'copy' : 'none';
  });
  on(root, 'drop', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    hold();
    // A folder looks like a file that cannot be read.
    const items = [...event.dataTransfer.items].filter((item) => !item.webkitGetAsEntry?.()?.isDirectory);
    give(items.map((item) => item.getAsFile()).filter(Boolean));
  });
  return () => {
    listeners.abort();
    hold();
  };
}

// --- Words ----------------------------------------------------------------------------------------

// What came with the configuration.
const given = (key) => {
  let text;
  try {
    text = JSON.parse(aureoleBoot.texts())[key];
  } catch {}
  return typeof text === 'string' ? text : '';
};

// In the visitor's language as far as the document has it; the English here is that of the texts
// of the same keys (app/src/locale), and a test compares them.
const word = (key, english, values = {}) => {
  const text = given(key) || english;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
};

// A name may hold what nobody sees, or what turns its surroundings; nobody may be deceived by it.
const shown = (name) =>
  name.replace(/[\u061C\u200B\u200C\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g, (hidden) => {
    const number = hidden.charCodeAt(0).toString(16).toUpperCase();
    return `[U+${number.padStart(4, '0')}]`;
  });

const size = (bytes) => {
  const kilobytes = Math.ceil(bytes / 1024);
  return kilobytes < 1000
    ? word('format.kilobytes', '{count} KB', { count: kilobytes })
    : word('format.megabytes', '{count} MB', { count: (kilobytes / 1024).toFixed(1) });
};

const ICONS = {
  face: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M9 9.5v.6M15 9.5v.6',
  clip: 'm18.5 11-7 7a4.2 4.2 0 0 1-6-6l7.3-7.3a2.8 2.8 0 0 1 4 4l-7.2 7.2a1.4 1.4 0 0 1-2-2l6.4-6.4',
  file: 'M13 3.5H8A2.5 2.5 0 0 0 5.5 6v12A2.5 2.5 0 0 0 8 20.5h8a2.5 2.5 0 0 0 2.5-2.5V9ZM13 3.5V9h5.5',
  down: 'M12 4.5v11M7 11l5 5 5-5M5 20h14',
  close: 'm6 6 12 12M18 6 6 18',
  link: 'M10 6.5H7a1.5 1.5 0 0 0-1.5 1.5v9A1.5 1.5 0 0 0 7 18.5h9a1.5 1.5 0 0 0 1.5-1.5v-3M13.5 5h5.5v5.5M19 5l-8 8',
  bot: 'M12 4v3.5M6.5 7.5h11A1.5 1.5 0 0 1 19 9v8a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 17V9a1.5 1.5 0 0 1 1.5-1.5M9.5 12v1.5M14.5 12v1.5',
  article: 'M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12h6M9 15.5h6',
  again: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4.5V9H15',
};

const icon = (name, more = '') => {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const path = document.createElementNS(space, 'path');
  for (const [key, value] of [['class', 'icon'], ['viewBox', '0 0 24 24'], ['aria-hidden', 'true']]) {
    svg.setAttribute(key, value);
  }
  path.setAttribute('d', ICONS[name] + more);
  svg.append(path);
  return svg;
};

const button = (className, label, sign, does) => {
  const made = make('button', { type: 'button', class: className, 'aria-label': label, title: label }, sign);
  made.addEventListener('click', does);
  return made;
};

// --- A composer's tools ---------------------------------------------------------------------------

// The server holds the same number (domain/src/limit.rs).
const FILE_BYTES_MAX = 20 * 1024 * 1024;

// Whoever listens for files on an element; a composer that takes another's place listens anew.
const listening = new WeakMap();

const headersOf = (token) => (token ? { authorization: `Bearer ${token}` } : {});

/**
 * Puts the tools into their place in a composer: emoji, and files by choice, paste and drop. Below a
 * visitor's composer it also puts what is asked after the end.
 * `place.dataset.files` says whether files may be sent now.
 *
 * @param {HTMLElement} place
 * @param {(what: string, of: string) => string} ask the page's answers (app/src/transcript/aside.rs)
 */
export function tools(place, ask) {
  dress();
  const composer = place.closest('.composer');
  const field = composer.querySelector('textarea');
  const root = composer.closest('.conversation, .window') || composer;
  entitle(root.querySelector('.window__name'));
  head(root.querySelector('.window__header'));

  const smile = button('composer__tool', word('widget.emoji', 'Insert an emoji'), icon('face', MOUTHS.satisfied), () =>
    emoji(smile, labels(), (text) => {
      field.focus();
      field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
      // What is written by hand is heard in this way.
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }),
  );
  smile.setAttribute('aria-haspopup', 'dialog');
  const input = make('input', { type: 'file', multiple: '', hidden: '' });
  const attach = button('composer__tool composer__attach', word('widget.attach', 'Attach a file'), icon('clip'), () => input.click());
  // A press must not close the keyboard of a phone.
  for (const tool of [smile, attach]) tool.addEventListener('mousedown', (event) => event.preventDefault());
  const list = make('ul', { class: 'uploads' });
  // Stands there from the start: an alert that comes with its text may not be spoken.
  const alert = make('p', { class: 'visually-hidden', role: 'alert' });
  place.replaceChildren(attach, smile, input);
  composer.prepend(list, alert);

  // One after the other: on a bad line two would both be late.
  let turn = Promise.resolve();
  const take = (file) => {
    const [address, token] = ask('where', '').split('\n');
    const item = make('li', { class: 'upload' });
    const name = make('span', { class: 'upload__name', dir: 'auto' }, shown(file.name));
    const state = make('span', { class: 'upload__state' });
    const bar = make('progress', { class: 'upload__bar', max: 100, value: 0, 'aria-label': file.name });
    let stop = () => {};
    let isGone = false;
    const leave = () => {
      isGone = true;
      const hadFocus = item.contains(document.activeElement);
      item.remove();
      if (hadFocus) field.focus();
    };
    const drop = button('upload__button', word('transcript.discard', 'Discard'), icon('close'), () => {
      stop();
      leave();
    });
    const fail = (why, isWorthAgain) => {
      if (isGone) return;
      // Whoever looks at another conversation by now shall hear of it all the same.
      if (!item.isConnected) document.querySelector('.uploads')?.append(item);
      bar.remove();
      state.textContent = alert.textContent = why;
      item.dataset.failed = '';
      if (isWorthAgain) {
        const again = button('upload__button', word('ui.try_again', 'Try again'), icon('again'), () => {
          again.remove();
          delete item.dataset.failed;
          begin();
          drop.focus();
        });
        drop.before(again);
      }
    };
    const run = () =>
      new Promise((over) => {
        if (isGone) return over();
        stop = upload({
          url: `${address}&name=${encodeURIComponent(file.name)}`,
          headers: headersOf(token),
          file,
          progress(percent) {
            bar.value = percent;
            state.textContent = word('transcript.uploading', 'Uploading, {percent} %', { percent });
          },
          // The server has said it in the conversation by then.
          done(status) {
            over();
            if (status === 200) leave();
            else fail(...reason(status));
          },
        });
      });
    const begin = () => {
      state.textContent = size(file.size);
      bar.value = 0;
      state.after(bar);
      turn = turn.then(run);
    };
    item.append(icon('file'), name, state, drop);
    list.append(item);
    if (!address) fail(...reason(409));
    else if (!file.size) fail(...reason(422));
    else if (file.size > FILE_BYTES_MAX) fail(...reason(413));
    else begin();
  };

  const may = () => place.isConnected && place.dataset.files === 'true';
  const stop = files(input, root, (chosen) => chosen.forEach(take), may);
  listening.get(root)?.();
  listening.set(root, stop);
  root.dataset.dropText = word('widget.drop', 'Drop files here to send them');

  const end = root.querySelector('.farewell');
  if (end) {
    watchEnd(end, ask);
    watchAlone(end, composer, root.querySelector('[role=log]'), ask);
    board(root, field);
  }
}

const labels = () => ({
  title: word('emoji.title', 'Emoji'),
  smileys: word('emoji.smileys', 'Smileys'),
  people: word('emoji.people', 'People'),
  nature: word('emoji.nature', 'Nature'),
  food: word('emoji.food', 'Food'),
  activity: word('emoji.activity', 'Activities'),
  travel: word('emoji.travel', 'Travel'),
  objects: word('emoji.objects', 'Objects'),
  symbols: word('emoji.symbols', 'Symbols'),
  recent: word('emoji.recent', 'Recently used'),
});

// Why a file was not sent, and whether it may be next time.
const reason = (status) => {
  if (status === 413) {
    const most = { size: size(FILE_BYTES_MAX) };
    return [word('refusal.file_too_large', 'This file is larger than {size}. Choose a smaller one.', most), false];
  }
  if (status === 422) return [word('refusal.file_empty', 'This file is empty. Choose another one.'), false];
  if (status === 409) {
    return [word('refusal.files_off', 'Files cannot be sent in this chat. Describe it in a message instead.'), false];
  }
  return [word('refusal.upload_failed', 'The file did not arrive. Check your connection and try again.'), true];
};

// --- A file in a transcript -----------------------------------------------------------------------

const PICTURE_MAX = 240;

/**
 * Draws what stands beside the texts of a transcript and is not drawn yet. Of a file a picture, or a
 * name and a size; pressed, it is shown or saved. Below a bot's text what there is to see, and how it
 * can be answered.
 *
 * @param {HTMLElement} root
 * @param {(what: string, of: string) => string} ask the page's answers
 */
export function show(root, ask) {
  dress();
  const bots = [];
  for (const place of root.querySelectorAll('[data-aside]')) {
    const aside = JSON.parse(place.dataset.aside);
    place.removeAttribute('data-aside');
    if (aside.rich) {
      drawBot(place, ask, aside);
      bots.push(place.parentNode);
    } else drawFile(place, ask, aside);
  }
  for (const place of root.querySelectorAll('[data-picture]')) portray(place);
  if (!isVisitors(root)) return;
  pace(bots.filter((entry) => entry.classList.contains('entry--fresh')));
  hint(root);
}

const isVisitors = (element) => !!element.closest('.window');

const drawFile = (place, ask, { id, name, bytes, picture: shape }) => {
  const [address, token] = ask('where', id).split('\n');
  const headers = headersOf(token);
  const called = word('transcript.download', 'Download {name}', { name: shown(name) });
  const save = () => download(address, headers, name);
  const plain = () => {
    const words = make(
      'span',
      { class: 'file__words' },
      make('span', { class: 'file__name', dir: 'auto' }, shown(name)),
      make('span', { class: 'file__size' }, size(bytes)),
    );
    const file = make('button', { type: 'button', class: 'file', 'aria-label': called }, icon('file'), words, icon('down'));
    file.addEventListener('click', save);
    place.replaceChildren(file);
  };
  if (!shape) return plain();
  const image = make('img', { class: 'file__image', alt: shown(name) });
  image.style.setProperty('inline-size', `${Math.min(shape.width, PICTURE_MAX)}px`);
  image.style.setProperty('aspect-ratio', `${shape.width} / ${shape.height}`);
  const frame = make('button', { type: 'button', class: 'file file--picture' }, image);
  frame.addEventListener('click', () => picture(address, headers).then((url) => enlarge(image, url, called, save), plain));
  place.replaceChildren(frame);
  image.addEventListener('error', plain);
  // Not before somebody is about to look at it: a long transcript may hold many.
  const near = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      near.disconnect();
      picture(address, headers).then((url) => (image.src = url), plain);
    },
    { rootMargin: '400px' },
  );
  near.observe(place);
};

// The picture alone, as large as the window.
const enlarge = (image, url, called, save) => {
  const whole = make('img', { class: 'viewer__image', alt: image.alt, src: url });
  const viewer = make('dialog', { class: 'viewer', 'aria-label': image.alt });
  const close = () => viewer.close();
  viewer.append(
    button('viewer__button', called, icon('down'), save),
    button('viewer__button', word('ui.close', 'Close'), icon('close'), close),
    whole,
  );
  viewer.addEventListener('click', ({ target }) => target === viewer && close());
  viewer.addEventListener('close', () => viewer.remove());
  // The chat window closes on Escape, too, and this one was for the picture.
  viewer.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  document.body.append(viewer);
  viewer.showModal();
};

// --- A bot ----------------------------------------------------------------------------------------

// How long a bot seems to write, in milliseconds: not for nothing, but nobody has to wait.
const PACE_FIRST = 350;
const PACE_LETTER = 8;
const PACE_MAX = 1200;
// How the field is to be written in, by what is asked for.
const FIELDS = { email: ['email', 'email'], phone: ['tel', 'tel'], number: ['decimal', 'off'] };

// The page around the window. A window that is a page of its own has none, whoever linked to it.
const around = (window !== top && document.referrer) || undefined;

// The address, if a page of the web may be opened under it. One without a host is the host page's,
// and nobody's where there is none.
const address = (text) => {
  try {
    const url = new URL(text, around);
    return /^https?:$/.test(url.protocol) ? url.href : undefined;
  } catch {}
};

const link = (url, label, sign, className = 'rich__link') => {
  const href = address(url);
  const words = make('span', { dir: 'auto' }, label || url);
  if (!href) return words;
  const made = make('a', { class: className, href, target: '_blank', rel: 'noopener nofollow' }, words);
  made.prepend(icon(sign));
  return made;
};

const RICH = {
  link: ({ url, title }) => link(url, title, 'link'),
  file: ({ url, title }) => link(url, title, 'down'),
  // Its title leads there; what it is about is read before one goes.
  article: ({ url, title, text }) => {
    const about = text ? [make('p', { class: 'rich__about', dir: 'auto' }, text)] : [];
    return make('div', { class: 'rich__card' }, link(url, title, 'article'), ...about);
  },
  image: ({ url, title }) => {
    const image = make('img', { class: 'rich__media', src: address(url) ?? '', alt: title, loading: 'lazy' });
    image.addEventListener('error', () => image.replaceWith(link(url, title, 'link')));
    return image;
  },
  video: ({ url, title }) => media('video', url, title),
  audio: ({ url, title }) => media('audio', url, title),
};

const media = (name, url, title) => {
  const player = make(name, { class: 'rich__media', src: address(url) ?? '', controls: '', preload: 'metadata', 'aria-label': title });
  player.addEventListener('error', () => player.replaceWith(link(url, title, 'link')));
  return player;
};

// Below a bot's text: what there is to see, and, in the visitor's window, how it can be answered.
const drawBot = (place, ask, { rich, ask: asked, is_last: isLast }) => {
  const entry = place.parentNode;
  const below = make('div', { class: 'bot' });
  const isMine = isVisitors(entry);
  // Agents read what was shown; nothing of it plays beside their work.
  const isRead = ({ kind }) => isMine || kind === 'article';
  below.append(...rich.map((thing) => (isRead(thing) ? RICH[thing.kind]?.(thing) : link(thing.url, thing.title, 'link')) ?? ''));
  const [kind, options] = kindOf(asked);
  if (asked) entry.dataset.asks = kind;
  const say = (text) => (event) => {
    ask('say', text);
    // The pressed button goes away. Who came by the keyboard shall not be lost; a finger needs none.
    if (event.detail === 0) document.querySelector('.window .composer textarea')?.focus();
  };
  const answers = asked ? answersOf(kind, options, asked.instead, say) : [];
  if (isMine && isLast) {
    const again = make('button', { type: 'button', class: 'answer' }, icon('again'), word('widget.start_over', 'Start over'));
    again.addEventListener('click', () => ask('again', ''));
    answers.push(again);
  }
  if (answers.length) {
    const group = make('div', { class: 'answers', role: 'group', 'aria-label': word('widget.answers', 'Answers') }, ...answers);
    if (!isMine) for (const button of group.querySelectorAll('button, input')) button.disabled = true;
    below.append(group);
  }
  if (isMine) sign(entry);
  if (below.hasChildNodes()) place.after(below);
};

// Nobody may take it for a person.
const sign = (entry) => {
  const author = entry.querySelector('.entry__author');
  author.querySelector('.avatar')?.replaceChildren(icon('bot'));
  author.append(make('span', { class: 'bot__sign' }, word('widget.bot', 'Bot')));
};

const kindOf = (asked) => {
  if (!asked || typeof asked.kind === 'string') return [asked?.kind, {}];
  return Object.entries(asked.kind)[0];
};

const answer = (text, does, more = '') => {
  const made = make('button', { type: 'button', class: `answer${more}`, dir: 'auto' }, text);
  made.addEventListener('click', does);
  return made;
};

// The buttons for an answer. Each says what stands on it: the server understands it as if it had
// been written.
const answersOf = (kind, options, instead, say) => {
  const plain = (text) => answer(text, say(text));
  const made = {
    answers: () => options.answers.map(({ text, link: to }) => (to ? leading(text, to, say(text)) : plain(text))),
    one: () => options.options.map(([, text]) => plain(text)),
    several: () => [picks(options, say)],
    yes_no: () => [plain(options.yes), plain(options.no)],
    rating: () => ['satisfied', 'okay', 'dissatisfied'].map((mood) => face(mood, options[mood], say(options[mood]))),
    date: () => [day(options, say)],
  };
  const answers = made[kind]?.() ?? [];
  if (instead) answers.push(answer(instead, say(instead), ' answer--quiet'));
  return answers;
};

const face = (mood, text, does) => {
  const made = answer(text, does);
  made.prepend(icon('face', MOUTHS[mood]));
  return made;
};

// An answer that opens a page and is said at the same time.
const leading = (text, to, does) => {
  const made = link(to, text, 'link', 'answer');
  made.addEventListener('click', does);
  return made;
};

const form = (...fields) => {
  const send = make('button', { class: 'answer answer--send' }, word('widget.choose', 'Choose'));
  return make('form', { class: 'picks' }, ...fields, send);
};

const picks = ({ options, min, max }, say) => {
  const boxes = options.map(([id, text]) => make('input', { type: 'checkbox', value: text, name: id }));
  const labels = boxes.map((box) => make('label', { class: 'pick', dir: 'auto' }, box, box.value));
  const made = form(...labels);
  const send = made.lastChild;
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const look = () => {
    const count = chosen().length;
    send.disabled = count < min;
    if (!count && !min) send.textContent = word('widget.choose_none', 'None of these');
    else send.textContent = word('widget.choose', 'Choose');
    for (const box of boxes) box.disabled = count >= max && !box.checked;
  };
  made.addEventListener('change', look);
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    // As the server reads it: an option a line, or a dash for none.
    say(chosen().join('\n') || '–')({ detail: 0 });
  });
  look();
  return made;
};

const day = ({ min, max }, say) => {
  const field = make('input', { type: 'date', class: 'pick__date', required: '', 'aria-label': word('widget.date', 'Date') });
  if (min) field.min = min;
  if (max) field.max = max;
  const made = form(field);
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    say(field.value)({ detail: 0 });
  });
  return made;
};

// A bot's lines come one after the other, as if somebody wrote them.
const pace = (entries) => {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  let at = 0;
  for (const entry of entries) {
    const length = entry.querySelector('.entry__bubble').textContent.length;
    entry.dataset.pace = 'later';
    setTimeout(() => (entry.dataset.pace = 'coming'), at);
    at += Math.min(PACE_FIRST + PACE_LETTER * length, PACE_MAX);
    setTimeout(() => entry.removeAttribute('data-pace'), at);
  }
};

// The visitor's field, made for what was asked last: a phone then shows the right keys.
const hint = (root) => {
  const field = document.querySelector('.window .composer textarea');
  const last = [...root.querySelectorAll('.entry')].pop();
  const [mode, fill] = FIELDS[last?.dataset.asks] ?? ['', ''];
  field?.setAttribute('inputmode', mode);
  field?.setAttribute('autocomplete', fill);
};

// --- The sound of a new message --------------------------------------------------------------------

const HUSH_MS = 2000;
const LATE_MS = 6000;

/**
 * Plays the sound of this address, or ours if it is empty. One window of several sounds, and one that
 * can: a browser plays nothing on a page that nobody has touched. So they try one after the other,
 * those in view first, and whoever has sounded keeps the others silent for a while.
 *
 * @param {string} address
 */
export const ring = (address) => {
  const play = () => new Audio(address || '/message.wav').play();
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  // A host page's sound may never come; it must not silence all others for ever.
  const sound = async (lock) => lock && Promise.race([play().then(() => wait(HUSH_MS), () => {}), wait(LATE_MS)]);
  const locked = async () => navigator.locks.request('aureole.sound', { ifAvailable: true }, sound);
  // Where a browser keeps windows apart, the one in view sounds.
  const alone = () => document.hidden || play().catch(() => {});
  setTimeout(() => locked().catch(alone), Math.random() * (document.hidden ? 600 : 100));
};

// --- What the chat profile says these days --------------------------------------------------------

// Until it is hidden; nothing is stored for it.
let hidden;
const board = (root, field) => {
  const words = given('profile.banner');
  if (!words || words === hidden || root.querySelector('.board')) return;
  const hide = button('board__hide', word('widget.hide_banner', 'Hide this notice'), icon('close'), () => {
    hidden = words;
    box.remove();
    field.focus();
  });
  const box = make('div', { class: 'banner banner--bar board', role: 'note' }, make('p', { class: 'banner__text', dir: 'auto' }, words), hide);
  root.querySelector('.transcript-frame').before(box);
};

// --- While nobody is there ------------------------------------------------------------------------

// Asks where an answer finds the visitor, while neither people nor a bot are there and until it is
// known. It belongs to a conversation: before the first words it waits for them.
const watchAlone = (end, composer, log, ask) => {
  // The chat profile may not want it.
  if (given('profile.address') === 'off') return;
  let left = '';
  let isGiven = false;
  const label = make('label', { class: 'reach__label', for: 'reach' }, word('widget.reach', 'If you would like the answer by e-mail:'));
  const field = make('input', {
    class: 'farewell__field',
    id: 'reach',
    type: 'email',
    required: '',
    maxlength: 254,
    autocomplete: 'email',
    placeholder: word('widget.email', 'Your e-mail address'),
  });
  const leave = make('button', { class: 'button' }, word('widget.leave', 'Leave my address'));
  const form = make('form', { class: 'reach' }, label, make('div', { class: 'reach__row' }, field, leave));
  const note = make('p', { class: 'reach', role: 'status' });
  const look = () => {
    const { said = '' } = end.dataset;
    const isBegun = !!log.querySelector('.entry--own');
    isGiven &&= isBegun;
    if (left && isBegun) {
      ask('copy', left);
      left = '';
      isGiven = true;
    }
    form.hidden = !said.includes('alone') || said.includes('copied') || !!left || isGiven;
    const words = left ? word('widget.left', 'Now tell us what it is about; your address goes with it.') : '';
    if (note.textContent !== words) note.textContent = words;
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    left = field.value.trim();
    look();
    composer.querySelector('textarea').focus();
  });
  composer.before(form, note);
  new MutationObserver(look).observe(end, { attributeFilter: ['data-said'] });
  new MutationObserver(look).observe(log, { childList: true });
  look();
};

// --- Pictures of those who answer, and of the website ---------------------------------------------------

// Draws a picture over the letters of a name; one that does not come leaves them.
const portray = (place) => {
  const { picture } = place.dataset;
  const old = place.querySelector('img');
  const src = picture && `/chat/picture/${picture}`;
  if (old?.getAttribute('src') === src) return;
  old?.remove();
  if (!src) return;
  const image = make('img', { class: 'avatar__picture', alt: '', src, decoding: 'async' });
  image.addEventListener('error', () => {
    image.remove();
    // Or it would be asked for again with whatever is drawn next.
    delete place.dataset.picture;
  });
  place.append(image);
};

// Whoever answers lends the window their face; above it stands the website's own picture.
const head = (place) => {
  if (!place) return;
  const avatar = place.querySelector('.avatar');
  new MutationObserver(() => portray(avatar)).observe(avatar, { attributeFilter: ['data-picture'] });
  portray(avatar);
  const src = given('profile.header');
  if (!src) return;
  const image = make('img', { class: 'window__picture', alt: '', src });
  image.addEventListener('error', () => image.remove());
  place.before(image);
};

// --- A page with nothing but the chat ---------------------------------------------------------------

// Is called what the chat is called.
const entitle = (name) => {
  if (!name || parent !== window) return;
  const call = () => {
    document.title = name.textContent;
  };
  call();
  new MutationObserver(call).observe(name, { characterData: true, childList: true, subtree: true });
};

// --- What an admin saves --------------------------------------------------------------------------

const SPREAD_MS = 3000;
const AGAIN_MS = 5000;
const CONFIGURATION_MS = 15000;
let turns = 0;

// Asks for the configuration anew, a little later than other windows, as all hear of it at the same
// moment. What does not arrive now, the next page brings.
export const refresh = async () => {
  const turn = ++turns;
  await new Promise((done) => setTimeout(done, SPREAD_MS * Math.random()));
  if (turn !== turns) return;
  const profile = await configuration().catch(() => {});
  // Of two saves the later one counts, in whatever order the answers come.
  if (!profile || turn !== turns) return;
  aureoleBoot.tell('profile', profile);
  if (aureoleBoot.speak({ ...profile, texts: profile.frame_texts })) redraw();
};

const configuration = async () => {
  const asked = new URLSearchParams(location.search);
  const part = (name) => encodeURIComponent(asked.get(name));
  const address = `/api/profile/${part('profile')}?key=${part('key')}`;
  const response = await fetch(address, { credentials: 'omit', signal: AbortSignal.timeout(CONFIGURATION_MS) });
  return response.ok ? response.json() : undefined;
};

// The window is drawn anew with other words. What is being filled in beside the message would be
// lost with that, so it is waited for; who writes, or reads above, is left where they are.
const redraw = () => {
  const find = (part) => document.querySelector(part);
  const field = find('.composer__input');
  // A program that is lost says so, and begins anew with the words of the day.
  if (!field) return;
  const isFilled = (one) => (/^(radio|checkbox)$/.test(one.type) ? one.checked : one !== field && one.value);
  if (find('.upload') || [...document.querySelectorAll('input,textarea')].some(isFilled)) {
    setTimeout(redraw, AGAIN_MS);
    return;
  }
  const at = document.activeElement;
  const isLed = at.matches(':focus-visible');
  const { selectionStart: from, selectionEnd: to } = field;
  const { scrollTop: top } = find('.transcript');
  find('.window').remove();
  dispatchEvent(new Event('aureole:texts'));
  requestAnimationFrame(() => {
    const next = find('.composer__input');
    if (top) find('.transcript').scrollTop = top;
    if (!isLed || document.activeElement !== document.body) return;
    next.focus();
    if (at === field) next.setSelectionRange(from, to);
  });
};

// --- After the end --------------------------------------------------------------------------------

const MOUTHS = {
  satisfied: 'M8 14c1 1.7 2.4 2.5 4 2.5s3-.8 4-2.5',
  okay: 'M8.5 15h7',
  dissatisfied: 'M8 16.5c1-1.7 2.4-2.5 4-2.5s3 .8 4 2.5',
};
const COMMENT_MAX = 2000;

// Draws the questions whenever their part of the window is shown.
const watchEnd = (place, ask) => {
  const part = place.parentNode;
  let isShown = false;
  const look = () => {
    if (!part.hidden && !isShown) farewell(place, ask);
    isShown = !part.hidden;
  };
  new MutationObserver(look).observe(part, { attributeFilter: ['hidden'] });
  look();
};

// Asks how it was, and where to send a copy. What `place.dataset.said` names was answered already,
// here or in another window.
const farewell = (place, ask) => {
  // The button is gone with its question.
  const leave = () => place.parentNode.querySelector('.button--primary').focus();
  const asked = (attributes, label, action, submit) => {
    const field = make('input', { class: 'farewell__field', 'aria-label': label, placeholder: label, ...attributes });
    const form = make('form', { class: 'farewell__form' }, field, make('button', { class: 'button' }, action));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submit(field.value.trim());
      leave();
    });
    return form;
  };
  const part = (name, ...children) => make('div', { class: `farewell__part farewell__part--${name}` }, ...children);

  let chosen;
  const rated = (said) => {
    ask('rate', `${chosen}\n${said}`);
    rate.hidden = true;
  };
  const question = make('p', { id: 'farewell-rate' }, word('widget.rate', 'How was this chat?'));
  const group = make('div', { class: 'farewell__faces', role: 'group', 'aria-labelledby': 'farewell-rate' });
  const comment = asked(
    { maxlength: COMMENT_MAX },
    word('widget.comment', 'What could we do better? (optional)'),
    word('widget.send_rating', 'Send rating'),
    rated,
  );
  comment.hidden = true;
  const labels = {
    satisfied: word('widget.satisfied', 'Satisfied'),
    okay: word('widget.okay', 'Okay'),
    dissatisfied: word('widget.dissatisfied', 'Dissatisfied'),
  };
  for (const [name, mouth] of Object.entries(MOUTHS)) {
    const face = make('button', { type: 'button', class: 'farewell__face', 'aria-pressed': false });
    face.append(icon('face', mouth), labels[name]);
    face.addEventListener('click', () => {
      chosen = name;
      if (given('profile.comment') === 'off') {
        rated('');
        leave();
        return;
      }
      for (const other of group.children) other.setAttribute('aria-pressed', other === face);
      comment.hidden = false;
    });
    group.append(face);
  }
  const rate = part('rate', question, group, comment);
  const copy = part(
    'copy',
    asked(
      { type: 'email', required: '', maxlength: 254, autocomplete: 'email' },
      word('widget.email', 'Your e-mail address'),
      word('widget.send_copy', 'Send me a copy'),
      (address) => {
        ask('copy', address);
        copy.hidden = true;
      },
    ),
  );
  copy.prepend(make('p', {}, word('widget.copy', 'Receive a copy by e-mail')));
  // The chat profile may ask neither.
  const parts = { rating: rate, copy };
  const wanted = Object.keys(parts).filter((name) => given(`profile.${name}`) !== 'off');
  place.replaceChildren(...wanted.map((name) => parts[name]));
};
