// The launcher by itself, against a stand-in for the server and the window: what a host page may
// do to it, and what must not happen to a host page.
import { expect, test as base, type CDPSession, type Frame, type Page } from '@playwright/test';
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
const teaser = (page: Page) => page.locator('#halo-chat .teaser');
const dismiss = (page: Page) => page.getByRole('button', { name: 'Dismiss' });
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
const heard = (window: Frame) => window.evaluate(() => (globalThis as any).heard as { event: string; detail: any; focus?: boolean; page?: { url: string } }[]);
const spoken = (window: Frame) => window.evaluate(() => (globalThis as any).spoken as { texts: string; lang: string; dir: string });
const push = (page: Page, address: string) => page.evaluate((address) => history.pushState(null, '', address), address);

/** Addresses that the configuration was asked at, in a page that is still to come. */
function asked(page: Page) {
  const found: string[] = [];
  page.on('request', (request) => request.url().includes('/profile') && found.push(request.url()));
  return found;
}

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

for (const shape of [
  { copies: 2 },
  { hasElement: false },
  { loading: 'async' },
  { loading: 'defer' },
  { loading: 'defer', copies: 2 },
  { declaration: 'const' },
  { declaration: 'let' },
  { declaration: 'window.' },
  { scriptFrom: 'host' },
  { loading: 'async', hasElement: false, copies: 2 },
  { loading: 'async', declaration: 'const', scriptFrom: 'host', hasElement: false },
] as const) {
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
});

/** What the page and its shadow roots hold once nothing is left that could be thrown away. */
async function held(session: CDPSession) {
  for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  const instances = async (type: string) => {
    const { result: prototype } = await session.send('Runtime.evaluate', { expression: `${type}.prototype`, objectGroup: 'held' });
    const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: prototype.objectId!, objectGroup: 'held' });
    const { result } = await session.send('Runtime.callFunctionOn', {
      objectId: objects.objectId!,
      functionDeclaration: `function () { return this.filter((one) => !(one instanceof Element) || one.className === 'shell').length }`,
      returnByValue: true,
    });
    return result.value as number;
  };
  const found = {
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    documents: metric('Documents'),
    shells: await instances('HTMLDivElement'),
    observers: await instances('MutationObserver'),
    sheets: await instances('CSSStyleSheet'),
    ports: await instances('MessagePort'),
  };
  await session.send('Runtime.releaseObjectGroup', { objectGroup: 'held' });
  return found;
}

for (const [count, isShown] of [[1000, false], [10, true]] as const) {
  test(`an element taken away and brought back ${count} times${isShown ? ' with an open window' : ''} leaves nothing behind`, async ({ page, stand }) => {
    test.setTimeout(90_000);
    stand.profile = { notification: 'Hello' };
    await page.goto(stand.address());
    await expect(bubble(page)).toBeVisible();
    if (isShown) {
      await bubble(page).click();
      await frame(page);
    }
    const cycle = (count: number) => page.evaluate(async ([count, isShown]) => {
      // The launcher hears of a change before the next task.
      const rest = () => (isShown ? new Promise((done) => setTimeout(done)) : Promise.resolve());
      const phase = () => document.querySelector('#halo-chat')?.shadowRoot?.querySelector<HTMLElement>('.shell')?.dataset.phase;
      for (let n = 0; n < count; n += 1) {
        let element = document.querySelector('#halo-chat')!;
        element.remove();
        await rest();
        // The same and another one in turn: applications do either.
        if (n % 2) {
          element = document.createElement('div');
          element.id = 'halo-chat';
        }
        document.body.append(element);
        do await rest(); while (isShown && phase() !== 'ready');
      }
    }, [count, isShown] as const);

    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await cycle(10);
    const before = await held(session);
    const requests = stand.asked('/api');
    await cycle(count);
    const after = await held(session);
    // Whoever records the story adds an observer or a node of his own now and then.
    for (const key of Object.keys(before) as (keyof typeof before)[]) {
      expect(after[key] - before[key], key).toBeLessThan(key === 'nodes' ? 20 : 5);
    }
    expect(after.shells).toBe(1);
    expect(stand.asked('/api')).toBe(requests);
    expect(page.frames()).toHaveLength(isShown ? 2 : 1);
    await expect(bubble(page)).toHaveCount(1);
  });
}

