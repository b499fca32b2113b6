// Bots: written, checked, tried, kept as tests, published, compared and taken back.
import type { Locator } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect, test } from '../../fixtures';
import { Flows } from '../../pages/flows';

test('a bot from nothing, by keyboard alone: stopped by its dead end, mended, published, and talked to', async ({ people, server }) => {
  test.setTimeout(90_000);
  const ann = await people.agent('Ann');
  const flows = new Flows(await people.admin('/app/admin/flows'));
  const { page, side } = flows;
  await flows.presses(page.getByRole('button', { name: 'New flow' }));
  await flows.writes(flows.dialog.getByLabel('Name'), 'Pottery');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Pottery' })).toBeVisible();

  await flows.presses(page.getByRole('button', { name: 'Add a step' }));
  await expect(page.getByRole('menuitem', { name: 'Message' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(side.getByLabel('Name of the step')).toBeFocused();
  await page.keyboard.type('Greeting');
  await flows.writes(side.getByLabel('Text', { exact: true }), 'Good day!');
  await flows.presses(side.getByRole('button', { name: 'New step for: Then' }));
  await expect(page.getByRole('menuitem', { name: 'Message' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'Question' })).toBeFocused();
  await page.keyboard.press('Enter');

  await expect(side.getByLabel('Name of the step')).toHaveValue('');
  await expect(side.getByLabel('Name of the step')).toBeFocused();
  await page.keyboard.type('Wish');
  await flows.writes(side.getByLabel('Text', { exact: true }), 'What is it about?');
  await flows.writes(side.getByRole('textbox', { name: 'Answer 1' }), 'Prices');
  await flows.presses(side.getByRole('button', { name: 'New step for: “Prices”' }));
  const handOver = page.getByRole('menuitem', { name: 'Hand over' });
  await expect(page.getByRole('menuitem', { name: 'Message' })).toBeFocused();
  while (!(await handOver.evaluate((item) => item === document.activeElement))) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');

  await expect(side.getByRole('heading', { name: /^Hand over/ })).toBeVisible();
  await expect(side.getByLabel('Name of the step')).toBeFocused();
  await page.keyboard.type('People');
  await flows.presses(side.getByRole('button', { name: 'New step for: Nobody is there' }));
  await expect(page.getByRole('menuitem', { name: 'Message' })).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: 'End' })).toBeFocused();
  await page.keyboard.press('Enter');

  await expect(side.getByLabel('Last words')).toBeVisible();
  await expect(side.getByLabel('Name of the step')).toBeFocused();
  await page.keyboard.type('Goodbye');
  await flows.writes(side.getByLabel('Last words'), 'Thank you. Goodbye.');

  await flows.presses(page.getByRole('button', { name: 'Publish' }));
  await expect(flows.dialog).toContainText('2 problems have to be mended first.');
  await expect(flows.dialog.getByRole('button', { name: 'Publish' })).toBeDisabled();
  await flows.presses(flows.dialog.getByRole('button', { name: 'Show the problems' }));
  const deadEnd = side.getByRole('listitem').filter({ hasText: 'A dead end: “Answer 2” leads nowhere.' });
  await expect(deadEnd).toContainText('Choose the step where it goes on.');
  await expect(deadEnd).toContainText('Greeting → Then');
  await flows.presses(deadEnd.getByRole('button', { name: 'Show 2 · Wish' }));

  await expect(side.getByLabel('Name of the step')).toHaveValue('Wish');
  await flows.writes(side.getByRole('textbox', { name: 'Answer 2' }), 'An order');
  await flows.tabsTo(side.getByLabel('“An order” leads to'));
  await page.keyboard.type('4');
  await expect(side.getByRole('tab', { name: 'Problems', exact: true })).toBeVisible();

  await flows.presses(page.getByRole('button', { name: 'Publish' }));
  await flows.writes(flows.dialog.getByLabel('What is new'), 'The first');
  await flows.presses(flows.dialog.getByRole('button', { name: 'Publish' }));
  await expect(flows.admin.toast).toContainText('Published as version 1.');
  await expect(page.getByText('Everything is saved')).toBeVisible();
  const rows = await server.asAdmin<{ name: string; published: number | null }[]>('list_flows');
  expect(rows.find(({ name }) => name === 'Pottery')?.published).toBe(1);

  await flows.admin.opens('/app/admin/profile');
  await flows.presses(page.getByRole('navigation', { name: 'Pages of this chat profile' }).getByRole('link', { name: 'Bot', exact: true }));
  await flows.tabsTo(page.getByLabel('Flow'));
  await page.keyboard.type('Pottery');
  await expect(page.getByText('Not saved yet')).toBeVisible();
  await flows.presses(page.getByRole('button', { name: 'Save', exact: true }));
  await expect(page.getByText('Not saved yet')).toBeHidden();

  const visitor = await people.visitor();
  await visitor.bubble.press('Enter');
  const log = visitor.window.getByRole('log');
  await expect(log.getByText('What is it about?')).toBeVisible();
  await visitor.window.getByRole('button', { name: 'Prices', exact: true }).press('Enter');
  // The agent is asked, and reads what was asked and answered before.
  await ann.joins('Prices');
  await ann.transcript.has('What is it about?');
  await expect(ann.transcript.log.getByRole('paragraph').filter({ hasText: 'Prices' })).toBeVisible();
  await ann.says('Which lamp is it?');
  await expect(log.getByText('Which lamp is it?')).toBeVisible();
});

