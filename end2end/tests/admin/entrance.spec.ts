// Which websites may show the chat, the page that shows nothing else, and a new key.
import { expect, test } from '../../fixtures';
import { Transcript } from '../../pages/transcript';
import type { Visitor } from '../../pages/visitor';

declare global {
  interface Window {
    haloChatConfig: { configId: string; configKey: string };
  }
}

/** What the page is told when it asks for the chat. */
const initialises = (visitor: Visitor) =>
  visitor.page.evaluate(() => new Promise((heard) => {
    addEventListener('haloChat_outboundEvent_initialized', (event) => heard((event as CustomEvent).detail), { once: true });
    dispatchEvent(new CustomEvent('haloChat_inboundEvent_initialize'));
  }));

test('a website that is not listed shows no chat, one that is shows it at once', async ({ people, server, guard }) => {
  guard.expect(/status of 403/, /Chat: the server refused this page/, /frame-ancestors/, /net::ERR_BLOCKED_BY_RESPONSE/, /Framing 'http/);
  const ada = await people.admin('/app/admin/profile');
  const websites = ada.page.getByLabel('Websites that may show it');
  await websites.fill('https://pottery.example\nnot a website');
  await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ada.page.getByText('Write one website a line')).toBeVisible();
  await websites.fill('https://Pottery.example/contact\n');
  await ada.saves();
  await expect(ada.toast).toContainText('Saved');
  await expect(websites).toHaveValue('https://pottery.example');

  const visitor = await people.visitor();
  expect(await initialises(visitor)).toEqual({ chatAvailable: false });
  await expect(visitor.bubble).toHaveCount(0);
  // Nor can a page show the window without asking.
  const framed = async () => {
    await visitor.page.evaluate(async (origin) => {
      document.querySelector('body > iframe')?.remove();
      const frame = document.createElement('iframe');
      frame.src = `${origin}/chat/frame?${new URLSearchParams({ profile: window.haloChatConfig.configId, key: window.haloChatConfig.configKey })}`;
      document.body.append(frame);
      await new Promise((loaded) => frame.addEventListener('load', loaded));
    }, server.url);
  };
  // A frame has loaded before its address is known here.
  const address = () => visitor.page.frames().at(-1)!.url();
  await framed();
  await expect.poll(address).toMatch(/^chrome-error:/);

  await websites.fill(`https://pottery.example\n${new URL(visitor.page.url()).host}`);
  await ada.saves();
  await visitor.page.reload();
  await expect(visitor.bubble).toBeVisible();
  await framed();
  await expect.poll(address).toContain(`${server.url}/chat/frame`);
  await visitor.page.reload();
  await visitor.opens();
  await visitor.says('Here we are');
  await visitor.transcript.isSent('Here we are');
});

test('websites are named once for every chat profile, until one names its own', async ({ people, guard }) => {
  guard.expect(/status of 403/, /status of 409 .*save_websites/, /Chat: the server refused this page/);
  const ada = await people.admin('/app/admin/profiles');
  const row = ada.page.getByRole('row', { name: /Support/ });
  await expect(row).toContainText('Every website');
  const open = ada.page.getByRole('button', { name: 'Websites', exact: true });
  await open.press('Enter');
  const websites = ada.dialog.getByLabel('Websites');
  await expect(websites).toBeFocused();
  await websites.fill('not a website');
  const save = ada.dialog.getByRole('button', { name: 'Save websites' });
  await save.click();
  await expect(ada.dialog.getByText('Write one website a line')).toBeVisible();
  await websites.fill('pottery.example');
  await save.click();
  await expect(ada.dialog).toBeHidden();
  await expect(open).toBeFocused();
  await expect(row).toContainText('1 website');

  const visitor = await people.visitor();
  expect(await initialises(visitor)).toEqual({ chatAvailable: false });
  await expect(visitor.bubble).toHaveCount(0);

  // Somebody else has the list open and saves first.
  const bea = await people.agent('Bea', { role: 'admin' }, '/app/admin/profiles');
  await bea.page.getByRole('button', { name: 'Websites', exact: true }).click();
  await expect(bea.dialog.getByLabel('Websites')).toHaveValue('pottery.example');
  await open.click();
  await websites.fill(`pottery.example\n${new URL(visitor.page.url()).host}`);
  await save.click();
  await expect(ada.dialog).toBeHidden();
  await bea.dialog.getByLabel('Websites').fill('');
  await bea.dialog.getByRole('button', { name: 'Save websites' }).click();
  // Nothing typed is lost, and nothing of theirs is overwritten unseen.
  await expect(bea.dialog).toContainText('Somebody else has saved meanwhile: ');
  await expect(bea.dialog).not.toContainText('Reload');
  await visitor.page.reload();
  await expect(visitor.bubble).toBeVisible();
  await bea.dialog.getByRole('button', { name: 'Save websites' }).click();
  await expect(bea.dialog).toBeHidden();
  await expect(row).toContainText('Every website');
});

