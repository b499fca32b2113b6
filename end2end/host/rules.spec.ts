// What the bubble does on which pages, as the launcher decides it on a stranger's page.
import { expect, test as base, type Page } from '@playwright/test';
import { Stand } from './stand';

const test = base.extend<{ stand: Stand }>({
  stand: async ({}, use) => {
    const stand = new Stand();
    await stand.open();
    await use(stand);
    stand.close();
  },
});

const bubble = (page: Page) => page.locator('#halo-chat .bubble');
const teaser = (page: Page) => page.locator('#halo-chat .teaser');
const isOpen = (page: Page, expected: boolean) => expect(bubble(page)).toHaveAttribute('aria-expanded', String(expected));
const fire = (page: Page, name: string) => page.evaluate((name) => dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`)), name);
const push = (page: Page, address: string) => page.evaluate((address) => history.pushState(null, '', address), address);
const composer = (page: Page) => page.locator('#halo-chat iframe').contentFrame().locator('#composer');

test('the first rule that fits hides the bubble, also where the address changes without a load', async ({ page, stand }) => {
  stand.profile = {
    rules: [
      { url: '*/basket/help', bubble: 'show' },
      { url: '*/basket*', bubble: 'hide' },
    ],
  };
  const at = stand.address();
  await page.goto(`${at}/basket`);
  await expect(bubble(page)).toBeAttached();
  await expect(bubble(page)).toBeHidden();
  await push(page, `${at}/basket/help`);
  await expect(bubble(page)).toBeVisible();
  await push(page, `${at}/basket/2`);
  await expect(bubble(page)).toBeHidden();
  await page.goBack();
  await expect(bubble(page)).toBeVisible();

  // The page's own button opens the chat all the same, and the bubble is there as long as it is.
  await push(page, `${at}/basket`);
  await expect(bubble(page)).toBeHidden();
  await fire(page, 'openChatWindow');
  await isOpen(page, true);
  await expect(bubble(page)).toBeVisible();
  await fire(page, 'closeChatWindow');
  await expect(bubble(page)).toBeHidden();
});

test('a conversation in progress is not hidden', async ({ page, stand }) => {
  stand.profile = { rules: [{ url: '*', bubble: 'hide' }] };
  await page.goto(stand.address());
  await expect(bubble(page)).toBeHidden();
  await page.evaluate(() => localStorage.setItem('aureole.conversation', '1'));
  await page.reload();
  await expect(bubble(page)).toBeVisible();
});

test('a rule has a text of its own beside the bubble', async ({ page, stand }) => {
  stand.profile = {
    notification: 'Any questions?',
    rules: [{ url: '*/pricing', bubble: { notify: { text: 'May we help with prices?' } } }],
  };
  const at = stand.address();
  await page.goto(at);
  await expect(teaser(page)).toHaveText('Any questions?');
  await push(page, `${at}/pricing`);
  await expect(teaser(page)).toHaveText('May we help with prices?');
});

test('the window opens by itself once, without the focus', async ({ page, stand }) => {
  stand.profile = { rules: [{ url: '*/questions', bubble: { open: { after_seconds: 1 } } }] };
  const at = stand.address();
  await page.goto(at);
  await page.locator('#own').focus();
  await push(page, `${at}/questions`);
  await isOpen(page, false);
  await page.keyboard.type('I go on ');
  await isOpen(page, true);
  await expect(composer(page)).toBeVisible();
  await page.keyboard.type('typing');
  await expect(page.locator('#own')).toHaveValue('I go on typing');
  await expect(composer(page)).toHaveValue('');

  // Once a visit, on whatever page.
  await bubble(page).click();
  await isOpen(page, false);
  await page.reload();
  await expect(bubble(page)).toBeVisible();
  await page.waitForTimeout(1_500);
  await isOpen(page, false);
});

test('who has closed the window is not asked again', async ({ page, stand }) => {
  stand.profile = { rules: [{ url: '*/questions', bubble: { open: { after_seconds: 0 } } }] };
  const at = stand.address();
  await page.goto(at);
  await bubble(page).click();
  await expect(composer(page)).toBeVisible();
  await bubble(page).click();
  await isOpen(page, false);
  await page.goto(`${at}/questions`);
  await expect(bubble(page)).toBeVisible();
  await page.waitForTimeout(500);
  await isOpen(page, false);
});

test('who goes on before the time is over is let go', async ({ page, stand }) => {
  stand.profile = { rules: [{ url: '*/questions', bubble: { open: { after_seconds: 1 } } }] };
  const at = stand.address();
  await page.goto(`${at}/questions`);
  await expect(bubble(page)).toBeVisible();
  await push(page, at);
  await page.waitForTimeout(1_500);
  await isOpen(page, false);
});

test('the window does not open over a page that it would cover', async ({ page, stand }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  stand.profile = { rules: [{ url: '*', bubble: { open: { after_seconds: 0 } } }] };
  await page.goto(stand.address());
  await expect(bubble(page)).toBeVisible();
  await page.waitForTimeout(500);
  await isOpen(page, false);
});

test('nonsense instead of rules does no harm', async ({ page, stand }) => {
  for (const rules of [null, 'hide', [null, 7, {}, { url: 7 }, { url: '*' }, { url: '*', bubble: null }]]) {
    stand.profile = { rules };
    await page.goto(stand.address());
    await expect(bubble(page)).toBeVisible();
    await isOpen(page, false);
  }
});
