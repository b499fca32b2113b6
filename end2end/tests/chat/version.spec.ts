// A server that speaks another version than the pages that are open.
import { expect, LINE_LOST, test } from '../../fixtures';

test('open pages of an older version say so, keep what was written, and do not run in circles', async ({ people, server, line, guard }) => {
  test.setTimeout(90_000);
  guard.expect(...LINE_LOST, /status of 426/);
  const [ann, visitor] = [await people.agent('Ann'), await people.visitor()];
  await visitor.opens();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await ann.types('an agent who writes');
  await visitor.types('a visitor who writes');
  const loads = { agent: 0, visitor: 0 };
  ann.page.on('load', () => (loads.agent += 1));
  visitor.page.on('framenavigated', (frame) => frame.url().includes('/chat/frame') && (loads.visitor += 1));

  await server.kill9();
  await server.start({ AUREOLE_TEST_PROTOCOL_VERSION: '4711' });
  await expect(ann.page.getByText('Reload to go on; your drafts are kept.')).toBeVisible({ timeout: 20_000 });
  await expect(visitor.notice).toContainText('The chat has been renewed.', { timeout: 20_000 });
  await expect(ann.composer).toHaveValue('an agent who writes');
  await expect(visitor.composer).toHaveValue('a visitor who writes');

  // Reloading by hand finds the same pages, as nothing newer was built; nothing spins.
  await ann.page.getByRole('button', { name: 'Reload' }).click();
  await expect(ann.page.getByText('Reload to go on; your drafts are kept.')).toBeVisible({ timeout: 20_000 });
  const asked = line.asked.length;
  // The absence is the claim, so time is what has to pass.
  await ann.page.waitForTimeout(3_000);
  expect(line.asked.length - asked).toBeLessThan(8);
  expect(loads.agent, 'one by hand, at most one by itself').toBeLessThanOrEqual(2);
  expect(loads.visitor, 'at most one by itself').toBeLessThanOrEqual(1);

  // The new version comes along.
  await server.kill9();
  await server.start();
  await ann.page.getByRole('button', { name: 'Reload' }).click();
  await expect(ann.composer).toHaveValue('an agent who writes');
  await visitor.window.getByRole('button', { name: 'Reload' }).click();
  await expect(visitor.composer).toHaveValue('a visitor who writes');
  await ann.composer.press('Enter');
  await visitor.transcript.has('an agent who writes');
});
