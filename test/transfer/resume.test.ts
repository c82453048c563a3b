import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect } from "vitest";
import { bootId } from "../../source/files/process-identity.ts";
import type { ObjectSource } from "../../source/objects/source.ts";
import { createJournal } from "../../source/transfer/part-file/journal.ts";
import { waitUntil } from "../support/wait-until.ts";
import { test as it, md5 } from "./engine-fixture.ts";

const megabyte = 1024 * 1024;

describe("a later run", () => {
  it("resumes where an earlier one stopped", async ({
    server,
    createEngine,
    offer,
    fetchOne,
    fetchSome,
    expectOnly,
  }) => {
    // A request for eight would be split, and its bytes received twice.
    const body = randomBytes(7 * megabyte);
    const file = offer("long", body, { md5: md5(body) });
    server.limit = 10 * megabyte;
    const first = await fetchSome(createEngine(), file, 4 * megabyte);
    server.limit = undefined;
    const second = await fetchOne(createEngine(), file);
    expect(second).toMatchObject({ state: "saved", bytesDone: body.length });
    const again = first.bytesFetched + second.bytesFetched - body.length;
    expect(again).toBeLessThan(first.bytesFetched * 0.1);
    await expectOnly("long.bin", body);
  });

  it.for([true, false])(
    "mixes nothing when the object changed, md5 listed: %s",
    async (listed, { server, createEngine, offer, fetchOne, fetchSome, expectOnly }) => {
      const [before, after] = [randomBytes(4 * megabyte), randomBytes(4 * megabyte)];
      server.limit = 10 * megabyte;
      await fetchSome(createEngine(), offer("changed", before), 2 * megabyte);
      server.limit = undefined;
      const file = offer("changed", after, listed ? { md5: md5(after) } : {});
      expect(await fetchOne(createEngine(), file)).toMatchObject({ state: "saved" });
      await expectOnly("changed.bin", after);
    },
  );

  it("mixes nothing if neither a tag nor an md5 shows that the object changed", async ({
    server,
    createEngine,
    offer,
    fetchOne,
    fetchSome,
    expectOnly,
  }) => {
    const [before, after] = [randomBytes(4 * megabyte), randomBytes(4 * megabyte)];
    const source: ObjectSource = {
      ...server.source,
      open: async (request) => ({ ...(await server.source.open(request)), etag: undefined }),
    };
    server.limit = 10 * megabyte;
    await fetchSome(createEngine({ source }), offer("changed", before), 2 * megabyte);
    server.limit = undefined;
    const file = offer("changed", after);
    expect(await fetchOne(createEngine({ source }), file)).toMatchObject({ state: "saved" });
    await expectOnly("changed.bin", after);
  });

  it("treats another md5 as another object, even without a tag", async ({
    server,
    createEngine,
    offer,
    fetchOne,
    fetchSome,
  }) => {
    const [before, after] = [randomBytes(4 * megabyte), randomBytes(4 * megabyte)];
    const source: ObjectSource = {
      ...server.source,
      open: async (request) => ({ ...(await server.source.open(request)), etag: undefined }),
    };
    server.limit = 10 * megabyte;
    const older = offer("changed", before, { md5: md5(before) });
    await fetchSome(createEngine({ source }), older, 2 * megabyte);
    server.limit = undefined;
    const file = offer("changed", after, { md5: md5(after) });
    // One connection, because bytes of a part that another takes over are received twice.
    expect(await fetchOne(createEngine({ source, connections: 1 }), file)).toMatchObject({
      state: "saved",
      bytesFetched: after.length,
    });
  });

  it("treats another size as another object", async ({
    server,
    createEngine,
    offer,
    fetchOne,
    fetchSome,
    expectOnly,
  }) => {
    server.limit = 10 * megabyte;
    await fetchSome(createEngine(), offer("grown", randomBytes(4 * megabyte)), 2 * megabyte);
    server.limit = undefined;
    const after = randomBytes(5 * megabyte);
    expect(await fetchOne(createEngine(), offer("grown", after))).toMatchObject({ state: "saved" });
    await expectOnly("grown.bin", after);
  });

  it("leaves the partial file of another file of that name alone", async ({
    server,
    directory,
    createEngine,
    offer,
    fetchOne,
    fetchSome,
  }) => {
    server.limit = 10 * megabyte;
    const waiting = offer("one", randomBytes(4 * megabyte), { name: "same.bin" });
    await fetchSome(createEngine(), waiting, 2 * megabyte);
    server.limit = undefined;
    await fetchOne(createEngine(), offer("two", randomBytes(1_000), { name: "same.bin" }));
    expect((await fs.readdir(directory)).sort()).toEqual([
      "same (2).bin",
      "same.bin.part",
      "same.bin.part.journal",
    ]);
  });

  it("verifies the bytes that an earlier one fetched", async ({
    server,
    directory,
    createEngine,
    offer,
    fetchOne,
    fetchSome,
    expectOnly,
  }) => {
    const body = randomBytes(4 * megabyte);
    const file = offer("spoilt", body, { md5: md5(body) });
    server.limit = 10 * megabyte;
    await fetchSome(createEngine(), file, 2 * megabyte);
    server.limit = undefined;
    const part = await fs.open(path.join(directory, "spoilt.bin.part"), "r+");
    await part.write(Buffer.from("spoilt"), 0, 6, 1_000);
    await part.close();
    expect(await fetchOne(createEngine(), file)).toMatchObject({ state: "saved" });
    await expectOnly("spoilt.bin", body);
  });

  it("starts again if the journal is damaged", async ({
    server,
    directory,
    createEngine,
    offer,
    fetchOne,
    fetchSome,
    expectOnly,
  }) => {
    const body = randomBytes(4 * megabyte);
    const file = offer("torn", body);
    server.limit = 10 * megabyte;
    await fetchSome(createEngine(), file, 2 * megabyte);
    server.limit = undefined;
    await fs.writeFile(path.join(directory, "torn.bin.part.journal"), "?");
    // One connection, because bytes of a part that another takes over are received twice.
    expect(await fetchOne(createEngine({ connections: 1 }), file)).toMatchObject({
      state: "saved",
      bytesFetched: body.length,
    });
    await expectOnly("torn.bin", body);
  });

  const deadHolder = JSON.stringify({ id: "dead", pid: 2 ** 22 + 1, host: os.hostname() });

  it.for([
    ["part file without a journal", "part", "cut short"],
    ["lock", "part.lock", deadHolder],
  ] as const)(
    "requests a small file once, although a killed one left a %s",
    async ([, extension, content], {
      server,
      directory,
      createEngine,
      offer,
      fetchOne,
      expectOnly,
    }) => {
      const body = randomBytes(3_000);
      await fs.writeFile(path.join(directory, `small.bin.${extension}`), content);
      const file = offer("small", body, { md5: md5(body) });
      expect(await fetchOne(createEngine(), file)).toMatchObject({ state: "saved" });
      expect(server.asked).toHaveLength(1);
      await expectOnly("small.bin", body);
    },
  );

  it.for([3_000, 2 * megabyte])(
    "requests nothing of a file of %i bytes whose part file a killed one completed without a journal",
    async (bytes, { server, directory, createEngine, offer, fetchOne, expectOnly }) => {
      const body = randomBytes(bytes);
      await fs.writeFile(path.join(directory, "done.bin.part"), body);
      await fs.writeFile(path.join(directory, "done.bin.part.lock"), deadHolder);
      const file = offer("done", body, { md5: md5(body) });
      expect(await fetchOne(createEngine(), file)).toMatchObject({
        state: "saved",
        verifiedBy: "md5",
        bytesFetched: 0,
      });
      expect(server.asked).toHaveLength(0);
      await expectOnly("done.bin", body);
    },
  );

  it("requests only what the journal lacks of a part file of full size", async ({
    server,
    directory,
    createEngine,
    offer,
    fetchOne,
    expectOnly,
  }) => {
    const body = randomBytes(2 * megabyte);
    const part = path.join(directory, "holes.bin.part");
    await fs.writeFile(part, Buffer.concat([body.subarray(0, megabyte), Buffer.alloc(megabyte)]));
    const file = offer("holes", body, { md5: md5(body) });
    const head = { version: 1, fileId: "holes", bytes: body.length, md5: md5(body) } as const;
    const journal = createJournal(`${part}.journal`, head, bootId());
    journal.written({ first: 0, end: megabyte });
    journal.close();
    // One connection, because bytes of a part that another takes over are received twice.
    expect(await fetchOne(createEngine({ connections: 1 }), file)).toMatchObject({
      state: "saved",
      bytesFetched: megabyte,
    });
    expect(server.asked).toHaveLength(1);
    await expectOnly("holes.bin", body);
  });

  it.for([true, false])(
    "keeps no part file of the right size with other bytes, md5 listed: %s",
    async (listed, { server, directory, createEngine, offer, fetchOne, expectOnly }) => {
      const body = randomBytes(3_000);
      await fs.writeFile(path.join(directory, "small.bin.part"), randomBytes(3_000));
      const file = offer("small", body, listed ? { md5: md5(body) } : {});
      expect(await fetchOne(createEngine(), file)).toMatchObject({ state: "saved" });
      expect(server.asked).toHaveLength(1);
      await expectOnly("small.bin", body);
    },
  );
});

