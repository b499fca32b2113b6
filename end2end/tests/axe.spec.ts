// Accessibility of every page and every state of the window, in light and dark, on a phone and a
// desk. The list of pages is the router's own.
import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, LINE_LOST, test } from '../fixtures';
import { Flows } from '../pages/flows';
import type { Page } from '@playwright/test';

const PICTURE = {
  name: 'lamp.png',
  mimeType: 'image/png',
  buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8Dwn4GBgYGJAQoABAAcFwIDHyRR9AAAAABJRU5ErkJggg==', 'base64'),
};
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };

/** Until nothing moves: a half-faded text has no contrast of its own. */
async function stillness(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    if (frame.isDetached()) continue;
    await frame.waitForFunction(() => {
      // What stands in a shadow is not the document's.
      const launcher = document.querySelector('#halo-chat')?.shadowRoot?.getAnimations() ?? [];
      const moving = [...document.getAnimations(), ...launcher].filter(({ playState }) => playState === 'running');
      return moving.every(({ effect }) => effect?.getTiming().iterations === Infinity);
    });
  }
}

async function judge(page: Page, builder: AxeBuilder, what: string): Promise<void> {
  // The other mode judges frames on their own and puts it together in a page that it opens for
  // that. Where there are no frames, this one finds the same in three quarters of the time.
  builder.setLegacyMode(page.frames().length === 1);
  const { violations } = await builder.analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target, any }) => `${target.join(' ')} ${any.map((check) => check.message).join('; ')}`).join(' | ')}`);
  expect.soft(found, what).toEqual([]);
}

/** What the visitor sees, in the scheme that the website chose; or a page of ours as it is. */
async function scan(page: Page, what: string, within?: string): Promise<void> {
  await stillness(page);
  const builder = new AxeBuilder({ page }).withTags(TAGS);
  await judge(page, within ? builder.include(within) : builder, what);
  // Pages of ours scroll inside; a document that scrolls as well shows emptiness below.
  for (const frame of page.frames()) {
    const surplus = await frame.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      const isOurs = document.querySelector('.app, .window');
      return isOurs ? [scrollWidth - innerWidth, scrollHeight - innerHeight] : [0, 0];
    });
    expect.soft(surplus, `${what} fits`).toEqual([0, 0]);
  }
}

/** A page of ours in both schemes, which the browser chooses. The other scheme changes colours and
 * nothing else, so there it is asked what the rules on colours ask. */
async function scanBoth(page: Page, what: string): Promise<void> {
  await scan(page, what);
  await page.emulateMedia({ colorScheme: 'dark' });
  await stillness(page);
  await judge(page, new AxeBuilder({ page }).withRules(COLOUR_RULES), `${what}, dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** `ADDRESSES` of the pages: a unit test there holds them against the routes. */
function addresses(): string[] {
  const source = readFileSync(path.join(__dirname, '../../app/src/pages.rs'), 'utf8');
  const list = /ADDRESSES: \[&str; (\d+)\] = \[([^\]]*)\]/.exec(source)!;
  const found = [...list[2]!.matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
  expect(found).toHaveLength(Number(list[1]));
  return found;
}