test('every change can be undone and made again', async ({ people }) => {
  const flows = new Flows(await people.admin());
  await flows.opens();
  const { page, side } = flows;
  const name = side.getByLabel('Name of the step');
  await flows.chooses(/Greeting/);
  await name.fill('First words');
  await expect(flows.row(/First words/)).toBeVisible();
  await expect(page.getByText('Not saved yet')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(name).toHaveValue('Greeting');
  await expect(page.getByText('Everything is saved')).toBeVisible();
  await page.keyboard.press('Control+Shift+Z');
  await expect(name).toHaveValue('First words');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(name).toHaveValue('Greeting');

  // A step goes, and the ways to it with it; both come back.
  await flows.row(/Noted down/).click();
  await page.keyboard.press('Delete');
  await expect(flows.row(/Noted down/)).toHaveCount(0);
  await expect(side.getByRole('tab', { name: /Problems/ })).toContainText('2');
  await page.keyboard.press('Control+z');
  await expect(flows.row(/Noted down/)).toBeVisible();
  await expect(side.getByRole('tab', { name: 'Problems', exact: true })).toBeVisible();

  // The list and the drawing show the same.
  await flows.row(/Greeting/).click();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(flows.steps.getByRole('listitem').getByRole('button', { name: /· Question/ }).first()).toBeVisible();
  await flows.graph.getByRole('button', { name: /Thanks/ }).click();
  await expect(name).toHaveValue('Thanks');
  await page.keyboard.press('ArrowUp');
  await expect(name).toHaveValue('E-mail address');
});

test('what is tried is kept as a test, and a change of it is shown before it is published', async ({ people }) => {
  test.setTimeout(90_000);
  const flows = new Flows(await people.admin());
  await flows.opens();
  const { page, side, log } = flows;
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(log).toContainText('What are you looking for?');
  await page.getByRole('checkbox', { name: /Somebody is there/ }).uncheck();
  await page.getByRole('button', { name: 'I have a question about prices' }).click();
  await expect(log).toContainText('Nobody is free to answer right now.');
  await page.getByRole('textbox', { name: 'Your answer' }).fill('vera');
  await page.keyboard.press('Enter');
  await expect(log).toContainText('does not look like an e-mail address');
  await page.getByRole('button', { name: 'Take back' }).click();
  await expect(log).not.toContainText('does not look like an e-mail address');
  await page.getByRole('textbox', { name: 'Your answer' }).fill('Vera@Example.com');
  await page.keyboard.press('Enter');
  await expect(log).toContainText('We will write to vera@example.com.');
  await expect(log).toContainText('The bot is done.');

  await expect(flows.graph).toContainText('0 of 9 ways, 0 %');
  // What the dashes say is said to whoever does not see them.
  const question = flows.graph.getByRole('button', { name: /Question What is wanted/ });
  await expect(question).toHaveAccessibleDescription(/^No test takes: .*I have a question about prices/);
  await page.getByRole('textbox', { name: 'Keep this conversation as a test' }).fill('Nobody is there');
  await page.keyboard.press('Enter');
  const tests = page.getByRole('region', { name: 'Tests' });
  await expect(tests).toContainText('Reads the same');
  await expect(flows.graph).toContainText('5 of 9 ways, 55 %');
  await expect(question).not.toHaveAccessibleDescription(/I have a question about prices/);
  await expect(question).toHaveAccessibleDescription(/^No test takes: /);
  await page.getByRole('button', { name: 'Restart' }).click();
  await expect(log).not.toContainText('The bot is done.');
  await tests.getByRole('button', { name: 'Try Nobody is there' }).click();
  await expect(log).toContainText('The bot is done.');
  // From what was said to where it is written.
  await log.getByRole('button', { name: 'Show the step 7 · Thanks' }).first().click();
  await page.getByRole('button', { name: 'Back to editing' }).click();
  await expect(side.getByLabel('Name of the step')).toHaveValue('Thanks');

  await side.getByLabel('Last words').fill('Thank you! You hear from us at $email.');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(flows.dialog).toContainText('1 test reads otherwise than it did.');
  await expect(flows.dialog).toContainText('Bot: Thank you! We will write to vera@example.com.');
  await expect(flows.dialog).toContainText('Bot: Thank you! You hear from us at vera@example.com.');
  await expect(flows.dialog.getByRole('button', { name: 'Publish' })).toBeDisabled();
  await flows.dialog.getByRole('checkbox', { name: 'That is meant' }).check();
  await flows.dialog.getByRole('button', { name: 'Publish' }).click();
  await expect(flows.admin.toast).toContainText('Published as version 2.');

  // What is different is told, and the way back leads to a third version.
  await flows.tab('History');
  await side.getByRole('button', { name: 'Compare version 1' }).click();
  await expect(side).toContainText('Text · English');
  await expect(side).toContainText('Thank you! We will write to $email.');
  await side.getByRole('button', { name: 'Use version 1 again' }).click();
  await flows.dialog.getByRole('button', { name: 'Use it again' }).click();
  await expect(flows.admin.toast).toContainText('Published as version 3.');
  await expect(side).toContainText('Version 1 again');
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(tests).toContainText('Reads the same');
});

test('a version is tried with a part of new conversations, then is for everyone; the next is taken back', async ({ people, server }) => {
  test.setTimeout(90_000);
  const flows = new Flows(await people.admin());
  await flows.opens();
  const { page, side, dialog } = flows;
  const { toast } = flows.admin;
  const rollout = side.getByRole('region', { name: 'Roll-out' });
  const share = dialog.getByLabel('Share of new conversations, in percent');
  const version = (number: number) => side.getByRole('listitem').filter({ has: page.getByText(`Version ${number}`, { exact: true }) });
  const renames = async (from: RegExp, to: string) => {
    await flows.chooses(from);
    await side.getByLabel('Name of the step').fill(to);
  };

  // For a part: what is no part is said, and the others stay with the version before.
  await renames(/Greeting/, 'Second greeting');
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(dialog.getByLabel('Who begins with it')).toHaveValue('everyone');
  await dialog.getByLabel('Who begins with it').selectOption('A part at first');
  await expect(dialog).toContainText('All others go on beginning with version 1.');
  await share.fill('100');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await expect(dialog).toContainText('Write a whole number from 1 to 99.');
  await expect(share).toBeFocused();
  await share.fill('50');
  await page.keyboard.press('Enter');
  await expect(toast).toContainText('Published as version 2, for 50 % of new conversations.');
  await expect(page.getByText('Tried with 50 %')).toBeVisible();
  await flows.tab('History');
  await expect(rollout).toContainText('Version 2 is tried with 50 % of new conversations; the others begin with version 1.');
  for (const number of [1, 2]) {
    await expect(version(number)).toContainText('50 % of new conversations');
    await expect(version(number).getByRole('button', { name: 'again' })).toHaveCount(0);
  }

  // A larger share, and everyone, by keyboard; the focus is never lost.
  await flows.presses(rollout.getByRole('button', { name: 'Change the share' }));
  await expect(share).toHaveValue('50');
  await share.fill('80');
  await page.keyboard.press('Enter');
  await expect(toast).toContainText('Now 80 % of new conversations begin with version 2.');
  await expect(version(2)).toContainText('80 % of new conversations');
  await expect(version(1)).toContainText('20 % of new conversations');
  await expect(rollout.getByRole('button', { name: 'Change the share' })).toBeFocused();
  await flows.presses(rollout.getByRole('button', { name: 'Version 2 for everyone' }));
  await flows.presses(dialog.getByRole('button', { name: 'For everyone' }));
  await expect(toast).toContainText('Now all new conversations begin with version 2.');
  await expect(rollout).toHaveCount(0);
  await expect(version(2)).toContainText('In use');
  await expect(version(1).getByRole('button', { name: 'Use version 1 again' })).toBeVisible();
  await expect(side.getByRole('tabpanel')).toBeFocused();
  await expect(page.getByText('Changed since')).toHaveCount(0);

  // The third is taken back; it stays in the history, and what was written stays the draft.
  await renames(/Second greeting/, 'Third greeting');
  await page.getByRole('button', { name: 'Publish' }).click();
  await dialog.getByLabel('Who begins with it').selectOption('A part at first');
  await share.fill('10');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await expect(toast).toContainText('Published as version 3, for 10 % of new conversations.');
  await flows.admin.opens('/app/admin/flows');
  await expect(page.getByRole('row', { name: /Welcome Bot/ })).toContainText('Tried with 10 %');
  const rows = await server.asAdmin<{ published: number; rollout: object }[]>('list_flows');
  expect(rows[0]).toMatchObject({ published: 3, rollout: { before: 2, share: 10 } });
  await flows.opens();
  await flows.tab('History');
  await rollout.getByRole('button', { name: 'Take version 3 back' }).click();
  await expect(dialog).toContainText('All new conversations begin with version 2 again.');
  await dialog.getByRole('button', { name: 'Take it back' }).click();
  await expect(toast).toContainText('Now all new conversations begin with version 2.');
  await expect(version(2)).toContainText('In use');
  await expect(version(3).getByRole('button', { name: 'Use version 3 again' })).toBeVisible();
  await expect(page.getByText('Changed since')).toBeVisible();
  await expect(flows.row('Third greeting')).toBeVisible();
});

test('nobody saves over somebody else unseen, and nobody leaves without a word', async ({ people, guard }) => {
  guard.expect(/status of 409/);
  const first = new Flows(await people.admin());
  await first.opens();
  await people.employ('Bea', { role: 'admin' });
  const second = new Flows(await people.signedIn('Bea', 'bea@example.com', 'the password of bea@example.com'));
  await second.opens();
  await first.chooses(/Greeting/);
  await first.side.getByLabel('Name of the step').fill('Ada was here');
  await second.chooses(/Greeting/);
  await second.side.getByLabel('Name of the step').fill('Bea was here');
  await second.page.keyboard.press('Control+s');
  await expect(second.page.getByText('Everything is saved')).toBeVisible();
  await expect(first.page.getByText('Bea has saved this flow in the meantime.')).toBeVisible();
  first.page.once('dialog', (dialog) => void dialog.dismiss());
  await first.page.getByRole('link', { name: 'All flows' }).click();
  await expect(first.side.getByLabel('Name of the step')).toHaveValue('Ada was here');
  // Nor by the browser's Back, twice: the address is what it was after the first.
  for (let times = 0; times < 2; times += 1) {
    const asked = first.page.waitForEvent('dialog').then((dialog) => dialog.dismiss());
    await first.page.evaluate(() => history.back());
    await asked;
    await expect.poll(() => first.page.evaluate(() => location.pathname)).toMatch(/\/flows\/flw_\w+$/);
    await expect(first.side.getByLabel('Name of the step')).toHaveValue('Ada was here');
  }
  await first.page.getByRole('button', { name: 'Show theirs' }).click();
  await expect(first.side.getByLabel('Name of the step')).toHaveValue('Bea was here');
  // Even that can be undone.
  await first.page.keyboard.press('Control+z');
  await expect(first.side.getByLabel('Name of the step')).toHaveValue('Ada was here');
  await first.page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(second.side.getByLabel('Name of the step')).toHaveValue('Ada was here');
  await expect(first.page.getByText('Everything is saved')).toBeVisible();
  await first.page.goBack();
  await expect(first.page.getByRole('heading', { level: 1, name: 'Bot flows' })).toBeVisible();
});

test('flows are copied, exported, imported, archived and taken back', async ({ people }) => {
  const flows = new Flows(await people.admin('/app/admin/flows'));
  const { page } = flows;
  const more = page.getByRole('button', { name: 'More for Welcome Bot', exact: true });
  await more.click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  const copy = page.getByRole('row', { name: /Welcome Bot \(copy\)/ });
  await expect(copy).toContainText('Draft');
  await more.click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Export' }).click()]);
  expect(download.suggestedFilename()).toBe('Welcome Bot.json');
  const file = readFileSync(await download.path());
  await page.getByRole('button', { name: 'Import' }).click();
  await flows.dialog.getByLabel('File of a flow').setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await expect(flows.dialog).toContainText('This file is no flow.');
  await flows.dialog.getByLabel('File of a flow').setInputFiles({ name: 'good.json', mimeType: 'application/json', buffer: file });
  await flows.dialog.getByLabel('Name').fill('From a file');
  await flows.dialog.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'From a file' })).toBeVisible();
  await expect(flows.row(/Greeting/)).toBeVisible();

  await flows.admin.opens('/app/admin/flows');
  await more.click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await flows.dialog.getByRole('button', { name: 'Archive' }).click();
  const row = page.getByRole('row', { name: /^Welcome Bot (?!\()/ });
  await expect(row).toContainText('Archived');
  await more.click();
  await page.getByRole('menuitem', { name: 'Take back' }).click();
  await expect(row).toContainText('Draft');
});

