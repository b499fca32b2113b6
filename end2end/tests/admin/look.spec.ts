// How visitors see those who answer, and the website: names, pictures, sizes, languages; and which
// team answers.
import { crc32, deflateSync } from 'node:zlib';
import { expect, test } from '../../fixtures';
import { bot } from '../../fixtures/bot';
import { Flows } from '../../pages/flows';

/** A picture of one colour, as a camera might have it: larger than anything is shown. */
function png(width: number, height: number): Buffer {
  const chunk = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x5b)]);
  const lines = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', lines), chunk('IEND', Buffer.alloc(0))]);
}

const file = (name: string, buffer: Buffer, mimeType = 'image/png') => ({ name, mimeType, buffer });
/** Whether the picture has arrived, and how wide it is. */
const width = (image: HTMLImageElement) => image.naturalWidth;

test('an agent is known to visitors by another name and a picture', async ({ people }) => {
  const ann = await people.agent('Ann Archer');
  await ann.choosesOfMine('How visitors know you');
  await expect(ann.dialog).toBeVisible();
  await ann.dialog.getByLabel('Name for visitors').fill('Flo');
  const picture = ann.dialog.getByRole('group', { name: 'Picture' });
  await picture.locator('input').setInputFiles(file('notes.png', Buffer.from('no picture')));
  await expect(picture.getByRole('alert')).toContainText('Choose a PNG, JPEG, GIF or WebP file.');
  await picture.locator('input').setInputFiles(file('me.png', png(900, 600)));
  await expect(picture.locator('img')).toHaveJSProperty('naturalWidth', 160);
  await expect(picture.getByRole('alert')).toBeEmpty();
  await ann.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(ann.dialog).toBeHidden();
  const mine = ann.page.getByRole('navigation', { name: 'Main' }).locator('.avatar img');
  await expect(mine).toHaveJSProperty('naturalWidth', 160);

  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Who is there?');
  await ann.joins('Who is there?');
  await ann.says('It is me');
  await expect(visitor.header).toContainText('Flo');
  await expect(visitor.header.locator('.avatar img')).toHaveJSProperty('naturalWidth', 160);
  const line = visitor.window.locator('.entry--other', { hasText: 'It is me' });
  await expect(line).toContainText('Flo');
  expect(await line.locator('.avatar img').evaluate(width)).toBe(160);
  await expect(visitor.window.getByText('Ann')).toHaveCount(0);
  // Who comes back later sees the same.
  await visitor.page.reload();
  await expect(visitor.header.locator('.avatar img')).toHaveJSProperty('naturalWidth', 160);

  // And back to the letters of the own name.
  await ann.choosesOfMine('How visitors know you');
  await expect(ann.dialog.getByLabel('Name for visitors')).toHaveValue('Flo');
  await ann.dialog.getByLabel('Name for visitors').fill('');
  await ann.dialog.getByRole('button', { name: 'Remove it' }).click();
  await ann.dialog.getByRole('button', { name: 'Save' }).click();
  await expect(mine).toHaveCount(0);
  await ann.says('And now?');
  const next = visitor.window.locator('.entry--other', { hasText: 'And now?' });
  await expect(next).toContainText('Ann Archer');
  await expect(next.locator('.avatar img')).toHaveCount(0);
});

test('bubble and window look as the profile says, where the page does not', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  await ada.turnsTo('Appearance');
  const side = (name: string) => ada.page.getByLabel(name);
  await side('Width of the window').fill('12');
  await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ada.page.getByText('Write a number from 240 to 4000.')).toBeVisible();
  await side('Width of the window').fill('480');
  await side('Height of the window').fill('560');
  const chooses = async (name: string, pixels: [number, number], shown: number) => {
    const group = ada.page.getByRole('group', { name });
    await group.locator('input').setInputFiles(file('picture.png', png(...pixels)));
    await expect(group.locator('img')).toHaveJSProperty('naturalWidth', shown);
  };
  await chooses('Picture on top of the window', [2400, 480], 1200);
  await chooses('Picture on the bubble', [64, 64], 64);
  await expect(ada.page.locator('.preview__icon')).toBeVisible();
  await expect(ada.page.locator('.preview__picture')).toBeVisible();
  await ada.saves();

  const visitor = await people.visitor();
  await expect(visitor.bubble.locator('img')).toHaveJSProperty('naturalWidth', 64);
  await visitor.opens();
  const frame = visitor.page.locator('#halo-chat').locator('iframe');
  // Less the border around it.
  await expect.poll(async () => (await frame.boundingBox())!.width).toBe(480 - 2);
  await expect.poll(async () => (await frame.boundingBox())!.height).toBe(560 - 2);
  const top = visitor.window.locator('.window__picture');
  await expect(top).toHaveJSProperty('naturalWidth', 1200);

  // The page's own word counts more.
  const other = await people.visitor({ width: '320', icon: '/favicon.svg' });
  await other.opens();
  const narrow = other.page.locator('#halo-chat').locator('iframe');
  await expect.poll(async () => (await narrow.boundingBox())!.width).toBe(320 - 2);
  await expect(other.bubble.locator('img')).toHaveAttribute('src', /favicon\.svg$/);

  await ada.reloads();
  await expect(side('Width of the window')).toHaveValue('480');
  await side('Width of the window').fill('');
  await ada.page.getByRole('group', { name: 'Picture on top of the window' }).getByRole('button', { name: 'Remove it' }).click();
  await ada.saves();
  // An open window takes that up.
  await expect(top).toHaveCount(0);
});

