// A stand-in for both ends of the launcher: a chat server that can be told to fail, and a host
// page in every shape that pages have. The launcher, the frame's document and boot.js are the
// real ones; only the wasm is a few lines of script.
//
// Invariant: host page and chat are two sites (127.0.0.1 and localhost), as on a stranger's page.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const widget = path.resolve(__dirname, '../../widget');
const read = (name: string) => readFileSync(path.join(widget, name), 'utf8');

/** What stands in for the wasm: draws a composer, records what it hears, says what a test wants. */
const WINDOW = `export default async ({ module_or_path }) => {
  if (!(await module_or_path).ok) throw new Error('no wasm');
  const main = document.createElement('main');
  main.innerHTML = '<h1>Window</h1><button id="close">Close</button><textarea id="composer" aria-label="Message"></textarea>';
  document.body.append(main);
  globalThis.heard = [];
  const { lang, dir } = document.documentElement;
  globalThis.spoken = { texts: aureoleBoot.texts(), lang, dir };
  let port;
  globalThis.say = (event, detail = null) => port.postMessage(JSON.stringify({ event, detail }));
  aureoleBoot.takePort((given) => {
    port = given;
    port.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      heard.push(message);
      if (message.event === 'openChatWindow' && message.focus) document.querySelector('#composer').focus();
    };
    say('ready');
  });
  addEventListener('keydown', ({ key }) => key === 'Escape' && say('close'));
  document.querySelector('#close').addEventListener('click', () => say('close'));
};`;

/** What stands in for the part that is loaded when it is needed. */
const MORE = 'export const add = (a, b) => a + b;';

export type Failure = 'none' | 'reset' | 'hang' | number;

export interface Shape {
  config?: Record<string, unknown>;
  /** How the configuration is declared. */
  declaration?: 'var' | 'const' | 'let' | 'window.';
  /** How the script tag says to load it: our snippet is `async`; with none, as here unless said, the page waits. */
  loading?: '' | 'async' | 'defer';
  copies?: 0 | 1 | 2;
  /** Whose server the script comes from. */
  scriptFrom?: 'chat' | 'host';
  hasElement?: boolean;
  /** Of the page, not of the chat. */
  dir?: 'ltr' | 'rtl';
  isStrict?: boolean;
  /** What else the page has in its head, before anything of ours. */
  head?: string;
}

export class Stand {
  readonly requests: string[] = [];
  failure: Record<'profile' | 'frame' | 'wasm' | 'more', Failure> = { profile: 'none', frame: 'none', wasm: 'none', more: 'none' };
  /** Answers, in the order they were asked for, that a failure holds: calling one gives it after all. */
  readonly hanging: (() => void)[] = [];
  /** What the configuration says, over PROFILE. */
  profile: Record<string, unknown> = {};
  private shapes: Shape[] = [];
  private readonly chat: Server;
  private readonly host: Server;

  constructor() {
    this.chat = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      this.requests.push(pathname);
      const send = (kind: string, body: string, headers: Record<string, string> = {}, failure: Failure = 'none') => {
        if (failure === 'hang') return void this.hanging.push(() => send(kind, body, headers));
        if (failure === 'reset') return void response.destroy();
        response.writeHead(failure === 'none' ? 200 : failure, { 'content-type': `${kind}; charset=utf-8`, ...headers });
        response.end(failure === 'none' ? body : '');
      };
      const script = 'text/javascript';
      if (pathname === '/chat/index.js') send(script, read('launcher.js'));
      else if (pathname === '/chat/boot.js') send(script, read('boot.js'));
      else if (pathname === '/chat/widget.js') send(script, WINDOW);
      else if (pathname === '/chat/more.js') send(script, MORE, {}, this.failure.more);
      else if (pathname === '/chat/widget.css') send('text/css', '.boot__text{color:inherit}');
      else if (pathname === '/chat/widget_bg.wasm') send('application/wasm', '', {}, this.failure.wasm);
      else if (pathname === '/chat/frame') send('text/html', read('index.html'), { 'content-security-policy': FRAME_POLICY }, this.failure.frame);
      else if (pathname.startsWith('/api/profile/')) send('application/json', JSON.stringify({ ...PROFILE, ...this.profile }), { 'access-control-allow-origin': '*' }, this.failure.profile);
      else if (pathname === '/favicon.svg' || pathname === '/icon.svg') send('image/svg+xml', ICON);
      else response.writeHead(404).end();
    });
    this.host = createServer((request, response) => {
      const [, name] = new URL(request.url ?? '/', 'http://x').pathname.split('/');
      if (name === 'index.js') return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(read('launcher.js'));
      const shape = this.shapes[Number(name)];
      if (!shape) return void response.writeHead(404).end();
      const policy = `default-src 'none'; script-src 'nonce-n'; connect-src ${this.chatOrigin}; frame-src ${this.chatOrigin}; img-src ${this.chatOrigin}; require-trusted-types-for 'script'`;
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...(shape.isStrict && { 'content-security-policy': policy }) });
      response.end(this.page(shape));
    });
  }

  async open() {
    for (const server of [this.chat, this.host]) await new Promise<void>((done) => server.listen(0, done));
  }

  close() {
    for (const server of [this.chat, this.host]) {
      server.closeAllConnections();
      server.close();
    }
  }

  get chatOrigin() {
    return `http://localhost:${(this.chat.address() as AddressInfo).port}`;
  }

  /** The address of a host page of this shape. Whatever is added below it shows the same page. */
  address(shape: Shape = {}) {
    const at = this.shapes.push(shape) - 1;
    return `http://127.0.0.1:${(this.host.address() as AddressInfo).port}/${at}`;
  }

  asked(prefix: string) {
    return this.requests.filter((name) => name.startsWith(prefix)).length;
  }

  private page({ config = {}, declaration = 'var', loading = '', copies = 1, scriptFrom = 'chat', hasElement = true, dir = 'ltr', head = '' }: Shape) {
    const full = { chatServiceUrl: `${this.chatOrigin}/api`, configId: 'prf_1', configKey: 'k', ...config };
    const script = scriptFrom === 'chat' ? `${this.chatOrigin}/chat/index.js` : '/index.js';
    const tag = `<script nonce="n" ${loading} src="${script}"></script>`;
    return `<!doctype html><html lang="en" dir="${dir}"><head><title>A page</title><link rel="icon" href="${this.chatOrigin}/favicon.svg">${head}</head>
<body><h1>A page</h1><label>Own <input id="own"></label>${hasElement ? '<div id="halo-chat"></div>' : ''}
<script nonce="n">${declaration} haloChatConfig = ${JSON.stringify(full).replaceAll('<', '\\u003c')};
globalThis.outbound = [];
for (const name of ['initialized', 'upgradeAnonChat']) addEventListener('haloChat_outboundEvent_' + name, ({ detail }) => outbound.push([name, detail]));</script>
${tag.repeat(copies)}</body></html>`;
  }
}

const FRAME_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types default";
const PROFILE = {
  name: 'Shop',
  colour: '#4b50c8',
  is_available: true,
  is_active: true,
  texts: { open_chat: 'Open chat', close_chat: 'Close chat', frame_title: 'Chat with the shop' },
};
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>';
