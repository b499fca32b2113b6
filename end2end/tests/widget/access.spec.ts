// A chat profile that is only for those who are signed in on the website: who gets in, and who is
// told why not.
import { expect, test } from '../../fixtures';
import { believe, token } from '../../fixtures/token';
import type { Agent } from '../../pages/agent';
import type { Visitor } from '../../pages/visitor';

const VERA = { sub: '4711', firstname: 'Vera', lastname: 'Lee' };
const FOR_WHOM = 'This chat is for people who are signed in on our website.';
const NOBODY = /^Nobody can get in/;

const fire = (visitor: Visitor, name: string, detail: unknown = null) =>
  visitor.page.evaluate(([name, detail]) => dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`, { detail })), [name, detail] as const);

/** Below a message that was not taken. */
const refusal = (visitor: Visitor) => visitor.transcript.log.getByText(FOR_WHOM);

/** What the page hears when it asks. */
const isAvailable = (visitor: Visitor) =>
  visitor.page.evaluate(
    () =>
      new Promise<boolean>((heard) => {
        addEventListener('haloChat_outboundEvent_initialized', (event) => heard((event as CustomEvent).detail.chatAvailable), { once: true });
        dispatchEvent(new CustomEvent('haloChat_inboundEvent_initialize'));
      }),
  );

/** On the page about details. */
async function keepsToTheSignedIn(ada: Agent): Promise<void> {
  await ada.page.getByLabel('Who may start a chat').selectOption('Only visitors who are signed in on the website');
  await ada.saves();
}

test('only who is signed in on the website finds the chat', async ({ people, server }) => {
  await believe(server);
  const ada = await people.admin('/app/admin/profile');
  await keepsToTheSignedIn(ada);
  await expect(ada.page.getByText(NOBODY)).toHaveCount(0);
  await ada.opens();

  const visitor = await people.visitor();
  expect(await isAvailable(visitor)).toBe(false);
  await expect(visitor.bubble).toHaveCount(0);
  await fire(visitor, 'openChatWindow');
  await expect(visitor.bubble).toHaveCount(0);
  await fire(visitor, 'loginChanged', { id_token: token(VERA) });
  await expect(visitor.bubble).toBeVisible();
  expect(await isAvailable(visitor)).toBe(true);
  await visitor.opens();
  await visitor.says('It is me');
  await expect(ada.row('It is me')).toContainText('Vera Lee');

  // What goes on is found again, whatever the page says; who signs out leaves nothing behind.
  await visitor.page.reload();
  await visitor.transcript.has('It is me');
  await fire(visitor, 'logout');
  await expect(visitor.bubble).toHaveCount(0);

  // A page that knows it from the start says it in its configuration.
  const known = await people.visitor({ id_token: token({ sub: '4712', firstname: 'Wilma' }) });
  await known.opens();
  await known.says('And I am another');
  await expect(ada.row('And I am another')).toContainText('Wilma');

  // A token that proves nothing shows the bubble, and opens nothing.
  const impostor = await people.visitor({ id_token: token(VERA, 'somebody else made this secret') });
  await impostor.opens();
  await impostor.says('Let me in');
  await expect(refusal(impostor)).toBeVisible();
  await expect(ada.row('Let me in')).toHaveCount(0);
});

test('who was there before it was asked may finish, and begins no more', async ({ people, server }) => {
  await believe(server);
  const ada = await people.admin('/app/admin/profile');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
  await keepsToTheSignedIn(ada);
  await visitor.page.reload();
  await visitor.transcript.has('Hello');
  await visitor.says('I am still here');
  await visitor.transcript.isSent('I am still here');
  await visitor.ends();
  await visitor.window.getByRole('button', { name: 'Start a new chat' }).first().click();
  await visitor.says('One more thing');
  await expect(refusal(visitor)).toBeVisible();
});

test('a page with nothing but the chat says for whom it is', async ({ people, server }) => {
  await believe(server);
  const ada = await people.admin('/app/admin/profile');
  await keepsToTheSignedIn(ada);
  await ada.turnsTo('Embed');
  await expect(ada.page.getByText(/all it says at present is whom the chat is for/)).toBeVisible();
  const link = ada.page.getByRole('link', { name: /\/chat\/with\// });
  const address = (await link.getAttribute('href'))!;
  const { page } = await people.stranger();
  await page.goto(address);
  await expect(page.getByText(FOR_WHOM)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeHidden();

  // In the visitor's language, and as soon as it is for everyone, it is a chat.
  const german = await people.stranger({ locale: 'de-DE' });
  await german.page.goto(address);
  await expect(german.page.getByText('Dieser Chat ist für Personen, die auf unserer Website angemeldet sind.')).toBeVisible();
  await ada.turnsTo('Details');
  await ada.page.getByLabel('Who may start a chat').selectOption('Everyone');
  await ada.saves();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
});

test('an admin is told that nobody can get in, and where that is changed', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  await expect(ada.page.getByText(NOBODY)).toHaveCount(0);
  await keepsToTheSignedIn(ada);
  await expect(ada.page.getByText(NOBODY)).toBeVisible();
  await ada.turnsTo('Embed');
  await expect(ada.page.getByText(/by a token, beside the lines of the snippet/)).toBeVisible();
  // What it looks like is shown all the same, and who tries to talk is told why nobody answers.
  await ada.page.getByRole('button', { name: 'Try it here' }).click();
  const site = ada.page.frameLocator('iframe[title^="A page with the chat"]');
  await site.getByRole('button', { name: 'Open chat' }).click();
  const window = site.locator('#halo-chat iframe').contentFrame();
  await window.getByRole('textbox', { name: 'Message' }).fill('Is anybody there?');
  await window.getByRole('textbox', { name: 'Message' }).press('Enter');
  await expect(window.getByRole('log').getByText(FOR_WHOM)).toBeVisible();
  await ada.page.getByRole('link', { name: 'Set up identity' }).click();
  await expect(ada.page.getByRole('heading', { name: 'Identity', level: 1 })).toBeVisible();
});
