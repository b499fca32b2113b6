// What is written, and how it is shown.
import { expect, test } from '../../fixtures';

test('Enter sends, but not while characters are composed; Shift+Enter breaks the line', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  await expect(visitor.composer).toHaveAttribute('enterkeyhint', 'send');
  await visitor.types('ni');
  // What an input method sends: Chromium says isComposing, Safari sends 229 afterwards.
  await visitor.composer.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true });
  await visitor.composer.evaluate((input) => {
    const event = new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true });
    input.dispatchEvent(event);
  });
  await expect(visitor.composer).toHaveValue('ni');
  await visitor.composer.press('Shift+Enter');
  await visitor.types('hao');
  await expect(visitor.composer).toHaveValue('ni\nhao');
  await visitor.transcript.isExactly([]);
  await visitor.composer.press('Enter');
  await visitor.transcript.isExactly(['ni\nhao']);
  // Nothing to say sends nothing.
  await visitor.composer.press('Enter');
  await visitor.composer.fill('   ');
  await visitor.composer.press('Enter');
  await visitor.transcript.isExactly(['ni\nhao']);
  await visitor.composer.fill('');
  await expect(visitor.window.getByRole('button', { name: 'Send' })).toBeDisabled();
});

test('a composition of the browser itself is not sent', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  const session = await visitor.page.context().newCDPSession(visitor.page);
  await session.send('Input.imeSetComposition', { text: 'かな', selectionStart: 2, selectionEnd: 2 }).catch(() => undefined);
  await visitor.page.keyboard.press('Enter');
  await expect(visitor.transcript.log.locator('.entry__bubble')).toHaveCount(0);
});

test('a text that is too long is counted, and not taken', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.composer.fill('x'.repeat(3_700));
  await expect(visitor.window.getByText(/characters left/)).toHaveCount(0);
  // Characters, not UTF-16 units: each of these is one.
  await visitor.composer.fill('x'.repeat(3_890) + '😀'.repeat(100));
  await expect(visitor.window.getByText('10 characters left').first()).toBeAttached();
  await visitor.composer.fill('x'.repeat(4_007));
  await expect(visitor.window.locator('.composer__hint')).toHaveText('7 characters too many');
  await expect(visitor.window.getByRole('button', { name: 'Send' })).toBeDisabled();
  await visitor.composer.press('Enter');
  await expect(visitor.composer).toHaveValue('x'.repeat(4_007));
  await visitor.transcript.isExactly([]);
  await visitor.composer.press('Backspace');
  await visitor.composer.fill('y'.repeat(4_000));
  await visitor.composer.press('Enter');
  await visitor.transcript.isSent('y'.repeat(4_000));
});

test('links are links of three kinds only, and texts are texts', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  const text = 'See https://example.com/a?b=1, http://example.org. mailto:ann@example.com javascript:alert(1) data:text/html,x ftp://example.com';
  await visitor.says(text);
  await ann.joins('See https://example.com');
  for (const { transcript } of [visitor, ann]) {
    const links = transcript.message(text).getByRole('link');
    await expect(links).toHaveCount(3);
    expect(await links.evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
      'https://example.com/a?b=1',
      'http://example.org',
      'mailto:ann@example.com',
    ]);
    for (const link of await links.all()) {
      await expect(link).toHaveAttribute('rel', 'noopener nofollow');
      await expect(link).toHaveAttribute('target', '_blank');
    }
  }
  const hostile = `<img src=x onerror="document.title='owned'"> <script>document.title='owned'</script> &lt;b&gt; {{config}}`;
  await visitor.says(hostile);
  await ann.says(hostile);
  await visitor.transcript.isExactly([text, hostile, hostile]);
  await ann.transcript.isExactly([text, hostile, hostile]);
  await expect(visitor.window.locator('.transcript img')).toHaveCount(0);
  await expect(ann.row('<img src=x')).toBeVisible();
  await expect(ann.page).not.toHaveTitle(/owned/);
});

test('hidden characters in names are shown as such', async ({ people, server }) => {
  const teams = await server.asAdmin<{ id: string }[]>('list_teams');
  await server.asAdmin('create_agent', {
    name: 'A\u202Enna <b>',
    email: 'anna@example.com',
    password: 'a long password',
    role: 'agent',
    teams: teams.map(({ id }) => id),
  });
  const anna = await people.signedIn('Anna', 'anna@example.com', 'a long password');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Hello');
  await anna.joins('Hello');
  await anna.says('Good day');
  await visitor.transcript.has('A[U+202E]nna <b> joined');
  await expect(visitor.header).toContainText('A[U+202E]nna <b> is here');
});

test('long words and emoji wrap inside the window', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('w'.repeat(600));
  await visitor.says('😀😀😀');
  await visitor.transcript.isSent('😀😀😀');
  const overflow = await visitor.transcript.log.evaluate((log) => log.scrollWidth - log.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test.describe('with a tight rate', () => {
  test.use({ environment: { AUREOLE_STARTS_PER_ADDRESS_PER_MINUTE: '1' } });

  test('too many starts wait, and go when they may', async ({ people }) => {
    const first = await people.visitor();
    await first.opens();
    await first.says('first');
    await first.transcript.isSent('first');
    const second = await people.visitor();
    await second.opens();
    await second.says('second');
    await expect(second.window.getByText(/Your message is kept and sent again in \d+ s\./)).toBeVisible();
    await second.transcript.isState('second', 'Sending');
  });
});

test.describe('with few frames', () => {
  test.use({ environment: { AUREOLE_FRAMES_PER_SECOND: '1' } });

  test('a flood is slowed down and arrives whole', async ({ people }) => {
    test.setTimeout(90_000);
    const visitor = await people.visitor();
    await visitor.opens();
    const texts = Array.from({ length: 16 }, (_, n) => `message ${n}`);
    for (const text of texts) await visitor.says(text);
    await expect(visitor.window.getByText(/That was very fast\. Your message is kept/)).toBeVisible();
    await visitor.transcript.isSent('message 15', 60_000);
    await visitor.transcript.isExactly(texts);
    await expect(visitor.window.getByText(/That was very fast/)).toBeHidden();
  });
});
