// One picture for each page, theme and width. A page that looks odd fails nothing here: these are for eyes.
import { pages } from '../support/pages';
import { picture, THEMES, WIDTHS } from '../support/pictures';
import { resumeSession, setTheme, test } from '../support/test';

for (const entry of pages) {
  for (const theme of THEMES) {
    test(`${entry.name} ${theme}`, async ({ page, expectedComplaints }) => {
      expectedComplaints.push(/./);
      await setTheme(page, theme);
      if (!entry.signedOut) await resumeSession(page, entry.person);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
        await page.goto(entry.path);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: picture(entry.name, theme, width), fullPage: true });
      }
    });
  }
}
