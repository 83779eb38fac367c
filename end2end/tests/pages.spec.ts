// Each page, in both themes and on the narrowest screen: it answers, has one heading, nothing overflows, and axe-core finds nothing.
import { expectAccessible } from '../support/axe';
import { pages } from '../support/pages';
import { expect, setTheme, signIn, test, type Theme } from '../support/test';

for (const entry of pages) {
  for (const theme of ['light', 'dark'] satisfies Theme[]) {
    test(`${entry.name} is accessible in the ${theme} theme`, async ({ page, complaints }) => {
      await setTheme(page, theme);
      if (!entry.signedOut) await signIn(page);
      const answer = await page.goto(entry.path);
      expect(answer?.status()).toBe(entry.status ?? 200);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
      await expectAccessible(page);
      // The browser reports the page's own 404 as an error.
      if (entry.status) complaints.splice(0, complaints.length, ...complaints.filter((line) => !line.includes(`status of ${entry.status}`)));
    });
  }

  test(`${entry.name} fits 320 pixels`, async ({ page, complaints }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    if (!entry.signedOut) await signIn(page);
    await page.goto(entry.path);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, 'pixels to scroll sideways').toBe(0);
    complaints.splice(0, complaints.length, ...complaints.filter((line) => !line.includes('status of 404')));
  });
}
