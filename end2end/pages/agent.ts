// An agent in the agents' area.
//
// Invariant: finds things as people do, by role and name.
import { type Dialog, expect, type Locator, type Page } from '@playwright/test';
import type { Server } from '../fixtures/server';
import { Transcript } from './transcript';

export interface Person {
  name: string;
  email: string;
  password: string;
}

export class Agent {
  constructor(
    readonly page: Page,
    readonly server: Server,
    readonly person: Person,
  ) {}

  get inbox(): Locator {
    return this.page.getByRole('region', { name: 'Inbox' });
  }

  get rows(): Locator {
    return this.inbox.locator('li').getByRole('link');
  }

  /** The conversation whose row shows this: its last message, or its label. */
  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text });
  }

  get ring(): Locator {
    return this.page.getByRole('button', { name: /visitors? (is|are) waiting/ });
  }

  get conversation(): Locator {
    return this.page.getByRole('region', { name: /^Conversation with / });
  }

  get composer(): Locator {
    return this.conversation.getByRole('textbox', { name: 'Message' });
  }

  get joinButton(): Locator {
    return this.conversation.getByRole('button', { name: 'Join', exact: true });
  }

  get transcript(): Transcript {
    return new Transcript(this.page.getByRole('log', { name: 'Conversation' }));
  }

  get toast(): Locator {
    return this.page.getByRole('region', { name: 'Notices' });
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Opens a page and waits until it is taken over: from then on its line to the server talks. */
  async opens(at = '/app'): Promise<void> {
    await this.comesBackBy(() => this.page.goto(`${this.server.url}${at}`));
  }

  /** Goes to another page of the chat profile whose page is shown, whatever is not saved there. */
  async turnsTo(tab: string): Promise<void> {
    const leave = (question: Dialog) => void question.accept();
    this.page.on('dialog', leave);
    const tabs = this.page.getByRole('navigation', { name: 'Pages of this chat profile' });
    await tabs.getByRole('link', { name: tab, exact: true }).click();
    await expect(tabs.locator('[aria-current]')).toHaveText(tab);
    this.page.off('dialog', leave);
  }

  /** Saves what was changed on a settings page. The notice alone would be no proof: the last one may still stand. */
  async saves(): Promise<void> {
    const notYet = this.page.getByText('Not saved yet');
    await expect(notYet).toBeVisible();
    await this.page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(notYet).toBeHidden();
    await expect(this.toast).toContainText('Saved');
  }

  async reloads(): Promise<void> {
    await this.comesBackBy(() => this.page.reload());
  }

  private async comesBackBy(load: () => Promise<unknown>): Promise<void> {
    const isThere = new Promise<void>((done) => {
      this.page.on('websocket', (socket) => socket.on('framereceived', () => done()));
    });
    await load();
    await isThere;
  }

  /** Clicks the waiting conversation, and may write in it. */
  async joins(text: string | RegExp): Promise<void> {
    await this.row(text).click();
    await expect(this.composer).toBeFocused();
  }

  /** Clicks a conversation that does not wait. */
  async chooses(text: string | RegExp): Promise<void> {
    await this.row(text).click();
    await expect(this.row(text)).toHaveAttribute('aria-current', 'true');
  }

  async types(text: string): Promise<void> {
    await this.composer.pressSequentially(text);
  }

  async says(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await expect(this.composer).toHaveValue('');
  }

  async ends(): Promise<void> {
    await this.conversation.getByRole('button', { name: 'More' }).click();
    await this.page.getByRole('menuitem', { name: 'End conversation' }).click();
    await this.dialog.getByRole('button', { name: 'End conversation' }).click();
  }

  async signsIn({ email, password }: { email: string; password: string }, within: Locator | Page = this.page): Promise<void> {
    await within.getByLabel('E-mail address').fill(email);
    await within.getByLabel('Password', { exact: true }).fill(password);
    await within.getByRole('button', { name: 'Sign in' }).click();
  }

  async choosesOfMine(item: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: /, (Available|Away)$/ }).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** Another tab of the same browser. */
  async anotherTab(at?: string): Promise<Agent> {
    const tab = new Agent(await this.page.context().newPage(), this.server, this.person);
    await tab.opens(at ?? new URL(this.page.url()).pathname);
    return tab;
  }
}
