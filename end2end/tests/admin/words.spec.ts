// What the chat profile says: in which language, in whose words, and what beside the bubble.
import { expect, test } from '../../fixtures';
import type { Server } from '../../fixtures/server';
import type { Agent } from '../../pages/agent';
import type { Visitor } from '../../pages/visitor';

interface Profile {
  greeting: string;
  version: number;
  wording: { language: string | null; notification: string | null };
}

const AT = '/app/admin/words';

/** The field for a text of one's own; its name ends in the key. */
const own = (ada: Agent, key: string) => ada.page.getByRole('textbox', { name: new RegExp(`${key.replaceAll('.', '\\.')}$`) });
const spoken = (ada: Agent) => ada.page.getByLabel('Language of the chat window');
const texts = (ada: Agent) => ada.page.getByLabel('Texts in');
const save = (ada: Agent) => ada.page.getByRole('button', { name: 'Save', exact: true });
const unsaved = (ada: Agent) => ada.page.getByText('Not saved yet');
const conflict = (ada: Agent) => ada.page.getByText('changed this page just now.');
const row = (ada: Agent, name: string) => ada.page.getByRole('group', { name, exact: true });
const teaser = (visitor: Visitor) => visitor.page.locator('#halo-chat').locator('button.teaser');
const profile = async (server: Server) => (await server.profile<{ profile: Profile }>()).profile;

test('the window speaks the language of the profile, in its words', async ({ people }) => {
  const ada = await people.admin(AT);
  await expect(texts(ada)).toHaveValue('en');
  await spoken(ada).selectOption('de');
  await texts(ada).selectOption('de');
  await expect(ada.page.getByText('Dieser Chat ist beendet.', { exact: true })).toBeVisible();
  await own(ada, 'widget.ended').fill('Tschüss und danke.');
  await own(ada, 'transcript.write').fill('Fragen Sie uns …');
  await ada.saves();

  const german = await people.visitor();
  await german.page.getByRole('button', { name: 'Chat öffnen' }).click();
  const composer = german.window.getByRole('textbox', { name: 'Nachricht' });
  await expect(composer).toBeFocused();
  await expect(composer).toHaveAttribute('placeholder', 'Fragen Sie uns …');
  await composer.fill('Guten Tag');
  await composer.press('Enter');
  await german.window.getByRole('button', { name: 'Mehr' }).click();
  await german.window.getByRole('menuitem', { name: 'Chat beenden' }).click();
  await german.window.getByRole('button', { name: 'Beenden', exact: true }).click();
  await expect(german.window.getByText('Tschüss und danke.')).toBeVisible();

  // And back: an own text is reset by its button or by emptying its field.
  await ada.reloads();
  await expect(texts(ada)).toHaveValue('de');
  await expect(own(ada, 'widget.ended')).toHaveValue('Tschüss und danke.');
  await ada.page.getByRole('button', { name: 'Back to our words: Dieser Chat ist beendet.', exact: true }).click();
  await expect(own(ada, 'widget.ended')).toHaveValue('');
  await expect(own(ada, 'widget.ended')).toBeFocused();
  await own(ada, 'transcript.write').fill('');
  await spoken(ada).selectOption('');
  await ada.saves();
  const english = await people.visitor();
  await english.opens();
  await expect(english.composer).toHaveAttribute('placeholder', 'Write a message…');
  const french = await people.visitor({}, { locale: 'fr-FR' });
  await expect(french.page.getByRole('button', { name: 'Ouvrir le chat' })).toBeVisible();
});

