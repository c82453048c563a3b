import { describe, expect, test } from "vitest";
import { fieldsOf, openSandbox, signedIn } from "../support/sandbox/client.ts";
import { availableFile } from "../support/sandbox/expected-files.ts";

const fileSets = "/file-store/v1/file-sets";

describe("file sets", () => {
  test("an unknown bucket is shape C, one without entitlement shape D", async () => {
    const client = await signedIn(await openSandbox());
    const unknown = await client.ask(`${fileSets}?bucket=nope`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      error: {
        code: "EDS.CFS.NoBucketFound",
        status: 404,
        message: "No resource found for: ResourceType=Bucket; ResourceId=nope",
      },
    });
    const refused = await client.ask(`${fileSets}?bucket=bulk-Messenger`);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({
      status: 403,
      message: "Access denied: Insufficient claims to access this resource",
    });
  });

  test("the bucket is matched in any case and answered in the server's own", async () => {
    const client = await signedIn(await openSandbox());
    const page = await client.list(`${fileSets}?bucket=BULK-Custom`);
    expect(page.value[0]?.bucketName).toBe("bulk-custom");
  });

  test("filters keep what matches, parameters that are unknown change nothing", async () => {
    const client = await signedIn(await openSandbox());
    const bucket = `${fileSets}?bucket=bulk-FMRD&pageSize=100`;
    const { value: all } = await client.list(bucket);
    const { value: pending } = await client.list(`${bucket}&status=Pending`);
    expect(pending.length).toBeGreaterThan(0);
    expect(pending.length).toBeLessThan(all.length);
    const { value: attributed } = await client.list(
      `${bucket}&attributes=ContentType:FMRD%20Instruments`,
    );
    expect(attributed.length).toBeGreaterThan(0);
    expect(attributed.length).toBeLessThan(all.length);
    const { value: named } = await client.list(`${bucket}&name=${all[3]?.name}`);
    expect(named).toEqual([all[3]]);
    const { value: nothing } = await client.list(`${bucket}&packageId=4-unknown`);
    expect(nothing).toEqual([]);
    const { value: same } = await client.list(`${bucket}&ContentType:FMRD&autoRetry=False`);
    expect(same).toEqual(all);
  });

  test("bad values are shape B with their reasons", async () => {
    const client = await signedIn(await openSandbox());
    for (const query of ["", "?bucket=bulk-ESG&pageSize=x", "?bucket=bulk-ESG&contentFrom=x"]) {
      const answer = await client.ask(fileSets + query);
      expect(answer.status).toBe(400);
      expect((await fieldsOf(answer)).error).toMatchObject({ code: "400", status: "Bad Request" });
    }
  });
});

describe("files", () => {
  test("a set of 115 names 25 of them; the rest is behind two pages", async () => {
    const client = await signedIn(await openSandbox());
    const { items } = await client.all(
      `${fileSets}?bucket=bulk-ESG&packageId=4173-aec7-8a0b0ac9-96f9-48e83ddbd2ad`,
    );
    const [set] = items;
    expect(set).toMatchObject({ numFiles: 115 });
    expect(set?.files).toHaveLength(25);
    expect(set).not.toHaveProperty("contentFrom");
    const listed = await client.all(`/file-store/v1/files?filesetId=${set?.id}&pageSize=100`);
    expect(listed.items).toHaveLength(115);
    expect(listed.pages).toBe(2);
    const part = await client.all(`/file-store/v1/files?filesetId=${set?.id}&fileName=.I.`);
    expect(part.items).toHaveLength(15);
  });

  test("an unknown set is shape C; one record has an address of its own", async () => {
    const sandbox = await openSandbox();
    const client = await signedIn(sandbox);
    const unknown = await client.ask("/file-store/v1/files?filesetId=4-unknown");
    expect(await unknown.json()).toMatchObject({ error: { code: "EDS.CFS.NoFilesetFound" } });
    const { filename, id } = availableFile(sandbox);
    expect(await client.one(`/file-store/v1/files/${id}`)).toMatchObject({ filename });
  });
});

