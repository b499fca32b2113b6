// What a host page says in any order: before the script is there, while the configuration is under
// way, twice, without a detail. Whatever the order, a page gets its answers and no complaints.
import { expect, test as base, type Frame, type Page } from '@playwright/test';
import { test as real } from '../fixtures';
import { Guard } from '../fixtures/guard';
import { believe, token } from '../fixtures/token';
import { Stand } from './stand';

const test = base.extend<{ stand: Stand; guard: Guard }>({
  stand: async ({}, use) => {
    const stand = new Stand();
    await stand.open();
    await use(stand);
    stand.close();
  },
  guard: [
    async ({ context }, use) => {
      const guard = new Guard();
      await guard.watch(context);
      await use(guard);
      guard.check();
    },
    { auto: true },
  ],
});

type Said = [name: string, detail?: unknown];

const OPENING: Said = ['initialized', { chatAvailable: true }];
const OTHER = { configId: 'prf_2', configKey: 'other' };

/** The six events of a page, each with details that mean something to it. */
const DETAILS: Record<string, unknown[]> = {
  initialize: [{ colour: 'teal' }, OTHER, { configId: 'prf_1', configKey: 'k' }],
  openChatWindow: [{ id_token: 'a.b.c', startStepOverride: 2 }, { retainPreviousChat: true }],
  closeChatWindow: [{}],
  upgradeAnonChat: [{ id_token: 'a.b.c' }],
  loginChanged: [{ id_token: 'd.e.f' }],
  logout: [{ reason: 'gone home' }],
};

const bubble = (page: Page) => page.locator('#halo-chat .bubble');
const isOpen = (page: Page, expected: boolean) => expect(bubble(page)).toHaveAttribute('aria-expanded', String(expected));
const outbound = (page: Page) => page.evaluate(() => (globalThis as any).outbound as Said[]);

/** One right after the other. Without a detail it is an Event, which has none, not even null. */
const fire = (page: Page, ...events: Said[]) =>
  page.evaluate((events) => {
    for (const [name, detail] of events) {
      const type = `haloChat_inboundEvent_${name}`;
      dispatchEvent(detail === undefined ? new Event(type) : new CustomEvent(type, { detail }));
    }
  }, events);

async function frame(page: Page): Promise<Frame> {
  await expect.poll(() => page.frames().length).toBe(2);
  const found = page.frames()[1]!;
  await expect(found.locator('#composer')).toBeVisible();
  return found;
}

/** Nothing waits to be answered any more: one more question is answered, and it is the last. */
async function isAnswered(page: Page, answers: Said[]) {
  await expect.poll(() => outbound(page)).toEqual(answers);
  await fire(page, ['initialize', null]);
  await expect.poll(() => outbound(page)).toEqual([...answers, OPENING]);
}

for (const loading of ['', 'async', 'defer'] as const) {
  test(`what a page says before the script has come does no harm (${loading || 'neither async nor defer'})`, async ({ page, stand }) => {
    const head = `<script>for (const name of ${JSON.stringify(Object.keys(DETAILS))}) {
  for (const detail of [undefined, null, { id_token: 'a.b.c', configId: 'prf_2', configKey: 'other', colour: 'teal' }]) {
    const type = 'haloChat_inboundEvent_' + name;
    dispatchEvent(detail === undefined ? new Event(type) : new CustomEvent(type, { detail }));
  }
}</script>`;
    await page.goto(stand.address({ loading, head }));
    // Nobody has heard it: the page looks as it would without, and is asked for once.
    await expect(bubble(page)).toHaveCSS('background-color', 'rgb(75, 80, 200)');
    await isAnswered(page, [OPENING]);
    await isOpen(page, false);
    expect(stand.requests.filter((name) => name !== '/favicon.svg')).toEqual(['/chat/index.js', '/api/profile/prf_1']);
  });
}

/** Mulberry32: the same throws for the same seed, on every machine. */
function dice(seed: number) {
  return (sides: number) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let n = Math.imul(seed ^ (seed >>> 15), seed | 1);
    n = (n + Math.imul(n ^ (n >>> 7), n | 61)) ^ n;
    return ((n ^ (n >>> 14)) >>> 0) % sides;
  };
}

