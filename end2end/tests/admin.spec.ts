// Administration in a browser: roles take effect while somebody works, tokens stop, sessions end elsewhere.
import { ADMINISTRATOR } from '../support/administration';
import { expect, signIn, test } from '../support/test';

test('a role takes effect for somebody who is signed in, and goes again', async ({ page, browser, expectedComplaints }) => {
  expectedComplaints.push(/404/);
  const other = await browser.newContext();
  const theirs = await other.newPage();
  await signIn(theirs, 'Ingrid Solberg');
  expect((await theirs.goto('/admin/people'))?.status(), 'who may not see it is not told that it is there').toBe(404);

  await signIn(page, ADMINISTRATOR);
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('link', { name: 'Administration' }).click();
  await expect(page).toHaveURL(/\/admin\/people$/);
  await page.getByRole('navigation', { name: 'Parts of administration' }).getByRole('link', { name: 'Roles' }).click();
  await page.getByRole('link', { name: 'Give a role' }).click();
  await page.getByLabel('Role').selectOption('auditor');
  const who = page.getByRole('combobox', { name: 'Which person' });
  const found = page.getByRole('option', { name: /Ingrid Solberg/ });
  // What is typed before the island has started is searched by nobody.
  await expect(async () => {
    await who.fill('');
    await who.pressSequentially('Ingrid');
    await expect(found).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await found.click();
  await expect(who).toHaveValue('user:default/ingrid-solberg');
  await page.getByRole('button', { name: 'Give role' }).click();
  await expect(page.getByText('has the role auditor now')).toBeVisible();

  await expect.poll(async () => (await theirs.goto('/admin/people'))?.status(), 'without signing in again').toBe(200);
  await theirs.goto('/admin/people?q=ingrid');
  await expect(theirs.getByRole('row', { name: /Ingrid Solberg/ })).toContainText('auditor');
  await theirs.goto('/admin/roles');
  await expect(theirs.getByRole('link', { name: 'Give a role' }), 'an auditor only reads').toHaveCount(0);

  await page.getByRole('button', { name: 'Take auditor away from Ingrid Solberg' }).click();
  await expect(page.getByText('is taken away')).toBeVisible();
  await expect.poll(async () => (await theirs.goto('/admin/people'))?.status()).toBe(404);
  await other.close();
});

test('what the configuration gives cannot be taken away here', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto('/admin/roles');
  await expect(page.locator('section', { has: page.locator('#admin') }).getByText('configuration', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: `Take admin away from ${ADMINISTRATOR}` })).toHaveCount(0);
});

test('a token works as bearer until it is revoked', async ({ page, request }) => {
  await signIn(page, 'Sofía Márquez');
  await page.goto('/settings/tokens');
  await page.getByRole('link', { name: 'New token' }).click();
  await page.getByRole('textbox', { name: 'What is it for' }).fill('Browser test');
  await page.getByRole('button', { name: 'Make token' }).click();
  const token = await page.locator('#made-token').innerText();
  expect(token).toMatch(/^wm_/);
  const read = async () => (await request.get('/api/catalog/entities/by-name/component/default/payment-service', { headers: { authorization: `Bearer ${token}` } })).status();
  expect(await read()).toBe(200);

  await page.goto('/settings/tokens');
  await expect(page.locator('main')).not.toContainText(token);
  await page.getByRole('button', { name: 'Revoke Browser test' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(page.getByText('The token is revoked.')).toBeVisible();
  expect(await read()).toBe(401);
});

test('a session that is ended elsewhere signs that browser out', async ({ page, browser }) => {
  const other = await browser.newContext({ userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0' });
  const there = await other.newPage();
  await signIn(there, 'Nia Williams');
  await signIn(page, 'Nia Williams');
  await page.goto('/settings/sessions');
  await expect(page.getByRole('row', { name: /This browser/ })).toHaveCount(1);
  await page.getByRole('button', { name: 'End the session of Firefox on Windows' }).first().click();
  await expect(page.getByText('The session is ended.')).toBeVisible();
  await there.goto('/catalog');
  await expect(there).toHaveURL(/\/sign-in\?return_to=%2Fcatalog$/);
  await other.close();
});

test('shortcuts are switched off for every browser', async ({ page }) => {
  await signIn(page, 'Tomasz');
  await page.goto('/settings/appearance');
  await page.getByText('Use keyboard shortcuts, in every browser').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Keyboard shortcuts are off in every browser.')).toBeVisible();
  await page.goto('/');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/$/);
  await page.goto('/settings/appearance');
  await page.getByText('Use keyboard shortcuts, in every browser').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Keyboard shortcuts are on.')).toBeVisible();
});
