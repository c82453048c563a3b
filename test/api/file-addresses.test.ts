import { describe, expect } from "vitest";
import { collect } from "../support/sandbox/service.ts";
import { test } from "./client-fixture.ts";

const it = test.extend("added", ({ packageId, sandbox }) => {
  const set = sandbox.catalogue.addFileSet({
    name: "S",
    packageId,
    files: [{ filename: "Bulk-2026-01-01T00:00:00.000Z.csv.gz", bytes: 5_000 }],
  });
  const [file] = sandbox.catalogue.filesOf(set);
  if (file === undefined) throw new Error("the set has a file");
  return { set, file };
});

describe("file addresses", () => {
  it("gives the presigned address byte for byte, and the store accepts it", async ({
    fileStore,
    added,
  }) => {
    const url = await fileStore.fileUrl(added.file.id);
    expect(url.reveal()).toContain("%3A");
    expect((await fetch(url.reveal())).status).toBe(200);
    expect(String(url)).toBe("•••");
  });

  it("takes the address from a redirect without following it", async ({
    sandbox,
    fileStore,
    added,
  }) => {
    const url = (await fileStore.fileUrl(added.file.id)).reveal();
    sandbox.faults.add({
      on: "stream",
      effect: { kind: "answer", status: 302, headers: { Location: url } },
    });
    expect((await fileStore.fileUrl(added.file.id)).reveal()).toBe(url);
    expect(sandbox.requests.filter(({ origin }) => origin === "objects")).toHaveLength(0);
  });

  it.for(["http://example.org/a", "file:///etc/passwd", "javascript:alert(1)"])(
    "refuses the address %s",
    async (url, { sandbox, fileStore, added }) => {
      sandbox.faults.add({
        on: "stream",
        effect: { kind: "answer", status: 200, body: JSON.stringify({ url }) },
      });
      await expect(fileStore.fileUrl(added.file.id)).rejects.toMatchObject({ exitCode: 5 });
    },
  );

  it.for([200, 404])(
    "looks a file up by its id alone (the record answers %i)",
    async (status, { sandbox, fileStore, added }) => {
      if (status === 404) sandbox.faults.add({ on: "file", effect: { kind: "answer", status } });
      expect(await fileStore.file(added.file.id)).toMatchObject({
        id: added.file.id,
        filename: added.file.filename,
        filesetId: added.set.id,
      });
    },
  );

  it.for(["../../auth", "a&filesetId=b", "", "x".repeat(101)])(
    "requests no file set if the address names %j as one",
    async (id, { sandbox, fileStore, asked, added }) => {
      const address = new URL((await fileStore.fileUrl(added.file.id)).reveal());
      address.searchParams.set("x-fileset-id", id);
      const { faults } = sandbox;
      faults.add({ on: "file", effect: { kind: "answer", status: 404 } });
      const body = JSON.stringify({ url: address.href });
      faults.add({ on: "stream", effect: { kind: "answer", status: 200, body } });
      expect(await fileStore.file(added.file.id)).toEqual({
        id: added.file.id,
        filename: added.file.filename,
        filesetId: "",
      });
      expect(asked("files")).toEqual([]);
    },
  );

  it("reports a file that does not exist", async ({ fileStore }) => {
    await expect(fileStore.fileUrl("4000-0000")).rejects.toMatchObject({ exitCode: 4 });
  });
});

it("sends the token to the API only", async ({ sandbox, fileStore, addFileSets }) => {
  addFileSets(1);
  const [set] = await collect(fileStore.fileSets({ bucket: "bulk-ESG" }));
  const [file] = await collect(fileStore.files(set?.id ?? ""));
  await fetch((await fileStore.fileUrl(file?.id ?? "")).reveal());
  const objects = sandbox.requests.filter(({ origin }) => origin === "objects");
  expect(objects).toHaveLength(1);
  expect(objects.some(({ authorized }) => authorized)).toBe(false);
});
