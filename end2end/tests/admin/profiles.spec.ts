// Any number of chat profiles: their hours, their rules and their bot, made by an admin and met by
// a visitor.
import { expect, test } from '../../fixtures';
import { bot, en, EVERYTHING } from '../../fixtures/bot';
import type { Agent } from '../../pages/agent';

const save = (ada: Agent) => ada.page.getByRole('button', { name: 'Save', exact: true });
const now = (ada: Agent) => ada.page.locator('.hours__now');

test('a second chat profile is made, and a copy of it', async ({ people }) => {
  const ada = await people.admin('/app/admin/profiles');
  const row = (name: string) => ada.page.getByRole('row').filter({ hasText: name });
  await expect(row('Support')).toContainText('Default');
  await ada.page.getByRole('button', { name: 'New chat profile' }).click();
  await ada.dialog.getByRole('button', { name: 'Create chat profile' }).click();
  await expect(ada.dialog.getByText('Please fill this in.')).toBeVisible();
  await ada.dialog.getByLabel('Name').fill('Sales');
  await ada.dialog.getByRole('button', { name: 'Create chat profile' }).click();
  await expect(ada.page).toHaveURL(/\/profiles\/prf_\w+$/);
  await expect(ada.page.getByLabel('Name', { exact: true })).toHaveValue('Sales');
  await ada.turnsTo('Appearance');
  await ada.page.getByLabel('Greeting').fill('Prices are here.');
  await ada.saves();

  await ada.page.getByRole('link', { name: 'Chat profiles' }).first().click();
  await ada.page.getByRole('button', { name: 'Duplicate Sales' }).click();
  await ada.dialog.getByLabel('Name').fill('Sales, too');
  await ada.dialog.getByRole('button', { name: 'Create chat profile' }).click();
  await expect(ada.page.getByLabel('Name', { exact: true })).toHaveValue('Sales, too');
  await ada.turnsTo('Appearance');
  await expect(ada.page.getByLabel('Greeting')).toHaveValue('Prices are here.');
  await ada.turnsTo('Embed');
  const link = ada.page.getByRole('link', { name: /\/chat\/with\// });
  const address = (await link.getAttribute('href'))!;

  const { page } = await people.stranger();
  await page.goto(address);
  await expect(page.getByText('Prices are here.')).toBeVisible();
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill('How much is it?');
  await composer.press('Enter');
  await expect(ada.ring).toBeVisible();
});

test('addresses from before there were several go on', async ({ people }) => {
  const ada = await people.admin('/app/admin/words');
  await expect(ada.page).toHaveURL(/\/profiles\/prf_\w+\/words$/);
  await expect(ada.page.getByRole('heading', { name: 'Words', level: 1 })).toBeVisible();
  await ada.opens('/app/admin/identity');
  await expect(ada.page).toHaveURL(/\/profiles\/prf_\w+\/identity$/);
});

test('hours close the chat, and the window says when it is open again', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.isConnected();
  await ada.turnsTo('Availability');
  await expect(now(ada)).toHaveText('Always open');
  await ada.page.getByRole('switch', { name: 'Open at certain hours only' }).click();
  const zone = ada.page.getByLabel('Time zone');
  await zone.fill('Atlantis');
  await save(ada).click();
  await expect(ada.page.getByText('Choose a time zone from the list').first()).toBeVisible();
  await zone.fill('Europe/Berlin');
  // A week in which no day but one is open.
  const remove = ada.page.getByRole('button', { name: 'Remove this time' });
  while ((await remove.count()) > 0) await remove.first().click();
  await expect(now(ada)).toHaveText('Closed, and no time to open is in sight');
  const day = await ada.page.evaluate(() => {
    const tomorrow = new Date(Date.now() + 2 * 24 * 60 * 60 * 1000);
    return tomorrow.toLocaleDateString('en', { weekday: 'long', timeZone: 'Europe/Berlin' });
  });
  await ada.page.getByRole('button', { name: `Add a time: ${day}` }).click();
  await expect(now(ada)).toHaveText(`Closed now. Opens: ${day}, 09:00`);
  await ada.saves();
  await expect(visitor.window.getByText(/^We are back: .+ Leave your message; it is kept\.$/)).toBeVisible();
  await visitor.says('Then I leave a word');
  await visitor.transcript.isSent('Then I leave a word');

  // Times that overlap are not saved; a copied day is open on all workdays.
  await ada.page.getByRole('button', { name: `Add a time: ${day}` }).click();
  const times = ada.page.getByRole('group', { name: day, exact: true });
  await times.getByLabel('From').last().fill('16:00');
  await times.getByLabel('To').last().fill('18:00');
  await save(ada).click();
  await expect(ada.page.getByText('Two times overlap, or a date stands there twice.')).toBeVisible();
  await times.getByLabel('From').last().fill('18:00');
  await times.getByLabel('To').last().fill('02:00');
  await expect(times.getByText('next day')).toBeVisible();
  await ada.page.getByRole('button', { name: `Copy to workdays: ${day}` }).click();
  await ada.page.getByRole('button', { name: 'Add an exception' }).click();
  await ada.page.getByLabel('Date', { exact: true }).fill('2030-12-24');
  await ada.page.getByLabel('Up to (optional)').fill('2030-12-26');
  await ada.page.getByLabel('Note (optional)').fill('Christmas');
  await ada.saves();
  await ada.reloads();
  await expect(ada.page.getByLabel('Note (optional)')).toHaveValue('Christmas');
  await expect(ada.page.getByLabel('Up to (optional)')).toHaveValue('2030-12-26');
  await expect(ada.page.getByRole('group', { name: 'Monday', exact: true }).getByLabel('From')).toHaveCount(2);
});

test('an admin says how the wait is calculated, and a bot tells visitors', async ({ people, server }) => {
  const ada = await people.admin('/app/admin/profile');
  await ada.turnsTo('Availability');
  const method = ada.page.getByLabel('Calculated from');
  const period = ada.page.getByLabel('Period in minutes');
  const usual = ada.page.getByLabel('Minutes when there is nothing to calculate from');
  await expect(method).toHaveValue('average');
  await expect(period).toHaveValue('60');
  await expect(usual).toHaveValue('');

  await period.fill('0');
  await usual.fill('soon');
  await expect(now(ada), 'the hours are no matter of these minutes').toHaveText('Always open');
  await save(ada).click();
  await expect(ada.page.getByText('Write a number from 1 to 10080.')).toBeVisible();
  await expect(ada.page.getByText('Write a number from 0 to 10080.')).toBeVisible();
  await expect(period).toBeFocused();
  await period.fill('90');
  await usual.fill('12');
  await ada.saves();
  await ada.reloads();
  await expect(period).toHaveValue('90');
  await expect(usual).toHaveValue('12');
  await method.selectOption('The longest wait just now');
  await expect(period).toBeHidden();
  await ada.saves();
  await ada.reloads();
  await expect(method).toHaveValue('longest');
  await expect(usual).toHaveValue('12');

  await bot(server, [
    { id: 1, does: { message: { text: en('It takes about $-WAITTIME min.'), next: 2 } } },
    { id: 2, does: { input: { text: en('Your name?'), kind: 'line', next: 3 } } },
    { id: 3, does: { end: { text: en('Bye.') } } },
  ]);
  const visitor = await people.visitor();
  await visitor.opens();
  await expect(visitor.window.getByText('It takes about 12 min.')).toBeVisible();
});

test('a rule hides the bubble on some pages, and one can be tried out', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  await ada.turnsTo('Rules');
  await expect(ada.page.getByText('There are no rules')).toBeVisible();
  await expect(ada.page.getByText('Where visitors come from is not known here')).toBeVisible();
  const add = ada.page.getByRole('button', { name: 'Add a rule' });
  const rule = (place: number, count: number) => ada.page.getByRole('group', { name: `Rule ${place} of ${count}`, exact: true });
  await add.click();
  await expect(rule(1, 1).getByLabel('On these pages')).toBeFocused();
  await rule(1, 1).getByLabel('On these pages').fill('*');
  await add.click();
  await rule(2, 2).getByLabel('On these pages').fill('teapot');
  await rule(2, 2).getByLabel('The bubble').selectOption('Is hidden');
  await save(ada).click();
  await expect(rule(2, 2).getByText('Write a path such as /pricing*')).toBeVisible();
  await rule(2, 2).getByLabel('On these pages').fill('/teapot*');

  const verdict = ada.page.locator('.rules__verdict');
  await ada.page.getByLabel('Address of the page').fill('/teapot?colour=blue');
  await expect(verdict).toHaveText('Rule 1 decides: Is shown.');
  await rule(2, 2).getByRole('button', { name: 'Move up' }).focus();
  await ada.page.keyboard.press('Enter');
  await expect(verdict).toHaveText('Rule 1 decides: Is hidden.');
  await expect(rule(1, 2).getByLabel('On these pages')).toHaveValue('/teapot*');
  await ada.saves();

  const visitor = await people.visitor();
  await expect(visitor.bubble).toBeVisible();
  await visitor.page.goto(visitor.server.shop('/teapot'));
  await expect(visitor.page.locator('#halo-chat .bubble')).toBeAttached();
  await expect(visitor.page.locator('#halo-chat .bubble')).toBeHidden();
});