test('no order of events confuses a page: 25 of them by the seeds 1 to 6', async ({ page, stand, guard }) => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    await test.step(`seed ${seed}`, async () => {
      const roll = dice(seed);
      const one = <T>(list: T[]) => list[roll(list.length)]!;
      const throws = (count: number) =>
        Array.from({ length: count }, (): Said => {
          const name = one(Object.keys(DETAILS));
          return [name, one([undefined, null, one(DETAILS[name]!)])];
        });
      // Up to four in one task, so that some find the one before still at work.
      const play = async (events: Said[]) => {
        while (events.length) await fire(page, ...events.splice(0, 1 + roll(4)));
      };

      stand.failure.profile = 'hang';
      await page.goto(stand.address({ config: { autoInitialize: seed % 2 === 0 } }));
      await play(throws(10));
      expect(await outbound(page)).toEqual([]);
      await fire(page, ['initialize']);
      stand.failure.profile = 'none';
      for (const answer of stand.hanging.splice(0)) answer();
      await expect.poll(async () => (await outbound(page)).length).toBeGreaterThan(0);
      await play(throws(15));

      await fire(page, ['initialize', { configId: 'prf_1', configKey: 'k', colour: '#206040' }], ['closeChatWindow']);
      await expect(bubble(page)).toHaveCSS('background-color', 'rgb(32, 96, 64)');
      await isOpen(page, false);
      await bubble(page).click();
      expect((await frame(page)).url()).toContain('profile=prf_1&key=k');
      await expect(page.locator('#halo-chat .shell')).toHaveCount(1);
      // There was a chat all the time, so no answer may say anything else. The stand's window
      // gives no answers of its own.
      const answers = await outbound(page);
      expect(answers).toEqual(answers.map(() => OPENING));
      guard.check();
    });
  }
});

test('initialisations that come while one is under way share its answer', async ({ page, stand }) => {
  stand.failure.profile = 'hang';
  await page.goto(stand.address());
  await fire(page, ['initialize', { colour: 'red' }], ['initialize', { colour: 'teal' }]);
  await fire(page, ['initialize']);
  await expect.poll(() => stand.hanging.length).toBe(1);
  expect(await outbound(page)).toEqual([]);
  stand.hanging[0]!();
  // Shared is the answer; what they said is laid over each other all the same.
  await expect(bubble(page)).toHaveCSS('background-color', 'rgb(0, 128, 128)');
  await isAnswered(page, [OPENING]);
  expect(stand.asked('/api')).toBe(1);
});

for (const [title, order] of [['after', [1, 0]], ['before', [0, 1]]] as const) {
  test(`of two flows the later one answers, also when the first is told ${title} it`, async ({ page, stand }) => {
    stand.failure.profile = 'hang';
    stand.profile = { is_available: false, colour: 'red' };
    await page.goto(stand.address());
    await expect.poll(() => stand.hanging.length).toBe(1);
    stand.profile = { colour: 'teal' };
    await fire(page, ['initialize', OTHER]);
    await expect.poll(() => stand.hanging.length).toBe(2);
    for (const at of order) {
      const told = page.waitForEvent('requestfinished', (request) => request.url().includes(`/profile/prf_${at + 1}`));
      stand.hanging[at]!();
      await told;
    }
    // The first would have said that nobody is there.
    await isAnswered(page, [OPENING]);
    await expect(bubble(page)).toHaveCSS('background-color', 'rgb(0, 128, 128)');
    expect(stand.asked('/api')).toBe(2);
    await bubble(page).click();
    expect((await frame(page)).url()).toContain('profile=prf_2&key=other');
  });
}

real('a second proof is told to wait while the first has no answer', async ({ people, server, line }) => {
  await believe(server);
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
  await visitor.page.evaluate(() => {
    const heard: unknown[] = ((globalThis as any).heard = []);
    addEventListener('haloChat_outboundEvent_upgradeAnonChat', (event) => heard.push((event as CustomEvent).detail));
  });
  const heard = () => visitor.page.evaluate(() => (globalThis as any).heard as unknown[]);
  const wilma = { id_token: token({ sub: '4712', firstname: 'Wilma' }) };

  line.holdBack();
  await fire(visitor.page, ['upgradeAnonChat', { id_token: token({ sub: '4711', firstname: 'Vera', lastname: 'Lee' }) }], ['upgradeAnonChat', wilma]);
  await expect.poll(heard).toEqual([{ success: false, error: 'pending' }]);
  line.release();
  await expect.poll(heard).toEqual([{ success: false, error: 'pending' }, { success: true }]);
  await visitor.transcript.has('Signed in on the website as Vera Lee');

  // The second was not kept for later: whoever means it must say it again.
  await fire(visitor.page, ['upgradeAnonChat', wilma]);
  await expect.poll(heard).toEqual([{ success: false, error: 'pending' }, { success: true }, { success: false, error: 'already_identified' }]);
});

test('an icon that the policy of the page forbids is the built-in one', async ({ page, stand, guard }) => {
  guard.expect(/violates the following Content Security Policy directive: "img-src/, /policy violated: img-src/, /^request failed: .*\/icon\.svg csp$/);
  const data = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg"/%3E';
  // The policy allows pictures of the chat's origin: neither those in the address nor the page's own.
  for (const icon of [data, '/icon.svg']) {
    const forbidden = page.waitForEvent('console', (message) => message.text().includes('policy violated: img-src'));
    await page.goto(stand.address({ isStrict: true, config: { icon } }));
    await forbidden;
    await expect(page.locator('#halo-chat img')).toHaveCount(0);
    await expect(page.locator('#halo-chat svg.icon').first()).toBeVisible();
    await isAnswered(page, [OPENING]);
    await bubble(page).click();
    await frame(page);
  }
});
