// Backstage's catalog queries, evaluated by looking at every entity: what the answers of the server are compared with.
// Written from the documented behaviour, and knowing nothing of how the server works it out.

export interface Relation {
  type: string;
  targetRef: string;
}

/** An entity, as far as the evaluation looks into it. */
export interface Known {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; uid?: string; annotations?: Record<string, string>; [key: string]: unknown };
  spec?: Record<string, unknown>;
  relations?: Relation[];
  [key: string]: unknown;
}

/** A condition set: all keys have to match; a list of values is an alternative. `undefined` asks that the key is there. */
export type Condition = Record<string, string | undefined | (string | undefined)[]>;

interface Row {
  key: string;
  /** In lower case; `null` for what is too long to be searched, or is null. */
  value: string | null;
  written: string | null;
}

const LONGEST = 200;
const LEFT_OUT = new Set(['attachments', 'relations', 'status', 'metadata.name', 'metadata.namespace', 'metadata.uid', 'metadata.etag']);
const rowsOf = new WeakMap<Known, Row[]>();

export function refOf(entity: Known): string {
  return `${entity.kind}:${entity.metadata.namespace ?? 'default'}/${entity.metadata.name}`.toLowerCase();
}

/** What of an entity can be asked for: a row for each scalar, and for each text of a list a second one that is `true`. */
function rows(entity: Known): Row[] {
  const known = rowsOf.get(entity);
  if (known) return known;
  const found: Row[] = [];
  const add = (key: string, value: unknown) => {
    if (key.length > LONGEST) return;
    const text = value === null || value === undefined ? null : String(value);
    const short = text !== null && text.length <= LONGEST ? text : null;
    found.push({ key: key.toLowerCase(), value: short?.toLowerCase() ?? null, written: short });
  };
  const visit = (path: string, value: unknown) => {
    if (LEFT_OUT.has(path)) return;
    if (Array.isArray(value)) {
      for (const item of value) {
        visit(path, item);
        if (typeof item === 'string') add(`${path}.${item}`, true);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(path === '' ? key : `${path}.${key}`, inner);
    } else {
      add(path, value);
    }
  };
  visit('', entity);
  add('metadata.name', entity.metadata.name);
  add('metadata.namespace', entity.metadata.namespace ?? 'default');
  add('metadata.uid', entity.metadata.uid);
  for (const relation of entity.relations ?? []) add(`relations.${relation.type}`, relation.targetRef);
  rowsOf.set(entity, found);
  return found;
}

const has = (entity: Known, key: string) => rows(entity).some((row) => row.key === key.toLowerCase());
const values = (entity: Known, key: string) => rows(entity).flatMap((row) => (row.key === key.toLowerCase() && row.value !== null ? [row.value] : []));
const is = (entity: Known, key: string, wanted: unknown) => values(entity, key).includes(String(wanted).toLowerCase());

/** Whether one of the sets holds; no sets hold for everything. */
export function passes(entity: Known, filter: Condition | Condition[] | undefined): boolean {
  const sets = [filter ?? []].flat();
  if (sets.length === 0) return true;
  return sets.some((set) =>
    Object.entries(set).every(([key, wanted]) => {
      const texts = [wanted].flat().filter((value) => value !== undefined);
      return texts.length === 0 ? has(entity, key) : texts.some((text) => is(entity, key, text));
    }),
  );
}

/** Whether a predicate holds. */
export function holds(entity: Known, predicate: unknown): boolean {
  const parts = predicate as Record<string, unknown>;
  if ('$all' in parts) return (parts.$all as unknown[]).every((part) => holds(entity, part));
  if ('$any' in parts) return (parts.$any as unknown[]).some((part) => holds(entity, part));
  if ('$not' in parts) return !holds(entity, parts.$not);
  return Object.entries(parts).every(([key, test]) => {
    if (typeof test !== 'object' || test === null) return is(entity, key, test);
    const operator = test as { $exists?: boolean; $in?: unknown[]; $hasPrefix?: string; $contains?: unknown };
    if (operator.$exists !== undefined) return has(entity, key) === operator.$exists;
    if (operator.$in) return operator.$in.some((wanted) => is(entity, key, wanted));
    if (operator.$hasPrefix !== undefined) return values(entity, key).some((value) => value.startsWith(operator.$hasPrefix!.toLowerCase()));
    const contained = operator.$contains;
    if (typeof contained !== 'object' || contained === null) return is(entity, key, contained);
    const { type, targetRef } = contained as { type: string; targetRef?: unknown };
    return holds(entity, { [`relations.${type}`]: targetRef ?? { $exists: true } });
  });
}

/** Whether a text stands in one of the fields. */
export function contains(entity: Known, term: string, fields: string[]): boolean {
  const wanted = term.trim().toLowerCase();
  return fields.some((field) => values(entity, field).some((value) => value.includes(wanted)));
}

export interface Order {
  field: string;
  order: 'asc' | 'desc';
}

const smallest = (entity: Known, field: string) => values(entity, field).toSorted(byText)[0];

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorts by several fields; what lacks one comes last, and what is equal goes by reference. */
export function sorted(entities: Known[], orders: Order[] = []): Known[] {
  return entities.toSorted((a, b) => {
    for (const { field, order } of orders) {
      const [x, y] = [smallest(a, field), smallest(b, field)];
      if (x === y) continue;
      if (x === undefined) return 1;
      if (y === undefined) return -1;
      return order === 'asc' ? byText(x, y) : byText(y, x);
    }
    return byText(refOf(a), refOf(b));
  });
}

/** The order of `by-query`: one field, without the entities that lack it, and the other way round from its end. */
export function queried(entities: Known[], order?: Order): Known[] {
  if (!order) return sorted(entities);
  const up = sorted(entities.filter((entity) => smallest(entity, order.field) !== undefined), [{ ...order, order: 'asc' }]);
  return order.order === 'asc' ? up : up.toReversed();
}

/** How many entities have each value of a field. */
export function facet(entities: Known[], name: string): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const entity of entities) {
    const written = rows(entity).flatMap((row) => (row.key === name.toLowerCase() && row.written !== null ? [row.written] : []));
    for (const value of new Set(written)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).toSorted((a, b) => byText(a.value, b.value));
}