test('texts of one’s own are found, kept over languages, and held to what is filled in', async ({ people, server }) => {
  const ada = await people.admin(AT);
  const { version } = await profile(server);
  await own(ada, 'widget.title').fill('Larkwell');
  await texts(ada).selectOption('fr');
  await expect(own(ada, 'widget.title')).toHaveValue('');
  await own(ada, 'widget.agent_here').fill('Nous sommes là');
  await expect(ada.page.getByText('Write {name} somewhere in it; the chat fills that in.')).toBeVisible();
  await texts(ada).selectOption('en');
  await expect(own(ada, 'widget.title')).toHaveValue('Larkwell');
  await expect(texts(ada)).toContainText('Français (1 of your own)');

  const search = ada.page.getByLabel('Search the texts');
  await search.fill('larkwell');
  await expect(own(ada, 'widget.title')).toBeVisible();
  await expect(own(ada, 'widget.ended')).toHaveCount(0);
  await search.fill('no such words');
  await expect(ada.page.getByText('No text holds “no such words”.')).toBeVisible();
  // Searching is not sending.
  await search.press('Enter');
  await expect(unsaved(ada)).toBeVisible();

  // The text that cannot be saved is shown, wherever it is.
  await save(ada).click();
  await expect(ada.page.getByText('Not saved. Look at your words for')).toBeVisible();
  await expect(texts(ada)).toHaveValue('fr');
  await expect(own(ada, 'widget.agent_here')).toBeFocused();
  expect((await profile(server)).version).toBe(version);
  await own(ada, 'widget.agent_here').fill('{name} vous répond');
  await expect(ada.page.getByText('Not saved. Look at your words for')).toBeHidden();
  await ada.saves();
  await ada.reloads();
  await expect(own(ada, 'widget.title')).toHaveValue('Larkwell');
});

test('visitors read one name for all agents', async ({ people }) => {
  const ada = await people.admin(AT);
  const name = ada.page.getByLabel('One name for all agents');
  await name.fill('x'.repeat(200));
  await expect(ada.page.getByText(/^Too long: at most \d+ characters/)).toBeVisible();
  await name.fill('Care team');
  await ada.saves();
  await ada.reloads();
  await expect(name).toHaveValue('Care team');

  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Good morning');
  await ann.joins('Good morning');
  await ann.types('Let me');
  await expect(visitor.transcript.dots).toBeVisible();
  await expect(visitor.header).toContainText('Care team is here');
  await ann.says('Let me see');
  await visitor.transcript.has('Let me see');
  await expect(visitor.window.locator('body')).not.toContainText('Ann');
  // Colleagues read who it is.
  await ada.opens('/app?filter=all');
  await expect(ada.row('Let me see')).toContainText('Ann');
});

test('each page has its text beside the bubble, the first that fits', async ({ people }) => {
  const ada = await people.admin(AT);
  await expect(ada.page.getByText('No page has a text of its own')).toBeVisible();
  await ada.page.getByRole('textbox', { name: /^Notification/ }).fill('We answer within minutes.');
  const add = ada.page.getByRole('button', { name: 'Add a page' });
  await add.click();
  const first = row(ada, 'Text 1 of 1');
  await expect(first.getByLabel('On these pages')).toBeFocused();
  await first.getByLabel('On these pages').fill('studio');
  await save(ada).click();
  await expect(first.getByText('Write a path such as /pricing*')).toBeVisible();
  await expect(first.getByText('Please fill this in.')).toBeVisible();
  await expect(first.getByLabel('On these pages')).toBeFocused();
  await first.getByLabel('On these pages').fill('/*');
  await first.getByLabel('Text', { exact: true }).fill('What are you looking for?');
  await expect(first.getByText('Please fill this in.')).toBeHidden();
  await add.click();
  const second = row(ada, 'Text 2 of 2');
  await second.getByLabel('On these pages').fill('/teapot');
  await second.getByLabel('Text', { exact: true }).fill('Questions about the teapot?');
  await second.getByRole('button', { name: 'Move up' }).press('Enter');
  const moved = row(ada, 'Text 1 of 2');
  await expect(moved.getByLabel('On these pages')).toHaveValue('/teapot');
  await expect(moved.getByRole('button', { name: 'Move up' })).toBeDisabled();
  await expect(moved.getByRole('button', { name: 'Move down' })).toBeFocused();
  await ada.saves();

  const visitor = await people.visitor();
  await expect(teaser(visitor)).toContainText('What are you looking for?');
  await visitor.visits('/teapot');
  await expect(teaser(visitor)).toContainText('Questions about the teapot?');

  await row(ada, 'Text 2 of 2').getByRole('button', { name: 'Remove' }).click();
  await expect(add).toBeFocused();
  await ada.saves();
  await visitor.visits('/teapot');
  await expect(teaser(visitor)).toContainText('Questions about the teapot?');
  await visitor.visits('/studio');
  await expect(teaser(visitor)).toContainText('We answer within minutes.');

  await row(ada, 'Text 1 of 1').getByRole('button', { name: 'Remove' }).click();
  await ada.page.getByRole('textbox', { name: /^Notification/ }).fill('');
  await ada.saves();
  await expect(ada.page.getByText('No page has a text of its own')).toBeVisible();
  await visitor.visits('/teapot');
  await expect(visitor.bubble).toBeVisible();
  await expect(teaser(visitor)).toBeHidden();
});

