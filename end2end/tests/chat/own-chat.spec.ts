// Chats that agents begin themselves, at a chat profile that is for them: asked beside whatever
// they do, and answered by colleagues.
import { expect, LINE_LOST, test } from '../../fixtures';
import type { Agent } from '../../pages/agent';
import { Transcript } from '../../pages/transcript';

const main = (agent: Agent) => agent.page.getByRole('navigation', { name: 'Main' });
const ask = (agent: Agent) => main(agent).getByRole('button', { name: /^(Start a chat of your own|Your chat)|unread$/ });
const panel = (agent: Agent) => agent.page.getByRole('complementary', { name: /^Your chat/ });
const window = (agent: Agent) => panel(agent).locator('[data-chosen] iframe').contentFrame();
const composer = (agent: Agent) => window(agent).getByRole('textbox', { name: 'Message' });
const transcript = (agent: Agent) => new Transcript(window(agent).getByRole('log', { name: 'Conversation' }));

async function asks(agent: Agent, text: string): Promise<void> {
  await composer(agent).fill(text);
  await composer(agent).press('Enter');
  await transcript(agent).isSent(text);
}

test('an admin opens a chat to agents, one asks and another answers', async ({ people, guard }) => {
  guard.expect(/status of 401/, /WebSocket connection to .* failed/);
  const ann = await people.agent('Ann');
  const bob = await people.agent('Bob');
  const ada = await people.admin('/app/admin/profiles');
  await expect(ask(ann)).toHaveCount(0);
  await ada.page.getByRole('button', { name: 'New chat profile' }).click();
  await ada.dialog.getByLabel('Name').fill('Product desk');
  await ada.dialog.getByRole('button', { name: 'Create chat profile' }).click();
  await ada.page.getByLabel('Who may start a chat').selectOption('Only agents, from their own area');
  await ada.saves();
  await ada.turnsTo('Embed');
  await expect(ada.page.getByText('there is nothing to paste')).toBeVisible();
  await expect(ada.page.getByRole('button', { name: 'Copy the snippet' })).toHaveCount(0);

  // Pages that were open all along have it at once.
  await ask(ann).click();
  await expect(composer(ann)).toBeFocused();
  await asks(ann, 'Where is the manual of the Heron?');
  await expect(bob.ring).toBeVisible();
  await expect(ann.ring).toHaveCount(0);
  await expect(ann.row('Where is the manual')).toHaveCount(0);
  await expect(bob.row('Where is the manual')).toContainText('Ann');
  await expect(bob.row('Where is the manual')).toContainText('An agent’s own question');
  await bob.joins('Where is the manual');
  await bob.conversation.getByRole('button', { name: 'Who is this?' }).click();
  await expect(bob.page.getByRole('complementary', { name: 'Who is this?' })).toContainText('Signed in as an agent');
  await expect(bob.page.getByRole('complementary', { name: 'Who is this?' })).toContainText('ann@example.com');

  // Out of sight, it goes on; and says so where it was opened.
  await composer(ann).press('Escape');
  await expect(panel(ann)).toBeHidden();
  await expect(ask(ann)).toBeFocused();
  await bob.says('On the second shelf.');
  await expect(ask(ann)).toHaveAccessibleName('Product desk, 1 unread');
  await ann.reloads();
  await expect(ask(ann)).toHaveAccessibleName('Product desk, 1 unread');
  await ask(ann).press('Enter');
  await expect(composer(ann)).toBeFocused();
  await transcript(ann).isExactly(['Where is the manual of the Heron?', 'On the second shelf.']);
  await expect(ask(ann)).toHaveAccessibleName('Your chat: Product desk');
  await ada.page.getByRole('link', { name: 'Chat profiles' }).first().click();
  await expect(ada.page.getByRole('row').filter({ hasText: 'Product desk' })).toContainText('For agents');

  // A session that ends takes the window's line along, and the next one brings it back in its place.
  const other = await ann.anotherTab('/app');
  await other.choosesOfMine('Sign out');
  await expect(other.page).toHaveURL(/sign-in/);
  await other.page.close();
  await expect(ann.dialog).toContainText('Please sign in again');
  await ann.signsIn(ann.person, ann.dialog);
  await expect(ann.dialog).toBeHidden();
  await asks(ann, 'Found it, thank you');
  await bob.transcript.has('Found it, thank you');
});

test('who comes after at the same browser finds nothing of it', async ({ people, server, guard }) => {
  await server.desk('Product desk');
  const ann = await people.agent('Ann');
  const bea = await people.employ('Bea');
  await ask(ann).click();
  await asks(ann, 'Between us');
  await composer(ann).fill('What I had not sent yet');
  guard.expect(...LINE_LOST);
  await ann.choosesOfMine('Sign out');
  await ann.signsIn(bea);
  await expect(main(ann)).toBeVisible();
  await ask(ann).click();
  await expect(composer(ann)).toBeFocused();
  await expect(composer(ann)).toHaveValue('');
  await transcript(ann).isExactly([]);

  // In a browser of her own, Ann is where she was.
  const again = await people.signedIn(ann.person.name, ann.person.email, ann.person.password);
  await ask(again).click();
  await transcript(again).isExactly(['Between us']);
});

test('of several desks one is chosen, on a phone as well', async ({ people, server }) => {
  await server.desk('Product desk');
  await server.desk('Personnel');
  const ann = await people.agent('Ann');
  const bob = await people.agent('Bob');
  await ann.page.setViewportSize({ width: 390, height: 844 });
  await ask(ann).press('Enter');
  await expect(ann.page.getByRole('menuitem', { name: 'Personnel' })).toBeFocused();
  await ann.page.keyboard.press('ArrowDown');
  await expect(ann.page.getByRole('menuitem', { name: 'Product desk' })).toBeFocused();
  await ann.page.keyboard.press('ArrowUp');
  await ann.page.keyboard.press('Enter');
  await expect(window(ann).getByText('Personnel', { exact: true })).toBeVisible();
  await expect(composer(ann)).toBeFocused();
  await asks(ann, 'How many days are left?');
  await window(ann).getByRole('button', { name: 'Close the chat window' }).click();
  await expect(panel(ann)).toBeHidden();
  await ask(ann).click();
  await expect(ann.page.getByRole('menuitem', { name: 'Personnel' })).toContainText('goes on');

  // What goes on at one desk is heard of while another one is looked at.
  await ann.page.getByRole('menuitem', { name: 'Product desk' }).click();
  await expect(window(ann).getByText('Product desk', { exact: true })).toBeVisible();
  await expect(composer(ann)).toBeFocused();
  await bob.joins('How many days are left?');
  await bob.says('Twelve and a half.');
  await window(ann).getByRole('button', { name: 'Close the chat window' }).click();
  await expect(ask(ann)).toHaveAccessibleName('Personnel, 1 unread');
  await ask(ann).click();
  await ann.page.getByRole('menuitem', { name: 'Personnel' }).filter({ hasText: '1 unread' }).click();
  await transcript(ann).isExactly(['How many days are left?', 'Twelve and a half.']);
  await expect(composer(ann)).toBeFocused();
  await expect(ask(ann)).toHaveAccessibleName('Your chat: Personnel');

  // Both are there after a reload, the one that was open in its place.
  await asks(ann, 'Thank you');
  await ann.reloads();
  await transcript(ann).has('Thank you');
});
