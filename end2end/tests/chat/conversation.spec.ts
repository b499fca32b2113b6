// A visitor on a stranger's page talks with an agent.
import { expect, test } from '../../fixtures';

test('a whole conversation, both ways @storageless', async ({ people }) => {
  const visitor = await people.visitor();
  await expect(visitor.bubble).toHaveAccessibleName('Open chat');
  await visitor.opens();
  await expect(visitor.notice).toContainText('Nobody is here right now');

  const ann = await people.agent('Ann');
  await expect(visitor.notice).toBeHidden();
  await expect(visitor.header).toContainText('We are here');

  await visitor.says('Is the teapot still there?');
  await visitor.transcript.isState('Is the teapot still there?', 'Delivered');
  await expect(ann.ring).toContainText('1 visitor is waiting');
  await expect(ann.page).toHaveTitle(/^\(1\) /);
  await expect(ann.row('Is the teapot still there?')).toContainText('Larkwell Pottery');

  await ann.joins('Is the teapot still there?');
  await expect(ann.ring).toBeHidden();
  await expect(ann.page).toHaveURL(/\/app\/c\/cnv_/);
  await visitor.transcript.has('Ann joined');
  await expect(visitor.header).toContainText('Ann is here');
  await visitor.transcript.isState('Is the teapot still there?', 'Read');

  await ann.types('It i');
  await expect(visitor.transcript.dots).toContainText('Ann is typing');
  await ann.says('It is. One is left.');
  await visitor.transcript.has('It is. One is left.');
  await expect(visitor.transcript.dots).toBeHidden();
  await ann.transcript.isState('It is. One is left.', 'Read');

  await visitor.types('I ta');
  await expect(ann.transcript.dots).toContainText('is typing');
  await visitor.says('I take it.\nThank you!');
  await ann.transcript.isExactly(['Is the teapot still there?', 'It is. One is left.', 'I take it.\nThank you!']);
  await visitor.transcript.isExactly(['Is the teapot still there?', 'It is. One is left.', 'I take it.\nThank you!']);

  await visitor.ends();
  await visitor.transcript.has('You ended this conversation');
  await expect(visitor.window.getByText('This chat has ended.')).toBeVisible();
  await expect(ann.conversation.getByText('This conversation has ended. It stays readable.')).toBeVisible();

  await visitor.window.getByRole('button', { name: 'Start a new chat' }).click();
  await visitor.isReady();
  await visitor.transcript.isExactly([]);
  await visitor.says('One more thing');
  await ann.joins('One more thing');
  await visitor.transcript.has('Ann joined');
  await ann.ends();
  await visitor.transcript.has('Ann ended this conversation');

  await ann.page.getByRole('link', { name: 'Closed' }).click();
  await expect(ann.page).toHaveURL(/filter=closed/);
  await ann.chooses('I take it.');
  await ann.transcript.has('Is the teapot still there?');
  await expect(ann.composer).toBeHidden();
});

test('by keyboard alone', async ({ people }) => {
  const [visitor, ann] = [await people.visitor(), await people.agent('Ann')];
  await visitor.bubble.focus();
  await visitor.page.keyboard.press('Enter');
  await visitor.isReady();
  await visitor.page.keyboard.type('Hello');
  await visitor.page.keyboard.press('Enter');
  await visitor.transcript.isSent('Hello');

  // Tab leads to the one row that is a stop; Enter on it joins.
  await expect(ann.row('Hello')).toBeVisible();
  await expect(ann.row('Hello')).toHaveAttribute('tabindex', '0');
  await ann.row('Hello').focus();
  await ann.page.keyboard.press('Enter');
  await expect(ann.composer).toBeFocused();
  await ann.page.keyboard.type('Good day');
  await ann.page.keyboard.press('Enter');
  await visitor.transcript.has('Good day');

  await ann.page.keyboard.press('Escape');
  await expect(ann.row('Good day')).toBeFocused();
  await visitor.page.keyboard.press('Escape');
  await expect(visitor.bubble).toBeFocused();
  await expect(visitor.bubble).toHaveAttribute('aria-expanded', 'false');
});

