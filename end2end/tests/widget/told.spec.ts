// What the window tells: how far a file and a message have come, when something was said, what is
// unread and what is heard, in one tab or several, and after a sleep.
import type { Page } from '@playwright/test';
import { expect, LINE_LOST, test } from '../../fixtures';
import type { Server } from '../../fixtures/server';
import type { Visitor } from '../../pages/visitor';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Where it is noon now: at midnight here, too, the days of a story are those it speaks of. */
function noon(): string {
  const behind = new Date().getUTCHours() - 12;
  return behind === 0 ? 'UTC' : `Etc/GMT${behind > 0 ? '+' : '-'}${Math.abs(behind)}`;
}

/** Has the server say of each line that it was said at another time. To be called before a visit. */
async function moves(visitor: Visitor, at: (ms: number) => number): Promise<void> {
  await visitor.page.routeWebSocket(/\/api\/live\//, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((said) => socket.send(said.toString().replaceAll(/"at":(\d+)/g, (_, ms) => `"at":${at(Number(ms))}`)));
  });
}

const days = (visitor: Visitor) => visitor.transcript.log.locator('.day-divider:not([hidden])');
const closes = (visitor: Visitor) => visitor.window.getByRole('button', { name: 'Close the chat window' }).click();
const badge = (visitor: Visitor) => visitor.page.locator('#halo-chat .badge');

/** The pages that have sounded, from now on and in this order. To be called before a visit. */
async function hears(visitor: Visitor): Promise<Page[]> {
  const sounded: Page[] = [];
  const context = visitor.page.context();
  await context.exposeBinding('sounded', ({ page }) => void sounded.push(page));
  await context.addInitScript(() => {
    // The device has no speaker: what is counted is that a browser was willing to play.
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      const playing = play.call(this);
      playing.then(() => (globalThis as unknown as { sounded(): void }).sounded(), () => {});
      return playing;
    };
  });
  return sounded;
}

/** Another tab with a closed window, which could sound at once: somebody has opened it before. */
async function anotherTab(visitor: Visitor): Promise<Visitor> {
  const tab = await visitor.anotherTab();
  await tab.opens();
  // What plays sounds comes later than the window, together with its tools.
  await expect(tab.window.locator('.composer__attach')).toBeAttached();
  await closes(tab);
  await expect(tab.bubble).toHaveAccessibleName('Open chat');
  return tab;
}

/** The tab goes into the background, or comes back, as far as its documents can tell. */
async function hides(visitor: Visitor, isHidden: boolean): Promise<void> {
  for (const frame of visitor.page.frames()) {
    await frame.evaluate((isHidden) => {
      Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, isHidden);
  }
}

/** Who may begin a conversation from now on. */
async function lets(server: Server, access: 'everyone' | 'identified'): Promise<void> {
  const { profile } = await server.profile<{ profile: object }>();
  await server.asAdmin('save_profile', { profile: { ...profile, access } });
}

test('a file says how far it has come, until it has arrived', async ({ people, line }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
  await expect(visitor.window.getByRole('button', { name: 'Attach a file' })).toBeVisible();

  // Much of it does not fit into the line.
  line.jam();
  line.holdBack();
  await visitor.window.locator('input[type=file]').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.alloc(18_000_000, 'three lamps ') });
  const upload = visitor.window.locator('.upload');
  const bar = visitor.window.getByRole('progressbar', { name: 'notes.txt' });
  await expect(bar).toBeVisible();
  await expect(upload.locator('.upload__bar')).toHaveCount(1);
  await expect(upload.locator('.upload__state')).toHaveText(/^Uploading, [1-9]\d? %$/);
  const part = await bar.evaluate((bar: HTMLProgressElement) => bar.value);
  expect(part).toBeGreaterThan(0);
  expect(part).toBeLessThan(100);

  // All of it has left, and nobody has said yet that it arrived.
  line.clear();
  await expect(upload.locator('.upload__state')).toHaveText('Uploading, 100 %');
  await expect(bar).toHaveJSProperty('value', 100);
  const arrived = visitor.transcript.log.getByRole('button', { name: 'Download notes.txt' });
  await expect(arrived).toHaveCount(0);

  line.release();
  await expect(arrived).toBeVisible();
  await expect(upload).toHaveCount(0);
  await expect(bar).toHaveCount(0);
});

