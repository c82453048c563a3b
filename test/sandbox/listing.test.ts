import { describe, expect, test } from "vitest";
import { fieldsOf, openSandbox, signedIn } from "./client.ts";

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

  test("@nextLink is relative and its token names the last item", async () => {
    const client = await signedIn(await openSandbox());
    const page = await client.list(`${fileSets}?bucket=bulk-ESG&pageSize=2`);
    expect(page["@nextLink"]).toMatch(/^\/file-store\/v1\/file-sets\?/);
    const query = new URLSearchParams(page["@nextLink"]?.split("?")[1]);
    expect(query.get("pageSize")).toBe("2");
    const token = query.get("skipToken") ?? "";
    expect(token).not.toContain("=");
    expect(Buffer.from(token, "base64").toString()).toBe(`filesetId=${page.value[1]?.id}`);
  });

  test("the order of the link's parameters varies", async () => {
    const client = await signedIn(await openSandbox());
    const orders = new Set<string>();
    let link: string | undefined = `${fileSets}?bucket=bulk-ESG&pageSize=2`;
    while (link !== undefined) {
      const { "@nextLink": next } = await client.list(link);
      link = next;
      if (link) orders.add([...new URLSearchParams(link.split("?")[1]).keys()].join());
    }
    expect(orders.size).toBeGreaterThan(1);
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
      "Bulk-ESG-Global-Scores-Wealth-Standard-v1",
      "Bulk-ESG-Global-Wealth-Standard-v2",
    ]);
    expect(some).not.toHaveProperty("totalResults");
    expect(some.value[0]).not.toHaveProperty("isEntitled");
  });

  test("tell the total and the entitlement when asked, True with a capital too", async () => {
    const client = await signedIn(await openSandbox());
    const page = await client.list(
      `${packages}?bucketName=bulk-ESG&includedTotalResult=True&includedEntitlementResult=True&pageSize=3`,
    );
    expect(page.totalResults).toBe(15);
    const { items } = await client.all(page["@nextLink"] ?? "");
    expect(new Set(items.map((item) => item.isEntitled))).toEqual(new Set([true, false]));
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
    const [file] = sandbox.catalogue.files.values();
    expect(await client.one(`/file-store/v1/files/${file?.id}`)).toMatchObject({
      filename: file?.filename,
    });
  });
});

test("buckets are listed by part of the name, or refused", async () => {
  const sandbox = await openSandbox();
  const client = await signedIn(sandbox);
  const { value } = await client.list("/file-store/v1/buckets?name=BULK-e");
  expect(value.map((bucket) => bucket.name)).toEqual(["bulk-ESG"]);
  sandbox.assumptions.bucketList = "refused";
  expect((await client.ask("/file-store/v1/buckets")).status).toBe(403);
});
