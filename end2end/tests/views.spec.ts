// Saved views and stars: kept, listed, changed, deleted; all of it as plain forms.
import { expect, signIn, test } from '../support/test';

test.use({ javaScriptEnabled: false });

test('a view is saved, opened, renamed, shared and deleted', async ({ page }) => {
  await signIn(page, 'Tomasz');
  await page.goto('/catalog?lifecycle=production&owner=mine');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ours in production');
  await page.locator('#save-view').getByRole('button', { name: 'Save view' }).click();
  await expect(page).toHaveURL(/\/catalog\?owner=mine&lifecycle=production$/);
  await expect(page.getByText('The view “Ours in production” is saved.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ours in production' })).toHaveAttribute('aria-current', 'true');

  await page.goto('/views');
  await page.getByRole('button', { name: 'Change Ours in production' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Live');
  await page.getByText('Share with everybody').click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('row', { name: /Live/ })).toContainText('Everybody');
  await page.getByRole('button', { name: 'Delete Live' }).click();
  await expect(page.getByText('The view “Live” is deleted.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Live' })).toHaveCount(0);
});

test('a name that is taken comes back with what was typed', async ({ page }) => {
  await signIn(page, 'Lukas Brandt');
  for (const [query, taken] of [['kind=api', false], ['kind=system', true]] as const) {
    await page.goto(`/catalog?${query}`);
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Twice');
    await page.locator('#save-view').getByRole('button', { name: 'Save view' }).click();
    if (taken) await expect(page.getByRole('alert')).toContainText('You have a view named');
    else await expect(page.getByText('is saved.')).toBeVisible();
  }
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Twice');
  await page.goto('/views');
  await page.getByRole('button', { name: 'Delete Twice' }).click();
});

test('the page of stars takes stars away', async ({ page }) => {
  await signIn(page, 'Lukas Brandt');
  await page.goto('/catalog/default/component/payment-service');
  await page.getByRole('button', { name: /^Star/ }).first().click();
  await page.goto('/starred');
  await expect(page.getByRole('row', { name: /payment-service/ })).toBeVisible();
  await page.getByRole('button', { name: 'Remove the star of payment-service' }).click();
  await expect(page.getByText('Nothing is starred yet')).toBeVisible();
});
