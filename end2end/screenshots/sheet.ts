// The contact sheet: all pictures on one page, as HTML to click through and as one picture.
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from '@playwright/test';
import { pages } from '../support/pages';
import { FOLDER, picture, THEMES, WIDTHS } from '../support/pictures';

const STYLE = `
body { margin: 24px; font: 14px/20px system-ui, sans-serif; background: #777; color: #fff }
h2 { margin: 24px 0 8px; font-size: 16px }
.row { display: flex; gap: 12px; align-items: flex-start }
a { display: block; max-height: 520px; overflow: hidden }
.wide img { width: 560px } .narrow img { width: 180px } img { display: block }
`;

test('contact sheet', async ({ page }) => {
  const rows = pages.map((entry) => {
    const images = THEMES.flatMap((theme) => WIDTHS.map((width) => [picture(entry.name, theme, width), width] as const))
      .filter(([file]) => existsSync(file))
      .map(([file, width]) => `<a class="${width < 600 ? 'narrow' : 'wide'}" href="${basename(file)}"><img src="${basename(file)}" alt="${basename(file, '.png')}"></a>`);
    return `<h2>${entry.name} · ${entry.path}</h2><div class="row">${images.join('')}</div>`;
  });
  const sheet = join(FOLDER, 'index.html');
  writeFileSync(sheet, `<!doctype html><meta charset="utf-8"><title>Waymark: every page</title><style>${STYLE}</style>${rows.join('\n')}\n`);
  await page.setViewportSize({ width: 1600, height: 1000 });
  await page.goto(pathToFileURL(sheet).href);
  await page.screenshot({ path: join(FOLDER, 'contact-sheet.png'), fullPage: true });
});
