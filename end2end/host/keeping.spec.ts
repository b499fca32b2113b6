// What survives a reload and a navigation, and what does not.
import { expect, LINE_LOST, test } from '../fixtures';

test('a reload keeps the conversation, the draft and the open window', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await ann.says('Good day');
  await visitor.transcript.has('Good day');
  await visitor.types('half a sen');

  await visitor.page.reload();
  await visitor.transcript.isExactly(['Hello', 'Good day']);
  await expect(visitor.bubble).toHaveAttribute('aria-expanded', 'true');
  await expect(visitor.composer).toHaveValue('half a sen');
  await visitor.composer.focus();
  await visitor.composer.press('End');
  await visitor.types('tence');
  await visitor.composer.press('Enter');
  await ann.transcript.isExactly(['Hello', 'Good day', 'half a sentence']);
  await expect(ann.rows).toHaveCount(1);
});

test('pages of the shop come and go, the chat stays', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await visitor.page.getByRole('link', { name: 'See the Heron teapot' }).click();
  await expect(visitor.page).toHaveURL(/\/teapot/);
  await visitor.transcript.isExactly(['Hello']);
  await ann.says('Still here?');
  await visitor.transcript.has('Still here?');

  // A window that was closed stays closed, and tells by its bubble.
  await visitor.window.getByRole('button', { name: 'Close the chat window' }).click();
  await visitor.page.getByRole('link', { name: 'Studio' }).click();
  await expect(visitor.page).toHaveURL(/\/studio/);
  await ann.says('Come back soon');
  await expect(visitor.bubble).toHaveAccessibleName('Open chat, 1 unread');
  await visitor.opens();
  await visitor.transcript.isExactly(['Hello', 'Still here?', 'Come back soon']);
  await expect(visitor.bubble).toHaveAccessibleName('Close chat');
});

test('unsent messages survive a reload with their ids', async ({ people, line, guard }) => {
  test.setTimeout(90_000);
  guard.expect(...LINE_LOST);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('first');
  await ann.joins('first');
  await ann.transcript.has('first');
  line.blackHole();
  await visitor.says('second');
  await visitor.says('third');
  const kept = JSON.parse((await visitor.kept()) ?? '{}') as { outbox: { client_id?: string }[] | [string, string][] };
  expect(kept.outbox).toHaveLength(2);
  line.heal();
  // The connections that browsers keep for their next request are in the hole as well, and no
  // operating system of the test's ends them. The sockets stay there: nothing was sent meanwhile.
  line.endRequests();
  await visitor.page.reload();
  await ann.transcript.isExactly(['first', 'second', 'third'], 40_000);
  await visitor.transcript.isExactly(['first', 'second', 'third']);
  await visitor.transcript.isState('third', 'Read', 20_000);
  await expect.poll(async () => (JSON.parse((await visitor.kept()) ?? '{}') as { outbox: unknown[] }).outbox).toEqual([]);
  await expect(ann.rows).toHaveCount(1);
});

test('with persistChatToken false a reload forgets everything', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor({ persistChatToken: 'false' });
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await ann.says('Good day');
  await visitor.transcript.has('Good day');
  expect(await visitor.kept()).toBeNull();
  expect(await visitor.page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  await visitor.page.reload();
  await expect(visitor.bubble).toHaveAttribute('aria-expanded', 'false');
  await visitor.opens();
  await visitor.isConnected();
  await visitor.transcript.isExactly([]);
  await visitor.says('Who am I?');
  await expect(ann.row('Who am I?')).toBeVisible();
  await expect(ann.rows).toHaveCount(2);
});

test('one tab of several makes the sound', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.stranger();
  let sounds = 0;
  await visitor.page.context().exposeFunction('sounded', () => (sounds += 1));
  await visitor.page.context().addInitScript(() => {
    // The device has no speaker: what is counted is that a browser was willing to play.
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      const playing = play.call(this);
      playing.then(() => (globalThis as unknown as { sounded(): void }).sounded(), () => {});
      return playing;
    };
  });
  await visitor.visits();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  const close = () => visitor.window.getByRole('button', { name: 'Close the chat window' }).click();
  await close();
  const others = [await visitor.anotherTab(), await visitor.anotherTab()];
  for (const { page, bubble } of others) {
    await expect(page.locator('#halo-chat iframe')).toBeAttached();
    // Somebody has clicked in each, so each could play.
    await page.getByRole('heading').first().click();
    await expect(bubble).toHaveAccessibleName('Open chat');
  }
  await ann.says('Good day');
  for (const { bubble } of [visitor, ...others]) await expect(bubble).toHaveAccessibleName('Open chat, 1 unread');
  await expect.poll(() => sounds).toBe(1);
  await visitor.page.waitForTimeout(1_000);
  expect(sounds).toBe(1);
});

test('where storage is refused the chat lives until the page is left @storageless-only', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await ann.says('Good day');
  await visitor.transcript.isExactly(['Hello', 'Good day']);
  await visitor.page.getByRole('link', { name: 'See the Heron teapot' }).click();
  await expect(visitor.page).toHaveURL(/\/teapot/);
  await visitor.opens();
  await visitor.isConnected();
  await visitor.transcript.isExactly([]);
});

test('nothing is stored before the first message, and no cookie ever', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.types('I think about');
  await visitor.isConnected();
  expect(await visitor.kept()).toBeNull();
  expect(await visitor.page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  await visitor.composer.press('Enter');
  await visitor.transcript.isSent('I think about');
  expect(await visitor.page.evaluate(() => Object.entries(localStorage))).toEqual([['aureole.conversation', '1']]);
  expect(await visitor.page.context().cookies()).toEqual([]);
  await visitor.ends();
  await visitor.transcript.has('You ended this conversation');
  await expect.poll(() => visitor.page.evaluate(() => localStorage.length)).toBe(0);
});

test('the window is opened and closed in all tabs, and a new one begins closed', async ({ people }) => {
  const visitor = await people.visitor();
  const { window } = visitor;
  // One that was there before anything was said begins closed as well.
  const before = await visitor.anotherTab();
  await before.opens();
  await before.window.getByRole('button', { name: 'Close the chat window' }).click();
  await visitor.page.bringToFront();
  await visitor.opens();
  await visitor.says('Hello');
  const other = await visitor.anotherTab();
  await expect(other.page.locator('#halo-chat iframe')).toBeAttached();
  await expect(other.bubble).toHaveAttribute('aria-expanded', 'false');
  // What is said meanwhile opens nothing: only the hand that opens does.
  await visitor.says('Anybody?');
  await expect(other.window.getByText('Anybody?')).toBeAttached();
  await expect(other.bubble).toHaveAttribute('aria-expanded', 'false');

  await window.getByRole('button', { name: 'Close the chat window' }).click();
  await expect(visitor.bubble).toHaveAttribute('aria-expanded', 'false');
  await expect(before.window.getByText('Anybody?')).toBeAttached();
  await expect(before.bubble).toHaveAttribute('aria-expanded', 'false');
  await other.page.getByRole('heading').first().click();
  await visitor.opens();
  await expect(before.bubble).toHaveAttribute('aria-expanded', 'true');
  await expect(other.bubble).toHaveAttribute('aria-expanded', 'true');
  await expect(other.window.getByRole('textbox', { name: 'Message' })).not.toBeFocused();
  await other.window.getByRole('button', { name: 'Close the chat window' }).click();
  await expect(visitor.bubble).toHaveAttribute('aria-expanded', 'false');
});
