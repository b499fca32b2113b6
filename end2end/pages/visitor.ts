// A visitor in front of a host page, and the chat in its corner.
//
// Invariant: finds things as people do, by role and name; only the parts of one line of the
// transcript, which have no role of their own, are found by their class.
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import type { Server } from '../fixtures/server';
import { Transcript } from './transcript';

export class Visitor {
  constructor(
    readonly page: Page,
    readonly server: Server,
  ) {}

  get bubble(): Locator {
    return this.page.getByRole('button', { name: /^(Open|Close) chat/ });
  }

  get window(): FrameLocator {
    return this.page.locator('#halo-chat').locator('iframe').contentFrame();
  }

  get composer(): Locator {
    return this.window.getByRole('textbox', { name: 'Message' });
  }

  get transcript(): Transcript {
    return new Transcript(this.window.getByRole('log', { name: 'Conversation' }));
  }

  /** What is not as it should be, under the header. */
  get notice(): Locator {
    return this.window.locator('.banner--bar');
  }

  get header(): Locator {
    return this.window.locator('header');
  }

  async visits(at = '/', settings: Record<string, string> = {}): Promise<void> {
    await this.page.goto(this.server.shop(at, settings));
  }

  /** Clicks the bubble and can type. */
  async opens(): Promise<void> {
    await this.bubble.click();
    await this.isReady();
  }

  async isReady(): Promise<void> {
    await expect(this.composer).toBeFocused();
  }

  /** Waits until the line to the server is there: only then is the entrance's name known. */
  async isConnected(): Promise<void> {
    await expect(this.header.locator('.window__presence')).not.toBeEmpty();
  }

  async types(text: string): Promise<void> {
    await this.composer.pressSequentially(text);
  }

  async says(text: string): Promise<void> {
    await this.composer.fill(text);
    // What went nowhere would leave an empty field as well.
    await expect(this.composer).toHaveValue(text);
    await this.composer.press('Enter');
    await expect(this.composer).toHaveValue('');
  }

  async chooses(item: string): Promise<void> {
    await this.window.getByRole('button', { name: 'More' }).click();
    await this.window.getByRole('menuitem', { name: item }).click();
  }

  async ends(): Promise<void> {
    await this.chooses('End this chat');
    await this.window.getByRole('button', { name: 'End it' }).click();
  }

  /** What is read out of what others said. */
  get announcements(): Locator {
    return this.window.locator('[aria-live=polite] p');
  }

  /** Another tab of the same browser. */
  async anotherTab(): Promise<Visitor> {
    const tab = new Visitor(await this.page.context().newPage(), this.server);
    await tab.page.goto(this.page.url());
    return tab;
  }

  /** What the frame keeps in its storage; undefined where storage is refused. */
  async kept(): Promise<string | null | undefined> {
    const frame = this.page.frames().find((frame) => frame.url().includes('/chat/frame'));
    return frame?.evaluate(() => {
      try {
        const key = Object.keys(localStorage).find((key) => key.startsWith('aureole.chat.'));
        return key ? localStorage.getItem(key) : null;
      } catch {
        return undefined;
      }
    });
  }
}
