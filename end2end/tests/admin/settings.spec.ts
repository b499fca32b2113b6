// What admins set, and what others notice of it.
import { ADMIN, expect, test } from '../../fixtures';
import type { Agent } from '../../pages/agent';

test('a new agent is created, signs in, and is deactivated', async ({ people, guard }) => {
  guard.expect(/status of 401/, /WebSocket connection to .* failed/);
  const ada = await people.admin('/app/admin/agents');
  await ada.page.getByRole('button', { name: 'New agent' }).click();
  const form = ada.dialog;
  await form.getByLabel('Name', { exact: true }).fill('Bea');
  await form.getByLabel('E-mail address').fill('bea@example.com');
  await form.getByLabel('Password', { exact: true }).fill('a long password');
  await form.getByRole('checkbox').first().check();
  await form.getByRole('button', { name: 'Create agent' }).click();
  await expect(ada.page.getByText('Bea can sign in now.')).toBeVisible();
  await expect(row(ada, 'Bea')).toContainText('bea@example.com');

  const bea = await people.signedIn('Bea', 'bea@example.com', 'a long password');
  await expect(bea.inbox).toBeVisible();
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await bea.joins('Hello');
  await bea.says('Good day');
  await visitor.transcript.has('Good day');

  await ada.page.getByRole('button', { name: 'More for Bea' }).click();
  await ada.page.getByRole('menuitem', { name: 'Deactivate' }).click();
  await expect(ada.dialog).toContainText('Deactivate Bea?');
  await ada.dialog.getByRole('button', { name: /^Deactivate/ }).click();
  await expect(bea.dialog).toContainText('Please sign in again', { timeout: 1_500 });
  await expect(row(ada, 'Bea')).toContainText('Deactivated');
  await visitor.transcript.has('Bea left');
  await visitor.transcript.has('Good day');
  await expect(visitor.header).not.toContainText('Bea is here');
  await bea.signsIn(bea.person, bea.dialog);
  await expect(bea.dialog).toContainText('E-mail address or password is wrong.');
});

test('an open menu stays open, whatever somebody else saves', async ({ people, server }) => {
  const ada = await people.admin('/app/admin/agents');
  await people.employ('Bea');
  await ada.page.getByRole('button', { name: 'More for Bea' }).click();
  const item = ada.page.getByRole('menuitem', { name: 'Deactivate' });
  await expect(item).toBeVisible();
  const read = ada.page.waitForResponse(/list_agents/);
  const { profile } = await server.profile<{ profile: object }>();
  await server.asAdmin('save_profile', { profile });
  await (await read).finished();
  // Something else on the page shows that the news has arrived and was drawn.
  await ada.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await expect(item).toBeVisible();
  // What is about her is drawn anew.
  const [bea] = (await server.asAdmin<{ id: string; name: string }[]>('list_agents')).filter(({ name }) => name === 'Bea');
  await server.asAdmin('set_agent_active', { agent: bea!.id, is_active: false, is_confirmed: true });
  await expect(row(ada, 'Bea')).toContainText('Deactivated');
});

test('what a form refuses is said at its field', async ({ people, guard }) => {
  guard.expect(/status of 422/);
  const ada = await people.admin('/app/admin/agents');
  await people.employ('Bea');
  await ada.page.getByRole('button', { name: 'New agent' }).click();
  await ada.dialog.getByLabel('Name', { exact: true }).fill('Cy');
  await ada.dialog.getByLabel('E-mail address').fill('bea@example.com');
  await ada.dialog.getByLabel('Password', { exact: true }).fill('short');
  await ada.dialog.getByRole('button', { name: 'Create agent' }).click();
  await expect(ada.dialog.getByText('Too short: at least 10 characters.')).toBeVisible();
  await ada.dialog.getByLabel('Password', { exact: true }).fill('long enough now');
  await ada.dialog.getByRole('button', { name: 'Create agent' }).click();
  await expect(ada.dialog.getByText('Another agent has this e-mail address.')).toBeVisible();
});

