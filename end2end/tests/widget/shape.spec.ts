// The window in little room, under a phone's keyboard and between its edges, enlarged, still, and in
// colours of the reader's own.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../../fixtures';
import type { Visitor } from '../../pages/visitor';

const PHONE = { width: 390, height: 844 };

/** Where something ends, from the top of the page. */
async function bottom(what: Locator): Promise<number> {
  const { y, height } = (await what.boundingBox())!;
  return y + height;
}

const top = async (what: Locator) => (await what.boundingBox())!.y;

/** The document of the window. */
const documentOf = (visitor: Visitor) => visitor.page.frames().find((frame) => frame.url().includes('/chat/frame'))!;

const frame = (visitor: Visitor) => visitor.page.locator('#halo-chat iframe');

/** What a keyboard leaves of the page, as Safari tells it. To be called before a visit. */
async function hasKeyboard({ page }: Visitor): Promise<(height: number, offsetTop?: number) => Promise<void>> {
  await page.addInitScript(() => {
    if (window !== window.top) return;
    const keyboard = { height: 0, offsetTop: 0 };
    const view = new EventTarget();
    Object.defineProperties(view, {
      scale: { value: 1 },
      height: { get: () => innerHeight - keyboard.height },
      offsetTop: { get: () => keyboard.offsetTop },
    });
    Object.defineProperty(window, 'visualViewport', { value: view });
    Object.assign(window, { keyboard });
  });
  return (height, offsetTop = 0) =>
    page.evaluate(
      (now) => {
        Object.assign((window as unknown as { keyboard: object }).keyboard, now);
        visualViewport!.dispatchEvent(new Event('resize'));
      },
      { height, offsetTop },
    );
}

for (const [name, viewport, keyboard] of [
  ['phone', PHONE, 336],
  ['tablet', { width: 820, height: 1180 }, 420],
] as const) {
  test(`the keyboard of a ${name} leaves the composer in sight`, async ({ people }) => {
    const ann = await people.agent('Ann');
    const visitor = await people.stranger({ viewport });
    const rises = await hasKeyboard(visitor);
    await visitor.visits();
    await visitor.opens();
    await visitor.says('Hello');
    await ann.joins('Hello');
    await ann.says('Good day');
    await visitor.transcript.has('Good day');
    const seen = viewport.height - keyboard;
    const resting = await bottom(visitor.composer);
    // Without a keyboard it stands where one would cover it.
    expect(resting).toBeGreaterThan(seen);

    await rises(keyboard);
    await expect.poll(() => bottom(visitor.composer)).toBeLessThanOrEqual(seen);
    await expect.poll(() => bottom(frame(visitor))).toBeLessThanOrEqual(seen);
    expect(await top(visitor.header)).toBeGreaterThanOrEqual(0);
    // What was said last is still there to be answered.
    await expect(visitor.transcript.message('Good day')).toBeInViewport({ ratio: 1 });
    expect(await bottom(visitor.transcript.message('Good day'))).toBeLessThanOrEqual(await top(visitor.composer));

    // Down again, it has its room again.
    await rises(0);
    await expect.poll(() => bottom(visitor.composer)).toBeCloseTo(resting, 0);
  });
}

test('a page that its keyboard has pushed up shows the whole window', async ({ people }) => {
  const visitor = await people.stranger({ viewport: PHONE });
  const rises = await hasKeyboard(visitor);
  await visitor.visits();
  await visitor.opens();
  await rises(336, 120);
  await expect.poll(() => top(visitor.header)).toBeCloseTo(120, 0);
  await expect.poll(() => bottom(visitor.composer)).toBeLessThanOrEqual(PHONE.height - 336 + 120);
});

/** Gives the page the edges of a phone without a button; false where the browser knows none. */
async function hasEdges(page: Page): Promise<boolean> {
  const session = await page.context().newCDPSession(page);
  return session.send('Emulation.setSafeAreaInsetsOverride', { insets: { top: 47, bottom: 34 } }).then(
    () => true,
    () => false,
  );
}

test('the window keeps clear of the edges of a phone', async ({ people }) => {
  const visitor = await people.visitor({}, { viewport: PHONE });
  await visitor.opens();
  expect(await bottom(visitor.composer)).toBeGreaterThan(PHONE.height - 34);
  expect(await top(visitor.header)).toBeLessThan(47);
  test.skip(!(await hasEdges(visitor.page)), 'this browser has no edges to try');
  await expect.poll(() => bottom(visitor.composer)).toBeLessThanOrEqual(PHONE.height - 34);
  const name = visitor.header.getByRole('heading');
  await expect.poll(() => top(name)).toBeGreaterThanOrEqual(47);
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
  await expect(visitor.transcript.message('Hello')).toBeInViewport({ ratio: 1 });
});

