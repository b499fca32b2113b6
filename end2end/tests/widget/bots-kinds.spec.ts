// Each kind of thing that a bot shows, and each kind of answer that it takes: met by a visitor, and
// read by an agent.
import type { Locator } from '@playwright/test';
import { expect, test } from '../../fixtures';
import { bot, en, type Step } from '../../fixtures/bot';
import { FILM, PICTURE, SOUND } from '../../fixtures/media';
import type { Visitor } from '../../pages/visitor';

const answer = (visitor: Visitor, name: string): Locator => visitor.window.getByRole('button', { name, exact: true });
const said = (visitor: Visitor, text: string): Locator => visitor.window.getByText(text, { exact: true });

const POTTERY = 'https://pottery.example';
const rich = (kind: string, url: string, title: string) => ({ kind, url, title: en(title) });

const SHOWROOM: Step[] = [
  { id: 1, does: { question: { text: en('What would you like to see?'), answers: [{ id: 1, text: en('Everything'), next: 2 }] } } },
  {
    id: 2,
    does: {
      message: {
        text: {},
        rich: [
          rich('image', `${POTTERY}/vase.svg`, 'The blue vase'),
          rich('image', '/favicon.svg', 'The sign of the shop'),
          rich('image', `${POTTERY}/sold.svg`, 'The vase that is sold'),
          rich('video', `${POTTERY}/wheel.webm`, 'How it is thrown'),
          rich('audio', `${POTTERY}/ring.wav`, 'How it rings'),
          rich('video', `${POTTERY}/lost.webm`, 'The film that is lost'),
          rich('file', `${POTTERY}/care.pdf`, 'How to care for it (PDF)'),
          rich('link', '/teapot', 'The Heron teapot'),
          { ...rich('article', `${POTTERY}/glaze`, 'What a glaze is'), text: en('Glass that is thinner than paper.\n<b>And</b> what it is made of.') },
        ],
        next: 3,
      },
    },
  },
  { id: 3, does: { end: { text: en('That is all.') } } },
];

test('pictures, films, sounds and files of a bot are shown with their titles, and lead out safely', async ({ people, server, guard }) => {
  // What is not there any more is one of the things to be shown.
  guard.expect(/status of 404 .*pottery\.example\/(sold\.svg|lost\.webm)/);
  await bot(server, SHOWROOM);
  const ann = await people.agent('Ann');
  const visitor = await people.stranger();
  const { page, window } = visitor;
  const things: Record<string, [string, string | Buffer]> = {
    '/vase.svg': ['image/svg+xml', PICTURE],
    '/wheel.webm': ['video/webm', FILM],
    '/ring.wav': ['audio/wav', SOUND],
    '/care.pdf': ['text/plain', 'Wash it by hand.'],
  };
  await page.context().route(`${POTTERY}/**`, (route) => {
    const [contentType, body] = things[new URL(route.request().url()).pathname] ?? [];
    return body ? route.fulfill({ contentType, body }) : route.fulfill({ status: 404 });
  });
  await visitor.visits();
  await visitor.opens();
  await answer(visitor, 'Everything').press('Enter');
  await expect(said(visitor, 'That is all.')).toBeVisible();

  const hasPixels = (image: Locator) => expect.poll(() => image.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  for (const name of ['The blue vase', 'The sign of the shop']) {
    const image = window.getByRole('img', { name, exact: true });
    await image.scrollIntoViewIfNeeded();
    await hasPixels(image);
  }
  // Nothing plays by itself; what plays, plays by keyboard.
  for (const name of ['How it is thrown', 'How it rings']) {
    const player = window.getByLabel(name, { exact: true });
    await player.scrollIntoViewIfNeeded();
    await expect(player).toHaveAttribute('controls', '');
    await expect.poll(() => player.evaluate((player: HTMLMediaElement) => player.readyState)).toBeGreaterThan(0);
    expect(await player.evaluate((player: HTMLMediaElement) => player.paused && player.played.length === 0)).toBe(true);
    await player.focus();
    await player.press('Space');
    await expect.poll(() => player.evaluate((player: HTMLMediaElement) => player.played.length)).toBeGreaterThan(0);
  }

  // What cannot be shown is a link to where it should be; and no link tells its page of ours.
  for (const [name, address] of [
    ['The vase that is sold', `${POTTERY}/sold.svg`],
    ['The film that is lost', `${POTTERY}/lost.webm`],
    ['How to care for it (PDF)', `${POTTERY}/care.pdf`],
    ['The Heron teapot', server.shop('/teapot')],
    ['What a glaze is', `${POTTERY}/glaze`],
  ] as const) {
    const link = window.getByRole('link', { name, exact: true });
    await expect(link).toHaveAttribute('href', address);
    await expect(link).toHaveAttribute('target', '_blank');
    await expect(link).toHaveAttribute('rel', 'noopener nofollow');
  }
  // What an article is about is read before one goes there; it is text, whatever stands in it.
  await expect(window.getByText('Glass that is thinner than paper. <b>And</b> what it is made of.', { exact: true })).toBeVisible();
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    window.getByRole('link', { name: 'How to care for it (PDF)' }).press('Enter'),
  ]);
  await expect(opened.getByText('Wash it by hand.')).toBeVisible();
  expect(await opened.evaluate(() => globalThis.opener)).toBeNull();
  await opened.close();
  await expect(said(visitor, 'That is all.')).toBeVisible();

  // Agents read what was shown; nothing of it is loaded beside their work.
  await ann.row('That is all.').click();
  await ann.transcript.has('That is all.');
  for (const name of ['The blue vase', 'How it is thrown', 'How it rings', 'How to care for it (PDF)']) {
    await expect(ann.transcript.log.getByRole('link', { name, exact: true })).toHaveAttribute('rel', 'noopener nofollow');
  }
  await expect(ann.transcript.log.locator('video, audio, img')).toHaveCount(0);
});

