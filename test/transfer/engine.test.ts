import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { test as it, md5, sha256 } from "./engine-fixture.ts";

describe("a file that arrives", () => {
  it("is saved under its name with its hash, and nothing else is left", async ({
    directory,
    createEngine,
    offer,
    fetchOne,
    content,
  }) => {
    const body = randomBytes(3_000_000);
    const file = offer("one", body, { md5: md5(body), name: "dir/Init-16:11:18.777Z.bin" });
    // One connection, because bytes of a part that another takes over are received twice.
    const transfer = await fetchOne(createEngine({ connections: 1 }), file);
    expect(transfer).toMatchObject({
      state: "saved",
      path: path.join(directory, "Init-16_11_18.777Z.bin"),
      bytesDone: body.length,
      bytesTotal: body.length,
      bytesFetched: body.length,
      sha256: sha256(body),
    });
    expect(await fs.readdir(directory)).toEqual(["Init-16_11_18.777Z.bin"]);
    expect((await content("Init-16_11_18.777Z.bin")).equals(body)).toBe(true);
  });

  it("needs no size and no md5 in the listing", async ({ server, createEngine, fetchOne }) => {
    const body = gzipSync(randomBytes(100_000));
    server.put("bare", body);
    const transfer = await fetchOne(createEngine(), {
      fileId: "bare",
      fileSetId: "set",
      name: "bare.csv.gz",
    });
    expect(transfer).toMatchObject({ state: "saved", bytesTotal: body.length });
  });

  it("may be empty", async ({ createEngine, offer, fetchOne, content }) => {
    const transfer = await fetchOne(createEngine(), offer("empty", Buffer.alloc(0)));
    expect(transfer).toMatchObject({ state: "saved", bytesDone: 0 });
    expect(await content("empty.bin")).toHaveLength(0);
  });

  it.for(["none.csv.gz", "none.zip"])(
    "%s may be empty if its listed size is 0",
    async (name, { createEngine, offer, fetchOne }) => {
      const listed = offer("none", Buffer.alloc(0), { name });
      expect(await fetchOne(createEngine(), listed)).toMatchObject({
        state: "saved",
        bytesDone: 0,
      });
      expect(await fetchOne(createEngine(), listed)).toMatchObject({ state: "skipped" });
      const unlisted = await fetchOne(createEngine(), {
        fileId: "none",
        fileSetId: "set",
        name: `other-${name}`,
      });
      expect(unlisted).toMatchObject({ state: "failed", error: { kind: "integrity" } });
    },
  );

  it("is not fetched again if it exists", async ({ server, createEngine, offer, fetchOne }) => {
    const body = randomBytes(10_000);
    const file = offer("twice", body, { md5: md5(body) });
    await fetchOne(createEngine(), file);
    const asked = server.asked.length;
    expect(await fetchOne(createEngine(), file)).toMatchObject({
      state: "skipped",
      bytesDone: body.length,
      bytesFetched: 0,
    });
    expect(server.asked).toHaveLength(asked);
  });

  it("replaces the existing one on request", async ({
    directory,
    createEngine,
    offer,
    fetchAll,
    content,
  }) => {
    const body = randomBytes(10_000);
    await fs.writeFile(path.join(directory, "new.bin"), "old");
    const [transfer] = await fetchAll(createEngine(), [offer("new", body)], true);
    expect(transfer?.state).toBe("saved");
    expect((await content("new.bin")).equals(body)).toBe(true);
  });

  it("never carries another authorization, and its address goes out byte for byte", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    const transfer = await fetchOne(createEngine(), offer("plain", randomBytes(10)));
    expect(transfer).toMatchObject({ state: "saved" });
    expect(server.asked).not.toEqual([]);
    for (const { headers } of server.asked) {
      expect(headers).not.toHaveProperty("authorization");
      expect(headers["accept-encoding"]).toBe("identity");
    }
  });
});

describe("two files with one name", () => {
  it("both survive, and both are known at the next run", async ({
    directory,
    createEngine,
    offer,
    fetchAll,
  }) => {
    const bodies = [randomBytes(1_000), randomBytes(1_000)];
    const files = bodies.map((body, index) =>
      offer(`id-${index}`, body, { name: "same.csv.gz", md5: md5(body) }),
    );
    const first = await fetchAll(createEngine(), files);
    expect(first.map(({ state }) => state)).toEqual(["saved", "saved"]);
    expect((await fs.readdir(directory)).sort()).toEqual(["same (2).csv.gz", "same.csv.gz"]);
    const second = await fetchAll(createEngine(), files);
    expect(second.map(({ state }) => state)).toEqual(["skipped", "skipped"]);
  });

  it("a name is free again once its file was moved away", async ({
    directory,
    createEngine,
    offer,
    fetchAll,
  }) => {
    const engine = createEngine();
    const [first, second] = ["1", "2"].map((id) => offer(id, randomBytes(100), { name: "same" }));
    if (first === undefined || second === undefined) throw new Error("nothing was offered");
    await fetchAll(engine, [first]);
    await fs.rename(path.join(directory, "same"), path.join(directory, "moved"));
    await fetchAll(engine, [second]);
    expect((await fs.readdir(directory)).sort()).toEqual(["moved", "same"]);
  });

  it("one that appeared in the folder meanwhile is not replaced by a small one", async ({
    directory,
    createEngine,
    offer,
    fetchAll,
    fetchOne,
    content,
  }) => {
    const engine = createEngine();
    await fetchOne(engine, offer("first", randomBytes(10)));
    const body = randomBytes(1_000);
    await fs.writeFile(path.join(directory, "late.bin"), "the user's own");
    const transfers = await fetchAll(engine, [offer("late", body)]);
    expect(transfers.at(-1)).toMatchObject({ state: "saved" });
    expect((await content("late.bin")).toString()).toBe("the user's own");
    expect((await content("late (2).bin")).equals(body)).toBe(true);
  });

  it("one that this engine saved is not fetched again", async ({
    server,
    createEngine,
    offer,
    fetchOne,
  }) => {
    const engine = createEngine();
    const body = randomBytes(1_000);
    const file = offer("again", body, { md5: md5(body) });
    await fetchOne(engine, file);
    engine.clearEnded();
    const before = server.asked.length;
    expect(await fetchOne(engine, file)).toMatchObject({ state: "skipped", bytesFetched: 0 });
    expect(server.asked.length).toBe(before);
  });

  it("survive a folder that ignores case", async ({ directory, createEngine, offer, fetchAll }) => {
    const files = ["A.bin", "a.bin"].map((name, index) =>
      offer(`id-${index}`, randomBytes(100 + index), { name }),
    );
    await fetchAll(createEngine(), files);
    const names = await fs.readdir(directory);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(2);
    expect((await fetchAll(createEngine(), files)).map(({ state }) => state)).toEqual([
      "skipped",
      "skipped",
    ]);
  });
});
