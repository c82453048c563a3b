import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect } from "../support/sandbox/service.ts";
import { type ClientFixture, createClientFixture } from "./client-fixture.ts";

let setting: ClientFixture;

beforeEach(async () => {
  setting = await createClientFixture();
});

afterEach(() => setting.close());

describe("file addresses", () => {
  function addFile() {
    const set = setting.service.sandbox.catalogue.addFileSet({
      name: "S",
      packageId: setting.packageId,
      files: [{ filename: "Bulk-2026-01-01T00:00:00.000Z.csv.gz", bytes: 5_000 }],
    });
    const [file] = setting.service.sandbox.catalogue.filesOf(set);
    if (file === undefined) throw new Error("the set has a file");
    return { set, file };
  }

  it("gives the presigned address byte for byte, and it works", async () => {
    const { file } = addFile();
    const url = await setting.fileStore.fileUrl(file.id);
    expect(url.reveal()).toContain("%3A");
    expect((await fetch(url.reveal())).status).toBe(200);
    expect(String(url)).toBe("•••");
  });

  it("takes the address from a redirect where the service answers with one, without following it", async () => {
    const { file } = addFile();
    const url = (await setting.fileStore.fileUrl(file.id)).reveal();
    setting.service.sandbox.faults.add({
      on: "stream",
      effect: { kind: "answer", status: 302, headers: { Location: url } },
    });
    expect((await setting.fileStore.fileUrl(file.id)).reveal()).toBe(url);
    expect(
      setting.service.sandbox.requests.filter(({ origin }) => origin === "objects"),
    ).toHaveLength(0);
  });

  it.each(["http://example.org/a", "file:///etc/passwd", "javascript:alert(1)"])(
    "refuses the address %s",
    async (url) => {
      const { file } = addFile();
      setting.service.sandbox.faults.add({
        on: "stream",
        effect: { kind: "answer", status: 200, body: JSON.stringify({ url }) },
      });
      await expect(setting.fileStore.fileUrl(file.id)).rejects.toMatchObject({ exitCode: 5 });
    },
  );

  it.each([200, 404])("looks a file up by its id alone (the record answers %i)", async (status) => {
    const { file, set } = addFile();
    if (status === 404)
      setting.service.sandbox.faults.add({ on: "file", effect: { kind: "answer", status } });
    expect(await setting.fileStore.file(file.id)).toMatchObject({
      id: file.id,
      filename: file.filename,
      filesetId: set.id,
    });
  });

  it.each(["../../auth", "a&filesetId=b", "", "x".repeat(101)])(
    "asks for no file set where the address names %j as one",
    async (id) => {
      const { file } = addFile();
      const address = new URL((await setting.fileStore.fileUrl(file.id)).reveal());
      address.searchParams.set("x-fileset-id", id);
      const { faults } = setting.service.sandbox;
      faults.add({ on: "file", effect: { kind: "answer", status: 404 } });
      const body = JSON.stringify({ url: address.href });
      faults.add({ on: "stream", effect: { kind: "answer", status: 200, body } });
      expect(await setting.fileStore.file(file.id)).toEqual({
        id: file.id,
        filename: file.filename,
        filesetId: "",
      });
      expect(setting.asked("files")).toEqual([]);
    },
  );

  it("says that there is no such file", async () => {
    await expect(setting.fileStore.fileUrl("4000-0000")).rejects.toMatchObject({ exitCode: 4 });
  });
});

it("sends the token to the API alone", async () => {
  setting.addFileSets(1);
  const [set] = await collect(setting.fileStore.fileSets({ bucket: "bulk-ESG" }));
  const [file] = await collect(setting.fileStore.files(set?.id ?? ""));
  await fetch((await setting.fileStore.fileUrl(file?.id ?? "")).reveal());
  const objects = setting.service.sandbox.requests.filter(({ origin }) => origin === "objects");
  expect(objects).toHaveLength(1);
  expect(objects.some(({ authorized }) => authorized)).toBe(false);
});
