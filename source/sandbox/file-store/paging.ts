import { type Answer, badParameter, jsonAnswer } from "../http/answers.ts";

export interface PagedList<Item> {
  /** "/file-store/v1/file-sets". */
  path: string;
  /** Sorted, before filters. */
  items: readonly Item[];
  keep(item: Item): boolean;
  /** "filesetId". */
  cursorName: string;
  cursorOf(item: Item): string;
  /** At most 0 if the item is at or before the cursor. */
  compareToCursor(item: Item, cursor: string): number;
  /** The parameters that `@nextLink` repeats; the one that selects the list comes first. */
  repeated: readonly string[];
  maximumPageSize: number;
  show(item: Item): unknown;
  /** Page number from 1, instead of a cursor; only for lists that keep every item. */
  page?: number | undefined;
  /** Fields besides value and @nextLink. */
  more?: () => Record<string, unknown>;
}

export const fileStorePath = "/file-store/v1";

const defaultPageSize = 25;

/** Verified for file sets; assumed for packages and files. */
export const maximumPageSize = 100;

/** Verified: base64 without padding of "filesetId=<id of the page's last item>". */
function skipToken(name: string, cursor: string): string {
  return Buffer.from(`${name}=${cursor}`).toString("base64").replace(/=+$/, "");
}

function cursorIn(token: string, name: string): string | undefined {
  const text = Buffer.from(token, "base64").toString();
  return text.startsWith(`${name}=`) ? text.slice(name.length + 1) : undefined;
}

/** Verified: relative; skipToken comes last on the first page, and second on later pages. */
function nextLink<Item>(
  listing: PagedList<Item>,
  query: URLSearchParams,
  pageSize: number,
  last: Item,
): string {
  const shown = (name: string) => `${name}=${encodeURIComponent(query.get(name) ?? "")}`;
  const given = [...new Set(query.keys())].filter(
    (name) => listing.repeated.includes(name) && query.get(name) !== "",
  );
  const token = `skipToken=${skipToken(listing.cursorName, listing.cursorOf(last))}`;
  const size = `pageSize=${pageSize}`;
  const own = given.filter((name) => name === listing.repeated[0]);
  const others = given.filter((name) => name !== listing.repeated[0]);
  const parameters = query.has("skipToken")
    ? [...own.map(shown), token, ...others.map(shown), size]
    : [...given.map(shown), size, token];
  return `${listing.path}?${parameters.join("&")}`;
}

/** The first index after the cursor, by binary search. */
function indexBehind<Item>(listing: PagedList<Item>, cursor: string): number {
  let low = 0;
  let high = listing.items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = listing.items[middle];
    if (item !== undefined && listing.compareToCursor(item, cursor) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function startOf<Item>(listing: PagedList<Item>, cursor: string | undefined, pageSize: number) {
  if (listing.page !== undefined) return (listing.page - 1) * pageSize;
  return cursor === undefined ? 0 : indexBehind(listing, cursor);
}

/** One page. Verified: 25 items by default, at most 100; the last page has no @nextLink. */
export async function listAnswer<Item>(
  listing: PagedList<Item>,
  query: URLSearchParams,
): Promise<Answer> {
  const requested = query.get("pageSize");
  const pageSize = requested === null ? defaultPageSize : Number(requested);
  if (!Number.isInteger(pageSize) || pageSize < 1) {
    return badParameter("pageSize", "must be a positive number");
  }
  // Verified: an invalid token returns the first page.
  const cursor = cursorIn(query.get("skipToken") ?? "", listing.cursorName);
  const wanted = Math.min(pageSize, listing.maximumPageSize);
  const start = startOf(listing, cursor, wanted);
  const page: Item[] = [];
  let follows = false;
  for (let index = start; index < listing.items.length && !follows; index++) {
    const item = listing.items[index];
    if (item === undefined || !listing.keep(item)) continue;
    if (page.length === wanted) follows = true;
    else page.push(item);
  }
  const last = page.at(-1);
  return jsonAnswer(200, {
    value: await Promise.all(page.map(listing.show)),
    ...listing.more?.(),
    ...(follows && last !== undefined && listing.page === undefined
      ? { "@nextLink": nextLink(listing, query, pageSize, last) }
      : {}),
  });
}

/** Milliseconds since 1970; NaN if it is not a time, undefined if it is missing. */
export function timeParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null ? undefined : Date.parse(text);
}

export const sinceTimes = ["createdSince", "modifiedSince"] as const;

export function sinceFilter(query: URLSearchParams) {
  const [createdSince = 0, modifiedSince = 0] = sinceTimes.map((name) =>
    timeParameter(query, name),
  );
  return (item: { createdMs: number; modifiedMs: number }) =>
    item.createdMs >= createdSince && item.modifiedMs >= modifiedSince;
}

export function badTime(query: URLSearchParams, names: readonly string[]): Answer | undefined {
  const name = names.find((each) => Number.isNaN(timeParameter(query, each)));
  return name === undefined ? undefined : badParameter(name, "is not a date");
}

/** Verified: "True" and "true" both work. */
export function isSet(query: URLSearchParams, name: string): boolean {
  return /^true$/i.test(query.get(name) ?? "");
}
