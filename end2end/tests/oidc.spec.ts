// Signing in through a real OpenID provider, and everything that must not let anybody in.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { startWorld, type World } from '../support/oidc-provider';

test.describe.configure({ mode: 'serial' });

let world: World;

test.beforeAll(async () => {
  world = await startWorld();
});

test.afterAll(async () => {
  await world?.stop();
});

// The provider's own pages ask for a font and an icon elsewhere.
test.beforeEach(async ({ expectedComplaints, page }) => {
  expectedComplaints.push(/localhost/, /fonts\.googleapis\.com/, /ERR_FAILED/);
  await page.route('https://fonts.googleapis.com/**', (route) => route.abort());
});

/** Fills in what the provider asks: who one is, and whether the portal may know it. */
async function answer(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Signs in by the button, from wherever the portal sends somebody who is not signed in. */
async function signIn(page: Page, name: string, path = '/catalog', button = 'Example SSO'): Promise<void> {
  await page.goto(world.portal.url + path);
  await page.getByRole('link', { name: `Continue with ${button}` }).click();
  await answer(page, name);
}

/** Where a sign-in that begins now would send this browser. */
async function begin(page: Page, provider = 'sso'): Promise<URL> {
  const response = await page.request.get(`${world.portal.url}/sign-in/${provider}`, { maxRedirects: 0 });
  expect(response.status()).toBe(303);
  return new URL(response.headers()['location'] ?? '');
}

/** The addresses by which the provider sends this page back. */
function callbacks(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.endsWith('/callback')) seen.push(request.url());
  });
  return seen;
}

async function isSignedOut(page: Page): Promise<void> {
  await page.goto(`${world.portal.url}/catalog`);
  await expect(page).toHaveURL(/\/sign-in\?return_to=/);
}

async function account(page: Page): Promise<string> {
  return (await page.getByRole('button', { name: /^Account of/ }).getAttribute('aria-label')) ?? '';
}

test('signs in and comes back to the page that was wanted', async ({ page }) => {
  await signIn(page, 'ada', '/catalog?kind=user');
  await expect(page).toHaveURL(`${world.portal.url}/catalog?kind=user`);
  expect(await account(page)).toContain('Ada Example');
});

test('a token with another nonce lets nobody in', async ({ page }) => {
  const address = await begin(page);
  address.searchParams.set('nonce', 'of-another-sign-in');
  await page.goto(address.href);
  await answer(page, 'ada');
  await expect(page.getByText('The token belongs to another sign-in')).toBeVisible();
  await isSignedOut(page);
});

test('an answer counts once, and so does a code', async ({ page }) => {
  const seen = callbacks(page);
  await signIn(page, 'ada');
  await expect(page).toHaveURL(/\/catalog$/);
  const used = seen[0] ?? '';
  await page.context().clearCookies({ name: 'wm_session' });
  const again = await page.goto(used);
  expect(again?.status()).toBe(403);
  await expect(page.getByRole('heading', { name: 'This sign-in is over' })).toBeVisible();

  // The old code with the state of a new sign-in.
  const fresh = new URL(used);
  fresh.searchParams.set('state', (await begin(page)).searchParams.get('state') ?? '');
  const replayed = await page.goto(fresh.href);
  expect(replayed?.status()).toBe(403);
  await expect(page.getByText('The provider does not take the code')).toBeVisible();
  await isSignedOut(page);
});

test('an answer counts in the browser that asked', async ({ page, browser }) => {
  const address = await begin(page);
  const other = await browser.newPage();
  await other.route('https://fonts.googleapis.com/**', (route) => route.abort());
  await other.goto(address.href);
  await answer(other, 'ada');
  await expect(other.getByRole('heading', { name: 'This sign-in began elsewhere' })).toBeVisible();
  await other.close();
});

test('a token that has run out lets nobody in', async ({ page }) => {
  await world.provider.issueLate(7200);
  try {
    await signIn(page, 'ada');
    await expect(page.getByText('has run out, or comes from the future')).toBeVisible();
  } finally {
    await world.provider.issueLate(0);
  }
  await isSignedOut(page);
});

test('new signing keys are taken without a restart', async ({ page }) => {
  await world.provider.rotateKeys();
  await signIn(page, 'grace');
  await expect(page).toHaveURL(/\/catalog$/);
  expect(await account(page)).toContain('Grace Example');
});

test('signing out goes on at the provider', async ({ page }) => {
  await signIn(page, 'ada');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/localhost:\d+\/session\/end\?/);
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await expect(page).toHaveURL(new RegExp(`^${world.portal.url}/sign-in`));
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await isSignedOut(page);
  // It asks again who it is.
  await page.getByRole('link', { name: 'Continue with Example SSO' }).click();
  await expect(page.getByPlaceholder('Enter any login')).toBeVisible();
});

test('leaving at the provider ends the session here', async ({ page }) => {
  await signIn(page, 'ada');
  await expect(page).toHaveURL(/\/catalog$/);
  await page.goto(`${world.provider.url}/session/end`);
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await isSignedOut(page);
});

test('somebody who is not in the catalog reads what was looked for', async ({ page }) => {
  await signIn(page, 'stranger');
  await expect(page.getByRole('heading', { name: 'You are not in the catalog yet' })).toBeVisible();
  const row = page.getByRole('row', { name: /spec\.profile\.email/ });
  await expect(row).toContainText('stranger@example.com');
  await expect(row).toContainText('No User has this address.');
  await expect(page.getByRole('region', { name: 'catalog-info.yaml' })).toContainText('email: "stranger@example.com"');
  await isSignedOut(page);
});

test('an address that is not verified is nobody’s', async ({ page }) => {
  await signIn(page, 'unverified');
  await expect(page.getByRole('row', { name: /spec\.profile\.email/ })).toContainText('does not say that unverified@example.com is verified');
  await isSignedOut(page);
});

test('plain OAuth 2.0 signs in too', async ({ page }) => {
  await signIn(page, 'grace', '/catalog', 'Plain');
  await expect(page).toHaveURL(/\/catalog$/);
  expect(await account(page)).toContain('Grace Example');
});