/** The parts of an entity that are asked for. A part of a path that is no key is taken together with the next one. */
export function projected(entity: Known, fields: string[]): unknown {
  if (fields.length === 0) return entity;
  const out: Record<string, unknown> = {};
  for (const field of fields) {
    let value: unknown = entity;
    let pending = '';
    const keys: string[] = [];
    for (const part of field.split('.')) {
      pending = pending === '' ? part : `${pending}.${part}`;
      if (typeof value === 'object' && value !== null && pending in value) {
        value = (value as Record<string, unknown>)[pending];
        keys.push(pending);
        pending = '';
      }
    }
    if (pending !== '') continue;
    let place = out;
    for (const key of keys.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>;
    place[keys.at(-1)!] = value;
  }
  return out;
}

const BY = 'backstage.io/managed-by-location';
const ORIGIN = 'backstage.io/managed-by-origin-location';

/** The Location entities that lead to an entity, the entity first. */
export function ancestry(all: Known[], entity: Known): { ref: string; parents: string[] }[] {
  const out: { ref: string; parents: string[] }[] = [];
  let current: Known | undefined = entity;
  while (current) {
    const parent = parentOf(all, current);
    out.push({ ref: refOf(current), parents: parent ? [refOf(parent)] : [] });
    current = parent;
  }
  return out;
}

function parentOf(all: Known[], entity: Known): Known | undefined {
  const [by, origin] = [entity.metadata.annotations?.[BY], entity.metadata.annotations?.[ORIGIN]];
  const locations = all.filter((other) => other.kind === 'Location');
  const root = locations.find((other) => isRoot(other) && other.metadata.annotations?.[BY] === origin);
  if (isRoot(entity) || !root) return undefined;
  return locations.find((other) => !isRoot(other) && other !== entity && leadsTo(other, by ?? '')) ?? root;
}

const isRoot = (entity: Known) => entity.kind === 'Location' && entity.metadata.name.startsWith('generated-');

/** Whether a Location names a file: by its path, by an address relative to its own, or by a pattern. */
function leadsTo(location: Known, file: string): boolean {
  const [type, base] = split(location.metadata.annotations?.[BY] ?? '');
  const spec = location.spec ?? {};
  const targets = [spec.target, ...((spec.targets as string[] | undefined) ?? [])].filter((target) => typeof target === 'string');
  return targets.some((target) => {
    const resolved = type === 'file' ? decodeURI(new URL(target, `file://${base}`).pathname) : new URL(target, base).href;
    const pattern = resolved.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('[^/]*');
    return new RegExp(`^${pattern}$`).test(split(file)[1]);
  });
}

function split(text: string): [string, string] {
  const at = text.indexOf(':');
  return [text.slice(0, at), text.slice(at + 1)];
}