test('a body that is exchanged gets the bubble anew, one that lost it does not', async ({ page, stand }) => {
  await page.goto(stand.address({ hasElement: false }));
  await expect(bubble(page)).toBeVisible();
  await page.evaluate(() => document.body.replaceWith(document.createElement('body')));
  await expect(bubble(page)).toBeVisible();
  await page.evaluate(() => document.querySelector('#halo-chat')!.remove());
  await page.waitForTimeout(200);
  await expect(page.locator('#halo-chat')).toHaveCount(0);
});

test('a page without the element gets one, and its own that comes later takes over', async ({ page, stand }) => {
  await page.goto(stand.address({ hasElement: false }));
  await expect(bubble(page)).toBeVisible();
  await page.evaluate(() => {
    const own = document.createElement('div');
    own.id = 'halo-chat';
    own.className = 'own';
    document.body.prepend(own);
  });
  await expect(page.locator('#halo-chat')).toHaveCount(1);
  await expect(page.locator('#halo-chat.own .bubble')).toBeVisible();
});

test('the chat comes from its own address, wherever the script lies', async ({ page, stand }) => {
  const addresses = asked(page);
  await page.goto(stand.address({ scriptFrom: 'host' }));
  await bubble(page).click();
  expect((await frame(page)).url()).toBe(`${stand.chatOrigin}/chat/frame?profile=prf_1&key=k`);
  expect(addresses).toEqual([`${stand.chatOrigin}/api/profile/prf_1?key=k`]);
});

const PLAIN = { background: 'rgb(75, 80, 200)', theme: 'light', width: '400px', height: '700px', icon: '' };
const DOT = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg"/%3E';
const LOOKS: [property: string, shown: unknown[], drawn: Partial<typeof PLAIN>, ignored: unknown[]][] = [
  ['colour', ['red', '#f00', 'rgb(255 0 0)'], { background: 'rgb(255, 0, 0)' }, [null, '', 7, true, {}, ['red'], 'reddish', 'red;}', 'red;} *{display:none', 'url(//x)', 'red}</style><script>']],
  ['theme', ['dark'], { theme: 'dark' }, [null, '', 7, true, {}, ['dark'], 'light', 'DARK', 'dark"]{}']],
  ['width', [500, '500', '500px', ' 500.0 '], { width: '500px' }, [null, '', 0, -5, true, {}, [500], 'wide', 'calc(1px)', ';}']],
  ['width', [1, '1px', 240], { width: '240px' }, []],
  ['height', [500, '500', '500px', ' 500.0 '], { height: '500px' }, [null, '', 0, -5, false, {}, [500], 'tall', 'NaN', ';}']],
  ['height', [4001, '1e99', 'Infinity'], { height: '4000px' }, []],
  ['icon', [DOT], { icon: DOT }, [null, '', {}, [DOT], 'javascript:alert(1)', ' java\tscript:alert(1)', 'data:text/html,<script>', 'file:///etc/passwd', 'blob:x', 'http://[']],
];
test('the properties of the looks: what they draw, and what is as if it were not there', async ({ page, stand }) => {
  await page.goto(stand.address());
  await expect(bubble(page)).toBeVisible();
  for (const [property, shown, drawn, ignored] of LOOKS) {
    for (const [values, change] of [[shown, drawn], [ignored, {}]] as const) {
      const found = await page.evaluate(([property, values]) => values.map((value) => {
        // As a second copy of the script would, which is quicker than another page.
        const { chatServiceUrl, configId, configKey } = (globalThis as any).haloChatConfig;
        (globalThis as any).haloChatConfig = { chatServiceUrl, configId, configKey, [property]: value };
        dispatchEvent(new CustomEvent('aureole:present', { cancelable: true }));
        const bubble = document.querySelector('#halo-chat')!.shadowRoot!.querySelector('.bubble')!;
        const { dataset, style } = bubble.parentElement!;
        return {
          background: getComputedStyle(bubble).backgroundColor,
          theme: dataset.theme,
          width: style.getPropertyValue('--width'),
          height: style.getPropertyValue('--height'),
          icon: bubble.querySelector('img')?.getAttribute('src') ?? '',
        };
      }), [property, values] as const);
      for (const [n, value] of values.entries()) expect(found[n], `${property} ${JSON.stringify(value)}`).toEqual({ ...PLAIN, ...change });
    }
  }
  expect(stand.asked('/api')).toBe(1);
});

