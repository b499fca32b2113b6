// Who counts as there, and for whom: agents who do nothing, and teams that agents choose.
import { expect, test } from '../../fixtures';

interface Team {
  id: string;
  name: string;
  members: string[];
}

test.describe('with a short patience', () => {
  test.use({ environment: { AUREOLE_TEST_AGENT_IDLE_SECONDS: '12' } });

  test('who does nothing is not there, reads why, and comes back with a move', async ({ people }) => {
    const visitor = await people.visitor();
    await visitor.opens();
    const ann = await people.agent('Ann');
    await expect(visitor.header).toContainText('We are here');

    // Nobody touches Ann's window.
    const sign = ann.page.getByRole('status').filter({ hasText: 'You have done nothing here for 30 minutes' });
    await expect(sign).toBeVisible({ timeout: 25_000 });
    await expect(visitor.notice).toContainText('Nobody is here right now');
    await expect(ann.inbox.getByRole('switch', { name: 'Available' })).toBeChecked();

    let x = 200;
    await expect(async () => {
      await ann.page.mouse.move((x += 5), 300);
      await expect(sign).toBeHidden({ timeout: 200 });
    }).toPass();
    await expect(ann.toast).toContainText('Idle since: Today, ');
    await expect(visitor.notice).toBeHidden();
  });
});

test('an agent joins an open team and hears its ring, and leaves it again', async ({ people, server }) => {
  const [serving] = await server.asAdmin<Team[]>('list_teams');
  const { id, name, members } = serving!;
  await server.asAdmin('save_team', { team: id, name, members, members_before: members, is_open_to_join: true, is_confirmed: false });
  await server.asAdmin('create_team', { name: 'Board', members: [], is_open_to_join: false });
  const ann = await people.agent('Ann', { isServing: false });
  const ada = await people.admin();
  const first = await people.visitor();
  await first.opens();
  await first.says('I was here before');
  await expect(ada.row('I was here before')).toBeVisible();
  await expect(ann.rows).toHaveCount(0);

  await ann.choosesOfMine('Your teams');
  await expect(ann.dialog.getByRole('listitem')).toHaveText([new RegExp(name)]);
  await ann.dialog.getByRole('button', { name: `Join ${name}` }).click();
  const leave = ann.dialog.getByRole('button', { name: `Leave ${name}` });
  await expect(leave).toBeFocused();
  await ann.page.keyboard.press('Escape');
  await expect(ann.row('I was here before')).toBeVisible();
  await expect(ann.ring).toContainText('1 visitor is waiting');

  const second = await people.visitor();
  await second.opens();
  await second.says('And I came after');
  await expect(ann.ring).toContainText('2 visitors are waiting');

  await ann.choosesOfMine('Your teams');
  await leave.click();
  await expect(ann.dialog.getByRole('button', { name: `Join ${name}` })).toBeVisible();
  await ann.page.keyboard.press('Escape');
  await expect(ann.ring).toBeHidden();
  await expect(ann.rows).toHaveCount(0);
  const third = await people.visitor();
  await third.opens();
  await third.says('Nobody told her of me');
  await expect(ada.row('Nobody told her of me')).toBeVisible();
  await expect(ann.rows).toHaveCount(0);
  await expect(ann.ring).toBeHidden();
});

test('an admin opens a team, and closes it again', async ({ people }) => {
  const ann = await people.agent('Ann');
  const ada = await people.admin('/app/admin/teams');
  const row = ada.page.getByRole('row').filter({ hasText: 'Answers for' });
  const turn = async () => {
    await row.getByRole('button', { name: /^More for/ }).click();
    await ada.page.getByRole('menuitem', { name: 'Edit' }).click();
    await ada.dialog.getByRole('switch', { name: 'Agents may join and leave this team themselves' }).click();
    await ada.dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(ada.dialog).toBeHidden();
  };
  await ann.choosesOfMine('Your teams');
  const own = ann.dialog.getByRole('listitem');
  await expect(own).toContainText('An admin decides');
  await expect(own.getByRole('button')).toHaveCount(0);
  // What the admin does shows in a dialog that is open.
  await turn();
  await expect(row).toContainText('Open to join');
  await expect(own.getByRole('button', { name: /^Leave / })).toBeVisible();
  await turn();
  await expect(own).toContainText('An admin decides');
});
