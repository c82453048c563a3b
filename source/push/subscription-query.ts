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

/** The fields and values of the terms in the text of a query, in their order. */
export function termsIn(query: string): [field: string, value: string][] {
  const found = query.matchAll(/"term":\{"([^"]*)":"([^"]*)"/g);
  return [...found].map(([, field = "", value = ""]) => [field, value]);
}

/** The package in the text of a query; undefined if it has none. */
export function packageIn(query: string): string | undefined {
  return termsIn(query).find(([field]) => field === packagePath)?.[1];
}

/** Equal for equal values, whatever the order of their fields; undefined is "null". */
export function stableText(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    const fields = Object.entries(inner);
    return Object.fromEntries(fields.sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
