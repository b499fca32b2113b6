// What the chat costs the page that embeds it: Lighthouse opens the demo shop with the chat and
// without it, in turns, and the medians are compared. `cargo xtask lighthouse` calls this; by hand:
// node compare.mjs http://localhost:8081 --runs 5
//
// Invariant: ends with 0 only when the one page had the chat, the other did not, and it cost nothing.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

/** Below this, a difference in blocking time is noise even where the runs happen to agree. */
const BLOCKING_NOISE_MS = 10;
/** Less is no shift: what is left when figures are rounded. */
const SHIFT_MAX = 0.001;

const audit = (name) => (report) => report.audits[name]?.numericValue;
const METRICS = {
  score: { name: 'performance score', read: (report) => report.categories.performance.score * 100 },
  firstPaint: { name: 'first contentful paint', read: audit('first-contentful-paint'), unit: ' ms' },
  largestPaint: { name: 'largest contentful paint', read: audit('largest-contentful-paint'), unit: ' ms' },
  blocking: { name: 'total blocking time', read: audit('total-blocking-time'), unit: ' ms' },
  shift: { name: 'cumulative layout shift', read: audit('cumulative-layout-shift'), digits: 3 },
  speed: { name: 'speed index', read: audit('speed-index'), unit: ' ms' },
  bytes: { name: 'bytes', read: audit('total-byte-weight'), unit: ' B' },
  requests: { name: 'requests', read: (report) => requestsOf(report).length },
};

let chrome;
let chromiumVersion = '';
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  process.on(signal, () => {
    chrome?.kill();
    process.exit(code);
  });
}

function requestsOf(report) {
  return report.audits['network-requests'].details.items.filter(({ url }) => url.startsWith('http'));
}

/** Lighthouse's own settings: a middling phone on a slow line, simulated. A fresh Chromium each time. */
async function open(url) {
  chrome = await launch({
    // Root, as in a container, gets no sandbox from Chromium.
    chromeFlags: ['--headless=new', '--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    handleSIGINT: false,
    logLevel: 'silent',
  });
  try {
    const answer = await fetch(`http://127.0.0.1:${chrome.port}/json/version`);
    chromiumVersion = (await answer.json()).Browser;
    const result = await lighthouse(url, { port: chrome.port, onlyCategories: ['performance'], logLevel: 'silent' });
    const report = result?.lhr;
    if (!report || report.runtimeError) throw new Error(`${url}: ${report?.runtimeError?.message ?? 'no report'}`);
    for (const warning of report.runWarnings) console.error(`${url}: ${warning}`);
    return report;
  } finally {
    chrome.kill();
    chrome = undefined;
  }
}

/** Two pages without a chat would be equal, too. */
function mustBeWhatItIsCalled(report, shop, hasChat) {
  const asked = requestsOf(report).map(({ url, statusCode }) => ({ url: new URL(url), statusCode }));
  const strangers = asked.filter(({ url }) => url.origin !== shop.origin);
  const came = (path) => strangers.some(({ url, statusCode }) => url.pathname.startsWith(path) && statusCode === 200);
  if (hasChat && !(came('/chat/index.js') && came('/api/profile/'))) throw new Error('the page with the chat did not load it');
  if (!hasChat && strangers.length) throw new Error(`the page without the chat asked for ${strangers[0].url.href}`);
}

async function measure(shop, side) {
  const address = new URL(side.query, shop);
  const report = await open(address.href);
  mustBeWhatItIsCalled(report, shop, side.hasChat);
  const values = Object.entries(METRICS).map(([key, { name, read }]) => {
    const value = read(report);
    if (!Number.isFinite(value)) throw new Error(`${address.href}: Lighthouse could not say the ${name}`);
    return [key, value];
  });
  return { ...Object.fromEntries(values), version: report.lighthouseVersion };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function table(withChat, without) {
  const lines = Object.entries(METRICS).map(([key, { name, digits = 0, unit = '' }]) => {
    // Adding 0 makes 0 of -0.
    const show = (value) => (Number(value.toFixed(digits)) + 0).toFixed(digits);
    const of = (runs) => runs.map((run) => run[key]);
    const cell = (runs) => {
      const [least, most] = [Math.min(...of(runs)), Math.max(...of(runs))].map(show);
      return `${show(median(of(runs)))}${unit}${least === most ? '' : ` (${least} to ${most})`}`;
    };
    const difference = show(median(of(withChat)) - median(of(without)));
    return [name, cell(without), cell(withChat), `${Number(difference) > 0 ? '+' : ''}${difference}${unit}`];
  });
  return [['median (least to most)', 'without', 'with the chat', 'difference'], ...lines]
    .map(([name, ...cells]) => `  ${name.padEnd(24)}${cells.map((text) => text.padStart(24)).join('')}`);
}

/** One line each, with whether it is as promised. */
function verdicts(withChat, without) {
  const of = (runs, key) => runs.map((run) => run[key]);
  const lost = median(of(without, 'score')) - median(of(withChat, 'score'));
  const blocked = median(of(withChat, 'blocking')) - median(of(without, 'blocking'));
  // What the same page differs by from one run to the next is no cost of the chat.
  const spread = (key) => Math.max(...of(without, key)) - Math.min(...of(without, key));
  const [wobble, noise] = [spread('score'), Math.max(spread('blocking'), BLOCKING_NOISE_MS)];
  // Layouts do not shift by chance, so here every run counts.
  const shifted = Math.max(...of([...withChat, ...without], 'shift'));
  return [
    [lost <= wobble + 1e-6, `the score falls by ${Math.max(lost, 0).toFixed(1)}, noise is ${wobble.toFixed(1)}`],
    [blocked <= noise, `the blocking time grows by ${Math.max(blocked, 0).toFixed(0)} ms, noise is ${noise.toFixed(0)} ms`],
    [shifted <= SHIFT_MAX, `the largest layout shift of any run is ${shifted.toFixed(4)}, allowed is ${SHIFT_MAX}`],
  ];
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string', default: '5' } } });
  const runs = Number(values.runs);
  if (positionals.length !== 1 || !Number.isInteger(runs) || runs < 1) throw new Error('node compare.mjs SHOP_URL [--runs N]');
  const shop = new URL(positionals[0]);
  const sides = [
    { name: 'with', query: '/', hasChat: true, measured: [] },
    { name: 'without', query: '/?chat=off', hasChat: false, measured: [] },
  ];
  const [withChat, without] = sides;
  // The first pages of a server and a cold Chromium are slow, and would pass for noise.
  for (const side of sides) await measure(shop, side);
  const load = loadavg()[0].toFixed(2);
  for (let run = 1; run <= runs; run += 1) {
    for (const side of sides) {
      const measured = await measure(shop, side);
      side.measured.push(measured);
      const { score, blocking } = measured;
      console.error(`  run ${run} of ${runs}, ${side.name}: score ${score.toFixed(0)}, blocking ${blocking.toFixed(0)} ms`);
    }
  }
  console.log(`Lighthouse ${without.measured[0].version}, ${chromiumVersion}, ${runs} runs each, load ${load} before`);
  console.log(table(withChat.measured, without.measured).join('\n'));
  let isPassed = true;
  for (const [isKept, text] of verdicts(withChat.measured, without.measured)) {
    console.log(`  ${isKept ? 'passed' : 'FAILED'}  ${text}`);
    isPassed &&= isKept;
  }
  process.exitCode = isPassed ? 0 : 1;
}

main().catch((failure) => {
  console.error(`error: ${failure.message}`);
  process.exitCode = 1;
});
