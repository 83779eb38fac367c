// What every spec starts from: `import { expect, signIn, test } from '../support/test'`.
import { test as base, expect, type Page } from '@playwright/test';

export { expect };

/** The sample person that a test is, unless it says otherwise: leads the team that owns payment-service. */
export const PERSON = 'Amara Okafor';

/** A page whose console errors and failed requests fail the test. */
export const test = base.extend<{ complaints: string[] }>({
  baseURL: async ({}, use) => {
    await use(process.env.WAYMARK_URL);
  },
  // What the browser complained about; a test that provokes an error takes its line out.
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      });
      page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
      await use(complaints);
      expect(complaints, 'the browser complained').toEqual([]);
    },
    { auto: true },
  ],
});

/** Signs in as a sample person, through the form that people use. */
export async function signIn(page: Page, name: string = PERSON): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('button', { name }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

export type Theme = 'light' | 'dark' | 'system';

/** Chooses the theme as the switch in the header does: by its cookie. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  await page.context().addCookies([{ name: 'wm_theme', value: theme, url: process.env.WAYMARK_URL ?? 'http://127.0.0.1:3000' }]);
}