test('the property icon may be an address, and a picture that fails is none', async ({ page, stand, complaints }) => {
  await page.goto(stand.address({ config: { icon: `${stand.chatOrigin}/icon.svg` } }));
  await expect(page.locator('#halo-chat img')).toBeVisible();
  await page.goto(stand.address({ config: { icon: '/nothing.png' } }));
  await expect(page.locator('#halo-chat img')).toHaveCount(0);
  await expect(page.locator('#halo-chat svg.icon').first()).toBeVisible();
  complaints.length = 0;
});

test('the properties chatServiceUrl, configId and configKey: where the chat is asked for', async ({ page, stand }) => {
  const at = (path: string) => [`${stand.chatOrigin}${path}`];
  const addresses = asked(page);
  for (const [config, expected] of [
    [{}, at('/api/profile/prf_1?key=k')],
    [{ chatServiceUrl: null }, at('/api/profile/prf_1?key=k')],
    [{ chatServiceUrl: '' }, at('/api/profile/prf_1?key=k')],
    [{ chatServiceUrl: {} }, at('/api/profile/prf_1?key=k')],
    [{ chatServiceUrl: `${stand.chatOrigin}/api//` }, at('/api/profile/prf_1?key=k')],
    [{ chatServiceUrl: `${stand.chatOrigin.replace('//', '//me:secret@')}/api?x#y` }, at('/api/profile/prf_1?key=k')],
    [{ chatServiceUrl: 'javascript:alert(1)' }, []],
    [{ chatServiceUrl: 'data:text/html,x' }, []],
    [{ chatServiceUrl: 'ftp://localhost/api' }, []],
    [{ chatServiceUrl: 'http://[' }, []],
    [{ configId: null }, []],
    [{ configId: '' }, []],
    [{ configId: ['prf_1'] }, []],
    [{ configId: 7 }, at('/api/profile/7?key=k')],
    [{ configId: '../x?key=y#z' }, at('/api/profile/..%2Fx%3Fkey%3Dy%23z?key=k')],
    [{ configKey: null }, at('/api/profile/prf_1?key=')],
    [{ configKey: 7 }, at('/api/profile/prf_1?key=7')],
    [{ configKey: 'a&b=c#d' }, at('/api/profile/prf_1?key=a%26b%3Dc%23d')],
  ] as const) {
    addresses.length = 0;
    await page.goto(stand.address({ config }));
    await expect.poll(() => outbound(page), JSON.stringify(config)).toEqual([['initialized', { chatAvailable: expected.length === 1 }]]);
    expect(addresses, JSON.stringify(config)).toEqual(expected);
  }
});

test('the property autoInitialize: only false waits', async ({ page, stand }) => {
  for (const autoInitialize of [true, 'true', null, '', 0, 'no', {}, 'False;}']) {
    await page.goto(stand.address({ config: { autoInitialize } }));
    await expect.poll(async () => (await outbound(page)).length, JSON.stringify(autoInitialize)).toBe(1);
  }
  for (const autoInitialize of [false, 'false']) {
    await page.goto(stand.address({ config: { autoInitialize } }));
    await page.waitForTimeout(300);
    expect(await outbound(page)).toEqual([]);
    await fire(page, 'initialize');
    await expect.poll(async () => (await outbound(page)).length).toBe(1);
  }
});

test('the property persistChatToken: only false forgets', async ({ page, stand }) => {
  await page.goto(stand.address({ config: { persistChatToken: null } }));
  await bubble(page).hover();
  const window = await frame(page);
  for (const [persistChatToken, isKept] of [[{}, 1], [false, 0], [true, 1], ['false', 0], [null, 0], ['true', 1], [0, 1], ['no', 1]] as const) {
    await fire(page, 'initialize', { persistChatToken });
    await say(window, 'inProgress', { on: true });
    await say(window, 'unread', { count: 1 });
    await expect(bubble(page)).toHaveAccessibleName('Open chat, 1 unread');
    expect(await page.evaluate(() => localStorage.length), JSON.stringify(persistChatToken)).toBe(isKept);
    await say(window, 'inProgress', { on: false });
    await say(window, 'unread', { count: 0 });
    await expect(bubble(page)).toHaveAccessibleName('Open chat');
  }
});

