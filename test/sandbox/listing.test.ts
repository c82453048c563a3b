import { describe, expect, test } from "vitest";
import { openSandbox, signedIn } from "../support/sandbox/client.ts";

const fileSets = "/file-store/v1/file-sets";

describe("pages", () => {
  test("25 items, at most 100, in id order, to the last page", async () => {
    const client = await signedIn(await openSandbox());
    const first = await client.list(`${fileSets}?bucket=bulk-Custom`);
    expect(first.value).toHaveLength(25);
    const wide = await client.list(`${fileSets}?bucket=bulk-Custom&pageSize=1000`);
    expect(wide.value).toHaveLength(100);
    const { items, pages } = await client.all(`${fileSets}?bucket=bulk-Custom&pageSize=100`);
    expect(pages).toBe(Math.ceil(items.length / 100));
    const ids = items.map((item) => item.id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids.length).toBeGreaterThan(2000);
  });

  /** The ids of the file sets whose pages were recorded, with one more that follows. */
  const wealth = {
    packageId: "408c-ba29-cae68349-abb7-ba38f6d7fce7",
    bucket: "bulk-ESG",
    ids: [
      "4035-af6c-bcf9f923-834d-c845673b9608",
      "40ec-8ddb-d1f4ca21-8e3c-2158017fcdc0",
      "4108-8540-e334597d-a70d-d9f73f671d1c",
      "4246-5a58-c76405e6-b59a-53b15d761c2d",
      "4f00-0000-00000000-0000-000000000000",
    ],
  };

  async function withFileSets({ packageId, bucket, ids }: typeof wealth) {
    const sandbox = await openSandbox({ empty: true });
    sandbox.catalogue.addPackage({ packageName: "Package", packageId, bucketNames: [bucket] });
    for (const id of ids) sandbox.catalogue.addFileSet({ id, name: id, packageId });
    return { sandbox, client: await signedIn(sandbox) };
  }

  test("@nextLink is as recorded on the first page and on a later one", async () => {
    const { client } = await withFileSets(wealth);
    const first = await client.list(
      `${fileSets}?bucket=bulk-ESG&packageId=${wealth.packageId}&pageSize=2`,
    );
    expect(first["@nextLink"]).toBe(
      "/file-store/v1/file-sets?bucket=bulk-ESG&packageId=408c-ba29-cae68349-abb7-ba38f6d7fce7&pageSize=2&skipToken=ZmlsZXNldElkPTQwZWMtOGRkYi1kMWY0Y2EyMS04ZTNjLTIxNTgwMTdmY2RjMA",
    );
    const second = await client.list(first["@nextLink"] ?? "");
    expect(second["@nextLink"]).toBe(
      "/file-store/v1/file-sets?bucket=bulk-ESG&skipToken=ZmlsZXNldElkPTQyNDYtNWE1OC1jNzY0MDVlNi1iNTlhLTUzYjE1ZDc2MWMyZA&packageId=408c-ba29-cae68349-abb7-ba38f6d7fce7&pageSize=2",
    );
    const third = await client.list(second["@nextLink"] ?? "");
    expect(third.value.map((each) => each.id)).toEqual(wealth.ids.slice(4));
    expect(third).not.toHaveProperty("@nextLink");
  });

  const among = (id: string) => [
    ...Array.from({ length: 24 }, (_, at) => `4000-${String(at).padStart(4, "0")}`),
    id,
    "4fff-ffff",
  ];

  test("@nextLink has the page size that nobody asked for, without the words that make no sense", async () => {
    const { client } = await withFileSets({
      packageId: "4288-ebb6-93372235-acb2-89882a826af1",
      bucket: "bulk-ESG",
      ids: among("417f-2946-b3d73736-bca2-04504d5141bc"),
    });
    const { "@nextLink": link } = await client.list(
      `${fileSets}?bucket=bulk-esg&ContentType:ESG%20Raw%20Current%20A&autoRetry=False`,
    );
    expect(link).toBe(
      "/file-store/v1/file-sets?bucket=bulk-esg&pageSize=25&skipToken=ZmlsZXNldElkPTQxN2YtMjk0Ni1iM2Q3MzczNi1iY2EyLTA0NTA0ZDUxNDFiYw",
    );
  });

  test("a token that names no item gives the first page, and the link of a later one", async () => {
    const { client } = await withFileSets({
      packageId: "4157-5865-69f2417d-8b77-21a75f7f12ad",
      bucket: "ESG",
      ids: among("44dc-2efa-b194b73e-801c-3aab23fe2116"),
    });
    const first = await client.list(`${fileSets}?bucket=ESG`);
    const again = await client.list(`${fileSets}?bucket=ESG&skipToken=cut-off`);
    expect(again.value).toEqual(first.value);
    expect(again["@nextLink"]).toBe(
      "/file-store/v1/file-sets?bucket=ESG&skipToken=ZmlsZXNldElkPTQ0ZGMtMmVmYS1iMTk0YjczZS04MDFjLTNhYWIyM2ZlMjExNg&pageSize=25",
    );
  });

  test("files and packages have at most 100 on a page, and tokens with their own ids", async () => {
    const sandbox = await openSandbox({ empty: true });
    const { catalogue } = sandbox;
    const many = Array.from({ length: 101 }, (_, at) => `${at}`);
    for (const packageName of many) {
      catalogue.addPackage({ packageName, bucketNames: ["bulk-ESG"] });
    }
    const [packageId = ""] = catalogue.packages.keys();
    const files = many.map((filename) => ({ filename, bytes: 20 }));
    const set = catalogue.addFileSet({ name: "Set", packageId, files });
    const client = await signedIn(sandbox);
    for (const [list, idName, name] of [
      [`files?filesetId=${set.id}`, "id", "fileId"],
      ["packages?bucketName=bulk-ESG", "packageId", "packageId"],
    ] as const) {
      const page = await client.list(`/file-store/v1/${list}&pageSize=1000`);
      expect(page.value).toHaveLength(100);
      const token = new URL(page["@nextLink"] ?? "", sandbox.host).searchParams.get("skipToken");
      expect(Buffer.from(token ?? "", "base64").toString()).toBe(
        `${name}=${page.value.at(-1)?.[idName]}`,
      );
    }
  });

  test("a set that vanishes between two pages moves nothing else", async () => {
    const sandbox = await openSandbox();
    const client = await signedIn(sandbox);
    const path = `${fileSets}?bucket=bulk-Symbology&pageSize=5`;
    const { items } = await client.all(path);
    const page = await client.list(path);
    const gone = sandbox.catalogue.fileSets.get(String(page.value[4]?.id));
    if (gone) gone.availableToMs = 0;
    const next = await client.list(page["@nextLink"] ?? "");
    expect(next.value[0]?.id).toBe(items[5]?.id);
  });

  test("with modifiedSince the order is that of modification, and the link may forget it", async () => {
    const sandbox = await openSandbox();
    const client = await signedIn(sandbox);
    const path = `${fileSets}?bucket=bulk-ESG&pageSize=10&modifiedSince=2020-01-01T00:00:00Z`;
    const { items } = await client.all(path);
    const modified = items.map((item) => item.modified);
    expect(modified).toEqual([...modified].sort());
    expect(items.length).toBeGreaterThan(50);
    sandbox.assumptions.nextLinkKeepsModifiedSince = false;
    expect((await client.list(path))["@nextLink"]).not.toContain("modifiedSince");
  });
});

