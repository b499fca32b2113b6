// Files: chosen, pasted, dropped; both ways; and whatever somebody may send to do harm.
import { readFile } from 'node:fs/promises';
import type { Dialog, Download, Locator, Page } from '@playwright/test';
import { expect, test } from '../../fixtures';
import type { Visitor } from '../../pages/visitor';

/** A picture of two by two pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8Dwn4GBgYGJAQoABAAcFwIDHyRR9AAAAABJRU5ErkJggg==',
  'base64',
);

const png = (width: number, height: number) => {
  const bytes = Buffer.from(PNG);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};

const attach = (visitor: Visitor) => visitor.window.getByRole('button', { name: 'Attach a file' });
const files = (window: Locator | Visitor['window'] | Page) => window.locator('input[type=file]');
const uploads = (visitor: Visitor) => visitor.window.locator('.upload');

/** Begins a conversation, for until then there is nowhere to send a file. */
async function begins(visitor: Visitor, text = 'Hello'): Promise<void> {
  await visitor.opens();
  await visitor.says(text);
  await visitor.transcript.isSent(text);
  await expect(attach(visitor)).toBeVisible();
}

const bytes = async (download: Download) => readFile((await download.path())!);

test('files travel both ways, and come back as they were', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  // There is no conversation yet that it could belong to.
  await expect(attach(visitor)).toBeHidden();
  await visitor.says('Hello');
  await files(visitor.window).setInputFiles([
    { name: 'lamp é.png', mimeType: 'image/png', buffer: PNG },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('three lamps') },
  ]);
  const theirs = visitor.transcript.log.getByRole('button', { name: 'Download notes.txt' });
  await expect(theirs).toBeVisible();
  await expect(theirs).toContainText('1 KB');
  await expect(uploads(visitor)).toHaveCount(0);
  await expect(ann.row('notes.txt')).toBeVisible();
  await ann.joins('notes.txt');
  const picture = ann.transcript.log.getByRole('img', { name: 'lamp é.png' });
  await expect(picture).toHaveJSProperty('naturalWidth', 2);
  const [download] = await Promise.all([ann.page.waitForEvent('download'), ann.transcript.log.getByRole('button', { name: 'Download notes.txt' }).click()]);
  expect(download.suggestedFilename()).toBe('notes.txt');
  expect((await bytes(download)).toString()).toBe('three lamps');

  // Large, and alone; Escape leads back.
  await picture.click();
  const viewer = ann.page.getByRole('dialog', { name: 'lamp é.png' });
  await expect(viewer).toBeVisible();
  await ann.page.keyboard.press('Escape');
  await expect(viewer).toHaveCount(0);
  await expect(ann.conversation).toBeVisible();

  await files(ann.conversation).setInputFiles({ name: 'offer.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 offer') });
  const offer = visitor.transcript.log.getByRole('button', { name: 'Download offer.pdf' });
  await expect(offer).toBeVisible();
  await expect(visitor.announcements.last()).toHaveText('Ann sent a file: offer.pdf');
  const [saved] = await Promise.all([visitor.page.waitForEvent('download'), offer.click()]);
  expect(saved.suggestedFilename()).toBe('offer.pdf');
  expect((await bytes(saved)).toString()).toBe('%PDF-1.7 offer');

  // It is all there after a reload, and no address holds the visitor's token.
  const token = JSON.parse((await visitor.kept())!).token as string;
  const addresses: string[] = [];
  visitor.page.on('request', (request) => addresses.push(request.url()));
  await visitor.page.reload();
  await expect(visitor.transcript.log.getByRole('img', { name: 'lamp é.png' })).toHaveJSProperty('naturalWidth', 2);
  expect(addresses.some((address) => address.includes('/api/attachments/'))).toBe(true);
  expect(addresses.filter((address) => address.includes(token))).toEqual([]);
});

interface Given {
  name: string;
  body: Buffer;
}

/** Gives files to the page as the clipboard or a hand would: pickers cut paths, these do not. */
const give = (target: Locator, kind: 'paste' | 'drop', given: Given[]) =>
  target.evaluate(
    (element, [kind, given]) => {
      const data = new DataTransfer();
      for (const { name, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { type: 'text/plain' }));
      }
      const init = { bubbles: true, cancelable: true };
      if (kind === 'paste') element.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
      else {
        for (const type of ['dragenter', 'dragover', 'drop']) element.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data }));
      }
    },
    [kind, given.map(({ name, body }) => ({ name, base64: body.toString('base64') }))] as const,
  );

const picture = (name: string): Given[] => [{ name, body: Buffer.from('picture') }];

