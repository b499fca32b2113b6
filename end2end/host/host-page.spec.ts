// The contract with the host page, told with the real server.
import { expect, test } from '../fixtures';
import type { Visitor } from '../pages/visitor';

const fire = (visitor: Visitor, name: string, detail: unknown = null) =>
  visitor.page.evaluate(([name, detail]) => dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`, { detail })), [name, detail] as const);

test('without autoInitialize not one request is made of the API', async ({ people, line }) => {
  const visitor = await people.stranger();
  for (const load of ['first', 'second']) {
    const before = line.asked.length;
    await visitor.visits('/', { autoInitialize: 'false' });
    // The absence is the claim, so time is what has to pass.
    await visitor.page.waitForTimeout(5_000);
    expect(line.asked.slice(before).map(({ path }) => path), `${load} load`).toEqual(load === 'first' ? ['/chat/index.js'] : expect.arrayContaining([]));
    expect(line.count('/api/'), load).toBe(0);
    expect(line.count('/chat/frame'), load).toBe(0);
  }
  await expect(visitor.bubble).toHaveCount(0);
  const available = visitor.page.evaluate(
    () => new Promise((done) => addEventListener('haloChat_outboundEvent_initialized', (event) => done((event as CustomEvent).detail))),
  );
  await fire(visitor, 'initialize', { colour: '#206040' });
  expect(await available).toEqual({ chatAvailable: true });
  await expect(visitor.bubble).toHaveCSS('background-color', 'rgb(32, 96, 64)');
  await visitor.opens();
});

test('a button of the page opens the chat, and the page may close it', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.page.getByRole('button', { name: 'Ask us something' }).click();
  await visitor.isReady();
  await fire(visitor, 'closeChatWindow');
  await expect(visitor.bubble).toHaveAttribute('aria-expanded', 'false');
});

test('logging out of the host page forgets the visitor', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await visitor.transcript.has('Ann joined');
  await fire(visitor, 'logout');
  await visitor.transcript.isExactly([]);
  expect(await visitor.kept()).toBeNull();
  await visitor.says('Somebody else');
  await expect(ann.rows).toHaveCount(2);
  await expect(ann.row('Somebody else')).toBeVisible();
});

test('the strict shop: a policy that allows almost nothing', async ({ people, server }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.stranger();
  const answer = await visitor.page.goto(server.shop('/strict', { icon: `${server.url}/favicon.svg`, colour: 'teal' }));
  expect(answer?.headers()['content-security-policy']).toContain("default-src 'none'");
  await expect(visitor.bubble.locator('img')).toBeVisible();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await ann.says('Good day');
  await visitor.transcript.isExactly(['Hello', 'Good day']);
  await visitor.ends();
  await visitor.transcript.has('You ended this conversation');
});

test('a wrong key is no chat', async ({ people, guard }) => {
  guard.expect(/status of 403/, /the server refused this page \(403\)/);
  const visitor = await people.stranger();
  const heard = visitor.page.waitForResponse(/\/api\/profile\//);
  await visitor.visits('/', { configKey: 'wrong' });
  expect((await heard).status()).toBe(403);
  await fire(visitor, 'openChatWindow');
  await expect(visitor.bubble).toHaveCount(0);
});

test('a key that is changed while the window is open is said in a sentence', async ({ people, server, guard }) => {
  guard.expect(/status of 403/);
  const visitor = await people.stranger();
  await visitor.page.goto(`${server.url}/chat/frame?profile=prf_01M7YC7QSFXXKYXY5XDRF3R1NR&key=wrong`);
  await expect(visitor.page.getByText('This chat is not set up correctly. Please tell the owner of this website.')).toBeVisible();
});

test('sizes and themes of the page', async ({ people }) => {
  const visitor = await people.visitor({ height: '500', width: '320', theme: 'dark' });
  await visitor.opens();
  const frame = visitor.page.locator('#halo-chat iframe');
  await expect.poll(async () => (await frame.boundingBox())?.width).toBeCloseTo(318, -1);
  await expect.poll(async () => (await frame.boundingBox())?.height).toBeCloseTo(498, -1);
  await expect(visitor.window.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('Escape closes and gives the focus back; opening focuses the composer', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.composer.press('Escape');
  await expect(visitor.bubble).toBeFocused();
  await visitor.page.keyboard.press('Enter');
  await visitor.isReady();
  // Escape in the menu closes only the menu.
  await visitor.window.getByRole('button', { name: 'More' }).click();
  await expect(visitor.window.getByRole('menuitem').first()).toBeFocused();
  await visitor.page.keyboard.press('Escape');
  await expect(visitor.window.getByRole('menu')).toBeHidden();
  await expect(visitor.window.getByRole('button', { name: 'More' })).toBeFocused();
  await expect(visitor.bubble).toHaveAttribute('aria-expanded', 'true');
});