test('what the profile says of its own is said in the language of the visitor', async ({ people }) => {
  const german = await people.visitor({}, { locale: 'de-DE' });
  await german.page.getByRole('button', { name: 'Chat öffnen' }).click();
  await expect(german.window.getByText('Hallo! Wie können wir Ihnen helfen?')).toBeVisible();

  const ada = await people.admin('/app/admin/words');
  const sentence = (name: string) => ada.page.getByRole('textbox', { name, exact: true });
  await ada.page.getByLabel('Notification').fill('We are here.');
  await ada.saves();
  const language = ada.page.getByLabel('Your sentences in');
  await expect(language).toHaveValue('de');
  await expect(language).toContainText('Deutsch (1 of 2)');
  await sentence('Hello! How can we help you?').fill('Guten Tag!');
  await sentence('We are here.').fill('Wir sind '.repeat(30));
  await expect(ada.page.getByText('at most 200 characters')).toBeVisible();
  await sentence('We are here.').fill('Wir sind da.');
  await language.selectOption('fr');
  await expect(sentence('We are here.')).toHaveValue('');
  await language.selectOption('de');
  await expect(sentence('We are here.')).toHaveValue('Wir sind da.');
  await ada.saves();
  await expect(german.window.getByText('Guten Tag!')).toBeVisible();
  const other = await people.visitor({}, { locale: 'de-DE' });
  const teaser = other.page.locator('#halo-chat').locator('button.teaser');
  await expect(teaser).toContainText('Wir sind da.');
  const french = await people.visitor({}, { locale: 'fr-FR' });
  await expect(french.page.locator('#halo-chat').locator('button.teaser')).toContainText('We are here.');

  // A sentence that is corrected keeps what it is in other languages; another one has none yet.
  await ada.turnsTo('Appearance');
  await ada.page.getByLabel('Greeting').fill('Hello. How can we help you?');
  await ada.saves();
  await ada.turnsTo('Words');
  await expect(sentence('Hello. How can we help you?')).toHaveValue('Guten Tag!');
  await ada.turnsTo('Appearance');
  await ada.page.getByLabel('Greeting').fill('Good morning!');
  await ada.saves();
  await ada.turnsTo('Words');
  await expect(sentence('Good morning!')).toHaveValue('');
  await ada.page.getByLabel('Notification').fill('');
  await ada.saves();
  await expect(language).toContainText('Deutsch (0 of 1)');
});

test('another team stands in', async ({ people, server }) => {
  await server.asAdmin('create_team', { name: 'Night', members: [], is_open_to_join: false });
  await server.asAdmin('create_team', { name: 'Weekend', members: [], is_open_to_join: false });
  const ada = await people.admin('/app/admin/profile');
  const others = ada.page.getByRole('group', { name: 'Teams that stand in' });
  await expect(others.getByRole('checkbox')).toHaveCount(2);
  await others.getByLabel('Weekend').check();
  await others.getByLabel('Night').check();
  await expect(ada.page.getByText('In the order in which you ticked them: Weekend, Night.')).toBeVisible();
  await ada.saves();
  await ada.reloads();
  await expect(ada.page.getByText('In the order in which you ticked them: Weekend, Night.')).toBeVisible();
});

test('a bot has a picture', async ({ people, server }) => {
  await bot(server);
  const flows = new Flows(await people.admin());
  await flows.opens();
  await flows.tab('Flow');
  const group = flows.side.getByRole('group', { name: 'Picture of the bot' });
  await group.locator('input').setInputFiles(file('robo.png', png(200, 300)));
  await expect(group.locator('img')).toHaveJSProperty('naturalWidth', 160);
  await flows.page.getByRole('button', { name: 'Publish', exact: true }).click();
  await flows.dialog.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(flows.dialog).toBeHidden();
  const visitor = await people.visitor();
  await visitor.opens();
  const line = visitor.window.locator('.entry--other').first();
  await expect(line.locator('.avatar img')).toHaveJSProperty('naturalWidth', 160);
});
