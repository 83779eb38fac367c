// Registering by address and by text, what stands in its way, and unregistering; on a demo of its own that may read this machine.
import { startDemo, type Demo } from '../support/demo';
import { startSources, type Sources } from '../support/sources';
import { expect, signIn, test as base } from '../support/test';

/** A demo that may read this machine, and the places it can read. One a worker, since the pages' address hangs on it. */
const test = base.extend<object, { server: Demo; sources: Sources }>({
  server: [
    async ({}, use) => {
      const server = await startDemo(['--demo'], { WAYMARK_FETCH_ALLOW_PRIVATE: '127.0.0.1' });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  sources: [
    async ({}, use) => {
      const sources = await startSources();
      await use(sources);
      await sources.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => {
    await use(server.url);
  },
});

const component = (name: string, more = '') =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\nspec:\n  type: service\n  lifecycle: production\n  owner: payments-team\n${more}`;

test('a repository: three actions from Home', async ({ page, sources }) => {
  const address = sources.push('shop', { 'catalog-info.yaml': component('shop'), 'api/catalog-info.yaml': component('shop-worker', '  dependsOn: [component:shop]\n') });
  await signIn(page);
  await page.goto('/');
  await page.getByRole('link', { name: 'Register', exact: true }).click(); // 1
  await page.getByLabel('Address of a file or repository').fill(address);
  await page.keyboard.press('Enter'); // 2
  await expect(page.getByText('2 entities in 2 files')).toBeVisible();
  await expect(page.getByText('shop-worker').first()).toBeVisible();
  await page.getByRole('button', { name: 'Register 2 entities' }).click(); // 3
  await expect(page.getByText('Registered 2 entities.')).toBeVisible();
  await expect(page).toHaveURL(/\/locations\/[0-9a-f-]+$/);
  await expect(page.getByRole('link', { name: 'shop-worker' })).toBeVisible();
});

test('mistakes say their line, and what was typed stays', async ({ page, sources, expectedComplaints }) => {
  expectedComplaints.push(/422/);
  await signIn(page);
  await page.goto('/register');
  const address = page.getByLabel('Address of a file or repository');
  await address.fill('github.com/acme/pay');
  await page.getByRole('button', { name: 'Look at it' }).click();
  await expect(page.getByRole('alert').getByRole('link')).toBeVisible();
  await expect(address).toHaveValue('github.com/acme/pay');
  await expect(address).toBeFocused();

  sources.put('/mixed.yaml', `${component('mixed')}---\n${component('bad').replace('name: bad', 'name: bad\n  tags: ["Two Words"]')}---\n${component('payment-service')}`);
  await address.fill(`${sources.url}/mixed.yaml`);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Line 1[0-9]/).first()).toBeVisible();
  await expect(page.getByText('1 name is taken already')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Register 1 entity' })).toBeVisible();
});

test('a text becomes an entity of the portal', async ({ page }) => {
  await signIn(page);
  await page.goto('/register?by=text');
  await page.getByLabel('Descriptors').fill(component('pasted'));
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('button', { name: 'Register 1 entity' }).click();
  await expect(page).toHaveURL(/\/catalog\/default\/component\/pasted$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('pasted');
});

test('a repository without a descriptor gets its pull request', async ({ page, sources, expectedComplaints }) => {
  expectedComplaints.push(/422/);
  const address = sources.push('bare', { 'README.md': '# Bare\n' });
  await signIn(page);
  await page.goto('/register');
  await page.getByLabel('Address of a file or repository').fill(address);
  await page.keyboard.press('Enter');
  await expect(page.getByText('There is no catalog-info.yaml in this repository yet')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('bare');
  await page.getByLabel('Owner').fill('group:default/payments-team');
  await page.getByRole('button', { name: 'Update the descriptor' }).click();
  await expect(page.getByText('git switch -c add-catalog-info')).toBeVisible();
  await expect(page.getByText('owner: group:default/payments-team').first()).toBeVisible();
});

test('unregistering says what goes, and then it is gone', async ({ page, sources }) => {
  sources.put('/going.yaml', component('going'));
  await signIn(page);
  await page.goto('/register');
  await page.getByLabel('Address of a file or repository').fill(`${sources.url}/going.yaml`);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Register 1 entity' }).click();
  await expect(page).toHaveURL(/\/catalog\/default\/component\/going$/);
  await page.goto('/locations?q=going');
  await page.getByRole('link', { name: /going\.yaml/ }).click();
  await page.getByRole('link', { name: 'Unregister' }).click();
  await page.getByRole('button', { name: 'Unregister and remove 1 entity' }).click();
  await expect(page.getByText(/is unregistered/)).toBeVisible();
  expect((await page.goto('/catalog/default/component/going'))?.status()).toBe(404);
});

test('registering works without scripts', async ({ browser, server, sources }) => {
  sources.put('/plain.yaml', component('plain'));
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await signIn(page);
  await page.goto('/register');
  await page.getByLabel('Address of a file or repository').fill(`${sources.url}/plain.yaml`);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('button', { name: 'Register 1 entity' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('plain');
  await context.close();
});
