// What Backstage's client is asked, and entities that are hard to ask for.
import { CATALOG_FILTER_EXISTS, type EntityFilterQuery } from '@backstage/catalog-client';
import type { Condition, Order } from './brute';

/** Entities whose fields are hard to search for. */
export const TRAPS = `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Trap.One
  namespace: odd-places
  title: "Ünïcode & Ampersand=+ %25"
  description: ""
  labels: { team: Red, empty: "", "example.org/tier": "1" }
  annotations: { "example.org/long": "${'x'.repeat(201)}", "example.org/edge": "${'y'.repeat(200)}", "example.org/a.b": "Dots.In.Keys" }
  tags: [java, "c++", "a:b", "c#"]
  links: [{ url: "https://a.example.org/X", title: One }, { url: "https://b.example.org", title: Two }]
spec: { type: Service, lifecycle: production, owner: payments-team, replicas: 12, ratio: 1.5, flag: true, none: null, list: [One, two, 3], deep: [{ a: [x, { b: Y }] }, { a: z }] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: trap-two, namespace: odd-places, title: "\${x}", tags: [java], labels: { team: red } }
spec: { type: service, lifecycle: experimental, owner: "group:default/payments-team", replicas: 2, flag: false, dependsOn: ["component:odd-places/trap.one", "resource:default/not-there"] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: trap_three }
spec: { type: library, lifecycle: production, owner: nobody-there, subcomponentOf: "component:odd-places/TRAP.ONE" }
`;

/** What the client is asked, in the form in which it takes it and in the form in which it is evaluated here. */
export const FILTERS: Condition[][] = [
  [],
  [{ kind: 'component' }],
  [{ kind: ['Component', 'API'], 'spec.type': 'service' }],
  [{ kind: 'component', 'spec.lifecycle': 'production' }, { kind: 'group' }],
  [{ 'metadata.tags': 'java' }],
  [{ 'metadata.tags.java': 'true' }],
  [{ 'metadata.tags.c++': undefined }],
  [{ 'metadata.tags.a:b': undefined }],
  [{ 'spec.system': undefined, kind: 'component' }],
  [{ 'relations.ownedBy': 'group:default/payments-team' }],
  [{ 'RELATIONS.OWNEDBY': ['group:default/payments-team', 'Group:Default/Platform-Team'] }],
  [{ 'relations.dependsOn': undefined }],
  [{ 'metadata.labels.team': 'RED' }],
  [{ 'metadata.labels.empty': '' }],
  [{ 'metadata.labels.example.org/tier': '1' }],
  [{ 'metadata.annotations.example.org/long': undefined }],
  [{ 'metadata.annotations.example.org/long': 'x'.repeat(201) }],
  [{ 'metadata.annotations.example.org/edge': 'Y'.repeat(200) }],
  [{ 'metadata.annotations': undefined }],
  [{ 'metadata.annotations.example.org/a.b': 'dots.in.keys' }],
  [{ 'metadata.title': 'ünïcode & ampersand=+ %25' }],
  [{ 'metadata.namespace': 'DEFAULT', kind: 'component' }],
  [{ 'metadata.namespace': 'odd-places' }],
  [{ 'metadata.description': '' }],
  [{ 'spec.replicas': '12' }],
  [{ 'spec.ratio': '1.5' }],
  [{ 'spec.flag': 'true' }],
  [{ 'spec.none': undefined }],
  [{ 'spec.list': '3' }],
  [{ 'spec.list.one': undefined }],
  [{ 'spec.deep.a': 'x' }],
  [{ 'spec.deep.a.b': 'y' }],
  [{ 'metadata.links.title': 'two' }],
  [{ 'metadata.etag': undefined }],
  [{ 'metadata.uid': undefined, kind: 'domain' }],
  [{ kind: 'nothing' }],
  [{ kind: 'component' }, { kind: 'component' }],
];

export const asked = (filter: Condition[]): EntityFilterQuery =>
  filter.map((set) =>
    Object.fromEntries(Object.entries(set).map(([key, wanted]) => [key, Array.isArray(wanted) ? wanted.map((value) => value ?? CATALOG_FILTER_EXISTS) : (wanted ?? CATALOG_FILTER_EXISTS)])),
  ) as EntityFilterQuery;

export const PREDICATES: Record<string, unknown>[] = [
  {},
  { kind: 'COMPONENT' },
  { kind: 'component', 'spec.type': 'service' },
  { $all: [] },
  { $any: [] },
  { $all: [{ kind: 'component' }, { 'spec.owner': { $in: ['payments-team', 'group:default/payments-team'] } }, { $not: { 'spec.type': 'service' } }] },
  { $any: [{ kind: 'api' }, { 'metadata.name': { $hasPrefix: 'PAY' } }] },
  { 'spec.system': { $exists: false }, kind: 'component' },
  { 'metadata.tags': { $contains: 'java' } },
  { $not: { $any: [{ kind: 'component' }, { kind: 'api' }, { kind: 'resource' }] } },
  { relations: { $contains: { type: 'ownedBy', targetRef: 'group:default/payments-team' } } },
  { relations: { $contains: { type: 'dependsOn', targetRef: { $in: ['component:odd-places/trap.one', 'resource:default/payments-db'] } } } },
  { relations: { $contains: { type: 'hasMember' } } },
  { 'spec.replicas': 12 },
  { 'spec.flag': true },
  { 'spec.flag': { $in: [false, 'x'] } },
  { 'metadata.annotations.example.org/long': { $exists: true } },
];

export const ORDERS: (Order | undefined)[] = [
  undefined,
  { field: 'metadata.name', order: 'asc' },
  { field: 'metadata.name', order: 'desc' },
  { field: 'spec.type', order: 'asc' },
  { field: 'spec.lifecycle', order: 'desc' },
  { field: 'metadata.title', order: 'asc' },
  { field: 'metadata.tags', order: 'desc' },
  { field: 'metadata.annotations.example.org/long', order: 'asc' },
  { field: 'spec.no-such-field', order: 'asc' },
];