test('a file is pasted or dropped, and emoji are chosen', async ({ people }) => {
  const visitor = await people.visitor();
  await begins(visitor);
  await give(visitor.composer, 'paste', picture('pasted.txt'));
  await expect(visitor.transcript.log.getByRole('button', { name: 'Download pasted.txt' })).toBeVisible();
  await give(visitor.transcript.log, 'drop', picture('dropped.txt'));
  await expect(visitor.transcript.log.getByRole('button', { name: 'Download dropped.txt' })).toBeVisible();

  await visitor.composer.fill('Thanks ');
  const button = visitor.window.getByRole('button', { name: 'Insert an emoji' });
  await button.focus();
  await visitor.page.keyboard.press('Enter');
  const picker = visitor.window.getByRole('dialog', { name: 'Emoji' });
  await expect(picker).toBeVisible();
  await visitor.page.keyboard.press('ArrowRight');
  await visitor.page.keyboard.press('Escape');
  await expect(picker).toHaveCount(0);
  // The window itself stays.
  await expect(button).toBeFocused();
  await visitor.page.keyboard.press('Enter');
  await picker.getByRole('button', { name: '😄' }).click();
  await expect(visitor.composer).toBeFocused();
  await expect(visitor.composer).toHaveValue('Thanks 😄');
  await visitor.page.keyboard.press('Enter');
  await visitor.transcript.has('Thanks 😄');
});

test('what cannot be sent says so, and what may arrive later is tried again', async ({ people, server, guard }) => {
  guard.expect(/api\/attachments\?.*ERR_FAILED/, /Failed to load resource: net::ERR_FAILED .*api\/attachments/);
  const visitor = await people.visitor();
  await begins(visitor);
  const input = files(visitor.window);
  await input.setInputFiles({ name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) });
  await expect(uploads(visitor)).toContainText('This file is empty. Choose another one.');
  await uploads(visitor).getByRole('button', { name: 'Discard' }).click();
  await expect(visitor.composer).toBeFocused();
  await input.setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(20 * 1024 * 1024 + 1) });
  await expect(uploads(visitor)).toContainText('This file is larger than 20.0 MB. Choose a smaller one.');
  await uploads(visitor).getByRole('button', { name: 'Discard' }).click();

  await visitor.page.route('**/api/attachments?**', (route) => route.abort(), { times: 1 });
  await input.setInputFiles({ name: 'late.txt', mimeType: 'text/plain', buffer: Buffer.from('late') });
  await expect(uploads(visitor)).toContainText('The file did not arrive. Check your connection and try again.');
  await uploads(visitor).getByRole('button', { name: 'Try again' }).click();
  await expect(visitor.transcript.log.getByRole('button', { name: 'Download late.txt' })).toHaveCount(1);

  // The admin wants no files any more: whoever has the window open learns it at once.
  const { profile } = await server.profile<{ profile: Record<string, unknown> }>();
  await server.asAdmin('save_profile', { profile: { ...profile, are_files_welcome: false } });
  await expect(attach(visitor)).toBeHidden();
  await expect(visitor.window.getByRole('button', { name: 'Insert an emoji' })).toBeVisible();
});

