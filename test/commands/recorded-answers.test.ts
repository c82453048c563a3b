import { describe, expect } from "vitest";
import { recorded } from "../support/fixtures/recorded.ts";
import { test } from "./recorded-fixture.ts";

const fileSetsPath = "/file-store/v1/file-sets";

const byId = <Item extends { id?: unknown }>(items: readonly Item[]) =>
  items.toSorted((left, right) => (String(left.id) < String(right.id) ? -1 : 1));

/** Each list of file sets with the names of its pages. */
const listings: [bucket: string, pages: string[]][] = [
  ["bulk-ESG", ["wealth, first page", "wealth, second page"]],
  ["bulk-Custom", ["municipal, modified since"]],
  ["bulk-Custom", ["municipal"]],
  ["bulk-Custom", ["municipal, another day"]],
  ["bulk-esg", ["ESG, first page"]],
  ["ESG", ["old ESG bucket, first page", "old ESG bucket, second page"]],
  ["bulk-ESG", ["ESG, one package"]],
  ["ESG", ["old ESG bucket, scores"]],
  ["bulk-esg", ["ESG, since Sunday"]],
  ["bulk-ESG", ["symbology"]],
  ["bulk-ESG", ["one of wealth"]],
  ["bulk-ESG", ["one of point in time"]],
  ["bulk-ESG", ["one of symbology"]],
  ["bulk-GreenRevenue", ["one of green revenue"]],
  ["bulk-GreenRevenue", ["one of green revenue, summary"]],
];

function pagesNamed(names: readonly string[]) {
  return names.map((name) => recorded.fileSets[name] ?? { value: [] });
}

test("covers every recorded list of file sets", () => {
  expect(listings.flatMap(([, pages]) => pages).sort()).toEqual(
    Object.keys(recorded.fileSets).sort(),
  );
});

describe.each(listings)("cfs file-sets %s: %j", (bucket, names) => {
  const pages = pagesNamed(names);
  const all = pages.flatMap(({ value }) => value);

  test("has every set as it was recorded, newest first, by the recorded links", async ({
    service,
    cfs,
  }) => {
    service.lists.set(fileSetsPath, pages);
    const { objects } = await cfs("file-sets", bucket, "--json");
    expect(byId(objects())).toEqual(byId(all));
    const times = objects().map(({ contentTo, created }) => String(contentTo ?? created));
    expect(times).toEqual(times.toSorted().reverse());
    const asked = service.requests.filter((request) => request.includes(fileSetsPath));
    const links = pages.flatMap((page) => page["@nextLink"] ?? []);
    expect(asked).toHaveLength(1 + links.length);
    for (const [index, link] of links.entries()) {
      expect(asked[index + 1]?.startsWith(`GET ${link}`)).toBe(true);
    }
  });

  test("shows them in a table", async ({ service, rowsOf }) => {
    service.lists.set(fileSetsPath, pages);
    const rows = await rowsOf("file-sets", bucket);
    const shown = rows.map(([name, , status, files, , , id]) => ({ name, status, files, id }));
    const expected = all.map(({ name, status, numFiles, id }) => ({
      name,
      status,
      files: String(numFiles),
      id,
    }));
    expect(byId(shown)).toEqual(byId(expected));
    for (const [, , , , contentTo, availableTo, id] of rows) {
      const set = all.find((each) => each.id === id);
      expect(contentTo).toBe(set?.contentTo ?? "");
      expect(availableTo).toBe(set?.availableTo);
    }
  });
});

