// The pages on which an admin writes bots.
//
// Invariant: finds things as people do, by role and name.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Agent } from './agent';

/** More presses of Tab than any page of ours needs. */
const TABS_MAX = 150;

export class Flows {
  readonly page: Page;

  constructor(readonly admin: Agent) {
    this.page = admin.page;
  }

  get side(): Locator {
    return this.page.getByRole('region', { name: 'About the flow' });
  }

  get steps(): Locator {
    return this.page.getByRole('region', { name: 'Steps' });
  }

  get graph(): Locator {
    return this.page.getByRole('region', { name: 'Graph of the flow' });
  }

  get log(): Locator {
    return this.page.getByRole('log', { name: 'Conversation' });
  }

  get dialog(): Locator {
    return this.admin.dialog;
  }

  row(name: string | RegExp): Locator {
    return this.steps.getByRole('button', { name: /^\d+ · / }).filter({ hasText: name });
  }

  /** Opens the list, and there a flow. */
  async opens(name = 'Welcome Bot'): Promise<void> {
    await this.admin.opens('/app/admin/flows');
    await this.page.getByRole('link', { name }).click();
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  async chooses(step: string | RegExp): Promise<void> {
    await this.row(step).click();
    await expect(this.side.getByLabel('Name of the step')).toBeVisible();
  }

  async tab(name: 'Step' | 'Problems' | 'Flow' | 'History'): Promise<void> {
    await this.side.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  }

  /** As somebody without a mouse. */
  async tabsTo(target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${target}`);
  }

  async presses(target: Locator): Promise<void> {
    await this.tabsTo(target);
    await this.page.keyboard.press('Enter');
  }

  async writes(target: Locator, text: string): Promise<void> {
    await this.tabsTo(target);
    await this.page.keyboard.type(text);
    await expect(target).toHaveValue(text);
  }
}
