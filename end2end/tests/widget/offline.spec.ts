// Nobody is there, and no bot is: what a visitor leaves, and who finds it.
import { expect, test } from '../../fixtures';

const REACH = 'If you would like the answer by e-mail:';

test('who finds nobody leaves an address with the first words, and agents find it', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  await expect(visitor.notice).toContainText('Nobody is here');
  const reach = visitor.window.getByRole('textbox', { name: REACH });
  // Before anything was said it waits for the words.
  await reach.fill('no address');
  await reach.press('Enter');
  await expect(reach).toBeVisible();
  await reach.fill('vera@example.com');
  await reach.press('Enter');
  await expect(visitor.composer).toBeFocused();
  await expect(visitor.window.getByRole('status').filter({ hasText: 'your address goes with it' })).toBeVisible();
  await expect(reach).toBeHidden();
  await visitor.says('Do you have this lamp in blue?');
  await visitor.transcript.isSent('Do you have this lamp in blue?');
  await expect(visitor.window.getByText('A copy will be sent to vera@example.com')).toBeVisible();
  await visitor.page.reload();
  await visitor.transcript.has('Do you have this lamp in blue?');
  await expect(reach).toBeHidden();

  const ann = await people.agent('Ann');
  await ann.joins('Do you have this lamp in blue?');
  await expect(ann.page.getByText('A copy will be sent to vera@example.com')).toBeVisible();
});

test('an address can be left behind the first words, and is asked for as long as nobody is there', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  const reach = visitor.window.getByRole('textbox', { name: REACH });
  await visitor.says('Hello?');
  await visitor.transcript.isSent('Hello?');
  await expect(reach).toBeVisible();
  const ann = await people.agent('Ann');
  await expect(reach).toBeHidden();
  await ann.page.close();
  await expect(reach).toBeVisible({ timeout: 20_000 });
  await reach.fill('vera@example.com');
  await visitor.window.getByRole('button', { name: 'Leave my address' }).click();
  await expect(visitor.window.getByText('A copy will be sent to vera@example.com')).toBeVisible();
  await expect(reach).toBeHidden();
});

test('where an admin wants no addresses, none is asked for', async ({ people }) => {
  const ada = await people.admin('/app/admin/words');
  const asked = ada.page.getByRole('switch', { name: 'Ask for an e-mail address for the answer' });
  await expect(asked).toBeChecked();
  await asked.click();
  await ada.saves();
  await ada.reloads();
  await expect(asked).not.toBeChecked();
  await ada.page.close();

  const visitor = await people.visitor();
  await visitor.opens();
  await expect(visitor.notice).toContainText('Nobody is here', { timeout: 20_000 });
  // What would ask is there, and asks for nothing.
  await expect(visitor.window.getByRole('button', { name: 'Insert an emoji' })).toBeVisible();
  const reach = visitor.window.getByRole('textbox', { name: REACH });
  await expect(reach).toHaveCount(0);
  await visitor.says('Hello?');
  await visitor.transcript.isSent('Hello?');
  await expect(reach).toHaveCount(0);
});