test('the page with nothing but the chat keeps clear of them, too', async ({ people, server }) => {
  const { page } = await people.stranger({ viewport: PHONE });
  const { link } = await server.profile<{ link: string }>();
  await page.goto(link);
  const composer = page.getByRole('textbox', { name: 'Message' });
  await expect(composer).toBeVisible();
  const resting = await bottom(composer);
  expect(resting).toBeGreaterThan(PHONE.height - 34);
  test.skip(!(await hasEdges(page)), 'this browser has no edges to try');
  await expect.poll(() => bottom(composer)).toBeCloseTo(resting - 34, 0);
  await expect.poll(() => top(page.getByRole('heading', { level: 1 }))).toBeGreaterThanOrEqual(47);
});

/** Nothing of the window's document stands beside its width. */
async function hasNothingBeside(visitor: Visitor): Promise<void> {
  const beside = await documentOf(visitor).evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main, header, footer, form, [role=log]')].map((part) => part.scrollWidth - part.clientWidth).filter((width) => width > 0),
  );
  expect(beside).toEqual([]);
}

test.describe('at 200 %', () => {
  const ZOOMED = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 };

  test('the window can be read and written in', async ({ people }) => {
    const ann = await people.agent('Ann');
    const visitor = await people.visitor({}, ZOOMED);
    await visitor.opens();
    await visitor.isConnected();
    await hasNothingBeside(visitor);
    await visitor.says(`Is the lamp still there? ${'w'.repeat(200)}`);
    await ann.joins('Is the lamp still there?');
    await ann.says('It is');
    await expect(visitor.transcript.message('It is')).toBeInViewport({ ratio: 1 });
    for (const name of ['More', 'Close the chat window', 'Send', 'Attach a file', 'Insert an emoji']) {
      await expect(visitor.window.getByRole('button', { name }), name).toBeInViewport({ ratio: 1 });
    }
    await expect(visitor.composer).toBeInViewport({ ratio: 1 });
    await hasNothingBeside(visitor);

    // A long draft grows, and pushes nothing out.
    await visitor.composer.fill('a line\n'.repeat(30));
    await expect(visitor.composer).toBeInViewport({ ratio: 1 });
    await expect(visitor.window.getByRole('button', { name: 'Send' })).toBeInViewport({ ratio: 1 });
    await expect(visitor.header).toBeInViewport({ ratio: 1 });

    await visitor.window.getByRole('button', { name: 'More' }).click();
    for (const item of await visitor.window.getByRole('menuitem').all()) await expect(item).toBeInViewport({ ratio: 1 });
    await visitor.page.keyboard.press('Escape');
    await visitor.window.getByRole('button', { name: 'Insert an emoji' }).click();
    await expect(visitor.window.getByRole('dialog', { name: 'Emoji' })).toBeInViewport({ ratio: 1 });
    await hasNothingBeside(visitor);
  });

  test('what is asked after the end can all be reached', async ({ people }) => {
    const visitor = await people.visitor({}, ZOOMED);
    await visitor.opens();
    await visitor.says('Hello');
    await visitor.transcript.isSent('Hello');
    await visitor.ends();
    const okay = visitor.window.getByRole('button', { name: 'Okay' });
    const reached = async (what: Locator) => {
      await what.scrollIntoViewIfNeeded();
      await expect(what).toBeInViewport({ ratio: 0.99 });
    };
    await reached(okay);
    await okay.click();
    await reached(visitor.window.getByRole('textbox', { name: 'What could we do better?' }));
    await reached(visitor.window.getByRole('button', { name: 'Send rating' }));
    await reached(visitor.window.getByRole('textbox', { name: 'Your e-mail address' }));
    await reached(visitor.window.getByRole('button', { name: 'Send me a copy' }));
    await reached(visitor.window.getByRole('button', { name: 'Start a new chat' }).first());
    await reached(visitor.window.getByRole('button', { name: 'More' }));
    await hasNothingBeside(visitor);
  });
});

/** How long what moves in the window takes, in milliseconds, of everything that begins to move. */
async function motions(visitor: Visitor): Promise<() => Promise<number[]>> {
  const window = documentOf(visitor);
  await window.evaluate(() => {
    const found: number[] = [];
    Object.assign(globalThis, { found });
    for (const begins of ['animationstart', 'transitionrun']) {
      document.addEventListener(begins, ({ target }) => {
        for (const motion of (target as Element).getAnimations({ subtree: true })) found.push(Number(motion.effect!.getComputedTiming().activeDuration));
      }, true);
    }
  });
  return () => window.evaluate(() => (globalThis as unknown as { found: number[] }).found);
}

