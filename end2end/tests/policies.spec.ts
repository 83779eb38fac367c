// Policies in the portal: one hides a system, its reasons are told, and it is taken back; one that would lock everybody out is refused.
// Plain forms throughout.
import { ADMINISTRATOR } from '../support/administration';
import { expect, signIn, test } from '../support/test';

test.use({ javaScriptEnabled: false });

const NAME = 'hide-messaging';
const HIDDEN = '/catalog/default/component/notification-service';
/** Of one person only, so that it disturbs no other test. */
const HIDE = `// Kwame Mensah does not see the system messaging.
forbid (principal == User::"user:default/kwame-mensah", action == Action::"catalog:read", resource)
when { resource == Entity::"system:default/messaging" || resource.system == "system:default/messaging" };
`;

test('a policy hides something without a restart, says why, and is taken back', async ({ page, browser }) => {
  const other = await browser.newPage({ baseURL: process.env.WAYMARK_URL, javaScriptEnabled: false });
  await signIn(other, 'Kwame Mensah');
  const status = async () => (await other.goto(HIDDEN))?.status();
  expect(await status()).toBe(200);

  await signIn(page, ADMINISTRATOR);
  await page.goto('/admin/policies');
  await page.getByRole('link', { name: 'New policy' }).first().click();
  await page.getByLabel('Name').fill(NAME);
  await page.getByRole('textbox', { name: 'Policy', exact: true }).fill(HIDE);
  await page.getByLabel('Person or service account').fill('user:default/kwame-mensah');
  await page.getByLabel('Entity').fill('component:default/notification-service');
  await page.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByRole('row', { name: /In force now/ })).toContainText('Allowed');
  await expect(page.getByRole('row', { name: /With this text/ })).toContainText('Denied');
  await expect(page.getByRole('row', { name: /With this text/ })).toContainText(NAME);
  expect(await status()).toBe(200); // a test changes nothing

  await page.getByRole('button', { name: 'Review change' }).click();
  await page.getByLabel('Why').fill('Not public yet');
  await page.getByRole('button', { name: 'Create policy' }).click();
  await expect(page.getByText(`${NAME} is saved`)).toBeVisible();
  await expect.poll(status).toBe(404);

  await page.goto(`/why?who=user:default/kwame-mensah&action=catalog:read&resource=component:default/notification-service`);
  await expect(page.getByRole('main')).toContainText('Kwame Mensah may not see entities');
  await expect(page.getByRole('main')).toContainText(`${NAME} forbids it`);

  await page.goto(`/admin/policies/${NAME}`);
  await page.getByRole('textbox', { name: 'Policy', exact: true }).fill(HIDE.replace('user:default/kwame-mensah', 'user:default/nobody'));
  await page.getByRole('button', { name: 'Review change' }).click();
  await page.getByLabel('Why').fill('He needs it');
  await page.getByRole('button', { name: 'Save policy' }).click();
  await expect.poll(status).toBe(200);

  await page.getByRole('link', { name: 'History' }).click();
  await expect(page.getByText('He needs it')).toBeVisible();
  await page.getByRole('button', { name: 'Bring this version back' }).click();
  await expect.poll(status).toBe(404);

  await page.goto(`/admin/policies/${NAME}`);
  await page.getByRole('link', { name: 'Delete policy' }).click();
  await page.getByRole('button', { name: 'Delete policy' }).click();
  await expect.poll(status).toBe(200);
  await other.close();
});

test('a policy that locks everybody out is refused', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto('/admin/policies/new');
  await page.getByLabel('Name').fill('lock');
  await page.getByRole('textbox', { name: 'Policy', exact: true }).fill('forbid (principal, action, resource);');
  await page.getByRole('button', { name: 'Review change' }).click();
  await page.getByRole('button', { name: 'Create policy' }).click();
  await expect(page.getByRole('alert')).toContainText('it would lock people out');
  await expect(page.getByRole('textbox', { name: 'Policy', exact: true })).toHaveValue(/forbid/);
  await page.goto('/admin/policies');
  await expect(page.getByRole('link', { name: 'lock', exact: true })).toHaveCount(0);
});

test('mistakes are named by line, and what was typed stays', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto('/admin/policies/new?example=freeze');
  const text = page.getByRole('textbox', { name: 'Policy', exact: true });
  await text.fill((await text.inputValue()).replace('entity:change', 'entity:chnge'));
  await page.getByRole('button', { name: 'Review change' }).click();
  await expect(page.getByText('Line 11, column', { exact: false })).toBeVisible();
  await expect(page.getByText('Did you mean', { exact: false })).toBeVisible();
  await expect(text).toHaveValue(/chnge/);
});

test('a refused change leads to its reasons', async ({ page }) => {
  await signIn(page);
  await page.goto('/catalog/default/component/search-service/edit');
  await page.getByRole('link', { name: 'Why can’t I?' }).click();
  await expect(page.getByRole('main')).toContainText('You may not change or delete an entity');
  await expect(page.getByRole('heading', { name: 'Whom to ask' })).toBeVisible();
});

test('an announcement stands on every page until it is closed', async ({ page, browser }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto('/admin/announcements');
  await page.getByLabel('Title').fill('The build cluster moves tonight');
  await page.getByLabel('Level').selectOption('warn');
  await page.getByRole('button', { name: 'Announce' }).click();
  const other = await browser.newPage({ baseURL: process.env.WAYMARK_URL, javaScriptEnabled: false });
  await signIn(other, 'Nia Williams');
  await other.goto('/catalog');
  await expect(other.getByText('The build cluster moves tonight')).toBeVisible();
  await other.getByRole('button', { name: /^Close “The build cluster/ }).click();
  await expect(other).toHaveURL(/\/catalog$/);
  await expect(other.getByText('The build cluster moves tonight')).toHaveCount(0);
  await other.close();
  await page.getByRole('button', { name: /^Delete “The build cluster/ }).click();
  await expect(page.getByText('The announcement is deleted.')).toBeVisible();
});
