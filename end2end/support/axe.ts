// axe-core over a page, as WCAG 2.2 AA asks.
import axe from 'axe-core';
import { expect, type Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with one line per rule and element that axe-core found. */
export async function expectAccessible(page: Page): Promise<void> {
  // The devtools protocol is not subject to the page's Content-Security-Policy, which forbids adding a script.
  await page.evaluate(axe.source);
  // Half-faded elements have no contrast of their own yet.
  await page.evaluate(() => {
    const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    return Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
  });
  const violations = await page.evaluate(async (tags) => {
    const engine = (window as unknown as { axe: typeof import('axe-core') }).axe;
    const result = await engine.run(document, { runOnly: { type: 'tag', values: tags } });
    return result.violations.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${node.target.join(' ')} · ${node.failureSummary?.replace(/\s+/g, ' ')}`),
    );
  }, TAGS);
  expect.soft(violations, `axe-core on ${page.url()}`).toEqual([]);
}