test('the properties of the window are passed on as they are, and nothing else is', async ({ page, stand }) => {
  // A path is one of the page's, and the frame has another address.
  const sound = new URL('/x.mp3', stand.address()).href;
  for (const [given, passed] of [
    [{ tenantId: 'a', chatMode: 'heartbeat', sound: '/x.mp3', persistChatToken: 'false' }, { tenantId: 'a', chatMode: 'heartbeat', sound, persistChatToken: 'false' }],
    [{ tenantId: 7, chatMode: '<b>', sound: 'javascript:alert(1)', mood: 'good' }, { tenantId: 7, chatMode: '<b>', sound: 'javascript:alert(1)' }],
    [{ tenantId: null, chatMode: {}, sound: ['/x.mp3'], constructor: 'x', toString: 'y' }, {}],
  ] as const) {
    await page.goto(stand.address({ config: given }));
    await bubble(page).hover();
    const [first] = await heard(await frame(page));
    expect(first!.detail).toEqual({ chatServiceUrl: `${stand.chatOrigin}/api`, configId: 'prf_1', configKey: 'k', ...passed });
  }
});

test('the property tenantId is part of the flow', async ({ page, stand }) => {
  await page.goto(stand.address());
  await expect(bubble(page)).toBeVisible();
  for (const [tenantId, times] of [[null, 1], [{}, 1], ['t', 2], ['t', 2]] as const) {
    const answers = (await outbound(page)).length;
    await fire(page, 'initialize', { tenantId });
    await expect.poll(async () => (await outbound(page)).length).toBe(answers + 1);
    expect(stand.asked('/api')).toBe(times);
  }
});

test('a teaser is shown where its pattern fits', async ({ page, stand }) => {
  const address = stand.address();
  const { origin } = new URL(address);
  const rows: [pattern: string, path: string, fits: boolean][] = [
    ['/pricing', '/pricing', true],
    ['/pricing', '/pricing?plan=2#x', true],
    ['/pricing', '/pricing/', false],
    ['/pricing', '/Pricing', false],
    ['/pricing', '/de/pricing', false],
    ['/pricing*', '/pricing', true],
    ['/pricing*', '/pricing/teams', true],
    ['/*/pricing', '/de/pricing', true],
    ['/*/pricing', '/pricing', false],
    ['/a*b*c', '/aXbXbXc', true],
    ['/a*b*c', '/aXcXb', false],
    ['/a*ab', '/ab', false],
    ['/ab*ba', '/aba', false],
    ['**/b**', '/a/b', true],
    ['*', '/anything', true],
    ['*/pricing', '/de/pricing', true],
    ['*/pricing', '/pricing/x', false],
    [`${origin}/pricing`, '/pricing', true],
    [`${origin}/*`, '/x', true],
    ['http://127.*/x', '/x', true],
    ['https://127.*/x', '/x', false],
    ['//127.0.0.1*', '/x', false],
    ['127.0.0.1*', '/x', false],
    ['/x?', '/x', false],
    ['/x?a=1', '/x?a=1', true],
    ['/x?a=1', '/x?a=1&b=2', false],
    ['/x?*b=2*', '/x?a=1&b=2#y', true],
    ['*?a=1', '/x?a=1', true],
    ['/x#y', '/x#y', false],
    ['/über-*', '/%C3%BCber-uns', true],
    ['/%C3%BCber-uns', '/über-uns', true],
    ['/a b', '/a%20b', true],
    ['/%', '/%', true],
    ['/a.c', '/abc', false],
    ['/(a+)+$', '/aaa', false],
    ['  /x  ', '/x', true],
  ];
  await page.goto(address);
  await expect(bubble(page)).toBeVisible();
  for (const [n, [url, path, fits]] of rows.entries()) {
    stand.profile = { teasers: [{ url, text: 'It fits' }] };
    await push(page, path);
    // Another flow asks anew, which is quicker than another page.
    await page.evaluate((configKey) => new Promise((answered) => {
      addEventListener('haloChat_outboundEvent_initialized', answered, { once: true });
      dispatchEvent(new CustomEvent('haloChat_inboundEvent_initialize', { detail: { configKey } }));
    }), n);
    expect(await teaser(page).isVisible(), `${url} on ${path}`).toBe(fits);
  }
});

