// Signing in, with and without JavaScript, and a session that ends under somebody's hands.
import { ADMIN, expect, test } from '../../fixtures';

test('signing in without JavaScript', async ({ people, server, guard }) => {
  // Chromium words it so that a preloaded module may not run in such a page.
  guard.expect(/^request failed: .*\.js csp$/);
  const ada = await people.somebody({ javaScriptEnabled: false });
  await ada.page.goto(`${server.url}/app/admin/agents`);
  await expect(ada.page).toHaveURL(/\/app\/sign-in\?next=\/app\/admin\/agents/);
  await ada.signsIn({ email: ADMIN.email, password: 'not the password' });
  await expect(ada.page.getByText('E-mail address or password is wrong. Please check both.')).toBeVisible();
  await expect(ada.page).toHaveURL(/next=\/app\/admin\/agents/);
  await ada.signsIn(ADMIN);
  await expect(ada.page).toHaveURL(/\/app\/admin\/agents$/);
  await expect(ada.page.getByRole('heading', { name: 'Agents', level: 1 })).toBeVisible();
});

test('signing in with JavaScript, and out', async ({ people, server, guard }) => {
  guard.expect(/status of 401/);
  const ada = await people.somebody();
  await ada.page.goto(`${server.url}/app/sign-in`);
  await ada.signsIn({ email: ADMIN.email, password: 'not the password' });
  await expect(ada.page.getByText('E-mail address or password is wrong. Please check both.')).toBeVisible();
  await expect(ada.page.getByLabel('E-mail address')).toHaveValue(ADMIN.email);
  await ada.signsIn(ADMIN);
  await expect(ada.inbox).toBeVisible();
  const cookies = await ada.page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  await ada.choosesOfMine('Sign out');
  await expect(ada.page).toHaveURL(/\/app\/sign-in$/);
  await ada.page.goBack();
  await expect(ada.page).toHaveURL(/\/app\/sign-in/);
});

test('signing in leads to pages of ours only', async ({ people, server }) => {
  const ada = await people.somebody();
  await ada.page.goto(`${server.url}/app/sign-in?next=//evil.example/app`);
  await ada.signsIn(ADMIN);
  await expect(ada.page).toHaveURL(`${server.url}/app`);
  // Whoever is signed in already goes on at once.
  await ada.page.goto(`${server.url}/app/sign-in?next=/app/admin/teams`);
  await expect(ada.page).toHaveURL(`${server.url}/app/admin/teams`);
});

test.describe('with standard rates', () => {
  test.use({ environment: { AUREOLE_SIGN_IN_PER_MINUTE: '3' } });

  test('too many tries are told to wait', async ({ people, server, guard }) => {
    guard.expect(/status of (401|429)/);
    const ada = await people.somebody();
    await ada.page.goto(`${server.url}/app/sign-in`);
    for (let n = 0; n < 3; n += 1) {
      const answered = ada.page.waitForResponse(/sign_in/);
      await ada.signsIn({ email: ADMIN.email, password: 'not the password' });
      await answered;
    }
    await ada.signsIn({ email: ADMIN.email, password: 'not the password' });
    await expect(ada.page.getByText(/That was too often\. Try again in \d+ s\./)).toBeVisible();
  });
});

for (const how of ['signed out elsewhere', 'deactivated'] as const) {
  test(`the session ends while typing: ${how}`, async ({ people, server, guard }) => {
    guard.expect(/status of 401/, /WebSocket connection to .* failed/);
    const ada = await people.admin();
    const ann = await people.agent('Ann');
    const visitor = await people.visitor();
    await visitor.opens();
    await visitor.says('Hello');
    await ann.joins('Hello');
    await ann.types('In the middle of a sen');

    const agents = await server.asAdmin<{ id: string; name: string }[]>('list_agents');
    const { id } = agents.find(({ name }) => name === 'Ann')!;
    const ended = Date.now();
    if (how === 'deactivated') {
      await server.asAdmin('set_agent_active', { agent: id, is_active: false, is_confirmed: true });
    } else {
      const other = await ann.anotherTab('/app');
      await other.choosesOfMine('Sign out');
      await expect(other.page).toHaveURL(/sign-in/);
      await other.page.close();
    }
    await expect(ann.dialog).toContainText('Please sign in again');
    if (how === 'deactivated') {
      expect(Date.now() - ended, 'within a second').toBeLessThan(1500);
      await expect(ada.ring, 'the conversation waits again').toBeVisible();
      await ada.row('Hello').focus();
      await server.asAdmin('set_agent_active', { agent: id, is_active: true, is_confirmed: true });
    }
    await ann.signsIn({ email: ann.person.email, password: 'not the password' }, ann.dialog);
    await expect(ann.dialog).toContainText('E-mail address or password is wrong.');
    await ann.signsIn(ann.person, ann.dialog);
    await expect(ann.dialog).toBeHidden();
    if (how === 'deactivated') await ann.joinButton.click();
    await expect(ann.composer).toHaveValue('In the middle of a sen');
    await ann.composer.focus();
    await ann.composer.press('End');
    await ann.types('tence.');
    await ann.composer.press('Enter');
    await visitor.transcript.has('In the middle of a sentence.');
  });
}

test('another host name leads to the public one', async ({ people, server, line }) => {
  const ada = await people.somebody();
  await ada.page.goto(`http://localhost:${line.port}/app/sign-in`);
  await expect(ada.page).toHaveURL(`${server.url}/app/sign-in`);
});
