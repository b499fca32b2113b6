// Who a visitor is, by the word of the host page: at the start, in the middle, and when somebody
// else signs in.
import { expect, test } from '../fixtures';
import { believe, token } from '../fixtures/token';
import type { Visitor } from '../pages/visitor';

const fire = (visitor: Visitor, name: string, detail: unknown = null) =>
  visitor.page.evaluate(([name, detail]) => dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`, { detail })), [name, detail] as const);

/** What the host page hears after it has asked. */
const upgraded = (visitor: Visitor, detail: unknown) =>
  visitor.page.evaluate(
    (detail) =>
      new Promise((heard) => {
        addEventListener('haloChat_outboundEvent_upgradeAnonChat', (event) => heard((event as CustomEvent).detail), { once: true });
        dispatchEvent(new CustomEvent('haloChat_inboundEvent_upgradeAnonChat', { detail }));
      }),
    detail,
  );

const VERA = { sub: '4711', firstname: 'Vera', lastname: 'Lee', email: 'vera@shop.example' };

test('the website says who is there, and the agent sees who', async ({ people, server }) => {
  await believe(server);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await fire(visitor, 'openChatWindow', { id_token: token(VERA) });
  await visitor.isReady();
  await visitor.says('Where is my parcel?');
  await expect(ann.row('Where is my parcel?')).toContainText('Vera Lee');
  await ann.joins('Where is my parcel?');
  await expect(ann.page.getByRole('heading', { name: 'Vera Lee' })).toBeVisible();
  await ann.page.getByRole('button', { name: 'Who is this?' }).click();
  const card = ann.page.getByRole('complementary', { name: 'Who is this?' });
  await expect(card).toContainText('Proved by the website');
  await expect(card).toContainText('vera@shop.example');
  await expect(card).toContainText('Said by the browser');
  await ann.says('Let me look, Vera');
  await visitor.transcript.has('Let me look, Vera');

  // A conversation goes on: another token changes nothing in it.
  await fire(visitor, 'openChatWindow', { id_token: token({ sub: '4712', firstname: 'Wilma' }) });
  await visitor.says('Thank you');
  await ann.transcript.has('Thank you');
  await expect(ann.page.getByRole('heading', { name: 'Vera Lee' })).toBeVisible();
});

test('a token that is not believed stops nobody', async ({ people, server }) => {
  await believe(server);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await fire(visitor, 'openChatWindow', { id_token: token(VERA, 'somebody else made this secret') });
  await visitor.isReady();
  await visitor.says('Hello');
  await ann.joins('Hello');
  await ann.transcript.has('The conversation begins here. The website\'s word on who this is was not believed (bad_signature).');
  await expect(ann.page.getByText('Vera')).toHaveCount(0);
});

test('an anonymous chat becomes somebody’s, and the page hears of it', async ({ people, server }) => {
  await believe(server);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  expect(await upgraded(visitor, { id_token: token(VERA) })).toEqual({ success: false, error: 'no_conversation' });
  // Nobody had written yet, so it was not for nothing: who writes now is known.
  await visitor.says('Hello');
  await expect(ann.row('Hello')).toContainText('Vera Lee');

  const other = await people.visitor();
  await other.opens();
  await other.says('Good evening');
  await ann.joins('Good evening');
  await ann.says('How can I help?');
  await other.transcript.has('How can I help?');
  expect(await upgraded(other, null)).toEqual({ success: false, error: 'malformed' });
  expect(await upgraded(other, { id_token: token(VERA, 'not the secret of this shop at all') })).toEqual({ success: false, error: 'bad_signature' });
  expect(await upgraded(other, { id_token: token({ ...VERA, exp: 1 }) })).toEqual({ success: false, error: 'expired' });
  expect(await upgraded(other, { id_token: token(VERA) })).toEqual({ success: true });
  await other.transcript.has('Signed in on the website as Vera Lee');
  await other.transcript.has('How can I help?');
  await expect(ann.page.getByRole('heading', { name: 'Vera Lee' })).toBeVisible();
  expect(await upgraded(other, { id_token: token({ sub: '1' }) })).toEqual({ success: false, error: 'already_identified' });
  await other.says('Still here');
  await ann.transcript.has('Still here');
});

test('whoever signs in next does not see what the one before said', async ({ people, server }) => {
  await believe(server);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await fire(visitor, 'openChatWindow', { id_token: token(VERA) });
  await visitor.isReady();
  await visitor.says('Something private');
  await visitor.transcript.isSent('Something private');
  await visitor.page.reload();
  await visitor.transcript.has('Something private');

  // The same person with a new token, as pages send it at every load.
  await fire(visitor, 'loginChanged', { id_token: token(VERA) });
  await visitor.transcript.has('Something private');
  await fire(visitor, 'loginChanged', { id_token: token({ sub: '4712', firstname: 'Wilma' }) });
  await visitor.transcript.isExactly([]);
  await visitor.says('I am somebody else');
  await expect(ann.row('I am somebody else')).toContainText('Wilma');
  await fire(visitor, 'loginChanged');
  await visitor.transcript.isExactly([]);
  expect(await visitor.kept()).toBeNull();

  // An anonymous chat is nobody's, so signing in does not end it.
  await visitor.says('Before I signed in');
  await visitor.transcript.isSent('Before I signed in');
  await fire(visitor, 'loginChanged', { id_token: token(VERA) });
  await visitor.transcript.has('Before I signed in');
  await expect(ann.rows).toHaveCount(3);
});

test('after the end, the next person begins anew', async ({ people, server }) => {
  await believe(server);
  const visitor = await people.visitor();
  await fire(visitor, 'openChatWindow', { id_token: token(VERA) });
  await visitor.isReady();
  await visitor.says('Mine');
  await visitor.transcript.isSent('Mine');
  await visitor.ends();
  await expect(visitor.window.getByText('This chat has ended.')).toBeVisible();
  await fire(visitor, 'closeChatWindow');
  await fire(visitor, 'openChatWindow', { id_token: token({ sub: '4712' }), retainPreviousChat: true });
  await visitor.transcript.has('Mine');
  await fire(visitor, 'openChatWindow', { id_token: token({ sub: '4712' }) });
  await visitor.transcript.isExactly([]);
});
