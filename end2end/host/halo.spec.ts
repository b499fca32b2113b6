// A website with a snippet of Halo's, of which only the addresses have become ours.
import { expect, test } from '../fixtures';

const HALO = { configId: '5a1c77f0-3b2e-4c55-9d0a-000000000017', configKey: 'k3y/of+halo=' };

test('a snippet written for Halo keeps its configId and configKey', async ({ people, guard }) => {
  guard.expect(/status of 403|Chat: the server refused this page/);
  const before = await people.visitor(HALO);
  await expect(before.bubble).toHaveCount(0);

  const ada = await people.admin('/app/admin/profile');
  await ada.page.getByText('Websites with a chat of Halo').click();
  await ada.page.getByLabel('Its configId').fill(HALO.configId);
  await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ada.page.getByText('Write both, configId and configKey')).toBeVisible();
  await ada.page.getByLabel('Its configKey').fill(HALO.configKey);
  await ada.saves();

  const visitor = await people.visitor(HALO);
  await visitor.opens();
  await visitor.says('From a page of Halo');
  await visitor.transcript.isSent('From a page of Halo');
  await ada.page.goto(`${ada.server.url}/app`);
  await ada.joins('From a page of Halo');
  await ada.says('Welcome here');
  await expect(visitor.transcript.message('Welcome here')).toBeVisible();
  // It goes on over a reload, as ever.
  await visitor.page.reload();
  await expect(visitor.transcript.message('Welcome here')).toBeVisible();
});
