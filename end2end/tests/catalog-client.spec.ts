// Backstage's own client, unchanged, against the REST under /api/catalog: every method, with what it answers compared to what looking
// at every entity gives (support/brute.ts), and every way in which it fails.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CatalogClient } from '@backstage/catalog-client';
import { ancestry, contains, facet, holds, passes, projected, queried, refOf, sorted, type Known, type Order } from '../support/brute';
import { ADMIN_TOKEN, startDemo, type Demo } from '../support/demo';
import { asked, FILTERS, ORDERS, PREDICATES, TRAPS } from '../support/questions';
import { startSources, type Sources } from '../support/sources';
import { expect, test } from '../support/test';

const REF = 'component:default/payment-service';
const options = { token: ADMIN_TOKEN };

let server: Demo;
let sources: Sources;
let folder: string;

test.beforeAll(async () => {
  test.setTimeout(90_000);
  folder = mkdtempSync(join(tmpdir(), 'waymark-client-'));
  const sample = join(dirname(fileURLToPath(import.meta.url)), '../../platform/catalog/catalog-info.yaml');
  const traps = join(folder, 'traps.yaml');
  writeFileSync(traps, TRAPS);
  const config = join(folder, 'waymark.toml');
  const location = (target: string) => `[[catalog.locations]]\ntype = "file"\ntarget = ${JSON.stringify(target)}\n`;
  writeFileSync(config, `[catalog]\ngrace = "0s"\n[fetch]\nallow-private = ["127.0.0.1"]\n${location(sample)}${location(traps)}`);
  sources = await startSources();
  server = await startDemo(['--config', config]);
  // The first reading is over when both ends of it are there.
  await expect.poll(async () => (await everything()).filter((entity) => [REF, 'component:default/trap_three', 'component:odd-places/trap.one'].includes(refOf(entity))).length, { timeout: 30_000 }).toBe(3);
});