test('the first teaser that fits is shown, else the notification, else nothing', async ({ page, stand }) => {
  stand.profile = { notification: 'Anywhere', teasers: [{ url: '*/plans/*', text: 'A plan' }, { url: '*/plans*', text: 'Plans' }] };
  const address = stand.address();
  for (const [path, text] of [['/plans/2', 'A plan'], ['/plans', 'Plans'], ['', 'Anywhere']]) {
    await page.goto(address + path);
    await expect(teaser(page)).toHaveText(text!);
    await expect(teaser(page)).toBeVisible();
  }
  expect(page.frames()).toHaveLength(1);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);

  stand.profile = { teasers: [{ url: '*/plans', text: 'Plans' }] };
  await page.goto(address);
  await expect(bubble(page)).toBeVisible();
  await expect(teaser(page)).toBeHidden();
});

for (const [name, has] of [['with the Navigation API', true], ['without it', false]] as const) {
  test(`the teaser follows the address of a single-page application, ${name}`, async ({ page, stand }) => {
    stand.profile = { teasers: [{ url: '/a', text: 'About a' }, { url: '/b', text: 'About b' }] };
    // What a page's own `var navigation` does to it.
    if (!has) await page.addInitScript(() => ((globalThis as any).navigation = 'Home'));
    await page.goto(stand.address());
    await expect(bubble(page)).toBeVisible();
    await expect(teaser(page)).toBeHidden();
    const settle = () => (has ? undefined : page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))));
    await push(page, '/a');
    await settle();
    await expect(teaser(page)).toHaveText('About a');
    await page.evaluate(() => history.replaceState(null, '', '/b'));
    await settle();
    await expect(teaser(page)).toHaveText('About b');
    await push(page, '/c');
    await settle();
    await expect(teaser(page)).toBeHidden();
    await page.goBack();
    await expect(teaser(page)).toHaveText('About b');
    await expect(teaser(page)).toBeVisible();
  });
}

test('a click on the teaser opens the chat and gives it the focus', async ({ page, stand }) => {
  stand.profile = { notification: 'May we help?' };
  await page.goto(stand.address());
  await page.getByRole('button', { name: 'May we help?' }).click();
  const window = await frame(page);
  await expect(window.locator('#composer')).toBeFocused();
  await isOpen(page, true);
  await expect(teaser(page)).toBeHidden();
  // It was opened: this page need not ask again.
  await page.keyboard.press('Escape');
  await isOpen(page, false);
  expect(await ownFocus(page)).toBe('bubble');
  await push(page, '/elsewhere');
  await expect(teaser(page)).toBeHidden();
  await page.goto(stand.address());
  await expect(teaser(page)).toBeVisible();
});

test('a teaser that is dismissed stays away until the page is loaded anew, and loads nothing', async ({ page, stand }) => {
  stand.profile = { notification: 'May we help?', teasers: [{ url: '/other', text: 'Other' }] };
  await page.goto(stand.address());
  await dismiss(page).click();
  await expect(teaser(page)).toBeHidden();
  await expect(dismiss(page)).toHaveCount(0);
  expect([await ownFocus(page), page.frames().length]).toEqual(['bubble', 1]);
  await push(page, '/other');
  await expect(teaser(page)).toBeHidden();
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)).toBe(0);

  // By the keyboard alone, on the way past the bubble.
  await page.goto(stand.address());
  await expect(teaser(page)).toBeVisible();
  await page.locator('#own').focus();
  for (const name of ['bubble', 'teaser', 'dismiss']) {
    await page.keyboard.press('Tab');
    expect(await ownFocus(page)).toBe(name);
  }
  await page.keyboard.press('Escape');
  await expect(teaser(page)).toBeHidden();
  expect(await ownFocus(page)).toBe('bubble');
});

test('no teaser while a conversation is in progress or messages wait', async ({ page, stand }) => {
  stand.profile = { notification: 'May we help?' };
  await page.goto(stand.address());
  await expect(teaser(page)).toBeVisible();
  await bubble(page).hover();
  let window = await frame(page);
  await say(window, 'unread', { count: 1 });
  await expect(teaser(page)).toBeHidden();
  await say(window, 'unread', { count: 0 });
  await expect(teaser(page)).toBeVisible();
  // Who was in it is not lost: the page may be gone on by keyboard.
  await teaser(page).focus();
  await say(window, 'inProgress', { on: true });
  await expect(teaser(page)).toBeHidden();
  expect(await ownFocus(page)).toBe('bubble');

  // After a load only the marker says so, before the frame does.
  stand.failure.frame = 'hang';
  await page.reload();
  await expect(bubble(page)).toBeVisible();
  await expect(teaser(page)).toBeHidden();
  stand.failure.frame = 'none';
  await page.reload();
  window = await frame(page);
  await say(window, 'inProgress', { on: false });
  await expect(teaser(page)).toBeVisible();
  await fire(page, 'openChatWindow');
  await isOpen(page, true);
  await expect(teaser(page)).toBeHidden();
});