test('every kind of step has its form, and what it needs is said', async ({ people }) => {
  test.setTimeout(90_000);
  const flows = new Flows(await people.admin());
  await flows.opens();
  const { page, side } = flows;
  for (const [kind, field] of [
    ['Message', 'Then leads to'],
    ['Question', 'Keep the answer as'],
    ['Input', 'Asks for'],
    ['Condition', 'Otherwise leads to'],
    ['Set a value', 'Becomes'],
    ['Hand over', 'Nobody is there leads to'],
    ['Action outside', 'Waits for, in seconds'],
    ['Start a flow', 'It fails or takes too long leads to'],
    ['End', 'Last words'],
  ] as const) {
    await flows.steps.getByRole('button', { name: 'Add a step' }).click();
    await page.getByRole('menuitem', { name: kind }).click();
    await expect(side.getByRole('heading', { name: new RegExp(`^${kind}`) })).toBeVisible();
    await expect(side.getByLabel(field, { exact: true })).toBeVisible();
  }
  await flows.chooses(/· Action outside/);
  await expect(side).toContainText('This needs tickets, which is not there yet.');
  await flows.chooses(/· Condition/);
  const condition = side.getByRole('textbox', { name: 'Case 1' });
  await condition.fill('open and and');
  await expect(side).toContainText('Something else is expected here');
  await condition.fill('wish = 3');
  await expect(side).toContainText('Things of different kinds are compared here');
  await condition.fill('');
  await side.getByLabel('Insert into the condition').selectOption('agent_available');
  await expect(condition).toHaveValue('agent_available');
  await flows.chooses(/^10 · Input/);
  for (const kind of ['line', 'lines', 'email', 'phone', 'number', 'date', 'yes_no', 'one', 'several', 'rating']) {
    await side.getByLabel('Asks for').selectOption(kind);
  }
  await expect(side.getByRole('textbox', { name: 'Neither' })).toBeVisible();
});

