import { readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { cacheDirectory } from "../../source/base/directories.ts";
import type {
  CachedListing,
  ListingAccount,
  ListingKey,
} from "../../source/listing-cache/contract.ts";
import { createListingCache } from "../../source/listing-cache/listing-cache.ts";
import { visitedBuckets, visitedPackages } from "../../source/listing-cache/visited-names.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { test as base } from "../support/test.ts";

const host = "https://api.refinitiv.com";
const account: ListingAccount = { host, kind: "password", user: "GE-A-00000001-1-0001" };
const other: ListingAccount = { ...account, user: "GE-A-00000002-1-0002" };
const dayMs = 24 * 3_600_000;

const nowMs = Date.now();

const test = base
  .extend("directory", ({ folder }) => join(folder, "cache"))
  .extend("opened", ({ directory }) => {
    return (more: Partial<Parameters<typeof createListingCache>[0]> = {}) =>
      createListingCache({ directory, nowMs: () => nowMs, ...more });
  })
  .extend("paths", ({ directory }) => async () => {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => join(parentPath, name));
  });

const esg: ListingKey = { kind: "packages", bucket: "bulk-ESG" };
const filesOf = (fileSetId: string): ListingKey => ({ kind: "files", fileSetId });

function packages(count: number): CachedListing {
  return {
    kind: "packages",
    items: several(count, somePackage),
    listedAtMs: nowMs,
    settled: false,
  };
}

function files(count: number): CachedListing {
  return { kind: "files", items: several(count, someFile), listedAtMs: nowMs, settled: true };
}

test("listings are kept for the next process, in any case of the bucket's name", async ({
  opened,
}) => {
  const first = opened();
  const listings: [ListingKey, CachedListing][] = [
    [esg, packages(3)],
    [
      { kind: "file-sets", bucket: "bulk-ESG", packageId: "p" },
      { kind: "file-sets", items: several(3, someFileSet), listedAtMs: nowMs, settled: false },
    ],
    [filesOf("s"), files(115)],
  ];
  for (const [key, listing] of listings) first.put(account, key, listing);
  await first.flush();
  const second = opened();
  for (const [key, listing] of listings) {
    expect(await second.get(account, key)).toEqual(listing);
  }
  expect(await second.get(account, { kind: "packages", bucket: "BULK-esg" })).toEqual(packages(3));
  expect(await second.get(other, esg)).toBeUndefined();
  expect(await second.get(account, filesOf("none"))).toBeUndefined();
});

test("a listing can be read before it is written", async ({ opened }) => {
  const listingCache = opened();
  listingCache.put(account, filesOf("one"), files(1));
  listingCache.put(account, filesOf("two"), files(2));
  expect((await listingCache.get(account, filesOf("two")))?.items).toHaveLength(2);
  const keys = [filesOf("none"), filesOf("two"), filesOf("one")];
  expect(await listingCache.cachedOf(account, keys)).toEqual(keys.slice(1));
  await listingCache.flush();
  expect(await listingCache.cachedOf(account, keys)).toEqual(keys.slice(1));
  expect(await listingCache.cachedOf(other, keys)).toEqual([]);
});

test("files are readable by the owner only and contain neither user nor host", async ({
  opened,
  paths,
}) => {
  const listingCache = opened();
  listingCache.put(account, esg, packages(2));
  await listingCache.flush();
  const [path = ""] = await paths();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
  for (const text of [path, await readFile(path, "utf8")]) {
    expect(text).not.toContain(account.user);
    expect(text).not.toContain("refinitiv");
  }
});

test.for<[string, (text: string) => string]>([
  ["cut short", (text) => text.slice(0, -20)],
  ["cut between two lines", (text) => `${text.split("\n").slice(0, 2).join("\n")}\n`],
  ["empty", () => ""],
  ["not JSON", () => "packages"],
  ["of another version", (text) => text.replace('"version":1', '"version":999')],
  ["of another key", (text) => text.replace("bulk-ESG", "bulk-FMRD")],
  ["of another form", (text) => text.replaceAll('"packageName"', '"packageNome"')],
])("a file that is %s is removed silently", async ([_, damage], { opened, paths }) => {
  const listingCache = opened();
  listingCache.put(account, esg, packages(2));
  await listingCache.flush();
  const [path = ""] = await paths();
  await writeFile(path, damage(await readFile(path, "utf8")));
  expect(await listingCache.get(account, esg)).toBeUndefined();
  expect(await paths()).toEqual([]);
});

