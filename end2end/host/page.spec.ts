// The launcher and the looks of the page around it: neither styles the other, what a person has
// asked of their screen is kept to, and a small page is covered by the open window.
import { expect, test as base, type Page } from '@playwright/test';
import { Guard } from '../fixtures/guard';
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

const bubble = (page: Page) => page.locator('#halo-chat .bubble');
const panel = (page: Page) => page.locator('#halo-chat .panel');
const iframe = (page: Page) => page.locator('#halo-chat iframe');
const isOpen = (page: Page, expected: boolean) => expect(bubble(page)).toHaveAttribute('aria-expanded', String(expected));
const isReady = (page: Page) => expect(iframe(page).contentFrame().locator('#composer')).toBeVisible();

test('a page that styles everything away does not reach the chat', async ({ page, stand }) => {
  // Our element is the page's, and a page that hides it means to, as the documentation says; so the
  // rule that hides leaves it out. The one that resets everything does not.
  const head = `<style>
* { all: unset !important }
button, div:not(#halo-chat), iframe, svg, span { display: none !important }
</style>`;
  stand.profile = { notification: 'May we help?' };
  await page.goto(stand.address({ head }));
  await expect.poll(() => bubble(page).boundingBox()).toEqual({ x: 1200, y: 720, width: 60, height: 60 });
  await expect(bubble(page)).toHaveCSS('background-color', 'rgb(75, 80, 200)');
  await expect(page.locator('#halo-chat svg.icon').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'May we help?' })).toBeVisible();
  await bubble(page).click();
  await isReady(page);
  await expect.poll(() => panel(page).boundingBox()).toEqual({ x: 860, y: 16, width: 400, height: 690 });
  await bubble(page).click();
  await isOpen(page, false);
});

/** How everything of the page's own looks, in all its properties, and what styles it. */
const looks = (page: Page) =>
  page.evaluate(() => {
    const { documentElement, head, body, styleSheets, adoptedStyleSheets } = document;
    const own = [documentElement, ...documentElement.querySelectorAll('head, body, h1, label, input, button')];
    return {
      styles: own.map((element) => {
        const style = getComputedStyle(element);
        return [element.localName, Object.fromEntries([...style].map((name) => [name, style.getPropertyValue(name)]))] as const;
      }),
      sheets: styleSheets.length,
      adopted: adoptedStyleSheets.length,
      head: head.innerHTML,
      attributes: [documentElement, body].map((element) => [...element.attributes].map(({ name, value }) => `${name}=${value}`)),
      size: [documentElement.scrollWidth, documentElement.scrollHeight],
    };
  });

test('the chat does not reach the page: what it looks like is the same with and without', async ({ page, stand }) => {
  stand.profile = { notification: 'May we help?' };
  const head = '<style>body { font: 17px Georgia, serif; color: navy } button { letter-spacing: 1px } :root { --colour: lime; --width: 9px }</style>';
  const visit = async (copies: 0 | 1) => {
    // Without the element, so that the one the launcher makes is looked for as well.
    await page.goto(stand.address({ copies, head, hasElement: false }));
    await page.evaluate(() => document.querySelector('label')!.after(Object.assign(document.createElement('button'), { textContent: 'Buy' })));
  };
  await visit(0);
  const without = await looks(page);
  expect(without.styles.map(([name]) => name)).toEqual(['html', 'head', 'body', 'h1', 'label', 'input', 'button']);
  expect([without.sheets, without.adopted]).toEqual([1, 0]);

  await visit(1);
  await expect(bubble(page)).toBeVisible();
  expect(await looks(page)).toEqual(without);
  await bubble(page).click();
  await isReady(page);
  expect(await looks(page)).toEqual(without);
});