test('a copy of a step stands behind it, in the list and in the graph', async ({ people }) => {
  const flows = new Flows(await people.admin());
  await flows.opens();
  const { page, side, steps, graph } = flows;
  const problems = side.getByRole('tab', { name: /^Problems/ });
  const names = steps.locator('.flow-steps__name');
  const before = await names.allInnerTexts();
  await flows.chooses('Noted down');
  await flows.presses(steps.getByRole('button', { name: 'Duplicate step' }));
  const name = side.getByLabel('Name of the step');
  await expect(name).toHaveValue('Noted down (copy)');
  const at = before.indexOf('Noted down');
  await expect(names).toHaveText(before.toSpliced(at + 1, 0, 'Noted down (copy)'));
  await expect(graph.getByRole('button', { name: 'Noted down (copy)' })).toHaveAttribute('aria-current', 'true');
  await expect(side.getByLabel('Text', { exact: true })).toHaveValue('Thank you, I have noted that down.');

  // It is a step of its own: nothing leads to it yet, and what is written in it stays in it.
  await expect(problems).toContainText('1 problem');
  await side.getByLabel('Text', { exact: true }).fill('Something else.');
  await flows.row(/Noted down(?! \(copy\))/).click();
  await expect(side.getByLabel('Text', { exact: true })).toHaveValue('Thank you, I have noted that down.');
  await flows.tab('Problems');
  await expect(side.getByRole('listitem').filter({ hasText: 'Nothing leads to this step.' })).toContainText('Noted down (copy)');
  for (const gone of ['Something else.', 'Noted down (copy)']) {
    await expect(steps).toContainText(gone);
    await page.keyboard.press('Control+z');
    await expect(steps).not.toContainText(gone);
  }
  await expect(names).toHaveText(before);
  await expect(graph.getByRole('button', { name: 'Noted down (copy)' })).toHaveCount(0);
  await expect(problems).not.toContainText('problem');
});

