// A chat profile that is only for those who are signed in on the website, as the launcher keeps to it.
import { expect, test as base, type Page } from '@playwright/test';
import { Stand } from './stand';

const test = base.extend<{ stand: Stand }>({
  stand: async ({}, use) => {
    const stand = new Stand();
    stand.profile = { is_identity_required: true };
    await stand.open();
    await use(stand);
    stand.close();
  },
});

const bubble = (page: Page) => page.locator('#halo-chat .bubble');
const isOpen = (page: Page, expected: boolean) => expect(bubble(page)).toHaveAttribute('aria-expanded', String(expected));
const outbound = (page: Page) => page.evaluate(() => (globalThis as any).outbound as [string, unknown][]);
const fire = (page: Page, name: string, detail: unknown = null) =>
  page.evaluate(([name, detail]) => dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`, { detail })), [name, detail] as const);
const window = (page: Page) => page.locator('#halo-chat iframe').contentFrame();
const heard = (page: Page) =>
  window(page)
    .locator('#composer')
    .evaluate(() => ((globalThis as any).heard as { event: string; detail: any }[]).filter(({ event }) => event === 'loginChanged').map(({ detail }) => detail?.id_token));

test('without a token there is no bubble, and no way around it', async ({ page, stand }) => {
  await page.goto(stand.address());
  await expect.poll(() => outbound(page)).toEqual([['initialized', { chatAvailable: false }]]);
  await expect(bubble(page)).toBeAttached();
  await expect(bubble(page)).toBeHidden();
  await fire(page, 'openChatWindow');
  await fire(page, 'upgradeAnonChat', { id_token: ' ' });
  await isOpen(page, false);
  await expect(bubble(page)).toBeHidden();
});

test('a token that comes with an event brings the bubble, and goes with it', async ({ page, stand }) => {
  await page.goto(stand.address());
  await expect(bubble(page)).toBeHidden();
  await fire(page, 'loginChanged', { id_token: 'a.b.c' });
  await expect(bubble(page)).toBeVisible();
  await bubble(page).click();
  await expect(window(page).locator('#composer')).toBeVisible();
  await fire(page, 'initialize');
  await expect.poll(() => outbound(page)).toContainEqual(['initialized', { chatAvailable: true }]);
  await fire(page, 'logout');
  await isOpen(page, false);
  await expect(bubble(page)).toBeHidden();

  await fire(page, 'openChatWindow', { id_token: 'a.b.c' });
  await isOpen(page, true);
  await expect(bubble(page)).toBeVisible();
  await fire(page, 'loginChanged');
  await expect(bubble(page)).toBeHidden();
});

test('a token of the configuration opens the chat, and the window is told who is there', async ({ page, stand }) => {
  await page.goto(stand.address({ config: { id_token: 'a.b.c' } }));
  await expect(bubble(page)).toBeVisible();
  expect(await outbound(page)).toEqual([['initialized', { chatAvailable: true }]]);
  await bubble(page).click();
  await expect.poll(() => heard(page)).toContain('a.b.c');
  await fire(page, 'initialize', { id_token: 'd.e.f' });
  await expect.poll(() => heard(page)).toContain('d.e.f');
});

test('a conversation in progress is not hidden', async ({ page, stand }) => {
  await page.goto(stand.address());
  await expect(bubble(page)).toBeHidden();
  await page.evaluate(() => localStorage.setItem('aureole.conversation', '1'));
  await page.reload();
  await expect(bubble(page)).toBeVisible();
  await bubble(page).click();
  await isOpen(page, true);
});

test('a rule opens the window for nobody before they are signed in', async ({ page, stand }) => {
  stand.profile = { ...stand.profile, rules: [{ url: '*', bubble: { open: { after_seconds: 0 } } }] };
  await page.goto(stand.address());
  await expect(bubble(page)).toBeHidden();
  await isOpen(page, false);
  await fire(page, 'loginChanged', { id_token: 'a.b.c' });
  await isOpen(page, true);
});