test('a message that is refused for good says so, and goes once when it may', async ({ people, server }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  let tries = 0;
  visitor.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => void (tries += Number(payload.includes('Is the lamp still there?')))));
  await visitor.opens();
  await visitor.isConnected();
  // While they write, the chat becomes one for people who are signed in.
  await lets(server, 'identified');
  await visitor.says('Is the lamp still there?');
  await visitor.transcript.isState('Is the lamp still there?', 'Not sent');
  const line = visitor.transcript.line('Is the lamp still there?');
  const again = line.getByRole('button', { name: 'Try again' });
  await expect(again).toBeVisible();
  await expect(line.getByRole('button', { name: 'Discard' })).toBeVisible();
  await expect(line.locator('.entry__reason')).toHaveText(/^This chat is /);
  await expect(ann.rows).toHaveCount(0);

  // The cause is still there: it is said again, not swallowed.
  await again.click();
  await expect.poll(() => tries).toBe(2);
  await visitor.transcript.isState('Is the lamp still there?', 'Not sent');

  await lets(server, 'everyone');
  await again.click();
  await visitor.transcript.isSent('Is the lamp still there?');
  await expect(again).toBeHidden();
  await expect(line.locator('.entry__reason')).toBeHidden();
  await ann.joins('Is the lamp still there?');
  await ann.transcript.isExactly(['Is the lamp still there?']);
  await visitor.transcript.isExactly(['Is the lamp still there?']);
  await expect(ann.rows).toHaveCount(1);
  expect(tries).toBe(3);
});

test('a message says when, to people in their time and to machines in any', async ({ people }) => {
  // Neither this machine's time, nor whole hours away from it.
  const zone = 'Asia/Kathmandu';
  const visitor = await people.visitor({}, { timezoneId: zone });
  await visitor.opens();
  const before = Date.now();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
  const time = visitor.transcript.line('Hello').locator('.entry__meta time');
  await expect(time).toBeVisible();
  await expect(time).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/);
  const moment = new Date((await time.getAttribute('datetime'))!);
  // Said to the minute.
  expect(moment.getTime()).toBeGreaterThan(before - 60_000);
  expect(moment.getTime()).toBeLessThanOrEqual(Date.now());
  await expect(time).toHaveText(moment.toLocaleTimeString('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }));
});

test('what was said on two days has a divider for each', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.stranger({ timezoneId: noon() });
  let midnight = 0;
  await moves(visitor, (ms) => (ms < midnight ? ms - DAY_MS : ms));
  await visitor.visits();
  await visitor.opens();
  await visitor.says('Is the lamp still there?');
  await ann.joins('Is the lamp still there?');
  await ann.says('It is');
  await visitor.transcript.has('It is');
  await expect(days(visitor)).toHaveText(['Today']);

  midnight = Date.now();
  await visitor.page.reload();
  await visitor.transcript.has('It is');
  await expect(days(visitor)).toHaveText(['Yesterday']);
  await ann.says('And today it is cheaper');
  await visitor.says('I take it');
  await visitor.transcript.isSent('I take it');
  await visitor.transcript.isExactly(['Is the lamp still there?', 'It is', 'And today it is cheaper', 'I take it']);
  await expect(days(visitor)).toHaveText(['Yesterday', 'Today']);
  // Each stands where its day begins.
  const order = await visitor.transcript.log.locator('.day-divider:not([hidden]), .entry__bubble').allInnerTexts();
  expect(order).toEqual(['Yesterday', 'Is the lamp still there?', 'It is', 'Today', 'And today it is cheaper', 'I take it']);
});