for (const size of ['phone', 'desk'] as const) {
  test.describe(size, () => {
    test.use({ colorScheme: 'light', viewport: SIZES[size] });

    test('every page', async ({ people, server, guard }) => {
      test.setTimeout(200_000);
      guard.expect(/status of 40[34]/);
      await people.employ('Bea');
      const visitor = await people.visitor();
      await visitor.opens();
      await visitor.says('Hello');
      await visitor.transcript.isSent('Hello');
      const ada = await people.admin();
      await scanBoth(ada.page, 'somebody waits');
      await ada.row('Hello').click();
      await ada.transcript.has('Hello');
      await ada.says('Good day');
      await visitor.says('See https://example.com');
      await ada.transcript.has('https://example.com');
      await ada.page.getByRole('button', { name: 'Who is this?' }).click();
      await expect(ada.page.getByText('No website has said')).toBeVisible();
      await scanBoth(ada.page, 'nobody vouches');
      await expect(ada.page).toHaveURL(/\/app\/c\//);
      const conversation = new URL(ada.page.url()).pathname.split('/').at(-1)!;
      const somebody = await people.somebody();
      const { profile, link } = await server.profile<{ profile: { id: string }; link: string }>();
      const [flow] = await server.asAdmin<{ id: string }[]>('list_flows');
      for (const address of addresses()) {
        const who = address === '/app/sign-in' ? somebody : ada;
        const at = address.replace(':conversation', conversation).replace(':profile', profile.id).replace(':flow', flow!.id);
        expect(at, 'a route that this test does not know how to fill').not.toContain(':');
        if (who === ada) await who.opens(at);
        else await who.page.goto(`${server.url}${at}`);
        await scanBoth(who.page, at);
      }
      // The page with nothing but the chat is no page of the router's.
      await somebody.page.goto(link);
      await expect(somebody.page.getByRole('textbox', { name: 'Message' })).toBeVisible();
      await scanBoth(somebody.page, link);
      await somebody.page.goto(`${server.url}/app/sign-in?failed=wrong_password`);
      await scanBoth(somebody.page, 'a refused sign-in');
      await ada.opens('/app?filter=closed');
      await scanBoth(ada.page, 'an empty list');
      await ada.page.goto(`${server.url}/app/nothing`);
      await scanBoth(ada.page, 'no such page');
    });

    test('a bot as it is written, tried and published', async ({ people }) => {
      test.setTimeout(120_000);
      const flows = new Flows(await people.admin());
      await flows.opens();
      const { page } = flows;
      await expect(flows.graph.getByRole('button', { name: /Thanks/ })).toBeVisible();
      await scanBoth(page, 'both views');
      for (const view of ['List', 'Graph']) {
        await page.getByRole('button', { name: view, exact: true }).click();
        await scanBoth(page, view);
      }
      for (const kind of ['Question', 'Input', 'Condition', 'Hand over', 'Action outside']) {
        await page.getByRole('button', { name: 'List', exact: true }).click();
        await flows.steps.getByRole('button', { name: 'Add a step' }).click();
        await page.getByRole('menuitem', { name: kind }).click();
        await expect(flows.side.getByRole('heading', { name: new RegExp(`^${kind}`) })).toBeVisible();
        await scanBoth(page, kind);
      }
      await page.getByRole('button', { name: 'Graph', exact: true }).click();
      await scanBoth(page, 'steps that nothing leads to');
      for (const side of ['Problems', 'Flow', 'History'] as const) {
        await flows.tab(side);
        await scanBoth(page, side);
      }
      await page.getByRole('button', { name: 'Publish' }).click();
      await scanBoth(page, 'publishing is refused');
      await flows.dialog.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Test', exact: true }).click();
      await page.getByRole('button', { name: 'I need help with an order' }).click();
      const kept = page.getByRole('textbox', { name: 'Keep this conversation as a test' });
      await kept.fill('An order');
      await kept.press('Enter');
      await expect(page.getByText('Reads the same', { exact: true })).toBeVisible();
      await scanBoth(page, 'the tester');
    });

    test('dialogs and menus', async ({ people, server, guard }) => {
      test.setTimeout(200_000);
      guard.expect(/status of (401|409|422|403)/, /WebSocket connection/);
      const bea = await people.agent('Bea');
      const ada = await people.admin('/app/admin/agents');
      await ada.page.getByRole('button', { name: 'New agent' }).click();
      await scanBoth(ada.page, 'new agent');
      await ada.dialog.getByRole('button', { name: 'Create agent' }).click();
      await scanBoth(ada.page, 'a refused form');
      await ada.dialog.getByRole('button', { name: 'Cancel' }).click();
      await ada.page.getByRole('button', { name: 'More for Bea' }).click();
      await scanBoth(ada.page, 'an open menu');
      await ada.page.getByRole('menuitem', { name: 'Set password' }).click();
      await scanBoth(ada.page, 'set password');
      await ada.opens('/app/admin/teams');
      await ada.page.getByRole('button', { name: 'New team' }).click();
      await scanBoth(ada.page, 'new team');
      await ada.dialog.getByRole('button', { name: 'Cancel' }).click();
      await ada.choosesOfMine('Your teams');
      await expect(ada.dialog.getByText('An admin decides')).toBeVisible();
      await scanBoth(ada.page, 'own teams');
      await server.desk('Product desk');
      await ada.opens('/app');
      await ada.page.getByRole('button', { name: 'Start a chat of your own' }).click();
      await expect(ada.page.frameLocator('.own-chat iframe').getByRole('textbox', { name: 'Message' })).toBeFocused();
      await scanBoth(ada.page, 'a chat of one’s own');
      await ada.opens('/app/admin/profiles');
      await ada.page.getByRole('button', { name: 'New chat profile' }).click();
      await ada.dialog.getByRole('button', { name: 'Create chat profile' }).click();
      await scanBoth(ada.page, 'new chat profile');
      await ada.opens('/app/admin/profile');
      await ada.turnsTo('Availability');
      await ada.page.getByRole('switch', { name: 'Open at certain hours only' }).click();
      await ada.page.getByLabel('Time zone').fill('Atlantis');
      await ada.page.getByRole('button', { name: 'Add an exception' }).click();
      await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
      await scanBoth(ada.page, 'a week, and what is wrong with it');
      await ada.turnsTo('Rules');
      await ada.page.getByRole('button', { name: 'Add a rule' }).click();
      await ada.page.getByLabel('The bubble').selectOption('Opens the window by itself');
      await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
      await scanBoth(ada.page, 'a rule that is not filled in');
      await ada.turnsTo('Bot');
      await ada.page.getByLabel('Flow').selectOption('Welcome Bot');
      await scanBoth(ada.page, 'a bot');
      await ada.turnsTo('Embed');
      await ada.page.getByText('Options of this website').click();
      await ada.page.getByLabel('Width of the window').fill('1');
      await ada.page.getByRole('button', { name: 'Try it here' }).click();
      await expect(ada.page.frameLocator('.generator__frame').getByRole('button', { name: 'Open chat' })).toBeVisible();
      await scanBoth(ada.page, 'options and the real chat');
      await ada.page.getByRole('button', { name: 'Make a new key' }).click();
      await scanBoth(ada.page, 'new key');
      await ada.opens('/app/admin/identity');
      await ada.page.getByRole('button', { name: 'Add a claim' }).click();
      await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(ada.page.getByText('Please fill this in.')).toBeVisible();
      await scanBoth(ada.page, 'a row that is not filled in');
      await ada.page.getByRole('button', { name: 'Set a secret' }).click();
      await ada.dialog.getByLabel('Where it comes from').selectOption('own');
      await scanBoth(ada.page, 'a secret of one’s own');
      await ada.dialog.getByLabel('Where it comes from').selectOption('made');
      await ada.dialog.getByRole('button', { name: 'Set a secret' }).click();
      await expect(ada.dialog).toContainText('Copy it now');
      await scanBoth(ada.page, 'the secret, once');
      await ada.opens('/app/admin/words');
      await ada.page.getByRole('button', { name: 'Add a page' }).click();
      await ada.page.getByRole('textbox', { name: /widget\.agent_here$/ }).fill('Somebody is here');
      await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(ada.page.getByText('Please fill this in.')).toHaveCount(2);
      await scanBoth(ada.page, 'words that cannot be saved');
      await ada.opens('/app/admin/fields');
      await ada.page.getByRole('button', { name: 'New field' }).click();
      await ada.dialog.getByRole('button', { name: 'Create field' }).click();
      await scanBoth(ada.page, 'a refused field');
      await ada.opens('/app/admin/api-clients');
      await ada.page.getByRole('button', { name: 'New API client' }).click();
      await scanBoth(ada.page, 'new API client');
      await ada.dialog.getByLabel('Name').fill('The shop');
      await ada.dialog.getByRole('button', { name: 'Create client' }).click();
      await ada.dialog.getByRole('button', { name: 'Done' }).click();
      await expect(ada.page.getByRole('row', { name: /The shop/ })).toBeVisible();
      await scanBoth(ada.page, 'an API client');
      await bea.page.goto(`${server.url}/app/admin/teams`);
      await scanBoth(bea.page, 'for admins only');
      await bea.opens();
      const { id } = (await server.asAdmin<{ id: string; name: string }[]>('list_agents')).find(({ name }) => name === 'Bea')!;
      await server.asAdmin('set_agent_active', { agent: id, is_active: false, is_confirmed: true });
      await expect(bea.dialog).toBeVisible();
      await scanBoth(bea.page, 'the session has ended');
    });
  });

  for (const scheme of ['light', 'dark'] as const) {
    test.describe(`${scheme}, ${size}`, () => {
      test.use({ colorScheme: scheme, viewport: SIZES[size] });

      test('every state of the window', async ({ people, line, guard }) => {
        test.setTimeout(120_000);
        guard.expect(...LINE_LOST);
        const inside = '#halo-chat';
        const visitor = await people.visitor({ theme: scheme });
        await expect(visitor.bubble).toBeVisible();
        await scan(visitor.page, 'closed bubble', inside);
        await visitor.opens();
        await expect(visitor.notice).toContainText('Nobody is here');
        await scan(visitor.page, 'greeting, nobody there', inside);
        const ann = await people.agent('Ann');
        await expect(visitor.notice).toBeHidden();
        await visitor.says('Hello');
        await visitor.transcript.isSent('Hello');
        await scan(visitor.page, 'waiting', inside);
        await ann.joins('Hello');
        await ann.says('Good day, see https://example.com');
        await ann.types('and');
        await expect(visitor.transcript.dots).toBeVisible();
        await visitor.composer.fill('x'.repeat(4_010));
        await scan(visitor.page, 'talking, too long', inside);
        await visitor.composer.fill('');
        await visitor.window.locator('input[type=file]').setInputFiles([PICTURE, { ...PICTURE, name: 'notes.txt', buffer: Buffer.from('x') }, { ...PICTURE, name: 'none', buffer: Buffer.alloc(0) }]);
        await expect(visitor.transcript.log.getByRole('button', { name: 'Download notes.txt' })).toBeVisible();
        await expect(visitor.window.locator('.upload')).toContainText('empty');
        await scan(visitor.page, 'files', inside);
        await expect(ann.transcript.log.getByRole('img', { name: 'lamp.png' })).toBeVisible();
        await scan(ann.page, 'files for an agent');
        await visitor.window.getByRole('button', { name: 'Discard' }).click();
        await visitor.window.getByRole('button', { name: 'Insert an emoji' }).click();
        await expect(visitor.window.getByRole('dialog', { name: 'Emoji' })).toBeVisible();
        await scan(visitor.page, 'emoji', inside);
        await visitor.page.keyboard.press('Escape');
        await visitor.window.getByRole('button', { name: 'More' }).click();
        const end = visitor.window.getByRole('menuitem', { name: 'End this chat' });
        await expect(end).toBeVisible();
        await scan(visitor.page, 'menu', inside);
        // The scan ends in a page of its own, which takes the focus; a menu without it closes.
        if (!(await end.isVisible())) await visitor.window.getByRole('button', { name: 'More' }).click();
        await end.click();
        await scan(visitor.page, 'question', inside);
        await visitor.window.getByRole('button', { name: 'Keep it' }).click();
        line.reset();
        await visitor.says('into the void');
        await expect(visitor.notice).toContainText('Not up to date', { timeout: 15_000 });
        await scan(visitor.page, 'not up to date', inside);
        line.heal();
        await visitor.transcript.isState('into the void', 'Read', 20_000);
        await visitor.ends();
        await expect(visitor.window.getByText('This chat has ended.')).toBeVisible();
        await visitor.window.getByRole('button', { name: 'Okay' }).click();
        await scan(visitor.page, 'ended', inside);
      });

      test('whatever the colour and the language', async ({ people, server }) => {
        const { profile } = await server.profile<{ profile: Record<string, unknown> }>();
        const wording = { language: null, notification: 'May we help you with anything?', teasers: [], texts: [] };
        await server.asAdmin('save_profile', { profile: { ...profile, wording } });
        const inside = '#halo-chat';
        for (const colour of ['yellow', 'navy']) {
          const visitor = await people.visitor({ theme: scheme, colour }, { locale: 'ar-EG' });
          await expect(visitor.page.locator('#halo-chat button.teaser')).toBeVisible();
          await scan(visitor.page, `${colour}, closed`, inside);
          await visitor.page.locator('#halo-chat button.teaser').click();
          const composer = visitor.window.getByRole('textbox');
          await expect(composer).toBeFocused();
          await composer.fill('مرحبا');
          await composer.press('Enter');
          await expect(visitor.window.getByRole('log').getByText('مرحبا')).toBeVisible();
          await scan(visitor.page, `${colour}, in Arabic`, inside);
        }
      });
    });
  }
}
