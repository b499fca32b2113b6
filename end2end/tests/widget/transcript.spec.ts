// A long conversation: what is rendered, what is read out, and what moves.
import { expect, LINE_LOST, test } from '../../fixtures';
import type { Agent } from '../../pages/agent';
import type { Visitor } from '../../pages/visitor';

// One after the other: two such conversations at once are more than two cores can draw.
test.describe.configure({ mode: 'default' });

const LINES = 120;

/** A conversation of many lines, written as fast as the server takes them. */
async function long(people: { visitor(): Promise<Visitor>; agent(name: string): Promise<Agent> }) {
  const [ann, visitor] = [await people.agent('Ann'), await people.visitor()];
  await visitor.opens();
  await visitor.says('line 0');
  await ann.joins('line 0');
  for (let n = 1; n <= LINES; n += 1) {
    await ann.composer.fill(`line ${n}`);
    await ann.composer.press('Enter');
  }
  await visitor.transcript.has(`line ${LINES}`, 20_000);
  await ann.transcript.isState(`line ${LINES}`, 'Read');
  return { ann, visitor };
}

test('the last lines are rendered, older ones come without a jump', async ({ people }) => {
  test.setTimeout(90_000);
  const { ann, visitor } = await long(people);
  for (const window of [visitor, ann]) {
    await window.page.reload();
    await window.transcript.has(`line ${LINES}`);
    const { log } = window.transcript;
    const count = () => log.locator('.entry__bubble').count();
    expect(await count()).toBeLessThanOrEqual(50);
    await expect.poll(() => log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight)).toBeLessThan(5);

    // Scrolled to the top by hand; the line that was first stays where it was.
    const before = await count();
    const first = (await window.transcript.texts())[0]!;
    await log.evaluate((log) => log.scrollTo({ top: 100 }));
    const top = () => window.transcript.message(first).evaluate((line) => Math.round(line.getBoundingClientRect().top));
    const place = await top();
    await expect.poll(count).toBeGreaterThan(before);
    await expect.poll(async () => Math.abs((await top()) - place)).toBeLessThanOrEqual(2);

    // Until the beginning.
    await expect(async () => {
      await log.evaluate((log) => log.scrollTo({ top: 0 }));
      expect(await count()).toBe(LINES + 1);
    }).toPass();
    await window.transcript.isExactly(Array.from({ length: LINES + 1 }, (_, n) => `line ${n}`));
    await expect(log.getByRole('button', { name: 'Show older messages' })).toHaveCount(0);
  }
});

test('who reads above is not moved, but told', async ({ people }) => {
  test.setTimeout(90_000);
  const { ann, visitor } = await long(people);
  const { log } = visitor.transcript;
  await log.evaluate((log) => log.scrollTo({ top: log.scrollHeight / 2 }));
  const button = visitor.window.getByRole('button', { name: 'New messages' });
  await expect(button).toBeHidden();
  await expect.poll(() => log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight)).toBeGreaterThan(500);
  const place = await log.evaluate((log) => log.scrollTop);
  await ann.says('something new');
  await expect(button).toBeVisible();
  expect(await log.evaluate((log) => log.scrollTop)).toBe(place);
  await ann.transcript.isState('something new', 'Delivered');
  await button.click();
  await expect(visitor.transcript.message('something new')).toBeInViewport();
  await expect(button).toBeHidden();
  await ann.transcript.isState('something new', 'Read');

  // One's own message leads to the end.
  await log.evaluate((log) => log.scrollTo({ top: log.scrollHeight / 2 }));
  await visitor.says('my own');
  await expect(visitor.transcript.message('my own')).toBeInViewport();
});

test('each new line of the other side is read out once', async ({ people, line, guard }) => {
  guard.expect(...LINE_LOST);
  const [ann, visitor] = [await people.agent('Ann'), await people.visitor()];
  await visitor.opens();
  await expect(visitor.transcript.log).toHaveAttribute('aria-live', 'off');
  // Everything that was ever added to the region, as a screen reader would hear it.
  const frame = visitor.page.frames().find((frame) => frame.url().includes('/chat/frame'))!;
  await frame.evaluate(() => {
    const heard: string[] = ((globalThis as unknown as { heard: string[] }).heard = []);
    for (const region of document.querySelectorAll('[aria-live=polite]')) {
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) for (const node of addedNodes) if (node.textContent?.trim()) heard.push(node.textContent.trim());
      }).observe(region, { childList: true, subtree: true });
    }
  });
  const heard = () => frame.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  await visitor.says('Hello');
  await ann.joins('Hello');
  await ann.says('Good day');
  await visitor.transcript.has('Good day');
  await visitor.says('I have a question');
  for (let n = 1; n <= 6; n += 1) await ann.says(`answer ${n}`);
  await visitor.transcript.has('answer 6');
  const said = ['Ann joined', 'Ann says: Good day', ...Array.from({ length: 6 }, (_, n) => `Ann says: answer ${n + 1}`)];
  await expect.poll(heard).toEqual(said);

  // A resume brings nothing anew, and what was missed once.
  line.reset();
  await ann.says('answer 7');
  line.heal();
  await visitor.transcript.has('answer 7', 20_000);
  await expect.poll(heard).toEqual([...said, 'Ann says: answer 7']);
});

test('who was away for more than a page resumes with the newest', async ({ people, line, guard }) => {
  test.setTimeout(120_000);
  guard.expect(/WebSocket connection to .* failed/, /net::ERR_/);
  const [ann, visitor] = [await people.agent('Ann'), await people.visitor()];
  await visitor.opens();
  await visitor.says('line 0');
  await ann.joins('line 0');
  await visitor.transcript.has('Ann joined');
  // Only the visitor's line: their page is asked from a context of its own.
  await visitor.page.context().setOffline(true);
  line.reset();
  line.heal();
  for (let n = 1; n <= 210; n += 1) {
    await ann.composer.fill(`line ${n}`);
    await ann.composer.press('Enter');
  }
  await ann.transcript.isState('line 210', 'Sent', 30_000);
  await visitor.page.context().setOffline(false);
  await visitor.transcript.has('line 210', 30_000);
  const texts = await visitor.transcript.texts();
  const from = Number(texts[0]!.split(' ')[1]);
  expect(texts).toEqual(Array.from({ length: 211 - from }, (_, n) => `line ${from + n}`));
});
