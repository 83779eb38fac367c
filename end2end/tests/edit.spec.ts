// Problems, what changed, and editing: with the keyboard, with scripts and without.
import { expect, resumeSession, signIn, test } from '../support/test';

const OVERLAID = '/catalog/default/component/refund-worker';
const descriptor = (name: string) =>
  `apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata:\n  name: ${name}\nspec:\n  type: bucket\n  owner: group:default/payments-team\n`;

test('what changed around a service in the last day: three actions', async ({ page }) => {
  await resumeSession(page);
  await page.goto('/');
  await page.getByRole('main').getByRole('link', { name: 'Refund worker' }).first().click(); // 1
  await page.getByRole('link', { name: 'History' }).click(); // 2
  await expect(page.getByText('Overlay changed').first()).toBeVisible();
  await page.getByRole('link', { name: /in the last day/ }).click(); // 3
  await expect(page.getByRole('heading', { level: 1 })).toContainText('What changed around Refund worker');
  await expect(page.getByRole('main').getByRole('link', { name: 'Amara Okafor' }).first()).toBeVisible();
});

test('problems are mine first, and each says what to do', async ({ page }) => {
  await resumeSession(page);
  await page.goto('/problems');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Problems');
  await page.getByRole('navigation', { name: 'Whose problems' }).getByRole('link', { name: /Mine/ }).click();
  await expect(page).toHaveURL(/owner=mine/);
});

test('the editor checks while one types, and creates', async ({ page }) => {
  await resumeSession(page);
  await page.goto('/catalog/new?kind=resource');
  const editor = page.getByLabel('Descriptor');
  await expect(async () => {
    await editor.fill(descriptor('two words'));
    await expect(page.getByText('Line 4, column 9')).toBeVisible({ timeout: 1500 });
  }).toPass();
  await editor.fill(descriptor('typed-bucket'));
  await expect(page.getByText('Line 4, column 9')).toBeHidden();
  await page.getByRole('button', { name: 'Create entity' }).click();
  await expect(page).toHaveURL(/\/catalog\/default\/resource\/typed-bucket$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('typed-bucket');
});

test('two people edit: the second is told, and loses nothing', async ({ page, context, expectedComplaints }) => {
  expectedComplaints.push(/409/);
  await resumeSession(page);
  await page.goto('/catalog/new');
  await page.getByLabel('Descriptor').fill(descriptor('contested-bucket'));
  await page.getByRole('button', { name: 'Create entity' }).click();
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel('Description').fill('Theirs');
  await other.getByRole('button', { name: 'Save changes' }).click();
  await expect(other.getByText('Theirs').first()).toBeVisible();
  await page.getByLabel('Description').fill('Mine');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('Somebody else changed it while you were editing')).toBeVisible();
  await expect(page.getByLabel('Description')).toHaveValue('Mine');
  await page.getByRole('button', { name: 'Save over their change' }).click();
  await expect(page.getByText('Mine').first()).toBeVisible();
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page.getByText('Came into the catalog')).toBeVisible();
});

test('an overlay is previewed, and goes to the repository as a patch', async ({ page }) => {
  await resumeSession(page);
  await page.goto(`${OVERLAID}/edit`);
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByText('What the portal shows instead of what the file says').first()).toBeVisible();
  const patch = await page.request.get(`${OVERLAID}/overlay.patch`);
  expect(patch.status()).toBe(200);
  expect(await patch.text()).toContain('+  tags: [payments, nightly]');
});

test('what others own says who may edit it', async ({ page }) => {
  await signIn(page, 'Tomasz');
  await page.goto(OVERLAID);
  await expect(page.getByRole('link', { name: 'Edit overlay' })).toHaveCount(0);
  await page.goto(`${OVERLAID}/edit`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('You may not edit');
  await expect(page.getByRole('main').getByRole('link', { name: /Payments/ }).first()).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a mistake comes back with its line and what was typed, and a deleted entity is gone', async ({ page }) => {
    await signIn(page);
    await page.goto('/catalog/new');
    await page.getByLabel('Descriptor').fill(descriptor('two words'));
    await page.getByRole('button', { name: 'Create entity' }).click();
    await expect(page.getByText('Line 4, column 9')).toBeVisible();
    await expect(page.getByLabel('Descriptor')).toHaveValue(descriptor('two words'));
    await page.getByLabel('Descriptor').fill(descriptor('plain-bucket'));
    await page.getByRole('button', { name: 'Create entity' }).click();
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByRole('link', { name: 'Delete entity' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await expect(page.getByText('plain-bucket is deleted.')).toBeVisible();
  });
});