test('hostile teasers are skipped, and no pattern hangs the page', async ({ page, stand }) => {
  const hostile = [null, 7, 'x', [], {}, { url: '*' }, { text: 'x' }, { url: 7, text: 'x' }, { url: '*', text: {} }, { url: '', text: 'x' }, { url: ' ', text: 'x' }, { url: '*', text: ' ' }, { url: ['*'], text: 'x' }];
  const markup = '<img src=x onerror=alert(1)>';
  for (const [profile, text] of [
    [{ teasers: [...hostile, { url: '*', text: markup }] }, markup],
    [{ teasers: hostile, notification: 'Here' }, 'Here'],
    [{ teasers: hostile, notification: { text: 'x' } }, ''],
    ...[null, 7, 'x', true, { length: 1 }, {}].map((teasers) => [{ teasers, notification: 'Here' }, 'Here']),
  ] as [Record<string, unknown>, string][]) {
    stand.profile = profile;
    await page.goto(stand.address());
    await expect(bubble(page)).toBeVisible();
    await expect(teaser(page)).toBeVisible({ visible: !!text });
    await expect(teaser(page)).toHaveText(text);
    await expect(page.locator('#halo-chat .hint img')).toHaveCount(0);
  }

  const many = 20_000;
  stand.profile = { teasers: [{ url: `*?${'a*'.repeat(many)}b`, text: 'No' }, { url: `*${'*'.repeat(many)}#`, text: 'No' }, { url: `*${'*a'.repeat(many)}*`, text: 'Yes' }] };
  await page.goto(stand.address());
  await expect(bubble(page)).toBeVisible();
  const took = await page.evaluate((path) => {
    const before = performance.now();
    history.pushState(null, '', path);
    return performance.now() - before;
  }, `/${'a'.repeat(many)}?${'a'.repeat(2 * many)}`);
  expect(took).toBeLessThan(500);
  await expect(teaser(page)).toHaveText('Yes');
});

test('a teaser is three lines beside the bubble, in either direction, light and dark, on a phone', async ({ page, stand }) => {
  stand.profile = { notification: 'We answer within a minute, and help with whatever it is. '.repeat(6), colour: '#4b50c8' };
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [dir, theme, paper] of [['ltr', 'light', 'rgb(255, 255, 255)'], ['rtl', 'dark', 'rgb(23, 26, 32)']] as const) {
    await page.goto(stand.address({ dir, config: { theme } }));
    const hint = page.locator('#halo-chat .hint');
    await expect(hint).toHaveCSS('background-color', paper);
    await hint.evaluate((hint) => Promise.all(hint.getAnimations().map((one) => one.finished)));
    const [box, own] = [(await hint.boundingBox())!, (await bubble(page).boundingBox())!];
    expect(box.x).toBeGreaterThanOrEqual(20);
    expect(box.x + box.width).toBeLessThanOrEqual(370);
    expect(box.width).toBeLessThanOrEqual(280);
    expect(box.height).toBeLessThan(100);
    if (dir === 'ltr') expect(own.x - (box.x + box.width)).toBeCloseTo(14, 0);
    else expect(box.x - (own.x + own.width)).toBeCloseTo(14, 0);
    // The words' direction is their own.
    await expect(page.locator('#halo-chat .words')).toHaveCSS('direction', 'ltr');
  }
});