test.afterAll(async () => {
  await server?.stop();
  await sources?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function client(): CatalogClient {
  return new CatalogClient({ discoveryApi: { getBaseUrl: async (plugin) => `${server.url}/api/${plugin}` }, fetchApi: { fetch } });
}

/** Every entity, as the plainest of all requests gives them. */
async function everything(): Promise<Known[]> {
  const response = await fetch(`${server.url}/api/catalog/entities`, { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } });
  return (await response.json()) as Known[];
}

const refs = (entities: unknown[]) => entities.map((entity) => refOf(entity as Known));
const component = (name: string, more = '') =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: ${name}${more} }\nspec: { type: service, lifecycle: production, owner: payments-team }\n`;
const locationOf = (name: string, ...targets: string[]) =>
  `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: ${name} }\nspec: { targets: ${JSON.stringify(targets)} }\n`;

test.describe('entities', () => {
  test('the catalog is large and odd enough to tell answers apart', async () => {
    const all = await everything();
    expect(all.length).toBeGreaterThan(60);
    expect(new Set(all.map((entity) => entity.metadata.uid)).size).toBe(all.length);
    // What cannot be searched for: objects themselves, etags, and values that are too long.
    const finding = FILTERS.filter((filter) => !JSON.stringify(filter.map(Object.entries)).match(/nothing|etag|x{201}|"metadata.annotations"/));
    for (const filter of finding) {
      expect(all.filter((entity) => passes(entity, filter)).length, JSON.stringify(filter.map(Object.entries))).toBeGreaterThan(0);
    }
  });

  test('getEntities filters', async () => {
    const all = await everything();
    for (const filter of FILTERS) {
      const { items } = await client().getEntities({ filter: asked(filter) }, options);
      expect(items, JSON.stringify(filter)).toEqual(sorted(all.filter((entity) => passes(entity, filter))));
    }
  });

  test('getEntities sorts and pages by several fields, and keeps what lacks them at the end', async () => {
    const all = await everything();
    const filter = [{ kind: ['component', 'api'] }];
    const matching = all.filter((entity) => passes(entity, filter));
    const orders: Order[][] = [[], ...ORDERS.filter((order) => order !== undefined).map((order) => [order]), [{ field: 'spec.type', order: 'desc' }, { field: 'metadata.name', order: 'asc' }]];
    for (const order of orders) {
      const wanted = sorted(matching, order);
      for (const [offset, limit] of [[0, 5], [5, 7], [wanted.length - 2, 10], [wanted.length + 5, 3]] as const) {
        const { items } = await client().getEntities({ filter: asked(filter), order, offset, limit }, options);
        expect(refs(items), JSON.stringify({ order, offset, limit })).toEqual(refs(wanted.slice(offset, offset + limit)));
      }
    }
  });

  test('getEntities follows the link from page to page', async () => {
    const wanted = sorted((await everything()).filter((entity) => passes(entity, [{ kind: 'component' }])));
    const found: string[] = [];
    let next: string | undefined = '/entities?filter=kind=component&limit=6&fields=kind,metadata';
    while (next) {
      const response: Response = await fetch(`${server.url}/api/catalog${next}`, { headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' } });
      found.push(...refs((await response.json()) as Known[]));
      next = /^<(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(found).toEqual(refs(wanted));
    const after = Buffer.from(JSON.stringify({ limit: 4, offset: 3 })).toString('base64');
    expect(refs((await client().getEntities({ filter: { kind: 'component' }, after }, options)).items)).toEqual(refs(wanted.slice(3, 7)));
  });

  test('getEntities without pages drops what lacks the first sort field, as Backstage does', async () => {
    const all = await everything();
    const order: Order[] = [{ field: 'metadata.title', order: 'asc' }, { field: 'kind', order: 'asc' }];
    const { items } = await client().getEntities({ order }, options);
    expect(refs(items)).toEqual(refs(sorted(all.filter((entity) => passes(entity, [{ 'metadata.title': undefined }])), order.slice(0, 1))));
  });

  test('fields select parts, keys with dots among them', async () => {
    const all = await everything();
    const selections = [['kind'], ['metadata.name', 'metadata.namespace'], ['metadata'], ['metadata.annotations.example.org/a.b', 'spec.deep'], ['relations', 'status'], ['no.such', 'spec.no'], ['spec.owner', 'spec']];
    for (const fields of selections) {
      const { items } = await client().getEntities({ filter: { kind: 'component' }, fields }, options);
      const wanted = sorted(all.filter((entity) => passes(entity, [{ kind: 'component' }])));
      expect(items, fields.join()).toEqual(wanted.map((entity) => projected(entity, fields)));
      const page = await client().queryEntities({ filter: { kind: 'component' }, fields, limit: 1000 }, options);
      expect(page.items, fields.join()).toEqual(wanted.map((entity) => projected(entity, fields)));
    }
  });

  test('getEntitiesByRefs keeps the order, says what is missing, and filters', async () => {
    const all = await everything();
    const wanted = ['group:default/payments-team', 'component:default/no-such', REF, 'Component:ODD-places/TRAP.one', REF, 'user:default/nobody'];
    const find = (ref: string) => all.find((entity) => refOf(entity) === ref.toLowerCase());
    const { items } = await client().getEntitiesByRefs({ entityRefs: wanted }, options);
    expect(items).toEqual(wanted.map(find));
    const filtered = await client().getEntitiesByRefs({ entityRefs: wanted, filter: { kind: 'component', 'spec.type': 'service' }, fields: ['metadata.name'] }, options);
    const only = (entity: Known | undefined) => (entity && passes(entity, [{ kind: 'component', 'spec.type': 'service' }]) ? projected(entity, ['metadata.name']) : undefined);
    expect(filtered.items).toEqual(wanted.map(find).map(only));
    const predicate = { 'spec.type': { $in: ['service'] } };
    const queried = await client().getEntitiesByRefs({ entityRefs: wanted, query: predicate, filter: { kind: 'component' } }, options);
    expect(queried.items).toEqual(wanted.map(find).map((entity) => (entity && holds(entity, predicate) && entity.kind === 'Component' ? entity : undefined)));
    // More than one request's worth.
    const many = Array.from({ length: 2500 }, (_, at) => all[at % all.length]!);
    expect(refs((await client().getEntitiesByRefs({ entityRefs: refs(many), fields: ['kind', 'metadata.name', 'metadata.namespace'] }, options)).items)).toEqual(refs(many));
    expect((await client().getEntitiesByRefs({ entityRefs: [] }, options)).items).toEqual([]);
  });

  test('getEntityByRef and getEntityByName find each entity, whatever its case', async () => {
    for (const entity of await everything()) {
      const { kind, metadata } = entity;
      expect(await client().getEntityByRef({ kind: kind.toUpperCase(), namespace: metadata.namespace ?? 'default', name: metadata.name.toUpperCase() } as never, options)).toEqual(entity);
    }
    expect(await client().getEntityByName({ kind: 'Component', name: 'payment-service' }, options)).toEqual(await client().getEntityByRef(REF, options));
    expect(await client().getEntityByRef('component:default/no-such', options)).toBeUndefined();
    expect(await client().getEntityByName({ kind: 'Component', namespace: 'default', name: 'no such' }, options)).toBeUndefined();
  });

  test('getEntityAncestors leads through every Location to the registered one', async () => {
    const all = await everything();
    for (const entity of all) {
      const { rootEntityRef, items } = await client().getEntityAncestors({ entityRef: refOf(entity) }, options);
      expect(rootEntityRef).toBe(refOf(entity));
      expect(items.map((item) => ({ ref: refOf(item.entity as Known), parents: item.parentEntityRefs }))).toEqual(ancestry(all, entity));
      for (const item of items) expect(item.entity).toEqual(all.find((known) => refOf(known) === refOf(item.entity as Known)));
    }
    await expect(client().getEntityAncestors({ entityRef: 'component:default/no-such' }, options)).rejects.toMatchObject({ statusCode: 404, body: { error: { name: 'NotFoundError' } } });
  });

  test('getEntityFacets counts as written', async () => {
    const all = await everything();
    const facets = ['kind', 'spec.Type', 'metadata.tags', 'relations.ownedBy', 'metadata.labels.team', 'metadata.annotations.example.org/long', 'spec.list', 'no.such', 'metadata.namespace', 'spec.flag'];
    for (const filter of FILTERS) {
      const answer = await client().getEntityFacets({ facets, filter: asked(filter) }, options);
      const matching = all.filter((entity) => passes(entity, filter));
      expect(answer.facets, JSON.stringify(filter)).toEqual(Object.fromEntries(facets.map((name) => [name, facet(matching, name)])));
    }
    for (const query of PREDICATES) {
      const answer = await client().getEntityFacets({ facets, query: query as never, filter: { kind: ['component', 'api', 'group'] } }, options);
      const matching = all.filter((entity) => holds(entity, query) && passes(entity, [{ kind: ['component', 'api', 'group'] }]));
      expect(answer.facets, JSON.stringify(query)).toEqual(Object.fromEntries(facets.map((name) => [name, facet(matching, name)])));
    }
  });
});

test.describe('queries with pages', () => {
  type Request = Parameters<CatalogClient['queryEntities']>[0];

  /** Every page forwards, then every page back; together they have to be what is wanted, cut up. */
  async function checkPages(request: Request, limit: number, wanted: Known[]): Promise<void> {
    const said = JSON.stringify(request);
    const pages = [await client().queryEntities({ ...request, limit } as Request, options)];
    while (pages.at(-1)!.pageInfo.nextCursor) {
      pages.push(await client().queryEntities({ cursor: pages.at(-1)!.pageInfo.nextCursor!, limit }, options));
      expect(pages.length, said).toBeLessThanOrEqual(wanted.length + 1);
    }
    expect(pages.flatMap((page) => page.items), said).toEqual(wanted);
    for (const page of pages) expect(page.totalItems, said).toBe(wanted.length);
    expect(pages[0]!.pageInfo.prevCursor, said).toBeUndefined();
    for (let at = pages.length - 1; at > 0; at -= 1) {
      const back = await client().queryEntities({ cursor: pages[at]!.pageInfo.prevCursor!, limit }, options);
      expect(refs(back.items), said).toEqual(refs(pages[at - 1]!.items));
      expect(back.pageInfo.prevCursor !== undefined, said).toBe(at > 1);
    }
  }

  test('queryEntities filters', async () => {
    const all = await everything();
    for (const filter of FILTERS) {
      const wanted = queried(all.filter((entity) => passes(entity, filter)));
      const page = await client().queryEntities({ filter: asked(filter), limit: 1000 }, options);
      expect({ items: page.items, total: page.totalItems }, JSON.stringify(filter)).toEqual({ items: wanted, total: wanted.length });
    }
  });

  test('queryEntities takes predicates, alone and with a filter', async () => {
    const all = await everything();
    for (const query of PREDICATES) {
      const wanted = queried(all.filter((entity) => holds(entity, query)));
      const page = await client().queryEntities({ query: query as never, limit: 1000 }, options);
      expect({ items: page.items, total: page.totalItems }, JSON.stringify(query)).toEqual({ items: wanted, total: wanted.length });
      const both = await client().queryEntities({ query: query as never, filter: asked([{ kind: ['component', 'group'] }, { 'spec.type': undefined }]), limit: 1000 }, options);
      expect(both.items, JSON.stringify(query)).toEqual(wanted.filter((entity) => passes(entity, [{ kind: ['component', 'group'] }, { 'spec.type': undefined }])));
    }
  });

  test('queryEntities walks the pages both ways in every order', async () => {
    const all = await everything();
    for (const order of ORDERS) {
      const filter = [{ kind: ['component', 'api'] }];
      const wanted = queried(all.filter((entity) => passes(entity, filter)), order);
      await checkPages({ filter: asked(filter), ...(order ? { orderFields: order } : {}) }, 7, wanted);
    }
  });

  test('queryEntities walks the pages of predicates and of texts', async () => {
    const all = await everything();
    const order: Order = { field: 'metadata.name', order: 'desc' };
    const query = { $not: { kind: 'user' } };
    await checkPages({ query, orderFields: order }, 9, queried(all.filter((entity) => holds(entity, query)), order));
    const fields = ['metadata.name', 'metadata.title'];
    await checkPages({ fullTextFilter: { term: 'pay', fields }, orderFields: order }, 2, queried(all.filter((entity) => contains(entity, 'pay', fields)), order));
  });

  test('queryEntities searches texts in the fields that are named, or in the one that is sorted by', async () => {
    const all = await everything();
    const searches: { term: string; fields?: string[]; order?: Order }[] = [
      { term: 'payment-serv', fields: ['metadata.name'] },
      { term: ' PAY ', fields: ['metadata.name', 'metadata.description'] },
      { term: 'ünïcode & ampersand=+ %25', fields: ['metadata.title'] },
      { term: '%', fields: ['metadata.title'] },
      { term: '_', fields: ['metadata.name'] },
      { term: 'serv', order: { field: 'metadata.name', order: 'asc' } },
      { term: 'a' },
      { term: 'java', fields: ['metadata.tags'] },
      { term: 'payments', fields: ['relations.ownedBy', 'relations.partOf'] },
      { term: 'nothing has this', fields: ['metadata.name'] },
    ];
    for (const { term, fields, order } of searches) {
      const where = fields ?? [order?.field ?? 'metadata.uid'];
      const wanted = queried(all.filter((entity) => contains(entity, term, where)), order);
      const page = await client().queryEntities({ fullTextFilter: { term, ...(fields ? { fields } : {}) }, ...(order ? { orderFields: order } : {}), limit: 1000 }, options);
      expect({ refs: refs(page.items), total: page.totalItems }, term).toEqual({ refs: refs(wanted), total: wanted.length });
    }
  });

  test('limits, offsets and totals', async () => {
    const all = await everything();
    const wanted = queried(all.filter((entity) => passes(entity, [{ kind: 'component' }])));
    const ask = (more: object) => client().queryEntities({ filter: { kind: 'component' }, ...more } as Request, options);
    expect(await ask({ limit: 0 })).toEqual({ items: [], totalItems: wanted.length, pageInfo: {} });
    expect(refs((await ask({ offset: 4, limit: 3 })).items)).toEqual(refs(wanted.slice(4, 7)));
    expect((await ask({ offset: 10_000 })).items).toEqual([]);
    expect((await ask({ totalItems: 'exclude', limit: 2 })).totalItems).toBe(0);
    expect(refs((await client().queryEntities({}, options)).items)).toEqual(refs(queried(all).slice(0, 200)));
  });

  test('streamEntities brings each entity once, in order', async () => {
    const all = await everything();
    for (const request of [{ pageSize: 10 }, { pageSize: 7, filter: { kind: 'component' } }, {}]) {
      const seen: Known[] = [];
      for await (const page of client().streamEntities(request, options)) seen.push(...(page as Known[]));
      expect(seen).toEqual(queried(all.filter((entity) => passes(entity, 'filter' in request ? [{ kind: 'component' }] : []))));
    }
    const named: Known[] = [];
    for await (const page of client().streamEntities({ query: { kind: 'api' }, fields: ['kind', 'metadata.name'], pageSize: 3 }, options)) named.push(...(page as Known[]));
    expect(named).toEqual(queried(all.filter((entity) => entity.kind === 'API')).map((entity) => projected(entity, ['kind', 'metadata.name'])));
  });
});

test.describe('locations', () => {
  /** Registered for one test, and gone after it. */
  async function registered(target: string, type = 'url'): Promise<string> {
    const { location } = await client().addLocation({ type, target }, options);
    return location.id;
  }

  /** Waits until the catalog has an entity, or has it no more: registering answers before the address is read. */
  async function awaitEntity(ref: string, there = true): Promise<void> {
    await expect.poll(async () => (await client().getEntityByRef(ref, options)) !== undefined, { message: ref }).toBe(there);
  }

  test('addLocation shows what would come, then registers, then refuses a second time', async () => {
    sources.put('/add/catalog-info.yaml', `${locationOf('add-more', './more.yaml')}---\n${component('add-one')}`);
    sources.put('/add/more.yaml', component('add-two'));
    const target = `${sources.url}/add/catalog-info.yaml`;
    const before = await everything();
    const dry = await client().addLocation({ target, dryRun: true }, options);
    expect(dry.exists).toBe(false);
    expect(dry.location).toMatchObject({ type: 'url', target });
    expect(refs(dry.entities).toSorted()).toEqual([...refs(dry.entities).filter((ref) => ref.startsWith('location:default/generated-')), 'component:default/add-one', 'component:default/add-two', 'location:default/add-more'].toSorted());
    expect(refs(await everything())).toEqual(refs(before));

    const added = await client().addLocation({ type: 'url', target }, options);
    expect(added.location).toMatchObject({ type: 'url', target });
    expect(added.entities).toEqual([]);
    expect(added.exists).toBeUndefined();
    await awaitEntity('component:default/add-two');
    const all = await everything();
    expect(refs(all).filter((ref) => !refs(before).includes(ref)).toSorted()).toEqual(refs(dry.entities).toSorted());
    for (const ref of ['component:default/add-one', 'component:default/add-two']) {
      const entity = all.find((known) => refOf(known) === ref)!;
      expect(entity.metadata.annotations).toMatchObject({
        'backstage.io/managed-by-origin-location': `url:${target}`,
        'backstage.io/managed-by-location': ref.endsWith('two') ? `url:${sources.url}/add/more.yaml` : `url:${target}`,
      });
      const { items } = await client().getEntityAncestors({ entityRef: ref }, options);
      expect(items.map((item) => ({ ref: refOf(item.entity as Known), parents: item.parentEntityRefs }))).toEqual(ancestry(all, entity));
    }

    expect((await client().addLocation({ target, dryRun: true }, options)).exists).toBe(true);
    await expect(client().addLocation({ target }, options)).rejects.toMatchObject({ statusCode: 409, body: { error: { name: 'ConflictError', message: `Location url:${target} already exists` } } });
    sources.put('/add/more.yaml', component('add-two', ', title: Newer'));
    const again = await client().addLocation({ target, onConflict: 'refresh' }, options);
    expect(again.location).toEqual(added.location);
    await expect.poll(async () => (await client().getEntityByRef('component:default/add-two', options))?.metadata.title).toBe('Newer');
    await client().removeLocationById(added.location.id, options);
    await awaitEntity('component:default/add-one', false);
    expect(refs(await everything())).toEqual(refs(before));
  });

  test('addLocation says what is wrong', async () => {
    sources.put('/wrong/catalog-info.yaml', `${component('wrong-one')}---\n${component('"not a name"')}`);
    sources.put('/wrong/syntax.yaml', 'kind: [broken');
    sources.put('/wrong/user.yaml', 'apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: intruder }\nspec: { memberOf: [] }\n');
    const refused = async (location: { type?: string; target: string; dryRun?: boolean }, message: RegExp) => {
      await expect(client().addLocation(location, options), location.target).rejects.toMatchObject({
        statusCode: 400,
        body: { error: { name: 'InputError', message: expect.stringMatching(message) } },
      });
    };
    await refused({ target: `${sources.url}/wrong/catalog-info.yaml`, dryRun: true }, /not a name/);
    await refused({ target: `${sources.url}/wrong/syntax.yaml`, dryRun: true }, /syntax\.yaml:1:14: .*must end with a \]/);
    await refused({ target: `${sources.url}/wrong/none.yaml`, dryRun: true }, /none\.yaml/);
    await refused({ target: `${sources.url}/wrong/user.yaml`, dryRun: true }, /not of an allowed kind/);
    await refused({ type: 'file', target: '/etc/passwd' }, /type/);
    await refused({ type: 'file', target: '/etc/passwd', dryRun: true }, /type/);
    await refused({ target: 'not an address' }, /not an address/);
    await refused({ target: 'javascript:alert(1)' }, /./);
    await refused({ target: 'http://10.0.0.1/catalog-info.yaml', dryRun: true }, /private/);
    await refused({ target: 'http://169.254.169.254/latest/meta-data', dryRun: true }, /./);
    await refused({ type: 'git', target: '--upload-pack=touch /tmp/x' }, /./);
    await refused({ type: 'git', target: 'file:///etc' }, /./);
    expect((await everything()).filter((entity) => /^(wrong|intruder)/.test(entity.metadata.name))).toEqual([]);
    const extra = await fetch(`${server.url}/api/catalog/locations`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'url', target: `${sources.url}/x.yaml`, extra: true }),
    });
    expect(extra.status).toBe(400);
  });

  test('getLocations, getLocationById, getLocationByRef and getLocationByEntity agree', async () => {
    const { items } = await client().getLocations({}, options);
    expect(items.length).toBeGreaterThanOrEqual(2);
    for (const location of items) {
      expect(await client().getLocationById(location.id, options)).toEqual(location);
      expect(await client().getLocationByRef(`${location.type}:${location.target}`, options)).toEqual(location);
    }
    for (const entity of await everything()) {
      const origin = entity.metadata.annotations?.['backstage.io/managed-by-origin-location'];
      expect(await client().getLocationByEntity(refOf(entity), options)).toEqual(items.find((location) => `${location.type}:${location.target}` === origin));
    }
    expect(await client().getLocationById('no-such', options)).toBeUndefined();
    expect(await client().getLocationByRef('url:https://example.org/none', options)).toBeUndefined();
    expect(await client().getLocationByEntity('component:default/no-such', options)).toBeUndefined();
  });

  test('queryLocations and streamLocations page through what matches', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      sources.put(`/many/${name}.yaml`, component(`many-${name}`));
      ids.push(await registered(`${sources.url}/many/${name}.yaml`));
    }
    const all = (await client().getLocations({}, options)).items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const questions: { query?: Record<string, unknown>; passes: (location: { type: string; target: string; id: string; entityRef: string }) => boolean }[] = [
      { passes: () => true },
      { query: { type: 'url' }, passes: (location) => location.type === 'url' },
      { query: { target: { $hasPrefix: `${sources.url}/MANY/` } }, passes: (location) => location.target.startsWith(`${sources.url}/many/`) },
      { query: { $not: { id: { $in: ids.slice(0, 2) } } }, passes: (location) => !ids.slice(0, 2).includes(location.id) },
      { query: { target: 'nowhere' }, passes: () => false },
    ];
    for (const { query, passes } of questions) {
      const wanted = all.filter((location) => passes(location as never));
      const whole = await client().queryLocations({ ...(query ? { query: query as never } : {}) }, options);
      expect({ items: whole.items, total: whole.totalItems }).toEqual({ items: wanted, total: wanted.length });
      const streamed: unknown[] = [];
      for await (const page of client().streamLocations({ limit: 2, ...(query ? { query: query as never } : {}) } as never, options)) {
        expect(page.length).toBeLessThanOrEqual(2);
        streamed.push(...page);
      }
      expect(streamed).toEqual(wanted);
    }
    await expect(client().queryLocations({ cursor: 'nonsense' }, options)).rejects.toMatchObject({ statusCode: 400 });
    for (const id of ids) await client().removeLocationById(id, options);
    expect((await client().getLocations({}, options)).items.filter((location) => ids.includes(location.id))).toEqual([]);
  });

  test('updateLocation points a location elsewhere; its id and the uids of what both have stay', async () => {
    sources.put('/old/catalog-info.yaml', `${component('moved')}---\n${component('left-behind')}`);
    sources.put('/new/catalog-info.yaml', `${component('moved')}---\n${component('came-along')}`);
    const id = await registered(`${sources.url}/old/catalog-info.yaml`);
    await awaitEntity('component:default/moved');
    const before = await client().getEntityByRef('component:default/moved', options);
    const target = `${sources.url}/new/catalog-info.yaml`;
    const updated = await client().updateLocation(id, { type: 'url', target }, options);
    expect(updated).toMatchObject({ id, type: 'url', target });
    expect(await client().getLocationById(id, options)).toEqual(updated);
    await awaitEntity('component:default/came-along');
    await awaitEntity('component:default/left-behind', false);
    expect((await client().getEntityByRef('component:default/moved', options))?.metadata.uid).toBe(before!.metadata.uid);
    expect(await client().getLocationByEntity('component:default/moved', options)).toEqual(updated);

    await expect(client().updateLocation('no-such', { target }, options)).rejects.toMatchObject({ statusCode: 404, body: { error: { message: 'Found no location with ID no-such' } } });
    sources.put('/third.yaml', component('third'));
    const third = await registered(`${sources.url}/third.yaml`);
    await expect(client().updateLocation(third, { type: 'url', target }, options)).rejects.toMatchObject({ statusCode: 409 });
    await expect(client().updateLocation(third, { type: 'file', target: '/etc/passwd' }, options)).rejects.toMatchObject({ statusCode: 400 });
    const configured = (await client().getLocations({}, options)).items.find((location) => location.type === 'file')!;
    await expect(client().updateLocation(configured.id, { type: 'url', target: `${sources.url}/y.yaml` }, options)).rejects.toMatchObject({ statusCode: 403 });
    for (const each of [id, third]) await client().removeLocationById(each, options);
  });

  test('removeLocationById takes the entities along', async () => {
    const before = refs(await everything());
    sources.put('/gone.yaml', component('goes'));
    const id = await registered(`${sources.url}/gone.yaml`);
    await awaitEntity('component:default/goes');
    await client().removeLocationById(id, options);
    await awaitEntity('component:default/goes', false);
    expect(refs(await everything())).toEqual(before);
    expect(await client().getLocationById(id, options)).toBeUndefined();
    await expect(client().removeLocationById(id, options)).rejects.toMatchObject({ statusCode: 404, body: { error: { message: `Found no location with ID ${id}` } } });
    const configured = (await client().getLocations({}, options)).items.find((location) => location.type === 'file')!;
    await expect(client().removeLocationById(configured.id, options)).rejects.toMatchObject({ statusCode: 403, body: { error: { name: 'NotAllowedError', message: expect.stringContaining('configuration') } } });
  });

  test('a git repository is a location too', async () => {
    const clone = sources.push('shop', { 'catalog-info.yaml': component('git-one'), 'services/a/catalog-info.yaml': component('git-two'), 'README.md': '# Shop\n' });
    const dry = await client().addLocation({ type: 'git', target: clone, dryRun: true }, options);
    expect(refs(dry.entities).filter((ref) => ref.startsWith('component:')).toSorted()).toEqual(['component:default/git-one', 'component:default/git-two']);
    const id = await registered(clone, 'git');
    await awaitEntity('component:default/git-two');
    sources.push('shop', { 'services/a/catalog-info.yaml': component('git-two', ', title: Pushed') });
    await client().refreshEntity('component:default/git-two', options);
    await expect.poll(async () => (await client().getEntityByRef('component:default/git-two', options))?.metadata.title).toBe('Pushed');
    await client().removeLocationById(id, options);
    await awaitEntity('component:default/git-one', false);
  });

  test('refreshEntity has read the file when it answers', async () => {
    sources.put('/fresh.yaml', component('fresh', ', title: Before'));
    const id = await registered(`${sources.url}/fresh.yaml`);
    await awaitEntity('component:default/fresh');
    for (const title of ['First', 'Second', 'Third']) {
      sources.put('/fresh.yaml', component('fresh', `, title: ${title}`));
      await client().refreshEntity('component:default/fresh', options);
      await expect.poll(async () => (await client().getEntityByRef('component:default/fresh', options))?.metadata.title).toBe(title);
    }
    await expect(client().refreshEntity('component:default/no-such', options)).rejects.toMatchObject({ statusCode: 404 });
    await expect(client().refreshEntity('nonsense', options)).rejects.toMatchObject({ statusCode: 400 });
    await client().removeLocationById(id, options);
  });

  test('removeEntityByUid removes; what a file still has comes back with the next reading', async () => {
    sources.put('/back.yaml', component('comes-back'));
    const id = await registered(`${sources.url}/back.yaml`);
    await awaitEntity('component:default/comes-back');
    const { uid } = (await client().getEntityByRef('component:default/comes-back', options))!.metadata;
    await client().removeEntityByUid(uid!, options);
    await client().addLocation({ target: `${sources.url}/back.yaml`, onConflict: 'refresh' }, options);
    // The location's schedule may read the file in between, so that nobody sees it missing: what is new is told by its uid.
    await expect.poll(async () => (await client().getEntityByRef('component:default/comes-back', options))?.metadata.uid ?? uid).not.toBe(uid);
    await client().removeEntityByUid('no-such', options);
    await client().removeLocationById(id, options);
  });

  test('validateEntity says what is wrong', async () => {
    const entity = { apiVersion: 'backstage.io/v1alpha1', kind: 'Component', metadata: { name: 'a' }, spec: { type: 'service', lifecycle: 'production', owner: 'x' } };
    for (const location of ['url:https://example.com/catalog-info.yaml', 'git:https://example.com/o/r.git//catalog-info.yaml', 'file:/srv/catalog-info.yaml']) {
      expect(await client().validateEntity(entity, location, options)).toEqual({ valid: true });
    }
    for (const { apiVersion, kind, metadata, spec } of await everything()) {
      const known = { apiVersion, kind, metadata, spec };
      expect(await client().validateEntity(known as never, 'url:https://example.com/catalog-info.yaml', options), refOf(known)).toEqual({ valid: true });
    }
    const wrong: [Record<string, unknown>, RegExp][] = [
      [{ ...entity, metadata: { name: 'not a name' } }, /metadata\.name/],
      [{ ...entity, kind: 'component' }, /kind/],
      [{ ...entity, spec: { ...entity.spec, owner: '' } }, /owner/],
      [{ ...entity, spec: { ...entity.spec, dependsOn: ['no-kind'] } }, /kind/],
      [{ ...entity, metadata: { name: 'a', title: '' } }, /title/],
      [{ kind: 'Component' }, /apiVersion/],
    ];
    for (const [bad, message] of wrong) {
      const answer = await client().validateEntity(bad as never, 'url:https://example.com/catalog-info.yaml', options);
      expect(answer).toEqual({ valid: false, errors: [expect.objectContaining({ name: expect.any(String), message: expect.stringMatching(message) })] });
    }
    sources.put('/parts/api.yaml', 'openapi: 3.0.0');
    const api = { apiVersion: 'backstage.io/v1alpha1', kind: 'API', metadata: { name: 'a' }, spec: { type: 'openapi', lifecycle: 'production', owner: 'x', definition: { $text: './api.yaml' } } };
    expect(await client().validateEntity(api as never, `url:${sources.url}/parts/catalog-info.yaml`, options)).toEqual({ valid: true });
    const missing = await client().validateEntity({ ...api, spec: { ...api.spec, definition: { $text: './none.yaml' } } } as never, `url:${sources.url}/parts/catalog-info.yaml`, options);
    expect(missing).toMatchObject({ valid: false, errors: [{ message: expect.stringContaining('none.yaml') }] });
    const nowhere = await client().validateEntity(entity, 'nonsense', options);
    expect(nowhere.valid).toBe(false);
  });

  test('analyzeLocation finds descriptors, and suggests one where there is none', async () => {
    const clone = sources.push('analyzed', { 'catalog-info.yaml': component('analyzed-one'), 'deep/catalog-info.yaml': component('analyzed-two'), 'other.yaml': component('analyzed-other') });
    const found = await client().analyzeLocation({ location: { type: 'git', target: clone } }, options);
    expect(found.generateEntities).toEqual([]);
    expect(found.existingEntityFiles.map((file) => ({ ref: refOf(file.entity as Known), registered: file.isRegistered })).toSorted((a, b) => (a.ref < b.ref ? -1 : 1))).toEqual([
      { ref: 'component:default/analyzed-one', registered: false },
      { ref: 'component:default/analyzed-two', registered: false },
    ]);
    const other = await client().analyzeLocation({ location: { type: 'git', target: clone }, catalogFilename: 'other.yaml' }, options);
    expect(other.existingEntityFiles.map((file) => refOf(file.entity as Known))).toEqual(['component:default/analyzed-other']);
    const id = await registered(clone, 'git');
    await awaitEntity('component:default/analyzed-two');
    const again = await client().analyzeLocation({ location: { type: 'git', target: clone } }, options);
    expect(again.existingEntityFiles.map((file) => file.isRegistered)).toEqual([true, true]);
    await client().removeLocationById(id, options);

    const empty = sources.push('Empty_Shop', { 'README.md': '# Nothing\n' });
    const suggested = await client().analyzeLocation({ location: { type: 'git', target: empty } }, options);
    expect(suggested.existingEntityFiles).toEqual([]);
    expect(suggested.generateEntities).toHaveLength(1);
    expect(suggested.generateEntities[0]!.entity).toMatchObject({ apiVersion: 'backstage.io/v1alpha1', kind: 'Component', metadata: { name: 'Empty_Shop' }, spec: { type: 'other', lifecycle: 'unknown' } });
    expect(suggested.generateEntities[0]!.fields).toContainEqual(expect.objectContaining({ field: 'spec.owner', state: 'needsUserInput', value: null }));
    await expect(client().analyzeLocation({ location: { type: 'git', target: `${sources.url}/git/no-such.git` } }, options)).rejects.toMatchObject({ statusCode: 400 });
  });
});

test.describe('refusals', () => {
  test('a caller without a token is turned away by every method, in the shape that the client knows', async () => {
    const from = async (stream: AsyncIterable<unknown>) => {
      for await (const page of stream) expect(page).toBeUndefined();
    };
    const calls: [string, () => Promise<unknown>][] = [
      ['getEntities', () => client().getEntities({})],
      ['getEntitiesByRefs', () => client().getEntitiesByRefs({ entityRefs: [REF] })],
      ['queryEntities', () => client().queryEntities({})],
      ['queryEntities by predicate', () => client().queryEntities({ query: { kind: 'x' } })],
      ['streamEntities', () => from(client().streamEntities())],
      ['getEntityByRef', () => client().getEntityByRef(REF)],
      ['getEntityByName', () => client().getEntityByName({ kind: 'a', namespace: 'b', name: 'c' })],
      ['getEntityAncestors', () => client().getEntityAncestors({ entityRef: REF })],
      ['getEntityFacets', () => client().getEntityFacets({ facets: ['kind'] })],
      ['getEntityFacets by predicate', () => client().getEntityFacets({ facets: ['kind'], query: { kind: 'x' } })],
      ['removeEntityByUid', () => client().removeEntityByUid('x')],
      ['refreshEntity', () => client().refreshEntity(REF)],
      ['getLocations', () => client().getLocations()],
      ['queryLocations', () => client().queryLocations()],
      ['streamLocations', () => from(client().streamLocations())],
      ['getLocationById', () => client().getLocationById('x')],
      ['getLocationByRef', () => client().getLocationByRef('url:x')],
      ['getLocationByEntity', () => client().getLocationByEntity(REF)],
      ['addLocation', () => client().addLocation({ target: `${sources.url}/x.yaml` })],
      ['updateLocation', () => client().updateLocation('x', { target: `${sources.url}/x.yaml` })],
      ['removeLocationById', () => client().removeLocationById('x')],
      ['validateEntity', () => client().validateEntity({ apiVersion: 'a', kind: 'B', metadata: { name: 'c' } }, 'url:https://example.org/x')],
      ['analyzeLocation', () => client().analyzeLocation({ location: { type: 'url', target: sources.url } })],
    ];
    const methods = Object.getOwnPropertyNames(CatalogClient.prototype).filter((name) => /^(get|query|stream|add|update|remove|refresh|validate|analyze)/.test(name));
    const internal = ['queryEntitiesByPredicate', 'getEntityFacetsByPredicate', 'getFilterValue'];
    expect(new Set(calls.map(([name]) => name.split(' ')[0]))).toEqual(new Set(methods.filter((name) => !internal.includes(name))));
    for (const [name, call] of calls) await expect(call(), name).rejects.toMatchObject({ name: 'ResponseError', statusCode: 401, body: { error: { name: 'AuthenticationError' } } });
  });

  test('questions that make no sense are told so', async () => {
    const refused = async (call: Promise<unknown>, message: RegExp) =>
      expect(call).rejects.toMatchObject({ name: 'ResponseError', statusCode: 400, body: { error: { name: 'InputError', message: expect.stringMatching(message) } } });
    await refused(client().getEntities({ limit: 0 }, options), /limit/);
    await refused(client().getEntities({ offset: -1 }, options), /offset/);
    await refused(client().getEntities({ after: 'nonsense', limit: 1 }, options), /after/);
    await refused(client().getEntities({ fields: ['metadata.tags[0]'] }, options), /array type fields/);
    await refused(client().getEntities({ filter: { '': 'x' } }, options), /filter/);
    await refused(client().queryEntities({ cursor: 'nonsense' }, options), /cursor/);
    await refused(client().queryEntities({ query: { kind: { $regex: 'x' } } as never }, options), /query/);
    await refused(client().queryEntities({ query: { $all: [], kind: 'x' } as never }, options), /query/);
    await refused(client().getEntityFacets({ facets: [] }, options), /facet/);
    await refused(client().getEntitiesByRefs({ entityRefs: ['x'], fields: ['a[0]'] }, options), /array type fields/);
    expect((await client().getEntitiesByRefs({ entityRefs: ['nonsense::'] }, options)).items).toEqual([undefined]);
  });
});
