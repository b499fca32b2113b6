// Who waits for a person is told so, by what an admin has written for them.
import { expect, test } from '../../fixtures';

test.describe('with a short patience', () => {
  test.use({ environment: { AUREOLE_TEST_WAIT_SECONDS: '4' } });

  test('an admin writes what visitors read while they wait, and they read it until somebody comes', async ({ people }) => {
    const ada = await people.admin('/app/admin/profile');
    await ada.turnsTo('Availability');
    const add = ada.page.getByRole('button', { name: 'Add a message' });
    const save = ada.page.getByRole('button', { name: 'Save', exact: true });
    const message = (place: number, count: number) => ada.page.getByRole('group', { name: `Message ${place} of ${count}`, exact: true });
    const words = (place: number, count: number) => message(place, count).getByLabel('Text');
    const minutes = ada.page.getByLabel('Minutes between them');
    const loop = ada.page.getByRole('switch', { name: 'Begin again after the last one' });
    await expect(ada.page.getByText('Visitors wait without a word')).toBeVisible();
    await expect(minutes).toBeHidden();

    await add.click();
    await expect(words(1, 1)).toBeFocused();
    await expect(minutes).toHaveValue('3');
    await expect(loop).not.toBeChecked();
    await save.click();
    await expect(message(1, 1).getByText('Write something first.')).toBeVisible();
    await words(1, 1).fill('$NAME');
    await expect(message(1, 1).getByText('Write a text of your own around the variables')).toBeVisible();
    await words(1, 1).fill('Still here, ${NAME|friend}.');
    await minutes.fill('61');
    await save.click();
    await expect(ada.page.getByText('Write a number from 1 to 60.')).toBeVisible();
    await minutes.fill('2');
    await add.click();
    await words(2, 2).fill('It takes about $-WAITTIME minutes.');
    await message(2, 2).getByRole('button', { name: 'Move up' }).click();
    await ada.page.getByLabel('Minutes when there is nothing to calculate from').fill('12');
    await ada.saves();
    await ada.reloads();
    await expect(words(1, 2)).toHaveValue('It takes about $-WAITTIME minutes.');
    await expect(words(2, 2)).toHaveValue('Still here, ${NAME|friend}.');
    await expect(minutes).toHaveValue('2');
    await ada.page.close();

    const visitor = await people.visitor();
    await visitor.opens();
    await visitor.says('Anybody there?');
    await visitor.transcript.has('It takes about 12 minutes.', 10_000);
    // Somebody spoke, and nobody has come.
    await expect(visitor.header).not.toContainText('Support is here');
    await visitor.transcript.has('Still here, friend.', 10_000);
    const all = ['Anybody there?', 'It takes about 12 minutes.', 'Still here, friend.'];
    await visitor.page.reload();
    await visitor.transcript.isExactly(all);

    // To agents the visitor waits, and wants what they wanted.
    const ann = await people.agent('Ann');
    await expect(ann.ring).toContainText('1 visitor is waiting');
    await ann.joins('Anybody there?');
    await ann.transcript.has('Still here, friend.');
    await ann.says('I am here now');
    await visitor.transcript.isExactly([...all, 'I am here now']);
  });

  test('what is said while the window is closed counts as unread', async ({ people, server }) => {
    const { profile } = await server.profile<{ profile: object }>();
    const wait_messages = { interval_minutes: 1, is_looped: true, messages: ['One moment, please.'] };
    await server.asAdmin('save_profile', { profile: { ...profile, wait_messages } });
    const visitor = await people.visitor();
    await visitor.opens();
    await visitor.says('Anybody there?');
    await visitor.transcript.isSent('Anybody there?');
    await visitor.bubble.click();
    await expect(visitor.bubble).toHaveAccessibleName(/unread/, { timeout: 10_000 });
    await visitor.bubble.click();
    await expect(visitor.transcript.message('One moment, please.').nth(1)).toBeVisible({ timeout: 15_000 });
  });
});

test('who waits reads how long it takes, where the admin wants it', async ({ people }) => {
  const ada = await people.admin('/app/admin/profile');
  const ann = await people.agent('Ann');
  await ada.turnsTo('Availability');
  const shown = ada.page.getByRole('switch', { name: 'Show the estimate to whoever waits' });
  await expect(shown).not.toBeChecked();
  await shown.press('Enter');
  await ada.page.getByLabel('Calculated from').selectOption('The longest wait just now');
  await ada.page.getByLabel('Minutes when there is nothing to calculate from').fill('7');
  await ada.saves();
  await ada.reloads();
  await expect(shown).toBeChecked();

  const visitor = await people.visitor();
  await visitor.opens();
  await expect(visitor.header).toContainText('We are here');
  await visitor.says('Hello?');
  // Nobody else waits: what is usual.
  await expect(visitor.header).toContainText('Estimated wait: 7 min');
  await ada.page.getByLabel('Calculated from').selectOption('The average wait of late');
  await ada.page.getByLabel('Minutes when there is nothing to calculate from').fill('');
  await ada.saves();
  await expect(visitor.header).toContainText('We are with you in a moment');
  await ada.page.getByLabel('Minutes when there is nothing to calculate from').fill('7');
  await ada.saves();
  await expect(visitor.header).toContainText('Estimated wait: 7 min');
  await visitor.page.reload();
  await expect(visitor.header).toContainText('Estimated wait: 7 min');
  await ann.joins('Hello?');
  await expect(visitor.header).toContainText('Ann is here');
});
