// After the end: how it was, a copy, and starting anew.
import { expect, test } from '../../fixtures';

test('the visitor says how it was and asks for a copy, once', async ({ people }) => {
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await visitor.says('Where is my lamp?');
  await ann.joins('Where is my lamp?');
  await ann.says('On its way');
  await visitor.transcript.has('On its way');
  await visitor.ends();
  const faces = visitor.window.getByRole('group', { name: 'How was this chat?' });
  await expect(faces).toBeVisible();
  await faces.getByRole('button', { name: 'Okay' }).click();
  await faces.getByRole('button', { name: 'Satisfied', exact: true }).click();
  await expect(faces.getByRole('button', { name: 'Satisfied', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(faces.getByRole('button', { name: 'Okay' })).toHaveAttribute('aria-pressed', 'false');
  await visitor.window.getByRole('textbox', { name: 'What could we do better?' }).fill('A <b>faster</b> lamp');
  await visitor.window.getByRole('button', { name: 'Send rating' }).click();
  await visitor.transcript.has('You rated this chat: Satisfied');
  await expect(faces).toBeHidden();
  await expect(visitor.window.getByRole('button', { name: 'Start a new chat' }).first()).toBeFocused();
  await ann.transcript.has('The visitor rated this chat: Satisfied. “A <b>faster</b> lamp”');

  // The browser itself says what is wrong with an address.
  const address = visitor.window.getByRole('textbox', { name: 'Your e-mail address' });
  await address.fill('vera');
  await address.press('Enter');
  await expect(address).toBeFocused();
  await address.fill('Vera@Shop.example');
  await address.press('Enter');
  await visitor.transcript.has('A copy will be sent to vera@shop.example');
  await expect(address).toBeHidden();
  await ann.transcript.has('A copy will be sent to vera@shop.example');

  // Answered is answered, here and in every window.
  await visitor.page.reload();
  await visitor.bubble.click();
  await visitor.transcript.has('You rated this chat: Satisfied');
  await expect(visitor.window.getByText('This chat has ended.')).toBeVisible();
  await expect(faces).toBeHidden();
  await expect(address).toBeHidden();

  // Another conversation is asked about anew.
  await visitor.window.getByRole('button', { name: 'Start a new chat' }).first().click();
  await visitor.says('One more thing');
  await visitor.transcript.isSent('One more thing');
  await visitor.ends();
  await expect(faces).toBeVisible();
  await expect(address).toBeVisible();
});
