import * as v from "valibot";
import { readJson } from "../base/json.ts";

/** What the queue of a subscription receives: READY file sets with all of this. */
export interface SubscriptionScope {
  /** As the service spells it: it may compare letter by letter. */
  bucket: string;
  packageId?: string | undefined;
  attributes?: readonly { name: string; value: string }[] | undefined;
}

const fileSetPath = "payload.FileStoreNotification.fileset";
const packagePath = `${fileSetPath}.packageId`;

/** The query in the service's language, a part of Elasticsearch's. */
export function subscriptionQuery({ bucket, packageId, attributes = [] }: SubscriptionScope) {
  const nested = `${fileSetPath}.attributes`;
  return {
    bool: {
      must: [
        term(`${fileSetPath}.bucketName`, bucket),
        ...(packageId === undefined ? [] : [term(packagePath, packageId)]),
        term(`${fileSetPath}.status`, "READY"),
        ...attributes.map(({ name, value }) => ({
          nested: {
            path: nested,
            query: {
              bool: { must: [term(`${nested}.name`, name), term(`${nested}.value`, value)] },
            },
          },
        })),
      ],
    },
  };
}

function term(field: string, value: string) {
  return { term: { [field]: value } };
}

const queryShape = v.object({
  bool: v.object({
    must: v.array(v.object({ term: v.optional(v.record(v.string(), v.string()), {}) })),
  }),
});

/** The package in the text of a query; undefined if it has none. */
export function packageIn(query: string): string | undefined {
  const terms = readJson(queryShape, query)?.bool.must ?? [];
  return terms.map(({ term }) => term[packagePath]).find((id) => id !== undefined);
}

/** Equal for equal values, whatever the order of their fields; undefined is "null". */
export function stableText(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    const fields = Object.entries(inner);
    return Object.fromEntries(fields.sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
