// What people do: sign in, find, star, filter, change the colours, with the keyboard and without JavaScript.
// Journeys count their actions from Home; the count may not grow.
import { expect, resumeSession, signIn, test } from '../support/test';

const SERVICE = '/catalog/default/component/payment-service';

test('a page asks for sign-in and comes back to itself', async ({ page }) => {
  await page.goto(`${SERVICE}/dependencies`);
  await expect(page).toHaveURL(/\/sign-in\?return_to=/);
  await page.getByRole('button', { name: 'Amara Okafor' }).click();
  await expect(page).toHaveURL(new RegExp(`${SERVICE}/dependencies$`));
});

test('what a service needs and who needs it: two actions', async ({ page }) => {
  await resumeSession(page);
  await page.goto('/');
  await page.getByRole('link', { name: 'payment-service' }).first().click(); // 1
  await expect(page.getByRole('heading', { level: 1 })).toContainText('payment-service');
  await page.getByRole('link', { name: 'Dependencies' }).click(); // 2
  await expect(page.getByRole('heading', { name: 'Depends on' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Payments database' }).first()).toBeVisible();
});

test('an operation of an API: two actions', async ({ page }) => {
  await resumeSession(page);
  await page.goto('/');
  await page.getByRole('link', { name: 'Payment API' }).first().click(); // 1
  await page.getByRole('link', { name: 'Definition' }).click(); // 2
  await expect(page.getByText('POST', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('/payments', { exact: true }).first()).toBeVisible();
});

test('the palette finds and opens by keyboard alone', async ({ page }) => {
  await resumeSession(page);
  await page.goto('/');
  const found = page.getByRole('option', { name: /payment-service/ }).first();
  // The palette hydrates when the page is idle.
  await expect(async () => {
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.keyboard.type('payment-serv');
  await expect(found).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`${SERVICE}$`));
});

test('facets and text filter by address', async ({ page }) => {
  await resumeSession(page);
  await page.goto('/catalog');
  await page.getByRole('link', { name: /^website/ }).first().click();
  await expect(page).toHaveURL(/\/catalog\?type=website$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('6');
  await page.goto('/catalog?type=website&q=checkout');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('1');
});

test('exports carry the filter', async ({ page }) => {
  await resumeSession(page);
  const csv = await page.request.get('/catalog/export.csv?q=payment-service');
  expect(await csv.text()).toContain('payment-service');
  const json = await page.request.get('/catalog/export.json?kind=domain');
  expect((await json.json()).length).toBe(5);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a star stays, and search and colours work', async ({ page }) => {
    await signIn(page, 'Tomasz');
    await page.goto(SERVICE);
    await page.getByRole('button', { name: /star/i }).first().click();
    await page.goto('/');
    await expect(page.getByRole('main').getByRole('link', { name: 'payment-service' }).first()).toBeVisible();
    await page.goto('/search?q=ledger');
    await expect(page.getByRole('link', { name: /ledger/i }).first()).toBeVisible();
  });
});

test('signing out ends the session', async ({ page }) => {
  await signIn(page, 'Lukas Brandt');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/catalog');
  await expect(page).toHaveURL(/\/sign-in/);
});