/** Every movement from the loaded page to the window that is opened, closed and hovered over. */
async function movements(page: Page, address: string): Promise<string[]> {
  await page.goto(address);
  await expect(bubble(page)).toBeVisible();
  await page.evaluate(() => {
    const element = document.querySelector('#halo-chat')!;
    const root = element.shadowRoot!;
    const moved: string[] = ((globalThis as any).moved = []);
    // What stands in a shadow is not the document's.
    const look = () => moved.push(...[...document.getAnimations(), ...root.getAnimations()].map((one) => (one as CSSAnimation).animationName ?? (one as CSSTransition).transitionProperty));
    for (const sign of ['animationstart', 'transitionrun'] as const) {
      root.addEventListener(sign, (event) => moved.push((event as AnimationEvent).animationName ?? (event as TransitionEvent).propertyName));
    }
    // At once, while whatever moves has only begun: what is brought back arrives anew.
    element.remove();
    document.body.append(element);
    look();
    root.querySelector<HTMLElement>('.bubble')!.click();
    look();
  });
  await isReady(page);
  await bubble(page).hover();
  await bubble(page).click();
  await isOpen(page, false);
  return page.evaluate(async () => {
    // Browsers speak of what has begun with the next picture.
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    return [...new Set((globalThis as any).moved as string[])];
  });
}

test('whoever wants no motion gets none', async ({ page, stand }) => {
  stand.profile = { notification: 'May we help?' };
  // The same steps find what moves otherwise: the bubble, the dots, the panel, the icons.
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await movements(page, stand.address())).toEqual(expect.arrayContaining(['arrive', 'breathe', 'opacity', 'transform', 'visibility']));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await movements(page, stand.address())).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`with colours forced to a ${colorScheme} few, the bubble stands out from the page`, async ({ page, stand }) => {
    // The page's own colour is what the bubble has without: only the forced colours tell them apart.
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    await page.goto(stand.address({ head: '<style>body { background: #4b50c8 }</style>' }));
    await expect(bubble(page)).toBeVisible();
    const { edge, line, ink, face } = await bubble(page).evaluate((bubble) => {
      const light = (colour: string) => {
        const [r, g, b] = colour.match(/[\d.]+/g)!.slice(0, 3).map((n) => (Number(n) / 255 <= 0.04045 ? Number(n) / 255 / 12.92 : ((Number(n) / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const contrast = (one: string, other: string) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b) as [number, number];
        return (high + 0.05) / (low + 0.05);
      };
      const { borderTopColor, borderTopStyle, borderTopWidth, backgroundColor, color } = getComputedStyle(bubble);
      const around = getComputedStyle(document.body).backgroundColor;
      return {
        line: [borderTopStyle, borderTopWidth],
        edge: contrast(borderTopColor, around),
        face: contrast(backgroundColor, around),
        ink: contrast(color, backgroundColor),
      };
    });
    expect(line).toEqual(['solid', '1px']);
    // 3 : 1 is what parts of a control need (WCAG 1.4.11), by its border or by its face.
    expect(Math.max(edge, face)).toBeGreaterThanOrEqual(3);
    expect(ink).toBeGreaterThanOrEqual(3);
  });
}

for (const [width, height, isCovered] of [
  [599, 800, true],
  [800, 479, true],
  [601, 700, false],
  [600, 480, false],
] as const) {
  test(`the open window ${isCovered ? 'is' : 'is not'} the whole page at ${width} by ${height}`, async ({ page, stand }) => {
    await page.setViewportSize({ width, height });
    await page.goto(stand.address());
    await bubble(page).click();
    await isReady(page);
    if (isCovered) {
      for (const part of [panel(page), iframe(page)]) await expect.poll(() => part.boundingBox()).toEqual({ x: 0, y: 0, width, height });
      await expect(bubble(page)).toBeHidden();
    } else {
      // As large as it wants to be, or as the page lets it, above the bubble and with the page around it.
      const size = { width: 400, height: height - 110 };
      await expect.poll(() => panel(page).boundingBox()).toEqual({ x: width - 420, y: 16, ...size });
      await expect(bubble(page)).toBeVisible();
      expect((await bubble(page).boundingBox())!.y).toBeGreaterThan(16 + size.height);
    }
  });
}