const OPINION: Step[] = [
  {
    id: 1,
    does: {
      input: {
        text: en('How did we do?'),
        kind: { rating: { satisfied: en('Well'), okay: en('So so'), dissatisfied: en('Badly') } },
        invalid: en('One of the three, please.'),
        keep: 'mood',
        next: 2,
      },
    },
  },
  {
    id: 2,
    does: { input: { text: en('What would you change?'), kind: 'lines', fill: 'comment', instead: { text: en('Nothing'), next: 3 }, next: 3 } },
  },
  { id: 3, does: { hand_over: { text: en('One moment, please.'), nobody: 4 } } },
  { id: 4, does: { end: { text: en('Thank you.') } } },
];

test('what is said of a rating stands beside the conversation', async ({ people, server }) => {
  await bot(server, OPINION);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  await answer(visitor, 'Badly').press('Enter');
  await expect(said(visitor, 'What would you change?')).toBeVisible();
  await visitor.says('The lid.\nIt drips.');
  await ann.joins('One moment, please.');
  await ann.conversation.getByRole('button', { name: 'Who is this?' }).click();
  const told = ann.page.getByRole('complementary', { name: 'Who is this?' });
  await expect(told.getByText('Comment on the rating').locator('..')).toContainText('The lid.\nIt drips.', { useInnerText: true });
});

const ORDER: Step[] = [
  {
    id: 1,
    does: {
      input: {
        text: en('Which size?'),
        kind: { one: { options: [1, 2].map((id) => ({ id, text: en(['Small', 'Large'][id - 1]!) })) } },
        invalid: en('Small or large, please.'),
        keep: 'size',
        next: 2,
      },
    },
  },
  {
    id: 2,
    does: {
      input: {
        text: en('How do you like our shop?'),
        kind: { rating: { satisfied: en('Very much'), okay: en('So so'), dissatisfied: en('Not at all') } },
        invalid: en('One of the three, please.'),
        keep: 'mood',
        next: 3,
      },
    },
  },
  {
    id: 3,
    does: {
      input: {
        text: en('How many?'),
        kind: { number: { min: '1', max: '12', is_whole: true } },
        invalid: en('A whole number from 1 to 12, please.'),
        keep: 'pieces',
        next: 4,
      },
    },
  },
  {
    id: 4,
    does: { input: { text: en('Under which number may we call?'), kind: 'phone', invalid: en('That is no telephone number.'), fill: 'phone', next: 5 } },
  },
  { id: 5, does: { input: { text: en('And your name?'), kind: 'line', invalid: en('One short line, please.'), fill: 'name', next: 6 } } },
  { id: 6, does: { input: { text: en('What shall stand on it?'), kind: 'lines', keep: 'words', next: 7 } } },
  { id: 7, does: { message: { text: en('$pieces, $size: $words ($mood)'), next: 8 } } },
  { id: 8, does: { hand_over: { text: en('One moment, please.'), nobody: 9 } } },
  { id: 9, does: { end: { text: en('We will call.') } } },
];