test("records have their fields in the recorded order, and odd times", async () => {
  const sandbox = await openSandbox({ empty: true });
  const owner = sandbox.catalogue.addPackage({ packageName: "One", bucketNames: ["bulk-One"] });
  sandbox.catalogue.addFileSet({
    name: "One",
    packageId: owner.packageId,
    contentFromMs: 0,
    contentToMs: 0,
    createdMs: Date.UTC(2023, 11, 3, 16, 16, 37),
    modifiedMs: Date.UTC(2023, 11, 3, 16, 42),
  });
  const client = await signedIn(sandbox);
  const { value: packages } = await client.list("/file-store/v1/packages");
  expect(Object.keys(packages[0] ?? {}).slice(0, 6)).toEqual([
    "packageId",
    "packageName",
    "created",
    "modified",
    "packageType",
    "bucketNames",
  ]);
  const { value: sets } = await client.list(`${fileSets}?bucket=bulk-One`);
  expect(Object.keys(sets[0] ?? {})).toEqual([
    "id",
    "name",
    "bucketName",
    "packageId",
    "attributes",
    "files",
    "numFiles",
    "contentFrom",
    "contentTo",
    "availableFrom",
    "availableTo",
    "status",
    "created",
    "modified",
  ]);
  expect(sets[0]).toMatchObject({
    contentFrom: "1970-01-01T00:00:00Z",
    created: "2023-12-03T16:16:37Z",
    modified: "2023-12-03T16:42Z",
  });
});

describe("the windows of file sets", () => {
  const day = (date: number) => Date.UTC(2026, 4, date);
  const time = (date: number) => `2026-05-${String(date).padStart(2, "0")}T00:00:00Z`;

  async function withWindows() {
    const sandbox = await openSandbox({ empty: true, now: () => day(15) });
    const { packageId } = sandbox.catalogue.addPackage({
      packageName: "Package",
      bucketNames: ["bulk-ESG"],
    });
    const available = { availableFromMs: day(8), availableToMs: day(22) };
    const dated = { contentFromMs: day(1), contentToMs: day(8) };
    const init = { contentFromMs: 0, contentToMs: day(8) };
    sandbox.catalogue.addFileSet({ name: "Delta", packageId, ...available, ...dated });
    sandbox.catalogue.addFileSet({ name: "Init", packageId, ...available, ...init });
    sandbox.catalogue.addFileSet({ name: "Undated", packageId, ...available });
    const client = await signedIn(sandbox);
    const names = async (query: string) =>
      (await client.list(`${fileSets}?bucket=bulk-ESG&${query}`)).value
        .map((each) => each.name)
        .sort();
    return { sandbox, names };
  }

  test.each([
    [`contentFrom=${time(1)}`, ["Delta"]],
    [`contentFrom=${time(2)}`, []],
    [`contentTo=${time(8)}`, ["Delta", "Init"]],
    [`contentTo=${time(7)}`, []],
    [`availableFrom=${time(8)}`, ["Delta", "Init", "Undated"]],
    [`availableFrom=${time(9)}`, []],
    [`availableTo=${time(22)}`, ["Delta", "Init", "Undated"]],
    [`availableTo=${time(21)}`, []],
  ])("keep what lies within: %s", async (query, kept) => {
    const { names } = await withWindows();
    expect(await names(query)).toEqual(kept);
  });

  test("can keep a set without content dates", async () => {
    const { sandbox, names } = await withWindows();
    sandbox.assumptions.undatedContent = "kept";
    expect(await names(`contentFrom=${time(2)}`)).toEqual(["Undated"]);
    expect(await names(`contentTo=${time(8)}`)).toEqual(["Delta", "Init", "Undated"]);
  });
});