test('the last admin cannot be deactivated', async ({ people, guard }) => {
  guard.expect(/status of 409/);
  const ada = await people.admin('/app/admin/agents');
  const more = ada.page.getByRole('button', { name: `More for ${ADMIN.name}` });
  await more.click();
  await ada.page.getByRole('menuitem', { name: 'Deactivate' }).click();
  await ada.dialog.getByRole('button', { name: /^Deactivate/ }).click();
  await expect(ada.page.getByText('This is the last admin.')).toBeVisible();
});

test('a team is made, and the serving one is not emptied without a warning', async ({ people, guard }) => {
  guard.expect(/status of 409/);
  await people.employ('Bea', { isServing: false });
  const ada = await people.admin('/app/admin/teams');
  await ada.page.getByRole('button', { name: 'New team' }).click();
  await ada.dialog.getByLabel('Name', { exact: true }).fill('Nights');
  await ada.dialog.getByRole('checkbox', { name: /Bea/ }).check();
  await ada.dialog.getByRole('button', { name: 'Create team' }).click();
  await expect(row(ada, 'Nights')).toContainText('1 agent');

  const serving = row(ada, 'Answers for');
  await serving.getByRole('button', { name: /^More for/ }).click();
  await ada.page.getByRole('menuitem', { name: 'Edit' }).click();
  for (const box of await ada.dialog.getByRole('checkbox').all()) await box.uncheck();
  await ada.dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ada.dialog.getByText(/Nobody would answer for .* any more\./)).toBeVisible();
  await ada.dialog.getByRole('button', { name: 'Save anyway' }).click();
  await expect(ada.dialog).toBeHidden();
  await expect(serving).toContainText(/Nobody|0 agents/);
});

test('the profile changes in open windows without a reload', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.isConnected();
  await ada.page.getByLabel('Name', { exact: true }).fill('Pots & more');
  await ada.saves();
  await expect(visitor.header).toContainText('Pots & more');
  await ada.turnsTo('Appearance');
  await expect(ada.page.getByRole('img', { name: 'Preview of the chat window' })).toBeVisible();
  await ada.page.getByLabel('Greeting').fill('Good day to you.');
  await ada.page.getByRole('textbox', { name: 'Colour', exact: true }).fill('#206040');
  await ada.saves();
  await expect(visitor.header).toContainText('Pots & more');
  await expect(visitor.window.getByText('Good day to you.')).toBeVisible();
  await expect(visitor.header).toHaveCSS('background-color', 'rgb(32, 96, 64)');

  // And in the launcher of the next page.
  const next = await people.visitor();
  await expect(next.bubble).toHaveCSS('background-color', 'rgb(32, 96, 64)');
});

test('two admins do not overwrite each other', async ({ people, guard }) => {
  guard.expect(/status of 409/);
  const ada = await people.admin('/app/admin/profile');
  const bea = await people.agent('Bea', { role: 'admin' }, '/app/admin/profile');
  for (const admin of [ada, bea]) await admin.turnsTo('Appearance');
  await bea.page.getByLabel('Greeting').fill('From Bea.');
  await ada.page.getByLabel('Greeting').fill('From Ada.');
  await ada.saves();
  await expect(bea.page.getByText(/changed this page just now\./)).toBeVisible();
  await expect(bea.page.getByLabel('Greeting')).toHaveValue('From Bea.');
  await bea.page.getByRole('button', { name: 'Show theirs' }).click();
  await expect(bea.page.getByLabel('Greeting')).toHaveValue('From Ada.');
});

test('an inactive profile takes no new conversations', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.isConnected();
  await ada.page.getByRole('switch', { name: 'Takes new conversations' }).click();
  await ada.saves();
  await expect(visitor.window.getByText('This chat is closed at the moment. Please come back later.')).toBeVisible();
  await expect(visitor.composer).toBeHidden();
  const late = await people.visitor();
  await expect.poll(() => late.page.evaluate(() => document.readyState)).toBe('complete');
  await expect(late.bubble).toHaveCount(0);
});

