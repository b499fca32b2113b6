// A bot in the visitor's window: it greets, asks, understands, and makes room for people.
import AxeBuilder from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { expect, test } from '../../fixtures';
import { bot, EVERYTHING } from '../../fixtures/bot';
import { Flows } from '../../pages/flows';
import type { Visitor } from '../../pages/visitor';

const answers = (visitor: Visitor): Locator => visitor.window.getByRole('group', { name: 'Answers' });
const answer = (visitor: Visitor, name: string): Locator => visitor.window.getByRole('button', { name, exact: true });
const said = (visitor: Visitor, text: string): Locator => visitor.window.getByText(text, { exact: true });

test('the Welcome Bot greets before anybody has said anything, and takes an address', async ({ people, server }) => {
  await bot(server);
  const visitor = await people.visitor();
  await visitor.opens();
  await expect(said(visitor, 'What are you looking for?')).toBeVisible();
  await expect(visitor.window.getByText('Bot', { exact: true }).first()).toBeVisible();
  expect(await visitor.kept()).toBeNull();
  await answer(visitor, 'Something else').click();
  await expect(said(visitor, 'Which e-mail address may we answer to?')).toBeVisible();
  await expect(answers(visitor)).toBeHidden();
  await expect(visitor.composer).toHaveAttribute('inputmode', 'email');
  await visitor.says('tomorrow');
  await expect(said(visitor, 'That does not look like an e-mail address. Please have another look.')).toBeVisible();
  await visitor.says('vera@example.com');
  await expect(answer(visitor, 'Start over')).toBeVisible();

  // Again after a reload, and from the start where it is wanted.
  await visitor.page.reload();
  await expect(said(visitor, 'vera@example.com')).toBeVisible();
  await answer(visitor, 'Start over').click();
  await expect(said(visitor, 'vera@example.com')).toHaveCount(0);
  await expect(answer(visitor, 'Something else')).toBeVisible();
});

test('who asks for prices reaches an agent, who sees what was answered', async ({ people, server }) => {
  await bot(server);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await answer(visitor, 'I have a question about prices').click();
  await expect(said(visitor, 'One moment, I am putting you through.')).toBeVisible();
  await ann.joins('One moment');
  await expect(ann.transcript.log.getByText('What are you looking for?')).toBeVisible();
  await expect(ann.transcript.log.getByText('I have a question about prices').last()).toBeVisible();
  await expect(ann.transcript.log.getByText('The bot has put the visitor through')).toBeVisible();
  await ann.says('Which lamp is it?');
  await expect(said(visitor, 'Which lamp is it?')).toBeVisible();
  await visitor.says('Something else');
  await expect(ann.transcript.log.getByText('Something else').last()).toBeVisible();
  await expect(said(visitor, 'Which e-mail address may we answer to?')).toHaveCount(0);
});

test('an agent takes over from the bot', async ({ people, server }) => {
  await bot(server);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await answer(visitor, 'Something else').click();
  await expect(said(visitor, 'Which e-mail address may we answer to?')).toBeVisible();
  await ann.row('Which e-mail address').click();
  await expect(ann.page.getByText('Welcome Bot, a bot, answers.', { exact: false })).toBeVisible();
  await ann.page.getByRole('button', { name: 'Take over' }).click();
  await ann.says('Hello, this is Ann');
  await expect(said(visitor, 'Hello, this is Ann')).toBeVisible();
  await visitor.says('vera@example.com');
  await expect(ann.transcript.log.getByText('vera@example.com')).toBeVisible();
  await expect(answer(visitor, 'Start over')).toHaveCount(0);
});