test('the graph is made larger and smaller and fitted in, by buttons and by keys', async ({ people }) => {
  const flows = new Flows(await people.admin());
  await flows.opens();
  const { page, graph } = flows;
  const tool = (name: string) => graph.getByRole('button', { name, exact: true });
  const stepsOf = graph.getByRole('button', { name: /^\d+ · / });
  const first = stepsOf.first();
  const box = async (of: Locator) => (await of.boundingBox())!;
  const width = async () => (await box(first)).width;
  const becomes = (times: number) => expect.poll(async () => (await width()) / whole).toBeCloseTo(times, 1);
  const isInSight = async (step: Locator) => {
    const [around, { x, y, width, height }] = [await box(graph), await box(step)];
    return x >= around.x && y >= around.y && x + width <= around.x + around.width && y + height <= around.y + around.height;
  };
  const fits = async () => {
    for (const step of await stepsOf.all()) expect(await isInSight(step), await step.innerText()).toBe(true);
  };
  await expect(first).toBeVisible();
  // All of it is seen as soon as the page is.
  await expect(fits).toPass();
  const whole = await width();

  await tool('Zoom in').click();
  await becomes(1.2);
  await flows.presses(tool('Zoom in'));
  await becomes(1.44);
  await tool('Fit in').click();
  await becomes(1);
  await tool('Zoom out').click();
  await becomes(1 / 1.2);
  await flows.presses(tool('Fit in'));
  await becomes(1);
  await fits();

  // The same by keys, and whoever goes on to a step that lies outside then sees it.
  await first.focus();
  await page.keyboard.press('-');
  await becomes(1 / 1.2);
  await page.keyboard.press('0');
  await becomes(1);
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('+');
  await becomes(1.2 ** 3);
  const thanks = graph.getByRole('button', { name: /Thanks/ });
  expect(await isInSight(thanks)).toBe(false);
  const chosen = graph.locator('[aria-current=true]');
  while (!(await thanks.evaluate((step) => step === document.activeElement))) {
    await page.keyboard.press('ArrowDown');
    await expect(chosen).toBeFocused();
  }
  await expect.poll(() => isInSight(thanks)).toBe(true);
  await page.keyboard.press('0');
  await becomes(1);
  await fits();
});

