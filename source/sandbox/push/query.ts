import * as v from "valibot";

/** Whether a notification fits the query of a subscription. */
export type Matches = (notification: unknown) => boolean;

type Value = string | number | boolean;

/** Verified: these three kinds, written as for Elasticsearch. */
type Query =
  | { term: Record<string, Value> }
  | { bool: { must?: Query[] | undefined; should?: Query[] | undefined } }
  | { nested: { path: string; query: Query } };

const querySchema: v.GenericSchema<unknown, Query> = v.lazy(() =>
  v.union([
    v.strictObject({
      term: v.pipe(
        v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
        v.check((term) => Object.keys(term).length === 1),
      ),
    }),
    v.strictObject({
      bool: v.strictObject({
        must: v.optional(v.array(querySchema)),
        should: v.optional(v.array(querySchema)),
      }),
    }),
    v.strictObject({ nested: v.strictObject({ path: v.string(), query: querySchema }) }),
  ]),
);

/** Undefined if it is not a query of these kinds. */
export function readQuery(query: unknown): Matches | undefined {
  const read = v.safeParse(querySchema, query);
  if (!read.success) return undefined;
  return (notification) => fits(read.output, (path) => valueAt(notification, path));
}

/** The value at a path such as "payload.FileStoreNotification.fileset.status". */
type ValueAt = (path: string) => unknown;

function fits(query: Query, at: ValueAt): boolean {
  if ("term" in query) {
    // Assumed: the case of a value matters.
    return Object.entries(query.term).every(([path, value]) => at(path) === value);
  }
  if ("bool" in query) {
    const { must = [], should = [] } = query.bool;
    // As in Elasticsearch: beside "must", "should" only ranks.
    const isNeeded = should.length > 0 && must.length === 0;
    return (
      must.every((each) => fits(each, at)) && (!isNeeded || should.some((each) => fits(each, at)))
    );
  }
  const { path, query: inner } = query.nested;
  const elements = at(path);
  if (!Array.isArray(elements)) return false;
  const prefix = `${path}.`;
  return elements.some((element) =>
    fits(inner, (inside) =>
      inside.startsWith(prefix) ? valueAt(element, inside.slice(prefix.length)) : at(inside),
    ),
  );
}

/** Fields of list elements are reached by "nested" only. */
function valueAt(record: unknown, path: string): unknown {
  let found = record;
  for (const name of path.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}