test('the launcher speaks the language of the configuration, and English where a word is missing', async ({ page, stand }) => {
  stand.profile = {
    lang: 'de',
    dir: 'ltr',
    notification: 'Fragen?',
    texts: { open_chat: 'Chat öffnen', unread: '{count} ungelesen', loading: 'Der Chat wird geöffnet', retry: 7, dismiss: 'Ausblenden', close_chat: '' },
  };
  await page.goto(stand.address({ dir: 'rtl' }));
  const shell = page.locator('#halo-chat .shell');
  await expect(shell).toHaveAttribute('lang', 'de');
  await expect(shell).toHaveAccessibleName('Chat');
  await expect(page.getByRole('button', { name: 'Ausblenden' })).toBeVisible();
  // The side is the page's.
  expect((await bubble(page).boundingBox())!.x).toBeLessThan(100);
  await bubble(page).hover();
  await say(await frame(page), 'unread', { count: 2 });
  await expect(bubble(page)).toHaveAccessibleName('Chat öffnen, 2 ungelesen');
  await bubble(page).click();
  await expect(bubble(page)).toHaveAccessibleName('Close chat');
  await expect(page.locator('#halo-chat .text')).toHaveText('Der Chat wird geöffnet');
  await expect(retry(page)).toHaveText('Try again');

  for (const [lang, texts] of [[undefined, undefined], [7, null], [{}, 'x'], ['', [1]]]) {
    stand.profile = { lang, texts };
    await page.goto(stand.address());
    await expect(bubble(page)).toHaveAccessibleName('Open chat');
    await expect(shell).toHaveAttribute('lang', 'en');
  }
});

test('the port comes with the language, and the window starts in it', async ({ page, stand }) => {
  const handed = (window: Frame) => window.evaluate(() => (globalThis as any).handed);
  await page.addInitScript(() => addEventListener('message', ({ data }) => data?.aureole === 'port' && ((globalThis as any).handed = data)));
  const frame_texts = { 'widget.write': 'Schreiben', 'boot.loading': 'Moment', odd: [1] };
  stand.profile = { lang: 'de-CH', dir: 'ltr', frame_texts };
  await page.goto(stand.address({ config: { theme: 'dark' } }));
  await bubble(page).click();
  let window = await frame(page);
  expect(await handed(window)).toEqual({ aureole: 'port', version: 1, theme: 'dark', look: { colour: '#4b50c8', ink: '#ffffff' }, lang: 'de-CH', dir: 'ltr', texts: frame_texts });
  const { texts, ...root } = await spoken(window);
  expect(root).toEqual({ lang: 'de-CH', dir: 'ltr' });
  expect(JSON.parse(texts)).toEqual(frame_texts);

  stand.profile = { lang: 'ar', dir: 'rtl' };
  await page.goto(stand.address());
  await bubble(page).click();
  expect(await spoken(await frame(page))).toEqual({ texts: '', lang: 'ar', dir: 'rtl' });

  for (const profile of [{}, { lang: 'german', dir: 'up' }, { lang: 'de"><b>', dir: '' }, { lang: 7, dir: {} }, { lang: null, dir: null, frame_texts: null }]) {
    stand.profile = profile;
    await page.goto(stand.address());
    await bubble(page).click();
    window = await frame(page);
    expect(await spoken(window), JSON.stringify(profile)).toEqual({ texts: '', lang: 'en', dir: 'ltr' });
  }
});

test('what boot.js says itself is in the language too', async ({ page, stand, complaints }) => {
  stand.failure.wasm = 'hang';
  stand.profile = { lang: 'de', frame_texts: { 'boot.loading': 'Einen Moment' } };
  await page.goto(stand.address());
  await bubble(page).click();
  await expect(page.frameLocator('#halo-chat iframe').getByRole('status')).toHaveText('Einen Moment');

  stand.failure.wasm = 404;
  stand.profile = { lang: 'de', frame_texts: { 'boot.failed': 'Der Chat ist stehen geblieben.', 'boot.retry': 'Nochmal' } };
  await page.goto(stand.address());
  await bubble(page).click();
  const window = page.frameLocator('#halo-chat iframe');
  await expect(window.getByRole('alert')).toHaveText('Der Chat ist stehen geblieben.');
  await expect(window.getByRole('button', { name: 'Nochmal' })).toBeVisible();

  stand.profile = { frame_texts: { 'boot.failed': 7, 'boot.retry': null } };
  await page.goto(stand.address());
  await bubble(page).click();
  await expect(window.getByRole('alert')).toHaveText('The chat stopped. Try again to go on.');
  await expect(window.getByRole('button', { name: 'Try again' })).toBeVisible();
  complaints.length = 0;
});