test('the history says who has published each version', async ({ people }) => {
  test.setTimeout(90_000);
  const first = new Flows(await people.admin());
  const { email, password } = await people.employ('Bea', { role: 'admin' });
  const second = new Flows(await people.signedIn('Bea', email, password));
  const version = (flows: Flows, number: number) => flows.side.getByRole('listitem').filter({ has: flows.page.getByText(`Version ${number}`, { exact: true }) });
  const publishes = async (flows: Flows, note: string, number: number) => {
    await flows.opens();
    await flows.chooses(/^1 · /);
    await flows.side.getByLabel('Text', { exact: true }).fill(`Welcome, says version ${number}.`);
    await flows.page.getByRole('button', { name: 'Publish' }).click();
    await flows.dialog.getByLabel('What is new').fill(note);
    await flows.dialog.getByRole('button', { name: 'Publish' }).click();
    await expect(flows.admin.toast).toContainText(`Published as version ${number}.`);
  };
  await publishes(second, 'Friendlier', 2);
  await publishes(first, 'Shorter', 3);
  await first.tab('History');
  await expect(version(first, 1)).toContainText('supplied with the program');
  await expect(version(first, 2)).toContainText('by Bea');
  await expect(version(first, 2)).toContainText('Friendlier');
  await expect(version(first, 3)).toContainText('by Admin');
  await expect(version(first, 3)).toContainText('Shorter');
  await expect(version(first, 3)).toContainText('In use');

  // Whoever goes back is the author of what that makes; the version gone back to stays its author's.
  await second.opens();
  await second.tab('History');
  await second.side.getByRole('button', { name: 'Use version 1 again' }).click();
  await second.dialog.getByRole('button', { name: 'Use it again' }).click();
  await expect(second.admin.toast).toContainText('Published as version 4.');
  await expect(version(second, 4)).toContainText('by Bea');
  await expect(version(second, 4)).toContainText('Version 1 again');
  await expect(version(second, 1)).toContainText('supplied with the program');
  await first.opens();
  await first.tab('History');
  await expect(version(first, 4)).toContainText('by Bea');
});

