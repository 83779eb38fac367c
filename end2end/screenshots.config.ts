// `cargo xtask screenshots`: every page, light and dark, wide and narrow, into target/screenshots.
import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

export default defineConfig(tests, {
  testDir: './screenshots',
  use: { screenshot: 'off', trace: 'off', contextOptions: { reducedMotion: 'reduce' } },
  // The sheet needs the pictures.
  projects: [
    { name: 'pictures', testMatch: /pictures\.ts/ },
    { name: 'sheet', testMatch: /sheet\.ts/, dependencies: ['pictures'] },
  ],
});
