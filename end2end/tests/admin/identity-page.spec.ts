// An admin says on the page of a chat profile how its website proves who visitors are, and a
// visitor and an agent meet what was said there.
import type { Locator } from '@playwright/test';
import { expect, test } from '../../fixtures';
import { believe, token } from '../../fixtures/token';
import type { Agent } from '../../pages/agent';
import type { Visitor } from '../../pages/visitor';

const PAGE = '/app/admin/identity';

/** Opens the chat as a page does on which somebody is signed in, and writes. */
async function asks(visitor: Visitor, id_token: string, text: string): Promise<void> {
  await visitor.page.evaluate((id_token) => dispatchEvent(new CustomEvent('haloChat_inboundEvent_openChatWindow', { detail: { id_token } })), id_token);
  await visitor.isReady();
  await visitor.says(text);
  await visitor.transcript.isSent(text);
}

/** Has a secret made, and reads it while it is shown. */
async function makes(ada: Agent, button: 'Set a secret' | 'Replace the secret', choose?: (dialog: Locator) => Promise<void>): Promise<string> {
  await ada.page.getByRole('button', { name: button }).click();
  await choose?.(ada.dialog);
  await ada.dialog.getByRole('button', { name: button }).click();
  await expect(ada.dialog).toContainText('It is not shown again');
  const secret = (await ada.dialog.locator('.snippet__code').innerText()).trim();
  expect(secret).toMatch(/^\S{64}$/);
  await ada.dialog.getByRole('button', { name: 'Done' }).click();
  await expect(ada.dialog).toHaveCount(0);
  return secret;
}

/** Neither what is drawn, nor what a field holds, nor what the server sends. */
async function isNowhere(ada: Agent, secret: string): Promise<void> {
  expect(await ada.page.content()).not.toContain(secret);
  const typed = await ada.page.locator('input, textarea').evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
  expect(typed).not.toContain(secret);
  expect(JSON.stringify(await ada.server.profile('read_identity'))).not.toContain(secret);
}

test('a secret is shown once, and the one before it goes on for a while', async ({ people }) => {
  const ada = await people.admin(PAGE);
  await expect(ada.page.getByText('There is no secret yet, so no token is believed.')).toBeVisible();
  await ada.page.getByRole('switch', { name: 'Read tokens' }).click();
  await ada.saves();
  const first = await makes(ada, 'Set a secret', async (dialog) => {
    // There is none that could go on.
    await expect(dialog.getByRole('switch')).toHaveCount(0);
  });
  await isNowhere(ada, first);
  await ada.reloads();
  await expect(ada.page.getByText('There is a secret.', { exact: true })).toBeVisible();
  await expect(ada.page.getByRole('switch', { name: 'Read tokens' })).toBeChecked();
  await isNowhere(ada, first);

  const keeps = /^The present one goes on for \d+ days$/;
  const second = await makes(ada, 'Replace the secret', async (dialog) => {
    await expect(dialog.getByRole('switch', { name: keeps })).toBeChecked();
  });
  expect(second).not.toBe(first);
  await expect(ada.page.getByText(/^There is a secret\. The one before it is good until \d{4}-\d\d-\d\d\.$/)).toBeVisible();
  await ada.reloads();
  await expect(ada.page.getByText(/The one before it is good until/)).toBeVisible();
  for (const secret of [first, second]) await isNowhere(ada, secret);

  const ann = await people.agent('Ann');
  const vera = token({ sub: '4711', name: 'Vera Lee' }, first);
  const wilma = token({ sub: '4712', name: 'Wilma Ray' }, second);
  await asks(await people.visitor(), vera, 'I come with the old one');
  await expect(ann.row('I come with the old one')).toContainText('Vera Lee');
  await asks(await people.visitor(), wilma, 'And I with the new one');
  await expect(ann.row('And I with the new one')).toContainText('Wilma Ray');

  // Replaced at once, as after a leak: neither is believed any more.
  const third = await makes(ada, 'Replace the secret', async (dialog) => {
    await dialog.getByRole('switch', { name: keeps }).click();
    await expect(dialog.getByRole('switch', { name: keeps })).not.toBeChecked();
  });
  await expect(ada.page.getByText('There is a secret.', { exact: true })).toBeVisible();
  for (const [id_token, text] of [[vera, 'Good morning'], [wilma, 'Good evening']] as const) {
    await asks(await people.visitor(), id_token, text);
    await ann.joins(text);
    await ann.transcript.has('The conversation begins here. The website\'s word on who this is was not believed (bad_signature).');
  }
  await asks(await people.visitor(), token({ sub: '4711', name: 'Vera Lee' }, third), 'Here I am again');
  await expect(ann.row('Here I am again')).toContainText('Vera Lee');
});

test('what a token says becomes what an agent reads, as a row of the page says', async ({ people, server }) => {
  await believe(server);
  const ada = await people.admin(PAGE);
  const ann = await people.agent('Ann');
  const card = ann.page.getByRole('complementary', { name: 'Who is this?' });
  const fact = (name: string) => card.locator('dl > div').filter({ has: ann.page.getByText(name, { exact: true }) }).locator('dd');
  const claims = { sub: '4711', name: 'Vera Lee', organisation: 'Lamps & Sons', shoe_size: '38 narrow' };
  await asks(await people.visitor(), token(claims), 'Before the row');
  await ann.joins('Before the row');
  await ann.page.getByRole('button', { name: 'Who is this?' }).click();
  await expect(fact('Full name')).toHaveText('Vera Lee');
  await expect(fact('Company')).toHaveCount(0);

  const rows = ada.page.getByRole('group', { name: 'What is taken over from a token' }).getByRole('listitem');
  const before = await rows.count();
  await ada.page.getByRole('button', { name: 'Add a claim' }).click();
  await expect(rows).toHaveCount(before + 1);
  await expect(rows.last().getByLabel('Claim')).toBeFocused();
  // A row without a claim takes over nothing, so it is not saved.
  await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(rows.last().getByLabel('Claim')).toHaveAttribute('aria-invalid', 'true');
  await rows.last().getByLabel('Claim').fill('organisation');
  await ada.page.getByLabel('Field of the contact (organisation)').selectOption('Company');
  await ada.saves();
  await ada.reloads();
  await expect(ada.page.getByLabel('Claim (organisation)')).toHaveValue('organisation');
  await expect(ada.page.getByLabel('Field of the contact (organisation)')).toHaveValue('company');

  await asks(await people.visitor(), token(claims), 'After the row');
  await ann.joins('After the row');
  await expect(ann.page.getByRole('heading', { name: 'Vera Lee' })).toBeVisible();
  await expect(fact('Company')).toHaveText('Lamps & Sons');
  await expect(fact('Full name')).toHaveText('Vera Lee');
  await expect(card).toContainText('Proved by the website');
  await expect(card).not.toContainText('38 narrow');
});
