// Pictures of every page and of every state of the window, for people to look at. Asserts nothing.
// SCREENS=/some/folder npx playwright test
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, LINE_LOST, test } from './fixtures';
import { believe, token } from './fixtures/token';

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
        // The others are answered as well, or their ring would lie on what is pressed below.
        for (const text of texts.slice(1)) await ada.joins(text);
        const conversation = ada.page.url();
        await ada.page.goto(conversation);
        await ada.opens('/app');
        await shoot(ada.page, 'inbox');
        for (const page of ['agents', 'teams', 'profile', 'words', 'fields', 'api-clients', 'identity']) {
          await ada.opens(`/app/admin/${page}`);
          await shoot(ada.page, page);
        }
        await ada.opens('/app/admin/profile');
        await ada.page.getByText('Options of this website').click();
        await ada.page.getByRole('button', { name: 'Try it here' }).click();
        const bubble = ada.page.frameLocator('iframe').getByRole('button', { name: /chat/ });
        await bubble.click();
        await ada.page.getByText('Options of this website').scrollIntoViewIfNeeded();
        await shoot(ada.page, 'options');
        await ada.page.locator('iframe').scrollIntoViewIfNeeded();
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

      test('files', async ({ people, server, guard }) => {
        guard.expect(/./);
        const { profile } = await server.asAdmin<{ profile: Record<string, unknown> }>('read_profile');
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