describe("the filters of cfs file-sets, which the service may ignore", () => {
  const names = ["ESG, first page"];
  const all = pagesNamed(names).flatMap(({ value }) => value);
  const contentTypes = new Set(
    all.flatMap(({ attributes }) => attributes.map(({ name, value }) => `${name}=${value}`)),
  );

  const it = test.extend("idsOf", ({ cfs, service }) => {
    service.lists.set(fileSetsPath, pagesNamed(names));
    return async (...words: string[]) => {
      const { objects } = await cfs("file-sets", "bulk-ESG", "--json", ...words);
      return objects()
        .map(({ id }) => id)
        .sort();
    };
  });

  const idsWhere = (isWanted: (set: (typeof all)[number]) => boolean) =>
    all
      .filter(isWanted)
      .map(({ id }) => id)
      .sort();

  it("keep the sets with an attribute", async ({ idsOf }) => {
    expect(contentTypes.size).toBeGreaterThan(10);
    const look = async (pair: string) => {
      const wanted = idsWhere(({ attributes }) =>
        attributes.some(({ name, value }) => `${name}=${value}` === pair),
      );
      expect(wanted.length).toBeLessThan(all.length);
      expect(await idsOf("--attribute", pair)).toEqual(wanted);
    };
    await Promise.all([...contentTypes].slice(0, 3).map(look));
  });

  it("keep the sets of a package, of a name, of a status", async ({ service, call, idsOf }) => {
    const [owner] = recorded.packages;
    const packageId = owner?.packageId ?? "";
    service.lists.set("/file-store/v1/packages", [{ value: [owner] }]);
    const ofPackage = idsWhere((set) => set.packageId === packageId);
    expect(ofPackage.length).toBeGreaterThan(0);
    expect(ofPackage.length).toBeLessThan(all.length);
    const name = all[0]?.name ?? "";
    expect(await idsOf("--package", packageId)).toEqual(ofPackage);
    expect(await idsOf("--name", name)).toEqual(idsWhere((set) => set.name === name));
    expect(await idsOf("--status", "ready")).toEqual(idsWhere(() => true));
    const pending = await call("file-sets", "bulk-ESG", "--status", "pending");
    expect(pending).toMatchObject({ code: 0, stdout: "" });
  });

  it("keep the sets since a time, written without seconds too", async ({ service, idsOf }) => {
    const since = "2022-09-26T00:00:00Z";
    const wanted = idsWhere(({ modified }) => modified >= since);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(all.length);
    expect(await idsOf("--modified-since", since)).toEqual(wanted);
    // "modified" of one of these is "2023-12-03T16:42Z".
    service.lists.set(fileSetsPath, pagesNamed(["symbology"]));
    const odd = "4721-716d-682abf0a-86a7-2a54368ee8a7";
    expect(await idsOf("--modified-since", "2023-12-03T16:42:00Z")).toContain(odd);
    expect(await idsOf("--modified-since", "2023-12-03T16:42:01Z")).not.toContain(odd);
  });
});

test("ends a list that loops, as the one with a truncated skipToken did", async ({
  service,
  call,
}) => {
  const [page] = pagesNamed(["old ESG bucket, first page"]);
  service.lists.set(fileSetsPath, page ? [page, page] : []);
  const { code, stderr } = await call("file-sets", "ESG");
  expect(code).toBe(5);
  expect(stderr).toMatch(/^cfs: Listing the file sets of ESG: .+\n$/);
});

test.for(
  recorded.packages.map((each, index) => [`${each.packageName} (${index + 1})`, each] as const),
)("cfs packages shows %s as it was recorded", async ([_, each], { service, cfs, rowsOf }) => {
  service.lists.set("/file-store/v1/packages", [{ value: [each] }]);
  const [bucket = ""] = each.bucketNames;
  const { objects } = await cfs("packages", bucket.toUpperCase(), "--json");
  expect(objects()).toEqual([each]);
  const rows = await rowsOf("packages", bucket);
  expect(rows.map((row) => [row.at(0), row.at(-1)])).toEqual([[each.packageName, each.packageId]]);
  expect((await cfs("packages", bucket, "--name", "GLOBAL", "--json")).objects()).toHaveLength(1);
});

test("cfs files has the parts as they were recorded, and shows them in the order of their numbers", async ({
  service,
  cfs,
  rowsOf,
}) => {
  const { value } = recorded.files;
  const [{ filesetId } = { filesetId: "" }] = value;
  service.lists.set("/file-store/v1/files", [recorded.files]);
  const { objects } = await cfs("files", filesetId, "--json");
  expect(objects()).toEqual(value);
  const rows = await rowsOf("files", filesetId);
  expect(rows.map(([name]) => name)).toEqual(value.map(({ filename }) => filename).sort());
  expect(byId(rows.map(([, size, id]) => ({ id, size })))).toEqual(
    byId(value.map(({ id, fileSizeInBytes }) => ({ id, size: String(fileSizeInBytes) }))),
  );
});

test.for(Object.entries(recorded.addresses))(
  "cfs url %s prints the address byte for byte",
  async ([id, address], { cfs }) => {
    expect((await cfs("url", id)).stdout).toBe(`${address}\n`);
  },
);