test('an open window takes up what is saved, and whoever writes goes on writing', async ({ people }) => {
  const ada = await people.admin(AT);
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
  await visitor.types('Half a sentence');
  await visitor.page.keyboard.press('ArrowLeft');

  await own(ada, 'transcript.write').fill('Ask away …');
  await ada.page.getByRole('button', { name: 'Add a notice' }).click();
  await row(ada, 'Notice 1 of 1').getByRole('textbox', { name: 'Text' }).fill('We move house.');
  await ada.saves();
  const board = visitor.window.getByRole('note');
  await expect(board).toHaveText('We move house.');
  await expect(visitor.composer).toHaveAttribute('placeholder', 'Ask away …');
  await expect(visitor.composer).toHaveValue('Half a sentence');
  await expect(visitor.composer).toBeFocused();
  await visitor.page.keyboard.type('!');
  await expect(visitor.composer).toHaveValue('Half a sentenc!e');
  await visitor.transcript.isSent('Hello');

  // Another language turns the window around; what was hidden stays hidden, and the line goes on.
  await board.getByRole('button', { name: 'Hide this notice' }).click();
  await spoken(ada).selectOption('ar');
  await ada.saves();
  await expect(visitor.window.locator('html')).toHaveAttribute('dir', 'rtl');
  const composer = visitor.window.locator('textarea');
  await expect(composer).toBeFocused();
  await expect(composer).toHaveValue('Half a sentenc!e');
  await expect(visitor.window.getByRole('note')).toHaveCount(0);
  await expect(visitor.page.locator('#halo-chat').locator('.shell')).toHaveAttribute('lang', 'ar');
  await composer.press('Enter');
  await expect(composer).toHaveValue('');
  await expect(visitor.window.getByRole('log').getByText('Half a sentenc!e')).toBeVisible();
  await ada.opens('/app');
  await ada.joins('Half a sentenc!e');
  await ada.says('We are here');
  await expect(visitor.window.getByRole('log').getByText('We are here')).toBeVisible();
  await expect(visitor.window.getByRole('note')).toHaveCount(0);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('who waits does not stand before what saves', async ({ people }) => {
    const ada = await people.admin(AT);
    const visitor = await people.visitor();
    await visitor.opens();
    await visitor.says('Hello');
    await visitor.transcript.isSent('Hello');
    await expect(ada.ring).toBeVisible();
    await ada.page.getByRole('switch', { name: 'Offer a copy by e-mail' }).click();
    await ada.saves();
  });
});

test('what somebody else saves meanwhile is not lost', async ({ people, server, guard }) => {
  guard.expect(/status of 409/);
  const ada = await people.admin(AT);
  const notification = ada.page.getByRole('textbox', { name: /^Notification/ });
  await notification.fill('From Ada.');
  // Another field, in the very moment of saving.
  const before = await profile(server);
  let isFirst = true;
  await ada.page.route('**/api/call/save_profile', async (route) => {
    if (isFirst) await server.asAdmin('save_profile', { profile: { ...before, greeting: 'Quicker.' } });
    isFirst = false;
    await route.continue();
  });
  await ada.saves();
  await expect(conflict(ada)).toHaveCount(0);
  const both = await profile(server);
  expect([both.greeting, both.wording.notification]).toEqual(['Quicker.', 'From Ada.']);

  // Other words, while some are being typed.
  await notification.fill('From Ada again.');
  const words = (notification: string) => ({ profile: { ...both, wording: { ...both.wording, notification } } });
  await server.asAdmin('save_profile', words('From Bea.'));
  await expect(conflict(ada)).toBeVisible();
  await expect(notification).toHaveValue('From Ada again.');
  await save(ada).click();
  await expect(conflict(ada)).toBeVisible();
  expect((await profile(server)).wording.notification).toBe('From Bea.');
  await ada.page.getByRole('button', { name: 'Save mine anyway' }).click();
  await expect(conflict(ada)).toBeHidden();
  await expect(unsaved(ada)).toBeHidden();
  expect((await profile(server)).wording.notification).toBe('From Ada again.');

  // Where nobody types, the page follows.
  const now = await profile(server);
  await server.asAdmin('save_profile', { profile: { ...now, wording: { ...now.wording, notification: 'From Bea again.' } } });
  await expect(notification).toHaveValue('From Bea again.');
  await expect(conflict(ada)).toHaveCount(0);
});