test('two hundred steps stay fluid', async ({ people, server }) => {
  test.setTimeout(90_000);
  const steps = Array.from({ length: 200 }, (_, at) => ({
    id: at + 1,
    name: `Step ${at + 1}`,
    does: {
      question: {
        text: { en: `Question ${at + 1}` },
        answers: [
          { id: 1, text: { en: 'On' }, next: Math.min(at + 2, 200) },
          { id: 2, text: { en: 'Far' }, next: ((at * 7) % 200) + 1 },
        ],
      },
    },
  }));
  const draft = { bot_name: 'Large', languages: ['en'], start: 1, steps };
  const { row } = await server.asAdmin<{ row: { id: string } }>('create_flow', { name: 'Large', draft, tests: [] });
  const flows = new Flows(await people.admin(`/app/admin/flows/${row.id}`));
  const { page, side } = flows;
  await expect(flows.graph.getByRole('button', { name: /Step 200/ })).toBeAttached();
  await flows.chooses(/Step 150/);
  const name = side.getByLabel('Name of the step');
  await name.press('End');
  // A letter draws what shows this step anew, and nothing of the 199 others.
  await page.evaluate(() => {
    const drawn = new Set<Element | null>();
    Object.assign(window, { drawn });
    const look = ({ target }: MutationRecord) => {
      drawn.add(target instanceof Element ? target : target.parentElement);
    };
    new MutationObserver((records) => records.forEach(look)).observe(document.body, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
  });
  await name.pressSequentially(' of a long dialogue');
  await expect(flows.row(/Step 150 of a long dialogue/)).toBeVisible();
  const drawn = await page.evaluate(() => {
    const elements = [...(window as unknown as { drawn: Set<Element> }).drawn];
    const names = elements.filter((element) => element.matches('.flow-steps__name, .flow-graph__name'));
    return { all: elements.length, names: names.map((name) => name.textContent) };
  });
  expect(drawn.names).not.toEqual([]);
  for (const drawnName of drawn.names) expect(drawnName).toContain('Step 150 of a long dialogue');
  expect(drawn.all).toBeLessThan(20);
  await page.getByRole('searchbox', { name: 'Search steps' }).fill('Question 177');
  await expect(page.getByText('1 step found')).toBeVisible();
});

test('a large flow from a file is edited letter by letter, and nothing else of it is drawn anew', async ({ people }) => {
  test.setTimeout(90_000);
  const steps = Array.from({ length: 200 }, (_, at) => ({
    id: at + 1,
    name: `Step ${at + 1}`,
    does: at < 199 ? { input: { text: { en: `Question ${at + 1}?` }, kind: 'line', next: at + 2 } } : { end: { text: { en: 'Goodbye.' } } },
  }));
  const file = { name: 'Long', draft: { bot_name: 'Long', languages: ['en'], start: 1, steps }, tests: [] };
  const flows = new Flows(await people.admin('/app/admin/flows'));
  const { page, side, graph, dialog } = flows;
  await page.getByRole('button', { name: 'Import' }).click();
  await dialog.getByLabel('File of a flow').setInputFiles({ name: 'long.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
  await dialog.getByLabel('Name').fill('Long');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Long' })).toBeVisible();
  await expect(flows.steps.getByRole('button', { name: /^\d+ · / })).toHaveCount(200);
  await expect(graph.getByRole('button', { name: /^\d+ · / })).toHaveCount(200);
  await flows.chooses(/^100 · /);

  // Everything of the other steps is known again by a mark that only the same element can have.
  const others = () => [flows.steps, graph].map((place) => place.getByRole('button', { name: /^\d+ · / }).filter({ hasNotText: /^100 · / }));
  for (const place of others()) {
    await place.evaluateAll((elements) => {
      for (const element of elements) for (const part of [element, ...element.querySelectorAll('*')]) Object.assign(part, { isMarked: true });
    });
  }
  const isKept = async () => {
    for (const place of others()) {
      const kept = await place.evaluateAll((elements) => elements.map((element) => [element, ...element.querySelectorAll('*')].every((part) => 'isMarked' in part)));
      expect(kept).toEqual(Array.from({ length: 199 }, () => true));
    }
  };
  const text = side.getByLabel('Text', { exact: true });
  const problems = side.getByRole('tab', { name: /^Problems/ });
  await text.press('End');
  await text.press('x');
  await expect(text).toHaveValue('Question 100?x');
  await expect(flows.row('Question 100?x')).toBeVisible();
  await expect(problems).not.toContainText('problem');
  await isKept();

  // A variable that nothing has is one more problem with its first letter, and none without it.
  await text.pressSequentially(' $A');
  await expect(text).toHaveValue('Question 100?x $A');
  await expect(problems).toContainText('1 problem');
  await expect(flows.row('Question 100?x $A')).toContainText('1 problem');
  await expect(side.getByText('The text names “A”, which nothing has.')).toBeVisible();
  await isKept();
  await flows.tab('Problems');
  await expect(side.getByRole('listitem').filter({ hasText: 'The text names “A”, which nothing has.' })).toContainText('100 · Step 100');
  await flows.tab('Step');
  await text.press('End');
  await text.press('Backspace');
  await text.press('Backspace');
  await expect(problems).not.toContainText('problem');
  await isKept();
});
