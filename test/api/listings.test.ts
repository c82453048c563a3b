import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect } from "../support/sandbox/service.ts";
import { type ClientFixture, createClientFixture } from "./client-fixture.ts";

let setting: ClientFixture;

beforeEach(async () => {
  setting = await createClientFixture();
});

afterEach(() => setting.close());

describe("listings", () => {
  it("gives every page as it comes, 100 at a time, and follows the next link", async () => {
    setting.addFileSets(250);
    const sizes: number[] = [];
    const ids = new Set<string>();
    for await (const page of setting.fileStore.fileSets({ bucket: "bulk-ESG" })) {
      sizes.push(page.items.length);
      for (const { id } of page.items) ids.add(id);
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(ids.size).toBe(250);
    expect(setting.asked("file-sets").every(({ query }) => query.get("pageSize") === "100")).toBe(
      true,
    );
  });

  it("asks for no page that nobody waits for", async () => {
    setting.addFileSets(250);
    for await (const page of setting.fileStore.fileSets({ bucket: "bulk-ESG" })) {
      if (page.items.length > 0) break;
    }
    expect(setting.asked("file-sets")).toHaveLength(1);
  });

  it("lists the packages of a bucket in any case, with entitlement and total", async () => {
    const pages = setting.fileStore.packages({ bucketName: "BULK-esg" });
    for await (const page of pages) {
      expect(page.total).toBe(1);
      expect(page.items).toMatchObject([
        { packageName: "Bulk-ESG-Global-Raw-v1", isEntitled: true },
      ]);
    }
    expect(setting.asked("packages")[0]?.query.get("bucketName")).toBe("BULK-esg");
  });

  it("lists all files of a set whose own list stops at 25", async () => {
    const files = Array.from({ length: 115 }, (_, number) => ({
      filename: `part${number}.zip`,
      bytes: 1_000,
    }));
    const set = setting.service.sandbox.catalogue.addFileSet({
      name: "Pit",
      packageId: setting.packageId,
      files,
    });
    const [listed] = await collect(setting.fileStore.fileSets({ bucket: "bulk-ESG" }));
    expect(listed?.files).toHaveLength(25);
    expect(listed?.numFiles).toBe(115);
    expect(await collect(setting.fileStore.files(set.id))).toHaveLength(115);
  });

  it.each([true, false])(
    "keeps its filter over pages (the next link keeps modifiedSince: %s)",
    async (keeps) => {
      setting.service.sandbox.assumptions.nextLinkKeepsModifiedSince = keeps;
      setting.addFileSets(150);
      const old = setting.service.sandbox.catalogue.addFileSet({
        name: "Old",
        packageId: setting.packageId,
        modifiedMs: Date.parse("2020-01-01"),
      });
      const sets = await collect(
        setting.fileStore.fileSets({ bucket: "bulk-ESG", modifiedSince: "2024-01-01T00:00:00Z" }),
      );
      expect(sets).toHaveLength(150);
      expect(sets.map(({ id }) => id)).not.toContain(old.id);
    },
  );

  it("filters again itself, since an unknown parameter is ignored", async () => {
    setting.addFileSets(3);
    const { catalogue } = setting.service.sandbox;
    const wanted = catalogue.addFileSet({
      name: "Wanted",
      packageId: setting.packageId,
      attributes: [{ name: "ContentType", value: "ESG Scores" }],
      status: "PENDING",
    });
    setting.service.sandbox.faults.add({
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
      setting.fileStore.fileSets({
        bucket: "BULK-ESG",
        status: "pending",
        attributes: [{ name: "ContentType", value: "ESG Scores" }],
      }),
    );
    expect(found.map(({ id }) => id)).toEqual([wanted.id]);
  });

  it("keeps unknown fields and takes escapes and bidi marks out of every text", async () => {
    setting.service.sandbox.catalogue.addPackage({
      packageName: "evil\u001b]0;owned\u0007\u202egnp.exe",
      bucketNames: ["bulk-ESG"],
    });
    setting.service.sandbox.faults.add({
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
    const packages = await collect(setting.fileStore.packages({ bucketName: "bulk-ESG" }));
    expect(JSON.stringify(packages)).not.toMatch(/\\u00(1b|07)|\u202e/);
    expect(packages[0]).toMatchObject({ extra: { k: "v[2J" } });
  });

  it("falls back to the packages' bucket names where /buckets is refused", async () => {
    setting.service.sandbox.assumptions.bucketList = "refused";
    setting.service.sandbox.catalogue.addPackage({
      packageName: "Other",
      bucketNames: ["bulk-Other", "BULK-ESG"],
    });
    const names = (await collect(setting.fileStore.buckets())).map(({ name }) =>
      name.toLowerCase(),
    );
    expect(names.sort()).toEqual(["bulk-esg", "bulk-other"]);
  });
});
