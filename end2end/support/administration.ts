// What administrators did in the demo before the tests look at it: service accounts, tokens, roles and sessions.
import { ADMIN_TOKEN } from './demo';

/** The sample person who runs the portal. */
export const ADMINISTRATOR = 'Lukas Brandt';

/** The browsers in which the administrator is signed in besides. */
const BROWSERS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
];

async function signIn(url: string, agent: string): Promise<string> {
  const answer = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': agent },
    body: new URLSearchParams({ person: 'user:default/lukas-brandt' }),
  });
  const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
  return cookies.join('; ');
}

/** Makes two service accounts with tokens and roles, a token and sessions of the administrator's, and gives roles to a person and a group. */
export async function makeAdministration(url: string): Promise<void> {
  const rest = async (path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  };
  await rest('/api/v1/service-accounts', { name: 'build-pipeline', description: 'Registers what the pipelines build', owner: 'group:default/platform-team' });
  await rest('/api/v1/service-accounts', { name: 'cost-report', description: 'Reads the catalog once a night for the cost report of the finance department', owner: 'user:default/sofia-marquez' });
  await rest('/api/v1/tokens', { owner: 'service:build-pipeline', name: 'Pipelines of the main branch', scopes: ['catalog:read', 'location:write'] });
  await rest('/api/v1/tokens', { owner: 'service:build-pipeline', name: 'Trial with the new runners', scopes: ['catalog:read'], expiresInDays: 7 });
  await rest('/api/v1/tokens', { owner: 'service:cost-report', name: 'Nightly', scopes: ['catalog:read'], expiresInDays: 365 });
  await rest('/api/v1/role-grants', { role: 'developer', to: 'service:build-pipeline' });
  await rest('/api/v1/role-grants', { role: 'viewer', to: 'service:cost-report' });
  await rest('/api/v1/role-grants', { role: 'sre', to: 'group:default/reliability-team' });
  await rest('/api/v1/role-grants', { role: 'developer-advocate', to: 'user:default/nia-williams' });
  for (const agent of BROWSERS) {
    const cookie = await signIn(url, agent);
    if (agent !== BROWSERS[0]) continue;
    const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie };
    const form = new URLSearchParams({ name: 'Release script on my laptop', days: '90' });
    form.append('scope', 'catalog:read');
    form.append('scope', 'entity:write');
    const answer = await fetch(`${url}/settings/tokens`, { method: 'POST', headers, body: form });
    if (answer.status !== 200) throw new Error(`/settings/tokens answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  }
}