for (const reducedMotion of ['reduce', 'no-preference'] as const) {
  test(`a message comes and the other side types, with motion: ${reducedMotion}`, async ({ people }) => {
    const ann = await people.agent('Ann');
    const visitor = await people.visitor({}, { reducedMotion });
    await visitor.opens();
    const moved = await motions(visitor);
    await visitor.says('Hello');
    await ann.joins('Hello');
    await ann.types('Good d');
    await expect(visitor.transcript.dots).toBeVisible();
    const moving = () => documentOf(visitor).evaluate(() => document.getAnimations().length);
    if (reducedMotion === 'reduce') {
      // Dots that never end elsewhere stand still here.
      await expect.poll(moving).toBe(0);
    } else {
      expect(await moving()).toBeGreaterThan(0);
    }
    await ann.says('Good day');
    await visitor.transcript.has('Good day');
    await expect(visitor.transcript.dots).toBeHidden();
    await expect.poll(moving).toBe(0);
    // Nothing that an eye could see has moved; where nobody asked for that, something has.
    const seen = (await moved()).filter((duration) => duration > 1);
    if (reducedMotion === 'reduce') expect(seen).toEqual([]);
    else expect(seen.length).toBeGreaterThan(0);
  });
}

test.describe('in colours of the reader’s own', () => {
  const OWN = { forcedColors: 'active' } as const;

  test('every bubble has an edge', async ({ people }) => {
    const ann = await people.agent('Ann');
    const visitor = await people.visitor({}, OWN);
    await visitor.opens();
    await visitor.says('Hello');
    await ann.joins('Hello');
    await ann.says('Good day');
    await visitor.transcript.has('Good day');
    for (const side of ['own', 'other']) {
      const bubble = visitor.transcript.log.locator(`.entry--${side} .entry__bubble`);
      await expect(bubble).toHaveCount(1);
      for (const edge of ['top', 'right', 'bottom', 'left']) {
        await expect(bubble, side).not.toHaveCSS(`border-${edge}-style`, /none|hidden/);
        const width = () => bubble.evaluate((bubble, edge) => parseFloat(getComputedStyle(bubble).getPropertyValue(`border-${edge}-width`)), edge);
        expect(await width(), `${side}, ${edge}`).toBeGreaterThanOrEqual(1);
        await expect(bubble, side).not.toHaveCSS(`border-${edge}-color`, /^rgba\(.*, 0\)$|transparent/);
      }
    }
  });

  test('the face that was chosen is told apart by its edge', async ({ people }) => {
    const visitor = await people.visitor({}, OWN);
    await visitor.opens();
    await visitor.says('Hello');
    await visitor.transcript.isSent('Hello');
    await visitor.ends();
    await visitor.window.getByRole('button', { name: 'Okay' }).click();
    // Neither the focus nor the pointer is what makes the difference.
    await visitor.window.getByRole('textbox', { name: 'What could we do better?' }).focus();
    await visitor.header.hover();
    const edge = (face: Locator) =>
      face.evaluate((face) => {
        const { borderTopStyle, borderTopWidth, borderTopColor, outlineStyle, outlineWidth } = getComputedStyle(face);
        return [borderTopStyle, borderTopWidth, borderTopColor, outlineStyle === 'none' ? '' : `${outlineStyle} ${outlineWidth}`].join(' ');
      });
    const chosen = visitor.window.locator('.farewell__face[aria-pressed=true]');
    await expect(chosen).toHaveText('Okay');
    const others = await visitor.window.locator('.farewell__face[aria-pressed=false]').all();
    expect(others).toHaveLength(2);
    for (const other of others) expect(await edge(chosen)).not.toBe(await edge(other));
  });
});

test('a menu that is opened before it is dressed stands in its place', async ({ people }) => {
  const visitor = await people.stranger();
  await visitor.page.context().route(/\/chat\/later/, () => {});
  await visitor.visits();
  await visitor.opens();
  await visitor.isConnected();
  const header = await visitor.header.boundingBox();
  await visitor.window.getByRole('button', { name: 'More' }).press('Enter');
  const item = visitor.window.getByRole('menuitem').first();
  await expect(item).toBeVisible();
  expect(await visitor.header.boundingBox()).toEqual(header);
  const [ink, back] = await item.evaluate((item) => [getComputedStyle(item).color, getComputedStyle(item.closest('[role=menu]')!).backgroundColor]);
  expect(ink).not.toBe(back);
  expect(await item.evaluate((item) => getComputedStyle(item).backgroundColor)).toMatch(/rgba\(.*, 0\)|transparent|oklch\(.* \/ 0(\.\d+)?\)|oklab/);
});