test('arrow keys, links and reload show a waiting conversation and join nothing', async ({ people }) => {
  const ann = await people.agent('Ann');
  const first = await people.visitor();
  await first.opens();
  await first.says('I am the first');
  await first.transcript.isSent('I am the first');
  const second = await people.visitor();
  await second.opens();
  await second.says('I am the second');
  await expect(ann.row('I am the second')).toBeVisible();
  await expect(ann.ring).toContainText('2 visitors are waiting');

  // Who waits longest stands on top.
  await expect(ann.rows).toContainText(['I am the first', 'I am the second']);
  await ann.row('I am the first').focus();
  await ann.page.keyboard.press('ArrowDown');
  await expect(ann.row('I am the second')).toBeFocused();
  await expect(ann.page).toHaveURL(/\/app\/c\//);
  await expect(ann.joinButton).toBeVisible();
  await ann.reloads();
  await expect(ann.joinButton).toBeVisible();
  await expect(ann.transcript.message('I am the second')).toBeVisible();
  await expect(second.window.getByText('Ann joined')).toBeHidden();

  await ann.joinButton.click();
  await expect(ann.composer).toBeFocused();
  await second.transcript.has('Ann joined');

  // The ring leads to the other one.
  await ann.ring.click();
  await expect(ann.composer).toBeFocused();
  await first.transcript.has('Ann joined');
  await expect(ann.ring).toBeHidden();
});

test('several conversations at once, with unread counts and a draft in each', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitors = [];
  // A row with a draft shows the draft instead of the last message, so rows go by their label.
  const labels: string[] = [];
  for (const name of ['red', 'blue', 'green']) {
    const visitor = await people.visitor();
    await visitor.opens();
    await visitor.says(`A ${name} cup, please`);
    await ann.joins(`A ${name} cup, please`);
    await ann.says(`One ${name} cup`);
    await visitor.transcript.has(`One ${name} cup`);
    await ann.types(`draft for ${name}`);
    labels.push((await ann.conversation.getByRole('heading').first().textContent()) ?? '');
    visitors.push(visitor);
  }
  const [red, blue, green] = visitors as [(typeof visitors)[0], (typeof visitors)[0], (typeof visitors)[0]];
  await red.says('And a saucer');
  await red.says('Or two');
  await blue.says('No, a mug');
  await expect(ann.row(labels[0]!)).toContainText('2 unread');
  await expect(ann.row(labels[1]!)).toContainText('1 unread');
  await expect(ann.page).toHaveTitle(/^\(3\) /);
  await expect(ann.composer).toHaveValue('draft for green');

  await ann.chooses(labels[0]!);
  await expect(ann.composer).toHaveValue('draft for red');
  await expect(ann.row(labels[0]!)).not.toContainText('unread');
  await red.transcript.isState('Or two', 'Read');
  await blue.transcript.isState('No, a mug', 'Delivered');
  await ann.composer.press('Enter');
  await red.transcript.has('draft for red');
  await expect(green.transcript.message('draft for red')).toHaveCount(0);

  await ann.reloads();
  await ann.chooses(labels[1]!);
  await expect(ann.composer).toHaveValue('draft for blue');
  await expect(ann.row(labels[2]!)).toContainText(/Draft:\s*draft for green/);
});

test('filters stand in the address', async ({ people }) => {
  const [ann, bea] = [await people.agent('Ann'), await people.agent('Bea')];
  for (const [agent, text] of [[ann, 'for Ann'], [bea, 'for Bea']] as const) {
    const visitor = await people.visitor();
    await visitor.opens();
    await visitor.says(text);
    await agent.joins(text);
  }
  const late = await people.visitor();
  await late.opens();
  await late.says('nobody yet');

  const filter = async (name: string, address: RegExp | string, rows: string[]) => {
    await ann.inbox.getByRole('link', { name }).click();
    await expect(ann.page).toHaveURL(address);
    await expect(ann.rows).toHaveCount(rows.length);
    for (const row of rows) await expect(ann.row(row)).toBeVisible();
  };
  await filter('Mine', /filter=mine/, ['nobody yet', 'for Ann']);
  await filter('All', /filter=all|\/app\/c\/[^?]*$/, ['nobody yet', 'for Ann', 'for Bea']);
  await ann.ends();
  await filter('Active', /filter=active|\/app\/c\/[^?]*$/, ['nobody yet', 'for Bea']);
  await filter('Closed', /filter=closed/, ['for Ann']);
  await ann.reloads();
  await expect(ann.rows).toHaveCount(1);
  await expect(ann.inbox.getByRole('link', { name: 'Closed' })).toHaveAttribute('aria-current', /page|true/);
  await ann.page.goBack();
  await expect(ann.row('for Bea')).toBeVisible();
  await expect(ann.row('for Ann')).toBeHidden();
});

test('who is away hears no ring; who puts back makes it ring for others', async ({ people }) => {
  const [ann, bea] = [await people.agent('Ann'), await people.agent('Bea')];
  await bea.page.getByRole('switch').click();
  await expect(bea.inbox.getByText('You are away.')).toBeVisible();
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await expect(ann.ring).toBeVisible();
  await expect(bea.row('Hello')).toBeVisible();
  await expect(bea.ring).toBeHidden();

  await ann.joins('Hello');
  await bea.page.getByRole('switch').click();
  await expect(bea.ring).toBeHidden();
  await ann.conversation.getByRole('button', { name: 'More' }).click();
  await ann.page.getByRole('menuitem', { name: 'Put back into the queue' }).click();
  await visitor.transcript.has('Ann left');
  await expect(bea.ring).toBeVisible();
  await bea.joins('Hello');
  await visitor.transcript.has('Bea joined');
});