test('every kind of question can be answered by keyboard, and nothing of it is markup', async ({ people, server }) => {
  await bot(server, EVERYTHING);
  const visitor = await people.visitor();
  await visitor.opens();
  const box = (name: string) => visitor.window.getByRole('checkbox', { name });
  const choose = answer(visitor, 'Choose');
  await expect(choose).toBeDisabled();
  await box('White, matt').focus();
  await box('White, matt').press('Space');
  await box('Blue').press('Space');
  await expect(box('Red')).toBeDisabled();
  await choose.press('Enter');
  await expect(visitor.transcript.log.getByText('White, matt').last()).toBeVisible();
  // Whoever came by keyboard is not left nowhere.
  await expect(visitor.composer).toBeFocused();
  await visitor.window.getByLabel('Date').fill('2026-12-24');
  await choose.press('Enter');
  await answer(visitor, 'Yes, please').press('Enter');
  await expect(said(visitor, 'Blue, White, matt on 2026-12-24. <b>Bold?</b>')).toBeVisible();
  const link = visitor.window.getByRole('link', { name: 'Our prices' });
  await expect(link).toHaveAttribute('href', 'https://pottery.example/prices');
  await expect(link).toHaveAttribute('rel', 'noopener nofollow');
  await answer(visitor, 'I would rather not say').press('Enter');
  await expect(said(visitor, 'Bye.')).toBeVisible();
  await expect(answer(visitor, 'Start over')).toBeVisible();
});

test('an admin lets the bot speak, changes it and rolls back while visitors are in the middle', async ({ people }) => {
  test.setTimeout(90_000);
  const ada = await people.admin('/app/admin/profile');
  await ada.turnsTo('Bot');
  await ada.page.getByLabel('Flow').selectOption('Welcome Bot');
  await ada.saves();
  const first = await people.visitor();
  await first.opens();
  await answer(first, 'Something else').click();
  await expect(said(first, 'Which e-mail address may we answer to?')).toBeVisible();

  const flows = new Flows(ada);
  await flows.opens();
  await flows.chooses('Thanks');
  await flows.side.getByLabel('Last words').fill('Goodbye, $email.');
  const publishes = async () => {
    await ada.page.getByRole('button', { name: 'Publish' }).click();
    await flows.dialog.getByRole('button', { name: 'Publish' }).click();
  };
  await publishes();
  await expect(ada.toast).toContainText('Published as version 2.');
  const second = await people.visitor();
  await second.opens();
  await answer(second, 'Something else').click();
  await expect(said(second, 'Which e-mail address may we answer to?')).toBeVisible();
  await flows.tab('History');
  await flows.side.getByRole('button', { name: 'Use version 1 again' }).click();
  await flows.dialog.getByRole('button', { name: 'Use it again' }).click();
  await expect(ada.toast).toContainText('Published as version 3.');

  // Each goes on as they began.
  await first.says('first@example.com');
  await expect(said(first, 'Thank you! We will write to first@example.com.')).toBeVisible();
  await second.says('second@example.com');
  await expect(said(second, 'Goodbye, second@example.com.')).toBeVisible();
});

test('a host page begins at a step of its choice, where the author allows it', async ({ people, server }) => {
  await bot(server, EVERYTHING);
  const visitor = await people.visitor();
  await visitor.visits();
  const open = (startStepOverride: number) =>
    visitor.page.evaluate((step) => window.dispatchEvent(new CustomEvent('haloChat_inboundEvent_openChatWindow', { detail: { startStepOverride: step } })), startStepOverride);
  await expect(visitor.bubble).toBeVisible();
  await open(3);
  await expect(said(visitor, 'Gift wrapping?')).toBeVisible();
  await expect(said(visitor, 'Which glazes?')).toHaveCount(0);
  await answer(visitor, 'No').click();
  await expect(said(visitor, 'Nothing on no day. <b>Bold?</b>')).toBeVisible();
  // In a conversation that goes on nothing is overridden.
  await open(1);
  await expect(said(visitor, 'And your name?')).toBeVisible();
  await expect(said(visitor, 'Which glazes?')).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`answers are accessible, ${colorScheme}`, async ({ people, server }) => {
    await bot(server, EVERYTHING);
    const visitor = await people.visitor();
    await visitor.visits('/', colorScheme === 'dark' ? { theme: 'dark' } : {});
    await visitor.bubble.click();
    await expect(answers(visitor)).toBeVisible();
    const found = await new AxeBuilder({ page: visitor.page }).include('#halo-chat').analyze();
    expect(found.violations).toEqual([]);
  });
}