describe("one destination", () => {
  it("is for one engine at a time, and the second names the holder", async ({
    server,
    directory,
    createEngine,
    offer,
    fetchOne,
  }) => {
    server.limit = 1_000;
    const file = offer("wanted", randomBytes(400_000));
    const first = createEngine();
    first.add([{ file, directory }]);
    await waitUntil(() => (first.snapshot().transfers[0]?.bytesFetched ?? 0) > 0);
    const { error } = await fetchOne(createEngine(), file);
    expect(error?.message).toContain(`another cfs (process ${process.pid})`);
    expect(error?.exitCode).toBe(7);
    server.limit = undefined;
    await first.idle();
    expect(first.snapshot().transfers[0]?.state).toBe("saved");
  });

  it("that vanishes midway ends the file with a message about the folder", async ({
    server,
    directory,
    createEngine,
    offer,
  }) => {
    server.limit = 1_000;
    const engine = createEngine();
    engine.add([
      { file: offer("lost", randomBytes(60_000)), directory: path.join(directory, "deep") },
    ]);
    await waitUntil(() => (engine.snapshot().transfers[0]?.bytesFetched ?? 0) > 0);
    await fs.rm(path.join(directory, "deep"), { recursive: true });
    server.limit = undefined;
    await engine.idle();
    const [transfer] = engine.snapshot().transfers;
    expect(transfer?.error?.exitCode).toBe(7);
    expect(transfer?.error?.message).toContain("the folder does not exist");
  });
});
