// What people did in the demo before the tests look at it: the sample organisation alone has neither history nor overlays.

/** The person who did it: leads the team that owns what is changed. */
const PERSON = 'user:default/amara-okafor';

/** An entity that the portal owns. */
export const OWNED = '/catalog/default/resource/chargeback-archive';
/** An entity of a file, with an overlay. */
export const OVERLAID = '/catalog/default/component/refund-worker';

const DESCRIPTOR = `apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: chargeback-archive
  title: Chargeback archive
  description: Signed evidence of every disputed payment, kept for seven years
  tags: [archive, payments]
spec:
  type: bucket
  owner: group:default/payments-team
  system: checkout
`;

async function cookies(url: string): Promise<string> {
  const answer = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ person: PERSON }),
  });
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

/** The session, once the catalog is read: the portal is ready before it is. */
async function session(url: string): Promise<string> {
  for (let left = 600; left > 0; left -= 1) {
    const cookie = await cookies(url);
    if (cookie.includes('wm_session=')) {
      const answer = await fetch(`${url}${OVERLAID}`, { headers: { cookie } });
      if (answer.status === 200) return cookie;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the sample organisation was not read within half a minute');
}

/** Makes an entity, changes it, and puts an overlay over another, as the forms do. */
export async function makeHistory(url: string): Promise<void> {
  const cookie = await session(url);
  const post = async (path: string, fields: Record<string, string>) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie };
    const answer = await fetch(`${url}${path}`, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) });
    if (answer.status !== 303 || answer.headers.get('location')?.startsWith('/sign-in')) throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).replace(/<[^>]+>/g, ' ').slice(0, 2000)}`);
  };
  const etag = async (path: string) => {
    const page = await fetch(`${url}${path}/edit`, { headers: { cookie } });
    return /name="etag" value="([^"]*)"/.exec(await page.text())?.[1] ?? '';
  };
  await post('/catalog/new', { kind: 'resource', yaml: DESCRIPTOR });
  await post(`${OWNED}/edit`, { as: 'yaml', etag: await etag(OWNED), yaml: DESCRIPTOR.replace('seven years', 'ten years').replace('[archive, ', '[archive, compliance, ') });
  await post(`${OVERLAID}/edit`, {
    as: 'overlay',
    do: 'save',
    etag: '',
    title: '',
    description: 'Pays refunds out and books them; drained by hand on the first of the month',
    owner: 'group:default/payments-team',
    tags: 'payments, nightly',
    labels: '',
    'link-url-0': 'https://handbook.internal.example.com/payments/refunds',
    'link-title-0': 'Refund runbook',
    'link-icon-0': 'runbook',
  });
}