test('a window of its own asks for its language itself, and does not wait for ever', async ({ page, stand, complaints }) => {
  const address = `${stand.chatOrigin}/chat/frame?profile=prf_1&key=a%26b`;
  const addresses = asked(page);
  stand.profile = { lang: 'de', frame_texts: { 'boot.loading': 'Moment' } };
  await page.goto(address);
  await expect(page.locator('#composer')).toBeVisible();
  expect(await spoken(page.mainFrame())).toEqual({ texts: '{"boot.loading":"Moment"}', lang: 'de', dir: 'ltr' });
  expect(addresses.filter((one) => one.includes('/api/'))).toEqual([`${stand.chatOrigin}/api/profile/prf_1?key=a%26b`]);

  for (const [failure, atLeast, atMost] of [[500, 0, 2000], ['reset', 0, 2000], ['hang', 2500, 6000]] as [Failure, number, number][]) {
    stand.failure.profile = failure;
    const before = Date.now();
    await page.goto(address);
    await expect(page.locator('#composer')).toBeVisible();
    expect(Date.now() - before).toBeGreaterThan(atLeast);
    expect(Date.now() - before).toBeLessThan(atMost);
    expect(await spoken(page.mainFrame())).toEqual({ texts: '', lang: 'en', dir: 'ltr' });
  }
  complaints.length = 0;
});

test('a frame starts in English when its launcher says nothing of a language, or nothing at all', async ({ page, stand }) => {
  await page.goto(stand.address({ copies: 0 }));
  const embed = (answers: boolean) => page.evaluate(([address, answers]) => {
    document.querySelector('iframe')?.remove();
    const frame = document.createElement('iframe');
    frame.src = address;
    if (answers) addEventListener('message', () => frame.contentWindow!.postMessage({ aureole: 'port', version: 1, theme: 'light' }, '*', [new MessageChannel().port2]), { once: true });
    document.body.append(frame);
    return performance.now();
  }, [`${stand.chatOrigin}/chat/frame?profile=prf_1&key=k`, answers] as const);
  for (const [answers, atLeast, atMost] of [[true, 0, 2000], [false, 2500, 6000]] as const) {
    const before = await embed(answers);
    const window = await frame(page);
    const took = (await page.evaluate(() => performance.now())) - before;
    expect(took).toBeGreaterThan(atLeast);
    expect(took).toBeLessThan(atMost);
    expect(await spoken(window)).toEqual({ texts: '', lang: 'en', dir: 'ltr' });
  }
  // What comes too late changes nothing: the program goes on in English.
  const late = page.frames()[1]!;
  await page.evaluate(() => frames[0]!.postMessage({ aureole: 'port', version: 1, theme: 'dark', lang: 'de', dir: 'rtl', texts: { 'boot.retry': 'x' } }, '*', [new MessageChannel().port2]));
  await expect(late.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(late.locator('html')).toHaveAttribute('lang', 'en');
  expect(await late.evaluate(() => (globalThis as any).aureoleBoot.texts())).toBe('');
  // Both programs were fetched meanwhile, and nothing was asked for in the page's stead.
  expect([stand.asked('/chat/widget_bg.wasm'), stand.asked('/api')]).toEqual([2, 0]);
});

test('what is loaded later is loaded once, and again by itself after a failure', async ({ page, stand, complaints }) => {
  await page.goto(stand.address());
  await bubble(page).click();
  const window = await frame(page);
  const add = (a: number, b: number) => window.evaluate(([a, b]) => (globalThis as any).aureoleBoot.more('add', a, b), [a, b]);
  expect(stand.asked('/chat/more.js')).toBe(0);
  stand.failure.more = 500;
  const first = add(1, 2);
  await expect.poll(() => stand.asked('/chat/more.js')).toBe(1);
  stand.failure.more = 'none';
  expect(await first).toBe(3);
  expect(await add(3, 4)).toBe(7);
  expect(stand.asked('/chat/more.js')).toBe(2);
  complaints.length = 0;
});

test('the query of the page is told only where an admin wants it, the fragment never', async ({ page, stand }) => {
  for (const [is_page_query_kept, query] of [[true, '?plan=2'], [false, ''], [undefined, ''], ['true', '']] as const) {
    stand.profile = { is_page_query_kept };
    const address = `${stand.address()}/pricing`;
    await page.goto(`${address}?plan=2#secret`);
    await bubble(page).click();
    const window = await frame(page);
    await expect.poll(async () => (await heard(window)).map(({ page }) => page?.url)).toEqual([address + query, address + query]);
  }
});