test('the first steps tick themselves', async ({ people, server }) => {
  const ada = await people.admin();
  const steps = ada.page.getByRole('region', { name: 'Welcome to Aureole' });
  const done = (title: string) => steps.getByRole('heading', { name: `Done: ${title}`, exact: true });
  await expect(steps.getByRole('heading', { level: 3 })).toHaveCount(3);
  await expect(done('Open the demo shop')).toHaveCount(0);
  // Playwright has every page believe that it is looked at; this one shall notice being come back to.
  const session = await ada.page.context().newCDPSession(ada.page);
  await session.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  const [shop] = await Promise.all([ada.page.context().waitForEvent('page'), steps.getByRole('link', { name: 'Open the demo shop' }).click()]);
  await expect(shop).toHaveURL(server.shop());
  await expect(shop.getByRole('button', { name: 'Open chat' })).toBeVisible();
  await ada.page.bringToFront();
  await expect(done('Open the demo shop')).toBeVisible();

  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await ada.joins('Hello');
  await ada.says('Good day');
  await visitor.transcript.has('Good day');
  await ada.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Chat/ }).click();
  await expect(done('Answer')).toBeVisible();

  await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await steps.getByRole('button', { name: 'Copy' }).click();
  // The last step takes the card away.
  await expect(steps).toBeHidden();
  const snippet = await ada.page.evaluate(() => navigator.clipboard.readText());
  expect(snippet).toContain(`<script async src="${server.url}/chat/index.js"></script>`);
  await ada.reloads();
  await expect(ada.page.getByText('Choose a conversation')).toBeVisible();
});

test('the snippet of the profile page is the one to copy', async ({ people, server }) => {
  const ada = await people.admin('/app/admin/profile');
  await ada.turnsTo('Embed');
  await ada.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await ada.page.getByRole('button', { name: 'Copy the snippet' }).click();
  await expect(ada.page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toContain(`${server.url}/chat/index.js`);
  await ada.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Chat/ }).click();
  const steps = ada.page.getByRole('region', { name: 'Welcome to Aureole' });
  await expect(steps.getByRole('heading', { name: 'Done: Put the chat on your website', exact: true })).toBeVisible();
});

test('settings are for admins', async ({ people, guard }) => {
  guard.expect(/status of 40[34]/);
  const ann = await people.agent('Ann');
  await expect(ann.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' })).toHaveCount(0);
  for (const at of ['/app/admin/agents', '/app/admin/teams', '/app/admin/profile', '/app/admin/profiles']) {
    const answer = await ann.page.goto(`${ann.server.url}${at}`);
    expect(answer?.status()).toBe(403);
    await expect(ann.page.getByRole('heading', { name: 'This page is for admins' })).toBeVisible();
  }
});

test('pages that are not there say so', async ({ people, server, guard }) => {
  guard.expect(/status of 404/);
  const ann = await people.agent('Ann');
  for (const at of ['/nothing', '/app/nothing', '/app/admin/nothing']) {
    const answer = await ann.page.goto(`${server.url}${at}`);
    expect(answer?.status(), at).toBe(404);
    await expect(ann.page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
    await expect(ann.page.getByRole('link', { name: 'Go to the Chat area' })).toBeVisible();
  }
  const gone = await ann.page.goto(`${server.url}/app/c/cnv_01M7YC7QSFXXKYXY5XDRF3R1NR`);
  expect(gone?.status()).toBe(404);
  await expect(ann.page.getByText('This conversation is not here')).toBeVisible();
});

test('an agent sees the conversations of own teams, an admin all', async ({ people, guard }) => {
  guard.expect(/status of 404/);
  const ann = await people.agent('Ann', { isServing: false });
  const ada = await people.admin();
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await expect(ada.row('Hello')).toBeVisible();
  await ada.joins('Hello');
  await expect(ada.page).toHaveURL(/\/app\/c\//);
  await expect(ann.rows).toHaveCount(0);
  const answer = await ann.page.goto(ada.page.url());
  expect(answer?.status()).toBe(404);
});

const row = (agent: Agent, name: string) => agent.page.getByRole('row').filter({ hasText: name }).or(agent.page.getByRole('listitem').filter({ hasText: name }));
