// What browsers do to a frame's storage, so that the other stories are told in real conditions.
import { expect, test } from '../fixtures';

test('the frame has a storage of its own in each host site', async ({ people, server }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  expect(await visitor.kept(), 'nothing before the first message').toBeNull();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
  expect(await visitor.kept()).toContain('"token"');

  // The chat's own origin, visited by itself, is another partition.
  const direct = await visitor.page.context().newPage();
  await direct.goto(`${server.url}/robots.txt`);
  expect(await direct.evaluate(() => Object.keys(localStorage))).toEqual([]);
});

test('the frame is refused all storage @storageless-only', async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens();
  expect(await visitor.kept()).toBeUndefined();
  await visitor.says('Hello');
  await visitor.transcript.isSent('Hello');
});