test('a notice stands above the conversation on its days, and what is not asked at the end is not there', async ({ people }) => {
  const ada = await people.admin(AT);
  const notice = row(ada, 'Notice 1 of 1');
  await ada.page.getByRole('button', { name: 'Add a notice' }).click();
  await expect(notice.getByRole('textbox', { name: 'Text' })).toBeFocused();
  await notice.getByLabel('First day').fill('2020-12-24');
  await notice.getByLabel('Last day').fill('2020-12-23');
  await save(ada).click();
  await expect(notice).toContainText('The last day cannot come before the first.');
  await expect(notice).toContainText('Please fill this in.');
  await notice.getByRole('textbox', { name: 'Text' }).fill('We move house. <b>Answers</b> take a day.');
  await notice.getByLabel('Last day').fill('');
  await ada.page.getByRole('switch', { name: 'Ask how it was' }).click();
  await ada.saves();

  const visitor = await people.visitor();
  await visitor.opens();
  const board = visitor.window.getByRole('note');
  await expect(board).toHaveText('We move house. <b>Answers</b> take a day.');
  await board.getByRole('button', { name: 'Hide this notice' }).click();
  await expect(board).toBeHidden();
  await expect(visitor.composer).toBeFocused();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
  await visitor.ends();
  await expect(visitor.window.getByText('Receive a copy by e-mail')).toBeVisible();
  await expect(visitor.window.getByText('How was this chat?')).toHaveCount(0);

  // A day that is over, and how it was is asked again, in one word.
  await notice.getByLabel('Last day').fill('2020-12-31');
  const comments = ada.page.getByRole('switch', { name: 'Let them add a comment' });
  await expect(comments).toHaveCount(0);
  await ada.page.getByRole('switch', { name: 'Ask how it was' }).click();
  await expect(comments).toBeChecked();
  await comments.click();
  await ada.saves();
  const later = await people.visitor();
  await later.opens();
  await later.says('Hello again');
  await later.transcript.isSent('Hello again');
  await expect(later.window.getByRole('note')).toHaveCount(0);
  await later.ends();
  await later.window.getByRole('button', { name: 'Satisfied', exact: true }).click();
  await later.transcript.has('You rated this chat: Satisfied');
  await expect(later.window.getByText('How was this chat?')).toBeHidden();
  await expect(later.window.getByRole('textbox', { name: 'What could we do better?' })).toHaveCount(0);
});

test('what is not saved is not left without a word, by Back neither', async ({ people }) => {
  const ada = await people.admin('/app/admin/profiles');
  await ada.page.getByRole('link', { name: 'Support' }).click();
  await ada.turnsTo('Words');
  await own(ada, 'widget.ended').fill('Bye');
  await expect(unsaved(ada)).toBeVisible();
  for (let times = 0; times < 2; times += 1) {
    const asked = ada.page.waitForEvent('dialog').then((question) => question.dismiss());
    await ada.page.evaluate(() => history.back());
    await asked;
    await expect.poll(() => ada.page.evaluate(() => location.pathname)).toMatch(/\/words$/);
    await expect(own(ada, 'widget.ended')).toHaveValue('Bye');
  }
  await ada.saves();
  await ada.page.goBack();
  await expect(ada.page).toHaveURL(/\/profiles\/prf_\w+$/);
});
