// Each page: it answers, has one heading, axe-core finds nothing in either theme, and nothing overflows the narrowest screen.
import { expectAccessible } from '../support/axe';
import { pages } from '../support/pages';
import { expect, resumeSession, setTheme, test, type Theme } from '../support/test';

for (const entry of pages) {
  test(`${entry.name} is accessible, light and dark, and fits 320 pixels`, async ({ page }) => {
    if (!entry.signedOut) await resumeSession(page, entry.person);
    for (const theme of ['light', 'dark'] satisfies Theme[]) {
      await test.step(theme, async () => {
        await setTheme(page, theme);
        const answer = await page.goto(entry.path);
        expect.soft(answer?.status()).toBe(entry.status ?? 200);
        await expect.soft(page.locator('html')).toHaveAttribute('data-theme', theme);
        await expect.soft(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        await expectAccessible(page);
      });
    }
    await test.step('320 pixels', async () => {
      await page.setViewportSize({ width: 320, height: 640 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(overflow, 'pixels to scroll sideways').toBe(0);
    });
  });
}