const ZOO: (Given & { isPicture: boolean; type?: string })[] = [
  { name: 'drawing.svg', body: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="parent.hacked=1"><script>top.hacked=1;alert(1)</script></svg>'), isPicture: false },
  { name: 'photo.png', body: Buffer.from('<!doctype html><script>top.hacked=1;alert(1)</script>'), isPicture: false },
  { name: 'page.html', body: Buffer.from('<!doctype html><script>top.hacked=1;alert(1)</script>'), isPicture: false },
  // A picture to one reader, a script to another.
  { name: 'both.gif', body: Buffer.from('GIF89a/*\x01\x00*/=1;top.hacked=1;alert(1)//'), isPicture: true, type: 'image/gif' },
  // The same, and larger than a picture may be.
  { name: 'wide-both.gif', body: Buffer.concat([Buffer.from('GIF89a'), Buffer.from('=1;/*'), Buffer.from('\x02\x00\x02\x00*/;top.hacked=1;alert(1)//')]), isPicture: false },
  { name: 'html-in-png.png', body: Buffer.concat([PNG, Buffer.from('<script>top.hacked=1;alert(1)</script>')]), isPicture: true, type: 'image/png' },
  // Would need ten gigabytes in a browser's memory.
  { name: 'bomb.png', body: png(50_000, 50_000), isPicture: false },
  { name: 'script.js', body: Buffer.from('top.hacked=1;alert(1)'), isPicture: false },
  { name: 'frame.xhtml', body: Buffer.from('<html xmlns="http://www.w3.org/1999/xhtml"><script>top.hacked=1;alert(1)</script></html>'), isPicture: false },
  { name: '..\u202Egnp.exe', body: Buffer.from('MZ'), isPicture: false },
];

/** Names that lead out of a folder, of one kind of machine and of the other. */
const PATHS: Given[] = ['../../../evil.html', '..\\..\\evil.html'].map((name) => ({
  name,
  body: Buffer.from('<!doctype html><script>top.hacked=1;alert(1)</script>'),
}));

test('nothing that a file holds ever runs', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await begins(visitor);
  await ann.joins('Hello');
  const dialogs: string[] = [];
  const note = async (dialog: Dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  };
  for (const page of [ann.page, visitor.page]) page.on('dialog', note);
  // Where each is, as the page asks for it: pictures by themselves, others when they are pressed.
  const addresses = new Set<string>();
  ann.page.on('request', (request) => request.url().includes('/api/attachments/att_') && addresses.add(request.url()));
  await files(visitor.window).setInputFiles(ZOO.map(({ name, body }) => ({ name, mimeType: 'image/png', buffer: body })));
  const drawn = ann.transcript.log.locator('.file');
  await expect(drawn).toHaveCount(ZOO.length, { timeout: 20_000 });
  await expect(drawn.last()).toContainText('..[U+202E]gnp.exe');
  for (const { name, isPicture } of ZOO.slice(0, -1)) {
    // A picture that is broken falls back to a name; what is none is never asked for as one.
    const asFile = ann.transcript.log.getByRole('button', { name: `Download ${name}` });
    if (!isPicture) await expect(asFile).toBeVisible();
  }
  await give(visitor.composer, 'drop', PATHS);
  await expect(ann.transcript.log.getByRole('button', { name: 'Download evil.html', exact: true })).toHaveCount(PATHS.length);
  await expect(drawn).toHaveCount(ZOO.length + PATHS.length);

  // As somebody would who copies the addresses: each is a download and runs nowhere.
  const pictures = ZOO.filter(({ isPicture }) => isPicture);
  for (const { name } of pictures) {
    const drawing = ann.transcript.log.getByRole('img', { name, exact: true });
    await drawing.scrollIntoViewIfNeeded();
    await expect(drawing).not.toHaveJSProperty('naturalWidth', 0);
  }
  await expect(ann.transcript.log.locator('.file--picture')).toHaveCount(pictures.length);
  for (const file of await ann.transcript.log.locator('.file:not(.file--picture)').all()) {
    await Promise.all([ann.page.waitForEvent('download'), file.click()]);
  }
  const opened: Record<string, string> = {};
  for (const address of addresses) {
    const answer = await ann.page.request.get(address);
    const [, name] = /^attachment; filename\*=UTF-8''([\w.%-]+)$/.exec(answer.headers()['content-disposition']!)!;
    opened[decodeURIComponent(name!)] = answer.headers()['content-type']!;
    expect(answer.headers()['x-content-type-options']).toBe('nosniff');
    expect(answer.headers()['content-security-policy']).toBe("default-src 'none'; sandbox");
    const tab = await ann.page.context().newPage();
    tab.on('dialog', note);
    const [download] = await Promise.all([tab.waitForEvent('download'), tab.goto(address).catch(() => undefined)]);
    expect(download.suggestedFilename()).not.toMatch(/[/\\]/);
    await tab.close();
  }
  expect(addresses.size).toBe(ZOO.length + PATHS.length);
  const types = ZOO.map(({ name, type = 'application/octet-stream' }) => [name, type] as const);
  expect(opened).toEqual({ ...Object.fromEntries(types), 'evil.html': 'application/octet-stream' });
  for (const page of [ann.page, visitor.page]) {
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  }
  expect(dialogs).toEqual([]);
});

test('the admin takes files away and gives them back, on the page', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  const visitor = await people.visitor();
  await begins(visitor);
  const choice = ada.page.getByRole('switch', { name: 'Visitors may send files', exact: true });
  const presses = async () => {
    await choice.click();
    await ada.saves();
  };
  await expect(choice).toBeChecked();
  await presses();
  await expect(attach(visitor)).toBeHidden();
  // Nor does a window that opens now offer it.
  const later = await people.visitor();
  await later.opens();
  await later.says('May I send a picture?');
  await later.transcript.isSent('May I send a picture?');
  await expect(later.window.getByRole('button', { name: 'Insert an emoji' })).toBeVisible();
  await expect(attach(later)).toBeHidden();

  await ada.reloads();
  await expect(choice).not.toBeChecked();
  await presses();
  for (const one of [visitor, later]) {
    await expect(attach(one)).toBeVisible();
    await files(one.window).setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('three lamps') });
    await expect(one.transcript.log.getByRole('button', { name: 'Download notes.txt' })).toBeVisible();
  }
});

test('the agent decides about files, where the chat profile lets them', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await begins(visitor);
  await ann.joins('Hello');
  const more = ann.conversation.getByRole('button', { name: 'More' });
  const item = (name: string) => ann.page.getByRole('menuitem', { name });
  await more.click();
  await expect(item('Put back into the queue')).toBeVisible();
  await expect(item('Take no files from the visitor')).toHaveCount(0);
  await ann.page.keyboard.press('Escape');

  await ada.page.getByRole('switch', { name: 'The agent who answers may decide otherwise about files' }).click();
  await ada.saves();
  await more.click();
  await item('Take no files from the visitor').click();
  await expect(ann.transcript.log.getByText('The visitor can send no files from now on')).toBeVisible();
  await expect(attach(visitor)).toBeHidden();
  await visitor.says('Where is the clip?');
  await more.click();
  await item('Let the visitor send files').click();
  await expect(attach(visitor)).toBeVisible();
  await expect(visitor.transcript.log.getByText(/files from now on/)).toHaveCount(0);
});