test("control characters of a file are removed", async ({ opened, paths }) => {
  const listingCache = opened();
  listingCache.put(account, esg, packages(1));
  await listingCache.flush();
  const [path = ""] = await paths();
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("Bulk-ESG-Global", "\\u001b[2JBulk"));
  expect(await listingCache.get(account, esg)).toMatchObject({
    items: [{ packageName: "[2JBulk-Content1-v1" }],
  });
});

test("the oldest are removed beyond the total size, and one that is too large is not kept", async ({
  opened,
  paths,
}) => {
  const bounds = { totalBytes: 20_000, listingBytes: 10_000, listingItems: 500, ageMs: 30 * dayMs };
  const listingCache = opened({ bounds });
  for (const number of several(10, (one) => one)) {
    listingCache.put(account, filesOf(`set ${number}`), files(10));
    await listingCache.flush();
    for (const path of await paths()) {
      const { mtimeMs } = await stat(path);
      await utimes(path, new Date(), new Date(mtimeMs - 1_000));
    }
  }
  listingCache.put(account, filesOf("large"), files(100));
  await listingCache.flush();
  listingCache.put(account, filesOf("many"), files(501));
  await listingCache.flush();
  expect(await listingCache.get(account, filesOf("many"))).toBeUndefined();
  const sizes = await Promise.all((await paths()).map(async (path) => (await stat(path)).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(bounds.totalBytes);
  expect(await listingCache.get(account, filesOf("set 1"))).toBeUndefined();
  expect(await listingCache.get(account, filesOf("set 10"))).toBeDefined();
  expect(await listingCache.get(account, filesOf("large"))).toBeUndefined();
});

test("an old listing is not returned, and is removed", async ({ opened, paths }) => {
  const listingCache = opened();
  listingCache.put(account, esg, packages(1));
  await listingCache.flush();
  const [path = ""] = await paths();
  const longAgo = new Date(nowMs - 31 * dayMs);
  await utimes(path, longAgo, longAgo);
  const late = opened({ nowMs: () => nowMs + 31 * dayMs });
  expect(await late.get(account, esg)).toBeUndefined();
  const later = opened();
  later.put(account, filesOf("s"), files(1));
  await later.flush();
  expect((await paths()).map((path) => path.includes("packages-"))).toEqual([false]);
});

test("forgetting an account keeps the others", async ({ opened }) => {
  const listingCache = opened();
  listingCache.put(account, esg, packages(1));
  listingCache.put(other, esg, packages(2));
  listingCache.put(account, filesOf("s"), files(1));
  await listingCache.forget(account);
  await listingCache.flush();
  expect(await listingCache.get(account, esg)).toBeUndefined();
  expect(await listingCache.get(account, filesOf("s"))).toBeUndefined();
  expect((await listingCache.get(other, esg))?.items).toHaveLength(2);
});

test("a folder that cannot be made loses only the listing", async ({ folder }) => {
  await writeFile(join(folder, "file"), "");
  const listingCache = createListingCache({
    directory: join(folder, "file", "cache"),
    nowMs: () => nowMs,
  });
  listingCache.put(account, esg, packages(1));
  await listingCache.flush();
  expect(await listingCache.get(account, esg)).toBeUndefined();
  await listingCache.forget(account);
});

test("names of visited buckets and packages are read for completion", async ({
  directory,
  opened,
}) => {
  const listingCache = opened();
  expect(await visitedBuckets(directory)).toEqual([]);
  listingCache.put(account, esg, packages(2));
  listingCache.put(
    other,
    { kind: "packages", bucket: "bulk-FMRD" },
    { ...packages(1), listedAtMs: nowMs + 1 },
  );
  listingCache.put(account, filesOf("s"), files(1));
  await listingCache.flush();
  expect(await visitedBuckets(directory)).toEqual(["bulk-FMRD", "bulk-ESG"]);
  expect(
    (await visitedPackages(directory, "BULK-esg")).map(({ packageName }) => packageName),
  ).toEqual([somePackage(1).packageName, somePackage(2).packageName]);
  expect(await visitedPackages(directory, "nothing")).toEqual([]);
});

test("the folder is beside CFS_CONFIG_DIR, or where the platform keeps caches", () => {
  expect(cacheDirectory("/somewhere/settings")).toBe("/somewhere/settings/cache");
  expect(cacheDirectory(undefined)).toContain("cfs");
});

test("a flush waits until a listing is read, so that none is open when the program ends", async ({
  opened,
}) => {
  const first = opened();
  first.put(account, esg, packages(3));
  await first.flush();
  const later = opened();
  const recalled: (CachedListing | undefined)[] = [];
  void later.get(account, esg).then((listing) => recalled.push(listing));
  await later.flush();
  expect(recalled.map((listing) => listing?.items.length)).toEqual([3]);
});
