// The inbox, the choices about it, and deliveries: all of it as plain forms.
import { ADMIN_TOKEN } from '../support/demo';
import { expect, signIn, test } from '../support/test';

test.use({ javaScriptEnabled: false });

async function send(url: string, person: string, payload: Record<string, unknown>): Promise<number> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ recipients: { type: 'entity', entityRef: person }, payload });
  return (await (await fetch(`${url}/api/notifications`, { method: 'POST', headers, body })).json()).length;
}

const url = () => process.env.WAYMARK_URL ?? '';

test('a message arrives, is opened, kept, and read', async ({ page }) => {
  await send(url(), 'user:default/ingrid-solberg', { title: 'Stock of shelf 9 is low', link: '/catalog/default/component/payment-service', topic: 'stock' });
  await send(url(), 'user:default/ingrid-solberg', { title: 'Stock of shelf 10 is low', topic: 'stock', severity: 'high' });
  await signIn(page, 'Ingrid');
  await page.getByRole('link', { name: /^Inbox, \d+ unread messages$/ }).click();
  await page.getByRole('link', { name: 'Stock of shelf 9 is low' }).click();
  await expect(page).toHaveURL(/\/catalog\/default\/component\/payment-service$/);

  await page.goto('/notifications?topic=stock');
  await expect(page.getByRole('region', { name: 'Unread' }).getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Read', exact: true }).getByRole('listitem')).toHaveCount(1);
  await page.getByRole('button', { name: 'Save: Stock of shelf 10 is low' }).click();
  await page.goto('/notifications?show=saved');
  await expect(page.getByRole('listitem').filter({ hasText: 'Stock of shelf 10' })).toBeVisible();
  await page.getByRole('button', { name: 'Do not keep: Stock of shelf 10 is low' }).click();
  await expect(page.getByText('Nothing is saved')).toBeVisible();

  await page.goto('/notifications');
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(page.getByText(/marked as read\.$/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Inbox', exact: true })).toBeVisible();
});

test('what is not wanted does not come', async ({ page }) => {
  expect(await send(url(), 'user:default/sofia-marquez', { title: 'First', topic: 'weather' })).toBe(1);
  await signIn(page, 'Sofía');
  await page.goto('/settings/notifications');
  const box = page.getByRole('checkbox', { name: /weather: In the inbox$/ });
  await expect(box).toBeChecked();
  await box.uncheck();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Your notification settings are saved.')).toBeVisible();
  await expect(page.getByRole('checkbox', { name: /weather: In the inbox$/ })).not.toBeChecked();
  expect(await send(url(), 'user:default/sofia-marquez', { title: 'Second', topic: 'weather' })).toBe(0);

  await page.getByText('Keep quiet hours').click();
  await page.getByLabel('From').fill('21:30');
  await page.getByLabel('Time zone').selectOption('Europe/Madrid');
  await page.getByRole('button', { name: 'Save quiet hours' }).click();
  await expect(page.getByText('Your quiet hours are saved.')).toBeVisible();
  await expect(page.getByLabel('From')).toHaveValue('21:30');
});

test('administrators see that nothing leaves the portal', async ({ page }) => {
  await signIn(page, 'Lukas Brandt');
  await page.goto('/admin/notifications');
  await expect(page.getByText('Nothing leaves the portal')).toBeVisible();
});
