// The launcher by itself, against a stand-in for the server and the window: what a host page may
// do to it, and what must not happen to a host page.
import { expect, test as base, type Frame, type Page } from '@playwright/test';
import { Stand, type Failure } from './stand';

const MARKER = 'aureole.conversation';

const test = base.extend<{ stand: Stand; complaints: string[] }>({
  stand: async ({}, use) => {
    const stand = new Stand();
    await stand.open();
    await use(stand);
    stand.close();
  },
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

const bubble = (page: Page) => page.locator('#halo-chat .bubble');
const retry = (page: Page) => page.locator('#halo-chat .retry');
const isOpen = (page: Page, expected: boolean) => expect(bubble(page)).toHaveAttribute('aria-expanded', String(expected));
const outbound = (page: Page) => page.evaluate(() => (globalThis as any).outbound as [string, unknown][]);
const fire = (page: Page, name: string, detail: unknown = null) =>
  page.evaluate(([name, detail]) => dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`, { detail })), [name, detail] as const);
const ownFocus = (page: Page) => page.evaluate(() => document.querySelector('#halo-chat')?.shadowRoot?.activeElement?.className);

async function frame(page: Page): Promise<Frame> {
  await expect.poll(() => page.frames().length).toBe(2);
  const found = page.frames()[1]!;
  await expect(found.locator('#composer')).toBeVisible();
  return found;
}

const say = (window: Frame, event: string, detail: unknown = null) =>
  window.evaluate(([event, detail]) => (globalThis as any).say(event, detail), [event, detail] as const);
const heard = (window: Frame) => window.evaluate(() => (globalThis as any).heard as { event: string; detail: any; focus?: boolean }[]);

test('two requests draw the bubble, and nothing is stored', async ({ page, stand }) => {
  await page.goto(stand.address());
  await expect(bubble(page)).toHaveAccessibleName('Open chat');
  expect(stand.requests.filter((name) => name !== '/favicon.svg')).toEqual(['/chat/index.js', '/api/profile/prf_1']);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)).toBe(0);
  expect(await outbound(page)).toEqual([['initialized', { chatAvailable: true }]]);
});

test('opening moves the focus into the frame, Escape gives it back', async ({ page, stand }) => {
  await page.goto(stand.address());
  await bubble(page).focus();
  await page.keyboard.press('Enter');
  const window = await frame(page);
  await expect(window.locator('#composer')).toBeFocused();
  expect(await ownFocus(page)).toBe('frame');
  await page.keyboard.type('hello');
  await expect(window.locator('#composer')).toHaveValue('hello');
  await expect(page.locator('#halo-chat iframe')).toHaveAttribute('title', 'Chat with the shop');
  await page.keyboard.press('Escape');
  await isOpen(page, false);
  expect(await ownFocus(page)).toBe('bubble');
});

test('closing takes no focus that is not ours', async ({ page, stand }) => {
  await page.goto(stand.address());
  await bubble(page).click();
  await frame(page);
  await page.locator('#own').click();
  await fire(page, 'closeChatWindow');
  await isOpen(page, false);
  await expect(page.locator('#own')).toBeFocused();
});

test('under a strict policy everything works', async ({ page, stand }) => {
  await page.goto(stand.address({ isStrict: true, config: { icon: `${stand.chatOrigin}/icon.svg`, colour: 'teal' } }));
  await expect(page.locator('#halo-chat img')).toBeVisible();
  await expect(bubble(page)).toHaveCSS('background-color', 'rgb(0, 128, 128)');
  await bubble(page).click();
  await frame(page);
});

test('unread messages are shown and spoken', async ({ page, stand }) => {
  await page.goto(stand.address());
  await bubble(page).hover();
  const window = await frame(page);
  await say(window, 'unread', { count: 3 });
  await expect(bubble(page)).toHaveAccessibleName('Open chat, 3 unread');
  await say(window, 'unread', { count: 120 });
  await expect(page.locator('#halo-chat .badge')).toHaveText('99+');
  await isOpen(page, false);
});

test('a tab that nobody looks at says by its title what waits', async ({ page, stand }) => {
  await page.goto(stand.address());
  await bubble(page).click();
  const window = await frame(page);
  const look = (isHidden: boolean) => page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
  await say(window, 'unread', { count: 1 });
  await expect(page).toHaveTitle('A page');
  await look(true);
  await expect(page).toHaveTitle('(1) A page');
  await say(window, 'unread', { count: 2 });
  await expect(page).toHaveTitle('(2) A page');
  await look(false);
  await expect(page).toHaveTitle('A page');

  // The page's own changes are its own.
  await look(true);
  await page.evaluate(() => (document.title = 'Another page'));
  await look(false);
  await expect(page).toHaveTitle('Another page');
  await look(true);
  await expect(page).toHaveTitle('(2) Another page');
  await say(window, 'unread', { count: 0 });
  await expect(page).toHaveTitle('Another page');
});

test('the marker brings the frame back, and goes when the conversation ends', async ({ page, stand }) => {
  const address = stand.address({ config: { autoInitialize: false } });
  await page.goto(address);
  await fire(page, 'initialize');
  await bubble(page).hover();
  let window = await frame(page);
  await say(window, 'inProgress', { on: true });
  await expect.poll(() => page.evaluate((key) => localStorage.getItem(key), MARKER)).toBe('1');

  await page.reload();
  window = await frame(page);
  await isOpen(page, false);
  await say(window, 'open');
  await isOpen(page, true);
  expect(await ownFocus(page)).toBeUndefined();
  expect((await heard(window)).at(-1)).toMatchObject({ event: 'openChatWindow', focus: false });

  await say(window, 'inProgress', { on: false });
  await expect.poll(() => page.evaluate(() => localStorage.length)).toBe(0);
});

test('without persistChatToken there is no marker, and one that is left is not heeded', async ({ page, stand }) => {
  await page.goto(stand.address({ config: { persistChatToken: false } }));
  await bubble(page).hover();
  await say(await frame(page), 'inProgress', { on: true });
  expect(await page.evaluate(() => localStorage.length)).toBe(0);

  await page.evaluate((key) => localStorage.setItem(key, '1'), MARKER);
  const before = stand.asked('/api');
  await page.goto(stand.address({ config: { persistChatToken: 'false', autoInitialize: 'false' } }));
  await page.waitForTimeout(500);
  expect(stand.asked('/api')).toBe(before);
});

test('without autoInitialize nothing is asked, and what came early is kept', async ({ page, stand }) => {
  await page.goto(stand.address({ config: { autoInitialize: false } }));
  await fire(page, 'openChatWindow', { id_token: 'a.b.c', later: [1] });
  await page.waitForTimeout(500);
  expect([stand.asked('/api'), await outbound(page)]).toEqual([0, []]);

  await fire(page, 'initialize', { colour: 'green' });
  const window = await frame(page);
  const [first, second] = await heard(window);
  expect(first).toMatchObject({ event: 'initialize', look: { colour: '#008000', ink: '#ffffff' } });
  expect(second).toMatchObject({ event: 'openChatWindow', detail: { id_token: 'a.b.c', later: [1] }, focus: true });
  expect(await outbound(page)).toHaveLength(1);
});

test('the same flow again changes nothing, another one removes the open chat', async ({ page, stand }) => {
  await page.goto(stand.address());
  await bubble(page).click();
  await frame(page);
  await fire(page, 'initialize', null);
  await expect.poll(async () => (await outbound(page)).length).toBe(2);
  expect([stand.asked('/api'), page.frames().length]).toEqual([1, 2]);
  await isOpen(page, true);

  // A pointer that rests where the new bubble appears would be an intent.
  await page.mouse.move(5, 5);
  await fire(page, 'initialize', { configId: 'prf_2', configKey: 'other' });
  await expect.poll(async () => (await outbound(page)).length).toBe(3);
  expect(page.frames()).toHaveLength(1);
  await isOpen(page, false);
  await fire(page, 'openChatWindow');
  expect((await frame(page)).url()).toContain('profile=prf_2&key=other');
});

for (const failure of [403, 404, 500, 'reset'] as Failure[]) {
  test(`a configuration that fails (${failure}) is answered with false`, async ({ page, stand, complaints }) => {
    stand.failure.profile = failure;
    await page.goto(stand.address());
    await expect.poll(() => outbound(page), { timeout: 8000 }).toEqual([['initialized', { chatAvailable: false }]]);
    await expect(bubble(page)).toHaveCount(0);
    await fire(page, 'upgradeAnonChat', { id_token: 'x' });
    await expect.poll(async () => (await outbound(page)).at(-1)).toEqual(['upgradeAnonChat', { success: false, error: 'unavailable' }]);

    // A page's own button must say something when trying again may help, and be harmless otherwise.
    await fire(page, 'openChatWindow');
    if (failure === 500 || failure === 'reset') {
      await expect(retry(page)).toBeVisible();
      stand.failure.profile = 'none';
      await retry(page).click();
      await expect((await frame(page)).locator('#composer')).toBeFocused();
    } else await expect(page.locator('#halo-chat *')).toHaveCount(0);
    complaints.length = 0;
  });
}

test('hostile configuration is inert', async ({ page, stand }) => {
  await page.goto(stand.address({ config: { icon: 'javascript:alert(1)', colour: 'red;} *{display:none', height: '1e99', width: {}, mood: 1 } }));
  await expect(bubble(page)).toHaveCSS('background-color', 'rgb(75, 80, 200)');
  await expect(page.locator('#halo-chat img')).toHaveCount(0);
  await page.goto(stand.address({ config: { chatServiceUrl: 'javascript:alert(1)' } }));
  await expect.poll(() => outbound(page)).toEqual([['initialized', { chatAvailable: false }]]);
});

test('any colour gets text that can be read on it', async ({ page, stand }) => {
  for (const [colour, background, ink] of [
    ['#ff0', 'rgb(255, 255, 0)', 'rgb(0, 0, 0)'],
    ['oklch(70% 0.2 150)', 'rgb(0, 191, 84)', 'rgb(0, 0, 0)'],
    ['hsl(210 80% 30%)', 'rgb(15, 77, 138)', 'rgb(255, 255, 255)'],
    ['transparent', 'rgb(255, 255, 255)', 'rgb(0, 0, 0)'],
  ] as const) {
    await page.goto(stand.address({ config: { colour } }));
    await expect(bubble(page)).toHaveCSS('background-color', background);
    await expect(bubble(page)).toHaveCSS('color', ink);
  }
});

test('a frame that does not come is an error with a way on', async ({ page, stand, complaints }) => {
  stand.failure.frame = 500;
  await page.goto(stand.address());
  await bubble(page).click();
  await expect(page.getByRole('alert')).toHaveText(/could not be loaded/);
  stand.failure.frame = 'none';
  await retry(page).click();
  await expect((await frame(page)).locator('#composer')).toBeFocused();
  complaints.length = 0;
});

test('a wasm that does not come is an error with a way on, and out', async ({ page, stand, complaints }) => {
  stand.failure.wasm = 404;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(stand.address());
  await bubble(page).click();
  const again = page.frameLocator('#halo-chat iframe').getByRole('button', { name: 'Try again' });
  await expect(again).toBeVisible();
  await expect(bubble(page)).toBeVisible();
  stand.failure.wasm = 'none';
  await again.click();
  await expect((await frame(page)).locator('#composer')).toBeFocused();
  await expect(bubble(page)).toBeHidden();
  complaints.length = 0;
});

test('a window that dies comes back into the open window', async ({ page, stand }) => {
  await page.goto(stand.address());
  await bubble(page).click();
  const window = await frame(page);
  await window.evaluate(() => (globalThis as any).aureoleBoot.failed());
  await window.getByRole('button', { name: 'Try again' }).click();
  await expect(window.locator('#composer')).toBeVisible();
  await expect.poll(async () => (await heard(window)).map(({ event }) => event)).toEqual(['initialize', 'openChatWindow']);
});

for (const shape of [{ copies: 2 }, { hasElement: false }, { loading: 'async' }, { loading: 'defer' }, { declaration: 'const' }, { declaration: 'let' }, { loading: 'async', hasElement: false, copies: 2 }] as const) {
  test(`one widget on a page with ${JSON.stringify(shape)}`, async ({ page, stand }) => {
    await page.goto(stand.address(shape));
    await expect(bubble(page)).toHaveCount(1);
    await page.waitForTimeout(200);
    await expect(page.locator('#halo-chat')).toHaveCount(1);
    expect(await outbound(page)).toHaveLength(1);
  });
}

test('no global is added', async ({ page, stand }) => {
  await page.goto(stand.address());
  await expect(bubble(page)).toBeVisible();
  const added = await page.evaluate(() => {
    const clean = document.body.appendChild(document.createElement('iframe'));
    const known = new Set(Object.getOwnPropertyNames(clean.contentWindow));
    clean.remove();
    return Object.getOwnPropertyNames(window).filter((name) => !known.has(name));
  });
  expect(added.sort()).toEqual(['haloChatConfig', 'outbound']);
});

test('an element that is taken away and brought back carries the chat again', async ({ page, stand }) => {
  await page.goto(stand.address());
  await bubble(page).click();
  await frame(page);
  await page.evaluate(() => {
    (globalThis as any).element = document.querySelector('#halo-chat');
    (globalThis as any).element.remove();
  });
  await expect.poll(() => page.frames().length).toBe(1);
  await page.evaluate(() => document.body.append((globalThis as any).element));
  await expect.poll(async () => (await heard(await frame(page))).map(({ event }) => event)).toContain('openChatWindow');
  await bubble(page).click();
  await page.mouse.move(5, 5);

  const before = stand.requests.length;
  await page.evaluate(async () => {
    for (let n = 0; n < 1000; n += 1) {
      document.querySelector('#halo-chat')!.remove();
      await new Promise((done) => setTimeout(done));
      const element = document.createElement('div');
      element.id = 'halo-chat';
      document.body.append(element);
    }
  });
  await expect(bubble(page)).toHaveCount(1);
  expect([stand.requests.length, page.frames().length]).toEqual([before, 1]);
});

test('a body that is exchanged gets the bubble anew, one that lost it does not', async ({ page, stand }) => {
  await page.goto(stand.address({ hasElement: false }));
  await expect(bubble(page)).toBeVisible();
  await page.evaluate(() => document.body.replaceWith(document.createElement('body')));
  await expect(bubble(page)).toBeVisible();
  await page.evaluate(() => document.querySelector('#halo-chat')!.remove());
  await page.waitForTimeout(200);
  await expect(page.locator('#halo-chat')).toHaveCount(0);
});