test('a new key is in the snippet, and the one before goes on', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  const bea = await people.agent('Bea', { role: 'admin' }, '/app/admin/profile');
  await ada.turnsTo('Embed');
  const snippet = ada.page.getByRole('region', { name: 'Snippet for your website' });
  const key = async () => /configKey: "([^"]+)"/.exec(await snippet.innerText())![1]!;
  const before = await key();
  // What is being typed stays, although somebody changes the profile.
  await bea.turnsTo('Appearance');
  await bea.page.getByLabel('Greeting').fill('Good morning!');
  await ada.page.getByRole('button', { name: 'Make a new key' }).click();
  await expect(ada.dialog).toContainText('go on for 30 days');
  await ada.dialog.getByRole('button', { name: 'Make a new key' }).click();
  await expect(ada.dialog).toBeHidden();
  await expect.poll(key).not.toBe(before);
  await expect(ada.page.getByText(/The key before this one is good until \d{4}-\d\d-\d\d\./)).toBeVisible();
  await bea.saves();
  await expect(bea.page.getByText('changed this page just now')).toHaveCount(0);

  // The shop still has the snippet of yesterday.
  const visitor = await people.visitor();
  expect(await visitor.page.evaluate(() => window.haloChatConfig.configKey)).toBe(before);
  await visitor.opens();
  await expect(visitor.window.getByText('Good morning!')).toBeVisible();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
});

test('a page with nothing but the chat', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  await ada.turnsTo('Embed');
  const link = ada.page.getByRole('link', { name: /\/chat\/with\// });
  const address = (await link.getAttribute('href'))!;
  expect(await link.innerText()).toBe(address);
  await ada.opens();

  const { page } = await people.stranger();
  await page.goto(address);
  const composer = page.getByRole('textbox', { name: 'Message' });
  await expect(page).toHaveTitle('Support');
  await composer.fill('I had no website, only your letter');
  await composer.press('Enter');
  await ada.joins('I had no website');
  await ada.says('Welcome');
  const transcript = new Transcript(page.getByRole('log', { name: 'Conversation' }));
  await transcript.has('Welcome');
  await page.goto(address);
  await transcript.isExactly(['I had no website, only your letter', 'Welcome']);

  // What an admin saves arrives here as well.
  await ada.opens('/app/admin/profile');
  await ada.page.getByLabel('Name', { exact: true }).fill('Pots & more');
  await ada.saves();
  await expect(page).toHaveTitle('Pots & more');
  await ada.turnsTo('Words');
  await ada.page.getByLabel('Language of the chat window').selectOption('de');
  await ada.saves();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('textbox', { name: 'Nachricht' })).toBeVisible();
});

