// Backstage's own client, unchanged, against the REST under /api/catalog: every method that reads.
import { CatalogClient } from '@backstage/catalog-client';
import { ADMIN_TOKEN } from '../support/demo';
import { expect, test } from '../support/test';

const REF = 'component:default/payment-service';
const options = { token: ADMIN_TOKEN };

function client(): CatalogClient {
  return new CatalogClient({ discoveryApi: { getBaseUrl: async (plugin) => `${process.env.WAYMARK_URL}/api/${plugin}` }, fetchApi: { fetch } });
}

const names = (entities: { metadata: { name: string } }[]) => entities.map((entity) => entity.metadata.name);

test('getEntities filters, orders, selects fields and pages', async () => {
  const all = await client().getEntities({ filter: { kind: 'component' }, fields: ['kind', 'metadata.name'], order: { field: 'metadata.name', order: 'asc' } }, options);
  expect(all.items.length).toBeGreaterThan(20);
  expect(names(all.items)).toEqual(names(all.items).toSorted());
  expect(Object.keys(all.items[0]!).toSorted()).toEqual(['kind', 'metadata']);
  const second = await client().getEntities({ filter: { kind: 'component' }, order: { field: 'metadata.name', order: 'asc' }, offset: 5, limit: 5 }, options);
  expect(names(second.items)).toEqual(names(all.items).slice(5, 10));
});

test('getEntitiesByRefs keeps the order and says what is missing', async () => {
  const { items } = await client().getEntitiesByRefs({ entityRefs: ['group:default/payments-team', 'component:default/no-such', REF] }, options);
  expect(items.map((item) => item?.metadata.name)).toEqual(['payments-team', undefined, 'payment-service']);
});

test('queryEntities walks the pages both ways', async () => {
  const first = await client().queryEntities({ filter: { kind: 'component' }, orderFields: { field: 'metadata.name', order: 'asc' }, limit: 7 }, options);
  expect(first.totalItems).toBeGreaterThan(20);
  expect(first.pageInfo.prevCursor).toBeUndefined();
  const second = await client().queryEntities({ cursor: first.pageInfo.nextCursor!, limit: 7 }, options);
  expect(names(second.items)[0]! > names(first.items)[6]!).toBe(true);
  const back = await client().queryEntities({ cursor: second.pageInfo.prevCursor!, limit: 7 }, options);
  expect(names(back.items)).toEqual(names(first.items));
});

test('queryEntities searches the full text', async () => {
  const found = await client().queryEntities(
    { filter: { kind: 'component' }, fullTextFilter: { term: 'payment-serv', fields: ['metadata.name'] }, limit: 10 },
    options,
  );
  expect(names(found.items)).toEqual(['payment-service']);
  expect(found.totalItems).toBe(1);
});

test('queryEntities takes predicates', async () => {
  const found = await client().queryEntities(
    { query: { $all: [{ kind: 'component' }, { 'spec.owner': { $in: ['payments-team'] } }, { $not: { 'spec.type': 'service' } }] }, limit: 50 },
    options,
  );
  expect(names(found.items)).toContain('refund-worker');
  expect(names(found.items)).not.toContain('payment-service');
});

test('streamEntities brings each entity once', async () => {
  const seen: string[] = [];
  for await (const page of client().streamEntities({ pageSize: 10 }, options)) seen.push(...page.map((entity) => entity.metadata.uid!));
  expect(seen.length).toBeGreaterThan(60);
  expect(new Set(seen).size).toBe(seen.length);
});

test('getEntityByRef and getEntityByName', async () => {
  const entity = await client().getEntityByRef(REF, options);
  expect(entity?.spec).toMatchObject({ type: 'service', lifecycle: 'production', owner: 'payments-team', system: 'checkout' });
  expect(entity?.metadata.etag).toBeTruthy();
  expect(entity?.relations).toContainEqual({ type: 'ownedBy', targetRef: 'group:default/payments-team' });
  expect(await client().getEntityByName({ kind: 'Component', namespace: 'default', name: 'payment-service' }, options)).toEqual(entity);
  expect(await client().getEntityByRef('component:default/no-such', options)).toBeUndefined();
});

test('getEntityAncestors leads to the location that brought it', async () => {
  const { rootEntityRef, items } = await client().getEntityAncestors({ entityRef: REF }, options);
  expect(rootEntityRef).toBe(REF);
  const own = items.find((item) => item.entity.metadata.name === 'payment-service');
  expect(own?.parentEntityRefs.every((ref) => ref.startsWith('location:'))).toBe(true);
  expect(items.length).toBeGreaterThan(1);
});

test('getEntityFacets counts', async () => {
  const { facets } = await client().getEntityFacets({ facets: ['kind', 'spec.lifecycle'], filter: { kind: 'component' } }, options);
  expect(facets.kind).toEqual([{ value: 'Component', count: expect.any(Number) }]);
  expect(facets['spec.lifecycle']?.map((facet) => facet.value)).toContain('production');
  const byPredicate = await client().getEntityFacets({ facets: ['kind'], query: { kind: 'component' } }, options);
  expect(byPredicate.facets.kind).toEqual(facets.kind);
});

test('locations are read in every way', async () => {
  const { items } = await client().getLocations({}, options);
  expect(items.length).toBeGreaterThan(0);
  const location = items[0]!;
  expect(await client().getLocationById(location.id, options)).toEqual(location);
  expect(await client().getLocationById('no-such', options)).toBeUndefined();
  expect(await client().getLocationByRef(`${location.type}:${location.target}`, options)).toEqual(location);
  expect(await client().getLocationByEntity(REF, options)).toEqual(location);
});

test('queryLocations and streamLocations page through the same locations', async () => {
  const location = (await client().getLocations({}, options)).items[0]!;
  const queried = await client().queryLocations({ limit: 10 }, options);
  expect(queried.items).toContainEqual(location);
  const streamed: string[] = [];
  for await (const page of client().streamLocations({}, options)) streamed.push(...page.map((item) => item.id));
  expect(streamed).toContain(location.id);
});

test('validateEntity says what is wrong, refreshEntity is taken', async () => {
  const entity = { apiVersion: 'backstage.io/v1alpha1', kind: 'Component', metadata: { name: 'a' }, spec: { type: 'service', lifecycle: 'production', owner: 'x' } };
  expect(await client().validateEntity(entity, 'url:https://example.com/catalog-info.yaml', options)).toEqual({ valid: true });
  const wrong = await client().validateEntity({ ...entity, metadata: { name: 'not a name' } }, 'url:https://example.com/catalog-info.yaml', options);
  expect(wrong.valid).toBe(false);
  await client().refreshEntity(REF, options);
});

test('a caller without a token is turned away in the shape that the client knows', async () => {
  await expect(client().getEntityByRef(REF)).rejects.toMatchObject({ name: 'ResponseError', statusCode: 401 });
});