describe("packages", () => {
  const packages = "/file-store/v1/packages";

  test("are found by bucket in any case and by part of the name", async () => {
    const client = await signedIn(await openSandbox());
    const some = await client.list(`${packages}?bucketName=BULK-esg&packageName=wealth`);
    expect(some.value.map((item) => item.packageName).sort()).toEqual([
      "Bulk-ESG-Global-Raw-Wealth-Standard-v2",
      "Bulk-ESG-Global-Scores-Wealth-Full-v1",
      "Bulk-ESG-Global-Scores-Wealth-Standard-v1",
    ]);
    expect(some).not.toHaveProperty("totalResults");
    expect(some.value[0]).not.toHaveProperty("isEntitled");
  });

  test("have the total and the entitlement if asked for, True with a capital too", async () => {
    const client = await signedIn(await openSandbox());
    const page = await client.list(
      `${packages}?bucketName=bulk-ESG&includedTotalResult=True&includedEntitlementResult=True&pageSize=3`,
    );
    expect(page.totalResults).toBe(22);
    const { items } = await client.all(page["@nextLink"] ?? "");
    expect(new Set(items.map((item) => item.isEntitled))).toEqual(new Set([true, false]));
  });

  test("pages have numbers that count from 1, and then no link", async () => {
    const client = await signedIn(await openSandbox());
    const { value: all } = await client.list(`${packages}?pageSize=100`);
    const second = await client.list(`${packages}?page=2&pageSize=10`);
    expect(second.value).toEqual(all.slice(10, 20));
    expect(second).not.toHaveProperty("@nextLink");
    expect((await client.list(`${packages}?page=1&pageSize=10`)).value).toEqual(all.slice(0, 10));
    expect((await client.list(`${packages}?page=99`)).value).toEqual([]);
    expect((await client.ask(`${packages}?page=0`)).status).toBe(400);
  });

  test("one is there by its id; an unknown bucket has none", async () => {
    const sandbox = await openSandbox();
    const client = await signedIn(sandbox);
    const id = "4037-e79c-96b73648-a42a-6b65ef8ccbd1";
    expect(await client.one(`${packages}/${id}`)).toMatchObject({ packageId: id });
    expect((await client.ask(`${packages}/4-unknown`)).status).toBe(404);
    expect((await client.list(`${packages}?bucketName=nope`)).value).toEqual([]);
    sandbox.assumptions.unknownBucketInPackages = "not-found";
    expect((await client.ask(`${packages}?bucketName=nope`)).status).toBe(404);
  });
});

test("buckets can be filtered by when they were created and modified", async () => {
  const sandbox = await openSandbox({ empty: true });
  const client = await signedIn(sandbox);
  const day = (date: number) => Date.UTC(2026, 4, date);
  sandbox.catalogue.addBucket({ name: "Old", createdMs: day(1), modifiedMs: day(4) });
  sandbox.catalogue.addBucket({ name: "Young", createdMs: day(2), modifiedMs: day(3) });
  const names = async (query: string) =>
    (await client.list(`/file-store/v1/buckets?${query}`)).value.map((each) => each.name);
  expect(await names("createdSince=2026-05-02T00:00:00Z")).toEqual(["Young"]);
  expect(await names("modifiedSince=2026-05-04T00:00:00Z")).toEqual(["Old"]);
  expect((await client.ask("/file-store/v1/buckets?createdSince=x")).status).toBe(400);
});

test("buckets are listed by part of the name, or refused", async () => {
  const sandbox = await openSandbox();
  const client = await signedIn(sandbox);
  const { value } = await client.list("/file-store/v1/buckets?name=BULK-e");
  expect(value.map((bucket) => bucket.name)).toEqual(["bulk-ESG"]);
  sandbox.assumptions.bucketList = "refused";
  expect((await client.ask("/file-store/v1/buckets")).status).toBe(403);
});