test('the options of a website are in its snippet, and the real chat shows them', async ({ people, server }) => {
  const ada = await people.admin('/app/admin/profile');
  await ada.turnsTo('Embed');
  const snippet = ada.page.getByRole('region', { name: 'Snippet for your website' });
  await expect(snippet).not.toContainText('theme');
  await ada.page.getByText('Options of this website').click();
  await ada.page.getByLabel('Theme').selectOption('Dark');
  await ada.page.getByLabel('Colour on this website').fill('#8a2be2');
  await ada.page.getByLabel('Width of the window').fill('90');
  await expect(ada.page.getByText('Write a number from 240 to 4000.')).toBeVisible();
  await expect(snippet).not.toContainText('width');
  await ada.page.getByLabel('Width of the window').fill('320');
  await ada.page.getByLabel('Address of the bubble').fill(`${server.url}/favicon.svg`);
  await ada.page.getByRole('switch', { name: 'A conversation survives a reload' }).click();
  const lines = await snippet.innerText();
  for (const line of ['colour: "#8a2be2",', 'theme: "dark",', 'persistChatToken: false,', 'width: 320,', `icon: "${server.url}/favicon.svg",`]) {
    expect(lines).toContain(line);
  }

  await ada.page.getByRole('button', { name: 'Try it here' }).click();
  const site = ada.page.frameLocator('iframe[title^="A page with the chat"]');
  const bubble = site.getByRole('button', { name: /^(Open|Close) chat/ });
  await expect(bubble).toHaveCSS('background-color', 'rgb(138, 43, 226)');
  await expect(bubble.locator('img')).toBeVisible();
  await bubble.click();
  const composer = site.locator('#halo-chat iframe').contentFrame().getByRole('textbox', { name: 'Message' });
  await composer.fill('Is this how it looks?');
  await composer.press('Enter');
  await expect(ada.ring).toBeVisible();
  await ada.page.getByRole('button', { name: 'Phone' }).click();
  await expect.poll(async () => (await ada.page.locator('.generator__frame').boundingBox())!.width).toBeLessThanOrEqual(400);
  await expect(composer).toBeVisible();

  // What is saved meanwhile shows at once.
  await ada.page.getByLabel('Colour on this website').fill('');
  const bea = await people.agent('Bea', { role: 'admin' }, '/app/admin/profile');
  await bea.turnsTo('Appearance');
  await bea.page.getByLabel('Colour', { exact: true }).fill('#006644');
  await bea.saves();
  await expect(bubble).toHaveCSS('background-color', 'rgb(0, 102, 68)');
});

test('the real chat takes up its options while it is looked at, and nothing of it is loaded anew', async ({ people, server }) => {
  const ada = await people.admin('/app/admin/profile');
  const { page } = ada;
  await ada.turnsTo('Embed');
  await page.getByText('Options of this website').click();
  await page.getByRole('button', { name: 'Try it here' }).click();
  const site = page.frameLocator('iframe[title^="A page with the chat"]');
  const bubble = site.getByRole('button', { name: /^(Open|Close) chat/ });
  const frame = site.locator('#halo-chat iframe');
  const window = frame.contentFrame();
  const composer = window.getByRole('textbox', { name: 'Message' });
  const option = (name: string) => page.getByLabel(name);
  const width = async () => Math.round((await frame.boundingBox())!.width);
  await expect(bubble).toBeVisible();
  const ours = await bubble.evaluate((bubble) => getComputedStyle(bubble).backgroundColor);
  await bubble.click();
  await expect(composer).toBeFocused();
  await composer.fill('Half a sen');
  const usual = await width();
  const loaded: string[] = [];
  page.on('framenavigated', (frame) => loaded.push(frame.url()));

  const isDark = async (theme: 'dark' | 'light') => {
    for (const root of [site.locator('html'), window.locator('html')]) await expect(root).toHaveAttribute('data-theme', theme);
  };
  await isDark('light');
  await option('Theme').selectOption('Dark');
  await isDark('dark');
  await option('Colour on this website').fill('#8a2be2');
  await expect(bubble).toHaveCSS('background-color', 'rgb(138, 43, 226)');
  await expect(window.locator('header')).toHaveCSS('background-color', 'rgb(138, 43, 226)');
  await option('Width of the window').fill('320');
  await expect.poll(width).toBe(usual - 80);
  await option('Address of the bubble').fill(`${server.url}/favicon.svg`);
  await expect(bubble.locator('img')).toHaveAttribute('src', `${server.url}/favicon.svg`);

  // What is taken out again is the chat profile's again, and what is no width is none.
  await option('Colour on this website').fill('');
  await expect(bubble).toHaveCSS('background-color', ours);
  await expect(window.locator('header')).toHaveCSS('background-color', ours);
  await option('Width of the window').fill('90');
  await expect.poll(width).toBe(usual);
  await option('Address of the bubble').fill('');
  await expect(bubble.locator('img')).toHaveCount(0);
  await option('Theme').selectOption('Light');
  await isDark('light');
  await expect(bubble).toHaveAttribute('aria-expanded', 'true');
  await expect(composer).toHaveValue('Half a sen');
  expect(loaded).toEqual([]);

  // Whether a conversation survives a reload is seen in one: there the page begins anew, with all options.
  await option('Width of the window').fill('320');
  await page.getByRole('switch', { name: 'A conversation survives a reload' }).click();
  await expect(bubble).toHaveAttribute('aria-expanded', 'false');
  // By key: the page around is scrolled to the switch.
  await bubble.press('Enter');
  await expect(composer).toHaveValue('');
  await expect.poll(width).toBe(usual - 80);
});
