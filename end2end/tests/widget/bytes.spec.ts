// What a visitor's browser receives, against what `cargo xtask size` says of the files.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Request } from '@playwright/test';
import { expect, test } from '../../fixtures';
import type { Visitor } from '../../pages/visitor';

const BUBBLE_BYTES_MAX = 10_000;

interface Sizes {
  launcher: number;
  frame: number;
}

/** The command as it stands, where it has called us: cargo might compile it anew. */
const [PROGRAM, ...ARGUMENTS] = process.env.AUREOLE_XTASK ? [process.env.AUREOLE_XTASK] : ['cargo', 'xtask'];

function sizes(): Sizes {
  const ask = () => execFileSync(PROGRAM!, [...ARGUMENTS, 'size', '--json'], { cwd: path.join(__dirname, '../../..'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    return JSON.parse(ask()) as Sizes;
  } catch (failure) {
    // Above a budget it ends with an error, which is another step's business.
    return JSON.parse((failure as { stdout: string }).stdout) as Sizes;
  }
}

/** Requests to the chat's own address, in order. */
function listen({ page, server }: Visitor): Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => request.url().startsWith(server.url) && requests.push(request));
  return requests;
}

/** Bodies as they came over the line, compressed and without heads: that is what lies in the site. */
async function bytes(requests: Request[]): Promise<number> {
  let sum = 0;
  for (const request of requests) {
    await (await request.response())?.finished();
    sum += (await request.sizes()).responseBodySize;
  }
  return sum;
}

const within = (received: number, expected: number) => expect(Math.abs(received / expected - 1), `${received} B received, ${expected} B expected`).toBeLessThan(0.03);

test('the bytes received are the bytes counted', async ({ people }) => {
  const expected = sizes();
  const visitor = await people.stranger();
  const requests = listen(visitor);
  await visitor.visits();
  await expect(visitor.bubble).toBeVisible();
  await expect(visitor.bubble).toBeEnabled();
  expect(requests.map((request) => new URL(request.url()).pathname.replace(/prf_.*/, ''))).toEqual(['/chat/index.js', '/api/profile/']);
  within(await bytes(requests.slice(0, 1)), expected.launcher);
  expect(await bytes(requests)).toBeLessThanOrEqual(BUBBLE_BYTES_MAX);

  requests.length = 0;
  await visitor.opens();
  const frame = requests.filter((request) => new URL(request.url()).pathname.startsWith('/chat/'));
  expect(requests.length, 'nothing but the frame').toBe(frame.length);
  within(await bytes(frame), expected.frame);
});