test('what is unread is told in every tab, and read in one it is read in all', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await closes(visitor);
  const other = await anotherTab(visitor);
  // Opened in one, it opens in both; closed, the news may be on its way here.
  await expect(visitor.bubble).toHaveAccessibleName('Open chat');
  await ann.says('Good day');
  for (const tab of [visitor, other]) {
    await expect(tab.bubble).toHaveAccessibleName('Open chat, 1 unread');
    await expect(badge(tab)).toHaveText('1');
  }
  await ann.says('How can I help?');
  for (const tab of [visitor, other]) await expect(badge(tab)).toHaveText('2');

  await other.opens();
  await other.transcript.has('How can I help?');
  await expect(visitor.bubble).toHaveAccessibleName('Close chat');
  await expect(badge(visitor)).toBeHidden();
  await expect(badge(other)).toBeHidden();
  await ann.transcript.isState('How can I help?', 'Read');
});

test('who wants no sound hears none, in any tab, until they want it again', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.stranger();
  const sounded = await hears(visitor);
  await visitor.visits();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await visitor.chooses('Mute sound');
  await closes(visitor);
  const others = [await anotherTab(visitor), await anotherTab(visitor)];
  const tabs = [visitor, ...others];
  await ann.says('Good day');
  for (const { bubble } of tabs) await expect(bubble).toHaveAccessibleName('Open chat, 1 unread');

  // Wanted again in another tab than where it was not.
  const [other] = others;
  await other!.page.bringToFront();
  await other!.opens();
  await other!.chooses('Unmute sound');
  await closes(other!);
  for (const { bubble } of tabs) await expect(bubble).toHaveAccessibleName('Open chat');
  expect(sounded).toHaveLength(0);
  await ann.says('How can I help?');
  for (const { bubble } of tabs) await expect(bubble).toHaveAccessibleName('Open chat, 1 unread');
  await expect.poll(() => sounded.length).toBe(1);
});

test('where tabs cannot agree on who sounds, the one in view does', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.stranger();
  const sounded = await hears(visitor);
  await visitor.page.context().addInitScript(() => {
    // A page that is not secure has none at all.
    if (navigator.locks) navigator.locks.request = () => Promise.reject(new DOMException('Not here.', 'SecurityError'));
    // Tabs wait for a chance of time; with none of it their turns come in the order of what they hear.
    Math.random = () => 0;
  });
  await visitor.visits();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await closes(visitor);
  const other = await anotherTab(visitor);
  await hides(other, true);
  await ann.says('Good day');
  for (const { bubble } of [visitor, other]) await expect(bubble).toHaveAccessibleName('Open chat, 1 unread');
  await expect.poll(() => sounded).toEqual([visitor.page]);

  // The other could have: in view, it does, and that is its first.
  await hides(visitor, true);
  await hides(other, false);
  await ann.says('How can I help?');
  for (const { bubble } of [visitor, other]) await expect(bubble).toHaveAccessibleName('Open chat, 2 unread');
  await expect.poll(() => sounded).toEqual([visitor.page, other.page]);
});

test('a laptop that slept through a message and the end of its line wakes up to both', async ({ people, line, guard }) => {
  test.setTimeout(90_000);
  guard.expect(...LINE_LOST);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await ann.says('Good day');
  await ann.transcript.isState('Good day', 'Read');
  // A page under test is never out of sight, so Chromium freezes none (Page.setWebLifecycleState does
  // nothing). Its scripts are halted instead, which is what a page knows of a sleep.
  const window = visitor.page.frames().find((frame) => frame.url().includes('/chat/frame'))!;
  const session = await visitor.page.context().newCDPSession(window);
  await session.send('Debugger.enable');
  const isAsleep = new Promise((done) => session.once('Debugger.paused', done));
  await session.send('Debugger.pause');
  await isAsleep;
  await ann.says('Are you there?');
  await ann.transcript.isState('Are you there?', 'Sent');
  line.reset();

  // Awake, and no line: what is shown may be old, and the window says so.
  await session.send('Debugger.disable');
  await expect(visitor.notice).toContainText('Not up to date', { timeout: 20_000 });
  line.heal();
  await visitor.transcript.isExactly(['Hello', 'Good day', 'Are you there?'], 40_000);
  await expect(visitor.notice).toBeHidden({ timeout: 20_000 });
  await visitor.says('Here I am');
  await ann.transcript.has('Here I am', 20_000);
  await visitor.transcript.isExactly(['Hello', 'Good day', 'Are you there?', 'Here I am']);
  await expect(visitor.notice).toBeHidden();
});
