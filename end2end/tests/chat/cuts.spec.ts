// The line is cut while both sides type, in three ways, and the server is killed; nothing that
// was written is lost or doubled, and the order is the same in both windows.
import { expect, LINE_LOST, test, type Cut } from '../../fixtures';
import type { Agent } from '../../pages/agent';
import type { Visitor } from '../../pages/visitor';

const numbered = (name: string, from: number, to: number) => Array.from({ length: to - from }, (_, n) => `${name} ${from + n}`);

/** Both windows show the same lines in the same order, and each side's own in theirs. */
async function agree(visitor: Visitor, ann: Agent, visitors: string[], anns: string[], timeout: number) {
  const count = visitors.length + anns.length;
  for (const { log } of [visitor.transcript, ann.transcript]) {
    await expect(log.locator('.entry__bubble')).toHaveCount(count, { timeout });
    await expect(log.locator('[data-state=sending], [data-state=failed]')).toHaveCount(0, { timeout });
  }
  const [seen, read] = [await visitor.transcript.texts(), await ann.transcript.texts()];
  expect(seen).toEqual(read);
  expect(seen.filter((text) => visitors.includes(text))).toEqual(visitors);
  expect(seen.filter((text) => anns.includes(text))).toEqual(anns);
}

async function talking(people: { visitor(): Promise<Visitor>; agent(name: string): Promise<Agent> }) {
  const [visitor, ann] = [await people.visitor(), await people.agent('Ann')];
  await visitor.opens();
  await visitor.says('visitor 0');
  await ann.joins('visitor 0');
  await ann.says('agent 0');
  await visitor.transcript.has('agent 0');
  await ann.transcript.isState('agent 0', 'Read');
  return { visitor, ann };
}

for (const cut of ['reset', 'black hole', 'upgrades refused'] as Cut[]) {
  test(`the line is cut while both type: ${cut}`, async ({ people, line, guard }) => {
    test.setTimeout(120_000);
    guard.expect(...LINE_LOST);
    const { visitor, ann } = await talking(people);
    const { upgraded } = line;
    const polls = line.count('/api/call/poll');

    // In the middle of a word, and in the middle of messages.
    await visitor.types('visitor 1');
    await ann.types('agent 1');
    line.cut(cut);
    await visitor.composer.press('Enter');
    await ann.composer.press('Enter');
    for (const n of [2, 3]) {
      await visitor.says(`visitor ${n}`);
      await ann.says(`agent ${n}`);
    }
    if (cut === 'upgrades refused') {
      await agree(visitor, ann, numbered('visitor', 0, 4), numbered('agent', 0, 4), 40_000);
      expect(line.upgraded, 'no socket came through').toBe(upgraded);
      expect(line.count('/api/call/poll')).toBeGreaterThan(polls);
      await expect(visitor.notice).toBeHidden();
      // Polls carry everything: dots and marks, too.
      await visitor.says('visitor 4');
      await ann.transcript.has('visitor 4');
      await visitor.transcript.isState('visitor 4', 'Read');
      return;
    }
    await visitor.transcript.isState('visitor 1', 'Sending');
    await expect(ann.page.getByText('Not up to date. Connecting…')).toBeVisible({ timeout: 15_000 });
    await expect(visitor.notice).toContainText('Not up to date', { timeout: 15_000 });
    line.heal();
    await agree(visitor, ann, numbered('visitor', 0, 4), numbered('agent', 0, 4), 40_000);
    expect(line.upgraded, 'new sockets have resumed').toBeGreaterThanOrEqual(upgraded + 2);
    await expect(visitor.notice).toBeHidden();
    await visitor.says('visitor 4');
    await ann.says('agent 4');
    await agree(visitor, ann, numbered('visitor', 0, 5), numbered('agent', 0, 5), 10_000);
  });
}

test('a black hole that nobody writes into is noticed by its silence', async ({ people, line, guard }) => {
  test.setTimeout(90_000);
  guard.expect(...LINE_LOST);
  const { visitor, ann } = await talking(people);
  line.blackHole();
  await expect(visitor.notice).toContainText('Not up to date', { timeout: 40_000 });
  line.heal();
  await visitor.says('are you there?');
  await ann.transcript.has('are you there?', 30_000);
});

test('the server is killed in the middle and started again', async ({ people, line, server, guard }) => {
  test.setTimeout(120_000);
  guard.expect(...LINE_LOST);
  const { visitor, ann } = await talking(people);
  const { upgraded } = line;
  await visitor.says('visitor 1');
  await ann.says('agent 1');
  await server.kill9();
  for (const n of [2, 3]) {
    await visitor.says(`visitor ${n}`);
    await ann.says(`agent ${n}`);
  }
  await visitor.transcript.isState('visitor 3', 'Sending');
  await server.start();
  await agree(visitor, ann, numbered('visitor', 0, 4), numbered('agent', 0, 4), 40_000);
  // Until then, messages may have come by requests.
  await expect.poll(() => line.upgraded, { timeout: 30_000 }).toBeGreaterThanOrEqual(upgraded + 2);
  // Still the same people in the same conversation.
  await expect(ann.conversation).toHaveCount(1);
  await expect(ann.rows).toHaveCount(1);
  await ann.says('agent 4');
  await visitor.transcript.isState('visitor 3', 'Read');
  await agree(visitor, ann, numbered('visitor', 0, 4), numbered('agent', 0, 5), 10_000);
});

test('a server that ends in order is waited for', async ({ people, server, guard }) => {
  test.setTimeout(90_000);
  guard.expect(...LINE_LOST);
  const { visitor, ann } = await talking(people);
  await server.stop();
  await visitor.says('visitor 1');
  await server.start();
  await agree(visitor, ann, numbered('visitor', 0, 2), ['agent 0'], 30_000);
});

test('the very first message is written into a dead line: one conversation, one message', async ({ people, server, line, guard }) => {
  test.setTimeout(90_000);
  guard.expect(...LINE_LOST);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.isConnected();
  line.blackHole();
  await visitor.says('Hello');
  await visitor.says('Anybody?');
  await visitor.transcript.isState('Anybody?', 'Sending');
  line.heal();
  await visitor.transcript.isSent('Anybody?', 40_000);
  await visitor.transcript.isExactly(['Hello', 'Anybody?']);
  await expect(ann.row('Anybody?')).toHaveCount(1, { timeout: 40_000 });
  await expect(ann.rows).toHaveCount(1);
  void server;
});