test('on some pages the bot begins at another step', async ({ people, server, guard }) => {
  guard.expect(/status of 422/);
  await bot(server, EVERYTHING);
  const ada = await people.admin('/app/admin/profile');
  await ada.turnsTo('Rules');
  await ada.page.getByRole('button', { name: 'Add a rule' }).click();
  const begins = ada.page.getByLabel('Where it begins');
  await ada.page.getByLabel('On these pages').fill('/teapot*');
  await begins.fill('three');
  await save(ada).click();
  await expect(begins).toHaveAttribute('aria-invalid', 'true');
  await begins.fill('99');
  await save(ada).click();
  await expect(ada.page.getByText('A rule begins the bot at a step where it cannot begin.')).toBeVisible();
  await begins.fill('3');
  await ada.saves();
  await ada.reloads();
  await expect(begins).toHaveValue('3');

  const visitor = await people.visitor();
  await visitor.bubble.click();
  await expect(visitor.window.getByText('Which glazes?', { exact: true })).toBeVisible();
  await visitor.visits('/teapot');
  await visitor.bubble.click();
  await expect(visitor.window.getByText('Gift wrapping?', { exact: true })).toBeVisible();
  await expect(visitor.window.getByText('Which glazes?', { exact: true })).toHaveCount(0);
});

test('a chat profile has a bot, and two admins do not overwrite each other', async ({ people, guard }) => {
  guard.expect(/status of 409/);
  const ada = await people.admin('/app/admin/profile');
  const bea = await people.agent('Bea', { role: 'admin' }, '/app/admin/profile');
  await ada.turnsTo('Bot');
  await bea.turnsTo('Bot');
  await ada.page.getByLabel('Flow').selectOption('Welcome Bot');
  await ada.page.getByLabel('Speaks').selectOption('Only if nobody is there');
  await expect(ada.page.getByRole('link', { name: 'Open this flow' })).toHaveAttribute('href', /\/app\/admin\/flows\/flw_/);
  await bea.page.getByLabel('Flow').selectOption('Welcome Bot');
  await ada.saves();
  await expect(bea.page.getByText(`${ada.person.name} changed this page just now.`)).toBeVisible();
  await bea.page.getByRole('button', { name: 'Show theirs' }).click();
  await expect(bea.page.getByLabel('Speaks')).toHaveValue('nobody_there');
  await ada.reloads();
  await expect(ada.page.getByLabel('Speaks')).toHaveValue('nobody_there');
});