test('what is no answer is refused with a sentence, what is one is taken, by keyboard, and read by an agent', async ({ people, server }) => {
  test.setTimeout(90_000);
  await bot(server, ORDER);
  const ann = await people.agent('Ann');
  const visitor = await people.visitor();
  await visitor.opens();
  const lines: string[] = [];
  const asks = async (question: string, mode = '') => {
    lines.push(question);
    await expect(said(visitor, question)).toBeVisible();
    // A phone shows the keys that the answer needs.
    await expect(visitor.composer).toHaveAttribute('inputmode', mode);
  };
  const refuses = async (text: string, sentence: string) => {
    await visitor.says(text);
    lines.push(text.trim(), sentence);
    await expect(said(visitor, sentence)).toHaveCount(lines.filter((line) => line === sentence).length);
    await expect(said(visitor, sentence).last()).toBeVisible();
  };
  const takes = async (text: string) => {
    await visitor.says(text);
    lines.push(text);
  };
  /** From the field back to a button above it, as somebody without a mouse. */
  const presses = async (name: string) => {
    const button = answer(visitor, name);
    await expect(visitor.composer).toBeFocused();
    await expect(button).toBeVisible();
    const isThere = () => button.evaluate((element) => element === document.activeElement);
    for (let pressed = 0; pressed < 20 && !(await isThere()); pressed += 1) await visitor.page.keyboard.press('Shift+Tab');
    await expect(button).toBeFocused();
    await visitor.page.keyboard.press('Enter');
    lines.push(name);
    await expect(visitor.composer).toBeFocused();
  };

  await asks('Which size?');
  await refuses('Middle', 'Small or large, please.');
  await expect(answer(visitor, 'Small')).toBeVisible();
  await presses('Large');
  await asks('How do you like our shop?');
  await refuses('It depends', 'One of the three, please.');
  await presses('So so');
  await asks('How many?', 'decimal');
  for (const none of ['0', '13', '2.5', 'a dozen']) await refuses(none, 'A whole number from 1 to 12, please.');
  await takes('12');
  await asks('Under which number may we call?', 'tel');
  for (const none of ['call me', '1234']) await refuses(none, 'That is no telephone number.');
  await takes('+49 (30) 123-456');
  await asks('And your name?');
  for (const none of ['Vera\nLee', 'V'.repeat(81)]) await refuses(none, 'One short line, please.');
  await takes('Vera Lee');
  await asks('What shall stand on it?');
  // Nothing is no answer, and not even a message.
  await visitor.composer.fill('  \n ');
  await visitor.composer.press('Enter');
  await visitor.composer.fill('');
  await visitor.types('For Ann,');
  await visitor.composer.press('Shift+Enter');
  await visitor.types('with love');
  await visitor.composer.press('Enter');
  lines.push('For Ann,\nwith love', '12, Large: For Ann,\nwith love (okay)', 'One moment, please.');
  await visitor.transcript.isExactly(lines);

  await ann.joins('One moment, please.');
  // The answers that were none are many: the first of all this is a page further up.
  await ann.transcript.log.press('Home');
  await ann.transcript.isExactly(lines);
  await ann.transcript.has('The visitor rated this chat: Okay');
  // Nobody has proved that name.
  await expect(ann.page.getByRole('heading', { name: /^Visitor / })).toBeVisible();
  await ann.page.getByRole('button', { name: 'Who is this?' }).click();
  const card = ann.page.getByRole('complementary', { name: 'Who is this?' });
  await expect(card).toContainText('No website has said who this is.');
  await expect(card).toContainText('+49 (30) 123-456');
  await expect(card).toContainText('Vera Lee');
});

const THREE: Step[] = [
  { id: 1, does: { question: { text: en('Shall we begin?'), answers: [{ id: 1, text: en('Yes'), next: 2 }] } } },
  { id: 2, does: { message: { text: en('The first thing.'), next: 3 } } },
  { id: 3, does: { message: { text: en('And the second.'), next: 4 } } },
  { id: 4, does: { end: { text: en('Which was the last.') } } },
];
const THINGS = ['The first thing.', 'And the second.', 'Which was the last.'];

/** Opens the window, has its clocks stand still, and answers. */
async function answersInStandstill(visitor: Visitor): Promise<void> {
  await visitor.page.clock.install();
  await visitor.visits();
  await visitor.opens();
  await expect(answer(visitor, 'Yes')).toBeVisible();
  await visitor.isConnected();
  await visitor.page.clock.pauseAt(await visitor.page.evaluate(() => Date.now() + 10_000));
  await answer(visitor, 'Yes').click();
  await expect(said(visitor, THINGS.at(-1)!)).toBeAttached();
}

test('a bot’s lines come one after the other, and each is seen to be written', async ({ people, server }) => {
  await bot(server, THREE);
  const visitor = await people.stranger();
  await answersInStandstill(visitor);
  const isWritten = (thing: string) =>
    visitor.transcript
      .line(thing)
      .evaluate((line) => {
        const { content, visibility } = getComputedStyle(line, '::before');
        return content === '"•••"' && visibility === 'visible';
      });
  const shown = async () => {
    const found = [];
    for (const thing of THINGS) found.push((await said(visitor, thing).isVisible()) ? 'said' : (await isWritten(thing)) ? 'dots' : 'nothing');
    return found;
  };
  // Seen at every tenth of a second: nothing is said before it was seen to come, nor out of turn.
  const seen: string[] = [];
  while (seen.at(-1) !== 'said said said' && seen.length < 100) {
    await visitor.page.clock.runFor(100);
    seen.push((await shown()).join(' '));
  }
  expect(seen.filter((now, at) => now !== seen[at - 1])).toEqual(['dots nothing nothing', 'said dots nothing', 'said said dots', 'said said said']);
  // And nobody waits for long.
  expect(seen.length).toBeLessThan(36);
});

test('who has asked for less motion gets all lines of a bot at once', async ({ people, server }) => {
  await bot(server, THREE);
  const visitor = await people.stranger({ reducedMotion: 'reduce' });
  await answersInStandstill(visitor);
  for (const thing of THINGS) await expect(said(visitor, thing)).toBeVisible();
  await expect(visitor.transcript.log.locator('[data-pace]')).toHaveCount(0);
});
