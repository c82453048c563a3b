import { describe, expect } from "vitest";
import { collect } from "../support/sandbox/service.ts";
import { test as it } from "./client-fixture.ts";

describe("listings", () => {
  it("yields pages of 100 as they arrive, and follows the next link", async ({
    fileStore,
    addFileSets,
    asked,
  }) => {
    addFileSets(250);
    const sizes: number[] = [];
    const ids = new Set<string>();
    for await (const page of fileStore.fileSets({ bucket: "bulk-ESG" })) {
      sizes.push(page.items.length);
      for (const { id } of page.items) ids.add(id);
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(ids.size).toBe(250);
    expect(asked("file-sets").every(({ query }) => query.get("pageSize") === "100")).toBe(true);
  });

  it("requests a page only when it is read", async ({ fileStore, addFileSets, asked }) => {
    addFileSets(250);
    for await (const page of fileStore.fileSets({ bucket: "bulk-ESG" })) {
      if (page.items.length > 0) break;
    }
    expect(asked("file-sets")).toHaveLength(1);
  });

  it("lists the packages of a bucket in any case, with entitlement and total", async ({
    fileStore,
    asked,
  }) => {
    const pages = fileStore.packages({ bucketName: "BULK-esg" });
    for await (const page of pages) {
      expect(page.total).toBe(1);
      expect(page.items).toMatchObject([
        { packageName: "Bulk-ESG-Global-Raw-v1", isEntitled: true },
      ]);
    }
    expect(asked("packages")[0]?.query.get("bucketName")).toBe("BULK-esg");
  });

  it("lists all files of a set whose own list stops at 25", async ({
    sandbox,
    fileStore,
    packageId,
  }) => {
    const files = Array.from({ length: 115 }, (_, number) => ({
      filename: `part${number}.zip`,
      bytes: 1_000,
    }));
    const set = sandbox.catalogue.addFileSet({
      name: "Pit",
      packageId: packageId,
      files,
    });
    const [listed] = await collect(fileStore.fileSets({ bucket: "bulk-ESG" }));
    expect(listed?.files).toHaveLength(25);
    expect(listed?.numFiles).toBe(115);
    expect(await collect(fileStore.files(set.id))).toHaveLength(115);
  });

  it.for([true, false])(
    "keeps its filter over pages (the next link keeps modifiedSince: %s)",
    async (keeps, { sandbox, fileStore, packageId, addFileSets }) => {
      sandbox.assumptions.nextLinkKeepsModifiedSince = keeps;
      addFileSets(150);
      const old = sandbox.catalogue.addFileSet({
        name: "Old",
        packageId: packageId,
        modifiedMs: Date.parse("2020-01-01"),
      });
      const sets = await collect(
        fileStore.fileSets({ bucket: "bulk-ESG", modifiedSince: "2024-01-01T00:00:00Z" }),
      );
      expect(sets).toHaveLength(150);
      expect(sets.map(({ id }) => id)).not.toContain(old.id);
    },
  );

  it("filters on its own, since the service ignores unknown parameters", async ({
    sandbox,
    fileStore,
    packageId,
    addFileSets,
  }) => {
    addFileSets(3);
    const { catalogue } = sandbox;
    const wanted = catalogue.addFileSet({
      name: "Wanted",
      packageId: packageId,
      attributes: [{ name: "ContentType", value: "ESG Scores" }],
      status: "PENDING",
    });
    sandbox.faults.add({
      on: "file-sets",
      effect: { kind: "edit", edit: (body) => ({ ...body, value: shownSets() }) },
    });
    const shownSets = () =>
      [...catalogue.fileSets.values()].map((set) => ({
        ...set,
        files: [],
        bucketName: "bulk-ESG",
      }));
    const found = await collect(
      fileStore.fileSets({
        bucket: "BULK-ESG",
        status: "pending",
        attributes: [{ name: "ContentType", value: "ESG Scores" }],
      }),
    );
    expect(found.map(({ id }) => id)).toEqual([wanted.id]);
  });

  it("keeps unknown fields and takes escapes and bidi marks out of every text", async ({
    sandbox,
    fileStore,
  }) => {
    sandbox.catalogue.addPackage({
      packageName: "evil\u001b]0;owned\u0007\u202egnp.exe",
      bucketNames: ["bulk-ESG"],
    });
    sandbox.faults.add({
      on: "packages",
      effect: {
        kind: "edit",
        edit: (body) => ({
          ...body,
          value: [body["value"]]
            .flat()
            .map((item) => Object.assign({}, item, { extra: { "k\u0007": "v\u001b[2J" } })),
        }),
      },
    });
    const packages = await collect(fileStore.packages({ bucketName: "bulk-ESG" }));
    expect(JSON.stringify(packages)).not.toMatch(/\\u00(1b|07)|\u202e/);
    expect(packages[0]).toMatchObject({ extra: { k: "v[2J" } });
  });

  it("falls back to the packages' bucket names if /buckets is refused", async ({
    sandbox,
    fileStore,
  }) => {
    sandbox.assumptions.bucketList = "refused";
    sandbox.catalogue.addPackage({
      packageName: "Other",
      bucketNames: ["bulk-Other", "BULK-ESG"],
    });
    const names = (await collect(fileStore.buckets())).map(({ name }) => name.toLowerCase());
    expect(names.sort()).toEqual(["bulk-esg", "bulk-other"]);
  });
});
