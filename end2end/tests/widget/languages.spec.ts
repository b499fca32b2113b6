// The visitor's language, and the line that a host page chooses.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '../../fixtures';

const ENGLISH = { 'launcher.open_chat': 'Open chat', 'transcript.message': 'Message' };

function texts(lang: string): typeof ENGLISH {
  if (lang === 'en') return ENGLISH;
  return JSON.parse(readFileSync(path.join(__dirname, `../../../app/texts/${lang}.json`), 'utf8')) as typeof ENGLISH;
}

for (const [locale, lang, dir] of [
  ['de-AT', 'de', 'ltr'],
  ['fr-FR', 'fr', 'ltr'],
  ['es-MX', 'es', 'ltr'],
  ['ar-EG', 'ar', 'rtl'],
  ['nl-NL', 'en', 'ltr'],
] as const) {
  test(`a browser that speaks ${locale} is answered in ${lang}`, async ({ people }) => {
    const words = texts(lang);
    const visitor = await people.visitor({}, { locale });
    await visitor.page.locator('#halo-chat').getByRole('button', { name: words['launcher.open_chat'] }).click();
    const composer = visitor.window.getByRole('textbox', { name: words['transcript.message'] });
    await expect(composer).toBeFocused();
    const root = visitor.window.locator('html');
    await expect(root).toHaveAttribute('lang', lang);
    await expect(root).toHaveAttribute('dir', dir);
    await composer.fill('🙂 1');
    await composer.press('Enter');
    await expect(visitor.window.getByRole('log').getByText('🙂 1')).toBeVisible();
  });
}

test('the page with nothing but the chat speaks the language, too', async ({ people, server }) => {
  const visitor = await people.stranger({ locale: 'de-DE' });
  const { link } = await server.profile<{ link: string }>();
  await visitor.page.goto(link);
  await expect(visitor.page.getByRole('textbox', { name: 'Nachricht' })).toBeVisible();
  await expect(visitor.page.locator('html')).toHaveAttribute('lang', 'de');
});

test('a page that wants no WebSocket gets none', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.stranger();
  const sockets: string[] = [];
  visitor.page.on('websocket', (socket) => sockets.push(socket.url()));
  await visitor.visits('/', { chatMode: 'heartbeat' });
  await visitor.opens();
  await visitor.says('Slow but sure');
  await visitor.transcript.isSent('Slow but sure', 20_000);
  await ann.joins('Slow but sure');
  await ann.says('So it is');
  await expect(visitor.transcript.message('So it is')).toBeVisible({ timeout: 20_000 });
  expect(sockets).toEqual([]);
});

test('tabs agree on what is being written and on silence', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
  const tab = await visitor.anotherTab();
  await tab.opens();
  await visitor.composer.fill('half a sentence');
  await expect(tab.composer).toHaveValue('half a sentence');
  await visitor.chooses('Mute sound');
  await tab.window.getByRole('button', { name: 'More' }).click();
  await expect(tab.window.getByRole('menuitem', { name: 'Unmute sound' })).toBeVisible();
});
