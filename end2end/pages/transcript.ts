// The lines of a conversation, the same in the visitor's window and the agents' area.
//
// Invariant: reads only what is rendered.
import { expect, type Locator } from '@playwright/test';

export class Transcript {
  constructor(readonly log: Locator) {}

  /** The texts of all messages, from top to bottom. */
  texts(): Promise<string[]> {
    return this.log.locator('.entry__bubble').allInnerTexts();
  }

  /** The line that says exactly this. */
  line(text: string): Locator {
    return this.log.locator('.entry').filter({ has: this.log.page().getByText(text, { exact: true }) });
  }

  message(text: string): Locator {
    return this.log.getByText(text, { exact: true });
  }

  async has(text: string, timeout?: number): Promise<void> {
    await expect(this.message(text)).toBeVisible({ timeout });
  }

  /** An own message has come this far. */
  async isState(text: string, state: 'Sending' | 'Sent' | 'Delivered' | 'Read' | 'Not sent', timeout?: number): Promise<void> {
    await expect(this.line(text).locator('.entry__state')).toHaveText(state, { timeout });
  }

  /** An own message is on the server's disk, or further. */
  async isSent(text: string, timeout?: number): Promise<void> {
    await expect(this.line(text).locator('.entry__state')).toHaveText(/Sent|Delivered|Read/, { timeout });
  }

  /** These messages, once each, in this order, and no others. */
  async isExactly(texts: string[], timeout = 10_000): Promise<void> {
    await expect(this.log.locator('.entry__bubble')).toHaveText(texts, { timeout, useInnerText: true });
  }

  /** The other side is typing. */
  get dots(): Locator {
    return this.log.locator('.typing');
  }
}