test('a note stays among agents', async ({ people }) => {
  const [ann, bea, visitor] = [await people.agent('Ann'), await people.agent('Bea'), await people.visitor()];
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await ann.conversation.getByRole('button', { name: 'Note' }).click();
  await expect(ann.composer).toBeFocused();
  await ann.says('a regular, be kind');
  await ann.transcript.has('a regular, be kind');
  await bea.chooses('Hello');
  await bea.transcript.has('a regular, be kind');
  await ann.conversation.getByRole('button', { name: 'Message', exact: true }).click();
  await ann.says('Good day');
  await visitor.transcript.isExactly(['Hello', 'Good day']);
  await visitor.page.reload();
  await visitor.transcript.isExactly(['Hello', 'Good day']);
});

test('two agents click at once: one joins, the other is told', async ({ people, line }) => {
  const [ann, bea, visitor] = [await people.agent('Ann'), await people.agent('Bea'), await people.visitor()];
  await visitor.opens();
  await visitor.says('Who is first?');
  await expect(ann.row('Who is first?')).toBeVisible();
  await expect(bea.row('Who is first?')).toBeVisible();
  // At once: neither can have heard of the other.
  line.holdBack();
  await Promise.all([ann, bea].map((agent) => agent.row('Who is first?').click()));
  line.release();

  const [winner, loser] = await Promise.race(
    [[ann, bea] as const, [bea, ann] as const].map(async (pair) => {
      await expect(pair[0].composer).toBeFocused();
      return pair;
    }),
  );
  await expect(loser.page.getByText(`${winner.person.name} was quicker and answers this conversation.`).first()).toBeVisible();
  await expect(loser.composer).toBeHidden();
  await visitor.transcript.has(`${winner.person.name} joined`);
  await expect(visitor.transcript.message(`${loser.person.name} joined`)).toHaveCount(0);
  await expect(loser.ring).toBeHidden();
});

test('two tabs of one visitor and two tabs of one agent agree', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  const twin = await visitor.anotherTab();
  await twin.opens();
  await twin.transcript.isExactly(['Hello']);

  const other = await ann.anotherTab();
  await expect(other.ring).toBeVisible();
  await ann.joins('Hello');
  await expect(other.ring).toBeHidden();
  await other.chooses('Hello');
  await expect(other.composer).toBeVisible();

  await twin.says('from the second tab');
  await visitor.transcript.isExactly(['Hello', 'from the second tab']);
  await other.says('from my second tab');
  for (const window of [visitor, twin, ann, other]) {
    await window.transcript.isExactly(['Hello', 'from the second tab', 'from my second tab']);
  }
  await visitor.ends();
  await twin.transcript.has('You ended this conversation');
  await expect(twin.window.getByRole('button', { name: 'Start a new chat' })).toBeVisible();
});

test('an agent passes a visitor on to another team, who reads everything', async ({ people, server }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('What do a hundred cost?');
  await ann.joins('What do a hundred cost?');
  const more = ann.conversation.getByRole('button', { name: 'More' });
  // Where there is one team, there is nobody to pass anything on to.
  await more.click();
  await ann.page.getByRole('menuitem', { name: 'Transfer to a team' }).click();
  await expect(ann.dialog).toContainText('There is no other team that anybody is in.');
  await ann.dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

  await server.asAdmin('create_team', { name: 'Sales', members: [], is_open_to_join: true });
  const sam = await people.agent('Sam');
  const agents = await server.asAdmin<{ id: string; role: string }[]>('list_agents');
  const admin = agents.find(({ role }) => role === 'admin');
  await server.asAdmin('create_team', { name: 'Attic', members: [admin!.id], is_open_to_join: true });
  const choice = ann.dialog.getByLabel('Team');
  const chosen = choice.getByRole('option', { selected: true });
  // Where somebody is there comes first, once it is known that they are.
  await expect(async () => {
    await more.press('Enter');
    await ann.page.getByRole('menuitem', { name: 'Transfer to a team' }).press('Enter');
    await expect(choice).toBeFocused();
    if (!(await chosen.innerText()).includes('Sales')) await ann.page.keyboard.press('Escape');
    await expect(chosen).toHaveText('Sales: somebody is there', { timeout: 100 });
  }).toPass();
  await expect(choice.getByRole('option')).toHaveText(['Attic: nobody is there', 'Sales: somebody is there']);
  await choice.selectOption('Attic: nobody is there');
  await expect(ann.dialog.getByRole('status')).toContainText('Nobody of this team is there now.');
  await choice.selectOption('Sales: somebody is there');
  await expect(ann.dialog.getByRole('status')).toBeEmpty();
  await ann.dialog.getByRole('button', { name: 'Transfer', exact: true }).press('Enter');
  await expect(ann.dialog).toBeHidden();
  await expect(ann.toast).toContainText('on to Sales');
  await expect(ann.rows).toHaveCount(0);

  await expect(visitor.header).toContainText('We are with you in a moment');
  await visitor.transcript.has('Ann passes you on to somebody else.');
  await sam.joins('What do a hundred cost?');
  await sam.transcript.has('Ann transferred this to Sales');
  await sam.says('900 for a hundred');
  await visitor.transcript.has('900 for a hundred');
  await expect(visitor.header).toContainText('Sam is here');
});
