import { describe, expect } from "vitest";
import type { Fault } from "../../source/sandbox/http/faults.ts";
import { collect } from "../support/sandbox/service.ts";
import { test as it } from "./client-fixture.ts";

/** Changes the next links of file sets. */
function nextLinkAs(change: (link: string) => string): Fault {
  return {
    on: "file-sets",
    effect: {
      kind: "edit",
      edit: ({ "@nextLink": link, ...body }) =>
        typeof link === "string" ? { ...body, "@nextLink": change(link) } : body,
    },
  };
}

describe("hostile listings", () => {
  it.for([
    ["another host", "https://example.org/file-store/v1/packages?skipToken=x"],
    ["another port", "http://127.0.0.1:1/file-store/v1/packages?skipToken=x"],
    ["no address", "http://[nonsense"],
    ["another scheme", "//example.org/x"],
  ] as const)(
    "does not follow a next link to %s",
    async ([_, link], { sandbox, fileStore, asked }) => {
      sandbox.faults.add({
        on: "packages",
        effect: { kind: "edit", edit: (body) => ({ ...body, "@nextLink": link }) },
      });
      await expect(collect(fileStore.packages({}))).rejects.toMatchObject({
        kind: "service",
        answered: expect.stringMatching(/^the next page is at .*, not at http/),
      });
      expect(asked("packages")).toHaveLength(1);
    },
  );

  it("accepts an absolute next link to the configured host", async ({
    sandbox,
    fileStore,
    addFileSets,
  }) => {
    addFileSets(150);
    sandbox.faults.add(nextLinkAs((link) => sandbox.host + link));
    expect(await collect(fileStore.fileSets({ bucket: "bulk-ESG" }))).toHaveLength(150);
  });

  it("takes null for the next link as the end of the listing", async ({
    sandbox,
    fileStore,
    addFileSets,
  }) => {
    addFileSets(3);
    sandbox.faults.add({
      on: "file-sets",
      effect: { kind: "edit", edit: (body) => ({ ...body, "@nextLink": null }) },
    });
    expect(await collect(fileStore.fileSets({ bucket: "bulk-ESG" }))).toHaveLength(3);
  });

  it("follows a next link that is only a query", async ({ sandbox, fileStore, addFileSets }) => {
    addFileSets(150);
    sandbox.faults.add(nextLinkAs((link) => new URL(link, sandbox.host).search));
    expect(await collect(fileStore.fileSets({ bucket: "bulk-ESG" }))).toHaveLength(150);
  });

  it("leaves out only the unreadable attributes and file ids of a file set", async ({
    sandbox,
    fileStore,
    addFileSets,
  }) => {
    addFileSets(1);
    const contentType = { name: "ContentType", value: "ESG Scores" };
    const attributes = [null, { name: "Venue", value: null }, { name: "Note" }, contentType];
    sandbox.faults.add({
      on: "file-sets",
      effect: {
        kind: "edit",
        edit: (body) => ({
          ...body,
          value: [{ id: "s", bucketName: "bulk-ESG", attributes, files: [null, "f1", 2] }],
        }),
      },
    });
    const filter = { bucket: "bulk-ESG", attributes: [contentType] };
    expect(await collect(fileStore.fileSets(filter))).toMatchObject([
      { id: "s", attributes: [contentType], files: ["f1"] },
    ]);
  });

  it("stops when pages repeat, even if their links differ", async ({
    sandbox,
    fileStore,
    asked,
  }) => {
    let turn = 0;
    sandbox.faults.add({
      on: "packages",
      effect: {
        kind: "edit",
        edit: (body) => {
          turn += 1;
          return { ...body, "@nextLink": `/file-store/v1/packages?turn=${turn}` };
        },
      },
    });
    await expect(collect(fileStore.packages({}))).rejects.toThrow(/without end/);
    expect(asked("packages").length).toBeLessThan(4);
  });

  it.for([
    [
      "a web page",
      {
        kind: "answer",
        status: 200,
        headers: { "Content-Type": "text/html" },
        body: "<html>Blocked</html>",
      },
    ],
    ["no list", { kind: "answer", status: 200, body: '{"value":"none"}' }],
    ["half an answer", { kind: "answer", status: 200, body: '{"value":[' }],
    ["items without ids", { kind: "answer", status: 200, body: '{"value":[{"packageName":"x"}]}' }],
    [
      "deep nesting",
      { kind: "answer", status: 200, body: `{"value":${"[".repeat(5_000)}${"]".repeat(5_000)}}` },
    ],
  ] as const)("refuses %s as an answer", async ([_, effect], { sandbox, fileStore }) => {
    sandbox.faults.add({ on: "packages", effect });
    await expect(collect(fileStore.packages({}))).rejects.toMatchObject({
      kind: "service",
      message: expect.stringMatching(/could not be understood/),
    });
  });

  it("reads sizes and counts in any plausible form, and takes senseless ones as absent", async ({
    sandbox,
    fileStore,
    packageId,
  }) => {
    const set = sandbox.catalogue.addFileSet({
      name: "S",
      packageId: packageId,
      files: [{ filename: "a", bytes: 10 }],
    });
    const sizes = ["123", 4.5, -1, 1e300, null, "lots", 77];
    sandbox.faults.add({
      on: "files",
      effect: {
        kind: "edit",
        edit: () => ({
          value: sizes.map((fileSizeInBytes, number) => ({
            id: `f${number}`,
            filename: "a",
            filesetId: set.id,
            fileSizeInBytes,
            md5: "XYZ",
          })),
        }),
      },
    });
    const files = await collect(fileStore.files(set.id));
    expect(files.map(({ fileSizeInBytes }) => fileSizeInBytes)).toEqual([
      123,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      77,
    ]);
    expect(files.every(({ md5 }) => md5 === undefined)).toBe(true);
  });

  it("has _ for each control character of a file's name", async ({
    sandbox,
    fileStore,
    packageId,
  }) => {
    const files = [{ filename: "a\u001b[2J\n.csv", bytes: 10 }];
    const set = sandbox.catalogue.addFileSet({ name: "S", packageId, files });
    const listed = await collect(fileStore.files(set.id));
    expect(listed.map(({ filename }) => filename)).toEqual(["a_[2J_.csv"]);
  });
});
