// What a website's server does with the chat: an admin lets it in, it sends data ahead, and an
// agent reads who is there.
import { expect, test } from '../fixtures';
import { believe, token } from '../fixtures/token';

test('a website’s server sends ahead what its token must not say', async ({ people, server }) => {
  await believe(server);
  const ada = await people.admin('/app/admin/fields');
  await expect(ada.page.getByText('No custom fields yet')).toBeVisible();
  await ada.page.getByRole('button', { name: 'New field' }).click();
  await ada.dialog.getByLabel('Label').fill('Customer level');
  await ada.dialog.getByRole('button', { name: 'Create field' }).click();
  await expect(ada.dialog).toContainText('Write CF and then letters');
  await ada.dialog.getByLabel('Name').fill('CFlevel');
  await ada.dialog.getByRole('button', { name: 'Create field' }).click();
  await expect(ada.page.getByRole('row', { name: /Customer level/ })).toContainText('CFlevel');

  await ada.opens('/app/admin/api-clients');
  await ada.page.getByRole('button', { name: 'New API client' }).click();
  await ada.dialog.getByLabel('Name').fill('The shop’s server');
  await ada.dialog.getByRole('button', { name: 'Create client' }).click();
  await expect(ada.dialog).toContainText('It is not shown again');
  const secret = (await ada.dialog.locator('.snippet__code').innerText()).trim();
  await ada.dialog.getByRole('button', { name: 'Done' }).click();
  const row = ada.page.getByRole('row', { name: /The shop’s server/ });
  const id = (await row.locator('code').innerText()).trim();
  await expect(row).toContainText('contacts:write');

  const asked = (client_secret: string) =>
    fetch(`${server.url}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret, scope: 'all' }),
    });
  expect((await asked('a guess')).status).toBe(401);
  const { access_token } = (await (await asked(secret)).json()) as { access_token: string };
  const sent = await fetch(`${server.url}/api/ChatMatchingData`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}` },
    body: JSON.stringify([{ json_content: { name: 'Vera Lee', email: 'vera@shop.example', CFlevel: 'gold' } }]),
  });
  expect(sent.status).toBe(201);
  const { guid, key } = (await sent.json()) as { guid: string; key: string };

  const visitor = await people.visitor();
  const id_token = token({ sub: '4711', chatmatchingdataguid: guid, chatmatchingdatakey: key });
  expect(Buffer.from(id_token.split('.')[1]!, 'base64url').toString()).not.toContain('vera');
  await visitor.page.evaluate((id_token) => dispatchEvent(new CustomEvent('haloChat_inboundEvent_openChatWindow', { detail: { id_token } })), id_token);
  await visitor.isReady();
  await visitor.says('Good morning');
  await ada.opens('/app');
  await ada.joins('Good morning');
  await ada.page.getByRole('button', { name: 'Who is this?' }).click();
  const card = ada.page.getByRole('complementary', { name: 'Who is this?' });
  await expect(card).toContainText('vera@shop.example');
  await expect(card.getByText('Customer level')).toBeVisible();
  await expect(card.getByText('gold')).toBeVisible();
  await expect(visitor.window.getByText('gold')).toHaveCount(0);

  // Deactivated, the program is let in no more.
  await ada.opens('/app/admin/api-clients');
  await ada.page.getByRole('button', { name: 'More for The shop’s server' }).click();
  await ada.page.getByRole('menuitem', { name: 'Deactivate' }).click();
  await expect(row).toContainText('Deactivated');
  expect((await asked(secret)).status).toBe(401);
});
