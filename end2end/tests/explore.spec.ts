// The graph explorer: drawn by the server, walked with the keyboard.
import { expect, resumeSession, test } from '../support/test';

const DOMAIN = '/graph?root=domain:default/payments&fold=none';

test('a graph starts from what one types', async ({ page }) => {
  await resumeSession(page);
  await page.goto('/graph');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('The whole catalog');
  await page.getByRole('combobox', { name: 'Start from' }).fill('system:default/checkout');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/root=system(%3A|:)default(%2F|\/)checkout/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Checkout');
});

test('arrow keys walk, Enter focuses and opens, Escape clears', async ({ page }) => {
  await resumeSession(page);
  await page.goto(DOMAIN);
  const node = page.locator('a.explore-node', { hasText: 'payment-service' });
  // The island hydrates when the page is idle: then one box takes Tab, the others don't.
  await expect(page.locator('a.explore-node[tabindex="0"]')).toHaveCount(1);
  await node.focus();
  await expect(page.locator('svg.explore-drawing')).toHaveClass(/has-focus/);
  await expect(node).toHaveClass(/is-lit/);
  await page.keyboard.press('ArrowLeft');
  await expect(node).not.toBeFocused();
  await expect(page.locator('.explore-node:focus')).toHaveClass(/is-lit/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Escape');
  await expect(page.locator('svg.explore-drawing')).not.toHaveClass(/has-focus/);

  await node.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/focus=component/);
  await expect(page.getByRole('complementary', { name: 'Focus' })).toContainText('Payments database');
  await expect(page.locator('a.explore-node[tabindex="0"]')).toHaveCount(1);
  await page.locator('.explore-node.is-focal').focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/catalog\/default\/component\/payment-service$/);
  await page.goBack();
  await expect(page.locator('a.explore-node[tabindex="0"]')).toHaveCount(1);
  await page.locator('.explore-node.is-focal').focus();
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/focus=/);
});

test('the drawing grows and shrinks', async ({ page }) => {
  await resumeSession(page);
  await page.goto(DOMAIN);
  const drawing = page.locator('svg.explore-drawing');
  await expect(page.getByRole('button', { name: 'Zoom in' })).toBeVisible();
  const before = Number(await drawing.getAttribute('width'));
  await page.getByRole('button', { name: 'Zoom in' }).click();
  expect(Number(await drawing.getAttribute('width'))).toBeGreaterThan(before);
  await page.locator('a.explore-node').first().focus();
  await page.keyboard.press('-');
  await page.keyboard.press('-');
  expect(Number(await drawing.getAttribute('width'))).toBeLessThan(before);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('groups fold, relations filter, and the table says the same', async ({ page }) => {
    await resumeSession(page);
    await page.goto(DOMAIN);
    await page.getByRole('link', { name: 'Fold Checkout' }).click();
    await expect(page.locator('.explore-group', { hasText: 'Checkout' })).toBeVisible();
    await page.getByRole('list', { name: 'Relations' }).getByRole('link', { name: /^APIs/ }).click();
    await page.getByRole('link', { name: 'Table' }).click();
    await expect(page.getByRole('row', { name: /payment-service/ }).first()).toBeVisible();
  });
});

test('two entities side by side, from an entity’s menu', async ({ page }) => {
  await resumeSession(page);
  await page.goto('/catalog/default/component/payment-service');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('link', { name: 'Compare with another' }).click();
  await page.getByRole('combobox', { name: 'Second entity' }).fill('refund-worker');
  await page.getByRole('combobox', { name: 'Second entity' }).press('Escape');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('rowheader', { name: 'Lifecycle' })).toBeVisible();
  await expect(page.getByText('Different').first()).toBeVisible();
});
