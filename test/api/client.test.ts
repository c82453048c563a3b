import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileStore } from "../../source/api/service.ts";
import { collect, type ServiceFixture, startService } from "../fixtures/service.ts";

let service: ServiceFixture;
let fileStore: FileStore;
let packageId: string;

beforeEach(async () => {
  service = await startService({ empty: true });
  const { catalogue } = service.sandbox;
  ({ packageId } = catalogue.addPackage({
    packageName: "Bulk-ESG-Global-Raw-v1",
    bucketNames: ["bulk-ESG"],
  }));
  const program = service.program();
  ({ fileStore } = program);
  await program.auth.signIn(service.credentials);
});

afterEach(() => service.close());

function addFileSets(count: number): void {
  for (let number = 0; number < count; number += 1) {
    service.sandbox.catalogue.addFileSet({
      name: `Set-${number}`,
      packageId,
      files: [{ filename: `f${number}.csv.gz`, bytes: 2_000 }],
    });
  }
}

const asked = (place: string) =>
  service.sandbox.requests.filter((request) => request.place === place);

describe("listings", () => {
  it("gives every page as it comes, 100 at a time, and follows the next link", async () => {
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

  it("asks for no page that nobody waits for", async () => {
    addFileSets(250);
    for await (const page of fileStore.fileSets({ bucket: "bulk-ESG" })) {
      if (page.items.length > 0) break;
    }
    expect(asked("file-sets")).toHaveLength(1);
  });

  it("lists the packages of a bucket in any case, with entitlement and total", async () => {
    const pages = fileStore.packages({ bucketName: "BULK-esg" });
    for await (const page of pages) {
      expect(page.total).toBe(1);
      expect(page.items).toMatchObject([
        { packageName: "Bulk-ESG-Global-Raw-v1", isEntitled: true },
      ]);
    }
    expect(asked("packages")[0]?.query.get("bucketName")).toBe("BULK-esg");
  });

  it("lists all files of a set whose own list stops at 25", async () => {
    const files = Array.from({ length: 115 }, (_, number) => ({
      filename: `part${number}.zip`,
      bytes: 1_000,
    }));
    const set = service.sandbox.catalogue.addFileSet({ name: "Pit", packageId, files });
    const [listed] = await collect(fileStore.fileSets({ bucket: "bulk-ESG" }));
    expect(listed?.files).toHaveLength(25);
    expect(listed?.numFiles).toBe(115);
    expect(await collect(fileStore.files(set.id))).toHaveLength(115);
  });

  it.each([true, false])(
    "keeps its filter over pages (the next link keeps modifiedSince: %s)",
    async (keeps) => {
      service.sandbox.assumptions.nextLinkKeepsModifiedSince = keeps;
      addFileSets(150);
      const old = service.sandbox.catalogue.addFileSet({
        name: "Old",
        packageId,
        modifiedMs: Date.parse("2020-01-01"),
      });
      const sets = await collect(
        fileStore.fileSets({ bucket: "bulk-ESG", modifiedSince: "2024-01-01T00:00:00Z" }),
      );
      expect(sets).toHaveLength(150);
      expect(sets.map(({ id }) => id)).not.toContain(old.id);
    },
  );

  it("filters again itself, since an unknown parameter is ignored", async () => {
    addFileSets(3);
    const { catalogue } = service.sandbox;
    const wanted = catalogue.addFileSet({
      name: "Wanted",
      packageId,
      attributes: [{ name: "ContentType", value: "ESG Scores" }],
      status: "PENDING",
    });
    service.sandbox.faults.add({
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
        attributes: [{ name: "contenttype", value: "ESG Scores" }],
      }),
    );
    expect(found.map(({ id }) => id)).toEqual([wanted.id]);
  });

  it("keeps unknown fields and takes escapes and bidi marks out of every text", async () => {
    service.sandbox.catalogue.addPackage({
      packageName: "evil\u001b]0;owned\u0007\u202egnp.exe",
      bucketNames: ["bulk-ESG"],
    });
    service.sandbox.faults.add({
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

  it("falls back to the packages' bucket names where /buckets is refused", async () => {
    service.sandbox.assumptions.bucketList = "refused";
    service.sandbox.catalogue.addPackage({
      packageName: "Other",
      bucketNames: ["bulk-Other", "BULK-ESG"],
    });
    const names = (await collect(fileStore.buckets())).map(({ name }) => name.toLowerCase());
    expect(names.sort()).toEqual(["bulk-esg", "bulk-other"]);
  });
});

describe("hostile listings", () => {
  it.each([
    ["another host", "https://example.org/file-store/v1/packages?skipToken=x"],
    ["another port", "http://127.0.0.1:1/file-store/v1/packages?skipToken=x"],
    ["no address", "http://[nonsense"],
    ["another scheme", "//example.org/x"],
  ])("does not follow a next link to %s", async (_, link) => {
    service.sandbox.faults.add({
      on: "packages",
      effect: { kind: "edit", edit: (body) => ({ ...body, "@nextLink": link }) },
    });
    await expect(collect(fileStore.packages({}))).rejects.toMatchObject({ kind: "service" });
    expect(asked("packages")).toHaveLength(1);
  });

  it("accepts an absolute next link to the configured host", async () => {
    addFileSets(150);
    service.sandbox.faults.add({
      on: "file-sets",
      effect: {
        kind: "edit",
        edit: (body) =>
          typeof body["@nextLink"] === "string"
            ? { ...body, "@nextLink": service.sandbox.host + body["@nextLink"] }
            : body,
      },
    });
    expect(await collect(fileStore.fileSets({ bucket: "bulk-ESG" }))).toHaveLength(150);
  });

  it("ends when pages turn in circles, even by ever new links", async () => {
    let turn = 0;
    service.sandbox.faults.add({
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

  it.each([
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
  ] as const)("says that it cannot understand %s", async (_, effect) => {
    service.sandbox.faults.add({ on: "packages", effect });
    await expect(collect(fileStore.packages({}))).rejects.toMatchObject({
      kind: "service",
      message: expect.stringMatching(/could not be understood/),
    });
  });

  it("reads sizes and counts in any plausible form, and takes senseless ones as absent", async () => {
    const set = service.sandbox.catalogue.addFileSet({
      name: "S",
      packageId,
      files: [{ filename: "a", bytes: 10 }],
    });
    const sizes = ["123", 4.5, -1, 1e300, null, "lots", 77];
    service.sandbox.faults.add({
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
});

describe("failures", () => {
  it("tells an unknown bucket from an empty one, in the service's words with its request id", async () => {
    await expect(collect(fileStore.packages({ bucketName: "nonsense" }))).rejects.toMatchObject({
      kind: "not-found",
      status: 404,
      code: "EDS.CFS.NoBucketFound",
      requestId: expect.stringMatching(/.+/),
    });
    expect(
      await collect(fileStore.packages({ bucketName: "bulk-ESG", packageName: "none of them" })),
    ).toEqual([]);
  });

  it("tells missing entitlement", async () => {
    const refused = service.sandbox.catalogue.addPackage({
      packageName: "No",
      bucketNames: ["bulk-No"],
      isEntitled: false,
    });
    await expect(
      collect(fileStore.fileSets({ bucket: "bulk-No", packageId: refused.packageId })),
    ).rejects.toMatchObject({
      kind: "not-found",
      status: 403,
      message: expect.stringContaining("Insufficient claims"),
    });
  });

  it.each([429, 500, 502, 503, 504])("gets over %i", async (status) => {
    service.sandbox.faults.add({
      on: "packages",
      times: 2,
      effect: { kind: "answer", status, body: "<html>busy</html>" },
    });
    expect(await collect(fileStore.packages({}))).toHaveLength(1);
  });

  it("gives up in the end, with exit code 5", async () => {
    service.sandbox.faults.add({ on: "packages", effect: { kind: "answer", status: 503 } });
    await expect(collect(fileStore.packages({}))).rejects.toMatchObject({
      exitCode: 5,
      status: 503,
    });
    expect(asked("packages")).toHaveLength(3);
  });

  it.each([
    ["a connection that is cut", { kind: "hangUp" }],
    ["a body that is cut", { kind: "cutAfter", bytes: 20, reset: true }],
    ["an answer that is lost", { kind: "loseAnswer" }],
  ] as const)("gets over %s", async (_, effect) => {
    service.sandbox.faults.add({ on: "packages", times: 2, effect });
    expect(await collect(fileStore.packages({}))).toHaveLength(1);
  });

  it("gives up on silence", async () => {
    const { auth, fileStore: impatient } = service.program({ silenceMs: 60 });
    await auth.resume();
    service.sandbox.faults.add({ on: "packages", effect: { kind: "stall", afterBytes: 10 } });
    await expect(collect(impatient.packages({}))).rejects.toMatchObject({
      kind: "service",
      message: expect.stringContaining("sent nothing for 0.06 seconds"),
    });
  });

  it("leave nothing behind with the signal that they could be ended by", async () => {
    service.sandbox.faults.add({ on: "packages", effect: { kind: "cutAfter", bytes: 5 } });
    const { signal } = new AbortController();
    await expect(collect(fileStore.packages({}, signal))).rejects.toMatchObject({ exitCode: 5 });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("stops at once when nobody wants the answer any more", async () => {
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    service.sandbox.faults.add({ on: "packages", effect: { kind: "hold", until } });
    const controller = new AbortController();
    const listing = collect(fileStore.packages({}, controller.signal));
    controller.abort();
    await expect(listing).rejects.toMatchObject({ name: "AbortError" });
    release();
  });
});

describe("file addresses", () => {
  function addFile() {
    const set = service.sandbox.catalogue.addFileSet({
      name: "S",
      packageId,
      files: [{ filename: "Bulk-2026-01-01T00:00:00.000Z.csv.gz", bytes: 5_000 }],
    });
    const [file] = service.sandbox.catalogue.filesOf(set);
    if (file === undefined) throw new Error("the set has a file");
    return { set, file };
  }

  it("gives the presigned address byte for byte, and it works", async () => {
    const { file } = addFile();
    const url = await fileStore.fileUrl(file.id);
    expect(url.reveal()).toContain("%3A");
    expect((await fetch(url.reveal())).status).toBe(200);
    expect(String(url)).toBe("•••");
  });

  it("takes the address from a redirect where the service answers with one, without following it", async () => {
    const { file } = addFile();
    const url = (await fileStore.fileUrl(file.id)).reveal();
    service.sandbox.faults.add({
      on: "stream",
      effect: { kind: "answer", status: 302, headers: { Location: url } },
    });
    expect((await fileStore.fileUrl(file.id)).reveal()).toBe(url);
    expect(service.sandbox.requests.filter(({ origin }) => origin === "objects")).toHaveLength(0);
  });

  it.each(["http://example.org/a", "file:///etc/passwd", "javascript:alert(1)"])(
    "refuses the address %s",
    async (url) => {
      const { file } = addFile();
      service.sandbox.faults.add({
        on: "stream",
        effect: { kind: "answer", status: 200, body: JSON.stringify({ url }) },
      });
      await expect(fileStore.fileUrl(file.id)).rejects.toMatchObject({ exitCode: 5 });
    },
  );

  it.each([200, 404])("looks a file up by its id alone (the record answers %i)", async (status) => {
    const { file, set } = addFile();
    if (status === 404)
      service.sandbox.faults.add({ on: "file", effect: { kind: "answer", status } });
    expect(await fileStore.file(file.id)).toMatchObject({
      id: file.id,
      filename: file.filename,
      filesetId: set.id,
    });
  });

  it("says that there is no such file", async () => {
    await expect(fileStore.fileUrl("4000-0000")).rejects.toMatchObject({ exitCode: 4 });
  });
});

it("sends the token to the API alone", async () => {
  addFileSets(1);
  const [set] = await collect(fileStore.fileSets({ bucket: "bulk-ESG" }));
  const [file] = await collect(fileStore.files(set?.id ?? ""));
  await fetch((await fileStore.fileUrl(file?.id ?? "")).reveal());
  const objects = service.sandbox.requests.filter(({ origin }) => origin === "objects");
  expect(objects).toHaveLength(1);
  expect(objects.some(({ authorized }) => authorized)).toBe(false);
});
