// What every spec starts from: `import { expect, signIn, test } from '../support/test'`.
import { test as base, expect, type Cookie, type Page } from '@playwright/test';

export { expect };

/** The sample person that a test is, unless it says otherwise: leads the team that owns payment-service. */
export const PERSON = 'Amara Okafor';

/**
 * What the browser complains about fails the test: console errors and warnings, exceptions, failed requests.
 * A test that provokes some adds patterns for them to `expectedComplaints`.
 */
export const test = base.extend<{ expectedComplaints: RegExp[] }>({
  baseURL: async ({}, use) => {
    await use(process.env.WAYMARK_URL);
  },
  expectedComplaints: [
    async ({ page }, use) => {
      const complaints: { text: string; url: string }[] = [];
      const answered = new Set<string>();
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push({ text: `${message.type()}: ${message.text()}`, url: message.location().url });
      });
      page.on('pageerror', (error) => complaints.push({ text: `exception: ${error.message}`, url: page.url() }));
      // A page that answers 404, as it should, is an error to the console.
      page.on('response', (response) => {
        if (response.status() >= 400 && response.request().isNavigationRequest()) answered.add(response.url());
      });
      // Said when a busy machine needs seconds to start the islands; it is no fault of the page.
      const expected: RegExp[] = [/was preloaded using link preload but not used within a few seconds/];
      await use(expected);
      const lines = complaints
        .filter(({ text, url }) => !(text.includes('the server responded with a status of') && answered.has(url)))
        .map(({ text, url }) => `${text} (${url})`)
        .filter((line) => !expected.some((pattern) => pattern.test(line)));
      expect(lines, 'the browser complained').toEqual([]);
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

const sessions = new Map<string, Cookie[]>();

/** Signs in with the session of an earlier test, where there is one: for tests that do not end it. */
export async function resumeSession(page: Page, name: string = PERSON): Promise<void> {
  const kept = sessions.get(name);
  if (kept) {
    await page.context().addCookies(kept);
    return;
  }
  await signIn(page, name);
  sessions.set(name, (await page.context().cookies()).filter((cookie) => cookie.httpOnly));
}

export type Theme = 'light' | 'dark' | 'system';

/** Chooses the theme as the switch in the header does: by its cookie. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  await page.context().addCookies([{ name: 'wm_theme', value: theme, url: process.env.WAYMARK_URL ?? 'http://127.0.0.1:3000' }]);
}
