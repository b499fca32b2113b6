// Pictures of every page and of every state of the window, for people to look at. Asserts nothing.
// SCREENS=/some/folder npx playwright test
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, LINE_LOST, test } from './fixtures';
import { bot, EVERYTHING } from './fixtures/bot';
import { believe, token } from './fixtures/token';
import { Flows } from './pages/flows';

const folder = process.env.SCREENS ?? 'screens';
const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };

for (const scheme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test.describe(`${scheme}-${size}`, () => {
      test.use({ colorScheme: scheme, viewport });
      test.setTimeout(180_000);

      const shoot = async (page: Page, name: string) => {
        await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => 0))));
        await page.screenshot({ path: path.join(folder, `${name}-${scheme}-${size}.png`) });
      };

      test('agents', async ({ people, server, guard }) => {
        guard.expect(/./);
        const somebody = await people.somebody();
        await somebody.page.goto(`${server.url}/app/sign-in?failed=wrong_password`);
        await shoot(somebody.page, 'sign-in');
        const ada = await people.admin();
        await shoot(ada.page, 'first-steps');
        await people.employ('Bea');
        await people.employ('Cyril', { role: 'admin' });
        const texts = ['Is the Heron teapot still there? I would need it by Friday.', 'Can I pick up my order in the ferry house?', 'Hello'];
        const visitors = [];
        for (const text of texts) {
          const visitor = await people.visitor({}, { viewport: SIZES.desk });
          await visitor.opens();
          await visitor.says(text);
          await visitor.transcript.isSent(text);
          visitors.push(visitor);
        }
        await expect(ada.rows).toHaveCount(3);
        await shoot(ada.page, 'ringing');
        await ada.joins(texts[0]!);
        await ada.says('It is! One is left on the shelf: https://example.com/heron');
        await visitors[0]!.says('Wonderful 🎉');
        await visitors[0]!.says('Does it come with a warmer?\nMy old one broke.');
        await ada.transcript.has('Wonderful 🎉');
        await ada.composer.fill('It does not, but');
        await visitors[0]!.types('an');
        await expect(ada.transcript.dots).toBeVisible();
        await shoot(ada.page, 'conversation');
        await ada.conversation.getByRole('button', { name: 'Note' }).click();
        await ada.says('Regular customer, be kind');
        await shoot(ada.page, 'note');
        const { profile } = await server.profile<{ profile: Record<string, unknown> }>();
        await server.asAdmin('save_profile', { profile: { ...profile, may_agents_choose_files: true } });
        await ada.conversation.getByRole('button', { name: 'More' }).click();
        await expect(ada.page.getByRole('menuitem', { name: 'Take no files from the visitor' })).toBeVisible();
        await shoot(ada.page, 'agent-menu');
        await ada.page.keyboard.press('Escape');
        // The others are answered as well, or their ring would lie on what is pressed below.
        for (const text of texts.slice(1)) {
          // On a phone the list is where the conversation is not.
          await ada.opens('/app');
          await ada.joins(text);
        }
        const conversation = ada.page.url();
        await ada.page.goto(conversation);
        await ada.opens('/app');
        await shoot(ada.page, 'inbox');
        await ada.choosesOfMine('Your teams');
        await shoot(ada.page, 'own-teams');
        await ada.page.keyboard.press('Escape');
        await server.desk('Product desk');
        const own = ada.page.frameLocator('.own-chat iframe').getByRole('textbox', { name: 'Message' });
        await ada.page.getByRole('button', { name: 'Start a chat of your own' }).click();
        await own.fill('Where is the manual of the Heron?');
        await own.press('Enter');
        await own.pressSequentially('And');
        await shoot(ada.page, 'own-chat');
        await own.press('Escape');
        for (const page of ['agents', 'teams', 'profile', 'words', 'fields', 'api-clients', 'identity']) {
          await ada.opens(`/app/admin/${page}`);
          await shoot(ada.page, page);
        }
        await ada.opens('/app/admin/profiles');
        await shoot(ada.page, 'profiles');
        await ada.page.getByRole('button', { name: 'New chat profile' }).click();
        await shoot(ada.page, 'profiles-new');
        await ada.opens('/app/admin/profile');
        await ada.turnsTo('Appearance');
        await shoot(ada.page, 'appearance');
        await ada.turnsTo('Availability');
        await ada.page.getByRole('switch', { name: 'Open at certain hours only' }).click();
        await ada.page.getByRole('button', { name: 'Add a time: Friday' }).click();
        await ada.page.getByRole('group', { name: 'Friday', exact: true }).getByLabel('To').last().fill('02:00');
        await ada.page.getByRole('button', { name: 'Add an exception' }).click();
        await shoot(ada.page, 'hours');
        await ada.page.getByRole('button', { name: 'Add a message' }).scrollIntoViewIfNeeded();
        await shoot(ada.page, 'wait-messages-none');
        for (const text of ['We are with you in about {$-WAITTIME} minutes.'.replaceAll(/[{}]/g, ''), 'Thank you for your patience: you are not forgotten.']) {
          await ada.page.getByRole('button', { name: 'Add a message' }).click();
          await ada.page.getByRole('group', { name: 'Messages' }).getByRole('textbox').last().fill(text);
        }
        await ada.page.getByLabel('Minutes between them').fill('90');
        await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
        await ada.page.getByRole('switch', { name: 'Begin again after the last one' }).scrollIntoViewIfNeeded();
        await shoot(ada.page, 'wait-messages');
        await ada.turnsTo('Rules');
        await shoot(ada.page, 'rules-empty');
        await ada.page.getByRole('button', { name: 'Add a rule' }).click();
        await ada.page.getByRole('textbox', { name: 'On these pages' }).fill('/pricing*');
        await ada.page.getByLabel('The bubble').selectOption('Opens the window by itself');
        await ada.page.getByRole('button', { name: 'Add a rule' }).click();
        await ada.page.getByLabel('Address of the page').fill('/pricing/lamps');
        await shoot(ada.page, 'rules');
        await ada.turnsTo('Bot');
        await ada.page.getByLabel('Flow').selectOption('Welcome Bot');
        await shoot(ada.page, 'bot');
        await ada.turnsTo('Embed');
        await shoot(ada.page, 'embed');
        await ada.page.getByText('Options of this website').click();
        await ada.page.getByRole('button', { name: 'Try it here' }).click();
        const bubble = ada.page.frameLocator('.generator__frame').getByRole('button', { name: /chat/ });
        await bubble.click();
        await ada.page.getByText('Options of this website').scrollIntoViewIfNeeded();
        await shoot(ada.page, 'options');
        await ada.page.locator('.generator__frame').scrollIntoViewIfNeeded();
        await shoot(ada.page, 'live');
        await ada.opens('/app/admin/words');
        await ada.page.getByRole('button', { name: 'Add a page' }).click();
        await ada.page.getByRole('textbox', { name: 'On these pages' }).fill('/pricing*');
        await ada.page.getByRole('button', { name: 'Save', exact: true }).click();
        await shoot(ada.page, 'words-teasers');
        await ada.page.getByRole('textbox', { name: /widget\.agent_here$/ }).fill('Somebody is here for you');
        await ada.page.getByRole('textbox', { name: /widget\.away$/ }).fill('We are asleep. Write to us');
        await shoot(ada.page, 'words-own');
        await ada.opens('/app/admin/identity');
        await ada.page.getByRole('button', { name: 'Set a secret' }).click();
        await shoot(ada.page, 'secret');
        await ada.dialog.getByRole('button', { name: 'Set a secret' }).click();
        await expect(ada.dialog).toContainText('Copy it now');
        await shoot(ada.page, 'secret-once');
        await believe(server);
        const known = await people.visitor({}, { viewport: SIZES.desk });
        const claims = { sub: '4711', firstname: 'Vera', lastname: 'Lee', email: 'vera@example.com', username: 'vera' };
        await known.page.evaluate((id_token) => dispatchEvent(new CustomEvent('haloChat_inboundEvent_openChatWindow', { detail: { id_token } })), token(claims));
        await known.isReady();
        await known.says('Where is my parcel?');
        await ada.opens('/app');
        await ada.joins('Where is my parcel?');
        await ada.page.getByRole('button', { name: 'Who is this?' }).click();
        await expect(ada.page.getByText('Proved by the website')).toBeVisible();
        await shoot(ada.page, 'who');
        await ada.opens('/app/admin/agents');
        await ada.page.getByRole('button', { name: 'New agent' }).click();
        await ada.dialog.getByRole('button', { name: 'Create agent' }).click();
        await shoot(ada.page, 'new-agent');
        await ada.page.goto(`${server.url}/nothing`);
        await shoot(ada.page, 'not-found');
      });

      test('flows', async ({ people, guard }) => {
        guard.expect(/./);
        const ada = await people.admin();
        const flows = new Flows(ada);
        await ada.opens('/app/admin/flows');
        await shoot(ada.page, 'flows');
        await flows.opens();
        await expect(flows.graph.getByRole('button', { name: /Thanks/ })).toBeVisible();
        await flows.chooses(/What is wanted/);
        await shoot(ada.page, 'flow');
        await ada.page.getByRole('button', { name: 'List', exact: true }).click();
        await flows.steps.getByRole('button', { name: 'Add a step' }).click();
        await ada.page.getByRole('menuitem', { name: 'Condition' }).click();
        await flows.side.getByRole('textbox', { name: 'Case 1' }).fill('open and and');
        await shoot(ada.page, 'flow-list');
        await ada.page.getByRole('button', { name: 'Graph', exact: true }).click();
        await flows.tab('Problems');
        await shoot(ada.page, 'flow-problems');
        await flows.tab('Flow');
        await shoot(ada.page, 'flow-settings');
        await flows.tab('History');
        await flows.side.getByRole('button', { name: 'Compare version 1' }).click();
        await expect(flows.side).toContainText('Added');
        await shoot(ada.page, 'flow-history');
        await ada.page.getByRole('button', { name: 'Publish' }).click();
        await shoot(ada.page, 'flow-publish');
        await flows.dialog.getByRole('button', { name: 'Cancel' }).click();
        await ada.page.getByRole('button', { name: 'Undo' }).click();
        await ada.page.getByRole('button', { name: 'Undo' }).click();
        await ada.page.getByRole('button', { name: 'Publish' }).click();
        const begins = flows.dialog.getByLabel('Who begins with it');
        if (await begins.isVisible()) {
          await begins.selectOption('A part at first');
          await shoot(ada.page, 'flow-publish-part');
        }
        await flows.dialog.getByRole('button', { name: 'Cancel' }).click();
        await ada.page.getByRole('button', { name: 'Test', exact: true }).click();
        await ada.page.getByRole('button', { name: 'I need help with an order' }).click();
        await ada.page.getByRole('textbox', { name: 'Keep this conversation as a test' }).fill('An order');
        await ada.page.keyboard.press('Enter');
        await expect(ada.page.getByText('Reads the same', { exact: true })).toBeVisible();
        await shoot(ada.page, 'flow-test');
      });

      test('visitors', async ({ people, line, guard }) => {
        guard.expect(/./, ...LINE_LOST);
        const visitor = await people.visitor({ theme: scheme });
        await expect(visitor.bubble).toBeVisible();
        await shoot(visitor.page, 'bubble');
        await visitor.opens();
        await expect(visitor.notice).toContainText('Nobody');
        await shoot(visitor.page, 'nobody');
        const ann = await people.agent('Ann Lark');
        await expect(visitor.notice).toBeHidden();
        await shoot(visitor.page, 'greeting');
        await visitor.says('Is the Heron teapot still there? I would need it by Friday.');
        await visitor.transcript.isState('Is the Heron teapot still there? I would need it by Friday.', 'Delivered');
        await shoot(visitor.page, 'waiting');
        await ann.joins('Is the Heron');
        await ann.says('It is! One is left on the shelf: https://example.com/heron');
        await ann.says('Shall I put it aside?');
        await visitor.says('🎉');
        await visitor.says('Yes please');
        await ann.types('Do');
        await expect(visitor.transcript.dots).toBeVisible();
        await shoot(visitor.page, 'talking');
        await visitor.composer.fill('x'.repeat(3_900));
        await shoot(visitor.page, 'long');
        await visitor.composer.fill('');
        await visitor.window.getByRole('button', { name: 'More' }).click();
        await shoot(visitor.page, 'menu');
        await visitor.window.getByRole('menuitem', { name: 'End this chat' }).click();
        await shoot(visitor.page, 'question');
        await visitor.window.getByRole('button', { name: 'Keep it' }).click();
        line.reset();
        await visitor.says('Into the void');
        await expect(visitor.notice).toContainText('Not up to date', { timeout: 15_000 });
        await shoot(visitor.page, 'late');
        await ann.page.getByText('Not up to date. Connecting…').waitFor();
        await shoot(ann.page, 'agent-late');
        line.heal();
        await visitor.transcript.isState('Into the void', 'Read', 20_000);
        await visitor.ends();
        await visitor.transcript.has('You ended this conversation');
        await visitor.window.getByRole('button', { name: 'Satisfied', exact: true }).click();
        await shoot(visitor.page, 'ended');
      });

      test('bots', async ({ people, server, guard }) => {
        guard.expect(/./);
        const alone = await people.visitor({ theme: scheme });
        await alone.opens();
        await alone.says('Is the Heron teapot still there?');
        await alone.transcript.isSent('Is the Heron teapot still there?');
        await shoot(alone.page, 'reach');
        await bot(server);
        const ann = await people.agent('Ann Lark');
        const visitor = await people.visitor({ theme: scheme });
        await visitor.opens();
        await expect(visitor.window.getByRole('button', { name: 'Something else' })).toBeVisible();
        await shoot(visitor.page, 'bot-opening');
        await visitor.window.getByRole('button', { name: 'Something else' }).click();
        await expect(visitor.window.getByText('Which e-mail address may we answer to?')).toBeVisible();
        await visitor.says('tomorrow');
        await visitor.says('vera@example.com');
        await expect(visitor.window.getByRole('button', { name: 'Start over' })).toBeVisible();
        await shoot(visitor.page, 'bot-done');
        await ann.row('vera@example.com').or(ann.row('Thank')).first().click();
        await expect(ann.page.getByText('Welcome Bot, a bot, answers.', { exact: false })).toBeVisible();
        await shoot(ann.page, 'agent-bot');
        await bot(server, EVERYTHING);
        const other = await people.visitor({ theme: scheme });
        await other.opens();
        await other.window.getByRole('checkbox', { name: 'Blue' }).check();
        await shoot(other.page, 'bot-several');
        await other.window.getByRole('button', { name: 'Choose', exact: true }).click();
        await expect(other.window.getByText('When?')).toBeVisible();
        await other.page.waitForTimeout(1_500);
        await shoot(other.page, 'bot-date');
        await other.says('2027-01-02');
        await other.window.getByRole('button', { name: 'Yes, please' }).click();
        await expect(other.window.getByRole('link', { name: /Our prices/ })).toBeVisible();
        await other.page.waitForTimeout(1_500);
        await shoot(other.page, 'bot-rich');
      });

      test('files', async ({ people, server, guard }) => {
        guard.expect(/./);
        const { profile } = await server.profile<{ profile: Record<string, unknown> }>();
        const wording = { language: null, notification: 'Questions about a pot? We answer within minutes, from ten to five.', teasers: [], texts: [] };
        await server.asAdmin('save_profile', { profile: { ...profile, wording } });
        const visitor = await people.visitor({ theme: scheme });
        await expect(visitor.page.locator('#halo-chat button.teaser')).toBeVisible();
        // It arrives after the bubble.
        await visitor.page.waitForTimeout(1_200);
        await shoot(visitor.page, 'teaser');
        const ann = await people.agent('Ann Lark');
        await visitor.opens();
        await visitor.says('The handle broke off');
        await visitor.transcript.isSent('The handle broke off');
        await ann.joins('The handle');
        const picture = await visitor.page.screenshot({ clip: { x: 0, y: 0, width: 390, height: 260 } });
        await visitor.window.locator('input[type=file]').setInputFiles([
          { name: 'handle.png', mimeType: 'image/png', buffer: picture },
          { name: 'invoice 2026-11.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(123_456, 'x') },
          { name: 'nothing at all.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
        ]);
        await expect(ann.transcript.log.getByRole('button', { name: 'Download invoice 2026-11.pdf' })).toBeVisible();
        await ann.conversation.locator('input[type=file]').setInputFiles({ name: 'a very long name of a file that nobody would choose by hand but programs do.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
        await expect(visitor.transcript.log.getByRole('button', { name: /Download a very long/ })).toBeVisible();
        await visitor.page.waitForTimeout(500);
        await shoot(visitor.page, 'files');
        await shoot(ann.page, 'agent-files');
        await visitor.window.getByRole('button', { name: 'Insert an emoji' }).click();
        await shoot(visitor.page, 'emoji');
        await visitor.page.keyboard.press('Escape');
        await ann.transcript.log.getByRole('img').click();
        await shoot(ann.page, 'viewer');
        const arab = await people.visitor({ theme: scheme }, { locale: 'ar-EG' });
        await expect(arab.page.locator('#halo-chat button.teaser')).toBeVisible();
        await arab.page.locator('#halo-chat button.teaser').click();
        await expect(arab.window.getByRole('textbox')).toBeFocused();
        await arab.window.getByRole('textbox').fill('مرحبا، هل إبريق الشاي متوفر؟');
        await arab.page.keyboard.press('Enter');
        await arab.page.waitForTimeout(2_500);
        await shoot(arab.page, 'arabic');
      });
    });
  }
}
